"""Calendar entries and their rendered fragments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from calendar_service.model.action import Entry
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.subscription import Selection
from calendar_service.store.columns import among
from calendar_service.store.issuers import IssuerRows
from calendar_service.store.schema import counters, entries, fragments, issuers
from calendar_service.store.selecting import given_by, read_nearest
from calendar_service.store.statements import AnyRow, Room, insert, upsert

_COUNTER = "entries"
_COLUMNS = [column for column in entries.c if column.name not in {"id", "version"}]
_NAMES = [column.name for column in _COLUMNS]
_SHARED = [column.name for column in _COLUMNS if column.name in fragments.c]
_PENDING = 0  # the version of a row written in this transaction, until `finish` numbers it


class EntryRows(Room):
    """The `Entries` port."""

    def __init__(self, connection: Connection, issuer_rows: IssuerRows) -> None:
        super().__init__(connection)
        self._issuers = issuer_rows
        self._touched: set[str] = set()
        self._touched_issuers: set[str] = set()

    def find(self, uid: str) -> Entry | None:
        """The entry, or None."""
        row = self._connection.execute(select(*_COLUMNS).where(entries.c.uid == uid)).first()
        return None if row is None else _build(row)

    def find_all(self, uids: Iterable[str]) -> dict[str, Entry]:
        """The entries with these uids in one query, tombstones included; those not known are left out."""
        wanted = among(self._connection, entries.c.uid, list(uids))
        return {row.uid: _build(row) for row in self._connection.execute(select(*_COLUMNS).where(wanted))}

    def of_action(self, action_id: str) -> Sequence[Entry]:
        """All entries of an action, tombstones included, by day."""
        query = select(*_COLUMNS).where(entries.c.action_id == action_id)
        rows = self._connection.execute(query.order_by(entries.c.day, entries.c.uid))
        return [_build(row) for row in rows]

    def save(self, entry: Entry, fragments: Mapping[str, bytes]) -> None:
        """Writes an entry with its VEVENT bytes by language (CRLF line ends); other languages' are dropped."""
        row = {name: getattr(entry, name) for name in _NAMES} | {"version": _PENDING}
        changed = [name for name in row if name != "uid"]
        statement = upsert(self._connection, entries, ["uid"], changed).returning(entries.c.id)
        number = self._connection.execute(statement, row).scalar_one()
        shared = {name: row[name] for name in _SHARED}
        self._save_fragments(number, shared, fragments)
        self._touched.add(entry.uid)
        self._touched_issuers.add(entry.issuer_id)

    def select(self, selection: Selection, today: date, *, limit: int | None = None) -> Sequence[Entry]:
        """The entries of a selection, nearest date to `today` first, tombstones of the last 90 days included."""
        named = self._issuers.resolve(selection)
        if named is not None and not named:
            return []
        given = given_by(selection, named, today)
        return [_build(row) for row in read_nearest(self._connection, entries, _NAMES, given, limit)]

    def fragments(
        self, selection: Selection, today: date, language: str, *, limit: int | None = None
    ) -> Sequence[bytes]:
        """The rendered blocks in this language, nearest date to `today` first, at most `limit` of them."""
        named = self._issuers.resolve(selection)
        if named is not None and not named:
            return []
        given = given_by(selection, named, today) | {"language": language}
        return [row[0] for row in read_nearest(self._connection, fragments, ["content"], given, limit)]

    def fragment(self, uid: str, language: str) -> bytes | None:
        """One entry's block, or None."""
        query = (
            select(fragments.c.content)
            .join(entries, entries.c.id == fragments.c.entry_id)
            .where(entries.c.uid == uid, fragments.c.language == language)
        )
        return self._connection.execute(query).scalar()

    def fragments_of(self, action_id: str) -> dict[str, dict[str, bytes]]:
        """All blocks of an action's entries, tombstones included: uid -> language -> bytes."""
        query = (
            select(entries.c.uid, fragments.c.language, fragments.c.content)
            .join(fragments, fragments.c.entry_id == entries.c.id)
            .where(entries.c.action_id == action_id)
        )
        found: dict[str, dict[str, bytes]] = {}
        for uid, language, content in self._connection.execute(query):
            found.setdefault(uid, {})[language] = content
        return found

    def version(self, selection: Selection | None = None) -> int:
        """A number that rises with every change to any entry: what a poll's validator hangs on.

        With a selection that names issuers, only their changes count.
        """
        self.finish()
        named = None if selection is None else self._issuers.resolve(selection)
        if named is None:
            query = select(counters.c.value).where(counters.c.name == _COUNTER)
        else:
            query = select(func.max(issuers.c.version)).where(
                among(self._connection, issuers.c.id, sorted(named))
            )
        return self._connection.execute(query).scalar() or 0

    def changed_since(self, version: int, limit: int = 1000) -> Sequence[tuple[int, Entry]]:
        """The entries written after `version`, each with its own, oldest change first: all that needs planning.

        A version is never cut in two: the last one comes whole, so more than `limit` may come.
        """
        self.finish()
        last = (
            select(entries.c.version)
            .where(entries.c.version > version)
            .order_by(entries.c.version)
            .offset(limit - 1)
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(entries.c.version, *_COLUMNS)
            .where(entries.c.version > version, entries.c.version <= func.coalesce(last, 2**62))
            .order_by(entries.c.version, entries.c.id)
        )
        return [(row[0], _build(row)) for row in self._connection.execute(query)]

    def ended_between(self, first: date, last: date) -> Sequence[Entry]:
        """The entries whose last day lies in this range, both ends included, without tombstones, by that day."""
        is_in = entries.c.last_day.between(first, last)
        query = select(*_COLUMNS).where(is_in, entries.c.removed_at.is_(None))
        rows = self._connection.execute(query.order_by(entries.c.last_day, entries.c.uid))
        return [_build(row) for row in rows]

    def touch_issuers(self, issuer_ids: frozenset[str]) -> None:
        """Makes private feeds of these issuers new, though no entry of theirs was written."""
        self._touched_issuers |= issuer_ids

    def finish(self) -> None:
        """Numbers this transaction's changes.

        Done last, since the counter's row stays locked until the commit: its order is the order in
        which changes become visible.
        """
        if not self._touched and not self._touched_issuers:
            return
        statement = insert(self._connection, counters)
        number = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"value": counters.c.value + 1}
            ).returning(counters.c.value),
            {"name": _COUNTER, "value": 1},
        ).scalar_one()
        touched, touched_issuers = sorted(self._touched), sorted(self._touched_issuers)
        self._connection.execute(
            update(entries).where(among(self._connection, entries.c.uid, touched)).values(version=number)
        )
        self._connection.execute(
            update(issuers)
            .where(among(self._connection, issuers.c.id, touched_issuers))
            .values(version=number)
        )
        self._touched.clear()
        self._touched_issuers.clear()

    def _save_fragments(self, number: int, shared: dict[str, Any], blocks: Mapping[str, bytes]) -> None:
        self._connection.execute(fragments.delete().where(fragments.c.entry_id == number))
        rows = [
            shared | {"entry_id": number, "language": language, "content": block}
            for language, block in blocks.items()
        ]
        if rows:
            self._connection.execute(fragments.insert(), rows)


def _build(row: AnyRow) -> Entry:
    return Entry(
        uid=row.uid,
        action_id=row.action_id,
        issuer_id=row.issuer_id,
        kind=DateKind(row.kind),
        event_type=EventType(row.event_type),
        status=Status(row.status),
        day=row.day,
        last_day=row.last_day,
        sequence=row.sequence,
        created_at=row.created_at,
        changed_at=row.changed_at,
        mic=row.mic,
        removed_at=row.removed_at,
    )
