"""Frame: the first day of a period. Words for its beginning stand right before or behind those for a deadline ("Beginn der
Annahmefrist: 4 May", "6 May: the election period begins"): the day is none by which anything must be done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.windows import DEADLINES

_TOUCHING = 1  # a blank may stand between
_ROLES = ("cue", "hint")
_LABEL_END = re.compile(r"[ )]{0,2}(?:[:\t\n.;|]|\Z)")


def without_openings(hits: list[Hit], shadow: str) -> list[Hit]:
    """The hits of a document without words for a deadline whose period begins on the day that is told."""
    marks = [hit for hit in hits if hit.phrase.role == "mark"]
    opened = _beside(mark.end for mark in marks if mark.phrase.value == "opening")
    begun = {
        mark.start
        for mark in marks
        if mark.phrase.value == "begins" and _LABEL_END.match(shadow, mark.end) is not None
    }
    if not opened and not begun:
        return hits
    due = [hit for hit in hits if hit.phrase.role in _ROLES and hit.phrase.value in DEADLINES]
    hidden = [
        hit
        for hit in due
        if hit.start in opened or not begun.isdisjoint(range(hit.end, hit.end + _TOUCHING + 1))
    ]
    idle = {id(hit) for hit in due if any(one.start <= hit.start and hit.end <= one.end for one in hidden)}
    return [hit for hit in hits if id(hit) not in idle] if idle else hits


def _beside(ends: Iterable[int]) -> set[int]:
    """The places right behind words, where a blank may stand between."""
    return {end + gap for end in ends for gap in range(_TOUCHING + 1)}
