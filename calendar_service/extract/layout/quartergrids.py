"""Frame: the grid in which a digest of results tells what each year has paid by quarters, and all together.

    2025年3月期  -  20.00  -  25.00  45.00
    2026年3月期  -  25.00  -  30.00  55.00  412  32.1
    2027年3月期(予想)  -  30.00  -  30.00  60.00

The last row that is no forecast tells, before its sum, the amount of the only payment that the digest dates; so does the last
value of a year that is not over. That the values add up shows which one is the sum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import AmountFact, Statement

RULE = "quarter grid"
_VALUE = re.compile(r"[ \t|]{0,8}(?P<value>[-‐−–—―]|\d{1,3}(?:,\d{3})*(?:\.\d{1,2})?)(?=[ \t|\n]|\Z)")
_SUMS = (5, 3)  # so many values a row has with its sum: four quarters, or two halves
_OPEN = 3  # values of a year that is not over, at most
_MOST = 9  # values
_HEAD = 240  # signs above the rows in which their unit stands


class _Row(NamedTuple):
    start: int
    values: list[re.Match[str]]


def add_grid_amount(statements: Sequence[Statement], binder: Binder, languages: Sequence[str]) -> None:
    """Gives the only statement that tells a day of payment the amount that such a grid tells, where no other is told."""
    paid = [said for said in statements if any(fact.kind == "payment" for fact in said.dates)]
    if len(paid) != 1 or any(said.amounts for said in statements):
        return
    for language in languages:
        rows = _rows(binder, language)
        value = _last_paid(rows)
        if value is None:
            continue
        start = rows[0].start
        currency = binder.tools[language].amounts.currency_in(
            binder.page.shadow, max(0, start - _HEAD), start
        )
        span = MoneySpan(*value.span("value"), _number(value), currency)
        if currency and span.amount:
            quote = (rows[-1].start, rows[-1].values[-1].end())
            paid[0].amounts.append(AmountFact(span, RULE, quote))
            return


def _rows(binder: Binder, language: str) -> list[_Row]:
    """The lines that are a financial year and nothing but values behind it."""
    shadow, years = binder.page.shadow, binder.tools[language].year_ends
    found: list[_Row] = []
    for year in years.finditer(shadow) if years else ():
        values: list[re.Match[str]] = []
        place = year.end()
        while len(values) < _MOST and (value := _VALUE.match(shadow, place)):
            values.append(value)
            place = value.end()
        if values and not shadow[place : place + 1].strip():
            found.append(_Row(year.start(), values))
    return found


def _last_paid(rows: Sequence[_Row]) -> re.Match[str] | None:
    """The value of the last row that was paid last; None where no row has values and their sum, so that they are no grid."""
    counts = [_count_of_sum(row) for row in rows]
    if not any(counts):
        return None
    told = rows[-1].values
    if counts[-1]:
        return told[counts[-1] - 2]
    return told[-1] if len(told) <= _OPEN and "." in told[-1]["value"] else None


def _count_of_sum(row: _Row) -> int:
    """How many values of a row there are with the one that is the sum of those before it; 0 where none is."""
    for count in _SUMS:
        parts, whole = row.values[: count - 1], row.values[count - 1 : count]
        if whole and sum(map(_number, parts)) == _number(whole[0]) > 0:
            return count
    return 0


def _number(value: re.Match[str]) -> Decimal:
    """A value; a dash stands for none."""
    digits = value["value"].replace(",", "")
    return Decimal(digits) if digits[0].isdigit() else Decimal(0)
