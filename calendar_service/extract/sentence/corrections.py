"""Frame: a day that was told by mistake or is given up, and behind it the one that takes its place ("The payment date was given
as 8 June. Correct is 9 June"; "the payment, first set for 16 December, is brought forward to the 9th").

The new day means what the old one did, and is always held: which of two days is meant is for a person to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.model.remarks import remark

if TYPE_CHECKING:
    from calendar_service.extract.sentence.binder import Binder

_LED = 16  # signs between words for "correct is" and the day that they lead to
_LEADING = frozenset({"righted", "moved_on"})
_OLD = frozenset({"moved", "ignore", "lead"})  # kinds of days that tell nothing of what was meant
_DOUBT = remark("the document says that a date has moved, and which day is the new one is not certain")


def add_righted_days(statements: list[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Gives the right days of corrections the meaning of the wrong ones before them, which lose it."""
    before: Statement | None = None
    for said in statements:
        marks = [hit for hit in said.marks if hit.phrase.value in _LEADING]
        if marks:
            _right(said, before, marks[0], binder, languages)
        if said.dates or said.loose:
            before = said


def _right(
    said: Statement, before: Statement | None, mark: Hit, binder: Binder, languages: tuple[str, ...]
) -> None:
    spans = sorted([*said.loose, *(fact.span for fact in said.dates)], key=lambda one: one.start)
    right = next((one for one in spans if 0 <= one.start - mark.end <= _LED), None)
    wrong = [one for one in spans if one.end <= mark.start]
    told = said if wrong else before
    moves = mark.phrase.value == "moved_on"
    if right is None or told is None or (moves and (not wrong or right not in said.loose)):
        return
    wrong = wrong or sorted([*told.loose, *(fact.span for fact in told.dates)], key=lambda one: one.start)
    kind = _kind_of(told, wrong[-1], binder, languages)
    if not kind:
        return
    told.dates = [fact for fact in told.dates if fact.span != wrong[-1]]
    said.dates = [fact for fact in said.dates if fact.span != right]
    said.loose = [one for one in said.loose if one != right]
    said.dates.append(DateFact(kind, right, "frame.righted", (mark.start, right.end)))
    said.dates.sort(key=lambda fact: fact.span.start)
    said.doubts.append(_DOUBT)


def _kind_of(said: Statement, wrong: DateSpan, binder: Binder, languages: tuple[str, ...]) -> str:
    """What a wrong day was said to be, by its own meaning or by the last words for a date before it; "" where neither tells."""
    own = next((fact.kind for fact in said.dates if fact.span == wrong and fact.kind not in _OLD), "")
    if own:
        return own
    cues = [
        hit
        for hit in binder.hits_in(said.start, wrong.start, languages)
        if hit.phrase.role == "cue" and hit.phrase.value in DATED_FIELDS
    ]
    return cues[-1].phrase.value if cues else ""
