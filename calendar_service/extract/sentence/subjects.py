"""What the clause of a date is about: words for what a date means may be said of something else than the issuer's shares."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.phrases import Hit, Hits
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools

#: What ends a clause; a point or comma between digits does not.
_PAUSE = re.compile(r"[,;:.(]\s|\(|\s[–-]\s")
#: The marks of what is not paid on the issuer's shares, or not by him.
_OTHERS = frozenset({"debt", "noise", "aside", "reporting"})
#: The dates that are told with a meeting.
_OF_MEETING = frozenset({"meeting", "voting_record"})
_PARTS = re.compile(r"[,;:()–]")
_NUMBER = re.compile(r"\d")
# So far before a verb words for another company stand that it is of ("X plc, its subsidiary, pays").
_BESIDE = 60
_OPENS = 4  # signs of a blank and an article before the first words of a clause
#: So near to a day, words for it name it ("14 June, the record date"): no verb before the day takes it.
_NAMES = 12
_NAME = 24  # longer words behind a comma are no name, but a clause of their own ("14 June, the shares will trade ex")


def is_of_another(fact: DateFact, said: Statement, page: Page, hits: Hits) -> bool:
    """Whether the words that give a date its meaning are said of something else.

    The clause before them tells what: "the interest on the bonds is paid on", or an older payment that this one is compared
    with: "against 0.35 paid on".
    """
    end = fact.quote[0]
    begin = _clause_start(fact, said, page.shadow, end)
    found = hits.within(begin, end, (said.language,), "mark")
    named = hits.within(begin, end, (said.language,), "event")
    # What stands behind the name of an action is told of it ("the year-end dividend to be paid").
    last = max((hit.start for hit in named if hit.phrase.value != "ignore"), default=begin)
    if any(hit.phrase.value in _OTHERS and hit.start >= last for hit in found):
        return True
    if hits.within(max(said.start, end - _BESIDE), end, (said.language,), "affiliate"):
        return True
    return any(
        hit.phrase.value == "increase"
        and hit.start - begin < _OPENS
        and _NUMBER.search(page.shadow, hit.end, end)
        for hit in found
    )


def lead_of(
    fact: DateFact, said: Statement, page: Page, found: Iterable[Hit], spoken: Iterable[Tools]
) -> tuple[int, int]:
    """The place of the words before a day that stands before those for it: a verb there takes the day ("with the funds
    received on 14 June, the shares will trade ex"). Empty where its own words name the day, or stand before it.
    """
    begin, day = fact.quote[0], fact.span
    cue = min(
        (hit.start for hit in found if hit.phrase.value == fact.kind and hit.start >= day.end),
        default=day.end,
    )
    long = page.shadow.startswith(",", day.end) and fact.quote[1] - cue >= _NAME
    if begin != day.start or fact.kind == "last_cum" or (cue - day.end < _NAMES and not long):
        return begin, begin
    start = _clause_start(fact, said, page.shadow, begin)
    opened = (match.end() for one in spoken for match in one.clause.finditer(page.shadow, start, begin))
    return max(opened, default=start), begin


def is_day_of_meeting(hit: Hit, fact: DateFact, shadow: str) -> bool:
    """Whether words for a meeting stand right before the day of something else, which is that of the meeting ("paid as the
    general meeting of 14 June has resolved").
    """
    if hit.phrase.value not in MEETINGS or fact.kind in _OF_MEETING:
        return False
    between = shadow[hit.end : fact.span.start]
    return hit.end <= fact.span.start and len(between) < _NAMES and not _PARTS.search(between)


def _clause_start(fact: DateFact, said: Statement, shadow: str, place: int) -> int:
    """Where the clause begins in which a place of the statement stands: behind a pause or another date."""
    ends = [match.end() for match in _PAUSE.finditer(shadow, said.start, place)]
    days = [one.span for one in said.dates if one is not fact] + [*said.loose]
    return max([said.start, *ends, *(one.end for one in days if one.end <= place)])
