"""Frame: a table of funds with their ISINs that has lost its borders. It becomes a table again.

- one below the other: a cell a line, so that the ISINs stand equally far apart ("Global Shares", "DK0060101996", "2.70").
- run together: a line a row that begins with the ISIN and ends with the amount ("DK0060101996Global SharesDKK2.70"), below
  heads of which only capital letters tell where they begin ("ISINFundDividend per unit").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from calendar_service.extract.page.lines import bare_lines
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Item = Unit | Table
Cell = tuple[int, int]

_HEAD = "isin"  # stands above the codes, or before them
_LEAST = 2  # rows
_MOST = 6  # columns
_CELL = 80
_ISIN = r"[A-Z]{2}[A-Z0-9]{9}\d"
_ALONE = re.compile(_ISIN)
_NUMBER = re.compile(r"[A-Z]{0,3}\s?\d{1,4}(?:[.,]\d{1,6})?")
_GLUED = re.compile(rf"({_ISIN})\s?([^\W\d][^\n]{{2,70}}?[^\W\d)]\)?)\s?(\d{{1,4}}[.,]\d{{1,6}})")
_CASES = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=\bISIN)(?=[A-Z])")  # where the words of two heads touch
_WRAPPED = re.compile(r"[(/a-z\u00e0-\u00ff]")  # what begins so goes on with the head above
_COLUMNS = 3  # of rows that have run together


def with_isin_lists(items: list[Item], binder: Binder) -> list[Item]:
    """The items, with the lines of such lists as tables."""
    text = binder.page.text
    if _HEAD not in binder.page.shadow:
        return items
    found: list[Item] = []
    place = 0
    while place < len(items):
        read = _stacked(items, place, found, text) or _run_together(items, place, found, text)
        if read is None:
            found.append(items[place])
            place += 1
            continue
        heads, table, count = read
        del found[len(found) - heads :]
        found.append(table)
        place += count
    return found


def _line(items: Sequence[Item], place: int, text: str) -> str:
    """The words of a short line; "" where none stands there."""
    item = items[place] if 0 <= place < len(items) else None
    if not isinstance(item, Unit) or item.cells or item.end - item.start > _CELL:
        return ""
    return text[item.start : item.end].strip()


def _stacked(
    items: Sequence[Item], place: int, above: Sequence[Item], text: str
) -> tuple[int, Table, int] | None:
    """The list whose first row begins here, with the lines of its heads and its own; None where none does."""
    isins = [at for at in range(place, place + 2) if _ALONE.fullmatch(_line(items, at, text))]
    if not isins:
        return None
    first = isins[0]
    following = range(first + 1, first + 1 + _MOST)
    second = next((at for at in following if _ALONE.fullmatch(_line(items, at, text))), first)
    width = second - first
    rows = _rows(items, place, first - place, width, text) if width > 1 else []
    heads, lines = _heads(above, width, text)
    if len(rows) < _LEAST or len(heads) < width:
        return None
    return lines, Table([_row(heads), *rows]), width * len(rows)


def _rows(items: Sequence[Item], place: int, column: int, width: int, text: str) -> list[Unit]:
    """The rows from here on: each has its ISIN in this column, a number in its last one and words in its first."""
    rows: list[Unit] = []
    while True:
        lines = [_line(items, at, text) for at in range(place, place + width)]
        if column >= width or not all(lines) or not _ALONE.fullmatch(lines[column]):
            return rows
        if not _NUMBER.fullmatch(lines[-1]) or _NUMBER.fullmatch(lines[0]):
            return rows
        rows.append(
            _row([(one.start, one.end) for one in items[place : place + width] if isinstance(one, Unit)])
        )
        place += width


def _row(cells: Sequence[Cell]) -> Unit:
    return Unit(cells[0][0], cells[-1][1], 0, tuple(cells))


def _heads(above: Sequence[Item], width: int, text: str) -> tuple[list[Cell], int]:
    """The heads of the columns, which end right here, and of how many lines they are: a head may run over two."""
    found: list[Cell] = []
    place = len(above)
    wrapped: int | None = None  # where a head ends of which only the last line has been met
    while len(found) < width:
        place -= 1
        words, item = _line(above, place, text), above[place] if place >= 0 else None
        if not words or words[-1] in ".:;" or not isinstance(item, Unit):
            break
        if _WRAPPED.match(words) and wrapped is None:
            wrapped = item.end
            continue
        found.insert(0, (item.start, wrapped or item.end))
        wrapped = None
    return found, len(above) - place


def _run_together(
    items: Sequence[Item], place: int, above: Sequence[Item], text: str
) -> tuple[int, Table, int] | None:
    """The list whose rows are the lines of the units from here on."""
    rows: list[Unit] = []
    begin = place
    while place < len(items) and (told := _glued(items[place], text)):
        rows += told
        place += 1
    last = above[-1] if above else None
    if len(rows) < _LEAST or not isinstance(last, Unit) or last.cells:
        return None
    cuts = [last.start, *(cut.start() for cut in _CASES.finditer(text, last.start, last.end)), last.end]
    heads = [*pairwise(cuts)]
    if len(heads) < _COLUMNS:
        return None
    named = [(heads[1][0], heads[-2][1]), heads[0], heads[-1]]
    return 1, Table([Unit(last.start, last.end, 0, tuple(named)), *rows]), place - begin


def _glued(item: Item, text: str) -> list[Unit]:
    """The lines of a unit as rows, the name first; [] where one of them is none."""
    if isinstance(item, Table) or item.cells:
        return []
    lines = bare_lines(text, item.start, item.end)
    told = [_GLUED.fullmatch(text, *line) for line in lines]
    rows = [Unit(*one.span(), 0, (one.span(2), one.span(1), one.span(3))) for one in told if one]
    return rows if len(rows) == len(lines) else []
