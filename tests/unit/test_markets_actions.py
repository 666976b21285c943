"""What a market adds to an action: dates with their rule, notes where it adds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calendar_service.markets import Markets, load
from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import Basis, DateFlag, DateKind, EventType, Knowledge, Status
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Money, Ratio, Reckoning, SecurityId
from tests.announcing import in_words


@pytest.fixture(scope="module")
def markets() -> Markets:
    return load()


def stated(kind: DateKind, text: str, **more: Any) -> EventDate:
    return EventDate(kind, date.fromisoformat(text), **more)


def action(market: str | None, *dates: EventDate, **more: Any) -> CorporateAction:
    base = CorporateAction(
        id="a1",
        issuer_id="i1",
        issuer=Issuer("Issuer"),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.CONFIRMED,
        dates=dates,
        mic=market,
    )
    return replace(base, **more)


def days(markets: Markets, asked: CorporateAction) -> dict[str, str]:
    return {item.kind.value: str(item.day) for item in markets.derive(asked)[0]}


def test_a_japanese_record_date_on_a_saturday(markets: Markets) -> None:
    dates, notes = markets.derive(action("XTKS", stated(DateKind.RECORD, "2018-03-31")))
    assert {item.kind.value: str(item.day) for item in dates} == {
        "record": "2018-03-31",
        "record_effective": "2018-03-30",
        "ex": "2018-03-28",
        "last_cum": "2018-03-27",
    }
    assert notes == ()
    for item in dates[1:]:
        assert (item.basis, item.rule) == (Basis.DERIVED, "japan-t3")
        assert item.rule_source.startswith("broker calendars")
    assert [item.reckoning for item in dates[1:]] == [
        Reckoning(DateKind.RECORD, 0, sure="seen"),
        Reckoning(DateKind.RECORD, -2, settles=3, sure="seen"),
        Reckoning(DateKind.EX, -1),
    ]


def test_asking_twice_is_asking_once(markets: Markets) -> None:
    asked = action("XTKS", stated(DateKind.RECORD, "2018-03-31"), stated(DateKind.EX, "2018-03-29"))
    first = markets.derive(asked)
    assert markets.derive(replace(asked, dates=first[0])) == first


def test_a_changed_record_date_moves_what_was_derived(markets: Markets) -> None:
    first, _ = markets.derive(action("XNYS", stated(DateKind.RECORD, "2025-11-11")))
    moved = tuple(
        replace(item, day=date(2025, 11, 14)) if item.kind is DateKind.RECORD else item for item in first
    )
    assert days(markets, action("XNYS", *moved)) == {
        "record": "2025-11-14",
        "ex": "2025-11-14",
        "last_cum": "2025-11-13",
    }


def test_a_stated_date_wins_and_the_contradiction_is_said(markets: Markets) -> None:
    asked = action("XNYS", stated(DateKind.RECORD, "2025-11-14"), stated(DateKind.EX, "2025-11-13"))
    dates, notes = markets.derive(asked)
    ex, last = dates[1], dates[2]
    assert (ex.day, ex.basis) == (date(2025, 11, 13), Basis.STATED)
    assert (
        str(ex.note)
        == "The market's rule gives 2025-11-14 for this date (us-t1); the stated 2025-11-13 stands."
    )
    assert in_words(notes) == (f"About the ex-date: {ex.note}",)
    assert (last.kind, last.day) == (DateKind.LAST_CUM, date(2025, 11, 12))


def test_a_stated_date_that_agrees_has_no_note(markets: Markets) -> None:
    dates, notes = markets.derive(
        action("XNYS", stated(DateKind.RECORD, "2025-11-14"), stated(DateKind.EX, "2025-11-14"))
    )
    assert (dates[1].note, notes) == (None, ())


def test_ex_and_last_cum_complete_each_other(markets: Markets) -> None:
    assert days(markets, action("XHKG", stated(DateKind.EX, "2024-12-27"))) == {
        "ex": "2024-12-27",
        "last_cum": "2024-12-24",
    }
    assert days(markets, action("BVMF", stated(DateKind.LAST_CUM, "2023-06-07"))) == {
        "last_cum": "2023-06-07",
        "ex": "2023-06-09",
    }


def test_an_ex_date_on_a_closed_day_is_said(markets: Markets) -> None:
    dates, notes = markets.derive(action("XNYS", stated(DateKind.EX, "2025-12-25")))
    assert len(dates) == 1
    assert in_words(notes) == ("The ex-date 2025-12-25 is not a trading day in United States.",)


def test_an_unknown_ex_date_is_filled_and_a_month_is_not(markets: Markets) -> None:
    unknown = EventDate(DateKind.EX, None, knowledge=Knowledge.UNKNOWN)
    month = stated(DateKind.EX, "2025-11-01", knowledge=Knowledge.MONTH)
    record = stated(DateKind.RECORD, "2025-11-14")
    assert days(markets, action("XNYS", record, unknown))["ex"] == "2025-11-14"
    assert days(markets, action("XNYS", record, month)) == {"record": "2025-11-14", "ex": "2025-11-01"}


@pytest.mark.parametrize(
    ("mic", "more", "reason"),
    [
        ("XNYS", {"event_type": EventType.SPECIAL_DIVIDEND}, "share of the value is not known"),
        ("XNYS", {"event_type": EventType.SPIN_OFF}, "a spin-off has no fixed ex-date"),
        ("XNYS", {"event_type": EventType.STOCK_SPLIT}, "this kind of action (stock split)"),
        ("XLON", {"event_type": EventType.OPTION_DIVIDEND}, "a dividend with a choice"),
        ("XNYS", {"security": "American Depositary Shares (ADSs)"}, "depositary receipts"),
        ("XNYS", {"ads_ratio": Ratio(Decimal(1), Decimal(2))}, "depositary receipts"),
        ("XTKS", {"amount": Amount(Money(Decimal(1), "USD"), per="ads")}, "depositary receipts"),
        ("XNYS", {"security_ids": (SecurityId("isin", "CA0641491075"),)}, "a foreign line (CA)"),
        ("XNYS", {"issuer": Issuer("Bank", (SecurityId("ticker", "BNS", "XNYS"),))}, "foreign issuer's line"),
        ("XHKG", {}, "the first book-close day counts"),
        ("XXXX", {}, "the market XXXX is not known"),
        (None, {}, "the market is not known"),
    ],
)
def test_what_is_not_certain_is_not_derived(
    markets: Markets, mic: str | None, more: dict[str, Any], reason: str
) -> None:
    asked = action(mic, stated(DateKind.RECORD, "2024-08-16"), **more)
    dates, notes = markets.derive(asked)
    assert dates == asked.dates
    assert len(notes) == 1
    assert str(notes[0]).startswith("No ex-date is derived: ")
    assert reason in str(notes[0])
    with_ex = replace(asked, dates=(*asked.dates, stated(DateKind.EX, "2024-08-15")))
    assert markets.derive(with_ex)[1] == ()


def test_a_home_isin_among_others_is_no_foreign_line(markets: Markets) -> None:
    ids = (SecurityId("isin", "US46059T1097"), SecurityId("isin", "JP3152820005"))
    asked = action("XTKS", stated(DateKind.RECORD, "2018-03-31"), security_ids=ids)
    assert days(markets, asked)["ex"] == "2018-03-28"


@pytest.mark.parametrize("flag", [DateFlag.APPROXIMATE, DateFlag.ORDER_AMBIGUOUS, DateFlag.CONFLICTING])
def test_nothing_rests_on_an_uncertain_record_date(markets: Markets, flag: DateFlag) -> None:
    asked = action("XNYS", stated(DateKind.RECORD, "2024-08-16", flags=frozenset({flag})))
    dates, notes = markets.derive(asked)
    assert dates == asked.dates
    assert in_words(notes) == ("No ex-date is derived: the record date is not certain.",)


def test_flags_travel(markets: Markets) -> None:
    inferred = stated(DateKind.RECORD, "2024-08-16", flags=frozenset({DateFlag.YEAR_INFERRED}))
    planned = stated(DateKind.RECORD, "2027-10-15")
    assert {item.flags for item in markets.derive(action("XNYS", inferred))[0]} == {inferred.flags}
    later = markets.derive(action("XLON", planned))[0]
    assert [(str(item.day), DateFlag.PROVISIONAL in item.flags) for item in later] == [
        ("2027-10-15", False),
        ("2027-10-15", True),
        ("2027-10-14", True),
    ]


@pytest.mark.parametrize("event_type", [EventType.ANNUAL_MEETING, EventType.BUYBACK, EventType.NAME_CHANGE])
def test_actions_without_entitlement_are_left_alone(markets: Markets, event_type: EventType) -> None:
    asked = action("XNYS", stated(DateKind.RECORD, "2024-08-16"), event_type=event_type)
    assert markets.derive(asked) == (asked.dates, ())


def test_german_dividends_are_due_on_the_third_business_day_after_the_meeting(markets: Markets) -> None:
    asked = action("XETR", stated(DateKind.MEETING, "2025-04-25"), status=Status.SUBJECT_TO_APPROVAL)
    dates, notes = markets.derive(asked)
    assert {item.kind.value: str(item.day) for item in dates} == {
        "meeting": "2025-04-25",
        "ex": "2025-04-28",
        "payment": "2025-04-30",
        "last_cum": "2025-04-25",
    }
    assert notes == ()
    assert {item.rule for item in dates[1:]} == {"germany-aktg-58"}


@pytest.mark.parametrize(
    ("meeting", "more", "note"),
    [
        ("2023-05-24", {}, "2023-05-29 is a public holiday on which the exchange trades"),
        (
            "2025-04-25",
            {"issuer": Issuer("Airbus", (SecurityId("isin", "NL0000235190"),))},
            "foreign line (NL)",
        ),
        ("2016-04-25", {}, ""),
        ("2025-04-25", {"status": Status.FORECAST}, ""),
        ("2025-04-25", {"event_type": EventType.OPTION_DIVIDEND}, ""),
        ("2025-04-25", {"mic": "XPAR"}, ""),
    ],
)
def test_no_german_payment_where_it_is_not_certain(
    markets: Markets, meeting: str, more: dict[str, Any], note: str
) -> None:
    asked = action("XETR", stated(DateKind.MEETING, meeting), **more)
    dates, notes = markets.derive(asked)
    assert dates == asked.dates
    assert len(notes) == bool(note)
    assert note in "".join(in_words(notes))


def test_a_stated_german_payment_stands(markets: Markets) -> None:
    asked = action("XETR", stated(DateKind.MEETING, "2025-04-25"), stated(DateKind.PAYMENT, "2025-05-28"))
    assert markets.derive(asked) == (asked.dates, ())


@pytest.mark.parametrize(
    ("told", "ex", "basis", "noted"),
    [
        ("2025-11-10", "2025-11-10", Basis.STATED, False),  # the rule confirms it
        ("2025-11-12", "2025-11-10", Basis.DERIVED, True),
    ],
)
def test_a_date_that_only_a_copy_gives_yields_to_the_rule(
    markets: Markets, told: str, ex: str, basis: Basis, noted: bool
) -> None:
    copied = stated(DateKind.EX, told, flags=frozenset({DateFlag.UNOFFICIAL}), note=Remark("Only news."))
    dates, notes = markets.derive(action("XNYS", stated(DateKind.RECORD, "2025-11-11"), copied))
    found = next(item for item in dates if item.kind is DateKind.EX)
    assert (found.day, found.basis, found.flags) == (date.fromisoformat(ex), basis, frozenset())
    assert any(f"a copy says {told}, no official announcement" in str(note) for note in notes) is noted


def test_what_rests_on_a_copys_record_date_is_marked_too(markets: Markets) -> None:
    copied = stated(DateKind.RECORD, "2025-11-13", flags=frozenset({DateFlag.UNOFFICIAL}))
    dates, _ = markets.derive(action("XNYS", copied))
    assert {item.kind: item.flags for item in dates} == {
        DateKind.RECORD: frozenset({DateFlag.UNOFFICIAL}),
        DateKind.EX: frozenset({DateFlag.UNOFFICIAL}),
        DateKind.LAST_CUM: frozenset({DateFlag.UNOFFICIAL}),
    }
