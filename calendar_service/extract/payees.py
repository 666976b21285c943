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


def holders_behind_payees(facts: Sequence[DateFact], marks: Sequence[Hit]) -> list[DateFact]:
    """The facts; a day that words for "as of" lead to behind payees, and that nothing else claims, is that of holders."""
    payees = [hit.end for hit in marks if hit.phrase.value == "payees"]
    leads = [hit for hit in marks if hit.phrase.value == "as_of"]
    if not payees or not leads:
        return [*facts]
    days = {
        fact.span
        for fact in facts
        for hit in leads
        if fact.kind == "lead" and 0 <= fact.span.start - hit.end <= _LEADS
        if any(0 <= hit.start - end <= _PAYEES for end in payees)
    }
    return [fact._replace(kind="holders") if fact.span in days else fact for fact in facts]
