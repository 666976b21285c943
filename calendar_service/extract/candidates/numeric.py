"""Dates that are all digits: which number is the year, the month and the day."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

NUMERIC = re.compile(
    # Behind a hyphen only the second day of a range may stand: "2026/04/01-2027/03/31", "4.5.2026-20.5.2026", "4.5.-20.5.2026".
    r"(?:(?<![\d.,/\-])|(?<=\d\d-)(?=\d{4}[\-/.]\d{1,2}[\-/.]\d)"
    r"|(?:(?<=[./]\d{4}-)|(?<=[./]\d\d-)|(?<=[./]\d[./]-)|(?<=[./]\d\d[./]-))(?=\d{1,2}[./]\d{1,2}[./]\d\d))(?:"
    r"(?P<y>(?:19|20)\d\d)(?P<s>[\-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<t>[\-/.])\s?(?P<b>\d{1,2})(?P=t)\s?(?P<c>(?:19|20)\d\d|\d\d)"
    r"|(?P<iso>(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r")(?![\d%]|[.,/]\d|-\d(?!\d{3}[\-/.]\d|\d?[./]\d{1,2}[./]\d\d))"
)

#: How a numeric date begins, wherever the text ends.
NUMERIC_OPENING = r"(?:19|20)\d\d(?:[\-/.]\d|[01]\d[0-3]\d)|\d{1,2}[\-/.]\s?\d{1,2}[\-/.]\s?\d\d"
_THIS_CENTURY = 2000


class Numeric(NamedTuple):
    """What a numeric date tells; `other` and `reverse` are other readings of it, `short` a year that may be that of an era."""

    year: int | None
    month: int
    day: int
    other: date | None = None
    numeric: bool = False  # the order of day and month is none that the text shows
    reverse: date | None = None
    short: int | None = None


@lru_cache(4096)  # each date of a document is asked for many times
def as_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def century(year: int) -> int:
    """The full year of one with two digits: 70 to 99 are of the last century (POSIX strptime reads 69 so)."""
    return year + (1900 if year >= 70 else 2000)


def numeric_of(match: re.Match[str], order: str, *, eras: bool) -> Numeric | None:
    """What a numeric date tells in a language with this order, which may have `eras`; None where it is none."""
    if digits := match["iso"]:
        return _whole(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if match["y"]:
        return _whole(int(match["y"]), int(match["m"]), int(match["d"]))
    first, second, year = int(match["a"]), int(match["b"]), match["c"]
    if order == "ymd" and len(year) == 2:
        return _year_first(match, eras=eras)
    full = int(year) if len(year) == 4 else century(int(year))
    by_order = {"mdy": (first, second), "dmy": (second, first)}
    readings = {name: as_date(full, *pair) for name, pair in by_order.items()}
    custom = "dmy" if match["t"] == "." and not order else order
    chosen = readings.get(custom)
    other = readings["dmy" if custom == "mdy" else "mdy"]
    if custom not in readings:
        chosen, other = readings["dmy"], readings["mdy"]
    reverse = other if chosen and order and chosen != other else None
    if chosen is None or other is None or chosen == other or order:
        chosen, other = chosen or other, None
    if chosen is None:
        return None
    return Numeric(chosen.year, chosen.month, chosen.day, other, numeric=True, reverse=reverse)


def _whole(year: int, month: int, day: int) -> Numeric | None:
    return Numeric(year, month, day) if as_date(year, month, day) else None


def _year_first(match: re.Match[str], *, eras: bool) -> Numeric | None:
    """A day of which two digits each tell year, month and day ("'26.03.31"); the year may be that of an era. One of the
    nineties is left to the patterns of written dates, which know the Republic of China.
    """
    year, month, day = century(int(match["a"])), int(match["b"]), int(match["c"])
    if len(match["a"]) < 2 or year < _THIS_CENTURY or as_date(year, month, day) is None:
        return None
    return Numeric(None, month, day, short=year) if eras else Numeric(year, month, day)
