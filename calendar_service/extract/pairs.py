"""Frame: a label on a line of its own, and its value on the next one.

Forms that were turned into text come so: "Payment date", below it "3 July 2026". A label may run over two
lines. A paragraph that has several of them is a table; a single date below a heading is not.
"""

from __future__ import annotations

from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Table, Unit

_LABEL = 80
_VALUE = 60


def paired(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with labels and the values below them as the rows of a table, where a paragraph has several."""
    rows: dict[int, list[Unit]] = {}
    lines: list[tuple[Unit | Table, int]] = []  # each item with the block of the row that took it, or -1
    for item in items:
        count = 0
        if isinstance(item, Unit) and _is_value(item, binder, languages):
            above = [one for one, taken in lines[-2:] if taken < 0]
            count = _label_above(above, item, binder, languages, len(lines))
        if not count or isinstance(item, Table):
            lines.append((item, -1))
            continue
        first, last = lines[-count][0], lines[-1][0]
        cells = ((first.start, last.end if isinstance(last, Unit) else first.start), (item.start, item.end))
        rows.setdefault(item.block, []).append(Unit(first.start, item.end, item.block, cells))
        lines[-count:] = [(one, item.block) for one, _ in lines[-count:]]
        lines.append((item, item.block))
    return _with_tables(lines, {block: found for block, found in rows.items() if len(found) > 1})


def _with_tables(lines: list[tuple[Unit | Table, int]], rows: dict[int, list[Unit]]) -> list[Unit | Table]:
    """The lines, those of a block with several rows replaced by one table where its first row stood."""
    found: list[Unit | Table] = []
    placed: set[int] = set()
    for item, block in lines:
        if block not in rows:
            found.append(item)
        elif block not in placed:
            placed.add(block)
            found.append(Table(rows[block]))
    return found


def _is_value(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line begins with a date or an amount and says little more."""
    if unit.end - unit.start > _VALUE or unit.cells:
        return False
    dates = binder.dates_in(unit.start, unit.end, languages)
    if dates:
        return dates[0].start - unit.start <= 2 and unit.end - dates[-1].end <= 12
    shadow = binder.page.shadow
    for language in languages:
        money = binder.tools[language].amounts.money(shadow, unit.start, unit.end)
        if money:
            return money[0].start - unit.start <= 2
    return False


def _label_above(
    found: list[Unit | Table], value: Unit, binder: Binder, languages: tuple[str, ...], lines: int
) -> int:
    """How many of the last lines are the label of a value: 1, 2, or 0 where there is none."""
    for count in (1, 2):
        above = found[-count:]
        if lines <= count:  # the title of the document with its date below
            return 0
        if len(above) < count or not all(_is_label_line(one, value, binder, languages) for one in above):
            return 0
        hits = binder.hits_in(above[0].start, value.start, languages)
        if any(hit.phrase.role in ("cue", "per_share") and hit.start - above[0].start < 40 for hit in hits):
            return count
    return 0


def _is_label_line(item: Unit | Table, value: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    if isinstance(item, Table) or item.cells or item.block != value.block or item.end - item.start > _LABEL:
        return False
    return item.heading and not binder.dates_in(item.start, item.end, languages)
