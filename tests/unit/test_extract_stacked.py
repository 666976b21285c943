"""Tables whose cells stand one below the other."""

from __future__ import annotations

from datetime import date

from calendar_service.extract.layout.stacked import is_value, with_stacked
from calendar_service.extract.page.normalise import Table, Unit
from tests.extracting import bound, told

MARCH = date(2026, 3, 2)
HEADS = "Record date\nPayment date\nAmount\n"
ROWS = "31 March 2026\n15 April 2026\n$0.10\n30 April 2026\n15 May 2026\n$0.12\n"
BOTH = [
    ("? 0.10", {"record": "2026-03-31", "payment": "2026-04-15"}),
    ("? 0.12", {"record": "2026-04-30", "payment": "2026-05-15"}),
]


def rows(text: str) -> list[list[str]]:
    """The rows of the only table that the lines of a text make."""
    binder, languages = bound(text)
    items = with_stacked(binder.page.items, binder, languages)
    found = [item for item in items if isinstance(item, Table)]
    assert len(found) <= 1
    return [[text[slice(*cell)] for cell in row.cells] for table in found for row in table.rows]


def test_heads_and_then_the_cells_of_each_row() -> None:
    assert told(f"The trust declared these distributions:\n\n{HEADS}{ROWS}", MARCH) == BOTH


def test_blank_lines_between_the_cells_do_not_matter() -> None:
    spread = (HEADS + ROWS).replace("\n", "\n\n")
    assert told(f"The trust declared these distributions:\n\n{spread}", MARCH) == BOTH


def test_a_line_too_many_above_the_heads() -> None:
    assert rows(f"Distribution\nPer unit\n{HEADS}{ROWS}") == [
        ["Record date", "Payment date", "Amount"],
        ["31 March 2026", "15 April 2026", "$0.10"],
        ["30 April 2026", "15 May 2026", "$0.12"],
    ]


def test_the_first_column_may_name_the_row() -> None:
    text = "Fund\nRecord date\nPayment date\nAlder Fund\n31 March 2026\n15 April 2026\nBirch Fund\n30 April 2026\n15 May 2026\n"
    assert rows(text) == [
        ["Fund", "Record date", "Payment date"],
        ["Alder Fund", "31 March 2026", "15 April 2026"],
        ["Birch Fund", "30 April 2026", "15 May 2026"],
    ]


def test_what_follows_the_rows_is_no_row() -> None:
    text = f"{HEADS}{ROWS}For more information\nInvestor Relations\n1 Quay Street\n"
    assert len(rows(text)) == 3


def test_one_date_below_two_heads_is_no_table() -> None:
    assert rows("Record date\nPayment date\nAmount\n31 March 2026\nto be announced\n$0.10\n") == []


def test_heads_without_rows_are_no_table() -> None:
    assert rows("Record date\nPayment date\nAmount\n\nThe board has not met yet.") == []


def test_labels_and_values_in_turn_are_no_stacked_table() -> None:
    text = "Record date\n31 March 2026\nPayment date\n15 April 2026\nAmount\n$0.10\n"
    assert rows(text) == []
    assert told(f"The trust declared a distribution.\n\n{text}", MARCH) == [BOTH[0]]


def test_sentences_are_no_heads() -> None:
    text = "The record date is not known yet.\nThe payment date is not known yet.\n31 March 2026\n15 April 2026\n"
    assert rows(text) == []


def values(text: str) -> list[bool]:
    binder, languages = bound(text)
    return [is_value(item, binder, languages) for item in binder.page.items if isinstance(item, Unit)]


def test_values_begin_with_a_date_a_weekday_or_an_amount() -> None:
    lines = ["5 May 2026", "Tuesday, 5 May 2026", "Tue. 5 May 2026", "$0.20 per share", "USD 0.20"]
    assert [values(line) for line in lines] == [[True]] * len(lines)


def test_lines_that_say_more_are_no_values() -> None:
    lines = [
        "Paid on 5 May 2026",
        "5 May 2026 is the day on which the register closes",
        "Record date",
        "2026",
    ]
    assert [values(line) for line in lines] == [[False]] * len(lines)


def test_a_head_that_is_not_known_has_its_column() -> None:
    heads = "Quarter\nPeriod ended\nRecord date\nPayment date\n"
    text = f"{heads}First\n31 March 2026\n10 April 2026\n24 April 2026\nSecond\n30 June 2026\n10 July 2026\n24 July 2026\n"
    assert [row[1:] for row in rows(text)] == [
        ["Period ended", "Record date", "Payment date"],
        ["31 March 2026", "10 April 2026", "24 April 2026"],
        ["30 June 2026", "10 July 2026", "24 July 2026"],
    ]


def test_cells_that_do_not_divide_into_rows_are_left_unread() -> None:
    days = "31 March 2026\n15 April 2026\n30 April 2026\n"
    assert rows(f"Record date\nPayment date\n{days}") == []


def test_cells_that_divide_into_rows_in_two_ways_are_left_unread() -> None:
    days = "31 March 2026\n20 April 2026\n8 May 2026\n30 June 2026\n20 July 2026\n7 August 2026\n"
    assert rows(f"Period end\nRecord date\nPayment date\n{days}") == []


def test_a_heading_apart_from_the_heads_is_none() -> None:
    text = "Record date\nPayment date\nAmount\n31 March 2026\n20 April 2026\n$0.10\n"
    assert len(rows(f"Distributions\n\n{text}")) == 2


def test_a_value_below_its_label_may_be_inexact() -> None:
    text = "Orchard Pumps plc pays a dividend of 10p per share.\n\nEx-date:\n18 June 2026\nRecord date:\n19 June 2026\nPayment date:\nOn or about 24 June 2026"
    assert told(text) == [("GBP 0.1", {"ex": "2026-06-18", "record": "2026-06-19", "payment": "2026-06-24"})]
