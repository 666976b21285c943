"""Frame: a distant date. Its sentence has words that hint at what it means, but what stands between is not understood
("payable, against coupon no. 62 at the company's bank, from 26 May 2026").

Only what the rest of the document leaves open is sought so, and what is found always waits for a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from calendar_service.extract.assemble.approvals import DECIDING
from calendar_service.extract.assemble.topics import is_past
from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import MEETINGS, OFFERS, SPLITS
from calendar_service.extract.lexicon.lexicon import HINTED
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.beside import is_counted_from
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.frames import stands_in_dateline
from calendar_service.extract.sentence.statements import STRANGE, DateFact, Statement
from calendar_service.extract.sentence.windows import deadline_of

_AHEAD, _BACK = 160, 60  # so far a date stands behind its words, and before them
_BEHIND_FIRST = 30  # words lead to a date more often than they follow it
_STOPS = re.compile(r"[;!?。；]|(?<=[^\W\d_]{2})\.\s(?=[^\W\d_])")  # no full stop of a number or an initial
_TO = re.compile(r"\s{0,2}(?:\([^()\n]{1,3}\))?\s{0,2}[~–—-]\s{0,2}")  # between the two days of a period
_DASH = re.compile(
    r"\W{0,3}[–—-]"
)  # the dateline of a text: "OSLO, 4 May 2026 – The annual general meeting ..."
#: Right behind these stands the day on which somebody tells or decides something.
_TELLING = frozenset({"tells", "declares", "decides"})
_ON = re.compile(r"\s(?:[^,;:.()\d]{1,30},?\s)?")
#: What a sentence has to name so that a date of this kind is told in it.
_NAMED = {"meeting": MEETINGS, "effective": SPLITS, "expiry": OFFERS | {"rights_issue"}}


class _Offer(NamedTuple):
    """A date that words may give a meaning, and how far apart they stand."""

    gap: int
    span: DateSpan
    hit: Hit


def add_distant(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Adds dates of the kinds that no statement tells, each to the statement in which it stands, with a doubt.

    Read so are languages whose lexicons have hints: where the words of a language are known so well that it needs none,
    what is left is mostly of something else.
    """
    languages = tuple(one for one in languages if binder.tools[one].lexicon.has_hints)
    missing = HINTED - {fact.kind for said in statements for fact in said.dates}
    for said in statements if missing and languages else ():
        if said.loose and said.language in languages and not (said.from_table or is_past(said)):
            hits = _speaking(said, binder, languages)
            days = [span for span in said.loose if span.day and not binder.is_last_cum(span, said.language)]
            if not (OFFERS | {"rights_issue"}) & set(said.types()):
                days = _without_periods(days, binder.page.shadow)
            nearest = (
                _nearest(span, _open_to(span, hits, said, binder), said, binder.page.shadow) for span in days
            )
            kinds = missing - {"record"} if _has_voting(said) else missing  # those are the same words
            _add(said, [one for one in nearest if one and one.hit.phrase.value in kinds], binder)


def _without_periods(days: Sequence[DateSpan], shadow: str) -> list[DateSpan]:
    """The days, without the first and last ones of periods: money is paid for those, and not in them."""
    ends = {span for one in pairwise(days) if _TO.fullmatch(shadow, one[0].end, one[1].start) for span in one}
    return [span for span in days if span not in ends]


def _has_voting(said: Statement) -> bool:
    return any(fact.kind == "voting_record" for fact in said.dates)


def _add(said: Statement, offers: Sequence[_Offer], binder: Binder) -> None:
    """Gives dates the meaning of the words that are nearest to them; words of each kind take one, the nearest.

    Where a period begins with it, words for a last day take that on which it ends.
    """
    taken: dict[str, DateSpan] = {}
    for _, nearest, hit in sorted(offers, key=lambda one: one.gap):
        kind = hit.phrase.value
        if kind not in taken:
            span = taken[kind] = deadline_of([hit], nearest, said.loose, binder.page.shadow, binder.tools)
            quote = (min(hit.start, span.start), max(hit.end, span.end))
            said.dates.append(DateFact(kind, span, f"{hit.phrase.name}+distant", quote, strange=True))
    if taken:
        said.dates.sort(key=lambda fact: fact.span.start)
        said.loose = [span for span in said.loose if span not in taken.values()]
        said.doubts.append(STRANGE)


def _speaking(said: Statement, binder: Binder, languages: tuple[str, ...]) -> list[Hit]:
    """The words of a statement that may give a date its meaning, where the statement names what they are said of.

    A meeting that has decided is none to come.
    """
    types = set(said.types())
    known = binder.hits_in(said.start, said.end, languages)
    others = [hit for hit in said.events if hit.phrase.value == "ignore"]  # names of what is none of ours
    off = {
        hit for hit in known if hit.phrase.role in ("hint", "cue") and _is_off(hit, said, binder.page.shadow)
    }
    others += [
        hit for hit in off if hit.phrase.role == "cue" and hit.phrase.substring
    ]  # and what is inside of it
    shares = [hit for hit in known if hit.phrase.role == "per_share" and hit.phrase.substring]  # 每10股派发
    return [
        hit
        for hit in known
        if hit.phrase.role in ("hint", "cue")
        and hit.phrase.value in HINTED
        and not hit.phrase.label_only
        and hit not in off
        and not is_counted_from(hit, said.marks)
        and not any(other.start <= hit.start and hit.end <= other.end for other in others)
        and not any(other.start <= hit.start < other.end for other in shares)
        and (hit.phrase.value not in _NAMED or types & _NAMED[hit.phrase.value])
        and (hit.phrase.value != "meeting" or not said.has(*DECIDING))
    ]


def _open_to(span: DateSpan, hits: list[Hit], said: Statement, binder: Binder) -> list[Hit]:
    """The words that may give a date its meaning: none that stand behind it, where it is that of a verb for telling or
    deciding ("announced on Thursday, 4 May, that it will pay"). Of two words between, one may be "that".
    """
    tools, shadow = binder.tools[said.language], binder.page.shadow
    weekdays = {*tools.lexicon.weekdays, *tools.lexicon.past_before}
    for verb in said.marks:
        if verb.phrase.value not in _TELLING or not _ON.fullmatch(shadow, verb.end, span.start):
            continue
        gap = shadow[verb.end : span.start].strip(", ")
        words = [word for word in gap.split() if word not in weekdays]
        if len(words) <= 1 or tools.preposition.fullmatch(gap):
            return [hit for hit in hits if hit.end <= span.start]
    return hits


def _is_off(hit: Hit, said: Statement, shadow: str) -> bool:
    """Whether words for a date mean something else here, as another word of their sentence says."""
    return any(shadow.find(word, said.start, said.end) >= 0 for word in hit.phrase.unless)


def _nearest(span: DateSpan, hits: Sequence[Hit], said: Statement, shadow: str) -> _Offer | None:
    """The words that are nearest to a date, with no other date, end of a clause or dateline's dash between.

    Before the name of a meeting only the day of a list's line is its own ("28 March 2026   Annual General Meeting").
    """
    days = [*(fact.span for fact in said.dates), *said.loose]
    offers = []
    for hit in hits:
        ahead = hit.end <= span.start
        low, high = (hit.end, span.start) if ahead else (span.end, hit.start)
        if (
            0 <= high - low <= (_AHEAD if ahead else _BACK)
            and not any(low <= day.start < high for day in days)
            and not _STOPS.search(shadow, low, high)
            and not (stands_in_dateline(shadow, low, span) if ahead else _DASH.match(shadow, low, high))
            and (ahead or hit.phrase.value != "meeting" or not shadow[low:high].strip())
        ):
            offers.append(_Offer(high - low + (0 if ahead else _BEHIND_FIRST), span, hit))
    return min(offers, key=lambda one: one.gap, default=None)
