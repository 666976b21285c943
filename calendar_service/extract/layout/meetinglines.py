"""Frame: words that name a meeting, and below them a line that opens with a weekday, a day and a time of day
("Einladung zur Generalversammlung", then "Dienstag, 25. April 2023, 16.00 Uhr, Kongresshaus").

Such a line would else be taken for the dateline of the document. Sites stamp what they publish with the minute: a meeting
begins at a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.meetinglabels import label_start
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.extract.sentence.times import time_in

#: The rule that a date found so is told with.
MEETING_LINE = "frame.meeting_line"
_REACH = 120  # from the meeting's name to its day: the rest of the heading, and the weekday
_WEEKDAY = 24  # signs of the weekday before the day, and the words that lead to it
_CLOCK = 30  # signs behind the day in which the time of day stands
_QUARTER = 15  # minutes
_TOP = 40  # so many statements at the beginning may convene a meeting so
_TOLD = ("result", "approved", "declares", "decides", "postpone", "cancel", "voting", "around", "reporting")


def add_meeting_lines(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Adds the day of a meeting to statements that are such a line, or end with one."""
    for said in statements[:_TOP]:
        name = _name_of(said)
        if name is None:
            continue
        following = statements[said.index + 1 : said.index + 2]
        for told in (said, *following):
            if any(one.kind == "meeting" for one in told.dates):
                return
            span = _day_of(told, name, binder, languages)
            if span is not None:
                told.dates = [one for one in told.dates if one.span != span]
                told.dates.append(DateFact("meeting", span, MEETING_LINE, (span.start, span.end)))
                told.loose = [one for one in told.loose if one != span]
                return


def _name_of(said: Statement) -> Hit | None:
    """The words that name a meeting, where a statement is about nothing else and does not tell of a past one."""
    if not said.events or said.from_table or said.has(*_TOLD):
        return None
    if any(hit.phrase.value not in MEETINGS for hit in said.events):
        return None
    return said.events[-1]


def _day_of(told: Statement, name: Hit, binder: Binder, languages: tuple[str, ...]) -> DateSpan | None:
    """The day that a line of the statement opens with, below the meeting's name."""
    shadow = binder.page.shadow
    start = max(name.end, told.start)
    span = next(iter(binder.dates_in(start, min(start + _REACH, told.end), languages)), None)
    if span is None or span.value is None:
        return None
    begin = label_start(shadow, told.start, span.start)
    lead = shadow[begin : span.start].strip(" ,.|*")
    weekdays = {one for language in languages for one in binder.tools[language].lexicon.weekdays}
    if begin <= name.end or len(lead) > _WEEKDAY or not lead.startswith(tuple(weekdays)):
        return None
    clock, _ = time_in(shadow, span.end, min(span.end + _CLOCK, told.end))
    return span if clock is not None and clock.minute % _QUARTER == 0 else None
