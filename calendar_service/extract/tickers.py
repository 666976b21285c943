"""Symbols of shares with their market: "NASDAQ: ABC; TSX: ABC.A", "証券コード：7999 東証プライム", "0788.HK"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from calendar_service.extract.listings import Listings, load_listings
from calendar_service.extract.naming import Naming
from calendar_service.model.values import SecurityId

_CODE = r"[A-Z0-9][A-Z0-9&]{0,11}(?:[.\-/][A-Z0-9]{1,6}){0,2}"
_MORE = re.compile(rf"(?:[ ]?(?:,|/|;|and|&|och|und|et|y|e)[ ]?)[\"']?({_CODE})(?![A-Za-z0-9:]| ?:)")
_NEWSWIRE = re.compile(r"(?m)(?<=\s)>([A-Z][A-Z.]{0,5})[ ]*$")
_SUFFIXED = re.compile(r"(?<![A-Za-z0-9])([A-Z0-9]{1,8})(\.[A-Z]{1,3})(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Ticker:
    """A symbol with its place; `start` is where its market or label begins. A loose one is named in a sentence."""

    id: SecurityId
    start: int
    end: int
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns of all markets' names and labels."""

    market: re.Pattern[str]
    label: re.Pattern[str]
    under: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    listings = load_listings()
    names = "|".join(_blanks(name) for name in listings.names)
    labels = "|".join(r"[ ]?".join(map(re.escape, label)) for label in listings.labels)
    code = rf"[\"']?(?P<code>{_CODE})[\"']?(?![A-Za-z])"
    marker = r"(?:[ ]?(?:symbols?|tickers?|code))?"
    return _Patterns(
        market=re.compile(
            rf"(?<![A-Za-z])(?P<market>(?i:{names})){marker}(?P<others>(?:[ ]?[,/&][ ]?(?i:{names})){{0,3}})[ ]?[:：][ ]?{code}"
        ),
        label=re.compile(
            rf"(?<![^\W\d_])(?P<label>(?i:{labels}))(?:[ ]?[:：][ ]?|[ ]*\t|[ ]{{0,6}}|\n){code}(?![\d])"
            rf"(?P<after>[ 　、,]{{0,2}}(?i:{names}))?"
        ),
        under=re.compile(
            rf"(?<![A-Za-z])(?P<market>(?i:{names}))[^.\n]{{0,60}}?\b(?:symbols?|tickers?)[ ][\"']?(?P<code>{_CODE})"
        ),
    )


def _blanks(name: str) -> str:
    return re.escape(name).replace(r"\ ", r"[ ]")


def find_tickers(plain: str, naming: Naming) -> list[Ticker]:
    """All symbols that a text (flattened) says, in its order, each place once. Doubtful ones have no market."""
    listings = load_listings()
    taken: dict[int, Ticker] = {}
    for one in (
        *_with_market(plain, listings),
        *_with_label(plain, listings),
        *_suffixed(plain, listings),
        *_alone(plain, listings),
        *_plain_symbols(plain, naming, listings),
    ):
        taken.setdefault(one.end, one)
    return sorted(taken.values(), key=lambda one: (one.start, one.end))


def _ticker(symbol: str, mic: str | None, market: str | None, start: int, end: int) -> Ticker:
    return Ticker(SecurityId("ticker", symbol, mic, market), start, end)


def _with_market(plain: str, listings: Listings) -> Iterator[Ticker]:
    for is_loose, pattern in enumerate((_patterns().market, _patterns().under)):
        for match in pattern.finditer(plain):
            groups = match.groupdict()
            others = [name.strip() for name in re.split(r"[,/&]", groups.get("others") or "") if name.strip()]
            for market in (match["market"], *others):
                for one in _all_of(plain, listings, market, match):
                    yield replace(one, is_loose=bool(is_loose))


def _all_of(plain: str, listings: Listings, market: str, match: re.Match[str]) -> Iterator[Ticker]:
    """The symbol of a match and those listed after it: "NYSE: ARR, ARR-PRC"."""
    symbol, end = match["code"], match.end("code")
    mic = _mic_of(listings, market, symbol)
    if mic is None:
        return
    yield _ticker(listings.split(symbol)[0], mic, market, match.start(), end)
    if symbol.isdigit():
        return
    for _ in range(4):
        more = _MORE.match(plain, end + (plain[end : end + 1] in "\"'"))
        if more is None or not _is_sister(symbol, more[1]):
            return
        end = more.end(1)
        yield _ticker(more[1], mic, market, more.start(1), end)


def _is_sister(symbol: str, other: str) -> bool:
    """Whether two symbols can be of one company: classes, preferred shares and warrants share their beginning."""
    stem = re.split(r"[.\-/]", symbol)[0]
    return other.isupper() and len(stem) >= 2 and other.startswith((stem[:3], stem[:-1]))


def _mic_of(listings: Listings, market: str, symbol: str) -> str | None:
    mic = listings.market_of(market, symbol)
    bare, suffixed = listings.split(symbol)
    return mic if mic and not suffixed else listings.market_of(market, bare) or mic


def _with_label(plain: str, listings: Listings) -> Iterator[Ticker]:
    for match in _patterns().label.finditer(plain):
        symbol, named = match["code"], (match["after"] or "").strip(" 　、,")
        if not any(letter.isdigit() for letter in symbol) and symbol.lower() == match["label"].lower():
            continue
        mic = (listings.market_of(named, symbol) if named else None) or listings.market_of_label(
            match["label"], symbol
        )
        if mic:
            bare = symbol
            yield _ticker(bare, mic, named or None, match.start(), match.end("code"))


def _suffixed(plain: str, listings: Listings) -> Iterator[Ticker]:
    for match in _SUFFIXED.finditer(plain):
        symbol, mic = listings.split(match.group())
        in_brackets = plain[max(0, match.start() - 1) : match.start()] in ("(", "[")
        if mic and (in_brackets or symbol.isdigit()):
            yield _ticker(symbol, mic, None, match.start(), match.end())


def _alone(plain: str, listings: Listings) -> Iterator[Ticker]:
    for match in _NEWSWIRE.finditer(plain):
        yield replace(_ticker(match[1], None, None, match.start(1), match.end(1)), is_loose=True)
    for one in listings.markets:
        for match in one.bare.finditer(plain) if one.bare else ():
            yield _ticker(match[1], one.mic, None, match.start(1), match.end(1))


def _plain_symbols(plain: str, naming: Naming, listings: Listings) -> Iterator[Ticker]:
    """Symbols behind words that name no market: "Stock code 00215", "ticker symbol ABC"."""
    for match in naming.symbol.finditer(plain):
        code = re.compile(_CODE).match(plain, match.end())
        if code is None or re.match(r"[a-z]", plain[code.end() : code.end() + 1]) or len(code.group()) > 12:
            continue
        around = plain[max(0, match.start() - 90) : code.end() + 70]
        mic = next(
            (
                found
                for name in listings.names
                if len(name) > 3
                and re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", around.lower())
                and (found := listings.market_of(name, code.group()))
            ),
            None,
        )
        yield replace(_ticker(code.group(), mic, None, match.start(), code.end()), is_loose=True)
