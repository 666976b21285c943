"""Columns of values beside the labels of a form: which of them are this document's news.

The first one is, and those of further share classes, months and payments. Where a column is headed by the issuer's
name, it is that one, and those of other companies are not taken (`| Other Holdings plc | Acme plc`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from calendar_service.extract.binder import Binder
from calendar_service.extract.moneycells import marked
from calendar_service.extract.normalise import Unit

Cell = tuple[int, int]
_APART = timedelta(days=25)  # two payments lie further apart than two dates of one


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
        self.heads = [row.cells for row in above if len(row.cells) == self.width]

    def news(self, whose: Callable[[str], str]) -> list[int]:
        """The numbers of the columns that tell what is new, in their order; the first one where none seems to.

        `whose` tells of words whether they name the issuer ("own") or another company ("other").
        """
        owners = ["", *(whose(self._words(column)) for column in range(1, self.width))]
        first = owners.index("own") if "own" in owners else 0
        kept: list[int] = []
        for column in range(max(first, 1), self.width):
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
        return kept or [1]

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
        pairs = []
        for row in self.labelled:
            if other >= len(row.cells):
                continue
            found = [self.binder.dates_in(*row.cells[one], self.languages)[:1] for one in (column, other)]
            pairs += [
                (one.value, two.value) for one, two in zip(*found, strict=False) if one.value and two.value
            ]
        return len(pairs) > 1 and all(two - one > _APART for one, two in pairs)

    def _is_classed(self, cell: Cell) -> bool:
        return any(
            (pattern := self.binder.tools[language].classes) is not None
            and pattern.search(self.binder.page.shadow, *cell)
            for language in self.languages
        )
