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
    head = items[place]
    if place + 1 == len(items) or not all(_is_line(one, binder) for one in items[place : place + 2]):
        return []
    heads = _heads(head, binder, languages)
    count = sum(hit.phrase.role == "cue" for hit in heads)
    if count < 2 or binder.dates_in(head.start, head.end, languages):
        return []
    rows = []
    for item in items[place + 1 : place + 1 + _ROWS]:
        dates = binder.dates_in(item.start, item.end, languages) if _is_line(item, binder) else []
        if len(dates) != count or any(span.day is None for span in dates):
            break
        rows.append(_row(item, heads, dates, binder, languages))
    cells = tuple((hit.start, hit.end) for hit in heads)
    return [Unit(head.start, head.end, head.block, cells), *rows] if rows else []


def _is_line(item: Unit | Table, binder: Binder) -> bool:
    """Whether an item is a line of a list: short, and no sentence."""
    plain = isinstance(item, Unit) and not item.cells and item.end - item.start <= _LINE
    return plain and binder.page.text[item.end - 1] not in ".:;,。、"


def _heads(head: Unit | Table, binder: Binder, languages: tuple[str, ...]) -> list[Hit]:
    """The words of a line that head columns: of dates, each kind once, and of one amount; [] where it is no such line."""
    assert isinstance(head, Unit)
    hits = binder.hits_in(head.start, head.end, languages)
    dates = longest(hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.value in DATE_FIELDS)
    kinds = [hit.phrase.value for hit in dates]
    if len(set(kinds)) < len(kinds):
        return []
    money = longest(hit for hit in hits if hit.phrase.role == "per_share")[:1]
    apart = [hit for hit in money if all(hit.end <= one.start or one.end <= hit.start for one in dates)]
    return sorted([*dates, *apart], key=lambda hit: hit.start)


def _row(
    line: Unit | Table,
    heads: list[Hit],
    dates: list[DateSpan],
    binder: Binder,
    languages: tuple[str, ...],
) -> Unit:
    assert isinstance(line, Unit)
    spans = [(span.start, span.end) for span in dates]
    money = [
        (found.start, found.end)
        for found in binder.tools[languages[0]].amounts.money(binder.page.shadow, line.start, line.end)
        if all(found.end <= start or end <= found.start for start, end in spans)
    ]
    amount = money[0] if len(money) == 1 else (line.end, line.end)
    days = iter(spans)
    cells = tuple(next(days) if hit.phrase.role == "cue" else amount for hit in heads)
    return Unit(line.start, line.end, line.block, cells)
