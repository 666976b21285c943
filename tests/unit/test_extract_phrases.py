from __future__ import annotations

import pytest

from calendar_service.extract.lexicon.lexicon import Phrase
from calendar_service.extract.lexicon.phrases import Finder, Hits, by_role, longest
from calendar_service.extract.page.normalise import fold

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


def test_hits_are_asked_for_by_place_role_language_and_mark() -> None:
    finder = Finder(
        [
            Phrase("record date", "cue", "record", "en"),
            Phrase("date", "mark", "today", "en"),
            Phrase("record", "mark", "past", "de"),
        ]
    )
    text = "record date, record date"
    hits = Hits(finder.find(text, fold(text)))
    both = ("en", "de")
    assert [hit.start for hit in hits.within(0, len(text), both)] == [0, 0, 7, 13, 13, 20]
    assert [hit.start for hit in hits.within(0, len(text), both, "cue")] == [0, 13]
    assert [hit.start for hit in hits.within(0, len(text), both, "today")] == [7, 20]
    assert [hit.start for hit in hits.within(0, len(text), ("de",), "mark")] == [0, 13]
    assert [hit.end for hit in hits.within(1, 19, both)] == [
        11,
        19,
    ]  # one that ends behind does not lie in it
    assert hits.within(0, len(text), both, "postpone") == []


def test_hits_by_role_keep_their_order() -> None:
    text = "ex-dividend p dividend"
    found = by_role(FINDER.find(text, fold(text)))
    assert {role: [hit.phrase.text for hit in hits] for role, hits in found.items()} == {
        "cue": ["ex-dividend"],
        "event": ["dividend", "p", "dividend"],
    }
