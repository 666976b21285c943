from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calendar_service.model.action import Change, CorporateAction, Revision
from calendar_service.model.announcement import Issuer
from calendar_service.model.codes import Basis, DateKind, EventType, Status
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate
from calendar_service.publish.descriptions import (
    DESCRIPTION_LIMIT,
    Story,
    describe_dates,
    entry_description,
    entry_title,
    fit_parts,
    shown_state,
    tell_story,
)
from calendar_service.publish.links import Links
from calendar_service.publish.words import words_for

LINKS = Links("https://dates.example.org")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECORD = EventDate(DateKind.RECORD, date(2026, 3, 31))
ACTION = CorporateAction(
    id="ca-1",
    issuer_id="acme",
    issuer=Issuer("Acme"),
    event_type=EventType.CASH_DIVIDEND,
    status=Status.ANNOUNCED,
    dates=(EventDate(DateKind.PAYMENT, date(2026, 6, 26)), RECORD, EventDate(DateKind.EX, None)),
    revision=1,
)
ENGLISH = words_for("en")


def revision(number: int, *fields: str, held: tuple[str, ...] = ()) -> Revision:
    action = replace(ACTION, revision=number, held=tuple(map(Remark, held)))
    return Revision("ca-1", number, NOW, tuple(Change(field, "old", "new") for field in fields), action)


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ("Class B", "Acme (Class B): Record date – Cash dividend (announced)"),
        ("Common Stock", "Acme: Record date – Cash dividend (announced)"),
        ("普通株式", "Acme: Record date – Cash dividend (announced)"),
        (None, "Acme: Record date – Cash dividend (announced)"),
    ],
)
def test_a_share_class_is_named_where_it_tells_something(security: str | None, expected: str) -> None:
    story = Story(replace(ACTION, security=security), LINKS)
    assert entry_title(story, RECORD, ENGLISH) == expected


def test_dates_are_listed_by_day_and_open_ones_last() -> None:
    assert describe_dates(ACTION, ENGLISH, DateKind.RECORD).splitlines() == [
        "→ Record date: Tue, 31 Mar 2026 (stated)",
        "• Payment date: Fri, 26 Jun 2026 (stated)",
        "• Ex-date: to be announced (stated)",
    ]


def test_the_latest_change_is_the_last_one_that_a_holder_cares_for() -> None:
    history = [revision(1), revision(2, "status"), revision(3, "documents")]
    story = tell_story(history[2].action, LINKS, history, ())
    assert story.latest is history[1]
    assert story.before is history[0].action


def test_what_is_shown_of_a_held_action_is_the_last_that_was_not_held() -> None:
    history = [revision(1), revision(2, "status"), revision(3, "status", held=("doubt",))]
    shown = shown_state(history[2].action, history)
    assert shown == replace(history[1].action, held=(Remark("doubt"),))
    assert shown_state(history[2].action, history[2:]) is None


def test_a_description_that_is_too_long_keeps_its_links() -> None:
    long = EventDate(DateKind.EX, date(2026, 3, 30), Basis.DERIVED, rule="r" * 5000, note=Remark("n" * 5000))
    action = replace(ACTION, dates=(long,), notes=(Remark("x" * 5000),) * 5, period="p" * 5000)
    text = entry_description(Story(action, LINKS), long, ENGLISH)
    assert len(text) <= DESCRIPTION_LIMIT
    assert text.endswith("Page: https://dates.example.org/actions/ca-1")


@pytest.mark.parametrize("lengths", [(10, 20), (5000, 10), (3000, 3000, 3000), (2900,), (1, 100_000, 1)])
def test_parts_always_fit(lengths: tuple[int, ...]) -> None:
    fitted = fit_parts(["x" * length for length in lengths])
    assert len(fitted) <= DESCRIPTION_LIMIT
    assert fitted.count("\n\n") == len(lengths) - 1
