"""Frame: a label on a line of its own, and its value on the next one.

Forms that were turned into text come so: "Payment date", below it "3 July 2026", with or without a blank line
between. A label may run over two lines. Several of them together are a table; a single date below a heading is not,
unless that is the numbered one of a section ("3. Effective date").

And two frames of rows whose cells have lost their borders:

- narrow columns: words for dates parted by single blanks, below them as many values (`股权登记日 除权日` over
  `2026/6/16 2026/6/17`).
- speaking cells: each cell holds its label and its value (`Ex-Tag 21.05.2026    Zahltag 26.05.2026`); each is
  read for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from calendar_service.extract.layout.daylines import day_of, year_of_head
from calendar_service.extract.layout.diaries import with_diaries
from calendar_service.extract.layout.exlists import with_ex_lists
from calendar_service.extract.layout.forms import with_forms
from calendar_service.extract.layout.fundlists import with_fund_lists
from calendar_service.extract.layout.glued import with_glued
from calendar_service.extract.layout.isinlists import with_isin_lists
from calendar_service.extract.layout.lonerows import is_labelled, is_period, is_section, is_whole_cue
from calendar_service.extract.layout.merged import with_merged
from calendar_service.extract.layout.piles import with_piles
from calendar_service.extract.layout.revisions import without_replaced
from calendar_service.extract.layout.stacked import is_day, is_value, with_stacked
from calendar_service.extract.layout.sublabels import without_sublabels
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.lines import bare_lines, goes_on
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_LABEL = 140
_LAST_TIME = 200  # of a label for a last time, with all the ways of doing what is due
_APART = 7  # lines that may stand between two rows of one table
_ROW = 160
_ABOVE = 16
_ASIDE = MEETINGS | {"ignore"}
_COLUMNS = 3
_LINES = 2  # of a label at most
_FEW = 2  # days below their labels
_PAIRS = 4  # lines of two pairs
_REPLACED = 4  # lines from the label to the new value, with the old one between
_WORD = re.compile(r"\S+")


def paired(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with labels and the values below them as the rows of a table, where several stand together."""
    items = with_forms(items, binder, languages)
    items = with_glued(without_replaced(items, binder, languages), binder, languages)
    items = with_isin_lists(items, binder)
    items = [*_with_narrow(_with_cells(items, binder, languages), binder, languages)]
    items = without_sublabels([*_with_last_lines(items, binder, languages)], binder, languages)
    items = with_diaries(with_ex_lists(items, binder, languages), binder, languages)
    items = with_piles(items, binder, languages)
    items = with_merged(with_stacked(items, binder, languages), binder, languages)
    items = with_fund_lists(items, binder, languages)
    rows: dict[int, list[Unit]] = {}
    changed: set[int] = set()  # tables with a value that replaces another
    by_block: dict[int, int] = {}  # the table to which the rows of a paragraph belong
    lines: list[tuple[Unit | Table, int]] = []  # each item with the table that took it, or -1
    least = 0 if _begins_with_label(items, binder, languages) else 1  # so many lines are a title
    for item in items:
        count = 0
        if isinstance(item, Unit) and is_value(item, binder, languages):
            above = [one for one, taken in lines[-2:] if taken < 0]
            count = _label_above(above, item, binder, languages, len(lines) - least)
            count = count or _label_of_new(lines, binder, languages)
        if not count or isinstance(item, Table):
            lines.append((item, -1))
            continue
        first, last = lines[-count][0], lines[-1][0]
        table = by_block.get(first.block if isinstance(first, Unit) else item.block, -1)
        if table < 0:  # the rows above, which blank lines part from this one
            table = next((taken for _, taken in reversed(lines[-count - _APART :]) if taken >= 0), len(rows))
        if table < len(rows) and _begins_topic(lines[:-count], table, binder, languages):
            table = len(rows)
        by_block[item.block] = table
        last = first if count > _LINES else last  # the label stands above the old value
        cells = ((first.start, last.end if isinstance(last, Unit) else first.start), (item.start, item.end))
        rows.setdefault(table, []).append(Unit(first.start, item.end, item.block, cells))
        if count > _LINES:
            changed.add(table)
        lines[-count:] = [(one, table) for one, _ in lines[-count:]]
        lines.append((item, table))
    told = {
        table: found
        for table, found in rows.items()
        if len(found) > 1
        or table in changed
        or is_section(found[0], binder, languages)
        or is_labelled(found[0], binder, languages)
        or is_period(found[0], binder, languages)
    }

    def year_above(line: Unit | Table) -> int | None:
        return None if isinstance(line, Table) else year_of_head(line.start, line.end, binder, languages)

    return _with_tables(lines, told, year_above)


def _with_last_lines(
    items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> Iterator[Unit | Table]:
    """The items, with the label of a value as a line again where it was joined to the value above it, told in words."""
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        broken = isinstance(item, Unit) and "\n" in binder.page.text[item.start : item.end]
        values = broken and isinstance(following, Unit) and is_value(following, binder, languages)
        cut = _last_label(item, binder, languages) if isinstance(item, Unit) and values else None
        if cut is None or isinstance(item, Table):
            yield item
        else:
            yield Unit(item.start, cut[0], item.block)
            yield Unit(cut[1], item.end, item.block, heading=True)


def _last_label(item: Unit, binder: Binder, languages: tuple[str, ...]) -> tuple[int, int] | None:
    """Where lines that hold a date or an amount per share end, and the last line begins, which ends with words for a day."""
    lines = bare_lines(binder.page.text, item.start, item.end) if not item.cells else []
    above = (item.start, lines[-2][1]) if len(lines) > 1 else (item.start, item.start)
    told = binder.hits.within(*above, languages, "per_share") or binder.dates_in(*above, languages)
    if len(lines) < 2 or not told:
        return None
    start, end = lines[-1]
    hits = binder.hits_in(start, end, languages)
    ends = any(hit.end == end and (hit.start == start or hit.phrase.role == "cue") for hit in hits)
    return (lines[-2][1], start) if ends else None


def _with_tables(
    lines: list[tuple[Unit | Table, int]],
    rows: dict[int, list[Unit]],
    year_above: Callable[[Unit | Table], int | None],
) -> list[Unit | Table]:
    """The lines, those of several rows that belong together replaced by one table where its first row stood; `year_above`
    tells the year that the line above it gives to its days.
    """
    found: list[Unit | Table] = []
    placed: set[int] = set()
    for item, table in lines:
        if table not in rows:
            found.append(item)
        elif table not in placed:
            placed.add(table)
            found.append(Table(rows[table], year=year_above(found[-1]) if found else None))
    return found


def _with_cells(
    items: Iterable[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> Iterator[Unit | Table]:
    """The items, with the cells of tables in which several of a row speak for themselves as lines."""
    for item in items:
        if isinstance(item, Unit) or not any(_speaks(row, binder, languages) for row in item.rows):
            yield from _without_lone(item, binder, languages)
            continue
        for row in item.rows:
            yield from (Unit(*cell, row.block, heading=True) for cell in row.cells or ((row.start, row.end),))


def _without_lone(item: Unit | Table, binder: Binder, languages: tuple[str, ...]) -> Iterator[Unit | Table]:
    """A table, and behind it the rows of it that are but one cell, with a label and its date: it has no column for them."""
    if isinstance(item, Unit) or not item.fixed:
        yield item
        return
    lone = [row for row in item.rows if len(row.cells) == 1 and _told_in(row.cells[0], binder, languages)]
    behind = _lines_behind(item, binder, languages)
    lone += [row for row in behind if row not in lone]
    rest = [row for row in item.rows if row not in lone] if lone else item.rows
    if rest:
        yield replace(item, rows=rest) if lone else item
    yield from (Unit(*row.cells[0], row.block, heading=True) for row in lone)


def _lines_behind(item: Table, binder: Binder, languages: tuple[str, ...]) -> list[Unit]:
    """The rows at the end of a table that are but one cell, where several of them are nothing but a day: below their labels."""
    count = next((at for at, row in enumerate(reversed(item.rows)) if len(row.cells) > 1), len(item.rows))
    rows = item.rows[len(item.rows) - count :]
    lines = [Unit(*row.cells[0], row.block) for row in rows if row.cells]
    days = [line for line in lines if day_of(line.start, line.end, binder, languages) is not None]
    return rows if len(days) >= _FEW else []


def _speaks(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether several cells of a row begin with words for a date and end with one."""
    if binder.days.count_places(row.start, row.end, languages) < 2:
        return False
    return sum(_told_in(cell, binder, languages) for cell in row.cells) > 1


def _told_in(cell: tuple[int, int], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a cell begins with words for a date and ends with one."""
    start, end = cell
    hits = binder.hits.within(start, end, languages, "cue") if end - start <= _LABEL else []
    cues = [hit for hit in hits if hit.start - start <= 2]
    dates = binder.dates_in(start, end, languages) if cues else []
    return len(dates) == 1 and end - dates[0].end <= 1 and any(hit.end <= dates[0].start for hit in cues)


def _with_narrow(
    items: Iterable[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> Iterator[Unit | Table]:
    """The items, with a line of words for dates and the line of as many values below it as a table."""
    above: Unit | Table | None = None
    for item in items:
        table = _narrow(above, item, binder, languages)
        if above is not None and table is None:
            yield above
        above = table or item
    if above is not None:
        yield above


def _narrow(
    above: Unit | Table | None, item: Unit | Table, binder: Binder, languages: tuple[str, ...]
) -> Table | None:
    if not isinstance(above, Unit) or not isinstance(item, Unit) or above.cells or item.cells:
        return None
    too_long = above.end - above.start > _ROW or item.end - item.start > _ROW
    cues = [] if too_long else binder.hits.within(above.start, above.end, languages, "cue")
    if not cues or not binder.days.count_places(
        item.start, item.end, languages
    ):  # most lines have no such words
        return None
    shadow = binder.page.shadow
    count = len(shadow[item.start : item.end].split())
    if count < _COLUMNS or count != len(shadow[above.start : above.end].split()):
        return None
    heads, values = _words(above, binder), _words(item, binder)
    told = [any(hit.phrase.role == "cue" for hit in binder.hits_in(*cell, languages)) for cell in heads]
    # One column of dates is the last one.
    least = 1 if sum(told) == 1 and told[-1] and is_whole_cue(heads[-1], binder, languages) else _COLUMNS - 1
    if sum(told) < least:
        return None
    columns = [*zip(told, values, strict=True)]
    dated = sum(bool(binder.dates_in(*cell, languages)) for name, cell in columns if name)
    if dated < least or any(binder.dates_in(*cell, languages) for name, cell in columns if not name):
        return None
    rows = [Unit(above.start, above.end, above.block, tuple(heads))]
    return Table([*rows, Unit(item.start, item.end, item.block, tuple(values))])


def _words(unit: Unit, binder: Binder) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(binder.page.shadow, unit.start, unit.end)]


def _label_above(
    found: list[Unit | Table], value: Unit, binder: Binder, languages: tuple[str, ...], lines: int
) -> int:
    """How many of the last lines are the label of a value: 1, 2, or 0 where there is none."""
    for count in (1, 2):
        above = found[-count:]
        if lines < count:  # the title of the document with its date below
            return 0
        if len(above) < count or not all(_is_label_line(one, value, binder, languages) for one in above):
            return 0
        hits = [
            hit
            for hit in binder.hits_in(above[0].start, value.start, languages)
            if (hit.phrase.role in ("cue", "per_share") or hit.phrase.value == "latest")
            and hit.start - above[0].start < 40
        ]
        if hits and (count == 1 or _is_one_label(above, hits, binder)):
            return count
    return 0


def _begins_with_label(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a document begins in the midst of a form: its first line begins with words for a date, and is a cell between
    bars, or is nothing but those for an ex-date, with a second pair of label and day behind; a title is none, whose date below is that of
    the letter ("Payment of dividend", "4 May 2026").
    """
    first = items[0] if items else None
    if not isinstance(first, Unit) or not first.heading or first.cells:
        return False
    text = binder.page.text
    barred = "|" in (text[max(0, first.start - 1) : first.start], text[first.end : first.end + 2].strip())
    label = (first.start, first.start + len(text[first.start : first.end].rstrip(":* ")))
    if barred and len(items) > 1 and isinstance(items[1], Unit) and is_value(items[1], binder, languages):
        cues = binder.hits.within(*label, languages, "cue")
        return any(hit.start == first.start and hit.phrase.value in DATED_FIELDS for hit in cues)
    return (barred or _is_pair_next(items, binder, languages)) and is_whole_cue(label, binder, languages)


def _is_pair_next(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether words for an ex-date, which head no letter, and their day are followed by other words for a date and its day."""
    lines = [one for one in items[:_PAIRS] if isinstance(one, Unit) and not one.cells]
    if len(lines) < _PAIRS or not is_whole_cue((lines[2].start, lines[2].end), binder, languages):
        return False
    cues = binder.hits.within(lines[0].start, lines[0].end, languages, "cue")
    if not any(hit.phrase.value == "ex" for hit in cues):
        return False
    return is_day(lines[1], binder, languages) and is_day(lines[3], binder, languages)


def _label_of_new(lines: list[tuple[Unit | Table, int]], binder: Binder, languages: tuple[str, ...]) -> int:
    """How many of the last lines are a label, words for "before", the old value, and words for "after"; 0 if none."""
    last = [item for item, taken in lines[-_REPLACED:] if taken < 0 and isinstance(item, Unit)]
    if len(last) < _REPLACED or not all(item.heading and not item.cells for item in last):
        return 0
    label, before, _, after = last
    if not _is_marked(before, "history", binder, languages) or not _is_marked(
        after, "section", binder, languages
    ):
        return 0
    hits = binder.hits.within(label.start, label.end, languages, "cue")
    dated = any(hit.phrase.value in DATED_FIELDS for hit in hits)
    return _REPLACED if dated and not binder.dates_in(label.start, label.end, languages) else 0


def _is_marked(line: Unit, name: str, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line has words with this mark."""
    marks = binder.hits.within(line.start, line.end, languages, "mark")
    return any(hit.phrase.value == name for hit in marks)


def _begins_topic(
    lines: list[tuple[Unit | Table, int]], table: int, binder: Binder, languages: tuple[str, ...]
) -> bool:
    """Whether a heading behind the last row of a table names another action than those that stand above it."""
    types: list[set[str]] = [set(), set()]  # behind the row, and before
    behind = True
    for item, taken in reversed(lines[-_ABOVE:]):
        behind = behind and taken != table
        if isinstance(item, Unit) and (item.heading or taken == table):
            hits = binder.hits.within(item.start, item.end, languages, "event")
            types[not behind].update(hit.phrase.value for hit in hits if hit.phrase.value not in _ASIDE)
        if types[1]:
            break
    return bool(types[0] and types[1]) and types[0].isdisjoint(types[1])


def _is_one_label(lines: list[Unit | Table], hits: list[Hit], binder: Binder) -> bool:
    """Whether two lines are one label: no blank line parts them, and words run over both or the second goes on."""
    first, second = lines
    if not isinstance(first, Unit) or not isinstance(second, Unit) or first.block != second.block:
        return False
    if _is_marked(second, "history", binder, (hits[0].phrase.language,)):
        return False
    runs_over = any(hit.start < first.end <= second.start < hit.end for hit in hits)
    return runs_over or goes_on(binder.page.text, (first.start, first.end), second.start)


def _is_label_line(item: Unit | Table, value: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    if isinstance(item, Table) or item.cells or item.end - item.start > _LAST_TIME:
        return False
    if item.end - item.start > _LABEL and not _is_marked(item, "latest", binder, languages):
        return False
    if item.block not in (value.block, value.block - 1):
        return False
    heading = item.heading or binder.page.text[item.end - 1] not in ".。;,"
    return heading and not binder.dates_in(item.start, item.end, languages)
