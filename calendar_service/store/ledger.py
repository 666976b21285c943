"""The statements by which workers share the ledger, built once each.

What they ask for is said in them, as far as it decides how the database goes about it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.base import Executable

from calendar_service.model.subscription import DeliveryState
from calendar_service.store.columns import Instant, NumberList, Words, is_among
from calendar_service.store.schema import deliveries

COLUMNS = [column for column in deliveries.c if column.name not in {"next_at", "claimed_by"}]
OUTCOME: list[Column[Any]] = [
    Column("row_id", BigInteger),
    Column("new_state", Words),
    Column("retry_at", Instant),
    Column("new_late", Boolean),
    Column("new_note", Words),
]

# Literals, no parameters: a prepared statement that does not say which state it asks for gets a plan
# that cannot use the partial indexes, and reads the whole ledger.
IS_PLANNED = deliveries.c.state == literal_column(f"'{DeliveryState.PLANNED.value}'")
IS_CLAIMED = deliveries.c.state == literal_column(f"'{DeliveryState.CLAIMED.value}'")

# The first row of each index, compared outside: a plan made for any instant would read all rows.
FIRST_DUE = select(deliveries.c.next_at).where(IS_PLANNED).order_by(deliveries.c.next_at).limit(1)
_FIRST_CLAIM = select(deliveries.c.claimed_at).where(IS_CLAIMED).order_by(deliveries.c.claimed_at).limit(1)
HAS_WORK = select(
    or_(
        FIRST_DUE.scalar_subquery() <= bindparam("now", type_=Instant),
        _FIRST_CLAIM.scalar_subquery() < bindparam("stale", type_=Instant),
    )
)


@cache
def claiming(dialect: str) -> Executable:
    """The claim of `now`, `stale`, `worker` and `most`, built once: an idle tick is one look-up in two small indexes.

    SKIP LOCKED: workers never wait for one another, and never get the same row. MATERIALIZED, since a
    subquery run again would lock and take other rows. SQLite has one writer anyway. The limit is said
    in the statement: a plan made for any limit would sort the whole ledger.
    """
    now = bindparam("now", type_=Instant)
    most = bindparam("most", type_=Integer, literal_execute=True)
    is_stale = IS_CLAIMED & (deliveries.c.claimed_at < bindparam("stale", type_=Instant))
    is_due = IS_PLANNED & (deliveries.c.next_at <= now)
    number = deliveries.c.id
    stale = select(number).where(is_stale).order_by(deliveries.c.claimed_at).limit(most)
    due = select(number).where(is_due).order_by(deliveries.c.next_at).limit(most)
    if dialect == "postgresql":
        locked = [
            part.with_for_update(skip_locked=True).cte(name).prefix_with("MATERIALIZED")
            for name, part in (("stale", stale), ("due", due))
        ]
        both = union_all(*[select(part.c.id) for part in locked]).limit(most)
        chosen = both.cte("chosen").prefix_with("MATERIALIZED")
        is_chosen = number == chosen.c.id
    else:
        parts = [select(part.subquery().c.id) for part in (stale, due)]
        is_chosen = number.in_(union_all(*parts).limit(most))
    values = {
        "state": DeliveryState.CLAIMED.value,
        "claimed_at": now,
        "claimed_by": bindparam("worker", type_=Words),
        "attempts": deliveries.c.attempts + 1,
    }
    return update(deliveries).where(is_chosen).values(values).returning(*COLUMNS)


@cache
def sending(dialect: str) -> Executable:
    """The writing down of messages that are out, built once: of the rows in `sent`, all with the same `late` and `note`.

    Numbers alone travel: this is written for every message, so that nothing else is as dear.
    """
    return (
        update(deliveries)
        .where(
            is_among(dialect, deliveries.c.id, bindparam("sent", type_=NumberList)),
            deliveries.c.state != DeliveryState.SENT.value,
        )
        .values(
            state=DeliveryState.SENT.value,
            sent_at=bindparam("at", type_=Instant),
            late=bindparam("new_late", type_=Boolean),
            note=bindparam("new_note", type_=Words),
            claimed_by=None,
        )
    )


@cache
def recording(dialect: str, *, of_worker: bool) -> Executable:
    """The writing down of other outcomes, built once: of open rows, or of those alone that `worker` has claimed."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY

        arrays = [bindparam(column.name, type_=ARRAY(column.type)) for column in OUTCOME]
        names = [column.name for column in OUTCOME]
        given = func.unnest(*arrays).table_valued(*names, name="given").render_derived()
        values: dict[str, Any] = {name: given.c[name] for name in names}
    else:
        values = {column.name: bindparam(column.name, type_=column.type) for column in OUTCOME}
    condition: ColumnElement[bool] = or_(IS_PLANNED, IS_CLAIMED)
    if of_worker:
        condition &= deliveries.c.claimed_by == bindparam("worker")
    return (
        update(deliveries)
        .where(deliveries.c.id == values["row_id"], condition)
        .values(
            state=values["new_state"],
            next_at=func.coalesce(values["retry_at"], deliveries.c.next_at),
            late=values["new_late"],
            note=values["new_note"],
            claimed_by=None,
        )
    )
