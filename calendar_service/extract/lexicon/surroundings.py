"""What a language has around its dates: words that leave a date to what says what it means, and words that open a clause."""

from __future__ import annotations

import re

from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.marks import compile_words
from calendar_service.extract.lexicon.patterns import alternatives

_LETTERS = re.compile(r"[^\W\d_]+")
#: Marks of what somebody does, whose words are known but own the days behind them.
_ACTS = frozenset({"declares", "decides"})


class Surroundings:
    """The words and patterns of one language, built once; `units` are its words for money."""

    def __init__(self, lexicon: Lexicon, units: frozenset[str]) -> None:
        self._participles = lexicon.surrounding.participles
        #: The words that may stand between a date and what says what it means; all others may take it.
        self.known = _words_between(lexicon, units)
        self._endings = tuple(word[1:] for word in lexicon.surrounding.between if word[0] == "-")
        #: The same of scripts without word borders, and what may follow a date there.
        self.known_runs = re.compile(_runs_between(lexicon))
        self.behind = re.compile(alternatives(lexicon.surrounding.behind))
        self.owning = re.compile(alternatives(lexicon.surrounding.owning))
        self.venues = re.compile(rf"{alternatives(lexicon.surrounding.venues)}\W?\Z")
        also, verbs = compile_words(lexicon, "also").pattern, compile_words(lexicon, "verb").pattern
        #: Words that open a clause of its own behind what parts it from the one before, and a verb that goes on behind "and".
        openers = alternatives(lexicon.surrounding.openers)
        self.opener = re.compile(
            rf"(?:,\s?|\(|\s[–-]\s)(?:{openers}|[^\W\d_]{{2,6}}\s{openers}\s{openers})(?![^\W\d_])"
        )
        self.goes_on = re.compile(rf"\s(?:{also})\s(?:{verbs})")
        #: What parts a clause from the one before it, besides a comma.
        self.opens = re.compile(rf"\s(?:{also}|{compile_words(lexicon, 'clause').pattern})\s")
        self.predicate = re.compile(rf"{alternatives(lexicon.surrounding.predicates)}(?![^\W\d_])")
        self.of_noun = re.compile(rf"[^\W\d_]\s{compile_words(lexicon, 'of_noun').pattern}\s\Z")
        self.following = compile_words(lexicon, "following")
        self.not_following = re.compile(f"{compile_words(lexicon, 'not_following').pattern}|{verbs}")
        self.attributive = re.compile(
            rf"{compile_words(lexicon, 'attributive').pattern}\s(?:{alternatives(lexicon.weekdays)},?\s)?\Z"
        )

    def leaves(self, word: str) -> bool:
        """Whether a word between a date and what says what it means leaves it that meaning."""
        return word in self.known or (word.endswith(self._endings) and not self.is_participle(word))

    def is_participle(self, word: str) -> bool:
        """Whether a word ends as those do that take the day before them."""
        return word.endswith(self._participles)


def _words_between(lexicon: Lexicon, units: frozenset[str]) -> frozenset[str]:
    names = (*lexicon.weekdays, *lexicon.months, *lexicon.ordinals, *lexicon.words, *lexicon.scales, *units)
    acts = {one.text for one in lexicon.phrases if one.role == "mark" and one.value in _ACTS}
    return (
        (lexicon.common - acts)
        | lexicon.surrounding.between
        | {word for name in names for word in _LETTERS.findall(name)}
    )


def _runs_between(lexicon: Lexicon) -> str:
    numbers = (*lexicon.numerals, *lexicon.words, *lexicon.scales, *lexicon.currencies, *lexicon.minor)
    times = (*lexicon.weekday_signs, *lexicon.eras, *lexicon.first_year)
    return alternatives({*lexicon.surrounding.between, *numbers, *times})
