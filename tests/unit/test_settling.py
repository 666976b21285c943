"""What the calendar alone brings about: what is over is completed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calendar_service.ingest import Desk, ingest, settle_until_today
from calendar_service.markets import load
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codec import from_data, to_data
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.values import EventDate
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from tests.conftest import FixedClock

ISSUER = Issuer("Kirschbaum Holdings plc")
RECORD = EventDate(DateKind.RECORD, date(2026, 3, 31))
PAYMENT = EventDate(DateKind.PAYMENT, date(2026, 4, 15))
WINDOW = EventDate(DateKind.OFFER_PERIOD, date(2026, 3, 16), last_day=date(2026, 4, 20))


class PlainReader:
    """Reads documents that are what they say, as data."""

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        content = document.content.decode()
        return Text(content, "plain"), from_data(Reading, json.loads(content))


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.migrate()
    yield Desk(store, PlainReader(), load(), EntryPublisher(Links("https://calendar.example")), clock)
    store.close()


def announce(desk: Desk, event_type: EventType, *dates: EventDate) -> str:
    said = Announcement(ISSUER, event_type, dates=dates, announced=date(2026, 3, 1))
    content = json.dumps(to_data(Reading((said,)))).encode()
    (action_id,) = ingest(RawDocument(content, "folder:x.txt", "x.txt", desk.clock.now()), desk).actions
    return action_id


@pytest.mark.parametrize(
    ("event_type", "dates", "waiting", "over"),
    [
        (EventType.CASH_DIVIDEND, (RECORD, PAYMENT), "2026-04-15", "2026-04-16"),
        (EventType.CASH_DIVIDEND, (RECORD,), "2027-03-31", "2027-04-01"),
        (EventType.TENDER_OFFER, (WINDOW,), "2026-04-20", "2026-04-21"),
    ],
)
def test_what_is_over_is_completed_and_told_once(
    desk: Desk,
    clock: FixedClock,
    event_type: EventType,
    dates: tuple[EventDate, ...],
    waiting: str,
    over: str,
) -> None:
    action_id = announce(desk, event_type, *dates)
    for day in ("2026-03-02", "2026-04-01", waiting):
        clock.instant = datetime.fromisoformat(day).replace(hour=23, tzinfo=UTC)
        assert settle_until_today(desk) == ()
    clock.instant = datetime.fromisoformat(over).replace(tzinfo=UTC)
    assert settle_until_today(desk) == (action_id,)
    assert settle_until_today(desk) == ()
    with desk.store.read() as unit:
        action = unit.actions.find(action_id)
        assert action is not None
        assert (action.status, action.revision) == (Status.COMPLETED, 2)
        assert unit.actions.revisions(action_id)[-1].cause == "calendar"
