"""The use case "an announcement comes in": raw document -> what it says -> actions -> entries.

Everything that one document changes is written in one transaction, so that a crash leaves either
nothing or all of it, and the same document can simply be read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from calendar_service.model.reconcile.rereading import is_better, name_announcements
from calendar_service.model.records import Correction, StoredAnnouncement
from calendar_service.model.remarks import Remark, join, remark, remark_of

SETTLED_UNTIL = "settled_until"
FIRST_DAY = date(1900, 1, 1)
NOT_SAID = remark("This was a misreading: its document was read again, and does not announce it.")
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


def ingest(document: RawDocument, desk: Desk, *, again: bool = False) -> Ingested:
    """Read a document and bring every action that it speaks of up to date; the same bytes again change nothing.

    What could not be read is tried again: time may have run out, or a fault of ours may be mended by now.
    With `again`, whatever was read is read anew. The same bytes from a better source raise the word of
    what they announced.
    """
    with desk.store.read() as unit:
        known = unit.documents.find(document.id)
    if known is not None and known.outcome != "rejected" and not again:
        if is_better(document.origin, known.origin):
            return _raise_origin(document, desk)
        return Ingested(known.id, document.name, "unchanged", f"already read on {known.fetched_at:%Y-%m-%d}")
    try:
        text, reading = desk.reader.read(document)
    except UnreadableError as error:
        return reject(document, remark_of(error), desk)
    return _store_reading(document, text, reading, desk, again=again)


def reject(document: RawDocument, reason: Remark, desk: Desk) -> Ingested:
    """Keep a document that could not be read, with the reason, so that a person can look at it.

    Where it was read before, that stays as it is.
    """
    with desk.store.begin() as unit:
        stored = unit.documents.add(document, None, None, reason)
    if stored.outcome != "rejected":
        reason = join([reason, remark("What was read of it before stays.")])
    return Ingested(stored.id, document.name, "rejected", str(reason))


def correct(correction: Correction, desk: Desk) -> tuple[str, ...]:
    """Remember what a person decided and apply it. Returns the ids of the actions that changed.

    Raises NotFoundError where a merge names no other action of the same issuer; nothing is remembered then.
    """
    with desk.store.begin() as unit:
        issuer_id = unit.actions.add_correction(correction)
        if correction.field == "merge":
            _check_merge(correction, issuer_id, unit)
        return _settle(unit, issuer_id, f"person:{correction.by}", desk, why=correction.why)


def _check_merge(correction: Correction, issuer_id: str, unit: Unit) -> None:
    other = unit.actions.find(correction.value)
    if other is None or other.id not in {action.id for action in unit.actions.of_issuer(issuer_id)}:
        raise NotFoundError(
            f"{correction.value} is no action of the same issuer, so the two cannot be one; if one company goes by "
            "two names, `calendar-service issuers merge` takes both for one."
        )


def merge_issuers(decision: Correction, desk: Desk) -> tuple[str, ...]:
    """Take two issuers for one, as a person decided (`target` into `value`). Returns the ids of the actions that changed.

    Raises NotFoundError for an unknown issuer, ConflictError where they are one already or cannot be.
    """
    with desk.store.begin() as unit:
        _, issuer_id = unit.actions.merge_issuers(decision)
        return _settle(unit, issuer_id, f"person:{decision.by}", desk, why=decision.why)


def split_issuer(decision: Correction, desk: Desk) -> tuple[str, ...]:
    """Part an issuer (`target`) from the one that it was taken for. Returns the ids of the actions that changed.

    Raises NotFoundError for an unknown issuer, ConflictError for one that was not merged.
    """
    with desk.store.begin() as unit:
        both = unit.actions.split_issuer(decision)
        return _settle_all(unit, dict.fromkeys(both, f"person:{decision.by}"), desk, why=decision.why)


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


def _store_reading(
    document: RawDocument, text: Text, reading: Reading, desk: Desk, *, again: bool = False
) -> Ingested:
    now = desk.clock.now()
    reading = attribute(reading, document.id)
    with desk.store.begin() as unit:
        stored = unit.documents.add(document, text, reading, reading.reason, again=again)
        origin = stored.origin
        if is_better(document.origin, origin):
            origin = document.origin
            unit.documents.raise_origin(stored.id, origin, document.url)
        before = unit.actions.announcements_in(document.id)
        came_in = min((known.known_at for known in before), default=now).date()
        said: list[tuple[str, Announcement]] = []
        for announcement in reading.announcements:
            issuer_id = unit.actions.match_issuer(announcement)
            doubts = (unit.actions.doubt_issuer(announcement), _doubt_day(announcement, came_in))
            doubted = replace(announcement, doubts=(*announcement.doubts, *filter(None, doubts)))
            said.append((issuer_id, doubted))
        issuers: dict[str, str] = {}
        names = name_announcements(document.id, said, before, unit.actions.find)
        for name, (issuer_id, announcement) in zip(names, said, strict=True):
            unit.actions.add_announcement(
                StoredAnnouncement(name, document.id, issuer_id, now, origin, announcement)
            )
            issuers.setdefault(issuer_id, name)
        unit.actions.remove_announcements({known.id for known in before} - set(names))
        # Those of the new announcements first: an action whose issuer was misread goes over to the right one.
        for known in before:
            issuers.setdefault(known.issuer_id, known.id)
        changed = _settle_all(unit, issuers, desk)
    return Ingested(stored.id, document.name, stored.outcome, str(stored.reason or ""), changed)


def _raise_origin(document: RawDocument, desk: Desk) -> Ingested:
    """Let what a document announced count as said by the better source that it has come from now."""
    with desk.store.begin() as unit:
        unit.documents.raise_origin(document.id, document.origin, document.url)
        issuers: dict[str, str] = {}
        for known in unit.actions.announcements_in(document.id):
            unit.actions.add_announcement(replace(known, origin=document.origin))
            issuers.setdefault(known.issuer_id, known.id)
        changed = _settle_all(unit, issuers, desk)
    reason = "already read; now it comes from a better source"
    return Ingested(document.id, document.name, "unchanged", reason, changed)


def _settle_all(unit: Unit, issuers: Mapping[str, str], desk: Desk, *, why: str = "") -> tuple[str, ...]:
    """Settle issuers, each with its cause. The ids of the actions that changed, each once."""
    settled = [
        action_id
        for issuer_id, cause in issuers.items()
        for action_id in _settle(unit, issuer_id, cause, desk, why=why)
    ]
    return tuple(dict.fromkeys(settled))


def _doubt_day(announcement: Announcement, today: date) -> Remark | None:
    """Why the day of a notice that changes or ends an action cannot be believed; else None.

    The newest word counts: one that is dated ahead would stand against whatever the issuer says until then.
    """
    day = announcement.announced
    if (
        day is None
        or day <= today + ZONES
        or announcement.function in {NoticeFunction.NEW, NoticeFunction.REMIND}
    ):
        return None
    return remark("It is dated {day}, after the day on which it came in ({today}).", day=day, today=today)


def _settle(unit: Unit, issuer_id: str, cause: str, desk: Desk, *, why: str = "") -> tuple[str, ...]:
    """Reconcile one issuer's announcements anew and write each action that is not as it was.

    `why` is the reason of the person who caused it.
    """
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
    kept = {action.id for action in outcome.actions} | outcome.merged.keys()
    for action_id in sorted(existing.keys() - kept):
        _put_away(unit, existing[action_id], cause, desk)
        changed.append(action_id)
    for action in outcome.actions:
        dates, notes = desk.market.derive(action)
        complete = replace(action, dates=dates, notes=(*action.notes, *notes))
        if _save(unit, existing.get(action.id), complete, cause, now, why=why):
            desk.publisher.publish(unit, complete, now)
            changed.append(action.id)
    return tuple(changed)


def _put_away(unit: Unit, action: CorporateAction, cause: str, desk: Desk) -> None:
    """Take an action out of the calendar that no announcement makes any more: who was told of a date hears of it."""
    now = desk.clock.now()
    bare = replace(action, dates=(), announcements=(), held=(), evidence=(), notes=(NOT_SAID,))
    _save(unit, action, bare, cause, now)
    desk.publisher.publish(unit, replace(bare, revision=action.revision + 1), now)
    unit.actions.put_away(action.id)


def _save(
    unit: Unit,
    old: CorporateAction | None,
    new: CorporateAction,
    cause: str,
    now: datetime,
    *,
    why: str = "",
) -> bool:
    """Append a revision where the action is not as it was. Whether it was written."""
    if old is None:  # an id that was merged away and is split off again has a history to go on with
        old = next((revision.action for revision in reversed(unit.actions.revisions(new.id))), None)
    elif replace(new, revision=old.revision) == old:
        return False
    number = old.revision + 1 if old is not None else 1
    revised = replace(new, revision=number)
    unit.actions.save(Revision(new.id, number, now, differences(old, revised), revised, cause, why))
    return True
