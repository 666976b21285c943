"""`calendar-service ingest`: read announcements into the calendar."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from calendar_service.cli.options import find_files, open_service, say

if TYPE_CHECKING:
    from calendar_service.bootstrap import Service
    from calendar_service.ingest import Ingested
    from calendar_service.model.records import StoredDocument

T = TypeVar("T")

SHOW_PROGRESS_FROM = 20  # documents; fewer are quicker read than a bar


@click.command()
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "--source",
    type=click.Choice(["issuer", "exchange", "news"]),
    help="What kind of source the documents come from; it decides whose word counts where they differ.",
)
@click.option("--again", is_flag=True, help="Read anew what was read before, such as after an update.")
@click.option("--stored", is_flag=True, help="With --again: every document that was kept, instead of files.")
@click.pass_context
def ingest(
    context: click.Context, files: tuple[Path, ...], source: str | None, *, again: bool, stored: bool
) -> None:
    """Read announcements (files, folders, or - for standard input) into the calendar.

    One document that cannot be read never stops the rest. Exit status: 0 when every document was
    read, 1 when some were rejected or missing.
    """
    _check(files, source, again=again, stored=stored)
    outcomes: Counter[str] = Counter()
    prefix = f"cli:{source}/" if source else "cli:"
    with open_service(context) as service:
        items: Sequence[Path | StoredDocument] = service.list_stored() if stored else [*find_files(files)]
        is_short = len(items) < SHOW_PROGRESS_FROM
        for item in _with_progress(items):
            if isinstance(item, Path):
                name, result = str(item), _ingest_file(service, item, prefix, again=again)
            else:
                name, result = item.name, service.ingest_stored(item)
            if result is None:
                say(f"{name}: there is no such file.", err=True)
                outcomes["missing"] += 1
                continue
            outcomes[result.outcome] += 1
            if is_short or result.outcome == "rejected":
                _tell(service, name, result)
    say(", ".join(f"{count} {word.replace('_', ' ')}" for word, count in sorted(outcomes.items())))
    context.exit(1 if outcomes["rejected"] or outcomes["missing"] else 0)


def _check(files: tuple[Path, ...], source: str | None, *, again: bool, stored: bool) -> None:
    if stored and (files or source or not again):
        raise click.UsageError("--stored goes with --again, and with nothing else.")
    if not stored and not files:
        raise click.UsageError("Name files or folders, - for standard input, or give --again --stored.")


def _ingest_file(service: Service, path: Path, prefix: str, *, again: bool) -> Ingested | None:
    """What became of a file; None where there is none."""
    if str(path) == "-":
        content = sys.stdin.buffer.read(service.document_bytes + 1)
        return service.ingest_bytes(content, "standard input", f"{prefix}-", again=again)
    if not path.is_file():
        return None
    return service.ingest_file(path, f"{prefix}{path.resolve()}", again=again)


def _tell(service: Service, name: str, result: Ingested) -> None:
    reason = f": {result.reason}" if result.reason else ""
    say(f"{name}: {result.outcome.replace('_', ' ')}{reason}", err=result.outcome == "rejected")
    for action_id in result.actions:
        say(f"  {service.links.action(action_id)}")


def _with_progress(items: Sequence[T]) -> Iterable[T]:
    if len(items) < SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        return items
    from rich.progress import track

    return track(items, "Reading", transient=True)
