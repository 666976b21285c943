"""Sentences that say that nothing is paid, or that something is called off that cannot be made out."""

from __future__ import annotations

import re

from calendar_service.extract.lexicon.actions import OFFERS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.model.remarks import remark

_HALTING = frozenset({"cancel", "suspend"})
_PARTED = re.compile(r"[,;]\s")


def doubt_halted(said: Statement, kind: str) -> None:
    """Doubts a sentence that dates an action and has words of calling off or halting that could not be made out.

    What is `undone` is a payment: rights that are not exercised lapse in any case.
    """
    halting = _HALTING if kind in OFFERS else _HALTING | {"undone"}
    halts = [hit for hit in said.marks if hit.phrase.value in halting]
    if said.dates and not said.from_table and not all(_is_of_holders(hit, said) for hit in halts):
        said.doubts.append(remark("the sentence also says that something is called off or halted"))


def _is_of_holders(halt: Hit, said: Statement) -> bool:
    """Whether words of calling off only say what holders may do with what they have tendered ("不得撤回")."""
    return any(
        hit.phrase.value == "undoing" and hit.start <= halt.start and halt.end <= hit.end
        for hit in said.marks
    )


def drop_unpaid(said: Statement, shadow: str) -> list[DateFact]:
    """Takes from a sentence that says that nothing is paid all but its meeting; the dates that were taken.

    What it says before that is paid stays, with a doubt ("EUR 0.40 is paid on 20 May, and no dividend will be paid on
    own shares").
    """
    place = min(mark.start for mark in said.marks if mark.phrase.value == "none")
    said.amounts = [fact for fact in said.amounts if _PARTED.search(shadow, fact.span.end, place)]
    kept = [
        fact
        for fact in said.dates
        if fact.kind in ("meeting", "decision") or (said.amounts and fact.span.end <= place)
    ]
    dropped = [fact for fact in said.dates if fact not in kept]
    said.dates = kept
    if said.amounts:
        said.doubts.append(remark("the sentence also says that nothing is paid"))
    return dropped
