"""Frame: the columns of a table run together, since only single blanks part them any more.

- A line of words for dates, below it lines with exactly as many dates, in the same order ("Units Ex-date Payment date
  Amount per unit" over "46.000 29.09.2026 25.11.2026 USD 0.60"). PDF files and slips of custodians come so; in some,
  wide blanks still part the words.
- A head and its one row of which only the dates are told (bookings.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.layout.bookings import LINES, booking_at, dates_of_row
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.page.lines import bare_lines
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_LINE = 160
_ROWS = 60
_DATES = 2
_SEVERAL = 3  # a head and more rows than one: that of a booking has one
_HEADS = ("cue", "per_share")
_BOOKED = ("credited", "payment")  # labels of a day that may head a row alone
_SAID = re.compile(r"[^\W_]|[-\u2013\u2014?*]")
_NUMBER = re.compile(r"(?<!\S)\d[\d.,]*(?!\S)")
_ASIDE = re.compile(r"\([^()]{0,20}\)")  # "(EUR)"


def with_merged(
    items: Sequence[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the lines of each table whose columns run together replaced by the table.

    The lines of a table that may have further columns are left out, since they would be read as sentences.
    """
    found: list[Unit | Table] = []
    place = 0
    items = _split(items, binder, languages)
    while place < len(items):
        item = items[place]
        if isinstance(item, Table) or not binder.hits.within(item.start, item.end, languages, "cue"):
            found.append(item)  # most lines head nothing
            place += 1
            continue
        count, rows = _rows_at(items, place, binder, languages)
        pair = booking_at(items, place, binder, languages) if len(rows) < _SEVERAL else None
        if pair is not None:
            found.append(pair[1])
            place += pair[0]
            continue
        if rows or not count:
            found.append(Table(rows) if rows else item)
        place += count or 1
    return found


def _split(items: Sequence[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with a head and the rows that were joined to it, as if they went on, as lines again."""
    text = binder.page.text
    found: list[Unit | Table] = []
    for item in items:
        lines: list[Unit] = []
        if isinstance(item, Table) and _is_merged(item, binder, languages):
            found.extend(Unit(row.start, row.end, row.block, heading=True) for row in item.rows)
            continue
        if (
            isinstance(item, Unit)
            and not item.cells
            and text.find("\n", item.start, item.end) >= 0
            and _may_head(item, binder, languages)
        ):
            spans = bare_lines(text, item.start, item.end)
            lines = [Unit(*span, item.block, heading=True) for span in spans]
        apart = len(lines) > 1 and _rows_at(lines, 0, binder, languages)[0] == len(lines)
        pair = booking_at(lines, 0, binder, languages) if 1 < len(lines) <= LINES else None
        apart = apart or (pair is not None and pair[0] == len(lines))
        found.extend(lines if apart else [item])
    return found


def _is_merged(table: Table, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether wide blanks part only the heads of a table, and each row below has run together to several dates."""
    head, *rows = table.rows
    if len(head.cells) < _DATES or not rows or any(len(row.cells) > 1 for row in rows):
        return False
    return all(len(binder.dates_in(row.start, row.end, languages)) == len(head.cells) for row in rows)


def _may_head(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether it holds words for several dates, as the head of columns does, or those for the day of a booking."""
    cues = binder.hits.within(unit.start, unit.end, languages, "cue")
    return len(cues) > 1 or (len(cues) == 1 and cues[0].phrase.value in _BOOKED)


def _rows_at(
    items: Sequence[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, list[Unit]]:
    """How many lines from here on are a table, its head and its rows; (0, []) where none begins here.

    (count, []) where it is one, and its columns are in doubt.
    """
    head = items[place]
    if isinstance(head, Table) or not _may_head(head, binder, languages):
        return 0, []
    lines = _lines_at(items, place, binder)
    if len(lines) < 2:
        return 0, []
    heads = _heads(head, binder, languages)
    count = sum(hit.phrase.role == "cue" for hit in heads)
    if count < 2 or binder.dates_in(head.start, head.end, languages):
        return 0, []
    named = _has_name(head, heads, binder, languages)
    whole = named is not None
    rows = []
    for line in lines[1:]:
        dates = dates_of_row(line, count, binder, languages)
        if not dates:
            break
        whole = whole and _is_whole(line, heads, dates, bool(named), binder, languages)
        rows.append(_row(line, heads, dates, binder, languages))
    cells = tuple((hit.start, hit.end) for hit in heads)
    if not rows:
        return 0, []
    return 1 + len(rows), [Unit(head.start, head.end, head.block, cells), *rows] if whole else []


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
    dates = longest(hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.value in DATED_FIELDS)
    kinds = [hit.phrase.value for hit in dates]
    if len(set(kinds)) < len(kinds):
        return []
    money = longest(hit for hit in hits if hit.phrase.role == "per_share")[:1]
    apart = [hit for hit in money if all(hit.end <= one.start or one.end <= hit.start for one in dates)]
    return sorted([*dates, *apart], key=lambda hit: hit.start)


def _has_name(head: Unit, heads: list[Hit], binder: Binder, languages: tuple[str, ...]) -> bool | None:
    """Whether a column of names comes first; None where other words are left, which may head further columns."""
    shadow = binder.page.shadow
    hits = [hit for hit in binder.hits_in(head.start, head.end, languages) if hit.phrase.role in _HEADS]
    spans = [(hit.start, hit.end) for hit in [*heads, *hits]]
    first = heads[0].start
    spans += [found.span() for found in _ASIDE.finditer(shadow, first, head.end)]
    if _left(shadow, first, head.end, spans):
        return None
    return bool(_left(shadow, head.start, first, spans))


def _is_whole(
    line: Unit,
    heads: list[Hit],
    dates: list[DateSpan],
    named: bool,
    binder: Binder,
    languages: tuple[str, ...],
) -> bool:
    """Whether a row says nothing but its name, its dates and its amount: "tbc" may stand where a date is missing."""
    shadow = binder.page.shadow
    first = dates[0].start
    spans = [(span.start, span.end) for span in dates]
    if any(hit.phrase.role == "per_share" for hit in heads):
        if heads[0].phrase.role == "per_share":
            first = line.start
        for language in languages:
            money = binder.tools[language].amounts.money(shadow, line.start, line.end)
            spans += [(found.start, found.end) for found in money]
        hits = binder.hits_in(line.start, line.end, languages)
        spans += [(hit.start, hit.end) for hit in hits if hit.phrase.role == "per_share"]
        spans += [found.span() for found in _NUMBER.finditer(shadow, line.start, line.end)]
    if _left(shadow, first, line.end, spans):
        return False
    return not named or first == line.start or bool(_left(shadow, line.start, first, []))


def _left(shadow: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    """The letters, digits and dashes of a line outside of some spans."""
    return "".join(
        found.group()
        for found in _SAID.finditer(shadow, start, end)
        if not any(one <= found.start() < other for one, other in spans)
    )


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
