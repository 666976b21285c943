"""How fast each mail domain is written to, by all workers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.sql.base import Executable

from calendar_service.model.records import Pace
from calendar_service.store.columns import among
from calendar_service.store.names import bound
from calendar_service.store.schema import paces
from calendar_service.store.statements import Room

_COLUMNS = [paces.c.domain, paces.c.paid_until, paces.c.booked_until]
_NAMES = [column.name for column in _COLUMNS]
_HELD = select(*_COLUMNS).order_by(paces.c.domain).with_for_update()  # SQLite has one writer anyway


class PaceRows(Room):
    """The `Paces` port."""

    def hold(self, domains: Iterable[str], now: datetime) -> dict[str, Pace]:
        """The paces of these domains, `now` for new ones; other workers wait for them until this transaction ends."""
        keys = {bound(domain): domain for domain in domains}
        if not keys:
            return {}
        self._write("new", {key: Pace(now, now) for key in keys})
        held = among(self._connection, paces.c.domain, list(keys))
        rows = self._connection.execute(_HELD.where(held))
        return {keys[row.domain]: Pace(row.paid_until, row.booked_until) for row in rows}

    def save(self, changed: Mapping[str, Pace]) -> None:
        """Writes paces that were held."""
        self._write("changed", {bound(domain): pace for domain, pace in changed.items()})

    def _write(self, which: str, rows: Mapping[str, Pace]) -> None:
        """All rows, in one order everywhere, so that two workers never wait for one another."""
        if not rows:
            return
        dialect, ordered = self._connection.dialect.name, sorted(rows.items())
        values = [(domain, pace.paid_until, pace.booked_until) for domain, pace in ordered]
        if dialect == "postgresql":
            arrays = dict(zip(_NAMES, map(list, zip(*values, strict=True)), strict=True))
            self._connection.execute(_writing(dialect, which), arrays)
            return
        self._connection.execute(
            _writing(dialect, which), [dict(zip(_NAMES, row, strict=True)) for row in values]
        )

    def forget(self, before: datetime) -> int:
        """Deletes paces that bind nobody any more; returns how many."""
        bound_until = or_(paces.c.paid_until >= before, paces.c.booked_until >= before)
        return self._connection.execute(paces.delete().where(~bound_until)).rowcount


@cache
def _writing(dialect: str, which: str) -> Executable:
    """The insert of "new" rows or the writing of "changed" ones, built once; on PostgreSQL one statement for all rows."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        arrays = [bindparam(column.name, type_=postgresql.ARRAY(column.type)) for column in _COLUMNS]
        given = func.unnest(*arrays).table_valued(*_NAMES, name="given").render_derived()
        statement: Any = postgresql.insert(paces)
        statement = statement.from_select(_NAMES, select(given).order_by(given.c.domain))
    else:
        from sqlalchemy.dialects import sqlite

        statement = sqlite.insert(paces)
    if which == "new":
        return cast(Executable, statement.on_conflict_do_nothing())
    new = {name: statement.excluded[name] for name in _NAMES[1:]}
    return cast(Executable, statement.on_conflict_do_update(index_elements=["domain"], set_=new))
