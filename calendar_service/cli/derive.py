"""`calendar-service derive`: what a market's rules add to a record date."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calendar_service.cli.options import read_settings

if TYPE_CHECKING:
    from calendar_service.markets.exchange import Markets


@click.command()
@click.option("--mic", help="The market (ISO 10383), such as XTKS.")
@click.option("--record", type=click.DateTime(["%Y-%m-%d"]), help="The record date.")
@click.option("--bookclose-from", type=click.DateTime(["%Y-%m-%d"]), help="The first day of a book closure.")
@click.option("--event", help="What it is: dividend, special, split, spin-off ...")
@click.option(
    "--csv",
    "table",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A CSV file (or -) with columns mic and record; it is printed with ex, last_cum, rule, declined added.",
)
@click.pass_context
def derive(
    context: click.Context,
    mic: str | None,
    record: datetime | None,
    bookclose_from: datetime | None,
    event: str | None,
    table: Path | None,
) -> None:
    """Derive the ex-date and the last day to buy from a record date, and say by which rule."""
    from calendar_service.bootstrap import build_market

    markets = build_market(read_settings(context))
    if table is not None:
        _derive_table(table, markets)
        return
    if mic is None or record is None:
        raise click.UsageError("Give --mic and --record, or --csv FILE.")
    found = markets.derive_one(mic, record.date(), bookclose_from=_day(bookclose_from), event=event)
    click.echo(found.explain())
    context.exit(1 if found.declined else 0)


def _derive_table(table: Path, markets: Markets) -> None:
    """Print the CSV file with what is derived from each row. Raises UsageError where it is no such file."""
    from calendar_service.markets.table import derive_csv, find_missing

    try:
        with click.open_file(str(table), encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            if missing := find_missing(reader.fieldnames or ()):
                raise click.UsageError(
                    f"The CSV file has no column {' and no column '.join(missing)}. Name them in its first line, "
                    "parted by commas."
                )
            rows, columns = derive_csv(reader, markets)
    except UnicodeDecodeError:
        raise click.UsageError("The CSV file is no text in UTF-8; save it as such.") from None
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant else None
