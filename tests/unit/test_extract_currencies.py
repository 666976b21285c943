from __future__ import annotations

import pytest

from calendar_service.extract.currencies import home_currency

HOMES = {"CNY": ("人民币", "证券代码"), "TWD": ("新台币", "股东常会"), "HKD": ("港元",)}


@pytest.mark.parametrize(
    ("shadow", "code"),
    [
        ("股东常会通过,每股1元", "TWD"),
        ("证券代码:600000 每股1元", "CNY"),
        ("每股1元", "CNY"),
        ("证券代码:600000 每股1元,合1港元", None),
        ("股东常会通过,新台币1元,合1港元", "TWD"),
    ],
)
def test_word_means_the_currency_of_the_market_that_is_spoken_of(shadow: str, code: str | None) -> None:
    assert home_currency(HOMES, shadow) == code


def test_language_without_words_for_markets_tells_no_currency() -> None:
    assert home_currency({}, "5 kroner") is None
