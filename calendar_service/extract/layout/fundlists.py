"""Frame: a list of funds, or of classes and series of shares, that has lost its table. Each row names one and its amount;
the dates stand elsewhere: in the text above, or month by month in a table of dates.

- run together: a line a row, a symbol in brackets between name and amount ("Harrow Income Fund(NYSE: HIF)$0.1125--").
- one below the other: a cell a line ("HIF", "Harrow Income Fund", "January", "$0.1125", "-"; a further month of the same
  fund begins with the month).
- in one line behind its heads: "Share Class Amount Per Share Class A Shares $0.08 Preferred Shares $0.0625".

It is one only right below words for an amount per share. Lines whose amount cannot be told from its neighbour
("$0.112510.08%") make no list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from calendar_service.extract.layout.fundcells import Cell, FundCells, FundRow, is_name
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import longest
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

RULE = "fund list"
_HEADS = 14  # so many lines above the first row may hold the heads of the columns
_HEAD = 300
_NAMED = 60  # signs of a line that is a name, though a full stop ends it ("Harrow Split Corp.")
_TABLES = 30  # so many items above the table of months may stand
_LEAST = 2  # rows
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where the words of two cells touch
_OTHERS = frozenset({"increase", "price", "comparison", "total"})


@dataclass(slots=True)
class FundList(Table):
    """The rows of a list, and of each the head and the cell of its dates, where a table of months tells them."""

    funds: list[FundRow] = field(default_factory=list)
    days: list[list[tuple[Cell, Cell]]] = field(default_factory=list)
    months: Table | None = None


def with_fund_lists(
    items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the lines of each list of funds replaced by it, and without the table of its months."""
    reader = FundCells(binder, languages)
    headed = _Heads(reader)
    if not any(
        headed.names_months(one) if isinstance(one, Table) else reader.may_tell_money(one) for one in items
    ):
        return items
    lines = [line for item in items for line in reader.lines_of(item)]
    found: list[Unit | Table] = []
    place = 0
    while place < len(lines):
        item = lines[place]
        if isinstance(item, Table):
            stop, told = place + 1, headed.of_months(found, item)
        else:
            stop, funds = reader.rows_at(lines, place)
            told = headed.listed(found, lines[place:stop], funds) if len(funds) >= _LEAST else None
        if told is None:
            stop = max(stop, place + 1)  # no list begins inside of rows that are none
            found += lines[place:stop]
        else:
            found = _without(found, told.months)
            found.append(told)
        place = stop
    return found if any(isinstance(one, FundList) for one in found) else items


def _without(items: list[Unit | Table], table: Table | None) -> list[Unit | Table]:
    """The items without the table of months that was joined to a list right below."""
    if table is not None:
        at = next(at for at in range(len(items) - 1, -1, -1) if items[at] is table)
        del items[at]
    return items


class _Heads:
    """Reads what stands above the rows of a list."""

    def __init__(self, cells: FundCells) -> None:
        self.cells = cells
        self.binder = cells.binder
        self.languages = cells.languages
        self.text = cells.text

    def listed(
        self, above: Sequence[Unit | Table], lines: Sequence[Unit | Table], funds: list[FundRow]
    ) -> FundList | None:
        """The rows as a list, with the dates of their months; None where the words above head no amounts per share."""
        heads = [self.cells.span_of(lines[0])] if len(lines) == 1 else self._heads(above)
        if any(self.binder.dates_in(*head, self.languages) for head in heads):
            return None
        several = any(one.several for one in funds)
        unsure = self._are_unsure(heads, several=several)
        if unsure is None:
            return None
        units = [one for one in lines if isinstance(one, Unit)]
        told = FundList(units, unsure=unsure, funds=funds)
        if not any(one.month for one in funds):
            return told
        tables = [one for one in above[-_TABLES:] if isinstance(one, Table) and not isinstance(one, FundList)]
        return told if tables and self._add_days(told, tables[-1]) else None

    def names_months(self, table: Table) -> bool:
        """Whether a cell of the first rows is a month."""
        return any(self.cells.month_of(cell) for row in table.rows[:_LEAST] for cell in row.cells)

    def of_months(self, above: Sequence[Unit | Table], table: Table) -> FundList | None:
        """A table whose rows name months as a list, with the dates of these; None where it is none."""
        if not self.names_months(table):
            return None
        cells = [
            Unit(*cell, row.block, heading=True)
            for row in table.rows
            for cell in row.cells
            if cell[0] < cell[1]
        ]
        for place in range(1, min(len(cells), _HEADS)):
            stop, funds = self.cells.rows_at(cells, place)
            if len(funds) >= _LEAST and stop == len(cells) and all(one.month for one in funds):
                return self.listed([*above, *cells[:place]], cells[place:], funds)
        return None

    def _heads(self, above: Sequence[Unit | Table]) -> list[Cell]:
        """The lines right above that are no sentences; where there are none, what a sentence says behind its dates."""
        found: list[Cell] = []
        for one in above[: -_HEADS - 1 : -1]:
            if not isinstance(one, Unit) or one.cells:
                break
            dates = self.binder.dates_in(one.start, one.end, self.languages)
            if self.text[one.end - 1] == ":" and not found:
                return [(dates[-1].end if dates else one.start, one.end)]
            told = bool(dates) and (dates[0].start == one.start or self._names_days(one))
            named = one.end - one.start <= _NAMED and is_name(self.text[one.start : one.end])
            ends = self.text[one.end - 1] in ".。;:" and not (named and self.text[one.end - 1] == ".")
            if told or ends or one.end - one.start > _HEAD:
                break
            found.insert(0, self.cells.span_of(one))
        return found

    def _names_days(self, line: Unit) -> bool:
        """Whether it has words for dates of ours, so that the dates in it are no older ones of the list."""
        return any(
            hit.phrase.role == "cue" and hit.phrase.value in DATED_FIELDS
            for hit in self.binder.hits_in(line.start, line.end, self.languages)
        )

    def _are_unsure(self, heads: Iterable[Cell], *, several: bool) -> bool | None:
        """Whether it is open which of the amounts of a row is paid; None where the heads' first amounts are not per share.

        Several amounts are sure where the heads of the further ones say that they are something else ("Change").
        """
        words = _CASES.sub(" ", " ".join(self.text[slice(*head)] for head in heads))
        hits = self.binder.finder.find(words, self.binder.page.fold(words), self.languages)
        told = longest(
            hit
            for hit in hits
            if hit.phrase.role == "per_share" or (hit.phrase.role == "mark" and hit.phrase.value in _OTHERS)
        )
        if not told or told[0].phrase.role != "per_share":
            return None
        behind = [hit for hit in told if hit.phrase.role == "mark"]
        return several and not behind

    def _add_days(self, told: FundList, table: Table) -> bool:
        """Adds the dates of each row's month; False where the months of a table and of the rows are not the same ones."""
        heads, *rows = table.rows
        column = next(
            (at for at, cell in enumerate(rows[0].cells if rows else ()) if self.cells.month_of(cell)), None
        )
        if column is None or any(len(row.cells) != len(heads.cells) for row in rows):
            return False
        months = [self.cells.month_of(row.cells[column]) for row in rows]
        numbers = [month[0] for month in months if month]
        wanted = [self.cells.month_of(one.month) if one.month else None for one in told.funds]
        if len(set(numbers)) < len(rows) or not all(wanted):
            return False
        if {month[0] for month in wanted if month} != set(numbers):
            return False
        cells = dict(zip(numbers, (row.cells for row in rows), strict=True))
        told.days = [[*zip(heads.cells, cells[month[0]], strict=True)] for month in wanted if month]
        told.months = table
        return True
