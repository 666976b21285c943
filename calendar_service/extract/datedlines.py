"""Frame: a list in which each day stands on a line of its own above what happens on it ("23 May", below it "Ex-dividend
date"), as the pages of calendars come. Blank lines tell it, or that a paragraph begins with a day and ends with words.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeGuard

from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Table, Unit
from calendar_service.extract.stacked import heads_dates, is_day, is_value

_LABEL = 110
_FEWEST = 2


def with_days_above(
    items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the lines of each such list replaced by a table whose rows begin with the days."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        pairs = _pairs_at(items, place, binder, languages)
        if pairs:
            cells = (((day.start, day.end), (label.start, label.end)) for day, label in pairs)
            found.append(Table([Unit(one[0][0], one[1][1], pairs[0][0].block, one) for one in cells]))
        else:
            found.append(items[place])
        place += 2 * len(pairs) or 1
    return found


def _pairs_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[tuple[Unit, Unit]]:
    """The days from here on, each with the line below it; [] where no such list begins here."""
    pairs: list[tuple[Unit, Unit]] = []
    for at in range(place, len(items) - 1, 2):
        day, label = items[at], items[at + 1]
        if not _is_label(label) or not _is_line(day) or not is_day(day, binder, languages):
            break
        if is_value(label, binder, languages) or binder.dates_in(label.start, label.end, languages):
            break
        pairs.append((day, label))
    if len(pairs) < _FEWEST or not any(heads_dates(label, binder, languages) for _, label in pairs):
        return []
    return pairs if _is_parted(pairs) or _is_framed(items, place, pairs, binder) else []


def _is_line(item: Unit | Table) -> TypeGuard[Unit]:
    return isinstance(item, Unit) and not item.cells


def _is_label(item: Unit | Table) -> TypeGuard[Unit]:
    return _is_line(item) and item.heading and item.end - item.start <= _LABEL


def _is_parted(pairs: list[tuple[Unit, Unit]]) -> bool:
    """Whether blank lines stand between the pairs and none within them."""
    together = all(day.block == label.block for day, label in pairs)
    return together and all(one[0].block != two[0].block for one, two in pairwise(pairs))


def _is_framed(items: list[Unit | Table], place: int, pairs: list[tuple[Unit, Unit]], binder: Binder) -> bool:
    """Whether all pairs are one paragraph that nothing else is in, none of whose words end as those above their day do."""
    first, last = pairs[0][0], pairs[-1][1]
    around = [*items[max(place - 1, 0) : place], *items[place + 2 * len(pairs) :][:1]]
    alone = all(isinstance(one, Unit) and one.block not in (first.block, last.block) for one in around)
    ends = {binder.page.text[label.end - 1] for _, label in pairs}
    return alone and first.block == last.block and not ends & {":", "|"}
