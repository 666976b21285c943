"""Frame: a label that goes on in the lines below it, which name meetings and tell no meeting's day.

    Latest time for lodging Forms of Proxy for the:
        Court Meeting (blue form)      10.00 a.m. on 25 February 2020
        General Meeting (white form)   10.15 a.m. on 25 February 2020
    Court Meeting                      10.00 a.m. on 27 February 2020

The lines below it end where one names no meeting, names one a second time, or stands no further in than the label.
"""

from __future__ import annotations

from dataclasses import replace

from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Item = Unit | Table
_LABEL = 140
_SMALL = 3  # letters of an article, or of a word that leads on


def without_sublabels(items: list[Item], binder: Binder, languages: tuple[str, ...]) -> list[Item]:
    """The items, without the lines and rows that go on with a label for what is done before a meeting."""
    if not binder.hits.within(0, len(binder.page.shadow), languages, "around"):
        return items
    found: list[Item] = []
    opened: _Opened | None = None
    for item in items:
        kept: list[Unit] = []
        rows = item.rows if isinstance(item, Table) else [item]
        for row in rows:
            if opened is not None and opened.takes(row, binder, languages):
                continue
            opened = _Opened(row, binder) if _opens(row, binder, languages) else None
            kept.append(row)
        if len(kept) == len(rows):
            found.append(item)
        elif kept:
            found += [replace(item, rows=kept)] if isinstance(item, Table) else kept
    return found


class _Opened:
    """A label that goes on, with the meetings that the lines below it have named."""

    def __init__(self, row: Unit, binder: Binder) -> None:
        self.indent = _indent(row, binder)
        self.block = row.block
        self.named: set[str] = set()

    def takes(self, row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
        """Whether a line goes on with the label."""
        start, end = row.cells[0] if row.cells else (row.start, row.end)
        if row.block != self.block or row.end - row.start > _LABEL:
            return False
        names = [
            hit.phrase.text
            for hit in binder.hits.within(start, end, languages, "event")
            if hit.phrase.value in MEETINGS
        ]
        if not names or names[0] in self.named:
            return False
        self.named.add(names[0])
        return _indent(row, binder) > self.indent or self.indent == 0


def _indent(row: Unit, binder: Binder) -> int:
    line = binder.page.text.rfind("\n", 0, row.start) + 1
    return len(binder.page.text[line : row.end]) - len(binder.page.text[line : row.end].lstrip())


def _opens(row: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line is a label for what is done before a meeting, and goes on: it ends with a colon or no noun."""
    start, end = row.start, row.end
    if len(row.cells) > 1 or end - start > _LABEL:
        return False
    last = (binder.page.text[start:end].rsplit(None, 1) or [""])[-1]
    leads = last in binder.page.leading or (len(last) <= _SMALL and last.isalpha() and last.islower())
    if not (leads or last.endswith(":")) or not binder.hits.within(start, end, languages, "around"):
        return False
    return not binder.dates_in(start, end, languages)
