"""`calendar-service ingest`: read announcements into the calendar."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from calendar_service.cli.options import find_files, open_service, say

SHOW_PROGRESS_FROM = 20  # documents; fewer are quicker read than a bar


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True, path_type=Path))
@click.option(
    "--source",
    type=click.Choice(["issuer", "exchange", "news"]),
    help="What kind of source the documents come from; it decides whose word counts where they differ.",
)
@click.pass_context
def ingest(context: click.Context, files: tuple[Path, ...], source: str | None) -> None:
    """Read announcements (files, folders, or - for standard input) into the calendar.

    One document that cannot be read never stops the rest. Exit status: 0 when every document was
    read, 1 when some were rejected or missing.
    """
    outcomes: Counter[str] = Counter()
    prefix = f"cli:{source}/" if source else "cli:"
    with open_service(context) as service:
        paths = list(find_files(files))
        for path in _with_progress(paths):
            if str(path) == "-":
                result = service.ingest_bytes(
                    sys.stdin.buffer.read(service.document_bytes + 1), "standard input", f"{prefix}-"
                )
            elif path.is_file():
                result = service.ingest_file(path, f"{prefix}{path.resolve()}")
            else:
                say(f"{path}: there is no such file.", err=True)
                outcomes["missing"] += 1
                continue
            outcomes[result.outcome] += 1
            if len(paths) < SHOW_PROGRESS_FROM or result.outcome == "rejected":
                reason = f": {result.reason}" if result.reason else ""
                say(f"{path}: {result.outcome.replace('_', ' ')}{reason}", err=result.outcome == "rejected")
                for action_id in result.actions:
                    say(f"  {service.links.action(action_id)}")
    say(", ".join(f"{count} {word.replace('_', ' ')}" for word, count in sorted(outcomes.items())))
    context.exit(1 if outcomes["rejected"] or outcomes["missing"] else 0)


def _with_progress(paths: list[Path]) -> Iterable[Path]:
    if len(paths) < SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        return paths
    from rich.progress import track

    return track(paths, "Reading", transient=True)
