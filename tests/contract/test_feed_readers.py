"""Real calendar programs subscribe to a live server: nothing twice, nothing left behind, no hour or day off."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.values import EventDate
from calendar_service.web import create_app
from calendar_service.web.server import serve
from tests.contract.feed_readers import FILE_READERS, ReadEvent, Thunderbird, Vdirsyncer, read_file
from tests.web.world import World, open_world

pytestmark = pytest.mark.external

ZONES = ("Pacific/Honolulu", "America/New_York", "UTC", "Asia/Tokyo", "Pacific/Kiritimati")
# Days on which clocks change in the United States and in Europe, a year's end, a leap-free February's end.
DIVIDEND_DAYS = ((DateKind.RECORD, date(2026, 12, 31)), (DateKind.PAYMENT, date(2027, 3, 14)))
MEETINGS = (
    (date(2027, 3, 14), time(4), "America/New_York", "2027-03-14T08:00:00Z", "2027-03-14T09:00:00Z"),
    (date(2027, 3, 28), time(10), "Europe/Berlin", "2027-03-28T08:00:00Z", "2027-03-28T09:00:00Z"),
    (date(2026, 11, 1), time(9, 30), "America/New_York", "2026-11-01T14:30:00Z", "2026-11-01T15:30:00Z"),
    (date(2027, 6, 25), time(10), "Asia/Tokyo", "2027-06-25T01:00:00Z", "2027-06-25T02:00:00Z"),
    (date(2027, 1, 2), time(0, 30), "Pacific/Kiritimati", "2027-01-01T10:30:00Z", "2027-01-01T11:30:00Z"),
)
NAME = "東京精密; 株式会社, \\ “Test”"


@dataclass
class LiveSite:
    """A server on loopback over a small world."""

    world: World
    address: str
    ticks: list[float]
    issuer_id: str

    def save(self, *states: CorporateAction) -> None:
        """Saves states of actions, and lets polls notice."""
        self.world.save(*states, known_at=self.world.clock.now())
        self.ticks[0] += 10

    def fetch(self, folder: Path, path: str = "/feeds/all.ics") -> Path:
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            (folder / "feed.ics").write_bytes(answer.read())
        return folder / "feed.ics"

    def dividend(self, revision: int, status: Status, payment: date = DIVIDEND_DAYS[1][1]) -> CorporateAction:
        return CorporateAction(
            id="dividend",
            issuer_id=self.issuer_id,
            issuer=Issuer(NAME),
            event_type=EventType.CASH_DIVIDEND,
            status=status,
            revision=revision,
            dates=(EventDate(*DIVIDEND_DAYS[0]), EventDate(DateKind.PAYMENT, payment)),
        )

    def meeting(self, number: int) -> CorporateAction:
        day, moment, zone, _, _ = MEETINGS[number]
        return replace(
            self.dividend(1, Status.CONFIRMED),
            id=f"meeting-{number}",
            event_type=EventType.ANNUAL_MEETING,
            dates=(EventDate(DateKind.MEETING, day, time=moment, zone=zone),),
        )

    def tender(self) -> CorporateAction:
        window = EventDate(DateKind.OFFER_PERIOD, date(2027, 2, 26), last_day=date(2027, 3, 28))
        return replace(
            self.dividend(1, Status.ANNOUNCED),
            id="tender",
            event_type=EventType.TENDER_OFFER,
            dates=(window,),
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveSite]:
    world = open_world(tmp_path)
    with world.store.begin() as unit:
        issuer_id = unit.actions.match_issuer(Announcement(Issuer(NAME), EventType.CASH_DIVIDEND))
    ticks, ready, stop = [0.0], threading.Event(), threading.Event()
    addresses: list[str] = []

    def build() -> object:
        app = create_app(world.services())
        app.extensions["calendar_service_feeds"].watch.ticks = lambda: ticks[0]
        return app

    def run() -> None:
        on_ready: Callable[[str], None] = lambda address: (addresses.append(address), ready.set())[0]  # type: ignore[func-returns-value]  # noqa: E731
        serve(build, "127.0.0.1", 0, workers=0, on_ready=on_ready, stop=stop)

    server = threading.Thread(target=run)
    server.start()
    assert ready.wait(30)
    yield LiveSite(world, addresses[0], ticks, issuer_id)
    stop.set()
    server.join(30)


def event(uid: str, title: str, status: str, start: str, end: str) -> ReadEvent:
    return ReadEvent(f"{uid}@127.0.0.1", f"{NAME}: {title}", status, start, end)


def whole_day(uid: str, title: str, status: str, day: date) -> ReadEvent:
    return event(uid, title, status, day.isoformat(), (day + timedelta(days=1)).isoformat())


def dividend_events(state: str, calendar_status: str, payment: date) -> list[ReadEvent]:
    what = f"Cash dividend ({state})"
    return [
        whole_day("dividend-record", f"Record date – {what}", calendar_status, date(2026, 12, 31)),
        whole_day("dividend-payment", f"Payment date – {what}", calendar_status, payment),
    ]


def meeting_event(number: int) -> ReadEvent:
    _, _, _, start, end = MEETINGS[number]
    return event(f"meeting-{number}-meeting", "Annual general meeting (confirmed)", "CONFIRMED", start, end)


TENDER_EVENTS = [
    event(
        "tender-offer_period",
        "Offer period – Tender offer (announced)",
        "CONFIRMED",
        "2027-02-26",
        "2027-03-29",
    ),
    event("tender-expiry", "Expiry – Tender offer (announced)", "CONFIRMED", "2027-03-28", "2027-03-29"),
]


@pytest.mark.parametrize("reader", FILE_READERS)
def test_no_hour_and_no_day_is_off_anywhere(site: LiveSite, tmp_path: Path, reader: str) -> None:
    meetings = range(len(MEETINGS))
    site.save(
        site.dividend(1, Status.ANNOUNCED), site.tender(), *(site.meeting(number) for number in meetings)
    )
    feed = site.fetch(tmp_path)
    expected = [
        *dividend_events("announced", "CONFIRMED", date(2027, 3, 14)),
        *TENDER_EVENTS,
        *(meeting_event(number) for number in meetings),
    ]
    if reader == "calcurse":
        expected = [item._replace(uid="", status="") for item in expected]
    for zone in ZONES:
        assert read_file(reader, feed, zone) == sorted(expected), zone


@pytest.mark.parametrize("reader", FILE_READERS)
def test_alarms_and_languages_leave_the_dates_alone(site: LiveSite, tmp_path: Path, reader: str) -> None:
    site.save(site.dividend(1, Status.ANNOUNCED), site.meeting(0))
    plain = read_file(reader, site.fetch(tmp_path), "Asia/Tokyo")
    ringing = read_file(reader, site.fetch(tmp_path, "/feeds/all.ics?alarms=7,1,0&lang=ja"), "Asia/Tokyo")
    assert sorted(item._replace(title="") for item in ringing) == sorted(
        item._replace(title="") for item in plain
    )


def steps(site: LiveSite) -> Iterator[list[ReadEvent]]:
    """A dividend's life beside a meeting that stays: announced, moved, withdrawn, gone, announced again."""
    other = meeting_event(3)
    site.save(site.meeting(3), site.dividend(1, Status.ANNOUNCED))
    yield [other, *dividend_events("announced", "CONFIRMED", date(2027, 3, 14))]
    site.save(site.dividend(2, Status.SUBJECT_TO_APPROVAL, date(2027, 3, 19)))
    yield [other, *dividend_events("subject to approval", "TENTATIVE", date(2027, 3, 19))]
    site.save(site.dividend(3, Status.WITHDRAWN, date(2027, 3, 19)))
    buried = dividend_events("withdrawn by the issuer", "CANCELLED", date(2027, 3, 19))
    yield [other, *(item._replace(title=f"CANCELLED: {item.title}") for item in buried)]
    site.world.clock.move(days=92)
    site.ticks[0] += 10
    yield [other]
    site.save(site.dividend(4, Status.CONFIRMED, date(2027, 3, 19)))
    yield [other, *dividend_events("confirmed", "CONFIRMED", date(2027, 3, 19))]


@pytest.mark.parametrize("reader", FILE_READERS)
def test_each_state_is_read_as_it_is(site: LiveSite, tmp_path: Path, reader: str) -> None:
    for expected in steps(site):
        wanted = [item._replace(uid="", status="") for item in expected] if reader == "calcurse" else expected
        assert read_file(reader, site.fetch(tmp_path), "America/New_York") == sorted(wanted)


def test_vdirsyncer_follows_without_duplicates_or_ghosts(site: LiveSite, tmp_path: Path) -> None:
    mirror: Vdirsyncer | None = None
    for expected, zone in zip(steps(site), ZONES, strict=True):
        mirror = mirror or Vdirsyncer(tmp_path, f"{site.address}/feeds/all.ics")
        nameless = sorted(item._replace(uid="") for item in expected)  # it gives items names of its own
        for _ in range(2):
            assert sorted(item._replace(uid="") for item in mirror.read(zone)) == nameless


def test_vdirsyncer_keeps_every_one_of_many_like_events(site: LiveSite, tmp_path: Path) -> None:
    dividend = site.dividend(1, Status.ANNOUNCED)
    site.save(*(replace(dividend, id=f"dividend-{number}") for number in range(30)))
    mirror = Vdirsyncer(tmp_path, f"{site.address}/feeds/all.ics")
    assert len({item.uid for item in mirror.read("UTC")}) == 60


@pytest.mark.slow
def test_thunderbird_follows_without_duplicates_or_ghosts(site: LiveSite, tmp_path: Path) -> None:
    reader: Thunderbird | None = None
    for expected, zone in zip(steps(site), ZONES, strict=True):
        reader = reader or Thunderbird(tmp_path, f"{site.address}/feeds/all.ics")
        assert reader.read(zone, sorted(expected)) == sorted(expected)


def test_the_clock_of_these_tests_lies_inside_the_window(site: LiveSite) -> None:
    assert site.world.clock.now() == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
