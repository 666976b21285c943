"""What changed, in words for people, with the proof; and what an action takes from whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from calendar_service.model.announcement import Issuer, Meeting
from calendar_service.model.codes import (
    AmountKind,
    DateFlag,
    DateKind,
    Decision,
    EventType,
    Knowledge,
    NoticeFunction,
)
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.reconcile.identity import derive_id
from calendar_service.model.reconcile.listing import home_market
from calendar_service.model.reconcile.wording import describe_amount, describe_date
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.values import EventDate, Evidence, Money, Ratio, SecurityId
from tests.announcing import FILING, NEWS, dated, settle_one, told

FIRST = told(
    "a.0", "2025-02-10", amount="0.20", dates={"record": "2025-03-31", "payment": None}, period="FY2024"
)
MOVED = told(
    "b.0", "2025-02-20", amount="0.25", function=NoticeFunction.REPLACE, refers=["2025-02-10"],
    dates={"record": "2025-03-28", "payment": "2025-04-10"}, period="FY2024",
)  # fmt: skip


def test_a_new_action_names_all_that_it_has() -> None:
    changes = {change.field: (change.old, change.new) for change in differences(None, settle_one(FIRST))}
    assert changes == {
        "status": ("", "announced"),
        "event_type": ("", "cash dividend"),
        "issuer": ("", "Kirschbaum Holdings plc"),
        "period": ("", "FY2024"),
        "participation": ("", "mandatory"),
        "amount": ("", "EUR 0.20 per share"),
        "announced": ("", "2025-02-10"),
        "dates.record": ("", "2025-03-31"),
        "dates.payment": ("", "to be announced"),
        "documents": ("", "1 document"),
        "announcements": ("", "1 announcement"),
    }


def test_changes_say_from_what_to_what_with_the_new_quote() -> None:
    old, new = settle_one(FIRST), settle_one(FIRST, MOVED)
    changes = differences(old, new)
    assert [(change.field, change.old, change.new) for change in changes] == [
        ("amount", "EUR 0.20 per share", "EUR 0.25 per share"),
        ("dates.record", "2025-03-31", "2025-03-28"),
        ("dates.payment", "to be announced", "2025-04-10"),
        ("documents", "1 document", "2 documents"),
        ("announcements", "1 announcement", "2 announcements"),
    ]
    assert changes[1].evidence == Evidence("record 2025-03-28", 0, 1, "test", document="b")


def test_equal_actions_have_no_differences_and_a_conflict_is_one() -> None:
    base = settle_one(MOVED)
    assert differences(base, replace(base, revision=7)) == ()
    copy = told(
        "c.0",
        "2025-02-21",
        amount="0.25",
        origin=NEWS,
        dates={"record": "2025-03-28", "payment": "2025-04-11"},
    )
    changes = {change.field: change for change in differences(base, settle_one(MOVED, copy))}
    assert (changes["dates.payment"].old, changes["dates.payment"].new) == (
        "2025-04-10",
        "2025-04-10 (conflicting)",
    )
    assert changes["held"].new.startswith("Sources contradict each other on the payment date")


def test_a_status_is_proved_by_the_announcement_that_set_it() -> None:
    proof = (("function", Evidence("is hereby withdrawn", 3, 22, "cue:withdrawn")),)
    withdrawal = told(
        "w.0", "2025-03-01", function=NoticeFunction.WITHDRAW, refers=["2025-02-10"], evidence=proof
    )
    changes = {
        change.field: change for change in differences(settle_one(FIRST), settle_one(FIRST, withdrawal))
    }
    assert (changes["status"].old, changes["status"].new) == ("announced", "withdrawn")
    assert changes["status"].evidence == replace(proof[0][1], document="w")


def test_as_many_but_other_announcements_are_a_difference() -> None:
    one = settle_one(FIRST)
    other = replace(one, announcements=("z.0",))
    assert [(change.field, change.old, change.new) for change in differences(one, other)] == [
        ("announcements", "1 announcement", "1 other announcement")
    ]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (EventDate(DateKind.PAYMENT, None, knowledge=Knowledge.UNKNOWN), "to be announced"),
        (EventDate(DateKind.EXPIRY, None, knowledge=Knowledge.ONGOING), "ongoing"),
        (EventDate(DateKind.PAYMENT, date(2025, 5, 1), knowledge=Knowledge.MONTH), "May 2025"),
        (
            EventDate(DateKind.OFFER_PERIOD, date(2025, 5, 1), last_day=date(2025, 6, 2)),
            "2025-05-01 to 2025-06-02",
        ),
        (
            EventDate(DateKind.PAYMENT, date(2025, 5, 1), flags=frozenset({DateFlag.APPROXIMATE})),
            "about 2025-05-01",
        ),
        (
            EventDate(DateKind.MEETING, date(2025, 6, 26), time=time(10), zone="Asia/Tokyo"),
            "2025-06-26 10:00 Asia/Tokyo",
        ),
    ],
)
def test_dates_in_words(item: EventDate, words: str) -> None:
    assert str(describe_date(item)) == words


def test_amounts_in_words() -> None:
    amount = FIRST.announcement.amount
    assert amount is not None
    net = replace(amount, kind=AmountKind.NET, per="ads", money=Money(Decimal("1.50"), None))
    assert str(describe_amount(net)) == "1.50 (currency not stated) per ADS (net)"


def test_names_come_from_the_issuer_itself_and_the_most_complete() -> None:
    full = Issuer("Kirschbaum Holdings plc", (SecurityId("ticker", "KHL", "XLON"),))
    short = Issuer("Kirschbaum")
    own = told(
        "o.0", "2025-02-10", amount="0.20", dates={"record": "2025-03-31"}, origin=FILING, language="de"
    )
    own = with_issuer(own, short)
    copy = with_issuer(replace(FIRST, origin=NEWS), full)
    action = settle_one(own, copy)
    assert (action.issuer.name, action.language) == ("Kirschbaum", "de")
    assert action.issuer.ids == full.ids
    assert action.mic == "XLON"
    twice = settle_one(with_issuer(own, short), with_issuer(replace(FIRST, origin=FILING), full))
    assert twice.issuer.name == "Kirschbaum Holdings plc"


def with_issuer(stored: StoredAnnouncement, issuer: Issuer) -> StoredAnnouncement:
    return replace(stored, announcement=replace(stored.announcement, issuer=issuer))


@pytest.mark.parametrize(
    ("ids", "currency", "mic"),
    [
        ([], "JPY", None),
        ([SecurityId("ticker", "X", "XTKS")], "USD", "XTKS"),
        ([SecurityId("ticker", "3774", "XTKS"), SecurityId("ticker", "IIJI", "XNAS")], "JPY", "XTKS"),
        ([SecurityId("ticker", "3774", "XTKS"), SecurityId("ticker", "IIJI", "XNAS")], None, None),
        ([SecurityId("ticker", "A", "XETR"), SecurityId("ticker", "B", "XPAR")], "EUR", None),
        (
            [
                SecurityId("isin", "FR0000120271"),
                SecurityId("ticker", "A", "XETR"),
                SecurityId("ticker", "B", "XPAR"),
            ],
            "EUR",
            "XPAR",
        ),
    ],
)
def test_the_home_market(ids: list[SecurityId], currency: str | None, mic: str | None) -> None:
    assert home_market(ids, currency) == mic


def test_other_fields_come_along() -> None:
    stored = told(
        "s.0", "2025-02-10", event_type=EventType.STOCK_SPLIT, ratio=Ratio(Decimal(2), Decimal(1)),
        dates={"effective": "2025-03-03"}, funded_from="retained earnings", total=Money(Decimal(608000000), "JPY"),
        meeting=Meeting("26th Ordinary General Meeting", "Tokyo"), ads_ratio=Ratio(Decimal(1), Decimal(2)),
    )  # fmt: skip
    fields = {change.field: change.new for change in differences(None, settle_one(stored))}
    assert (fields["ratio"], fields["total"], fields["ads_ratio"]) == ("2:1", "JPY 608000000", "1:2")
    assert (fields["meeting"], fields["funded_from"]) == (
        "26th Ordinary General Meeting, Tokyo",
        "retained earnings",
    )


def test_ratios_that_contradict_are_held_and_equal_ones_are_not() -> None:
    days = {"effective": "2025-03-03"}
    split = told(
        "s.0", "2025-02-10", event_type=EventType.STOCK_SPLIT, ratio=Ratio(Decimal(2), Decimal(1)), dates=days
    )
    same = told(
        "t.0", "2025-02-11", event_type=EventType.STOCK_SPLIT, ratio=Ratio(Decimal(4), Decimal(2)), dates=days
    )
    other = told(
        "u.0", "2025-02-11", event_type=EventType.STOCK_SPLIT, ratio=Ratio(Decimal(3), Decimal(1)), dates=days
    )
    assert settle_one(split, same).held == ()
    assert len(settle_one(split, other).held) == 1


def test_ids_hold_no_date_and_never_change() -> None:
    assert derive_id("0" * 64 + ".0") == "azwkxhxuinq6qooag"
    assert derive_id("a.0").isascii()
    assert len(derive_id("é\ud800")) == 17


def test_dates_are_listed_by_kind() -> None:
    assert [item.kind for item in settle_one(MOVED).dates] == [
        item.kind for item in dated(record="2025-01-01", payment="2025-01-01")
    ]


def test_each_field_keeps_its_own_proof() -> None:
    period, status = Evidence("for FY2024", 0, 10, "cue:period"), Evidence("will pay", 11, 19, "cue:status")
    first = told(
        "a.0", "2025-02-10", dates={"record": "2025-03-31"}, evidence=(("period", period), ("status", status))
    )
    assert dict(settle_one(first).evidence) == {
        "period": replace(period, document="a"),
        "status": replace(status, document="a"),
    }
    decision = Evidence("was approved", 0, 12, "cue:approved")
    result = told(
        "r.0", "2025-06-20", dates={"record": "2025-03-31"}, function=NoticeFunction.RESULT,
        decision=Decision.APPROVED, evidence=(("decision", decision),),
    )  # fmt: skip
    assert dict(settle_one(first, result).evidence) == {
        "period": replace(period, document="a"),
        "decision": replace(decision, document="r"),
    }
