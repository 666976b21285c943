"""Where the words of several lists may stand: one pass over a text, so that slow patterns are tried only there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import ahocorasick

from calendar_service.extract.lexicon.lexicon import squeeze
from calendar_service.extract.page.squeezed import Squeezed

Spots = Mapping[str, list[int]]


class Spotter:
    """Finds the words of named lists in any case, with or without blanks in them, also inside other words."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._names = tuple(lists)
        by_key: dict[str, set[str]] = {}
        for name, words in lists.items():
            for word in words:
                by_key.setdefault(squeeze(_lower(word)), set()).add(name)
        self._automaton: Any = ahocorasick.Automaton()
        for key, names in by_key.items():
            self._automaton.add_word(key, (len(key), tuple(names)))
        self._automaton.make_automaton()

    def find(self, plain: str, squeezed: Squeezed | None = None) -> Spots:
        """For each list the places where one of its words may begin, in their order.

        `squeezed` is of a text in lower case that begins with this one, where somebody has it already.
        """
        squeezed = squeezed or Squeezed(_lower(plain))
        removed = squeezed.removed
        found: dict[str, set[int]] = {name: set() for name in self._names}
        ends: Iterator[tuple[int, tuple[int, tuple[str, ...]]]]
        ends = self._automaton.iter(squeezed.text, 0, squeezed.until(len(plain)))
        for last, (length, names) in ends:
            first = last - length + 1
            place = first + bisect_right(removed, first)
            for name in names:
                found[name].add(place)
        return {name: sorted(places) for name, places in found.items()}


def _lower(text: str) -> str:
    """The text in lower case; its length stays (a Turkish capital I with a dot would become two signs)."""
    return text.replace("İ", "i").lower()


def lines_at(plain: str, spots: Iterable[int]) -> Iterator[int]:
    """Where the lines begin that have one of the spots first, behind nothing but blanks and marks of a heading."""
    last = -1
    for spot in spots:
        start = plain.rfind("\n", 0, spot) + 1
        if start != last and not plain[start:spot].strip(" #*("):
            yield start
            last = start


def matches_at(
    pattern: re.Pattern[str], plain: str, places: Iterable[int], end: int | None = None
) -> Iterator[re.Match[str]]:
    """The matches of a pattern that begin at one of the places and end by `end`; none overlaps the one before."""
    end = len(plain) if end is None else end
    free = 0
    for place in places:
        if place >= end:
            return
        match = pattern.match(plain, place, end) if place >= free else None
        if match:
            yield match
            free = match.end()
