"""Lists with a row for every year: what was paid in each of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import Statement
from calendar_service.model.remarks import remark

Span = tuple[int, int]

ROWS = remark(
    "a table lists several payments, and nothing in the document tells whether they are still to come"
)

_ROWS = 3
#: A line that begins with a year that is no part of a date, and goes on to a whole date; with the break before it,
#: which the engine finds many times as fast as "^".
_ROW = re.compile(
    r"\n[^\w\n]{0,6}((?:19|20)\d\d)(?![-./]?\d|年\s?\d{1,2}月\d)(?=[^\n]{2,160}(?:\n|\Z))"
    r"[^\n]*?(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)[^\n]*"
)
_APART = 90  # so far apart at most stand two rows: one without a date may stand between them


def doubt_years_listed(statements: Sequence[Statement], page: Page) -> None:
    """Doubts the dates of lists of years, unless the document announces something: only the newest row may be news.

    A row for each of three years or more, one behind the other, is what was paid in them ("2025  1.40  15.05.2026"). No
    day in them is the document's own.
    """
    if not any(said.dates for said in statements):
        return
    lists = list(_lists_of_years(page.shadow))
    page.hidden.extend(lists)
    if any(said.has("declares", "proposal") for said in statements):
        return
    starts = [low for low, _ in lists]
    for said in statements:
        if any(_stands_in(fact.span.start, starts, lists) for fact in said.dates):
            said.doubts.append(ROWS)


def _stands_in(place: int, starts: Sequence[int], lists: Sequence[Span]) -> bool:
    """Whether a place is in one of the lists, which stand in their order."""
    number = bisect_right(starts, place) - 1
    return number >= 0 and place < lists[number][1]


def _lists_of_years(shadow: str) -> Iterator[Span]:
    """Where lines stand that begin with years which follow one another, each with a date of its own."""
    run: list[re.Match[str]] = []
    for row in _ROW.finditer("\n" + shadow):
        if run and not _follows(run[-1], row, run):
            yield from _whole(run)
            run = []
        run.append(row)
    yield from _whole(run)


def _follows(one: re.Match[str], other: re.Match[str], run: Sequence[re.Match[str]]) -> bool:
    """Whether a row is that of the next year, the way the list runs, or of one soon after it."""
    step = int(other[1]) - int(one[1])
    way = int(run[1][1]) - int(run[0][1]) if len(run) > 1 else step
    return other.start() - one.end() <= _APART and 0 < abs(step) <= 2 and step * way > 0


def _whole(run: Sequence[re.Match[str]]) -> Iterator[Span]:
    if len(run) >= _ROWS:
        yield run[0].start(), run[-1].end() - 1  # a break has been put before the text
