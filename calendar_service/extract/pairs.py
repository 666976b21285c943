"""Frame: a label on a line of its own, and its value on the next one.

Forms that were turned into text come so: "Payment date", below it "3 July 2026". A label may run over two
lines. The lines become one unit, so that cues find their dates and amounts.
"""

from __future__ import annotations

from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Table, Unit

_LABEL = 80
_VALUE = 60


def paired(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with each line that is only a value joined to the label above it."""
    found: list[Unit | Table] = []
    for item in items:
        if isinstance(item, Unit) and _is_value(item, binder, languages):
            label = _label_above(found, item, binder, languages)
            if label:
                first = found[-label]
                del found[-label:]
                found.append(Unit(first.start, item.end, item.block))
                continue
        found.append(item)
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


def _label_above(found: list[Unit | Table], value: Unit, binder: Binder, languages: tuple[str, ...]) -> int:
    """How many of the last lines are the label of a value: 1, 2, or 0 where there is none."""
    for count in (1, 2):
        above = found[-count:]
        if len(above) < count or not all(_is_label_line(one, value, binder, languages) for one in above):
            return 0
        hits = binder.hits_in(above[0].start, above[-1].end, languages)
        if any(hit.phrase.role in ("cue", "per_share") and hit.start - above[0].start < 40 for hit in hits):
            return count
    return 0


def _is_label_line(item: Unit | Table, value: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    if isinstance(item, Table) or item.cells or item.block != value.block or item.end - item.start > _LABEL:
        return False
    return item.heading and not binder.dates_in(item.start, item.end, languages)
