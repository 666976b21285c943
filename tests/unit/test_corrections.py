"""What persons decide: release, hold, dates, amounts, states, split and merge, remembered with who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from calendar_service.model.codes import DateFlag, DateKind, NoticeFunction, Status
from calendar_service.model.reconcile.identity import derive_id
from calendar_service.model.reconcile.overrides import find_problem
from calendar_service.model.records import Correction
from calendar_service.model.values import Money
from tests.announcing import FILING, NEWS, TODAY, find_day, in_words, settle, settle_one, told

RIGHT = {"record": "2025-03-31", "payment": "2025-04-10"}
WRONG = {"record": "2025-03-31", "payment": "2025-04-11"}
GIVEN = told("given.0", "2025-02-10", amount="0.45", dates=RIGHT)
COPY = told("copy.0", "2025-02-11", amount="0.45", dates=WRONG, origin=NEWS)
DECIDED = datetime(2025, 2, 15, 9, 30, tzinfo=UTC)
LATER = datetime(2025, 3, 1, tzinfo=UTC)
ACTION = derive_id("given.0")


def decide(
    field: str, value: str = "", *, target: str = ACTION, at: datetime = DECIDED, why: str = ""
) -> Correction:
    return Correction(target, field, value, "Ines", at, why)


def test_a_person_settles_a_conflict_and_is_the_proof() -> None:
    action = settle_one(
        GIVEN, COPY, corrections=[decide("dates.payment", "2025-04-11", why="Called the issuer.")]
    )
    payment = action.date_of(DateKind.PAYMENT)
    assert payment is not None
    assert payment.evidence is not None
    assert (payment.day, payment.flags) == (date(2025, 4, 11), frozenset())
    assert (payment.evidence.rule, payment.evidence.quote) == (
        "person:Ines",
        "Called the issuer. (2025-02-15)",
    )
    assert action.held == ()


def test_a_copy_that_repeats_what_the_person_overruled_changes_nothing() -> None:
    correction = decide("dates.payment", "2025-04-10")
    repeat = told(
        "r.0", "2025-02-20", amount="0.45", dates=WRONG, origin="feed:https://x.example/", known=LATER
    )
    action = settle_one(GIVEN, COPY, repeat, corrections=[correction])
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert action.held == ()


def test_something_new_after_a_persons_decision_is_held() -> None:
    third = {"record": "2025-03-31", "payment": "2025-04-14"}
    news = told("n.0", "2025-02-20", amount="0.45", dates=third, origin=NEWS, known=LATER)
    action = settle_one(GIVEN, news, corrections=[decide("dates.payment", "2025-04-10")])
    payment = action.date_of(DateKind.PAYMENT)
    assert payment is not None
    assert (payment.day, payment.flags) == (date(2025, 4, 10), frozenset({DateFlag.CONFLICTING}))
    reason = "Ines set the payment date to 2025-04-10; since then sources say 2025-04-14 (feed:news.example, 2025-02-20)."
    assert in_words(action.held) == (reason,)


def test_the_issuers_newer_correction_takes_over_and_says_so() -> None:
    moved = told(
        "m.0", "2025-02-20", amount="0.45", dates={"record": "2025-03-31", "payment": "2025-04-14"},
        function=NoticeFunction.REPLACE, origin=FILING, known=LATER,
    )  # fmt: skip
    action = settle_one(GIVEN, moved, corrections=[decide("dates.payment", "2025-04-10")])
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 14)
    assert action.held == ()
    assert in_words(action.notes) == ("Ines had set the payment date; the issuer has corrected it since.",)


def test_a_date_can_be_dropped_and_added() -> None:
    action = settle_one(GIVEN, corrections=[decide("dates.payment"), decide("dates.ex", "2025-03-28")])
    assert [(item.kind, item.day) for item in action.dates] == [
        (DateKind.EX, date(2025, 3, 28)),
        (DateKind.RECORD, date(2025, 3, 31)),
    ]
    assert dict(action.evidence)["dates.payment"].rule == "person:Ines"


def test_an_amount_is_set_and_keeps_the_currency() -> None:
    action = settle_one(GIVEN, corrections=[decide("amount", "0.46")])
    assert action.amount is not None
    assert action.amount.money == Money(Decimal("0.46"), "EUR")
    assert action.amount.evidence is not None
    assert action.amount.evidence.rule == "person:Ines"
    other = settle_one(GIVEN, corrections=[decide("amount", "0.50 usd")])
    assert other.amount is not None
    assert other.amount.money == Money(Decimal("0.50"), "USD")


def test_an_amount_that_others_state_later_is_held() -> None:
    later = told("l.0", "2025-02-20", amount="0.99", dates=RIGHT, known=LATER, origin=NEWS)
    action = settle_one(GIVEN, later, corrections=[decide("amount", "0.46")])
    assert action.amount is not None
    assert action.amount.money.amount == Decimal("0.46")
    reason = "Ines set the amount to EUR 0.46; since then sources say EUR 0.99 per share (feed:news.example, 2025-02-20)."
    assert in_words(action.held) == (reason,)


def test_a_status_holds_until_something_newer_changes_it() -> None:
    approved = [decide("status", "confirmed")]
    assert settle_one(GIVEN, corrections=approved).status is Status.CONFIRMED
    withdrawal = told("w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, dates=RIGHT, known=LATER)
    action = settle_one(GIVEN, withdrawal, corrections=approved)
    assert action.status is Status.WITHDRAWN
    assert in_words(action.notes) == ("Ines had set the status; a newer announcement made it withdrawn.",)


def test_release_covers_what_was_known_and_no_more() -> None:
    released = settle_one(GIVEN, COPY, corrections=[decide("release")])
    assert released.held == ()
    payment = released.date_of(DateKind.PAYMENT)
    assert payment is not None
    assert (payment.day, payment.flags) == (date(2025, 4, 10), frozenset())
    doubted = told("d.0", "2025-02-20", dates=RIGHT, amount="0.45", doubts=("Unclear.",), known=LATER)
    doubted = replace(doubted, announcement=replace(doubted.announcement, period="FY2024"))
    other = told("o.0", "2025-02-20", amount="0.77", dates=RIGHT, known=LATER, origin=NEWS)
    assert settle_one(GIVEN, COPY, doubted, corrections=[decide("release")]).held == ()
    assert len(settle_one(GIVEN, COPY, other, corrections=[decide("release")]).held) == 1


def test_a_persons_hold_lasts_until_a_persons_release() -> None:
    hold, release = decide("hold", "Looks odd."), decide("release", at=LATER)
    assert in_words(settle_one(GIVEN, corrections=[hold]).held) == ("Ines holds it: Looks odd.",)
    assert settle_one(GIVEN, corrections=[release, hold]).held == ()
    again = decide("hold", "Still odd.", at=datetime(2025, 3, 2, tzinfo=UTC))
    assert in_words(settle_one(GIVEN, corrections=[hold, release, again]).held) == (
        "Ines holds it: Still odd.",
    )


def test_split_takes_an_announcement_out_and_merge_brings_it_back() -> None:
    split = decide("split", "copy.0")
    first, second = settle(GIVEN, COPY, corrections=[split]).actions
    assert (first.id, first.announcements, first.held) == (ACTION, ("given.0",), ())
    assert (second.id, second.announcements, second.held) == (derive_id("copy.0"), ("copy.0",), ())
    merge = decide("merge", derive_id("copy.0"), at=LATER)
    result = settle(GIVEN, COPY, corrections=[split, merge])
    assert [action.announcements for action in result.actions] == [("given.0", "copy.0")]
    undone = decide("split", "copy.0", at=datetime(2025, 3, 2, tzinfo=UTC))
    assert len(settle(GIVEN, COPY, corrections=[split, merge, undone]).actions) == 2


def test_splitting_off_the_oldest_leaves_the_others_together() -> None:
    third = told("t.0", "2025-02-12", amount="0.45", dates=WRONG, origin="feed:https://x.example/")
    result = settle(GIVEN, COPY, third, corrections=[decide("split", "given.0")])
    assert [action.announcements for action in result.actions] == [("given.0",), ("copy.0", "t.0")]


def test_merging_leads_the_younger_id_to_the_older() -> None:
    other = told("o.0", "2025-02-20", amount="9.99", dates={"record": "2025-11-28"})
    before = settle(GIVEN, other).actions
    assert len(before) == 2
    from calendar_service.model.reconcile import reconcile

    merge = decide("merge", ACTION, target=before[1].id)
    after = reconcile([GIVEN, other], [merge], before, TODAY)
    assert after.merged == {before[1].id: ACTION}
    assert [action.announcements for action in after.actions] == [("given.0", "o.0")]


def test_merge_settles_what_might_belong_elsewhere() -> None:
    days = {"record": "2025-03-31"}
    a = told("a.0", "2025-02-10", amount="0.20", security="Class A", dates=days)
    b = told("b.0", "2025-02-10", amount="0.20", security="Class B", dates=days)
    unclear = told("w.0", "2025-02-20", function=NoticeFunction.WITHDRAW, dates=days)
    merge = decide("merge", derive_id("w.0"), target=derive_id("a.0"))
    first, second = settle(a, b, unclear, corrections=[merge]).actions
    assert (first.status, first.held) == (Status.WITHDRAWN, ())
    assert (second.status, second.held) == (Status.ANNOUNCED, ())


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("dates.payment", "11.4.2025", "Write the date as YYYY-MM-DD, not '11.4.2025'."),
        ("dates.payment", "2025-02-30", "Write the date as YYYY-MM-DD, not '2025-02-30'."),
        ("dates.lunch", "2025-02-20", "There is no field 'dates.lunch' to correct."),
        ("amount", "-1", "Write the amount as JPY 13.50, or leave it empty."),
        ("amount", "NaN", "Write the amount as JPY 13.50, or leave it empty."),
        ("dates.payment", "", ""),
        ("release", "", ""),
    ],
)
def test_a_wrong_correction_changes_nothing_and_says_why(field: str, value: str, problem: str) -> None:
    assert find_problem(field, value) == problem
    if problem:
        correction = decide(field, value)
        result = settle(GIVEN, corrections=[correction])
        assert result.unused == ((correction, problem),)
        assert result.actions == settle(GIVEN).actions


def test_an_unknown_status_or_target_is_told() -> None:
    assert find_problem("status", "great").startswith("The status must be one of forecast, announced,")
    lost = decide("release", target="nobody")
    assert settle(GIVEN, corrections=[lost]).unused == (
        (lost, "Nothing of this issuer has the id that it is meant for."),
    )
    alone = decide("merge", "nobody")
    assert settle(GIVEN, corrections=[alone]).unused == (
        (alone, "Nothing of this issuer has the id that it is to be merged with."),
    )


def test_hostile_words_of_a_person_stay_one_line() -> None:
    nasty = Correction(ACTION, "hold", "a\r\nb\u202ec", "Eve\n<x>", DECIDED)
    assert in_words(settle_one(GIVEN, corrections=[nasty]).held) == ("Eve <x> holds it: a b c",)
