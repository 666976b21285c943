"""What one amount is made up of, or what it is on another basis: amounts beside it that are no payments of their own.

A trust tells of what its distribution consists (taxable, tax-exempt, capital), a company how much of its dividend is a
special one, or what it is before and after a split.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.parvalues import ends_worth
from calendar_service.extract.sentence.statements import AmountFact, Statement
from calendar_service.model.remarks import remark

BASIS = remark(
    "the amount is told for the shares before and after a split; which of them holds is not certain"
)
PARTED = ("split", "part", "balance", "past", "each")  # what is paid in parts is paid more than once
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_PER, _SHARE = (
    8,
    40,
)  # signs before and behind what a share is worth, in which words for "per share" may stand
_OF_UNIT = re.compile(r"\.?['’]?s?[\s-]{0,2}")  # behind "kr" of "pr. 20 kr.'s aktie"
_LED = 44  # signs between words for "of which" and the amount that they lead to ("davon eine einmalige Sonderdividende von")
_BEHIND = 24  # "$0.20 per share on a post-split basis"
_NAMED = 60  # signs before and behind a part in which its words stand
_CASH = frozenset({"cash_dividend", "special_dividend"})


def without_parts(said: Statement) -> list[AmountFact]:
    """The amounts without one that is told as a part of the amount before it ("4p, of which 1p is a special dividend"): words
    for a special dividend no longer name a payment, and a sum "in total" is one. Parts that add up to the whole are payments.
    """
    leads = [hit for hit in said.marks if hit.phrase.value == "of_which"]
    days = [fact for fact in said.dates if fact.kind == "payment"]
    if not leads or said.from_table or said.has(*PARTED) or len(days) > 1:
        return said.amounts
    for lead in leads:
        wholes = [fact for fact in (*said.amounts, *said.totals) if fact.span.end <= lead.start]
        whole = max(wholes, key=lambda fact: fact.span.start, default=None)
        behind = [fact for fact in said.amounts if fact.span.start >= lead.end]
        names = [hit for hit in said.events if hit.phrase.value in _CASH and lead.end <= hit.start]
        special = any(hit.phrase.value == "special_dividend" and _names(hit, behind) for hit in names)
        if whole is None or not behind or not all(_is_part_of(whole.span, fact.span) for fact in behind):
            continue
        if sum(fact.span.amount for fact in behind) == whole.span.amount:  # the parts are told for the whole
            continue
        if not special:
            if behind[0].span.start - lead.end <= _LED and whole not in said.totals:
                return [fact for fact in said.amounts if fact is not behind[0]]
            continue
        said.events = [hit for hit in said.events if hit not in names]
        if whole in said.totals:
            said.totals = [fact for fact in said.totals if fact is not whole]
            return [whole]
        return [fact for fact in said.amounts if fact not in behind]
    return said.amounts


def _is_part_of(whole: MoneySpan, part: MoneySpan) -> bool:
    """Whether an amount can be a part of another one, which is paid per share."""
    return not whole.scaled and part.amount < whole.amount and part.currency == whole.currency


def _names(hit: Hit, parts: Sequence[AmountFact]) -> bool:
    """Whether words for a dividend stand close before an amount or behind it."""
    return any(-_NAMED <= hit.start - fact.span.end <= _NAMED for fact in parts)


def without_components(said: Statement, money: Sequence[MoneySpan], shadow: str) -> list[AmountFact]:
    """The amounts of a statement without those that only add up to the first ("2.8p, of which 2.4p is taxable and 0.4p not").

    `money` is all that stands in the statement: a part may be no amount by itself ("income of 2.4p").
    """
    first = said.amounts[0]
    parts = [one for one in money if one.start > first.span.start and not one.scaled]
    days = [fact for fact in said.dates if fact.kind == "payment"]
    apart = said.from_table or said.has(*PARTED) or len(days) > 1
    if not apart and len(parts) == 1 and _is_share_of(parts[0], first.span, shadow):
        return [first]
    if len(parts) < 2 or apart or len(said.securities) > 1 or "special_dividend" in said.types():
        return said.amounts
    return [first] if sum(one.amount for one in parts) == first.span.amount else said.amounts


def _is_share_of(part: MoneySpan, whole: MoneySpan, shadow: str) -> bool:
    """Whether a percentage between two amounts makes the second of the first ("a dividend of EUR 0.64, of which holders may
    take 50%, or EUR 0.32, in shares").
    """
    shares = _PERCENT.findall(shadow, whole.end, part.start)
    return len(shares) == 1 and whole.amount * Decimal(shares[0].replace(",", ".")) == part.amount * 100


def without_par(
    said: Statement, spans: list[MoneySpan], shadow: str, says_per_share: Callable[[str], bool]
) -> list[MoneySpan]:
    """The amounts without those that tell what a share is worth by its articles, behind another amount: without one of
    these, the words around it say "per share" ("12p per 25p ordinary share"), or words for such a worth lead to it.
    """
    if len(spans) < 2:
        return spans
    pars = [hit.end for hit in said.marks if hit.phrase.value == "par"]
    begins = {hit.start for hit in said.marks if hit.phrase.value == "par" and ends_worth(hit.start, shadow)}
    found: list[MoneySpan] = []
    for money in spans:
        ends = [one.end for one in spans if one.end < money.start]
        word = next((shadow[end : money.start].strip() for end in ends if money.start - end <= _PER), "")
        share = _OF_UNIT.sub("", shadow[money.end : money.end + _SHARE], count=1)
        around = word.rstrip(".").isalpha() and says_per_share(f"{word} {share}")
        led = any(0 <= money.start - end <= 1 for end in pars)
        named = money.end + 1 in begins  # "preferred stock, $100 par value: $1.625 per share"
        if not (around or named) and not (led and any(money.start - end <= _SHARE for end in ends)):
            found.append(money)
    return found


def without_twins(amounts: list[AmountFact]) -> list[AmountFact]:
    """Amounts without those with a shared sign that stand there with their currency too ("to $0.14 ... of US$0.14")."""
    told = {fact.span.amount for fact in amounts if not fact.span.is_open}
    return [fact for fact in amounts if fact.span.currency != "*" or fact.span.amount not in told]


def of_one_basis(said: Statement) -> list[AmountFact]:
    """The amounts of a statement without what they are before or after a split, which leaves a doubt."""
    bases = [hit for hit in said.marks if hit.phrase.value == "basis"]
    if not bases:
        return said.amounts
    told = [
        fact
        for fact in said.amounts
        if any(0 <= hit.start - max(fact.span.end, fact.quote[1]) <= _BEHIND for hit in bases)
    ]
    if not told or len(said.amounts) < 2:
        return said.amounts
    said.doubts.append(BASIS)
    return [fact for fact in said.amounts if fact not in told] or said.amounts[:1]
