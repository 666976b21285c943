"""What holds for every record date of every market."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.markets import Markets, load

MARKETS = load()
ONE_OF_EACH = sorted({found.key: mic for mic in MARKETS.mics if (found := MARKETS.market_of(mic))}.values())
AFTER_RECORD = {"XSHG", "XSHE", "BVMF"}

mics = st.sampled_from(ONE_OF_EACH)
records = st.dates(date(1985, 1, 1), date(2031, 12, 31))


@given(mics, records)
@settings(max_examples=400, deadline=None)
def test_a_derivation_is_ordered_and_on_trading_days(mic: str, record: date) -> None:
    found = MARKETS.derive_one(mic, record)
    assert bool(found.declined) is (found.ex is None)
    if found.ex is None or found.last_cum is None or found.record_effective is None:
        return
    assert found.last_cum == MARKETS.trading_days_before(mic, found.ex, 1)
    assert MARKETS.is_trading_day(mic, found.ex)
    assert MARKETS.is_settlement_day(mic, found.record_effective) or record.year < 2026
    assert found.record_effective <= record
    assert record - found.ex < timedelta(days=25)
    if mic in AFTER_RECORD:
        assert found.last_cum <= record < found.ex
    else:
        assert found.ex <= record


@given(mics, records, st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_later_record_dates_have_no_earlier_ex_dates(mic: str, record: date, step: int) -> None:
    first = MARKETS.derive_one(mic, record)
    second = MARKETS.derive_one(mic, record + timedelta(days=step))
    if first.ex and second.ex:
        assert first.ex <= second.ex


@given(mics, st.dates(date(1800, 1, 1), date(2300, 1, 1)), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_trading_days_before_counts_trading_days(mic: str, day: date, count: int) -> None:
    found = MARKETS.trading_days_before(mic, day, count)
    between = (found + timedelta(days=n) for n in range((day - found).days))
    assert sum(MARKETS.is_trading_day(mic, item) for item in between) == count


@given(
    st.one_of(mics, st.text(max_size=6)),
    st.dates(),
    st.one_of(st.none(), st.text(max_size=40)),
    st.one_of(st.none(), st.dates()),
)
@settings(max_examples=300, deadline=None)
def test_any_question_has_an_answer(
    mic: str, record: date, event: str | None, bookclose: date | None
) -> None:
    found = MARKETS.derive_one(mic, record, event=event, bookclose_from=bookclose)
    assert bool(found.declined) is (found.ex is None)
    assert found.explain().startswith(mic)


@pytest.mark.parametrize("mic", ONE_OF_EACH)
def test_asking_in_any_order_gives_the_same(mic: str) -> None:
    days = [date(2020, 1, 1) + timedelta(days=5 * n) for n in range(400)]
    forward = [MARKETS.derive_one(mic, item) for item in days]
    fresh: Markets = load()
    backward = [fresh.derive_one(mic, item) for item in reversed(days)]
    assert forward == backward[::-1]
