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
from calendar_service.extract.money import times
from calendar_service.extract.statements import AmountFact, Statement
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import Remark, remark

_NUMBER = re.compile(r"[ \t]{1,40}\(?[A-Z]{2}[A-Z0-9]{9}\d(?!\w)")  # of a security, right or wrong
# A number of shares as slips write it, with or without groups; one or two are rather something else.
_COUNT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[.,' ]\d{3}){1,3}|\d{2,9}|[3-9])(?!\d)")
_BETWEEN = re.compile(r"\D")
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
    counts = {int(_BETWEEN.sub("", number[0])) for number in _COUNT.finditer(shadow)} if others else set()
    doubted = not sure or not all(times(one, least) in counts for one in others)
    paid = any(CASH & {*said.types()} for said in statements)
    kept = [fact for fact in sure if fact.span.amount == least]
    for said in statements:
        said.totals = []
        if doubted and said.amounts:
            said.doubts.append(OWN_SUM)
        if not sure:
            continue
        if said.dates and said.amounts and all(fact in sure and fact not in kept for fact in said.amounts):
            said.doubts.append(OWN_SUM)  # another payment, with days of its own
            continue
        said.amounts = [fact for fact in said.amounts if fact in kept]
        if paid and said.dates and not said.amounts:
            said.amounts = kept[:1]


def _is_per_share(fact: AmountFact) -> bool:
    return ".per_" in fact.rule or fact.rule.endswith("table")


def doubts_of_name(issuer: Issuer | None, content: str) -> tuple[Remark, ...]:
    """The doubt about the name on a slip, where it does not stand beside the security's number or label."""
    proof = issuer.evidence if issuer else None
    if proof is None or proof.rule in _BESIDE or _NUMBER.match(content, proof.end):
        return ()
    return (CUSTODIAN,)
