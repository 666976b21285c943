"""How fast each mail domain is written to, by all workers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import or_, select

from calendar_service.model.records import Pace
from calendar_service.store.columns import among
from calendar_service.store.names import bound
from calendar_service.store.schema import paces
from calendar_service.store.statements import Room, insert_new, rows_of, upsert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert: TypeAlias = postgresql.Insert | sqlite.Insert

_COLUMNS = [paces.c.domain, paces.c.paid_until, paces.c.booked_until]


class PaceRows(Room):
    """The `Paces` port."""

    def hold(self, domains: Iterable[str], now: datetime) -> dict[str, Pace]:
        """The paces of these domains, `now` for new ones; other workers wait for them until this transaction ends."""
        keys = {bound(domain): domain for domain in domains}
        if not keys:
            return {}
        # In one order everywhere, so that two workers never wait for one another.
        self._write(
            insert_new(self._connection, paces),
            [{"domain": key, "paid_until": now, "booked_until": now} for key in sorted(keys)],
        )
        query = select(*_COLUMNS).where(among(self._connection, paces.c.domain, list(keys)))
        rows = self._connection.execute(
            query.order_by(paces.c.domain).with_for_update()
        )  # SQLite: one writer
        return {keys[row.domain]: Pace(row.paid_until, row.booked_until) for row in rows}

    def save(self, changed: Mapping[str, Pace]) -> None:
        """Writes paces that were held."""
        rows = [
            {"domain": bound(domain), "paid_until": pace.paid_until, "booked_until": pace.booked_until}
            for domain, pace in sorted(changed.items())
        ]
        self._write(upsert(self._connection, paces, ["domain"], ["paid_until", "booked_until"]), rows)

    def _write(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        if self._connection.dialect.name != "postgresql":
            self._connection.execute(statement, rows)
            return
        # One statement for all rows: one each made up most of what keeping the pace cost.
        given = rows_of(_COLUMNS, rows)
        names = [column.name for column in _COLUMNS]
        ordered = select(given).order_by(given.c.domain)
        self._connection.execute(statement.from_select(names, ordered))

    def forget(self, before: datetime) -> int:
        """Deletes paces that bind nobody any more; returns how many."""
        bound_until = or_(paces.c.paid_until >= before, paces.c.booked_until >= before)
        return self._connection.execute(paces.delete().where(~bound_until)).rowcount
