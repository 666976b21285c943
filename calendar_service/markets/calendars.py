"""Trading days and business days of one market, from the `holidays` package and the market's own data.

A business day is a day on which the exchange trades and trades settle; record dates and ex-dates
are counted in business days, the last day to buy in trading days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache

from calendar_service.errors import DataFileError
from calendar_service.markets.rules import Days, Market, SpecialDay, Yearly

_DAY = timedelta(days=1)
_WEEKEND = 5
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class Calendar:
    """The days of one market. Years are worked out on first use and kept."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._closed: dict[int, frozenset[date]] = {}
        self._unsettled: dict[int, frozenset[date]] = {}
        self._trading: dict[int, list[date]] = {}
        self._business: dict[int, list[date]] = {}
        self._unsure: dict[int, tuple[date, ...]] = {}
        self._sudden = sorted(
            (day for day in market.trading.closed if day.known is not None), key=lambda item: item.day
        )
        self._sudden_days = [item.day for item in self._sudden]

    def is_trading_day(self, day: date) -> bool:
        """Whether the exchange trades on this day."""
        return _contains(self.trading_days(day.year), day)

    def is_settlement_day(self, day: date) -> bool:
        """Whether trades settle on this day: no weekend, no closed day of the exchange, no bank holiday."""
        return _contains(self.business_days(day.year), day)

    def trading_days(self, year: int) -> list[date]:
        """Trading days from November of the year before to February of the year after, in order."""
        days = self._trading.get(year)
        if days is None:
            days = self._trading[year] = _span(year, self._exchange_closed, _opened(self._market.trading))
        return days

    def business_days(self, year: int) -> list[date]:
        """Business days over the same span."""
        days = self._business.get(year)
        if days is None:
            days = self._business[year] = _span(year, self._nothing_settles, frozenset())
        return days

    def sudden_closures(self, first: date, last: date) -> tuple[SpecialDay, ...]:
        """Exceptional closures in this span, with the days on which they became known."""
        if not self._sudden_days:
            return ()
        low, high = bisect_left(self._sudden_days, first), bisect_right(self._sudden_days, last)
        return tuple(self._sudden[low:high])

    def unsure_days(self, year: int) -> tuple[date, ...]:
        """Business days of which sources differ whether anything settles, over the same span."""
        days = self._unsure.get(year)
        if days is None:
            found = (
                day for near in (year - 1, year, year + 1) for day in _unsure(self._market.settlement, near)
            )
            days = self._unsure[year] = tuple(day for day in found if self.is_settlement_day(day))
        return days

    def business_days_with(self, year: int, closures: Iterable[date]) -> list[date]:
        """Business days as they stood before these closures became known."""
        return sorted({*self.business_days(year), *closures})

    def _exchange_closed(self, year: int) -> frozenset[date]:
        closed = self._closed.get(year)
        if closed is None:
            closed = self._closed[year] = closed_days(self._market.trading, year, self._market.key)
        return closed

    def _nothing_settles(self, year: int) -> frozenset[date]:
        closed = self._unsettled.get(year)
        if closed is None:
            also = closed_days(self._market.settlement, year, self._market.key)
            closed = self._unsettled[year] = self._exchange_closed(year) | also
        return closed


def closed_days(days: Days, year: int, where: str) -> frozenset[date]:
    """The closed days of a year. `where` names the market in an error."""
    closed: set[date] = set()
    for code in days.calendars:
        closed |= _library_days(code, year, where)
    closed |= {day for item in days.yearly if (day := _yearly_day(item, year)) is not None}
    closed |= {item.day for item in days.closed if item.day.year == year}
    return frozenset(closed - {item.day for item in days.open})


def _unsure(days: Days, year: int) -> list[date]:
    yearly = [day for item in days.unsure_yearly if (day := _yearly_day(item, year)) is not None]
    return sorted({*yearly, *(item.day for item in days.unsure if item.day.year == year)})


@cache
def _library_days(code: str, year: int, where: str) -> frozenset[date]:
    import holidays  # 35 ms, paid by the first question only

    try:
        if not code.startswith("country:"):
            return frozenset(holidays.financial_holidays(code, years=year))
        name, _, categories = code.removeprefix("country:").partition(":")
        country, _, part = name.partition("-")
        wanted = tuple(categories.split("+")) if categories else None
        return frozenset(
            holidays.country_holidays(country, subdiv=part or None, years=year, categories=wanted)
        )
    except (NotImplementedError, ValueError) as error:
        raise DataFileError(
            f"markets.{where}: the holidays package has no calendar {code!r}: {error}"
        ) from error


def _yearly_day(item: Yearly, year: int) -> date | None:
    if not item.first <= year <= item.last:
        return None
    if item.easter is not None:
        return easter_sunday(year) + timedelta(days=item.easter)
    if item.nth:
        first = date(year, item.month, 1)
        return first + timedelta(days=(item.weekday - first.weekday()) % 7 + 7 * (item.nth - 1))
    return date(year, item.month, item.day)


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _opened(days: Days) -> frozenset[date]:
    """Weekend days on which the exchange traded all the same."""
    return frozenset(item.day for item in days.open if item.day.weekday() >= _WEEKEND)


def _span(year: int, closed_of: Callable[[int], frozenset[date]], opened: frozenset[date]) -> list[date]:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"no calendar reaches the year {year}")
    closed = closed_of(year - 1) | closed_of(year) | closed_of(year + 1)
    day, last = date(year - 1, 11, 1), date(year + 1, 2, 28)
    days = []
    while day <= last:
        if (day.weekday() < _WEEKEND and day not in closed) or day in opened:
            days.append(day)
        day += _DAY
    return days


def _contains(days: list[date], day: date) -> bool:
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day
