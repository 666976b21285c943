from __future__ import annotations

import pytest

from calendar_service.extract.candidates.currencies import (
    currency_of_dollar,
    currency_of_rupee,
    home_currency,
)

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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the board met at karachi and declared rs. 5 per share", "PKR"),
        ("listed on the colombo stock exchange, rs. 1.50 per share", "LKR"),
        ("a company of port louis, rs 2 per share", "MUR"),
        ("rs. 5 per share, bse: 500999, with a plant near karachi", "INR"),
        ("rs. 5 per share in karachi and in colombo", "INR"),
        ("rs. 5 per share", "INR"),
    ],
)
def test_rupees_are_those_of_the_country_named(text: str, code: str) -> None:
    assert currency_of_rupee(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the mutual, co-operators of the north, under the income tax act (canada), pays $1", "CAD"),
        ("denver, co - the company pays $1", "USD"),
        ("the allentown, pennsylvania-based company pays $1", "USD"),
        ("boise, id-jan. 5 the company pays $1", "USD"),
    ],
)
def test_states_before_a_dash_are_no_halves_of_words(text: str, code: str) -> None:
    assert currency_of_dollar(None, text, None) == code
