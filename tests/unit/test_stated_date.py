"""The day that a container states."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.text.stated_date import parse_stated_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-04T09:00:00+09:00", date(2026, 5, 4)),
        ("20260504", date(2026, 5, 4)),
        ("Mon, 04 May 2026 23:30:00 -0500", date(2026, 5, 4)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
        ("03/04/2025", None),
        ("2026-02-31", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
    ],
)
def test_only_a_certain_day_of_our_age_is_taken(text: str, day: date | None) -> None:
    assert parse_stated_date(text) == day
