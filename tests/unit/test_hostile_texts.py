"""Texts that are made to break their reader are read like any other."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract import load
from calendar_service.model.document import Text

DIVIDEND = " The Board declared a dividend of $0.25 per share, payable on March 31, 2025 to holders of record on March 14, 2025."


@pytest.mark.parametrize(
    "piece", ["(NYSE: AAA) ", "(NYSE: AAA)", "[NYSE: AAA](NYSE: AAA) ", '("the "Company") (NYSE: AAA) (']
)
def test_thousands_of_brackets_in_a_row(piece: str) -> None:
    reading = load().read(Text(piece * 3000 + DIVIDEND, "plain"))
    assert [str(one.amount.money) for one in reading.announcements if one.amount] == ["USD 0.25"]
    assert [item.value for one in reading.announcements for item in one.issuer.ids] == ["AAA"]


def test_a_name_before_two_symbols_is_still_found() -> None:
    content = "Harrow Tool Corp. (NYSE: HTC) (TSX: HTC) today announced its dividend." + DIVIDEND
    assert load().read(Text(content, "plain")).announcements[0].issuer.name == "Harrow Tool Corp."


@pytest.mark.parametrize(
    ("day", "gross", "tax", "net"),
    [
        ("17", "71.00", "10 % 7.10", "63.90"),
        ("10", "71.00", "7.10", "63.90"),
        ("4", "100.00", "25.00", "75.00"),
    ],
)
def test_neither_rates_of_tax_nor_dates_count_the_shares_of_a_slip(
    day: str, gross: str, tax: str, net: str
) -> None:
    content = (
        "Account number 12345\nDividend advice in your favour\nHarwell Tools plc GB0001234567\nEx date 2 April 2026\n"
        f"Payment date {day} April 2026\nGross {gross} USD\nWithholding tax {tax} USD\nNet {net} USD\n"
    )
    (one,) = load().read(Text(content, "plain")).announcements
    assert [item.day for item in one.dates] == [date(2026, 4, 2), date(2026, 4, int(day))]
    assert one.amount is None
