"""`calendar-service extract`: what documents say, as JSON lines, without storing anything."""

from __future__ import annotations

import json
from pathlib import Path

import click

from calendar_service.cli.options import find_files, plain, read_settings


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line, one line a document.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def extract(context: click.Context, jsonl: bool, paths: tuple[Path, ...]) -> None:  # noqa: ARG001
    """Print what documents (files, or folders of them) say: one JSON line a document; nothing is stored.

    A document that cannot be read gives a line with no events and an "error" that says why.
    """
    from calendar_service.bootstrap import read_files
    from calendar_service.extract.labels import to_label

    for path, outcome in read_files(tuple(find_files(paths)), read_settings(context)):
        if isinstance(outcome, str):
            label: dict[str, object] = {
                "doc": path.as_posix(),
                "issuer": None,
                "events": [],
                "error": outcome,
            }
        else:
            label = to_label(outcome[1], path.as_posix())
        click.echo(plain(json.dumps(label, ensure_ascii=False), json.dumps))
