"""Frame: a meeting's name is followed by its day, without any verb ("the Annual Meeting in Tokyo, on June 28")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.frames import heads_line, stands_in_dateline
from calendar_service.extract.sentence.meetinglabels import day_held, is_of_notice, label_start, parts_label
from calendar_service.extract.sentence.statements import DateFact, Statement

if TYPE_CHECKING:
    from calendar_service.extract.sentence.binder import Binder

_TO_MEETING, _WIDE = 48, 160  # signs between the name and its day
_VERB = 24  # and between a verb for deciding and it


def bind_meeting(
    binder: Binder, said: Statement, cues: list[Hit], spans: list[DateSpan], claimed: set[DateSpan]
) -> None:
    """Adds the day of a meeting that a statement names, and claims it, where no words for a date have told one."""
    shadow = binder.page.shadow
    if not said.events or said.has("voting") or any(fact.kind == "meeting" for fact in said.dates):
        return
    old = {fact.span for fact in said.dates if fact.moved}  # "the meeting, called for 14 May, to 29 June"
    for hit in said.events:
        if hit.phrase.value not in MEETINGS:
            continue
        held = day_held(hit, spans, shadow, binder.tools) if said.has("proposal") else None
        if held is not None and held not in claimed and not said.has("decides", "approved"):
            claimed.add(held)
            said.dates.append(DateFact("meeting", held, "frame.meeting_held", (held.start, hit.end)))
            return
        heads = [one for one in spans if 0 <= hit.start - one.end <= 40 and heads_line(shadow, one)]
        behind = [one for one in spans if one.start >= hit.end]
        span = next(iter(heads or [one for one in behind if one not in old] or behind), None)
        begin = max([hit.end, *(one.end for one in old if span and hit.end <= one.start < span.start)])
        if (
            span is None
            or span in claimed
            or span.day is None
            or _words_to(shadow, begin, span) > _TO_MEETING
        ):
            continue
        line = span.end if heads else label_start(shadow, said.start, hit.start)
        sign = said.end if heads else parts_label(shadow, hit.end, span.start)
        if sign is not None and binder.is_around_meeting(hit, line, sign):
            continue
        between = shadow[begin : span.start]  # behind ";" stands the day of the next entry
        parted = ";" in between or any(begin <= cue.start < span.start for cue in cues)
        # "pays, subject to approval by the general meeting, on 28 August"
        parted = parted or ("," in between[:20] and any(_is_part_of(hit, mark) for mark in said.marks))
        around = binder.hits.within(hit.start, span.start, (hit.phrase.language,), "around")
        parted = parted or is_of_notice(hit, around)
        if parted or stands_in_dateline(shadow, hit.end, span):
            continue
        claimed.add(span)
        kind = "decision" if _has_decided(said, hit, span) else "meeting"
        said.dates.append(DateFact(kind, span, "frame.meeting_day", (hit.start, span.end)))
        return


def _words_to(shadow: str, begin: int, span: DateSpan) -> int:
    """How many signs stand from a place to a date, the blanks between columns counting as one."""
    far = span.start - begin
    return len(" ".join(shadow[begin : span.start].split())) if 0 < far <= _WIDE else far


def _has_decided(said: Statement, hit: Hit, span: DateSpan) -> bool:
    """Whether a verb between a meeting and a day, close to that, tells that it has decided ("approved on Thursday, 7 May, a")."""
    verbs = (mark for mark in said.marks if mark.phrase.value == "decides")
    return any(hit.end <= verb.start and 0 < span.start - verb.end <= _VERB for verb in verbs)


def _is_part_of(hit: Hit, mark: Hit) -> bool:
    """Whether the name of a meeting only ends words for its approval ("subject to approval by the general meeting")."""
    approving = mark.phrase.value in ("proposal", "approved")
    return approving and mark.start < hit.start and hit.end <= mark.end
