"""`calendar-service subscribe`: an address, what it wants to know, and when."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from calendar_service.cli.options import open_service
from calendar_service.errors import DeliveryError
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.subscription import (
    MAX_WINDOW,
    DayCount,
    Lead,
    ReminderPlan,
    Rhythm,
    Selection,
    Subscription,
    parse_alarms,
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


class AlarmsParam(click.ParamType[tuple[int, ...]]):
    """`7,1`: days before each date."""

    name = "days"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The days, shortest first."""
        if isinstance(value, tuple):  # the default
            return value
        try:
            return parse_alarms([word for word in re.split(r"[,\s]+", value) if word])
        except ValueError as error:
            return self.fail(str(error), param, ctx)


def check_zone(_context: click.Context, _param: click.Parameter, value: str) -> str:
    """The zone's name, where there is such a zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"{value!r} is no time zone; write one such as Europe/Berlin") from None
    return value


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_target(address: str, channel: str) -> str:
    """The address or URL as it is stored. Raises ValueError that says what is wrong with it."""
    if channel == "email":
        from calendar_service.publish.skeleton import check_address

        return check_address(address)
    if channel == "webhook":
        from calendar_service.couriers import webhook

        return webhook.check_target(address)
    from calendar_service.couriers.apprise import open_target

    try:
        open_target(address)
    except DeliveryError as error:
        raise ValueError(str(error)) from error
    return address


@click.command()
@click.argument("address")
@click.option(
    "--channel",
    type=click.Choice(["email", "webhook", "apprise"]),
    default="email",
    show_default=True,
    help="How messages go out; ADDRESS is a URL for the latter two.",
)
@click.option("--ticker", "tickers", multiple=True, help="IIJI or XTKS:3774; may be given several times.")
@click.option("--issuer", "issuers", multiple=True, help="An issuer's id, as its page shows it.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([item.value for item in DateKind]),
    help="Only these kinds of dates.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice([item.value for item in EventType]),
    help="Only these actions.",
)
@click.option("--market", "markets", multiple=True, help="Only these markets (ISO 10383).")
@click.option(
    "--lead", "leads", multiple=True, type=LeadsParam(), help="Lead times, e.g. record=7,1 or last_cum=3t."
)
@click.option(
    "--rhythm",
    type=click.Choice([item.value for item in Rhythm]),
    default=Rhythm.SINGLE.value,
    show_default=True,
)
@click.option(
    "--weekday", type=click.Choice(WEEKDAYS), default="mon", show_default=True, help="Of a weekly digest."
)
@click.option("--language", type=click.Choice(["en", "ja", "de"]), default="en", show_default=True)
@click.option(
    "--zone", default="UTC", show_default=True, callback=check_zone, help="The subscriber's time zone."
)
@click.option(
    "--hour", type=click.IntRange(0, 23), default=8, show_default=True, help="The local hour of delivery."
)
@click.option(
    "--alarms",
    type=AlarmsParam(),
    default=(),
    help="Alarms in the private feed, so many days before each date, e.g. 7,1; none unless asked for.",
)
@click.option(
    "--past",
    type=click.IntRange(0, MAX_WINDOW),
    default=Selection().past_days,
    show_default=True,
    help="How many days back the private feed reaches.",
)
@click.option(
    "--future",
    type=click.IntRange(0, MAX_WINDOW),
    default=Selection().future_days,
    show_default=True,
    help="How many days ahead the private feed reaches.",
)
@click.option(
    "--confirmed",
    is_flag=True,
    help="The address has agreed already: do not ask it by mail; one that refused mail gets it again.",
)
@click.pass_context
def subscribe(context: click.Context, /, address: str, channel: str, confirmed: bool, **wish: Any) -> None:
    """Subscribe ADDRESS to reminders. It is asked by mail first, unless --confirmed says that it has agreed."""
    from calendar_service.web.optin import ask_to_confirm

    try:
        target = check_target(address, channel)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ADDRESS") from error
    if channel != "email" and not confirmed:
        raise click.UsageError("Only mail addresses can be asked: say --confirmed once its owner has agreed.")
    with open_service(context) as service:
        now = service.clock.now()
        draft = replace(_build_subscription(target, channel, wish), created_at=now)
        if draft.is_silent:
            raise click.UsageError(
                "No date of these kinds has a lead time: add one, such as --lead declaration=0."
            )
        if confirmed:
            feed = service.subscribe(replace(draft, confirmed_at=now))
            click.echo(f"Subscribed. Private feed: {feed}")
            if channel == "webhook":
                from calendar_service.couriers.webhook import webhook_key

                click.echo(f"Messages to it are signed with the key {webhook_key(service.secret, target)}")
        elif ask_to_confirm(service.build_services(), draft):
            click.echo(f"{target} is asked by mail; reminders start once it confirms.")
        else:
            raise click.ClickException(
                f"{target} is not asked: it was asked too often, or mail to it was refused (see /status)."
            )


def _build_subscription(target: str, channel: str, wish: dict[str, Any]) -> Subscription:
    selection = Selection(
        issuers=wish["issuers"],
        tickers=wish["tickers"],
        kinds=tuple(DateKind(kind) for kind in wish["kinds"]),
        event_types=tuple(EventType(kind) for kind in wish["types"]),
        markets=wish["markets"],
        past_days=wish["past"],
        future_days=wish["future"],
    )
    plan = ReminderPlan(rhythm=Rhythm(wish["rhythm"]), weekday=WEEKDAYS.index(wish["weekday"]))
    return Subscription(
        id=secrets.token_hex(12),
        target=target,
        selection=selection,
        plan=replace(plan, leads=wish["leads"]) if wish["leads"] else plan,
        language=wish["language"],
        zone=wish["zone"],
        hour=wish["hour"],
        alarms=wish["alarms"],
        channel=channel,
    )
