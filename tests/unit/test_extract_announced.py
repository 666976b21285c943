"""The day of the announcement: from a label or a dateline, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract.document.datelines import TWO_DAYS
from tests.extracting import days, only, read

NEWS = "The board of Orchard Pumps Inc. declared a dividend of EUR 0.20 per share, payable on May 29, 2026."


def announced(text: str, published: date | None = None) -> date | None:
    return read(text, published).announced


@pytest.mark.parametrize(
    "opening",
    [
        "BOSTON, May 4, 2026 -- ",
        "BOSTON--May 4, 2026--",
        "BOSTON, May 4, 2026 /Newsline/ -- ",
        "BOSTON, May 4, 2026 (GLOBE WIRE) -- ",
        "May 4, 2026 - ",
        "May 4, 2026\n\n",
        "Oslo, 4 May 2026: ",
    ],
)
def test_datelines(opening: str) -> None:
    assert announced(opening + NEWS) == date(2026, 5, 4)


def test_a_news_agencys_signs_may_stand_in_the_middle_of_a_line() -> None:
    title = (
        "Orchard Pumps Inc. Declares Its Dividend For The Second Quarter Of The Year And Names A New Director"
    )
    assert announced(f"{title} BOSTON, May 4, 2026 -- {NEWS}") == date(2026, 5, 4)


@pytest.mark.parametrize("behind", [" (the day of the general meeting)", ": see below", "(see below)"])
def test_a_date_in_the_middle_of_a_line_is_no_dateline(behind: str) -> None:
    opening = "The shareholders of Orchard Pumps Inc. have elected a new director and a new auditor on April 2, 2026"
    assert announced(f"{opening}{behind}. {NEWS}") is None


def test_a_labelled_day() -> None:
    assert announced(f"Announcement date: May 4, 2026\n\n{NEWS}") == date(2026, 5, 4)


def test_a_labelled_day_in_brackets_is_another_announcements() -> None:
    text = f"BOSTON, May 4, 2026 -- {NEWS} The merger with Elm Inc.\n(announced on March 2, 2026) is not affected."
    assert announced(text) == date(2026, 5, 4)


def test_a_labelled_day_in_brackets_does_as_long_as_no_later_one_is_told() -> None:
    text = f"{NEWS} The dividend policy\n(announced on March 2, 2026) has not changed."
    assert announced(text) == date(2026, 3, 2)


def test_the_day_of_the_container_does_where_no_dateline_is_near_it() -> None:
    text = f"On April 2, 2026: a new director was elected.\n\n{NEWS}"
    assert announced(text, date(2026, 5, 4)) == date(2026, 5, 4)


def test_a_year_comes_from_the_dateline_and_not_from_a_date_inside_a_line() -> None:
    text = (
        "BOSTON, Dec. 15, 2025 -- The board of Orchard Pumps Inc. declared a dividend of EUR 0.20 per share, payable "
        "January 30 to holders of record January 9. A year ago, on December 12, 2024 (a Thursday), it did the same."
    )
    assert days(only(text, None)) == {"record": "2026-01-09", "payment": "2026-01-30"}


UNDATED = "\n\nThe board declared a dividend of EUR 0.20 per share, payable on May 29 to holders of record on May 15.\n"


@pytest.mark.parametrize(
    "head",
    [
        "Photograph taken on March 3, 2025\n\nPublished: April 2, 2026",
        "Boston, March 3, 2025\n\nOrchard Pumps Inc.\n\nBoston, April 2, 2026",
        "Boston, April 2, 2026\n\nPage printed on March 3, 2025",
    ],
)
def test_years_from_one_of_two_days_of_the_document_are_doubted(head: str) -> None:
    assert only("Orchard Pumps Inc.\n\n" + head + UNDATED, None).doubts == (TWO_DAYS,)


def test_a_dateline_of_another_year_than_the_container_states_is_doubted() -> None:
    text = "Orchard Pumps Inc.\n\nBoston, March 3, 2025" + UNDATED
    assert only(text, date(2026, 4, 2)).doubts == (TWO_DAYS,)


@pytest.mark.parametrize(
    "head",
    [
        "Boston, April 2, 2026",
        # Both days of the document give the same year.
        "Boston, April 2, 2026\n\nUpdated April 7, 2026",
        # The label is surer than any dateline.
        "Photograph taken on March 3, 2025\n\nPublished on April 2, 2026",
    ],
)
def test_years_that_no_other_day_would_change_are_sure(head: str) -> None:
    found = only("Orchard Pumps Inc.\n\n" + head + UNDATED, None)
    assert (days(found), found.doubts) == ({"record": "2026-05-15", "payment": "2026-05-29"}, ())


def test_a_stated_year_needs_no_day_of_the_document() -> None:
    text = "Orchard Pumps Inc.\n\nPhotograph taken on March 3, 2025\n\nPublished: April 2, 2026\n\n" + NEWS
    assert only(text, None).doubts == ()


@pytest.mark.parametrize(
    "lines",
    [
        "Last date for on market renunciation: April 2, 2026\nIssue closes on: April 7, 2026",
        "- Opening of the new line: April 2, 2026\n- Second line: soon",
        "11 - 25 February 2026: Subscription period\n\nThe outcome follows.",
        "- **April 2, 2026**: Letter of offer\n- **April 7, 2026**: Listing",
    ],
)
def test_a_line_of_a_schedule_is_no_dateline(lines: str) -> None:
    assert announced(f"Orchard Pumps Inc. offers rights\n\n{lines}\n\n{NEWS}") is None


@pytest.mark.parametrize(
    "line", ["BOSTON, May 4, 2026 -- ", "BOSTON, May 4, 2026 (GLOBE WIRE) -- ", "Published: May 4, 2026\n\n", "May 4, 2026 09:30:12\n\n"]
)  # fmt: skip
def test_the_day_on_which_a_page_was_called_up_is_not_that_of_its_text(line: str) -> None:
    assert announced(f"Friday, June 19, 2026\n\nHome\n\nMarkets\n\n{line}{NEWS}") == date(2026, 5, 4)


def test_a_letter_that_comes_before_the_release_it_holds_keeps_its_day() -> None:
    assert announced(f"Boston, May 1, 2026\n\nDear shareholders\n\nBOSTON, May 4, 2026 -- {NEWS}") == date(
        2026, 5, 1
    )


def test_the_day_of_a_page_begins_no_diary() -> None:
    form = "Orchard Pumps Inc.\nCash dividend\nUSD 0.20 per share\nRecord date\n8 May 2026\nEx-dividend date\n7 May 2026\nPayment date\n29 May 2026\nStatus\nNew"
    one = only(f"Saturday 2 May 2026\n\nHome\n\n{form}", None)
    assert days(one) == {"record": "2026-05-08", "ex": "2026-05-07", "payment": "2026-05-29"}


def test_words_of_a_site_in_brackets_tell_of_something_else() -> None:
    text = f"May 4, 2026\n\n{NEWS}\n\nForecast (published\nNovember 2, 2025)"
    assert announced(text) == date(2026, 5, 4)
    assert announced(f"May 4, 2026\n\n{NEWS}\n\nPublished November 2, 2025)") == date(2026, 5, 4)


def test_a_day_that_is_not_exact_is_none_of_the_documents_own() -> None:
    assert announced(f"{NEWS}\n\nPayment date:\n\nOn or about May 29, 2026") is None
