"""Which full stops end no sentence: those of dates, abbreviations and initials."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

_BEFORE = 12  # signs in which the word before a stop is looked for
_WORD_AFTER = re.compile(r"\s{1,4}([^\W\d_]{3,14})")
_DAY = 2  # digits
_BEHIND_NUMBER = re.compile(r"\d\s[^\W\d_]{1,4}\Z")
_DOTTED = 12  # signs of a day around one of its stops
_DOTTED_DAY = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d|'\d\d)\. {1,2}(?:1[0-2]|0?[1-9])\. {1,2}(?:3[01]|[12]\d|0?[1-9])(?!\d)"
)


def ends_no_sentence(
    shadow: str,
    span: tuple[int, int],
    within: tuple[int, int],
    abbreviations: AbstractSet[str],
    months: AbstractSet[str],
    sums: AbstractSet[str],
) -> bool:
    """Whether a mark of punctuation at `span`, in a sentence that begins and may end `within`, ends none: behind an
    abbreviation or a single letter, or in a date. One of the abbreviations `sums` ends one behind its number.
    """
    place, end = span
    word = _word_before(shadow, max(within[0], place - _BEFORE), place)
    if shadow[place] == "." and word and _is_short(shadow, place, word, abbreviations, months):
        return not (word in sums and _BEHIND_NUMBER.search(shadow, place - _BEFORE, place))
    if not word.isdecimal():
        return False
    day = len(word) <= _DAY and _names_month(shadow, end, months)
    return day or _parts_numbers(shadow, place, within[1])


def _is_short(
    shadow: str, place: int, word: str, abbreviations: AbstractSet[str], months: AbstractSet[str]
) -> bool:
    if word in abbreviations or ("." in word and word[0].isalpha()):
        return True
    return len(word) == 1 and word.isalnum() and not _ends_date(shadow, place, word, months)


def _ends_date(shadow: str, place: int, word: str, months: AbstractSet[str]) -> bool:
    """Whether a day's number that ends at a place follows the name of its month ("to holders of record June 5.")."""
    if not word.isdecimal():
        return False
    before = shadow[max(0, place - 14) : place - 1].split()
    return bool(before) and before[-1] in months


def _word_before(shadow: str, low: int, place: int) -> str:
    """The word that ends at a place and does not begin before `low`; "" where none does."""
    words = shadow[low:place].split()
    if not words or shadow[place - 1].isspace():
        return ""
    return words[-1].rpartition("--")[2].rpartition("(")[2].rpartition('"')[2].rpartition("'")[2]


def _names_month(shadow: str, place: int, months: AbstractSet[str]) -> bool:
    following = _WORD_AFTER.match(shadow, place)
    return bool(following) and following[1] in months  # type: ignore[index]


def _parts_numbers(shadow: str, place: int, end: int) -> bool:
    """Whether a stop parts the numbers of a day that is written with blanks ("2026. 6. 30.")."""
    found = _DOTTED_DAY.search(shadow, max(0, place - _DOTTED), min(end, place + _DOTTED))
    return found is not None and found.start() <= place < found.end()
