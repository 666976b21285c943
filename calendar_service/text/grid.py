"""A table's cells as rows of text whose n-th cell is the n-th column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

_MOST_COLUMNS = 200
_SYMBOLS = frozenset(
    {"$", "€", "£", "¥", "US$", "C$", "A$", "HK$", "NT$", "S$", "R$", "CHF", "USD", "EUR", "RMB"}
)
_SUFFIXES = frozenset({")", "%", ")%", "%)"})


class Cell(NamedTuple):
    """A cell as it stands in the source: its text, and how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


# Plain tuples, since a filing has tens of thousands of cells: what a Cell holds, and what is placed
# in a column (a text and how many columns it covers; None where no cell begins).
RawCell: TypeAlias = tuple[str, int, int]
Placed: TypeAlias = tuple[str, int] | None
Column: TypeAlias = Sequence[Placed]


def lay_out(rows: Sequence[Sequence[RawCell]]) -> list[str]:
    """One line a row, cells parted by tabs, runs of white space within a cell made one space.

    Spanned cells leave what they cover empty; empty rows and columns are left out, and a column of
    currency signs joins the column of its numbers.
    """
    columns: list[Column] = [column for column in zip_longest(*_place(rows)) if any(column)]
    texts = [[cell[0] if cell else "" for cell in column] for column in _join_signs(columns)]
    lines = map("\t".join, zip(*filter(any, texts), strict=True))
    return [line.rstrip() for line in lines if line.strip()]


def _place(rows: Sequence[Sequence[RawCell]]) -> list[list[Placed]]:
    """Cells at their columns; None where nothing begins."""
    grid: list[list[Placed]] = []
    covered: dict[int, int] = {}
    for row in rows:
        line: list[Placed] = []
        following = {column: left - 1 for column, left in covered.items() if left > 1}
        for text, columns, height in row:
            while len(line) in covered:
                line.append(None)
            at = len(line)
            if at >= _MOST_COLUMNS:
                break
            width = min(columns, _MOST_COLUMNS - at)
            line.append((" ".join(text.split()), width))
            if width > 1:
                line += [None] * (width - 1)
            if height > 1:
                following.update(dict.fromkeys(range(at, at + width), min(height - 1, len(rows))))
        covered = following
        grid.append(line)
    return grid


def _join_signs(columns: list[Column]) -> list[Column]:
    """Joins a column that only holds currency signs (or headings that span on) with the one after it,
    and a column that only holds ")" or "%" with the one before it.
    """
    out: list[Column] = []
    for column in columns:
        if out and (_leads(out[-1], column) or _trails(column)):
            out[-1] = [_join(left, right) for left, right in zip(out[-1], column, strict=True)]
        else:
            out.append(column)
    return out


def _leads(left: Column, right: Column) -> bool:
    signs = False
    for cell, after in zip(left, right, strict=True):
        if not cell or not cell[0]:
            continue
        text, width = cell
        followed = bool(after and after[0])
        if text in _SYMBOLS and width == 1:
            signs = signs or followed
        elif width == 1 or followed:
            return False
    return signs


def _trails(column: Column) -> bool:
    found = False
    for cell in column:
        if cell and cell[0]:
            if cell[0] not in _SUFFIXES:
                return False
            found = True
    return found


def _join(left: Placed, right: Placed) -> Placed:
    if left is None or right is None or not left[0] or not right[0]:
        return left if left and left[0] else right or left
    return left[0] + right[0], left[1] + right[1]
