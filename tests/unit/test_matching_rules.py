"""The rules of matching one by one, where a story would hide which rule decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import (
    AmountKind,
    DateFlag,
    DateKind,
    EventType,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.reconcile import reconcile
from calendar_service.model.reconcile.comparison import compare_amounts, compare_days
from calendar_service.model.reconcile.matching import Verdict, explain_match
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.values import EventDate, Money, SecurityId
from tests.announcing import NEWS, TODAY, find_day, money, settle, settle_one, told

FINAL = "FY2024 final"


def quick(
    name: str, announced: str | None, days: dict[str, str | None], **more: object
) -> StoredAnnouncement:
    return told(name, announced, dates=days, **more)  # type: ignore[arg-type]


DAYS: dict[str, str | None] = {"record": "2025-03-31", "payment": "2025-04-10"}
SHIFTED: dict[str, str | None] = {"record": "2025-03-31", "payment": "2025-09-10"}
LATER: dict[str, str | None] = {"record": "2025-04-20", "payment": "2025-05-02"}
FAR: dict[str, str | None] = {"record": "2025-08-20", "payment": "2025-09-02"}
REPLACE, MEETS, EXTRA = NoticeFunction.REPLACE, EventType.ANNUAL_MEETING, EventType.EXTRAORDINARY_MEETING


@pytest.mark.parametrize(
    ("first", "second", "verdict", "reason"),
    [
        (
            quick("a.0", "2025-02-10", DAYS, period="Q1 2025"),
            quick("b.0", "2025-02-10", SHIFTED, period="Q2 2025"),
            Verdict.APART,
            "They are for different periods, like instalments of one dividend.",
        ),
        (
            quick("a.0", "2025-02-10", {"meeting": "2025-05-05", "payment": "2025-05-09"}, amount="0.2"),
            quick("b.0", "2025-02-10", {"meeting": "2025-05-05", "payment": "2025-05-30"}, amount="1.2"),
            Verdict.APART,
            "Only the meeting is the same.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, amount="0.2"),
            quick("b.0", "2025-02-11", {**DAYS, "payment": "2025-04-14"}, amount="0.3"),
            Verdict.POSSIBLE,
            "One date agrees, but another date and the amount differ.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, amount="0.2", period=FINAL),
            quick("b.0", "2025-02-11", SHIFTED, amount="0.2", period=FINAL),
            Verdict.POSSIBLE,
            "One date, the amount and the period agree, but another date lies far off.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, period="Q1 2025"),
            quick("b.0", "2025-05-10", FAR, period="Q2 2025"),
            Verdict.APART,
            "They are for different periods.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, period=FINAL, status=Status.FORECAST),
            quick("b.0", "2025-05-10", FAR, period=FINAL),
            Verdict.SAME,
            "One of them foretold this period.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, period=FINAL),
            quick("b.0", "2025-05-10", FAR, period=FINAL, function=REPLACE),
            Verdict.SAME,
            "The later one changes what was announced for this period.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS),
            quick("b.0", "2025-05-10", FAR, function=REPLACE),
            Verdict.ONLY,
            "The later one changes an earlier announcement without saying which.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, period=FINAL, amount="0.2"),
            quick("b.0", "2025-02-12", LATER, period=FINAL, amount="0.2"),
            Verdict.POSSIBLE,
            "Period and amount agree, but the dates differ.",
        ),
        (
            quick("a.0", "2025-02-10", {"meeting": "2025-05-05"}, event_type=MEETS),
            quick("b.0", "2025-03-10", {"meeting": "2025-05-25"}, event_type=MEETS, function=REPLACE),
            Verdict.ONLY,
            "The later one moves a meeting without saying which.",
        ),
        (
            quick("a.0", "2025-02-10", {"meeting": "2025-05-05"}, event_type=MEETS),
            quick("b.0", "2025-03-10", {"meeting": "2025-05-25"}, event_type=MEETS),
            Verdict.SAME,
            "A company holds one annual meeting a year: one day is mistaken or moved.",
        ),
        (
            quick("a.0", "2025-02-10", {"meeting": "2025-05-05"}, event_type=EXTRA),
            quick("b.0", "2025-03-10", {"meeting": "2025-05-25"}, event_type=EXTRA),
            Verdict.POSSIBLE,
            "Two extraordinary meetings near each other may be one that was moved.",
        ),
        (
            quick("a.0", "2025-02-10", DAYS, period="Q1 2025"),
            quick("b.0", "2025-05-10", {}, period="Q2 2025"),
            Verdict.APART,
            "They are for different periods.",
        ),
    ],
)
def test_rules(first: StoredAnnouncement, second: StoredAnnouncement, verdict: Verdict, reason: str) -> None:
    found = explain_match(first, second)
    assert (found.verdict, found.reasons[-1]) == (verdict, reason)


def test_a_shared_identifier_is_a_reason() -> None:
    ids = (SecurityId("isin", "JP3152820002"),)
    one, two = (
        quick("a.0", "2025-02-10", DAYS, security_ids=ids),
        quick("b.0", "2025-02-11", DAYS, security_ids=ids),
    )
    assert "They name the same security." in explain_match(one, two).reasons


def test_amounts_that_cannot_be_compared() -> None:
    yen, euro = money("0.2", "JPY"), money("0.2")
    assert yen is not None
    assert compare_amounts(yen, euro) is None
    net = replace(Amount(Money(Decimal("0.17"), "JPY")), kind=AmountKind.NET)
    assert compare_amounts(yen, net) is None
    assert compare_amounts(yen, replace(yen, per="ads")) is None
    assert compare_amounts(yen, Amount(Money(Decimal("0.20"), None))) is True


def test_days_that_are_not_known_are_no_distance_apart() -> None:
    unknown = EventDate(DateKind.RECORD, None, knowledge=Knowledge.UNKNOWN)
    assert compare_days(unknown, EventDate(DateKind.RECORD, date(2025, 1, 1))).days == 0
    months = [EventDate(DateKind.RECORD, date(2025, n, 1), knowledge=Knowledge.MONTH) for n in (1, 2)]
    assert compare_days(*months).days == 45


def test_day_and_month_the_other_way_round_give_way_to_a_clear_date() -> None:
    guess = EventDate(DateKind.RECORD, date(2025, 4, 3), flags=frozenset({DateFlag.ORDER_AMBIGUOUS}))
    unclear = quick("a.0", "2025-02-10", {"payment": "2025-04-10"}, amount="0.2")
    unclear = replace(
        unclear, announcement=replace(unclear.announcement, dates=(guess, *unclear.announcement.dates))
    )
    clear = quick(
        "b.0", "2025-02-11", {"record": "2025-03-04", "payment": "2025-04-10"}, amount="0.2", origin=NEWS
    )
    action = settle_one(unclear, clear)
    assert find_day(action, DateKind.RECORD) == date(2025, 3, 4)
    assert action.held == ()


def test_a_joint_announcement_takes_in_what_is_said_of_each_class() -> None:
    joint = quick("j.0", "2025-02-10", DAYS, amount="0.2", security="Class A and Class B common stock")
    a = quick("a.0", "2025-02-11", DAYS, amount="0.2", security="Class A common stock")
    b = quick("b.0", "2025-02-12", DAYS, amount="0.2", security="Class B common stock")
    assert settle_one(joint, a, b).announcements == ("j.0", "a.0", "b.0")
    assert settle_one(joint, a, b).held == ()


def test_an_undated_announcement_is_dated_by_its_declaration_or_comes_first() -> None:
    declared = quick("d.0", None, {**DAYS, "declaration": "2025-02-10"}, amount="0.2")
    action = settle_one(declared, quick("c.0", "2025-02-11", DAYS, amount="0.2", function=REPLACE))
    assert (action.announced, action.announcements) == (date(2025, 2, 10), ("d.0", "c.0"))
    undated = quick("u.0", None, DAYS, amount="0.2")
    assert settle_one(undated, quick("c.0", "2025-02-11", DAYS, amount="0.2")).announcements == ("u.0", "c.0")


def test_windows_and_times_are_completed_by_those_who_say_more() -> None:
    day = EventDate(DateKind.MEETING, date(2025, 6, 20))
    timed = replace(day, time=time(10), zone="Asia/Tokyo")
    bare, full = (
        quick("a.0", "2025-04-01", {}, event_type=MEETS),
        quick("b.0", "2025-04-02", {}, event_type=MEETS),
    )
    bare = replace(bare, announcement=replace(bare.announcement, dates=(day,)))
    full = replace(full, announcement=replace(full.announcement, dates=(timed,)))
    meeting = settle_one(bare, full).date_of(DateKind.MEETING)
    assert meeting is not None
    assert (meeting.time, meeting.zone) == (time(10), "Asia/Tokyo")
    start = EventDate(DateKind.OFFER_PERIOD, date(2025, 6, 20))
    offers = [
        replace(
            quick(f"o{n}.0", f"2025-04-0{n}", {}, event_type=EventType.TENDER_OFFER),
            announcement=replace(
                quick("x.0", f"2025-04-0{n}", {}, event_type=EventType.TENDER_OFFER).announcement,
                dates=(replace(start, last_day=last),),
            ),
        )
        for n, last in ((1, None), (2, date(2025, 7, 20)), (3, date(2025, 7, 21)))
    ]
    window = settle_one(*offers[:2]).date_of(DateKind.OFFER_PERIOD)
    assert window is not None
    assert window.last_day == date(2025, 7, 20)
    assert len(settle_one(*offers).held) == 1


def test_states_that_only_a_correction_or_a_result_may_change() -> None:
    subject = quick("s.0", "2025-02-10", DAYS, amount="0.2", status=Status.SUBJECT_TO_APPROVAL)
    plain_fix = quick("f.0", "2025-02-12", DAYS, amount="0.2", function=REPLACE)
    assert settle_one(subject, plain_fix).status is Status.SUBJECT_TO_APPROVAL
    confirmed = quick("c.0", "2025-02-12", DAYS, amount="0.2", status=Status.CONFIRMED)
    assert settle_one(subject, confirmed).status is Status.CONFIRMED
    doubtful = quick(
        "d.0", "2025-02-14", DAYS, amount="0.2", status=Status.SUBJECT_TO_APPROVAL, function=REPLACE
    )
    assert settle_one(subject, confirmed, doubtful).status is Status.SUBJECT_TO_APPROVAL
    withdrawn = quick("w.0", "2025-02-12", DAYS, function=NoticeFunction.WITHDRAW)
    undated = quick("u.0", None, DAYS, amount="0.2", status=Status.CONFIRMED)
    assert settle_one(subject, withdrawn, undated).status is Status.WITHDRAWN


def test_an_action_whose_id_is_of_no_announcement_keeps_it() -> None:
    stored = quick("a.0", "2025-02-10", DAYS, amount="0.2")
    (action,) = settle(stored).actions
    renamed = replace(action, id="imported-1")
    result = reconcile(
        [stored], (), [renamed, replace(action, id="stranger", announcements=("gone.0",))], TODAY
    )
    assert [item.id for item in result.actions] == ["imported-1"]
    assert result.merged == {}
