"""Readable stories of one action told by many announcements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from calendar_service.model.codes import DateKind, Decision, EventType, NoticeFunction, Status
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.values import Money
from tests.announcing import FILING, NEWS, find_day, in_words, settle, settle_one, told

FORECAST = told(
    "forecast.0",
    "2024-11-05",
    amount="0.40",
    status=Status.FORECAST,
    period="FY2024 year-end",
    dates={"record": "2025-03-31"},
)
RESOLUTION = told(
    "resolution.0",
    "2025-02-10",
    amount="0.45",
    status=Status.SUBJECT_TO_APPROVAL,
    period="FY2024 year-end",
    dates={"record": "2025-03-31", "meeting": "2025-06-20", "payment": "2025-06-27"},
)
CORRECTION = told(
    "correction.0",
    "2025-02-12",
    amount="0.46",
    status=Status.SUBJECT_TO_APPROVAL,
    period="FY2024 year-end",
    function=NoticeFunction.REPLACE,
    refers=["2025-02-10"],
    dates={"record": "2025-03-31", "meeting": "2025-06-20", "payment": "2025-06-30"},
)
APPROVAL = told(
    "approval.0", "2025-06-20", function=NoticeFunction.RESULT, decision=Decision.APPROVED,
    status=Status.CONFIRMED, dates={"meeting": "2025-06-20"},
)  # fmt: skip


def test_a_dividend_from_forecast_to_payment() -> None:
    assert settle_one(FORECAST).status is Status.FORECAST
    resolved = settle_one(FORECAST, RESOLUTION)
    assert resolved.status is Status.SUBJECT_TO_APPROVAL
    assert resolved.amount is not None
    assert resolved.amount.money == Money(Decimal("0.45"), "EUR")
    assert resolved.held == ()
    corrected = settle_one(FORECAST, RESOLUTION, CORRECTION)
    assert corrected.amount is not None
    assert corrected.amount.money.amount == Decimal("0.46")
    assert find_day(corrected, DateKind.PAYMENT) == date(2025, 6, 30)
    assert corrected.held == ()
    approved = settle_one(FORECAST, RESOLUTION, CORRECTION, APPROVAL, today=date(2025, 6, 21))
    assert (approved.status, approved.notes) == (Status.CONFIRMED, ())
    paid = settle_one(FORECAST, RESOLUTION, CORRECTION, APPROVAL, today=date(2025, 7, 1))
    assert paid.status is Status.COMPLETED
    assert {action.id for action in (resolved, corrected, approved, paid)} == {settle_one(FORECAST).id}


def test_a_passed_meeting_confirms_nothing() -> None:
    action = settle_one(RESOLUTION, today=date(2025, 7, 15))
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert in_words(action.notes) == ("The meeting was held on 2025-06-20; no result has been read yet.",)


def test_a_refused_proposal_is_withdrawn_by_decision() -> None:
    refused = replace(
        APPROVAL,
        announcement=replace(APPROVAL.announcement, decision=Decision.REFUSED, status=Status.ANNOUNCED),
    )
    action = settle_one(RESOLUTION, refused, today=date(2025, 6, 21))
    assert action.status is Status.WITHDRAWN
    assert in_words(action.notes) == ("The proposal was refused, as announced on 2025-06-20.",)


def test_a_withdrawal_stays_until_something_newer_is_announced() -> None:
    withdrawal = told("w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, refers=["2025-02-10"])
    late_copy = told("copy.0", "2025-02-11", amount="0.45", dates={"record": "2025-03-31"}, origin=NEWS)
    anew = told(
        "anew.0", "2025-03-10", amount="0.45", dates={"record": "2025-03-31", "payment": "2025-06-27"}
    )
    assert settle_one(RESOLUTION, withdrawal).status is Status.WITHDRAWN
    assert settle_one(RESOLUTION, withdrawal, late_copy).status is Status.WITHDRAWN
    assert settle_one(RESOLUTION, withdrawal, late_copy, anew).status is Status.ANNOUNCED


def test_a_news_copy_does_not_bring_an_issuers_withdrawn_action_back() -> None:
    own = replace(RESOLUTION, origin=FILING)
    withdrawal = told(
        "w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, refers=["2025-02-10"], origin=FILING
    )
    copy = told("copy.0", "2025-03-02", amount="0.45", dates={"record": "2025-03-31"}, origin=NEWS)
    action = settle_one(own, withdrawal, copy)
    assert action.status is Status.WITHDRAWN
    assert in_words(action.held) == (
        "feed:news.example, 2025-03-02 still announces the action after it had ended or been suspended.",
    )


def test_a_sender_that_cancels_takes_back_only_its_own_notice() -> None:
    notice = told("n.0", "2025-02-11", amount="0.45", dates={"record": "2025-03-31"}, origin=NEWS)
    cancel = told(
        "c.0", "2025-02-12", function=NoticeFunction.CANCEL, dates={"record": "2025-03-31"}, origin=NEWS
    )
    both = settle_one(RESOLUTION, notice, cancel)
    assert both.status is Status.SUBJECT_TO_APPROVAL
    alone = settle_one(notice, cancel)
    assert alone.status is Status.CANCELLED
    assert find_day(alone, DateKind.RECORD) == date(2025, 3, 31)


def test_a_suspended_action_waits_for_a_newer_announcement() -> None:
    halt = told("s.0", "2025-03-01", function=NoticeFunction.SUSPEND, refers=["2025-02-10"])
    resumed = told(
        "r.0", "2025-04-01", amount="0.45", function=NoticeFunction.REPLACE, refers=["2025-02-10"],
        dates={"record": "2025-05-12", "payment": "2025-06-27"},
    )  # fmt: skip
    assert settle_one(RESOLUTION, halt).status is Status.SUSPENDED
    action = settle_one(RESOLUTION, halt, resumed)
    assert (action.status, find_day(action, DateKind.RECORD)) == (Status.ANNOUNCED, date(2025, 5, 12))


def test_a_reminder_adds_nothing_but_confirms() -> None:
    reminder = told(
        "r.0", "2025-03-20", function=NoticeFunction.REMIND, amount="0.45",
        dates={"record": "2025-03-31", "payment": "2025-06-27"},
    )  # fmt: skip
    before, after = settle_one(RESOLUTION), settle_one(RESOLUTION, reminder)
    assert after.announcements == ("resolution.0", "r.0")
    assert (after.status, after.dates, after.amount, after.held) == (
        before.status,
        before.dates,
        before.amount,
        (),
    )


def test_a_postponed_meeting_moves_and_its_old_day_is_gone() -> None:
    called = told("m.0", "2025-04-01", event_type=EventType.ANNUAL_MEETING, dates={"meeting": "2025-06-20"})
    moved = told(
        "p.0", "2025-05-02", event_type=EventType.ANNUAL_MEETING, function=NoticeFunction.REPLACE,
        refers=["2025-04-01"], dates={"meeting": "2025-09-12"},
    )  # fmt: skip
    action = settle_one(called, moved)
    assert find_day(action, DateKind.MEETING) == date(2025, 9, 12)
    assert action.held == ()
    to_come = told(
        "q.0", "2025-05-02", event_type=EventType.ANNUAL_MEETING, function=NoticeFunction.REPLACE,
        refers=["2025-04-01"], dates={"meeting": None},
    )  # fmt: skip
    assert find_day(settle_one(called, to_come), DateKind.MEETING) is None


def test_two_instalments_stay_two_and_each_gets_its_news() -> None:
    first = told("d.0", "2025-02-10", amount="0.20", dates={"record": "2025-03-31", "payment": "2025-04-10"})
    second = told("d.1", "2025-02-10", amount="0.20", dates={"record": "2025-09-30", "payment": "2025-10-10"})
    copy = told("n.0", "2025-02-11", amount="0.20", dates={"record": "2025-09-30"}, origin=NEWS)
    correction = told(
        "c.0", "2025-02-20", amount="0.20", function=NoticeFunction.REPLACE, refers=["2025-02-10"],
        dates={"record": "2025-09-30", "payment": "2025-10-13"},
    )  # fmt: skip
    early, late = settle(first, second, copy, correction).actions
    assert early.announcements == ("d.0",)
    assert late.announcements == ("d.1", "n.0", "c.0")
    assert find_day(late, DateKind.PAYMENT) == date(2025, 10, 13)


def test_two_classes_stay_two_and_an_unnamed_class_is_the_only_one() -> None:
    days = {"record": "2025-03-31", "payment": "2025-04-10"}
    a = told("a.0", "2025-02-10", amount="0.20", security="Class A common stock", dates=days)
    b = told("b.0", "2025-02-10", amount="0.18", security="Class B common stock", dates=days)
    unnamed = told("n.0", "2025-02-11", amount="0.18", dates=days, origin=NEWS)
    assert [action.announcements for action in settle(a, unnamed_like(a)).actions] == [("a.0", "u.0")]
    assert [action.announcements for action in settle(a, b, unnamed).actions] == [("a.0",), ("b.0", "n.0")]


def unnamed_like(stored: StoredAnnouncement) -> StoredAnnouncement:
    said = replace(stored.announcement, security=None, announced=date(2025, 2, 12))
    return replace(stored, id="u.0", document_id="u", announcement=said)


def test_what_may_belong_to_two_classes_is_held_for_a_person() -> None:
    days = {"record": "2025-03-31"}
    a = told("a.0", "2025-02-10", amount="0.20", security="Class A common stock", dates=days)
    b = told("b.0", "2025-02-10", amount="0.20", security="Class B common stock", dates=days)
    withdrawal = told("w.0", "2025-02-20", function=NoticeFunction.WITHDRAW, dates=days)
    first, second, unclear = settle(a, b, withdrawal).actions
    assert (first.status, second.status) == (Status.ANNOUNCED, Status.ANNOUNCED)
    concern = 'An announcement of 2025-02-20 ("withdraw") may concern this action; it does not say which.'
    assert in_words(first.held) == in_words(second.held) == (concern,)
    assert in_words(unclear.held) == (
        "It may belong to several actions of the issuer: All dates that both state agree.",
    )


def test_one_dividend_in_english_and_japanese() -> None:
    english = told(
        "en.0",
        "2025-05-12",
        amount="13.50",
        currency="JPY",
        security="common stock",
        period="FY2024 year-end",
        dates={"record": "2025-03-31", "effective": "2025-06-27"},
    )
    japanese = told(
        "ja.0", "2025-05-12", amount="13.5", currency="JPY", security="普通株式", period="2025年3月期 期末",
        language="ja", dates={"record": "2025-03-31", "payment": "2025-06-27"},
    )  # fmt: skip
    action = settle_one(english, japanese)
    assert action.announcements == ("en.0", "ja.0")
    assert action.held == ()


def test_a_late_forecast_does_not_undo_the_resolution() -> None:
    action = settle_one(RESOLUTION, FORECAST)
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert action.announcements == ("forecast.0", "resolution.0")
    assert action.amount is not None
    assert action.amount.money.amount == Decimal("0.45")


def test_next_quarters_dividend_is_another_one() -> None:
    first = told("q1.0", "2025-02-10", amount="0.25", dates={"record": "2025-03-03", "payment": "2025-03-17"})
    second = told(
        "q2.0", "2025-05-10", amount="0.25", dates={"record": "2025-06-02", "payment": "2025-06-16"}
    )
    assert [action.announcements for action in settle(first, second).actions] == [("q1.0",), ("q2.0",)]


def test_a_regular_and_a_special_dividend_with_the_same_dates_stay_two() -> None:
    days = {"record": "2025-03-31", "payment": "2025-04-10"}
    regular = told("r.0", "2025-02-10", amount="0.20", dates=days)
    special = told("s.0", "2025-02-10", amount="1.00", dates=days, event_type=EventType.SPECIAL_DIVIDEND)
    worded_plainly = told("n.0", "2025-02-11", amount="1.00", dates=days, origin=NEWS)
    assert len(settle(regular, special).actions) == 2
    action = settle_one(special, worded_plainly)
    assert action.event_type is EventType.SPECIAL_DIVIDEND


def test_weekly_distributions_of_one_amount_stay_apart() -> None:
    weeks = [
        told(f"w{n}.0", f"2025-02-{3 + 7 * n:02}", amount="0.10", dates={"record": f"2025-02-{5 + 7 * n:02}"})
        for n in range(3)
    ]
    assert len(settle(*weeks).actions) == 3


def test_a_result_without_a_decision_changes_nothing() -> None:
    result = told("r.0", "2025-06-20", function=NoticeFunction.RESULT, dates={"meeting": "2025-06-20"})
    action = settle_one(RESOLUTION, result, today=date(2025, 6, 21))
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert in_words(action.notes) == (
        "A result was announced on 2025-06-20; it does not say whether this was approved.",
    )


def test_an_undated_dividend_is_not_completed_while_its_payment_is_to_be_announced() -> None:
    waiting = told("a.0", "2025-02-10", amount="0.2", dates={"record": "2025-03-31", "payment": None})
    assert settle_one(waiting, today=date(2025, 8, 1)).status is Status.ANNOUNCED
    unsaid = told("a.0", "2025-02-10", amount="0.2", dates={"record": "2025-03-31"})
    assert settle_one(unsaid, today=date(2025, 8, 1)).status is Status.ANNOUNCED
    assert settle_one(unsaid, today=date(2026, 4, 2)).status is Status.COMPLETED


def test_a_retraction_that_is_undated_or_of_an_unknown_notice_is_not_carried_out() -> None:
    undated = told("c.0", None, function=NoticeFunction.CANCEL, dates={"record": "2025-03-31"})
    action = settle_one(RESOLUTION, undated)
    assert action.status is Status.SUBJECT_TO_APPROVAL
    reason = 'A notice ("cancel") was not carried out, since it does not say when it was announced.'
    assert in_words(action.held) == (reason,)
    stranger = told(
        "c.0", "2025-02-20", function=NoticeFunction.CANCEL, dates={"record": "2025-03-31"}, origin=NEWS
    )
    assert in_words(settle_one(RESOLUTION, stranger).held) == (
        "feed:news.example, 2025-02-20 retracts a notice that is not known here.",
    )


def test_a_copys_word_on_an_end_is_told_and_not_carried_out() -> None:
    own = replace(RESOLUTION, origin=FILING)
    withdrawal = told(
        "w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, dates={"record": "2025-03-31"}, origin=NEWS
    )
    action = settle_one(own, withdrawal)
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert in_words(action.held) == (
        'feed:news.example, 2025-03-01 reports "withdraw"; no official source says so yet.',
    )
    approval = replace(APPROVAL, origin=NEWS)
    approved = settle_one(own, approval, today=date(2025, 6, 21))
    assert approved.status is Status.SUBJECT_TO_APPROVAL
    assert str(approved.notes[0]) == (
        'feed:news.example, 2025-06-20 reports "result"; no official source says so yet.'
    )


def test_a_result_after_a_withdrawal_is_held() -> None:
    withdrawal = told("w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, refers=["2025-02-10"])
    action = settle_one(RESOLUTION, withdrawal, APPROVAL)
    assert action.status is Status.WITHDRAWN
    assert in_words(action.held) == ("A result was announced on 2025-06-20, after the action had ended.",)


def test_a_correction_that_could_not_be_read_whole_holds_what_it_may_have_changed() -> None:
    unread = told(
        "c.0", "2025-02-12", function=NoticeFunction.REPLACE, dates={"record": "2025-03-31"},
        doubts=["no amount per share was found"],
    )  # fmt: skip
    held = settle_one(RESOLUTION, unread)
    assert [*in_words(held.held)] == ["no amount per share was found"]
    later = told("l.0", "2025-02-20", amount="0.45", dates={"record": "2025-03-31", "payment": "2025-06-27"})
    assert settle_one(RESOLUTION, unread, later).held == ()
