"""Reports on a past period: what was paid in it is told in them, and is no news; only what comes behind it is.

- named as one at the head of the document ("Form 10-Q", "四半期報告書"), with or without its last day;
- by the period alone, on a line of its own, and its last day on the same or the next one ("9 Months Ended", below it
  "Sep. 30, 2027"), as notes to accounts are published by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from calendar_service.extract.lexicon.phrases import longest
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import Statement

_HEAD = 12  # so many lines hold the cover of a report
_BEGINNING = 8
_NUMBER = 8  # signs of the number of months before the words for a period
_APART = 6  # signs between a period and its last day


class Report(NamedTuple):
    """A report with the last day of its period, where that is told."""

    end: date | None


def find_report(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> Report | None:
    """The report that a document is; None where nothing at its head says so."""
    head = statements[:_HEAD]
    for said in head:
        for hit in said.marks:
            if hit.phrase.value == "periodic" and hit.start - said.start <= _BEGINNING:
                spans = (*(fact.span for fact in said.dates), *said.loose)
                return Report(max((span.value for span in spans if span.value), default=None))
    for number, said in enumerate(head):
        end = _end_of_period(said, head[number + 1 : number + 2], binder, languages)
        if end is not None:
            return Report(end)
    return None


def _end_of_period(
    said: Statement, below: Sequence[Statement], binder: Binder, languages: tuple[str, ...]
) -> date | None:
    """The last day of the period that fills a line, from that line or the one below; None elsewhere."""
    hits = longest(binder.hits.within(said.start, said.end, languages, "period"))
    if not hits or hits[0].start - said.start > _NUMBER:
        return None
    stop = below[0].end if said.end - hits[0].end <= 1 and below else said.end
    dates = binder.dates_in(hits[0].end, stop, languages)
    alone = len(dates) == 1 and dates[0].start - hits[0].end <= _APART and stop - dates[0].end <= 1
    return dates[0].value if alone else None
