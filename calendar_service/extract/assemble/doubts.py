"""What makes an announcement doubtful: reasons for which a person has to look first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateFlag, DateKind, EventType, NoticeFunction, Status
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import Money

#: What ends or confirms an action that was announced before need not repeat its amount.
_CHANGING = frozenset({NoticeFunction.WITHDRAW, NoticeFunction.SUSPEND, NoticeFunction.RESULT})

NO_AMOUNT = remark("no amount per share was found")
#: Currencies in which a thousand is seldom paid on a share, and in which some write "1.475" for one and a half.
_SMALL = frozenset({"EUR", "USD", "GBP", "CAD", "BRL", "MXN", "PEN"})
_SELDOM = 1000

#: In the markets of these currencies shares go ex on the record date or before it (markets.md); not so in Brazil and
#: mainland China, nor in Europe before the settlement cycle of 2014.
_EX_FIRST = frozenset(
    {"USD", "CAD", "GBP", "AUD", "NZD", "HKD", "SGD", "MYR", "JPY", "KRW", "TWD", "ZAR", "INR"}
)
#: Exchanges that pay in these trade on Sundays.
_SUNDAY_TRADED = frozenset({"ILS", "SAR", "EGP", "KWD", "QAR", "AED", "BHD", "OMR", "JOD", "BDT", "NPR"})
_SATURDAY = 5

_SMALL_DIGIT = re.compile(r"(?<!\d)[123][⁰¹²³⁴⁵⁶⁷⁸⁹]")
#: What is handed out to those who were on the register some days before.
_HANDED_OUT = frozenset(
    {one for one in EventType if one.is_cash} | {EventType.STOCK_DIVIDEND, EventType.BONUS_ISSUE}
)
_SPLITS = frozenset({EventType.STOCK_SPLIT, EventType.REVERSE_SPLIT})

#: Where dividends "take effect" (Japan), they do so months behind the record date.
_AT_ONCE = timedelta(days=7)
_EARLY = timedelta(days=200)  # nobody has to act so long before a meeting; the day is that of another one
_LATEST = timedelta(days=200)  # later than this nobody is paid; one of the dates is of another year

#: What shareholders do ahead of their meeting.
_AHEAD = frozenset({DateKind.VOTING_RECORD, DateKind.REGISTRATION_DEADLINE, DateKind.VOTE_DEADLINE})

_LATE = timedelta(days=7)  # an announcement may come a few days late

#: No share pays so much, in any currency.
_MOST = 1_000_000


def with_doubts(announcement: Announcement, doubts: list[Remark], base: date | None) -> Announcement:
    """The announcement with all reasons to doubt it; `base` is the day on which it was made, where known."""
    found = [*doubts]
    days = {one.kind: one.day for one in announcement.dates if one.day}
    found += _order(announcement, days)
    found += _past(announcement, days, base)
    found += _votes(announcement)
    found += _size(announcement)
    found += _flags(announcement)
    found += _distance(announcement, days, base)
    told = tuple(dict.fromkeys(found))
    return announcement if told == announcement.doubts else replace(announcement, doubts=told)


def doubt_unpaid(announcements: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """The announcements; a payment without an amount is doubted where the document tells one of another payment."""
    told = [*announcements]
    cash = [one for one in told if one.event_type.is_cash and one.function not in _CHANGING]
    unpaid = {id(one) for one in cash if one.amount is None and NO_AMOUNT not in one.doubts}
    if len(unpaid) in (0, len(cash)):
        return tuple(told)
    return tuple(replace(one, doubts=(*one.doubts, NO_AMOUNT)) if id(one) in unpaid else one for one in told)


def _order(announcement: Announcement, days: dict[DateKind, date]) -> list[Remark]:
    found = []
    record, ex, payment = days.get(DateKind.RECORD), days.get(DateKind.EX), days.get(DateKind.PAYMENT)
    first = record or ex
    found += _at_record(announcement, days)
    if announcement.event_type.is_cash:
        if ex and payment and payment < ex:
            found.append(remark("the payment date is before the ex-date"))
        whole = payment is not None and first is not None
        if announcement.amount is None and not whole and announcement.function not in _CHANGING:
            found.append(NO_AMOUNT)
        if announcement.amount and _is_unlikely(announcement.amount.money):
            found.append(
                remark("so much is seldom paid on a share: the mark in the amount may be that of decimals")
            )
    if announcement.event_type.is_cash and first and payment and payment - first > _LATEST:
        found.append(remark("the payment date is far behind the record date"))
    if record and ex and abs((ex - record).days) > 15:
        found.append(remark("the ex-date is far from the record date"))
    if ex and ex.weekday() >= _SATURDAY and _money_of(announcement) not in _SUNDAY_TRADED:
        found.append(remark("the ex-date is a day on which no exchange trades"))
    usual = (
        announcement.event_type is EventType.CASH_DIVIDEND
    )  # others may trade with due bills, or by their own timetable
    if usual and record and ex and record < ex and _money_of(announcement) in _EX_FIRST:
        found.append(remark("the ex-date is behind the record date"))
    return found


def _money_of(announcement: Announcement) -> str | None:
    return announcement.amount.money.currency if announcement.amount else None


def _at_record(announcement: Announcement, days: dict[DateKind, date]) -> list[Remark]:
    """What is handed out before, or as soon as, the register shows to whom: one day was taken for two things."""
    record, payment = days.get(DateKind.RECORD), days.get(DateKind.PAYMENT)
    if announcement.event_type in _HANDED_OUT and record and payment and payment <= record:
        early = payment < record
        return [
            remark("the payment date is before the record date")
            if early
            else remark("the payment date is the record date itself")
        ]
    first, effective = record or days.get(DateKind.EX), days.get(DateKind.EFFECTIVE)
    if announcement.event_type.is_cash and first and effective and abs(effective - first) <= _AT_ONCE:
        return [remark("the day of effect is too close to the record date to be that of the payment")]
    return []


def _is_unlikely(money: Money) -> bool:
    """Whether an amount is one that a sign between its digits made a thousand times as great."""
    return money.currency in _SMALL and money.amount >= _SELDOM


def _past(announcement: Announcement, days: dict[DateKind, date], base: date | None) -> list[Remark]:
    """What would have been paid before it was announced, or before the meeting that still has to decide."""
    payment, meeting = days.get(DateKind.PAYMENT), days.get(DateKind.MEETING)
    if not announcement.event_type.is_cash or payment is None or announcement.function in _CHANGING:
        return []
    if base and payment < base - _LATE:
        return [remark("the payment date lies before the day of the announcement")]
    proposed = announcement.status is Status.SUBJECT_TO_APPROVAL
    if proposed and meeting and payment < meeting:
        return [remark("the payment date lies before the meeting that decides")]
    return []


def _votes(announcement: Announcement) -> list[Remark]:
    """What would have to be done for a meeting that is over by then."""
    meeting = max(
        (one.day for one in announcement.dates if one.kind is DateKind.MEETING and one.day), default=None
    )
    found = []
    for one in announcement.dates if meeting else ():
        if meeting and one.day and one.kind in _AHEAD and one.day > meeting:
            found.append(remark("the {kind} is behind the meeting", kind=one.kind))
        elif meeting and one.day and one.kind in _AHEAD and meeting - one.day > _EARLY:
            found.append(remark("the {kind} is far before the meeting", kind=one.kind))
    return found


def _size(announcement: Announcement) -> list[Remark]:
    amount = announcement.amount
    if amount is None or amount.money.amount < _MOST:
        return []
    return [remark("the amount is too large to be one per share")]


def _flags(announcement: Announcement) -> list[Remark]:
    found: list[Remark] = []
    if any(DateFlag.ORDER_AMBIGUOUS in one.flags for one in announcement.dates):
        found.append(remark("the order of day and month is not certain"))
    if any(one.evidence and _SMALL_DIGIT.search(one.evidence.quote) for one in announcement.dates):
        found.append(remark("a small digit stands at a day, which may be a part of it or a footnote's mark"))
    return found


def _distance(announcement: Announcement, days: dict[DateKind, date], base: date | None) -> list[Remark]:
    if base is None:
        return []
    far = [
        day for kind, day in days.items() if kind is not DateKind.DECLARATION and abs((day - base).days) > 500
    ]
    if (
        announcement.event_type in _SPLITS
    ):  # without its year, such a day is rather that of a split that is over
        far += [
            one.day
            for one in announcement.dates
            if one.day and one.day - base > _LATEST and DateFlag.YEAR_INFERRED in one.flags
        ]
    if far:
        return [remark("{day} is far from the day of the announcement", day=far[0])]
    if announcement.event_type is EventType.OTHER:
        return [remark("the kind of action is not a usual one")]
    return []
