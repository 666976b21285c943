"""Frame: a day and, behind a colon or a dash, what it is ("22 November 2021: ex-date; 24 November 2021: payment date").

The words look back at their day, and no other words may have it. Behind a dash they do so only where a sentence goes on
like that ("22 November - ex-date, 24 November - payment date").
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.candidates import DateSpan
from calendar_service.extract.phrases import Hit

_ARTICLE = 6  # signs of the blanks and an article between a sign and the words
_SIGNS = (":", "-", "–", "—")
_ENDS = (";", ")", "\n")  # signs that part an entry from the next day
_LISTED = 2  # so many days with a dash are a list


def glossed_days(cues: Sequence[Hit], spans: Sequence[DateSpan], shadow: str) -> list[tuple[Hit, DateSpan]]:
    """The cues that stand behind a day and a sign, each with that day; no further day may be theirs."""
    found: list[tuple[str, Hit, DateSpan]] = []
    for cue in cues:
        words = shadow[max(0, cue.start - _ARTICLE) : cue.start]
        place, sign = max((words.rfind(sign), sign) for sign in _SIGNS)
        if place < 0 or not _is_article(words[place + 1 :]):
            continue
        place += cue.start - len(words)
        day = next((span for span in spans if 0 <= place - span.end <= 1), None)
        if day is not None and _ends(cue, sign, spans, shadow):
            found.append((sign, cue, day))
    dashed = sum(sign != ":" for sign, _, _ in found) >= _LISTED
    return [(cue, day) for sign, cue, day in found if sign == ":" or dashed]


def _is_article(words: str) -> bool:
    """Whether nothing but a blank and a short word stands here."""
    return words[:1] == " " and (not words.strip() or words.strip().isalpha())


def _ends(cue: Hit, sign: str, spans: Sequence[DateSpan], shadow: str) -> bool:
    """Whether the next day stands in an entry of its own: behind a sign that ends this one, or before one like it."""
    behind = next((span for span in spans if span.start >= cue.end), None)
    if behind is None:
        return True
    between = shadow[cue.end : behind.start]
    return any(one in between for one in _ENDS) or shadow[behind.end : behind.end + 2].lstrip(" ")[:1] == sign
