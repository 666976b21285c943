"""Rows of a table whose cells only single wide blanks part, as texts of East Asia have them: a head, and below it amounts.

株式の種類　1株当たり配当金
普通株式　25円
優先株式　40円50銭
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLANK = "\u3000"
_LONGEST = 90
_LEAST = 2  # rows below the head
_OTHERS = ("\t", "|", "  ")  # what parts cells otherwise
_AMOUNT = re.compile(r"[\d０-９][\d０-９,，.．]*(?:[^\d０-９\s]{1,3}(?:[\d０-９]{1,2}[^\d０-９\s])?)?")
Cell = tuple[int, int]


def wide_rows(text: str, lines: Sequence[Cell]) -> dict[int, list[Cell]]:
    """The cells of such rows, and of the head above them, by where their lines begin."""
    if text.find(_BLANK, lines[0][0], lines[-1][1]) < 0:
        return {}
    cells = [_cells(text, *line) for line in lines]
    found: dict[int, list[Cell]] = {}
    for number, head in enumerate(cells):
        if len(head) < 2 or head[0][0] in found or _ends_with_amount(text, head):
            continue
        rows = [head]
        while number + len(rows) < len(cells):
            row = cells[number + len(rows)]
            if len(row) != len(head) or not _ends_with_amount(text, row):
                break
            rows.append(row)
        if len(rows) > _LEAST:
            found.update((row[0][0], row) for row in rows)
    return found


def _cells(text: str, start: int, end: int) -> list[Cell]:
    """The cells of a line that single wide blanks part; none of one that other signs part, or that is a sentence."""
    line = text[start:end]
    parts = line.split(_BLANK)
    if len(line) > _LONGEST or not all(parts) or any(sign in line for sign in _OTHERS):
        return []
    found, begin = [], start
    for part in parts:
        found.append((begin, begin + len(part)))
        begin += len(part) + 1
    return found


def _ends_with_amount(text: str, row: Sequence[Cell]) -> bool:
    return _AMOUNT.fullmatch(text, *row[-1]) is not None
