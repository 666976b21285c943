"""What a document as a whole says against one of its announcements."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract.assemble.weighing import LONE
from calendar_service.extract.layout.yearlists import ROWS
from calendar_service.model.codes import DateKind
from calendar_service.model.remarks import name_kind
from tests.extracting import days, read

MAY = date(2026, 5, 4)


def doubts(text: str, published: date | None = MAY) -> list[tuple[dict[str, str], list[str]]]:
    """The days of each announcement that waits for a person, and why."""
    return [
        (days(one), [str(doubt) for doubt in one.doubts])
        for one in read(text, published).announcements
        if one.doubts
    ]


def sure(text: str, published: date | None = MAY) -> list[dict[str, str]]:
    """The days of what is published."""
    return [days(one) for one in read(text, published).announcements if not one.doubts]


@pytest.mark.parametrize(
    ("text", "kind", "first", "second"),
    [
        (
            (
                "The tender offer for Granby Falls shares will expire on 12 June 2026.\n\n"
                "Holders who have not yet tendered may do so until the offer expires on 26 June 2026."
            ),
            "expiry",
            "2026-06-12",
            "2026-06-26",
        ),
        (
            (
                "The reverse stock split becomes effective on 2 June 2026.\n\n"
                "Trading in the new shares: the reverse stock split is effective 9 June 2026."
            ),
            "effective",
            "2026-06-02",
            "2026-06-09",
        ),
        (
            (
                "The annual general meeting will be held on 12 June 2026.\n\n"
                "Shareholders may ask questions at the annual general meeting to be held on 19 June 2026."
            ),
            "meeting",
            "2026-06-12",
            "2026-06-19",
        ),
    ],
)
def test_one_thing_told_with_two_days(text: str, kind: str, first: str, second: str) -> None:
    found = doubts(text)
    assert [told[kind] for told, _ in found] == [first, second]
    told = f"the document tells two days for one thing ({name_kind(DateKind(kind))}): {first} and {second}"
    assert all(told in why for _, why in found)


@pytest.mark.parametrize(
    "text",
    [
        # Meetings of two years, and two kinds of meetings, are two things.
        "The annual general meeting will be held on 12 June 2026. The annual general meeting 2027 will be held on 11 June 2027.",
        "The annual general meeting will be held on 12 June 2026. An extraordinary general meeting will be held on 3 July 2026.",
    ],
)
def test_two_things_are_no_contradiction(text: str) -> None:
    assert doubts(text) == []
    assert len(sure(text)) == 2


def test_payments_come_in_rows() -> None:
    text = (
        "Ardmore Quay declares dividends of 5p per share, payable on 12 June 2026 to holders of record on 22 May 2026,"
        " and of 6p per share, payable on 11 September 2026 to holders of record on 21 August 2026."
    )
    assert sure(text) == [
        {"record": "2026-05-22", "payment": "2026-06-12"},
        {"record": "2026-08-21", "payment": "2026-09-11"},
    ]


def test_a_payment_on_the_record_date_of_another() -> None:
    text = (
        "Class A dividend: $0.10 per share, record date 29 May 2026, payment date 12 June 2026.\n\n"
        "A special dividend of $15.00 per share will be paid to the Class B shares for 29 May 2026."
    )
    why = [reasons for told, reasons in doubts(text) if "record" not in told]
    assert why == [["its payment date is told as the record date of another payment"]]


def test_a_payment_on_its_own_record_date() -> None:
    text = "A dividend of 5p per share is paid on 22 May 2026 to holders of record on 22 May 2026."
    assert [why for _, why in doubts(text)] == [["the payment date is the record date itself"]]


def test_shares_handed_out_on_their_record_date() -> None:
    text = (
        "The 5% stock dividend will be distributed on 22 May 2026 to shareholders of record on 22 May 2026."
    )
    assert [why for _, why in doubts(text)] == [["the payment date is the record date itself"]]


@pytest.mark.parametrize(("effective", "held"), [("29 May 2026", True), ("26 June 2026", False)])
def test_a_dividend_takes_effect_when_it_is_paid(effective: str, held: bool) -> None:
    text = f"Dividend per share: JPY 40\nRecord date: 28 May 2026\nEffective date: {effective}\n"
    why = ["the day of effect is too close to the record date to be that of the payment"]
    assert [reasons for _, reasons in doubts(text)] == ([why] if held else [])


RECORDS = "Record date of the dividend: 22 May 2026."


@pytest.mark.parametrize(
    ("text", "published", "held"),
    [
        (f"{RECORDS} The bonds fall due on 30 June 2028.", None, True),
        (f"{RECORDS} The bonds fall due on 30 June 2028.", MAY, False),
        (f"{RECORDS} The bonds fall due on 30 June 2026.", None, False),
    ],
)
def test_one_day_in_a_text_without_a_day_that_speaks_of_later_years(
    text: str, published: date | None, *, held: bool
) -> None:
    text = f"Ardmore Quay pays a dividend of 5p per share.\n\n{text}"
    reasons = [reason for _, found in doubts(text, published) for reason in found]
    assert any(reason.startswith("it may be over") for reason in reasons) is held


@pytest.mark.parametrize(
    ("text", "published", "held"),
    [
        ("A dividend of 5p per share is payable on 22 May 2026.", None, True),
        ("A dividend of 5p per share is payable on 22 May 2026.", MAY, False),
        ("A dividend of 5p per share is payable on 22 May 2026, record date 8 May 2026.", None, False),
        ("The Annual General Meeting will be held on 22 May 2026.", None, True),
        ("Ex-dividend on 22 May 2026: Harrow Tool plc (12p), Tarn Mills plc (4.5p).", None, False),
    ],
)
def test_a_lone_day_in_a_text_without_a_day(text: str, published: date | None, *, held: bool) -> None:
    reasons = [reason for _, found in doubts(text, published) for reason in found]
    assert (str(LONE) in reasons) is held


TABLE = """
| Ex-Dividend Date | Record Date | Payment Date | Dividend per share |
|---|---|---|---|
| 16 July 2026 | 20 July 2026 | 3 August 2026 | USD 0.03 |
| 14 April 2026 | 15 April 2026 | 1 May 2026 | USD 0.03 |
| 15 January 2026 | 16 January 2026 | 2 February 2026 | USD 0.03 |
"""


@pytest.mark.parametrize(
    ("opening", "published", "held"),
    [
        ("Ardmore Quay: dividends", None, True),
        ("Ardmore Quay: dividends", MAY, False),
        ("The Board of Ardmore Quay has declared the following dividends on its common stock:", None, False),
    ],
)
def test_a_table_of_payments_that_nothing_announces(
    opening: str, published: date | None, *, held: bool
) -> None:
    found = doubts(f"{opening}\n{TABLE}", published)
    assert [why for _, why in found] == ([[str(ROWS)]] * 3 if held else [])


@pytest.mark.parametrize(("year", "held"), [("2025", ["2025-06-12"]), ("2026", [])])
def test_a_payment_a_year_before_another(year: str, held: list[str]) -> None:
    text = (
        f"Ardmore Quay has declared a dividend of 5p per share, payable on 12 June {year} to holders of record on 22 May"
        f" {year}.\n\nIt has declared a dividend of 6p per share, payable on 12 June 2026 to holders of record on 22 May"
        " 2026."
    )
    assert [told["payment"] for told, _ in doubts(text, None)] == held


def test_one_day_beside_another_payment_that_is_doubted() -> None:
    text = (
        "Ardmore Quay has declared a dividend of 5p per share, payable on 8 May 2026 to holders of record on 22 May 2026.\n\n"
        "It has declared a special dividend of 8p per share, payable on 19 June 2026.\n\n"
        "It has declared a further dividend of 9p per share, payable on 26 June 2026."
    )
    assert str(LONE) in {told["payment"]: why for told, why in doubts(text, None)}["2026-06-26"]
    assert "2026-06-26" in [told["payment"] for told in sure(text)]


def test_what_is_left_where_others_look_back() -> None:
    text = (
        "Ardmore Quay has declared a dividend of 5p per share, payable on 12 June 2024.\n\n"
        "It has declared a dividend of 6p per share, payable on 11 June 2026."
    )
    assert [(told["payment"], str(LONE) in why) for told, why in doubts(text, None)] == [
        ("2024-06-12", False),
        ("2026-06-11", True),
    ]


def test_many_announcements_before_it_hide_no_contradiction() -> None:
    others = "\n\n".join(
        f"The record date for the dividend of {number}p per share is {1 + number % 28} June 2026."
        for number in range(1, 46)
    )
    split = "The share split 3 for 1 becomes effective on {day} July 2026."
    text = "\n\n".join((others, split.format(day=7), split.format(day=14)))
    held = [reasons for found, reasons in doubts(text) if "effective" in found]
    assert len(held) == 2
    assert all("two days for one thing" in reasons[0] for reasons in held)


def test_a_payment_before_the_last_decision_may_be_over() -> None:
    text = (
        "The Company pays its dividends four times a year, and has increased them each year since it was listed.\n\n"
        "On 14 July 2026, the Company declared a dividend of $0.35 per share, payable on 1 October 2026 to shareholders"
        " of record on 18 September 2026. On 27 October 2026, the Company declared a dividend of $0.38 per share, payable"
        " on 4 January 2027 to shareholders of record on 11 December 2026."
    )
    reason = "it may be over: the document has no day of its own, and tells of a decision on 2026-10-27"
    held = [(found["payment"], reasons) for found, reasons in doubts(text, None)]
    assert held == [("2026-10-01", [reason])]
