"""A digest: lines that each begin with the company whose action they tell.

    - Harrow Tool Limited: Record date 13 November 2026 for interim dividend
    - Tarn Mills: Record date 7 November 2026 for Rs. 2.00 per share interim dividend

or the forms of several companies, one below the other, each headed by a company's name on a line of its own:

    Harrow Tool Limited
    Company ID: HART
    Payment: 13 November 2026

Each action is then its own line's company's, and what only another line tells is not. Who issues the document is none
of them, or just the first one; so where an action stands in none of the lines, whose it is stays in doubt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from calendar_service.extract.parties.owners import DOUBT, Names
from calendar_service.extract.sentence.statements import Statement

_BULLET = r"(?:[ \t]*(?:[-*•▪○●■–]|\d{1,3}[.)])[ \t]{1,3})?[*_]{0,2}"
_NAMED = re.compile(
    _BULLET
    + r"(?P<name>[A-Z0-9](?:[^:\n|()]|\([A-Za-z .]{2,20}\)){2,70}?)[*_]{0,2}(?:[ ]\([^()\n]{1,40}\)[*_]{0,2})?[ ]?(?P<sign>:|[ ][-–])[*_]{0,2}[ ]"
)
# The name, and the first label below it, by which the forms are known as such.
_FORM = re.compile(
    r"[ \t]*(?P<name>[A-Z0-9][^\n:|]{3,70}?)[ \t]*\n[ \t]*(?P<label>[^\W\d_][^\n:|]{1,30}?)[ ]?:"
)
_LABEL = 40  # signs from the begin of a line to the colon of such a label, with blanks around it
_LINES = 2  # so many companies make a digest
_LONG = 2000  # a whole document may be one line
_RULE = "issuer.line"


def mark_lines(statements: Sequence[Statement], names: Names) -> None:
    """Tells the lines of a digest whose they are, and doubts what stands outside of them; other documents stay as they are.

    A name that has no legal form is doubted where it is neither the issuer's nor certain otherwise: it may be other words
    ("Please note: ...").
    """
    dated = [said for said in statements if said.dates]
    lines = [(said, match) for said in dated if (match := _opening(said, names))]
    companies = {match["name"] for _, match in lines if names.is_company(match["name"])}
    if len(companies) < _LINES and not _tell_apart(lines, names):
        return
    for said, match in lines:
        stop = names.content.find("\n", match.end())
        reach = (match.start("name"), len(names.content) if stop < 0 else stop)
        said.owner = names.owner(match.span("name"), _RULE, reach)
    for said in dated:
        name = said.owner.name if said.owner else ""
        if not (name and (names.is_issuer(name) or names.is_certain(name))):
            said.doubts.append(DOUBT)


def mark_forms(statements: Sequence[Statement], names: Names) -> None:
    """Tells whose the forms of several companies are, where each is headed by its company and begins with the same label."""
    if sum(bool(said.dates) for said in statements) < _LINES:
        return
    forms = [match for match in _forms(names.content) if names.is_company(match["name"])]
    label = Counter(match["label"] for match in forms).most_common(1)
    forms = [match for match in forms if match["label"] == label[0][0]]
    if len({match["name"] for match in forms}) < _LINES:
        return
    ends = [*(match.start() for match in forms[1:]), len(names.content)]
    for match, end in zip(forms, ends, strict=True):
        for said in statements:
            if match.start("name") <= said.start < end and said.owner is None:
                said.owner = names.owner(match.span("name"), _RULE, (match.start("name"), end))


def _forms(content: str) -> Iterator[re.Match[str]]:
    """The lines that may head such forms, each with the label on the line below; found by the colon, which few lines have."""
    place = content.find(":")
    while place >= 0:
        line = content.rfind("\n", 0, place) + 1
        if line > 0 and place - line <= _LABEL:
            match = _FORM.match(content, content.rfind("\n", 0, line - 1) + 1)
            if match:
                yield match
        line = content.find("\n", place)
        place = content.find(":", line) if line >= 0 else -1


def _tell_apart(lines: Sequence[tuple[Statement, re.Match[str]]], names: Names) -> bool:
    """Whether one line names the issuer, and a line that names somebody else tells a day that no line of the issuer's does."""
    days: dict[bool, set[date | None]] = {True: set(), False: set()}
    for said, match in lines:
        days[names.is_issuer(match["name"])] |= {fact.span.value for fact in said.dates}
    return bool(days[True]) and not days[False] <= days[True]


def _opening(said: Statement, names: Names) -> re.Match[str] | None:
    """What the line of a statement opens with, before a colon or a dash; None where that is no name but words of ours.

    Behind a dash may stand anything; a colon parts a name from what is told of it.
    """
    if said.from_table:
        return None
    begin = names.content.rfind("\n", 0, said.start + 1) + 1
    told = min(fact.quote[0] for fact in said.dates)
    if told - begin < _LONG and not any(sign in names.content[begin:told] for sign in (":", " -", " –")):
        return None  # most lines have none, and are passed over more quickly without the pattern
    match = _NAMED.match(names.content, begin)
    if match is None or match.end() > told:
        return None
    start, end = match.span("name")
    words = [(hit.start, hit.end) for hit in (*said.events, *said.marks)]
    words += [*said.securities, *(fact.quote for fact in said.dates)]
    if any(low < end and start < high for low, high in words):
        return None
    return match if match["sign"] == ":" or names.is_company(match["name"]) else None
