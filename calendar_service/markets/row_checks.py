"""Whether what a table's row says beside the record date can be true of the dates derived from it.

A row that contradicts itself has one wrong date in it, and nothing tells which: none is derived.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from calendar_service.markets.derivation import Derivation
from calendar_service.markets.rules import Market

_CUM = re.compile(r"\bcum(?:[ _-]?date)?\s*[=:]\s*(\d{4}-\d\d-\d\d)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """The other dates of a row: when it was declared, when it is paid, the last day to buy; None where not told."""

    declared: date | None = None
    payment: date | None = None
    last_cum: date | None = None


def read_cum(note: str) -> date | None:
    """The last day to buy that a remark labels ("cum=2024-05-15"), or None."""
    found = _CUM.search(note)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def find_contradiction(market: Market, found: Derivation, stated: Stated) -> str:
    """Why the derived dates cannot be those of the row, in words; empty where nothing speaks against them."""
    ex, last_cum = found.ex, found.last_cum
    if ex is None or last_cum is None:
        return ""
    if stated.declared is not None and not market.record_first and ex <= stated.declared:
        return (
            f"the rule gives {ex} as the ex-date, no later than the day on which it was declared "
            f"({stated.declared}): one of the row's dates is wrong, or the exchange set another ex-date"
        )
    if stated.payment is not None and stated.payment < ex:
        return (
            f"it is paid on {stated.payment}, before the ex-date that the rule gives ({ex}): "
            "one of the row's dates is wrong"
        )
    if stated.last_cum is not None and not last_cum <= stated.last_cum < ex:
        return (
            f"the row gives {stated.last_cum} as the last day to buy, the rule {last_cum}: "
            "one of the row's dates is wrong"
        )
    return ""
