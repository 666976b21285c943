"""The data files of who announces: complete, without words that say nothing, and markets told apart."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from calendar_service import extract
from calendar_service.errors import DataFileError
from calendar_service.extract.candidates.listings import load_listings
from calendar_service.extract.issuer.companies import load_shapes
from calendar_service.extract.issuer.naming import KEYS, load_words
from calendar_service.model.reconcile.listing import MARKETS

ROOM = Path(extract.__file__).parent
FILES = sorted((ROOM / "lexicons" / "issuers").glob("*.toml"))


def test_each_language_says_who_announces() -> None:
    assert [path.stem for path in FILES] == [path.stem for path in sorted((ROOM / "lexicons").glob("*.toml"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_words_stand_once(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(data) <= set(KEYS)
    for key, words in data.items():
        assert len({word.lower() for word in words}) == len(words), key


def test_mistakes_are_named(tmp_path: Path) -> None:
    for text, problem in (
        ("label = []", "xx.toml: label: unknown key"),
        ('labels = "x"', "xx.toml: labels: must be"),
    ):
        (tmp_path / "xx.toml").write_text(text, encoding="utf-8")
        with pytest.raises(DataFileError, match=problem):
            load_words(tmp_path)


def test_markets_of_the_model_are_known_with_the_same_country() -> None:
    listings = load_listings()
    assert {mic: listings.by_mic[mic].country for mic in MARKETS} == {
        mic: country for mic, (country, _) in MARKETS.items()
    }


@pytest.mark.parametrize(
    ("name", "symbol", "mic"),
    [
        ("TSE", "7999", "XTKS"), ("TSE", "ABC", "XTSE"), ("tse", "285A", "XTKS"), ("Euronext  Paris", "VVC", "XPAR"),
        ("BSE", "599871", "XBOM"), ("BSE", "ABC", None), ("SSE", "600000", "XSHG"), ("nowhere", "ABC", None), ("XNYS", "HTC", "XNYS"),
    ],
)  # fmt: skip
def test_a_symbol_tells_markets_of_one_name_apart(name: str, symbol: str, mic: str | None) -> None:
    assert load_listings().market_of(name, symbol) == mic


@pytest.mark.parametrize(
    ("symbol", "parts"),
    [
        ("0788.HK", ("0788", "XHKG")),
        ("7203.T", ("7203", "XTKS")),
        ("BRK.B", ("BRK.B", None)),
        ("HTC", ("HTC", None)),
    ],
)
def test_suffixes_of_data_vendors(symbol: str, parts: tuple[str, str | None]) -> None:
    assert load_listings().split(symbol) == parts


@pytest.mark.parametrize(
    ("name", "legal", "ends"),
    [
        ("Harrow Corp.", True, True), ("Harrow S. p. A.", True, True), ("HARROW PLC", True, True), ("Harrow Trust", False, True),
        ("Harrow", False, False), ("北電機株式会社", True, True), ("Grupo Sur, S.A.B. de C.V.", True, True), ("known as", False, False),
    ],
)  # fmt: skip
def test_forms(name: str, legal: bool, ends: bool) -> None:
    shapes = load_shapes()
    assert (shapes.has_legal_form(name), shapes.ends_in_form(name)) == (legal, ends)
