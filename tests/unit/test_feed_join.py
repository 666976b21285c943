from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from icalendar import Alarm, Calendar

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.values import EventDate, Money
from calendar_service.publish.ical import FEED_LIMIT, PlannedEntry, join_feed, plan_entries, single_entry
from calendar_service.publish.links import Links

LINKS = Links("https://dates.example.org")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACTION = CorporateAction(
    id="ca-1",
    issuer_id="acme",
    issuer=Issuer("アクメ・ホールディングス株式会社"),
    event_type=EventType.CASH_DIVIDEND,
    status=Status.ANNOUNCED,
    dates=(
        EventDate(DateKind.RECORD, date(2026, 3, 31)),
        EventDate(DateKind.PAYMENT, date(2026, 6, 26)),
    ),
    amount=Amount(Money(Decimal("13.50"), "JPY")),
)


def plan(
    action: CorporateAction = ACTION, previous: tuple[PlannedEntry, ...] = ()
) -> tuple[PlannedEntry, ...]:
    entries = [item.entry for item in previous]
    blocks = {item.entry.uid: item.fragments for item in previous}
    return plan_entries(action, entries, blocks, NOW, LINKS.host, links=LINKS, history=())


def published(language: str = "ja") -> list[bytes]:
    return [item.fragments[language] for item in plan()]


def parse(feed: bytes) -> Any:
    return Calendar.from_ical(feed)


def test_a_joined_feed_is_what_the_library_writes_itself() -> None:
    feed = join_feed(published(), name="配当, 東京; \\", language="ja")
    assert parse(feed).to_ical() == feed


def test_a_joined_feed_with_alarms_is_what_the_library_writes_itself() -> None:
    plain, ringing = (join_feed(published(), name="x", language="de", alarms=days) for days in ((), (7, 0)))
    calendar = parse(plain)
    for event in calendar.walk("VEVENT"):
        for trigger in (timedelta(hours=9), timedelta(hours=9) - timedelta(days=7)):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", "Ein Termin einer Ihrer Aktien steht bevor.")
            alarm.add("trigger", trigger)
            event.add_component(alarm)
    assert calendar.to_ical() == ringing


def test_a_cancelled_entry_rings_no_alarm() -> None:
    first = plan()
    gone = plan(replace(ACTION, status=Status.WITHDRAWN), first)
    assert len(gone) == 2
    feed = join_feed([item.fragments["en"] for item in gone], name="x", language="en", alarms=(1,))
    assert b"BEGIN:VALARM" not in feed


def test_the_head_of_a_feed_holds_what_clients_need_and_nothing_that_harms_them() -> None:
    head = join_feed([], name="Acme", language="en").decode()
    lines = head.replace("\r\n ", "").split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for line in (
        "NAME:Acme",
        "X-WR-CALNAME:Acme",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ):
        assert line in lines
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    assert names.isdisjoint({"UID", "METHOD", "SOURCE", "LAST-MODIFIED"})
    assert "nearest dates come first" in head.replace("\r\n ", "")


def test_a_feed_over_the_limit_keeps_the_nearest_entries() -> None:
    block = published()[0]
    nearest_first = [block.replace(b"UID:ca-1-record@", b"UID:ca-1-%06d@" % number) for number in range(2000)]
    feed = join_feed(nearest_first, name="x", language="ja")
    kept = {int(number) for number in re.findall(rb"UID:ca-1-([0-9]{6})@", feed)}
    assert FEED_LIMIT - len(block) - 20 < len(feed) <= FEED_LIMIT
    assert kept == set(range(len(kept)))


def test_the_order_of_a_feed_does_not_hang_on_today() -> None:
    blocks = published()
    assert join_feed(blocks, name="x", language="ja") == join_feed(blocks[::-1], name="x", language="ja")


def test_a_mailed_entry_has_method_and_organizer_and_a_downloaded_one_has_neither() -> None:
    block = published()[0]
    mailed = parse(single_entry(block, organizer="dates@example.org"))
    assert mailed["METHOD"] == "PUBLISH"
    assert mailed.walk("VEVENT")[0]["ORGANIZER"] == "mailto:dates@example.org"
    assert mailed.walk("VEVENT")[0]["UID"] == parse(single_entry(block)).walk("VEVENT")[0]["UID"]
    assert b"METHOD" not in single_entry(block)
    assert b"ORGANIZER" not in single_entry(block)


def test_lines_are_folded_at_75_octets_and_never_inside_a_character() -> None:
    feed = join_feed(published(), name="長い名前" * 40, language="ja")
    for line in feed.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
