"""Which kind of action an event's words mean."""

from __future__ import annotations

import pytest

from calendar_service.markets.kinds import PLAIN, Kind, classify
from calendar_service.model.codes import EventType


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cash_dividend", EventType.CASH_DIVIDEND),
        ("Interim Dividend - Rs 5 Per Share", EventType.CASH_DIVIDEND),
        ("Annual General Meeting/Dividend - Rs 10 Per Share", EventType.CASH_DIVIDEND),
        ("quarterly", EventType.CASH_DIVIDEND),
        ("DVCA", EventType.CASH_DIVIDEND),
        ("配当", EventType.CASH_DIVIDEND),
        ("special", EventType.SPECIAL_DIVIDEND),
        ("Interim and Special Dividend", EventType.SPECIAL_DIVIDEND),
        ("Dividendo extraordinario", EventType.SPECIAL_DIVIDEND),
        ("特別配当", EventType.SPECIAL_DIVIDEND),
        ("spin-off", EventType.SPIN_OFF),
        ("Spinoff of Kyndryl", EventType.SPIN_OFF),
        ("Demerger", EventType.SPIN_OFF),
        ("distribution in specie", EventType.SPIN_OFF),
        ("SOFF", EventType.SPIN_OFF),
        ("2-for-1 stock split", EventType.STOCK_SPLIT),
        ("Face Value Split (Sub-Division)", EventType.STOCK_SPLIT),
        ("Reverse split 1:10", EventType.REVERSE_SPLIT),
        ("Split effected as a 100% stock dividend", EventType.STOCK_DIVIDEND),
        ("Scrip dividend", EventType.OPTION_DIVIDEND),
        ("cash or shares", EventType.OPTION_DIVIDEND),
        ("Rights 1:15 @ premium", EventType.RIGHTS_ISSUE),
        ("Bonus 1:1", EventType.BONUS_ISSUE),
        ("Return of capital", EventType.CAPITAL_RETURN),
        ("liquidating distribution", EventType.LIQUIDATION),
        ("Buy Back", EventType.BUYBACK),
        ("Extraordinary General Meeting", EventType.ANNUAL_MEETING),
        ("splendid news", None),
        ("righteous", None),
    ],
)
def test_words_mean_a_kind(text: str, kind: EventType | None) -> None:
    assert classify(text).event_type is kind


def test_large_and_foreign_are_told() -> None:
    assert classify("large distribution").large
    assert classify("dividend with due bills").large
    assert classify("special (>= 25 %)").large
    assert not classify("special (5 %)").large
    assert classify("ADR dividend") == Kind(EventType.CASH_DIVIDEND, large=False, foreign=True)
    assert classify("foreign line").foreign
    assert not classify("address change").foreign


def test_nothing_said_is_an_ordinary_dividend() -> None:
    assert classify("  ") is PLAIN
    assert classify("x" * 100_000 + " spin-off").event_type is None
