"""The planner by itself: instants, keys, and which reminders there are to be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from calendar_service.model.action import Entry
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.reminders import (
    choose_for_digest,
    find_instant,
    is_superseded,
    make_message_id,
    plan_digest,
    plan_notice,
    plan_reminders,
    reminder_key,
    selects,
    span_digest,
)
from calendar_service.model.subscription import (
    DayCount,
    Delivery,
    Lead,
    ReminderPlan,
    Rhythm,
    Selection,
    Subscription,
)
from tests.reminding import load_market

HOST = "calendar.example"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def entry(kind: DateKind, day: date, **fields: object) -> Entry:
    values: dict[str, object] = {
        "uid": f"a1-{kind.value}@{HOST}", "action_id": "a1", "issuer_id": "i1", "kind": kind,
        "event_type": EventType.CASH_DIVIDEND, "status": Status.CONFIRMED, "day": day, "last_day": day,
        "sequence": 0, "created_at": CREATED, "changed_at": CREATED, "mic": "XETR",
    }  # fmt: skip
    return Entry(**(values | fields))  # type: ignore[arg-type]


def reader(plan: ReminderPlan | None = None, **fields: object) -> Subscription:
    return Subscription("s1", "holder@example.org", plan=plan or ReminderPlan(), **fields)  # type: ignore[arg-type]


def leads(kind: DateKind, *found: Lead, rhythm: Rhythm = Rhythm.SINGLE, weekday: int = 0) -> ReminderPlan:
    return ReminderPlan(((kind, found),), rhythm=rhythm, weekday=weekday)


def plan(subscription: Subscription, entries: list[Entry], now: datetime, **more: bool) -> list[Delivery]:
    return plan_reminders(subscription, entries, now, load_market().trading_days_before, HOST, **more)


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        (date(2026, 3, 2), 8, "UTC", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        (date(2026, 3, 2), 8, "Asia/Tokyo", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        (date(2026, 3, 2), 8, "Asia/Kathmandu", datetime(2026, 3, 2, 2, 15, tzinfo=UTC)),
        # 02:00 does not exist in New York on this day: it comes at what the clock then calls 03:00
        (date(2026, 3, 8), 2, "America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
        # 01:00 comes twice: the first one counts
        (date(2026, 11, 1), 1, "America/New_York", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        # midnight does not exist in Santiago on this day
        (date(2026, 9, 6), 0, "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        # the day's last hour does not exist in Nuuk: it must not come on the next day
        (date(2026, 3, 28), 23, "America/Nuuk", datetime(2026, 3, 29, 0, tzinfo=UTC)),
        # half an hour is skipped on Lord Howe
        (date(2026, 10, 4), 2, "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ],
)
def test_a_local_hour_is_one_instant(day: date, hour: int, zone: str, expected: datetime) -> None:
    assert find_instant(day, hour, zone) == expected


def test_the_default_plan_for_a_dividend_in_berlin() -> None:
    entries = [
        entry(
            DateKind.LAST_CUM, date(2026, 4, 7)
        ),  # the Tuesday after Easter: Friday and Monday are no trading days
        entry(DateKind.PAYMENT, date(2026, 4, 10)),
        entry(DateKind.DECLARATION, date(2026, 4, 1)),  # nobody is reminded of it
    ]
    found = plan(reader(zone="Europe/Berlin"), entries, datetime(2026, 3, 2, tzinfo=UTC))
    assert [(row.day, row.lead, row.due_at) for row in found] == [
        (date(2026, 4, 7), Lead(3, DayCount.TRADING), datetime(2026, 3, 31, 6, tzinfo=UTC)),
        (date(2026, 4, 7), Lead(1, DayCount.TRADING), datetime(2026, 4, 2, 6, tzinfo=UTC)),
        (date(2026, 4, 10), Lead(0), datetime(2026, 4, 10, 6, tzinfo=UTC)),
    ]


def test_trading_days_are_those_of_the_issuers_market() -> None:
    three = reader(leads(DateKind.RECORD, Lead(3, DayCount.TRADING)))
    golden_week = date(2026, 5, 8)  # Tokyo is closed from 4 to 6 May and from 29 April
    days = {
        mic: plan(three, [entry(DateKind.RECORD, golden_week, mic=mic)], CREATED)[0].due_at.date()
        for mic in ("XTKS", "XNYS", None)
    }
    assert days == {"XTKS": date(2026, 4, 30), "XNYS": date(2026, 5, 5), None: date(2026, 5, 5)}


def test_of_several_that_are_past_only_the_latest_goes_out_now() -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    plan_ = leads(DateKind.MEETING, Lead(14), Lead(7), Lead(2), Lead(0))
    found = plan(reader(plan_), [entry(DateKind.MEETING, date(2026, 3, 15))], now)
    assert [(row.lead, row.due_at) for row in found] == [
        (Lead(7), now),
        (Lead(2), datetime(2026, 3, 13, 8, tzinfo=UTC)),
        (Lead(0), datetime(2026, 3, 15, 8, tzinfo=UTC)),
    ]
    told = plan(reader(plan_), [entry(DateKind.MEETING, date(2026, 3, 15))], now, catch_up=False)
    assert [row.lead for row in told] == [Lead(2), Lead(0)]


def test_the_day_itself_still_counts_in_the_readers_zone() -> None:
    now = datetime(2026, 3, 10, 20, tzinfo=UTC)
    paid = [entry(DateKind.PAYMENT, date(2026, 3, 10))]
    assert [row.due_at for row in plan(reader(), paid, now)] == [now]
    assert plan(reader(zone="Asia/Tokyo"), paid, now) == []  # it is the 11th there


@pytest.mark.parametrize(
    "fields", [{"removed_at": CREATED}, {"status": Status.WITHDRAWN}, {"status": Status.CANCELLED}]
)
def test_what_is_over_is_not_reminded_of(fields: dict[str, object]) -> None:
    assert plan(reader(), [entry(DateKind.PAYMENT, date(2026, 5, 1), **fields)], CREATED) == []


def test_keys_and_message_ids_never_change() -> None:
    key = reminder_key("s1", "a1-record@calendar.example", date(2026, 3, 31), Lead(3, DayCount.TRADING))
    assert key == "s1:reminder:a1-record@calendar.example:2026-03-31:t3"
    assert make_message_id(key, HOST) == "<61f59422499ae4fa3c3a648ea3514fdd45276370@calendar.example>"
    found = plan(reader(), [entry(DateKind.RECORD, date(2026, 3, 31))], CREATED)
    again = plan(reader(hour=20), [entry(DateKind.RECORD, date(2026, 3, 31))], CREATED)
    assert [row.key for row in found] == [row.key for row in again]
    assert [row.message_id for row in found] == [row.message_id for row in again]
    assert len({row.message_id for row in found}) == len(found) == 2
    moved = plan(reader(), [entry(DateKind.RECORD, date(2026, 4, 1))], CREATED)
    assert not {row.key for row in found} & {row.key for row in moved}


def test_a_selection_takes_what_it_names() -> None:
    record = entry(DateKind.RECORD, date(2026, 3, 31), mic="XTKS", status=Status.FORECAST)
    assert selects(Selection(), record)
    assert not selects(Selection(kinds=(DateKind.PAYMENT,)), record)
    assert not selects(Selection(event_types=(EventType.STOCK_SPLIT,)), record)
    assert not selects(Selection(markets=("XETR",)), record)
    assert not selects(Selection(forecasts=False), record)
    assert selects(
        Selection(kinds=(DateKind.RECORD,), markets=("XTKS",), event_types=(EventType.CASH_DIVIDEND,)), record
    )


def test_a_reminder_gives_way_to_a_later_one_that_is_due_as_well() -> None:
    subscription = reader(leads(DateKind.MEETING, Lead(14), Lead(2)))
    meeting = entry(DateKind.MEETING, date(2026, 3, 15))
    first, second = plan(subscription, [meeting], CREATED)
    count_back = load_market().trading_days_before
    before, after = second.due_at - timedelta(seconds=1), second.due_at
    assert not is_superseded(subscription, meeting, first, before, count_back)
    assert is_superseded(subscription, meeting, first, after, count_back)
    assert not is_superseded(subscription, meeting, second, after, count_back)


def test_a_notice_waits_for_what_may_follow() -> None:
    row = plan_notice(reader(), "a1", 4, CREATED, 300, HOST)
    assert (row.key, row.due_at, row.revision) == ("s1:change:a1:4", CREATED + timedelta(minutes=5), 4)


def test_digests_come_at_the_readers_hour_across_the_switch() -> None:
    daily = reader(ReminderPlan(rhythm=Rhythm.DAILY), zone="Europe/Berlin", hour=2)
    after, found = datetime(2026, 3, 27, 12, tzinfo=UTC), []
    for _ in range(4):
        row = plan_digest(daily, after, HOST)
        assert row is not None
        found.append((row.day, row.due_at))
        after = row.due_at
    assert found == [
        (date(2026, 3, 28), datetime(2026, 3, 28, 1, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC)),  # there is no 02:00 on this day
        (date(2026, 3, 30), datetime(2026, 3, 30, 0, tzinfo=UTC)),
        (date(2026, 3, 31), datetime(2026, 3, 31, 0, tzinfo=UTC)),
    ]
    assert plan_digest(reader(), CREATED, HOST) is None


def test_weekly_digests_come_on_their_weekday() -> None:
    weekly = reader(ReminderPlan(rhythm=Rhythm.WEEKLY, weekday=4), zone="America/New_York")
    friday = datetime(2026, 10, 30, 12, tzinfo=UTC)  # 08:00 in New York: this hour has come already
    row = plan_digest(weekly, friday, HOST)
    assert row is not None
    assert (row.day, row.due_at) == (date(2026, 11, 6), datetime(2026, 11, 6, 13, tzinfo=UTC))
    assert row.key == "s1:digest:2026-11-06"
    early = plan_digest(weekly, friday - timedelta(seconds=1), HOST)
    assert early is not None
    assert early.due_at == friday


def digest(subscription: Subscription, entries: list[Entry], day: date, now: datetime) -> list[date]:
    span = span_digest(subscription, day, now)
    return [
        item.day for item in choose_for_digest(subscription, entries, span, load_market().trading_days_before)
    ]


def test_day_7_belongs_to_the_week_and_day_8_does_not() -> None:
    weekly = reader(ReminderPlan(rhythm=Rhythm.WEEKLY))
    monday, now = date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)
    days = [entry(DateKind.RECORD, monday + timedelta(n), uid=f"e{n}") for n in (9, 8, 7, 1, 0, -1)]
    assert digest(weekly, days, monday, now) == [monday, monday + timedelta(1), monday + timedelta(7)]


def test_a_daily_digest_tells_what_single_mails_would_have() -> None:
    daily = reader(leads(DateKind.MEETING, Lead(14), Lead(2), rhythm=Rhythm.DAILY))
    today, now = date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)
    days = [entry(DateKind.MEETING, today + timedelta(n), uid=f"e{n}") for n in (1, 2, 3, 13, 14, 15)]
    assert digest(daily, days, today, now) == [today + timedelta(2), today + timedelta(14)]
    assert digest(daily, [entry(DateKind.RECORD, today + timedelta(2))], today, now) == []


def test_a_digest_that_was_held_up_speaks_for_all_that_it_stands_for() -> None:
    daily = reader(leads(DateKind.MEETING, Lead(2), rhythm=Rhythm.DAILY))
    monday = date(2026, 3, 2)
    days = [entry(DateKind.MEETING, monday + timedelta(n), uid=f"e{n}") for n in range(8)]
    # back on Thursday at noon: Monday's told of Wednesday (over), then Thursday, Friday, Saturday
    thursday = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert digest(daily, days, monday, thursday) == [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)]
    # before the reader's hour, Thursday's own digest is still to come
    early = datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert digest(daily, days, monday, early) == [date(2026, 3, 5), date(2026, 3, 6)]
    weekly = reader(ReminderPlan(rhythm=Rhythm.WEEKLY))
    later = [entry(DateKind.RECORD, monday + timedelta(n), uid=f"e{n}") for n in (3, 10, 14, 15)]
    back = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a week and two days late: two digests in one
    assert digest(weekly, later, monday, back) == [monday + timedelta(10), monday + timedelta(14)]
