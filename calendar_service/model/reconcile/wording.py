"""Values as remarks: dates and amounts as they stand in the reasons, notes and changes of the reconciling."""

from __future__ import annotations

from datetime import date

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import AmountKind, DateFlag, Knowledge
from calendar_service.model.remarks import Month, Remark, remark
from calendar_service.model.values import EventDate, Money


def describe_date(item: EventDate) -> Remark:
    """One date: "2018-03-31", "about 2018-06-29", "May 2018"."""
    if item.knowledge is Knowledge.ONGOING and item.day is None:
        return remark("ongoing")
    if item.knowledge is Knowledge.UNKNOWN or item.day is None:
        return remark("to be announced")
    said = remark("{day}", day=Month(item.day) if item.knowledge is Knowledge.MONTH else item.day)
    if DateFlag.APPROXIMATE in item.flags:
        said = remark("about {day}", day=said)
    if item.last_day is not None and item.last_day != item.day:
        said = remark("{first} to {last}", first=said, last=item.last_day)
    if item.time is not None:
        clock = f"{item.time.strftime('%H:%M')} {item.zone or ''}".rstrip()
        said = remark("{day} {time}", day=said, time=clock)
    return said


def describe_amount(amount: Amount) -> Remark:
    """Money per share: "JPY 13.50 per share"."""
    said = _PER[amount.per](describe_money(amount.money)) if amount.per in _PER else _per_other(amount)
    if amount.kind is AmountKind.UNSTATED:
        return said
    gross = amount.kind is AmountKind.GROSS
    return remark("{amount} (gross)", amount=said) if gross else remark("{amount} (net)", amount=said)


_PER = {
    "share": lambda money: remark("{money} per share", money=money),
    "ads": lambda money: remark("{money} per ADS", money=money),
    "unit": lambda money: remark("{money} per unit", money=money),
}


def _per_other(amount: Amount) -> Remark:
    return remark("{money} per {per}", money=describe_money(amount.money), per=amount.per)


def describe_money(money: Money) -> Remark:
    """An amount of money: "JPY 13.50"."""
    if money.currency is None:
        return remark("{amount} (currency not stated)", amount=money.amount)
    return remark("{currency} {amount}", currency=money.currency, amount=money.amount)


def describe_day(day: date | None) -> Remark:
    """The day of an announcement."""
    return remark("{day}", day=day) if day else remark("an unknown day")
