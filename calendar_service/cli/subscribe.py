"""`calendar-service subscribe`: an address, what it wants to know, and when."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from calendar_service.cli.options import open_service
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.subscription import (
    DayCount,
    Lead,
    ReminderPlan,
    Rhythm,
    Selection,
    Subscription,
)


class LeadsParam(click.ParamType[tuple[DateKind, tuple[Lead, ...]]]):
    """`record=7,1` (calendar days) or `last_cum=3t,1t` (trading days of the issuer's market)."""

    name = "kind=days"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[DateKind, tuple[Lead, ...]]:
        """The date kind and its lead times."""
        kind, _, days = value.partition("=")
        try:
            return DateKind(kind), tuple(_read_lead(item) for item in days.split(","))
        except ValueError:
            kinds = ", ".join(DateKind)
            return self.fail(
                f"{value!r} is not like record=7,1 or last_cum=3t,1t; kinds are {kinds}", param, ctx
            )


def _read_lead(text: str) -> Lead:
    count = DayCount.TRADING if text.endswith("t") else DayCount.CALENDAR
    lead = Lead(int(text.removesuffix("t")), count)
    if not 0 <= lead.days <= 366:
        raise ValueError(text)
    return lead


def check_zone(_context: click.Context, _param: click.Parameter, value: str) -> str:
    """The zone's name, where there is such a zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"{value!r} is no time zone; write one such as Europe/Berlin") from None
    return value


@click.command()
@click.argument("address")
@click.option("--ticker", "tickers", multiple=True, help="IIJI or XTKS:3774; may be given several times.")
@click.option("--issuer", "issuers", multiple=True, help="An issuer's id, as its page shows it.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(list(DateKind)), help="Only these kinds of dates."
)
@click.option(
    "--type", "types", multiple=True, type=click.Choice(list(EventType)), help="Only these actions."
)
@click.option("--market", "markets", multiple=True, help="Only these markets (ISO 10383).")
@click.option(
    "--lead", "leads", multiple=True, type=LeadsParam(), help="Lead times, e.g. record=7,1 or last_cum=3t."
)
@click.option("--rhythm", type=click.Choice(list(Rhythm)), default=Rhythm.SINGLE, show_default=True)
@click.option("--language", type=click.Choice(["en", "ja", "de"]), default="en", show_default=True)
@click.option(
    "--zone", default="UTC", show_default=True, callback=check_zone, help="The subscriber's time zone."
)
@click.option(
    "--hour", type=click.IntRange(0, 23), default=8, show_default=True, help="The local hour of delivery."
)
@click.option("--confirmed", is_flag=True, help="The address has agreed already: do not ask it by mail.")
@click.pass_context
def subscribe(context: click.Context, /, address: str, confirmed: bool, **wish: Any) -> None:
    """Subscribe ADDRESS to reminders. It is asked by mail first, unless --confirmed says that it has agreed."""
    from calendar_service.publish.skeleton import check_address
    from calendar_service.web.optin import ask_to_confirm

    try:
        target = check_address(address)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ADDRESS") from error
    with open_service(context) as service:
        now = service.clock.now()
        draft = replace(_build_subscription(target, wish), created_at=now)
        if confirmed:
            feed = service.subscribe(replace(draft, confirmed_at=now))
            click.echo(f"Subscribed. Private feed: {feed}")
        elif ask_to_confirm(service.build_services(), draft):
            click.echo(f"{target} is asked by mail; reminders start once it confirms.")
        else:
            raise click.ClickException(
                f"{target} is not asked: it was asked too often, or mail to it was refused (see /status)."
            )


def _build_subscription(target: str, wish: dict[str, Any]) -> Subscription:
    selection = Selection(
        issuers=wish["issuers"],
        tickers=wish["tickers"],
        kinds=tuple(DateKind(kind) for kind in wish["kinds"]),
        event_types=tuple(EventType(kind) for kind in wish["types"]),
        markets=wish["markets"],
    )
    plan = ReminderPlan(rhythm=Rhythm(wish["rhythm"]))
    return Subscription(
        id=secrets.token_hex(12),
        target=target,
        selection=selection,
        plan=replace(plan, leads=wish["leads"]) if wish["leads"] else plan,
        language=wish["language"],
        zone=wish["zone"],
        hour=wish["hour"],
    )
