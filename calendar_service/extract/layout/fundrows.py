"""Frames of tables whose dates are not told row by row.

- fund rows: each row names a fund or class and its amount; the dates that hold for all stand in the text around
  (`Fund | Ticker | Amount per share`).
- list of funds: the same where the lines of the table stand alone (fundlists.py).
- timetable with a year above: the heading holds the year of all days below (`Expected timetable | 2025`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from calendar_service.extract.layout.daylines import year_of_head
from calendar_service.extract.layout.fundlists import RULE, FundList
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.columns import UNSURE
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement

Cell = tuple[int, int]
AmountOf = Callable[[dict[int, Cell], int], list[AmountFact]]
DatesOf = Callable[[Cell, Cell, tuple[int, int], tuple[str, ...]], list[DateFact]]
NameOf = Callable[[dict[int, Cell]], Cell | None]


def fund_rows(
    rows: Sequence[Unit], binder: Binder, amount_of: AmountOf, name_of: NameOf, languages: tuple[str, ...]
) -> list[Statement]:
    """A statement for each row with a name and an amount; [] where less than two rows have both. Nothing pays no one: a
    row with 0.00 is none.
    """
    found: list[Statement] = []
    told = 0
    for number, row in enumerate(rows[1:], start=1):
        columns = dict(enumerate(row.cells))
        amounts, name = amount_of(columns, number), name_of(columns)
        told += bool(amounts and name)
        if name and any(one.span.amount for one in amounts):
            said = binder.bare(row.start, row.end, row.block, languages)
            said.from_table = True
            said.amounts, said.securities, said.head = amounts, [name], name
            found.append(said)
    return found if told > 1 else []


def read_fund_list(table: FundList, dates_of: DatesOf, languages: tuple[str, ...]) -> list[Statement]:
    """A statement for each row of a list; `dates_of` reads the date in a cell below a head. What a name says is no event."""
    found = []
    for number, row in enumerate(table.funds):
        start, end = min(row.name[0], row.money.start), max(row.name[1], row.money.end)
        said = Statement(start, end, table.rows[0].block, language=languages[0], from_table=True)
        said.amounts = [AmountFact(row.money, RULE, row.money.place, (number, 1))]
        said.securities, said.head = [row.name], row.name
        for column, (head, cell) in enumerate(table.days[number] if table.days else (), start=2):
            said.dates += dates_of(head, cell, (number, column), languages)
        said.doubts = [UNSURE] if table.unsure else []
        found.append(said)
    return found


def with_year(
    found: list[Statement],
    rows: Sequence[Unit],
    binder: Binder,
    languages: tuple[str, ...],
    above: int | None = None,
) -> list[Statement]:
    """The statements; days without a year have the one that stands alone above the table or in its heading."""
    cells = [cell for row in rows[:2] for cell in row.cells]
    years = [year for cell in cells if (year := year_of_head(*cell, binder, languages))]
    years = years or ([above] if above else [])
    if len(years) == 1:
        for said in found:
            said.dates = [
                fact._replace(span=fact.span._replace(year=years[0])) if fact.span.year is None else fact
                for fact in said.dates
            ]
    return found


def is_fragment(
    binder: Binder, columns: dict[int, Cell], heads: dict[int, Cell], languages: tuple[str, ...]
) -> bool:
    """Frame: a wrapped cell. The line holds only beginnings of dates whose year stands on the next one."""
    if len(columns) >= len(heads):
        return False
    for cell in columns.values():
        spans = binder.dates_in(*cell, languages)
        if not spans or spans[0].year is not None:
            return False
    return bool(columns)
