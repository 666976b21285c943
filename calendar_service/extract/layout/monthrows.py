"""Frame: a table of days, a row for each month, and below it a list of funds with one amount each: every fund pays its amount
on the days of each month ("Month | Ex-date | Record date | Payable date" over three rows, then "Ticker | Fund | Monthly
distribution").

Rows whose amounts are told for one month alone are the matter of fundlists.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import CASH, PAID_KINDS
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import Statement

_LEAST = 2  # rows of days, and of funds
_MOST = 13  # months
_BETWEEN = 4  # headings between the two tables
_DAYS = 2  # in each row


def with_months(found: list[Statement], binder: Binder, languages: tuple[str, ...]) -> list[Statement]:
    """The statements, the rows of funds below such a table as one for each of its months."""
    told: list[Statement] = []
    place = 0
    while place < len(found):
        days = _run(found, place, lambda said: _is_month(said, binder, languages), _MOST)
        at = place + len(days)
        is_table = len(days) >= _LEAST and _follow(
            days
        )  # most rows begin none, and what follows is not gone through
        heads = _run(found, at, _is_heading, _BETWEEN) if is_table else []
        funds = _run(found, at + len(heads), _is_fund, len(found)) if is_table else []
        if len(funds) < _LEAST:
            told.append(found[place])
            place += 1
            continue
        told += [*heads, *(_paid(fund, month) for month in days for fund in funds)]
        place = at + len(heads) + len(funds)
    return told


def _run(
    found: Sequence[Statement], place: int, is_one: Callable[[Statement], bool], most: int
) -> list[Statement]:
    """The statements from a place on of which each is one, `most` of them."""
    run: list[Statement] = []
    for said in found[place : place + most]:
        if not is_one(said):
            break
        run.append(said)
    return run


def _is_month(said: Statement, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a row has days of a payment and no amount, and is headed by a month or by nothing."""
    days = [fact for fact in said.dates if fact.kind in PAID_KINDS]
    if not said.from_table or said.amounts or not CASH.issuperset(said.types()) or len(days) < _DAYS:
        return False
    if any(fact.span.value is None for fact in days):
        return False
    return said.head is None or binder.days.month_named(*said.head, languages) is not None


def _is_heading(said: Statement) -> bool:
    return not said.from_table and said.heading and not said.dates and not said.amounts


def _is_fund(said: Statement) -> bool:
    return said.from_table and said.head is not None and bool(said.amounts) and not said.dates


def _follow(days: Sequence[Statement]) -> bool:
    """Whether the rows tell days of the same kinds, each behind those of the row before, where their order is certain."""
    told = [{fact.kind: fact.span for fact in said.dates if fact.kind in PAID_KINDS} for said in days]
    return all(
        one.keys() == two.keys() and all(_is_before(one[kind], two[kind]) for kind in one)
        for one, two in pairwise(told)
    )


def _is_before(one: DateSpan, two: DateSpan) -> bool:
    if any(span.other or span.reverse for span in (one, two)) or not one.value or not two.value:
        return True
    return one.value < two.value


def _paid(fund: Statement, month: Statement) -> Statement:
    """What a fund pays in a month."""
    return replace(
        fund,
        dates=[*month.dates],
        marks=[*fund.marks, *month.marks],
        doubts=[*fund.doubts, *month.doubts],
    )
