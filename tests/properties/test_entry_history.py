"""Any sequence of revisions keeps entries stable, and no text from outside forges anything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.announcement import Amount, Issuer, Meeting
from calendar_service.model.codes import Basis, DateFlag, DateKind, EventType, Knowledge, Status
from calendar_service.model.records import StoredDocument
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.publish.ical import join_feed, plan_entries, single_entry
from calendar_service.publish.links import Links

LINKS = Links("https://dates.example.org")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
SETTABLE = re.compile(rb"(?m)^(DTSTAMP|LAST-MODIFIED|SEQUENCE):.*\r\n")
KNOWN = {
    "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CATEGORIES", "CLASS", "COLOR", "CREATED",
    "DESCRIPTION", "LAST-MODIFIED", "LOCATION", "REFID", "RELATED-TO", "STATUS", "TRANSP", "URL",
}  # fmt: skip
# Everything that a decoder may hand over: control characters, bidi overrides, lone surrogates, private use.
HOSTILE = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(
        st.sampled_from(
            [
                "\r\n",
                "\n",
                "\r",
                "\x00",
                "\x07",
                "\x85",
                "\u2028",
                "\u202e",
                "�",
                "\ufeff",
                ";",
                ",",
                "\\",
                ":",
                '"',
                "END:VEVENT",
                "BEGIN:VALARM",
                "UID:x",
                "DTSTART:19700101",
                "ATTACH:file:///",
                "\\n",
                "=!manage!",
                "{x}",
                "%s",
            ]
        ),
        max_size=12,
    ).map("".join),
    st.just("x" * 10_000),
)


@st.composite
def event_dates(draw: st.DrawFn) -> tuple[EventDate, ...]:
    kinds = draw(st.lists(st.sampled_from(DateKind), unique=True, max_size=4))
    return tuple(draw(event_date(kind)) for kind in kinds)


@st.composite
def event_date(draw: st.DrawFn, kind: DateKind) -> EventDate:
    knowledge = draw(st.sampled_from([Knowledge.KNOWN] * 4 + [Knowledge.UNKNOWN, Knowledge.MONTH]))
    day = None if knowledge is Knowledge.UNKNOWN else draw(st.dates(date(2025, 1, 1), date(2027, 12, 1)))
    window = kind is DateKind.OFFER_PERIOD and day is not None
    return EventDate(
        kind,
        day,
        draw(st.sampled_from(Basis)),
        knowledge,
        frozenset(draw(st.sets(st.sampled_from(DateFlag), max_size=1))),
        last_day=day + timedelta(days=draw(st.integers(0, 40))) if window and day else None,
        time=draw(st.none() | st.just(time(10))) if kind is DateKind.MEETING else None,
        zone=draw(st.sampled_from(["Asia/Tokyo", "America/New_York", "Nowhere/Town"])),
    )


STATES = st.tuples(
    st.sampled_from(Status),
    event_dates(),
    st.sampled_from([(), (), (Remark("sources disagree"),)]),
    st.sampled_from(["1.00", "1.0", "2"]),
    st.integers(-5, 200_000),
)
BASE = CorporateAction("ca-7", "acme", Issuer("Acme"), EventType.CASH_DIVIDEND, Status.ANNOUNCED, ())


def content_of(blocks: dict[str, bytes]) -> dict[str, bytes]:
    return {language: SETTABLE.sub(b"", block) for language, block in blocks.items()}


@settings(max_examples=40, deadline=None)
@given(st.lists(STATES, min_size=1, max_size=6))
def test_sequence_and_stamps_move_exactly_with_the_content(states: list[Any]) -> None:
    now, history = START, list[Revision]()
    entries: dict[str, Entry] = {}
    blocks: dict[str, dict[str, bytes]] = {}
    for number, (status, dates, held, amount, seconds) in enumerate(states, start=1):
        now += timedelta(seconds=seconds)
        action = replace(
            BASE,
            status=status,
            dates=dates,
            held=held,
            revision=number,
            amount=Amount(Money(Decimal(amount), "USD")),
        )
        history.append(Revision("ca-7", number, now, (Change("status", "", status),), action))
        planned = plan_entries(
            action, list(entries.values()), blocks, now, LINKS.host, links=LINKS, history=history
        )
        uids = [item.entry.uid for item in planned]
        assert len(set(uids)) == len(uids)
        for item in planned:
            check_step(item.entry, item.fragments, entries, blocks)
        entries.update({item.entry.uid: item.entry for item in planned})
        blocks.update({item.entry.uid: item.fragments for item in planned})
        assert {entry.uid for entry in entries.values()} == {
            f"ca-7-{entry.kind}@dates.example.org" for entry in entries.values()
        }
        again = plan_entries(
            action, list(entries.values()), blocks, now, LINKS.host, links=LINKS, history=history
        )
        assert again == ()


def check_step(
    entry: Entry, drawn: dict[str, bytes], entries: dict[str, Entry], blocks: dict[str, dict[str, bytes]]
) -> None:
    """One saved entry against what was there before it."""
    before = entries.get(entry.uid)
    event: Any = Calendar.from_ical(single_entry(drawn["en"]))
    event = event.walk("VEVENT")[0]
    assert event["SEQUENCE"] == entry.sequence
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == entry.changed_at
    assert event["DTEND"].dt > event["DTSTART"].dt
    if before is None:
        assert (entry.sequence, entry.removed_at) == (0, None)
    elif content_of(drawn) == content_of(blocks[entry.uid]):
        assert (entry.sequence, entry.changed_at) == (before.sequence, before.changed_at)
    else:
        assert entry.sequence == before.sequence + 1
        assert entry.changed_at > before.changed_at
    if before is not None:
        assert entry.created_at == before.created_at


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_never_forges_a_property(name: str, quote: str, note: str, url: str) -> None:
    evidence = Evidence(quote, 0, len(quote), note, document="d1")
    action = replace(
        BASE,
        issuer=Issuer(name),
        security=note,
        period=quote,
        amount=Amount(Money(Decimal(1), name), per=note),
        dates=(
            EventDate(DateKind.RECORD, date(2026, 3, 31), evidence=evidence, note=Remark(note)),
            EventDate(
                DateKind.MEETING,
                date(2026, 6, 26),
                Basis.DERIVED,
                rule=quote,
                rule_source=url,
                zone=name,
                time=time(9),
            ),
        ),
        meeting=Meeting(name, quote, url),
        notes=(Remark(note), remark("{name}", name=name)),
    )
    document = StoredDocument("d1", name, "folder", START, "read", url=url, title=quote)
    planned = plan_entries(action, (), {}, START, LINKS.host, links=LINKS, history=(), documents=(document,))
    assert len(planned) == 2
    for language in ("en", "ja", "de"):
        feed = join_feed([item.fragments[language] for item in planned], name=name, language=language)
        check_feed(feed, {item.entry.uid for item in planned})


def check_feed(feed: bytes, uids: set[str]) -> None:
    text = feed.decode()
    assert not re.search(
        "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", text
    )
    assert "\r" not in text.replace("\r\n", "")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line) for line in feed.split(b"\r\n")) <= 75
    calendar: Any = Calendar.from_ical(feed)
    assert calendar.to_ical() == feed
    events = calendar.walk("VEVENT")
    assert {str(event["UID"]) for event in events} == uids
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT", "VEVENT"]
    for event in events:
        assert set(event.keys()) <= KNOWN
        assert len(event["SUMMARY"]) <= 250
        assert len(event["DESCRIPTION"]) <= 3000
        assert not event.errors
