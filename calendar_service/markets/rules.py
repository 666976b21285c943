"""What is known of one market, as data: its days, its settlement cycles, its ex-date rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calendar_service.model.codes import EventType
from calendar_service.model.remarks import Remark


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day that differs from the holiday library's answer.

    `known` is the day on which an exceptional closure became known, None for an ordinary holiday
    that was published long before.
    """

    day: date
    why: str
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """A holiday of every year from `first` to `last`.

    Either a month and day, or the `nth` weekday (0 is Monday) of a month, or a distance from Easter
    Sunday in days.
    """

    first: int
    last: int
    month: int = 0
    day: int = 0
    weekday: int = 0
    nth: int = 0
    easter: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Which weekdays are closed: calendars of the `holidays` package, then yearly days, then single days.

    `unsure` and `unsure_yearly` are days of which sources differ whether they are closed.
    """

    calendars: tuple[str, ...] = ()
    yearly: tuple[Yearly, ...] = ()
    closed: tuple[SpecialDay, ...] = ()
    open: tuple[SpecialDay, ...] = ()
    unsure: tuple[SpecialDay, ...] = ()
    unsure_yearly: tuple[Yearly, ...] = ()


@dataclass(frozen=True, slots=True)
class Cycle:
    """Trades from `trades_from` on settle `days` business days later."""

    days: int
    trades_from: date
    source: str
    sure: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One ex-date rule for record dates from `records_from` to `records_until` (inclusive, None: open).

    `ex` counts business days from the effective record date: 0 is that day, -1 the one before, 1
    the one after; None says that no date is derived for these record dates, for the reason `why`.
    `sure` says how well the rule is known: sourced, seen (in published dates), general, planned.
    """

    name: str
    records_from: date
    records_until: date | None
    ex: int | None
    source: str
    sure: str
    why: str = ""
    caution: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """A payment date counted from the general meeting: the `days`-th business day after it.

    `ex_days` counts the first ex day in the same way, for meetings up to `ex_until`.
    `public_holidays` are calendars of public holidays on which the exchange trades: where one falls
    inside the count, the answer depends on how business days are read, and none is given.
    """

    name: str
    meetings_from: date
    days: int
    ex_days: int
    ex_until: date
    public_holidays: tuple[str, ...]
    source: str
    sure: str


@dataclass(frozen=True, slots=True)
class Market:
    """One market: the exchanges that share rules and holidays.

    `countries` are the ISIN prefixes of issuers at home here; others are foreign lines.
    `foreign_symbols` and `foreign_pattern` are tickers of foreign lines and depositary receipts.
    `derives` are the kinds of action that the ex-date rules hold for. `large_share` is the share of
    a security's value from which a distribution follows other rules, None where there is no such
    rule. Dates up to `verified_until` rest on published holidays, up to `provisional_until` on
    expected ones. `short_notice` is the number of calendar days before the record date up to which
    an exceptional closure is an ordinary holiday for the ex-date; one that became known later does not move it. `bookclose` is "before" where
    holders are taken on the last business day before the register closes, "on" where on its first
    day; `record_closes` is the number of calendar days before the record date on which the register
    closes by law, 0 where none does. `holiday_record` is "previous" where a record date on a closed day counts as the business
    day before, "decline" where the exchange does not allow one.
    `record_first` says that record dates are fixed before the dividend is decided, so that the ex-date may lie before
    the announcement; `closes_usually` that most registers close, so that a record date alone tells little.
    """

    key: str
    name: str
    mics: tuple[str, ...]
    countries: frozenset[str]
    derives: frozenset[EventType]
    large_share: Decimal | None
    foreign_symbols: frozenset[str]
    foreign_pattern: re.Pattern[str] | None
    trading: Days
    settlement: Days
    covered_from: date
    verified_until: date
    provisional_until: date
    short_notice: int
    bookclose: str
    record_closes: int
    holiday_record: str
    record_first: bool
    closes_usually: bool
    cycles: tuple[Cycle, ...]
    rules: tuple[Rule, ...]
    payment: PaymentRule | None = None

    @property
    def told(self) -> Remark:
        """The name, to be told in any language."""
        return Remark(self.name)
