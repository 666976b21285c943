"""Dates whose words stand far away in their sentence: the frame of extract/assemble/distant.py, in Norwegian, which has hints."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.extract.sentence.statements import STRANGE
from tests.extracting import days, only, told

APRIL = date(2026, 4, 7)
DIVIDEND = "Dalverk ASA har et utbytte på 1,20 kroner per aksje. "
FAR = "etter fradrag av kildeskatt og gjennom aksjonærenes egne kontoførere i verdipapirsentralen,"
YEARLY = "som tidligere år med fysisk oppmøte og uten mulighet for elektronisk deltakelse,"


def dates_in(text: str) -> list[dict[str, str]]:
    """The days of each announcement of a text of April 2026."""
    return [found for _, found in told(text, APRIL)]


def test_a_date_far_from_its_words_is_read_and_held() -> None:
    found = only(f"{DIVIDEND}Utbyttet utdeles, {FAR} 4. mai 2026.", APRIL)
    assert days(found) == {"payment": "2026-05-04"}
    assert found.doubts == (STRANGE,)


def test_nothing_is_sought_of_a_kind_that_another_statement_tells() -> None:
    found = only(f"{DIVIDEND}Utbyttet utdeles, {FAR} 4. mai 2026. Betalingsdato: 6. mai 2026.", APRIL)
    assert days(found) == {"payment": "2026-05-06"}
    assert found.doubts == ()


def test_what_a_sentence_tells_as_past_is_not_read() -> None:
    told_as_past = f"{DIVIDEND}Etter at fjorårets beløp ble betalt, utdeles det, {FAR} 4. mai 2026."
    assert dates_in(told_as_past) == []
    assert dates_in(told_as_past.replace("ble betalt", "ble glemt")) == [{"payment": "2026-05-04"}]


def test_the_nearest_words_give_the_meaning() -> None:
    text = f"{DIVIDEND}Beløpet utdeles for aksjer med rett til utbytte, og aksjene er uten rett, {FAR} 4. mai 2026."
    assert dates_in(text) == [{"ex": "2026-05-04"}]


@pytest.mark.parametrize(("between", "expected"), [("", [{"payment": "2026-05-04"}]), (";", [])])
def test_words_do_not_reach_over_the_end_of_a_clause(between: str, expected: list[dict[str, str]]) -> None:
    assert dates_in(f"{DIVIDEND}Utbyttet utdeles {between} {FAR} 4. mai 2026.") == expected


def test_words_do_not_reach_over_another_date() -> None:
    text = f"{DIVIDEND}Utbyttet utdeles til de som står der 24.04.2026, {FAR} 4. mai 2026."
    assert dates_in(text) == [{"payment": "2026-04-24"}]


def test_words_do_not_reach_over_a_date_that_is_understood() -> None:
    text = f"{DIVIDEND}Eierregisterdato for beløpet som utdeles er 24.04.2026, {FAR} 4. mai 2026."
    found = only(text, APRIL)
    assert days(found) == {"record": "2026-04-24"}
    assert found.doubts == ()


@pytest.mark.parametrize(("behind", "expected"), [(" skal", [{"payment": "2026-05-04"}]), (" –", [])])
def test_a_date_before_a_dash_is_that_of_a_dateline(behind: str, expected: list[dict[str, str]]) -> None:
    assert (
        dates_in(f"{DIVIDEND}Oslo, 4. mai 2026{behind} aksjonærene få beløpet når det utdeles.") == expected
    )


def test_words_behind_a_date_reach_less_far_than_words_before_it() -> None:
    far = "aksjonærene gjennom sine egne kontoførere i verdipapirsentralen få beløpet når det utdeles"
    assert dates_in(f"{DIVIDEND}4. mai 2026 skal {far}.") == []
    assert dates_in(f"{DIVIDEND}Det utdeles slik at {far.removesuffix(' når det utdeles')} 4. mai 2026.") == [
        {"payment": "2026-05-04"}
    ]


@pytest.mark.parametrize(
    ("verb", "expected"), [("samles", [{"meeting": "2026-06-04"}]), ("vedtok alle forslag", [])]
)
def test_a_meeting_that_has_decided_is_none_to_come(verb: str, expected: list[dict[str, str]]) -> None:
    text = f"Ordinær generalforsamling i Dalverk ASA, som alle er innkalt til, {verb} {YEARLY} 4. juni 2026."
    assert dates_in(text) == expected


def test_hints_of_a_meeting_need_the_name_of_one_in_their_sentence() -> None:
    text = f"Ordinær generalforsamling i Dalverk ASA er i år igjen. Alle er innkalt, {YEARLY} 4. juni 2026."
    assert dates_in(text) == []


def test_a_language_without_hints_reads_no_distant_date() -> None:
    far = ", after deduction of tax and through the intermediaries with which shareholders keep their own accounts,"
    text = "Granby plc declares a dividend of 12p per share. The dividend is payable{} on 4 May 2026."
    assert told(text.format(""), APRIL) == [("GBP 0.12", {"payment": "2026-05-04"})]
    assert told(text.format(far), APRIL) == [("GBP 0.12", {})]
