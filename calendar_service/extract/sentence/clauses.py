"""Clauses within a sentence: a date in one of them is not that of the words in another one ("will be paid, while the notes
mature on 14 June"; "wird, nachdem das Werk am 14. Juni verkauft wurde, ausgezahlt").

They are looked for in languages whose lexicon has words that open a clause (`openers`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calendar_service.extract.lexicon.phrases import Hit, Hits
    from calendar_service.extract.sentence.statements import DateFact, Statement, Tools

# What is said between brackets, dashes or commas ends before what follows does begin.
ASIDE = re.compile(r"\([^()\n]{1,80}\)|\s[–-]\s[^\n]{4,120}?\s[–-](?=\s)|,\s[^\n,;:()]{4,120},(?=\s)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTS = re.compile(r",(?!\d)|[(;:]|\s[–-]\s")
_CLOSES = re.compile(r",(?![\s\w]{0,6}\d)(?=\s)|\)|\s[–-]\s")  # no comma before a time of day
_AMOUNT = re.compile(r"\s(?:[^\W\d_]{2,4}\s|[$€£]\s?)?\d{1,9}[.,]\d")
_COMMA = re.compile(r",(?!\d)")
_SET_OFF = re.compile(r"\([^()\n]{1,80}\)|\s[–-]\s[^\n]{4,120}?\s[–-](?=\s)")  # by brackets or dashes
_TIMED = re.compile(r",\s(?:[^\W\d_]{1,4}\s)?\d{1,2}(?:[:.]\d\d)?\s[^,;()\n]{1,24},")  # a time of day
_PARTED = re.compile(r";[^;\n]{0,60}[^\W\d_]{2}")
_JOINED = re.compile(r"[^\W\d_]{1,9}\Z")
_LED = 40  # signs before a date in which the words stand that lead to it
_NAMED = 48  # so far before a date words like "namely" may stand
_BEFORE = 90  # so far before a date that may be its own what happens first is told
_WORDS = 2  # blanks between a date and the end of words that are an attribute with it
_TOLD_OF = {"meeting", "record", "voting_record"}  # told by a clause about those who hold, or what is held
_MOMENTS = frozenset({"payment", "ex", "record", "effective", "meeting"})  # one day each
#: Marks of a clause that is about something else.
_OTHERS = ("debt", "noise", "comparison")


def is_in_other_clause(
    fact: DateFact, said: Statement, shadow: str, hits: Hits, spoken: Sequence[Tools]
) -> bool:
    """Whether a date stands in another clause than the words for it, or both in one that is about something else."""
    spoken = [one for one in spoken if one.lexicon.surrounding.openers]
    known = said.language in {one.lexicon.language for one in spoken}
    if not known or fact.kind == "declaration" or fact.span.start < said.start:  # decided on any day
        return False
    start, end = fact.quote
    day = fact.span
    if any(one.that_is.search(shadow, max(said.start, day.start - _NAMED), day.start) for one in spoken):
        return False
    return (
        _is_of_noun(fact, shadow, hits, spoken)
        or _is_last_of_range(fact, said, shadow, spoken)
        or _is_of_event_before(fact, said, shadow, hits, spoken)
        or (start < day.start and _is_opened(fact, shadow[start : day.start], shadow, hits, spoken))
        or (start >= day.start and day.end < end and _is_closed(fact, said, shadow, spoken))
        or _is_of_other(fact, said, shadow, hits, spoken)
    )


def _is_of_noun(fact: DateFact, shadow: str, hits: Hits, spoken: Sequence[Tools]) -> bool:
    """Whether a date tells of which day the noun beside it is ("the shares issued on 14 June", "the contract of 14 June")."""
    day, (start, end) = fact.span, fact.quote
    low = max(0, day.start - _LED)
    own = (
        _is_told_on(fact, shadow, hits, spoken)
        if start < day.start
        else (fact.kind in _TOLD_OF or shadow[day.end : end].strip().count(" ") < _WORDS)
    )
    for one in spoken:
        for pattern in (one.surroundings.of_noun, *([] if own else [one.surroundings.attributive])):
            led = pattern.search(shadow, low, day.start)
            near = hits.within(max(0, led.start() - _LED), day.start, {one.lexicon.language}) if led else []
            reach = led.start() + (pattern is one.surroundings.attributive) - 1 if led else 0
            if led and not any(_tells(hit, fact) and hit.end > reach for hit in near):
                return True
    return False


def _tells(hit: Hit, fact: DateFact) -> bool:
    """Whether a hit is one for the date, or names what happens on it."""
    named = hit.phrase.role == "event" and fact.kind == "meeting"
    return named or (hit.phrase.role == "cue" and hit.phrase.value == fact.kind)


def _is_of_event_before(
    fact: DateFact, said: Statement, shadow: str, hits: Hits, spoken: Sequence[Tools]
) -> bool:
    """Whether a date may be that of what happens first ("is paid after the entry of the merger on 14 June")."""
    day, start = fact.span, fact.quote[0]
    low = start if start < day.start else max(said.start, day.start - _BEFORE)
    for one in spoken:
        told = [hit for hit in hits.within(low, day.start, {one.lexicon.language}) if _tells(hit, fact)]
        for match in one.surroundings.following.finditer(shadow, low, day.start):
            if any(hit.start <= match.start() < hit.end for hit in told):
                continue
            words = shadow[match.start() : day.start]
            if (
                not _PARTS.search(words)
                and words.count(" ") > _WORDS
                and not one.surroundings.not_following.search(words)
            ):
                return True
    return False


def _is_last_of_range(fact: DateFact, said: Statement, shadow: str, spoken: Sequence[Tools]) -> bool:
    """Whether a day, which is none of a window, is the last one of some other time ("for the time from 1 January to 14 June")."""
    if fact.kind not in _MOMENTS:
        return False
    others = [*said.loose, *(one.span for one in said.dates)]
    before = [other for other in others if 0 < fact.span.start - other.end <= _LED]
    return any(
        one.opening.search(shadow, max(0, other.start - _LED), other.start)
        and one.until.fullmatch(shadow[other.end : fact.span.start].strip())
        for other in before
        for one in spoken
    )


def _is_opened(fact: DateFact, gap: str, shadow: str, hits: Hits, spoken: Sequence[Tools]) -> bool:
    """Whether a clause opens in the gap between the words and their date, and has not ended before it."""
    gap = _SET_OFF.sub(" ", gap)
    if _PARTED.search(gap) or any(one.surroundings.goes_on.search(gap) for one in spoken):
        return not _is_told_on(fact, shadow, hits, spoken)
    for one in spoken:
        for match in one.surroundings.opener.finditer(gap):
            rest = gap[match.end() :]
            if (
                rest.strip()
                and len(_COMMA.findall(rest)) % 2 == 0
                and not _is_told_on(fact, shadow, hits, spoken)
            ):
                return True
    left = ASIDE.sub(" ", gap)
    inside = re.split(r"\(|\s[–-]\s", left)[1:]
    return bool(inside) and ")" not in inside[-1] and not _is_plain(inside[-1], spoken)


def _is_told_on(fact: DateFact, shadow: str, hits: Hits, spoken: Sequence[Tools]) -> bool:
    """Whether words behind a date, in its clause, say of it what those before it do ("the meeting, which on 14 June is held")."""
    closed = _CLOSES.search(shadow, fact.span.end, fact.span.end + 120)
    end = closed.start() if closed else fact.span.end + 120
    found = hits.within(fact.span.end, end, {one.lexicon.language for one in spoken})
    return any(hit.phrase.role == "cue" and hit.phrase.value == fact.kind for hit in found)


def _is_closed(fact: DateFact, said: Statement, shadow: str, spoken: Sequence[Tools]) -> bool:
    """Whether the clause of a date ends before the words for it begin, and the date is not all of it."""
    day, end = fact.span, fact.quote[1]
    gap = ASIDE.sub(" ", _TIMED.sub(" ", shadow[day.end : end]))
    closed = _CLOSES.search(gap)
    before = [match.end() for match in _PARTS.finditer(shadow, said.start, day.start)]
    if closed and before:
        return not _is_plain(shadow[before[-1] : day.start], spoken)
    return bool(closed) and any(one.surroundings.opener.search(gap) for one in spoken)


def _is_plain(words: str, spoken: Sequence[Tools]) -> bool:
    """Whether words before a date only lead to it: "on Tuesday,", "from"."""
    found = (match[0] for match in _WORD.finditer(words))
    return all(any(word in one.surroundings.known for one in spoken) for word in found)


def _is_of_other(fact: DateFact, said: Statement, shadow: str, hits: Hits, spoken: Sequence[Tools]) -> bool:
    """Whether the clause that holds both a date and its words is about bonds, a call or what was paid before."""
    low, high = min(fact.quote[0], fact.span.start), max(fact.quote[1], fact.span.end)
    opened = [
        (match.end(), one)
        for one in spoken
        for match in one.surroundings.opener.finditer(shadow, said.start, low + 1)
    ]
    if not opened:
        return False
    begin, last = max(opened, key=lambda pair: pair[0])
    joined = _JOINED.search(shadow, max(0, begin - _LED), begin)
    also = bool(joined and last.also.fullmatch(joined[0]))
    for place, _ in opened:
        amount = _AMOUNT.match(shadow, place)
        rest = shadow[amount.end() : low] if amount else ""
        if amount and ("," not in rest or rest.rstrip().endswith(",") or (begin > amount.end() and not also)):
            return True
    if any(begin <= hit.start < high for hit in said.events):
        return False
    if any(begin <= hit.start < high and hit.phrase.value in _OTHERS for hit in said.marks):
        return True
    return also and not _is_known(begin, low, shadow, hits, last)


def _is_known(low: int, high: int, shadow: str, hits: Hits, tools: Tools) -> bool:
    """Whether the language has all words of a part of the text."""
    found = hits.within(low, high + _LED, {tools.lexicon.language})
    return all(
        match[0] in tools.surroundings.known
        or any(hit.start < match.end() and match.start() < hit.end for hit in found)
        for match in _WORD.finditer(shadow, low, high)
    )
