"""Lists of funds that have lost their table: which lines are rows, and which days they are given."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from calendar_service.extract import Extractor, load
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateKind
from calendar_service.model.document import Text

_ABOVE = """NEW YORK, March 2, 2026 (GLOBE NEWSWIRE) -- The Boards of the Larkmoor funds have declared distributions, \
payable on April 1, 2026 to shareholders of record on March 12, 2026.

"""
_HEADS = "Fund\nTicker\nAmount per share\n"
_ROWS = "Larkmoor Income Fund\nLIF\n$0.1125\nLarkmoor Bond Fund\nLBF\n$0.0800\n"


@cache
def extractor() -> Extractor:
    return load()


def read(text: str) -> tuple[Announcement, ...]:
    return extractor().read(Text(text, "txt")).announcements


def rows(text: str) -> list[tuple[str | None, str | None]]:
    return [(one.security, str(one.amount.money.amount) if one.amount else None) for one in read(text)]


def day(one: Announcement, kind: DateKind) -> date | None:
    return next((item.day for item in one.dates if item.kind is kind), None)


WANTED = [("Larkmoor Income Fund", "0.1125"), ("Larkmoor Bond Fund", "0.0800")]


@pytest.mark.parametrize(
    "lines",
    [
        _HEADS + _ROWS,
        "Ticker\nFund\nDistribution per share\nLIF\nLarkmoor Income Fund\n$0.1125\nLBF\nLarkmoor Bond Fund\n$0.0800\n",
        "Fund |\nSymbol |\nPer Share |\nLarkmoor Income Fund |\n(NYSE: LIF) |\n$0.1125 |\nLarkmoor Bond Fund |\n(NYSE: LBF) |\n$0.0800 |\n",
        "Per Share\n\nFundSymbolAmountChange From Previous Month\nLarkmoor Income Fund(NYSE: LIF)$0.1125--\nLarkmoor Bond Fund(NYSE: LBF)$0.0800($0.0010)(1.23%)\n",
        _HEADS.replace("\n", "\n\n") + _ROWS.replace("\n", "\n\n"),
    ],
)
def test_each_row_is_an_action_of_its_own(lines: str) -> None:
    assert rows(_ABOVE + lines) == WANTED
    for one in read(_ABOVE + lines):
        assert day(one, DateKind.RECORD) == date(2026, 3, 12)
        assert day(one, DateKind.PAYMENT) == date(2026, 4, 1)
        assert one.doubts == ()


@pytest.mark.parametrize(
    "lines",
    [
        # figures that touch: nobody can tell where the amount ends
        "Per Share\n\nLarkmoor Income Fund(NYSE: LIF)$0.11250010.08%\nLarkmoor Bond Fund(NYSE: LBF)$0.0800009.92%\n",
        # no words for an amount per share above
        "Fund\nTicker\nClosing price\n" + _ROWS,
        # names of what a distribution consists of, without symbols
        "Estimated sources\nPer share amount\nNet investment income\n$0.0200\nReturn of capital\n$0.0300\n",
        # a row that is not understood
        _HEADS + _ROWS + "larkmoor credit\n$0.0500\n",
    ],
)
def test_other_lines_are_no_list(lines: str) -> None:
    assert rows(_ABOVE + lines) == [(None, None)]


def test_days_below_a_single_list_are_its_own() -> None:
    above, told = _ABOVE.split(", payable")
    text = f"{above}.\n\n{_HEADS}{_ROWS}\nThe distributions are payable{told}"
    assert rows(text) == WANTED
    assert {day(one, DateKind.PAYMENT) for one in read(text)} == {date(2026, 4, 1)}


def test_days_of_several_payments_above_are_doubted() -> None:
    text = _ABOVE + "Others are payable on May 1, 2026 to shareholders of record on April 13, 2026.\n\n"
    found = read(text + _HEADS + _ROWS)
    assert len(found) == 2
    assert all(one.doubts for one in found)


@pytest.mark.parametrize(
    "house", ["Larkmoor Asset Management LLC (NYSE: LAM)", "The Boards of the Larkmoor funds"]
)
def test_days_of_another_company_are_not_those_of_the_rows(house: str) -> None:
    above = f"NEW YORK, March 2, 2026 (GLOBE NEWSWIRE) -- {house} announced distributions.\n\n"
    told = "The dividend of Acme Tool Inc. (NYSE: ACM) is payable on May 9, 2026 to holders of record on May 4, 2026."
    found = read(f"{above}{_HEADS}{_ROWS}\n{told}")
    paid = [one for one in found if day(one, DateKind.PAYMENT) == date(2026, 5, 9)]
    assert paid
    assert all(one.doubts for one in paid if (one.security or "").startswith("Larkmoor"))


def test_a_long_list_without_heads_is_no_list() -> None:
    lines = "".join(f"Larkmoor Fund {number}\nLIF\n$0.{number:04}\n" for number in range(1, 3000))
    assert len(rows(_ABOVE + lines)) == 1
