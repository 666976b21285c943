"""Frames: days that those who are paid stand beside, told by their place and not by words of their own.

- the day of payment, right before them, who are told by their record date ("payable as follows: July 31 to holders of
  record on July 10, August 29 to holders of record on August 11");
- the day on which they must hold shares, behind them ("payable on 30 November to holders of our common stock as of the
  close of business on 15 November").

Where some are told with one day of record, and others behind them with another day ("to members on the register on 28
September and to beneficial owners as of 17 September"), neither is that of all.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.model.remarks import remark

_LEADS, _PAYEES = 40, 70
_OTHERS = 160  # so far behind other payees their day may stand


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


def doubt_other_payees(said: Statement, payees: Sequence[Hit]) -> None:
    """Doubts a record date behind which other payees stand with a day of their own that nothing else claims."""
    record = next((fact for fact in said.dates if fact.kind == "record"), None)
    others = [hit for hit in payees if record is not None and hit.start >= record.span.end]
    free = [*said.loose, *(fact.span for fact in said.dates if fact.kind == "holders")] if others else []
    for span in free:
        near = any(0 <= span.start - hit.end <= _OTHERS for hit in others)
        if near and record and span.value and span.value != record.span.value:
            said.doubts.append(remark("the text also says {day} for the same date", day=span.value))
            return
