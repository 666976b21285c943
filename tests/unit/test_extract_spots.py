from __future__ import annotations

import re

import pytest

from calendar_service.extract.lexicon.spots import Spotter, matches_at

SPOTTER = Spotter({"labels": ["Stock code", "証券コード"], "verbs": ["pays", "stock"]})


@pytest.mark.parametrize(
    ("plain", "labels", "verbs"),
    [
        ("Stock code 215", [0], [0]),
        ("the STOCK  CODE", [4], [4]),
        ("it pays and repays", [], [3, 14]),
        ("x 証 券コード 7999", [2], []),
        ("İİ pays", [], [3]),
        ("", [], []),
    ],
)
def test_words_are_found_in_any_case_with_blanks_or_without(
    plain: str, labels: list[int], verbs: list[int]
) -> None:
    assert SPOTTER.find(plain) == {"labels": labels, "verbs": verbs}


def test_matches_do_not_overlap_and_end_in_time() -> None:
    found = matches_at(re.compile("a+b?"), "aaab ab ab", [0, 1, 5, 8], 9)
    assert [match.span() for match in found] == [(0, 4), (5, 7), (8, 9)]
