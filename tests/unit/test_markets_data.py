"""The data file: what ships is sound, and every mistake is named with file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calendar_service.errors import DataFileError
from calendar_service.markets import find_config, load
from calendar_service.markets.calendars import closed_days, easter_sunday
from calendar_service.markets.data import read_markets
from calendar_service.markets.rules import Days

GOOD = """
[markets.home]
name = "Home"
mics = ["XHOM"]
countries = ["DE"]
derives = ["cash_dividend"]
covered_from = 2000-01-01
verified_until = 2026-12-31
[markets.home.trading]
calendars = []
yearly = [{ day = "12-25" }, { day = "10-mon-2", until = 2010 }, { easter = -2 }]
[[markets.home.rules]]
name = "home-t2"
records_from = 2000-01-01
ex = -1
source = "a text"
sure = "sourced"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    found = load(write(tmp_path, GOOD)).derive_one("XHOM", date(2024, 12, 26))
    assert (found.ex, found.last_cum) == (date(2024, 12, 24), date(2024, 12, 23))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "Home"', "", "markets.home.name: is missing"),
        ('name = "Home"', 'name = " "', "markets.home.name: must not be empty"),
        ('name = "Home"', "name = 3", "markets.home.name: must be of type str, not int"),
        ('name = "Home"', 'name = "Home"\nnmae = "Home"', "markets.home.nmae: is not a known key"),
        ('["XHOM"]', '["home"]', "markets.home.mics: 'home' is not allowed here"),
        ('["XHOM"]', "[]", "markets.home.mics: names no market identifier code"),
        ('"cash_dividend"', '"cash"', "markets.home.derives: 'cash' is not a valid EventType"),
        ("calendars = []", 'calendars = ["land:DE"]', "markets.home.trading.calendars: 'land:DE'"),
        ('"12-25"', '"25-12"', "markets.home.trading.yearly[0].day: needs day"),
        ('day = "12-25"', 'day = "12-25", easter = 1', "markets.home.trading.yearly[0].day: needs day"),
        ('"sourced"', '"certain"', "markets.home.rules[0].sure: 'certain' is not one of sourced, seen"),
        ("ex = -1", "", "markets.home.rules[0].why: is missing"),
        ("ex = -1", "ex = true", "markets.home.rules[0].ex: must be of type int, not bool"),
        (
            "covered_from = 2000-01-01",
            "covered_from = 2000-01-01T00:00:00",
            "must be of type date, not datetime",
        ),
        ('mics = ["XHOM"]', 'mics = ["XHOM"]\nlarge_share = "a lot"', "large_share: 'a lot' is not a number"),
        ('mics = ["XHOM"]', 'mics = ["XHOM"]\nforeign_pattern = "("', "is not a regular expression"),
        ("[markets.home]", "[[markets.home]]", "mine.toml"),
        ("[markets.home]", "[markets.home", "mine.toml"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(DataFileError) as caught:
        read_markets(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)


def test_overlapping_rules_are_refused(tmp_path: Path) -> None:
    rule = GOOD[GOOD.index("[[markets.home.rules]]") :].replace("home-t2", "home-t1")
    with pytest.raises(DataFileError, match="home-t2 and home-t1 overlap"):
        read_markets(write(tmp_path, GOOD + rule))


def test_one_code_belongs_to_one_market(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"XHOM is also in markets\.home"):
        read_markets(write(tmp_path, GOOD + GOOD.replace("markets.home", "markets.away")))


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(DataFileError, match="has no market"):
        read_markets(write(tmp_path, ""))
    with pytest.raises(DataFileError, match=r"no-such-file\.toml is missing"):
        find_config("no-such-file.toml")


def test_an_unknown_calendar_is_named_when_it_is_asked() -> None:
    with pytest.raises(DataFileError, match=r"markets\.home: the holidays package has no calendar 'XQQQ'"):
        closed_days(Days(calendars=("XQQQ",)), 2024, "home")
    with pytest.raises(DataFileError, match="country:ZZ"):
        closed_days(Days(calendars=("country:ZZ",)), 2024, "home")


def test_what_ships_covers_the_promised_markets() -> None:
    markets = load()
    wanted = (
        "XNYS XNAS XASE OTCM XTSE XTKS XLON XDUB XETR XFRA XPAR XAMS XBRU XLIS XMIL XMAD XSWX XSTO XHEL XCSE "
        "XOSL XICE XWBO XHKG XASX XNZE XSES XNSE XBOM XKRX XKOS XSHG XSHE BVMF XIDX XTAI"
    )
    assert set(wanted.split()) <= set(markets.mics)


def test_every_calendar_that_ships_is_known_to_the_library() -> None:
    for market in read_markets(find_config("markets.toml")):
        closed = closed_days(market.trading, 2025, market.key) | closed_days(
            market.settlement, 2025, market.key
        )
        assert date(2025, 1, 1) in closed or market.key == "india"
        assert 5 <= len({item for item in closed if item.weekday() < 5}) <= 35, market.key


def test_cycles_and_rules_agree_on_the_present() -> None:
    """Where holders are taken in the register, ex lies cycle - 1 business days before the record date."""
    trade_date_based = {"china", "brazil", "taiwan"}
    for market in read_markets(find_config("markets.toml")):
        rules = [rule for rule in market.rules if rule.sure != "planned"]
        cycles = [cycle for cycle in market.cycles if cycle.sure != "planned"]
        if market.key not in trade_date_based:
            assert rules[-1].ex == 1 - cycles[-1].days, market.key


def test_exceptions_lie_in_the_years_that_are_covered() -> None:
    for market in read_markets(find_config("markets.toml")):
        for item in (*market.trading.closed, *market.trading.open, *market.settlement.closed):
            assert market.covered_from <= item.day <= market.provisional_until, (market.key, item)
            assert item.known is None or item.known <= item.day, (market.key, item)


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2038, 4, 25)]
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)
