"""Amounts whose unit stands in a heading, and those that are told in hundredths."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from calendar_service.extract.candidates.amounts import AmountReader
from calendar_service.extract.page.normalise import fold
from tests.announcing import in_words
from tests.extracting import amount, extractor, only, told

MAY = date(2026, 5, 4)
READER = AmountReader(next(one for one in extractor().lexicons if one.language == "en"))


@pytest.mark.parametrize(
    ("heading", "value", "currency"),
    [
        ("Pence per share", "0.125", "GBP"),
        ("Dividend (pence)", "0.125", "GBP"),
        ("Cents per share", "0.125", "*"),
        ("HK cents per share", "0.125", "HKD"),
        ("US cents per share", "0.125", "USD"),
        ("S cents", "0.125", "SGD"),
        ("Sen per share", "0.125", "MYR"),
        ("Paise per share", "0.125", "INR"),
        ("GBP per share", "12.5", "GBP"),
        ("Dollars per share", "12.5", "*"),
        ("Dividend per share", "12.5", None),
        ("Recent dividend", "12.5", None),
    ],
)
def test_a_bare_number_has_the_unit_of_its_heading(heading: str, value: str, currency: str | None) -> None:
    found = READER.in_unit_of(Decimal("12.5"), fold(heading), 0, len(heading))
    assert found == (Decimal(value), currency)


def test_a_column_in_pence() -> None:
    text = (
        "Dividends of Wharfe plc\n\n"
        "Dividend\tPence per share\tEx-date\tRecord date\tPayment date\n"
        "Final 2025\t8.40\t14 May 2026\t15 May 2026\t29 May 2026\n"
        "Special\t12\t14 May 2026\t15 May 2026\t29 May 2026\n"
    )
    assert [value for value, _ in told(text, MAY)] == ["GBP 0.084", "GBP 0.12"]


@pytest.mark.parametrize(
    ("words", "value", "currency"),
    [
        ("HK12 cents", "0.12", "HKD"),
        ("HK 12 cents", "0.12", "HKD"),
        ("US 12 cents", "0.12", "USD"),
        ("S12 cents", "0.12", "SGD"),
        ("a 12 cents dividend", "0.12", "*"),
        ("Re. 0.50", "0.50", "INR"),
        ("TL 1.75", "1.75", "TRY"),
        ("R0.85", "0.85", "ZAR"),
    ],
)
def test_signs_and_letters_of_currencies(words: str, value: str, currency: str) -> None:
    found = READER.money(fold(words), 0, len(words))
    assert [(one.amount, one.currency) for one in found] == [(Decimal(value), currency)]


@pytest.mark.parametrize(
    ("words", "minor"),
    [("9.0p", True), ("9 cents", True), ("eleven cents", True), ("GBP 9", False), ("$0.09", False)],
)
def test_hundredths_are_known_as_such(words: str, minor: bool) -> None:
    assert [one.minor for one in READER.money(fold(words), 0, len(words))] == [minor]


def test_a_date_right_after_a_label_is_no_amount() -> None:
    words = "dividend per share: 20.07.2026"
    assert READER.labelled_number(fold(words), words.index(":"), len(words)) is None
    words = "dividend per share: 20.07"
    found = READER.labelled_number(fold(words), words.index(":"), len(words))
    assert found is not None
    assert found.amount == Decimal("20.07")


def test_hundredths_behind_a_dividend_are_paid_per_share() -> None:
    text = "Wharfe plc will pay a final dividend for the year to 31 March 2026 of 9.0p on 29 May 2026."
    assert told(text, MAY) == [("GBP 0.09", {"payment": "2026-05-29"})]


def test_pounds_behind_a_dividend_may_be_a_total() -> None:
    one = only(
        "Wharfe plc will pay a final dividend for the year to 31 March 2026 of £9.0 on 29 May 2026.", MAY
    )
    assert amount(one) is None
    assert "no amount per share was found" in in_words(one.doubts)


def test_hundredths_that_no_dividend_precedes_are_not_paid() -> None:
    one = only("At 9.0p the shares are cheap, and the dividend is paid on 29 May 2026.", MAY)
    assert amount(one) is None


@pytest.mark.parametrize(
    "words",
    [
        "(2025: 3.1p)",
        "(six months to 30 June 2025: 3.1p)",
        "(interim dividend for 2025: 3.1p)",
        "(H1 2025: 3.1p)",
    ],
)
def test_an_amount_of_an_older_period_in_brackets(words: str) -> None:
    text = f"An interim dividend of 3.4p {words} per share will be paid on 29 May 2026."
    assert told(text, MAY) == [("GBP 0.034", {"payment": "2026-05-29"})]


@pytest.mark.parametrize("words", ["S&P 500 Dividend Aristocrats", "P4.75 a share"])
def test_a_letter_for_hundredths_stands_behind_its_number(words: str) -> None:
    assert READER.money(fold(words), 0, len(words)) == []


@pytest.mark.parametrize("words", ["1. halvår 2024", "per år 7,50"])
def test_the_end_of_a_word_is_no_currency(words: str) -> None:
    assert READER.money(fold(words), 0, len(words)) == []
