"""Frame: a deadline told in prose. What has to be done, then words for "by", then the day ("Proxies must be received by
11.00 a.m. on 18 May"), or the first and the last day of a period ("may choose between 4 May and 18 May").

What is done says which deadline it is: voting (`proxies`), registering for a meeting (`registering`), choosing how a
dividend is paid (`electing`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.frames import is_begun
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools
from calendar_service.extract.sentence.windows import makes_period
from calendar_service.model.remarks import remark

_KINDS = {
    "proxies": "vote_deadline",
    "registering": "registration_deadline",
    "electing": "election_deadline",
    "accepting": "expiry",
}
_FREE = frozenset({"ignore", "lead"})  # what other words say of such a day is only that it is none of theirs
_BEFORE, _BEHIND = 40, 12  # between the words for "by" and the day: a time of day may stand there
_DONE = 160
_STOPS = ",;"  # what is done stands before these, where the day does not open its sentence ("By 18 May, proxies must")
_OPENING = 3
_SEASON = timedelta(days=200)


_NEAR_CUE = 40  # so far before words for a date their negation begins
LIMIT = remark("only the last day by which it is to be paid is told")
_DENIED = re.compile(
    r"\s(?!(?:later|less|more|earlier|only|before|after|than|beyond|until|exceeding)\b)(?:[^\W\d_]{1,12}\s){0,2}"
)


def doubt_denied(said: Statement, shadow: str, negation: re.Pattern[str]) -> None:
    """Doubts a sentence with a negation right before words for a date, or their verb ("not going ex-dividend on 7 May")."""
    if any(
        _DENIED.fullmatch(shadow, word.end(), fact.quote[0])
        for fact in said.dates
        for word in negation.finditer(shadow, max(said.start, fact.quote[0] - _NEAR_CUE), fact.quote[0])
    ):
        said.doubts.append(remark("the sentence also says that something is called off or halted"))


def doubt_limits(said: Statement, shadow: str, tools: Tools) -> None:
    """Doubts a payment of which only the last possible day is told, behind words for "by" ("paid by 31 December at the
    latest"). Words that make a date inexact are none of these ("on or before 5 May").
    """
    paid = [fact for fact in said.dates if fact.kind == "payment" and not fact.approximate]
    leads = [hit for hit in said.marks if hit.phrase.value == "by"] if paid else []
    if any(_leads_to(hit, fact, shadow, tools) for hit in leads for fact in paid):
        said.doubts.append(LIMIT)


def _leads_to(hit: Hit, fact: DateFact, shadow: str, tools: Tools) -> bool:
    """Whether a word stands between a date and the words that give it its meaning, with nothing but a weekday behind it."""
    if not fact.quote[0] < hit.start < fact.span.start:
        return False
    between = shadow[hit.end : fact.span.start]
    return not between.strip(" ,") or tools.weekday.fullmatch(between.lstrip(" ,")) is not None


def add_deadlines(said: Statement, shadow: str, tools: Tools) -> None:
    """Adds the deadlines of a statement, each kind once; their days are no longer loose.

    `until` are the words of its language for "until".
    """
    leads = [hit for hit in said.marks if hit.phrase.value == "by"]
    done = [hit for hit in said.marks if hit.phrase.value in _KINDS]
    # What is chosen in a plan for reinvestment is no form of payment.
    if any(hit.phrase.value == "ignore" for hit in said.events):
        done = [hit for hit in done if hit.phrase.value != "electing"]
    if not done:
        return
    last = _last_days(said, shadow, tools)
    if not (leads or last):
        return
    known = {fact.kind for fact in said.dates}
    words = {f":{hit.phrase.text}" for hit in leads}
    opens = bool(leads) and leads[0].start - said.start <= _OPENING
    free = [*said.loose, *(fact.span for fact in said.dates if _is_free(fact, words))]
    known -= {fact.kind for fact in said.dates if _is_free(fact, words)}
    for place, span in enumerate(sorted(free, key=lambda one: one.start)):
        behind = shadow[span.end : span.end + _BEFORE]
        stops = _STOPS if place or not opens else _STOPS[1:]
        reach = min((at for sign in stops if (at := behind.find(sign)) >= 0), default=_BEFORE)
        ends = span.day is not None and (span in last or _is_led(span, leads))
        what = _done_by((last.get(span, span), span), done, said, reach) if ends else None
        if what is None or _KINDS[what.phrase.value] in known:
            continue
        kind = _KINDS[what.phrase.value]
        known.add(kind)
        quote = (min(what.start, span.start), max(what.end, span.end))
        said.dates = [fact for fact in said.dates if fact.span != span]
        said.dates.append(DateFact(kind, span, "frame.deadline", quote))
        said.loose = [one for one in said.loose if one != span]
    said.dates.sort(key=lambda fact: fact.span.start)


def add_last_days(said: Statement, shadow: str, tools: Tools) -> None:
    """Adds the last day of a period of which words for "begins" tell the first one, where nothing else claims it: with it
    an offer expires ("begins on 4 May and ends on 18 May"). A period as long as a financial year is none.
    """
    ends = _last_days(said, shadow, tools) if said.has("begins") else {}
    if not ends:
        return
    days = sorted([*said.loose, *(fact.span for fact in said.dates)], key=lambda one: one.start)
    for first, last in pairwise(days):
        if last not in said.loose or last not in ends or not is_begun(first, said.marks):
            continue
        if not (first.value and last.value and last.value - first.value > _SEASON):
            said.dates.append(DateFact("expiry", last, "frame.last_day", (first.start, last.end)))
            said.loose = [one for one in said.loose if one != last]


def _last_days(said: Statement, shadow: str, tools: Tools) -> dict[DateSpan, DateSpan]:
    """The days that end a period, each with its first one: words for "until" lead to them, and that stands close before those."""
    days = sorted([*said.loose, *(fact.span for fact in said.dates)], key=lambda one: one.start)
    return {last: first for first, last in pairwise(days) if makes_period(first, last, shadow, tools)}


def _is_free(fact: DateFact, words: Collection[str]) -> bool:
    """Whether a day has no meaning of its own yet, or only the one that words for "by" alone gave it."""
    return fact.kind in _FREE or fact.rule.endswith(tuple(words))


def _is_led(span: DateSpan, leads: list[Hit]) -> bool:
    return any(
        0 <= span.start - hit.end <= _BEFORE
        or (hit.phrase.substring and 0 <= hit.start - span.end <= _BEHIND)
        for hit in leads
    )


def _done_by(days: tuple[DateSpan, DateSpan], done: list[Hit], said: Statement, reach: int) -> Hit | None:
    """What has to be done by the last of the days of a period: what is named last before it, with no other meaning between;
    else in reach behind. Its first day may be one of another meaning ("between 2 June (ex-date) and 15 June").
    """
    span = days[-1]
    taken = [fact.span for fact in said.dates if fact.kind not in _FREE and fact.span not in days]
    before = [hit for hit in done if 0 <= span.start - hit.end <= _DONE]
    if before and not any(before[-1].end <= one.start < span.start for one in taken):
        return before[-1]
    return next((hit for hit in done if 0 <= hit.start - span.end <= reach), None)
