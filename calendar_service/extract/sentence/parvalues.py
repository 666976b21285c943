"""Frame: a percentage of what a share is worth by its articles ("a dividend of 120% on shares of face value Rs 10")."""

from __future__ import annotations

import re
from decimal import Decimal

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.sentence.statements import AmountFact, Statement

CASH_EVENTS = frozenset({"cash_dividend", "special_dividend"})
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,4}(?:\.\d{1,2})?)\s?(?:%|per\s?cent)")
_PAR = 16  # between words for par value and the value
_LED = 40


def of_par(said: Statement, money: list[MoneySpan], shadow: str) -> list[AmountFact]:
    """The amount that a percentage makes of the one par value of a statement; none where several are told. `money` is all that
    stands in it.
    """
    pars = [hit for hit in said.marks if hit.phrase.value == "par" and not ends_worth(hit.start, shadow)]
    if not pars:
        return []
    worth = [one for one in money if any(0 <= one.start - hit.end <= _PAR for hit in pars) and not one.scaled]
    found = [
        match
        for hit in said.events
        if hit.phrase.value in CASH_EVENTS
        for match in _PERCENT.finditer(shadow, hit.end, min(hit.end + _LED, said.end))
    ]
    if len(worth) != 1 or len({match.start() for match in found}) != 1:
        return []
    share = worth[0]._replace(amount=worth[0].amount * Decimal(found[0][1]) / 100)
    quote = (min(found[0].start(), share.start), max(found[0].end(), share.end))
    return [AmountFact(share, "percent of par", quote)]


def ends_worth(place: int, shadow: str) -> bool:
    """Whether words for a par value that begin here are those of the number right before them ("$100 par value: $1.625")."""
    return shadow[max(0, place - 2) : place - 1].isdecimal() and shadow[place - 1].isspace()
