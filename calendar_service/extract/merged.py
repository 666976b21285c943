"""Frame: the columns of a table run together, since only single blanks part them any more.

A line of words for dates, below it lines with exactly as many dates, in the same order ("Units Ex-date Payment date
Amount per unit" over "46.000 29.09.2026 25.11.2026 USD 0.60"). PDF files and slips of custodians come so.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.binder import Binder
from calendar_service.extract.candidates import DateSpan
from calendar_service.extract.lexicon import DATE_FIELDS
from calendar_service.extract.normalise import Table, Unit
from calendar_service.extract.phrases import Hit, longest

_LINE = 160
_ROWS = 60


def with_merged(
    items: Sequence[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the lines of each table whose columns run together replaced by the table."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        rows = _rows_at(items, place, binder, languages)
        found.append(Table(rows) if rows else items[place])
        place += len(rows) or 1
    return found


def _rows_at(
    items: Sequence[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The head and the rows of a table that begins here; [] where none does."""
    lines = _lines_at(items, place, binder)
    if len(lines) < 2:
        return []
    head = lines[0]
    heads = _heads(head, binder, languages)
    count = sum(hit.phrase.role == "cue" for hit in heads)
    if count < 2 or binder.dates_in(head.start, head.end, languages):
        return []
    rows = []
    for line in lines[1:]:
        dates = binder.dates_in(line.start, line.end, languages)
        if len(dates) != count or any(span.day is None for span in dates):
            break
        rows.append(_row(line, heads, dates, binder, languages))
    cells = tuple((hit.start, hit.end) for hit in heads)
    return [Unit(head.start, head.end, head.block, cells), *rows] if rows else []


def _lines_at(items: Sequence[Unit | Table], place: int, binder: Binder) -> list[Unit]:
    """The lines of a list from here on: short ones that are no sentences."""
    found: list[Unit] = []
    for item in items[place : place + 1 + _ROWS]:
        if not isinstance(item, Unit) or item.cells or item.end - item.start > _LINE:
            break
        if binder.page.text[item.end - 1] in ".:;,。、":
            break
        found.append(item)
    return found


def _heads(head: Unit, binder: Binder, languages: tuple[str, ...]) -> list[Hit]:
    """The words of a line that head columns: of dates, each kind once, and of one amount; [] where it is no such line."""
    hits = binder.hits_in(head.start, head.end, languages)
    dates = longest(hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.value in DATE_FIELDS)
    kinds = [hit.phrase.value for hit in dates]
    if len(set(kinds)) < len(kinds):
        return []
    money = longest(hit for hit in hits if hit.phrase.role == "per_share")[:1]
    apart = [hit for hit in money if all(hit.end <= one.start or one.end <= hit.start for one in dates)]
    return sorted([*dates, *apart], key=lambda hit: hit.start)


def _row(
    line: Unit, heads: list[Hit], dates: list[DateSpan], binder: Binder, languages: tuple[str, ...]
) -> Unit:
    spans = [(span.start, span.end) for span in dates]
    amounts = binder.tools[languages[0]].amounts
    money = [
        (found.start, found.end)
        for found in amounts.money(binder.page.shadow, line.start, line.end)
        if all(found.end <= start or end <= found.start for start, end in spans)
    ]
    amount = money[0] if len(money) == 1 else (line.end, line.end)
    days = iter(spans)
    cells = tuple(next(days) if hit.phrase.role == "cue" else amount for hit in heads)
    return Unit(line.start, line.end, line.block, cells)
