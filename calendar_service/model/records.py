"""What the store keeps beside actions and entries, as values: documents, announcements, issuers, decisions, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from calendar_service.model.announcement import Announcement
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import DeliveryState
from calendar_service.model.values import SecurityId


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's row. `outcome` is "read", "no_action" or "rejected"; `reason` says why it was not read."""

    id: str
    name: str
    origin: str
    fetched_at: datetime
    outcome: str
    reason: Remark | None = None
    url: str | None = None
    format: str = ""
    title: str = ""
    content: str = ""
    issuer: str = ""
    announced: date | None = None


@dataclass(frozen=True, slots=True)
class StoredAnnouncement:
    """An announcement with its identity: `id` is "<document id>.<ordinal>". `known_at` is when it was first read here."""

    id: str
    document_id: str
    issuer_id: str
    known_at: datetime
    origin: str
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person decided. `target` is an action id or an announcement id; `field` and `value` say what.

    Fields: "release" (publish in spite of the doubts), "dates.<kind>" (ISO date, or empty to drop it),
    "amount", "status", "split" (announcement id leaves the action), "merge" (other action's id);
    "issuer_merge" and "issuer_split", where both are ids of issuers.
    """

    target: str
    field: str
    value: str
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoredIssuer:
    """An issuer as pages list it: `tickers` are "IIJI" or "XTKS:3774", as a Selection takes them."""

    id: str
    name: str
    tickers: tuple[str, ...] = ()
    ids: tuple[SecurityId, ...] = ()  # every identifier it is known by, tickers included


@dataclass(frozen=True, slots=True)
class IssuerPart:
    """An issuer that another one stands for, with the reason for which both were found to be one."""

    id: str
    name: str
    reason: Remark | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A target (as it is compared: mail addresses in lower case) that refused, in which words, and when."""

    target: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How far ahead a mail domain's turns are given out: each message takes one share of a minute.

    `paid_until` is the end of the shares that were taken, `booked_until` the last instant that was
    given to a message which has to come back.
    """

    paid_until: datetime
    booked_until: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What a courier hands over; `return_path` is where a mail's bounces go (may be empty).

    `is_clean`: the content has CRLF line ends and no line that begins with a dot, so that SMTP takes it as it is.
    """

    target: str
    message_id: str
    content: bytes
    return_path: str = ""
    is_clean: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What became of one claimed delivery. PLANNED, with `retry_at` (aware UTC), puts it back."""

    delivery_id: int
    state: DeliveryState
    retry_at: datetime | None = None
    note: str = ""
    late: bool = False
