"""A company's articles of association: a title near the head of a document, and numbered articles below. They lay down
rules ("the preferred shares receive a dividend of 5 %, last amended on 5 May 2026") and announce nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder

_TITLE = 90
_OPENING = 400  # so far from the head of a document its title stands at most
_LEAD = 12
_BEHIND = 2  # signs behind a title in a script without blanks, where more words make it one of something about the articles
#: The number of an article at the head of its line: "Art. 3", "Article 3", "§ 3", "3 §"; in East Asian scripts also in words.
_NUMBER = re.compile(
    r"^\W{0,4}(?P<lead>§|[^\W\d_]{2,10}\.?\s|第|제)?\s?(?P<number>\d{1,3}|[一二三四五六七八九十百〇零]{1,6})\s?(?:§|[条條조])?(?!\w)",
    re.MULTILINE,
)


class Articles:
    """Tells where the articles of a document begin; whether numbered ones stand in it is found once."""

    def __init__(self, binder: Binder, languages: tuple[str, ...]) -> None:
        self._binder = binder
        self._languages = languages
        self._numbered: bool | None = None

    def begin_with(self, unit: Unit) -> bool:
        """Whether a line near the head is the title of articles of association, of which numbered ones follow."""
        if unit.start > _OPENING or unit.end - unit.start > _TITLE:
            return False
        hits = self._binder.hits.within(unit.start, unit.end, self._languages, "articles")
        if not any(_is_title(hit, unit) for hit in hits):
            return False
        if self._numbered is None:
            numbers = _NUMBER.finditer(self._binder.page.shadow, unit.end)
            self._numbered = any(_follows(one, other) for one, other in pairwise(numbers))
        return self._numbered


def _is_title(hit: Hit, unit: Unit) -> bool:
    """Whether words for the articles are a title, not a part of one ("Notice of a change of the articles")."""
    if hit.phrase.substring:
        return unit.end - hit.end <= _BEHIND
    return hit.start - unit.start < _LEAD


def _follows(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two numbers are those of an article and a later one: of long articles, a text may hold parts."""
    signed = one["lead"] is not None or "§" in one[0]
    if not signed or one["lead"] != other["lead"]:
        return False
    if one["number"].isdecimal() and other["number"].isdecimal():
        return int(other["number"]) > int(one["number"])
    return one["number"] != other["number"]
