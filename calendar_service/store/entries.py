"""Calendar entries and their rendered fragments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Connection

from calendar_service.model.action import Entry
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.subscription import Selection
from calendar_service.store.columns import among, days_between
from calendar_service.store.issuers import IssuerRows
from calendar_service.store.schema import counters, entries, fragments, issuers
from calendar_service.store.statements import AnyRow, Room, insert, upsert

TOMBSTONE_DAYS = 90
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
        condition = self._matches(entries, selection, today)
        if condition is None:
            return []
        query = select(entries.c.id.label("number"), *_COLUMNS).where(*condition)
        nearest = self._order_by_distance(query, entries, today, limit, _NAMES)
        return [_build(row) for row in self._connection.execute(nearest)]

    def fragments(
        self, selection: Selection, today: date, language: str, *, limit: int | None = None
    ) -> Sequence[bytes]:
        """The rendered blocks in this language, nearest date to `today` first, at most `limit` of them."""
        condition = self._matches(fragments, selection, today)
        if condition is None:
            return []
        number = fragments.c.entry_id.label("number")
        query = select(fragments.c.content, fragments.c.day, fragments.c.last_day, number)
        query = query.where(fragments.c.language == language, *condition)
        nearest = self._order_by_distance(query, fragments, today, limit, ["content"])
        return self._connection.execute(nearest).scalars().all()

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

    def _matches(self, table: Table, selection: Selection, today: date) -> list[ColumnElement[bool]] | None:
        """The WHERE of a selection; None where it names only issuers that nobody knows."""
        first, last = shift(today, -selection.past_days), shift(today, selection.future_days)
        cut = datetime.combine(shift(today, -TOMBSTONE_DAYS), time(), UTC)
        found = [
            table.c.last_day >= first,
            table.c.day <= last,
            or_(table.c.removed_at.is_(None), table.c.removed_at >= cut),
        ]
        named = self._issuers.resolve(selection)
        if named is not None:
            if not named:
                return None
            found.append(among(self._connection, table.c.issuer_id, sorted(named)))
        if selection.kinds:
            found.append(table.c.kind.in_([kind.value for kind in selection.kinds]))
        if selection.event_types:
            found.append(table.c.event_type.in_([kind.value for kind in selection.event_types]))
        if selection.markets:
            found.append(among(self._connection, table.c.mic, selection.markets))
        if not selection.forecasts:
            found.append(table.c.status != Status.FORECAST.value)
        return found

    def _order_by_distance(
        self, query: Select[Any], table: Table, today: date, limit: int | None, names: Sequence[str]
    ) -> Select[Any]:
        """The query's columns of these names by how far `today` is from their days, then by number; at most `limit` of them.

        Windows that run today come before all, coming days before past ones.
        """
        if limit is None:
            rows = query.subquery()
        else:
            sides = [select(side.limit(limit).subquery()) for side in _split(query, today, table)]
            rows = union_all(*sides).subquery()
        now = literal(today, Date)
        distance = case(
            (rows.c.day > now, 2 * days_between(self._connection, now, rows.c.day)),
            else_=2 * days_between(self._connection, rows.c.last_day, now) + 1,
        )
        return select(*[rows.c[name] for name in names]).order_by(distance, rows.c.number).limit(limit)


def _split(query: Select[Any], today: date, table: Table) -> Sequence[Select[Any]]:
    """The query in four that each walk an index from `today` on: coming, today's, windows that run, past."""
    first, last = table.c.day, table.c.last_day
    number: ColumnElement[int] = literal_column("number")
    return (
        query.where(first > today).order_by(first, number),
        query.where(first == today).order_by(last.desc(), number),
        query.where(first < today, last > first, last >= today).order_by(last.desc(), number),
        query.where(last < today).order_by(last.desc(), number),
    )


def shift(day: date, days: int) -> date:
    """The day so many days on, or the first or last day that there is."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


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
