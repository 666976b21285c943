"""Alternatives in an order that costs little match what plain ones match."""

from __future__ import annotations

import re

import pytest

from calendar_service.extract.lexicon.patterns import alternatives, starting

WORDS = ["june", "jun.", "jun", "may", "u.s. $", "$"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("june 1", "june"),
        ("jun. 1", "jun."),
        ("juno", "jun"),
        ("u.s. $5", "u.s. $"),
        ("$5", "$"),
        ("usx", None),
    ],
)
def test_the_longest_word_wins(text: str, found: str | None) -> None:
    match = re.match(alternatives(WORDS), text)
    assert (match and match[0]) == found


def test_no_words_never_match() -> None:
    assert re.search(alternatives([]), "june") is None


def test_words_that_begin_a_pattern_keep_their_edge() -> None:
    pattern = re.compile(starting(["class", "series", "ser"], edge="(?<![a-z].)"))
    text = "series, subclass, class and ser-b, xser"
    assert [match.span() for match in pattern.finditer(text)] == [(0, 6), (18, 23), (28, 31)]
