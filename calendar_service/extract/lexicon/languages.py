"""Recognises the languages of a passage by its frequent words, or by characters that only one language uses."""

from __future__ import annotations

import re

from calendar_service.extract.lexicon.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(128)}
_SAMPLE = 20_000
_FEWEST = 2.0  # words of a language in a paragraph that is written in it
_DISTINCT = 3  # of them that differ
_FAR = 2.0  # so many times as many as of another language


def _words(text: str) -> list[str]:
    """The runs of letters in a text; in ASCII, all else is made a blank, which is quicker than a pattern."""
    return text.translate(_LETTERS).split() if text.isascii() else _WORD.findall(text)


class Recogniser:
    """Tells which of the known languages a text is written in."""

    def __init__(self, lexicons: tuple[Lexicon, ...]) -> None:
        self._languages = [lexicon.language for lexicon in lexicons]
        self._by_word: dict[str, list[str]] = {}
        for lexicon in lexicons:
            for word in lexicon.common:
                self._by_word.setdefault(word, []).append(lexicon.language)
        # In runs, since a page of such letters has few runs and many letters.
        self._letters = [
            (lexicon.language, re.compile(f"[{lexicon.letters}]+")) for lexicon in lexicons if lexicon.letters
        ]

    def of(self, shadow: str) -> tuple[str, ...]:
        """The languages found, the strongest first; all known ones where nothing tells.

        Behind those of the whole text stand those of single paragraphs: a notice may be far shorter than the disclaimers in
        another language below it.
        """
        sample = shadow[:_SAMPLE]
        counts = self._count(sample)
        scores = self._score(counts)
        for language, letters in self._letters if not sample.isascii() else ():
            scores[language] += sum(map(len, letters.findall(sample)))
        best = max(scores.values())
        if not best:
            return tuple(self._languages)
        ranked = sorted(scores, key=lambda name: -scores[name])
        # A few words (a form, a headline) tell little: every language that is about as likely is read.
        enough = max(min(2, best * 0.4), best * 0.25)
        found = [name for name in ranked if scores[name] >= enough]
        rest = self._apart(counts, found, [name for name in ranked if _FEWEST <= scores[name] < enough])
        paragraphs = [self._count(paragraph) for paragraph in sample.split("\n\n")] if rest else []
        return (*found, *(name for name in rest if self._fills_any(name, found, paragraphs)))

    def _count(self, text: str) -> dict[str, int]:
        """How often each frequent word stands in a text."""
        counts: dict[str, int] = {}
        by_word = self._by_word
        for word in _words(text):
            if word in by_word:
                counts[word] = counts.get(word, 0) + 1
        return counts

    def _score(self, counts: dict[str, int]) -> dict[str, float]:
        scores: dict[str, float] = dict.fromkeys(self._languages, 0.0)
        for word, count in counts.items():
            known = self._by_word[word]
            for language in known:
                scores[language] += count / len(known)  # a word of several languages tells less
        return scores

    def _apart(self, counts: dict[str, int], found: list[str], rest: list[str]) -> list[str]:
        """Those of the `rest` that may fill a paragraph of their own: more than half of what their words tell there has to be
        told by such as the only language found before has not. Most texts have none, and their paragraphs need not be counted.
        """
        if len(found) != 1 or not rest:
            return rest
        own = dict.fromkeys(rest, 0.0)
        for word, count in counts.items():
            known = self._by_word[word]
            for language in known if found[0] not in known else ():
                own[language] = own.get(language, 0.0) + count / len(known)
        return [name for name in rest if own[name] > _FEWEST / 2]

    def _fills_any(self, language: str, found: list[str], paragraphs: list[dict[str, int]]) -> bool:
        """Whether a paragraph is written in a language: it has several of its words, and far fewer of those found before."""
        for counts in paragraphs:
            own = sum(language in self._by_word[word] for word in counts)
            if own >= _DISTINCT:
                scores = self._score(counts)
                if scores[language] >= _FEWEST and scores[language] > _FAR * max(
                    map(scores.__getitem__, found)
                ):
                    return True
        return False
