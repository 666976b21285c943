"""Symbols of shares with their market: "NASDAQ: ABC; TSX: ABC.A", "証券コード：7999 東証プライム", "0788.HK"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from calendar_service.extract.candidates.listings import Listings, load_listings
from calendar_service.extract.issuer.naming import Naming
from calendar_service.extract.lexicon.spots import Spots, matches_at
from calendar_service.model.values import SecurityId

_CODE = r"[A-Z0-9][A-Z0-9&]{0,11}(?:[.\-/][A-Z0-9]{1,6}){0,2}"
_MORE = re.compile(rf"(?:[ ]?(?:,|/|;|and|&|och|und|et|y|e)[ ]?)[\"']?({_CODE})(?![A-Za-z0-9:]| ?:)")
_NEWSWIRE = re.compile(r"(?m)>(?<=\s>)([A-Z][A-Z.]{0,5})[ ]*$")
_CODE_ALONE = re.compile(rf"{_CODE}(?![a-z])")
_SUFFIXED = re.compile(r"([A-Z0-9](?<![A-Za-z0-9][A-Z0-9])[A-Z0-9]{0,7})(\.[A-Z]{1,3})(?![A-Za-z0-9])")

_SUFFIX = re.compile(r"\.(?<=[A-Z0-9]\.)[A-Z]{1,3}(?![A-Za-z0-9])")
_CODE_LENGTH = 8
_CODE_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class Ticker(NamedTuple):
    """A symbol with its place; `start` is where its market or label begins. A loose one is named in a sentence."""

    id: SecurityId
    start: int
    end: int
    is_loose: bool = False


_BEHIND_COLON = rf"[ ]?[\"']?(?P<code>{_CODE})[\"']?(?![A-Za-z])"
_COLON = re.compile(f":{_BEHIND_COLON}")  # one sign is found many times as fast as one of two
_ANY_COLON = re.compile(f"[:：]{_BEHIND_COLON}")
_MARKER = re.compile(r"[ ]?(?:symbols?|tickers?|code)?[ ]?\Z")
_LINK = re.compile(r"[ ]?[,/&][ ]?\Z")
_MARKED = 9  # signs of a marker or link at most
_LOOK_BACK = 70


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns of all markets' names and labels; `by_end` has the names by their last two letters."""

    name: re.Pattern[str]
    label: re.Pattern[str]
    by_end: dict[str, list[str]]


@cache
def _patterns() -> _Patterns:
    listings = load_listings()
    names = "|".join(re.escape(name).replace(r"\ ", r"[ ]") for name in listings.names)
    labels = "|".join(r"[ ]?".join(map(re.escape, label)) for label in listings.labels)
    by_end: dict[str, list[str]] = {}
    for name in listings.names:
        by_end.setdefault(name[-2:], []).append(name)
    return _Patterns(
        name=re.compile(rf"(?<![A-Za-z])(?i:{names})(?![A-Za-z])"),
        label=re.compile(
            rf"(?<![^\W\d_])(?P<label>(?i:{labels}))(?:[ ]?[:：][ ]?|[ ]*\t|[ ]{{0,6}}|\n)"
            rf"[\"']?(?P<code>{_CODE})[\"']?(?![A-Za-z\d])(?P<after>[ 　、,]{{0,2}}(?i:{names}))?"
        ),
        by_end=by_end,
    )


def find_tickers(plain: str, naming: Naming, spots: Spots) -> list[Ticker]:
    """All symbols that a text (flattened) says, in its order, each place once. Doubtful ones have no market."""
    listings = load_listings()
    taken: dict[tuple[int, str | None], Ticker] = {}
    ends: set[int] = set()
    for one in (
        *_with_market(plain, listings),
        *_with_label(plain, listings, spots),
        *_suffixed(plain, listings),
        *_alone(plain, listings),
        *_plain_symbols(plain, naming, listings, spots),
    ):
        if one.id.mic or one.end not in ends:
            taken.setdefault((one.end, one.id.mic), one)
            ends.add(one.end)
    return sorted(taken.values(), key=lambda one: (one.start, one.end))


def _ticker(symbol: str, mic: str | None, market: str | None, start: int, end: int) -> Ticker:
    return Ticker(SecurityId("ticker", symbol, mic, market), start, end)


def _with_market(plain: str, listings: Listings) -> Iterator[Ticker]:
    """Symbols behind a colon and the names of one or more markets: "NYSE, TSX: BNT"."""
    lower = plain.lower() if len(plain.lower()) == len(plain) else plain
    for match in (_ANY_COLON if "：" in plain else _COLON).finditer(plain):
        colon = match.start()
        end = colon - 1 if plain[max(0, colon - 1) : colon] == " " else colon
        start = _market_before(lower, end, _MARKER)
        while start is not None:
            market = _MARKER.sub("", plain[start[0] : start[1]])
            yield from _all_of(plain, listings, market, start[0], match)
            start = _market_before(lower, start[0], _LINK)


def _market_before(lower: str, end: int, between: re.Pattern[str]) -> tuple[int, int] | None:
    """Where the name of a market that ends before a place stands; `between` parts them."""
    low = max(0, end - _LOOK_BACK)
    gap = between.search(lower, max(low, end - _MARKED), end)
    if gap is None:
        return None
    for stop in dict.fromkeys((gap.start(), end)):
        for name in _patterns().by_end.get(lower[max(0, stop - 2) : stop], ()):
            start = stop - len(name)
            if lower.startswith(name, max(0, start)) and not (
                start > 0 and lower[start - 1].isalpha() and name.isascii()
            ):
                return start, stop
    return None


def _all_of(
    plain: str, listings: Listings, market: str, start: int, match: re.Match[str]
) -> Iterator[Ticker]:
    """The symbol of a match and those listed after it: "NYSE: ARR, ARR-PRC"."""
    symbol, end = match["code"], match.end("code")
    mic = _mic_of(listings, market, symbol)
    if mic is None:
        return
    yield _ticker(listings.split(symbol)[0], mic, market, start, end)
    if not symbol.isdigit():
        for other, begin, stop in _sisters(plain, symbol, end):
            yield _ticker(other, mic, market, begin, stop)


def _sisters(plain: str, symbol: str, end: int) -> Iterator[tuple[str, int, int]]:
    """Symbols of the same company that are listed behind one, with their places."""
    for _ in range(4):
        more = _MORE.match(plain, end + (plain[end : end + 1] in "\"'"))
        if more is None or not _is_sister(symbol, more[1]):
            return
        end = more.end(1)
        yield more[1], more.start(1), end


def _is_sister(symbol: str, other: str) -> bool:
    """Whether two symbols can be of one company: classes, preferred shares and warrants share their beginning."""
    stem = re.split(r"[.\-/]", symbol)[0]
    return other.isupper() and len(stem) >= 2 and other.startswith((stem[:3], stem[:-1]))


def _mic_of(listings: Listings, market: str, symbol: str) -> str | None:
    mic = listings.market_of(market, symbol)
    bare, suffixed = listings.split(symbol)
    return mic if mic and not suffixed else listings.market_of(market, bare) or mic


def _with_label(plain: str, listings: Listings, spots: Spots) -> Iterator[Ticker]:
    for match in matches_at(_patterns().label, plain, spots["listings"]):
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
    begins = (_begin_of_code(plain, dot.start()) for dot in _SUFFIX.finditer(plain))
    for match in matches_at(_SUFFIXED, plain, begins):
        symbol, mic = listings.split(match.group())
        in_brackets = plain[max(0, match.start() - 1) : match.start()] in ("(", "[")
        if mic and (in_brackets or symbol.isdigit()):
            yield _ticker(symbol, mic, None, match.start(), match.end())


def _begin_of_code(plain: str, end: int) -> int:
    """Where the capitals and digits begin that end at a place."""
    begin = end
    while begin > 0 and begin > end - _CODE_LENGTH and plain[begin - 1] in _CODE_SIGNS:
        begin -= 1
    return begin


def _alone(plain: str, listings: Listings) -> Iterator[Ticker]:
    for match in _NEWSWIRE.finditer(plain):
        yield _ticker(match[1], None, None, match.start(1), match.end(1))._replace(is_loose=True)
    lower = plain.lower()
    for one, bare in listings.bare:
        if one.near and not any(word in lower for word in one.near):
            continue
        for match in bare.finditer(plain):
            group = match.lastindex or 0
            yield _ticker(match[group], one.mic, None, match.start(group), match.end(group))


def _plain_symbols(plain: str, naming: Naming, listings: Listings, spots: Spots) -> Iterator[Ticker]:
    """Symbols behind words that name no market: "Stock code 00215", "ticker symbol ABC"."""
    for match in matches_at(naming.symbol, plain, spots["symbols"]):
        code = _CODE_ALONE.match(plain, match.end())
        if code is None or len(code.group()) > 12:
            continue
        mic = _market_around(plain, match.start(), code, listings)
        yield _ticker(code.group(), mic, None, match.start(), code.end())._replace(is_loose=True)
        for other, begin, stop in _sisters(plain, code.group(), code.end()):
            yield _ticker(other, mic, None, begin, stop)._replace(is_loose=True)


def _market_around(plain: str, start: int, code: re.Match[str], listings: Listings) -> str | None:
    """The market that is named nearest to a symbol, in its sentence or line, and that the symbol fits."""
    low = max(plain.rfind("\n\n", 0, start), start - 110, 0)
    found = []
    for name in _patterns().name.finditer(plain, low, min(len(plain), code.end() + 70)):
        is_word = len(name.group()) > 3 or name.group().isupper() or not name.group().isascii()
        mic = listings.market_of(name.group(), code.group()) if is_word else None
        if mic:
            found.append((min(abs(name.start() - code.end()), abs(start - name.end())), mic))
    return min(found)[1] if found else None
