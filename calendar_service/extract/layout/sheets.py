"""Frame: a meeting told on a sheet. Words that name the meeting, below them lines or rows of labels with the day, the
time and the place ("General meeting", then "Date: 8 May 2026", "Time: 10.00 a.m.", "Venue: ...").

A label as plain as "Date" counts only there: a meeting is named above it, and a time or a place stands beside or below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.extract.sentence.times import time_in

Span = tuple[int, int]

_ABOVE = 6  # so many statements above the sheet the meeting may be named
_BELOW = 4
_REACH = 40
_DAY = 24  # signs of a day
_WORDS = 1  # with which a label may go on ("Date (local)")
_HELD = 20  # signs between the day of a meeting and its name
_PLACE = 160
# The number of an item may be a numeral of another script: "(一)", "2、".
_LINE_START = re.compile(r"(?:^|\n|\t)[\s*•|()\-\d.、一二三四五六七八九十]{0,12}\Z")
_OVER = ("held", "past", "approved")  # words for a meeting that has been
_STOP = re.compile(r"[,;:。、]")
_INDENT = 14  # signs before a label at the head of its line
_SIGNS = " \t:：|*-–"


def add_sheet_days(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Adds the day of a meeting to statements that are a sheet's line or table."""
    for said in statements:
        for label in _day_labels(said, binder.page.shadow):
            spans = binder.dates_in(label.end, min(label.end + _REACH + _DAY, said.end), languages)
            spans = [span for span in spans if _is_beside(label, span.start, binder)]
            told = said if spans or label.end < said.end else _next(said, statements)
            if told is not said:  # the label fills its line
                spans = binder.dates_in(told.start, min(told.start + _REACH, told.end), languages)
                spans = [span for span in spans[:1] if span.start == told.start]
            known = any(fact.kind == "meeting" for fact in told.dates)
            if known or not spans or spans[0].day is None or _goes_on(label, spans[0].start, binder):
                continue
            day = (spans[0].start, spans[0].end)
            if not _is_sheet(said, label, day, statements, binder):
                continue
            fact = DateFact("meeting", spans[0], "frame.meeting_sheet", (label.start, spans[0].end))
            told.dates = [one for one in told.dates if one.span != spans[0]] + [fact]
            break


def _is_beside(label: Hit, place: int, binder: Binder) -> bool:
    """Whether a day stands within reach of its label, in its line, or on the next one where nothing else stands in its line."""
    line, broken, _ = binder.page.shadow[label.end : place].partition("\n")
    return place - label.end <= _REACH and not (broken and any(map(str.isalnum, line)))


def _goes_on(label: Hit, place: int, binder: Binder) -> bool:
    """Whether more words stand between a label and its day than it may have: the day of something else ("Date of approval by
    the board of directors").
    """
    words = binder.page.shadow[label.end : place].partition("\t")[0].partition(":")[0].split()
    named = [word for word in words if any(map(str.isalpha, word))]
    return "\t" in binder.page.shadow[label.end : place] and len(named) > _WORDS


def _next(said: Statement, statements: Sequence[Statement]) -> Statement:
    """The statement behind this one; itself where it is the last."""
    return statements[min(said.index + 1, len(statements) - 1)]


def _day_labels(said: Statement, shadow: str) -> Iterator[Hit]:
    """The labels of a day; one of a time of day may have both beside it ("Time: Friday 8 May 2026, 10.00 a.m.")."""
    yield from labels_of(said, "sheet_date", shadow)
    yield from labels_of(said, "sheet_time", shadow)


def labels_of(said: Statement, mark: str, shadow: str) -> Iterator[Hit]:
    """The words with this mark that begin a line or a cell of the statement."""
    for hit in said.marks:
        if hit.phrase.value != mark:
            continue
        broken = "\n" in shadow[hit.start : hit.end]  # "Meeting: AGM", below it "Date: ..."
        if (
            hit.start == said.start
            or broken
            or _LINE_START.search(shadow, max(0, hit.start - _INDENT), hit.start)
        ):
            yield hit


def value_of(
    said: Statement, statements: Sequence[Statement], mark: str, day: Span, shadow: str
) -> Span | None:
    """What a sheet says beside a label with this mark ("sheet_time", "sheet_place"), below the meeting's day; or None."""
    following = statements[said.index : said.index + _BELOW]
    return next(_values(following, mark, day, shadow), None)


def _values(following: Sequence[Statement], mark: str, day: Span, shadow: str) -> Iterator[Span]:
    """The rest of each line, or the cell beside, whose label has this mark."""
    for said in following:
        for label in labels_of(said, mark, shadow):
            if label.start < day[1]:
                continue
            start = label.end
            while start < len(shadow) and shadow[start] in _SIGNS:
                start += 1
            stop = shadow.find("\n", start, start + _PLACE)
            stop = min(start + _PLACE, len(shadow)) if stop < 0 else stop
            if start < stop:
                yield start, stop


def _has_other_day(said: Statement, day: Span, binder: Binder) -> bool:
    """Whether words for holding it stand between a meeting and another day before it ("4月25日召开股东大会")."""
    languages = (said.language,)
    shadow, holding = binder.page.shadow, binder.tools[said.language].holding
    own = {span.value for span in binder.dates_in(*day, languages)}
    days = [span for span in binder.dates_in(said.start, said.end, languages) if span.value not in own]
    return any(
        0 <= hit.start - span.end <= _HELD
        and holding.search(shadow, span.end, hit.start)
        and not _STOP.search(shadow, span.end, hit.start)
        for hit in said.events
        for span in days
        if hit.phrase.substring
    )


def _is_sheet(
    said: Statement, label: Hit, day: Span, statements: Sequence[Statement], binder: Binder
) -> bool:
    """Whether a meeting is named above, and a time or a place stands in the line or below it."""
    shadow = binder.page.shadow
    above = [*statements[max(0, said.index - _ABOVE) : said.index], said]
    hits = [hit for one in above for hit in one.events if hit.start < label.start]
    if not hits or not all(hit.phrase.value in MEETINGS for hit in hits):
        return False
    if any(mark.phrase.substring and mark.phrase.value in _OVER for one in above for mark in one.marks):
        return False  # the sheet is of something else
    if any(_has_other_day(one, day, binder) for one in above if one is not said):
        return False
    following = statements[said.index : said.index + _BELOW]
    marks = ("sheet_time", "sheet_place")
    labels = (hit for one in following for mark in marks for hit in labels_of(one, mark, shadow))
    below = any(hit is not label for hit in labels)
    beside = ((label.end, day[0]), (day[1], said.end))  # "18.06.2026" alone is no time of day
    return below or any(time_in(shadow, *place)[0] is not None for place in beside)
