"""Frame: a list of companies below the day on which their shares go without what they pay. A heading says what the days are
("Shares going ex-dividend"), each day stands on a line of its own or begins one, and a company and its amount on each line
below ("13.3.", then "Harrow Tool plc 12p", "Tarn Mills plc 4.5p").

Every company is a statement of its own. One that is not told apart by its name is held, since it may be another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.layout.daylines import day_of
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.page.lines import bare_lines
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.parties.owners import DOUBT
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement

Cell = tuple[int, int]
_RULE = "list of companies"
_HEAD = 120
_LINE = 160
_LEAST = 2  # companies
_LETTERS = 3
_LEAP = 2024
_HALF = 6  # months
_SHORT = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(?:[:\s]|\Z)")
_SIGNS = " \t:|–—-(•*"


@dataclass(slots=True)
class ExList(Table):
    """The lines of such a list: of each the day, the name and the amount; `head` are the words of the heading."""

    companies: list[tuple[DateSpan, Cell, MoneySpan]] = field(default_factory=list)
    head: Hit | None = None
    title: Cell = (0, 0)


def with_ex_lists(
    items: Sequence[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the lines of each such list replaced by it."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        item = items[place]
        place += 1
        head = _head(item, binder, languages)
        count, listed = _list_at(items[place:], head, binder, languages) if head else (0, None)
        days = binder.dates_in(item.start, item.end, languages) if listed and isinstance(item, Unit) else []
        if not days:  # "Ex-dividend in the week of 8 June": a day that is none of its companies
            found.append(item)
        if listed is not None:
            listed.title = (item.start, item.rows[-1].end if isinstance(item, Table) else item.end)
            listed.companies = [(_near(one, days), name, paid) for one, name, paid in listed.companies]
            found.append(listed)
            place += count
    return found


def _near(day: DateSpan, heads: Sequence[DateSpan]) -> DateSpan:
    """A day without its year with that of the heading's day, near which it lies."""
    head = next((one for one in heads if one.year), None)
    if day.year or head is None or head.year is None:
        return day
    return day._replace(year=head.year + (head.month - day.month > _HALF) - (day.month - head.month > _HALF))


def read_ex_list(table: ExList, binder: Binder, languages: tuple[str, ...]) -> list[Statement]:
    """A statement for each company of a list."""
    found = []
    events = binder.bare(*table.title, table.rows[0].block, languages).events
    if table.head is not None and not events:  # what shares go without, in money, is a dividend
        phrase = replace(table.head.phrase, role="event", value="cash_dividend")
        events = [Hit(table.head.start, table.head.end, phrase)]
    for number, (day, name, money) in enumerate(table.companies):
        said = Statement(name[0], money.end, table.rows[0].block, language=languages[0], from_table=True)
        if table.head is not None:
            rule = f"{table.head.phrase.name}+list"
            said.dates = [DateFact("ex", day, rule, (day.start, day.end), cell=(number, 0))]
        said.amounts = [AmountFact(money, _RULE, money.place, (number, 1))]
        said.securities, said.head, said.events = [name], name, [*events]
        found.append(said)
    return found


def doubt_nameless(statements: Sequence[Statement]) -> None:
    """Doubts the companies of such lists whose names are nobody's that is known."""
    for said in statements:
        if said.owner is None and any(fact.rule == _RULE for fact in said.amounts):
            said.doubts.append(DOUBT)


def _head(item: Unit | Table, binder: Binder, languages: tuple[str, ...]) -> Hit | None:
    """The words for an ex-date of a heading that tells no day and none of another kind."""
    if not isinstance(item, Unit) or item.cells or item.end - item.start > _HEAD:
        return None
    cues = binder.hits.within(item.start, item.end, languages, "cue")
    if not cues:
        return None
    told = [hit for hit in longest(cues) if hit.phrase.value in DATED_FIELDS]
    return told[0] if {hit.phrase.value for hit in told} == {"ex"} else None


def _list_at(
    items: Sequence[Unit | Table], head: Hit, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, ExList | None]:
    """How many items a list takes that begins here, and the list; None where none does."""
    companies: list[tuple[DateSpan, Cell, MoneySpan]] = []
    rows: list[Unit] = []
    day: DateSpan | None = None
    count = 0
    for item in items:
        read: list[tuple[DateSpan, Cell, MoneySpan]] = []
        for line in _lines(item, binder):
            own, start = _day_at(line, binder, languages)
            day = own or day
            told = _company((start, line.end), binder, languages) if start < line.end else None
            if day is None or (told is None and start < line.end):
                read = []
                break
            read += [(day, *told)] if told else []
            rows.append(line)
        else:
            companies += read
            count += 1
            continue
        break
    if len(companies) < _LEAST:
        return 0, None
    return count, ExList(rows, companies=companies, head=head)


def _lines(item: Unit | Table, binder: Binder) -> Iterator[Unit]:
    if isinstance(item, Table):
        yield from item.rows
    else:
        for start, end in bare_lines(binder.page.text, item.start, item.end):
            yield Unit(start, end, item.block)


def _day_at(line: Unit, binder: Binder, languages: tuple[str, ...]) -> tuple[DateSpan | None, int]:
    """The day with which a line begins, and where what stands behind it begins; the line's own start where none does."""
    shadow = binder.page.shadow
    if line.end - line.start > _LINE:
        return None, line.start
    short = _SHORT.match(shadow, line.start, line.end)
    if short and as_date(_LEAP, int(short[2]), int(short[1])):
        day = DateSpan(line.start, short.end(2) + 1, None, int(short[2]), int(short[1]))
        return day, _past(shadow, day.end, line.end)
    first = next(iter(binder.dates_in(line.start, line.end, languages)), None)
    if first is None or day_of(line.start, first.end, binder, languages) is None:
        return None, line.start
    return first, _past(shadow, first.end, line.end)


def _past(shadow: str, start: int, end: int) -> int:
    return end - len(shadow[start:end].lstrip(_SIGNS))


def _company(cell: Cell, binder: Binder, languages: tuple[str, ...]) -> tuple[Cell, MoneySpan] | None:
    """The name and the only amount of a line, which tells no date of its own; None where it tells anything else."""
    if cell[1] - cell[0] > _LINE or binder.dates_in(*cell, languages):
        return None
    if any(hit.phrase.value in DATED_FIELDS for hit in binder.hits.within(*cell, languages, "cue")):
        return None
    for language in languages:
        found = binder.tools[language].amounts.money(binder.page.shadow, *cell)
        if len(found) == 1 and not found[0].scaled:
            start = _past(binder.page.shadow, *cell)
            name = binder.page.text[start : found[0].start].rstrip(_SIGNS)
            if sum(map(str.isalpha, name)) >= _LETTERS:
                return (start, start + len(name)), found[0]
    return None
