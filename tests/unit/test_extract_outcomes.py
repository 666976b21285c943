"""Meetings that are put off or called off, and those that have been held."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract.assemble.weighing import LONE
from calendar_service.extract.sentence.statements import STRANGE
from calendar_service.model.codes import Status
from tests.extracting import days, read, told

MAY = date(2026, 5, 4)


def meetings(text: str, published: date | None = MAY) -> list[tuple[Status, dict[str, str]]]:
    return [(one.status, days(one)) for one in read(text, published).announcements]


JUNE = {"meeting": "2026-06-12"}


@pytest.mark.parametrize(
    "text",
    [
        "The Board has decided to postpone the Annual General Meeting convened for 12 June 2026.",
        "The Annual General Meeting called for 12 June 2026 has been postponed until further notice.",
        "Postponement of the annual general meeting to be held on 12 June 2026.",
        "The company will adjourn its upcoming special meeting scheduled for 12 June 2026 to a later date.",
    ],
)
def test_a_meeting_put_off_before_its_day(text: str) -> None:
    assert meetings(text) == [(Status.SUSPENDED, JUNE)]


def test_a_meeting_called_off() -> None:
    text = "The Board has decided to cancel the extraordinary general meeting convened for 12 June 2026."
    assert [status for status, _ in meetings(text)] == [Status.WITHDRAWN]


@pytest.mark.parametrize(
    "text",
    [
        "The Board has decided to postpone the Annual General Meeting convened for 12 June 2026 to 3 July 2026.",
        "The Annual General Meeting called for 12 June 2026 has been postponed to 3 July 2026.",
        "The Annual General Meeting, originally scheduled for 12 June 2026, will now be held on 3 July 2026.",
        "The Annual General Meeting was to have been held on 12 June 2026. It will be held on 3 July 2026 instead.",
        "The Annual General Meeting will be held on 3 July 2026 instead of 12 June 2026.",
    ],
)
def test_a_meeting_moved_to_another_day(text: str) -> None:
    reading = read(text, MAY)
    assert [(one.status, days(one)) for one in reading.announcements] == [
        (Status.ANNOUNCED, {"meeting": "2026-07-03"})
    ]
    assert any("12 June 2026" in refusal.evidence.quote for refusal in reading.refusals)


def test_what_is_put_off_may_be_something_else() -> None:
    text = "The company has decided to postpone the capital increase. The Annual General Meeting will be held on 12 June 2026."
    assert meetings(text) == [(Status.ANNOUNCED, JUNE)]


def test_words_far_from_the_meeting_put_nothing_off() -> None:
    text = (
        "Having resolved to postpone the repayment of its loans, as told in March, the company invites to the Annual "
        "General Meeting on 12 June 2026."
    )
    assert meetings(text) == [(Status.ANNOUNCED, JUNE)]


@pytest.mark.parametrize(
    "title", ["Result of AGM", "Results of Annual General Meeting", "Result of General Meeting"]
)
def test_resolutions_that_a_result_lists_are_no_announcement(title: str) -> None:
    text = (
        f"{title}\n\nOtter Ferry plc announces that all resolutions were passed at today's annual general meeting.\n\n"
        "Resolution 3: To declare a final dividend of 6.2p per share\n"
    )
    assert told(text, MAY) == []


def test_a_result_that_states_the_dates_is_one() -> None:
    text = (
        "Result of AGM\n\nAll resolutions were passed at today's annual general meeting. The final dividend of 6.2p per "
        "share will be paid on 29 May 2026 to holders on the register on 15 May 2026.\n"
    )
    assert told(text, MAY) == [("GBP 0.062", {"record": "2026-05-15", "payment": "2026-05-29"})]


def test_a_split_told_as_past_is_not_dated_by_what_follows() -> None:
    text = (
        "The reverse stock split took effect on 2 April 2026. The board was elected, effective 12 May 2026, at the "
        "special meeting."
    )
    assert told(text, MAY) == []


def test_a_month_is_no_place() -> None:
    text = "The Annual General Meeting will be held on 12 June 2026, since the mill bought in March opens in Narvik."
    (one,) = read(text, MAY).announcements
    assert one.meeting is not None
    assert one.meeting.place == "Narvik"


@pytest.mark.parametrize(
    ("text", "published", "reasons"),
    [
        (
            "The Annual General Meeting of Ardmore Quay on 4 May 2026 gave the Board a mandate to buy back shares.",
            MAY,
            ["the meeting's day is that of the announcement itself; one of the two may be misread"],
        ),
        (
            "The mandate is valid until the Annual General Meeting in 2027, but not beyond 30 June 2027.",
            MAY,
            ["the meeting is told beside something else, and lies far ahead", str(STRANGE)],
        ),
        (
            "The shares are bought under the mandate of the Annual General Meeting on 12 June 2026.",
            None,
            ["the meeting may be over: the document has no day of its own", str(LONE)],
        ),
    ],
)
def test_a_day_beside_a_meeting_s_name_may_be_none_to_come(
    text: str, published: date | None, reasons: list[str]
) -> None:
    found = [[str(doubt) for doubt in one.doubts] for one in read(text, published).announcements]
    assert found == [reasons]


def test_a_day_beside_a_meeting_s_name_within_the_next_months() -> None:
    found = read("The Annual General Meeting of Ardmore Quay, on 12 June 2026, elects the Board.", MAY)
    assert [(days(one), one.doubts) for one in found.announcements] == [(JUNE, ())]
