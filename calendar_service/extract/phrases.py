"""Finds all phrases of all lexicons in one pass over the text (Aho-Corasick), whatever its length."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any, NamedTuple

import ahocorasick

from calendar_service.extract.lexicon import Phrase, squeeze

# Words so frequent that they are looked for only where they matter, not in the whole text.
LOCAL_MARKS = frozenset({"join", "place", "preposition"})


class Hit(NamedTuple):
    """A phrase that stands at text[start:end]."""

    start: int
    end: int
    phrase: Phrase


class Finder:
    """All phrases of several lexicons, in one automaton a language."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_language: dict[str, dict[str, list[Phrase]]] = {}
        for phrase in phrases:
            if phrase.role == "mark" and phrase.value in LOCAL_MARKS:
                continue
            by_language.setdefault(phrase.language, {}).setdefault(squeeze(phrase.text), []).append(phrase)
        self._automata = {language: _automaton(by_key) for language, by_key in by_language.items()}

    def find(self, text: str, shadow: str, languages: Iterable[str] | None = None) -> list[Hit]:
        """Every hit of these languages (all where None) in the order of its start, longest first at the same start.

        Overlaps are kept.
        """
        squeezed, removed = _squeezed(shadow)
        hits: list[Hit] = []
        for language in self._automata if languages is None else languages:
            if language not in self._automata:
                continue
            for last, (length, phrases) in self._automata[language].iter(squeezed):
                first = last - length + 1
                start = first + bisect_right(removed, first)
                end = last + bisect_right(removed, last) + 1
                word = phrases[0].substring
                if not word:
                    word = _is_parted(text, start) and (
                        _is_parted(text, end) or (length >= _LONG and _GLUED.match(shadow, end) is not None)
                    )
                if word:
                    hits.extend(Hit(start, end, phrase) for phrase in phrases)
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        return hits


def _automaton(by_key: dict[str, list[Phrase]]) -> Any:
    automaton: Any = ahocorasick.Automaton()
    for key, found in by_key.items():
        automaton.add_word(key, (len(key), tuple(found)))
    automaton.make_automaton()
    return automaton


# A line break alone; like blanks and hyphens it may stand inside a phrase. An empty line and a cell border may not.
_WRAP = re.compile(r"\n(?<!\n\n)(?!\n)")

# A short word that lost the blank before it at a line break ("of recordas of May 2"); only after long phrases.
_GLUED = re.compile(r"(?:as|at|by|for|from|in|is|of|on|to|will)(?![^\W\d_])")
_LONG = 8


def _squeezed(shadow: str) -> tuple[str, list[int]]:
    """The shadow without what may stand inside phrases, and the offset in it of each place where a sign was left out."""
    pieces = _WRAP.sub(" ", shadow.replace("-", " ")).split(" ")
    return "".join(pieces), list(accumulate(map(len, pieces[:-1])))


def _is_parted(text: str, place: int) -> bool:
    """Whether a word may begin or end at this place; a change of case or to digits counts, since a blank may be lost."""
    if place <= 0 or place >= len(text):
        return True
    left, right = text[place - 1], text[place]
    if not (left.isalnum() and right.isalnum()):
        return True
    if left.islower() and right.islower():
        return False
    if left.isalpha() != right.isalpha() or (left.islower() and right.isupper()):
        return True
    return left.isupper() and right.islower() and place > 1 and text[place - 2].isupper()


def longest_by_value(hits: Iterable[Hit]) -> list[Hit]:
    """The longest hits of each value, in order: hits of different values may overlap."""
    by_value: dict[str, list[Hit]] = {}
    for hit in hits:
        by_value.setdefault(hit.phrase.value, []).append(hit)
    found = [hit for group in by_value.values() for hit in longest(group)]
    return sorted(found, key=lambda hit: hit.start)


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits without overlaps: the longest wins, then the first."""
    taken: list[Hit] = []
    ends: list[int] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        place = bisect_left(ends, hit.start + 1)
        if place < len(taken) and taken[place].start < hit.end:
            continue
        taken.insert(place, hit)
        ends.insert(place, hit.end)
    return taken
