"""A digest: lines that each begin with the company whose action they tell.

    - Harrow Tool Limited: Record date 13 November 2026 for interim dividend
    - Tarn Mills: Record date 7 November 2026 for Rs. 2.00 per share interim dividend

Each action is then its own line's company's, and what only another line tells is not. Who issues the document is none
of them, or just the first one; so where an action stands in none of the lines, whose it is stays in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.issuers import clean_name
from calendar_service.extract.parties import DOUBT
from calendar_service.extract.statements import Statement, statement_at
from calendar_service.model.announcement import Announcement, Issuer
from calendar_service.model.values import Evidence

_BULLET = r"(?:[ \t]*(?:[-*•▪○●■–]|\d{1,3}[.)])[ \t]{1,3})?[*_]{0,2}"
_NAMED = re.compile(
    _BULLET
    + r"(?P<name>[A-Z0-9](?:[^:\n|()]|\([A-Za-z .]{2,20}\)){2,70}?)[*_]{0,2}(?:[ ]\([^()\n]{1,40}\)[*_]{0,2})?[ ]?(?P<sign>:|[ ][-–])[*_]{0,2}[ ]"
)
_LINES = 2  # so many companies make a digest
_RULE = "issuer.line"
_Name = tuple[int, int]


def name_lines(
    announcements: tuple[Announcement, ...],
    statements: Sequence[Statement],
    content: str,
    is_company: Callable[[str], bool],
    is_certain: Callable[[str], bool],
) -> tuple[Announcement, ...]:
    """The announcements of a digest, each with its line's company; others stay as they are.

    A name that has no legal form is doubted where it is neither the issuer's nor certain otherwise: it may be other words
    ("Please note: ...").
    """
    found = [_name_of(one, statements, content) for one in announcements]
    # Behind a dash may stand anything; a colon parts a name from what is told of it.
    named = [
        match.span("name") if match and (match["sign"] == ":" or is_company(match["name"])) else None
        for match in found
    ]
    names = {content[slice(*name)] for name in named if name}
    companies = sum(map(is_company, names))
    own = {one.issuer.name for one in announcements} & names
    if len(names) < _LINES or not (own or companies >= _LINES):
        return announcements

    def is_doubted(one: Announcement, name: _Name | None) -> bool:
        words = clean_name(content[slice(*name)]) if name else ""
        own = _without_form(one.issuer.name, is_company) == _without_form(words, is_company)
        return not words or not (own or is_certain(words))

    return tuple(
        replace(
            _of_line(one, name, content, is_company) if name else one,
            doubts=(*one.doubts, DOUBT) if is_doubted(one, name) else one.doubts,
        )
        for one, name in zip(announcements, named, strict=True)
    )


def mark_companies(statements: Sequence[Statement], content: str, is_company: Callable[[str], bool]) -> None:
    """Tells each line of a digest which company it names, so that actions of two lines are not taken for one."""
    found: dict[int, tuple[Statement, str]] = {}
    for said in statements:
        begin = content.rfind("\n", 0, said.start + 1) + 1
        match = None if said.from_table or not said.dates else _name_in(said, content, begin)
        if match is not None and (match["sign"] == ":" or is_company(match["name"])):
            found[said.index] = (said, match["name"])
    if sum(map(is_company, {name for _, name in found.values()})) >= _LINES:
        for said, name in found.values():
            said.company = _without_form(name, is_company)


def _name_in(said: Statement, content: str, begin: int) -> re.Match[str] | None:
    """What the line that begins here opens with, before a colon or a dash; None where that is words of ours."""
    match = _NAMED.match(content, begin)
    if match is None:
        return None
    start, end = match.span("name")
    words = [(hit.start, hit.end) for hit in (*said.events, *said.marks)]
    words += [*said.securities, *(fact.quote for fact in said.dates)]
    return None if any(low < end and start < high for low, high in words) else match


def _name_of(one: Announcement, statements: Sequence[Statement], content: str) -> re.Match[str] | None:
    """What its line begins with, before a colon or a dash; None where that is no name but words of ours ("Record date: ...")."""
    place = next((item.evidence.start for item in one.dates if item.evidence), None)
    if place is None:
        return None
    said = statement_at(statements, place)
    if said.from_table:
        return None
    match = _name_in(said, content, content.rfind("\n", 0, said.start + 1) + 1)
    return None if match is None or match.end() > place else match


def _without_form(name: str, is_company: Callable[[str], bool]) -> str:
    """A name to compare: in small letters, without the last word where that is what makes it a company's."""
    words = name.casefold().split()
    form = is_company(name) and len(words) > 1 and not is_company(" ".join(name.split()[:-1]))
    return " ".join(words[:-1] if form else words)


def _of_line(one: Announcement, name: _Name, content: str, is_company: Callable[[str], bool]) -> Announcement:
    """An announcement as its line's company's: without the identifiers and the amount that stand elsewhere."""
    start, end = name
    stop = content.find("\n", end)
    stop = len(content) if stop < 0 else stop
    words = content[start:end]
    same = _without_form(one.issuer.name, is_company) == _without_form(clean_name(words), is_company)
    ids = one.issuer.ids if same else ()
    issuer = Issuer(clean_name(words), ids, Evidence(words, start, end, _RULE))
    amount = one.amount
    if amount and amount.evidence and not start <= amount.evidence.start < stop:
        amount = None
    return replace(one, issuer=issuer, amount=amount)
