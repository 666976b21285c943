"""A label that names a meeting, and tells the day of something else around it ("Notice of the general meeting: 5 May").

In a label the meeting's day is told where its name comes first, or behind words for its being held ("Date of the
general meeting"). Where its name only says what another thing is of or for, the day is that of the other thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import Tools

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = 4  # letters of the words that lead to a meeting's name ("of the", "für die", "à l'")
_MOST = 3  # such words before a name
_NEAR = 3  # so far behind a name stand words that go on with it ("AGM trading update", "AGM (proxies)")
_FAR = 40  # so far before a meeting's name its day may stand
_WEEKDAY = re.compile(r"\s?(?:\([^()\n]{1,6}\))?\s?")
#: What may stand between words for holding a meeting and its name: which one it is ("舉行之2023年度", "開催の第75回").
_NUMBER = re.compile(r"[之的の]?[\d一二三四五六七八九十零〇○年度第次回届期の]{0,14}")
_SIGN = re.compile(r"[|\t\n]|:\s|\s-\s|\s{2}|\.{3}")


def parts_label(shadow: str, end: int, stop: int) -> int | None:
    """Where a sign that ends a label stands between a meeting's name and its day ("General Meeting in York: 5 May")."""
    sign = _SIGN.search(shadow, end, stop)
    if sign is None or shadow.count("(", end, sign.start()) > shadow.count(")", end, sign.start()):
        return None
    return sign.start()


def label_start(shadow: str, start: int, place: int) -> int:
    """Where the line begins in which a place lies, not before `start`."""
    return max(start, shadow.rfind("\n", start, place) + 1)


def day_held(hit: Hit, spans: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]) -> DateSpan | None:
    """The day right before words for holding a meeting and its name with `hit`, in languages without blanks; or None."""
    near = [span for span in spans if span.day and 0 < hit.start - span.end <= _FAR]
    if not near or not hit.phrase.substring:
        return None
    aside = _WEEKDAY.match(shadow, near[-1].end)
    held = tools[hit.phrase.language].holding.match(shadow, aside.end() if aside else near[-1].end)
    numbered = held is not None and _NUMBER.fullmatch(shadow, held.end(), hit.start) is not None
    return near[-1] if numbered else None


def is_of_notice(hit: Hit, around: Iterable[Hit]) -> bool:
    """Whether words for what is done before or after a meeting end behind its name, before a day ("股东大会的通知 5月20日"), in
    languages without blanks: it is the day of that. `around` are such words from the name to the day.
    """
    return hit.phrase.substring and any(mark.end > hit.end for mark in around)


def is_around(hit: Hit, start: int, page: Page, marks: Iterable[Hit], tools: Tools) -> bool:
    """Whether the label from `start` on that names a meeting with `hit` tells the day of something around it.

    `marks` are those of the label.
    """
    for mark in marks:
        if mark.phrase.value == "around" and (mark.end <= hit.start or tools.lexicon.substring):
            return True
        if mark.phrase.value in ("around", "reporting") and 0 <= mark.start - hit.end <= _NEAR:
            joined = page.shadow[hit.end : mark.start].strip(" ,(-")
            return not joined
    words = [*_WORD.finditer(page.shadow, start, hit.start)]
    left = [*words]
    while left and len(words) - len(left) < _MOST and _is_small(left[-1], page.text, tools):
        left.pop()
    if len(left) == len(words) or not left:
        return False
    told = (word.group() for word in left)
    return not all(tools.holding.fullmatch(word) or tools.also.fullmatch(word) for word in told)


def _is_small(word: re.Match[str], text: str, tools: Tools) -> bool:
    said = text[word.start() : word.end()]
    return len(said) <= _SMALL and not said.isupper() and tools.also.fullmatch(word.group()) is None
