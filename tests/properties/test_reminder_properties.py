"""The planner in all time zones and on all days on which their clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_service.model.action import Entry
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.reminders import (
    choose_for_digest,
    find_instant,
    find_local_day,
    plan_digest,
    plan_reminders,
    span_digest,
)
from calendar_service.model.subscription import DayCount, Lead, ReminderPlan, Rhythm, Subscription
from tests.reminding import load_market

FIRST, LAST = date(2026, 1, 1), date(2028, 1, 1)
ZONES = sorted(available_timezones())
HOST = "calendar.example"


@cache
def switches(zone: str) -> tuple[date, ...]:
    """The days on which the zone's offset changes, and those beside them."""
    info, found, day = ZoneInfo(zone), set[date](), FIRST
    before = datetime.combine(day, time(12), info).utcoffset()
    while day < LAST:
        day += timedelta(1)
        now = datetime.combine(day, time(12), info).utcoffset()
        if now != before:
            found |= {day - timedelta(1), day, day + timedelta(1)}
        before = now
    return tuple(sorted(found))


def first_instant(day: date, hour: int, zone: str) -> datetime:
    """By looking at the clock on the wall: the first moment at which it shows this hour of this day, or a later one."""
    info = ZoneInfo(zone)
    instant = datetime.combine(day, time(hour), UTC) - timedelta(hours=15)
    wanted = (day, hour)
    while True:
        local = instant.astimezone(info)
        if (local.date(), local.hour) >= wanted:
            return instant
        instant += timedelta(minutes=15)


def exists(day: date, hour: int, zone: str) -> bool:
    local = datetime.combine(day, time(hour), ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)


def make_entry(number: int, kind: DateKind, day: date) -> Entry:
    known = datetime(2025, 1, 1, tzinfo=UTC)
    return Entry(
        f"a{number}-{kind.value}@{HOST}", f"a{number}", "i", kind, EventType.CASH_DIVIDEND,
        Status.CONFIRMED, day, day, 0, known, known, "XTKS",
    )  # fmt: skip


def test_there_are_days_with_a_switch() -> None:
    assert len(ZONES) > 400
    changing = [zone for zone in ZONES if switches(zone)]
    assert len(changing) > 100
    assert {"America/New_York", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"} <= set(changing)


@pytest.mark.parametrize("part", range(8))
def test_each_hour_of_each_switch_is_the_instant_that_the_wall_shows(part: int) -> None:
    for zone in ZONES[part::8]:
        for day in switches(zone):
            found = [find_instant(day, hour, zone) for hour in range(24)]
            present = [found[hour] for hour in range(24) if exists(day, hour, zone)]
            assert present == sorted(present), zone
            assert len(present) >= 22, zone
            for hour in (0, 1, 2, 3, 23):
                if exists(day, hour, zone):
                    assert found[hour] == first_instant(day, hour, zone), (zone, day, hour)
                else:
                    off = found[hour] - first_instant(day, hour, zone)
                    assert timedelta(hours=-1) <= off <= timedelta(hours=2), (zone, day, hour)
            assert all(find_local_day(instant, zone) == day for instant in found), (zone, day)


@given(st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 700))
def test_days_in_a_row_have_instants_in_a_row(zone: str, hour: int, start: int) -> None:
    days = [FIRST + timedelta(start + number) for number in range(5)]
    instants = [find_instant(day, hour, zone) for day in days]
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert all(timedelta(hours=22) <= gap <= timedelta(hours=26) for gap in gaps)


LEADS = st.lists(st.builds(Lead, st.integers(0, 30), st.sampled_from(DayCount)), max_size=4).map(tuple)
PLANS = st.builds(
    ReminderPlan,
    leads=st.dictionaries(st.sampled_from([DateKind.RECORD, DateKind.PAYMENT]), LEADS).map(
        lambda found: tuple(found.items())
    ),
)
READERS = st.builds(
    Subscription, st.just("s"), st.just("a@example.org"), plan=PLANS, zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
)  # fmt: skip
ENTRIES = st.lists(
    st.builds(
        make_entry,
        st.integers(0, 9),
        st.sampled_from([DateKind.RECORD, DateKind.PAYMENT]),
        st.dates(FIRST, LAST),
    ),
    unique_by=lambda entry: entry.uid,
    max_size=6,
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(READERS, ENTRIES, MOMENTS)
def test_what_is_planned(reader: Subscription, entries: list[Entry], now: datetime) -> None:
    count_back = load_market().trading_days_before
    found = plan_reminders(reader, entries, now, count_back, HOST)
    assert len({row.key for row in found}) == len({row.message_id for row in found}) == len(found)
    assert all(row.due_at >= now for row in found)
    assert all(row.day is not None and row.day >= find_local_day(now, reader.zone) for row in found)
    at_once = [row for row in found if row.due_at == now]
    assert len({row.entry_uid for row in at_once}) == len(at_once)
    # planning again a moment later changes no key of what is still to come
    later = now + timedelta(minutes=1)
    again = {row.key: row for row in plan_reminders(reader, entries, later, count_back, HOST)}
    for row in found:
        if row.due_at > later:
            assert again[row.key].due_at == row.due_at


@given(READERS, ENTRIES, MOMENTS)
def test_who_follows_the_plan_loses_nothing(
    reader: Subscription, entries: list[Entry], now: datetime
) -> None:
    """Planned at any later moment, the set is the same but for what has passed: nothing comes twice or never."""
    count_back = load_market().trading_days_before
    start = {row.key: row.due_at for row in plan_reminders(reader, entries, now, count_back, HOST)}
    later = now + timedelta(days=20)
    rest = plan_reminders(reader, entries, later, count_back, HOST, catch_up=False)
    ahead = {key for key, due_at in start.items() if due_at > later}
    assert {row.key for row in rest} == ahead


@given(
    st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]), st.integers(0, 6), st.sampled_from(ZONES),
    st.integers(0, 23), MOMENTS,
)  # fmt: skip
def test_digests_follow_one_another_without_a_gap(
    rhythm: Rhythm, weekday: int, zone: str, hour: int, after: datetime
) -> None:
    reader = Subscription(
        "s", "a@example.org", plan=ReminderPlan(rhythm=rhythm, weekday=weekday), zone=zone, hour=hour
    )
    days = []
    for _ in range(10):
        row = plan_digest(reader, after, HOST)
        assert row is not None
        assert row.due_at > after
        assert row.day is not None
        assert find_local_day(row.due_at, zone) == row.day
        assert rhythm is Rhythm.DAILY or row.day.weekday() == weekday
        days.append(row.day)
        after = row.due_at
    step = timedelta(7 if rhythm is Rhythm.WEEKLY else 1)
    assert days == [days[0] + number * step for number in range(10)]


@given(st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 20), ENTRIES)
def test_a_silence_of_the_service_hides_no_date_from_a_daily_digest(
    zone: str, hour: int, silence: int, entries: list[Entry]
) -> None:
    plan = ReminderPlan(((DateKind.RECORD, (Lead(5), Lead(1))),), rhythm=Rhythm.DAILY)
    reader = Subscription("s", "a@example.org", plan=plan, zone=zone, hour=hour)
    count_back = load_market().trading_days_before
    day = date(2026, 6, 1)
    back = find_instant(day + timedelta(silence), hour, zone)
    today = day + timedelta(silence)
    missed = set[str]()
    for number in range(silence + 1):
        turn = day + timedelta(number)
        span = span_digest(reader, turn, find_instant(turn, hour, zone))
        told = choose_for_digest(reader, entries, span, count_back)
        missed |= {entry.uid for entry in told if entry.day >= today}
    whole = choose_for_digest(reader, entries, span_digest(reader, day, back), count_back)
    assert {entry.uid for entry in whole} == missed
