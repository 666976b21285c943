"""Small things to put into a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calendar_service.model.action import CorporateAction, Entry, Revision
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.subscription import Delivery, DeliveryKind, Lead, Selection, Subscription
from calendar_service.model.values import EventDate, Evidence, SecurityId

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
TODAY = NOW.date()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def make_document(content: bytes = b"Dividend.", at: datetime = NOW) -> RawDocument:
    return RawDocument(content, "folder:inbox/a.txt", "a.txt", at, url="https://issuer.example/a")


def make_text(content: str = "Dividend.") -> Text:
    return Text(content, "plain", title="A notice")


def make_reading(*announcements: Announcement) -> Reading:
    return Reading(announcements, issuer=Issuer("Nordlicht AG"), announced=TODAY)


def ticker(text: str) -> SecurityId:
    mic, _, value = text.partition(":")
    return SecurityId("ticker", value, mic or None)


def isin(value: str) -> SecurityId:
    return SecurityId("isin", value)


def announce(name: str, *ids: SecurityId, event_type: EventType = EventType.CASH_DIVIDEND) -> Announcement:
    record = EventDate(DateKind.RECORD, TODAY, evidence=Evidence("2 March", 3, 10, "cue:record"))
    return Announcement(Issuer(name, ids), event_type, (record,))


def make_action(key: str, issuer_id: str, *offsets: int, **fields: object) -> CorporateAction:
    kinds = [DateKind.RECORD, DateKind.PAYMENT, DateKind.MEETING]
    dates = tuple(EventDate(kind, days(offset)) for kind, offset in zip(kinds, offsets, strict=False))
    action = CorporateAction(
        id=key,
        issuer_id=issuer_id,
        issuer=Issuer("Nordlicht AG"),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.ANNOUNCED,
        dates=dates,
        revision=1,
    )
    return replace(action, **fields)  # type: ignore[arg-type]


def make_revision(action: CorporateAction, at: datetime = NOW) -> Revision:
    return Revision(action.id, action.revision, at, (), action, cause="document.0")


def make_entry(uid: str, issuer_id: str, offset: int, **fields: object) -> Entry:
    entry = Entry(
        uid=uid,
        action_id=f"action-{uid}",
        issuer_id=issuer_id,
        kind=DateKind.RECORD,
        event_type=EventType.CASH_DIVIDEND,
        status=Status.CONFIRMED,
        day=days(offset),
        last_day=days(offset),
        sequence=0,
        created_at=NOW,
        changed_at=NOW,
        mic="XETR",
    )
    return replace(entry, **fields)  # type: ignore[arg-type]


def blocks(uid: str) -> dict[str, bytes]:
    return {language: f"BEGIN:VEVENT\r\nUID:{uid}/{language}\r\n".encode() for language in ("en", "de")}


def make_subscription(key: str, selection: Selection | None = None, **fields: object) -> Subscription:
    subscription = Subscription(
        key, f"{key}@reader.example", selection or Selection(), created_at=NOW, confirmed_at=NOW
    )
    return replace(subscription, **fields)  # type: ignore[arg-type]


def make_delivery(key: str, due_at: datetime = NOW, **fields: object) -> Delivery:
    delivery = Delivery(
        id=0,
        key=key,
        kind=DeliveryKind.REMINDER,
        subscription_id="reader",
        due_at=due_at,
        message_id=f"<{key}@calendar.example>",
        action_id="action",
        entry_uid="entry",
        day=TODAY,
        lead=Lead(3),
    )
    return replace(delivery, **fields)  # type: ignore[arg-type]
