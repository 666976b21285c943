"""All markets together: the port through which the rest of the service asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from calendar_service.markets.actions import add_dates
from calendar_service.markets.calendars import Calendar
from calendar_service.markets.data import find_config, read_markets
from calendar_service.markets.derivation import Derivation, derive
from calendar_service.markets.rules import Market
from calendar_service.model.action import CorporateAction
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate

_DAY = timedelta(days=1)
_SATURDAY = 5
_REMEMBERED = 50_000  # answers; an answer never changes while the process runs
_FAR = date(2200, 1, 1)  # no calendar is asked beyond


def load(path: Path | None = None) -> Markets:
    """The markets of a file, by default the one that ships. Raises DataFileError naming file and key."""
    return Markets(read_markets(path or find_config("markets.toml")))


class Markets:
    """The rules of the world's exchanges (implements the port `Market` of model.ports)."""

    def __init__(self, markets: Sequence[Market]) -> None:
        calendars = {market.key: Calendar(market) for market in markets}
        self._markets = {mic: (market, calendars[market.key]) for market in markets for mic in market.mics}
        self._derive_one = lru_cache(maxsize=_REMEMBERED)(self._derive_uncached)

    @property
    def mics(self) -> tuple[str, ...]:
        """The market identifier codes (ISO 10383) that are known."""
        return tuple(self._markets)

    def market_of(self, mic: str | None) -> Market | None:
        """The rules for this code, or None where it is not known."""
        found = self._markets.get(mic or "")
        return found[0] if found else None

    def derive_one(
        self,
        mic: str,
        record: date | None,
        *,
        bookclose_from: date | None = None,
        event: str | None = None,
        amount_share: Decimal | None = None,
        security: str | None = None,
    ) -> Derivation:
        """The dates for one record date.

        `bookclose_from` is the first day on which the register is closed, `event` what the action
        is (an event type, an ISO 15022 code or free text; left out: an ordinary cash dividend),
        `amount_share` the amount as a share of the security's value (0.25 is a quarter), `security`
        an ISIN or ticker. Where no date is derived, `declined` says why; nothing is raised.
        """
        return self._derive_one(mic, record, bookclose_from, event, amount_share, security)

    def _derive_uncached(
        self,
        mic: str,
        record: date | None,
        bookclose_from: date | None,
        event: str | None,
        amount_share: Decimal | None,
        security: str | None,
    ) -> Derivation:
        found = self._markets.get(mic)
        if found is None:
            return Derivation(mic, record, declined=f"the market {mic!r} is not known")
        return derive(
            *found,
            mic,
            record,
            bookclose_from=bookclose_from,
            event=event,
            amount_share=amount_share,
            security=security,
        )

    def derive(self, action: CorporateAction) -> tuple[tuple[EventDate, ...], tuple[Remark, ...]]:
        """The action's dates with those that the market adds, and notes for people.

        A stated date always wins; where the market's rule gives another day, a note says so. Dates
        that were derived before are derived anew, so that asking twice is asking once.
        """
        found = self._markets.get(action.mic or "")
        return add_dates(action, *(found or (None, None)))

    def trading_days_before(self, mic: str | None, day: date, days: int) -> date:
        """The day that lies `days` trading days before `day`; Monday to Friday where the market is not known."""
        while days > 0:
            day -= _DAY
            days -= self.is_trading_day(mic, day)
        return day

    def is_trading_day(self, mic: str | None, day: date) -> bool:
        """Whether the exchange trades on this day; Monday to Friday where the market is not known."""
        calendar = self._calendar_for(mic, day)
        return calendar.is_trading_day(day) if calendar else day.weekday() < _SATURDAY

    def is_settlement_day(self, mic: str | None, day: date) -> bool:
        """Whether trades settle on this day; Monday to Friday where the market is not known."""
        calendar = self._calendar_for(mic, day)
        return calendar.is_settlement_day(day) if calendar else day.weekday() < _SATURDAY

    def _calendar_for(self, mic: str | None, day: date) -> Calendar | None:
        """The calendar, where it knows the day's holidays at all."""
        found = self._markets.get(mic or "")
        return found[1] if found and found[0].covered_from <= day <= _FAR else None
