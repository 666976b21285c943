"""What the statements that name actions of one family say together, gathered once for all drafts of the family."""

from __future__ import annotations

from dataclasses import dataclass

from calendar_service.extract.assemble import details
from calendar_service.extract.assemble.approvals import DECIDING
from calendar_service.extract.lexicon.actions import family
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import AmountFact, Statement


@dataclass(frozen=True, slots=True)
class Family:
    """The statements in their order, those with words for a decision, the first total, and the words for its source."""

    statements: tuple[Statement, ...] = ()
    deciding: tuple[Statement, ...] = ()
    total: AmountFact | None = None
    retained: Hit | None = None


def group_by_family(statements: list[Statement]) -> dict[str, Family]:
    """The families that the statements name."""
    found: dict[str, list[Statement]] = {}
    for said in statements:
        if not said.events:
            continue
        for kind in {family(name) for name in said.types()}:
            found.setdefault(kind, []).append(said)
    return {kind: _family(tuple(said)) for kind, said in found.items()}


def _family(statements: tuple[Statement, ...]) -> Family:
    deciding = tuple(said for said in statements if said.has(*DECIDING))
    return Family(statements, deciding, details.total_of(statements), details.marked(statements, "retained"))
