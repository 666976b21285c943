"""Announcements in a line each, and reconciling that checks on the way what must always hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType, Knowledge
from calendar_service.model.reconcile import Reconciliation, reconcile
from calendar_service.model.reconcile.origin import Grade, rank_with
from calendar_service.model.records import Correction, StoredAnnouncement
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence, Money

TODAY = date(2025, 1, 10)
KNOWN = datetime(2025, 1, 1, tzinfo=UTC)
ISSUER = Issuer("Kirschbaum Holdings plc")
RANKING = rank_with(
    {"feed:https://exchange.example/": Grade.EXCHANGE, "feed:https://ir.example/": Grade.ISSUER}
)
NEWS, EXCHANGE, FILING = (
    "feed:https://news.example/a",
    "feed:https://exchange.example/b",
    "feed:https://ir.example/c",
)


def dated(**days: str | None) -> tuple[EventDate, ...]:
    """Dates by kind, each with a quote; None is "to be announced", "2025-05" a month."""
    found = []
    for name, value in days.items():
        kind = DateKind(name)
        quote = Evidence(f"{name} {value}", 0, 1, "test")
        if value is None:
            found.append(EventDate(kind, None, knowledge=Knowledge.UNKNOWN, evidence=quote))
        elif len(value) == 7:
            month = date.fromisoformat(f"{value}-01")
            found.append(EventDate(kind, month, knowledge=Knowledge.MONTH, evidence=quote))
        else:
            found.append(EventDate(kind, date.fromisoformat(value), evidence=quote))
    return tuple(found)


def money(text: str | None, currency: str = "EUR") -> Amount | None:
    return Amount(Money(Decimal(text), currency)) if text else None


def told(
    name: str,
    announced: str | None,
    *,
    amount: str | None = None,
    currency: str = "EUR",
    origin: str = "folder:inbox/x.txt",
    known: datetime = KNOWN,
    event_type: EventType = EventType.CASH_DIVIDEND,
    dates: Mapping[str, str | None] | None = None,
    refers: Sequence[str] = (),
    doubts: Iterable[str] = (),
    **more: object,
) -> StoredAnnouncement:
    """An announcement as it is stored; `name` is "document.ordinal"."""
    said = Announcement(
        issuer=ISSUER,
        event_type=event_type,
        dates=dated(**(dates or {})),
        amount=money(amount, currency),
        announced=date.fromisoformat(announced) if announced else None,
        references=tuple(date.fromisoformat(day) for day in refers),
    )
    said = replace(said, doubts=tuple(map(Remark, doubts)), **more)  # type: ignore[arg-type]
    return StoredAnnouncement(name, name.partition(".")[0], "i1", known, origin, said)


def settle(
    *told_ones: StoredAnnouncement, today: date = TODAY, corrections: Sequence[Correction] = ()
) -> Reconciliation:
    """Reconciles, and makes sure that the order does not matter and that doing it twice is doing it once."""
    result = reconcile(told_ones, corrections, (), today, RANKING)
    for order in itertools.islice(itertools.permutations(told_ones), 24):
        assert reconcile(order, corrections, (), today, RANKING) == result
    again = reconcile(told_ones, corrections, result.actions, today, RANKING)
    assert again == result
    return result


def settle_one(
    *told_ones: StoredAnnouncement, today: date = TODAY, corrections: Sequence[Correction] = ()
) -> CorporateAction:
    actions = settle(*told_ones, today=today, corrections=corrections).actions
    assert len(actions) == 1
    return actions[0]


def in_words(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """What remarks say in English."""
    return tuple(map(str, remarks))


def find_day(action: CorporateAction, kind: DateKind) -> date | None:
    found = action.date_of(kind)
    return found.day if found else None
