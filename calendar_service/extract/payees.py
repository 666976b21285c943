"""Frames: days that those who are paid stand beside, told by their place and not by words of their own.

- the day of payment, right before them, who are told by their record date ("payable as follows: July 31 to holders of
  record on July 10, August 29 to holders of record on August 11");
- the day on which they must hold shares, behind them ("payable on 30 November to holders of our common stock as of the
  close of business on 15 November").
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.candidates import DateSpan
from calendar_service.extract.phrases import Hit
from calendar_service.extract.statements import DateFact

_LEADS, _PAYEES = 40, 70


def payments_before_payees(
    loose: Sequence[DateSpan], facts: Sequence[DateFact], payees: Sequence[Hit]
) -> list[DateFact]:
    """The payment dates among `loose`: those right before payees whose record date comes next."""
    found = []
    for span in loose:
        payee = next((hit for hit in payees if 0 <= hit.start - span.end <= 2), None)
        record = next((fact for fact in facts if fact.span.start > span.end), None)
        if payee and record and record.kind == "record" and record.span.start - span.end <= 60:
            found.append(DateFact("payment", span, "frame.payees", (span.start, payee.end)))
    return found


def holders_behind_payees(
    facts: Sequence[DateFact], loose: Sequence[DateSpan], marks: Sequence[Hit]
) -> list[DateFact]:
    """The facts; a day that words for "as of" lead to behind payees, and that nothing else claims, is that of holders."""
    payees = [hit for hit in marks if hit.phrase.value == "payees"]
    leads = [
        (hit, payee)
        for hit in marks
        for payee in payees
        if hit.phrase.value == "as_of" and 0 <= hit.start - payee.end <= _PAYEES
    ]
    free = [*loose, *(fact.span for fact in facts if fact.kind == "lead")] if leads else []
    told = {
        span: DateFact("holders", span, "frame.payees", (payee.start, span.end))
        for span in free
        for hit, payee in leads
        if 0 <= span.start - hit.end <= _LEADS
    }
    return [*(fact for fact in facts if fact.kind != "lead" or fact.span not in told), *told.values()]
