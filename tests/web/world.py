"""A small world of invented issuers, saved through the store's port, that web and browser tests look at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from calendar_service.ingest import Ingested
from calendar_service.model.action import Change, CorporateAction, Revision
from calendar_service.model.announcement import Amount, Announcement, Issuer, Meeting, Reading
from calendar_service.model.codes import AmountKind, Basis, DateFlag, DateKind, EventType, Status
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.ports import Store, Unit
from calendar_service.model.records import Correction, StoredAnnouncement
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.subscription import Subscription
from calendar_service.model.values import EventDate, Evidence, Money, SecurityId
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from calendar_service.web.services import Services

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECRET = "a-secret-for-tests-only"
BASE_URL = "http://127.0.0.1:8000"
HOSTILE = 'Evil </title><script>alert("x")</script> \u202eLTD\u0007 & "Sons"'

TEXT = """Nordlicht Energi ASA: cash dividend

The Board of Directors of Nordlicht Energi ASA proposes a dividend of NOK 2.50 per share.
The shares are traded including the dividend until 3 December 2026.
Record date: 7 December 2026.
Payment date: on or about 17 December 2026.
The proposal is put to the general meeting on 2 December 2026.
"""


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def move(self, **span: float) -> None:
        self.instant += timedelta(**span)


@dataclass
class NotingPlanner:
    """Plans nothing, and remembers of which subscriptions it was told."""

    told: list[Subscription] = field(default_factory=list)

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:  # noqa: ARG002
        self.told.append(subscription)


@dataclass
class World:
    """The store with what was saved, and the services over it."""

    store: Store
    clock: FixedClock
    planner: NotingPlanner = field(default_factory=NotingPlanner)
    corrections: list[Correction] = field(default_factory=list)
    uploads: list[RawDocument] = field(default_factory=list)
    document_id: str = hashlib.sha256(TEXT.encode()).hexdigest()

    def ingest(self, document: RawDocument) -> Ingested:
        """Stores the document as one that announces nothing."""
        self.uploads.append(document)
        text = Text(document.content.decode("utf-8", "replace"), "plain", title=document.name)
        with self.store.begin() as unit:
            stored = unit.documents.add(document, text, Reading(reason=Remark("no action found")), None)
        return Ingested(stored.id, document.name, stored.outcome, str(stored.reason or ""))

    def correct(self, correction: Correction) -> tuple[str, ...]:
        """Keeps the correction for the test to look at."""
        self.corrections.append(correction)
        return (correction.target,)

    def services(self, **settings: object) -> Services:
        """Services over this world; `settings` replace single ones."""
        options: dict[str, object] = {
            "store": self.store,
            "clock": self.clock,
            "ingest": self.ingest,
            "correct": self.correct,
            "planner": self.planner,
            "base_url": BASE_URL,
            "mail": "maildir:/srv/calendar/mail",
            "secret": SECRET,
            **settings,
        }
        return Services(**options)  # type: ignore[arg-type]

    def save(
        self, *states: CorporateAction, known_at: datetime = NOW, changes: tuple[Change, ...] = ()
    ) -> None:
        """Saves states of actions as revisions, with their calendar entries."""
        publisher = EntryPublisher(Links(BASE_URL))
        with self.store.begin() as unit:
            for action in states:
                unit.actions.save(Revision(action.id, action.revision, known_at, changes, action, "calendar"))
                publisher.publish(unit, action, known_at)


def open_world(folder: Path) -> World:
    """The world on the SQLite store in this folder, empty where there is none yet."""
    store = open_store(f"sqlite:///{folder / 'world.db'}")
    store.migrate()
    return World(store, FixedClock())


def evidence(words: str, document: str = "", text: str = TEXT) -> Evidence:
    """The proof by these words of the text."""
    start = text.index(words)
    return Evidence(words, start, start + len(words), "label", document=document)


def populate(world: World) -> None:
    """One dividend with a document and two revisions, a meeting, a held action, a hostile issuer, a far past."""
    raw = RawDocument(TEXT.encode(), "folder:nordlicht.txt", "nordlicht.txt", NOW - timedelta(days=6))
    dividend = _dividend(raw.id)
    announcement = Announcement(
        issuer=dividend.issuer,
        event_type=EventType.CASH_DIVIDEND,
        dates=tuple(item for item in dividend.dates if item.evidence),
        amount=dividend.amount,
        evidence=(("issuer", evidence("Nordlicht Energi ASA", raw.id)),),
    )
    with world.store.begin() as unit:
        unit.documents.add(
            raw,
            Text(TEXT, "plain", title="Nordlicht Energi ASA: cash dividend"),
            Reading((announcement,)),
            None,
        )
        issuer_id = unit.actions.match_issuer(announcement)
        unit.actions.add_announcement(
            StoredAnnouncement(f"{raw.id}.0", raw.id, issuer_id, NOW, raw.origin, announcement)
        )
        empty = RawDocument(b"\x00\x01", "folder:broken.pdf", "broken.pdf", NOW - timedelta(days=1))
        unit.documents.add(empty, None, None, Remark("The file is no PDF, although its name says so."))
    first, second = _as_two_revisions(dividend, issuer_id)
    world.save(first, known_at=NOW - timedelta(days=6))
    moved = second.date_of(DateKind.PAYMENT)
    change = Change(
        "dates.payment", "16 December 2026", "17 December 2026", moved.evidence if moved else None
    )
    world.save(second, known_at=NOW - timedelta(days=2), changes=(change,))
    others = _others(world)
    tender = others[0]
    world.save(replace(tender, status=Status.ANNOUNCED), known_at=NOW - timedelta(days=9))
    world.save(_meeting(issuer_id), replace(tender, revision=2), *others[1:])


def _dividend(document: str) -> CorporateAction:
    return CorporateAction(
        id="nordlicht-dividend",
        issuer_id="",
        issuer=Issuer("Nordlicht Energi ASA", (SecurityId("ticker", "NLE", "XOSL"),)),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.SUBJECT_TO_APPROVAL,
        mic="XOSL",
        amount=Amount(
            Money(Decimal("2.50"), "NOK"), AmountKind.GROSS, evidence=evidence("NOK 2.50 per share", document)
        ),
        announced=date(2026, 11, 17),
        announcements=(f"{document}.0",),
        documents=(document,),
        dates=(
            EventDate(
                DateKind.LAST_CUM, date(2026, 12, 3), evidence=evidence("until 3 December 2026", document)
            ),
            EventDate(
                DateKind.EX,
                date(2026, 12, 4),
                Basis.DERIVED,
                rule="one settlement day before the record date (T+2)",
                rule_source="Euronext Oslo rule book",
            ),
            EventDate(
                DateKind.RECORD,
                date(2026, 12, 7),
                evidence=evidence("Record date: 7 December 2026", document),
            ),
            EventDate(
                DateKind.PAYMENT,
                date(2026, 12, 17),
                flags=frozenset({DateFlag.APPROXIMATE}),
                evidence=evidence("on or about 17 December 2026", document),
            ),
        ),
    )


def _as_two_revisions(action: CorporateAction, issuer_id: str) -> tuple[CorporateAction, CorporateAction]:
    new = replace(action, issuer_id=issuer_id, revision=2)
    earlier = tuple(
        replace(item, day=date(2026, 12, 16)) if item.kind is DateKind.PAYMENT else item for item in new.dates
    )
    return replace(new, revision=1, dates=earlier), new


def _meeting(issuer_id: str) -> CorporateAction:
    return CorporateAction(
        id="nordlicht-meeting",
        issuer_id=issuer_id,
        issuer=Issuer("Nordlicht Energi ASA", (SecurityId("ticker", "NLE", "XOSL"),)),
        event_type=EventType.EXTRAORDINARY_MEETING,
        status=Status.CONFIRMED,
        revision=1,
        mic="XOSL",
        meeting=Meeting("Extraordinary general meeting", "Oslo", "https://nordlicht.example/egm"),
        dates=(
            EventDate(DateKind.MEETING, date(2026, 12, 2)),
            EventDate(DateKind.VOTE_DEADLINE, date(2026, 11, 27)),
        ),
    )


def _others(world: World) -> tuple[CorporateAction, ...]:
    """A withdrawn one, a held one, one by a hostile issuer, and one long ago."""
    made: list[CorporateAction] = []
    for name, event_type, status, day, held in (
        ("Kestrel Ferries plc", EventType.TENDER_OFFER, Status.WITHDRAWN, date(2026, 11, 30), ()),
        (
            "Ōmiya Optics K.K.",
            EventType.STOCK_SPLIT,
            Status.ANNOUNCED,
            date(2026, 12, 1),
            (
                Remark("03/04/2026 can be read in two ways."),
                remark("the text also says {day} for the same date", day=date(2026, 4, 3)),
            ),
        ),
        (HOSTILE, EventType.CASH_DIVIDEND, Status.CONFIRMED, date(2026, 11, 25), ()),
        ("Old Harbour Ltd", EventType.CASH_DIVIDEND, Status.COMPLETED, date(2018, 3, 31), ()),
    ):
        announcement = Announcement(issuer=Issuer(name), event_type=event_type)
        with world.store.begin() as unit:
            issuer_id = unit.actions.match_issuer(announcement)
        made.append(
            CorporateAction(
                id=f"action-{len(made)}",
                issuer_id=issuer_id,
                issuer=Issuer(name),
                event_type=event_type,
                status=status,
                revision=1,
                held=held,
                notes=(Remark(f"A note by {name}"),),
                dates=(
                    EventDate(
                        DateKind.EXPIRY if event_type is EventType.TENDER_OFFER else DateKind.RECORD, day
                    ),
                ),
            )
        )
    return tuple(made)
