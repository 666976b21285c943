"""What one document says: its announcements, and what was seen but refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from calendar_service.model.codes import (
    AmountKind,
    DateKind,
    Decision,
    EventType,
    NoticeFunction,
    Participation,
    Status,
)
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence, Money, Ratio, SecurityId


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who announces. `name` is as the document writes it; `ids` are its securities' identifiers and tickers.

    `aliases` are names that a person has said are the same issuer's: issuers known by them become one.
    """

    name: str
    ids: tuple[SecurityId, ...] = ()
    evidence: Evidence | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money per share (or per ADS), with what is known about it."""

    money: Money
    kind: AmountKind = AmountKind.UNSTATED
    per: str = "share"  # share, ads, unit
    net: Money | None = None
    franked_percent: int | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A general meeting as a gathering of people: what it is called, where, how to join."""

    name: str = ""
    place: str = ""
    link: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one document says about one corporate action of one security.

    `security` is the share class or fund in the document's words ("Class A common stock"), None for
    the only one. `period` is the period that a distribution is for, as stated ("FY2017 year-end").
    `announced` is the day of the announcement itself. `references` are the days of earlier
    announcements that the document says it follows, corrects or withdraws. `evidence` holds the
    proof of the fields that are no dates and no amounts, by field name. `doubts` are the reasons
    for which a person has to look before anything is published; none means publishable.
    """

    issuer: Issuer
    event_type: EventType
    dates: tuple[EventDate, ...] = ()
    status: Status = Status.ANNOUNCED
    function: NoticeFunction = NoticeFunction.NEW
    decision: Decision | None = None
    participation: Participation = Participation.MANDATORY
    security: str | None = None
    security_ids: tuple[SecurityId, ...] = ()
    period: str | None = None
    amount: Amount | None = None
    total: Money | None = None
    ratio: Ratio | None = None
    ads_ratio: Ratio | None = None
    funded_from: str | None = None
    meeting: Meeting | None = None
    announced: date | None = None
    language: str = "en"
    references: tuple[date, ...] = ()
    evidence: tuple[tuple[str, Evidence], ...] = ()
    doubts: tuple[Remark, ...] = ()

    def date_of(self, kind: DateKind) -> EventDate | None:
        """The date of this kind, or None."""
        return next((item for item in self.dates if item.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that was seen and not taken: the words, and why."""

    evidence: Evidence
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one document. No announcements means that it announces no action."""

    announcements: tuple[Announcement, ...] = ()
    refusals: tuple[Refusal, ...] = field(default=())
    issuer: Issuer | None = None
    announced: date | None = None
    language: str = "en"
    reason: Remark | None = None  # why there is no announcement
