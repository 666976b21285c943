"""How many times one amount is in another, whatever a sender writes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calendar_service.extract.candidates.money import times


@pytest.mark.parametrize(
    ("whole", "part", "count"),
    [
        ("30.00", "0.25", 120),
        ("0.25", "0.25", 1),
        ("0.30", "0.25", 0),
        ("0.25", "0.50", 0),
        ("1", "0", 0),
        ("100000000000000000000", "0.0000000001", 0),
        ("1000000000000", "0.0000000000000001", 0),
    ],
)
def test_times(whole: str, part: str, count: int) -> None:
    assert times(Decimal(whole), Decimal(part)) == count
