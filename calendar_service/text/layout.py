"""Pieces of text with their places on a page become columns, rows and paragraphs in reading order.

Coordinates are points from the lower left corner of the page, as in PDF.
"""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from calendar_service.text.paragraphs import Line, build_paragraphs, find_glue

_MOST_FRAGMENTS = 20_000
_BIN = 3.0


class Fragment(NamedTuple):
    """A run of words on one baseline."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str

    @property
    def middle(self) -> float:
        """The height of its middle above the page's foot."""
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        """From descenders to ascenders."""
        return self.y1 - self.y0


def build_page(fragments: list[Fragment]) -> str:
    """The page's text: columns one after another, table rows with tabs, wrapped lines joined."""
    if not fragments:
        return ""
    if len(fragments) > _MOST_FRAGMENTS:
        return "\n".join(fragment.text for fragment in fragments)
    page = ""
    for block in map(_build_block, part_columns(fragments, 3)):
        page += (find_glue(page, block) if page and block else "") + block
    return page


def part_columns(fragments: list[Fragment], depth: int) -> list[list[Fragment]]:
    """Blocks in reading order. What crosses the gutter (a heading over both columns) ends a pair of columns."""
    gutter = _find_gutter(fragments) if depth and len(fragments) > 12 else None
    if gutter is None:
        return [fragments]
    blocks: list[list[Fragment]] = []
    left: list[Fragment] = []
    right: list[Fragment] = []
    wide: list[Fragment] = []
    for item in sorted(fragments, key=lambda item: -item.middle):
        if item.x0 < gutter < item.x1:
            if left or right:
                blocks += [block for block in (wide, left, right) if block]
                left, right, wide = [], [], []
            wide.append(item)
        else:
            (left if item.x1 <= gutter else right).append(item)
    blocks += [block for block in (wide, left, right) if block]
    return [part for block in blocks for part in part_columns(block, depth - 1)]


def _find_gutter(fragments: list[Fragment]) -> float | None:
    """The x of a white strip with running text on both sides, or None. A table's short cells are no running text."""
    low, high = min(item.x0 for item in fragments), max(item.x1 for item in fragments)
    bins = int((high - low) / _BIN) + 2
    if bins > 5000:
        return None
    steps = [0] * (bins + 1)
    for item in fragments:
        steps[int((item.x0 - low) / _BIN)] += 1
        steps[int((item.x1 - low) / _BIN) + 1] -= 1
    crossing, counts = 0, []
    for step in steps:
        crossing += step
        counts.append(crossing)
    middle = range(int(bins * 0.25), int(bins * 0.75))
    if not middle:
        return None
    least = min(counts[at] for at in middle)
    at = next(at for at in middle if counts[at] == least)
    end = at
    while end + 1 < len(counts) and counts[end + 1] == least:
        end += 1
    gutter = low + _BIN * (at + end + 1) / 2
    left = [item for item in fragments if item.x1 <= gutter]
    right = [item for item in fragments if item.x0 >= gutter]
    if least * 3 > min(len(left), len(right)):
        return None
    sides = ((left, gutter - low), (right, high - gutter))
    return gutter if all(_is_running_text(side, width) for side, width in sides) else None


def _is_running_text(side: list[Fragment], width: float) -> bool:
    wide = sum(1 for item in side if item.x1 - item.x0 > 0.6 * width)
    return wide >= 5 and wide * 2 >= len(side)


def _build_block(fragments: list[Fragment]) -> str:
    rows = _join_wrapped(_group_rows(fragments))
    lines: list[Line] = []
    at = 0
    while at < len(rows):
        end = _find_table_end(rows, at)
        if end > at:
            lines += _build_table(rows[at:end])
            at = end
        else:
            lines.append(_make_line(rows[at], _join_cell(rows[at]), table=False))
            at += 1
    return build_paragraphs(lines)


def _find_table_end(rows: list[list[Fragment]], start: int) -> int:
    """The row after a table that begins at `start`. A single cell between its rows belongs to it."""
    end = start
    while end < len(rows):
        if len(rows[end]) == 1:
            inside = start < end < len(rows) - 1 and len(rows[end - 1]) > 1 and len(rows[end + 1]) > 1
            if (
                not inside
                or not _fits(rows[end - 1], rows[end][0])
                or _gap(rows[end - 1], rows[end]) > rows[end][0].height
            ):
                break
        end += 1
    return end


def _gap(above: list[Fragment], below: list[Fragment]) -> float:
    return min(item.y0 for item in above) - max(item.y1 for item in below)


def _fits(row: list[Fragment], item: Fragment) -> bool:
    """Whether a lone cell stands in one of a row's columns and is no wider than a cell."""
    reach = max(cell.x1 for cell in row) - min(cell.x0 for cell in row)
    return item.x1 - item.x0 < 0.6 * reach and any(_is_under(cell, item) for cell in row)


def _is_under(cell: Fragment, item: Fragment) -> bool:
    shared = min(cell.x1, item.x1) - max(cell.x0, item.x0)
    return shared > 0.5 * min(cell.x1 - cell.x0, item.x1 - item.x0)


def _join_wrapped(rows: list[list[Fragment]]) -> list[list[Fragment]]:
    """Joins the lines of a wrapped cell: lone lines that stand tightly above or below one row of cells,
    with space around them all. In a table without space between its rows nothing is joined.
    """
    out: list[list[Fragment]] = []
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and _gap(rows[end - 1], rows[end]) < 0.25 * rows[end][0].height:
            end += 1
        group = rows[at:end]
        wide = [row for row in group if len(row) > 1]
        lone = [row[0] for row in group if len(row) == 1]
        if lone and len(wide) == 1 and len(group) <= 8 and all(_fits(wide[0], item) for item in lone):
            out.append(_stack_cells([item for row in group for item in row]))
        else:
            out += group
        at = end
    return out


def _group_rows(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Rows from top to bottom. Cells of several lines chain: a value stands between its label's two lines."""
    ordered = sorted(fragments, key=lambda item: -item.middle)
    groups: list[list[Fragment]] = []
    bottom = float("inf")
    for item in ordered:
        reach = 0.35 * item.height
        if groups and item.middle + reach > bottom + 0.05 * item.height:
            groups[-1].append(item)
            bottom = min(bottom, item.middle - reach)
        else:
            groups.append([item])
            bottom = item.middle - reach
    return [row for group in groups for row in _part_group(group)]


def _part_group(group: list[Fragment]) -> list[list[Fragment]]:
    """A group as one row of cells, or as its baselines where chaining went too far."""
    if len(group) == 1:
        return [group]
    height = median(item.height for item in group)
    spread = group[0].middle - group[-1].middle
    if spread <= 0.5 * height:
        return [sorted(group)]
    if spread <= 6 * height and len(_cluster(group)) > 1:
        return [_stack_cells(group)]
    rows: list[list[Fragment]] = []
    for item in group:
        if rows and rows[-1][0].middle - item.middle <= 0.4 * height:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row) for row in rows]


def _cluster(items: list[Fragment]) -> list[list[Fragment]]:
    """Fragments whose x ranges overlap, from left to right."""
    clusters: list[list[Fragment]] = []
    reach = float("-inf")
    for item in sorted(items):
        if clusters and item.x0 < reach:
            clusters[-1].append(item)
        else:
            clusters.append([item])
            reach = float("-inf")
        reach = max(reach, item.x1)
    return clusters


def _stack_cells(group: list[Fragment]) -> list[Fragment]:
    return [_merge(sorted(cell, key=lambda item: (-item.middle, item.x0))) for cell in _cluster(group)]


def _merge(items: list[Fragment]) -> Fragment:
    if len(items) == 1:
        return items[0]
    return Fragment(
        min(item.x0 for item in items),
        min(item.y0 for item in items),
        max(item.x1 for item in items),
        max(item.y1 for item in items),
        " ".join(item.text for item in items),
    )


def _build_table(rows: list[list[Fragment]]) -> list[Line]:
    """Rows of two cells or more: each cell goes to the column that it overlaps most."""
    widest = max(len(row) for row in rows)
    clusters = _cluster([item for row in rows if len(row) == widest for item in row])
    columns = [(min(item.x0 for item in cells), max(item.x1 for item in cells)) for cells in clusters]
    return [_make_line(row, _place_cells(row, columns), table=True) for row in rows]


def _place_cells(row: list[Fragment], columns: list[tuple[float, float]]) -> str:
    cells = [""] * len(columns)
    for item in row:
        at = min(range(len(columns)), key=lambda index: _distance(item, columns[index]))
        cells[at] = f"{cells[at]} {item.text}".strip()
    return "\t".join(cells).rstrip()


def _distance(item: Fragment, column: tuple[float, float]) -> float:
    """How far a cell lies from a column; overlap counts as a negative distance."""
    return max(column[0] - item.x1, item.x0 - column[1])


def _join_cell(row: list[Fragment]) -> str:
    return " ".join(item.text for item in row)


def _make_line(row: list[Fragment], text: str, *, table: bool) -> Line:
    box = _merge(row)
    height = min(item.height for item in row)
    return Line(box.x0, box.x1, box.y0, box.y1, height, text, table)
