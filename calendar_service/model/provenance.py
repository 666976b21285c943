"""Which document a piece of evidence stands in."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from calendar_service.model.values import Evidence

T = TypeVar("T")


def attribute(value: T, document: str) -> T:
    """The same value with every Evidence inside it that names no document yet attributed to `document`."""
    return typing.cast(T, _attribute(value, document))


def _attribute(value: Any, document: str) -> Any:
    if isinstance(value, Evidence):
        return value if value.document else replace(value, document=document)
    if isinstance(value, tuple):
        parts = tuple(_attribute(item, document) for item in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            item.name: new
            for item in fields(value)
            if (new := _attribute(old := getattr(value, item.name), document)) is not old
        }
        return replace(value, **changed) if changed else value
    return value
