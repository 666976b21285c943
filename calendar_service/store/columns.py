"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    Text,
    bindparam,
    func,
    select,
    type_coerce,
)
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator, TypeEngine

from calendar_service.model.codec import from_data, to_data
from calendar_service.model.remarks import Remark

T = TypeVar("T")

# PostgreSQL stores neither of them. Each becomes one U+FFFD, so that offsets into a text stay right.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced, one character for one."""
    return _UNSTORABLE.sub("�", text)


class Words(TypeDecorator[str]):
    """Text that both databases take, whatever a document contained."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text as it is stored."""
        return None if value is None else storable(str(value))  # str(): psycopg would write an enum's name


class Told(TypeDecorator[Remark]):
    """A remark, or none, in a column for text: as JSON where it has parts, else as its text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Remark | None, dialect: Dialect) -> str:  # noqa: ARG002
        """The remark as it is stored; empty for none."""
        if value is None:
            return ""
        plain = not value.parts and not value.text.startswith(_WITH_PARTS)
        return storable(value.text) if plain else dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Remark | None:  # noqa: ARG002
        """The remark; any text is one."""
        if not value:
            return None
        return load(Remark, value) if value.startswith(_WITH_PARTS) else Remark(value)


_WITH_PARTS = '{"text":'


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, to the microsecond. Refuses a naive one, since it could mean anything."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`timestamptz` on PostgreSQL; on SQLite text in UTC, which sorts as time does."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC. Raises ValueError when it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant, aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


def dump(value: Any) -> str:
    """A value of the model as JSON text."""
    return json.dumps(_clean(to_data(value)), ensure_ascii=False, separators=(",", ":"))


def load(kind: type[T], text: str) -> T:
    """The value that `dump` wrote."""
    return from_data(kind, json.loads(text))


def _clean(data: Any) -> Any:
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, list):
        return [_clean(item) for item in data]
    if isinstance(data, dict):
        return {storable(key): _clean(item) for key, item in data.items()}
    return data


class TextList(TypeDecorator[Sequence[str]]):
    """Many texts as a single parameter, for `is_among`: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`text[]` on PostgreSQL."""
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """The list as the database takes it."""
        words = [str(word) for word in value or ()]
        if _UNSTORABLE.search("".join(words)):  # asked once for all, since a feed may name thousands
            words = [storable(word) for word in words]
        return words if dialect.name == "postgresql" else json.dumps(words)


class NumberList(TypeDecorator[Sequence[int]]):
    """Many numbers of rows as a single parameter, for `is_among`: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`bigint[]` on PostgreSQL."""
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """The list as the database takes it."""
        return value if dialect.name == "postgresql" else json.dumps(value)


def among(connection: Connection, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a text column holds one of many values, with a single parameter: no limit on how many."""
    return is_among(connection.dialect.name, column, bindparam(None, values, type_=TextList, unique=True))


def is_among(dialect: str, column: ColumnElement[Any], listed: BindParameter[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of the values of a `TextList` or `NumberList` parameter."""
    if dialect == "postgresql":
        return column == func.any(listed)
    values = func.json_each(listed).table_valued("value")
    return column.in_(select(values.c.value))


def days_between(dialect: str, first: ColumnElement[date], last: ColumnElement[date]) -> ColumnElement[int]:
    """How many days lie from the first day to the last one; negative the other way round."""
    if dialect == "postgresql":
        return type_coerce(last - first, Integer)
    return type_coerce(func.julianday(last) - func.julianday(first), Integer)
