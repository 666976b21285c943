"""What is left of an amount after tax, told beside it or by itself ("1.15 gross, 0.805 net")."""

from __future__ import annotations

from decimal import Decimal

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import AmountFact, Statement

_LEAST_NET = Decimal("0.4")  # no country takes more than this leaves
_UNIT = 6  # "120 pence per share": the words for "per share" may begin with the unit
_NEXT, _FUNDS = 3, 16  # signs between an amount and the words for it, or for a dividend
_CASH = frozenset({"cash_dividend", "special_dividend", "option_dividend"})
_SUBJECT = 8  # so near its beginning stands what a sentence is about ("The net dividend ...")
_OF_SUBJECT = 140  # "... payable to holders after withholding tax at a rate of 20% amounts to 1,328 cents"


def with_net(fact: AmountFact, money: MoneySpan) -> AmountFact:
    """The amount with what is left of it after tax, where `money` can be that."""
    same = money.currency == fact.span.currency or money.currency is None
    if fact.net is not None or money.scaled or not same:
        return fact
    if not fact.span.amount * _LEAST_NET <= money.amount < fact.span.amount:
        return fact
    money = money._replace(currency=fact.span.currency)
    return fact._replace(net=AmountFact(money, "net", (money.start, money.end)))


def is_net(said: Statement, money: MoneySpan, before: list[MoneySpan], per_share: list[Hit]) -> bool:
    """Whether words for "after tax" stand before the amount, and no other amount between, or right behind it."""
    nets = [hit for hit in said.marks if hit.phrase.value == "net"]
    if not nets:
        return False
    units = [hit.end for hit in per_share if -_UNIT <= hit.start - money.end <= 1]
    end = max([money.end, *units])  # of "32 cents per share"
    cash = [hit for hit in said.events if hit.phrase.value in _CASH]
    named = any(
        0 <= money.start - hit.end <= _FUNDS for hit in cash
    )  # "a dividend of 32 cents net": all that is told
    paid = bool(before) or (bool(cash) and not named)
    behind = [hit for hit in nets if any(0 <= hit.start - place <= 1 for place in (money.end, end))]
    whole = [hit for hit in behind if " " in hit.phrase.text and all(one.end != hit.end for one in per_share)]
    if whole or (paid and behind):  # "0.42 net of withholding tax"
        return True
    return any(
        0 <= money.start - hit.end <= (_OF_SUBJECT if hit.start - said.start <= _SUBJECT else 45)
        and not any(hit.end <= other.start < money.start for other in before)
        and not _is_of_profit(hit, money, said)
        for hit in nets
    )


def _is_of_profit(net: Hit, money: MoneySpan, said: Statement) -> bool:
    """Whether words for "net" are told of something else, and what is paid is named behind them ("net profit grows, and the
    dividend of 32 cents").
    """
    names = [hit.start for hit in said.events if net.start <= hit.start < money.start]
    return bool(names) and min(names) > net.end + _NEXT
