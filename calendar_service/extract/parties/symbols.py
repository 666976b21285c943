"""A report on several companies, each named with its symbol: "Larpe (LARP3) pagará R$ 2 ... Canela (CNLA4) aprovou ...".

What stands behind a company's symbol, up to that of the next one, is told of that company. A sentence that names several
is told of the one before it, where it names that one too, and of nobody else. Words such as "the holding" may go back to
a company further up, so that all that such a report tells is doubted; but no action is put together of two companies'.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from calendar_service.extract.parties.owners import DOUBT, Names
from calendar_service.extract.sentence.statements import Statement

_SYMBOL = re.compile(r"\((?P<stem>[A-Z]{4})\d{1,2}(?:[ ]?[,;/e][ ]?[A-Z]{4}\d{1,2})*\)")
_RULE = "issuer.symbol"
_COMPANIES = 2  # so many make a report on several
_NAME = 60  # signs of a name
_SMALL = frozenset({"de", "da", "do", "das", "dos", "e", "&"})


class _Named(NamedTuple):
    """A company's name and symbol: where the name begins, the place of the bracket, and the letters of the symbol."""

    start: int
    bracket: int
    end: int
    stem: str


def mark_symbols(statements: Sequence[Statement], names: Names) -> None:
    """Tells the statements of a report whose they are, and doubts them; a document about one company stays as it is."""
    named = [_named(match, names.content) for match in _SYMBOL.finditer(names.content)]
    if len({one.stem for one in named}) < _COMPANIES:
        return
    told = list(_told_of(statements, named))
    if len({one.stem for said, one in told if (said.dates or said.amounts) and one}) < _COMPANIES:
        return
    for said, one in told:
        if one is not None and said.owner is None:
            said.owner = names.owner((one.start, one.bracket), _RULE)._replace(key=one.stem)
        if DOUBT not in said.doubts:
            said.doubts.append(DOUBT)


def _told_of(
    statements: Sequence[Statement], named: Sequence[_Named]
) -> list[tuple[Statement, _Named | None]]:
    """Each statement with the company that it is told of; None where that cannot be told."""
    starts = [one.bracket for one in named]
    found: list[tuple[Statement, _Named | None]] = []
    now: _Named | None = None
    place = 0
    for said in statements:
        first, last = bisect_left(starts, said.start), bisect_left(starts, said.end)
        between = named[place:first]
        now = between[-1] if between else now
        inside = named[first:last]
        if inside and not (now and now.stem in {one.stem for one in inside}):
            now = inside[0] if len({one.stem for one in inside}) == 1 else None
        place = max(place, last)
        found.append((said, now))
    return found


def _named(match: re.Match[str], content: str) -> _Named:
    """The company whose symbol a bracket holds: the words with capitals right before it are its name."""
    low = max(0, match.start() - _NAME)
    low = max(low, content.rfind("\n", low, match.start()) + 1)
    words = content[low : match.start()].split(" ")
    start = end = match.start()
    for word in reversed(words):
        if word and word not in _SMALL and not (word[0].isupper() and len(word) > 1):  # "A", "O" are articles
            break
        end -= len(word) + 1
        if word and word[0].isupper():
            start = end + 1
    return _Named(start, match.start(), match.end(), match["stem"])
