"""Sums of amounts, whatever their size: a sender can write numbers that no arithmetic of fixed precision takes."""

from __future__ import annotations

from decimal import Decimal

_LARGEST = 9  # digits of a number of shares or parts


def times(whole: Decimal, part: Decimal) -> int:
    """How many times a part makes a whole exactly; 0 where it does not, or more often than there are shares."""
    if part <= 0 or whole.adjusted() - part.adjusted() > _LARGEST or whole % part:
        return 0
    return int(whole / part)
