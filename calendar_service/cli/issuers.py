"""`calendar-service issuers`: who announces, and which names are one company's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calendar_service.cli.held import decision
from calendar_service.cli.options import open_service, say
from calendar_service.errors import NotFoundError
from calendar_service.model.records import Correction

if TYPE_CHECKING:
    from calendar_service.bootstrap import Service


@click.group(invoke_without_command=True)
@click.option("--search", default="", help="Only those whose name or ticker holds these words.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@click.pass_context
def issuers(context: click.Context, search: str, limit: int) -> None:
    """List issuers by name; `show` one, `merge` two that are one company, or `split` them again."""
    if context.invoked_subcommand is not None:
        return
    with open_service(context) as service, service.store.read() as unit:
        found = unit.actions.issuers(search=search, limit=limit)
    for issuer in found:
        tickers = f" ({', '.join(issuer.tickers)})" if issuer.tickers else ""
        say(f"{issuer.id}  {issuer.name}{tickers}")
    if not found:
        say("There are no such issuers.")


@issuers.command()
@click.argument("issuer_id", metavar="ISSUER")
@click.pass_context
def show(context: click.Context, issuer_id: str) -> None:
    """Show what ISSUER (an id) is known by, which issuers it stands for, and what people decided on it."""
    with open_service(context) as service, service.store.read() as unit:
        issuer = unit.actions.issuer(issuer_id)
        if issuer is None:
            raise NotFoundError(f"There is no issuer {issuer_id}; `calendar-service issuers` lists them.")
        parts, decisions = unit.actions.issuer_parts(issuer.id), unit.actions.issuer_decisions(issuer.id)
    say(f"{issuer.id}  {issuer.name}")
    for item in issuer.ids:
        say(f"    {item.scheme} {item.mic + ':' if item.mic else ''}{item.value}")
    for part in parts:
        say(f"Stands for {part.id}  {part.name}: {part.reason}")
        say(f"    `calendar-service issuers split {part.id}` parts them.")
    for one in decisions:
        words = "merged into" if one.field == "issuer_merge" else "parted from"
        why = f": {one.why}" if one.why else ""
        say(f"{one.at:%Y-%m-%d %H:%M} UTC, {one.by}: {one.target} {words} {one.value}{why}")


@issuers.command()
@click.argument("issuer_id", metavar="ISSUER")
@click.argument("other")
@decision
@click.pass_context
def merge(context: click.Context, issuer_id: str, other: str, by: str, why: str) -> None:
    """Let ISSUER stand for OTHER too (ids): they are one company. `split OTHER` undoes it."""
    with open_service(context) as service:
        decided = Correction(other, "issuer_merge", issuer_id, by, service.clock.now(), why)
        _report(service, service.merge_issuers(decided))


@issuers.command()
@click.argument("issuer_id", metavar="ISSUER")
@decision
@click.pass_context
def split(context: click.Context, issuer_id: str, by: str, why: str) -> None:
    """Let ISSUER (an id, see `issuers show`) stand for itself again: it is another company, and stays so."""
    with open_service(context) as service:
        decided = Correction(issuer_id, "issuer_split", "", by, service.clock.now(), why)
        _report(service, service.split_issuer(decided))


def _report(service: Service, changed: tuple[str, ...]) -> None:
    for action_id in changed:
        say(f"Changed: {service.links.action(action_id)}")
    if not changed:
        say("Done; no action changed by it.")
