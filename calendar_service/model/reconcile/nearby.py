"""Which groups an announcement could belong to at all, found by what they share instead of one by one.

Two announcements that share no near date, no period, no reference and no amount of the same week are never
one action (see `matching`), unless the later one only says that it changes something announced before. So each
group is filed under its dates, periods, days of announcement and amounts, and an announcement is compared
with the groups that it meets there: the work grows with what is announced at one time, not with an
issuer's whole history.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date

from calendar_service.model.codes import DateFlag, DateKind, Knowledge
from calendar_service.model.reconcile.comparison import FOLLOWING, SLIPPED, main_unit
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.period import parse_period
from calendar_service.model.values import EventDate

_WEEK = 8  # days of one drawer: what lies within seven days is in it or in the next
_SEASON = SLIPPED.days + 1
_YEAR = 366
_LONG = 20  # years: what reaches further is sought everywhere

Key = tuple[Hashable, ...]
Reach = tuple[int, int]  # the first and the last day, as ordinals


class Register:
    """Drawers with the numbers of groups in them."""

    def __init__(self) -> None:
        self._drawers: dict[Key, set[int]] = {}
        self._years: dict[Key, set[int | None]] = {}  # the years in which something is filed under a key
        self._youngest: dict[str, int] = {}

    def file(self, number: int, members: Iterable[Facet], reach: Reach) -> None:
        """Files a group under what these members say; `reach` is the whole group's."""
        years = _years(reach)
        for facet in members:
            for key in _daily_keys(facet):
                self._drawers.setdefault(key, set()).add(number)
            for key in _lasting_keys(facet):
                self._years.setdefault(key, set()).update(years)
                for year in years:
                    self._drawers.setdefault((*key, year), set()).add(number)
            self._youngest[facet.family] = max(number, self._youngest.get(facet.family, 0))

    def find(self, facet: Facet, reach: Reach) -> list[int]:
        """The numbers of the groups that share something with an announcement, oldest first.

        Where there is none, that of its family's youngest, to say what it was told apart from.
        """
        found: set[int] = set()
        for key in _sought_daily_keys(facet):
            found |= self._drawers.get(key, set())
        years = _years(reach)
        is_open = facet.day is None or bool(facet.said.references)
        for key in _sought_lasting_keys(facet):
            found |= self._among(key, years, everywhere=is_open)
        if facet.function in FOLLOWING and facet.day is not None:
            found |= self._among(("family", facet.family), years)
        if not found and facet.family in self._youngest:
            found.add(self._youngest[facet.family])
        return sorted(found)

    def _among(self, key: Key, years: Sequence[int | None], *, everywhere: bool = False) -> set[int]:
        """What is filed under a key in these years."""
        filed = self._years.get(key, set())
        sought = filed if everywhere or None in years else filed.intersection((None, *years))
        return set().union(*(self._drawers[(*key, year)] for year in sought))


def _years(reach: Reach) -> Sequence[int | None]:
    first, last = (day // _YEAR for day in reach)
    return range(first, last + 1) if last - first <= _LONG else (None,)


def _daily_keys(facet: Facet) -> Iterator[Key]:
    """Under what a group is filed by day."""
    for kind, item, day in _telling(facet):
        rough = item.knowledge is Knowledge.MONTH
        yield "month", kind, day.year, day.month, rough
        yield "season", facet.family, kind, day.toordinal() // _SEASON
        yield from (("near", kind, one.toordinal() // _WEEK) for one in _readings(item, day))
    if facet.day is not None:
        yield "announced", facet.family, facet.day
        if (amount := facet.said.amount) is not None:
            number = main_unit(amount.money).amount
            yield "amount", facet.family, amount.per, number, facet.day.toordinal() // _WEEK


def _sought_daily_keys(facet: Facet) -> Iterator[Key]:
    """Where groups filed by day are sought."""
    for kind, item, day in _telling(facet):
        yield "month", kind, day.year, day.month, True
        if item.knowledge is Knowledge.MONTH:
            yield "month", kind, day.year, day.month, False
        for one in _readings(item, day):
            yield from (("near", kind, drawer) for drawer in _around(one, _WEEK))
        if facet.said.event_type.is_meeting:
            yield from (("season", facet.family, kind, drawer) for drawer in _around(day, _SEASON))
    yield from (("announced", facet.family, day) for day in facet.said.references)
    if facet.day is not None and (amount := facet.said.amount) is not None:
        key = ("amount", facet.family, amount.per, main_unit(amount.money).amount)
        yield from ((*key, drawer) for drawer in _around(facet.day, _WEEK))


def _lasting_keys(facet: Facet) -> Iterator[Key]:
    """Under what a group is filed for all its life: its family, its periods, days whose year is not certain."""
    yield "family", facet.family
    yield from _period_keys(facet)
    yield from (
        ("anniversary", kind, day.month, day.day, DateFlag.YEAR_INFERRED in item.flags)
        for kind, item, day in _telling(facet)
    )


def _sought_lasting_keys(facet: Facet) -> Iterator[Key]:
    yield from _period_keys(facet)
    yield from (
        ("anniversary", kind, day.month, day.day, DateFlag.YEAR_INFERRED not in item.flags)
        for kind, item, day in _telling(facet)
    )


def _period_keys(facet: Facet) -> Iterator[Key]:
    if facet.said.period:
        period = parse_period(facet.said.period)
        yield "words", facet.family, period.words
        yield from (("part", facet.family, year, period.parts) for year in period.years)


def _telling(facet: Facet) -> Iterator[tuple[DateKind, EventDate, date]]:
    return ((kind, item, item.day) for kind, item in facet.days.items() if item.day is not None)


def _readings(item: EventDate, day: date) -> Iterator[date]:
    """The day, and the one that it is with day and month the other way round, where that is open."""
    yield day
    if DateFlag.ORDER_AMBIGUOUS in item.flags and day.day <= 12:
        yield date(day.year, day.day, day.month)


def _around(day: date, width: int) -> range:
    drawer = day.toordinal() // width
    return range(drawer - 1, drawer + 2)
