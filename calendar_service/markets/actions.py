"""What a market adds to one corporate action: dates with their rule, and notes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from calendar_service.markets.calendars import Calendar, closed_days
from calendar_service.markets.derivation import (
    Derivation,
    Refused,
    check_horizon,
    check_kind,
    check_security,
    derive_from_record,
    trading_day_after,
    trading_day_before,
)
from calendar_service.markets.kinds import Kind
from calendar_service.markets.rules import Days, Market, PaymentRule
from calendar_service.model.action import CorporateAction
from calendar_service.model.codes import Basis, DateFlag, DateKind, EventType, Knowledge, Status
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate, Reckoning, SecurityId

_ADDED = frozenset({DateKind.EX, DateKind.LAST_CUM, DateKind.RECORD_EFFECTIVE, DateKind.PAYMENT})
_UNCERTAIN = frozenset({DateFlag.APPROXIMATE, DateFlag.ORDER_AMBIGUOUS, DateFlag.CONFLICTING})
_NO_ENTITLEMENT = frozenset(
    {
        EventType.ANNUAL_MEETING,
        EventType.EXTRAORDINARY_MEETING,
        EventType.NAME_CHANGE,
        EventType.BUYBACK,
        EventType.TENDER_OFFER,
        EventType.EXCHANGE_OFFER,
    }
)
_AGENDA = frozenset({Status.SUBJECT_TO_APPROVAL, Status.CONFIRMED})
_RECEIPT_WORDS = ("ADS", "ADR", "GDR", "GDS", "BDR", "DEPOSITARY", "DEPOSITORY")
_BY_DEFINITION = remark("the last trading day before the ex-date is the last day to buy with the right").text
_DEFINITION = remark("definition of the ex-date (ISO 20022 business glossary)").text
_DEPARTS = remark("The market's rule gives {day} for this date ({rule}); the stated {stated} stands.")

Result = tuple[tuple[EventDate, ...], tuple[Remark, ...]]


class _Why(NamedTuple):
    rule: str
    source: str
    reckoning: Reckoning


def add_dates(action: CorporateAction, market: Market | None, calendar: Calendar | None) -> Result:
    """The action's dates with those that the market adds, in the order of their kinds, and notes."""
    stated = tuple(_plain(item) for item in action.dates if not _is_ours(item))
    if action.event_type in _NO_ENTITLEMENT:
        return stated, ()
    if market is None or calendar is None:
        record = _day_of(stated, DateKind.RECORD)
        missing = record is not None and _day_of(stated, DateKind.EX) is None
        return stated, ((_no_ex(_say_unknown(action.mic)),) if missing else ())
    return _Addition(action, stated, market, calendar).work_out()


class _Addition:
    """The work on one action: what was found so far."""

    def __init__(
        self, action: CorporateAction, stated: tuple[EventDate, ...], market: Market, calendar: Calendar
    ) -> None:
        self.action = action
        self.dates = list(stated)
        self.market = market
        self.calendar = calendar
        self.notes: list[Remark] = []

    def work_out(self) -> Result:
        """Ex-date and effective record date from the record date, the payment from the meeting, then the last day to buy."""
        if self._find(DateKind.RECORD) is not None:
            self._add_from_record()
        elif self.market.payment is not None:
            self._add_from_meeting(self.market.payment)
        self._complete_pair()
        return tuple(self.dates), tuple(self.notes)

    def _find(self, kind: DateKind) -> EventDate | None:
        return next((item for item in self.dates if item.kind is kind), None)

    def _add(self, kind: DateKind, day: date, why: _Why, flags: frozenset[DateFlag]) -> None:
        """Adds a derived date, or compares it with the stated one."""
        rule = why.rule
        derived = EventDate(kind, day, Basis.DERIVED, flags=flags, reckoning=why.reckoning)
        derived = replace(derived, rule=rule, rule_source=why.source)
        present = self._find(kind)
        if present is None or (present.day is None and present.knowledge is Knowledge.UNKNOWN):
            self.dates = [item for item in self.dates if item is not present]
            self.dates.append(derived)
        elif DateFlag.UNOFFICIAL in present.flags:
            self._weigh_copy(present, derived)
        elif present.day != day and present.knowledge is Knowledge.KNOWN:
            note = _say_departure(present, day, rule)
            self.dates[self.dates.index(present)] = replace(present, note=note)
            self.notes.append(remark("About the {kind}: {note}", kind=kind, note=note))

    def _weigh_copy(self, told: EventDate, derived: EventDate) -> None:
        """A date that only a copy gives: what the rule makes of official dates confirms it or stands instead."""
        place = self.dates.index(told)
        if DateFlag.UNOFFICIAL in derived.flags:  # it rests on a copy's word too
            return
        if told.day == derived.day:
            self.dates[place] = replace(told, flags=told.flags - {DateFlag.UNOFFICIAL}, note=None)
            return
        self.dates[place] = derived
        self.notes.append(_say_overruled(told, derived))

    def _add_from_record(self) -> None:
        record = self._find(DateKind.RECORD)
        assert record is not None  # noqa: S101  (the caller looked)
        try:
            found = self._derive(record)
        except Refused as reason:
            if self._find(DateKind.EX) is None:
                self.notes.append(_no_ex(reason.why))
            return
        assert found.ex is not None and found.record_effective is not None  # noqa: S101, PT018
        flags = record.flags & {DateFlag.YEAR_INFERRED, DateFlag.UNOFFICIAL}
        if found.provisional:
            flags |= {DateFlag.PROVISIONAL}
        if found.record_effective != record.day:
            counted = Reckoning(DateKind.RECORD, 0, sure=found.sure)
            why = _Why(found.rule, found.source, counted)
            self._add(DateKind.RECORD_EFFECTIVE, found.record_effective, why, flags)
        settles = found.settles if found.distance <= 0 else None
        counted = Reckoning(DateKind.RECORD, found.distance, settles, found.sure)
        self._add(DateKind.EX, found.ex, _Why(found.rule, found.source, counted), flags)

    def _derive(self, record: EventDate) -> Derivation:
        day = _certain_day(record)
        if day is None:
            raise Refused(remark("the record date is not certain"))
        self._check_line()
        check_kind(self.market, Kind(self.action.event_type), None)
        found = derive_from_record(self.market, self.calendar, self.action.mic or "", day)
        if found.caution:  # what is certain enough for a person who asks is not for an unattended feed
            raise Refused(found.caution)
        return found

    def _check_line(self) -> None:
        """Refuses depositary receipts and foreign lines."""
        action = self.action
        words = (action.security or "").upper().replace("(", " ").replace(")", " ").split()
        receipts = any(word.rstrip("S") in _RECEIPT_WORDS or word in _RECEIPT_WORDS for word in words)
        per_receipt = action.amount is not None and action.amount.per == "ads"
        if receipts or per_receipt or (action.ads_ratio is not None and "US" in self.market.countries):
            raise Refused(remark("depositary receipts follow the home market's dates"))
        for item in (*action.security_ids, *action.issuer.ids):
            if item.scheme == "ticker" and item.mic in {None, *self.market.mics}:
                check_security(self.market, item.value)
        isins = _isins(action.security_ids) or _isins(action.issuer.ids)
        if not any(isin[:2].upper() in self.market.countries for isin in isins):
            for isin in isins:
                check_security(self.market, isin)

    def _add_from_meeting(self, rule: PaymentRule) -> None:
        """Where the law counts the payment from the meeting that decides it."""
        meeting = _day_of(self.dates, DateKind.MEETING)
        wanted = self.action.event_type is EventType.CASH_DIVIDEND and self.action.status in _AGENDA
        payment = self._find(DateKind.PAYMENT)
        unstated = payment is None or payment.knowledge is Knowledge.UNKNOWN
        if meeting is None or not wanted or not unstated or meeting < rule.meetings_from:
            return
        try:
            self._check_line()
            days, provisional = self._days_after(meeting, rule)
        except Refused as reason:
            self.notes.append(remark("No payment date is derived: {why}.", why=reason.why))
            return
        flags = frozenset({DateFlag.PROVISIONAL}) if provisional else frozenset()
        counted = [(DateKind.EX, rule.ex_days)] if meeting <= rule.ex_until else []
        for kind, number in (*counted, (DateKind.PAYMENT, rule.days)):
            why = _Why(rule.name, rule.source, Reckoning(DateKind.MEETING, number, sure=rule.sure))
            self._add(kind, days[number - 1], why, flags)

    def _days_after(self, meeting: date, rule: PaymentRule) -> tuple[list[date], bool]:
        """The business days after the meeting up to the payment, and whether they are only expected."""
        check_horizon(self.market, meeting, meeting)
        days = self.calendar.business_days(meeting.year)
        first = bisect_right(days, meeting)
        counted = days[first : first + rule.days]
        public = closed_days(Days(calendars=rule.public_holidays), meeting.year, self.market.key)
        doubtful = sorted(public.intersection(counted))
        if doubtful:
            raise Refused(
                remark(
                    "{day} is a public holiday on which the exchange trades; how it counts is not certain",
                    day=doubtful[0],
                )
            )
        return counted, check_horizon(self.market, meeting, counted[-1])

    def _complete_pair(self) -> None:
        """The last day to buy from the ex-date, or the ex-date from the last day to buy."""
        ex, last = self._find(DateKind.EX), self._find(DateKind.LAST_CUM)
        base = ex if _certain_day(ex) else last
        day = _certain_day(base)
        if base is None or day is None or (base is last and ex is not None):
            return
        try:
            expected = check_horizon(self.market, day, day)
        except Refused:
            return
        flags = base.flags | ({DateFlag.PROVISIONAL} if expected else frozenset())
        rule, source = base.rule or _BY_DEFINITION, base.rule_source or _DEFINITION
        if not self.calendar.is_trading_day(day):
            self.notes.append(_say_closed(base.kind, day, self.market))
        elif base is ex:
            why = _Why(rule, source, Reckoning(DateKind.EX, -1))
            self._add(DateKind.LAST_CUM, trading_day_before(self.calendar, day), why, flags)
        else:
            why = _Why(rule, source, Reckoning(DateKind.LAST_CUM, 1))
            self._add(DateKind.EX, trading_day_after(self.calendar, day), why, flags)


def _isins(ids: tuple[SecurityId, ...]) -> list[str]:
    return [item.value for item in ids if item.scheme == "isin"]


def _is_ours(item: EventDate) -> bool:
    return item.basis is Basis.DERIVED and item.kind in _ADDED


def _plain(item: EventDate) -> EventDate:
    """The date without an earlier note of ours."""
    return replace(item, note=None) if item.note and item.note.text == _DEPARTS.text else item


def _no_ex(why: Remark) -> Remark:
    return remark("No ex-date is derived: {why}.", why=why)


def _say_unknown(mic: str | None) -> Remark:
    return remark("the market {mic} is not known", mic=mic) if mic else remark("the market is not known")


def _say_departure(stated: EventDate, day: date, rule: str) -> Remark:
    return _DEPARTS.fill(day=day, rule=rule, stated=_stated_day(stated))


def _say_overruled(told: EventDate, derived: EventDate) -> Remark:
    return remark(
        "On the {kind} the market's rule gives {day} ({rule}); a copy says {other}, no official announcement.",
        kind=told.kind,
        day=_stated_day(derived),
        rule=derived.rule,
        other=_stated_day(told),
    )


def _say_closed(kind: DateKind, day: date, market: Market) -> Remark:
    return remark(
        "The {kind} {day} is not a trading day in {market}.", kind=kind, day=day, market=market.told
    )


def _day_of(dates: list[EventDate] | tuple[EventDate, ...], kind: DateKind) -> date | None:
    return next((day for item in dates if item.kind is kind and (day := _certain_day(item))), None)


def _certain_day(item: EventDate | None) -> date | None:
    """The day, where it is a known day that nobody doubts."""
    if item is None or item.knowledge is not Knowledge.KNOWN or item.flags & _UNCERTAIN:
        return None
    return item.day


def _stated_day(item: EventDate) -> date | Remark:
    return item.day or remark("no day")
