"""The days in the cells of a table: several in one cell, those without a year, and periods that are no day of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import Statement, Tools

Cell = tuple[int, int]
LabelOf = Callable[[Cell, tuple[str, ...]], Hit | None]
IsLabel = Callable[[Cell, tuple[str, ...]], bool]
_TWO_PAIRS = 4  # cells
_PAIRED = (_TWO_PAIRS - 1, _TWO_PAIRS)
_SHORT = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.")
_LEAP = 2024
_CLOSED = 20  # days
_OPENING = 2  # signs before words that open a cell
_WEEKDAY = re.compile(r"(?<=\s)[^\W\d_]{3,10},?\Z")  # before the second day of a period
_PERIODS = frozenset({"payment", "record"})


def parted_days(rows: Sequence[Unit], binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The rows, each of several days that only blanks part being a cell of its own, as far as the widest row has cells
    ("USD 0.22 | 2026-05-14 2026-05-14 2026-06-01" below four heads).
    """
    width = max((len(row.cells) for row in rows), default=0)
    return [_parted(row, width, binder, languages) for row in rows]


def _parted(row: Unit, width: int, binder: Binder, languages: tuple[str, ...]) -> Unit:
    if not 1 < len(row.cells) < width:
        return row
    cells: list[Cell] = [row.cells[0]]
    for cell in row.cells[1:]:
        spans = binder.dates_in(*cell, languages)
        ends = [cell[0], *(span.end for span in spans)]
        gaps = [
            binder.page.shadow[end:start]
            for end, start in zip(ends, [*(span.start for span in spans), cell[1]], strict=True)
        ]
        alone = len(spans) > 1 and not "".join(gaps).strip()
        cells += [(span.start, span.end) for span in spans] if alone else [cell]
    return replace(row, cells=tuple(cells)) if len(cells) <= width else row


def parted_pairs(
    rows: Sequence[Unit], label_of: LabelOf, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The rows, each of two labels with their values as two ("Record date | 19 June | Payment date | 10 July"); so are rows of as
    many cells, or one less, beside them.
    """
    if not any(_is_two_pairs(row, label_of, binder, languages) for row in rows):
        return [*rows]
    return [part for row in rows for part in (_two(row) if len(row.cells) in _PAIRED else [row])]


def _two(row: Unit) -> list[Unit]:
    pairs = (row.cells[:-2], row.cells[-2:])
    return [Unit(cells[0][0], cells[-1][1], row.block, cells) for cells in pairs]


def _is_two_pairs(row: Unit, label_of: LabelOf, binder: Binder, languages: tuple[str, ...]) -> bool:
    labels, values = row.cells[::2], row.cells[1::2]
    if len(row.cells) != _TWO_PAIRS or binder.days.count_places(row.start, row.end, languages) < 2:
        return False
    return all(label_of(cell, languages) for cell in labels) and all(
        len(binder.dates_in(*cell, languages)) == dated
        for cells, dated in ((labels, 0), (values, 1))
        for cell in cells
    )


def is_in_form(rows: Sequence[Unit], number: int, text: str) -> bool:
    """Whether a row of a label and its value stands below another one, or its label ends with a colon: it heads no column
    ("Announcement title | Annual General Meeting", below it "Date of broadcast | 8 April").
    """
    if text[slice(*rows[number].cells[0])].endswith(":"):
        return True
    pair = [
        [start < end for start, end in row.cells] == [True, True]
        for row in rows[max(0, number - 1) : number + 1]
    ]
    return number > 0 and all(pair)


def second_head(rows: Sequence[Unit], is_label: IsLabel, binder: Binder, languages: tuple[str, ...]) -> int:
    """Where a blank line and a row of heads for amounts begin another table, below rows of days; 0 where none does."""
    for number in range(2, len(rows) - 1):
        row, above = rows[number], rows[number - 1]
        if row.block == above.block or len(row.cells) < 2 or not _has_days(above, binder, languages):
            continue
        plain = not any(sign.isdigit() for sign in binder.page.text[row.start : row.end])
        if plain and any(is_label(cell, languages) for cell in row.cells):
            return number
    return 0


def _has_days(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    return any(binder.dates_in(*cell, languages) for cell in row.cells)


def days_in(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> list[DateSpan]:
    """The dates of a cell; a day and month in numbers that fill it ("8.1.") have no year. The words before a period that
    fills the cell say that it is none of ours ("For the period from 1 January ...").
    """
    spans = binder.dates_in(*cell, languages)
    if spans:
        return spans
    short = _SHORT.fullmatch(binder.page.shadow, *cell)
    if short is None or as_date(_LEAP, int(short[2]), int(short[1])) is None:
        return []
    return [DateSpan(*cell, None, int(short[2]), int(short[1]))]


def is_of_period(kind: str, cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a cell begins with words for a period or another day of no interest, beside a label for a payment or a day of
    record ("Distribution | For the period from 1 January to 30 June").
    """
    if kind not in _PERIODS:
        return False
    if kind == "record" and _is_range(cell, binder, languages):
        return True
    hits = binder.hits.within(*cell, languages, "cue")
    return any(hit.phrase.value == "ignore" and hit.start - cell[0] <= _OPENING for hit in hits)


def _is_range(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a cell holds the first and the last day of a period, as of one in which the books are closed."""
    spans = binder.dates_in(*cell, languages)
    if len(spans) != 2:
        return False
    gap = binder.page.shadow[spans[0].end : spans[1].start]
    return _leads_to_last(gap, (binder.tools[one] for one in languages))


def drop_closures(statements: Iterable[Statement], shadow: str, tools: Mapping[str, Tools]) -> None:
    """Takes from lines the days of a period in which the books are closed, where both were taken for days of record."""
    for said in statements:
        days = [fact for fact in said.dates if fact.kind == "record"]
        if len(days) != 2 or days[0].rule != days[1].rule:
            continue
        first, last = sorted((fact.span for fact in days), key=lambda span: span.start)
        apart = (last.month - first.month) % 12 * 30 + (last.day or 0) - (first.day or 0)
        near = 0 < apart < _CLOSED  # monthly days of record lie further apart
        if near and _leads_to_last(shadow[first.end : last.start], [tools[said.language]]):
            said.dates = [fact for fact in said.dates if fact not in days]


def _leads_to_last(gap: str, tools: Iterable[Tools]) -> bool:
    """Whether nothing but words for "until" or a dash, and a weekday, stand between the two days of a period."""
    told = _WEEKDAY.sub("", gap.strip(" ,")).strip(" ,")
    return told == "-" or any(one.until.fullmatch(told) for one in tools)


def is_paid(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether the name of a row ends with words in brackets that its payment is over ("First interim (paid)")."""
    if binder.page.shadow[max(cell[0], cell[1] - 1) : cell[1]] != ")":
        return False
    return any(
        hit.phrase.value == "past" and hit.end == cell[1]
        for hit in binder.hits.within(*cell, languages, "mark")
    )
