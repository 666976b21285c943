"""Recognises the languages of a passage by its frequent words, or by characters that only one language uses."""

from __future__ import annotations

import re

from calendar_service.extract.lexicon.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(128)}
_SAMPLE = 20_000


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
        """The languages found, the strongest first; all known ones where nothing tells."""
        sample = shadow[:_SAMPLE]
        scores: dict[str, float] = dict.fromkeys(self._languages, 0.0)
        by_word = self._by_word
        counts: dict[str, int] = {}
        for word in _words(sample):
            if word in by_word:
                counts[word] = counts.get(word, 0) + 1
        for word, count in counts.items():
            known = by_word[word]
            for language in known:
                scores[language] += count / len(known)  # a word of several languages tells less
        for language, letters in self._letters if not sample.isascii() else ():
            scores[language] += sum(map(len, letters.findall(sample)))
        best = max(scores.values())
        if not best:
            return tuple(self._languages)
        ranked = sorted(scores, key=lambda name: -scores[name])
        # A few words (a form, a headline) tell little: every language that is about as likely is read.
        enough = max(min(2, best * 0.4), best * 0.25)
        return tuple(name for name in ranked if scores[name] >= enough)
