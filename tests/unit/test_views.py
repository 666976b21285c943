from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import AmountKind, Basis, DateFlag, DateKind, EventType, Knowledge, Status
from calendar_service.model.records import StoredAnnouncement, StoredDocument
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence, Money, Ratio, SecurityId
from calendar_service.publish.links import Links
from calendar_service.publish.views import (
    CSV_COLUMNS,
    action_view,
    announcement_view,
    entry_view,
    feed_csv,
    feed_json,
    revision_view,
)

LINKS = Links("https://dates.example.org")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUOTE = Evidence("record date of March 31, 2026", 5, 34, "record.of", page=2, cell=(1, 0), document="d1")
ACTION = CorporateAction(
    id="ca-1",
    issuer_id="acme",
    issuer=Issuer("Acme", (SecurityId("ticker", "ACM", "XNYS"),)),
    event_type=EventType.CASH_DIVIDEND,
    status=Status.CONFIRMED,
    dates=(
        EventDate(DateKind.RECORD, date(2026, 3, 31), evidence=QUOTE),
        EventDate(DateKind.MEETING, date(2026, 6, 26), time=time(10), zone="Asia/Tokyo"),
        EventDate(
            DateKind.PAYMENT,
            date(2026, 7, 1),
            Basis.DERIVED,
            Knowledge.MONTH,
            frozenset({DateFlag.APPROXIMATE}),
        ),
    ),
    revision=3,
    mic="XNYS",
    amount=Amount(Money(Decimal("0.50"), "USD"), AmountKind.GROSS),
    total=Money(Decimal("1E+6"), "USD"),
    ads_ratio=Ratio(Decimal(1), Decimal("0.5")),
    evidence=(("event_type", QUOTE),),
    announcements=("d1.0",),
    documents=("d1",),
)
ENTRY = Entry(
    "ca-1-record@dates.example.org",
    "ca-1",
    "acme",
    DateKind.RECORD,
    EventType.CASH_DIVIDEND,
    Status.CONFIRMED,
    date(2026, 3, 31),
    date(2026, 3, 31),
    2,
    NOW,
    NOW,
    "XNYS",
)


def test_an_action_carries_each_date_with_its_proof() -> None:
    view = action_view(ACTION, LINKS)
    record, meeting, payment = view["dates"]
    assert record["day"] == "2026-03-31"
    assert record["tentative"] is False
    assert record["evidence"] == {
        "quote": "record date of March 31, 2026",
        "start": 5,
        "end": 34,
        "page": 2,
        "cell": [1, 0],
        "rule": "record.of",
        "document": "d1",
        "url": "https://dates.example.org/documents/d1?start=5&end=34#quote",
    }
    assert (meeting["time"], meeting["zone"]) == ("10:00", "Asia/Tokyo")
    assert (payment["basis"], payment["knowledge"], payment["flags"]) == ("derived", "month", ["approximate"])
    assert payment["tentative"] is True


def test_amounts_are_strings_with_the_digits_announced() -> None:
    view = action_view(ACTION, LINKS)
    assert (view["amount"]["amount"], view["amount"]["currency"], view["amount"]["kind"]) == (
        "0.50",
        "USD",
        "gross",
    )
    assert view["total"] == {"amount": "1000000", "currency": "USD"}
    assert view["ads_ratio"] == {"new": "1", "old": "0.5"}
    assert view["ratio"] is None


def test_an_action_survives_json_and_names_its_codes_and_links() -> None:
    document = StoredDocument("d1", "a.txt", "folder:a.txt", NOW, "read", url="javascript:alert(1)")
    view = json.loads(json.dumps(action_view(ACTION, LINKS, (document,), language="de")))
    assert (view["event_type"], view["caev"], view["label"]) == ("cash_dividend", "DVCA", "Bardividende")
    assert view["url"] == "https://dates.example.org/actions/ca-1"
    assert view["issuer"]["ids"] == [{"scheme": "ticker", "value": "ACM", "mic": "XNYS", "market": None}]
    assert view["documents"][0]["source"] is None
    assert view["documents"][0]["url"] == "https://dates.example.org/documents/d1"
    assert view["evidence"]["event_type"]["quote"] == "record date of March 31, 2026"


def test_a_revision_says_what_changed_in_words_and_in_values() -> None:
    before = replace(ACTION, status=Status.ANNOUNCED)
    change = Change("status", "announced", "confirmed", QUOTE)
    view = revision_view(Revision("ca-1", 3, NOW, (change,), ACTION, "d2.0"), before, LINKS)
    assert view["number"] == 3
    assert view["known_at"] == "2026-03-02T09:00:00Z"
    assert view["changes"][0]["words"] == "State: announced → confirmed"
    assert (view["changes"][0]["old"], view["changes"][0]["new"]) == ("announced", "confirmed")


def test_an_announcement_shows_its_doubts() -> None:
    said = Announcement(Issuer("Acme"), EventType.MERGER, doubts=(Remark("no date\r\nX: y"),))
    view = announcement_view(StoredAnnouncement("d1.0", "d1", "acme", NOW, "folder:a", said), LINKS)
    assert view["doubts"] == ["no date X: y"]
    assert view["document"] == {"id": "d1", "url": "https://dates.example.org/documents/d1"}


def test_an_entry_has_its_calendar_state() -> None:
    view = entry_view(ENTRY, ACTION, LINKS)
    assert view["title"] == "Acme: Record date – Cash dividend USD 0.50 (confirmed)"
    assert (view["calendar_status"], view["sequence"], view["start"]) == ("CONFIRMED", 2, None)
    assert view["ics"] == "https://dates.example.org/actions/ca-1/record/date.ics"


def test_a_timed_entry_gives_its_instant() -> None:
    meeting = replace(ENTRY, kind=DateKind.MEETING, day=date(2026, 6, 26), last_day=date(2026, 6, 26))
    assert entry_view(meeting, ACTION, LINKS)["start"] == "2026-06-26T01:00:00Z"


def test_an_entry_whose_date_went_away_is_cancelled() -> None:
    view = entry_view(replace(ENTRY, kind=DateKind.EX, removed_at=NOW), ACTION, LINKS)
    assert view["calendar_status"] == "CANCELLED"
    assert view["title"] == "REMOVED: Acme: Ex-date – Cash dividend USD 0.50"


def test_a_json_feed_has_the_fields_of_its_standard() -> None:
    feed = json.loads(
        feed_json([ENTRY], {"ca-1": ACTION}, LINKS, name="Acme", feed_url="https://x.example/f.json")
    )
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://x.example/f.json"
    item = feed["items"][0]
    assert item["id"] == "ca-1-record@dates.example.org"
    assert item["date_modified"] == "2026-03-02T09:00:00Z"
    assert "→ Record date: Tue, 31 Mar 2026 (stated)" in item["content_text"]
    assert item["_calendar_service"]["day"] == "2026-03-31"


def test_a_secret_address_is_not_written_into_its_feed() -> None:
    feed = json.loads(feed_json([ENTRY], {"ca-1": ACTION}, LINKS, name="mine"))
    assert "feed_url" not in feed


def test_csv_has_one_row_an_entry() -> None:
    rows = list(csv.DictReader(io.StringIO(feed_csv([ENTRY], {"ca-1": ACTION}, LINKS).decode())))
    assert tuple(rows[0]) == CSV_COLUMNS
    row = rows[0]
    assert (row["day"], row["amount"], row["currency"], row["kind"]) == (
        "2026-03-31",
        "0.50",
        "USD",
        "record",
    )
    assert row["proof"] == "Stated by the issuer: “record date of March 31, 2026”"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "\r\n=1"])
def test_csv_cells_never_run_as_formulas(name: str) -> None:
    action = replace(ACTION, issuer=Issuer(name))
    row = next(csv.DictReader(io.StringIO(feed_csv([ENTRY], {"ca-1": action}, LINKS).decode())))
    assert row["issuer"].startswith("'")
    assert row["title"].startswith("'")
