"""Frame: a diary. Each entry is a day and what happens on it, and the day comes first.

- stacked: a day on a line of its own, below it what happens ("18 July 2023", "Annual General Meeting", then "4 August
  2023", "Payment of the final dividend"). Labels with their days below them look alike: which way the list runs is
  decided once for all its lines, and what stands before the first day and behind the last one tells it.
- in rows: the first cell is a day, the second one what happens ("28 April | Ex-dividend"). Days may be told without
  their month or year, which then stand above them on lines of their own ("2024", "May").

A year that stands alone above rows of labels holds for their days, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.layout.daylines import (
    FEW,
    LINE,
    NUMBER,
    Item,
    day_of,
    fills_period,
    lines_at,
    year_of_head,
)
from calendar_service.extract.layout.stacked import is_day, is_value
from calendar_service.extract.layout.yeardays import with_dated_lines
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Span = tuple[int, int]

_TELLING = DATED_FIELDS | {"announced", "decision"}
#: Words for periods, and which of the dates of an action their last day is.
PERIODS = {"window": "expiry", "election_window": "election_deadline", "expiry": "expiry"}
_FEW_SIGNS = 3
_CELLS = 4  # of an entry: its day, what happens, where, and remarks
_LETTERS = 2
_ROWS = 3  # of a table that is one without any heading
_LONE_YEAR = re.compile(r"\W{0,3}((?:19|20)\d\d)\W{0,3}")
_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/.-])")
_SHORT_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.")
_DAY_NUMBER = re.compile(
    r"(?:[^\W\d_]{2,10}[.,]?\s)?(\d{1,2})(?:st|nd|rd|th|er|[.日º])?(?:[\s(]{1,2}[^\W\d_]{2,10}\.?\)?)?"
)
_SENTENCE = (".", "。", ";", ":")


@dataclass(slots=True)
class Diary(Table):
    """Rows that begin with a day: `days` has each row's, the other cells tell what happens."""

    days: list[DateSpan] = field(default_factory=list)


class Run(Enum):
    """Which way a list of days and words runs."""

    DAY_FIRST = "day first"
    WORDS_FIRST = "words first"
    OPEN = "open"


def with_diaries(items: Sequence[Item], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The items, with the lines and tables of diaries replaced by them; lists that may run either way are left out."""
    found: list[Item] = []
    place = 0

    def year_above(line: Unit) -> int | None:
        return _heading(line, _NOTHING, binder, languages).year

    while place < len(items):
        count, lines = lines_at(items, place, binder, languages)
        read = _read_run(lines, binder, languages) if lines else []
        found += read or items[place : place + max(count, 1)]
        place += max(count, 1)
    return _in_years(with_dated_lines(found, year_above, binder, languages), binder, languages)


# stacked


def _read_run(lines: list[Unit], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The lines with the diary among them; [] where they hold none."""
    run = [day_of(line.start, line.end, binder, languages) for line in lines]
    days = [
        number
        for number, (line, day) in enumerate(zip(lines, run, strict=True))
        if day is not None or fills_period(line.start, line.end, binder, languages)
    ]
    if len(days) < FEW or any(other - one == 1 for one, other in pairwise(days)):
        return []
    days = _without_own_day(days)
    near = [line for line in lines[max(days[0] - 1, 0) : days[-1] + 2] if _tells(line, binder, languages)]
    way = _way(lines, days, binder, languages) if near else Run.WORDS_FIRST
    if len(near) > 1 and len({day.value for day in run if day is not None}) > FEW:
        first = days[0] if way is not Run.WORDS_FIRST or near[0].start < lines[days[0]].start else days[1]
        binder.page.hidden.append((lines[first].start, lines[days[-1]].end))
    if way is Run.WORDS_FIRST:
        return []
    if way is Run.OPEN:
        pairs = [(lines[day - 1], lines[day]) for day in days]
        table = Table([_row([words, day]) for words, day in pairs], unsure=True)
        return [*lines[: days[0] - 1], table, *lines[days[-1] + 1 :]]
    rows, told, rest = list[Unit](), list[DateSpan](), list[Unit]()
    explains = _explains(lines, days, binder)
    ends = [*days[1:], _end_of(lines, days, binder)]
    for day, stop in zip(days, ends, strict=True):
        words = [line for line in lines[day + 1 : stop] if not _lone_year(line, binder)]
        span = run[day]
        if explains:
            rest += words[1:]
            del words[1:]
        if words and span is not None:
            rows.append(_row([lines[day], *words]))
            told.append(span)
    if not rows:  # nothing but periods
        return []
    return [*lines[: days[0]], Diary(rows, days=told), *rest, *lines[ends[-1] :]]


def _without_own_day(days: list[int]) -> list[int]:
    """The lines that are days, without one that begins all lines and stands farther from the next than any other: it is that
    of the page or letter.
    """
    far = len(days) > FEW and days[0] == 0
    return days[1:] if far and days[1] > max(other - one for one, other in pairwise(days[1:])) else days


def _row(lines: list[Unit]) -> Unit:
    return Unit(
        lines[0].start, lines[-1].end, lines[0].block, tuple((line.start, line.end) for line in lines)
    )


def _end_of(lines: list[Unit], days: list[int], binder: Binder) -> int:
    """The number of the line behind the words of the last day: these are no more lines than those of another day."""
    most = max(other - one for one, other in pairwise(days))
    low, high = days[-1] + 1, min(days[-1] + most, len(lines))
    usual = _gap(lines, days[0], binder)
    while low < high and _gap(lines, low - 1, binder) <= usual:
        low += 1
    return low


def _explains(lines: list[Unit], days: list[int], binder: Binder) -> bool:
    """Whether each day has a label below it, with a colon, and what that explains ("22 May", "Ex-date:", "From this day ...")."""
    labelled = [binder.page.shadow[line.end - 1] == ":" for line in lines]
    below = all(labelled[day + 1 : day + 2] == [True] for day in days)
    return below and not any(labelled[day - 1] for day in days[1:])


def _way(lines: list[Unit], days: list[int], binder: Binder, languages: tuple[str, ...]) -> Run:
    """Which way the whole list runs: where each day has a label below it, and what that explains, the day comes first."""
    below = [number + 1 < len(lines) and lines[number + 1].block == lines[number].block for number in days]
    above = [number > 0 and lines[number - 1].block == lines[number].block for number in days]
    if _explains(lines, days, binder) or (all(below) and not any(above[1:])):
        return Run.DAY_FIRST
    if all(above) and not any(below[:-1]):
        return Run.WORDS_FIRST
    if _has_labels(lines, days, binder, languages):
        return Run.WORDS_FIRST
    head = lines[days[0] - 1] if days[0] else None
    tail = _tail(lines, days, binder)
    if tail is None or _ends_item(lines[days[-1] - 1], binder, languages):
        return Run.WORDS_FIRST
    if (
        head is None
    ):  # where notices number their labels (East Asia), the first day is that of the document above them
        numbers = binder.tools[languages[0]].lexicon.substring
        labels = _tells(lines[days[-1] - 1], binder, languages) and not _tells(tail, binder, languages)
        return Run.WORDS_FIRST if numbers and labels else Run.DAY_FIRST
    way = _way_between(lines[: days[0]], tail, binder, languages)
    return Run.WORDS_FIRST if way is Run.OPEN and _has_value(lines, days, binder, languages) else way


def _ends_item(line: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether the words above the last day are a label with a number, in an East Asian script: no entry below a day has one."""
    numbers = binder.tools[languages[0]].lexicon.substring
    numbered = numbers and NUMBER.match(binder.page.shadow, line.start, line.end) is not None
    return numbered and _tells(line, binder, languages)


def _has_value(lines: list[Unit], days: list[int], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a list that may run either way is one of labels: the words below its last day have a value of their own,
    if no day ("to be announced"), or the script is one in which notices number their labels (East Asian).
    """
    place = days[-1] + 2
    if binder.tools[languages[0]].lexicon.substring:
        return True
    near = place < len(lines) and _gap(lines, place - 1, binder) <= _gap(lines, days[0], binder)
    return near and not _tells(lines[place], binder, languages)


def _has_labels(lines: list[Unit], days: list[int], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether words before a day end as labels do, or an amount stands below its own label, as the days do then."""
    if any(binder.page.shadow[lines[number - 1].end - 1] == ":" for number in days[1:]):
        return True
    between = lines[days[0] + 1 : days[-1]]
    return any(is_value(line, binder, languages) and not is_day(line, binder, languages) for line in between)


def _way_between(heads: list[Unit], tail: Unit, binder: Binder, languages: tuple[str, ...]) -> Run:
    """Which way a list runs that has words above its first day and below its last one."""
    head = heads[-1]
    if _is_calendar(head, binder, languages) or _is_head_of_days(heads, binder, languages):
        return Run.DAY_FIRST
    if len(heads) > 1 and _is_calendar(heads[-2], binder, languages):
        return Run.WORDS_FIRST
    if _tells(tail, binder, languages):
        return Run.OPEN if _tells(head, binder, languages) else Run.DAY_FIRST
    return Run.WORDS_FIRST if _tells(head, binder, languages) else Run.OPEN


def _tail(lines: list[Unit], days: list[int], binder: Binder) -> Unit | None:
    """The line that would be the words of the last day; None where none stands as near as those of the others do."""
    last = days[-1]
    if last + 1 >= len(lines):
        return None
    tail = lines[last + 1]
    far = _gap(lines, last, binder) > max(_gap(lines, number, binder) for number in days[:-1])
    said = binder.page.text[tail.start : tail.end]
    return None if far or said.endswith(_SENTENCE) or not any(map(str.isalpha, said)) else tail


def _gap(lines: list[Unit], number: int, binder: Binder) -> int:
    """How many line breaks part a line from the next one."""
    return binder.page.text.count("\n", lines[number].end, lines[number + 1].start)


def _tells(line: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line has words for what happens on a day: one of ours, or that a company reports."""
    cues = [hit for hit in binder.hits.within(line.start, line.end, languages, "cue") if _is_label(hit, line)]
    known = any(hit.phrase.value in _TELLING for hit in cues)
    return known or bool(binder.hits.within(line.start, line.end, languages, "reporting"))


def _is_label(hit: Hit, line: Unit) -> bool:
    """Whether words for a date are more than a part of a longer line that is about something else ("Source of dividend payment")."""
    return not hit.phrase.label_only or 2 * (hit.end - hit.start) >= line.end - line.start


def _is_calendar(line: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line is the heading of a calendar ("Financial calendar 2024")."""
    marks = binder.hits.within(line.start, line.end, languages, "calendar")
    return bool(marks) or _lone_year(line, binder) is not None


def _is_head_of_days(heads: list[Unit], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether the heads of two columns end the lines above the list, that of the days first ("Date", "Event")."""
    if len(heads) < 2 or _tells(heads[-1], binder, languages):
        return False
    line = heads[-2]
    hits = binder.hits.within(line.start, line.end, languages, "sheet_date")
    return any(hit.end - hit.start + 2 > line.end - line.start for hit in hits)


def _lone_year(line: Unit, binder: Binder) -> int | None:
    match = _LONE_YEAR.fullmatch(binder.page.shadow, line.start, line.end)
    return int(match[1]) if match else None


class _Above(NamedTuple):
    """What stands above rows and holds for their days: a year, a month; `near` where nothing else stands between."""

    year: int | None = None
    month: int | None = None
    near: bool = False


_NOTHING = _Above()


def _in_years(items: list[Item], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The items, with rows that begin with a day as diaries, and the year that stands above them given to their days."""
    found: list[Item] = []
    above = _NOTHING
    for item in items:
        if isinstance(item, Unit):
            above = _heading(item, above, binder, languages)
            found.append(item)
        elif isinstance(item, Diary):
            found.append(replace(item, days=_with_year(item.days, above.year)))
        else:
            found += _diaries_in(item, above, binder, languages)
    return found


def _heading(unit: Unit, above: _Above, binder: Binder, languages: tuple[str, ...]) -> _Above:
    """What stands above the next rows, once this line has been read."""
    if unit.end - unit.start > LINE or not unit.heading:
        return _NOTHING
    year = _lone_year(unit, binder) or year_of_head(unit.start, unit.end, binder, languages)
    if year is not None:
        return _Above(year, None, near=True)
    month = _month_of(unit.start, unit.end, binder, languages)
    if month is not None:
        return _Above(month[1] or above.year, month[0], near=True)
    if binder.hits.within(unit.start, unit.end, languages, "calendar"):
        years = set(_YEAR.findall(binder.page.shadow[unit.start : unit.end]))
        return _Above(int(years.pop()) if len(years) == 1 else None, None, near=True)
    return above


def _month_of(
    start: int, end: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, int | None] | None:
    """The month that fills a line, by its name or number, and its year where it is told."""
    if end - start > 24:
        return None
    if named := binder.days.month_named(start, end, languages):
        return named
    said = binder.page.shadow[start:end].strip(" :.|")
    dates = binder.dates_in(start, end, languages)
    whole = len(dates) == 1 and dates[0].day is None and dates[0].end - dates[0].start == len(said)
    return (dates[0].month, dates[0].year) if whole else None


def _diaries_in(table: Table, above: _Above, binder: Binder, languages: tuple[str, ...]) -> Iterator[Table]:
    """A table as a diary, where its rows begin with days; as it is, with the year above it, where they do not."""
    days: list[DateSpan] = []
    rows: list[Unit] = []
    left: list[Unit] = []
    at = above
    if isinstance(table, Diary) or _heads_dates(table.rows[0], binder, languages):
        yield replace(table, year=above.year)
        return
    for row in table.rows:
        filled = [cell for cell in row.cells if cell[0] < cell[1]] or [(row.start, row.end)]
        if len(filled) == 1:
            line = Unit(*filled[0], row.block, heading=True)
            at = _heading(line, at, binder, languages)
            left.append(row)
            continue
        day = _begins_with(filled, at, binder, languages)
        if day is None:
            left.append(row)
        else:
            rows.append(replace(row, cells=tuple(filled)))
            days += _with_year([day], at.year)
    several = sum(len(row.cells) > 1 for row in left)
    if len(rows) >= (1 if above.near or at.near else _ROWS) and len(rows) > several:
        yield Diary(rows, days=days)
    else:
        yield replace(table, year=above.year)


def _heads_dates(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a row heads several columns of dates."""
    cues = [_tells(Unit(*cell, row.block), binder, languages) for cell in row.cells]
    return sum(cues) > 1


def _begins_with(
    cells: list[Span], above: _Above, binder: Binder, languages: tuple[str, ...]
) -> DateSpan | None:
    """The day that fills the first cell of a row, whose next one holds words and no date."""
    (start, end), second = cells[0], cells[1]
    words = binder.page.shadow[slice(*second)]
    if len(cells) > _CELLS or sum(map(str.isalpha, words)) < _LETTERS:
        return None
    if any(day_of(*cell, binder, languages) for cell in cells[1:]):
        return None
    day = day_of(start, end, binder, languages) or _last_of_period(cells, binder, languages)
    if day is not None or end - start > 20:
        return day
    said = binder.page.shadow[start:end]
    match = _SHORT_DAY.fullmatch(said)
    if match and 0 < int(match[2]) <= 12 and 0 < int(match[1]) <= 31:
        return DateSpan(start, end, None, int(match[2]), int(match[1]))
    match = _DAY_NUMBER.fullmatch(said)
    if match and above.month and 0 < int(match[1]) <= 31:
        return DateSpan(start, end, None, above.month, int(match[1]))
    return None


def _last_of_period(cells: list[Span], binder: Binder, languages: tuple[str, ...]) -> DateSpan | None:
    """The last day of a period that fills the first cell, where the words of its entry are those for a subscription."""
    cell = cells[0]
    days = binder.dates_in(*cell, languages)
    cues = binder.hits.within(cells[1][0], cells[-1][1], languages, "cue")
    whole = len(days) == 2 and days[0].start - cell[0] <= _FEW_SIGNS and cell[1] - days[1].end <= _FEW_SIGNS
    return days[1] if whole and any(hit.phrase.value in PERIODS for hit in cues) else None


def _with_year(days: list[DateSpan], year: int | None) -> list[DateSpan]:
    """The days, those without a year in this one; not where they go back, since then the year holds for some only."""
    if year is None or any((one.month, one.day) > (two.month, two.day) for one, two in pairwise(days)):
        return days
    return [day if day.year else day._replace(year=year) for day in days]
