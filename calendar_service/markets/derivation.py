"""From one record date to the ex-date and the last day to buy, or to the reason why not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from calendar_service.markets.calendars import Calendar
from calendar_service.markets.kinds import PLAIN, Kind, classify
from calendar_service.markets.rules import Market, Rule
from calendar_service.model.codes import EventType
from calendar_service.model.remarks import Remark, remark

_NEAR = timedelta(days=21)
_MANY = {
    EventType.SPIN_OFF: remark(
        "a spin-off has no fixed ex-date: the exchange sets it when the shares are handed out"
    ),
    EventType.OPTION_DIVIDEND: remark("the ex-date of a dividend with a choice is set by its own timetable"),
}


class Derivation(NamedTuple):
    """What the market adds to one record date.

    `ex` and `last_cum` are None exactly when `declined` says why. `record_effective` is the business
    day on which the record date takes effect. `rule`, `source` and `sure` explain the ex-date,
    which lies `distance` business days from it, when trades settled after `settles` days;
    `caution` is what a reader should know about it; `provisional` says that it rests on holidays
    that are expected but not yet published, or on a rule that is planned.
    """

    mic: str
    record: date | None
    ex: date | None = None
    last_cum: date | None = None
    record_effective: date | None = None
    rule: str = ""
    source: str = ""
    sure: str = ""
    distance: int = 0
    settles: int | None = None
    provisional: bool = False
    declined: str = ""
    caution: Remark | None = None

    def explain(self) -> str:
        """The answer in lines for people."""
        asked = f"{self.mic}, record date {self.record or 'not given'}"
        if self.declined:
            return f"{asked}: no date derived, since {self.declined}."
        lines = [
            asked,
            f"  last day to buy (cum): {self.last_cum}",
            f"  first day without (ex): {self.ex}",
            f"  record date takes effect: {self.record_effective}",
            f"  rule: {self.rule} ({self.sure})",
            f"  source: {self.source}",
        ]
        if self.provisional:
            lines.append("  provisional: it rests on holidays not yet published or on a planned rule")
        if self.caution:
            lines.append(f"  take care: {self.caution}")
        return "\n".join(lines)


class Refused(Exception):  # noqa: N818  (an answer, not an error: it never leaves this package)
    """No date is derived; `why` is the reason, for people."""

    def __init__(self, why: Remark) -> None:
        super().__init__(str(why))
        self.why = why


def check_kind(market: Market, kind: Kind, amount_share: Decimal | None) -> None:
    """Refuses the kinds of action that the market's ex-date rules do not hold for. Raises Refused."""
    event_type = kind.event_type
    if kind is PLAIN and amount_share is None:
        return
    if kind.foreign:
        raise Refused(remark("a foreign line or depositary receipt follows the home market's dates"))
    if kind.large:
        raise Refused(
            remark("a large distribution or one with due bills goes ex on a day that the exchange sets")
        )
    if event_type is None:
        raise Refused(remark("what kind of action it is cannot be told from its name, so no rule is applied"))
    share = market.large_share
    if amount_share is not None and share is not None and amount_share >= share:
        raise Refused(
            remark(
                "a distribution of {percent}% or more of the security's value goes ex after it is paid; "
                "the exchange sets the day",
                percent=_percent(share),
            )
        )
    if event_type in market.derives:
        return
    if event_type is EventType.SPECIAL_DIVIDEND and share is not None:
        if amount_share is not None:
            return
        raise Refused(
            remark(
                "a special dividend of {percent}% or more of the security's value follows another rule, "
                "and its share of the value is not known",
                percent=_percent(share),
            )
        )
    raise Refused(
        _MANY.get(event_type)
        or remark(
            "no rule for the ex-date of this kind of action ({event_type}) in {market}",
            event_type=event_type,
            market=market.told,
        )
    )


def _percent(share: Decimal) -> int:
    return round(share * 100)


def check_security(market: Market, security: str) -> None:
    """Refuses foreign lines, by ISIN or by ticker. Raises Refused."""
    text = security.strip().upper()
    if len(text) == 12 and text[:2].isalpha() and text[-1].isdigit():
        if market.countries and text[:2] not in market.countries:
            raise Refused(
                remark(
                    "a foreign line ({country}) in {market} may follow the home market's dates",
                    country=text[:2],
                    market=market.told,
                )
            )
        return
    if text in market.foreign_symbols:
        raise Refused(
            remark(
                "{security} is a foreign issuer's line in {market}; it may follow the home market's dates",
                security=text,
                market=market.told,
            )
        )
    if market.foreign_pattern and market.foreign_pattern.fullmatch(text):
        raise Refused(
            remark(
                "{security} is the ticker of a foreign line or another class, which has its own dates",
                security=text,
            )
        )


def find_rule(market: Market, record: date) -> Rule:
    """The rule for this record date. Raises Refused."""
    for rule in reversed(market.rules):
        if rule.records_from <= record:
            if rule.records_until is not None and record > rule.records_until:
                break
            if rule.ex is None:
                raise Refused(Remark(rule.why))
            return rule
    raise Refused(
        remark(
            "no ex-date rule is known for record dates as of {day} in {market}",
            day=record,
            market=market.told,
        )
    )


def check_horizon(market: Market, first: date, last: date) -> bool:
    """Whether holidays in this span are only expected. Raises Refused outside what is known at all."""
    if first < market.covered_from:
        raise Refused(
            remark(
                "holidays of {market} are known from {day} on", market=market.told, day=market.covered_from
            )
        )
    if last > market.provisional_until:
        raise Refused(
            remark(
                "holidays of {market} are not published beyond {day}; ask again later",
                market=market.told,
                day=market.verified_until,
            )
        )
    return last > market.verified_until


def derive_from_record(
    market: Market, calendar: Calendar, mic: str, record: date | None, bookclose: date | None = None
) -> Derivation:
    """The dates for an ordinary distribution. Raises Refused.

    `bookclose` is the first day on which the register is closed, where it is.
    """
    given = record
    for day in (record, bookclose):
        if day is not None:
            check_horizon(market, day, day)
    record = _record_of(market, calendar, record, bookclose)
    rule = find_rule(market, record)
    days = calendar.business_days(record.year)
    effective, ex = _count(days, record, rule.ex or 0)
    if effective != record and market.holiday_record == "decline":
        raise Refused(
            remark(
                "{day} is not a business day in {market}, where a record date must be one",
                day=record,
                market=market.told,
            )
        )
    _check_unsure(market, calendar, record, rule, (effective, ex))
    (effective, ex), late = _leave_out_closures(market, calendar, record, rule, (effective, ex))
    last_cum = trading_day_before(calendar, ex)
    provisional = check_horizon(market, last_cum, max(record, ex))
    if not calendar.is_trading_day(ex):
        raise Refused(
            remark(
                "the exchange was closed at short notice on {day}, which the rule gives as ex-date", day=ex
            )
        )
    caution = _add_caution(None if bookclose or not rule.caution else Remark(rule.caution), late)
    return Derivation(
        mic, given, ex, last_cum, effective, rule.name, rule.source, rule.sure,
        rule.ex or 0, _find_cycle(market, last_cum),
        provisional or rule.sure == "planned", caution=caution,
    )  # fmt: skip


def _add_caution(one: Remark | None, other: Remark | None) -> Remark | None:
    return remark("{first}; {second}", first=one, second=other) if one and other else one or other


def _find_cycle(market: Market, traded: date) -> int | None:
    """After how many business days a trade of this day settles."""
    return next((item.days for item in reversed(market.cycles) if item.trades_from <= traded), None)


def _record_of(market: Market, calendar: Calendar, record: date | None, bookclose: date | None) -> date:
    """The day on which holders are taken: before the register closes, where that is earlier."""
    if bookclose is None:
        if record is None:
            raise Refused(remark("there is neither a record date nor a book-close date"))
        if not market.record_closes:
            return record
        bookclose = record - timedelta(days=market.record_closes)
    if market.bookclose == "before":
        days = calendar.business_days(bookclose.year)
        bookclose = days[bisect_left(days, bookclose) - 1]
    return bookclose if record is None else min(record, bookclose)


def _count(days: list[date], record: date, distance: int) -> tuple[date, date]:
    """The effective record date and the day `distance` business days from it."""
    place = bisect_right(days, record) - 1
    return days[place], days[place + distance]


def _check_unsure(
    market: Market, calendar: Calendar, record: date, rule: Rule, answer: tuple[date, date]
) -> None:
    """Refuses where the answer hangs on a day of which it is not sure whether anything settles."""
    unsure = calendar.unsure_days(record.year)
    if not unsure:
        return
    first, last = record - _NEAR, record + _NEAR
    for day in unsure:
        if not first <= day <= last:
            continue
        without = [item for item in calendar.business_days(record.year) if item != day]
        if _count(without, record, rule.ex or 0) != answer:
            raise Refused(
                remark(
                    "it is not sure whether trades settled on {day} in {market}", day=day, market=market.told
                )
            )


def _leave_out_closures(
    market: Market, calendar: Calendar, record: date, rule: Rule, answer: tuple[date, date]
) -> tuple[tuple[date, date], Remark | None]:
    """The answer as it was set before a closure at short notice was announced, and what a reader should know of it.

    A closure that was known long before is a holiday like any other. One that became known after the
    ex-date had been set leaves it where it was: DXC, record 5 December 2018, a day of mourning announced
    on the 1st, went ex on the 4th; securities settled on that day all the same.
    """
    closures = calendar.sudden_closures(record - _NEAR, record + _NEAR)
    notice = record - timedelta(days=market.short_notice)
    late = {item.day: item.known for item in closures if item.known is not None and item.known >= notice}
    if not late:
        return answer, None
    before = _count(calendar.business_days_with(record.year, late), record, rule.ex or 0)
    if before == answer or min(late.values()) >= before[1]:  # it had gone ex when the closure became known
        return before, None
    days = tuple(
        remark("{day} ({why})", day=item.day, why=Remark(item.why)) for item in closures if item.day in late
    )
    return before, remark(
        "the exchange closed at short notice, {days}; the ex-date is the one set before that was known",
        days=days,
    )


def trading_day_before(calendar: Calendar, day: date) -> date:
    """The last trading day before this day."""
    days = calendar.trading_days(day.year)
    return days[bisect_left(days, day) - 1]


def trading_day_after(calendar: Calendar, day: date) -> date:
    """The first trading day after this day."""
    days = calendar.trading_days(day.year)
    return days[bisect_right(days, day)]


def derive(
    market: Market,
    calendar: Calendar,
    mic: str,
    record: date | None,
    *,
    bookclose_from: date | None = None,
    event: str | None = None,
    amount_share: Decimal | None = None,
    security: str | None = None,
) -> Derivation:
    """The dates for a record date, or the reason why there are none (Derivation.declined)."""
    try:
        check_kind(market, classify(event) if event else PLAIN, amount_share)
        if security:
            check_security(market, security)
        return derive_from_record(market, calendar, mic, record, bookclose_from)
    except Refused as reason:
        return Derivation(mic, record, declined=str(reason))
