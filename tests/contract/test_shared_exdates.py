"""Published ex-dates of many issuers against the rules, where the table lies beside the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calendar_service.markets import derive_csv, load

# Rows that no rule explains: a large distribution with a deferred ex-date (in the list of known noise that
# comes with the table), and two share lines that became one without a word about it.
NOISE = {("XNYS", "HR", "2022-07-19"), ("XLON", "GB00B03MLX29", "2022-01-28")}
MUST_DECLINE = {("OTCM", "FRTAY"), ("XNSE", "demerger")}

Row = dict[str, str]


def read(path: Path, *, with_notes: bool = True) -> list[Row]:
    if not path.is_file():
        pytest.skip(f"there is no {path.name} beside this checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not with_notes:  # a last day to buy in a remark tells the ex-date: see how the rules do without
        rows = [
            row | {"note": "" if row.get("note", "").startswith("cum=") else row.get("note", "")}
            for row in rows
        ]
    return derive_csv(rows, load())[0]


FILES = ["exdates.csv", "exdates_bookclose.csv"]


@pytest.fixture(scope="module", params=FILES)
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
    assert len(derived) - len(wrong) >= 0.99 * len(derived)


def test_the_rules_alone_are_right_too() -> None:
    root = Path(__file__).resolve().parents[2].parent / "shared" / "exdates"
    rows = [row for name in FILES for row in read(root / name, with_notes=False)]
    derived = [row for row in rows if row["ex"]]
    right = [row for row in derived if row["ex"] == row["ex_stated"]]
    assert len(right) >= 0.985 * len(derived)
    assert len(derived) >= 0.9 * len(rows)


def test_nine_of_ten_rows_are_derived(rows: list[Row]) -> None:
    assert len([row for row in rows if row["ex"]]) >= 0.9 * len(rows)
    assert all(row["declined"] or row["ex"] for row in rows)


def test_foreign_lines_and_demergers_are_never_derived(rows: list[Row]) -> None:
    for row in rows:
        if {(row["market(MIC)"], row["symbol"]), (row["market(MIC)"], row.get("note", ""))} & MUST_DECLINE:
            assert (row["ex"], bool(row["declined"])) == ("", True)
