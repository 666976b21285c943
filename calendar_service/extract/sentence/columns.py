"""Which column of values a cell belongs to, where rows of a table have empty cells.

Tabs and bars keep the place of an empty cell; with blanks, the place below the head of the column tells it. What
neither tells is doubted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Unit
from calendar_service.model.remarks import remark

UNSURE = remark("which column of its table a value belongs to is not certain")
Cell = tuple[int, int]
IsValue = Callable[[Cell], bool]
_SURE = 2  # so many days of a row tell where it belongs
_MOST = 100  # columns; each cell of a row is held against all of them
_OURS = frozenset({"event", "per_share", "security", "cue"})
_PAID = frozenset({"payment", "record", "ex"})
WHOSE = re.compile(r"\s{1,3}(of|for)\s{1,3}(?=[^\W\d_])")


def without_gaps(rows: Sequence[Unit], is_value: IsValue) -> tuple[list[Unit], bool]:
    """The rows, without an empty cell between a label and its value, as forms have it beside rows of classes.

    Where other rows have values in that column, the empty cell says that this row has none there. Where only a head
    tells of two columns, the value may be meant for the second alone: then the rows are not sure.
    """
    gaps = [_has_gap(row.cells) for row in rows]
    if not any(gaps) or any(len(row.cells) > 1 and is_value(row.cells[1]) for row in rows):
        return list(rows), True
    closed = [
        replace(row, cells=(row.cells[0], row.cells[2])) if gap else row
        for row, gap in zip(rows, gaps, strict=True)
    ]
    return closed, not _heads_two(rows[0].cells)


def _heads_two(cells: tuple[Cell, ...]) -> bool:
    return [start < end for start, end in cells] == [False, True, True]


def _has_gap(cells: tuple[Cell, ...]) -> bool:
    return [start < end for start, end in cells] == [True, False, True]


def from_the_right(
    cells: Sequence[Cell], headed: Sequence[int], is_day: IsValue, width: int
) -> dict[int, Cell]:
    """The cells of a row by their columns, of which there are `width`. A row that has lost its first cells, as those that
    span several rows are, is moved to the right, so that its days, at least two, stand below columns `headed` by days.
    """
    columns = dict(enumerate(cells))
    filled = {place: cell for place, cell in columns.items() if cell[0] < cell[1]}
    missing = width - 1 - max(filled, default=width)
    if missing <= 0 or not headed:
        return columns
    dated = [place for place, cell in filled.items() if is_day(cell)]
    heads = {*headed}
    if len(dated) < _SURE or heads.issuperset(dated):
        return columns
    shifts = (lost for lost in range(1, missing + 1) if dated[0] + lost in heads)
    lost = next((lost for lost in shifts if all(place + lost in heads for place in dated)), 0)
    return {place + lost: cell for place, cell in filled.items()} if lost else columns


def placed(rows: Sequence[Unit], text: str, is_value: IsValue) -> tuple[list[Unit], bool]:
    """The rows of a table that blanks align, each cell in the column below whose head it stands, and whether all do.

    The rows stay as they are where there is but one column of values, and where all rows have all cells.
    """
    spans = [_places(row, text) for row in rows]
    filled = [_indented(row, found) for row, found in zip(rows, spans, strict=True)]
    width = max(len(row.cells) for row in filled)
    if not 2 < width <= _MOST or all(len(row.cells) in (1, width) for row in filled):
        return (list(rows) if width <= 2 else filled), True
    whole = [
        [(0, 0)] * (width - len(found)) + found
        for row, found in zip(filled, spans, strict=True)
        if len(row.cells) == width
    ]
    if not any(_is_parallel(row.cells, is_value) for row in filled if len(row.cells) == width):
        return list(rows), True
    columns = [
        (min(one[number][0] for one in whole), max(one[number][1] for one in whole))
        for number in range(width)
    ]
    found, sure = [], True
    for row, places in zip(filled, spans, strict=True):
        told = _told(row, places, columns) if 1 < len(row.cells) < width else row
        sure = sure and told is not None
        found.append(told or row)
    return found, sure


def _is_parallel(cells: tuple[Cell, ...], is_value: IsValue) -> bool:
    """Whether a row has several values, or is the head of several columns."""
    return cells[0][0] == cells[0][1] or sum(is_value(cell) for cell in cells[1:]) > 1


def _indented(row: Unit, places: list[tuple[int, int]]) -> Unit:
    """The row with an empty first cell where it begins far from the border, as the head above labels does."""
    if len(row.cells) < 2 or places[0][0] < 6:
        return row
    start = row.cells[0][0]
    return replace(row, cells=((start, start), *row.cells))


def _places(row: Unit, text: str) -> list[tuple[int, int]]:
    """Where the cells of a row stand in its line; wide signs take two places."""
    place, at, found = 0, text.rfind("\n", 0, row.start) + 1, []
    for start, end in row.cells:
        begin = place + _width(text[at:start])
        place, at = begin + _width(text[start:end]), end
        found.append((begin, place))
    return found


def _width(text: str) -> int:
    return (
        len(text)
        if text.isascii()
        else sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
    )


def _told(row: Unit, places: list[tuple[int, int]], columns: list[tuple[int, int]]) -> Unit | None:
    """The row with empty cells where its line has none; None where a cell stands below no head or several."""
    empty = (row.end, row.end)
    cells = [empty] * len(columns)
    cells[0] = row.cells[0]
    for cell, (start, end) in zip(row.cells[-len(places) :], places, strict=True):
        if cell == row.cells[0]:
            continue
        under = [
            number for number, (left, right) in enumerate(columns) if number and start < right and left < end
        ]
        if len(under) != 1 or cells[under[0]] != empty:
            return None
        cells[under[0]] = cell
    return replace(row, cells=tuple(cells))


def is_of_others(hits: Sequence[Hit], cues: Sequence[Hit], shadow: str, end: int) -> bool:
    """Whether a label goes on with what its date is of, and that is no payment on shares ("of the directors' fees"), or
    begins with words for an old date ("original record date").
    """
    first, last = min(hit.start for hit in cues), max(hit.end for hit in cues)
    if any(hit.phrase.value == "former" and 0 <= first - hit.end <= 1 for hit in hits):
        return True
    whose = WHOSE.match(shadow, last, end)
    kinds = {hit.phrase.value for hit in cues}
    if whose is None or not kinds <= _PAID or ("payment" not in kinds and whose[1] == "for"):
        return False  # "Latest time for payment for the rights shares", "Record date for shareholders on the register"
    return not any(hit.start > last and hit.phrase.role in _OURS for hit in hits)
