"""Frame: a table whose columns stand one below the other: a head, below it its values, a line each, then the next head
("Record date", "31 May 2026", "31 August 2026", "Payment date", "1 July 2026", "1 October 2026").

The columns have as many values each: the first of each belong together, and so on. Where they have not, nobody can tell
which belong together, and they are left unread.
"""

from __future__ import annotations

from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Table, Unit
from calendar_service.extract.stacked import heads_dates, is_day, is_value

_HEAD = 60
_MOST = 60  # values in a column


def with_piles(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with the lines of such columns replaced by a table, and without those of uneven ones."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        columns = _columns_at(items, place, binder, languages)
        if len(columns) < 2:
            found.append(items[place])
            place += 1
            continue
        if len({len(column) for column in columns}) == 1:
            found.append(Table([_row(list(line)) for line in zip(*columns, strict=True)]))
        place += sum(map(len, columns))
    return found


def _columns_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[list[Unit]]:
    """The columns that begin here, each with its head first."""
    columns = []
    while column := _column_at(items, place, binder, languages):
        columns.append(column)
        place += len(column)
    return columns


def _column_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """A head of dates and the lines below it, at least two, that are days; [] where none begins here."""
    head = items[place] if place < len(items) else None
    if not isinstance(head, Unit) or head.cells or head.end - head.start > _HEAD:
        return []
    if not heads_dates(head, binder, languages) or binder.dates_in(head.start, head.end, languages):
        return []
    column = [head]
    for item in items[place + 1 : place + 1 + _MOST]:
        if not isinstance(item, Unit) or not is_value(item, binder, languages):
            break
        if not is_day(item, binder, languages):
            return []
        column.append(item)
    return column if len(column) > 2 else []


def _row(cells: list[Unit]) -> Unit:
    return Unit(
        cells[0].start, cells[-1].end, cells[0].block, tuple((cell.start, cell.end) for cell in cells)
    )
