"""Which of several securities a day is for: the frames of extract/sentence/takers.py."""

from __future__ import annotations

import pytest

from calendar_service.extract.sentence.takers import beside, distinct, is_apart, is_same, mentions, order_of


def days_in(text: str, *words: str) -> list[tuple[int, int]]:
    return [(text.index(word), text.index(word) + len(word)) for word in words]


def test_a_security_is_known_by_the_words_that_no_other_has() -> None:
    text = "to holders of preferred and common shares"
    assert mentions(["common share", "preferred share"], text) == [
        text.index("common"),
        text.index("preferred"),
    ]


def test_a_lone_name_or_equal_names_are_not_told_apart() -> None:
    assert mentions(["common share"], "common shares") == [None]
    assert mentions(["share", "share"], "holders of shares") == [None, None]


def test_letters_of_classes_are_found_with_their_neighbour_only() -> None:
    text = "a dividend to holders of class b and class a stock"
    assert mentions(["class a stock", "class b stock"], text) == [
        text.index("class a"),
        text.index("class b"),
    ]


def test_lists_are_paired_in_the_order_of_the_sentence() -> None:
    text = "on 31 march and 15 april to holders of preferred and common shares, respectively"
    days = days_in(text, "31 march", "15 april")
    assert order_of(["common share", "preferred share"], days, text, 0, listed=True) == [1, 0]


def test_lists_without_words_for_their_order_are_not_paired() -> None:
    text = "on 31 march and 15 april to holders of preferred and common shares"
    days = days_in(text, "31 march", "15 april")
    assert order_of(["common share", "preferred share"], days, text, 0, listed=False) is None


def test_names_between_the_days_need_no_words_for_their_order() -> None:
    text = "on 31 march to holders of preferred shares and on 15 april to holders of common shares"
    days = days_in(text, "31 march", "15 april")
    assert order_of(["common share", "preferred share"], days, text, 0, listed=False) == [1, 0]


def test_where_only_one_of_two_is_named_nothing_is_paired() -> None:
    text = "on 31 march and 15 april to holders of common shares"
    days = days_in(text, "31 march", "15 april")
    assert order_of(["common share", "preferred share"], days, text, 0, listed=True) is None


def test_where_nobody_is_named_the_told_order_holds() -> None:
    text = "on 31 march and 15 april"
    days = days_in(text, "31 march", "15 april")
    assert order_of(["common share", "preferred share"], days, text, 0, listed=True) == [0, 1]


def test_unequal_lists_are_not_paired() -> None:
    text = "on 31 march and 15 april to holders of a, b and c shares"
    days = days_in(text, "31 march", "15 april")
    assert beside(days, [(41, 42), (44, 45), (50, 51)], listed=True) is None


def test_singular_and_plural_are_one_security() -> None:
    text = "ordinary share, ordinary shares, ads"
    assert distinct([(0, 14), (16, 31), (33, 36)], text) == [(0, 14), (33, 36)]


@pytest.mark.parametrize(
    ("name", "other", "same", "apart"),
    [
        ("ordinary share", "ordinary shares", True, False),
        ("stammaktie", "stammaktien", False, False),
        ("ads", "ordinary share", False, True),
        ("acción", "acciones", False, False),
    ],
)
def test_names_are_compared(name: str, other: str, *, same: bool, apart: bool) -> None:
    assert (is_same(name, other), is_apart(name, other)) == (same, apart)
