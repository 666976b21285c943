"""Readable stories of one action told by many announcements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import (
    DateFlag,
    DateKind,
    Decision,
    EventType,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.origin import Grade, rank_with
from calendar_service.model.ports import Correction, StoredAnnouncement
from calendar_service.model.reconcile import Reconciliation, explain_match, reconcile
from calendar_service.model.values import EventDate, Evidence, Money, SecurityId

TODAY = date(2025, 1, 10)
KNOWN = datetime(2025, 1, 1, tzinfo=UTC)
ISSUER = Issuer("Kirschbaum Holdings plc")
RANKING = rank_with(
    {"feed:https://exchange.example/": Grade.EXCHANGE, "feed:https://ir.example/": Grade.ISSUER}
)
NEWS, EXCHANGE, FILING = (
    "feed:https://news.example/a",
    "feed:https://exchange.example/b",
    "feed:https://ir.example/c",
)


def dated(**days: str | None) -> tuple[EventDate, ...]:
    """Dates by kind, each with a quote; None is "to be announced", "2025-05" a month."""
    found = []
    for name, value in days.items():
        kind = DateKind(name)
        quote = Evidence(f"{name} {value}", 0, 1, "test")
        if value is None:
            found.append(EventDate(kind, None, knowledge=Knowledge.UNKNOWN, evidence=quote))
        elif len(value) == 7:
            month = date.fromisoformat(f"{value}-01")
            found.append(EventDate(kind, month, knowledge=Knowledge.MONTH, evidence=quote))
        else:
            found.append(EventDate(kind, date.fromisoformat(value), evidence=quote))
    return tuple(found)


def money(text: str | None, currency: str = "EUR") -> Amount | None:
    return Amount(Money(Decimal(text), currency)) if text else None


def told(  # noqa: ANN202 - built below
    name: str,
    announced: str | None,
    *,
    amount: str | None = None,
    currency: str = "EUR",
    origin: str = "folder:inbox/x.txt",
    known: datetime = KNOWN,
    event_type: EventType = EventType.CASH_DIVIDEND,
    dates: dict[str, str | None] | None = None,
    refers: Sequence[str] = (),
    **more: object,
):
    """An announcement as it is stored; `name` is "document.ordinal"."""
    said = Announcement(
        issuer=ISSUER,
        event_type=event_type,
        dates=dated(**(dates or {})),
        amount=money(amount, currency),
        announced=date.fromisoformat(announced) if announced else None,
        references=tuple(date.fromisoformat(day) for day in refers),
    )
    said = replace(said, **more)  # type: ignore[arg-type]
    return StoredAnnouncement(name, name.split(".")[0], "i1", known, origin, said)


def settle(
    *told_ones: StoredAnnouncement, today: date = TODAY, corrections: Sequence[Correction] = ()
) -> Reconciliation:
    """Reconciles, and makes sure that the order does not matter and that doing it twice is doing it once."""
    result = reconcile(told_ones, corrections, (), today, RANKING)
    for order in itertools.islice(itertools.permutations(told_ones), 24):
        assert reconcile(order, corrections, (), today, RANKING) == result
    again = reconcile(told_ones, corrections, result.actions, today, RANKING)
    assert again == result
    return result


def settle_one(
    *told_ones: StoredAnnouncement, today: date = TODAY, corrections: Sequence[Correction] = ()
) -> CorporateAction:
    actions = settle(*told_ones, today=today, corrections=corrections).actions
    assert len(actions) == 1
    return actions[0]


def day_of(action: CorporateAction, kind: DateKind) -> date | None:
    found = action.date_of(kind)
    return found.day if found else None


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
    assert day_of(corrected, DateKind.PAYMENT) == date(2025, 6, 30)
    assert corrected.held == ()
    approved = settle_one(FORECAST, RESOLUTION, CORRECTION, APPROVAL, today=date(2025, 6, 21))
    assert (approved.status, approved.notes) == (Status.CONFIRMED, ())
    paid = settle_one(FORECAST, RESOLUTION, CORRECTION, APPROVAL, today=date(2025, 7, 1))
    assert paid.status is Status.COMPLETED
    assert {action.id for action in (resolved, corrected, approved, paid)} == {settle_one(FORECAST).id}


def test_a_passed_meeting_confirms_nothing() -> None:
    action = settle_one(RESOLUTION, today=date(2025, 7, 15))
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert action.notes == ("The meeting was held on 2025-06-20; no result has been read yet.",)


def test_a_refused_proposal_is_withdrawn_by_decision() -> None:
    refused = replace(
        APPROVAL,
        announcement=replace(APPROVAL.announcement, decision=Decision.REFUSED, status=Status.ANNOUNCED),
    )
    action = settle_one(RESOLUTION, refused, today=date(2025, 6, 21))
    assert action.status is Status.WITHDRAWN
    assert action.notes == ("The proposal was refused, as announced on 2025-06-20.",)


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
    assert action.held == (
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
    assert day_of(alone, DateKind.RECORD) == date(2025, 3, 31)
