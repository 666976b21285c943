"""Blocks of a list: a line that is a company's name, and below it labels with their values.

    HARROW TOOL PLC:
    Proposed dividend: 0.05
    Payment date: 5/19/2026

    TARN MILLS PLC
    Proposed dividend: 0.22
    Payment date: 6/23/2026

What stands in a block is its company's, up to the first line without a label; what is told outside of them is doubted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calendar_service.extract.parties.owners import DOUBT, Names
from calendar_service.extract.sentence.statements import Statement

_HEAD = re.compile(
    r"[ \t]{0,4}[*_#•-]{0,3}[ ]?(?P<name>[A-Z0-9][^:\n|\t]{2,70})(?:[:.]|[*_]{1,3}){0,4}[ \t]{0,4}"
)
_LABEL = re.compile(r"[ \t]{0,4}[^\W\d_][^:\n|\t]{1,48}[:|\t]|[ \t]{0,4}[*•-]{1,2}[ ][^:\n|\t]{2,48}[:|\t]")
_LEAST = 2  # so many companies make a list
_CLOSE = 2  # so many labels without a blank line between stand close together
_LONG = 2000  # a whole document may be one line
_SIGNS = " .*_"
_RULE = "issuer.block"


class _Block(NamedTuple):
    """The place of a company's name, and of it and the lines below it."""

    name: tuple[int, int]
    start: int
    end: int


def mark_blocks(statements: Sequence[Statement], names: Names) -> None:
    """Tells the statements of such blocks whose they are, where two companies at least have a day of the same kind."""
    if sum(_is_labelled(said, names.content) for said in statements) < _LEAST:
        return
    ordered = sorted(statements, key=lambda said: said.start)
    starts = [said.start for said in ordered]
    told = [(block, _within(block, ordered, starts)) for block in _blocks(names)]
    told = [(block, inside) for block, inside in told if any(said.dates for said in inside)]
    companies: dict[str, set[str]] = {}  # of each kind of date
    for block, inside in told:
        name = names.without_form(names.content[slice(*block.name)])
        for fact in (fact for said in inside for fact in said.dates):
            companies.setdefault(fact.kind, set()).add(name)
    if max(map(len, companies.values()), default=0) < _LEAST:
        return
    for block, inside in told:
        owner = names.owner(block.name, _RULE)
        for said in inside:
            said.owner = said.owner or owner
    first = min(block.start for block, _ in told)
    for said in statements:
        if said.dates and said.owner is None and said.start > first and DOUBT not in said.doubts:
            said.doubts.append(DOUBT)


def _is_labelled(said: Statement, content: str) -> bool:
    """Whether a day of a statement stands in a line of a label; most texts have none, and their lines need no look."""
    places = {fact.quote[0] for fact in said.dates}
    lines = {content.rfind("\n", max(0, place - _LONG), place) + 1 for place in places}
    return any(_LABEL.match(content, line) for line in lines)


def _within(block: _Block, ordered: Sequence[Statement], starts: Sequence[int]) -> list[Statement]:
    inside = ordered[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
    return [said for said in inside if said.end <= block.end]


def _blocks(names: Names) -> Iterator[_Block]:
    """The names of companies that stand alone in their line, each with the lines of labels below; a blank line ends those that
    stand close together.
    """
    head: tuple[int, int] | None = None
    start = end = place = close = 0
    for line in [*names.content.splitlines(keepends=True), "\n"]:
        place += len(line)
        bare = line.rstrip()
        if head is not None and _LABEL.match(bare):
            end, close = place, close + 1
            continue
        if not bare and close < _CLOSE:
            close = 0
            continue
        if head is not None and end:
            yield _Block(head, start, min(end, len(names.content)))
        head, start, end, close = _head(line, place - len(line), names), place - len(line), 0, 0
    if head is not None and end:
        yield _Block(head, start, min(end, len(names.content)))


def _head(line: str, start: int, names: Names) -> tuple[int, int] | None:
    """The place of the company's name that a line is, which begins there; None where it is none."""
    match = _HEAD.fullmatch(line.rstrip())
    if match is None or not names.is_company(match["name"].strip(_SIGNS)):
        return None
    begin = start + match.start("name")
    return begin, begin + len(match["name"].rstrip(_SIGNS))
