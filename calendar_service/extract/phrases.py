"""Finds all phrases of all lexicons in one pass over the text (Aho-Corasick), whatever its length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, NamedTuple

import ahocorasick

from calendar_service.extract.lexicon import Phrase, squeeze


class Hit(NamedTuple):
    """A phrase that stands at text[start:end]."""

    start: int
    end: int
    phrase: Phrase


class Finder:
    """All phrases of several lexicons in one automaton."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_key: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            by_key.setdefault(squeeze(phrase.text), []).append(phrase)
        self._automaton: Any = ahocorasick.Automaton()
        for key, found in by_key.items():
            self._automaton.add_word(key, (len(key), tuple(found)))
        self._automaton.make_automaton()

    def find(self, text: str, shadow: str) -> list[Hit]:
        """Every hit in the order of its start, longest first at the same start. Overlaps are kept."""
        places = [place for place, sign in enumerate(shadow) if sign not in " -"]
        squeezed = shadow.replace(" ", "").replace("-", "")
        # A single line break may stand inside a phrase (a wrap); an empty line and a cell border may not.
        if "\n" in squeezed:
            places, squeezed = _drop_wraps(places, squeezed)
        hits = []
        for last, (length, phrases) in self._automaton.iter(squeezed):
            start, end = places[last - length + 1], places[last] + 1
            word = None
            for phrase in phrases:
                if not phrase.substring:
                    word = _is_word(text, start, end) if word is None else word
                    if not word:
                        continue
                hits.append(Hit(start, end, phrase))
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        return hits


def _drop_wraps(places: list[int], squeezed: str) -> tuple[list[int], str]:
    kept = []
    last = len(squeezed) - 1
    for index, sign in enumerate(squeezed):
        single = sign == "\n" and not (
            (index and squeezed[index - 1] == "\n") or (index < last and squeezed[index + 1] == "\n")
        )
        if not single:
            kept.append(index)
    return [places[index] for index in kept], "".join([squeezed[index] for index in kept])


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] begins and ends at a word boundary; a change of case counts as one (a lost space)."""
    return _parted(text, start) and _parted(text, end)


def _parted(text: str, place: int) -> bool:
    if place <= 0 or place >= len(text):
        return True
    left, right = text[place - 1], text[place]
    if not (left.isalnum() and right.isalnum()):
        return True
    if left.isalpha() != right.isalpha():
        return True
    return (left.islower() and right.isupper()) or (
        left.isupper() and right.islower() and place > 1 and text[place - 2].isupper()
    )


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
