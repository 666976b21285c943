"""Whether two announcements speak of one action, with the reasons in words.

Dates decide where both state them, then period and amount, then what an announcement says it
follows. Whatever is not certain is left apart and said so: two entries can be merged by a person,
a wrong date in a calendar cannot be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import AmountKind, DateFlag, DateKind, Knowledge, NoticeFunction
from calendar_service.model.facets import Facet, are_related, facet_of
from calendar_service.model.origin import Ranking, rank
from calendar_service.model.period import compare_periods
from calendar_service.model.ports import StoredAnnouncement
from calendar_service.model.security import compare_classes, compare_keys
from calendar_service.model.values import EventDate, Money
from calendar_service.model.wording import describe_amount, describe_date, name_kind

CLOSE = timedelta(days=3)  # a mistaken or moved day; distributions every week are seven apart
SLIPPED = timedelta(days=45)  # one date wrong or moved while another agrees; instalments lie further apart
SAME_NEWS = timedelta(days=7)  # short reports of one announcement appear within a week
ONE_SEASON = timedelta(days=200)  # a moved annual meeting, a change of what was announced
LONGEST = timedelta(days=550)  # from the first forecast of an action to its last word

#: Functions that speak of an action announced before.
FOLLOWING = frozenset(NoticeFunction) - {NoticeFunction.NEW}

_MINOR_UNITS = {"GBX": "GBP", "GBP-PENCE": "GBP", "ZAC": "ZAR", "ILA": "ILS"}


class Verdict(StrEnum):
    """How two announcements stand to each other."""

    SAME = "same"
    ONLY = "only"  # the same if there is no other action it could follow
    POSSIBLE = "possible"  # perhaps the same: a person has to say
    APART = "apart"
    NEVER = "never"  # apart whatever else: one action cannot hold both


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on two announcements, a score to choose between several, and the reasons in words."""

    verdict: Verdict
    score: int
    reasons: tuple[str, ...]
    disagrees: bool = False  # a date, the amount or the period differs


@dataclass(frozen=True, slots=True)
class _Comparison:
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
        return self.second.function in FOLLOWING

    @property
    def foretells(self) -> bool:
        return self.first.is_forecast or self.second.is_forecast

    @property
    def differs(self) -> bool:
        return bool(self.close or self.slipped or self.far)


def explain_match(a: StoredAnnouncement, b: StoredAnnouncement, ranking: Ranking = rank) -> Match:
    """Whether two announcements of one issuer are about one action, and why; the same either way round."""
    return match(facet_of(a, ranking), facet_of(b, ranking))


def match(a: Facet, b: Facet) -> Match:
    """The same for prepared announcements."""
    first, second = sorted((a, b), key=lambda facet: facet.order)
    if never := bar(first, second):
        return Match(Verdict.NEVER, 0, (never,))
    found = _compare(first, second)
    if found.classes is False and found.keys is not True:
        return Match(Verdict.NEVER, 0, _reasons(found))
    verdict, because = _judge(found)
    disagrees = found.differs or found.amount is False or found.period is False
    return Match(verdict, _score(found), (*_reasons(found), because), disagrees)


def compare_amounts(one: Amount | None, two: Amount | None) -> bool | None:
    """True: the same money; False: different; None: it cannot be told (net and gross, two currencies)."""
    if one is None or two is None or one.per != two.per:
        return None
    mine, theirs = _main_unit(one.money), _main_unit(two.money)
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


def _main_unit(money: Money) -> Money:
    currency = (money.currency or "").upper()
    if currency in _MINOR_UNITS:
        return Money(money.amount / Decimal(100), _MINOR_UNITS[currency])
    return money


def bar(first: Facet, second: Facet) -> str:
    """Why one action cannot hold both, whatever else they say; empty where it can."""
    if first.stored.document_id == second.stored.document_id:
        return "One document announces them as two."
    if first.family != second.family and not are_related(first.family, second.family):
        kinds = f"{first.said.event_type.value} and {second.said.event_type.value}".replace("_", " ")
        return f"They are different kinds of action: {kinds}."
    if compare_keys(first.keys, second.keys) is False:
        return "They name different securities."
    return ""


def _compare(first: Facet, second: Facet) -> _Comparison:
    groups: dict[str, list[DateKind]] = {"equal": [], "close": [], "slipped": [], "far": []}
    for kind in sorted(first.days.keys() & second.days.keys()):
        groups[_distance_of(kind, first, second)].append(kind)
    return _Comparison(
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
    if not apart or (are_misread(one, two) and _are_within(first, second, ONE_SEASON)):
        return "equal"
    if apart <= CLOSE:
        return "close"
    return "slipped" if apart <= SLIPPED else "far"


def _judge(found: _Comparison) -> tuple[Verdict, str]:
    if found.first.family != found.second.family:
        return _judge_related(found)
    if found.equal and not found.differs:
        return _judge_equal(found)
    if found.equal:
        return _judge_partly_equal(found)
    if found.differs:
        return _judge_moved(found)
    return _judge_dateless(found)


def _judge_related(found: _Comparison) -> tuple[Verdict, str]:
    meeting = DateKind.MEETING in found.equal and found.first.said.event_type.is_meeting
    if found.equal and not found.differs and (found.amount is True or meeting):
        return Verdict.SAME, "Dates and amount agree, though the kind is worded differently."
    return Verdict.APART, "The kinds are worded differently, and not everything else agrees."


def _judge_equal(found: _Comparison) -> tuple[Verdict, str]:
    if found.amount is not False or len(found.equal) > 1 or found.follows or found.refers:
        return Verdict.SAME, "All dates that both state agree."
    if found.foretells or DateKind.RECORD in found.equal:
        return Verdict.SAME, "All dates that both state agree."
    return Verdict.POSSIBLE, "One date agrees, but the amounts differ."


def _judge_partly_equal(found: _Comparison) -> tuple[Verdict, str]:  # noqa: PLR0911 - a rule, a return
    if found.follows or found.refers or found.foretells:
        return Verdict.SAME, "A date agrees, and the later one may change what was said or foretold."
    if found.period is False:
        return Verdict.APART, "They are for different periods, like instalments of one dividend."
    if found.amount is False and not set(found.equal) - {DateKind.MEETING}:
        return Verdict.APART, "Only the meeting is the same."
    if not found.far:
        if found.amount is not False:
            return Verdict.SAME, "One date agrees, and another lies near: one of them is mistaken or moved."
        return Verdict.POSSIBLE, "One date agrees, but another date and the amount differ."
    if found.amount is True and found.period is True:
        return Verdict.SAME, "One date, the amount and the period agree: another date is mistaken."
    return Verdict.APART, "A date lies far off, like that of another instalment."


def _judge_moved(found: _Comparison) -> tuple[Verdict, str]:  # noqa: PLR0911 - a rule, a return
    """No date is equal, some differ."""
    if found.period is False:
        return Verdict.APART, "They are for different periods."
    if found.refers and (found.follows or found.amount is not False):
        return Verdict.SAME, "The later one says that it follows the announcement of that day."
    if found.foretells and found.period is True:
        return Verdict.SAME, "One of them foretold this period."
    if found.period is True and (found.amount is True or found.follows):
        return Verdict.SAME, "Period and what is announced agree: the dates have moved."
    if found.first.said.event_type.is_meeting and not found.far:
        return _judge_moved_meeting(found)
    if not found.far and not found.slipped:
        if found.amount is not False and (found.amount is True or found.follows):
            return Verdict.SAME, "The dates lie within three days: one of them is mistaken or moved."
        return Verdict.POSSIBLE, "The dates lie within three days, and nothing else tells."
    if found.follows and found.amount is not False and _are_within(found.first, found.second, ONE_SEASON):
        return Verdict.ONLY, "The later one changes an earlier announcement without saying which."
    return Verdict.APART, "Their dates are different."


def _judge_moved_meeting(found: _Comparison) -> tuple[Verdict, str]:
    if found.follows:
        return Verdict.ONLY, "The later one moves a meeting without saying which."
    if found.first.family == "annual_meeting":
        return Verdict.SAME, "A company holds one annual meeting a year: one day is mistaken or moved."
    return Verdict.POSSIBLE, "Two extraordinary meetings near each other may be one that was moved."


def _judge_dateless(found: _Comparison) -> tuple[Verdict, str]:
    """No date can be compared."""
    if found.period is False:
        return Verdict.APART, "They are for different periods."
    settled = found.amount is not False or found.follows or found.foretells
    if found.refers and settled:
        return Verdict.SAME, "The later one says that it follows the announcement of that day."
    if found.period is True and settled and _are_within(found.first, found.second, LONGEST):
        return Verdict.SAME, "They are for the same period."
    if found.amount is True and _are_within(found.first, found.second, SAME_NEWS):
        return Verdict.SAME, "The same amount was announced within a week."
    if found.follows and settled and _are_within(found.first, found.second, LONGEST):
        return Verdict.ONLY, "The later one speaks of an earlier announcement without saying which."
    return Verdict.APART, "Nothing shows that they speak of the same action."


def _are_within(first: Facet, second: Facet, span: timedelta) -> bool:
    if first.day is None or second.day is None:
        return False
    return abs(second.day - first.day) <= span


def _score(found: _Comparison) -> int:
    score = 10 * len(found.equal) + 3 * len(found.close) - 4 * len(found.far) - 2 * len(found.slipped)
    score += {True: 6, False: -3, None: 0}[found.amount] + {True: 5, False: -5, None: 0}[found.period]
    score += {True: 4, False: 0, None: 0}[found.keys] + {True: 2, False: 0, None: 0}[found.classes]
    score += 8 if found.refers else 0
    return score + (2 if found.first.family == found.second.family else 0)


def _reasons(found: _Comparison) -> tuple[str, ...]:
    """What agrees and what does not, a sentence each."""
    lines = [
        f"The {name_kind(kind)} is the same: {describe_date(found.first.days[kind])}." for kind in found.equal
    ]
    lines += [
        f"The {name_kind(kind)} differs: {describe_date(found.first.days[kind])}"
        f" and {describe_date(found.second.days[kind])}."
        for kind in (*found.close, *found.slipped, *found.far)
    ]
    first, second = found.first.said, found.second.said
    if found.amount is not None:
        word = "is the same" if found.amount else "differs"
        amounts = " and ".join(dict.fromkeys((describe_amount(first.amount), describe_amount(second.amount))))
        lines.append(f"The amount {word}: {amounts}.")
    if found.period is not None:
        lines.append(f"The period {'is the same' if found.period else 'differs'}.")
    if found.keys is True:
        lines.append("They name the same security.")
    elif found.classes is not None:
        lines.append(f"The share class {'is the same' if found.classes else 'differs'}.")
    if found.refers:
        lines.append(f"The later one refers to the announcement of {found.first.day}.")
    return tuple(lines)
