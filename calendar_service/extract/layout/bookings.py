"""Frame: the head of a row and the one row below it, of which only the dates are told, as slips of custodians have them.

- a single label among others, over a line with a single date: sure where both end their lines, with a number before the
  date ("Nominal Ex-date" over "STK 46.000 29.09.2026"), and where an account and a sum frame them ("Account Payment date
  Amount" over "DE120099 25.11.2026 276.00 EUR"); the day of a booking, which is held, may stand anywhere ("Account
  Value date Amount" over "DE12 0099 25.11.2026 EUR 276").
- labels that begin their line, over as many dates that begin theirs, whatever follows ("Booked Value date Type Amount"
  over "26.11.2026 25.11.2026 Credit USD 276").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

LINES = 3  # of a head, a word of it that found no room, and the row
_LINE = 160
_WORD = 32
_QUANTITY = re.compile(r"(?<!\S)\d[\d.,']*\s\Z")
_ACCOUNT = re.compile(r"\s*(?=\S*\d)\S{6,40}\s")
_SUM = re.compile(r"\s[+-]?\d[\d.,']*\s?[a-z]{3}\s*\Z|\s[a-z]{3}\s?[+-]?\d[\d.,']*\s*\Z")
_LABELS = (DATED_FIELDS - {"meeting"}) | {"credited", "ignore"}


def booking_at(
    items: Sequence[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, Table] | None:
    """How many lines from here on are a head and its row, and its labels and dates as a table; None where none begin."""
    head = items[place]
    if not isinstance(head, Unit) or not _is_line(head):
        return None
    labels = _labels_in(head, binder, languages)
    if not labels:
        return None
    for lines in range(2, LINES + 1):
        row = items[place + lines - 1] if place + lines <= len(items) else None
        if not isinstance(row, Unit) or not _is_line(row) or row.block != head.block:
            return None
        if row.end - row.start > _WORD or has_digit(binder.page.shadow[row.start : row.end]):
            table = _paired(head, labels, row, binder, languages)
            return (lines, table) if table else None
    return None


def dates_of_row(row: Unit, count: int, binder: Binder, languages: tuple[str, ...]) -> list[DateSpan]:
    """The dates of a line below `count` labels; [] where it has not as many, or says itself what they are."""
    dates = binder.dates_in(row.start, row.end, languages)
    if len(dates) != count or any(span.day is None for span in dates):
        return []
    return [] if binder.hits.within(row.start, dates[0].start, languages, "cue") else dates


def _is_line(unit: Unit) -> bool:
    return not unit.cells and unit.end - unit.start <= _LINE


def _labels_in(head: Unit, binder: Binder, languages: tuple[str, ...]) -> list[Hit]:
    """The words of a line that are labels of dates, also of those that are none of ours; [] where it holds a number or a date."""
    cues = binder.hits.within(head.start, head.end, languages, "cue")
    found = [hit for hit in longest(cues) if hit.phrase.value in _LABELS] if cues else []
    if not found or has_digit(binder.page.shadow[head.start : head.end]):
        return []
    # A date may stand there in numerals of a script ("二零二五年五月二十日").
    return [] if binder.days.count_places(head.start, head.end, languages) else found


def _paired(
    head: Unit, heads: Sequence[Hit], row: Unit, binder: Binder, languages: tuple[str, ...]
) -> Table | None:
    dates = dates_of_row(row, len(heads), binder, languages)
    if not dates:
        return None
    if len(heads) == 1:
        sure = _ends_both(head, row, heads[0], dates[0], binder) or _is_framed(
            head, row, heads[0], dates[0], binder
        )
        fits = sure or heads[0].phrase.value == "credited"
    else:
        fits = sure = _opens(head.start, heads, binder) and _opens(row.start, dates, binder)
    rows = [
        Unit(head.start, row.end, head.block, ((hit.start, hit.end), (span.start, span.end)))
        for hit, span in zip(heads, dates, strict=True)
        if fits and hit.phrase.value != "ignore"
    ]
    return Table(rows, unsure=not sure) if rows else None


def _ends_both(head: Unit, row: Unit, hit: Hit, span: DateSpan, binder: Binder) -> bool:
    """Whether a label and a date end their lines, with a number before the date: before that of a dateline stands a place."""
    ends = hit.end == head.end and span.end == row.end and hit.start > head.start
    return ends and _QUANTITY.search(binder.page.shadow, row.start, span.start) is not None


def _is_framed(head: Unit, row: Unit, hit: Hit, span: DateSpan, binder: Binder) -> bool:
    """Whether a label stands between others, and its date between the number of an account and a sum."""
    if hit.start == head.start or hit.end == head.end or hit.phrase.value != "payment":
        return False
    shadow = binder.page.shadow
    account = _ACCOUNT.fullmatch(shadow, row.start, span.start)
    return account is not None and _SUM.match(shadow, span.end, row.end) is not None


def _opens(start: int, spans: Sequence[Hit | DateSpan], binder: Binder) -> bool:
    """Whether spans begin a line, one right behind the other."""
    for span in spans:
        if binder.page.shadow[start : span.start].strip():
            return False
        start = span.end
    return True
