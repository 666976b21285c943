"""Frames: who is paid on which day, where a sentence tells several days and the securities differ.

- in the order of the sentence: "on 31 March and 15 April to holders of preferred and common shares, respectively",
  after amounts that were told for common shares first.
- beside its day: "on 20 April to ADS holders and on 13 April to holders of ordinary shares".

A security is known again by the words that no other one has: "common" and "preferred" of "common share" and "preferred
share". Where the words leave it open, nothing is paired.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from calendar_service.extract.sentence.statements import Statement
from calendar_service.model.remarks import Remark, remark

Span = tuple[int, int]
Told = tuple[int, int, Span | None]  # where an amount stands, and the security that it is told for

DOUBT = remark("several dates are for different securities, and which belongs to which is not certain")
_WORD = re.compile(r"\w+")
_SHORT = 3  # shorter words ("A", "B") are looked for with their neighbour: "class a"
_NEAR = 30
_MOST = 12  # so many securities are told apart at most
_LEAST, _ENDINGS = 5, "nrseaio"
_ABOVE = 3  # sentences above a table
_LONGER = 4  # letters of the endings of a word
_NO_BLANKS = "\u3000"  # letters from here on belong to scripts without word boundaries


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid on one of several days: the number of the amount in its sentence, and the security where it is told."""

    amount: int = 0
    security: Span | None = None


def payees_of(
    said: Statement, days: Sequence[Span], amounts: Sequence[Told], shadow: str, *, alone: bool
) -> tuple[list[Payee], Remark | None]:
    """Who is paid on each of the days of a sentence with one amount, or one for each day; and a doubt, or None.

    `alone`: the days are the only ones of which the sentence tells several, so that a list of securities is theirs.
    """
    listed = said.has("respectively")
    several = len(amounts) == len(days)
    plain = [Payee(number if several else 0) for number in range(len(days))]
    if said.from_table:
        return plain, None
    start, end = _around(said, days, amounts)
    names = distinct([one for one in said.securities if start <= one[0] < end], shadow)
    told = [shadow[slice(*name)] for *_, name in amounts if name]
    if several and len(told) == len(set(told)) == len(days):
        order = order_of(told, days, shadow[start:end], start, listed=listed)
        return ([Payee(number) for number in order], None) if order else (plain, DOUBT)
    if len(names) < 2:
        return plain, None
    named = beside(days, names, listed=listed and (several or alone))
    if named is None:
        return plain, DOUBT
    return [Payee(one.amount, name) for one, name in zip(plain, named, strict=True)], None


def _around(said: Statement, days: Sequence[Span], amounts: Sequence[Told]) -> Span:
    """The part of a sentence that can say whose the days are: without the amounts, where those stand on one side."""
    if not amounts:
        return said.start, said.end
    first, last = min(one[0] for one in amounts), max(one[1] for one in amounts)
    own = [name[1] for *_, name in amounts if name and last <= name[0] <= last + _NEAR]
    last = max([last, *own])
    if days[0][0] >= last:
        return last, said.end
    return (said.start, first) if days[-1][1] <= first else (said.end, said.end)


def mentions(names: Sequence[str], text: str) -> list[int | None]:
    """For each name the place in `text` where words that only it has stand first; both in lower case."""
    if not 1 < len(names) <= _MOST:
        return [None] * len(names)
    words = [_WORD.findall(name) for name in names]
    found = []
    for number, mine in enumerate(words):
        others = {_stem(word) for place, other in enumerate(words) if place != number for word in other}
        apart = [place for place, word in enumerate(mine) if _stem(word) not in others]
        places = [_find_listed(text, mine, place) for place in apart]
        found.append(min((place for place in places if place >= 0), default=None))
    return found


def order_of(
    names: Sequence[str], days: Sequence[Span], text: str, offset: int, *, listed: bool
) -> list[int] | None:
    """The number of the name that each of the days is for; None where that is not certain.

    `text` begins at `offset` of the text that the days are spans of. `listed`: words like "respectively" stand there.
    Where it names nobody, days and names have the same order.
    """
    places = [None if place is None else place + offset for place in mentions(names, text)]
    if all(place is None for place in places):
        return [*range(len(names))]
    if None in places:
        return None
    order = sorted(range(len(names)), key=lambda number: places[number] or 0)
    firsts = [(places[number] or 0, places[number] or 0) for number in order]
    return order if listed or _alternate(days, firsts) else None


def beside(days: Sequence[Span], names: Sequence[Span], *, listed: bool) -> list[Span] | None:
    """The name that stands beside each of the days, or in its place of a list; None where that is not certain."""
    if len(names) != len(days) or not (listed or _alternate(days, names)):
        return None
    return [*names]


def distinct(names: Sequence[Span], shadow: str) -> list[Span]:
    """The first span of each security; singular and plural are the same."""
    found: dict[frozenset[str], Span] = {}
    for span in names:
        found.setdefault(_key(shadow[slice(*span)]), span)
    return [*found.values()]


def lend_security(before: Sequence[Statement], rows: Sequence[Statement], shadow: str) -> None:
    """Gives the rows of a table the one security of a sentence right above that tells their amount, or the security that it
    begins with ("Series A Preferred Stock: $0.13 per share, payable as follows:").
    """
    values = {fact.span.amount for row in rows for fact in row.amounts}
    if len(values) != 1 or any(row.securities for row in rows):
        return
    told = [said for said in before[-_ABOVE:] if {fact.span.amount for fact in said.amounts} == values]
    names = told[-1].securities if told else []
    if names and (names[0][0] == told[-1].start or len(distinct(names, shadow)) == 1):
        for row in rows:
            row.securities = [names[0]]


def is_same(name: str, other: str) -> bool:
    """Whether two names are of one security; singular and plural are the same."""
    return _key(name) == _key(other)


def is_apart(name: str, other: str) -> bool:
    """Whether two names have no word in common, so that they mean different securities."""
    heads = [{word[:_SHORT] for word in _WORD.findall(one)} for one in (name, other)]
    return not heads[0] & heads[1]


def _key(name: str) -> frozenset[str]:
    return frozenset(map(_stem, _WORD.findall(name)))


def _alternate(days: Sequence[Span], names: Sequence[Span]) -> bool:
    """Whether between any two days, one after the other, stands exactly one name."""
    if len(days) != len(names):
        return False
    return all(sum(one[1] <= name[0] < other[0] for name in names) == 1 for one, other in pairwise(days))


def _phrase(words: Sequence[str], place: int) -> str:
    word = words[place]
    if len(word) >= _SHORT or word[:1] >= _NO_BLANKS or len(words) == 1:
        return _stem(word)
    return f"{words[place - 1]} {word}" if place else f"{word} {_stem(words[1])}"


def _stem(word: str) -> str:
    """A word without the endings that tell one from several; five letters stay."""
    for _ in range(2):
        if len(word) > _LEAST and word[-1] in _ENDINGS:
            word = word[:-1]
    return word


def _find_listed(text: str, words: Sequence[str], place: int) -> int:
    """Where a word of a name stands; a short one also where only the first of several has its neighbour ("series d and e")."""
    phrase = _phrase(words, place)
    letter = place and phrase.endswith(f" {words[place]}")  # no "series a" in "series are"
    at = _find(text, phrase, 0 if letter else _LONGER if len(words) > 1 else len(text))
    if at >= 0 or not place or phrase == _stem(words[place]):
        return at
    listed = re.search(
        rf"(?<!\w){re.escape(words[place - 1])}\s\w(?:,\s\w)*,?\s\w{{1,3}}\s{re.escape(words[place])}(?!\w)",
        text,
    )
    return listed.end() - len(words[place]) if listed else -1


def _find(text: str, phrase: str, longer: int) -> int:
    """Where the phrase stands in the text, at the beginning of a word that has so many letters more at most; else -1.

    A name of several words has other words than its noun to be known by, which stands in "shareholders", too.
    """
    place = text.find(phrase)
    while place >= 0 and phrase[:1] < _NO_BLANKS and not _is_word(text, place, len(phrase), longer):
        place = text.find(phrase, place + 1)
    return place


def _is_word(text: str, place: int, length: int, longer: int) -> bool:
    """Whether a word begins at a place, and goes on for so many letters behind its first ones at most."""
    if place and text[place - 1].isalnum():
        return False
    return not text[place + length : place + length + longer + 1].isalpha() or longer >= len(text)
