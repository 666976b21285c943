"""`calendar-service explain`: what is read from a document, field by field, with the proof of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from calendar_service.cli.options import plain, read_settings, say
from calendar_service.model.announcement import Announcement, Reading
from calendar_service.model.codes import Knowledge
from calendar_service.model.document import Text
from calendar_service.model.values import EventDate, Evidence

CONTEXT = 50  # characters of the document shown on either side of a quote


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--refused/--no-refused", default=True, help="Also list what was seen but not taken, and why.")
@click.pass_context
def explain(context: click.Context, files: tuple[Path, ...], refused: bool) -> None:
    """Show what is read from each FILE: each field, its quote in context, the rule that took it, and what was refused."""
    from calendar_service.bootstrap import read_files

    failed = False
    for path, outcome in read_files(files, read_settings(context)):
        click.secho(plain(str(path)), bold=True)
        if isinstance(outcome, str):
            failed = True
            say(f"  Rejected: {outcome}")
            continue
        text, reading = outcome
        for line in _describe(text, reading, refused=refused):
            say(line)
    context.exit(1 if failed else 0)


def _describe(text: Text, reading: Reading, *, refused: bool) -> Iterator[str]:
    yield f"  {text.format}, {len(text.content):,} characters, language {reading.language}, announced {reading.announced}"
    yield from (f"  Note: {note}" for note in text.notes)
    if not reading.announcements:
        yield f"  No action found: {reading.reason}"
    for announcement in reading.announcements:
        yield ""
        yield from _describe_announcement(text, announcement)
    if refused and reading.refusals:
        yield ""
        yield "  Seen, and not taken:"
        for refusal in reading.refusals:
            yield f"    {_in_context(text, refusal.evidence)}"
            yield f"      {refusal.reason}  [{refusal.evidence.rule}]"


def _describe_announcement(text: Text, announcement: Announcement) -> Iterator[str]:
    issuer = announcement.issuer
    tickers = ", ".join(f"{item.mic or item.market or item.scheme}:{item.value}" for item in issuer.ids)
    kind = announcement.event_type.value.replace("_", " ")
    yield f"  {kind.capitalize()}: {issuer.name or 'unknown issuer'}{f' ({tickers})' if tickers else ''}"
    yield f"    status {announcement.status.value.replace('_', ' ')}; notice {announcement.function.value}"
    for name, value in _list_fields(announcement):
        yield f"    {name:22} {value}"
    proofs = dict(announcement.evidence)
    if announcement.amount is not None and announcement.amount.evidence is not None:
        proofs["amount"] = announcement.amount.evidence
    for name, evidence in proofs.items():
        yield f"    {name:22} {_in_context(text, evidence)}  [{evidence.rule}]"
    for item in announcement.dates:
        yield f"    {item.kind.value.replace('_', ' '):22} {_describe_day(item)}"
        if item.evidence is not None:
            yield f"    {'':22} {_in_context(text, item.evidence)}  [{item.evidence.rule}]"
    yield from (f"    Held for review: {doubt}" for doubt in announcement.doubts)


def _list_fields(announcement: Announcement) -> Iterator[tuple[str, str]]:
    if announcement.amount is not None:
        yield (
            "amount",
            f"{announcement.amount.money} per {announcement.amount.per} ({announcement.amount.kind.value})",
        )
    values = {
        "security": announcement.security,
        "period": announcement.period,
        "total": announcement.total,
        "ratio": announcement.ratio,
        "funded from": announcement.funded_from,
        "meeting": announcement.meeting.name if announcement.meeting else None,
        "place": announcement.meeting.place if announcement.meeting else None,
    }
    yield from ((name, str(value)) for name, value in values.items() if value)


def _describe_day(item: EventDate) -> str:
    if item.knowledge in {Knowledge.UNKNOWN, Knowledge.ONGOING}:
        return "to be announced" if item.knowledge is Knowledge.UNKNOWN else "ongoing"
    day = f"{item.day:%Y-%m}" if item.knowledge is Knowledge.MONTH else f"{item.day} ({item.day:%a})"
    until = f" to {item.last_day}" if item.last_day else ""
    hour = f" {item.time:%H:%M} {item.zone or ''}".rstrip() if item.time else ""
    flags = (
        f"  {', '.join(sorted(flag.value.replace('_', ' ') for flag in item.flags))}" if item.flags else ""
    )
    return f"{day}{until}{hour}{flags}"


def _in_context(text: Text, evidence: Evidence) -> str:
    """The quote in brackets, with a little of the document around it, on one line."""
    before = text.content[max(0, evidence.start - CONTEXT) : evidence.start]
    after = text.content[evidence.end : evidence.end + CONTEXT]
    where = f" (page {evidence.page})" if evidence.page else ""
    return " ".join(f"…{before}⟦{evidence.quote}⟧{after}…".split()) + where
