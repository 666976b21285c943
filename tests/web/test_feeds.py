from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Unit
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import Selection, Subscription
from calendar_service.model.values import EventDate
from calendar_service.web import create_app
from calendar_service.web.feeds import FeedDesk
from calendar_service.web.polling import FRESH_SECONDS
from calendar_service.web.tokens import hash_feed_token
from tests.web.world import NOW, World, open_world

TODAY = NOW.date()
TOKEN = "s3cret-token-of-a-subscription"


class Site:
    """An application over a store with two issuers, and a stopwatch that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.world: World = open_world(folder)
        self.store = BreakableStore(self.world.store)
        self.app: Flask = create_app(self.world.services(store=self.store))
        self.desk: FeedDesk = self.app.extensions["calendar_service_feeds"]
        self.seconds = 100.0
        self.desk.watch.ticks = lambda: self.seconds
        self.client: FlaskClient = self.app.test_client()
        self.issuers = {name: self.add(name, days, kind) for name, days, kind in SAMPLES}

    def add(self, name: str, days: int, kind: EventType) -> str:
        with self.world.store.begin() as unit:
            issuer_id = unit.actions.match_issuer(Announcement(issuer=Issuer(name), event_type=kind))
        self.world.save(action_of(name, issuer_id, days, kind))
        return issuer_id

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named)

    def later(self) -> None:
        """Lets what is known grow old enough to be looked at again."""
        self.seconds += FRESH_SECONDS + 0.1


class BreakableStore:
    """A store that can be unplugged, and counts how often it is read."""

    def __init__(self, store: Any) -> None:
        self._store, self.broken, self.reads = store, False, 0

    def read(self) -> AbstractContextManager[Unit]:
        self.reads += 1
        if self.broken:
            raise OSError("the database is gone")
        unit: AbstractContextManager[Unit] = self._store.read()
        return unit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


SAMPLES = (
    ("Acme Ltd", 10, EventType.CASH_DIVIDEND),
    ("Basalt SE", 20, EventType.STOCK_SPLIT),
    ("Corundum plc", -200, EventType.CASH_DIVIDEND),
)


def action_of(name: str, issuer_id: str, days: int, kind: EventType, revision: int = 1) -> CorporateAction:
    return CorporateAction(
        id=f"{issuer_id}-1",
        issuer_id=issuer_id,
        issuer=Issuer(name),
        event_type=kind,
        status=Status.ANNOUNCED,
        mic="XLON" if kind is EventType.CASH_DIVIDEND else "XETR",
        revision=revision,
        dates=(
            EventDate(DateKind.RECORD, TODAY + timedelta(days=days)),
            EventDate(DateKind.PAYMENT, TODAY + timedelta(days=days + 5)),
        ),
    )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def titles(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200, answer.text
    calendar: Any = Calendar.from_ical(answer.data)
    return {" ".join(str(event["SUMMARY"]).split()[:4]) for event in calendar.walk("VEVENT")}


def test_the_feed_for_all_shows_the_window_and_history_on_request(site: Site) -> None:
    assert titles(site.get("/feeds/all.ics")) == {
        "Acme Ltd: Record date",
        "Acme Ltd: Payment date",
        "Basalt SE: Record date",
        "Basalt SE: Payment date",
    }
    assert "Corundum plc: Record date" in titles(site.get("/feeds/all.ics?history=1"))
    assert titles(site.get("/feeds/all.ics?future=12")) == {"Acme Ltd: Record date"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/feeds/type/stock_split.ics", "Basalt"),
        ("/feeds/market/XLON.ics", "Acme"),
        ("/feeds/market/xlon.ics", "Acme"),
        ("/feeds/all.ics?type=cash_dividend", "Acme"),
        ("/feeds/all.ics?types=cash_dividend,special_dividend", "Acme"),
        ("/feeds/all.ics?markets=XETR&kinds=record", "Basalt"),
    ],
)
def test_feeds_are_cut_by_path_and_by_filters(site: Site, path: str, expected: str) -> None:
    assert {title.split()[0] for title in titles(site.get(path))} == {expected}


def test_an_issuers_feed_carries_the_issuers_name_whatever_its_address_says(site: Site) -> None:
    issuer = site.issuers["Acme Ltd"]
    answer = site.get(f"/feeds/issuer/{issuer}/your-bank.ics")
    assert titles(answer) == {"Acme Ltd: Record date", "Acme Ltd: Payment date"}
    assert b"\r\nNAME:Acme Ltd\r\n" in answer.data
    assert b"\r\nX-WR-CALNAME:Acme Ltd\r\n" in answer.data
    assert b"your" not in answer.data
    assert json.loads(site.get(f"/feeds/issuer/{issuer}/x.json").data)["title"] == "Acme Ltd"


def test_language_and_alarms_are_asked_for_in_the_address(site: Site) -> None:
    answer = site.get("/feeds/all.ics?lang=de&alarms=7,1", Accept_Language="ja")
    assert "Stichtag" in answer.text
    assert answer.text.count("BEGIN:VALARM") == 8
    assert "BEGIN:VALARM" not in site.get("/feeds/all.ics").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/all.xml", 404),
        ("/feeds/all.ics?history=yes", 400),
        ("/feeds/type/lottery.ics", 404),
        ("/feeds/market/TOOLONG.ics", 404),
        ("/feeds/issuer/nobody/x.ics", 404),
        ("/feeds/private/unknown/x.ics", 404),
        ("/feeds/all.ics?kind=birthday", 400),
        ("/feeds/all.ics?lang=tlh", 400),
        ("/feeds/all.ics?alarms=x", 400),
        ("/feeds/all.ics?alarms=1,2,3,4,5,6", 400),
        ("/feeds/all.ics?utm_source=x", 200),
    ],
)
def test_what_cannot_be_meant_is_said_so(site: Site, path: str, status: int) -> None:
    assert site.get(path).status_code == status


def test_the_headers_of_a_public_feed(site: Site) -> None:
    answer = site.get("/feeds/all.ics", Accept="text/html")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("public, max-age=60")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 09:30:00 GMT"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("gzip;q=x.y", None),
        ("gzip;q=0.1, identity;q=1", None),
    ],
)
def test_every_coding_carries_the_same_calendar(site: Site, accepted: str, coding: str | None) -> None:
    plain = site.get("/feeds/all.ics").data
    for _ in range(2):
        answer = site.get("/feeds/all.ics", Accept_Encoding=accepted)
        assert answer.headers.get("Content-Encoding") == coding
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        unpack = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding]
        assert unpack(answer.data) == plain


def test_a_feed_that_did_not_change_is_304_for_every_way_of_asking(site: Site) -> None:
    tag = site.get("/feeds/all.ics").headers["ETag"]
    packed = site.get("/feeds/all.ics", Accept_Encoding="gzip").headers["ETag"]
    assert tag != packed
    assert not tag.startswith("W/")
    suffixed = tag[:-1] + '-gzip"'
    for known in (tag, f"W/{tag}", packed, f"W/{packed}", suffixed, f'"other", W/{tag}', "*"):
        for accepted in ("", "gzip", "br"):
            answer = site.get("/feeds/all.ics", If_None_Match=known, Accept_Encoding=accepted)
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"].startswith(tag[:-1])
            assert "Content-Length" not in answer.headers
    for unknown in ('"other"', tag[:-2] + '"', '""', "garbage"):
        assert site.get("/feeds/all.ics", If_None_Match=unknown).status_code == 200


def test_if_modified_since_alone_never_hides_a_change(site: Site) -> None:
    since = "Fri, 01 Jan 2038 00:00:00 GMT"
    assert site.get("/feeds/all.ics", If_Modified_Since=since).status_code == 200


def test_head_is_get_without_the_body(site: Site) -> None:
    for _ in range(2):
        got, head = site.get("/feeds/all.ics"), site.client.head("/feeds/all.ics")
        assert head.data == b""
        for name in ("ETag", "Content-Length", "Content-Type", "Last-Modified"):
            assert head.headers[name] == got.headers[name]
    assert site.client.post("/feeds/all.ics").status_code == 405


def test_polls_within_a_second_do_not_touch_the_store(site: Site) -> None:
    site.get("/feeds/all.ics")
    reads = site.store.reads
    for _ in range(50):
        assert site.get("/feeds/all.ics").status_code == 200
    assert site.store.reads == reads
    site.later()
    site.get("/feeds/all.ics")
    assert site.store.reads == reads + 1


def test_a_changed_action_is_seen_within_a_second_and_by_its_own_feeds_only(site: Site) -> None:
    acme, basalt = site.issuers["Acme Ltd"], site.issuers["Basalt SE"]
    paths = (f"/feeds/issuer/{acme}/a.ics", f"/feeds/issuer/{basalt}/b.ics")
    tags = [site.get(path).headers["ETag"] for path in paths]
    kept = site.desk.cache.get((paths[1], ""))
    site.world.save(action_of("Acme Ltd", acme, 11, EventType.CASH_DIVIDEND, 2))
    site.later()
    answer = site.get(paths[0], If_None_Match=tags[0])
    assert answer.status_code == 200
    assert (TODAY + timedelta(days=11)).strftime("DTSTART;VALUE=DATE:%Y%m%d") in answer.text
    assert site.get(paths[1], If_None_Match=tags[1]).status_code == 304
    assert site.desk.cache.get((paths[1], "")) is kept


def test_the_window_moves_with_the_day(site: Site) -> None:
    assert "Acme Ltd: Record date" in titles(site.get("/feeds/all.ics?past=0"))
    site.world.clock.move(days=11)
    site.later()
    assert "Acme Ltd: Record date" not in titles(site.get("/feeds/all.ics?past=0"))


def test_an_unchanged_feed_keeps_its_tag_as_days_go_by(site: Site) -> None:
    tag = site.get("/feeds/all.ics").headers["ETag"]
    site.world.clock.move(days=3)
    site.later()
    assert site.get("/feeds/all.ics", If_None_Match=tag).status_code == 304


def test_when_the_store_fails_the_last_good_bytes_are_served(site: Site) -> None:
    good = site.get("/feeds/all.ics")
    site.store.broken = True
    site.world.clock.move(days=1)
    for _ in range(3):
        site.later()
        answer = site.get("/feeds/all.ics")
        assert (answer.status_code, answer.data) == (200, good.data)
    site.store.broken = False
    site.later()
    assert site.get("/feeds/all.ics").status_code == 200


def subscribe(site: Site, selection: Selection, language: str = "en") -> str:
    subscription = Subscription("sub-1", "reader@example.com", selection, language=language, confirmed_at=NOW)
    with site.world.store.begin() as unit:
        unit.subscriptions.add(subscription, feed_token_hash=hash_feed_token(TOKEN))
    return f"/feeds/private/{TOKEN}/my-dates.ics"


def test_a_private_feed_is_the_subscriptions_selection_and_stays_private(site: Site) -> None:
    path = subscribe(site, Selection(issuers=(site.issuers["Basalt SE"],)), "ja")
    for _ in range(2):
        answer = site.get(path)
        assert "Basalt SE" in answer.text
        assert "Acme" not in answer.text
        assert "基準日" in answer.text.replace("\r\n ", "")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert TOKEN not in answer.text
        assert TOKEN not in str(answer.headers)
    for form in ("json", "csv"):
        assert TOKEN not in site.get(path.replace(".ics", f".{form}")).text
    assert site.get(f"{path}?issuer=x").status_code == 400


def test_a_secret_address_is_never_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    path = subscribe(site, Selection())
    assert site.get(f"{path}?history=1").status_code == 200
    site.store.broken = True
    site.later()
    assert site.get(f"{path}?history=1").status_code == 200
    assert site.get(path).status_code == 500
    assert len(caplog.records) >= 2
    assert TOKEN not in caplog.text


def test_a_revoked_link_is_gone_within_a_second(site: Site) -> None:
    path = subscribe(site, Selection())
    tag = site.get(path).headers["ETag"]
    with site.world.store.begin() as unit:
        unit.subscriptions.revoke(hash_feed_token(TOKEN), NOW)
    site.later()
    assert site.get(path, If_None_Match=tag).status_code == 410
    assert site.get(path).status_code == 410


def test_a_changed_subscription_shows_in_its_feed_within_a_second(site: Site) -> None:
    path = subscribe(site, Selection(issuers=(site.issuers["Basalt SE"],)))
    assert "Acme" not in site.get(path).text
    with site.world.store.begin() as unit:
        found = unit.subscriptions.find("sub-1")
        assert found is not None
        unit.subscriptions.update(replace(found, selection=Selection()))
    site.later()
    assert "Acme" in site.get(path).text


def test_the_same_selection_comes_as_json_and_csv(site: Site) -> None:
    feed = json.loads(site.get("/feeds/all.json?kind=record").data)
    assert [item["_calendar_service"]["issuer"]["name"] for item in feed["items"]] == [
        "Acme Ltd",
        "Basalt SE",
    ]
    assert feed["feed_url"].endswith("/feeds/all.json?kind=record")
    answer = site.get("/feeds/all.csv?kind=record")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["day"] for row in rows] == [str(TODAY + timedelta(days=days)) for days in (10, 20)]


def test_a_held_action_shows_what_was_agreed_in_every_format(site: Site) -> None:
    acme = site.issuers["Acme Ltd"]
    doubtful = replace(
        action_of("Acme Ltd", acme, 99, EventType.CASH_DIVIDEND, 2), held=(Remark("sources disagree"),)
    )
    site.world.save(doubtful)
    site.later()
    for form in ("ics", "json", "csv"):
        text = site.get(f"/feeds/issuer/{acme}/a.{form}").text.replace("\r\n ", "").replace("\\,", ",")
        assert "on hold, being checked" in text
        for day in (TODAY + timedelta(days=99), TODAY + timedelta(days=104)):
            assert day.isoformat() not in text
            assert f"{day:%Y%m%d}" not in text
            assert f"{day:%-d %b %Y}" not in text


def test_one_date_is_a_file_of_its_own(site: Site) -> None:
    acme = site.issuers["Acme Ltd"]
    answer = site.get(f"/actions/{acme}-1/record/acme.ics")
    calendar: Any = Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 12, 3)
    assert "METHOD" not in calendar
    assert answer.headers["Content-Disposition"] == 'attachment; filename="record.ics"'
    assert site.get(f"/actions/{acme}-1/meeting/acme.ics").status_code == 404
    assert site.get("/actions/none/record/acme.ics").status_code == 404


def test_memory_stays_within_its_bound(site: Site) -> None:
    site.desk.cache.limit = 60_000
    for number in range(200):
        answer = site.get(f"/feeds/all.ics?n={number}", Accept_Encoding="gzip")
        assert answer.status_code == 200
        assert site.desk.cache.bytes <= 60_000
    assert 0 < len(site.desk.cache) < 50


def test_two_applications_over_one_store_agree(site: Site) -> None:
    other = create_app(site.world.services()).test_client()
    assert other.get("/feeds/all.ics").headers["ETag"] == site.get("/feeds/all.ics").headers["ETag"]
