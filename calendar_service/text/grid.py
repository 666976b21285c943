"""A table's cells as rows of text whose n-th cell is the n-th column."""

from __future__ import annotations

from typing import NamedTuple

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


def lay_out(rows: list[list[Cell]]) -> list[str]:
    """One line a row, cells parted by tabs. Spanned cells leave what they cover empty; empty rows and
    columns are left out, and a column of currency signs joins the column of its numbers.
    """
    grid = _place(rows)
    if not grid:
        return []
    columns = [list(column) for column in zip(*grid, strict=True)]
    kept = _join_signs([column for column in columns if any(cell is not None for cell in column)])
    kept = [column for column in kept if any(cell and cell.text for cell in column)]
    lines = ("\t".join(cell.text if cell else "" for cell in row) for row in zip(*kept, strict=True))
    return [line.rstrip() for line in lines if line.strip()]


def _place(rows: list[list[Cell]]) -> list[list[Cell | None]]:
    """Cells at their columns; None where nothing begins."""
    grid: list[list[Cell | None]] = []
    covered: dict[int, int] = {}
    for row in rows:
        line: list[Cell | None] = []
        following = {column: left - 1 for column, left in covered.items() if left > 1}
        for cell in row:
            while len(line) in covered:
                line.append(None)
            if len(line) >= _MOST_COLUMNS:
                break
            at, columns = len(line), max(1, min(cell.columns, _MOST_COLUMNS - len(line)))
            line += [cell, *[None] * (columns - 1)]
            if cell.rows > 1:
                following.update(dict.fromkeys(range(at, at + columns), min(cell.rows - 1, len(rows))))
        covered = following
        grid.append(line)
    width = max((len(line) for line in grid), default=0)
    return [line + [None] * (width - len(line)) for line in grid]


def _join_signs(columns: list[list[Cell | None]]) -> list[list[Cell | None]]:
    """Joins a column that only holds currency signs (or headings that span on) with the one after it,
    and a column that only holds ")" or "%" with the one before it.
    """
    out: list[list[Cell | None]] = []
    for column in columns:
        if out and (_leads(out[-1], column) or _trails(column)):
            out[-1] = [_join(left, right) for left, right in zip(out[-1], column, strict=True)]
        else:
            out.append(column)
    return out


def _leads(left: list[Cell | None], right: list[Cell | None]) -> bool:
    signs = False
    for cell, after in zip(left, right, strict=True):
        if not cell or not cell.text:
            continue
        if cell.text in _SYMBOLS and cell.columns == 1:
            signs = signs or bool(after and after.text)
        elif cell.columns == 1 or (after and after.text):
            return False
    return signs


def _trails(column: list[Cell | None]) -> bool:
    texts = [cell.text for cell in column if cell and cell.text]
    return bool(texts) and all(text in _SUFFIXES for text in texts)


def _join(left: Cell | None, right: Cell | None) -> Cell | None:
    if left is None or right is None or not left.text or not right.text:
        return left if left and left.text else right or left
    return Cell(left.text + right.text, left.columns + right.columns)
