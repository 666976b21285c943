"""The document's own day where no dateline tells it: beside the words for today, or in the stamp of a news agency
("has today, 6 February 2025, published its annual report"; "April 06, 2020 10:14 ET (14:14 GMT)").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import DateFact, Statement

# From the words for today to the day ("i dag den", "hoje, dia").
_LED = re.compile(r",?\s(?:[^\W\d_]{1,3}\s){0,2}")
_NUMBER = re.compile(r"\d{1,4}")
_MONTHS = 12
_BACK = 24  # so far before a day stand the words for today
_END = 2500  # in so many signs at the end a news agency stamps its text
_LAST = 40
# The day alone in brackets, or in seven digits behind them by the years of the Republic of China, ends a text.
_SIGNED = re.compile(
    r"(?:\(\s?(20\d\d)[/.-](\d{1,2})[/.-](\d{1,2})\s?\)|\)\s?(1[0-4]\d)(0[1-9]|1[0-2])([0-2]\d|3[01]))[\s.。]{0,4}\Z"
)
_REPUBLIC = 1911  # the year before its first
# The time of day at two places, as only news agencies stamp it, in English whatever the text is written in.
_WIRE = re.compile(
    r"(?<![^\n])[ ]{0,3}([^\W\d_]{3,9}\s\d{1,2},\s(?:19|20)\d\d)\s\d{1,2}:\d\d\s[a-z]{2,4}\s\(\d{1,2}:\d\d\sgmt\)"
)


def labelled_fact(statements: Sequence[Statement], shadow: str) -> DateFact | None:
    """The first date that a label tells as that of the announcement. Where its order of day and month is not certain, that of the
    document's other dates in numbers holds; None where these do not tell it.
    """
    facts = (
        fact for said in statements for fact in said.dates if fact.kind == "announced" and fact.span.value
    )
    first = next(facts, None)
    if first is None or first.span.other is None:
        return first
    firsts = {
        _begins_with(span, shadow)
        for said in statements
        for span in (*(fact.span for fact in said.dates), *said.loose)
        if span.numeric and span.other is None and (span.day or 0) > _MONTHS
    }
    if len(firsts) != 1:
        return None
    readings = (first.span.value, first.span.other)
    day = next((one for one in readings if one and _begins_with(first.span, shadow, one.day) in firsts), None)
    if day is None:
        return None
    return first._replace(span=first.span._replace(year=day.year, month=day.month, day=day.day, other=None))


def _begins_with(span: DateSpan, shadow: str, day: int | None = None) -> bool:
    """Whether a date in numbers begins with its day."""
    return int(_NUMBER.match(shadow, span.start)[0]) == (day or span.day)  # type: ignore[index]


def day_beside_today(head: Sequence[DateSpan], binder: Binder, languages: tuple[str, ...]) -> date | None:
    """The day that words for today tell; None where they tell none, or several."""
    days = {span.value for span in head if span.value and _is_today(span, binder, languages)}
    return days.pop() if len(days) == 1 else None


def _is_today(span: DateSpan, binder: Binder, languages: tuple[str, ...]) -> bool:
    marks = binder.hits.within(max(0, span.start - _BACK), span.start, languages, "mark")
    return any(
        hit.phrase.value == "today" and _LED.fullmatch(binder.page.shadow, hit.end, span.start)
        for hit in marks
    )


def day_of_wire(binder: Binder) -> date | None:
    """The day in the stamp of a news agency at the end of a text; None where none stands there."""
    shadow = binder.page.shadow
    if signed := _SIGNED.search(shadow, max(0, len(shadow) - _LAST)):
        return _day_signed(signed)
    stamp = _WIRE.search(shadow, max(0, len(shadow) - _END))
    if stamp is None:
        return None
    read = (binder.dates_in(*stamp.span(1), (language,)) for language in binder.tools)
    return next((days[0].value for days in read if len(days) == 1 and days[0].value), None)


def _day_signed(signed: re.Match[str]) -> date | None:
    """The day with which a text is signed."""
    year, month, day = (int(number) for number in signed.groups() if number)
    return as_date(year if signed[1] else year + _REPUBLIC, month, day)
