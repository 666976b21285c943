"""Frames of days that are none any more: another one has taken their place, or they were told by mistake."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools

#: Marks that lead to an old day.
OLD_MARKS = frozenset({"moved_from", "comparison"})
_MISTAKEN, _LED, _MISSTATED = 30, 12, 120
_BESIDE = 4  # the same in scripts without word borders, where a quotation mark or bracket may stand between
_ARROW = re.compile(r"\s?(?:→|⇒|⇨|➡|->|=>)\s?")
_STOP = re.compile(r"[;,]\s")
_TURNS = frozenset({"moves", "replacing", "section"})  # behind them stand the new days
_MOVES = 16  # signs behind a new day in which words that move it stand
# What may stand between words for "original" and those for a date: nothing, or behind a bracket or colon more of their label.
_TO_LABEL = re.compile(r"\s{0,2}|(?:(?<=[)>】:])|:)[^\d\n,;.:。、，]{0,16}")
_FROM, _TIME_OF_DAY = 60, 50  # a time of day may stand before a day


def is_old(span: DateSpan, before: Sequence[Hit], shadow: str, spans: Sequence[DateSpan]) -> bool:
    """Frame: a date right after words for "changed from", or for another period in a bracket, is an old one.

    `before` are the hits before it, `spans` all dates of its statement: a bracket behind one of them is told of that one
    ("26日(誤)、27日(正)").
    """
    ends = {one.end for one in spans}
    hits = [hit for hit in before if hit.start not in ends or not hit.phrase.text.startswith("(")]
    for hit in hits:
        if hit.phrase.value not in OLD_MARKS or has_digit(shadow[hit.end : span.start]):
            continue
        if any(one.start <= hit.start and hit.end < one.end for one in hits):
            continue  # "not later than": a part of other words
        if hit.phrase.value == "moved_from" and span.start - hit.end <= 12:
            return True
        opened = shadow[hit.start - 1 : hit.start] == "("
        if hit.phrase.value == "moved_from" and opened and ")" not in shadow[hit.end : span.start]:
            return True
        if hit.phrase.value == "comparison" and opened and not shadow[hit.end : span.start].strip(" :"):
            return True
    return False


def changed_from(
    spans: Sequence[DateSpan], said: Statement, shadow: str, tools: Mapping[str, Tools]
) -> list[DateSpan]:
    """Frame: where somebody moves a date, the old days ("has revised the record date from 6 May to 9 May").

    Words for "from" stand right before such a day, and words for "until" between it and the new one; or words that alone
    tell so ("6月27日から7月31日に変更"). An arrow between two days says so without any words.
    """
    arrows = [one for one, other in pairwise(spans) if _ARROW.fullmatch(shadow, one.end, other.start)]
    if not said.has("moves"):
        return arrows
    words = tools[said.language]
    moves = sorted(hit.start for hit in said.marks if hit.phrase.value == "moves")
    return arrows + [
        one
        for one, other in pairwise(spans)
        if _is_moved_to(one, other, moves, shadow, words.moved_to)
        or (
            words.opening.search(shadow, max(said.start, one.start - _FROM), one.start)
            and _is_time(words.until.sub("", shadow[one.end : other.start], count=1))
            and words.until.match(shadow[one.end : other.start].lstrip(" ,"))
        )
    ]


def _is_moved_to(
    old: DateSpan, new: DateSpan, moves: Sequence[int], shadow: str, words: re.Pattern[str]
) -> bool:
    """Whether nothing but words for "to" parts two days, and those that move a date, which begin at the places `moves`,
    stand there or behind the second.
    """
    if words.fullmatch(shadow, old.end, new.start) is None:
        return False
    place = bisect_left(moves, old.end)
    return place < len(moves) and moves[place] <= new.end + _MOVES


def _is_time(words: str) -> bool:
    """Whether words between two days are none, or those of a time of day ("5:00 p.m., New York City time, on")."""
    words = words.strip(" ,")
    return not words or (len(words) <= _TIME_OF_DAY and words[0].isdecimal() and ";" not in words)


def all_as_told(facts: Sequence[DateFact], marks: Sequence[Hit], shadow: str) -> list[DateFact]:
    """Frame: words for a date with "original" or "previous" right before them, or a label that says so ("정정 전: 지급일"), tell
    the old one, where it has moved.

    Where a line of a script without blanks tells an old one, so it does behind it for other words ("原除息日:7月17日、
    除息基準日:7月23日"); but nothing behind words that move a day is old.
    """
    turns = [mark.start for mark in marks if mark.phrase.value in _TURNS]
    former = [mark for mark in marks if mark.phrase.value == "former"]
    told = [_as_told(fact, former, turns, shadow) for fact in facts]
    unspaced = any(mark.phrase.substring for mark in former)
    for number, fact in enumerate(told if unspaced else ()):
        labelled = shadow[fact.span.start - 1] == ":"
        old = [one for one in told[:number] if one.moved and (one.kind != "moved" or labelled)]
        if not old or fact.moved or fact.kind in {one.kind for one in old}:
            continue
        low, high = old[-1].span.end, fact.span.start
        if "\n" not in shadow[low:high] and not any(low <= place < high for place in turns):
            told[number] = fact._replace(moved=True)
    return told


def renewed(
    facts: Sequence[DateFact], spans: Sequence[DateSpan], marks: Iterable[Hit], shadow: str
) -> list[DateFact]:
    """Frame: behind the only old day of a sentence, told with its own words, stands the one that takes its place, right behind
    words that move a day ("原公告现金股利发放日为8月7日,因作业需要更正为8月14日"). `spans` are the dates that nothing claims.
    """
    old = [fact for fact in facts if fact.moved and fact.kind != "moved"]
    if len(old) != 1 or len(spans) != 1 or spans[0].start < old[0].span.end:
        return []
    low, high = old[0].span.end, spans[0].start
    if "\n" in shadow[low:high] or any(low < fact.span.start for fact in facts):
        return []
    led = any(mark.phrase.value == "moves" and mark.phrase.substring and mark.end == high for mark in marks)
    return [old[0]._replace(span=spans[0], quote=(old[0].quote[0], spans[0].end), moved=False)] if led else []


def _as_told(fact: DateFact, former: Iterable[Hit], turns: Iterable[int], shadow: str) -> DateFact:
    """The fact, as an old one where words for "original" stand right before its own, and none that move it before its day."""
    start = fact.quote[0]
    if any(mark.end <= start and _TO_LABEL.fullmatch(shadow, mark.end, start) for mark in former):
        renewed = any(mark.phrase.substring for mark in former) and any(
            start <= place < fact.span.start for place in turns
        )
        return fact if renewed else fact._replace(moved=True)
    return fact


def is_mistaken(span: DateSpan, spans: Sequence[DateSpan], marks: Iterable[Hit], shadow: str) -> bool:
    """Frame: a date right before words for "by mistake" is a wrong one, unless these lead to it ("by mistake as 2 May");
    and so is the first one behind words for "stated wrongly".

    In scripts without word borders they never do: what follows is the right one ("27日とあるのは28日の誤り").
    """
    if any(mark.phrase.value == "misstated" and _leads(mark, span, spans, shadow) for mark in marks):
        return True
    return any(
        0 <= mark.start - span.end <= (_BESIDE if mark.phrase.substring else _MISTAKEN)
        and not _STOP.search(shadow, span.end, mark.start)
        and (mark.phrase.substring or not any(0 <= other.start - mark.end <= _LED for other in spans))
        for mark in marks
        if mark.phrase.value == "mistaken"
    )


def _leads(mark: Hit, span: DateSpan, spans: Sequence[DateSpan], shadow: str) -> bool:
    """Whether a date is the first one behind words, in their clause."""
    if not 0 <= span.start - mark.end <= _MISSTATED or _STOP.search(shadow, mark.end, span.start):
        return False
    return not any(mark.end <= other.start < span.start for other in spans)
