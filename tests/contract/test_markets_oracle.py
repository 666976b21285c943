"""Trading days against a second library, where it is installed. Days that differ are decided in the data."""

from __future__ import annotations

import warnings
from datetime import date, timedelta

import pytest

from calendar_service.markets import load

exchange_calendars = pytest.importorskip("exchange_calendars")

# "+" the other library says open, "-" closed. Each was decided: see config/markets.toml.
DECIDED = {
    "XTSE": {"2008-12-17+"},
    "XHKG": {"2023-09-01+", "2023-09-08+"},
    "XKRX": {"2026-06-03+", "2026-07-17+"},
    # Joint leave and regional elections, announced late, which the other library does not know, and the
    # whole of 2026.
    "XIDX": {
        "2018-06-27+",
        "2022-04-29+",
        "2022-05-04+",
        "2022-05-05+",
        "2022-05-06+",
        "2025-08-18+",
        "2026-01-16+",
        "2026-02-16+",
        "2026-03-18+",
        "2026-03-19+",
        "2026-03-20+",
        "2026-03-23+",
        "2026-03-24+",
        "2026-05-15+",
        "2026-05-27+",
        "2026-05-28+",
        "2026-06-16+",
        "2026-08-25+",
        "2026-12-24+",
    },
    "XTAI": {"2022-02-04+", "2023-01-18+", "2024-10-31+"},
}
ASKED = [
    "XNYS",
    "XTSE",
    "XTKS",
    "XLON",
    "XDUB",
    "XETR",
    "XPAR",
    "XAMS",
    "XBRU",
    "XLIS",
    "XMIL",
    "XMAD",
    "XSWX",
    "XOSL",
    "XHKG",
    "XASX",
    "XNZE",
    "XSES",
    "XBOM",
    "XKRX",
    "XSHG",
    "BVMF",
    "XTAI",
    "XSTO",
    "XHEL",
    "XCSE",
    "XICE",
    "XWBO",
    "XIDX",
]


@pytest.mark.slow
@pytest.mark.parametrize("mic", ASKED)
def test_trading_days_agree(mic: str) -> None:
    markets = load()
    market = markets.market_of(mic)
    assert market is not None
    first, last = max(market.covered_from, date(2000, 1, 1)), min(market.verified_until, date(2026, 12, 31))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = exchange_calendars.get_calendar(mic, start=first.isoformat(), end=last.isoformat())
        sessions = {session.date() for session in calendar.sessions}
    differing = {
        f"{day}{'+' if day in sessions else '-'}"
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if (day in sessions) != markets.is_trading_day(mic, day)
    }
    assert differing == DECIDED.get(mic, set())
