"""Amounts that another one has taken the place of: what a payment was raised or cut from ("von 0,40 Euro auf 0,50 Euro", "40円から
50円に修正"), what was told by mistake, or by how much another one changes ("10円増の50円"), and the sum of a year that has
changed so. They are no payments of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.sentence.statements import AmountFact, Statement, Tools

_LED = 20  # signs before an amount in which the words stand that lead to the old one
_BEHIND = 12  # so far behind the new amount stand the words that change it, in scripts without word borders


def without_old(said: Statement, shadow: str, spoken: Sequence[Tools]) -> list[AmountFact]:
    """The amounts of a statement without those that have changed into the one behind them, were told by mistake, or are a
    mere difference.
    """
    facts = sorted(said.amounts, key=lambda fact: fact.span.start)
    old = [
        one
        for one, other in pairwise(facts)
        if any(_has_become(one.span, other.span, said, shadow, tools) for tools in spoken)
    ]
    apart = [hit for hit in said.marks if hit.phrase.value == "difference"]
    starts, ends = {hit.start for hit in apart}, {hit.end for hit in apart if said.has("of_year")}
    facts = [one for one in facts if one.span.end not in starts and not ends & {one.span.start, one.quote[0]}]
    wrong = {hit.start for hit in said.marks if hit.phrase.value == "mistaken"}
    old += [fact for fact in facts if wrong & {fact.span.end, fact.span.end + 1}]
    places = {fact.span.start for fact in old}
    return [fact for fact in facts if fact.span.start not in places] or facts


def _has_become(one: MoneySpan, other: MoneySpan, said: Statement, shadow: str, tools: Tools) -> bool:
    """Whether words lead from an amount to the next one that it has become."""
    if tools.lexicon.substring:
        between = tools.moved_to.fullmatch(shadow, one.end, other.start)
        if between is None:
            return False
        moves = (hit.start for hit in said.marks if hit.phrase.value == "moves")
        return any(one.end <= place <= other.end + _BEHIND for place in moves)
    if _ends_in(one, tools.raised_forms[0], shadow) and _ends_in(other, tools.raised_forms[1], shadow):
        return True  # "0,20 eurosta 0,24 euroon": the cases of the money say it
    low = max(said.start, one.start - _LED)
    return (
        tools.raised_from.search(shadow, low, one.start) is not None
        and tools.raised_to.fullmatch(shadow, one.end, other.start) is not None
    )


def _ends_in(money: MoneySpan, forms: re.Pattern[str], shadow: str) -> bool:
    """Whether an amount ends with one of these forms of the words for money."""
    return any(match.end() == money.end for match in forms.finditer(shadow, money.start, money.end))
