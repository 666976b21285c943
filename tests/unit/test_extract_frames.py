"""Each frame with the example that documents it, and what it must not do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from calendar_service.extract.candidates.dates import DateReader
from calendar_service.extract.sentence.frames import heads_line
from calendar_service.extract.sentence.statements import Tools, with_classes
from calendar_service.model.codes import DateFlag, DateKind, Knowledge, NoticeFunction, Status
from tests.announcing import in_words
from tests.extracting import days, extractor, only, read


def test_shared_date() -> None:
    one = only("A record and ex-dividend date of May 2, 2025 applies to the dividend of EUR 0.20 per share.")
    assert days(one) == {"record": "2025-05-02", "ex": "2025-05-02"}
    assert {item.evidence.rule.endswith("+shared") for item in one.dates if item.evidence} == {True}


def test_listed_dates() -> None:
    found = read("Dividends of EUR 0.20 per share are payable on March 31 and June 30, 2026.").announcements
    assert [days(one) for one in found] == [{"payment": "2026-03-31"}, {"payment": "2026-06-30"}]


def test_date_modifies_cue() -> None:
    one = only(
        "Holders on the May 2, 2025 record date get the dividend of EUR 0.20 per share on May 16, 2025."
    )
    assert days(one)["record"] == "2025-05-02"


def test_skipped_date() -> None:
    one = only(
        "A dividend of EUR 0.20 per share is payable to holders of record on May 3, 2025 on May 14, 2025."
    )
    assert days(one) == {"record": "2025-05-03", "payment": "2025-05-14"}


def test_defined_date() -> None:
    one = only(
        'The dividend of EUR 0.20 per share is payable on May 3, 2025 (the "Record Date") to holders on it.'
    )
    assert days(one) == {"record": "2025-05-03", "payment": "2025-05-03"}


def test_moved_date() -> None:
    reading = read(
        "The record date of the dividend of EUR 0.20 per share has been changed from May 2, 2025 to May 9, 2025."
    )
    assert [days(one) for one in reading.announcements] == [{"record": "2025-05-09"}]
    assert any("May 2, 2025" in refusal.evidence.quote for refusal in reading.refusals)


def test_meeting_day_without_a_verb() -> None:
    one = only(
        "Subject to approval at the 26th Ordinary General Meeting of Shareholders in Tokyo, on June 28, 2025: dividend of JPY 13.50 per share, record date March 31, 2025."
    )
    assert days(one) == {"record": "2025-03-31", "meeting": "2025-06-28"}
    assert one.status is Status.SUBJECT_TO_APPROVAL
    assert one.meeting is not None
    assert (one.meeting.name, one.meeting.place) == ("26th Ordinary General Meeting of Shareholders", "Tokyo")


def test_column_table() -> None:
    found = read("Fund\tEx-Date\tRecord Date\tPayable Date\tAmount\nA\t05/13/2025\t05/14/2025\t05/28/2025\t$0.10\n"
                 "B\t05/13/2025\t05/14/2025\t05/29/2025\t$0.20\n\nThe funds declared these dividends.").announcements  # fmt: skip
    assert [(one.security, days(one)["payment"]) for one in found] == [
        ("A", "2025-05-28"),
        ("B", "2025-05-29"),
    ]


def test_label_table_leaves_other_columns() -> None:
    one = only(
        "Dividend\n\n\tThis year\tPrevious year\nRecord date\t14 May 2025\t15 May 2024\nDividend per share\tEUR 0.40\tEUR 0.38"
    )
    assert days(one) == {"record": "2025-05-14"}
    assert one.amount is not None
    assert str(one.amount.money) == "EUR 0.40"


def test_wrapped_cells_of_a_fixed_table() -> None:
    one = only("The trust declared a distribution:\n\n"
               "              Distribution/Unit   Record date     Distribution\n"
               "                                                  date\n"
               "                                  February 28,\n"
               "February 2025             $0.05           2025    March 14, 2025\n", date(2025, 2, 12))  # fmt: skip
    assert days(one) == {"record": "2025-02-28", "payment": "2025-03-14"}


def test_one_amount_for_several_payments() -> None:
    text = "A dividend of EUR 0.40 per share was declared for each of May and June. The May dividend is payable on May 28, 2025. The June dividend is payable on June 27, 2025."
    assert [days(one)["payment"] for one in read(text).announcements] == ["2025-05-28", "2025-06-27"]


def test_called_off() -> None:
    one = only("The board has decided to cancel the final dividend of EUR 0.10 per share.")
    assert (one.status, one.function, one.dates) == (Status.WITHDRAWN, NoticeFunction.WITHDRAW, ())


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ("payable on or about May 28, 2025", DateFlag.APPROXIMATE),
        ("payable on May 28", DateFlag.YEAR_INFERRED),
    ],
)
def test_flags(words: str, flag: DateFlag) -> None:
    one = only(f"A dividend of EUR 0.40 per share is {words}.")
    item = one.date_of(DateKind.PAYMENT)
    assert item is not None
    assert (item.day, item.flags) == (date(2025, 5, 28), frozenset({flag}))


def test_month_alone() -> None:
    item = only("A dividend of EUR 0.40 per share is payable in May 2025.").date_of(DateKind.PAYMENT)
    assert item is not None
    assert (item.day, item.knowledge) == (date(2025, 5, 1), Knowledge.MONTH)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A dividend of EUR 0.40 per share is payable May 3, 2025 to holders of record on May 14, 2025.", "the payment date is before the record date"),
        ("A dividend is payable on May 28, 2025.", "no amount per share was found"),
        ("A dividend of EUR 0.40 per share has a record date of 04/05/2025.", "the order of day and month is not certain"),
        ("A dividend of EUR 0.40 per share has a record date of May 14, 2028.", "2028-05-14 is far from the day of the announcement"),
    ],
)  # fmt: skip
def test_doubts(text: str, reason: str) -> None:
    assert reason in in_words(only(text).doubts)


def test_the_same_text_in_another_case_gives_the_same_dates() -> None:
    text = "A dividend of EUR 0.40 per share is payable May 28, 2025 to holders of record on May 14, 2025."
    assert days(only(text.upper())) == days(only(text)) == {"record": "2025-05-14", "payment": "2025-05-28"}


@pytest.mark.parametrize("text", ["", "   \n\n ", "\x00\x00", "\u202e"])
def test_nothing_to_read(text: str) -> None:
    reading = read(text)
    assert reading.announcements == ()
    assert reading.reason is not None


def test_a_heading_behind_a_date_does_not_make_it_inexact() -> None:
    one = only(
        "Granby Falls Paper Company (NYSE: GFPC) declared a dividend of $0.28 per share, payable on or about May 30, "
        "2025 to shareholders of record at the close of business on May 9, 2025.\n\nAbout Granby Falls\n\nIt makes paper."
    )
    assert days(one) == {"record": "2025-05-09", "payment": "2025-05-30"}
    assert {item.kind.value: item.flags for item in one.dates} == {
        "record": frozenset(),
        "payment": frozenset({DateFlag.APPROXIMATE}),
    }


def test_words_behind_a_date_in_its_line_make_it_inexact() -> None:
    one = only("The dividend of EUR 0.20 per share will be paid on May 30, 2025 (approximately).")
    assert one.dates[0].flags == frozenset({DateFlag.APPROXIMATE})


def test_the_day_of_an_earlier_announcement_is_not_this_ones() -> None:
    one = only(
        "Northwick Gas Holdings plc\n\nWithdrawal of final dividend\n\n20 November 2026\n\nThe final dividend of 12.4 "
        "pence per ordinary share announced on 2 November 2026 has been withdrawn.",
        published=None,
    )
    assert (one.function, one.announced) == (NoticeFunction.WITHDRAW, date(2026, 11, 20))
    assert one.references == (date(2026, 11, 2),)


def test_classes_beside_nouns_are_one_name_each() -> None:
    columns = [f"Class A {number} common stock" for number in "ab"]
    text = f"{', '.join(columns)} and Series 3 preferred stock"
    classes = Tools(next(one for one in extractor().lexicons if one.language == "en")).classes
    shadow = text.lower()
    nouns = [match.span() for match in re.finditer("common stock|preferred stock", shadow)]
    assert classes is not None
    found = with_classes(nouns, classes, shadow, 0, len(shadow))
    assert [text[start:end] for start, end in found] == [
        "Class A a common stock",
        "Class A b common stock",
        "Series 3 preferred stock",
    ]


def test_a_form_has_as_many_columns_as_it_has_classes() -> None:
    heads = "\t".join(["", *(f"Series {number} shares" for number in range(1, 151))])
    days = "\t".join(["Record date", *(f"May {number % 28 + 1}, 2025" for number in range(1, 151))])
    amounts = "\t".join(["Dividend per share", *(f"$0.{number + 100}" for number in range(1, 151))])
    found = read(f"Harrow Tool Corp. declares dividends.\n\n{heads}\n{days}\n{amounts}\n").announcements
    assert len(found) == 150
    assert {one.security: one.amount.money.amount for one in found if one.amount}["Series 150"] == Decimal(
        "0.250"
    )


def test_a_date_in_a_long_line_heads_no_line() -> None:
    line = "2025-05-07: dividend. " * 40
    shadow = f"{line}\n2025-05-07: annual general meeting\n2025-06-07: dividend\n"
    spans = DateReader(extractor().lexicons[2]).read(shadow)
    assert [shadow[span.start - 1] for span in spans if heads_line(shadow, span)] == ["\n", "\n"]
    assert len(spans) == 42
