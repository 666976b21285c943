"""A label and its value that are a row by themselves, with no other row beside them."""

from __future__ import annotations

import re

from calendar_service.extract.layout.daylines import NUMBER
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.windows import WINDOWS, makes_period

_WEEKDAY = re.compile(r"(?:\s?\([^()\n]{1,9}\)){0,2}")  # and whether the day is only planned
_DAYS = 2  # of a period


def is_section(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a label is the numbered heading of a section that holds nothing but its date."""
    start, end = row.cells[0]
    number = NUMBER.match(binder.page.shadow, start, end)
    dates = binder.dates_in(*row.cells[1], languages)
    if number is None or len(dates) != 1 or dates[0].year is None or dates[0].start != row.cells[1][0]:
        return False  # "each 30 September", "before the change: 5 May"
    if not _WEEKDAY.fullmatch(binder.page.shadow, dates[0].end, row.cells[1][1]):
        return False
    hits = binder.hits.within(number.end(), end, languages, "cue")
    return any(end - hit.end <= 1 and hit.phrase.value in DATED_FIELDS for hit in hits)


def is_labelled(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a label is nothing but words for a date and a colon, or such as end with the sign for a day: no title ends so."""
    start, end = row.cells[0]
    number = NUMBER.match(binder.page.shadow, start, end)
    start = number.end() if number else start
    sign = binder.page.shadow[end - 1]
    return sign in ":日" and is_whole_cue((start, end - (sign == ":")), binder, languages)


def is_period(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a label is nothing but words for a period, and its value the two days of one."""
    label, value = row.cells
    hits = binder.hits.within(*label, languages, "cue")
    if not any((hit.start, hit.end) == label and hit.phrase.value in WINDOWS for hit in hits):
        return False
    dates = binder.dates_in(*value, languages)
    tools = [binder.tools[hit.phrase.language] for hit in hits]
    return len(dates) == _DAYS and any(
        makes_period(dates[0], dates[1], binder.page.shadow, one) for one in tools
    )


def is_whole_cue(cell: tuple[int, int], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a word is nothing but one for a date of ours ("股权登记日")."""
    cues = binder.hits.within(*cell, languages, "cue")
    return any((hit.start, hit.end) == cell and hit.phrase.value in DATED_FIELDS for hit in cues)
