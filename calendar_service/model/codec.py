"""Values to plain JSON data and back, losslessly.

`to_data` turns a dataclass of this package into dicts, lists and strings, leaving out fields that are
empty by default (None, "", (), 0, False). Other defaults are written, so that a stored row keeps its
meaning when a later version has another default. `from_data` builds it again from the type's annotations, and ignores keys that
it does not know, so that rows written by a newer version can still be read.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_data(value: Any) -> Any:  # noqa: PLR0911 - a dispatch over types
    """Plain data for one value: dates as ISO 8601, Decimal as its exact digits, sets sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: to_data(current)
            for item in fields(value)
            if (current := getattr(value, item.name)) or current != _default_of(type(value), item.name)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(to_data(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_data(item) for item in value]
    if isinstance(value, dict):
        return {str(to_data(key)): to_data(item) for key, item in value.items()}
    return value


def from_data(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_data` wrote. Raises ValueError, TypeError or KeyError on other data."""
    return typing.cast(T, _builder_of(typing.cast(Any, kind))(data))


def builder_of(kind: type[T], **builders: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], T]:
    """`from_data` for dataclasses of one type, where some fields have builders of their own."""
    return _build_records(kind, builders)


@cache
def _default_of(kind: type, name: str) -> Any:
    item = next(item for item in fields(kind) if item.name == name)
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


@cache
def _hints_of(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _builder_of(kind: Any) -> Callable[[Any], Any]:
    """What builds a value of this type; worked out once, since annotations are slow to look at."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        build = _builder_of(next(part for part in parts if part is not types.NoneType))
        return lambda data: None if data is None else build(data)
    if origin is tuple:
        return _build_tuples(parts)
    if origin is frozenset:
        build = _builder_of(parts[0])
        return lambda data: frozenset([build(item) for item in data])
    if origin is dict:
        key, item = (_builder_of(part) for part in parts)
        return lambda data: {key(name): item(current) for name, current in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return _build_records(kind)
    return _build_scalars(kind)


def _build_tuples(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        build = _builder_of(parts[0])
        return lambda data: tuple([build(item) for item in data])
    builders = [_builder_of(part) for part in parts]
    return lambda data: tuple([build(item) for build, item in zip(builders, data, strict=True)])


def _build_records(kind: type, own: Mapping[str, Callable[[Any], Any]] | None = None) -> Callable[[Any], Any]:
    builders: dict[str, Callable[[Any], Any]] = {}

    def build(data: Mapping[str, Any] | str) -> Any:
        if isinstance(data, str):  # a row of the time when this was but a text
            return kind(data)
        if not builders:  # at the first use, since a type may hold values of its own type
            hints = _hints_of(kind)
            builders.update(
                {item.name: _builder_of(hints[item.name]) for item in fields(kind)} | dict(own or {})
            )
        return kind(**{name: builders[name](value) for name, value in data.items() if name in builders})

    return build


def _build_scalars(kind: Any) -> Callable[[Any], Any]:
    if kind in (datetime, date, time):
        build: Callable[[Any], Any] = kind.fromisoformat
        return build
    if isinstance(kind, type) and issubclass(kind, Enum):
        members = {member.value: member for member in kind}
        return lambda data: members[data] if data in members else kind(data)
    if kind is Decimal:
        return Decimal
    return lambda data: data
