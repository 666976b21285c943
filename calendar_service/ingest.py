"""The use case "an announcement comes in": raw document -> what it says -> actions -> entries.

Everything that one document changes is written in one transaction, so that a crash leaves either
nothing or all of it, and the same document can simply be read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calendar_service.errors import NotFoundError, UnreadableError
from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Announcement, Reading
from calendar_service.model.codes import NoticeFunction
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.ports import Clock, Market, Publisher, Reader, Store, Unit
from calendar_service.model.provenance import attribute
from calendar_service.model.reconcile import differences, reconcile
from calendar_service.model.reconcile.lifecycle import LONGEST_WAIT
from calendar_service.model.records import Correction, StoredAnnouncement

SETTLED_UNTIL = "settled_until"
FIRST_DAY = date(1900, 1, 1)
ONE_DAY = timedelta(days=1)
# It may be tomorrow where a notice was written, and it may be dated for the morning after.
ZONES = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one document: read, no_action, rejected or unchanged; and the ids of the actions it changed."""

    document_id: str
    name: str
    outcome: str
    reason: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports that both use cases of this module work with."""

    store: Store
    reader: Reader
    market: Market
    publisher: Publisher
    clock: Clock


def ingest(document: RawDocument, desk: Desk) -> Ingested:
    """Read a document and bring every action that it speaks of up to date; the same bytes again change nothing.

    What could not be read is tried again: time may have run out, or a fault of ours may be mended by now.
    """
    with desk.store.read() as unit:
        known = unit.documents.find(document.id)
    if known is not None and known.outcome != "rejected":
        return Ingested(known.id, document.name, "unchanged", f"already read on {known.fetched_at:%Y-%m-%d}")
    try:
        text, reading = desk.reader.read(document)
    except UnreadableError as error:
        return reject(document, str(error), desk)
    return _store_reading(document, text, reading, desk)


def reject(document: RawDocument, reason: str, desk: Desk) -> Ingested:
    """Keep a document that could not be read, with the reason, so that a person can look at it."""
    with desk.store.begin() as unit:
        stored = unit.documents.add(document, None, None, reason)
    return Ingested(stored.id, document.name, stored.outcome, reason)


def correct(correction: Correction, desk: Desk) -> tuple[str, ...]:
    """Remember what a person decided and apply it. Returns the ids of the actions that changed.

    Raises NotFoundError where a merge names no other action of the same issuer; nothing is remembered then.
    """
    with desk.store.begin() as unit:
        issuer_id = unit.actions.add_correction(correction)
        if correction.field == "merge":
            _check_merge(correction, issuer_id, unit)
        return _settle(unit, issuer_id, f"person:{correction.by}", desk)


def _check_merge(correction: Correction, issuer_id: str, unit: Unit) -> None:
    other = unit.actions.find(correction.value)
    if other is None or other.id not in {action.id for action in unit.actions.of_issuer(issuer_id)}:
        raise NotFoundError(
            f"{correction.value} is no action of the same issuer, so the two cannot be one; if one company goes by "
            "two names, give both in the file of issuers (`reading.issuers` in the configuration)."
        )


def settle(issuer_ids: Iterable[str], desk: Desk) -> tuple[str, ...]:
    """Bring actions up to date with the calendar: what is over is completed. Returns the ids that changed."""
    changed: list[str] = []
    for issuer_id in issuer_ids:
        with desk.store.begin() as unit:
            changed.extend(_settle(unit, issuer_id, "calendar", desk))
    return tuple(changed)


def settle_until_today(desk: Desk) -> tuple[str, ...]:
    """Settle the issuers of dates and windows that ended since this was last done, and of those after
    which a payment date was awaited in vain; cheap when there are none. Days are those of UTC.
    """
    today = desk.clock.now().date()
    with desk.store.read() as unit:
        since = date.fromisoformat(unit.get_state(SETTLED_UNTIL) or FIRST_DAY.isoformat())
        passed = {
            entry.issuer_id
            for wait in (timedelta(0), LONGEST_WAIT)
            for entry in unit.entries.ended_between(since - wait, today - ONE_DAY - wait)
        }
    changed = settle(sorted(passed), desk)
    if since < today:
        with desk.store.begin() as unit:
            unit.set_state(SETTLED_UNTIL, today.isoformat())
    return changed


def _store_reading(document: RawDocument, text: Text, reading: Reading, desk: Desk) -> Ingested:
    now = desk.clock.now()
    reading = attribute(reading, document.id)
    with desk.store.begin() as unit:
        stored = unit.documents.add(document, text, reading, reading.reason)
        issuers: dict[str, str] = {}
        for ordinal, announcement in enumerate(reading.announcements):
            issuer_id = unit.actions.match_issuer(announcement)
            doubts = (unit.actions.doubt_issuer(announcement), _doubt_day(announcement, now.date()))
            announcement = replace(  # noqa: PLW2901
                announcement, doubts=(*announcement.doubts, *filter(None, doubts))
            )
            known = StoredAnnouncement(
                f"{document.id}.{ordinal}", document.id, issuer_id, now, document.origin, announcement
            )
            unit.actions.add_announcement(known)
            issuers.setdefault(issuer_id, known.id)
        changed = [
            action_id
            for issuer_id, cause in issuers.items()
            for action_id in _settle(unit, issuer_id, cause, desk)
        ]
    return Ingested(stored.id, document.name, stored.outcome, stored.reason, tuple(changed))


def _doubt_day(announcement: Announcement, today: date) -> str:
    """Why the day of a notice that changes or ends an action cannot be believed, in words; else empty.

    The newest word counts: one that is dated ahead would stand against whatever the issuer says until then.
    """
    day = announcement.announced
    if (
        day is None
        or day <= today + ZONES
        or announcement.function in {NoticeFunction.NEW, NoticeFunction.REMIND}
    ):
        return ""
    return f"It is dated {day}, after the day on which it came in ({today})."


def _settle(unit: Unit, issuer_id: str, cause: str, desk: Desk) -> tuple[str, ...]:
    """Reconcile one issuer's announcements anew and write each action that is not as it was."""
    now = desk.clock.now()
    existing = {action.id: action for action in unit.actions.of_issuer(issuer_id)}
    outcome = reconcile(
        unit.actions.announcements_of(issuer_id),
        unit.actions.corrections(issuer_id),
        tuple(existing.values()),
        now.date(),
    )
    for loser, winner in outcome.merged.items():
        unit.actions.redirect(loser, winner)
        desk.publisher.retire(unit, existing[loser], now)
    changed = []
    for action in outcome.actions:
        dates, notes = desk.market.derive(action)
        complete = replace(action, dates=dates, notes=(*action.notes, *notes))
        if _save(unit, existing.get(action.id), complete, cause, now):
            desk.publisher.publish(unit, complete, now)
            changed.append(action.id)
    return tuple(changed)


def _save(unit: Unit, old: CorporateAction | None, new: CorporateAction, cause: str, now: datetime) -> bool:
    """Append a revision where the action is not as it was. Whether it was written."""
    if old is None:  # an id that was merged away and is split off again has a history to go on with
        old = next((revision.action for revision in reversed(unit.actions.revisions(new.id))), None)
    elif replace(new, revision=old.revision) == old:
        return False
    number = old.revision + 1 if old is not None else 1
    revised = replace(new, revision=number)
    unit.actions.save(Revision(new.id, number, now, differences(old, revised), revised, cause))
    return True
