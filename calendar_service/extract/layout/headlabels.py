"""Frame: a heading that is the label of a day, and a sentence below it that tells nothing but the day, in languages that are
written without blanks ("(3)剰余金の配当が効力を生じる日" over "2023年6月26日といたしたいと存じます。").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import DateFact, Statement

_REST = 24  # signs of the sentence behind its day
_DAY = 40
_SIGNS = " :：)）"


def add_headed_days(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Adds such a day to the statement of its heading."""
    languages = tuple(one for one in languages if binder.tools[one].lexicon.substring)
    for said, below in pairwise(statements) if languages else ():
        if not said.heading or said.dates or below.heading or below.dates or below.from_table or below.events:
            continue
        if below.end - below.start > _DAY + _REST or said.from_table:
            continue
        label = _label(said, binder, languages)
        days = binder.dates_in(below.start, below.end, languages) if label is not None else []
        if label is None or len(days) != 1 or days[0].start != below.start or days[0].day is None:
            continue
        if below.end - days[0].end <= _REST:
            quote = (label.start, days[0].end)
            said.dates = [DateFact(label.phrase.value, days[0], f"{label.phrase.name}+heading", quote)]
            below.loose = []


def _label(said: Statement, binder: Binder, languages: tuple[str, ...]) -> Hit | None:
    """The words for a day that end a heading and look ahead; None where none do."""
    hits = binder.hits.within(said.start, said.end, languages, "cue")
    last = max(longest(hits), key=lambda hit: hit.end, default=None)
    if last is None or last.phrase.look == "before" or last.phrase.value not in DATED_FIELDS:
        return None
    return None if binder.page.shadow[last.end : said.end].strip(_SIGNS) else last
