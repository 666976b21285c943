"""`calendar-service evaluate`: how well a labelled set of documents is read."""

from __future__ import annotations

from pathlib import Path

import click

from calendar_service.cli.options import read_settings


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--errors", is_flag=True, help="Also list each document that is not read as labelled.")
@click.pass_context
def evaluate(context: click.Context, labels: Path, folder: Path, as_json: bool, errors: bool) -> None:
    """Read each document that LABELS (JSON lines) names, as a path inside FOLDER, and score what is read.

    Prints the figures overall, by language, by kind of action and by kind of date.
    """
    from calendar_service import evaluate as scoring
    from calendar_service.bootstrap import read_files

    labelled = scoring.read_labels(labels)
    paths = tuple(folder / label["doc"] for label in labelled)
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise click.UsageError(
            f"{len(missing)} of {len(paths)} labelled documents are not in {folder}, {missing[0]} for one."
        )
    outcomes = read_files(paths, read_settings(context))
    readings = {
        path.relative_to(folder).as_posix(): None if isinstance(outcome, str) else outcome[1]
        for path, outcome in outcomes
    }
    report = scoring.evaluate(labelled, readings)
    click.echo(report.to_json() if as_json else report.to_text(errors=errors))
