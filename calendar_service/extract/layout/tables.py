"""Frames of tables: how rows and columns become statements.

- column table: a header names date kinds, each row below is one action
  (`Fund | Ex-Date | Record Date | Payable Date | Amount`).
- label table: the first cell of each row is a label; a second or later column of values is another
  security, or another period, which is not taken (`Record date | March 31 | March 31 (forecast)`).
- pairs: several labels and values in one row (`Record Date: | 5 May | Payment Date: | 9 May`).

Any other table is read line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.layout.classrows import (
    begin_with_dates,
    drop_groups,
    lend_spanned,
    split_classes,
    with_units,
)
from calendar_service.extract.layout.daycells import (
    days_in,
    is_in_form,
    is_of_period,
    is_paid,
    parted_days,
    parted_pairs,
    second_head,
)
from calendar_service.extract.layout.diaries import Diary
from calendar_service.extract.layout.entries import read_diary
from calendar_service.extract.layout.exlists import ExList, read_ex_list
from calendar_service.extract.layout.fundlists import FundList
from calendar_service.extract.layout.fundrows import fund_rows, is_fragment, read_fund_list, with_year
from calendar_service.extract.layout.headwords import label_in, of_class, read_wrapped_header, to_vote
from calendar_service.extract.layout.moneycells import MoneyCells
from calendar_service.extract.layout.twoactions import parted_effects
from calendar_service.extract.layout.valuecolumns import ValueColumns
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.columns import UNSURE, from_the_right, placed, without_gaps
from calendar_service.extract.sentence.frames import is_inexact
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.extract.sentence.windows import DEADLINES, WINDOWS, last_days

Cell = tuple[int, int]
_HEADING = DATED_FIELDS | {"credited"}
_TOLD = DATED_FIELDS | {"announced", "decision", "adjusted", "credited"}
_THE = 5  # so far behind "days of" words for a date are those from which the days are counted
_MOST_ALIGNED = 100  # columns told by position; each cell is held against all of them
_MOST_VALUES = 400  # columns of values beside their labels: as many as actions of one document are taken
_MOST_NAMES = 200_000  # what a table's words name, times its columns: each column is told with all of them


class TableReader:
    """Reads the tables of one document; `whose` tells of words whether they name its issuer ("own") or an "other"."""

    def __init__(self, binder: Binder, whose: Callable[[str], str]) -> None:
        self.binder = binder
        self.whose = whose
        self.page = binder.page
        self.money = MoneyCells(binder)

    def read(self, table: Table, languages: tuple[str, ...]) -> list[Statement]:
        """The statements of a table, one an action where its shape is known; [] where it says nothing."""
        if isinstance(table, FundList):
            return read_fund_list(table, self._headed_dates, languages)
        if isinstance(table, ExList):
            return read_ex_list(table, self.binder, languages)
        hits = self.binder.hits_in(table.start, table.rows[-1].end, languages)
        if not hits:
            return []
        if isinstance(table, Diary):
            return read_diary(table, self.binder, self._label, languages)
        return self._shaped(table, hits, languages)

    def _shaped(self, table: Table, hits: list[Hit], languages: tuple[str, ...]) -> list[Statement]:
        """The statements of a table by the first shape that fits it."""
        rows = drop_groups([row for row in table.rows if row.cells], self.binder, languages)
        rows = parted_days(with_units(rows, self.binder, languages), self.binder, languages)
        pairs = parted_pairs(rows, self._label, self.binder, languages)
        if len(pairs) > len(rows):
            rows, table = pairs, replace(table, rows=pairs, fixed=False)
        if not any(_tells(hit) for hit in hits):
            return self._lines(rows, languages)
        if table.fixed and (place := second_head(rows, self.money.is_label, self.binder, languages)):
            above, below = replace(table, rows=rows[:place]), replace(table, rows=rows[place:])
            return [*self._shaped(above, hits, languages), *self._shaped(below, hits, languages)]
        form = self._is_form(rows, languages)
        header = None if form else self._header(rows, languages, fixed=table.fixed)
        if header is not None and (said := self._columns(table, rows, *header, languages)):
            return with_year(said, rows, self.binder, languages, table.year)
        if begin_with_dates(rows, self.binder, languages):
            return self._lines(rows, languages)
        said = self._labels(rows, languages, fixed=table.fixed, unsure=table.unsure)
        if said:
            return with_year(said, rows, self.binder, languages, table.year)
        return self._amounts_only(rows, languages) or self._lines(rows, languages)

    def _lines(self, rows: list[Unit], languages: tuple[str, ...]) -> list[Statement]:
        """The statements of a table that is read line by line; a calendar's label tells what the day before it means."""
        found = []
        for row in rows:
            said = self.binder.read(Unit(row.start, row.end, row.block), languages)
            hit = self._label(row.cells[1], languages) if said.loose and len(row.cells) > 1 else None
            if hit is not None and not said.dates and _tells(hit):
                said.dates, said.loose = self._dates_of(row.cells[0], hit, (0, 0), languages), []
            found.append(said)
        return found

    def _is_form(self, rows: list[Unit], languages: tuple[str, ...]) -> bool:
        """Whether each row is a label with its value: two first cells at least name dates that stand beside them."""
        return len({self._told_by(row, languages) for row in rows} - {""}) >= 2

    def _told_by(self, row: Unit, languages: tuple[str, ...]) -> str:
        """The kind of date that a row of a label and its date tells, or ""; empty cells may end the row."""
        ends = len(row.cells) > 1 and not any(map(str.isalnum, self.page.text[row.cells[1][1] : row.end]))
        dated = ends and self.binder.dates_in(*row.cells[1], languages)
        hit = self._label(row.cells[0], languages) if dated else None
        return hit.phrase.value if hit is not None and hit.phrase.value in DATED_FIELDS else ""

    def _amounts_only(self, rows: list[Unit], languages: tuple[str, ...]) -> list[Statement]:
        """A small table of amounts whose dates stand elsewhere (`Amount | Change` over `$0.04 | $0.00`)."""
        heads = dict(enumerate(rows[0].cells))
        wanted = self.money.columns(heads, languages)
        several = fund_rows(
            rows if wanted else [],
            self.binder,
            lambda columns, number: self.money.of_row(columns, {}, wanted, heads, number, languages),
            lambda columns: self._row_head(columns, {}, wanted),
            languages,
        )
        if several or len(rows) > 6:
            return several
        said = self.binder.bare(rows[0].start, rows[-1].end, rows[0].block, languages)
        said.from_table = True
        said.amounts = self.money.below(rows, languages)
        return [said] if said.amounts else []

    # column table

    def _header(
        self, rows: list[Unit], languages: tuple[str, ...], *, fixed: bool
    ) -> tuple[int, dict[int, Hit], dict[int, Cell]] | None:
        """(row after the header, column -> cue, column -> cell) of the first row that heads dates by column."""
        for number, row in enumerate(rows[:400]):
            if fixed and len(row.cells) > _MOST_ALIGNED:
                continue
            cues: dict[int, Hit] = {}
            for column, cell in enumerate(row.cells):
                hit = self._label(cell, languages)
                if hit is not None and not self._is_told(cell, hit, languages):
                    cues[column] = hit
            kinds = {hit.phrase.value for hit in cues.values()} & DATED_FIELDS
            single = len(kinds) == 1 and len(row.cells) > 1 and 0 not in cues
            if single and (
                is_in_form(rows, number, self.page.text)
                or any(self._told_by(one, languages) for one in rows[: number + 2])
            ):
                continue  # "Approved by | General Meeting" among rows of labels heads no column
            if (single or len(kinds) >= 2) and self._has_dates_below(
                rows, number, cues, languages, fixed=fixed
            ):
                return number + 1, cues, dict(enumerate(row.cells))
        return None

    def _is_told(self, cell: Cell, hit: Hit, languages: tuple[str, ...]) -> bool:
        """Whether a cell tells of a day, so that it heads none ("5 May", "within 14 days of the Effective Date")."""
        before = self.binder.hits.within(cell[0], hit.start, languages, "cue")
        counted = any(one.phrase.value == "ignore" and hit.start - one.end <= _THE for one in before)
        return counted or bool(self.binder.dates_in(*cell, languages))

    def _has_dates_below(
        self, rows: list[Unit], number: int, cues: dict[int, Hit], languages: tuple[str, ...], *, fixed: bool
    ) -> bool:
        heads = dict(enumerate(rows[number].cells))
        for row in rows[number + 1 : number + 5]:
            columns = self._align(row, heads) if fixed else dict(enumerate(row.cells))
            dated = [column for column, cell in columns.items() if days_in(cell, self.binder, languages)]
            if dated and any(column in cues for column in dated):
                return True
            if dated and len(row.cells) > 1:
                return len(dated) >= 2
        return False

    def _columns(
        self,
        table: Table,
        rows: list[Unit],
        first: int,
        cues: dict[int, Hit],
        heads: dict[int, Cell],
        languages: tuple[str, ...],
    ) -> list[Statement]:
        amount_columns = self.money.columns(heads, languages)
        top = rows[first - 1]
        header = self.binder.bare(top.start, top.end, top.block, languages)
        if table.fixed:
            first = read_wrapped_header(self.binder, self._align, rows, first, cues, heads, languages)
        headed = [column for column in sorted(cues) if cues[column].phrase.value in DATED_FIELDS]

        def is_day(cell: Cell) -> bool:
            return any(span.day is not None for span in days_in(cell, self.binder, languages))

        found = []
        wrapped: dict[int, Cell] = {}
        for number, row in enumerate(rows[first:], start=first):
            columns = (
                self._align(row, heads)
                if table.fixed
                else from_the_right(row.cells, headed, is_day, len(heads))
            )
            if table.fixed and is_fragment(self.binder, columns, heads, languages):
                wrapped.update(columns)
                continue
            said = self.binder.bare(row.start, row.end, row.block, languages)
            said.events = [*header.events, *said.events]
            said.from_table = True
            for column, cell in columns.items():
                if column in cues and cues[column].phrase.value in DATED_FIELDS:
                    part = wrapped.get(column)
                    said.dates += self._dates_of(cell, cues[column], (number, column), languages, part)
            wrapped = {}
            said.amounts = self.money.of_row(columns, cues, amount_columns, heads, number, languages)
            said.head = self._row_head(columns, cues, amount_columns)
            if said.head:
                said.securities = said.securities or [said.head]
            if (said.dates or said.amounts) and not is_paid(row.cells[0], self.binder, languages):
                found.append(said)
        return lend_spanned(found, rows) if any(said.dates for said in found) else []

    def _align(self, row: Unit, heads: dict[int, Cell]) -> dict[int, Cell]:
        """Cells of a row aligned by blanks, by the column that they stand under; -1 is left of all."""
        if len(row.cells) == len(heads):
            return dict(enumerate(row.cells))
        line = self._line_start(row.start)
        head_line = self._line_start(heads[0][0])
        places = {column: (cell[0] - head_line, cell[1] - head_line) for column, cell in heads.items()}
        found: dict[int, Cell] = {}
        for cell in row.cells:
            start, end = cell[0] - line, cell[1] - line
            column = min(places, key=lambda one: max(places[one][0] - end, start - places[one][1]))
            if end <= places[0][0]:
                column = -1
            found.setdefault(column, cell)
        return found

    def _line_start(self, place: int) -> int:
        return self.page.text.rfind("\n", 0, place) + 1

    def _row_head(
        self, columns: dict[int, Cell], cues: dict[int, Hit], amount_columns: list[int]
    ) -> Cell | None:
        for column in sorted(columns):
            start, end = columns[column]
            if column in cues or column in amount_columns or start == end:
                continue
            if any(sign.isalpha() for sign in self.page.text[start:end]):
                return (start, end)
        return None

    # label table

    def _labels(
        self, rows: list[Unit], languages: tuple[str, ...], *, fixed: bool, unsure: bool = False
    ) -> list[Statement]:
        if any(self._runs_over(row.cells, languages) for row in rows):
            return []  # columns of years that single blanks part, so no cell tells its column
        rows, sure = self._in_columns(rows, languages, fixed=fixed)
        labelled = [(row, self._label(row.cells[0], languages)) for row in rows]
        dated = [row for row, hit in labelled if hit is not None and len(row.cells) > 1]
        named = self.binder.bare(rows[0].start, rows[-1].end, rows[0].block, languages)
        if not dated:
            named.from_table = True
            return split_classes([named], rows, self.binder, self.money.read, languages, least=2)
        names = len(named.events) + len(named.marks) + len(named.securities) + 1
        values = ValueColumns(rows, [row for row, hit in labelled if hit is not None], self.binder, languages)
        columns = values.news(self.whose)[: min(_MOST_VALUES, _MOST_NAMES // names + 1)]
        sure = sure and not unsure and not values.is_contested(columns)
        said = [
            of_class(self._column_statement(named, labelled, column, languages), values.head_of(column))
            for column in columns
        ]
        if any(one.dates and not one.amounts for one in said):
            below = self.money.below(rows, languages)
            for one in said:
                if one.dates and not one.amounts:
                    one.amounts = [*below]
        said = [part for one in said if one.dates or one.amounts for part in parted_effects(one, rows)]
        for one in said:
            one.doubts += [] if sure else [UNSURE]
        return split_classes(said, rows, self.binder, self.money.read, languages)

    def _in_columns(
        self, rows: list[Unit], languages: tuple[str, ...], *, fixed: bool
    ) -> tuple[list[Unit], bool]:
        """The rows with each value in its own column, and whether all of them are sure."""

        def is_value(cell: Cell) -> bool:
            return bool(self.binder.dates_in(*cell, languages) or self.money.read(cell, languages, None))

        found, aligned = placed(rows, self.page.text, is_value) if fixed else (rows, True)
        closed, headed = without_gaps(found, is_value)
        return closed, aligned and headed

    def _runs_over(self, cells: tuple[Cell, ...], languages: tuple[str, ...]) -> bool:
        """Whether a row begins with a label and several dates in one cell, and more stand in its other cells."""
        counts = [len(self.binder.dates_in(*cell, languages)) for cell in cells]
        return (
            len(counts) > 1
            and counts[0] > 1
            and sum(counts[1:]) > 1
            and self._label(cells[0], languages) is not None
        )

    def _column_statement(
        self,
        named: Statement,
        labelled: list[tuple[Unit, Hit | None]],
        column: int,
        languages: tuple[str, ...],
    ) -> Statement:
        """What one column says; `named` is what the table's words name, for all columns alike."""
        marks = [
            hit
            for hit in named.marks
            if hit.phrase.value not in {"comparison", "forecast", "past", "increase"}
        ]
        said = replace(
            named, marks=marks, dates=[], amounts=[], totals=[], prices=[], nets=[], from_table=True
        )
        for number, (row, hit) in enumerate(labelled):
            if column >= len(row.cells):
                continue
            cell = row.cells[column]
            dates = self._dates_of(cell, hit, (number, column), languages) if hit is not None else []
            if hit is not None and dates and hit.phrase.value in _TOLD:
                said.dates += to_vote(dates, row.cells[0], self.binder, languages)
            elif not dates:
                self.money.add_row(said, row, cell, (number, column), languages)
        return said

    def _label(self, cell: Cell, languages: tuple[str, ...]) -> Hit | None:
        """The cue that a cell's words name; None for cells that are no labels, or only name what is done for a meeting."""
        hit = label_in(self.binder, cell, languages)
        return None if hit is None or self.binder.is_around_meeting(hit, *cell) else hit

    def _dates_of(
        self,
        cell: Cell,
        hit: Hit,
        place: tuple[int, int],
        languages: tuple[str, ...],
        part: Cell | None = None,
    ) -> list[DateFact]:
        if is_of_period(hit.phrase.value, cell, self.binder, languages):
            return []
        spans = self._joined_dates(part, cell, languages) if part else days_in(cell, self.binder, languages)
        spans = last_days(hit, spans, self.page.shadow, self.binder.tools)
        day = -1 if hit.phrase.value in DEADLINES else 0  # a deadline is the last day of its period
        return [self._fact(spans[day], hit, place, languages)] if spans else []

    def _headed_dates(
        self, head: Cell, cell: Cell, place: tuple[int, int], languages: tuple[str, ...]
    ) -> list[DateFact]:
        """The date of a cell below a head that names what it is; [] where it names none."""
        hit = self._label(head, languages)
        return self._dates_of(cell, hit, place, languages) if hit and hit.phrase.value in _TOLD else []

    def _joined_dates(self, part: Cell, cell: Cell, languages: tuple[str, ...]) -> list[DateSpan]:
        """The date that a wrapped cell makes together; its proof runs from the first line to the second."""
        text = self.page.fold(f"{self.page.text[slice(*part)]} {self.page.text[slice(*cell)]}")
        for language in languages:
            found = self.binder.tools[language].dates.read(text)
            if found:
                return [found[0]._replace(start=part[0], end=cell[1])]
        return []

    def _fact(self, span: DateSpan, hit: Hit, place: tuple[int, int], languages: tuple[str, ...]) -> DateFact:
        near = self.binder.hits_in(max(0, span.start - 24), span.end + 24, languages)
        approximate = is_inexact(self.page.shadow, span, near)
        return DateFact(
            WINDOWS.get(hit.phrase.value, hit.phrase.value),
            span,
            f"{hit.phrase.name}+table",
            (span.start, span.end),
            cell=place,
            approximate=approximate,
        )


def _tells(hit: Hit) -> bool:
    """Whether the words can head or label a date or an amount; a table without any is no table of ours."""
    return hit.phrase.role == "per_share" or (hit.phrase.role == "cue" and hit.phrase.value in _HEADING)
