"""What is held when it comes in, whatever its document says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calendar_service.ingest import Desk, ingest, reject
from calendar_service.markets import load
from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codec import from_data, to_data
from calendar_service.model.codes import DateKind, EventType, NoticeFunction, Status
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, SecurityId
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from tests.announcing import in_words
from tests.conftest import FixedClock

NOW = datetime(2025, 3, 1, 9, tzinfo=UTC)
KIRSCHBAUM = Issuer("Kirschbaum Holdings plc", (SecurityId("ticker", "KHL", "XLON"),))
MERIDIAN = Issuer("Meridian Works plc", (SecurityId("ticker", "MRW", "XLON"),))


class PlainReader:
    """Reads documents that are what they say, as data."""

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        content = document.content.decode()
        return Text(content, "plain"), from_data(Reading, json.loads(content))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.migrate()
    publisher = EntryPublisher(Links("https://calendar.example"))
    yield Desk(store, PlainReader(), load(), publisher, FixedClock(NOW))
    store.close()


def take(
    desk: Desk,
    issuer: Issuer,
    announced: str,
    function: NoticeFunction = NoticeFunction.NEW,
    record: date = date(2025, 4, 4),
) -> CorporateAction:
    said = Announcement(
        issuer,
        EventType.CASH_DIVIDEND,
        dates=(EventDate(DateKind.RECORD, record),),
        function=function,
        announced=date.fromisoformat(announced),
    )
    content = json.dumps(to_data(Reading((said,)))).encode()
    document = RawDocument(content, "folder:x.txt", "x.txt", NOW)
    ingest(document, desk)
    with desk.store.read() as unit:
        (stored,) = unit.actions.announcements_in(document.id)
        (found,) = (one for one in unit.actions.of_issuer(stored.issuer_id) if stored.id in one.announcements)
    return found


@pytest.mark.parametrize("function", [NoticeFunction.WITHDRAW, NoticeFunction.SUSPEND])
def test_an_end_that_is_dated_ahead_is_held(desk: Desk, function: NoticeFunction) -> None:
    assert take(desk, KIRSCHBAUM, "2025-02-20").held == ()
    action = take(desk, KIRSCHBAUM, "2031-01-01", function)
    assert action.status is Status.ANNOUNCED
    assert in_words(action.held) == (
        f'A notice ("{function.value}") was not carried out, since it is doubtful.',
    )


def test_a_correction_that_is_dated_ahead_moves_nothing(desk: Desk) -> None:
    take(desk, KIRSCHBAUM, "2025-02-20")
    action = take(desk, KIRSCHBAUM, "2031-01-01", NoticeFunction.REPLACE, date(2025, 4, 7))
    record = action.date_of(DateKind.RECORD)
    assert record is not None
    assert record.day == date(2025, 4, 4)
    assert str(action.held[-1]) == "It is dated 2031-01-01, after the day on which it came in (2025-03-01)."


def test_a_change_of_the_next_morning_is_carried_out(desk: Desk) -> None:
    take(desk, KIRSCHBAUM, "2025-02-20")
    action = take(desk, KIRSCHBAUM, "2025-03-02", NoticeFunction.WITHDRAW)
    assert (action.status, action.held) == (Status.WITHDRAWN, ())


def test_an_announcement_with_the_symbols_of_two_companies_is_held(desk: Desk) -> None:
    take(desk, KIRSCHBAUM, "2025-02-20")
    take(desk, MERIDIAN, "2025-02-20")
    both = Issuer("Meridian Works plc", (*KIRSCHBAUM.ids, *MERIDIAN.ids))
    forged = take(desk, both, "2025-02-28", record=date(2025, 5, 30))
    assert "known here as different companies" in " ".join(in_words(forged.held))
    with desk.store.read() as unit:
        assert len(unit.actions.issuers()) == 2


def test_what_could_not_be_read_is_tried_again(desk: Desk) -> None:
    said = Announcement(KIRSCHBAUM, EventType.CASH_DIVIDEND, announced=date(2025, 2, 20))
    document = RawDocument(json.dumps(to_data(Reading((said,)))).encode(), "folder:x.txt", "x.txt", NOW)
    assert reject(document, Remark("Time ran out."), desk).outcome == "rejected"
    found = ingest(document, desk)
    assert (found.outcome, len(found.actions)) == ("read", 1)
    assert ingest(document, desk).outcome == "unchanged"
