"""A label that names a date, and tells the day on which that date, or a payment, is announced ("Announcement of the record
date: 5 May", "基準日の公告").
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import Tools

#: What may stand before words of telling that open a label: the number of a row, a bullet.
_OPENING = re.compile(r"[\W\d_]{0,5}(?:[a-z]\))?[\W\d_]{0,2}")


def is_news(hit: Hit, label: tuple[int, int], marks: Iterable[Hit], shadow: str, tools: Tools) -> bool:
    """Whether a label tells when what its words `hit` name is announced: words of telling, out of its `marks`, open it, or end it
    in languages without blanks. Those that "and" joins to the words only stand beside them.
    """
    for mark in marks:
        if mark.phrase.value != "news":
            continue
        if tools.lexicon.substring and mark.start >= hit.end:
            return True
        opens = mark.end <= hit.start and _OPENING.fullmatch(shadow, label[0], mark.start) is not None
        if opens and not tools.also.search(shadow, mark.end, hit.start):
            return True
    return False
