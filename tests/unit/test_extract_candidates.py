from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from calendar_service.extract import load
from calendar_service.extract.candidates.amounts import AmountReader
from calendar_service.extract.candidates.dates import DateReader, DateSpan
from calendar_service.extract.candidates.numeric import century
from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.page.normalise import fold


@cache
def lexicon(language: str) -> Lexicon:
    return next(one for one in load().lexicons if one.language == language)


def dates(text: str, language: str = "en") -> list[DateSpan]:
    return DateReader(lexicon(language)).read(fold(text))


@pytest.mark.parametrize(
    "text",
    ["May 7, 2025", "7 May 2025", "7th May 2025", "May 7th, 2025", "MAY 7 2025", "7-May-2025", "the 7th day of May, 2025", "2025-05-07",
     "20250507", "May 7 , 2025", "7 of May 2025", "May\n7, 2025", "Ｍａｙ　７，　２０２５"],
)  # fmt: skip
def test_written_orders(text: str) -> None:
    assert [one.value for one in dates(text)] == [date(2025, 5, 7)]


def test_numeric_date_with_two_readings_keeps_both() -> None:
    one = dates("03/04/2025")[0]
    assert {one.value, one.other} == {date(2025, 3, 4), date(2025, 4, 3)}


def test_numeric_date_with_one_reading() -> None:
    assert [(one.value, one.other) for one in dates("23/04/2025 and 4/23/25")] == [
        (date(2025, 4, 23), None)
    ] * 2


@pytest.mark.parametrize(
    "text", ["February 30, 2025", "31/31/2025", "may 45", "1.2.3.4", "10,000", "99%", "2.5/7.5/10.5"]
)
def test_what_is_no_date(text: str) -> None:
    assert [one for one in dates(text) if one.day] == []


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("利益剰余金13.002026年3月31日2026年6月26日", "ja", [date(2026, 3, 31), date(2026, 6, 26)]),
        ("為除息基準日，115年6月22日為發放日", "zh", [date(2026, 6, 22)]),
        ("登记日为2026年6月2日，2026年6月3日除息", "zh", [date(2026, 6, 2), date(2026, 6, 3)]),
        ("87年6月22日為發放日", "zh", []),  # a year that is not understood: no day of another year is read
        ("97年6月22日為發放日", "zh", [date(2008, 6, 22)]),  # of the republic
        ("同年6月22日", "ja", [None]),
        ("1,2026年6月22日", "ja", []),
    ],
)
def test_what_stands_right_before_a_date_in_a_script_without_blanks(
    text: str, language: str, days: list[date | None]
) -> None:
    assert [one.value for one in dates(text, language)] == days


def test_year_left_out_and_month_alone() -> None:
    found = dates("payable March 31 for April 2025")
    assert [(one.year, one.month, one.day) for one in found] == [(None, 3, 31), (2025, 4, None)]


@pytest.mark.parametrize(
    ("text", "language"),
    [("令和7年5月7日", "ja"), ("２０２５年５月７日", "ja"), ("7. Mai 2025", "de"), ("07.05.2025", "de"), ("7 mai 2025", "fr"), ("7 de mayo de 2025", "es"),
     ("2025년 5월 7일", "ko"), ("2025年5月7日", "zh"), ("7 maggio 2025", "it"), ("7 de maio de 2025", "pt"), ("7 maj 2025", "sv"), ("7. toukokuuta 2025", "fi")],
)  # fmt: skip
def test_dates_of_other_languages(text: str, language: str) -> None:
    assert [one.value for one in dates(text, language)] == [date(2025, 5, 7)]


@pytest.mark.parametrize(("year", "full"), [(25, 2025), (69, 2069), (70, 1970), (99, 1999)])
def test_century_of_two_digits(year: int, full: int) -> None:
    assert century(year) == full


def money(text: str, language: str = "en") -> list[tuple[Decimal, str | None]]:
    found = AmountReader(lexicon(language)).money(fold(text), 0, len(text))
    return [(one.amount, one.currency) for one in found]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("$0.25", "0.25", "*"), ("US$1,250.50", "1250.50", "USD"), ("JPY13.50", "13.50", "JPY"), ("12.4 pence", "0.124", "GBP"), ("12.4p", "0.124", "GBP"),
     ("28 cents", "0.28", "*"), ("C$0.15", "0.15", "CAD"), ("0.35 euros", "0.35", "EUR"), ("€0.35", "0.35", "EUR"), ("$.11", "0.11", "*"),
     ("CAD 1.75 cents", "0.0175", "CAD"), ("NOK 4.82", "4.82", "NOK"), ("$3.5 million", "3500000", "*"), ("₹2.50", "2.50", "INR")],
)  # fmt: skip
def test_money(text: str, amount: str, currency: str | None) -> None:
    assert money(text) == [(Decimal(amount), currency)]


@pytest.mark.parametrize("text", ["12%", "1,234", "in 2025", "call 555-1234"])
def test_what_is_no_money(text: str) -> None:
    assert money(text) == []


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("1-for-60", "1:60"), ("two-for-one", "2:1"), ("1:7.7", "1:7.7"), ("1 for 10", "1:10"), ("one right for every 8", "1:8"),
     ("every twenty shares be combined into one", "1:20")],
)  # fmt: skip
def test_ratios(text: str, ratio: str) -> None:
    found = AmountReader(lexicon("en")).ratios(fold(text), 0, len(text))
    assert [str(one.ratio) for one in found] == [ratio]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("10 June 2026 (Wednesday)", "en"),
        ("June 10, 2026 (Wed.)", "en"),
        ("10/06/2026(Wednesday)", "en"),
        ("10. Juni 2026 (Mittwoch)", "de"),
        ("10 juin 2026 (mercredi)", "fr"),
        ("10 de junho de 2026 (quarta-feira)", "pt"),
    ],
)
def test_the_weekday_in_brackets_belongs_to_its_date(text: str, language: str) -> None:
    assert [text[one.start : one.end] for one in dates(f"{text} and", language)] == [text]


@pytest.mark.parametrize(
    "behind", ["(Thursday)", "(Record Date)", "(Wednesday and Thursday)", "(We are closed)"]
)
def test_other_words_in_brackets_do_not(behind: str) -> None:
    assert [one.end for one in dates(f"10 June 2026 {behind}")] == [len("10 June 2026")]
