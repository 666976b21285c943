from __future__ import annotations

import pytest

from calendar_service.extract.lexicon import Phrase
from calendar_service.extract.normalise import fold
from calendar_service.extract.phrases import Finder, longest

FINDER = Finder(
    [
        Phrase("record date", "cue", "record", "en"),
        Phrase("ex-dividend", "cue", "ex", "en"),
        Phrase("dividend", "event", "cash_dividend", "en"),
        Phrase("p", "event", "other", "en"),
        Phrase("配当", "event", "cash_dividend", "ja", substring=True),
    ]
)


def found(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in FINDER.find(text, fold(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Record Date",
        "record\ndate",
        "RECORD-DATE",
        "recorddate",
        "record  date",
        "Ｒｅｃｏｒｄ　ｄａｔｅ",
        "recordDate",
    ],
)
def test_case_width_wraps_and_hyphens_do_not_matter(text: str) -> None:
    assert found(text) == [text]


@pytest.mark.parametrize(
    "text", ["records dates", "discord dated", "record\n\ndate", "record\tdate", "record. date", "stopped"]
)
def test_other_words_are_not_found(text: str) -> None:
    assert found(text) == []


def test_lost_blanks_part_words_where_the_case_changes() -> None:
    assert found("per shareRecord date: 2025Record date") == ["Record date", "Record date"]
    assert found("12p") == ["p"]


def test_substrings_are_found_in_scripts_without_words() -> None:
    assert found("期末配当金") == ["配当"]


def test_hits_overlap_and_longest_picks() -> None:
    text = "ex-dividend"
    hits = FINDER.find(text, fold(text))
    assert [hit.phrase.value for hit in hits] == ["ex", "cash_dividend"]
    assert [hit.phrase.value for hit in longest(hits)] == ["ex"]


def test_only_the_languages_asked_for_are_searched() -> None:
    text = "dividend 配当"
    assert [hit.phrase.language for hit in FINDER.find(text, fold(text), ("ja",))] == ["ja"]
