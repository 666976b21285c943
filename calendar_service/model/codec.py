"""Values to plain JSON data and back, losslessly.

`to_data` turns a dataclass of this package into dicts, lists and strings, leaving out fields that are
empty by default (None, "", (), 0, False). Other defaults are written, so that a stored row keeps its
meaning when a later version has another default. `from_data` builds it again from the type's annotations, and ignores keys that
it does not know, so that rows written by a newer version can still be read.
"""

from __future__ import annotations

import types
import typing
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
    return typing.cast(T, _build(kind, data))


@cache
def _default_of(kind: type, name: str) -> Any:
    item = next(item for item in fields(kind) if item.name == name)
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


@cache
def _hints_of(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:  # noqa: PLR0911 - a dispatch over types
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        options = [option for option in typing.get_args(kind) if option is not types.NoneType]
        return _build(options[0], data)
    if origin is tuple:
        parts = typing.get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_build(parts[0], item) for item in data)
        return tuple(_build(part, item) for part, item in zip(parts, data, strict=True))
    if origin is frozenset:
        return frozenset(_build(typing.get_args(kind)[0], item) for item in data)
    if origin is dict:
        key, item = typing.get_args(kind)
        return {_build(key, name): _build(item, current) for name, current in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints_of(kind)
        known = {item.name for item in fields(kind)}
        return kind(**{name: _build(hints[name], value) for name, value in data.items() if name in known})
    return _build_scalar(kind, data)


def _build_scalar(kind: Any, data: Any) -> Any:
    if kind in (datetime, date, time):
        return kind.fromisoformat(data)
    if kind is Decimal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return kind(data)
    return data
