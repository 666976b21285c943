"""Documents that are read again: the same actions and entries, better told; nothing left of what was misread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.errors import UnreadableError
from calendar_service.ingest import NOT_SAID, Desk, ingest, reject
from calendar_service.markets import load
from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import DeliveryKind, DeliveryState, Selection, Subscription
from calendar_service.model.values import EventDate, SecurityId
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher, Publishers
from calendar_service.remind.planning import ReminderPlanner
from calendar_service.store import open_store

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ISSUER = Issuer("Kirschbaum Holdings plc", (SecurityId("ticker", "KHL", "XLON"),))
DOCUMENT = RawDocument(b"A notice.", "feed:https://news.example/1", "notice.txt", NOW)
DIVIDEND = Announcement(
    ISSUER,
    EventType.CASH_DIVIDEND,
    dates=(EventDate(DateKind.RECORD, date(2026, 4, 10)), EventDate(DateKind.PAYMENT, date(2026, 5, 8))),
    announced=date(2026, 2, 27),
)
MEETING = Announcement(
    ISSUER,
    EventType.ANNUAL_MEETING,
    dates=(EventDate(DateKind.MEETING, date(2026, 4, 30)),),
    announced=date(2026, 2, 27),
)


@dataclass
class ChangingReader:
    """Reads every document as it is told to at the time, like a reader before and after an update."""

    said: tuple[Announcement, ...] | None = (DIVIDEND,)

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        if self.said is None:
            raise UnreadableError("The reader failed on this document.")
        return Text(document.content.decode(), "plain"), Reading(self.said, issuer=ISSUER)


@dataclass
class Watch:
    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def reader() -> ChangingReader:
    return ChangingReader()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(tmp_path: Path, reader: ChangingReader, watch: Watch) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.migrate()
    yield Desk(store, reader, load(), EntryPublisher(Links("https://calendar.example")), watch)
    store.close()


def listed(desk: Desk) -> list[CorporateAction]:
    with desk.store.read() as unit:
        return [one for issuer in unit.actions.issuers() for one in unit.actions.of_issuer(issuer.id)]


def entries_of(desk: Desk, action_id: str) -> dict[DateKind, Entry]:
    with desk.store.read() as unit:
        return {entry.kind: entry for entry in unit.entries.of_action(action_id)}


def read_again(desk: Desk, watch: Watch, reader: ChangingReader, *said: Announcement) -> None:
    watch.instant += timedelta(days=3)
    reader.said = said
    ingest(DOCUMENT, desk, again=True)


def test_nothing_changes_where_the_same_is_read(desk: Desk, watch: Watch) -> None:
    ingest(DOCUMENT, desk)
    (before,) = listed(desk)
    shown = entries_of(desk, before.id)
    watch.instant += timedelta(days=3)
    again = ingest(DOCUMENT, desk, again=True)
    assert (again.outcome, again.actions) == ("read", ())
    assert listed(desk) == [before]
    assert entries_of(desk, before.id) == shown
    with desk.store.read() as unit:
        assert len(unit.actions.revisions(before.id)) == 1
        assert [item.known_at for item in unit.actions.announcements_in(DOCUMENT.id)] == [NOW]


def test_a_better_reading_updates_the_same_entry(desk: Desk, watch: Watch, reader: ChangingReader) -> None:
    ingest(DOCUMENT, desk)
    (before,) = listed(desk)
    old = entries_of(desk, before.id)[DateKind.RECORD]
    better = replace(DIVIDEND, dates=(EventDate(DateKind.RECORD, date(2026, 4, 17)), DIVIDEND.dates[1]))
    read_again(desk, watch, reader, MEETING, better)  # what is new stands first, and takes nobody's id
    dividend = next(action for action in listed(desk) if action.event_type is EventType.CASH_DIVIDEND)
    new = entries_of(desk, before.id)[DateKind.RECORD]
    assert (dividend.id, dividend.revision) == (before.id, 2)
    assert (new.uid, new.sequence, new.day) == (old.uid, old.sequence + 1, date(2026, 4, 17))
    assert len(listed(desk)) == 2


def test_what_is_not_read_any_more_leaves_no_ghost(desk: Desk, watch: Watch, reader: ChangingReader) -> None:
    reader.said = (DIVIDEND, MEETING)
    ingest(DOCUMENT, desk)
    gone = next(action for action in listed(desk) if action.event_type is EventType.ANNUAL_MEETING)
    read_again(desk, watch, reader, DIVIDEND)
    assert [action.event_type for action in listed(desk)] == [EventType.CASH_DIVIDEND]
    assert all(entry.removed_at == watch.instant for entry in entries_of(desk, gone.id).values())
    with desk.store.read() as unit:
        page = unit.actions.find(gone.id)
        assert page is not None
        assert (page.dates, page.notes, page.documents) == ((), (NOT_SAID,), (DOCUMENT.id,))
        assert len(unit.actions.announcements_in(DOCUMENT.id)) == 1
    read_again(desk, watch, reader, DIVIDEND)
    with desk.store.read() as unit:
        assert len(unit.actions.revisions(gone.id)) == 2
    read_again(desk, watch, reader, DIVIDEND, MEETING)
    assert gone.id in {action.id for action in listed(desk)}
    assert entries_of(desk, gone.id)[DateKind.MEETING].removed_at is None


def test_an_action_goes_over_to_the_right_issuer(desk: Desk, watch: Watch, reader: ChangingReader) -> None:
    ingest(DOCUMENT, desk)
    (before,) = listed(desk)
    other = Issuer("Osprey Works plc", (SecurityId("ticker", "OSP", "XLON"),))
    read_again(desk, watch, reader, replace(DIVIDEND, issuer=other))
    (after,) = listed(desk)
    assert (after.id, after.issuer.name) == (before.id, "Osprey Works plc")
    assert after.issuer_id != before.issuer_id
    assert {entry.issuer_id for entry in entries_of(desk, before.id).values()} == {after.issuer_id}


def test_a_fault_is_retried_and_takes_nothing_away(desk: Desk, reader: ChangingReader) -> None:
    reader.said = None
    assert ingest(DOCUMENT, desk).outcome == "rejected"
    reader.said = (DIVIDEND,)
    assert ingest(DOCUMENT, desk).outcome == "read"
    before = listed(desk)
    reader.said = None
    again = ingest(DOCUMENT, desk, again=True)
    assert again.outcome == "rejected"
    assert again.reason == "The reader failed on this document. What was read of it before stays."
    assert reject(DOCUMENT, Remark("A fault."), desk).outcome == "rejected"
    assert listed(desk) == before
    with desk.store.read() as unit:
        assert [item.outcome for item in unit.documents.list()] == ["read"]


@pytest.mark.parametrize("again", [False, True])
def test_a_better_source_raises_the_word_and_a_worse_one_does_not(desk: Desk, *, again: bool) -> None:
    ingest(DOCUMENT, desk)
    filing = replace(DOCUMENT, origin="edgar:https://sec.example/1", url="https://sec.example/1")
    for document in (filing, DOCUMENT, replace(DOCUMENT, origin="folder:x.txt")):
        ingest(document, desk, again=again)
        with desk.store.read() as unit:
            stored = unit.documents.find(DOCUMENT.id)
            assert stored is not None
            assert (stored.origin, stored.url) == (filing.origin, filing.url)
            assert [item.origin for item in unit.actions.announcements_in(DOCUMENT.id)] == [filing.origin]
    assert len(listed(desk)) == 1


def test_readers_hear_of_a_date_that_was_misread_and_of_nothing_else(
    desk: Desk, watch: Watch, reader: ChangingReader
) -> None:
    planner = ReminderPlanner(load(), "calendar.example", 300.0)
    desk = replace(desk, publisher=Publishers((desk.publisher, planner)))
    ingest(DOCUMENT, desk)
    (action,) = listed(desk)
    selection = Selection(issuers=(action.issuer_id,))
    with desk.store.begin() as unit:
        reading = Subscription("s", "ada@reader.example", selection, created_at=NOW, confirmed_at=NOW)
        unit.subscriptions.add(reading, feed_token_hash="token")
        planner.subscribe(unit, reading, NOW)
    planned = planned_of(desk)
    assert DeliveryKind.REMINDER in planned
    assert DeliveryKind.CHANGE not in planned
    read_again(desk, watch, reader, DIVIDEND)
    ingest(replace(DOCUMENT, origin="edgar:https://sec.example/1"), desk)
    assert planned_of(desk) == planned
    read_again(desk, watch, reader)
    assert planned_of(desk) == [DeliveryKind.CHANGE]


def planned_of(desk: Desk) -> list[DeliveryKind]:
    with desk.store.read() as unit:
        return sorted(item.kind for item in unit.deliveries.list(state=DeliveryState.PLANNED))
