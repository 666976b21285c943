"""Gives each date fact its calendar day: the year that the text leaves out, the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numerals import number_of
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.candidates.weekdays import Weekdays
from calendar_service.extract.sentence.statements import STRANGE, DateFact, Statement, Tools
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import Remark, remark

GUESSED = remark(
    "the text states no year for the dates; the one usual for its financial year, or of its other dates, was taken"
)

# Markets whose documents write the month first, and those that write the day first (MICs).
_MONTH_FIRST = {"XNAS", "XNYS", "XASE", "ARCX", "BATS", "OTCM"}
_DAY_FIRST = {"XLON", "XASX", "XSES", "XHKG", "XNSE", "XBOM", "XOSL", "XSTO", "XHEL", "XCSE", "XNZE", "XJSE", "XETR", "XPAR", "XAMS", "XMIL", "XMAD", "BVMF"}  # fmt: skip
_BY_CURRENCY = {"USD": "mdy", "GBP": "dmy", "SGD": "dmy", "AUD": "dmy", "NZD": "dmy", "INR": "dmy", "HKD": "dmy", "MYR": "dmy"}  # fmt: skip

_LATER = timedelta(days=60)  # an announcement speaks of days that lie at most this far behind it
_PAID = frozenset({"record", "ex", "payment", "last_cum"})
_INTERIM = 9  # from this month on, dividends are those of the running financial year
_MIDDLE = 15  # a month alone is read as its middle
_COMPARED = 14  # signs between words of comparison and their year ("the same period of the year 2018")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_AND_MONTH = re.compile(r"(\D*)(\d{1,4})\D{1,2}(1[0-2]|0?[1-9])(?!\d)")  # with the name of an era
_CENTURY = 2000  # of a year of two digits
_PAID_LATE = 3  # months after the end of a financial year
_ONE_YEAR = re.compile(r"(?<![\w.,/:$€£¥-])(?<!©\s)20\d\d(?![\w,:/-]|\.\d)")
_OPENING = re.compile(r"[^\d\n]{0,10}((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\d-])")  # the month of the document
_MONTH = timedelta(days=31)
_APART = timedelta(days=200)  # dates of one sentence lie at most this far apart
_NEAR_MONTH = 16  # signs around a weekday and its number in which the name of a month makes another day of it
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Dated:
    """A date that has been given its year."""

    fact: DateFact
    day: date
    inferred: bool = False
    month_only: bool = False
    ambiguous: bool = False
    # The year is that in which a payment for a told financial year is usual, or that of other dates.
    guessed: bool = False
    other_weekday: bool = False  # the text tells another weekday for it


def doubts_of(dates: Iterable[Dated]) -> list[Remark]:
    """The reasons to doubt dates that lie in how their days were told."""
    dates = [*dates]
    off = [one.day for one in dates if one.other_weekday]
    found = [GUESSED] if any(one.guessed for one in dates) else []
    found += [STRANGE] if any(one.fact.strange for one in dates) else []
    return [*found, remark("the text tells another weekday for {day}", day=off[0])] if off else found


def next_day(month: int, day: int, base: date) -> date | None:
    """The first such day that a document of the day `base` may speak of; None where there is none (29 February)."""
    return next((one for one in _days_around(month, day, base) if one >= base - _LATER), None)


def _days_around(month: int, day: int, base: date) -> list[date]:
    days = (as_date(year, month, day) for year in (base.year - 1, base.year, base.year + 1))
    return [one for one in days if one is not None]


class Resolver:
    """Resolves the dates of one document. `base` is its own day, None where it is not known; `tools` find the times that a
    payment may be for, and weekdays.
    """

    def __init__(
        self,
        shadow: str,
        issuer: Issuer,
        currency: str | None,
        base: date | None,
        tools: Sequence[Tools] = (),
    ) -> None:
        self.shadow = shadow
        self._periods = [one.periods for one in tools if one.periods]
        self._numerals = {one.lexicon.numerals for one in tools if one.lexicon.numerals}
        self._months = {name for one in tools for name in one.lexicon.months}
        self._tools = tools
        self._weekdays = Weekdays([one.lexicon for one in tools])
        self._full: dict[tuple[str, int, int], set[int]] = {}  # the years of each kind of day that are told
        self.base = base
        self._last: date | None = (
            None  # the last full date of an event, a guide where the document has no day
        )
        self._financial: int | None = None
        self._year_ends = [one.year_ends for one in tools if one.year_ends]
        self._year_end: tuple[int, ...] | None = (
            None  # of the financial year, with its month; () where none is told
        )
        self._anchor: date | None = None  # the first full date of a payment, wherever it stands
        self._beside: date | None = None  # the first full date of something else
        self._without_year = 0  # days of payments that lack their year
        self._asked = False  # whether the text has been searched for years
        self._compared: list[int] = []  # where words end that lead to the year of another period
        self._order = _order_of_market(issuer, currency)
        self._learned: str | None = None  # from the document's own dates
        opening = _OPENING.match(shadow)
        self._opening = date(int(opening[1]), int(opening[2]), 1) if opening else None

    def learn_order(self, statements: Iterable[Statement]) -> None:
        """Takes the order of day and month from numeric dates that can only be read in one order."""
        orders = set()
        for said in statements:
            if not (said.dates or said.loose):
                continue
            for span in [*(fact.span for fact in said.dates), *said.loose]:
                if span.numeric and span.other is span.reverse is None and span.day and span.day > 12:
                    orders.add(self._written_order(span, span.day))
        if len(orders) == 1:
            self._order = self._learned = orders.pop()

    def learn_year(self, statements: Iterable[Statement]) -> None:
        """Takes the first financial year that is told, a guide where the document has no day and no full date.

        Where no payment has a full date either, and all the others are of one year, the first of these is the guide.
        """
        others = list[date]()
        for said in statements:
            spans = [*(fact.span for fact in said.dates), *said.loose]
            others += [span.value or date(span.year, span.month, _MIDDLE) for span in spans if span.year]
            for fact in said.dates:
                if fact.span.year and fact.span.day:
                    kind = (fact.kind, fact.span.month, fact.span.day)
                    self._full.setdefault(kind, set()).add(fact.span.year)
            full = [fact.span.value for fact in said.dates if fact.span.value and fact.kind in _PAID]
            self._anchor = self._anchor or next(iter(full), None)
            if self._financial is None and said.periods:
                found = _YEAR.search(self.shadow, *said.periods[0])
                self._financial = int(found[0]) if found else None
            self._compared += (hit.end for hit in said.marks if hit.phrase.value == "comparison")
            self._without_year += sum(fact.kind in _PAID and fact.span.year is None for fact in said.dates)
        if self._anchor is None and self._financial is None and others and max(others) - min(others) < _APART:
            self._beside = others[0]

    def _guess(self, fact: DateFact) -> Dated | None:
        """The day as it is told elsewhere with its year, else that in the year in which dividends of the financial year are
        paid: interim ones in it, others in the next.
        """
        month = fact.span.month
        told = self._full.get((fact.kind, month, fact.span.day or 0), ())
        if len(told) == 1:
            day = as_date(next(iter(told)), month, fact.span.day or 1)
            return Dated(fact, day, inferred=True) if day else None
        if self._anchor is None and fact.kind != "meeting" and (ends := self._find_year_end()):
            return self._within_year(fact, *ends)
        if self._financial is None:
            anchor = self._guide_for(fact)
            years = (anchor.year - 1, anchor.year, anchor.year + 1) if anchor else ()
            near = [as_date(year, month, fact.span.day or 1) for year in years]
            days = [day for day in near if day and anchor and abs(day - anchor) < _APART]
            day = min(days, key=lambda one: abs(one - (anchor or one)), default=None)
            return Dated(fact, day, inferred=True, guessed=True) if day else None
        day = as_date(self._financial + (month < _INTERIM), month, fact.span.day or 1)
        return Dated(fact, day, inferred=True, guessed=True) if day else None

    def _find_year_end(self) -> tuple[int, ...]:
        """Year and last month of the first financial year that is told so; () where none is. The text is searched once."""
        if self._year_end is None:
            told = next((found for one in self._year_ends if (found := one.search(self.shadow))), None)
            ends = _YEAR_AND_MONTH.match(told[0]) if told else None
            before = {"": 0 if ends and len(ends[2]) > 2 else _CENTURY}
            before |= {name: year for one in self._tools for name, year in one.lexicon.eras.items()}
            self._year_end = (int(ends[2]) + before[ends[1]], int(ends[3])) if ends else ()
        return self._year_end

    @staticmethod
    def _within_year(fact: DateFact, year: int, last: int) -> Dated | None:
        """The day in a financial year of which the last month is told; a payment may follow in the next three months."""
        month = fact.span.month
        late = fact.kind not in ("record", "ex", "last_cum") and 0 < (month - last) % 12 <= _PAID_LATE
        year += month < last if late else -(month > last)
        day = as_date(year, month, fact.span.day or 1)
        return Dated(fact, day, inferred=True, guessed=True) if day else None

    def _guide_for(self, fact: DateFact) -> date | None:
        """A day near which a date without a year is sought: that of a payment, else of what else is told; where several days
        of payments lack their year, the middle of the one year that the document names.
        """
        if self._anchor is not None or fact.kind == "declaration":
            return self._anchor
        if self._beside is None and not self._asked:
            self._asked = True
            several = fact.kind in _PAID and self._without_year > 1
            self._beside = (self._middle_of_year() if several else None) or self._told_anywhere()
        return self._beside

    def _told_anywhere(self) -> date | None:
        """The first full date of the whole text, where all of them lie near one another: also in sentences that say nothing."""
        spans = {one.start: one for tools in self._tools for one in tools.dates.read(self.shadow)}
        told = [one.value for one in spans.values() if one.value]
        return told[0] if told and max(told) - min(told) < _APART else None

    def _middle_of_year(self) -> date | None:
        """The middle of the one year that the document names, besides financial ones and those that it compares with."""
        spans = [match.span() for one in self._periods for match in one.finditer(self.shadow)]
        financial = {place for low, high in spans for place in range(low, high)}
        others = financial | {place for end in self._compared for place in range(end, end + _COMPARED)}
        found = _ONE_YEAR.finditer(self.shadow)
        years = {int(match[0]) for match in found if match.start() not in others}
        years |= {
            number_of(match[1], signs) for signs in self._numerals for match in _headed(signs, self.shadow)
        }
        return date(years.pop(), 7, 1) if len(years) == 1 else None

    def _written_order(self, span: DateSpan, day: int) -> str:
        return "dmy" if self.shadow[span.start : span.end].lstrip("0").startswith(str(day)) else "mdy"

    def resolve(self, fact: DateFact, siblings: list[date], behind: date | None = None) -> Dated | None:
        """The fact with its day. None where no year can be told.

        `siblings` are the full dates of its sentence, `behind` is the one that ends the list that it stands in ("1 April,
        29 June and 2 October 2026"): no day of a list lies behind it.
        """
        dated = self._resolve(fact, siblings, behind)
        if dated is not None and fact.span.near:
            dated = self._beside_another(dated)
        if dated is None or dated.month_only:
            return dated
        weekday = self._weekdays.beside(self.shadow, fact.span.start, fact.span.end)
        return dated if weekday is None else _proven(dated, weekday)

    def _resolve(self, fact: DateFact, siblings: list[date], behind: date | None) -> Dated | None:
        span = fact.span
        if not span.month or span.day is None:
            return self._month(fact, siblings) if span.month else self._day_of_month(fact)
        if span.value is not None:
            self._last = span.value
            return self._ordered(fact, span, span.value)
        if span.short is not None:
            return self._shortened(fact, next(iter(siblings), self.base))
        if span.turn < 0 or (span.years is not None and (span.years or self.base)):
            return self._counted(fact, siblings)
        if behind is not None:
            return self._before(fact, behind)
        if not siblings and self.base is None and self._may_follow(span.month, span.day):
            siblings = [self._last] if self._last else []
        dated = self._infer(fact, span.month, span.day, siblings)
        weekday = (
            self._weekdays.beside(self.shadow, span.start, span.end) if dated and not self.base else None
        )
        return dated if dated is None or weekday is None else _on_weekday(dated, weekday)

    def _may_follow(self, month: int, day: int) -> bool:
        """Whether such a day near the last full date lies in the year behind the month of the document, where that is told."""
        if self._last is None or self._opening is None:
            return True
        last = self._last
        near = min(_days_around(month, day, last), key=lambda one: abs(one - last), default=last)
        return near < self._opening + 12 * _MONTH

    def _beside_another(self, dated: Dated) -> Dated | None:
        """A day whose month only the date before it tells: it has to lie in the two months behind the document's day; a guess
        where the document has none.
        """
        base = self.base or self._opening
        if base is not None and not base <= dated.day < base + 2 * _MONTH:
            return None
        return replace(dated, inferred=True, guessed=base is None)

    def _shortened(self, fact: DateFact, base: date | None) -> Dated | None:
        """A day whose year has two digits: near a full one it is meant so, else it may be that of an era."""
        span = fact.span
        day = as_date(span.short or 0, span.month, span.day or 1)
        if day is None or (base and abs(day - base) > 2 * _APART):
            return None
        self._last = day
        return Dated(fact, day, guessed=base is None)

    def _infer(self, fact: DateFact, month: int, day: int, siblings: list[date]) -> Dated | None:
        """The year is that of the dates beside it, else the first in which the day lies ahead of the announcement."""
        if siblings:
            base = siblings[0]
            days = [one for one in _days_around(month, day, base) if one >= base - _APART]
            if fact.span.turn > 0:  # "on 22 July next" is the first one behind, unless that lies far off
                days = [one for one in days if base <= one < base + _APART] or days
            return Dated(fact, min(days, key=lambda one: abs(one - base)), inferred=True) if days else None
        start = self.base or self._opening
        if start is None:
            return self._guess(fact)
        found = next_day(month, day, start)
        return Dated(fact, found, inferred=True) if found else None

    @staticmethod
    def _before(fact: DateFact, last: date) -> Dated | None:
        """The last such day that is not behind another one."""
        days = (as_date(year, fact.span.month, fact.span.day or 1) for year in (last.year, last.year - 1))
        day = next((day for day in days if day and day <= last), None)
        return Dated(fact, day, inferred=True) if day else None

    def _day_of_month(self, fact: DateFact) -> Dated | None:
        """A day of a month that is counted from the document's own, or the next or last such day seen from there."""
        span, base = fact.span, self.base
        if span.weekday is not None:
            return self._named_day(fact, span.weekday)
        if base is None or span.day is None or (span.ahead is None and not span.turn):
            return None
        counts = (-1, 0, 1) if span.ahead is None else (span.ahead,)
        months = (divmod(base.year * 12 + base.month - 1 + count, 12) for count in counts)
        days = [day for year, month in months if (day := as_date(year, month + 1, span.began or span.day))]
        told = [day for day in days if not span.turn or (day >= base if span.turn > 0 else day <= base)]
        found = (max if span.turn < 0 else min)(told, default=None)
        day = as_date(found.year, found.month, span.day) if found else None
        return Dated(fact, day, inferred=True) if day else None

    def _named_day(self, fact: DateFact, weekday: int) -> Dated | None:
        """The day with this number and weekday that is nearest to the document's own; what is paid, as a guess, to the first
        full date. None where a month is told beside it, which is another way to tell a day.
        """
        beside = self.shadow[max(0, fact.span.start - _NEAR_MONTH) : fact.span.end + _NEAR_MONTH]
        if not self._months.isdisjoint(_LETTERS.findall(beside)):
            return None
        base = self.base or (fact.kind in _PAID and (self._anchor or self._beside)) or None
        months = (divmod(base.year * 12 + base.month - 1 + count, 12) for count in (0, 1, -1)) if base else ()
        days = [day for year, month in months if (day := as_date(year, month + 1, fact.span.day or 1))]
        fitting = [day for day in days if day.weekday() == weekday]
        guessed = self.base is None or len(fitting) > 1
        return Dated(fact, fitting[0], inferred=True, guessed=guessed) if fitting else None

    def _counted(self, fact: DateFact, siblings: list[date]) -> Dated | None:
        """A day whose year is counted from the document's, or that lies behind it."""
        span, base = fact.span, self.base
        if span.turn:
            last = base or next(iter(siblings), None)
            around = _days_around(span.month, span.day or 1, last) if last else []
            day = max((one for one in around if last and one <= last), default=None)
            return Dated(fact, day, inferred=True) if day else None
        day = as_date(base.year + (span.years or 0), span.month, span.day or 1) if base else None
        return Dated(fact, day, inferred=True) if day else None

    def _month(self, fact: DateFact, siblings: list[date]) -> Dated | None:
        year = fact.span.year
        if year:
            return Dated(fact, date(year, fact.span.month, 1), month_only=True)
        base = siblings[0] if siblings else self.base
        if base is None:
            return None
        year = base.year + (1 if fact.span.month < base.month - 2 else 0)
        return Dated(fact, date(year, fact.span.month, 1), inferred=True, month_only=True)

    def _ordered(self, fact: DateFact, span: DateSpan, day: date) -> Dated:
        if span.other is None:
            turned = span.reverse and self._learned and self._learned != self._written_order(span, day.day)
            return Dated(fact, span.reverse if turned and span.reverse else day)
        if self._order is None:
            return Dated(fact, day, ambiguous=True)
        return Dated(fact, day if self._written_order(span, day.day) == self._order else span.other)


def _headed(signs: Sequence[str], shadow: str) -> Iterable[re.Match[str]]:
    """The years in digits or in numerals, of these signs, that end a line, as above a column of days ("事項 二零二六年")."""
    numerals = "".join(signs[:10])
    return re.finditer(rf"(?<![\w])(20\d\d|[{numerals}]{{4}})\s?年[ \t]*(?=\n|\Z)", shadow)


def _proven(dated: Dated, weekday: int) -> Dated:
    """A day, by the weekday that the text tells of it: that settles which number is the month, or casts doubt on the day."""
    span = dated.fact.span
    if dated.ambiguous:
        days = [day for day in (span.value, span.other) if day and day.weekday() == weekday]
        if len(days) == 1:
            return replace(dated, day=days[0], ambiguous=False)
    return dated if dated.day.weekday() == weekday else replace(dated, other_weekday=True)


def _on_weekday(dated: Dated, weekday: int) -> Dated:
    """A day whose year is inferred, with the weekday that the text tells: that settles a year which was guessed; where the
    year has another weekday, one near it is taken that has this one, and stays a guess.
    """
    day = dated.day
    if day.weekday() == weekday:
        return replace(dated, guessed=False)
    near = (as_date(day.year + turn, day.month, day.day) for turn in (-1, 1, -2, 2))
    found = next((one for one in near if one and one.weekday() == weekday), day)
    return replace(dated, day=found, guessed=True)


def _order_of_market(issuer: Issuer, currency: str | None) -> str | None:
    markets = {one.mic for one in issuer.ids if one.mic}
    if markets & _MONTH_FIRST and not markets & _DAY_FIRST:
        return "mdy"
    if markets & _DAY_FIRST and not markets & _MONTH_FIRST:
        return "dmy"
    return _BY_CURRENCY.get(currency or "")
