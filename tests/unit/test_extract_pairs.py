"""Labels on lines of their own, with their values below them."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract.layout.pairs import paired
from calendar_service.extract.page.normalise import Table
from tests.extracting import bound, only, read, told

MAY = date(2026, 5, 4)
DATES = {"ex": "2026-05-14", "record": "2026-05-15", "payment": "2026-05-29"}


def tables(text: str) -> list[list[list[str]]]:
    """The rows of each table that the lines of a text make below a title."""
    text = f"Dividend of Orchard plc\n\n{text}"
    binder, languages = bound(text)
    items = paired(binder.page.items, binder, languages)
    return [
        [[text[slice(*cell)] for cell in row.cells] for row in item.rows]
        for item in items
        if isinstance(item, Table)
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_values_below_their_labels(gap: str) -> None:
    lines = ["Ex-date", "14 May 2026", "Record date", "15 May 2026", "Payment date", "29 May 2026"]
    text = f"Final dividend of EUR 0.40 per share\n\n{gap.join(lines)}\n"
    assert told(text, MAY) == [("EUR 0.40", DATES)]


def test_weekdays_before_the_dates() -> None:
    text = "Ex-date\nThursday, 14 May 2026\nRecord date\nFri. 15 May 2026\nPayment date\nFriday 29 May 2026"
    assert tables(text) == [
        [["Ex-date", "Thursday, 14 May 2026"], ["Record date", "Fri. 15 May 2026"], ["Payment date", "Friday 29 May 2026"]]
    ]  # fmt: skip


def test_an_amount_is_a_value_too() -> None:
    text = "Gross amount per share\n\nEUR 0.40\n\nRecord date\n\n15 May 2026\n\nPayment date\n\n29 May 2026"
    assert told(f"Dividend\n\n{text}", MAY) == [
        ("EUR 0.40", {"record": "2026-05-15", "payment": "2026-05-29"})
    ]


def test_a_label_over_two_lines() -> None:
    text = "Record date\n(close of business)\n15 May 2026\nPayment date\n29 May 2026"
    assert tables(text) == [
        [["Record date\n(close of business)", "15 May 2026"], ["Payment date", "29 May 2026"]]
    ]


def test_lines_between_two_rows_part_no_table() -> None:
    lines = ["Record date", "15 May 2026", "Tax rate", "25 %", "Payment date", "29 May 2026"]
    assert tables("\n\n".join(lines)) == [[["Record date", "15 May 2026"], ["Payment date", "29 May 2026"]]]


def test_rows_far_apart_are_two_tables() -> None:
    prose = "\n\n".join(
        f"The committee met for the {number}th time and spoke of nothing." for number in range(4, 14)
    )
    pair = "Record date\n15 May 2026\nPayment date\n29 May 2026"
    assert [len(table) for table in tables(f"{pair}\n\n{prose}\n\n{pair}")] == [2, 2]


def test_a_lone_date_below_a_heading_is_no_table() -> None:
    assert tables("Dividend\n\nPayment date\n\n29 May 2026\n\nThe board met today.") == []


def test_the_title_with_the_day_of_the_letter_below_is_no_row() -> None:
    text = "Payment of dividend\n4 May 2026\nRecord date\n15 May 2026\nAmount per share\nEUR 0.40"
    assert told(text, MAY) == [("EUR 0.40", {"record": "2026-05-15"})]


def test_a_value_two_paragraphs_below_is_not_the_labels() -> None:
    text = "Record date\n\nSee the note below.\n\n15 May 2026\n\nPayment date\n\nSee the note below.\n\n29 May 2026"
    assert tables(text) == []
    assert read(f"Dividend of EUR 0.40 per share\n\n{text}", MAY).announcements == ()


def test_cells_that_hold_label_and_value_are_lines() -> None:
    one = only("Dividend of EUR 0.40 per share\n\nEx-date 14.05.2026    Payment date 29.05.2026", MAY)
    assert {item.kind.value: item.day for item in one.dates} == {
        "ex": date(2026, 5, 14),
        "payment": date(2026, 5, 29),
    }
