"""Drafts that are the items of a sum told before them: what one distribution is made up of, each with its amount."""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.sentence.components import PARTED

_MOST, _NEAR = 6, 8  # so many parts, in so many statements


def components_before(drafts: Sequence[Draft], last: Draft) -> int | None:
    """How many drafts right before this one are, with it, what the draft before them is made up of; None where none is."""
    if not _may_be_part(last):
        return None
    total = last.value
    for count, one in enumerate(reversed(drafts[-_MOST:])):
        near = last.statement.index - one.statement.index <= _NEAR
        if total is None or one.value is None or not near or not _is_alike(one, last):
            return None
        if count and one.value == total:
            return count
        if not _may_be_part(one):
            return None
        total += one.value
    return None


def _may_be_part(one: Draft) -> bool:
    """Whether nothing makes this a payment of its own: no date, no table, no words for parts."""
    return not (one.is_dated or one.from_table or one.statement.has(*PARTED))


def _is_alike(one: Draft, other: Draft) -> bool:
    if one.amount is None or other.amount is None or one.from_table:
        return False
    plain = {one.type, other.type} <= CASH - {"special_dividend"}
    mine, theirs = one.amount.span, other.amount.span
    return plain and (mine.currency == theirs.currency or mine.is_open or theirs.is_open)
