"""Announcements, the actions made of them, their revisions, and what people decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.engine import Connection

from calendar_service.errors import ConflictError, NotFoundError
from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import Status
from calendar_service.model.records import Correction, IssuerPart, StoredAnnouncement, StoredIssuer
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.subscription import Selection
from calendar_service.store.columns import among, dump, load
from calendar_service.store.entries import EntryRows
from calendar_service.store.issuers import IssuerRows
from calendar_service.store.merges import MERGED, PARTED, parts_of
from calendar_service.store.schema import (
    action_dates,
    actions,
    announcements,
    corrections,
    issuers,
    revisions,
)
from calendar_service.store.selecting import shift
from calendar_service.store.statements import AnyRow, Room, insert_new, upsert

Conditions: TypeAlias = Sequence[ColumnElement[bool]]

_PRESENT = (actions.c.id, actions.c.issuer_id, actions.c.body)


class ActionRows(Room):
    """The `Actions` port."""

    def __init__(self, connection: Connection, issuer_rows: IssuerRows, entry_rows: EntryRows) -> None:
        super().__init__(connection)
        self._issuers = issuer_rows
        self._entries = entry_rows

    def match_issuer(self, announcement: Announcement) -> str:
        """The id of the announcement's issuer, made and remembered on first sight."""
        issuer_id, changed = self._issuers.match(announcement)
        self._entries.touch_issuers(changed)
        return issuer_id

    def doubt_issuer(self, announcement: Announcement) -> Remark | None:
        """Why a person has to say whose a matched announcement is, in words; empty where that is certain."""
        return self._issuers.doubt(announcement)

    def add_announcement(self, stored: StoredAnnouncement) -> None:
        """Stores an announcement. One read anew replaces words and origin and keeps the instant it was known at."""
        row = {
            "id": stored.id,
            "document_id": stored.document_id,
            "issuer_id": self._issuers.part_for(stored.issuer_id, stored.announcement),
            "known_at": stored.known_at,
            "origin": stored.origin,
            "body": dump(stored.announcement),
        }
        changed = ["issuer_id", "origin", "body"]
        self._connection.execute(upsert(self._connection, announcements, ["id"], changed), row)

    def remove_announcements(self, announcement_ids: Iterable[str]) -> None:
        """Takes announcements away that their document, read again, does not make any more."""
        gone = among(self._connection, announcements.c.id, list(announcement_ids))
        self._connection.execute(announcements.delete().where(gone))

    def announcements_of(self, issuer_id: str) -> Sequence[StoredAnnouncement]:
        """Everything that this issuer's documents announced, oldest first."""
        return self._load_announcements(
            announcements.c.issuer_id.in_(parts_of(self._issuers.root_of(issuer_id)))
        )

    def announcements_in(self, document_id: str) -> Sequence[StoredAnnouncement]:
        """What one document announced, in its order."""
        return self._load_announcements(announcements.c.document_id == document_id)

    def find(self, action_id: str) -> CorporateAction | None:
        """The action as it is now; an id that was merged away leads to the action that took it in."""
        return self.find_all([action_id]).get(action_id)

    def find_all(self, action_ids: Iterable[str]) -> dict[str, CorporateAction]:
        """The actions with these ids in one query, by the id asked for; ids that are not known are left out."""
        row_of, asked = actions.alias("asked"), list(action_ids)
        query = (
            select(row_of.c.id.label("asked_id"), *_PRESENT)
            .join(actions, actions.c.id == func.coalesce(row_of.c.merged_into, row_of.c.id))
            .where(among(self._connection, row_of.c.id, asked))
        )
        return {row.asked_id: _build(row) for row in self._connection.execute(query)}

    def issuer(self, issuer_id: str) -> StoredIssuer | None:
        """The issuer, or the one that it was found to be (its `id` differs then); None where it is not known."""
        return self._issuers.find(issuer_id)

    def issuers(self, *, search: str = "", limit: int = 100, offset: int = 0) -> Sequence[StoredIssuer]:
        """Issuers by name; `search` keeps those whose name or ticker holds these words (case ignored)."""
        return self._issuers.search(search, limit, offset)

    def merge_issuers(self, decision: Correction) -> tuple[str, str]:
        """Lets one issuer stand for another too, by a person's decision. Raises NotFoundError or ConflictError."""
        known = [self._issuers.find(name) for name in (decision.target, decision.value)]
        for name, issuer in zip((decision.target, decision.value), known, strict=True):
            if issuer is None:
                raise NotFoundError(f"There is no issuer {name}; `calendar-service issuers` lists them.")
        old, new = (issuer.id for issuer in known if issuer is not None)
        if old == new:
            raise ConflictError(f"{decision.target} and {decision.value} are one issuer already.")
        if self._issuers.are_companies_apart(old, new):
            raise ConflictError(f"{old} and {new} have different LEIs or CIKs, so they are two companies.")
        self._issuers.merges.remember(replace(decision, field=MERGED, target=old, value=new))
        self._issuers.merges.unite(old, new, reason=_say(decision))
        self._entries.touch_issuers(frozenset({old, new}))
        return old, new

    def split_issuer(self, decision: Correction) -> tuple[str, str]:
        """Lets an issuer stand for itself again, by a person's decision. Raises NotFoundError or ConflictError."""
        root = self._issuers.merges.part(decision.target)
        self._issuers.merges.remember(replace(decision, field=PARTED, value=root))
        self._entries.touch_issuers(frozenset({decision.target, root}))
        return decision.target, root

    def issuer_parts(self, issuer_id: str) -> Sequence[IssuerPart]:
        """The issuers that this one stands for, oldest first."""
        return self._issuers.merges.parts(self._issuers.root_of(issuer_id))

    def issuer_decisions(self, issuer_id: str) -> Sequence[Correction]:
        """What people decided on which issuers are one, as far as it concerns this one, oldest first."""
        return self._issuers.merges.decisions(self._issuers.root_of(issuer_id))

    def issuers_named_by(self, selection: Selection) -> Sequence[StoredIssuer]:
        """The issuers that a selection names by id or ticker, by name; those that are not known are left out."""
        return self._issuers.named_by(selection)

    def tickers_of(self, issuer_id: str) -> frozenset[str]:
        """An issuer's tickers in both forms that a Selection takes: "3774" and "XTKS:3774"."""
        return self._issuers.tickers_of(issuer_id)

    def of_issuer(self, issuer_id: str) -> Sequence[CorporateAction]:
        """The issuer's actions, held ones included, by id."""
        query = select(*_PRESENT).where(
            actions.c.issuer_id == self._issuers.root_of(issuer_id), actions.c.merged_into.is_(None)
        )
        return [_build(row) for row in self._connection.execute(query.order_by(actions.c.id))]

    def list(
        self,
        selection: Selection,
        today: date,
        *,
        held: bool | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[CorporateAction]:
        """By nearest date, coming ones before past ones; actions without any date last. `held` None means both."""
        condition = self._matches(selection, held)
        if condition is None:
            return []
        page = self._nearest(selection, today, condition, offset + limit)[offset:]
        query = select(*_PRESENT).where(among(self._connection, actions.c.id, page))
        known = {row.id: _build(row) for row in self._connection.execute(query)}
        return [known[action_id] for action_id in page]

    def save(self, revision: Revision) -> None:
        """Appends a revision and makes it the present state.

        Raises ConflictError when its number is taken: then another process changed the action since it
        was looked at.
        """
        action = replace(revision.action, issuer_id=self._issuers.root_of(revision.action.issuer_id))
        dates = _dates_of(action)
        row = {
            "id": action.id,
            "issuer_id": action.issuer_id,
            "event_type": action.event_type,
            "status": action.status,
            "mic": action.mic,
            "revision": revision.number,
            "held": bool(action.held),
            "dated": bool(dates),
            "merged_into": None,
            "body": dump(action),
        }
        execute = self._connection.execute
        execute(upsert(self._connection, actions, ["id"], [name for name in row if name != "id"]), row)
        self._append(revision)
        execute(action_dates.delete().where(action_dates.c.action_id == action.id))
        if dates:
            execute(action_dates.insert(), dates)

    def redirect(self, loser: str, winner: str) -> None:
        """Lead from the id of an action that was merged away to the one that took it in.

        The loser is listed no more; its revisions stay, and saving another one of it undoes this.
        Raises NotFoundError for an unknown loser.
        """
        query = select(actions.c.merged_into).where(actions.c.id == winner)
        target = self._connection.execute(query).scalar() or winner
        moved = or_(actions.c.id == loser, actions.c.merged_into == loser)
        done = self._connection.execute(update(actions).where(moved).values(merged_into=target))
        if done.rowcount == 0:
            raise NotFoundError(f"There is no action {loser}.")
        self._connection.execute(action_dates.delete().where(action_dates.c.action_id == loser))

    def put_away(self, action_id: str) -> None:
        """List an action no more, since nothing announces it; it is still found by its id, with its history.

        Saving another revision of it undoes this. It is the row of an action merged into itself.
        """
        self.redirect(action_id, action_id)

    def revisions(self, action_id: str) -> Sequence[Revision]:
        """Oldest first."""
        query = select(revisions.c.body).where(revisions.c.action_id == action_id)
        rows = self._connection.execute(query.order_by(revisions.c.number)).scalars()
        return [load(Revision, body) for body in rows]

    def shown_on(self, action_id: str, instant: datetime) -> Revision | None:
        """What was known at that instant; None before the first revision."""
        query = (
            select(revisions.c.body)
            .where(revisions.c.action_id == action_id, revisions.c.known_at <= instant)
            .order_by(revisions.c.known_at.desc(), revisions.c.number.desc())
            .limit(1)
        )
        body = self._connection.execute(query).scalar()
        return None if body is None else load(Revision, body)

    def add_correction(self, correction: Correction) -> str:
        """Remembers what a person decided; the issuer id of its target. Raises NotFoundError for an unknown target."""
        target = correction.target
        query = (
            select(actions.c.issuer_id)
            .where(actions.c.id == target)
            .union_all(select(announcements.c.issuer_id).where(announcements.c.id == target))
        )
        issuer_id: str | None = self._connection.execute(query).scalar()
        if issuer_id is None:
            raise NotFoundError(f"There is no action or announcement {target} to correct.")
        row = {name: getattr(correction, name) for name in correction.__slots__}
        self._connection.execute(corrections.insert(), row)
        return issuer_id

    def corrections(self, issuer_id: str) -> Sequence[Correction]:
        """What people decided on this issuer's actions and announcements, oldest first."""
        root = self._issuers.root_of(issuer_id)
        targets = (
            select(actions.c.id)
            .where(actions.c.issuer_id == root)
            .union_all(select(announcements.c.id).where(announcements.c.issuer_id.in_(parts_of(root))))
        )
        columns = [column for column in corrections.c if column.name != "id"]
        query = select(*columns).where(corrections.c.target.in_(targets)).order_by(corrections.c.id)
        return [Correction(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001

    def _append(self, revision: Revision) -> None:
        row = {
            "action_id": revision.action.id,
            "number": revision.number,
            "known_at": revision.known_at,
            "body": dump(revision),
        }
        if self._connection.execute(insert_new(self._connection, revisions), row).rowcount == 0:
            raise ConflictError(
                f"Action {revision.action.id} already has a revision {revision.number}; look again."
            )

    def _load_announcements(self, condition: ColumnElement[bool]) -> Sequence[StoredAnnouncement]:
        root = func.coalesce(issuers.c.merged_into, announcements.c.issuer_id).label("root")
        query = (
            select(announcements, root)
            .outerjoin(issuers, issuers.c.id == announcements.c.issuer_id)
            .where(condition)
        )
        found = [
            StoredAnnouncement(
                id=row.id,
                document_id=row.document_id,
                issuer_id=row.root,
                known_at=row.known_at,
                origin=row.origin,
                announcement=load(Announcement, row.body),
            )
            for row in self._connection.execute(query)
        ]
        return sorted(found, key=lambda stored: (stored.known_at, stored.document_id, _ordinal(stored.id)))

    def _matches(self, selection: Selection, held: bool | None) -> Conditions | None:
        """What a listed action fulfils, apart from its dates; None where no issuer can."""
        found: list[ColumnElement[bool]] = [actions.c.merged_into.is_(None)]
        named = self._issuers.resolve(selection)
        if named is not None:
            if not named:
                return None
            found.append(among(self._connection, actions.c.issuer_id, sorted(named)))
        if selection.event_types:
            found.append(actions.c.event_type.in_([kind.value for kind in selection.event_types]))
        if selection.markets:
            found.append(among(self._connection, actions.c.mic, selection.markets))
        if not selection.forecasts:
            found.append(actions.c.status != Status.FORECAST.value)
        if held is not None:
            found.append(actions.c.held if held else ~actions.c.held)
        return found

    def _nearest(self, selection: Selection, today: date, condition: Conditions, limit: int) -> Sequence[str]:
        """The ids of the `limit` actions nearest to `today`, then of those without a date.

        Walks the index on `day` forwards and backwards, so that a page costs what it shows, and not
        what is stored; where an action's many dates fill the rows read, more are read.
        """
        first, last = shift(today, -selection.past_days), shift(today, selection.future_days)
        day = action_dates.c.day
        dated = (
            select(action_dates.c.action_id, day)
            .join(actions, actions.c.id == action_dates.c.action_id)
            .where(*condition, action_dates.c.last_day >= first, day <= last)
        )
        if selection.kinds:
            dated = dated.where(action_dates.c.kind.in_([kind.value for kind in selection.kinds]))
        coming = dated.where(day >= today).order_by(day, action_dates.c.action_id)
        past = dated.where(day < today).order_by(day.desc(), action_dates.c.action_id)
        rows, found = limit * 4, list[str]()
        while True:
            sides = [self._connection.execute(side.limit(rows)).all() for side in (coming, past)]
            found = _merge_sides(sides, today, rows)
            if len(found) >= limit or all(len(side) < rows for side in sides):
                break
            rows *= 4
        if len(found) < limit and not selection.kinds:
            undated = select(actions.c.id).where(*condition, ~actions.c.dated).order_by(actions.c.id)
            found += self._connection.execute(undated.limit(limit - len(found))).scalars()
        return found[:limit]


def _merge_sides(sides: Sequence[Sequence[AnyRow]], today: date, limit: int) -> list[str]:
    """Distinct action ids by distance from `today`, as far as both sides were read."""
    cut = [abs((side[-1].day - today).days) for side in sides if len(side) == limit]
    reach = min(cut, default=None)
    near = sorted(
        (abs((row.day - today).days), is_past, row.action_id)
        for is_past, side in enumerate(sides)
        for row in side
    )
    return list(dict.fromkeys(key for distance, _, key in near if reach is None or distance < reach))


def _say(decision: Correction) -> Remark:
    """Who decided it, when and why, in a line."""
    return remark(
        "{who} on {day}: {why}",
        who=decision.by,
        day=decision.at.date(),
        why=decision.why or remark("no reason given"),
    )


def _build(row: AnyRow) -> CorporateAction:
    action = _read_body(row.body)
    return action if action.issuer_id == row.issuer_id else replace(action, issuer_id=row.issuer_id)


@lru_cache(maxsize=256)
def _read_body(body: str) -> CorporateAction:
    """Kept, since an action that many are reminded of is read again for each batch of mails."""
    return load(CorporateAction, body)


def _dates_of(action: CorporateAction) -> list[dict[str, Any]]:
    rows = {
        item.kind: {
            "action_id": action.id,
            "kind": item.kind.value,
            "day": item.day,
            "last_day": item.last_day or item.day,
        }
        for item in action.dates
        if item.day is not None
    }
    return list(rows.values())


def _ordinal(announcement_id: str) -> tuple[int, str]:
    """Sorts "<document>.10" after "<document>.9"."""
    tail = announcement_id.rpartition(".")[2]
    return (int(tail), "") if tail.isascii() and tail.isdigit() else (0, tail)
