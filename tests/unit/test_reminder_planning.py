"""What is planned in the ledger as actions and subscriptions change, and what the mails then say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import (
    DeliveryKind,
    DeliveryState,
    Lead,
    ReminderPlan,
    Rhythm,
    Selection,
)
from calendar_service.model.values import Money
from tests.conftest import FixedClock
from tests.reminding import WAIT, World

RECORD, PAYMENT = DateKind.RECORD, DateKind.PAYMENT
MARCH_31 = date(2026, 3, 31)
APRIL_15 = date(2026, 4, 15)
HOLDS = Selection(tickers=("NORDLICH",))
FEW = ReminderPlan(((RECORD, (Lead(7), Lead(1))), (PAYMENT, (Lead(0),))))


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> World:
    return World(tmp_path, clock)  # it is 2 March 2026, 09:00 UTC


def send(world: World, clock: FixedClock, seconds: float = 0) -> list[str]:
    """The subjects of what goes out this much later."""
    known = {str(mail["Message-ID"]) for mail in world.mails()} if world.maildir.exists() else set()
    clock.advance(seconds=seconds)
    world.dispatcher().tick()
    return [str(mail["Subject"]) for mail in world.mails() if str(mail["Message-ID"]) not in known]


def notices(world: World) -> list[tuple[str, DeliveryState]]:
    return [(row.subscription_id, row.state) for row in world.rows() if row.kind is DeliveryKind.CHANGE]


def test_an_action_is_planned_for_those_who_watch_it(world: World) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.subscribe("stranger", Selection(tickers=("OTHER",)), plan=FEW)
    world.subscribe("payments", Selection(kinds=(PAYMENT,)), plan=FEW, zone="Asia/Tokyo")
    world.announce("a1", {RECORD: MARCH_31, PAYMENT: APRIL_15})
    assert world.planned() == [
        ("record 2026-03-31 7c", "2026-03-24 08:00"),
        ("record 2026-03-31 1c", "2026-03-30 08:00"),
        ("payment 2026-04-15 0c", "2026-04-14 23:00"),
        ("payment 2026-04-15 0c", "2026-04-15 08:00"),
    ]


def test_a_subscription_is_planned_for_what_is_known_already(world: World, clock: FixedClock) -> None:
    world.announce("a1", {RECORD: date(2026, 3, 5), PAYMENT: APRIL_15})
    world.announce("gone", {RECORD: date(2026, 3, 1)})
    world.subscribe("late", plan=FEW)
    assert world.planned() == [
        ("record 2026-03-05 7c", "2026-03-02 09:00"),  # its hour is past, and it still helps
        ("record 2026-03-05 1c", "2026-03-04 08:00"),
        ("payment 2026-04-15 0c", "2026-04-15 08:00"),
    ]


def test_a_moved_date_drops_the_old_reminders_and_plans_new_ones(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    assert world.planned() == [
        ("change a1", "2026-03-02 09:05"),
        ("record 2026-04-08 7c", "2026-04-01 08:00"),
        ("record 2026-04-08 1c", "2026-04-07 08:00"),
    ]
    dropped = world.rows(DeliveryState.DROPPED)
    assert [(row.day, row.note) for row in dropped] == [
        (MARCH_31, "the date moved, is on hold, or is no longer wanted")
    ] * 2
    assert send(world, clock) == []  # it waits for what may follow
    assert send(world, clock, WAIT) == ["Record date changed: Nordlicht AG: Cash dividend EUR 1.20"]
    text = world.mails()[0].get_body(("plain",))
    assert text is not None
    assert "Record date: Tue, 31 Mar 2026 → Wed, 8 Apr 2026" in text.get_content()


def test_a_date_that_moves_near_is_told_once(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: date(2026, 3, 5)})  # a week ahead would have been February
    assert [name for name, _ in world.planned()] == ["change a1", "record 2026-03-05 1c"]
    assert len(send(world, clock, WAIT)) == 1
    world.announce(
        "a1", {RECORD: date(2026, 3, 5)}, period="2026"
    )  # no news, and still no reason to repeat it
    assert [name for name, _ in world.planned()] == ["record 2026-03-05 1c"]


def test_changes_within_minutes_come_in_one_notice(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31, PAYMENT: APRIL_15})
    world.announce("a1", {RECORD: date(2026, 4, 1), PAYMENT: APRIL_15})
    clock.advance(seconds=60)
    world.announce("a1", {RECORD: date(2026, 4, 2), PAYMENT: APRIL_15})
    clock.advance(seconds=60)
    more = Amount(Money(Decimal("1.50"), "EUR"))
    world.announce("a1", {RECORD: date(2026, 4, 2), PAYMENT: APRIL_15}, amount=more)
    assert send(world, clock, WAIT) == ["Record date changed: Nordlicht AG: Cash dividend EUR 1.50"]
    body = world.mails()[0].get_body(("plain",))
    assert body is not None
    lines = [line for line in body.get_content().splitlines() if "→" in line]
    assert lines == [
        "Amount: EUR 1.20 per share → EUR 1.50 per share",
        "Record date: Tue, 31 Mar 2026 → Thu, 2 Apr 2026",
    ]


def test_what_changed_back_is_not_told(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    planned = world.planned()
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    world.announce("a1", {RECORD: MARCH_31})
    assert [row for row in world.planned() if row[0] != "change a1"] == planned
    assert send(world, clock, WAIT) == []
    assert [(row.state, row.note) for row in world.rows() if row.kind is DeliveryKind.CHANGE] == [
        (DeliveryState.DROPPED, "it changed back")
    ]


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ({"status": Status.CONFIRMED}, "Now confirmed: Nordlicht AG: Cash dividend EUR 1.20"),
        ({"status": Status.WITHDRAWN}, "Cancelled: Nordlicht AG: Cash dividend EUR 1.20"),
        (
            {"amount": Amount(Money(Decimal("0.90"), "EUR"))},
            "Amount changed: Nordlicht AG: Cash dividend EUR 0.90",
        ),
        ({"held": (Remark("Two sources contradict."),)}, "On hold: Nordlicht AG: Cash dividend EUR 1.20"),
    ],
)
def test_the_news_that_is_told(world: World, clock: FixedClock, change: dict[str, Any], subject: str) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    proposed: dict[str, Any] = {"status": Status.SUBJECT_TO_APPROVAL}
    world.announce("a1", {RECORD: MARCH_31}, **proposed)
    world.announce("a1", {RECORD: MARCH_31}, **(proposed | change))
    assert send(world, clock, WAIT) == [subject]


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.COMPLETED},
        {"notes": (Remark("a note"),)},
        {"documents": ("another",)},
        {"period": "2026"},
    ],
)
def test_what_is_no_news_is_not_told(world: World, change: dict[str, Any]) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: MARCH_31}, **change)
    assert notices(world) == []


def test_a_date_of_today_that_moves_is_told_where_it_is_still_today(world: World, clock: FixedClock) -> None:
    for name, zone in (("honolulu", "Pacific/Honolulu"), ("berlin", "Europe/Berlin")):
        world.subscribe(name, HOLDS, plan=FEW, zone=zone)
    world.change(world.subscribe("nowhere", HOLDS, plan=FEW), zone="No/Where")  # counts as UTC
    world.announce("a1", {RECORD: date(2026, 3, 2), PAYMENT: APRIL_15})
    clock.advance(hours=16)  # 3 March 01:00 in UTC, 2 March 15:00 in Honolulu
    world.announce("a1", {PAYMENT: APRIL_15})
    assert [name for name, _ in notices(world)] == ["honolulu"]


def test_a_date_that_comes_anew_gets_reminders_and_no_notice(world: World) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: MARCH_31, PAYMENT: date(2026, 3, 2)})
    assert [name for name, _ in world.planned()] == [
        "payment 2026-03-02 0c",
        "record 2026-03-31 7c",
        "record 2026-03-31 1c",
    ]


def test_only_those_hear_of_changes_who_were_reminded_or_hold_the_issuer(
    world: World, clock: FixedClock
) -> None:
    near = date(2026, 3, 6)
    world.subscribe("holder", HOLDS, plan=FEW)
    world.subscribe("all")  # has no plan for what is a week ahead, so is not reminded yet
    world.subscribe("reminded", plan=FEW)
    world.subscribe("quiet", HOLDS, plan=ReminderPlan(FEW.leads, changes=False))
    world.subscribe("meetings", Selection(tickers=HOLDS.tickers, event_types=(EventType.ANNUAL_MEETING,)))
    world.subscribe("payments", Selection(tickers=HOLDS.tickers, kinds=(PAYMENT,)))
    world.announce("a1", {RECORD: near})
    send(world, clock)
    world.announce("a1", {RECORD: MARCH_31})
    assert sorted(name for name, _ in notices(world)) == ["holder", "reminded"]


def test_a_hold_stops_reminders_and_tells_no_doubtful_date(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    planned = world.planned()
    world.announce("a1", {RECORD: date(2026, 6, 6)}, held=(Remark("Two sources contradict."),))
    assert [name for name, _ in world.planned()] == ["change a1"]
    assert send(world, clock, WAIT) == ["On hold: Nordlicht AG: Cash dividend EUR 1.20"]
    (mail,) = world.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Two sources contradict." in body.get_content()
    assert "Jun" not in body.get_content()
    world.announce("a1", {RECORD: date(2026, 7, 7)}, held=(Remark("Two sources contradict."),))
    assert len(notices(world)) == 1  # what is on hold is not shown, so nothing changed
    world.announce("a1", {RECORD: MARCH_31})
    assert [row for row in world.planned() if row[0] != "change a1"] == planned
    assert send(world, clock, WAIT) == ["No longer on hold: Nordlicht AG: Cash dividend EUR 1.20"]


def test_an_action_that_was_never_shown_is_news_to_nobody(world: World) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31}, held=(Remark("The year is not certain."),))
    assert world.planned() == []
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    assert [name for name, _ in world.planned()] == ["record 2026-04-08 7c", "record 2026-04-08 1c"]


def test_a_withdrawn_action_has_no_reminders(world: World) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: MARCH_31}, status=Status.WITHDRAWN)
    assert [name for name, _ in world.planned()] == ["change a1"]


def test_a_notice_cancels_in_the_calendar_what_went_away(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31, DateKind.PAYMENT: date(2026, 4, 9)})
    send(world, clock)
    world.announce("a1", {RECORD: MARCH_31})
    send(world, clock, WAIT)
    assert files_of(world, "Payment date changed") == {"record.ics": "CONFIRMED", "payment.ics": "CANCELLED"}
    world.announce("a1", {RECORD: MARCH_31}, status=Status.WITHDRAWN)
    send(world, clock, WAIT)
    assert files_of(world, "Cancelled") == {"record.ics": "CANCELLED"}


def files_of(world: World, title: str) -> dict[str | None, str]:
    """The calendar files of the mail with this title, and the status of their entries."""
    (mail,) = [item for item in world.mails() if str(item["Subject"]).startswith(title)]
    found = {item.get_filename(): str(item.get_content()) for item in mail.iter_attachments()}
    return {name: text.partition("STATUS:")[2].splitlines()[0] for name, text in found.items()}


def test_a_merged_action_is_compared_with_the_one_that_took_it_in(world: World, clock: FixedClock) -> None:
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("same", {RECORD: date(2026, 3, 5)})
    world.announce("other", {RECORD: date(2026, 3, 6)})
    assert len(send(world, clock)) == 2  # both a week ahead
    world.announce("winner", {RECORD: date(2026, 3, 5)})
    world.merge("same", "winner")
    world.merge("other", "winner")
    told = send(world, clock, WAIT)
    assert "Record date changed: Nordlicht AG: Cash dividend EUR 1.20" in told
    merged = [row for row in world.rows() if row.kind is DeliveryKind.CHANGE]
    assert [(row.action_id, row.state, row.note) for row in merged] == [
        ("other", DeliveryState.SENT, ""),
        ("same", DeliveryState.DROPPED, "it changed back"),
    ]
    left = [
        row
        for row in world.rows()
        if row.action_id in {"same", "other"} and row.state is DeliveryState.PLANNED
    ]
    assert left == []


def test_a_change_of_terms_plans_anew_and_keeps_a_waiting_notice(world: World, clock: FixedClock) -> None:
    subscription = world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    world.change(subscription, hour=20, zone="Europe/Berlin")
    assert world.planned() == [
        ("change a1", "2026-03-02 09:05"),
        ("record 2026-04-08 7c", "2026-04-01 18:00"),
        ("record 2026-04-08 1c", "2026-04-07 18:00"),
    ]


def test_ending_drops_everything(world: World, clock: FixedClock) -> None:
    subscription = world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    world.change(subscription, ended_at=clock.now())
    assert world.planned() == []
    assert send(world, clock, WAIT) == []


def test_a_later_hour_on_the_day_of_a_digest_keeps_the_chain(world: World, clock: FixedClock) -> None:
    daily = ReminderPlan(FEW.leads, rhythm=Rhythm.DAILY)
    subscription = world.subscribe("digest", HOLDS, plan=daily, hour=10)
    world.announce("a1", {RECORD: date(2026, 3, 9)})
    clock.advance(hours=1)
    assert len(send(world, clock)) == 1
    world.change(subscription, hour=20)
    assert world.planned() == [("digest 2026-03-03", "2026-03-03 20:00")]


def test_a_digest_is_never_empty_and_the_next_is_planned(world: World, clock: FixedClock) -> None:
    world.subscribe("digest", plan=ReminderPlan(rhythm=Rhythm.WEEKLY, weekday=0), hour=10)
    assert world.planned() == [("digest 2026-03-02", "2026-03-02 10:00")]
    assert send(world, clock, 3600) == []
    (row,) = world.rows(DeliveryState.DROPPED)
    assert row.note == "there was nothing to tell"
    world.announce("a1", {RECORD: date(2026, 3, 16)})
    world.announce("a2", {RECORD: date(2026, 3, 17)}, issuer="Südwind SE")
    assert send(world, clock, 7 * 86_400) == ["Dates of your shares, Mon, 9 Mar 2026 to Mon, 16 Mar 2026 (1)"]
    assert world.planned() == [("digest 2026-03-16", "2026-03-16 10:00")]


def test_one_broken_subscription_leaves_the_others_planned(world: World, clock: FixedClock) -> None:
    broken = world.subscribe("broken", HOLDS, plan=ReminderPlan(changes=False))
    with world.store.begin() as unit:
        unit.subscriptions.update(replace(broken, zone="Mars/Olympus"))
    world.subscribe("holder", HOLDS, plan=FEW)
    world.announce("a1", {RECORD: MARCH_31})
    assert {row.subscription_id for row in world.rows(DeliveryState.PLANNED)} == {"holder"}


def test_planning_touches_what_changed_alone(world: World) -> None:
    """However many others there are, a change reads and writes the rows of its own action."""
    world.subscribe("holder", HOLDS, plan=FEW)
    for number in range(30):
        world.announce(f"b{number}", {RECORD: MARCH_31 + timedelta(number)}, issuer=f"Issuer{number} AG")
    world.announce("a1", {RECORD: MARCH_31})
    before = {row.id: row for row in world.rows()}
    world.announce("a1", {RECORD: date(2026, 4, 8)})
    changed = [row for row in world.rows() if before.get(row.id) != row]
    assert {row.action_id for row in changed} == {"a1"}
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) == world.clock.now()
