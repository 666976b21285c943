"""Frame: a calendar whose entries are a day on a line of its own, and below it what happens on that day.

    15 May 2026
    Annual general meeting
                                (with blank lines between the entries, or without)
    20 May 2026
    Payment of the dividend

The first line tells it from labels with their dates below them: it is a day, and nothing stands right above it that a
day could belong to.
"""

from __future__ import annotations

from calendar_service.extract.binder import Binder
from calendar_service.extract.normalise import Table, Unit
from calendar_service.extract.stacked import is_day

_ENTRIES = 3
_LINES = 3  # of one entry
_TEXT = 110


def with_calendars(
    items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, with the entries of each calendar as the rows of a table: the day, and what happens."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        rows, behind = _calendar_at(items, place, binder, languages)
        if rows:
            found.append(Table(rows))
        else:
            found.append(items[place])
        place = behind if rows else place + 1
    return found


def _calendar_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[list[Unit], int]:
    """The entries of the calendar that begins with this line, and the place behind it; ([], place) where none does."""
    if not _may_begin(items, place, binder):
        return [], place
    rows: list[Unit] = []
    behind = place
    while behind < len(items):
        day = items[behind]
        if not isinstance(day, Unit) or not _is_line(day) or not is_day(day, binder, languages):
            break
        told = _told_below(items, behind + 1, binder, languages)
        if not told:
            break
        cells = ((day.start, day.end), (told[0].start, told[-1].end))
        rows.append(Unit(day.start, told[-1].end, day.block, cells))
        behind += 1 + len(told)
    return (rows, behind) if len(rows) >= _ENTRIES else ([], place)


def _may_begin(items: list[Unit | Table], place: int, binder: Binder) -> bool:
    """Whether a line begins its paragraph, and with a digit or as a word that may be the day of the week."""
    item = items[place]
    if not isinstance(item, Unit) or not _is_line(item):
        return False
    above = items[place - 1] if place else None
    return not (isinstance(above, Unit) and above.block == item.block) and any(
        sign.isdigit() for sign in binder.page.shadow[item.start : item.start + 16]
    )


def _told_below(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The lines below a day up to the next one, all of its paragraph; [] where too many stand there."""
    block = getattr(items[place - 1], "block", -1)
    told: list[Unit] = []
    for item in items[place : place + _LINES + 1]:
        if not isinstance(item, Unit) or item.block != block or not _is_line(item):
            break
        if is_day(item, binder, languages):
            break
        told.append(item)
    return told if len(told) <= _LINES else []


def _is_line(unit: Unit) -> bool:
    return not unit.cells and unit.end - unit.start <= _TEXT
