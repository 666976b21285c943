"""A table of record dates: what is added, what is declined, and that nothing stops the rest."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from calendar_service.markets import Markets, derive_csv, load
from calendar_service.markets.table import find_missing


@pytest.fixture(scope="module")
def markets() -> Markets:
    return load()


def run(text: str, markets: Markets) -> tuple[list[dict[str, str]], list[str]]:
    return derive_csv(csv.DictReader(StringIO(text)), markets)


def test_columns_are_added(markets: Markets) -> None:
    rows, columns = run("mic,record\nXTKS,2018-03-31\n", markets)
    assert columns == ["mic", "record", "ex", "last_cum", "rule", "declined"]
    assert rows == [
        {
            "mic": "XTKS",
            "record": "2018-03-31",
            "ex": "2018-03-28",
            "last_cum": "2018-03-27",
            "rule": "japan-t3",
            "declined": "",
        }
    ]


def test_other_header_words_and_stated_dates_are_kept(markets: Markets) -> None:
    rows, columns = run(
        "market(MIC),symbol,ex,record,rule\n xnys ,T, 2025-11-11 ,2025-11-11 00:00:00,mine\n", markets
    )
    assert columns == [
        "market(MIC)",
        "symbol",
        "ex_stated",
        "record",
        "rule_stated",
        "ex",
        "last_cum",
        "rule",
        "declined",
    ]
    assert (rows[0]["ex_stated"], rows[0]["ex"]) == (" 2025-11-11 ", "2025-11-10")
    assert (rows[0]["rule_stated"], rows[0]["rule"]) == ("mine", "us-t1")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("XNYS,31.12.2024,,,", "record '31.12.2024' is not a date like 2025-11-11"),
        ("XNYS,,,,", "neither a record date nor a book-close date"),
        (",2024-12-31,,,", "the row names no market"),
        ("NYSE!,2024-12-31,,,", "the market 'NYSE!' is not known"),
        ("XNYS/XNAS,2024-12-31,,,", "names several markets"),
        ("XHKG,,2024-02-30,,", "bookclose_from '2024-02-30' is not a date"),
        ("XNYS,2024-12-31,,spin-off,", "spin-off"),
        ("XNYS,2024-12-31,,special,", "special dividend"),
        ("XNYS,2024-12-31,,,BNS", "foreign issuer's line"),
        ("XNYS,2024-12-31,,,IBM,surplus", "more cells than the header"),
    ],
)
def test_bad_rows_are_declined_and_stop_nothing(markets: Markets, cells: str, reason: str) -> None:
    head = "mic,record,bookclose_from,event,symbol\n"
    rows, columns = run(f"{head}{cells}\nXNYS,2024-12-30,,,\n", markets)
    assert reason in rows[0]["declined"]
    assert (rows[0]["ex"], rows[0]["last_cum"], rows[0]["rule"]) == ("", "", "")
    assert (rows[1]["ex"], rows[1]["declined"]) == ("2024-12-30", "")
    assert set(rows[0]) <= set(columns)


def test_short_rows_and_odd_shares(markets: Markets) -> None:
    rows, _ = run(
        "mic,record,amount_share,note\nXNYS,2024-12-30\nXNYS,2024-12-30,0.4,\nXNYS,2024-12-30,much,\n"
        "XNYS,2024-12-30,NaN,\nXNYS,2024-12-30,,demerger\nXNYS,2024-12-30,,paid early\n",
        markets,
    )
    assert rows[0]["ex"] == "2024-12-30"
    assert "25% or more" in rows[1]["declined"]
    assert "'much' is not a number" in rows[2]["declined"]
    assert "'NaN' is not a number" in rows[3]["declined"]
    assert "spin-off" in rows[4]["declined"]
    assert rows[5]["ex"] == "2024-12-30"


def test_rows_need_not_come_from_a_csv_reader(markets: Markets) -> None:
    rows, columns = derive_csv([{"mic": "XHKG", "bookclose_from": "2024-12-16"}], markets)
    assert rows[0]["ex"] == "2024-12-12"
    assert columns == ["mic", "bookclose_from", "ex", "last_cum", "rule", "declined"]


def test_an_empty_table_keeps_its_header(markets: Markets) -> None:
    assert run("mic,record\n", markets) == ([], ["mic", "record", "ex", "last_cum", "rule", "declined"])


def test_a_row_that_is_no_csv_stops_nothing(markets: Markets) -> None:
    huge = "x" * (csv.field_size_limit() + 1)
    rows, columns = run(f"mic,record\nXNYS,{huge}\nXNYS,2024-12-30\n", markets)
    assert "cannot be read: field larger than field limit" in rows[0]["declined"]
    assert rows[1]["ex"] == "2024-12-30"
    assert columns == ["mic", "record", "ex", "last_cum", "rule", "declined"]


def test_a_book_closure_does_for_a_record_date() -> None:
    assert find_missing(["mic", "bookclose_from"]) == []
    assert find_missing(["mic", "event"]) == ["record"]


@pytest.mark.parametrize(
    ("columns", "cells", "reason"),
    [
        ("declared", "XNYS,2009-04-15,2009-04-14", "no later than the day on which it was declared"),
        ("announced", "XLON,2024-05-10,2024-05-20", "no later than the day on which it was declared"),
        ("declared", "XNYS,2009-04-15,2009-04-10", ""),
        ("declared", "XTKS,2024-03-31,2024-05-10", ""),  # the articles fix the record date
        ("declared", "XNYS,2009-04-15,soon", ""),
        ("pay", "XNYS,2024-12-30,2024-12-20", "it is paid on 2024-12-20, before the ex-date"),
        ("pay", "XNYS,2024-12-30,2024-12-30", ""),
        ("cum_date", "XIDX,2024-06-11,2024-06-10", "as the last day to buy, the rule 2024-06-07"),
        ("cum", "XIDX,2024-06-11,2024-06-07", ""),
        ("cum", "XIDX,2024-06-11,2024-06-09", ""),  # a Sunday: Friday is meant
        ("note", "XIDX,2024-06-11,cum=2024-06-03 ok", "the row gives 2024-06-03 as the last day to buy"),
        ("note", "XIDX,2024-06-11,cum=2024-06-31", ""),
        ("note", "XIDX,2024-06-11,document=2024-06-03", ""),
    ],
)
def test_a_row_that_contradicts_itself_is_declined(
    markets: Markets, columns: str, cells: str, reason: str
) -> None:
    row = run(f"mic,record,{columns}\n{cells}\n", markets)[0][0]
    assert reason in row["declined"]
    assert bool(row["ex"]) is not bool(reason)


def test_hong_kong_needs_to_know_whether_the_books_close(markets: Markets) -> None:
    assert "no column bookclose_from" in run("mic,record\nXHKG,2024-09-05\n", markets)[0][0]["declined"]
    rows, _ = run("mic,record,bookclose_from\nXHKG,2024-09-05,\nXHKG,2025-06-02,2025-05-27\n", markets)
    assert [row["ex"] for row in rows] == ["2024-09-04", "2025-05-23"]
