"""Frame: what all payments of a year are together, told beside one of them, in scripts without word borders.

    期末配当は1株につき30円とし、中間配当25円と合わせ、年間配当は1株につき55円となります。
    年間配当金 55円 53円 45円

The sum is no payment where a part of it is told, too; nor is an amount that is only told as a part of the sum. A payment
that is made once a year is one, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import AmountFact, Statement

_LED = 24  # signs between words for a year and their amount
_GAP = re.compile(r"[^\d,;、。]*")
_PAUSE = re.compile(r"[,、]\s?")
_BEHIND = re.compile(r"[\s)\]]{0,2}")
_NEXT_CELL = re.compile(r"[\s|\-―–—]{1,8}")
_HEAD = re.compile(r"[\s\W\d]{0,6}(?:\([^()\n]{0,12}\)\s?)?")


def drop_year_sums(statements: Iterable[Statement], binder: Binder) -> None:
    """Takes the sums of a year from what statements tell, and parts of it that are paid apart."""
    told: Decimal | None = None  # the smallest amount that was told before
    for said in statements:
        if not said.amounts or not binder.tools[said.language].lexicon.substring:
            continue
        sums = _sums_of(said, binder, told)
        parts = [one for one in said.amounts if one not in sums and _is_included(one, said, binder)]
        if sums or parts:
            said.amounts = [one for one in said.amounts if one not in sums and one not in parts]
        for fact in said.amounts:
            told = fact.span.amount if told is None else min(told, fact.span.amount)


def _sums_of(said: Statement, binder: Binder, told: Decimal | None) -> list[AmountFact]:
    """The amounts that words for a year lead to, where a smaller one is told; all values of a row that they head."""
    shadow = binder.page.shadow
    found: list[AmountFact] = []
    for mark in (hit for hit in said.marks if hit.phrase.value == "of_year"):
        behind = [fact for fact in said.amounts if fact.span.start >= mark.end]
        if shadow[mark.start - 1] == "(":  # "1株当たり配当金(年間) 30円 (55円)"
            behind = [fact for fact in behind if shadow[fact.span.start - 1] == "("]
            found += behind[:1]
            continue
        if not behind or not _leads(mark, behind[0], said, binder):
            continue
        row = _HEAD.fullmatch(shadow, max(said.start, shadow.rfind("\n", 0, mark.start) + 1), mark.start)
        values = _row_of(behind, shadow)
        if row and (len(values) > 1 or _has_value_between(mark, values[0], said, binder)):
            found += values
        elif _names_part(mark, said) or _is_smaller_told(behind[0], said, binder, told):
            found.append(behind[0])
    return found


def _names_part(mark: Hit, said: Statement) -> bool:
    """Whether words for a year name a payment that is a part of it ("中間配当を含めた"): then it needs no other proof."""
    marks = (one for one in said.marks if one.phrase.value == "included")
    return any(mark.start < one.start and one.end <= mark.end for one in marks)


def _leads(mark: Hit, fact: AmountFact, said: Statement, binder: Binder) -> bool:
    """Whether nothing but words for "per share" and the like stands between words for a year and an amount, or other values
    of the same row.
    """
    shadow = binder.page.shadow
    low = mark.end
    copula = binder.tools[said.language].copula.search(shadow, low, fact.span.start)
    pause = _PAUSE.match(shadow, copula.end()) if copula else None
    if copula and pause and _GAP.fullmatch(shadow, low, copula.start()):
        low = pause.end()
    for hit in binder.hits.within(mark.end, fact.span.start, (said.language,), "per_share"):
        if not _GAP.fullmatch(shadow, low, max(low, hit.start)):
            return False
        low = max(low, hit.end)
    values = _values(mark.end, fact.span.start, said, binder)
    if values:
        low, end = values[-1][1], fact.span.start
        return _NEXT_CELL.fullmatch(shadow, low, end) is not None
    return fact.span.start - low <= _LED and _GAP.fullmatch(shadow, low, fact.span.start) is not None


def _has_value_between(mark: Hit, fact: AmountFact, said: Statement, binder: Binder) -> bool:
    return bool(_values(mark.end, fact.span.start, said, binder))


def _values(low: int, high: int, said: Statement, binder: Binder) -> list[tuple[int, int]]:
    """Where sums of money stand between two places."""
    spans = binder.tools[said.language].amounts.money(binder.page.shadow, low, high)
    return [(one.start, one.end) for one in spans]


def _row_of(facts: list[AmountFact], shadow: str) -> list[AmountFact]:
    """The first of amounts and those that only the borders of cells part from it."""
    row = facts[:1]
    for fact in facts[1:]:
        if not _NEXT_CELL.fullmatch(shadow, row[-1].span.end, fact.span.start):
            break
        row.append(fact)
    return row


def _is_smaller_told(fact: AmountFact, said: Statement, binder: Binder, told: Decimal | None) -> bool:
    """Whether a smaller amount, which may be a part of it, was told before or is told in the same statement."""
    if told is not None and told < fact.span.amount:
        return True
    spans = binder.tools[said.language].amounts.money(binder.page.shadow, said.start, said.end)
    written = max((one.amount for one in spans if one.start == fact.span.start), default=fact.span.amount)
    return any(one.amount < written for one in spans if one.currency == fact.span.currency)


def _is_included(fact: AmountFact, said: Statement, binder: Binder) -> bool:
    """Whether words right behind an amount say that it is only told as a part of a sum."""
    return any(
        mark.phrase.value == "included"
        and mark.start >= fact.span.end
        and _BEHIND.fullmatch(binder.page.shadow, fact.span.end, mark.start)
        for mark in said.marks
    )
