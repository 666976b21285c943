from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from icalendar import Calendar

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.announcement import Amount, Issuer, Meeting
from calendar_service.model.codes import Basis, DateFlag, DateKind, EventType, Knowledge, Status
from calendar_service.model.records import StoredDocument
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.publish.ical import (
    PlannedEntry,
    join_feed,
    plan_entries,
    retire_entries,
    uid_of,
)
from calendar_service.publish.links import Links
from calendar_service.publish.words import LANGUAGES

LINKS = Links("https://dates.example.org")
HOST = "dates.example.org"
NOW = datetime(2026, 3, 2, 9, 0, 0, 5000, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SOURCE = StoredDocument("d1", "a.txt", "folder:a.txt", NOW, "read", url="https://ir.example.com/a.pdf")


def dividend(**changes: object) -> CorporateAction:
    quote = Evidence("holders of record on March 31, 2026", 10, 45, "record", document="d1")
    action = CorporateAction(
        id="ca-1",
        issuer_id="acme",
        issuer=Issuer("Acme Holdings Co., Ltd."),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.ANNOUNCED,
        dates=(
            EventDate(
                DateKind.LAST_CUM,
                date(2026, 3, 27),
                Basis.DERIVED,
                rule="two trading days before the record date",
                rule_source="JPX",
            ),
            EventDate(DateKind.RECORD, date(2026, 3, 31), evidence=quote),
            EventDate(DateKind.PAYMENT, date(2026, 6, 26)),
        ),
        revision=1,
        mic="XTKS",
        amount=Amount(Money(Decimal("13.50"), "JPY")),
        documents=("d1",),
    )
    return replace(action, **changes)  # type: ignore[arg-type]


class Calendars:
    """What a store keeps of one action's entries."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.blocks: dict[str, Mapping[str, bytes]] = {}
        self.history: list[Revision] = []

    def publish(
        self, action: CorporateAction, now: datetime = NOW, changes: Sequence[Change] = ()
    ) -> tuple[PlannedEntry, ...]:
        action = replace(action, revision=len(self.history) + 1)
        self.history.append(Revision(action.id, action.revision, now, tuple(changes), action))
        planned = plan_entries(
            action,
            list(self.entries.values()),
            self.blocks,
            now,
            HOST,
            links=LINKS,
            history=self.history,
            documents=(SOURCE,),
        )
        self.keep(planned)
        return planned

    def keep(self, planned: Sequence[PlannedEntry]) -> None:
        for item in planned:
            self.entries[item.entry.uid] = item.entry
            self.blocks[item.entry.uid] = item.fragments

    def event(self, kind: DateKind, language: str = "en") -> Any:
        block = self.blocks[uid_of("ca-1", kind, HOST)][language]
        feed: Any = Calendar.from_ical(join_feed([block], name="x", language=language))
        return feed.walk("VEVENT")[0]

    def entry(self, kind: DateKind) -> Entry:
        return self.entries[uid_of("ca-1", kind, HOST)]


def test_an_entry_tells_all_at_a_glance() -> None:
    kept = Calendars()
    kept.publish(dividend())
    event = kept.event(DateKind.RECORD)
    assert event["SUMMARY"] == "Acme Holdings Co., Ltd.: Record date – Cash dividend JPY 13.50 (announced)"
    assert event["UID"] == "ca-1-record@dates.example.org"
    assert event["DTSTART"].dt == date(2026, 3, 31)
    assert event["DTEND"].dt == date(2026, 4, 1)
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["URL"] == "https://dates.example.org/actions/ca-1#record"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert event["CATEGORIES"].to_ical() == b"Cash dividend,Record date,XTKS"
    assert sorted(event["RELATED-TO"]) == [
        "ca-1-last_cum@dates.example.org",
        "ca-1-payment@dates.example.org",
    ]
    description = str(event["DESCRIPTION"])
    assert "→ Record date: Tue, 31 Mar 2026 (stated)" in description
    assert "• Last day to buy: Fri, 27 Mar 2026 (derived by rule)" in description
    assert "Stated by the issuer: “holders of record on March 31, 2026”" in description
    assert description.endswith(
        "Page: https://dates.example.org/actions/ca-1\nSource: https://ir.example.com/a.pdf"
    )


def test_a_derived_date_names_its_rule_and_the_source_of_the_rule() -> None:
    kept = Calendars()
    kept.publish(dividend())
    description = str(kept.event(DateKind.LAST_CUM)["DESCRIPTION"])
    assert (
        "Derived by the rule: two trading days before the record date\nSource of the rule: JPX" in description
    )


def test_every_language_has_its_own_words() -> None:
    kept = Calendars()
    kept.publish(dividend())
    assert str(kept.event(DateKind.RECORD, "ja")["SUMMARY"]).endswith(
        "基準日 – 現金配当 13.50 JPY (発表済み)"
    )
    assert str(kept.event(DateKind.RECORD, "de")["SUMMARY"]).endswith(
        "Stichtag – Bardividende 13,50 JPY (angekündigt)"
    )
    assert set(kept.blocks["ca-1-record@dates.example.org"]) == set(LANGUAGES)


def test_publishing_twice_writes_nothing() -> None:
    kept = Calendars()
    kept.publish(dividend())
    assert kept.publish(dividend(), LATER) == ()


def test_a_moved_date_updates_the_same_entry_and_tells_what_changed() -> None:
    kept = Calendars()
    kept.publish(dividend())
    moved = (*dividend().dates[:2], EventDate(DateKind.PAYMENT, date(2026, 6, 29)))
    change = Change("dates.payment", "2026-06-26", "2026-06-29")
    planned = kept.publish(dividend(dates=moved), LATER, [change])
    assert {item.entry.kind for item in planned} == {DateKind.LAST_CUM, DateKind.RECORD, DateKind.PAYMENT}
    entry = kept.entry(DateKind.PAYMENT)
    assert (entry.day, entry.sequence, entry.changed_at) == (
        date(2026, 6, 29),
        1,
        LATER.replace(microsecond=0),
    )
    assert entry.created_at == NOW.replace(microsecond=0)
    event = kept.event(DateKind.PAYMENT)
    assert event["SEQUENCE"] == 1
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == LATER.replace(microsecond=0)
    assert event["CREATED"].dt == NOW.replace(microsecond=0)
    line = "Changed on Tue, 3 Mar 2026:\nPayment date: Fri, 26 Jun 2026 → Mon, 29 Jun 2026"
    assert line in str(event["DESCRIPTION"])


def test_another_source_alone_is_no_change() -> None:
    kept = Calendars()
    kept.publish(dividend())
    assert kept.publish(dividend(announcements=("d2.0",)), LATER, [Change("documents", "", "d2")]) == ()


def test_a_row_that_changed_without_its_text_is_saved_without_a_new_sequence() -> None:
    kept = Calendars()
    kept.publish(dividend())
    planned = kept.publish(dividend(issuer_id="acme-2"), LATER)
    assert {item.entry.issuer_id for item in planned} == {"acme-2"}
    assert {item.entry.sequence for item in planned} == {0}


def test_a_changed_clock_never_lets_stamps_fall() -> None:
    kept = Calendars()
    kept.publish(dividend())
    kept.publish(dividend(status=Status.CONFIRMED), NOW - timedelta(days=1))
    kept.publish(dividend(status=Status.COMPLETED), NOW - timedelta(days=1))
    entry = kept.entry(DateKind.RECORD)
    assert (entry.sequence, entry.changed_at) == (2, NOW.replace(microsecond=0) + timedelta(seconds=2))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.FORECAST, "TENTATIVE"),
        (Status.ANNOUNCED, "CONFIRMED"),
        (Status.SUBJECT_TO_APPROVAL, "TENTATIVE"),
        (Status.CONFIRMED, "CONFIRMED"),
        (Status.SUSPENDED, "TENTATIVE"),
        (Status.COMPLETED, "CONFIRMED"),
    ],
)
def test_the_calendar_status_follows_the_action(status: Status, expected: str) -> None:
    kept = Calendars()
    kept.publish(dividend(status=status))
    assert kept.event(DateKind.RECORD)["STATUS"] == expected


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (DateFlag.APPROXIMATE, "TENTATIVE"),
        (DateFlag.CONFLICTING, "TENTATIVE"),
        (DateFlag.PROVISIONAL, "TENTATIVE"),
        (DateFlag.ORDER_AMBIGUOUS, "TENTATIVE"),
        (DateFlag.YEAR_INFERRED, "CONFIRMED"),
    ],
)
def test_an_open_date_is_tentative_and_its_siblings_are_not(flag: DateFlag, expected: str) -> None:
    kept = Calendars()
    record, payment = dividend().dates[1:]
    kept.publish(dividend(dates=(record, replace(payment, flags=frozenset({flag})))))
    assert kept.event(DateKind.PAYMENT)["STATUS"] == expected
    assert kept.event(DateKind.RECORD)["STATUS"] == "CONFIRMED"


def test_a_withdrawn_action_leaves_tombstones_that_stay_as_they_are() -> None:
    kept = Calendars()
    kept.publish(dividend())
    kept.publish(dividend(status=Status.WITHDRAWN), LATER, [Change("status", "announced", "withdrawn")])
    event, entry = kept.event(DateKind.RECORD), kept.entry(DateKind.RECORD)
    assert str(event["SUMMARY"]).startswith("CANCELLED: Acme Holdings")
    assert event["STATUS"] == "CANCELLED"
    assert entry.removed_at == LATER.replace(microsecond=0)
    assert entry.sequence == 1
    again = kept.publish(
        dividend(status=Status.WITHDRAWN, notes=(Remark("seen again"),)), LATER + timedelta(days=3)
    )
    assert again == ()


def test_an_action_that_was_withdrawn_before_it_was_ever_shown_has_no_entries() -> None:
    assert Calendars().publish(dividend(status=Status.WITHDRAWN)) == ()


def test_a_date_that_went_away_is_crossed_out_and_comes_back_as_the_same_entry() -> None:
    kept = Calendars()
    kept.publish(dividend())
    record, payment = dividend().dates[1:]
    open_again = replace(payment, day=None, knowledge=Knowledge.UNKNOWN)
    kept.publish(dividend(dates=(record, open_again)), LATER)
    event = kept.event(DateKind.PAYMENT)
    assert str(event["SUMMARY"]).startswith("REMOVED: Acme Holdings Co., Ltd.: Payment date")
    assert event["STATUS"] == "CANCELLED"
    assert event["DTSTART"].dt == date(2026, 6, 26)
    assert kept.entry(DateKind.PAYMENT).removed_at == LATER.replace(microsecond=0)
    assert "Payment date: to be announced" in str(kept.event(DateKind.RECORD)["DESCRIPTION"])
    kept.publish(dividend(), LATER + timedelta(days=1))
    back = kept.entry(DateKind.PAYMENT)
    assert (back.uid, back.sequence, back.removed_at) == ("ca-1-payment@dates.example.org", 2, None)
    assert kept.event(DateKind.PAYMENT)["STATUS"] == "CONFIRMED"


def test_a_month_without_a_day_is_no_entry() -> None:
    kept = Calendars()
    june = EventDate(DateKind.PAYMENT, date(2026, 6, 1), knowledge=Knowledge.MONTH)
    kept.publish(dividend(dates=(dividend().dates[1], june)))
    assert set(kept.entries) == {"ca-1-record@dates.example.org"}
    assert "Payment date: June 2026, day to be announced" in str(kept.event(DateKind.RECORD)["DESCRIPTION"])


def test_a_held_action_that_was_never_published_has_no_entries() -> None:
    assert Calendars().publish(dividend(held=(Remark("two readings of a date"),))) == ()


def test_a_held_action_keeps_what_was_published_last_marked() -> None:
    kept = Calendars()
    kept.publish(dividend())
    doubtful = (*dividend().dates[:2], EventDate(DateKind.PAYMENT, date(2026, 7, 26)))
    kept.publish(dividend(dates=doubtful, held=(Remark("sources disagree"),)), LATER)
    event = kept.event(DateKind.PAYMENT)
    assert event["DTSTART"].dt == date(2026, 6, 26)
    assert event["STATUS"] == "TENTATIVE"
    assert str(event["SUMMARY"]).endswith("(on hold, being checked)")
    assert "On hold until a person has looked: Sources disagree." in str(event["DESCRIPTION"])
    assert "26 Jul 2026" not in str(event["DESCRIPTION"])
    kept.publish(dividend(dates=doubtful), LATER + timedelta(days=1))
    assert kept.event(DateKind.PAYMENT)["DTSTART"].dt == date(2026, 7, 26)
    assert kept.entry(DateKind.PAYMENT).sequence == 2


def test_a_meeting_with_a_time_is_given_in_utc_also_on_the_day_the_clocks_change() -> None:
    kept = Calendars()
    meeting = EventDate(DateKind.MEETING, date(2026, 3, 8), time=time(4), zone="America/New_York")
    kept.publish(dividend(dates=(meeting,), meeting=Meeting("AGM", "Main Hall\nNew York")))
    event = kept.event(DateKind.MEETING)
    assert event.get("DTSTART").to_ical() == b"20260308T080000Z"
    assert event.get("DTEND").to_ical() == b"20260308T090000Z"
    assert event["LOCATION"] == "Main Hall, New York"
    assert "When it ends is not announced; the calendar shows one hour." in str(event["DESCRIPTION"])
    assert kept.entry(DateKind.MEETING).day == date(2026, 3, 8)


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd", "UTC\x00"])
def test_a_time_without_a_known_zone_leaves_the_whole_day(zone: str | None) -> None:
    kept = Calendars()
    kept.publish(dividend(dates=(EventDate(DateKind.MEETING, date(2026, 6, 26), time=time(10), zone=zone),)))
    assert kept.event(DateKind.MEETING)["DTSTART"].dt == date(2026, 6, 26)


def test_an_offer_period_is_one_long_entry_and_its_deadline() -> None:
    kept = Calendars()
    window = EventDate(DateKind.OFFER_PERIOD, date(2026, 5, 1), last_day=date(2026, 5, 29))
    kept.publish(dividend(event_type=EventType.TENDER_OFFER, dates=(window,)))
    event = kept.event(DateKind.OFFER_PERIOD)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 5, 1), date(2026, 5, 30))
    deadline = kept.event(DateKind.EXPIRY)
    assert (deadline["DTSTART"].dt, deadline["DTEND"].dt) == (date(2026, 5, 29), date(2026, 5, 30))


def test_a_stated_deadline_is_not_given_twice() -> None:
    kept = Calendars()
    window = EventDate(DateKind.OFFER_PERIOD, date(2026, 5, 1), last_day=date(2026, 5, 29))
    election = EventDate(DateKind.ELECTION_DEADLINE, date(2026, 5, 27))
    kept.publish(dividend(event_type=EventType.TENDER_OFFER, dates=(window, election)))
    assert {entry.kind for entry in kept.entries.values()} == {
        DateKind.OFFER_PERIOD,
        DateKind.ELECTION_DEADLINE,
    }


def test_the_uid_survives_a_move_to_another_host() -> None:
    kept = Calendars()
    kept.publish(dividend())
    moved = plan_entries(
        dividend(status=Status.CONFIRMED),
        list(kept.entries.values()),
        kept.blocks,
        LATER,
        "other.example.net",
        links=LINKS,
        history=(),
    )
    assert {item.entry.uid for item in moved} == set(kept.entries)


@pytest.mark.parametrize("action_id", ["a b", "a\r\nX:y", "é", "a" * 200])
def test_an_id_that_would_break_a_uid_is_refused(action_id: str) -> None:
    with pytest.raises(ValueError, match="cannot be a calendar UID"):
        uid_of(action_id, DateKind.RECORD, HOST)


def test_a_merged_action_leaves_tombstones() -> None:
    kept = Calendars()
    kept.publish(dividend())
    gone = retire_entries(dividend(), list(kept.entries.values()), kept.blocks, LATER, HOST, links=LINKS)
    assert {item.entry.removed_at for item in gone} == {LATER.replace(microsecond=0)}
    assert {item.entry.sequence for item in gone} == {1}


def test_a_new_language_is_added_without_a_new_sequence() -> None:
    kept = Calendars()
    kept.publish(dividend())
    known = {uid: {"en": blocks["en"]} for uid, blocks in kept.blocks.items()}
    added = plan_entries(
        dividend(),
        list(kept.entries.values()),
        known,
        LATER,
        HOST,
        links=LINKS,
        history=kept.history,
        documents=(SOURCE,),
    )
    assert {item.entry.sequence for item in added} == {0}
    assert {item.entry.uid: item.fragments for item in added} == kept.blocks
