"""Frames of official forms: numbered fields in one line, and periods of which each day has a cell with its label.

    8. 신주배정기준일 2026년 05월 25일 9. 1주당 신주배정주식수 0.25 11. 청약예정일 구주주 시작일 ...

    구주주            (the group: whose period it is)
    시작일            (label of the first day)
    2026년 06월 29일
    종료일            (label of the last day)
    2026년 06월 30일

The last day of a period counts only where the group says that holders may act until then; other periods are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice, pairwise
from typing import NamedTuple

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Item = Unit | Table

_NUMBER = re.compile(r"(?<![\d.,\-/])(?<!\d\s)(?<!\d\.\s)([1-9]\d?)\.\s(?=[^\W\d_])")
_FIELDS = 4  # so many numbers in their order make a line a form
_OPENING = re.compile(r"[1-9]\d?\.\s")
_LONE_NUMBER = re.compile(r"[1-9]\d?\.")
_VALUES = re.compile(r"-|\d[\d,]{0,14}(?:\.\d{1,10})?")
_LINES = 8  # of a field that is told for several classes of shares
_SHORT = 40
_SKIPPED = 3  # numbers that may be left out between two fields
_PERIODS = 40  # no form has more of them
_APART = 44  # signs between the labels of both days: a date with its weekday
_VALUE = re.compile(r"[\s:]{0,4}")
_GROUP = 40
_BEHIND_VALUE = re.compile(r".*(?:(?:\d\s?[일)]?|-)[\s:]|\n)", re.DOTALL)


class Period(NamedTuple):
    """A period of a form: where its group begins and its last day ends, the label of that day, and whether holders act."""

    start: int
    end: int
    label: Hit
    day: tuple[int, int] | None
    of_holders: bool


def with_forms(items: list[Item], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The items, with a form in one line parted into its fields, and each period of a form as a row or left out.

    Official forms are written so in scripts without word borders; a text of another language comes back as it is.
    """
    if not any(binder.tools[language].lexicon.substring for language in languages):
        return items
    items = [part for item in _with_numbers(items, binder) for part in _fields(item, binder)]
    items = _with_joined(items, binder, languages)
    for period in islice(_periods(binder, languages), _PERIODS):
        items = _with_period(items, period)
    return items


def _fields(item: Item, binder: Binder) -> Iterable[Item]:
    """The fields of a line that numbers in their order part; the line itself where it is no such form."""
    if isinstance(item, Table) or item.cells:
        return [item]
    starts: list[int] = []
    last = 0
    for match in _NUMBER.finditer(binder.page.shadow, item.start, item.end):
        number = int(match[1])
        if last < number <= last + _SKIPPED or not starts:
            starts.append(match.start())
            last = number
    if len(starts) < _FIELDS:
        return [item]
    bounds = [item.start, *(one for one in starts if one > item.start), item.end]
    return [Unit(low, high, item.block, heading=True) for low, high in pairwise(bounds)]


def _with_numbers(items: list[Item], binder: Binder) -> list[Item]:
    """The items, with the number of a field joined again to its words where it had ended a sentence ("10.", "결정일")."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if isinstance(last, Unit) and isinstance(item, Unit) and not (last.cells or item.cells):
            between = binder.page.text[last.end : item.start]
            if _LONE_NUMBER.fullmatch(binder.page.shadow, last.start, last.end) and "\n" not in between:
                found[-1] = Unit(last.start, item.end, item.block, heading=item.heading)
                continue
        found.append(item)
    return found


def _with_joined(items: list[Item], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The items, with each field of a form that tells what there is for one share joined to the lines of its values."""
    shadow = binder.page.shadow
    found: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        opens = isinstance(item, Unit) and not item.cells and _OPENING.match(shadow, item.start, item.end)
        count = 1
        if opens and binder.hits.within(item.start, _end(item), languages, "per_share"):
            count = _values_behind(items, place, binder, languages)
        last = items[place + count - 1]
        if count > 1 and isinstance(last, Unit) and isinstance(item, Unit):
            item = Unit(item.start, last.end, item.block, heading=True)
        found.append(item)
        place += count
    return found


def _values_behind(items: list[Item], place: int, binder: Binder, languages: tuple[str, ...]) -> int:
    """How many lines from here on are a field, each value with its label: up to the last number of it."""
    shadow = binder.page.shadow
    count = 1
    for offset, item in enumerate(items[place + 1 : place + _LINES], start=2):
        if isinstance(item, Table) or item.cells or item.end - item.start > _SHORT:
            break
        if _OPENING.match(shadow, item.start, item.end) or binder.dates_in(item.start, item.end, languages):
            break
        if _VALUES.fullmatch(shadow, item.start, item.end):
            count = offset
    return count


def _periods(binder: Binder, languages: tuple[str, ...]) -> Iterable[Period]:
    """The periods of the document whose days have labels of their own."""
    shadow = binder.page.shadow
    whole = (0, len(shadow))
    lasts = binder.hits.within(*whole, languages, "last_day")
    starts = [one.start for one in lasts]
    for first in binder.hits.within(*whole, languages, "first_day"):
        place = bisect_left(starts, first.end)
        last = lasts[place] if place < len(lasts) and starts[place] <= first.end + _APART else None
        if last is None or len(binder.dates_in(first.end, last.start, languages)) > 1:
            continue
        opened = _group_start(shadow, first.start)
        value = _VALUE.match(shadow, last.end)
        begins = value.end() if value else last.end
        day = next((one for one in binder.dates_in(begins, begins + _GROUP, languages)), None)
        told = day is not None and day.start == begins
        end = day.end if day and told else begins + 1 if shadow[begins : begins + 1] == "-" else last.end
        named = binder.hits.within(opened, first.start, languages, "subscribers")
        holders = any(not shadow[hit.end : first.start].strip(" \n:()") for hit in named)
        yield Period(opened, end, last, (begins, end) if told else None, of_holders=holders)


def _group_start(shadow: str, end: int) -> int:
    """Where the words begin that name the group: behind the value before them, or on the line above."""
    low = max(0, end - _GROUP)
    words = shadow[low:end].rstrip(" \n:")
    behind = _BEHIND_VALUE.match(words)
    return low + behind.end() if behind else low


def _with_period(items: list[Item], period: Period) -> list[Item]:
    """The items, with the lines of a period replaced by its row; as they are where a table holds them."""
    inside = [one for one in items if one.start < period.end and _end(one) > period.start]
    lines = [one for one in inside if isinstance(one, Unit) and not one.cells]
    if not lines or len(lines) < len(inside):
        return items
    place = items.index(lines[0])
    row: list[Item] = []
    if period.of_holders and period.day:
        cells = ((period.label.start, period.label.end), period.day)
        if len(lines) > 1:  # among the other labels and values of the form
            row = [Unit(*cell, lines[0].block, heading=True) for cell in cells]
        else:
            row = [Table([Unit(period.label.start, period.end, lines[0].block, cells)])]
    before, behind = lines[0], lines[-1]
    rest = [Unit(before.start, period.start, before.block, heading=before.heading)]
    rest += [Unit(period.end, behind.end, behind.block, heading=behind.heading)]
    head, tail = ([one] if one.start < one.end else [] for one in rest)
    return [*items[:place], *head, *row, *tail, *items[place + len(lines) :]]


def _end(item: Item) -> int:
    return item.rows[-1].end if isinstance(item, Table) else item.end
