"""Published ex-dates of many issuers against the rules, where the table lies beside the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calendar_service.markets import derive_csv, load

# Rows that are wrong in the table itself: an ex-date after or on the record date where the market has
# none, a corporate reorganisation without a word, a register that closed without its date.
NOISE = {
    ("XNYS", "HR", "2022-07-19"),  # large distribution, deferred
    ("XNAS", "AGYS", "2009-04-15"),
    ("XNAS", "AGYS", "2009-01-15"),
    ("XLON", "GB00B03MLX29", "2022-01-28"),  # assimilation of two share lines
    ("XHKG", "01816", "2025-06-02"),  # the books closed; no date of it in the row
    ("XIDX", "MYOR", "2021-08-04"),  # record date equal to the ex-date
    ("XIDX", "PGAS", "2022-06-09"),
    ("XIDX", "SIDO", "2020-11-02"),  # record date equal to the last cum date
    ("XIDX", "INDY", "2024-05-22"),  # record date four trading days after the ex-date
    ("XIDX", "GEMS", "2021-04-29"),
    ("XIDX", "SIDO", "2024-05-30"),
}
MUST_DECLINE = {("OTCM", "FRTAY"), ("XNSE", "demerger")}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    if not path.is_file():
        pytest.skip(f"there is no {path.name} beside this checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        return derive_csv(csv.DictReader(lines), load())[0]


@pytest.fixture(scope="module", params=["exdates.csv", "exdates_bookclose.csv"])
def rows(request: pytest.FixtureRequest) -> list[Row]:
    root = Path(__file__).resolve().parents[2]
    return read(root.parent / "shared" / "exdates" / str(request.param))


def test_derived_dates_are_right(rows: list[Row]) -> None:
    derived = [row for row in rows if row["ex"]]
    wrong = {
        (row["market(MIC)"], row["symbol"], row.get("record", ""))
        for row in derived
        if row["ex"] != row["ex_stated"]
    }
    assert wrong <= NOISE
    assert len(derived) - len(wrong) >= 0.98 * len(derived)


def test_nine_of_ten_rows_are_derived(rows: list[Row]) -> None:
    assert len([row for row in rows if row["ex"]]) >= 0.9 * len(rows)
    assert all(row["declined"] or row["ex"] for row in rows)


def test_foreign_lines_and_demergers_are_never_derived(rows: list[Row]) -> None:
    for row in rows:
        if {(row["market(MIC)"], row["symbol"]), (row["market(MIC)"], row.get("note", ""))} & MUST_DECLINE:
            assert (row["ex"], bool(row["declined"])) == ("", True)
