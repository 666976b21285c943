"""The price of a share in an offer, a rights issue or a merger: the amount of such an action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calendar_service.extract.drafts import CASH, OFFERS, Draft
from calendar_service.extract.statements import AmountFact, Statement

PRICED = OFFERS | {"merger"}
_NEAR = 3  # so many statements after the action was named


def add_prices(drafts: Iterable[Draft], statements: Sequence[Statement]) -> None:
    """Gives each action that has a price, and no amount yet, the one that the document states for it first."""
    for draft in drafts:
        if draft.type in PRICED and draft.amount is None:
            draft.amount = _price_of(draft.type, statements)


def _price_of(kind: str, statements: Sequence[Statement]) -> AmountFact | None:
    """The first price of an action of this kind; None where there is none, or a range ("between $18 and $20")."""
    named = -_NEAR - 1
    for said in statements:
        types = said.types()
        if kind in types:
            named = said.index
        told = [*said.prices, *(said.amounts if kind in types and not set(types) & CASH else ())]
        if not told or said.index - named > _NEAR:
            continue
        values = {(fact.span.amount, fact.span.currency) for fact in told}
        return told[0] if len(values) == 1 else None
    return None
