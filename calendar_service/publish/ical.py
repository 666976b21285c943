"""Calendar entries (RFC 5545, RFC 7986): planned when an action changes, rendered once, stored as fragments.

This is the only module that knows the icalendar library, and it loads it when the first entry is
rendered. A feed is a constant head, stored fragments and a foot, byte for byte what the library
itself would write. Times are written in UTC: the library's VTIMEZONE blocks give their onsets in
the wrong offset, and clients would be an hour off on the days on which clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from calendar_service.model.action import CorporateAction, Entry, Revision
from calendar_service.model.codes import DateKind
from calendar_service.model.records import StoredDocument
from calendar_service.model.values import EventDate
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.descriptions import (
    Story,
    calendar_status,
    clean_place,
    entry_description,
    entry_title,
    removed_description,
    removed_title,
    shown_dates,
    shown_state,
    start_of,
    tell_story,
)
from calendar_service.publish.links import Links
from calendar_service.publish.words import LANGUAGES, Words, words_for

PRODID = "-//calendar-service//calendar-service//EN"
FEED_LIMIT = 1_000_000  # bytes; Google loses entries of bigger feeds
MEETING_LENGTH = timedelta(hours=1)  # shown for a meeting, whose end nobody announces
TOMBSTONE_DAYS = 90
UID_LIMIT = 191  # characters; Proton's bound

_COLORS = {
    DateKind.LAST_CUM: "crimson",
    DateKind.EX: "darkorange",
    DateKind.RECORD: "steelblue",
    DateKind.RECORD_EFFECTIVE: "steelblue",
    DateKind.PAYMENT: "seagreen",
    DateKind.EFFECTIVE: "seagreen",
    DateKind.MEETING: "mediumpurple",
    DateKind.VOTING_RECORD: "mediumpurple",
    DateKind.REGISTRATION_DEADLINE: "crimson",
    DateKind.VOTE_DEADLINE: "crimson",
    DateKind.ELECTION_DEADLINE: "crimson",
    DateKind.EXPIRY: "crimson",
    DateKind.OFFER_PERIOD: "goldenrod",
    DateKind.DECLARATION: "gray",
}
_FOOT = b"END:VCALENDAR\r\n"
_EVENT_END = b"END:VEVENT\r\n"
_STAMPS = re.compile(rb"(?<=\r\n)(DTSTAMP|LAST-MODIFIED|SEQUENCE):[0-9TZ]+(?=\r\n)")

Fragments = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry to be saved with its VEVENT blocks by language."""

    entry: Entry
    fragments: dict[str, bytes]


def plan_entries(
    action: CorporateAction,
    previous: Sequence[Entry],
    previous_fragments: Mapping[str, Fragments],
    now: datetime,
    host: str,
    *,
    links: Links,
    history: Sequence[Revision],
    documents: Sequence[StoredDocument] = (),
    languages: Sequence[str] = LANGUAGES,
) -> tuple[PlannedEntry, ...]:
    """The entries to save after an action changed; none where nothing that is shown changed.

    `previous` are the action's entries as stored, tombstones included, and `previous_fragments`
    their blocks by uid and language. `history` holds the action's revisions, oldest first, this one
    included; `documents` the sources of the action. `now` is an aware instant.

    SEQUENCE rises and the stamps move exactly when a block says something new. A date that went
    away and an action that is over leave tombstones; a held action keeps what was published last,
    marked, and one that was never published has no entries.
    """
    shown = shown_state(action, history)
    if shown is None:
        return ()
    story = tell_story(shown, links, history, documents)
    dates = {item.kind: item for item in shown_dates(shown)}
    earlier = {entry.kind: entry for entry in previous}
    entries = [
        _draft_entry(shown, item, earlier.get(kind), now, host)
        for kind, item in dates.items()
        if kind in earlier or not shown.status.is_over
    ]
    entries += [_bury_entry(entry, shown, now) for kind, entry in earlier.items() if kind not in dates]
    uids = tuple(entry.uid for entry in entries)
    planned = [
        _settle_entry(
            entry,
            earlier.get(entry.kind),
            story,
            uids=uids,
            stored=previous_fragments,
            now=now,
            languages=languages,
        )
        for entry in entries
    ]
    return tuple(item for item in planned if item is not None)


def retire_entries(
    action: CorporateAction,
    previous: Sequence[Entry],
    previous_fragments: Mapping[str, Fragments],
    now: datetime,
    host: str,
    *,
    links: Links,
) -> tuple[PlannedEntry, ...]:
    """Tombstones for all entries of an action that is no more (it was merged into another)."""
    emptied = replace(action, dates=(), held=())
    return plan_entries(emptied, previous, previous_fragments, now, host, links=links, history=())


def uid_of(action_id: str, kind: DateKind, host: str) -> str:
    """The identity of an entry: no date in it, so that a moved date updates the same entry."""
    uid = f"{action_id}-{kind.value}@{host}"
    if not re.fullmatch(r"[A-Za-z0-9._~@-]+", uid) or len(uid) > UID_LIMIT:
        raise ValueError(
            f"{uid!r} cannot be a calendar UID: ASCII without spaces, at most {UID_LIMIT} characters"
        )
    return uid


def _draft_entry(
    action: CorporateAction, item: EventDate, before: Entry | None, now: datetime, host: str
) -> Entry:
    """The entry as it should be, with the stamps that it had."""
    if item.day is None:
        raise ValueError(f"a {item.kind} date without a day cannot be an entry")
    second = now.astimezone(UTC).replace(microsecond=0)
    buried = (before.removed_at or second) if before and action.status.is_over else None
    return Entry(
        uid=before.uid if before else uid_of(action.id, item.kind, host),
        action_id=action.id,
        issuer_id=action.issuer_id,
        kind=item.kind,
        event_type=action.event_type,
        status=action.status,
        day=item.day,
        last_day=max(item.last_day or item.day, item.day),
        sequence=before.sequence if before else 0,
        created_at=before.created_at if before else second,
        changed_at=before.changed_at if before else second,
        mic=action.mic,
        removed_at=buried,
    )


def _bury_entry(entry: Entry, action: CorporateAction, now: datetime) -> Entry:
    second = now.astimezone(UTC).replace(microsecond=0)
    return replace(entry, status=action.status, removed_at=entry.removed_at or second)


def _settle_entry(
    draft: Entry,
    before: Entry | None,
    story: Story,
    *,
    uids: tuple[str, ...],
    stored: Mapping[str, Fragments],
    now: datetime,
    languages: Sequence[str],
) -> PlannedEntry | None:
    """Decides whether the entry says something new, and stamps it if so. None where nothing is to be saved."""
    old = stored.get(draft.uid, {}) if before else {}
    if before and before.removed_at and draft.removed_at and all(language in old for language in languages):
        return None  # a tombstone stays as it was written
    drawn = {language: render_fragment(draft, story, language, uids) for language in languages}
    if before is None:
        return PlannedEntry(draft, drawn)
    if all(old.get(language) in (None, block) for language, block in drawn.items()) and old:
        fresh = any(language not in old for language in drawn)
        return PlannedEntry(draft, drawn) if fresh or draft != before else None
    # Stamps have whole seconds: two changes within one still get different ones, and a clock that
    # was set back never lets a newer state look older.
    second = now.astimezone(UTC).replace(microsecond=0)
    stamped = max(second, before.changed_at + timedelta(seconds=1))
    entry = replace(draft, sequence=before.sequence + 1, changed_at=stamped)
    return PlannedEntry(entry, {language: _restamp(block, entry) for language, block in drawn.items()})


def _restamp(block: bytes, entry: Entry) -> bytes:
    moment = f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
    values = {b"DTSTAMP": moment, b"LAST-MODIFIED": moment, b"SEQUENCE": b"%d" % entry.sequence}
    return _STAMPS.sub(lambda found: found[1] + b":" + values[found[1]], block)


def render_fragment(entry: Entry, story: Story, language: str, siblings: Iterable[str] = ()) -> bytes:
    """The VEVENT block of an entry in one language, CRLF line ends, folded at 75 octets."""
    from icalendar import Event

    words = words_for(language)
    item = next((date for date in shown_dates(story.action) if date.kind is entry.kind), None)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("created", entry.created_at)
    _add_texts(event, entry, item, story, words)
    _add_times(event, entry, item)
    event.add("categories", _categories_of(entry, words))
    event.add("url", story.links.date(entry.action_id, entry.kind))
    event.add("class", "PUBLIC")
    event.add("transp", "TRANSPARENT")
    event.add("color", _COLORS[entry.kind])
    event.add("refid", entry.action_id)
    for uid in sorted(set(siblings) - {entry.uid}):
        event.add("related-to", uid, parameters={"RELTYPE": "SIBLING"})
    return bytes(event.to_ical())


def _add_texts(event: Any, entry: Entry, item: EventDate | None, story: Story, words: Words) -> None:
    """SUMMARY, DESCRIPTION, STATUS and LOCATION."""
    if item is None:
        event.add("summary", removed_title(story, entry.kind, words))
        event.add("description", removed_description(story, entry.kind, words))
        event.add("status", "CANCELLED")
        return
    event.add("summary", entry_title(story, item, words))
    event.add("description", entry_description(story, item, words))
    event.add("status", calendar_status(story.action, item))
    place = clean_place(story.action) if entry.kind is DateKind.MEETING else ""
    if place:
        event.add("location", place)


def _add_times(event: Any, entry: Entry, item: EventDate | None) -> None:
    start = start_of(item) if item else None
    if start is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.last_day + timedelta(days=1))  # DTEND is exclusive
        return
    event.add("dtstart", start)
    event.add("dtend", start + MEETING_LENGTH)


def _categories_of(entry: Entry, words: Words) -> list[str]:
    named = [words.event_type(entry.event_type), words.kind(entry.kind)]
    return [*named, entry.mic] if entry.mic else named


def join_feed(
    fragments: Iterable[bytes],
    *,
    name: str,
    language: str,
    alarms: Sequence[int] = (),
    limit: int = FEED_LIMIT,
) -> bytes:
    """A whole feed out of rendered blocks, byte for byte what icalendar writes for the same entries.

    `fragments` come with the nearest date first: those that would lift the feed over `limit` bytes
    are left out, farthest first, which the feed's constant DESCRIPTION announces. What stays is put
    in an order that does not hang on today, so that an unchanged feed keeps its bytes. `alarms` are
    lead times in days; none means no alarms.
    """
    head = _feed_head(clean_line(name, 120) or "calendar-service", words_for(language).language)
    room = limit - len(head) - len(_FOOT)
    kept = []
    for block in _add_alarms(fragments, alarms, language):
        room -= len(block)
        if room < 0:
            break
        kept.append(block)
    kept.sort()
    return b"".join([head, *kept, _FOOT])


def single_entry(fragment: bytes, *, organizer: str = "") -> bytes:
    """One entry as a file of its own: for download, or for a mail when `organizer` (an address) is given.

    A mailed entry carries METHOD:PUBLISH, which wants an ORGANIZER (RFC 5546 3.2.1); a file that is
    opened or subscribed to carries neither, since some clients take it for an invitation otherwise.
    """
    head = _entry_head(bool(organizer))
    if organizer:
        fragment = fragment.replace(b"\r\nUID:", _organizer_line(organizer) + b"\r\nUID:", 1)
    return head + fragment + _FOOT


@lru_cache(maxsize=512)
def _feed_head(name: str, language: str) -> bytes:
    """Everything ahead of the first entry. No calendar UID (it merges all entries into one in
    vdirsyncer), no METHOD, no SOURCE (it would hand a secret link on), nothing that changes by itself.
    """
    words = words_for(language)
    calendar = _new_calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("color", "steelblue")
    calendar.add("x-apple-calendar-color", "#4682B4")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    said = words.say(
        "Dates of corporate actions. A feed holds at most {limit} bytes, since some calendars lose entries"
        " of bigger ones: the nearest dates come first, the farthest are left out.",
        limit=f"{FEED_LIMIT:,}",
    )
    calendar.add("description", said)
    calendar.add("x-wr-caldesc", said)
    return bytes(calendar.to_ical()).removesuffix(_FOOT)


@lru_cache(maxsize=2)
def _entry_head(published: bool) -> bytes:
    calendar = _new_calendar()
    if published:
        calendar.add("method", "PUBLISH")
    return bytes(calendar.to_ical()).removesuffix(_FOOT)


def _new_calendar() -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    return calendar


@lru_cache(maxsize=64)
def _organizer_line(address: str) -> bytes:
    from icalendar import Event

    event = Event()
    event.add("organizer", f"mailto:{clean_line(address, 254)}")
    return b"\r\n" + bytes(event.to_ical()).split(b"\r\n", 1)[1].removesuffix(b"\r\n" + _EVENT_END)


def _add_alarms(fragments: Iterable[bytes], alarms: Sequence[int], language: str) -> Iterable[bytes]:
    if not alarms:
        return fragments
    days = tuple(sorted(set(alarms)))
    whole_day, timed = _alarm_blocks(days, language, timed=False), _alarm_blocks(days, language, timed=True)
    return (
        block
        if b"\r\nSTATUS:CANCELLED\r\n" in block
        else block.removesuffix(_EVENT_END)
        + (whole_day if b"\r\nDTSTART;VALUE=DATE:" in block else timed)
        + _EVENT_END
        for block in fragments
    )


@lru_cache(maxsize=256)
def _alarm_blocks(days: tuple[int, ...], language: str, *, timed: bool) -> bytes:
    """DISPLAY alarms so many days ahead: at nine in the morning for whole days, else at the entry's
    own hour, and one hour ahead on the day itself. Readers drop alarms without DESCRIPTION or TRIGGER.
    """
    from icalendar import Alarm

    blocks = []
    for count in days:
        ahead = timedelta(days=count)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", words_for(language).say("A date of one of your shares is near."))
        alarm.add("trigger", -(ahead or timedelta(hours=1)) if timed else timedelta(hours=9) - ahead)
        blocks.append(bytes(alarm.to_ical()))
    return b"".join(blocks)
