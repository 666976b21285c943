"""`calendar-service held`: what waits for a person, and what the person decides."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any

import click

from calendar_service.cli.options import open_service, say
from calendar_service.model.codes import DateKind
from calendar_service.model.records import Correction
from calendar_service.model.subscription import Selection

LIMIT = 1000
DATE_FIELDS = [f"dates.{kind.value}" for kind in DateKind]
EVERYTHING = Selection(past_days=36_500, future_days=36_500)


def decision(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command by which a person decides something: who, and why."""
    command = click.option("--why", default="", help="The reason; it is kept and shown.")(command)
    return click.option("--by", default=getpass.getuser, show_default="you", help="Who decides.")(command)


def decide(context: click.Context, target: str, field: str, value: str, by: str, why: str) -> None:
    """Remember one decision, apply it, and say what it changed, and what still waits."""
    from calendar_service.model.reconcile.overrides import find_problem  # with all that reconciling needs

    if problem := find_problem(field, value):
        raise click.UsageError(problem)
    with open_service(context) as service:
        changed = service.correct(Correction(target, field, value, by, service.clock.now(), why))
        with service.store.read() as unit:
            actions = unit.actions.find_all(changed)
        for action_id in changed:
            say(f"Changed: {service.links.action(action_id)}")
            if action_id in actions and (reasons := actions[action_id].held):
                say(f"    still held: {' '.join(map(str, reasons))}")
                say(f"    `calendar-service held release {action_id}` publishes it.")
    if not changed:
        say("Remembered; nothing changed by it.")


@click.group(invoke_without_command=True)
@click.pass_context
def held(context: click.Context) -> None:
    """List what is held for review, with the reasons; `release`, `correct` or `hold` one action."""
    if context.invoked_subcommand is not None:
        return
    with open_service(context) as service, service.store.read() as unit:
        waiting = unit.actions.list(EVERYTHING, service.clock.now().date(), held=True, limit=LIMIT)
        for action in waiting:
            days = ", ".join(f"{item.kind.value} {item.day}" for item in action.dates if item.day)
            kind = action.event_type.value.replace("_", " ")
            say(f"{action.id}  {action.issuer.name}: {kind} ({days or 'no dates'})")
            for reason in action.held:
                say(f"    {reason}")
    say(f"{len(waiting)} held." if waiting else "Nothing is held.")


@held.command()
@click.argument("action")
@decision
@click.pass_context
def release(context: click.Context, action: str, by: str, why: str) -> None:
    """Publish ACTION (an id) in spite of the reasons for which it is held."""
    decide(context, action, "release", "", by, why)


@held.command()
@click.argument("action")
@decision
@click.pass_context
def hold(context: click.Context, action: str, by: str, why: str) -> None:
    """Hold ACTION (an id) back until somebody releases it."""
    decide(context, action, "hold", "", by, why)


@held.command()
@click.argument("action")
@click.argument("field", type=click.Choice([*DATE_FIELDS, "amount", "status"]))
@click.argument("value")
@decision
@click.pass_context
def correct(context: click.Context, action: str, field: str, value: str, by: str, why: str) -> None:
    """Set FIELD of ACTION (an id) to VALUE: a date as YYYY-MM-DD ("" drops it), an amount as "EUR 1.20"."""
    decide(context, action, field, value, by, why)
