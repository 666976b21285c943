"""Frame: an action takes effect, or shares trade ex, on the document's own day ("will become effective at 5.00 p.m. today",
"heute ist der Ex-Dividende-Tag").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.document.ownday import OwnDay
from calendar_service.extract.lexicon.actions import HANDED_OUT, SPLITS
from calendar_service.extract.lexicon.lexicon import PAID
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import STRANGE, DateFact, Statement

_REACH = 40  # from the words of effect to "today"
_DONE = SPLITS | {"merger", "name_change"}
#: Between the words of effect and "today", where the sentence tells another day, too: a time of day.
_AT_ONCE = re.compile(r"\s(?:[^\W\d_]{1,4}\s)?(?:\d{1,2}(?:[:.]\d\d)?\s?[^,;\d]{0,24})?")
_NOT = frozenset({"negation", "conditional"})
_AWAITED = PAID | {"expiry"}  # days of their own that a doubt about today must not hold back
_BESIDE = 40  # between the words for trading ex and "today", in either order
_ELSE = _NOT | {"declares", "decides", "approved", "proposal"}  # what else may be done today


def add_effects_today(
    statements: Sequence[Statement], own: OwnDay, binder: Binder, languages: tuple[str, ...]
) -> None:
    """Adds the document's own day as that of effect where a sentence says so that tells no date, but for the first day on
    which is traded on the new terms; none where it may be another.
    """
    if own.day is None or {*own.rivals} - {own.day}:
        return
    told = any(fact.kind in _AWAITED for said in statements for fact in said.dates)
    for said in statements:
        others = said.loose or any(fact.kind != "adjusted" for fact in said.dates)
        if others or not said.has("today"):
            continue
        if not told and HANDED_OUT & {*said.types()}:
            _add_ex_today(said, own.day, binder, languages)
        if not _DONE & {*said.types()}:
            continue
        words = _words_for_today(said, binder, languages)
        if words is not None:
            effect, today = words
            span = DateSpan(today.start, today.end, own.day.year, own.day.month, own.day.day)
            quote = (effect.start, today.end)
            said.dates.append(DateFact("effective", span, f"{effect.phrase.name}+today", quote))


def _words_for_today(said: Statement, binder: Binder, languages: tuple[str, ...]) -> tuple[Hit, Hit] | None:
    """The words of effect and those for today behind them; None where something else lies between or denies them."""
    today = next(hit for hit in said.marks if hit.phrase.value == "today")
    cues = binder.hits.within(said.start, today.start, languages, "cue")
    effect = max(
        (hit for hit in cues if hit.phrase.value == "effective"), key=lambda hit: hit.end, default=None
    )
    if effect is None or today.start - effect.end > _REACH or said.has(*_NOT):
        return None
    between = [hit for hit in cues if hit.start >= effect.end and hit.phrase.value not in ("lead", "ignore")]
    at_once = not said.dates or _AT_ONCE.fullmatch(binder.page.shadow, effect.end, today.start)
    return (effect, today) if at_once and not between else None


def _add_ex_today(said: Statement, day: date, binder: Binder, languages: tuple[str, ...]) -> None:
    """Adds `day` as the ex-date, with a doubt, where words for trading ex and "today" stand beside each other."""
    if said.has(*_ELSE):
        return
    cues = binder.hits.within(said.start, said.end, languages, "cue")
    paid = [hit for hit in cues if hit.phrase.value in PAID]
    today = next(hit for hit in said.marks if hit.phrase.value == "today")
    ex = next((hit for hit in paid if hit.phrase.value == "ex"), None)
    if ex is None or any(hit.phrase.value != "ex" for hit in paid):
        return
    if max(today.start - ex.end, ex.start - today.end) > _BESIDE:
        return
    span = DateSpan(today.start, today.end, day.year, day.month, day.day)
    quote = (min(ex.start, today.start), max(ex.end, today.end))
    said.dates.append(DateFact("ex", span, f"{ex.phrase.name}+today", quote))
    said.doubts.append(STRANGE)


def tells_reference(said: Statement) -> bool:
    """Whether it retells an earlier announcement, and does not only refer to one before it tells what is decided today."""
    decides = said.has("today") and said.has("declares") and bool(said.amounts)
    return said.has("reference") and not (said.from_table or decides)
