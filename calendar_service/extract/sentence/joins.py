"""What joining words put together: cues that share a date, and the dates of one cue."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.lexicon import PAID
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.frames import gap_of_takers

if TYPE_CHECKING:
    from calendar_service.extract.sentence.binder import Binder

# Fields whose words also lead from another cue to its date, so they never share one.
_LEADING = frozenset({"lead", "meeting", "declaration", "announced", "decision"})
_ALONE = _LEADING | {"ignore", "counted"}
_WAITING = PAID | {"voting_record"}  # fields whose words may stand far from those that lead on to their date
_JOINED = 56  # signs between two dates, or two cues, that joining words put together
_PART = 60  # signs of an amount that stands between two dates
_NAME = 24  # signs of a weekday and what parts it from its date
_ONE_DAY = {"ex", "payment"}  # what may be done on one day
_BEHIND = 16  # signs of words for a day that stand behind it
_LED = 60  # signs before a date in which words that lead to it stand
_BREAK = re.compile(r"[;:()]")


def joined(
    binder: Binder, start: int, end: int, languages: tuple[str, ...], *, leading: bool = False
) -> bool:
    """Whether only joining words, blanks and signs stand between; with `leading`, prepositions too."""
    if end < start or end - start > _JOINED:
        return False
    return joins(binder, binder.page.shadow[start:end], languages, leading=leading)


def joins(binder: Binder, gap: str, languages: tuple[str, ...], *, leading: bool) -> bool:
    """Whether a piece of text has nothing but joining words, blanks and signs."""
    for language in languages:
        gap = binder.tools[language].join.sub(" ", gap)
        if leading:
            gap = binder.tools[language].preposition.sub(" ", gap)
    return not gap.strip(" ,/&()-\"'\n\t|、") and (":" not in gap)


def is_told_of(binder: Binder, spans: list[DateSpan], languages: tuple[str, ...]) -> bool:
    """Whether joined dates are no list: one is told of the one before ("the record date for payment on 17 April is 27
    March").
    """
    gaps = [binder.page.shadow[one.end : other.start] for one, other in pairwise(spans)]
    return any(
        binder.tools[language].copula.search(gap) is not None for language in languages for gap in gaps
    )


def joined_by_amount(binder: Binder, start: int, end: int, languages: tuple[str, ...]) -> bool:
    """Whether an amount stands between two dates, and besides it only joining words and what leads to a date: that of the
    second one ("EUR 0.17 on 1 April and EUR 0.17 on 29 June").
    """
    if not 0 < end - start <= _PART:
        return False
    gap, amounts = binder.page.shadow[start:end], 0
    words = [hit for hit in binder.hits_in(start, end, languages) if hit.phrase.role == "per_share"]
    spans = [(hit.start, hit.end) for hit in words]
    for language in languages:
        money = binder.tools[language].amounts.money(binder.page.shadow, start, end)
        amounts += len(money)
        spans += [(one.start, one.end) for one in money]
    for low, high in spans:
        gap = gap[: low - start] + " " * (high - low) + gap[high - start :]
    return amounts > 0 and joins(binder, gap.lstrip(" :•*·;"), languages, leading=True)


def listed_dates(
    binder: Binder,
    span: DateSpan,
    spans: list[DateSpan],
    claimed: dict[DateSpan, list[Hit]],
    group: list[Hit],
    languages: tuple[str, ...],
    *,
    waits: bool,
) -> list[DateSpan]:
    """The date of a cue and those that joining words add to it, or, for what is paid, takers and amounts.

    `waits` where words before the cue have no date yet: a day that is told of another one is theirs ("the record date
    for the dividend payable on 17 April is 27 March").
    """
    taken, paid = [span], group[-1].phrase.value in PAID
    if span.end <= group[0].start:
        return _listed_before(binder, span, spans, claimed, languages) if paid else taken
    for other in spans[spans.index(span) + 1 :]:
        last = taken[-1]
        gap = binder.page.shadow[last.end : other.start]
        if other in claimed or ("\n" in gap and not gap.strip()):
            break  # a date alone on the next line is that of the document
        if group[-1].phrase.substring and (
            gap.strip() == "," or _is_anothers(binder, other, group, languages)
        ):
            break  # a comma parts clauses there: what lists days is "、" or a word
        closed = group[-1].phrase.substring and gap.startswith(")")
        if (closed or group[-1].phrase.value == "ignore") and binder.tools[languages[0]].copula.search(gap):
            break  # "The record date, as told in our letter dated 3 May, is 17 May", "期末配当(基準日3月31日)は、6月25日"
        begin = _begin_with_weekday(binder, last, other, languages)
        own = gap.startswith(
            ")"
        )  # "(record date 30 April) and EUR 0.13 on 9 November": what the bracket held ends with it
        beside = (paid and not own) and (
            _joined_by_takers(binder, last, other, languages)
            or joined_by_amount(binder, last.end, begin, languages)
        )
        if not beside and not joined(binder, last.end, begin, languages):
            break
        if waits and is_told_of(binder, [last, other], languages):
            break
        taken.append(other)
    return taken


def _is_anothers(binder: Binder, span: DateSpan, group: list[Hit], languages: tuple[str, ...]) -> bool:
    """Whether words for a day of another kind stand right behind a date, in a script without word borders: it is theirs, and
    no second day of the words before ("股权登记日6月11日,6月12日除权除息").
    """
    behind = binder.hits.within(span.end, span.end + _BEHIND, languages, "cue")
    kinds = {hit.phrase.value for hit in group}
    return any(
        hit.phrase.look == "before" and hit.phrase.value in PAID - kinds and hit.start - span.end <= 1
        for hit in behind
    )


def _listed_before(
    binder: Binder,
    span: DateSpan,
    spans: list[DateSpan],
    claimed: dict[DateSpan, list[Hit]],
    languages: tuple[str, ...],
) -> list[DateSpan]:
    """The date before words for what is paid, and those that joining words add to it, where no other words lead to them
    ("wird am 15. Mai und am 16. November ausgezahlt").
    """
    taken = [span]
    for other in reversed(spans[: spans.index(span)]):
        begin = _begin_with_weekday(binder, other, taken[0], languages)
        before = binder.hits_in(max(0, other.start - _LED), other.start, languages)
        led = any(hit.phrase.role == "cue" or hit.phrase.value in MEETINGS for hit in before)
        parted = not any(sign.isalpha() for sign in binder.page.shadow[other.end : begin])  # "1 May - 3 May"
        if other in claimed or led or parted or not joined(binder, other.end, begin, languages, leading=True):
            break
        taken.insert(0, other)
    return taken


def _begin_with_weekday(binder: Binder, one: DateSpan, other: DateSpan, languages: tuple[str, ...]) -> int:
    """Where the second of two dates begins, with its weekday ("2 May and Friday, 6 May"), unless only blanks part them."""
    shadow, low = binder.page.shadow, max(one.end, other.start - _NAME)
    found = (binder.tools[language].weekday.search(shadow, low, other.start) for language in languages)
    begins = [day.start() for day in found if day and shadow[one.end : day.start()].strip()]
    return min(begins, default=other.start)


def _joined_by_takers(binder: Binder, one: DateSpan, other: DateSpan, languages: tuple[str, ...]) -> bool:
    gap = gap_of_takers(binder.page.shadow, one, other, binder.hits_in(one.end, other.start, languages))
    return gap is not None and joins(binder, gap, languages, leading=True)


def group_cues(
    binder: Binder, cues: list[Hit], spans: list[DateSpan], languages: tuple[str, ...]
) -> list[list[Hit]]:
    """The cues, those together that share a date: only joining words stand between them."""
    groups: list[list[Hit]] = []
    for cue in cues:
        last = groups[-1][-1] if groups else None
        leads = cue.phrase.value in _LEADING
        if (
            last
            and leads
            and cue.phrase.look != "before"
            and last.phrase.value != cue.phrase.value
            and joined(binder, last.end, cue.start, languages, leading=True)
        ):
            continue  # "of record as of", "is set for": the words lead on to the date of the cue before
        if last and cue.phrase.value == "lead" and _leads_on(binder, last, cue, spans):
            continue
        apart = cue.phrase.value in _ALONE or (last is not None and last.phrase.value in _ALONE)
        backward = last is not None and "before" in (last.phrase.look, cue.phrase.look)
        if last and not apart and _is_of_both(last, cue):
            groups[-1].append(cue)
            continue
        if last and (apart or backward):
            groups.append([cue])
            continue
        if (
            last
            and last.phrase.value != cue.phrase.value
            and _share(binder, last, cue, languages)
            and not (last.phrase.look == "before" and "(" in binder.page.shadow[last.end : cue.start])
        ):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return groups


def _is_of_both(one: Hit, other: Hit) -> bool:
    """Whether one word of a script without word borders joins two cues behind their day ("6月12日除权除息并发放红利")."""
    both = one.phrase.substring and one.phrase.look == other.phrase.look == "before"
    return both and {one.phrase.value, other.phrase.value} == _ONE_DAY and 0 <= one.end - other.start <= 1


def _share(binder: Binder, one: Hit, other: Hit, languages: tuple[str, ...]) -> bool:
    """Whether two cues stand side by side, also with what they are of between ("record date and dividend payment date")."""
    if other.start - one.end > 44:
        return False
    gap = binder.page.shadow[one.end : other.start]
    for hit in binder.hits_in(one.end, other.start, languages):
        if hit.phrase.role == "event":
            gap = gap.replace(binder.page.shadow[hit.start : hit.end], " ")
    return other.start >= one.end and joins(binder, gap, languages, leading=False)


def _leads_on(binder: Binder, last: Hit, lead: Hit, spans: list[DateSpan]) -> bool:
    """Whether a cue still waits for its date where words lead to one ("holders of record of its stock as of")."""
    waits = (
        last.phrase.value in _WAITING and last.phrase.look in ("after", "noun") and not last.phrase.label_only
    )
    near = lead.end - last.end <= min(80, last.phrase.within) and not _BREAK.search(
        binder.page.shadow, last.end, lead.start
    )
    return waits and near and not any(last.end <= span.start < lead.start for span in spans)
