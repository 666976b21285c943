"""`calendar-service actions`: look at actions, and mend how announcements were taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calendar_service.cli.held import EVERYTHING, decide, decision
from calendar_service.cli.options import open_service, say
from calendar_service.errors import NotFoundError

if TYPE_CHECKING:
    from calendar_service.model.action import CorporateAction
    from calendar_service.model.ports import Unit


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@click.pass_context
def actions(context: click.Context, limit: int) -> None:
    """List actions by nearest date; `show` one, `split` an announcement off it, or `merge` two."""
    if context.invoked_subcommand is not None:
        return
    with open_service(context) as service, service.store.read() as unit:
        found = unit.actions.list(EVERYTHING, service.clock.now().date(), limit=limit)
        for action in found:
            days = ", ".join(f"{item.kind.value} {item.day}" for item in action.dates if item.day)
            kind = action.event_type.value.replace("_", " ")
            state = "held" if action.held else action.status.value.replace("_", " ")
            say(f"{action.id}  {action.issuer.name}: {kind}, {state} ({days or 'no dates'})")
        if not found:
            say(
                f"There are no actions in {service.settings.data} yet; `calendar-service ingest` reads announcements."
            )


@actions.command()
@click.argument("action_id", metavar="ACTION")
@click.pass_context
def show(context: click.Context, action_id: str) -> None:
    """Show the history of ACTION (an id): what changed, when it was known, and by which announcement."""
    with open_service(context) as service, service.store.read() as unit:
        action = unit.actions.find(action_id)
        if action is None:
            raise NotFoundError(f"There is no action {action_id}; `calendar-service actions` lists them.")
        say(f"{action.issuer.name}: {action.event_type.value.replace('_', ' ')}, {action.status.value}")
        names = _announcements(action, unit)
        for revision in unit.actions.revisions(action.id):
            cause = names.get(revision.cause, revision.cause) + (
                f": {revision.reason}" if revision.reason else ""
            )
            say(f"{revision.number}. {revision.known_at:%Y-%m-%d %H:%M} UTC, by {cause}")
            for change in revision.changes:
                proof = f'  "{change.evidence.quote}"' if change.evidence and change.evidence.document else ""
                say(f"     {change.field}: {change.old or '-'} -> {change.new or '-'}{proof}")
        say("Announcements:")
        for announcement_id, name in names.items():
            say(f"     {announcement_id}  {name}")


def _announcements(action: CorporateAction, unit: Unit) -> dict[str, str]:
    """The name of the document that each of the action's announcements comes from, by the announcement's id."""
    documents = {one: unit.documents.find(one.rpartition(".")[0]) for one in action.announcements}
    return {one: document.name if document else "" for one, document in documents.items()}


@actions.command()
@click.argument("announcement")
@decision
@click.pass_context
def split(context: click.Context, announcement: str, by: str, why: str) -> None:
    """Take ANNOUNCEMENT (an id, see `actions show`) out of its action: it speaks of another one."""
    decide(context, announcement, "split", announcement, by, why)


@actions.command()
@click.argument("action")
@click.argument("other")
@decision
@click.pass_context
def merge(context: click.Context, action: str, other: str, by: str, why: str) -> None:
    """Take ACTION and OTHER (ids) together: they are one."""
    decide(context, action, "merge", other, by, why)
