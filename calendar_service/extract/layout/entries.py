"""Frame: an entry of a diary. Its words are read as a line, and have the day that stands before them, unless they tell
one of their own ("14 May 2026", "Payment of the final dividend").
"""

from __future__ import annotations

from collections.abc import Callable

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.layout.diaries import PERIODS, Diary
from calendar_service.extract.lexicon.actions import CASH, MEETINGS
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.joins import joined
from calendar_service.extract.sentence.statements import DateFact, Statement

LabelOf = Callable[[tuple[int, int], tuple[str, ...]], Hit | None]
_TOLD = DATED_FIELDS | {"announced"}
_LATER = frozenset({"payment", "effective"})  # days behind that of record
_OTHERS = ("result", "past", "proxies", "registering", "voting")


def read_diary(
    diary: Diary, binder: Binder, label_of: LabelOf, languages: tuple[str, ...]
) -> list[Statement]:
    """A statement for each entry; `label_of` gives the cue that a cell's words name."""
    entries = zip(diary.rows, diary.days, strict=True)
    return [_entry(row, day, binder, label_of, languages) for row, day in entries]


def _entry(
    row: Unit, day: DateSpan, binder: Binder, label_of: LabelOf, languages: tuple[str, ...]
) -> Statement:
    said = binder.read(Unit(row.cells[1][0], row.end, row.block, heading=True), languages)
    if any(fact.kind in _TOLD for fact in said.dates):
        return said
    named = (hit for cell in row.cells[1:] for hit in _cues_in(cell, binder, label_of, languages))
    hits = {hit.phrase.value: hit for hit in named if hit.phrase.value in _TOLD}
    if "record" in hits and hits.keys() & _LATER:
        hits = {}  # the heads of columns stand among the words: no day is both
    said.dates += [
        DateFact(PERIODS.get(kind, kind), day, f"{hit.phrase.name}+diary", (row.start, hit.end))
        for kind, hit in hits.items()
    ]
    if not hits and not said.has(*_OTHERS):
        kind = _named_day(said, binder, languages)
        said.dates += [DateFact(kind, day, "frame.diary", (row.start, said.end))] if kind else []
    said.start = row.start
    return said


def _named_day(said: Statement, binder: Binder, languages: tuple[str, ...]) -> str:
    """Which day an entry tells that names a meeting, or what is paid with a word for paying; "" for none."""
    types = said.types()
    if types and all(kind in MEETINGS for kind in types):
        around = any(binder.is_around_meeting(hit, said.start, said.end) for hit in said.events)
        before = binder.page.shadow[said.start : said.events[0].start]
        joined_to = binder.tools[said.events[0].phrase.language].also.search(before)
        return "" if around or (any(map(str.isalpha, before)) and not joined_to) else "meeting"
    paying = set(types) & CASH and binder.hits.within(said.start, said.end, languages, "paying")
    return "payment" if paying else ""


def _cues_in(
    cell: tuple[int, int], binder: Binder, label_of: LabelOf, languages: tuple[str, ...]
) -> list[Hit]:
    """The cue that an entry's words name, with those that only joining words part from it."""
    hit = label_of(cell, languages)
    if hit is None:
        return []
    found = [hit]
    for one in longest(binder.hits.within(hit.end, cell[1], languages, "cue")):
        if one.phrase.value == "meeting" or not joined(binder, found[-1].end, one.start, languages):
            break
        found.append(one)
    return found
