"""Frames of forms: amounts of several share classes below one label, and labels within a group.

    Dividend per share (won) | Common     | 450
                             | Preferred  | 455
    Timetable of the split   | Record day | 31 December 2025
                             | Listing    | 19 January 2026

And one of lists: a calendar, whose rows begin with a date (`28 April | Ex-dividend`).

The rows of dates hold for all classes, so each class becomes a statement of its own. The name of a group says
nothing of its dates, so it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.amounts import MoneySpan
from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Unit
from calendar_service.extract.statements import AmountFact, Statement

_CALENDAR = 3  # rows
Cell = tuple[int, int]
MoneyOf = Callable[[Cell, tuple[str, ...], Cell | None], MoneySpan | None]


def with_units(rows: Sequence[Unit], binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The rows, each cell that holds nothing but a unit being part of that of the number before it, where the first row,
    which heads the columns, has as many empty cells at its end ("| Total | Per share ||" over "| 125 | million | 10 | yen |").
    """
    heads = rows[0].cells if rows else ()
    filled = [number for number, (start, end) in enumerate(heads) if start < end]
    spare = len(heads) - 1 - filled[-1] if filled else 0
    if not spare:
        return list(rows)
    units = frozenset[str]().union(*(binder.tools[language].units for language in languages))
    found = []
    for row in rows:
        cells: list[Cell] = []
        for cell in row.cells:
            if cells and binder.page.shadow[slice(*cell)] in units:
                cells[-1] = (cells[-1][0], cell[1])
            else:
                cells.append(cell)
        found.append(replace(row, cells=tuple(cells)) if len(row.cells) - len(cells) == spare else row)
    return found


def drop_groups(rows: Sequence[Unit], binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The rows, without the name of a group where the label and its date stand in the second and third cell."""
    return [
        replace(row, cells=row.cells[1:3]) if _is_grouped(row.cells, binder, languages) else row
        for row in rows
    ]


def _is_grouped(cells: tuple[Cell, ...], binder: Binder, languages: tuple[str, ...]) -> bool:
    told = len(cells) > 2 and all(start == end for start, end in cells[3:])
    if not told or not any(hit.phrase.role == "cue" for hit in binder.hits_in(*cells[1], languages)):
        return False
    return [bool(binder.dates_in(*cell, languages)) for cell in cells[:3]] == [False, False, True]


def begin_with_dates(rows: Sequence[Unit], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether the rows are a calendar: each begins with a date, and what happens stands behind it."""
    dated = [
        row
        for row in rows
        if len(row.cells) > 1
        and any(span.start == row.cells[0][0] for span in binder.dates_in(*row.cells[0], languages))
        and not binder.dates_in(*row.cells[1], languages)
    ]
    return len(dated) >= _CALENDAR and len(dated) * 2 > len(rows)


def split_classes(
    said: list[Statement], rows: Sequence[Unit], binder: Binder, money_of: MoneyOf, languages: tuple[str, ...]
) -> list[Statement]:
    """The statements of a form; the only one as one for each class, where its rows name classes with amounts."""
    if len(said) != 1:
        return said
    found = _class_amounts(rows, binder, money_of, languages)
    return [replace(said[0], amounts=[fact], securities=[name]) for name, fact in found] or said


def _class_amounts(
    rows: Sequence[Unit], binder: Binder, money_of: MoneyOf, languages: tuple[str, ...]
) -> list[tuple[Cell, AmountFact]]:
    found = []
    head: Cell | None = None
    for number, row in enumerate(rows):
        first = row.cells[0]
        if first[0] < first[1]:
            head = first if _is_amount_label(first, binder, languages) else None
        if head is None or len(row.cells) < 3 or not _names_class(row.cells[1], binder, languages):
            continue
        money = money_of(row.cells[2], languages, head)
        if money is not None and not money.scaled:
            quote = (row.cells[1][0], row.cells[2][1])
            found.append((row.cells[1], AmountFact(money, "class rows", quote, (number, 2))))
    return found


def _is_amount_label(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    hits = binder.hits_in(*cell, languages)
    refused = {"increase", "total", "comparison"}
    return any(hit.phrase.role == "per_share" for hit in hits) and not any(
        hit.phrase.role == "mark" and hit.phrase.value in refused for hit in hits
    )


def _names_class(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    return any(hit.phrase.role == "security" for hit in binder.hits_in(*cell, languages))
