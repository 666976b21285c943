"""The price of a share in an offer, a rights issue or a merger: the amount of such an action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.lexicon.actions import CASH, OFFERS
from calendar_service.extract.sentence.statements import AmountFact, Statement

PRICED = OFFERS | {"merger"}
_RIGHTS = "rights_issue"
_NEAR = 3  # so many statements after the action was named
_BULLET = 3  # characters before a label
_LISTED = 12  # and so many lines of a list that names no other action


def add_prices(drafts: Iterable[Draft], statements: Sequence[Statement]) -> None:
    """Gives each action that has a price the one that the document states for it first: what words for a price lead to,
    else an amount per share. A rights issue that has an amount keeps it only where no such words stand.
    """
    told = any(said.prices for said in statements)
    for draft in drafts:
        if draft.type not in PRICED or (draft.amount is not None and not (told and draft.type == _RIGHTS)):
            continue
        named = _price_of(draft.type, statements, named=True) if told else None
        draft.amount = named or draft.amount or _price_of(draft.type, statements)


def _price_of(kind: str, statements: Sequence[Statement], *, named: bool = False) -> AmountFact | None:
    """The first price of an action of this kind, of those only that are `named` so if need be; None where there is none, or
    a range ("between $18 and $20").
    """
    since, alone = -_LISTED - 1, False
    for said in statements:
        types = said.types()
        if kind in types:
            since, alone = said.index, True
        alone = alone and set(types) <= {kind, "ignore"}
        told = [
            *said.prices,
            *(said.amounts if kind in types and not named and not set(types) & CASH else ()),
        ]
        near = _LISTED if alone and _is_labelled(said) else _NEAR
        if not told or said.index - since > near:
            continue
        values = {(fact.span.amount, fact.span.currency) for fact in told}
        return told[0] if len(values) == 1 else None
    return None


def _is_labelled(said: Statement) -> bool:
    """Whether a line begins with the words for a price ("- Issue price: Rs. 15 per share")."""
    return bool(said.prices) and said.prices[0].quote[0] - said.start <= _BULLET
