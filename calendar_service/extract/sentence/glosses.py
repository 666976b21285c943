"""Frame: a day, and behind it what it is.

- behind a colon or a dash: "22 November 2021: ex-date; 24 November 2021: payment date". Behind a dash the words look back
  only where a sentence goes on like that ("22 November - ex-date, 24 November - payment date").
- behind a word such as "as": "has set 22 November as the ex-date and 24 November as the payment date".

The words look back at their day, and no other words may have it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import Tools

_ARTICLE = 6  # signs of the blanks and an article between a sign and the words
_AS = 20  # signs between a day and the words, where a word such as "as" stands there
_SIGNS = (":", "-", "–", "—")
_PARTED = re.compile(r"[;,)\n]")  # what parts an entry from the next day
_ENTRY = re.compile(r"[;\n]")
_LISTED = 2  # so many days with a dash are a list


def glossed_days(
    cues: Sequence[Hit], spans: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]
) -> list[tuple[Hit, DateSpan]]:
    """The cues that stand behind a day and a sign or a word for "as", each with that day."""
    ends = [span.end for span in spans]
    named: list[tuple[Hit, DateSpan]] = []
    signed: list[tuple[Hit, DateSpan]] = []
    signs = set()
    for cue in cues:
        low = max(0, cue.start - _AS)
        word = tools[cue.phrase.language].named_as.search(shadow, low, cue.start)
        sign, place = ("", word.start()) if word else _sign_before(cue, shadow)
        gap = (
            0 if word else 1
        )  # "Ex-Tag ist der 5. Mai, als Zahltag ...": these words lead on to a day of their own
        number = bisect_right(ends, place) - 1
        if number >= 0 and place - ends[number] <= gap:
            (named if word else signed).append((cue, spans[number]))
            signs.add(sign)
    days = {day.start for _, day in named}
    named = [(cue, day) for cue, day in named if _is_parted(cue, spans, shadow, days)]
    if signed and _leads_on(max(cue.end for cue, _ in signed), spans, shadow):
        signed = []  # "Ex-date, 7 May - record date, 8 May": the last words have the last day, and so have the others theirs
    # Where one of the words has a day of its own behind it, each may ("Ex-date: 5 May - record date: 6 May").
    if not all(_is_parted(cue, spans, shadow) for cue, _ in signed) or (
        signs - {"", ":"} and len(signed) < _LISTED
    ):
        signed = []
    return named + signed


def _leads_on(end: int, spans: Sequence[DateSpan], shadow: str) -> bool:
    """Whether a day stands behind the last of the words, in the same entry."""
    number = bisect_left(spans, end, key=lambda span: span.start)
    return number < len(spans) and _ENTRY.search(shadow, end, spans[number].start) is None


def _sign_before(cue: Hit, shadow: str) -> tuple[str, int]:
    """The colon or dash before words, with its place; ("", -1) where more than a short word stands between."""
    words = shadow[max(0, cue.start - _ARTICLE) : cue.start]
    place, sign = max((words.rfind(sign), sign) for sign in _SIGNS)
    between = words[place + 1 :]
    if place < 0 or between[:1] != " " or (between.strip() and not between.strip().isalpha()):
        return "", -1
    return sign, cue.start - len(words) + place


def _is_parted(cue: Hit, spans: Sequence[DateSpan], shadow: str, named: Collection[int] = ()) -> bool:
    """Whether the next day does not belong to the words: a sign parts it from them, or it is named behind, too."""
    number = bisect_left(spans, cue.end, key=lambda span: span.start)
    if number == len(spans) or spans[number].start in named:
        return True
    return _PARTED.search(shadow, cue.end, spans[number].start) is not None


def is_named(span: DateSpan, cues: Iterable[Hit], shadow: str) -> bool:
    """Whether some words for the day without the right only name the day before them: "after 15 May (ex-date)", "after
    15 May, the ex-date, the shares are traded without it". `cues` are the words for dates around the day.
    """
    for cue in cues:
        around = shadow[span.end : cue.start].strip() + shadow[cue.end : cue.end + 1]
        beside = cue.phrase.look == "after" and around in (",,", "()")
        if cue.phrase.value == "ex" and (beside or cue.phrase.text.startswith("(")):
            return True
    return False
