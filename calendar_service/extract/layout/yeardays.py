"""Frame: lines of a calendar that begin with a day without its year ("14 May: Annual General Meeting"), below a heading
that names the year ("Financial calendar 2026"). They become the rows of a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.layout.daylines import FEW, Item, day_of
from calendar_service.extract.page.lines import lines_of, strip
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_LINE = 180
_LETTERS = 2
_BEFORE = " \t*•·▪●–-"
_PARTS = " \t:|–—-"
# "20.03." and "20.03"; that the words behind begin with a small letter makes it a sentence.
_SHORT = 7  # signs of the longest, "20. 03."
_SHORT_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.?(?=$|[\s:–-])")


def with_dated_lines(
    items: Sequence[Item],
    year_above: Callable[[Unit], int | None],
    binder: Binder,
    languages: tuple[str, ...],
) -> list[Item]:
    """The items, with the lines below a calendar's heading as a table; `year_above` gives the year that a heading names."""
    items = _parted(items, binder)
    found: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        found.append(item)
        place += 1
        if isinstance(item, Table) or item.end - item.start > _LINE or year_above(item) is None:
            continue
        rows, count = _rows_at(items, place, binder, languages)
        if len(rows) >= FEW:
            found.append(Table(rows))
            place += count
    return found


def _parted(items: Sequence[Item], binder: Binder) -> list[Item]:
    """The items, with the day of the next line as one of its own, where it ends the words behind a day, as it would a sentence."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        behind_day = isinstance(before, Unit) and _is_short_day(before, binder)
        lines = _lines(item, binder) if behind_day and isinstance(item, Unit) and not item.cells else []
        if len(lines) > 1 and _is_short_day(lines[-1], binder):
            found += [replace(lines[0], end=lines[-2].end), replace(lines[-1], heading=False)]
        else:
            found.append(item)
    return found


def _lines(unit: Unit, binder: Binder) -> list[Unit]:
    """The lines of a unit; [] where it is longer than those of a calendar."""
    if unit.end - unit.start > 2 * _LINE:
        return []
    text = binder.page.text
    lines = (strip(text, *line) for line in lines_of(text, unit.start, unit.end))
    return [Unit(*line, unit.block, heading=True) for line in lines]


def _is_short_day(unit: Unit, binder: Binder) -> bool:
    if unit.end - unit.start > _SHORT:
        return False
    return _SHORT_DAY.fullmatch(binder.page.shadow, unit.start, unit.end) is not None


def _rows_at(
    items: Sequence[Item], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[list[Unit], int]:
    """The rows that begin here, and how many items they take."""
    rows: list[Unit] = []
    begin = place
    while place < len(items):
        unit, taken = _unit_at(items, place, binder)
        found = _rows_of(unit, binder, languages) if unit else []
        if not found:
            break
        rows += found
        place += taken
    return rows, place - begin


def _unit_at(items: Sequence[Item], place: int, binder: Binder) -> tuple[Unit | None, int]:
    """The lines that begin here, and how many items they take: a day that ends with a stop looks like a sentence."""
    item = items[place]
    if isinstance(item, Table) or item.cells:
        return None, 1
    after = items[place + 1] if place + 1 < len(items) else None
    if not _is_short_day(item, binder) or not isinstance(after, Unit):
        return (item if item.heading else None), 1
    parted = "\n" in binder.page.text[item.end : after.start]
    return (None, 1) if parted else (Unit(item.start, after.end, item.block, heading=True), 2)


def _rows_of(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """A row for each line of a unit; [] where one of them is none."""
    lines = [strip(binder.page.text, *line) for line in lines_of(binder.page.text, unit.start, unit.end)]
    rows = [row for line in lines if (row := _row_of(*line, unit, binder, languages)) is not None]
    return rows if len(rows) == len(lines) else []


def _row_of(start: int, stop: int, unit: Unit, binder: Binder, languages: tuple[str, ...]) -> Unit | None:
    """A line as the cells of its day and of what happens; None where it does not begin with a day without its year."""
    text = binder.page.text
    begin = _past(text, start, stop, _BEFORE)
    end = _end_of_day(begin, stop, binder, languages)
    if end is None or stop - start > _LINE:
        return None
    words = _past(text, end, stop, _PARTS)
    told = text[words:stop]
    if sum(map(str.isalpha, told)) < _LETTERS or binder.dates_in(words, stop, languages):
        return None
    if told[0].islower() and not any(sign in _PARTS.strip() for sign in text[end:words]):
        return None  # "14 May is the day of the meeting"
    return Unit(start, stop, unit.block, ((begin, end), (words, stop)))


def _end_of_day(start: int, stop: int, binder: Binder, languages: tuple[str, ...]) -> int | None:
    """Where the day ends that a line begins with, where it has no year."""
    short = _SHORT_DAY.match(binder.page.shadow, start, stop)
    if short:
        return short.end()
    first = next(iter(binder.dates_in(start, stop, languages)), None)
    if first is None or first.year or day_of(start, first.end, binder, languages) is None:
        return None
    return first.end


def _past(text: str, start: int, stop: int, signs: str) -> int:
    """The place behind these signs."""
    return stop - len(text[start:stop].lstrip(signs))
