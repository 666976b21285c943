"""The clause around a date: a participle behind it may take it ("14.6.2018 saaduista varoista"), and the words that seem to
say what it means may have a subject of their own ("..., and the interest on the bonds is paid on 14 June").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calendar_service.extract.lexicon.phrases import Hits
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools

_BEHIND = re.compile(r"\s([^\W\d_]{2,40})(?:\s([^\W\d_]{2,40}))?")  # no sign parts the words from the date
_LONGEST = 90  # signs of a subject
_PARTS = re.compile(r"[,;]\s|\s[–—-]\s")


def is_taken_behind(fact: DateFact, page: Page, hits: Hits, spoken: Sequence[Tools]) -> bool:
    """Whether one of the two words behind a date, whose own words stand before it, is a participle that takes it.

    One that says what the date means takes it nowhere ("täsmäytyspäivänä 14.6.2018 merkitty osakasluetteloon").
    """
    if fact.quote[1] != fact.span.end:
        return False
    match = _BEHIND.match(page.shadow, fact.span.end)
    if match is None:
        return False
    words = match.groups("")
    found = hits.within(*match.span(), {one.lexicon.language for one in spoken})
    same = [page.shadow[hit.start : hit.end] for hit in found if hit.phrase.value == fact.kind]
    for tools in spoken:
        for word in words:
            if tools.join.fullmatch(word):
                break
            if word in same or word in tools.surroundings.known:
                continue
            if tools.surroundings.is_participle(word):
                return True
    return False


def other_subject(fact: DateFact, said: Statement, shadow: str, spoken: Sequence[Tools]) -> tuple[int, int]:
    """Where the words stand that begin the clause of a date's own words; an empty place where such words can be said of
    nothing else.
    """
    place = fact.quote[0]
    if fact.span.start == place or not any(one.surroundings.predicate.match(shadow, place) for one in spoken):
        return place, place
    low = max(said.start, place - _LONGEST)
    opens = [match.end() for match in _PARTS.finditer(shadow, low, place)]
    opens += [
        match.end() for tools in spoken for match in tools.surroundings.opens.finditer(shadow, low, place)
    ]
    return max(opens, default=low if low == said.start else place), place


def is_any_act(fact: DateFact, said: Statement, hits: Hits) -> bool:
    """Whether a day of payment is told by a verb that is said of anything ("pays on 14 June"), in a sentence that names
    neither a payment to holders nor an amount for each share.
    """
    if fact.kind != "payment" or said.types():
        return False
    found = hits.within(said.start, said.end, (said.language,))
    verb = any(
        hit.phrase.value == "any_act" and fact.quote[0] <= hit.start and hit.end <= fact.quote[1]
        for hit in found
    )
    return verb and not any(hit.phrase.role == "per_share" for hit in found)
