"""The words by which texts say who announces: the [issuer] tables of all lexicons, as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: The keys of a lexicon's [issuer] table; lexicon.py explains them.
KEYS = ("labels", "short", "below", "above", "about", "source", "announces", "symbols", "self", "stops")


@dataclass(frozen=True, slots=True)
class Naming:
    """The words of all lexicons together; each pattern is for text whose case stands."""

    label: re.Pattern[str]
    short: re.Pattern[str]
    below: re.Pattern[str]
    above: re.Pattern[str]
    about: re.Pattern[str]
    source: re.Pattern[str]
    announces: re.Pattern[str]
    symbol: re.Pattern[str]
    own: re.Pattern[str]
    stops: frozenset[str]


def build_naming(tables: Iterable[Mapping[str, tuple[str, ...]]], stops: Iterable[str]) -> Naming:
    """The words of these [issuer] tables. `stops` are further words that are no part of a name (months)."""
    words: dict[str, set[str]] = {key: set() for key in KEYS}
    for table in tables:
        for key, listed in table.items():
            words[key] |= set(listed)
    end = r"(?![^\W\d_])"
    return Naming(
        label=_label(words["labels"]),
        short=_label(words["short"]),
        below=_compile(rf"(?m)^[ ]*\(?(?:{_either(words['below'])})"),
        above=_compile(rf"(?m)^[ ]*(?:{_either(words['above'])})[^\n]{{0,24}}\n{{1,3}}"),
        about=_compile(rf"(?m)^[ #*]*(?:{_either(words['about'])})[ ]"),
        source=_compile(rf"(?m)^[ ]*(?:{_either(words['source'])})[: ]\s?"),
        announces=_compile(rf"(?:'s)?[ ](?:{_either(words['announces'])}){end}"),
        symbol=_compile(
            rf"(?<![^\W\d_])(?:{_either(words['symbols'])})(?:[ ]?[:：#=]\s{{0,3}}|[ ]*\t|[ ]{{1,6}}|\n)(?:is[ ])?[\"']?(?=[A-Z0-9])"
        ),
        own=_compile(rf"(?<![^\W\d_])(?:{_either(words['self'])}){end}"),
        stops=frozenset(word.lower() for word in (*words["stops"], *stops)),
    )


def _label(words: Iterable[str]) -> re.Pattern[str]:
    """Labels at the beginning of a line or cell; `mark` is what parts them from their value."""
    return _compile(
        rf"(?m)(?:^|\t|[ ]{{2,}})[ ]?(?P<label>{_either(words)})[ ]?\*?(?P<mark>[ ]?[:：=][ ]*|[ ]*\t|[ ]*\n|[ ]+)"
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
