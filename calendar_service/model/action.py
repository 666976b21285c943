"""The reconciled corporate action, its revisions, and its entries in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from calendar_service.model.announcement import Amount, Issuer, Meeting
from calendar_service.model.codes import DateKind, EventType, Participation, Status
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence, Money, Ratio, SecurityId


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """One action as all announcements together tell it.

    `id` never changes and holds no date. `issuer_id` groups the actions of one issuer. `mic` is the
    market (ISO 10383) whose rules and holidays apply, None where it is not known. `announcements`
    are the ids of the announcements it was reconciled from, oldest first; `documents` those of
    their documents. `held` are the reasons for which it is not published; a held action
    that was published before keeps its entries, marked. `notes` are shown to people ("the meeting
    was held on 28 June 2018; no result has been read yet").
    """

    id: str
    issuer_id: str
    issuer: Issuer
    event_type: EventType
    status: Status
    dates: tuple[EventDate, ...]
    revision: int = 0
    participation: Participation = Participation.MANDATORY
    security: str | None = None
    security_ids: tuple[SecurityId, ...] = ()
    mic: str | None = None
    period: str | None = None
    amount: Amount | None = None
    total: Money | None = None
    ratio: Ratio | None = None
    ads_ratio: Ratio | None = None
    funded_from: str | None = None
    meeting: Meeting | None = None
    announced: date | None = None
    language: str = "en"
    evidence: tuple[tuple[str, Evidence], ...] = ()
    announcements: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    held: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()

    def date_of(self, kind: DateKind) -> EventDate | None:
        """The date of this kind, or None."""
        return next((item for item in self.dates if item.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an action, from what to what. `field` is "status", "amount", "dates.record" ...

    `old` and `new` are words for people and empty where there was or is no value.
    """

    field: str
    old: str
    new: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A new state of an action: which announcement (or person) brought it, and when it was known here."""

    action_id: str
    number: int
    known_at: datetime
    changes: tuple[Change, ...]
    action: CorporateAction
    cause: str = ""  # announcement id, or "person:NAME"
    why: str = ""  # what the person who caused it gave as the reason

    @property
    def reason(self) -> str:
        """What the person who caused it gave as the reason; empty where it was not a person, or gave none."""
        proofs = dict(self.action.evidence)
        proofs |= {f"dates.{item.kind.value}": item.evidence for item in self.action.dates if item.evidence}
        fields = [change.field for change in self.changes] + ["release", "hold", "split", "merge"]
        said = (proofs[field] for field in fields if field in proofs)
        return next((one.quote for one in said if one.rule == self.cause), self.why)


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar entry: one date kind of one action. Rows of the store, blocks of a feed.

    `uid` holds no date and never changes. `sequence` rises by one with each change of content, and
    `changed_at` (aware UTC; DTSTAMP and LAST-MODIFIED) moves exactly with it. A tombstone
    (`removed_at` set) stays in feeds for 90 days with STATUS:CANCELLED.
    """

    uid: str
    action_id: str
    issuer_id: str
    kind: DateKind
    event_type: EventType
    status: Status
    day: date
    last_day: date
    sequence: int
    created_at: datetime
    changed_at: datetime
    mic: str | None = None
    removed_at: datetime | None = None
