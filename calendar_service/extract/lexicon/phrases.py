"""Finds all phrases of all lexicons in one pass over the text (Aho-Corasick), whatever its length."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick

from calendar_service.extract.lexicon.lexicon import Phrase, bare_phrase, squeeze
from calendar_service.extract.page.squeezed import Squeezed

# Words so frequent that they are looked for only where they matter, not in the whole text.
LOCAL_MARKS = frozenset(
    {
        "join",
        "copula",
        "place",
        "preposition",
        "and",
        "clause",
        "also",
        "holding",
        "until",
        "namely",
        "naming",
        "attributive",
        "of_noun",
        "following",
        "not_following",
        "verb",
        "board",
        "after",
        "from",
        "moved_to",
        "replaced",
        "replacing",
        "shares",
        "shares_of",
        "raised_from",
        "raised_to",
    }
)
# Words that only frames of layout ask for: no statement carries them.
LAYOUT_MARKS = frozenset({"calendar", "reporting", "around", "news", "paying", "period"})


class Hit(NamedTuple):
    """A phrase that stands at text[start:end]."""

    start: int
    end: int
    phrase: Phrase


# The length of a key of an automaton, whether it may stand inside a word, and its phrases.
_Entry = tuple[int, bool, tuple[Phrase, ...]]
_hit: Callable[[tuple[int, int, Phrase]], Hit] = partial(
    tuple.__new__, Hit
)  # a long text has thousands of hits


class Finder:
    """All phrases of several lexicons, in one automaton a language, which is built with the first text in it."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if phrase.role != "mark" or phrase.value not in LOCAL_MARKS:
                self._phrases.setdefault(phrase.language, []).append(phrase)
        self._automata: dict[str, Any] = {}

    def _found(self, language: str, squeezed: str) -> Iterator[tuple[int, _Entry]]:
        """The keys of a language that stand in a text, each with the place of its last sign.

        Where two threads build the automaton at once, they build the same one.
        """
        automaton = self._automata.get(language)
        if automaton is None:
            automaton = self._automata[language] = _automaton(self._phrases[language])
        found: Iterator[tuple[int, _Entry]] = automaton.iter(squeezed)
        return found

    def find(
        self,
        text: str,
        shadow: str,
        languages: Iterable[str] | None = None,
        squeezed: Squeezed | None = None,
    ) -> list[Hit]:
        """Every hit of these languages (all where None) in the order of its start, longest first at the same start.

        Overlaps are kept. `squeezed` is the shadow's, where somebody has it already.
        """
        squeezed = squeezed or Squeezed(shadow)
        removed = squeezed.removed
        count = len(removed)
        hits: list[Hit] = []
        for language in self._phrases if languages is None else languages:
            if language not in self._phrases:
                continue
            passed = 0  # places of signs left out up to `last`; hits come in the order of their ends
            for last, (length, substring, phrases) in self._found(language, squeezed.text):
                while passed < count and removed[passed] <= last:
                    passed += 1
                first, before = last - length + 1, passed
                while before and removed[before - 1] > first:
                    before -= 1
                start, end = first + before, last + passed + 1
                is_word = substring or (
                    (text[start - 1 : start] in _GAPS or _is_parted(text, start))
                    and (
                        text[end : end + 1] in _GAPS
                        or _is_parted(text, end)
                        or (length >= _LONG and _GLUED.match(shadow, end) is not None)
                    )
                )
                if is_word:
                    for phrase in phrases:
                        hits.append(_hit((start, end, phrase)))  # noqa: PERF401 - most have one: a generator costs more
        hits.sort(key=itemgetter(1), reverse=True)
        hits.sort(key=itemgetter(0))
        return hits


def _add_unaccented(by_key: dict[str, list[Phrase]]) -> None:
    """Adds the phrases as texts without accents write them, where no other phrase is written so."""
    plain: dict[str, list[Phrase]] = {}
    for phrase in (one for found in by_key.values() for one in found):
        plain.setdefault(squeeze(bare_phrase(phrase)), []).append(phrase)
    for key, found in plain.items():
        by_key.setdefault(key, found)


def _automaton(phrases: Iterable[Phrase]) -> Any:
    by_key: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        by_key.setdefault(squeeze(phrase.text), []).append(phrase)
    _add_unaccented(by_key)
    automaton: Any = ahocorasick.Automaton()
    for key, found in by_key.items():
        automaton.add_word(key, (len(key), found[0].substring, tuple(found)))
    automaton.make_automaton()
    return automaton


# A short word that lost the blank before it at a line break ("of recordas of May 2"); only after long phrases.
_GLUED = re.compile(r"(?:as|at|by|for|from|in|is|of|on|to|will)(?![^\W\d_])")
_LONG = 8


_GAPS = frozenset(
    ["", *" \n\t,.:;()"]
)  # signs that part words and are none themselves: asked before all else


def _is_parted(text: str, place: int) -> bool:
    """Whether a word may begin or end at this place; a change of case or to digits counts, since a blank may be lost."""
    if place <= 0 or place >= len(text):
        return True
    if not text[place - 1 : place + 1].isalnum():
        return True
    left, right = text[place - 1], text[place]
    if left.islower() and right.islower():
        return False
    if left.isalpha() != right.isalpha() or (left.islower() and right.isupper()):
        return True
    return left.isupper() and right.islower() and place > 1 and text[place - 2].isupper()


class Hits:
    """The hits of one document in their order, to be asked for by place, role and language."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._all = _Row(hits)
        roles = by_role(self._all.hits)
        rows = roles | by_value(roles.get("mark", ()))
        self._rows = {name: _Row(found) for name, found in rows.items()}
        self.languages = {hit.phrase.language for hit in self._all.hits}
        self._only = next(iter(self.languages)) if len(self.languages) == 1 else ""
        self._with_all: Collection[str] = ()  # languages that were asked for last and have all hits

    def within(self, start: int, end: int, languages: Collection[str], name: str = "") -> list[Hit]:
        """The hits that lie wholly in [start, end) and belong to one of the languages.

        Where a role or a mark's name is told, only those with it.
        """
        row = self._rows.get(name, _NONE) if name else self._all
        starts = row.starts
        place, count = bisect_left(starts, start), len(starts)
        found: list[Hit] = []
        while place < count and starts[place] < end:  # mostly few: to look for the last one takes longer
            hit = row.hits[place]
            if hit.end <= end:
                found.append(hit)
            place += 1
        if not found:
            return found
        if self._only:  # most documents are in one language
            return found if self._only in languages else []
        if languages is self._with_all or self.languages.issubset(languages):
            self._with_all = languages
            return found
        return [hit for hit in found if hit.phrase.language in languages]

    def places(self, names: Iterable[str], language: str) -> list[int]:
        """Where the hits of one language begin that have one of these roles or marks' names."""
        rows = (self._rows[name] for name in names if name in self._rows)
        return [hit.start for row in rows for hit in row.hits if hit.phrase.language == language]


class _Row:
    """Hits with their starts, for a look-up by place."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self.hits = list(hits)
        self.starts = [hit.start for hit in self.hits]


_NONE = _Row(())


def by_role(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """The hits of each role, in their order."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.phrase.role, []).append(hit)
    return found


def by_value(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """The hits of each value, in their order."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.phrase.value, []).append(hit)
    return found


def longest_by_value(hits: Sequence[Hit]) -> list[Hit]:
    """The longest hits of each value, in order: hits of different values may overlap."""
    if _stand_apart(hits):
        return list(hits)
    found = [hit for group in by_value(hits).values() for hit in longest(group)]
    return sorted(found, key=lambda hit: hit.start)


def _stand_apart(hits: Sequence[Hit]) -> bool:
    """Whether each hit ends before the next one begins."""
    if len(hits) < 2:
        return True
    end = 0
    for hit in hits:
        if hit.start < end:
            return False
        end = hit.end
    return True


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits without overlaps: the longest wins, then the first."""
    hits = list(hits)
    if _stand_apart(hits):
        return hits
    taken: list[Hit] = []
    ends: list[int] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        place = bisect_left(ends, hit.start + 1)
        if place < len(taken) and taken[place].start < hit.end:
            continue
        taken.insert(place, hit)
        ends.insert(place, hit.end)
    return taken


_CONDITION = "unless"
_CONDITIONAL = frozenset({"cancel", "suspend", "postpone", "undone"})
_REACH = 80  # "unless the offer is, by decision of the board, extended or withdrawn"
_ENDS = re.compile(r"[.;!?]\s|\d{4}")


def without_conditions(marks: list[Hit], shadow: str) -> list[Hit]:
    """Marks without those of what is only reserved ("expires on 2 June, unless extended or earlier terminated")."""
    opens = [hit.end for hit in marks if hit.phrase.value == _CONDITION]
    if not opens:
        return marks
    return [
        hit
        for hit in marks
        if hit.phrase.value not in _CONDITIONAL
        or not any(
            0 <= hit.start - end <= _REACH and not _ENDS.search(shadow, end, hit.start) for end in opens
        )
    ]
