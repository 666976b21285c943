"""Frame: one timetable for two actions, as of shares that are consolidated before rights are issued on them: "Effective date
of the share consolidation", further down "First day of dealings on an ex-rights basis".

What takes effect is the split: rights and offers have no day of effect. All other days are theirs, unless the label of a
row names the split alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.actions import OFFERS, SPLITS
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.statements import DateFact, Statement

_EFFECTS = frozenset({"effective", "adjusted"})
_OF_SPLIT = _EFFECTS | {"record", "ex"}


def parted_effects(said: Statement, rows: Sequence[Unit]) -> list[Statement]:
    """The statement of a table's column, as one for a split and one for the rest, where its words name both a split, and rights
    or an offer.
    """
    types = {*said.types()}
    if not types & SPLITS or not types & OFFERS:
        return [said]
    of_split = [fact for fact in said.dates if _is_of_split(fact, said, rows)]
    if not of_split:
        return [said]
    rest = [fact for fact in said.dates if fact not in of_split]
    splits = [hit for hit in said.events if hit.phrase.value in SPLITS]
    others = [hit for hit in said.events if hit.phrase.value not in SPLITS]
    return [
        replace(said, dates=of_split, events=splits, amounts=[], totals=[], prices=[], nets=[], ratios=[]),
        replace(said, dates=rest, events=others),
    ]


def _is_of_split(fact: DateFact, said: Statement, rows: Sequence[Unit]) -> bool:
    """Whether a date is that of the split: the label of its row names it and no other action, or it is that of an effect."""
    label = rows[fact.cell[0]].cells[0] if fact.cell else fact.quote
    named = {hit.phrase.value for hit in said.events if label[0] <= hit.start < label[1]}
    own = bool(named & SPLITS) and not named & OFFERS
    return (fact.kind in _OF_SPLIT and own) or (fact.kind in _EFFECTS and not named & OFFERS)
