"""Ingesting through a real database: any order of arrival ends in the same actions and calendar entries."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_service.ingest import Desk, correct, ingest
from calendar_service.markets import Markets, load
from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Announcement, Issuer, Reading
from calendar_service.model.codec import from_data, to_data
from calendar_service.model.codes import DateKind, EventType, NoticeFunction, Status
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.ports import Store
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.records import Correction
from calendar_service.model.values import EventDate, Money, SecurityId
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store

NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)
START = date(2025, 1, 6)
ISSUER = Issuer("Kirschbaum Holdings plc", (SecurityId("ticker", "KHL", "XLON"),))


@dataclass
class Watch:
    """A clock that a test sets."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant


class PlainReader:
    """Reads documents that are what they say, as data: reading prose is proved elsewhere."""

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        content = document.content.decode()
        return Text(content, "plain"), from_data(Reading, json.loads(content))


def document_of(said: Sequence[Announcement], name: str, origin: str) -> RawDocument:
    content = json.dumps({"name": name, **to_data(Reading(tuple(said), issuer=ISSUER))}).encode()
    return RawDocument(content, f"{origin}{name}", name, NOW)


@st.composite
def announcements(draw: st.DrawFn) -> Announcement:
    moment = st.sampled_from([0, 2, 91]).map(lambda number: START + timedelta(days=number))
    kinds = draw(st.lists(st.sampled_from([DateKind.RECORD, DateKind.PAYMENT]), unique=True, max_size=2))
    amount = draw(st.sampled_from(["0.25", "0.30"]))
    return Announcement(
        issuer=ISSUER,
        event_type=draw(st.sampled_from([EventType.CASH_DIVIDEND, EventType.SPECIAL_DIVIDEND])),
        dates=tuple(EventDate(kind, draw(moment)) for kind in kinds),
        status=draw(st.sampled_from([Status.FORECAST, Status.ANNOUNCED, Status.SUBJECT_TO_APPROVAL])),
        function=draw(st.sampled_from([NoticeFunction.NEW, NoticeFunction.NEW, *NoticeFunction])),
        period=draw(st.sampled_from([None, "Q1 2025", "Q2 2025"])),
        amount=Amount(Money(Decimal(amount), "GBP")) if draw(st.booleans()) else None,
        announced=START - timedelta(days=draw(st.integers(1, 30))),
        doubts=draw(st.sampled_from([(), (), ("Unclear.",)])),
    )


@st.composite
def documents(draw: st.DrawFn) -> list[RawDocument]:
    origins = st.sampled_from(["folder:inbox/", "feed:https://news.example/", "edgar:https://sec.example/"])
    count = draw(st.integers(1, 6))
    return [
        document_of(draw(st.lists(announcements(), min_size=1, max_size=2)), f"d{number}", draw(origins))
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An empty database, brought up to date once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store = open_store(f"sqlite:///{path}")
        store.migrate()
        store.close()
        yield path


@contextmanager
def open_copy(template: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        shutil.copy(template, path)
        store = open_store(f"sqlite:///{path}")
        try:
            yield store
        finally:
            store.close()


@cache
def market() -> Markets:
    return load()


def make_desk(store: Store, watch: Watch | None = None) -> Desk:
    publisher = EntryPublisher(Links("https://calendar.example"))
    return Desk(store, PlainReader(), market(), publisher, watch or Watch())


def bring_in(store: Store, arriving: Sequence[RawDocument]) -> None:
    watch = Watch(NOW - timedelta(hours=len(arriving)))
    for document in arriving:
        ingest(document, make_desk(store, watch))
        watch.instant += timedelta(hours=1)


def present(store: Store) -> list[CorporateAction]:
    with store.read() as unit:
        return [action for issuer in unit.actions.issuers() for action in unit.actions.of_issuer(issuer.id)]


def plain_actions(store: Store) -> list[CorporateAction]:
    plain = [replace(action, id="", issuer_id="", revision=0) for action in present(store)]
    return sorted(plain, key=lambda action: action.announcements)


def shown_entries(store: Store) -> set[tuple[tuple[str, ...], str, date, str]]:
    with store.read() as unit:
        return {
            (action.announcements, entry.kind.value, entry.day, entry.status.value)
            for action in present(store)
            if not action.held
            for entry in unit.entries.of_action(action.id)
            if entry.removed_at is None
        }


few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(arriving=documents(), data=st.data())
def test_any_order_of_arrival_ends_the_same(
    template: Path, arriving: list[RawDocument], data: st.DataObject
) -> None:
    other_order = data.draw(st.permutations(arriving))
    with open_copy(template) as one, open_copy(template) as two:
        bring_in(one, arriving)
        bring_in(two, [*other_order, *arriving])
        assert plain_actions(one) == plain_actions(two)
        assert shown_entries(one) == shown_entries(two)


@few
@given(arriving=documents())
def test_history_leads_to_the_present_and_nothing_is_lost(
    template: Path, arriving: list[RawDocument]
) -> None:
    with open_copy(template) as store:
        bring_in(store, arriving)
        members = sorted(name for action in present(store) for name in action.announcements)
        said = [
            f"{document.id}.{number}"
            for document in {item.id: item for item in arriving}.values()
            for number in range(len(json.loads(document.content)["announcements"]))
        ]
        assert members == sorted(said)
        with store.read() as unit:
            for action in present(store):
                history = unit.actions.revisions(action.id)
                assert [revision.number for revision in history] == list(range(1, len(history) + 1))
                assert history[-1].action == action
                steps = zip([None, *history], history, strict=False)
                assert all(
                    revision.changes == differences(old.action if old else None, revision.action) != ()
                    for old, revision in steps
                )
                entries = [entry for entry in unit.entries.of_action(action.id) if entry.removed_at is None]
                days = {item.kind: item.day for item in action.dates}
                if not action.held:
                    assert all(days.get(entry.kind) == entry.day for entry in entries)


def told(announced: str, record: str, **more: object) -> Announcement:
    said = Announcement(
        ISSUER,
        EventType.CASH_DIVIDEND,
        (EventDate(DateKind.RECORD, date.fromisoformat(record)),),
        announced=date.fromisoformat(announced),
        amount=Amount(Money(Decimal("0.25"), "GBP")),
    )
    return replace(said, **more)  # type: ignore[arg-type]


def test_a_merge_leads_the_old_id_on_and_its_entries_away(template: Path) -> None:
    with open_copy(template) as store:
        bring_in(
            store,
            [document_of([told("2025-03-01", day)], day, "folder:") for day in ("2025-05-05", "2025-09-05")],
        )
        first, second = sorted(present(store), key=lambda action: action.dates[0].day or date.min)
        desk = make_desk(store, Watch(NOW + timedelta(hours=1)))
        correct(Correction(first.id, "merge", second.id, "Ines", desk.clock.now()), desk)
        (merged,) = present(store)
        with store.read() as unit:
            loser = second.id if merged.id == first.id else first.id
            led = unit.actions.find(loser)
            assert led is not None
            assert led.id == merged.id
            assert all(entry.removed_at is not None for entry in unit.entries.of_action(loser))


def test_a_split_after_a_merge_brings_the_old_id_back(template: Path) -> None:
    with open_copy(template) as store:
        bring_in(
            store,
            [document_of([told("2025-03-01", day)], day, "folder:") for day in ("2025-05-05", "2025-09-05")],
        )
        before = {action.id: action.announcements for action in present(store)}
        one, two = before
        watch = Watch(NOW + timedelta(hours=1))
        desk = make_desk(store, watch)
        correct(Correction(one, "merge", two, "Ines", watch.now()), desk)
        watch.instant += timedelta(hours=1)
        (merged,) = present(store)
        gone = next(name for name in before if name != merged.id)
        correct(Correction(merged.id, "split", before[gone][0], "Ines", watch.now()), desk)
        assert {action.id: action.announcements for action in present(store)} == before
