"""Calendar entries -> days, each with what a reader sees at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.codes import Status
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Selection
from calendar_service.model.values import EventDate

MAX_ROWS = 500
MAX_READ = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with its action, where that still exists, and the date that it shows."""

    entry: Entry
    action: CorporateAction | None
    item: EventDate | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its rows, by issuer."""

    day: date
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """Days from `first` to `last`; `is_cut` when there were too many entries for one page."""

    first: date
    last: date
    days: tuple[Day, ...]
    is_cut: bool = False


def read_agenda(
    unit: Unit, selection: Selection, statuses: Sequence[Status], first: date, last: date, today: date
) -> Agenda:
    """The entries of the selection from `first` to `last`, those of a window that began earlier included.

    Where they are too many for one page, those nearest to `today` are kept.
    """
    found = unit.entries.select(selection, today, limit=MAX_READ if statuses else MAX_ROWS + 1)
    entries = [
        entry
        for entry in found
        if entry.last_day >= first and entry.day <= last and (not statuses or entry.status in statuses)
    ]
    shown = sorted(
        entries[:MAX_ROWS], key=lambda entry: (entry.day, entry.issuer_id, entry.action_id, entry.kind)
    )
    actions = unit.actions.find_all({entry.action_id for entry in shown})
    rows = [_row_of(entry, actions.get(entry.action_id)) for entry in shown]
    return Agenda(first, last, _by_day(rows), is_cut=len(entries) > len(shown))


def window_of(selection: Selection, first: date, last: date, today: date) -> Selection:
    """The same selection with its window around `today` wide enough for `first` to `last`."""
    return Selection(
        issuers=selection.issuers,
        tickers=selection.tickers,
        kinds=selection.kinds,
        event_types=selection.event_types,
        markets=selection.markets,
        forecasts=selection.forecasts,
        past_days=max((today - first) // timedelta(days=1), 0),
        future_days=max((last - today) // timedelta(days=1), 0),
    )


def _row_of(entry: Entry, action: CorporateAction | None) -> Row:
    return Row(entry, action, action.date_of(entry.kind) if action else None)


def _by_day(rows: Iterable[Row]) -> tuple[Day, ...]:
    return tuple(Day(day, tuple(group)) for day, group in groupby(rows, key=lambda row: row.entry.day))
