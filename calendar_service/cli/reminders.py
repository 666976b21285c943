"""`calendar-service reminders`: what was or will be sent, what will not, and why; and sending again after refusals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from calendar_service.cli.options import open_service, say
from calendar_service.model.codes import DateKind
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Delivery, Lead, Rhythm, Subscription

if TYPE_CHECKING:
    from calendar_service.bootstrap import Service

LIMIT = 1000


@click.command()
@click.option("--why", "address", metavar="ADDRESS", help="Say what was or will be sent to ADDRESS, and why.")
@click.option(
    "--lift", "lifted", metavar="ADDRESS", help="Send to ADDRESS again, though it refused messages for good."
)
@click.pass_context
def reminders(context: click.Context, address: str | None, lifted: str | None) -> None:
    """Say what was or will be sent to an address, what will not, and why; or send to it again."""
    if (address is None) == (lifted is None):
        raise click.UsageError("Say --why ADDRESS or --lift ADDRESS.")
    with open_service(context) as service:
        if lifted is not None:
            _lift(service, lifted)
        else:
            _explain(service, address or "")


def _lift(service: Service, address: str) -> None:
    with service.store.begin() as unit:
        counted = len(unit.subscriptions.refusals(address, limit=LIMIT))
        known = unit.subscriptions.unsuppress(address)
    if known:
        say(f"Messages go to {address} again. What fell due meanwhile was dropped and does not come back.")
    elif counted:
        days = "1 day" if counted == 1 else f"{counted} days"
        say(f"No message was kept from {address} yet. Forgot its refusals, which were counted on {days}.")
    else:
        raise click.ClickException(
            f"Nothing keeps messages from {address}: it is not on the list of refusals."
        )


def _explain(service: Service, address: str) -> None:
    with service.store.read() as unit:
        subscriptions = unit.subscriptions.by_target(address)
        reason = unit.subscriptions.suppressed(address)
        if reason:
            say(f"Nothing is sent to {address} any more: {reason}")
            say(f"  Once that is mended: calendar-service reminders --lift {address}")
        for refusal in unit.subscriptions.refusals(address, limit=10):
            say(f"Refused a message on {refusal.at:%Y-%m-%d %H:%M} UTC: {refusal.reason}")
        if not subscriptions:
            say(f"{address} has no subscription.")
        for subscription in subscriptions:
            _describe(unit, subscription, service.clock.now())


def _describe(unit: Unit, subscription: Subscription, now: datetime) -> None:
    say(f"Subscription {subscription.id}: {_say_state(subscription)}")
    say(
        f"  by {subscription.channel} at {subscription.hour}:00 {subscription.zone}, {_say_rhythm(subscription)}"
    )
    for kind, leads in subscription.plan.leads:
        say(f"  {kind.value.replace('_', ' ')}: {', '.join(_say_lead(lead) for lead in leads)}")
    rows = unit.deliveries.list(subscription_id=subscription.id, limit=LIMIT)
    actions = unit.actions.find_all({row.action_id for row in rows if row.action_id})
    again = unit.deliveries.next_attempts(subscription.id)
    for row in sorted(rows, key=lambda item: item.due_at):
        action = actions.get(row.action_id or "")
        line = _describe_row(row, subscription, action.issuer.name if action else "")
        say(f"{line}; tried again at {again[row.id]:%Y-%m-%d %H:%M} UTC" if row.id in again else line)
    _describe_silences(unit, subscription, now)


def _describe_silences(unit: Unit, subscription: Subscription, now: datetime) -> None:
    from calendar_service.remind.explaining import explain_silences

    silences = explain_silences(unit, subscription, now)
    if silences:
        say("  Nothing is sent ahead of:")
    for item in silences:
        kind = item.entry.kind.value.replace("_", " ")
        say(f"  {item.entry.day}  {kind} of {item.action.issuer.name}: {item.reason}")


def _say_state(subscription: Subscription) -> str:
    if subscription.ended_at:
        return f"ended on {subscription.ended_at:%Y-%m-%d}"
    if subscription.confirmed_at:
        return f"confirmed on {subscription.confirmed_at:%Y-%m-%d}"
    return "not confirmed yet, so only the question is sent"


def _say_rhythm(subscription: Subscription) -> str:
    names = {
        Rhythm.SINGLE: "one message for each date",
        Rhythm.DAILY: "a daily digest",
        Rhythm.WEEKLY: "a weekly digest",
    }
    return names[subscription.plan.rhythm] + (", and changes" if subscription.plan.changes else "")


def _say_lead(lead: Lead) -> str:
    days = "day" if lead.days == 1 else "days"
    return "on the day" if lead.days == 0 else f"{lead.days} {lead.count.value} {days} before"


def _say_kind(row: Delivery) -> str:
    """The kind of date that a reminder is of, as the entry's identifier names it."""
    kind = (row.entry_uid or "").rpartition("@")[0].rpartition("-")[2]
    return kind.replace("_", " ") if kind in set(DateKind) else ""


def _describe_row(row: Delivery, subscription: Subscription, name: str) -> str:
    due = row.due_at.astimezone(ZoneInfo(subscription.zone))
    what = " ".join(
        str(part) for part in (row.kind.value, name and f"of {name}", _say_kind(row), row.day) if part
    )
    lead = f", {_say_lead(row.lead)}" if row.lead else ""
    sent = f" at {row.sent_at:%Y-%m-%d %H:%M} UTC" if row.sent_at else ""
    late = ", late" if row.late else ""
    tries = f", {row.attempts} attempts" if row.attempts > 1 else ""
    note = f" ({row.note})" if row.note else ""
    return f"  {due:%Y-%m-%d %H:%M}  {row.state.value}{sent}{late}{tries}: {what}{lead}{note}"
