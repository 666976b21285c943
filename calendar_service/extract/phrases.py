"""Finds all phrases of all lexicons in one pass over the text (Aho-Corasick), whatever its length."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

import ahocorasick

from calendar_service.extract.lexicon import Phrase, squeeze


# Words so frequent that they are looked for only where they matter, not in the whole text.
LOCAL_MARKS = frozenset({"join", "place"})


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
        squeezed, offsets, removed = _squeezed(shadow)
        changes: set[int] | None = None
        hits = []
        for language in self._automata if languages is None else languages:
            if language not in self._automata:
                continue
            for last, (length, phrases) in self._automata[language].iter(squeezed):
                first = last - length + 1
                start = first + removed[bisect_right(offsets, first) - 1]
                end = last + removed[bisect_right(offsets, last) - 1] + 1
                word = phrases[0].substring
                if not word:
                    if changes is None:
                        changes = {match.start() for match in _CHANGE.finditer(text)}
                    word = _is_parted(text, start, changes) and _is_parted(text, end, changes)
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


# Blanks, hyphens and single line breaks may stand inside a phrase; an empty line and a cell border may not.
_REMOVED = re.compile(r"(?:[ \-]|(?<!\n)\n(?!\n))+")
# Where a word begins or ends inside a run of letters and digits, since a blank was lost.
_CHANGE = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z]{2})(?=[a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def _squeezed(shadow: str) -> tuple[str, list[int], list[int]]:
    """The shadow without what may stand inside phrases; from which offset on how many signs were left out before."""
    parts, offsets, removed = [], [0], [0]
    begin = size = 0
    for match in _REMOVED.finditer(shadow):
        start, end = match.span()
        parts.append(shadow[begin:start])
        size += start - begin
        begin = end
        offsets.append(size)
        removed.append(end - size)
    parts.append(shadow[begin:])
    return "".join(parts), offsets, removed


def _is_parted(text: str, place: int, changes: set[int]) -> bool:
    """Whether a word may begin or end at this place."""
    if place <= 0 or place >= len(text):
        return True
    return not (text[place - 1].isalnum() and text[place].isalnum()) or place in changes


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
