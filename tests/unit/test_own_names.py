"""Words of ours in the issuer's own name announce nothing."""

from __future__ import annotations

import pytest

from calendar_service.extract.issuer.ownname import outside_name
from tests.extracting import extractor, told


@pytest.mark.parametrize(
    ("language", "text", "gives"),
    [
        (
            "en",
            "Split Rock Mines Ltd. has declared a dividend of $0.25 per class A share and $0.30 per class B share, payable on June 11, 2025 to holders of record on May 21, 2025. About Split Rock Mines Ltd. The company mines gold.",
            [("? 0.25", {"record": "2025-05-21", "payment": "2025-06-11"}), ("? 0.30", {"record": "2025-05-21", "payment": "2025-06-11"})],
        ),
        (
            "sv",
            "Kallelse till årsstämma i Utdelning AB den 5 maj 2026 klockan 15.00 i Stockholm.",
            [(None, {"meeting": "2026-05-05"})],
        ),
    ],
)  # fmt: skip
def test_words_in_the_own_name_announce_nothing(
    language: str, text: str, gives: list[tuple[str | None, dict[str, str]]]
) -> None:
    assert told(text, None) == gives


def test_only_what_lies_inside_the_name_is_left_out() -> None:
    shadow = "merger fund inc. announces its merger. merger fund inc. will merge."
    hits = extractor()._finder.find(shadow, shadow, ("en",))
    kept = [(hit.start, hit.end) for hit in outside_name(hits, shadow, "Merger Fund Inc.")]
    assert (31, 37) in kept
    assert not any(start < 16 for start, _ in kept)
    assert not any(39 <= start < 55 for start, _ in kept)
    assert [hit for hit in hits if hit.start < 16]
