"""Parts of patterns that many words make: alternatives in an order that costs little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

#: Parts of written dates that are the same in all languages, by the name of their slot.
SLOTS = {
    "lone": r"(?P<lone>3[01]|[12]\d|0?[1-9])",
    # A day without a month, at the end of its part of a sentence: "(28)", "21,".
    "bare": r"\(?(?P<bare>3[01]|[12]\d|0?[1-9])(?=\)|\s?[,;.](?!\d)|\s?\Z)",
    # Before the last day of a period whose month and unit are told once: "11월 19~20일".
    "to": r"(?=\s?[~\-]\s?(?:3[01]|[12]\d|0?[1-9])\s?[日일號号])",
    # Behind a day without a month that words lead to ("기준일은 20일"), where it is no number of days.
    "led": r"(?P<led>)(?!\s?(?:[間间간目째内內后後후前전]|이[내후전]))",
    "m": r"(?P<m>1[0-2]|0?[1-9])",
    "year": r"(?P<year>(?:19|20)\d\d)",
    "yy": r"'?(?P<yy>\d\d)(?!\d)",
    "yy_now": r"(?P<yy>[0-4]\d)(?!\d)",  # of this century: "87年" may be of the Republic of China
    "ryear": r"(?P<ryear>1[0-4]\d|9\d)",
    "numbered": r"(?:\s?\((?P<numbered>3[01]|[12]\d|0?[1-9])\)|,\s(?P<between>3[01]|[12]\d|0?[1-9])(?=,\s))",
}


def alternatives(words: Iterable[str]) -> str:
    """Words as alternatives, the longest first; those with the same first letter together, so that most are never tried.

    What never matches where there are no words.
    """
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_first.setdefault(re.escape(word[0]), []).append(re.escape(word[1:]))
    return f"(?:{grouped(by_first)})"


def led_by(words: Iterable[str]) -> str:
    """That one of the words stands right before, with a blank or none behind it."""
    return "|".join(f"(?<={re.escape(word)}{blank})" for word in words for blank in ("", " ")) or "(?!)"


def grouped(by_first: Mapping[str, list[str]]) -> str:
    """Patterns that begin alike, each beginning written once."""
    return (
        "|".join(f"{first}(?:{'|'.join(dict.fromkeys(more))})" for first, more in by_first.items()) or "(?!)"
    )


def starting(words: Iterable[str], *, edge: str, ahead: bool = False) -> str:
    """Words as the beginning of a pattern that is looked for everywhere; `edge` looks back behind the first sign.

    With `ahead` only the first sign is taken, and the rest of the word looked at. A set of signs comes first: the engine then passes over all others without trying the pattern at them.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return beginning(rests, edge=edge, ahead=ahead)


def beginning(rests: Mapping[str, list[str]], *, edge: str, ahead: bool = False) -> str:
    """The same with patterns of what follows each first sign."""
    either = "|".join(f"(?<={re.escape(sign)})(?:{'|'.join(more)})" for sign, more in rests.items())
    return f"[{re.escape(''.join(sorted(rests)))}]{edge}(?{'=' if ahead else ':'}{either})"


#: A sign of the scripts that are written without blanks, or whose labels run on without them.
UNSPACED = re.compile("[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_DIGIT = re.compile("[0-9]")


def has_digit(text: str) -> bool:
    """Whether a digit stands in it."""
    return _DIGIT.search(text) is not None if text.isascii() else any(sign.isdigit() for sign in text)


def parts_of(pattern: str) -> list[str]:
    """A pattern's slots, literals, blanks and brackets."""
    return [part for part in re.split(r"(\{\w+\}|\s|[()])", pattern) if part]


def opening_of(pattern: str) -> list[str]:
    """The parts of a pattern up to the second one that tells something, a slot or a word; no optional ones."""
    taken, telling = [], 0
    for part in parts_of(pattern):
        if part in "()" or telling == 2:
            break
        taken.append(part)
        telling += part[0] == "{" or any(sign.isalpha() for sign in part)
    return taken
