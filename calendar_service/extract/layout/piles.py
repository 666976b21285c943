"""Frame: a table whose columns stand one below the other: a head, below it its values, a line each, then the next head
("Record date", "31 May 2026", "31 August 2026", "Payment date", "1 July 2026", "1 October 2026").

The columns have as many values each: the first of each belong together, and so on. Where they have not, nobody can tell
which belong together, and they are left unread. A column of securities may stand above them, one of amounts below.
"""

from __future__ import annotations

from calendar_service.extract.layout.stacked import heads_dates, is_day, is_value
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_HEAD = 60
_MOST = 60  # values in a column
_COLUMNS = 12  # so many columns stand below each other; more are no table that anybody reads


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
        place += sum(map(len, columns))
        if len({len(column) for column in columns}) == 1:
            count = len(columns[0])
            amounts = _amounts_at(items[place : place + count], count, binder, languages)
            names = _names_before(found[-count:], count, binder, languages)
            found = found[: len(found) - len(names)]
            place += len(amounts)
            columns = [column for column in (names, *columns, amounts) if column]
            found.append(Table([_row(list(line)) for line in zip(*columns, strict=True)]))
    return found


def _columns_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[list[Unit]]:
    """The columns that begin here, each with its head first; they end where a head stands a second time."""
    columns: list[list[Unit]] = []
    heads: set[str] = set()
    while len(columns) < _COLUMNS and (column := _column_at(items, place, binder, languages)):
        head = binder.page.shadow[column[0].start : column[0].end].strip(" \t:")
        if head in heads:
            break
        heads.add(head)
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


def _amounts_at(
    items: list[Unit | Table], count: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The items as a column of `count` lines, amounts below their head; [] where they are none."""
    lines = [item for item in items if isinstance(item, Unit) and not item.cells]
    if len(items) != count or len(lines) < count:
        return []
    hits = binder.hits_in(lines[0].start, lines[0].end, languages)
    if not any(hit.phrase.role == "per_share" for hit in hits) or is_value(lines[0], binder, languages):
        return []
    paid = [is_value(one, binder, languages) and not is_day(one, binder, languages) for one in lines[1:]]
    return lines if all(paid) else []


def _names_before(
    items: list[Unit | Table], count: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The items as a column of `count` lines, securities below their head; [] where they are none."""
    lines = [
        item for item in items if isinstance(item, Unit) and not item.cells and item.end - item.start <= _HEAD
    ]
    if len(items) != count or len(lines) < count:
        return []
    named = [binder.bare(one.start, one.end, one.block, languages).securities for one in lines[1:]]
    return lines if all(named) else []


def _row(cells: list[Unit]) -> Unit:
    return Unit(
        cells[0].start, cells[-1].end, cells[0].block, tuple((cell.start, cell.end) for cell in cells)
    )
