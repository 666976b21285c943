"""Markets as texts name them: from a market's name and a symbol to its MIC (ISO 10383)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calendar_service.errors import DataFileError

_KEYS = frozenset(["names", "country", "symbol", "labels", "suffix", "bare", "near", "home"])
_ANY_SYMBOL = r"[A-Z0-9][A-Z0-9.\-]{0,9}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One market. The keys are explained at the top of listings.toml."""

    mic: str
    country: str
    names: tuple[str, ...]
    symbol: re.Pattern[str]
    labels: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    bare: re.Pattern[str] | None = None
    near: tuple[str, ...] = ()
    home: bool = False

    def fits(self, symbol: str) -> bool:
        """Whether a symbol can be one of this market."""
        return self.symbol.fullmatch(symbol) is not None


class Listings:
    """All markets, by name, by label and by the suffix of a symbol."""

    def __init__(self, markets: tuple[Listing, ...]) -> None:
        self.markets = markets
        self.bare = [(one, one.bare) for one in markets if one.bare is not None]
        self.by_mic = {one.mic: one for one in markets}
        self._by_name = _group(markets, lambda one: (*one.names, one.mic.lower()))
        self._by_label = _group(markets, lambda one: one.labels)
        self.names = sorted(self._by_name, key=len, reverse=True)
        self.labels = sorted(self._by_label, key=len, reverse=True)
        self.suffixes = {suffix: one for one in markets for suffix in one.suffixes}

    def market_of(self, name: str, symbol: str) -> str | None:
        """The MIC of a market that a text names, where the symbol can be one of it; else None."""
        return _first(self._by_name.get(" ".join(name.lower().split()), ()), symbol)

    def market_of_label(self, label: str, symbol: str) -> str | None:
        """The MIC of the market that alone writes this label before its symbols, where the symbol fits."""
        return _first(self._by_label.get("".join(label.lower().split()), ()), symbol)

    def split(self, symbol: str) -> tuple[str, str | None]:
        """A symbol without a data vendor's suffix, and the MIC that the suffix stands for: "0788.HK"."""
        bare, dot, suffix = symbol.rpartition(".")
        one = self.suffixes.get(dot + suffix)
        return (bare, one.mic) if one is not None and one.fits(bare) else (symbol, None)

    def is_contradicted(self, mic: str, countries: set[str]) -> bool:
        """Whether ISINs of these countries cannot be of a share of this market."""
        market = self.by_mic.get(mic)
        return market is not None and market.home and bool(countries) and market.country not in countries


def _group(markets: tuple[Listing, ...], words: Any) -> dict[str, tuple[Listing, ...]]:
    found: dict[str, tuple[Listing, ...]] = {}
    for one in markets:
        for word in words(one):
            key = "".join(word.lower().split()) if word in one.labels else word
            found[key] = (*found.get(key, ()), one)
    return found


def _first(markets: tuple[Listing, ...], symbol: str) -> str | None:
    return next((one.mic for one in markets if one.fits(symbol)), None)


@cache
def load_listings() -> Listings:
    """The markets of listings.toml, which ships beside this module. Raises DataFileError with the key."""
    path = Path(__file__).with_name("listings.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Listings(tuple(_listing(path, mic, entry) for mic, entry in data.items()))


def _listing(path: Path, mic: str, entry: dict[str, Any]) -> Listing:
    unknown = set(entry) - _KEYS
    if unknown:
        raise DataFileError(f"{path.name}: {mic}.{min(unknown)}: unknown key; known are {sorted(_KEYS)}.")
    try:
        return Listing(
            mic=mic,
            country=entry["country"],
            names=tuple(entry["names"]),
            symbol=re.compile(entry.get("symbol", _ANY_SYMBOL)),
            labels=tuple(entry.get("labels", ())),
            suffixes=tuple(entry.get("suffix", ())),
            bare=re.compile(entry["bare"]) if "bare" in entry else None,
            near=tuple(entry.get("near", ())),
            home=entry.get("home", False),
        )
    except (KeyError, TypeError, re.error) as error:
        raise DataFileError(f"{path.name}: {mic}: {error}") from error
