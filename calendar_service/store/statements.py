"""What the rooms of the store share: the connection, and inserts that meet rows already there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ARRAY, Column, ColumnElement, Row, Table, TableValuedAlias, bindparam, func
from sqlalchemy.engine import Connection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class Room:
    """One noun's queries, inside the transaction of a unit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection


def rows_of(columns: Sequence[Column[Any]], rows: Sequence[Mapping[str, Any]]) -> TableValuedAlias:
    """Many rows as one FROM of PostgreSQL: an array for each column, so one short statement for any number."""
    arrays = [
        bindparam(None, [row[column.name] for row in rows], type_=ARRAY(column.type), unique=True)
        for column in columns
    ]
    return (
        func.unnest(*arrays).table_valued(*[column.name for column in columns], name="given").render_derived()
    )


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the database's own dialect, which knows ON CONFLICT."""
    # Only the dialect that is in use is imported: the other one would cost the start some 30 ms.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves rows alone that are there already."""
    return insert(connection, table).on_conflict_do_nothing()


def upsert(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    changed: Sequence[str],
    *,
    only_where: ColumnElement[bool] | None = None,
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that overwrites the `changed` columns where the `key` is there already."""
    statement = insert(connection, table)
    new = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(key), set_=new, where=only_where)
