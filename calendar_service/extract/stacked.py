"""Frame: a table whose cells stand one below the other, as forms and web pages come when they lose their borders.

First the heads of its columns, a line each, then the cells of each row, a line each ("Record date", "Payment date",
"Amount", "5 May 2026", "9 May 2026", "$0.20", "4 August 2026" ...). A row is known by its dates: they stand exactly
where the heads speak of dates.
"""

from __future__ import annotations

import re

from calendar_service.extract.binder import Binder
from calendar_service.extract.lexicon import DATE_FIELDS
from calendar_service.extract.normalise import Table, Unit
from calendar_service.extract.sums import has_digit

_COLUMNS = range(2, 9)
_ROWS = 400
_CELL = 60
_NAME = 120  # of a fund or series
_WEEKDAY = re.compile(r"[^\W\d_]{2,12}[.,]?\s{1,2}")


def is_value(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line begins with a date, or the day of the week and a date, or an amount, and says little more."""
    if unit.end - unit.start > _CELL or unit.cells:
        return False
    dates = binder.dates_in(unit.start, unit.end, languages)
    shadow = binder.page.shadow
    if dates:
        begins = dates[0].start - unit.start <= 2 or _WEEKDAY.fullmatch(shadow, unit.start, dates[0].start)
        return bool(begins) and unit.end - dates[-1].end <= 12
    for language in languages:
        money = binder.tools[language].amounts.money(shadow, unit.start, unit.end)
        if money:
            return money[0].start - unit.start <= 2
    return False


def with_stacked(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with the lines of each stacked table replaced by the table."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        count, table = _stacked_at(items, place, binder, languages)
        found.append(table or items[place])
        place += count or 1
    return found


def _stacked_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, Table | None]:
    """How many lines from here on are one stacked table, and the table; (0, None) where none begins here."""
    first = items[place]
    if not isinstance(first, Unit) or not first.heading:
        return 0, None
    heads: list[Unit] = []
    dated: list[bool] = []
    for item in items[place : place + _COLUMNS[-1]]:
        if not isinstance(item, Unit) or item.cells or not item.heading or item.end - item.start > _NAME:
            break
        if binder.dates_in(item.start, item.end, languages) or is_value(item, binder, languages):
            break
        heads.append(item)
        dated.append(_heads_dates(item, binder, languages))
    for width in _COLUMNS:
        if width > len(heads) or sum(dated[:width]) < max(2, width // 2):
            continue
        rows = _rows_below(items, place + width, dated[:width], binder, languages)
        if rows:
            lines = [heads[:width], *rows]
            return width * len(lines), Table([_row(line) for line in lines])
    return 0, None


def _rows_below(
    items: list[Unit | Table], place: int, dated: list[bool], binder: Binder, languages: tuple[str, ...]
) -> list[list[Unit]]:
    rows: list[list[Unit]] = []
    width = len(dated)
    while len(rows) < _ROWS:
        row = [one for one in items[place : place + width] if isinstance(one, Unit) and not one.cells]
        if len(row) < width or any(one.end - one.start > _NAME for one in row):
            break
        if [_is_day(one, binder, languages) for one in row] != dated:
            break
        if any(_is_head(one, binder, languages) for one, day in zip(row, dated, strict=True) if not day):
            break
        rows.append(row)
        place += width
    following = [one for one in items[place : place + 1] if isinstance(one, Unit)]
    firsts = [*(row[0] for row in rows), *following]
    return [] if rows and not dated[0] and _is_shifted(firsts, binder, languages) else rows


def _is_shifted(firsts: list[Unit], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether amounts stand below a first cell that is none: it is the head of the column, and the rows begin later."""
    amounts = [is_value(one, binder, languages) and not _is_day(one, binder, languages) for one in firsts]
    return not amounts[0] and any(amounts)


def _row(line: list[Unit]) -> Unit:
    cells = tuple((one.start, one.end) for one in line)
    return Unit(line[0].start, line[-1].end, line[0].block, cells)


def _is_day(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    dates = binder.dates_in(unit.start, unit.end, languages)
    return bool(dates) and dates[0].day is not None and is_value(unit, binder, languages)


def _is_head(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line heads dates or amounts, and holds none itself."""
    if has_digit(binder.page.shadow[unit.start : unit.end]):
        return False
    hits = binder.hits_in(unit.start, unit.end, languages)
    length = unit.end - unit.start
    money = [hit for hit in hits if hit.phrase.role == "per_share"]
    named = any(not hit.phrase.label_only or (hit.end - hit.start) * 2 > length for hit in money)
    return named or _heads_dates(unit, binder, languages)


def _heads_dates(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    hits = binder.hits_in(unit.start, unit.end, languages)
    cues = [hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.value in DATE_FIELDS]
    if any(hit.phrase.role == "per_share" for hit in hits):
        return any(not hit.phrase.label_only for hit in cues)
    return bool(cues)
