"""`calendar-service evaluate`: how well a labelled set of documents is read."""

from __future__ import annotations

from pathlib import Path

import click

from calendar_service.cli.options import find_files, read_settings


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--errors", is_flag=True, help="Also list each document that is not read as labelled.")
@click.pass_context
def evaluate(context: click.Context, labels: Path, folder: Path, as_json: bool, errors: bool) -> None:
    """Read every document of FOLDER and score it against LABELS (JSON lines), by language, action and date kind."""
    from calendar_service import evaluate as scoring
    from calendar_service.bootstrap import read_files

    outcomes = read_files(tuple(find_files((folder,))), read_settings(context))
    readings = {
        path.relative_to(folder).as_posix(): None if isinstance(outcome, str) else outcome[1]
        for path, outcome in outcomes
    }
    report = scoring.evaluate(scoring.read_labels(labels), readings)
    click.echo(report.to_json() if as_json else report.to_text(errors=errors))
