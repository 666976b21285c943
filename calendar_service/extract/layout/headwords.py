"""What the words of a cell say of the date beside or below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.lexicon.lasttimes import opening_last_time, what_is_due
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.columns import WHOSE, is_of_others
from calendar_service.extract.sentence.statements import DateFact, Statement

Cell = tuple[int, int]
Align = Callable[[Unit, dict[int, Cell]], dict[int, Cell]]

LABEL = 110  # no label is longer
_LAST_TIME = 200  # but for those of a last time, with all the ways of doing what is due
_NEXT = 5  # so far behind words for a date of no interest, others only go on with them
_OPENING = 2
_SIGNS = re.compile(r"\W")
_COMPOUND = re.compile(r"(?:['’][^\W\d_]?)?[\s-]")


def label_in(binder: Binder, cell: tuple[int, int], languages: tuple[str, ...]) -> Hit | None:
    """The cue that a cell's words name; None for cells that are no labels (too long, or no cue)."""
    start, end = cell
    if end - start > _LAST_TIME or end == start:
        return None
    named = binder.hits_in(start, end, languages)
    latest = opening_last_time(start, named)
    due = what_is_due(latest, named) if latest is not None else None
    if end - start > LABEL:
        return due if due is not None and _is_of_action(due, named) else None
    if latest is not None:
        return due
    cues = longest(hit for hit in named if hit.phrase.role == "cue")
    if not cues or is_of_others(named, cues, binder.page.shadow, end):
        return None
    best = _named(cues, binder)
    if cues[0] is not best and cues[0].start - start <= _OPENING and not _goes_on(cues[0], best):
        return cues[
            0
        ]  # "Record date to receive the notice of the AGM", "Dealings in the new shares, fully paid"
    known = not best.phrase.label_only or _pays(best, cell, named) or _covers(binder, cell, cues)
    known = known or (best.phrase.value == "meeting" and _is_meeting_of(best, cell, binder))
    return best if known and not binder.is_news(best, start, end) else None


def _is_of_action(due: Hit, named: Sequence[Hit]) -> bool:
    """Whether a last time with a long label is one of an offer, or of a choice that is none of a plan for reinvestment."""
    others = any(hit.phrase.role == "event" and hit.phrase.value == "ignore" for hit in named)
    return due.phrase.value == "expiry" or (due.phrase.value == "election_deadline" and not others)


def _named(cues: Sequence[Hit], binder: Binder) -> Hit:
    """The first of the cues that tells a date of ours; words for a payment that are no name of a day give way to those right
    behind them, of which they only tell more ("First payment's record date").
    """
    told = [hit for hit in cues if hit.phrase.value in DATED_FIELDS] or [cues[0]]
    first, *more = told
    shadow = binder.page.shadow
    opens = first.phrase.label_only or (first.phrase.value == "payment" and first.phrase.look == "after")
    if more and opens and _COMPOUND.fullmatch(shadow, first.end, more[0].start):
        return more[0]
    return first


def _goes_on(first: Hit, best: Hit) -> bool:
    """Whether words for a date only go on with those before them ("Trading commences ex the dividend")."""
    return not best.phrase.label_only and (first.phrase.value != "ignore" or best.start - first.end <= _NEXT)


def _is_meeting_of(best: Hit, cell: tuple[int, int], binder: Binder) -> bool:
    """Whether a cell begins with a meeting's name, and goes on with whose it is ("Special meeting of Harrow stockholders")."""
    shadow = binder.page.shadow
    return best.start == cell[0] and WHOSE.match(shadow, best.end, cell[1]) is not None


def _covers(binder: Binder, cell: tuple[int, int], cues: Sequence[Hit]) -> bool:
    """Whether cues are half of a cell's words at least."""
    words = [_SIGNS.sub("", binder.page.shadow[slice(*cell)])]
    said = [_SIGNS.sub("", binder.page.shadow[hit.start : hit.end]) for hit in cues]
    return sum(map(len, said)) >= 0.5 * sum(map(len, words))


def _pays(best: Hit, cell: tuple[int, int], named: Sequence[Hit]) -> bool:
    """Whether a cell begins or ends with words for a payment, and names a dividend beside them ("Payment of 2022/23 final
    dividend", "Final dividend paid").
    """
    if best.phrase.value != "payment" or (cell[0] < best.start and best.end < cell[1]):
        return False
    paid = [hit for hit in named if hit.phrase.value in CASH]
    return bool(paid) and all(hit.end <= best.start or best.end <= hit.start for hit in paid)


def to_vote(
    dates: list[DateFact], label: tuple[int, int], binder: Binder, languages: tuple[str, ...]
) -> list[DateFact]:
    """The dates of a row; a day of record is that of the meeting where its label says that its holders may vote."""
    marks = binder.hits.within(*label, languages, "mark")
    if not any(hit.phrase.value == "voting" for hit in marks):
        return dates
    return [fact._replace(kind="voting_record") if fact.kind == "record" else fact for fact in dates]


def read_wrapped_header(
    binder: Binder,
    align: Align,
    rows: Sequence[Unit],
    first: int,
    cues: dict[int, Hit],
    heads: dict[int, Cell],
    languages: tuple[str, ...],
) -> int:
    """Adds the cues of heads that go on in the next lines ("Distribution / date"); gives the first row of data. `align` gives
    the cells of a row by the column that they stand under.
    """
    page = binder.page
    words = {column: page.text[slice(*cell)] for column, cell in heads.items()}
    while first < len(rows):
        columns = align(rows[first], heads)
        plain = all(not any(sign.isdigit() for sign in page.text[slice(*cell)]) for cell in columns.values())
        if not plain or len(columns) > len(heads) or -1 in columns:
            break
        for column, cell in columns.items():
            words[column] = f"{words[column]} {page.text[slice(*cell)]}"
        first += 1
    for column, text in words.items():
        hits = binder.finder.find(text, page.fold(text))
        found = longest(hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.language in languages)
        best = next((hit for hit in found if hit.phrase.value in DATED_FIELDS), None)
        if best is not None and column not in cues:
            cues[column] = best
    return first


def of_class(said: Statement, head: Cell | None) -> Statement:
    """The statement of a column below its head: it is about the securities that the head names, if it names any."""
    named = [one for one in said.securities if head and head[0] <= one[0] and one[1] <= head[1]]
    return replace(said, head=head, securities=named or said.securities)
