"""Two announcements side by side: which dates, amounts, periods and securities agree, and how far others lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import AmountKind, DateFlag, DateKind, Knowledge, NoticeFunction
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.period import compare_periods
from calendar_service.model.reconcile.security import compare_classes, compare_keys
from calendar_service.model.values import EventDate, Money

CLOSE = timedelta(days=3)  # a mistaken or moved day; distributions every week are seven apart
SLIPPED = timedelta(days=45)  # one date wrong or moved while another agrees; instalments lie further apart
SAME_NEWS = timedelta(days=7)  # short reports of one announcement appear within a week
ONE_SEASON = timedelta(days=200)  # a moved annual meeting, a change of what was announced
LONGEST = timedelta(days=550)  # from the first forecast of an action to its last word

#: Functions that speak of an action announced before.
FOLLOWING = frozenset(NoticeFunction) - {NoticeFunction.NEW}

_MINOR_UNITS = {"GBX": "GBP", "GBP-PENCE": "GBP", "ZAC": "ZAR", "ILA": "ILS"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The facts of two announcements side by side; `first` is the earlier one."""

    first: Facet
    second: Facet
    equal: tuple[DateKind, ...]
    close: tuple[DateKind, ...]
    slipped: tuple[DateKind, ...]
    far: tuple[DateKind, ...]
    amount: bool | None
    period: bool | None
    keys: bool | None
    classes: bool | None
    refers: bool

    @property
    def follows(self) -> bool:
        """Whether the later one speaks of something announced before."""
        return self.second.function in FOLLOWING

    @property
    def foretells(self) -> bool:
        """Whether one of them is a forecast."""
        return self.first.is_forecast or self.second.is_forecast

    @property
    def differs(self) -> bool:
        """Whether a date that both state is not the same."""
        return bool(self.close or self.slipped or self.far)


def compare_amounts(one: Amount | None, two: Amount | None) -> bool | None:
    """True: the same money; False: different; None: it cannot be told (net and gross, two currencies)."""
    if one is None or two is None or one.per != two.per:
        return None
    mine, theirs = main_unit(one.money), main_unit(two.money)
    if mine.currency and theirs.currency and mine.currency != theirs.currency:
        return None
    if mine.amount == theirs.amount:
        return True
    kinds = {one.kind, two.kind}
    return None if AmountKind.NET in kinds and len(kinds) == 2 else False


def compare_days(one: EventDate, two: EventDate) -> timedelta:
    """How far two dates of one kind lie apart; nothing where the less exact one allows the other."""
    if one.day is None or two.day is None:
        return timedelta(0)
    if Knowledge.MONTH in {one.knowledge, two.knowledge}:
        if (one.day.year, one.day.month) == (two.day.year, two.day.month):
            return timedelta(0)
        return max(abs(one.day - two.day), SLIPPED)
    apart = abs(one.day - two.day)
    rough = DateFlag.APPROXIMATE in one.flags | two.flags
    return timedelta(0) if rough and apart <= timedelta(days=5) else apart


def are_misread(one: EventDate, two: EventDate) -> bool:
    """Whether one is the other with its year guessed wrong, or with day and month the other way round."""
    return _is_misread(one, two) or _is_misread(two, one)


def _is_misread(rough: EventDate, exact: EventDate) -> bool:
    if rough.day is None or exact.day is None or rough.day == exact.day:
        return False
    if DateFlag.YEAR_INFERRED in rough.flags and DateFlag.YEAR_INFERRED not in exact.flags:
        return (rough.day.month, rough.day.day) == (exact.day.month, exact.day.day)
    if DateFlag.ORDER_AMBIGUOUS in rough.flags and DateFlag.ORDER_AMBIGUOUS not in exact.flags:
        return rough.day.day <= 12 and date(rough.day.year, rough.day.day, rough.day.month) == exact.day
    return False


def main_unit(money: Money) -> Money:
    """The same money in pounds rather than pence, and so on."""
    currency = (money.currency or "").upper()
    if currency in _MINOR_UNITS:
        return Money(money.amount / Decimal(100), _MINOR_UNITS[currency])
    return money


def compare(first: Facet, second: Facet) -> Comparison:
    """The facts of two announcements side by side, the earlier one first."""
    groups: dict[str, list[DateKind]] = {"equal": [], "close": [], "slipped": [], "far": []}
    for kind in sorted(first.days.keys() & second.days.keys()):
        groups[_distance_of(kind, first, second)].append(kind)
    return Comparison(
        first=first,
        second=second,
        equal=tuple(groups["equal"]),
        close=tuple(groups["close"]),
        slipped=tuple(groups["slipped"]),
        far=tuple(groups["far"]),
        amount=compare_amounts(first.said.amount, second.said.amount),
        period=compare_periods(first.said.period, second.said.period),
        keys=compare_keys(first.keys, second.keys),
        classes=compare_classes(first.share_class, second.share_class),
        refers=second.refers_to(first),
    )


def _distance_of(kind: DateKind, first: Facet, second: Facet) -> str:
    one, two = first.days[kind], second.days[kind]
    apart = compare_days(one, two)
    # Next year's dividend may have the same day of the year: a guessed year excuses only news of one season.
    if not apart or (are_misread(one, two) and are_within(first, second, ONE_SEASON)):
        return "equal"
    if apart <= CLOSE:
        return "close"
    return "slipped" if apart <= SLIPPED else "far"


def are_within(first: Facet, second: Facet, span: timedelta) -> bool:
    """Whether both are dated, and no further apart than this."""
    if first.day is None or second.day is None:
        return False
    return abs(second.day - first.day) <= span
