"""Amounts that are written out: in words ("eleven cents"), or in the numerals of a script of its own ("金二十五円五十銭")."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.patterns import alternatives

_TEN = 10  # its place among the figures; those of 100, 1,000 and 10,000 follow
_MYRIAD = 13
_GOES_ON = re.compile(r"(?:\w-|\band|[&,\d]|\bhundred|\bdollars?)\s{0,2}\Z")


class WrittenSpan(NamedTuple):
    """The amount at text[start:end], in the main unit; the fields are those of a MoneySpan."""

    start: int
    end: int
    amount: Decimal
    currency: str | None
    scaled: bool = False
    minor: bool = False


class Written:
    """Reads them as one language writes them; `tail` is what must not stand behind the name of a currency."""

    def __init__(self, lexicon: Lexicon, tail: str) -> None:
        self._words, self._minor, self._currencies = lexicon.words, lexicon.minor, lexicon.currencies
        self._figures = lexicon.figures
        words = alternatives(lexicon.words)
        long = {name for name in lexicon.minor if len(name) > 2}
        #: One of these stands in all words for hundredths: most sentences have none, and need no pattern.
        self._stems = [one for one in long if not any(two in one for two in long - {one})]
        minors = alternatives(long)
        self._worded = re.compile(rf"(?<![\w-])({words})(?:[\s-]({words}))?\s{{1,2}}({minors}){tail}")
        signs = re.escape("".join(lexicon.figures))
        major, minor = alternatives(lexicon.currencies), alternatives(lexicon.minor)
        self._figured = re.compile(
            rf"(?<![{signs}\d])([{signs}]{{1,9}})(?:({major})(?:([{signs}]{{1,3}})(?:{minor}))?|({minor}))"
            if signs
            else "(?!)"
        )

    def money(self, shadow: str, start: int, end: int) -> list[WrittenSpan]:
        """The amounts in shadow[start:end], in order."""
        return self._in_words(shadow, start, end) or self._in_figures(shadow, start, end)

    def _in_words(self, shadow: str, start: int, end: int) -> list[WrittenSpan]:
        if all(shadow.find(stem, start, end) < 0 for stem in self._stems):
            return []
        found = []
        for match in self._worded.finditer(shadow, start, end):
            tens, ones = (self._words.get(word, 0) for word in match.group(1, 2))
            if _GOES_ON.search(shadow, max(start, match.start() - 16), match.start()) or (
                ones and not (tens % 10 == 0 and 20 <= tens < 100 and ones < 10)
            ):
                continue  # "one hundred and five cents", "one dollar and five cents"
            amount = Decimal(tens + ones) / 100
            found.append(WrittenSpan(*match.span(), amount, self._minor[match[3]], minor=True))
        return found

    def _in_figures(self, shadow: str, start: int, end: int) -> list[WrittenSpan]:
        found = []
        for match in self._figured.finditer(shadow, start, end) if self._figures else ():
            number, major, hundredths, minor = match.groups()
            amount = self._number(number) / (100 if minor else 1) + self._number(hundredths or "") / 100
            code = self._minor[minor] if minor else self._currencies[major]
            scaled = bool(set(number) & set(self._figures[_MYRIAD]))
            found.append(WrittenSpan(*match.span(), amount, code, scaled=scaled, minor=bool(minor)))
        return found

    def _number(self, signs: str) -> Decimal:
        """The number that numerals write, by place (二五) or with signs for ten and more (二十五)."""
        whole, part, digits = 0, 0, ""
        for sign in signs:
            worth = next(number for number, same in enumerate(self._figures) if sign in same)
            if worth < _TEN:
                digits += str(worth)
                continue
            if worth == _MYRIAD:
                whole, part = whole + (part + int(digits or 0) or 1) * 10_000, 0
            else:
                part += int(digits or 1) * 10 ** (worth - _TEN + 1)
            digits = ""
        return Decimal(whole + part + int(digits or 0))
