"""Frame: a table of a script without blanks whose cells have run together, with a line for each line of a cell.

    決議株式の種類配当金の総額(千円)配当の原資1株当たり配当額(円)
    基準日効力発生日
    平成27年5月27日
    定時株主総会
    普通株式148,399利益剰余金7平成27年2月28日平成27年5月28日

Words for dates end a line, and the lines below end with as many dates; a few signs may stand behind both ("配当の原資",
"利益剰余金"). The day of the decision stands on a line of its
own above each. Of numbers that have run together nobody can tell where one ends: an amount is only read behind words, or
behind a total that ends with a group of three digits, where the head of the totals stands before that of the amounts.
"""

from __future__ import annotations

import re
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_LONGEST = 160  # signs of a line of such a table
_APART = 3  # lines that may stand before a row: the day of its decision and who decided
_HEAD = 200  # so far above the words for dates the heads of the table begin
_TRAILING = 8  # signs of a last column without days
_AMOUNT = re.compile(r"\d[\d,]{0,12}(?:\.\d{1,4})?\Z")
# A total and an amount that have run together ("1,03322.0", "4,0111,500").
_BEHIND_TOTAL = re.compile(
    r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?P<amount>[1-9]\d{0,2}(?:,\d{3}|\d)?(?:\.\d{1,4})?|0\.\d{1,4})\Z"
)

Span = tuple[int, int]


def with_glued(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with the lines of such tables as tables."""
    if not any(binder.tools[language].lexicon.substring for language in languages):
        return items
    found: list[Unit | Table] = []
    rows: list[Unit] = []
    heads: list[Span] = []
    passed: list[Unit] = []  # lines since the last row
    for item in items:
        if isinstance(item, Unit) and item.end - item.start <= _LONGEST and not item.cells:
            if named := _heads(item, binder, languages):
                found += [*_table(rows), *passed]
                heads, passed = named, []
                rows = [Unit(item.start, item.end, item.block, tuple(_head_cells(named, binder, languages)))]
                continue
            if heads and (row := _row(passed, item, heads, binder, languages)):
                rows.append(row)
                passed = []
                continue
            passed.append(item)
            if len(passed) <= _APART and heads:
                continue
            found += [*_table(rows), *passed]
        else:
            found += [*_table(rows), *passed, item]
        rows, heads, passed = [], [], []
    return [*found, *_table(rows), *passed]


def _table(rows: list[Unit]) -> list[Unit | Table]:
    """The rows as a table; the heads alone are the line that they were."""
    if len(rows) > 1:
        return [Table(rows)]
    return [Unit(one.start, one.end, one.block, heading=True) for one in rows]


def _heads(line: Unit, binder: Binder, languages: tuple[str, ...]) -> list[Span]:
    """Several words for dates with nothing between them at the end of a line that tells no date, or near it."""
    cues = binder.hits.within(line.start, line.end, languages, "cue")
    cues = [hit for hit in cues if hit.phrase.value in DATED_FIELDS and hit.phrase.look != "before"]
    found: list[Span] = []
    end = max((hit.end for hit in cues if line.end - hit.end <= _TRAILING), default=line.end)
    while last := [hit for hit in cues if hit.end == end]:
        start = min(hit.start for hit in last)
        found.insert(0, (start, end))
        end = start
    dated = len(found) > 1 and binder.days.count_places(line.start, line.end, languages)
    return found if len(found) > 1 and not dated else []


def _head_cells(heads: list[Span], binder: Binder, languages: tuple[str, ...]) -> list[Span]:
    """The cells of the heads: that of the decision, where there is one, that of the amount, and those of the dates."""
    start = heads[0][0]
    hits = binder.hits.within(max(0, start - _HEAD), start, languages)
    decided = [(hit.start, hit.end) for hit in hits if hit.phrase.value == "declaration"]
    share = [(hit.start, start) for hit in hits if hit.phrase.role == "per_share"]  # with its currency
    return [
        decided[-1] if decided else (start, start),
        (start, start),
        (share or [(start, start)])[-1],
        *heads,
    ]


def _row(
    passed: list[Unit], line: Unit, heads: list[Span], binder: Binder, languages: tuple[str, ...]
) -> Unit | None:
    """The row that a line tells which ends with so many dates; None where it does not."""
    dates = binder.dates_in(line.start, line.end, languages)
    if len(dates) != len(heads) or not _run_together(dates):
        return None
    behind = binder.page.shadow[dates[-1].end : line.end]
    if len(behind) > _TRAILING or has_digit(behind):
        return None
    first = dates[0].start
    decided = next((one for one in passed if _is_day(one, binder, languages)), None)
    start = decided.start if decided is not None else line.start
    until = passed[-1].end if decided is not None else line.start
    place = _amount_before(line.start, first, heads, binder, languages)
    cells = [(start, until), (line.start, place), (place, first), *((one.start, one.end) for one in dates)]
    return Unit(start, line.end, line.block, tuple(cells))


def _amount_before(
    start: int, first: int, heads: list[Span], binder: Binder, languages: tuple[str, ...]
) -> int:
    """Where the amount begins that ends at `first`, behind words or a total; `first` where nobody can tell."""
    shadow = binder.page.shadow
    above = binder.hits.within(max(0, heads[0][0] - _HEAD), heads[0][0], languages)
    totals = [hit.start for hit in above if hit.phrase.value == "total"]
    shares = [hit.start for hit in above if hit.phrase.role == "per_share"]
    both = _BEHIND_TOTAL.search(shadow, start, first)
    if both is not None and totals and shares and totals[-1] < shares[-1]:
        return both.start("amount")
    amount = _AMOUNT.search(shadow, start, first)
    told = [hit.end for hit in binder.hits.within(start, first, languages, "retained")]
    return amount.start() if amount is not None and amount.start() in told else first


def _run_together(dates: list[DateSpan]) -> bool:
    return all(one.end == other.start for one, other in pairwise(dates))


def _is_day(line: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line is a date and nothing else."""
    return any(
        (one.start, one.end) == (line.start, line.end)
        for one in binder.dates_in(line.start, line.end, languages)
    )
