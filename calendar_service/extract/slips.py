"""Slips of custodians and brokers: a bank tells one holder what was booked ("dividend credit", "contract note").

What differs from what a company announces: the bank's name stands at the head and the foot of the page, and most amounts
are those of this one holder ("Gross amount EUR 114.00"), who is nobody's business. So

- on a slip only an amount that its words tell as one per share is sure; others give way to it, and else are doubted;
- no total is told;
- a name that does not stand beside the security's number or label may be the bank's, and is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from calendar_service.extract.drafts import CASH
from calendar_service.extract.statements import AmountFact, Statement
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import Remark, remark

_NUMBER = re.compile(r"[ \t]{1,40}\(?[A-Z]{2}[A-Z0-9]{9}\d(?!\w)")  # of a security, right or wrong
_SIGNS = 2  # so many different words of slips make a document one
_BESIDE = frozenset({"issuer.isin", "issuer.ticker", "issuer.label"})

OWN_SUM = remark("the amount on a custodian's slip may be that of a single holder")
CUSTODIAN = remark("the document is a custodian's slip, and the name on it may be the custodian's own")


def is_slip(statements: Sequence[Statement]) -> bool:
    """Whether words of slips stand in it: numbers of an account and of a customer, what is credited to whom."""
    told: set[str] = set()
    for said in statements:
        told.update(hit.phrase.source or hit.phrase.text for hit in said.marks if hit.phrase.value == "slip")
        if len(told) >= _SIGNS:
            return True
    return False


def keep_per_share(statements: Sequence[Statement], shadow: str) -> None:
    """Drops the totals of a slip, and its amounts that no words tell as those of one share, where another one is so told.

    A slip is about one payment: the only such amount holds for all its dates. What is a multiple of it, by a number that
    stands in the text, is what the holder gets for so many shares; any other second amount is doubted.
    """
    sure = [fact for said in statements for fact in said.amounts if _is_per_share(fact)]
    least = min((fact.span.amount for fact in sure), default=Decimal(0))
    others = {fact.span.amount for fact in sure} - {least}
    doubted = not sure or not all(_is_multiple(one, least, shadow) for one in others)
    paid = any(CASH & {*said.types()} for said in statements)
    kept = [fact for fact in sure if fact.span.amount == least]
    for said in statements:
        said.totals = []
        if doubted and said.amounts:
            said.doubts.append(OWN_SUM)
        if not sure:
            continue
        said.amounts = [fact for fact in said.amounts if fact in kept]
        if paid and said.dates and not said.amounts:
            said.amounts = kept[:1]


def _is_multiple(whole: Decimal, share: Decimal, shadow: str) -> bool:
    """Whether an amount is that of so many shares, and their number stands in the text, with or without groups."""
    if not share or whole % share:
        return False
    number = f"{int(whole / share):,}"
    signs = re.escape(number).replace(",", r"[.,' ]?")
    return re.search(rf"(?<![\d.,]){signs}(?![\d])", shadow) is not None


def _is_per_share(fact: AmountFact) -> bool:
    return ".per_" in fact.rule or fact.rule.endswith("table")


def doubts_of_name(issuer: Issuer | None, content: str) -> tuple[Remark, ...]:
    """The doubt about the name on a slip, where it does not stand beside the security's number or label."""
    proof = issuer.evidence if issuer else None
    if proof is None or proof.rule in _BESIDE or _NUMBER.match(content, proof.end):
        return ()
    return (CUSTODIAN,)
