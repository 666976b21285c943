"""Texts that are made to break their reader are read like any other."""

from __future__ import annotations

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
