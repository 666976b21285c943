"""Frames in which a date stands before its words, told by its place and not by a verb.

- calendar line: each line of a list begins with a date, and what happens follows ("7 May 2026 - Annual General
  Meeting").
- takers: each date is followed by the security that it is for ("on May 2 for holders of shares and May 9 for
  holders of ADSs").

Two in which several words for dates stand before several dates:

- respectively: each has its own ("the ex-dividend, record and payment dates are April 9, April 10 and April 24").
- shared dates: all have all ("record and ex-dividend dates: March 3, June 3"); which it is may stay open.

One in which a day has its month from the date behind it ("on 1 and 2 June, respectively").

And one in which words beside a date make it inexact: right before it ("on or about May 3"), or right behind it in
the same line ("5月3日頃", "May 3 (approximately)"). "About Granby Falls" on the next line speaks of the company.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import Statement, Tools
from calendar_service.model.remarks import remark

# What parts the date at the head of a line from its words; in scripts without blanks a single one does.
_SIGN = re.compile(
    r"\s{0,2}[:-]\s|[^\n|\t]{0,40}[|\t]|[ ]{1,3}[^\W\d_]"
    r"|\s?(?:\([^()\n]{1,9}\)\s?){0,2}(?<=[\s)])(?=[\u3041-\u9fff\uac00-\ud7a3])"
)
_SENTENCE = re.compile(r"[^\n]{0,300}。\s*(?:\n|\Z)")  # a line that ends as one
_BYLINE = re.compile(r"[^\W\d_][^\n,.;:]{2,40},\s")
_LINE = 140
STAMP = re.compile(r"[ ]{1,3}\d{1,2}:\d\d:\d\d")  # only a machine writes the seconds of a time of day
_DATELINE = re.compile(r"[^\n]*\n[^\W\d][^\n,]{1,30},\s?(?:\w{1,3}\s)?(?:[^\W\d]{3,12},?\s)?")
_DATE_LIKE = re.compile(
    r"[^\w\n]{0,4}(?:\d{1,2}[\s./]|\d{4}[-.]\s?\d|(?:令和|平成)?[\d元]{1,4}年(?!\s?\d{1,2}月期)|\d{4}년|[a-z]{3,9}\.?\s\d{1,2},)"
)
OPEN_LIST = remark(
    "a sentence lists several kinds of dates and several days, and which belong together is not certain"
)
_DAY_LINE = re.compile(r"[^\W\d_]{3,14}(?:-[^\W\d_]{5})?,?\s" + _DATE_LIKE.pattern)  # "Monday, 2 June: ..."
_PAID_AFTER = frozenset({"payment", "meeting", "expiry"})  # such a day is never the day of record as well
LONG_REACH = 140  # of words whose label, or the count of whose days, goes on
_LABELLED = re.compile(r"[^\W\d_][^\n:]{3,100}:\s{1,3}[^\n:]{0,30}\d[^\n]{4,60}(?:\n|\Z)")
_DAY_OF_WEEK = re.compile(r":\s{1,2}[^\W\d_]{2,12}[.,]?\Z")
_TIME = 20  # signs of the time of day behind a date
_WORDED = 3  # words of a label that the day of a document does not have ("Date: 5 May")
_WORDS = 24  # signs of a line before its date, where they are those of its neighbour too
_DASHES = frozenset({"-", "--", "—", "–"})
_OPENING, _REACH = 14, 160
_BEHIND_DATELINE = re.compile(r"\s?[-:/()–—]{1,2}\s?")
_OPENED_BY = frozenset({"payment", "ex"})  # "On 3 May, the shares of Granby and Oake will trade ex-dividend"
_DECIDED = frozenset({"declares", "approved", "result", "past", "proposal", "cancel", "suspend", "tells"})
_SHARED_MONTH = 16  # so far before a date stands the day of another in its month
_DAY_BEFORE = re.compile(r"(?<![\w.,/:-])(\d{1,2})(?:er|º|°)?(?![\d.,/:%])(\D{2,12})\Z")
_TAKERS = 80
_BEHIND_WEEKDAY = re.compile(r"(?:\s?\([^()\d]{1,4}\))?\s?\(")
_BRACKETS = re.compile(r"\s?\([^()]{0,80}(?:\([^()]{0,40}\)[^()]{0,40})?\)")  # with one pair inside
_OF_NAME = 16
_ON = re.compile(r"\s(?:([^\W\d_]{1,3})\s(?:[^\W\d_]{2,10}[.,]?\s)?)?")  # "on", "on Friday,", or nothing
_LED = 12
_BESIDE = re.compile(r"[ (]{0,3}")


def days_of_month(
    shadow: str, start: int, span: DateSpan, found: Sequence[DateSpan], pairs: Sequence[re.Pattern[str]]
) -> list[DateSpan]:
    """The day before a date whose month it shares, as a date of its own; none where no such day stands there.

    `found` are the dates in shadow[start:]; `pairs` the languages' words between two such days.
    """
    if not span.day:
        return []
    low = max([start, span.start - _SHARED_MONTH, *(one.end for one in found if one.end <= span.start)])
    match = _DAY_BEFORE.search(shadow, low, span.start) if has_digit(shadow[low : span.start]) else None
    if match is None or not any(pair.fullmatch(match[2]) for pair in pairs):
        return []
    day = int(match[1])
    if not 0 < day < span.day:
        return []
    return [DateSpan(match.start(1), match.end(1), span.year, span.month, day)]


def stands_alone(text: str, place: int, span: DateSpan, tools: Tools) -> bool:
    """Whether a date fills a line of its own below words that do not end in a label, or with a name before it ("By Market
    Desk, 6 May"): it is the day of the document. Words that lead on ("the record date of", "is") are broken off there.
    """
    gap = text[place : span.start]
    above, broken, before = gap.rpartition("\n")
    if broken and not before.strip() and above.strip().isalpha():
        word = above.strip().lower()
        if tools.preposition.fullmatch(word) or tools.join.fullmatch(word):
            return False
    if (
        not broken
        or not above.strip(" :.-")
        or (before.strip() and not (_BYLINE.fullmatch(before) and before[0].isupper()))
    ):
        return False
    return text[span.end : span.end + 3].split("\n", maxsplit=1)[0].strip(" .") == ""


def opening_of(
    said: Statement,
    shadow: str,
    spans: Sequence[DateSpan],
    waiting: Sequence[list[Hit]],
    taken: Collection[DateSpan],
    also: re.Pattern[str],
) -> tuple[list[Hit], DateSpan] | None:
    """Frame: a sentence begins with a date, and the words that it belongs to come later, with none of their own.

    "On 3 May, the fourth day after the period, the offeror will pay ...". Not where somebody decides in between: the
    date is that of the decision then. Nor where words for "and", as `also` finds them, join the words to a verb before
    them, whose day it may be ("On 3 May, Granby bought Oake and will pay ...").
    """
    first = _first_word(said, shadow, spans)
    if first is None or first in taken or first.day is None:
        return None
    groups = [group for group in waiting if group[0].phrase.value in _OPENED_BY]
    if len(groups) != 1 or not 0 <= groups[0][0].start - first.end <= _REACH:
        return None
    told = any(span.start > groups[0][-1].end and span not in taken for span in spans)
    decided = any(
        hit.phrase.value in _DECIDED and first.end <= hit.start < groups[0][0].start for hit in said.marks
    )
    words = shadow[max(first.end, groups[0][0].start - _LED) : groups[0][0].start].split()
    joined = bool(words) and also.fullmatch(words[-1]) is not None
    return None if told or decided or joined else (groups[0], first)


def _first_word(said: Statement, shadow: str, spans: Sequence[DateSpan]) -> DateSpan | None:
    """The date that a sentence begins with, behind its dateline where it has one ("NEW YORK, 20 Nov. - On 3 May, ...")."""
    begin = said.start
    for span in spans[:2]:
        dateline = _BEHIND_DATELINE.match(shadow, span.end)
        if dateline is None:
            return span if span.start - begin <= _OPENING else None
        begin = dateline.end()
    return None


def dealt_out(
    group: Sequence[Hit], spans: Sequence[DateSpan], said: Statement, shadow: str
) -> list[tuple[Hit, DateSpan]]:
    """Which of the joined words has which of the joined dates; a doubt goes to the statement where that stays open.

    `shadow` is the page's: a dash between two dates fills the place of words that have none.
    """
    if len(spans) == 1:
        return [(hit, spans[0]) for hit in group]
    kinds = {hit.phrase.value: hit for hit in reversed(group)}
    heads = [hit for hit in group if kinds[hit.phrase.value] is hit]
    if len(spans) > 1 and len(heads) > 1:
        places = _with_dashes(spans, shadow)
        if len(heads) > 2 and len(places) > len(spans) and len(places) == len(heads):
            return [(hit, span) for hit, span in zip(heads, places, strict=True) if span is not None]
        apart = said.has("respectively") or bool(_PAID_AFTER & set(kinds))
        if apart and len(heads) == len(spans):
            return [*zip(heads, spans, strict=True)]
        said.doubts.append(OPEN_LIST)
    if _goes_back(spans):
        said.doubts.append(OPEN_LIST)
        spans = spans[:1]
    return [(hit, span) for span in spans for hit in group]


def _goes_back(spans: Sequence[DateSpan]) -> bool:
    """Whether dates go back year by year, as the columns of a history do: only the first can be news."""
    years = [span.year for span in spans]
    return len(years) > 2 and all(
        one is not None and other is not None and one == other + 1 for one, other in pairwise(years)
    )


def _with_dashes(spans: Sequence[DateSpan], shadow: str) -> list[DateSpan | None]:
    """The dates in their order, and None for each dash that stands alone between two of them."""
    found: list[DateSpan | None] = [*spans[:1]]
    for one, other in pairwise(spans):
        found += [None] * sum(word in _DASHES for word in shadow[one.end : other.start].split())
        found.append(other)
    return found


def heads_line(shadow: str, span: DateSpan) -> bool:
    """Whether a date begins a line of a list whose next or previous line begins with one as well.

    Words before it may be those before the other too ("On or about 18 March: ...", "On or about 27 March: ..."), or each
    line may begin with a weekday. Beside a date alone on its line, a sentence that begins with one is no such line.
    """
    if not _SIGN.match(shadow, span.end):
        return False
    low, high = max(0, span.start - _LINE - 1), span.end + _LINE + 1  # a document may be one long line
    begin, stop = shadow.rfind("\n", low, span.start) + 1 or low, shadow.find("\n", span.end, high)
    stop = min(high, len(shadow)) if stop < 0 else stop
    if stop - begin > _LINE:
        return False
    words = shadow[begin : span.start].strip() if span.start - begin <= _WORDS else ""
    if not words and any(sign.isalnum() for sign in shadow[begin : span.start]):
        return False
    alone = not shadow[span.end : stop].strip()
    places = [
        place
        for place in _lines_beside(shadow, begin, stop)
        if place != begin and not (alone and _SENTENCE.match(shadow, place))
    ]
    weekday = words.strip(",").replace("-", "").isalpha()
    if weekday and any(_DAY_LINE.match(shadow, place) for place in places):
        return True
    led = words.replace(" ", "").isalpha() or words.endswith("-")  # "Around 7 June", "19 May - 2 June"
    if led and places and places[-1] < begin and _DATE_LIKE.match(shadow, places[-1]):
        return True
    return any(
        shadow.startswith(words, place) and _DATE_LIKE.match(shadow, place + len(words)) for place in places
    )


def stands_in_schedule(shadow: str, span: DateSpan, known: bool) -> bool:
    """Whether a date ends a line behind a `known` label ("Interim results: 3 August 2025"), or behind a long one, and a line
    beside it ends with one behind a label too.

    "Last date for on-market renunciation: 2 April 2025", below it "Issue closes on: 7 April 2025".
    """
    begin = shadow.rfind("\n", max(0, span.start - _LINE), span.start) + 1
    stop = shadow.find("\n", span.end, span.end + _LINE)
    stop = min(len(shadow), span.end + _LINE) if stop < 0 else stop
    label = _DAY_OF_WEEK.sub(":", shadow[begin : span.start].rstrip(" "))
    if not label.endswith(":") or (len(label.split()) < _WORDED and not known) or stop - span.end > _TIME:
        return False
    return known or any(
        _LABELLED.match(shadow, place) for place in _lines_beside(shadow, begin, stop) if place != begin
    )


def _lines_beside(shadow: str, begin: int, stop: int) -> tuple[int, int]:
    """Where the lines with words begin that stand below and above the line from `begin` to `stop`."""
    below = shadow[stop : stop + _LINE]
    above = shadow[max(0, begin - _LINE) : begin]
    end = begin - len(above) + len(above.rstrip())
    return stop + len(below) - len(below.lstrip()), shadow.rfind("\n", 0, end) + 1


def stands_in_dateline(shadow: str, start: int, span: DateSpan) -> bool:
    """Whether the date after words at `start` is that of a dateline below them ("Invitation to the meeting", below it
    "Zurich, 18 March 2025"), or the stamp of a site.
    """
    stamped = STAMP.match(shadow, span.end) is not None
    return stamped or _DATELINE.fullmatch(shadow, start, span.start) is not None


def without_asides(shadow: str, spans: Sequence[DateSpan], cues: Sequence[Hit]) -> list[DateSpan]:
    """The dates but those in brackets right behind another date that only say more of it, without words of their own
    ("2017年9月30日(実質上、同年9月29日)の最終の株主名簿").
    """
    kept = list(spans[:1])
    for one, other in pairwise(spans):
        opened = _BEHIND_WEEKDAY.match(shadow, one.end)
        inside = shadow[opened.end() : other.start] if opened else ")"
        telling = (cue for cue in cues if cue.phrase.value != "ignore" or not cue.phrase.substring)
        if ")" in inside or any(one.end <= cue.start < other.end for cue in telling):
            kept.append(other)
    return kept


def end_with_brackets(shadow: str, span: DateSpan, limit: int) -> int:
    """Where a date ends, with the brackets right behind it that close before `limit`."""
    end, limit = span.end, min(limit, span.end + _TAKERS)
    while brackets := _BRACKETS.match(shadow, end, limit):
        end = brackets.end()
    return end


def names_of_days(
    spans: Iterable[DateSpan], names: Sequence[Hit], shadow: str, tools: Mapping[str, Tools]
) -> dict[DateSpan, Hit]:
    """Frame: the name right before a date that at most a preposition parts from it ("the general meeting on 14 August").

    `names` are the names to look for, `tools` those of their languages. The result tells for each such date its name.
    """
    found = {}
    for span in spans:
        name = next((hit for hit in names if 0 < span.start - hit.end <= _OF_NAME), None)
        gap = _ON.fullmatch(shadow, name.end, span.start) if name is not None else None
        if (
            name is not None
            and gap
            and (not gap[1] or tools[name.phrase.language].preposition.fullmatch(gap[1]))
        ):
            found[span] = name
    return found


def is_latest(span: DateSpan, marks: Iterable[Hit]) -> bool:
    """Whether words for "no later than" lead to a date: no day of record is told so, nor one of trading."""
    return any(hit.phrase.value == "by" and 0 <= span.start - hit.end <= 2 for hit in marks)


def is_begun(span: DateSpan, marks: Iterable[Hit]) -> bool:
    """Whether words for "begins" lead to a date: it is the first day of a period."""
    return any(hit.phrase.value == "begins" and 0 <= span.start - hit.end <= _LED for hit in marks)


def gap_of_takers(shadow: str, one: DateSpan, other: DateSpan, between: Sequence[Hit]) -> str | None:
    """What stands between two dates besides those who are paid, and words that make the second one inexact.

    None where nobody is named, or other words for dates stand there.
    """
    roles = {hit.phrase.role for hit in between}
    if other.start - one.end > _TAKERS or "cue" in roles or "security" not in roles:
        return None
    gap = list(shadow[one.end : other.start])
    for hit in between:
        if hit.phrase.role in ("security", "approximate") or hit.phrase.value in ("payees", "taker"):
            gap[hit.start - one.end : hit.end - one.end] = " " * (hit.end - hit.start)
    return "".join(gap)


def is_joined(shadow: str, place: int, tools: Tools) -> bool:
    """Whether words at a place join what follows to what stands before, and do not tell of it ("and", not "is")."""
    place += 1
    return tools.join.match(shadow, place) is not None and tools.copula.match(shadow, place) is None


def takes_month(group: Sequence[Hit], span: DateSpan) -> bool:
    """Whether a month alone is the date of words: of those right before it ("payable in May"); else it is a period."""
    return (
        group[-1].phrase.value in ("ignore", "lead", "payment", "meeting", "effective")
        and 0 <= span.start - group[-1].end <= 12
    )


def is_led_far(shadow: str, start: int, end: int, tools: Tools) -> bool:
    """Whether a date belongs to words far before it: their label ends with a colon right before the date, or the date says
    which day they counted ("is paid on the fifth trading day after the close, i.e. 11 November").
    """
    gap = shadow[start:end]
    namely = tools.namely.search(gap)
    before = gap[: namely.start()] if namely else gap  # behind it stands the full stop of "i.e."
    if "\n" in gap or ";" in gap or ". " in before:
        return False
    return namely is not None or gap.rstrip().endswith(":")


def is_inexact(shadow: str, span: DateSpan, hits: Iterable[Hit]) -> bool:
    """Whether one of the hits says that the date is only about right."""
    return any(
        0 <= span.start - hit.end <= 3
        or (hit.start >= span.end and _BESIDE.fullmatch(shadow, span.end, hit.start) is not None)
        for hit in hits
        if hit.phrase.role == "approximate"
    )
