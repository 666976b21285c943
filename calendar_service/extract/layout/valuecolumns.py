"""Columns of values beside the labels of a form: which of them are this document's news.

The first one is, and those of further share classes, months and payments. Where a column is headed by the issuer's
name, it is that one, and those of other companies are not taken (`| Other Holdings plc | Acme plc`). Of an old and a
new timetable the new one is taken (`| Original | Revised`). What is left out and tells other days than those taken
makes them doubtful, unless it is a comparison or an older period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from calendar_service.extract.layout.moneycells import marked
from calendar_service.extract.layout.revisions import age_of
from calendar_service.extract.lexicon.phrases import longest
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder

Cell = tuple[int, int]
_APART = timedelta(days=25)  # two payments lie further apart than two dates of one
_OLDER = timedelta(days=60)  # a timetable is not moved so far ahead; such dates are of an older period


class ValueColumns:
    """The columns behind the labels of some of the rows; the rows above these hold the columns' heads."""

    def __init__(
        self, rows: Sequence[Unit], labelled: Sequence[Unit], binder: Binder, languages: tuple[str, ...]
    ) -> None:
        self.labelled = labelled
        self.binder = binder
        self.languages = languages
        self.width = max(len(row.cells) for row in labelled)
        above = rows[: next(number for number, row in enumerate(rows) if row is labelled[0])]
        self.left: list[int] = []  # columns that were not taken, without a reason in their heads
        self.heads = [row.cells for row in above if len(row.cells) == self.width]

    def news(self, whose: Callable[[str], str]) -> list[int]:
        """The numbers of the columns that tell what is new, in their order; the first one where none seems to.

        `whose` tells of words whether they name the issuer ("own") or another company ("other").
        """
        owners = ["", *(whose(self._words(column)) for column in range(1, self.width))]
        first = owners.index("own") if "own" in owners else 0
        kept: list[int] = []
        self.left = []
        columns = range(max(first, 1), self.width)
        superseded = self._superseded(columns)
        for column in columns:
            if column in superseded:
                continue
            cells = [cells[column] for cells in self.heads]
            hits = [hit for cell in cells for hit in self.binder.hits_in(*cell, self.languages)]
            if marked(hits, "comparison") or (first and owners[column] == "other"):
                continue
            named = any(hit.phrase.role == "security" for hit in hits)
            classed = named or any(map(self._is_classed, cells))
            months = [span for cell in cells for span in self.binder.dates_in(*cell, self.languages)]
            later = bool(kept) and self._is_later(kept[-1], column)
            if not kept or classed or later or (months and all(span.day is None for span in months)):
                kept.append(column)
            elif owners[column] != "other":
                self.left.append(column)
        return kept or [1]

    def is_contested(self, columns: Sequence[int]) -> bool:
        """Whether a column that `news` left out without a reason tells other days than each of those taken."""
        return any(all(self._contradicts(taken, left) for taken in columns) for left in self.left)

    def _superseded(self, columns: Sequence[int]) -> list[int]:
        """The columns headed by words for old values, where another one is headed by words for new ones."""
        ages = {column: self._age(column) for column in columns}
        return [column for column, age in ages.items() if age == "old"] if "new" in ages.values() else []

    def _age(self, column: int) -> str:
        """Whether a column's head has words for values that are replaced ("old") or that replace others ("new")."""
        words = self.binder.page.fold(self._words(column))
        return age_of(words, [self.binder.tools[language] for language in self.languages])[0]

    def _contradicts(self, column: int, other: int) -> bool:
        """Whether two columns tell different days in a row, and the other one's are not those of an older period."""
        mine, theirs = self._actions(column), self._actions(other)
        aged = self._age(column) or self._age(other)
        if mine and theirs and not aged and self._words(column) != self._words(other):
            return False  # each is an action of its own ("Interim dividend", "Special dividend")
        gaps = [two - one for one, two in self._days(column, other)]
        return any(gaps) and not all(gap < -_OLDER for gap in gaps)

    def head_of(self, column: int) -> Cell | None:
        """The cell that heads a column; None where none does, or where it is the value of a label of its own."""
        found = [
            cells[column]
            for cells in self.heads
            if cells[column][0] < cells[column][1] and (self.width > 2 or cells[0][0] == cells[0][1])
        ]
        return found[0] if found else None

    def _words(self, column: int) -> str:
        return " ".join(self.binder.page.text[slice(*cells[column])] for cells in self.heads)

    def _is_later(self, column: int, other: int) -> bool:
        """Whether each date of the other column lies behind its neighbour: a further payment, not an older period."""
        pairs = self._days(column, other)
        return len(pairs) > 1 and all(two - one > _APART for one, two in pairs)

    def _actions(self, column: int) -> set[str]:
        """The names of actions in a column's head."""
        hits = [hit for cells in self.heads for hit in self.binder.hits_in(*cells[column], self.languages)]
        return {hit.phrase.text for hit in longest(hit for hit in hits if hit.phrase.role == "event")}

    def _days(self, column: int, other: int) -> list[tuple[date, date]]:
        """The days of two columns, of each row that tells one in both."""
        pairs = []
        for row in self.labelled:
            if max(column, other) >= len(row.cells):
                continue
            found = [self.binder.dates_in(*row.cells[one], self.languages)[:1] for one in (column, other)]
            pairs += [
                (one.value, two.value) for one, two in zip(*found, strict=False) if one.value and two.value
            ]
        return pairs

    def _is_classed(self, cell: Cell) -> bool:
        return any(
            (pattern := self.binder.tools[language].classes) is not None
            and pattern.search(self.binder.page.shadow, *cell)
            for language in self.languages
        )
