"""Days of a statement that are over beside those to come, or that are those of a second call: they are dropped."""

from __future__ import annotations

from datetime import date

from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.sentence.statements import Statement


def drop_later_calls(said: Statement, days: list[Dated]) -> list[Dated]:
    """Leaves only the first day of a meeting whose sentence tells the days of both calls; returns the others."""
    if not said.has("calls"):
        return []
    later = days[1:]
    del days[1:]
    return later


def drop_paid(days: list[Dated], base: date | None) -> list[Dated]:
    """Leaves only the days of payment to come, where a sentence tells those that are over beside them; returns these."""
    over = [one for one in days if base and one.day < base and not one.month_only]
    if len(over) == len(days):
        return []
    days[:] = [one for one in days if one not in over]
    return over


def drop_of_paid(found: dict[str, list[Dated]], paid_on: list[date]) -> list[Dated]:
    """Takes the days of record and without the right that belong to payments which are told as made, and gives them."""
    taken = list[Dated]()
    for kind in ("record", "ex") if paid_on else ():
        taken += [one for one in found.get(kind, []) if one.day <= max(paid_on)]
        found[kind] = [one for one in found.get(kind, []) if one.day > max(paid_on)]
        if not found[kind]:
            del found[kind]
    return taken
