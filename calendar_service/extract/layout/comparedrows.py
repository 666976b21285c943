"""Frame: rows of a table that has lost its borders, below a line that heads what is decided and what it is compared with.

    決定額 直近の配当予想 前期実績
    1株当たり配当金 35円 30円 28円
    効力発生日 2025年6月27日 － 2024年6月28日

The first value behind each label is this document's; the others are forecasts, or those of another period. Only in
scripts without blanks between words, where blanks alone part cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.columns import UNSURE
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement

_COMPARED = ("comparison", "history")
_ROWS = 12  # so many lines below its head a row may stand
_GAP = re.compile(r"[\s\-―–—]{1,8}")
_SAME = re.compile(r"[\s\-―–—]{1,8}(?:[^\W\d_]{2}[\s\-―–—]{1,4})?")  # "同左": the same as on the left
_EMPTY, _CELL = re.compile(r"\s[-―–—]\s\Z"), 3
_WRAPPED = 30  # signs of a label in the lines above its values
_HEADS = 30  # signs between the heads of two columns: the day of a forecast
_WIDTH = 90  # signs of a row: what is longer is a sentence


def drop_compared(statements: Iterable[Statement], binder: Binder) -> None:
    """Takes from the rows below such a head all values but the first."""
    shadow, rows = binder.page.shadow, -1  # how many lines further on a row may still stand
    for said in statements:
        rows -= 1
        if said.from_table or not binder.tools[said.language].lexicon.substring:
            continue
        inside = _end_of_heads(said)
        if inside is not None or _is_head(said):
            rows = _ROWS
            compared = [hit for hit in said.marks if hit.phrase.value == "comparison"]
            said.marks = [
                hit
                for hit in said.marks
                if hit.phrase.value != "forecast"
                or not any(one.start <= hit.start and hit.end <= one.end for one in compared)
            ]  # the forecast is what is compared with
        if rows >= 0 and not (said.amounts or said.dates or said.marks):
            said.amounts = _labelled_above(said, binder)
        if inside is not None:
            _reduce_behind(inside, said, shadow)
        elif rows >= 0 and (said.amounts or said.dates):
            if said.amounts and _is_behind_empty(said.amounts[0].span.start, shadow):
                said.doubts.append(UNSURE)  # it may be that of the column beside
            said.amounts = _first_amount(said.amounts, shadow)
            said.dates = _first_days(said.dates, shadow)
            said.loose = _without_compared(said, shadow)


def _end_of_heads(said: Statement) -> int | None:
    """Where the heads of columns end, two of which are compared, in a statement that holds the whole table; or None."""
    compared = [hit for hit in said.marks if hit.phrase.value == "comparison"]
    ends = [two.end for one, two in pairwise(compared) if 0 <= two.start - one.end <= _HEADS]
    return ends[0] if ends and said.end - said.start > _WIDTH else None


def _reduce_behind(place: int, said: Statement, shadow: str) -> None:
    """Takes all values but the first from the rows that stand behind a place in a statement."""
    amounts = [fact for fact in said.amounts if fact.span.start >= place]
    dates = [fact for fact in said.dates if fact.span.start >= place]
    said.amounts = [fact for fact in said.amounts if fact not in amounts] + _first_amount(amounts, shadow)
    said.dates = [fact for fact in said.dates if fact not in dates] + _first_days(dates, shadow)
    said.loose = _without_compared(said, shadow)


def _without_compared(said: Statement, shadow: str) -> list[DateSpan]:
    """The dates that are left over, without those in the columns behind the date of a row."""
    ends = [fact.span.end for fact in said.dates]
    return [
        span
        for span in said.loose
        if not any(end < span.start and _SAME.fullmatch(shadow, end, span.start) for end in ends)
    ]


def _labelled_above(said: Statement, binder: Binder) -> list[AmountFact]:
    """The amounts of a row that holds nothing else, right below a label for amounts per share which may run over two lines."""
    low = max(0, said.start - _WRAPPED)
    labels = binder.hits.within(low, said.start, (said.language,), "per_share")
    label = next((hit for hit in labels if not binder.page.shadow[hit.end : said.start].strip()), None)
    if label is None:
        return []
    spans = binder.tools[said.language].amounts.money(binder.page.shadow, said.start, said.end)
    if not spans or spans[0].start > said.start or any(span.scaled for span in spans):
        return []
    return [AmountFact(span, label.phrase.name, (label.start, span.end)) for span in spans]


def _is_head(said: Statement) -> bool:
    """Whether a statement names what is compared behind what is decided, and is no sentence about it."""
    marks = [hit for hit in said.marks if hit.phrase.value in _COMPARED]
    return (
        bool(marks) and marks[0].start > said.start and said.end - said.start <= _WIDTH and not said.amounts
    )


def _first_amount(amounts: Sequence[AmountFact], shadow: str) -> list[AmountFact]:
    """The first of amounts that only blanks and dashes part."""
    for one, other in pairwise(amounts):
        if not _GAP.fullmatch(shadow, one.span.end, other.span.start):
            return [*amounts]
    return [*amounts[:1]]


def _first_days(dates: Sequence[DateFact], shadow: str) -> list[DateFact]:
    """The dates without those that stand right behind another one of their kind, or first behind an empty cell."""
    if dates and _is_behind_empty(dates[0].span.start, shadow):
        return []
    kept = [*dates[:1]]
    for one, other in pairwise(dates):
        if one.kind != other.kind or not _SAME.fullmatch(shadow, one.span.end, other.span.start):
            kept.append(other)
    return kept


def _is_behind_empty(place: int, shadow: str) -> bool:
    """Whether a value stands right behind a cell that holds a dash."""
    return _EMPTY.search(shadow, max(0, place - _CELL), place) is not None
