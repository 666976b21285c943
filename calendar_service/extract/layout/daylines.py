"""The lines of a list of days and words: each a unit of its own, those that hold the parts of one day together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.patterns import UNSPACED
from calendar_service.extract.page.lines import lines_of, strip
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Item = Unit | Table

#: The number of an item, in front of its label ("(1)", "②", "ア").
NUMBER = re.compile(r"(?:\(?\d{1,2}[).、]|[①-⑳⑴-⒇]|\(?[ア-ン][).、\s]|\d{1,2}(?=\s))\s{0,2}")
LINE = 160
FEW = 2  # days of such a list
_TIMES = 14  # what may stand behind a day on its line
_WEEKDAY = re.compile(r"[^\W\d_]{2,12}[.,]?\s{1,2}")
_TO = 8  # signs between the first day of a period and its last one
_REMARK = re.compile(r"\s{0,3}(?:\([^()\n]{1,60}\))?")
# A day whose parts stand one below the other ("22", "Oct", "2020").
_STACKED_DAY = re.compile(r"\d{1,2}[.,]?\s{1,3}[^\W\d_]{3,10}[.,]?\s{1,3}(?:19|20)\d\d")

# A year alone, or in brackets behind a word, as columns of days are headed ("2026", "Date (2026)").
_YEAR = re.compile(r"(?:[^\W\d_]{2,12}\s\()?(20\d\d)\)?")
_YEAR_BEHIND = re.compile(r"\s\(?((?:19|20)\d\d)\)?(?:\s?\(?\d{1,2}\)?)?\Z")  # and the sign of a note
_HEAD = 40


def lines_at(
    items: Sequence[Item], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, list[Unit]]:
    """How many items from here on are short lines, and these lines; one in which a day fills a line is several."""
    count = 0
    while place + count < len(items):
        item = items[place + count]
        if not isinstance(item, Unit) or item.cells or item.end - item.start > LINE:
            break
        count += 1
    last = items[place + count - 1] if count else None
    if not isinstance(last, Unit) or binder.days.count_places(items[place].start, last.end, languages) < FEW:
        return count, []
    lines = [line for item in items[place : place + count] for line in _in_lines(item, binder, languages)]
    return count, _with_whole_days(lines, binder)


def _with_whole_days(lines: list[Unit], binder: Binder) -> list[Unit]:
    """The lines, those that hold a day, its month and its year one below the other as one line."""
    found: list[Unit] = []
    place = 0
    while place < len(lines):
        first = lines[place]
        begins = binder.page.shadow[first.start].isdecimal()
        ends = [line.end for line in lines[place + 1 : place + 3]] if begins else []
        told = (end for end in ends if _STACKED_DAY.fullmatch(binder.page.shadow, first.start, end))
        end = next(told, first.end)
        found.append(first if end == first.end else replace(first, end=end))
        place += 1 if end == first.end else ends.index(end) + 2
    return found


def _in_lines(unit: Item, binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The lines of a unit, where one of them is nothing but a day; else the unit."""
    if isinstance(unit, Table):
        return unit.rows
    days = binder.days.count_places(unit.start, unit.end, languages)
    if not days or binder.page.text.find("\n", unit.start, unit.end) < 0:
        return [unit]
    spans = [strip(binder.page.text, *line) for line in lines_of(binder.page.text, unit.start, unit.end)]
    if not any(day_of(*span, binder, languages) for span in spans):
        return [unit]
    return [Unit(*span, unit.block, heading=True) for span in spans]


def day_of(start: int, end: int, binder: Binder, languages: tuple[str, ...]) -> DateSpan | None:
    """The day that fills a line or cell, with its weekday and time of day at most."""
    if end - start > LINE // 2:
        return None
    dates = binder.dates_in(start, end, languages)
    if len(dates) != 1 or dates[0].day is None or end - dates[0].end > _TIMES:
        return None
    before = binder.page.shadow[start : dates[0].start].strip(" *•·-–(")
    vague = binder.hits.within(start, dates[0].start, languages, "approximate")
    if not before or any(hit.end - hit.start == len(before) for hit in vague):
        return dates[0]  # "On or about 4 May 2026"
    cues = binder.hits.within(start, dates[0].start, languages, "cue")
    labelled = not UNSPACED.match(before) and any(
        hit.phrase.value in DATED_FIELDS or hit.phrase.value == "credited" for hit in cues
    )
    return dates[0] if not labelled and _WEEKDAY.fullmatch(before + " ") else None  # "Payable 4 May 2026"


def fills_period(start: int, end: int, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a period fills a line or cell, with a remark in brackets at most ("4 May - 8 May 2017 (both days inclusive)")."""
    dates = binder.dates_in(start, end, languages) if end - start <= LINE // 2 else []
    if len(dates) != 2 or dates[0].start != start or dates[1].start - dates[0].end > _TO:
        return False
    return _REMARK.fullmatch(binder.page.shadow, dates[1].end, end) is not None


def year_of_head(start: int, end: int, binder: Binder, languages: tuple[str, ...]) -> int | None:
    """The year that the head of a column of days tells, alone or behind words for a day ("Time and/or date 2026 (1)")."""
    shadow = binder.page.shadow
    whole = _YEAR.fullmatch(shadow, start, end)
    behind = _YEAR_BEHIND.search(shadow, start, end) if not whole and end - start <= _HEAD else None
    if behind is not None:
        heads = binder.hits.within(start, end, languages, "sheet_date")
        behind = behind if any(hit.end == behind.start() for hit in heads) else None
    found = whole or behind
    return int(found[1]) if found else None
