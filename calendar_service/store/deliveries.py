"""The ledger of messages: planned once, claimed by one worker, sent, recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    select,
    update,
)

from calendar_service.model.records import DeliveryOutcome
from calendar_service.model.subscription import DayCount, Delivery, DeliveryKind, DeliveryState, Lead
from calendar_service.store.columns import Instant, among
from calendar_service.store.ledger import (
    COLUMNS,
    FIRST_DUE,
    HAS_WORK,
    IS_CLAIMED,
    IS_PLANNED,
    OUTCOME,
    claiming,
    recording,
    sending,
)
from calendar_service.store.schema import deliveries
from calendar_service.store.statements import AnyRow, Room, rows_of, upsert

Rows: TypeAlias = list[dict[str, Any]]  # inside the class, `list` is the port's method
Numbers: TypeAlias = list[int]

_BATCH = 5000
_KINDS = {kind.value: kind for kind in DeliveryKind}
_COUNTS = {count.value: count for count in DayCount}
_STATES = {state.value: state for state in DeliveryState}


class DeliveryRows(Room):
    """The `Deliveries` port."""

    def plan(self, planned: Iterable[Delivery]) -> int:
        """Adds rows whose key is new, and revives dropped ones that are wanted again; returns how many.

        The number in `id` is not used: the database gives out its own.
        """
        rows, added = iter(planned), 0
        while batch := [_row_of(delivery) for delivery in islice(rows, _BATCH)]:
            added += self._insert(batch)
        return added

    def drop(self, keys: Iterable[str], note: str) -> int:
        """Marks planned rows as no longer wanted; returns how many. What is being sent is left alone."""
        return self._drop(among(self._connection, deliveries.c.key, list(keys)), note)

    def drop_for(
        self,
        note: str,
        *,
        subscription_id: str | None = None,
        action_id: str | None = None,
        entry_uid: str | None = None,
    ) -> int:
        """Drops all planned rows of a subscription, an action or one entry of it; the limits given add up.

        An entry's rows are found by `action_id`, so that goes with `entry_uid`. Raises ValueError
        where nothing limits it.
        """
        return self._drop(_about(subscription_id, action_id, entry_uid), note)

    def planned_for(
        self,
        *,
        subscription_id: str | None = None,
        action_id: str | None = None,
        entry_uid: str | None = None,
    ) -> Sequence[Delivery]:
        """The planned rows of a subscription, an action or one entry of it, by due time."""
        condition = _about(subscription_id, action_id, entry_uid)
        query = select(*COLUMNS).where(IS_PLANNED, condition)
        return self._load(query.order_by(deliveries.c.due_at, deliveries.c.id))

    def claim(self, now: datetime, worker: str, limit: int, *, stale_after: float) -> Sequence[Delivery]:
        """Takes up to `limit` due rows for this worker alone, by due time, and counts an attempt on each.

        Rows claimed over `stale_after` seconds ago come first: their worker died, or hangs, while
        sending them. They keep their message_id.
        """
        values = {
            "now": now,
            "stale": now - timedelta(seconds=stale_after),
            "worker": worker,
            "most": limit,
        }
        rows = self._connection.execute(claiming(self._connection.dialect.name), values).all()
        return sorted(map(_build, rows), key=lambda delivery: (delivery.due_at, delivery.id))

    def record(
        self,
        delivery_id: int,
        state: DeliveryState,
        at: datetime,
        *,
        retry_at: datetime | None = None,
        note: str = "",
        worker: str | None = None,
        late: bool = False,
    ) -> bool:
        """Writes down what became of one message; see `record_all`."""
        outcome = DeliveryOutcome(delivery_id, state, retry_at=retry_at, note=note, late=late)
        return self.record_all([outcome], at, worker=worker) == 1

    def record_all(
        self, outcomes: Iterable[DeliveryOutcome], at: datetime, *, worker: str | None = None
    ) -> int:
        """Writes down what became of messages; returns how many rows that changed.

        PLANNED with `retry_at` puts a row back. SENT is written whatever the row says, since the
        message is out; anything else only while the row is open, and, where `worker` is given, still
        claimed by it: another may have taken a stale row over. Raises ValueError for PLANNED without
        `retry_at`.
        """
        sent: defaultdict[tuple[bool, str], Numbers] = defaultdict(Numbers)
        others: Rows = []
        for outcome in outcomes:
            if outcome.state is DeliveryState.SENT:
                sent[outcome.late, outcome.note].append(outcome.delivery_id)
            else:
                others.append(_values_of(outcome))
        changed = self._record_others(others, worker)
        for (late, note), numbers in sent.items():
            values = {"sent": numbers, "at": at, "new_late": late, "new_note": note}
            changed += self._connection.execute(sending(self._connection.dialect.name), values).rowcount
        return changed

    def give_back(self, rows: Iterable[tuple[int, datetime | None]], *, worker: str) -> int:
        """Puts back what this worker claimed and did not try, as if it had not been claimed; returns how many.

        An instant beside a row's id says when it may be claimed again; None: at once.
        """
        values = [{"row_id": number, "again_at": at, "worker": worker} for number, at in rows]
        if not values:
            return 0
        is_ours = IS_CLAIMED & (deliveries.c.claimed_by == bindparam("worker"))
        statement = (
            update(deliveries)
            .where(deliveries.c.id == bindparam("row_id"), is_ours)
            .values(
                state=DeliveryState.PLANNED.value,
                next_at=func.coalesce(bindparam("again_at", type_=Instant), deliveries.c.next_at),
                attempts=deliveries.c.attempts - 1,
                claimed_at=None,
                claimed_by=None,
            )
        )
        return self._connection.execute(statement, values).rowcount

    def has_work(self, now: datetime, *, stale_after: float) -> bool:
        """Whether a claim would find anything: one look at the first row of each of two small indexes."""
        values = {"now": now, "stale": now - timedelta(seconds=stale_after)}
        return bool(self._connection.execute(HAS_WORK, values).scalar())

    def next_attempts(self, subscription_id: str) -> dict[int, datetime]:
        """When the messages of a subscription that were tried in vain are tried again, by row number."""
        query = select(deliveries.c.id, deliveries.c.next_at).where(
            deliveries.c.subscription_id == subscription_id, IS_PLANNED, deliveries.c.attempts > 0
        )
        return {row.id: row.next_at for row in self._connection.execute(query)}

    def last_sent(self, subscription_ids: Iterable[str]) -> datetime | None:
        """When something was last sent to one of these subscriptions."""
        is_theirs = among(self._connection, deliveries.c.subscription_id, list(subscription_ids))
        is_sent = deliveries.c.state == DeliveryState.SENT.value
        return self._connection.execute(
            select(func.max(deliveries.c.sent_at)).where(is_theirs, is_sent)
        ).scalar()

    def next_due(self) -> datetime | None:
        """When the next planned row may be claimed; None where nothing is planned."""
        return self._connection.execute(FIRST_DUE).scalar()

    def list(
        self,
        *,
        state: DeliveryState | None = None,
        subscription_id: str | None = None,
        action_id: str | None = None,
        limit: int = 100,
    ) -> Sequence[Delivery]:
        """Newest row first."""
        query = select(*COLUMNS)
        if state is not None:
            query = query.where(deliveries.c.state == state.value)
        if subscription_id is not None:
            query = query.where(deliveries.c.subscription_id == subscription_id)
        if action_id is not None:
            query = query.where(deliveries.c.action_id == action_id)
        return self._load(query.order_by(deliveries.c.id.desc()).limit(limit))

    def reminded_of(self, action_id: str, kind: DeliveryKind | None = None) -> frozenset[str]:
        """The ids of the subscriptions to which something (of this kind) about this action was sent."""
        query = select(deliveries.c.subscription_id).where(
            deliveries.c.action_id == action_id, deliveries.c.state == DeliveryState.SENT.value
        )
        if kind is not None:
            query = query.where(deliveries.c.kind == kind.value)
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def counts(self, now: datetime) -> dict[str, int]:
        """Rows by state, "due" for planned ones whose time has come, "late" for those sent late. Reads the whole ledger."""
        state, late = deliveries.c.state, deliveries.c.late
        found = {item.value: 0 for item in DeliveryState} | {"late": 0}
        for name, was_late, number in self._connection.execute(
            select(state, late, func.count()).group_by(state, late)
        ):
            found[name] += number
            if was_late and name == DeliveryState.SENT.value:
                found["late"] += number
        return found | {"due": self.count_due(now)}

    def count_due(self, now: datetime) -> int:
        """Planned rows whose time has come; costs what it counts."""
        query = select(func.count()).where(IS_PLANNED, deliveries.c.next_at <= now)
        return self._connection.execute(query).scalar_one()

    def forget(self, before: datetime) -> int:
        """Deletes closed rows that were due before this instant; returns how many."""
        closed = deliveries.c.state.in_(
            [state.value for state in DeliveryState if state.value not in {"planned", "claimed"}]
        )
        statement = deliveries.delete().where(closed, deliveries.c.due_at < before)
        return self._connection.execute(statement).rowcount

    def _insert(self, batch: Rows) -> int:
        dropped = deliveries.c.state == DeliveryState.DROPPED.value
        statement = upsert(self._connection, deliveries, ["key"], _REVIVED, only_where=dropped)
        if self._connection.dialect.name != "postgresql":
            return self._connection.execute(statement, batch).rowcount
        # PostgreSQL refuses to touch a row twice in one statement, so a key given twice goes in once.
        unique = list({row["key"]: row for row in reversed(batch)}.values())[::-1]
        given = rows_of(_PLANNED, unique)
        names = [column.name for column in _PLANNED]
        return self._connection.execute(statement.from_select(names, select(given))).rowcount

    def _record_others(self, rows: Rows, worker: str | None) -> int:
        if not rows:
            return 0
        dialect = self._connection.dialect.name
        statement = recording(dialect, of_worker=worker is not None)
        if dialect == "postgresql":
            # One statement for all rows: a thousand short ones cost the server more than the rows.
            arrays: dict[str, Any] = {column.name: [row[column.name] for row in rows] for column in OUTCOME}
            return self._connection.execute(statement, arrays | {"worker": worker}).rowcount
        return self._connection.execute(statement, [row | {"worker": worker} for row in rows]).rowcount

    def _drop(self, condition: ColumnElement[bool], note: str) -> int:
        statement = update(deliveries).where(IS_PLANNED, condition)
        dropped = statement.values(state=DeliveryState.DROPPED.value, note=note)
        return self._connection.execute(dropped).rowcount

    def _load(self, query: Select[Any]) -> Sequence[Delivery]:
        return [_build(row) for row in self._connection.execute(query).all()]


def _about(subscription_id: str | None, action_id: str | None, entry_uid: str | None) -> ColumnElement[bool]:
    limits = [
        column == value
        for column, value in (
            (deliveries.c.subscription_id, subscription_id),
            (deliveries.c.action_id, action_id),
            (deliveries.c.entry_uid, entry_uid),
        )
        if value is not None
    ]
    if not limits:
        raise ValueError("say whose deliveries are meant: a subscription, an action or an entry")
    return and_(*limits)


def _row_of(delivery: Delivery) -> dict[str, Any]:
    return {
        "key": delivery.key,
        "kind": delivery.kind.value,
        "subscription_id": delivery.subscription_id,
        "due_at": delivery.due_at,
        "next_at": delivery.due_at,
        "message_id": delivery.message_id,
        "action_id": delivery.action_id,
        "entry_uid": delivery.entry_uid,
        "day": delivery.day,
        "lead_days": delivery.lead.days if delivery.lead else None,
        "lead_count": delivery.lead.count.value if delivery.lead else None,
        "state": DeliveryState.PLANNED.value,
        "attempts": 0,
        "claimed_at": None,
        "claimed_by": None,
        "sent_at": None,
        "late": delivery.late,
        "revision": delivery.revision,
        "note": delivery.note,
    }


_KEPT = {"id", "key", "message_id"}  # of a dropped row that is wanted again
_PLANNED = [column for column in deliveries.c if column.name != "id"]
_REVIVED = [column.name for column in deliveries.c if column.name not in _KEPT]


def _values_of(outcome: DeliveryOutcome) -> dict[str, Any]:
    if outcome.state is DeliveryState.PLANNED and outcome.retry_at is None:
        raise ValueError("a delivery that is put back needs the instant of its next attempt")
    return {
        "row_id": outcome.delivery_id,
        "new_state": outcome.state.value,
        "retry_at": outcome.retry_at,
        "new_late": outcome.late,
        "new_note": outcome.note,
    }


def _build(row: AnyRow) -> Delivery:
    """Unpacked by position, in the order of `COLUMNS`: claims are read by the ten thousand."""
    (
        number, key, kind, subscription_id, due_at, message_id, action_id, entry_uid, day, lead_days, lead_count,
        state, attempts, claimed_at, sent_at, late, revision, note,
    ) = row  # fmt: skip
    return Delivery(
        id=number,
        key=key,
        kind=_KINDS[kind],
        subscription_id=subscription_id,
        due_at=due_at,
        message_id=message_id,
        action_id=action_id,
        entry_uid=entry_uid,
        day=day,
        lead=None if lead_days is None else Lead(lead_days, _COUNTS[lead_count]),
        state=_STATES[state],
        attempts=attempts,
        claimed_at=claimed_at,
        sent_at=sent_at,
        late=late,
        revision=revision,
        note=note,
    )
