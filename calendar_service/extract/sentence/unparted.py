"""The same as between.py for scripts without word borders: signs that are not understood may be a verb that has a date
("DDに締結した契約により支払います"), also right behind the date where the words for it stand before ("基準日はDDに公表した").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from calendar_service.extract.lexicon.phrases import Hit, Hits
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools

_STRANGE = re.compile(r"[^\W\d_a-z]")  # Latin letters are names, or those of an abbreviation
_AFTER_DAY = re.compile(
    r"(?:\s?\(([^()\n]{1,12})\))?[^\S\n]?\n?(?![^\S\n])"
)  # its weekday, "(予定)", one blank
_ASIDE = re.compile(r"\([^()\n]{8,80}\)")  # a shorter one may name the day before it
_CLAUSE = re.compile(r"[,、。;:\n]")
_LONGEST = 40  # signs of a phrase
_NEAR = 7  # signs from a date to the noun that it is of ("下午三時的收盤價")
_OTHERS = frozenset({"debt", "affiliate", "others"})  # what has days of its own
_OWNED = frozenset({"record", "voting_record", "meeting"})  # "the holders of 5 May", "the meeting of 5 May"
_COUNTED = frozenset({"next_to", "by"})  # lead to other days: the one before, those until it
_UNTIL = frozenset({"expiry", "window"})
_OWNERS = frozenset({"ignore", "announced", "declaration"})  # cues of days that are none of ours
_NEXT = frozenset(
    {"cue", "per_share", "approximate", "security"}
)  # may begin right behind a date and leave it


def is_strange(
    fact: DateFact, said: Statement, page: Page, hits: Hits, tools: Tools, leaves: Callable[[Hit], bool]
) -> bool:
    """Whether signs stand between a date and the words for it, or lead on from it, that are not understood.

    `leaves` tells of a hit whether it leaves the date to those words. What stands before a colon is a label.
    """
    shadow, day, (start, end) = page.shadow, fact.span, fact.quote
    if shadow[start : day.start].rstrip().endswith(":"):
        return False
    start = shadow.rfind(":", start, day.start) + 1 or start
    found = hits.within(start, min(max(end, day.end) + _LONGEST, said.end), {tools.lexicon.language})
    known = [hit for hit in found if _is_known(hit, leaves)]
    spans = [(hit.start, hit.end) for hit in known]
    spans += [(one.start, one.end) for one in (*(each.span for each in said.dates), *said.loose)]
    spans += [*said.periods, *(match.span() for match in _ASIDE.finditer(shadow, start, end))]
    gaps = ((start, day.start), (day.end, end))
    if any(_is_unknown(part, fact.kind, tools) for gap in gaps for part in _left(shadow, *gap, spans)):
        return True
    if fact.kind not in _OWNED and tools.surroundings.owning.match(shadow, day.end, max(end, day.end)):
        return True
    if any(_is_of_others(mark, said, shadow, fact) for mark in said.marks if mark.phrase.value in _OTHERS):
        return True
    return end <= day.end and _leads_on(fact, said, shadow, found, known, tools)


def _is_known(hit: Hit, leaves: Callable[[Hit], bool]) -> bool:
    return hit.phrase.role != "hint" and hit.phrase.value not in _COUNTED and leaves(hit)


def _left(shadow: str, start: int, end: int, known: Iterable[tuple[int, int]]) -> list[str]:
    """The signs of a stretch that no hit, date or aside covers, as they stand together."""
    found, place = [], start
    for low, high in sorted(span for span in known if span[0] < end and span[1] > start):
        found.append(shadow[place : max(place, low)])
        place = max(place, high)
    return [*found, shadow[place : max(place, end)]]


def _is_unknown(part: str, kind: str, tools: Tools) -> bool:
    if not _STRANGE.search(tools.surroundings.known_runs.sub(" ", part)):
        return False
    return kind != "meeting" or not tools.surroundings.venues.search(part)


def _is_of_others(mark: Hit, said: Statement, shadow: str, fact: DateFact) -> bool:
    """Whether words for something else stand before a date in its clause, and no action of ours between, or beside it."""
    start, end = fact.quote
    if start <= mark.start and mark.end <= end:
        return True
    if mark.end > start or _CLAUSE.search(shadow, mark.end, start):
        return False
    return not any(mark.end <= event.start < start for event in said.events)


def _leads_on(
    fact: DateFact, said: Statement, shadow: str, found: list[Hit], known: list[Hit], tools: Tools
) -> bool:
    """Whether what follows a date in its clause takes it; what ends it there, and the next words for a date, do not."""
    match = _AFTER_DAY.match(shadow, fact.span.end, said.end)
    place = match.end() if match else fact.span.end
    aside = match.span(1) if match and match[1] else (place, place)
    if any(_is_unknown(part, "", tools) for part in _left(shadow, *aside, _spans(known))):
        return True
    if place >= said.end or not _STRANGE.match(shadow, place):
        return False
    if any(hit.phrase.value == "next_to" and place - 1 <= hit.start <= place for hit in found):
        return False  # "基準日である9月30日の前営業日": the day before a day that is named
    return _is_owned(place, said, shadow, found) or not _is_left(place, fact, said, shadow, found, tools)


def _is_left(
    place: int, fact: DateFact, said: Statement, shadow: str, found: list[Hit], tools: Tools
) -> bool:
    """Whether what stands at a place right behind a date leaves it to the words before."""
    beside = {hit.phrase.value: hit for hit in found if hit.start == place and hit.phrase.role in _NEXT}
    if any(value not in _OWNERS for value in beside):
        return "expiry" not in beside or fact.kind in _UNTIL
    if tools.surroundings.behind.match(shadow, place, said.end):
        return True
    cues = (hit.start for hit in found if hit.phrase.role == "cue" and hit.start >= place)
    if fact.kind == "meeting" and tools.surroundings.venues.search(shadow, place, next(cues, place)):
        return True
    until = tools.until.match(shadow, place, said.end)
    days = (*(one.span.start for one in said.dates), *(one.start for one in said.loose))
    return until is not None and any(until.end() <= day <= until.end() + 1 for day in days)


def _is_owned(place: int, said: Statement, shadow: str, found: list[Hit]) -> bool:
    """Whether the noun that a date is of stands near behind it ("下午三時的收盤價")."""
    end = min(place + _NEAR, said.end)
    stop = _CLAUSE.search(shadow, place, end)
    end = stop.start() if stop else end
    return any(place <= hit.start < end and _is_owner(hit, shadow) for hit in found)


def _is_owner(hit: Hit, shadow: str) -> bool:
    """Whether words tell a day that is none of ours, and no longer ones of which they are a part speak against it."""
    ours = any(shadow.endswith(word, 0, hit.end) for word in hit.phrase.unless)
    return hit.phrase.role == "cue" and hit.phrase.value == "ignore" and not ours


def _spans(hits: Iterable[Hit]) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in hits]
