"""`calendar-service reminders`: what was or will be sent, and why."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from calendar_service.cli.options import open_service
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Delivery, Subscription

LIMIT = 1000


@click.command()
@click.option("--why", "address", required=True, metavar="ADDRESS", help="The address to explain.")
@click.pass_context
def reminders(context: click.Context, address: str) -> None:
    """Say what was or will be sent to ADDRESS, and why."""
    with open_service(context) as service, service.store.read() as unit:
        subscriptions = unit.subscriptions.by_target(address)
        reason = unit.subscriptions.suppressed(address)
        if reason:
            click.echo(f"Nothing is sent to {address} any more: {reason}")
        if not subscriptions:
            click.echo(f"{address} has no subscription.")
        for subscription in subscriptions:
            _describe(unit, subscription)


def _describe(unit: Unit, subscription: Subscription) -> None:
    if subscription.ended_at:
        state = f"ended on {subscription.ended_at:%Y-%m-%d}"
    elif subscription.confirmed_at:
        state = f"confirmed on {subscription.confirmed_at:%Y-%m-%d}"
    else:
        state = "not confirmed yet, so only the question is sent"
    click.echo(f"Subscription {subscription.id}: {state}")
    click.echo(f"  at {subscription.hour}:00 {subscription.zone}, {subscription.plan.rhythm.value} mails")
    for kind, leads in subscription.plan.leads:
        days = ", ".join(f"{lead.days} {lead.count.value} days" for lead in leads)
        click.echo(f"  {kind.value.replace('_', ' ')}: {days} before")
    rows = unit.deliveries.list(subscription_id=subscription.id, limit=LIMIT)
    actions = unit.actions.find_all({row.action_id for row in rows if row.action_id})
    for row in sorted(rows, key=lambda item: item.due_at):
        action = actions.get(row.action_id or "")
        click.echo(_describe_row(row, subscription, action.issuer.name if action else ""))


def _describe_row(row: Delivery, subscription: Subscription, name: str) -> str:
    due = row.due_at.astimezone(ZoneInfo(subscription.zone))
    what = (
        f"{row.kind.value} of {name} {row.day or ''}".rstrip()
        if name
        else f"{row.kind.value} {row.day or ''}"
    )
    lead = f", {row.lead.days} {row.lead.count.value} days ahead" if row.lead else ""
    sent = f" at {row.sent_at:%Y-%m-%d %H:%M} UTC" if row.sent_at else ""
    late = ", late" if row.late else ""
    note = f" ({row.note})" if row.note else ""
    return f"  {due:%Y-%m-%d %H:%M}  {row.state.value}{sent}{late}: {what}{lead}{note}"
