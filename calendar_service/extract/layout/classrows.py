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

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.phrases import longest
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.columns import UNSURE
from calendar_service.extract.sentence.statements import AmountFact, Statement

_PAIR = 2  # cells: a label and its value
_CALENDAR = 3  # rows
_SPANNED = 2  # so many rows at least stand below one whose cell spans them
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
        for row in map(_without_lead, _without_ends(rows, binder, languages))
    ]


def _without_lead(row: Unit) -> Unit:
    """The row, without all but one of the empty cells before a label and its value ("||| To | 6 May" below names of groups)."""
    empty = next((number for number, (start, end) in enumerate(row.cells) if start < end), 0)
    return (
        replace(row, cells=row.cells[empty - 1 :]) if empty > 1 and len(row.cells) - empty == _PAIR else row
    )


def _without_ends(rows: Sequence[Unit], binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The rows, without the last day of a period that is of no interest, whose name and first day stand in the row above
    (`Trading halted | From | 14 April` over `| To | 6 May`; a name may have two cells, `Subscription | Employees | From |`).
    """
    return [
        row
        for number, row in enumerate(rows)
        if not (number and _closes(row, rows[number - 1], binder, languages))
    ]


def _closes(row: Unit, above: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a row begins with words for a last day that are none beside those which open the row above."""
    cell = next((one for one in row.cells if one[0] < one[1]), None)
    hits = longest(binder.hits.within(*cell, languages, "cue")) if cell and len(above.cells) > 2 else []
    if not hits or hits[0].phrase.value != "expiry":
        return False
    dated = (one for one, span in enumerate(above.cells) if one > 1 and binder.dates_in(*span, languages))
    names = above.cells[: max(next(dated, 0) - 1, 1)]
    name = "".join(binder.page.shadow[names[0][0] : names[-1][1]].split())
    return any("".join(word.split()) in name for word in hits[0].phrase.unless)


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
    said: list[Statement],
    rows: Sequence[Unit],
    binder: Binder,
    money_of: MoneyOf,
    languages: tuple[str, ...],
    *,
    least: int = 0,
) -> list[Statement]:
    """The statements of a form; the only one as one for each class, where its rows name classes with amounts. Where they name
    fewer than `least`, the form tells nothing.
    """
    if len(said) != 1:
        return said
    found = _class_amounts(rows, binder, money_of, languages)
    if len(found) < least:
        return []
    return [replace(said[0], amounts=[fact], securities=[name]) for name, fact in found] or said


def _class_amounts(
    rows: Sequence[Unit], binder: Binder, money_of: MoneyOf, languages: tuple[str, ...]
) -> list[tuple[Cell, AmountFact]]:
    found: list[tuple[Cell, AmountFact]] = []
    head: Cell | None = None
    column = False  # the label heads a column of amounts, each beside its class
    for number, row in enumerate(rows):
        first, place = row.cells[0], 1
        if len(row.cells) == _PAIR and _is_amount_label(row.cells[1], binder, languages):
            head, column = row.cells[1], True
            continue
        if column and (len(row.cells) != _PAIR or not _names_class(first, binder, languages)):
            head, column = None, False
        if first[0] < first[1]:
            # Where a cell of several rows is told in the first of them only, the next class stands in the first column.
            below = column or (bool(found) and found[-1][1].cell == (number - 1, 2) and len(row.cells) > 1)
            if below and _names_class(first, binder, languages):
                place = 0
            else:
                head = first if _is_amount_label(first, binder, languages) else None
        if (
            head is None
            or len(row.cells) < place + 2
            or not _names_class(row.cells[place], binder, languages)
        ):
            continue
        money = money_of(row.cells[place + 1], languages, head)
        if money is not None and not money.scaled:
            quote = (row.cells[place][0], row.cells[place + 1][1])
            found.append((row.cells[place], AmountFact(money, "class rows", quote, (number, place + 1))))
    return found


def _is_amount_label(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    hits = binder.hits_in(*cell, languages)
    refused = {"increase", "total", "comparison"}
    return any(hit.phrase.role == "per_share" for hit in hits) and not any(
        hit.phrase.role == "mark" and hit.phrase.value in refused for hit in hits
    )


def _names_class(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    return any(hit.phrase.role == "security" for hit in binder.hits_in(*cell, languages))


def lend_spanned(found: list[Statement], rows: Sequence[Unit]) -> list[Statement]:
    """The rows of a column table; a day that only the first one tells holds for those below, which all lack its cell, as one
    that spans them does. That is doubted.
    """
    widths = {row.start: len(row.cells) for row in rows}
    first, others = found[0], found[1:]
    if len(others) < _SPANNED or any(widths[one.start] >= widths[first.start] for one in others):
        return found
    told = {fact.kind for one in others for fact in one.dates}
    lent = [fact for fact in first.dates if fact.kind not in told] if told else []
    for one in others if lent else ():
        one.dates += lent
        one.doubts.append(UNSURE)
    return found
