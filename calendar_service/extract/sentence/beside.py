"""Frame: a day that is counted from another one. Words for a date name the day before or after theirs ("the business day
preceding the payment date (19 January)", 決済の開始日の前営業日): what follows is no day of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools
from calendar_service.model.remarks import remark

COUNTED = remark("a day may be meant that is counted from the one that is named")
_TOUCHING = 1  # a blank may stand between
_ARTICLE = 6
# What may stand between a day and words for the one beside it, where the day is told for that only: "6月26日開催の総会の翌日".
_SAME_CLAUSE = re.compile(r"[^.,;:、。()|\n\d]{0,20}|\n")


def is_counted_from(hit: Hit, marks: Iterable[Hit]) -> bool:
    """Whether those for the day beside it stand right before words for a date; behind them in languages without word borders."""
    gaps = (
        mark.start - hit.end if hit.phrase.substring else hit.start - mark.end
        for mark in marks
        if mark.phrase.value == "next_to"
    )
    return any(0 <= gap <= _TOUCHING for gap in gaps)


def doubt_counted(said: Statement, shadow: str, tools: Tools) -> None:
    """Doubts a date whose words have those for the day beside it before them, where no preposition leads to it.

    "The day before the record date of 5 May" tells the record date; "the day before the record date (4 May)" may not, and
    "the day before the record date, i.e. 4 May" does not: it is taken out. So
    too where they stand right before the date itself ("the record date is the second day before 18 May").
    """
    if tools.lexicon.substring:
        _doubt_led_on(said, shadow, tools)
        return
    marks = [mark for mark in said.marks if mark.phrase.value == "next_to" and not mark.phrase.substring]
    for fact in (*said.dates,) if marks else ():
        low, high = fact.quote
        if fact.kind not in DATED_FIELDS or high != fact.span.end or fact.span.value is None:
            continue
        if any(low < mark.start and _leads(shadow, mark, fact) for mark in marks):
            said.doubts.append(COUNTED)
            continue
        led = any(map(tools.preposition.fullmatch, shadow[low : fact.span.start].split()[-1:]))
        beside = any(0 <= low - mark.end <= _TOUCHING for mark in marks)
        if beside and tools.that_is.search(shadow, low, fact.span.start):
            said.dates.remove(fact)  # it is the counted day
            said.loose.append(fact.span)
        elif beside and not led:
            said.doubts.append(COUNTED)


def _doubt_led_on(said: Statement, shadow: str, tools: Tools) -> None:
    """Doubts a date that leads to the day beside it ("効力発生日は6月26日の翌日"), unless words say that it is the one which the
    words before it name ("効力発生日である10月1日の前営業日"). The day of a meeting is its own, whatever is counted from it.
    """
    marks = [mark for mark in said.marks if mark.phrase.value == "next_to"]
    for fact in said.dates if marks else ():
        if fact.kind not in DATED_FIELDS or fact.kind == "meeting":
            continue
        ends = (mark.start for mark in marks if mark.start >= fact.span.end)
        if any(_SAME_CLAUSE.fullmatch(shadow, fact.span.end, end) for end in ends):
            named = tools.naming.search(shadow, max(said.start, fact.span.start - _ARTICLE), fact.span.start)
            said.doubts += [] if named else [COUNTED]


def _leads(shadow: str, mark: Hit, fact: DateFact) -> bool:
    """Whether nothing, or a word as short as an article, stands between words for the day beside another one and a date."""
    between = shadow[mark.end : fact.span.start].strip()
    near = mark.end <= fact.span.start <= mark.end + _ARTICLE
    return near and (not between or between.isalpha())
