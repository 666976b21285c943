"""Paragraphs of a script without blanks that were broken into lines of one width are whole lines again.

Such a script may be broken anywhere, inside its words, dates and amounts too ("2026年6", "月12日"; "1", "5港仙"): what was
broken cannot be read line by line. Lines of lists and tables stay as they are.
"""

from __future__ import annotations

import re
from itertools import pairwise

_WIDE = re.compile("[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]")
_PARTED = re.compile(r"[\t|│]|(?<=\S)[ \u3000]{2,}(?=\S)")  # cells
_CLAUSE = re.compile("[、，。]|[,;](?=[\u2e80-\ua4cf])")  # labels and headings hardly have any
_DATED = re.compile(r"[日)）]\Z")
# An item of a list, a heading, or a label: what begins so goes on with nothing.
_BEGINS = re.compile(
    r"\s|[•●■□◆◇○◎※・*①-⑳⑴-⒇【〔《<＜]|[(（]?(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.．、](?![0-9])|第[0-9０-９一二三四五六七八九十]{1,3}[条號号]|[^\n：:]{1,20}[：:]"
)
_LEAST = 20  # signs of a line that is broken for want of room
_ROOM = 2  # signs that may be missing at its end: no line begins with a stop


def unwrap_lines(text: str) -> str:
    """`text` with the lines of such paragraphs joined; as it is where it has none. In time that grows with the text."""
    if text.isascii() or _WIDE.search(text) is None:
        return text
    return "\n\n".join(_unwrap(paragraph) for paragraph in text.split("\n\n"))


def _unwrap(paragraph: str) -> str:
    lines = paragraph.split("\n")
    full = max(map(len, lines)) - _ROOM
    if len(lines) == 1 or full < _LEAST - _ROOM:
        return paragraph
    pieces = [lines[0]]
    clause = _CLAUSE.search(lines[0]) is not None  # whether what is joined so far has one
    for last, line in pairwise(lines):
        joins = len(last) >= full and clause and _runs_on(last, line)
        pieces.append(line if joins else f"\n{line}")
        clause = (clause and joins) or _CLAUSE.search(line) is not None
    return "".join(pieces)


def _runs_on(last: str, line: str) -> bool:
    """Whether a full line of a sentence goes on with the next one."""
    if not line or last[-1] in "。：:；;" or _PARTED.search(last) or _PARTED.search(line):
        return False
    if last[-1].isdecimal() and line[0].isdecimal():
        return True
    listed = _DATED.search(last) is not None and _DATED.search(line) is not None
    wide = _WIDE.match(last[-1]) or _WIDE.match(line)
    return bool(wide) and not listed and _BEGINS.match(line) is None
