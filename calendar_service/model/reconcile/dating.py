"""The dates of an action, each from the announcement whose word counts, with conflicts marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calendar_service.model.codes import Basis, DateFlag, DateKind, Knowledge, NoticeFunction
from calendar_service.model.reconcile.comparison import are_misread, compare_days
from calendar_service.model.reconcile.facets import TELLING, Facet
from calendar_service.model.reconcile.grouping import Doubt
from calendar_service.model.reconcile.origin import Grade
from calendar_service.model.reconcile.precedence import (
    Resolution,
    Saying,
    describe_sides,
    describe_source,
    resolve,
)
from calendar_service.model.reconcile.wording import describe_date
from calendar_service.model.remarks import Remark, join, remark
from calendar_service.model.values import EventDate

_ORDER = {kind: number for number, kind in enumerate(DateKind)}


def settle_dates(
    active: Sequence[Facet],
) -> tuple[tuple[EventDate, ...], tuple[Doubt, ...], tuple[Remark, ...]]:
    """The dates that hold, reasons to hold the action, and notes on words that lost by rank.

    `active` are the announcements that stand, oldest first.
    """
    dates: list[EventDate] = []
    doubts: list[Doubt] = []
    notes: list[Remark] = []
    for kind in sorted(_kinds_of(active), key=_ORDER.__getitem__):
        found = resolve(_sayings(kind, active), agree_on_day)
        if found is None:
            continue
        dates.append(_mark_unofficial(_complete(found), found, active))
        if found.rivals:
            doubts.append(_conflict(kind, found))
        notes += [
            remark(
                "{source} says {day} for the {kind}; {other} counts more.",
                source=describe_source(item.facet),
                day=describe_date(item.value),
                kind=kind,
                other=describe_source(found.chosen.facet),
            )
            for item in found.overruled
        ]
    return tuple(dates), tuple(doubts), tuple(notes)


def agree_on_day(one: EventDate, two: EventDate) -> bool:
    """Whether two dates of one kind do not contradict each other."""
    if (one.day is None) != (two.day is None):
        return False
    if one.day is None:
        return one.knowledge is two.knowledge
    if are_misread(one, two):
        return True
    if compare_days(one, two):
        return False
    if one.last_day and two.last_day and one.last_day != two.last_day:
        return False
    same_clock = one.zone == two.zone and one.time is not None and two.time is not None
    return not same_clock or one.time == two.time


def _kinds_of(active: Sequence[Facet]) -> set[DateKind]:
    return {item.kind for facet in active for item in facet.said.dates}


def _sayings(kind: DateKind, active: Sequence[Facet]) -> list[Saying[EventDate]]:
    found = [(facet, item) for facet in active if (item := facet.said.date_of(kind)) is not None]
    adding = [pair for pair in found if pair[0].function is not NoticeFunction.REMIND]
    return [
        Saying(
            item,
            facet,
            sense=(item.day, item.last_day, item.knowledge, item.flags, item.time, item.zone),
            is_forecast=facet.is_forecast or item.basis is Basis.FORECAST,
            exactness=_exactness(item),
        )
        for facet, item in found
        if adding or facet.function is NoticeFunction.REMIND
    ]


def _exactness(item: EventDate) -> int:
    """From 0, "to be announced", to 4, a day that is stated in full."""
    if item.day is None:
        return 0
    if item.knowledge is Knowledge.MONTH:
        return 1
    if DateFlag.ORDER_AMBIGUOUS in item.flags or DateFlag.YEAR_INFERRED in item.flags:
        return 2
    return 3 if DateFlag.APPROXIMATE in item.flags else 4


def _complete(found: Resolution[EventDate]) -> EventDate:
    """The chosen date, with time, zone and last day from those that agree with it."""
    item = found.chosen.value
    for saying in reversed(found.agreeing):
        other = saying.value
        if other.day != item.day:
            continue
        if item.time is None and other.time is not None:
            item = replace(item, time=other.time, zone=other.zone)
        if item.last_day is None and other.last_day is not None:
            item = replace(item, last_day=other.last_day)
    if not found.rivals:
        return item
    note = _conflict(item.kind, found).reason
    return replace(item, flags=item.flags | {DateFlag.CONFLICTING}, note=note)


def _mark_unofficial(item: EventDate, found: Resolution[EventDate], active: Sequence[Facet]) -> EventDate:
    """The date, marked where only copies give it though the issuer or the exchange announced the action."""
    backing = [saying.facet for saying in found.agreeing]
    is_announced = any(facet.source.is_official and not facet.is_forecast for facet in active)
    only_copied = all(facet.source.grade is Grade.COPY for facet in backing)
    if item.kind not in TELLING or item.day is None or not (is_announced and only_copied):
        return item
    said = remark(
        "Only {source} gives this date; no official announcement does.",
        source=describe_source(found.chosen.facet),
    )
    note = join((item.note, said)) if item.note else said
    return replace(item, flags=item.flags | {DateFlag.UNOFFICIAL}, note=note)


def _conflict(kind: DateKind, found: Resolution[EventDate]) -> Doubt:
    sides = (found.chosen, *found.rivals)
    reason = remark(
        "Sources contradict each other on the {kind}: {sides}.",
        kind=kind,
        sides=describe_sides((describe_date(item.value), item.facet) for item in sides),
    )
    return Doubt(reason, tuple(item.facet.id for item in sides), field=f"dates.{kind.value}")
