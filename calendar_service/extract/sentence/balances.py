"""What is left to pay: parts of a whole, what has been paid of it, and the whole itself, which is no payment."""

from __future__ import annotations

import re

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement

_NEAR = _CLOSE = 12  # signs between an amount and the words for it
_LED = 40
_COMMA = 2
_OLD_AMOUNT = 24  # signs of an older amount between the words that lead to it and those for its day
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def led(said: Statement, money: MoneySpan, mark: str, shadow: str) -> bool:
    """Whether words of this mark stand right before an amount."""
    return any(
        hit.phrase.value == mark
        and 0 <= money.start - hit.end <= _CLOSE
        and not has_digit(shadow[hit.end : money.start])
        for hit in said.marks
    )


def part_before(said: Statement, money: MoneySpan) -> Hit | None:
    """The words right before an amount that is a part of a whole ("in two instalments of EUR 3 each", "the second, of")."""
    whole = bool(said.amounts) and money.amount >= said.amounts[0].span.amount
    reach = {"part": _CLOSE, "balance": _CLOSE} | ({} if whole else {"split": _NEAR})
    return next(
        (hit for hit in said.marks if 0 <= money.start - hit.end <= reach.get(hit.phrase.value, -1)), None
    )


def rest_behind(said: Statement, money: MoneySpan) -> Hit | None:
    """The words right behind an amount that make it what is left to pay ("the 0.70 euros remaining")."""
    return next(
        (hit for hit in said.marks if hit.phrase.value == "balance" and 0 <= hit.start - money.end <= 1), None
    )


def balance_of(said: Statement, shadow: str) -> list[AmountFact]:
    """What is left to pay, where a sentence tells other amounts too ("EUR 5, of which the balance of EUR 3 ...")."""
    if len(said.amounts) < 2:
        return []
    # "of the interim dividend of EUR 0.40 remains a final one of EUR 0.70": the words lead on, and do not look back
    left = [fact for fact in said.amounts if led(said, fact.span, "balance", shadow)]
    left = left or [fact for fact in said.amounts if rest_behind(said, fact.span)]
    return left if len(left) == 1 else []


def without_whole(said: Statement) -> list[AmountFact]:
    """The amounts but a first one that is the sum of its parts, told behind it ("5p in two parts: 2p paid in May, 3p ...")."""
    parts = sum(fact.span.amount for fact in said.amounts[1:])
    whole = (
        len(said.amounts) > 2 and said.has("split", "part", "past") and said.amounts[0].span.amount == parts
    )
    return said.amounts[1:] if whole else said.amounts


def without_paid(said: Statement, shadow: str) -> list[AmountFact]:
    """The amounts but those told as paid, where others stand beside ("paid 4p in May and will pay 5p in June")."""
    paid = [hit for hit in said.marks if hit.phrase.value == "past"]
    if not paid:
        return said.amounts
    coming = [
        fact
        for fact in said.amounts
        if not any(
            _leads_to_paid(hit, fact, said, shadow) or _is_right_behind(hit, fact, shadow) for hit in paid
        )
    ]
    return coming or ([] if _is_other_one(said, paid, shadow) else said.amounts)


def without_paid_days(said: Statement, shadow: str) -> list[DateFact]:
    """The dates of a statement but those of payment right behind an amount that is only an older one ("after the interim
    dividend of EUR 0.45 paid on 4 December"), where another day of payment is told.
    """
    paid = [fact for fact in said.dates if fact.kind == "payment"]
    older = [hit.end for hit in said.marks if hit.phrase.value == "increase"]
    if len(paid) < 2 or not older:
        return said.dates
    over = [
        fact
        for fact in paid
        if any(
            0 < fact.quote[0] - end <= _OLD_AMOUNT and has_digit(shadow[end : fact.quote[0]]) for end in older
        )
    ]
    return said.dates if len(over) == len(paid) else [fact for fact in said.dates if fact not in over]


def _is_other_one(said: Statement, paid: list[Hit], shadow: str) -> bool:
    """Whether all amounts are told as paid, and the payment behind them is another one, whose amount stands elsewhere
    ("The first dividend, for 4p, was paid in May, and this one will be paid on 28 December").
    """
    later = any(
        fact.kind == "payment" and all(hit.end < fact.quote[0] for hit in paid) for fact in said.dates
    )
    return later and all(any(_is_right_behind(hit, fact, shadow) for hit in paid) for fact in said.amounts)


def _leads_to_paid(hit: Hit, fact: AmountFact, said: Statement, shadow: str) -> bool:
    """Whether words for "paid" lead to an amount: no number but that of a month or year stands between, and no dividend
    ("one paid in November 2025, of 4 cents").
    """
    between = shadow[hit.end : fact.span.start]
    if hit.end > fact.span.start or len(between) > _LED or has_digit(_YEAR.sub("", between)):
        return False
    named = any(hit.end <= one.start < fact.span.start for one in said.events)
    return not (named and has_digit(between))


def _is_right_behind(hit: Hit, fact: AmountFact, shadow: str) -> bool:
    """Whether words stand right behind an amount and those for "per share" ("4p per share were paid in May"; "for 4p, was paid")."""
    end = max(fact.quote[1], fact.span.end)
    return 0 <= hit.start - end <= _COMMA and not shadow[end : hit.start].strip(", ")
