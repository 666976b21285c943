from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import calendar_service.publish
from calendar_service.markets.data import find_config, read_markets
from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Issuer
from calendar_service.model.codes import (
    AmountKind,
    Basis,
    DateFlag,
    DateKind,
    EventType,
    Knowledge,
    NoticeFunction,
    Participation,
    Status,
)
from calendar_service.model.values import EventDate, Money, Ratio
from calendar_service.publish import words as module
from calendar_service.publish.meanings import BASIS_MEANINGS, STATUS_MEANINGS
from calendar_service.publish.words import LANGUAGES, words_for

ROOM = Path(calendar_service.publish.__file__).parent
PACKAGE = ROOM.parent
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def read_catalogue(language: str) -> Catalog:
    file = ROOM / "locales" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


@cache
def said_in_code() -> set[str]:
    """What the package says to readers: remarks anywhere, other texts in the rooms that write for readers."""
    kinds = [("**.py", "python"), ("**.html", "jinja2")]
    rooms = [
        (PACKAGE, ["remark"]),
        *((PACKAGE / room, ["say", "mark"]) for room in ("model", "publish", "web")),
    ]
    found = [
        message
        for room, keywords in rooms
        for message in extract_from_dir(str(room), kinds, keywords=dict.fromkeys(keywords))
    ]
    return {str(message) for _, _, message, _, _ in found}


def said_in_markets() -> set[str]:
    """What config/markets.toml says to readers: names, sources of rules, why no rule is given, cautions,
    closures at short notice.
    """
    markets = read_markets(find_config("markets.toml"))
    days = [day for market in markets for day in (*market.trading.closed, *market.settlement.closed)]
    rules = [rule for market in markets for rule in market.rules]
    return {
        *(market.name for market in markets),
        *(day.why for day in days if day.known),
        *(text for rule in rules for text in (rule.why, rule.caution) if text),
        *(rule.source for rule in rules if rule.ex is not None),
        *(market.payment.source for market in markets if market.payment),
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_that_is_said_is_translated_and_nothing_else_is_kept(language: str) -> None:
    translated = {str(message.id) for message in read_catalogue(language) if message.id and message.string}
    assert translated == said_in_code() | said_in_markets()


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_hold_the_same_places_to_fill_in(language: str) -> None:
    for message in read_catalogue(language):
        places = re.findall(r"\{\w+\}", str(message.id))
        assert sorted(re.findall(r"\{\w+\}", str(message.string))) == sorted(places), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_current(language: str) -> None:
    file = resources.files("calendar_service.publish") / "locales" / language / "LC_MESSAGES" / "messages.mo"
    with file.open("rb") as stream:
        compiled = read_mo(stream)
    said = {str(message.id): message.string for message in read_catalogue(language) if message.id}
    assert {str(message.id): message.string for message in compiled if message.id} == said, (
        "run pybabel compile"
    )


def test_every_word_of_the_vocabularies_has_a_name() -> None:
    assert set(module.KINDS) == set(DateKind)
    assert set(module.EVENT_TYPES) == set(EventType)
    assert set(module.STATUSES) == set(Status)
    assert set(module.BASES) == set(Basis)
    assert set(module.FLAGS) == set(DateFlag)
    assert set(module.PARTICIPATIONS) == set(Participation)
    assert set(module.AMOUNT_KINDS) == set(AmountKind)
    assert set(module.FUNCTIONS) == set(NoticeFunction)
    assert set(BASIS_MEANINGS) == set(Basis)
    assert set(STATUS_MEANINGS) == set(Status)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Sat, 31 Mar 2018"),
        ("ja", "2018年3月31日(土)"),
        ("de", "Sa., 31. März 2018"),
        ("xx", "Sat, 31 Mar 2018"),
    ],
)
def test_days_are_written_as_the_language_does(language: str, expected: str) -> None:
    assert words_for(language).day(date(2018, 3, 31)) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (EventDate(DateKind.EX, date(2026, 5, 1)), "Fri, 1 May 2026"),
        (EventDate(DateKind.EX, None, knowledge=Knowledge.UNKNOWN), "to be announced"),
        (EventDate(DateKind.EX, None, knowledge=Knowledge.ONGOING), "ongoing"),
        (
            EventDate(DateKind.EX, date(2026, 5, 1), knowledge=Knowledge.MONTH),
            "May 2026, day to be announced",
        ),
        (
            EventDate(DateKind.OFFER_PERIOD, date(2026, 5, 1), last_day=date(2026, 5, 2)),
            "Fri, 1 May 2026 to Sat, 2 May 2026",
        ),
        (
            EventDate(DateKind.MEETING, date(2026, 5, 1), time=time(9, 30), zone="Asia/Tokyo"),
            "Fri, 1 May 2026, 09:30 Asia/Tokyo",
        ),
    ],
)
def test_dates_in_words(item: EventDate, expected: str) -> None:
    assert words_for("en").event_date(item) == expected


@pytest.mark.parametrize(
    ("language", "amount", "currency", "expected"),
    [
        ("en", "13.50", "JPY", "JPY 13.50"),
        ("de", "1234.5", "EUR", "1.234,5 EUR"),
        ("ja", "1E+3", "JPY", "1,000 JPY"),
        ("en", "0.000125", "USD", "USD 0.000125"),
        ("en", "0.30", None, "0.30 (currency not stated)"),
    ],
)
def test_money_keeps_exactly_the_digits_announced(
    language: str, amount: str, currency: str | None, expected: str
) -> None:
    assert words_for(language).money(Money(Decimal(amount), currency)) == expected


def test_the_gist_of_a_split_is_its_ratio() -> None:
    ratio = Ratio(Decimal(2), Decimal(1))
    action = CorporateAction("a", "i", Issuer("I"), EventType.STOCK_SPLIT, Status.ANNOUNCED, (), ratio=ratio)
    assert words_for("en").gist(action) == "2:1"


def test_equal_numbers_are_shown_with_the_decimals_they_were_stated_with() -> None:
    words = words_for("en")
    assert [words.number(Decimal(digits)) for digits in ("7", "7.0", "7.00", "7")] == [
        "7",
        "7.0",
        "7.00",
        "7",
    ]
