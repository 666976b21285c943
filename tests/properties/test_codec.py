from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.model import action, announcement, document, ports, subscription, values
from calendar_service.model.codec import from_data, to_data

# Every dataclass that a module of the model defines. Those with bytes are never written as JSON.
CLASSES = sorted(
    {
        kind
        for module in (action, announcement, document, ports, subscription, values)
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
    }
    - {document.RawDocument},
    key=lambda kind: kind.__name__,
)


def draw_tuple(kind: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """At most two of each, or actions would be as long as novels."""
    parts = get_args(kind)
    if parts[1:] == (...,):
        return st.lists(st.from_type(parts[0]), max_size=2).map(tuple)
    return st.tuples(*map(st.from_type, parts))


st.register_type_strategy(tuple, draw_tuple)
st.register_type_strategy(str, st.text(max_size=12))
st.register_type_strategy(
    Decimal, st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
)
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(time, st.times())


def test_every_class_is_covered() -> None:
    names = {kind.__name__ for kind in CLASSES}
    assert {"Announcement", "CorporateAction", "Revision", "Entry", "Subscription", "Delivery"} <= names


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_what_is_written_is_read_again(kind: type) -> None:
    @settings(max_examples=15, deadline=None)
    @given(st.from_type(kind))
    def round_trip(value: Any) -> None:
        data = to_data(value)
        again: Any = from_data(kind, json.loads(json.dumps(data)))
        assert again == value
        assert to_data(again) == data  # Decimal("1.0") equals Decimal("1.00") and is not the same

    round_trip()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_what_a_newer_version_wrote_besides_is_passed_over(kind: type) -> None:
    @settings(max_examples=3, deadline=None)
    @given(st.from_type(kind))
    def read(value: Any) -> None:
        assert from_data(kind, to_data(value) | {"of_a_newer_version": [1]}) == value

    read()


def test_defaults_that_mean_nothing_are_left_out() -> None:
    data = to_data(values.Evidence("2 March", 3, 10, "cue:record"))
    assert data == {"quote": "2 March", "start": 3, "end": 10, "rule": "cue:record"}


def test_defaults_that_may_change_are_written() -> None:
    data = to_data(subscription.Subscription("s", "ada@reader.example"))
    assert data["selection"] == {"past_days": 90, "future_days": 400, "forecasts": True}
    assert data["plan"]["leads"][0] == [
        "last_cum",
        [{"days": 3, "count": "trading"}, {"days": 1, "count": "trading"}],
    ]
    assert [item.name for item in fields(subscription.Subscription) if item.name not in data] == [
        "alarms",
        "created_at",
        "confirmed_at",
        "ended_at",
    ]
