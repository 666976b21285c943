"""The words by which texts say who announces, of all languages, as patterns.

They are data: lexicons/issuers/LANGUAGE.toml, each key a list of words in any case (all optional):

    labels = ["issuer name"]         # the name follows: after a colon, in the next cell or line
    short = ["short name"]           # the same for an abbreviated name, which is taken where no other is found
    below = ["name of registrant"]   # the name stands on the line above
    above = ["by order of the board"]      # the name stands on the line below
    about = ["about"]                # a heading of a company's portrait: "About Harrow Tool Corp."
    source = ["source"]              # the last line of a wire's release: "SOURCE Harrow Tool Corp."
    announces = ["announces"]        # what follows a name in a headline or a first sentence
    symbols = ["ticker symbol"]      # a share's symbol follows, of a market that is named nearby or nowhere
    self = ["the company"]           # what an issuer calls itself: Harrow Tool Corp. ("the Company")
    target = ["tender offer for the shares of"]   # the company whose shares an offer is for follows
    stops = ["board", "directors"]   # words that are no part of a name: "Board of Directors of Harrow Tool Corp."
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from calendar_service.errors import DataFileError
from calendar_service.extract.candidates.listings import load_listings
from calendar_service.extract.lexicon.spots import Spotter

KEYS = (
    "labels",
    "short",
    "below",
    "above",
    "about",
    "source",
    "announces",
    "symbols",
    "self",
    "target",
    "stops",
)


# Lists so long that their patterns are tried only where one of their words stands.
_SPOTTED = ("labels", "short", "below", "above", "about", "source", "announces", "symbols", "target")


@dataclass(frozen=True, slots=True)
class Naming:
    """The words of all lexicons together; each pattern is for text whose case stands.

    `spotter` tells where the words of the long lists stand, and those of "listings": labels of markets' symbols.
    """

    label: re.Pattern[str]
    short: re.Pattern[str]
    below: re.Pattern[str]
    above: re.Pattern[str]
    about: re.Pattern[str]
    source: re.Pattern[str]
    announces: re.Pattern[str]
    symbol: re.Pattern[str]
    own: re.Pattern[str]
    target: re.Pattern[str]
    stops: frozenset[str]
    spotter: Spotter


def load_words(folder: Path) -> tuple[dict[str, tuple[str, ...]], ...]:
    """The words of each language's file in a folder. Raises DataFileError that names file and key."""
    return tuple(_load_file(path) for path in sorted(folder.glob("*.toml")))


def _load_file(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as TOML: {error}") from error
    for key, words in data.items():
        if key not in KEYS:
            raise DataFileError(f"{path.name}: {key}: unknown key; known are {', '.join(KEYS)}.")
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise DataFileError(f"{path.name}: {key}: must be a list of texts that are not empty.")
    return {key: tuple(words) for key, words in data.items()}


def build_naming(tables: Iterable[Mapping[str, tuple[str, ...]]], stops: Iterable[str]) -> Naming:
    """The words of several languages together. `stops` are further words that are no part of a name (months)."""
    words: dict[str, set[str]] = {key: set() for key in KEYS}
    for table in tables:
        for key, listed in table.items():
            words[key] |= set(listed)
    end = r"(?![^\W\d_])"
    return Naming(
        label=_label(words["labels"]),
        short=_label(words["short"]),
        below=_compile(rf"(?m)^[ ]*\(?(?:{_either(words['below'])})(?![ \t]*[:：])"),
        above=_compile(rf"(?m)^[ ]*(?:{_either(words['above'])})[^\n]{{0,24}}\n{{1,3}}"),
        about=_compile(rf"(?m)^[ #*]*(?:{_either(words['about'])})[ ]"),
        source=_compile(rf"(?m)^[ ]*(?:{_either(words['source'])})[: ]\s?"),
        announces=_compile(rf"(?:'s)?[ ](?:{_either(words['announces'])}){end}"),
        symbol=_compile(
            rf"(?<![^\W\d_])(?:{_either(words['symbols'])})(?:[ ]?[:：#=]\s{{0,3}}|[ ]*\t|[ ]{{1,6}}|\n)(?:is[ ])?[\"']?(?=[A-Z0-9])"
        ),
        own=_compile(rf"(?<![^\W\d_])(?:{_either(words['self'])}){end}"),
        target=_compile(rf"(?<![^\W\d_])(?:{_either(words['target'])})[ ](?:the[ ])?"),
        stops=frozenset(word.lower() for word in (*words["stops"], *stops)),
        spotter=Spotter({**{key: words[key] for key in _SPOTTED}, "listings": load_listings().labels}),
    )


def _label(words: Iterable[str]) -> re.Pattern[str]:
    """Labels at the beginning of a line or cell; `mark` is what parts them from their value."""
    return _compile(
        rf"(?m)(?:^[ ]?|(?<=\t)|(?<=[ ][ ]))(?P<label>{_either(words)})[ ]?\*?(?P<mark>[ ]?[:：=][ ]*|[ ]*\t|[ ]*\n|[ ]+)"
    )


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _either(words: Iterable[str]) -> str:
    """The words as alternatives, the longest first; between signs without case blanks may stand ("会 社 名")."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(_spread(word) for word in ordered) or r"(?!)"


def _spread(word: str) -> str:
    if word.isascii() or any(letter.lower() != letter.upper() for letter in word):
        return re.escape(word).replace(r"\ ", r"[ ]")
    return "[ ]?".join(map(re.escape, word.replace(" ", "")))
