"""First stage: a shadow of the text in which case and widths do not matter, and its blocks.

The shadow has exactly the length of the text, so every offset holds in both. A unit is what is read
at once: a sentence, a line, or a table with its rows and cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from calendar_service.extract.page.escapes import without_escapes, without_slashes
from calendar_service.extract.page.linebreaks import begins_anew
from calendar_service.extract.page.lines import (
    LABEL,
    RULE,
    cells_of,
    halves_of,
    join_led,
    lines_of,
    runs_on,
    strip,
    without_border,
)
from calendar_service.extract.page.stops import ends_no_sentence
from calendar_service.extract.page.widerows import wide_rows

_FOLDS = {
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u3000": " ", "\r": " ",
    "\u200b": " ", "\u200e": " ", "\u200f": " ", "\ufeff": " ", "\u00ad": "-",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u00b4": "'", "`": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "\ufe50": ",", "\ufe52": ".", "\ufe54": ";", "\ufe55": ":", "\ufe30": ":", "\ufe59": "(", "\ufe5a": ")",
    "\uff0d": "-", "\u301c": "~", "\uffe5": "¥", "*": " ", "_": " ",
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", " "),
}  # fmt: skip


@cache
def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(old): new for old, new in _FOLDS.items()}
    # Only letters whose lower case is one character: the length must not change.
    table |= {
        code: chr(code).lower()
        for code in range(0x41, 0x587)
        if len(chr(code).lower()) == 1 != chr(code).lower().isupper() and chr(code).isupper()
    }
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF21, 0xFF3B)}
    return table


def fold(text: str) -> str:
    """Lower case, narrow, with plain blanks, quotes and dashes; the length stays the same."""
    return text.translate(_table())


@dataclass(slots=True)
class Unit:
    """A sentence, a line, or a table row: content[start:end]. `cells` are spans of a row's cells.

    An `item` of a list begins behind its bullet.
    """

    start: int
    end: int
    block: int
    cells: tuple[tuple[int, int], ...] = ()
    heading: bool = False
    item: bool = False


@dataclass(slots=True)
class Table:
    """Rows that belong together. `fixed` tables are aligned by blanks, so columns are told by position.

    `year` stands alone above the rows, and holds for days that are told without one. It is `unsure` where another
    reading of the lines would fit as well.
    """

    rows: list[Unit]
    fixed: bool = False
    year: int | None = None
    unsure: bool = False

    @property
    def start(self) -> int:
        """Where the table begins."""
        return self.rows[0].start


@dataclass(slots=True)
class Page:
    """The normalised document: text, shadow, units of prose and tables, in reading order."""

    text: str
    shadow: str
    items: list[Unit | Table] = field(default_factory=list)
    months: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()
    hidden: list[tuple[int, int]] = field(default_factory=list)  # lines whose dates are no news
    variants: dict[int, str] = field(default_factory=dict)

    def spell(self, variants: dict[int, str]) -> None:
        """Reads each sign of the shadow as the variants of a language say; its length stays the same."""
        self.variants = self.variants | variants
        self.shadow = self.shadow.translate(variants)

    def fold(self, text: str) -> str:
        """Other text as the shadow has it."""
        return fold(text).translate(self.variants)


_PARAGRAPH = re.compile(r"[^\n]*[^\s][^\n]*(?:\n[^\n]*[^\s][^\n]*)*")
_END = re.compile(
    r"[.!?。！？](?:(?<=[.!?])[\"')\]]{0,3}(?=\s+[\"'(\[]{0,2}[^\sa-z])|(?<=[。！？])(?![)）」』])|(?<=[a-z)]\.)(?=[A-Z][a-z])|(?<=[.!?])\",(?=\s{1,20}\"))"
)


_BARS = 4
_ONE_VALUE = 20  # signs of a date or an amount in a cell
_ONE_CELL = 40
_NUMBERED = re.compile(
    r"[①-⑳⑴-⒇]|[(（]?[\d０-９]{1,2}(?:[)）．]|[ \u3000]{2})|第[\d０-９]{1,2}号"
)  # as East Asian headings are
_IN_BRACKETS = re.compile(r"[【《〔＜<(（][^\n)）]{0,20}(?:[】》〕＞>]|[)）](?:\Z|(?=[^\s\d])))")
_MONEY_SIGNS = frozenset({"$", "£", "€", "¥", "US$", "C$", "A$", "HK$", "S$", "R$", "NT$"})
_SENTENCES = 90  # what holds sentences is longer


def normalise(
    text: str,
    abbreviations: frozenset[str],
    months: frozenset[str] = frozenset(),
    leading: frozenset[str] = frozenset(),
    sums: frozenset[str] = frozenset(),
) -> Page:
    """The text as units and tables in reading order. Linear in its length.

    No sentence ends after an abbreviation, nor between a day's number and one of the months ("21. Mai").
    No line ends with one of the `leading` words, which lead on to what follows ("payable on"). A sentence may end with an
    abbreviation of the currencies `sums`, where that stands behind its number ("3,30 kr. Udbyttet ...").
    """
    text = without_escapes(text)
    page = Page(text, without_slashes(fold(text)), months=months, leading=leading, sums=sums)
    for block, (start, stop) in enumerate(_paragraphs(page)):
        _add_block(page, block, start, stop, abbreviations)
    page.items = _join_tables(page.items)
    return page


def _paragraphs(page: Page) -> list[tuple[int, int]]:
    """The paragraphs; what blank lines part in the middle of a sentence is one."""
    found: list[tuple[int, int]] = []
    for match in _PARAGRAPH.finditer(page.text):
        start, stop = match.span()
        if found and runs_on(page.text, page.shadow, found[-1], start, page.leading):
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _add_block(page: Page, block: int, start: int, end: int, abbreviations: frozenset[str]) -> None:
    lines = join_led(page.text, lines_of(page.text, start, end))
    width = max(stop - begin for begin, stop in lines)
    if _is_barred(page.text, lines):
        _add_barred(page, block, lines, width, abbreviations)
        return
    prose: list[tuple[int, int]] = []
    rows: list[Unit] = []
    texts: list[tuple[int, int]] = []
    fixed = False
    wide = wide_rows(page.text, lines)
    for begin, stop in lines:
        cells, aligned = (wide[begin], False) if begin in wide else cells_of(page.text, begin, stop)
        if aligned and _is_prose(page.text, cells):  # paragraphs that only wide blanks part
            _flush_prose(page, block, prose, width, abbreviations)
            _flush_texts(page, block, list(cells), abbreviations)
        elif len(cells) > 1 or (rows and fixed and _goes_on(page.text[begin:stop].strip())):
            _flush_prose(page, block, prose, width, abbreviations)
            told = _prose_cell(page.text, cells)
            if told is not None:
                texts.append(told)
                continue
            if len(cells) == 1:
                cells = halves_of(page.text, *cells[0])
            rows.append(Unit(begin, stop, block, tuple(cells)))
            fixed = fixed or aligned
        elif RULE.match(page.text, begin, stop) and not _is_cell(page.text, (begin, stop), prose):
            continue
        else:
            _flush_rows(page, rows, fixed)
            _flush_texts(page, block, texts, abbreviations)
            rows, fixed = [], False
            prose.append((begin, without_border(page.text, begin, stop)))
    _flush_prose(page, block, prose, width, abbreviations)
    _flush_rows(page, rows, fixed)
    _flush_texts(page, block, texts, abbreviations)


def _is_cell(text: str, line: tuple[int, int], before: list[tuple[int, int]]) -> bool:
    """Whether a dash alone is a cell without a value, below that of another cell, and no rule."""
    return bool(before) and before[-1][1] - before[-1][0] <= _ONE_VALUE and text[slice(*line)].strip() == "-"


def _goes_on(line: str) -> bool:
    """Whether a line without wide blanks may still be a row of the table above it; a heading in brackets or with a number is none."""
    return len(line) <= _ONE_CELL and not _IN_BRACKETS.match(line) and not _NUMBERED.match(line)


def _prose_cell(text: str, cells: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The cell of a row that holds sentences, beside nothing but a label ("Remarks | The register will be closed ...")."""
    filled = [cell for cell in cells if cell[1] > cell[0]]
    if len(filled) != 2 or filled[0][1] - filled[0][0] > LABEL:
        return None
    start, end = filled[1]
    told = text[end - 1] in ".。" or _END.search(text, start, end) is not None
    return (start, end) if end - start > _SENTENCES and told else None


def _is_prose(text: str, cells: list[tuple[int, int]]) -> bool:
    """Whether what wide blanks part are paragraphs, each with sentences of its own."""
    long = [cell for cell in cells if cell[1] - cell[0] > _SENTENCES and _END.search(text, *cell)]
    return len(long) > 1


def _flush_texts(page: Page, block: int, texts: list[tuple[int, int]], abbreviations: frozenset[str]) -> None:
    for start, end in texts:
        _add_sentences(page, block, start, end, abbreviations)
    texts.clear()


def _is_barred(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether a bar begins or ends each cell of a table whose cells stand one below the other, or stands alone between."""
    if text.find("|", lines[0][0], lines[-1][1]) < 0:
        return False
    bars = [text[slice(*line)].strip() for line in lines]
    first = "|" if not all(one.endswith("|") for one in bars if "|" in one) else ""
    lone = [one for one in bars if one.startswith(first) and one.count("|") == 1]
    return len(lone) >= _BARS and all(one.count("|") < 2 for one in bars)


def _add_barred(
    page: Page, block: int, lines: list[tuple[int, int]], width: int, abbreviations: frozenset[str]
) -> None:
    """The cells that bars begin or end, each as a line of its own, and the prose beside them.

    A cell behind a bar that stands alone may run over several lines; the sign of a currency belongs to the number in
    the next cell.
    """
    prose: list[tuple[int, int]] = []
    cells: list[tuple[int, int]] = []
    opened = grows = False  # a bar stood alone right above; and the cell behind it has begun
    for begin, stop in lines:
        start, end = strip(page.text, begin, stop)
        barred = page.text[start : start + 1] == "|"
        ended = page.text[max(start, end - 1) : end] == "|"
        start, end = strip(page.text, start + barred, max(start + barred, end - ended))
        barred = barred or ended
        if end <= start or RULE.match(page.text, start, end):
            opened, grows = barred or opened, False
        elif barred or opened:
            _flush_prose(page, block, prose, width, abbreviations)
            _add_cell(page.text, cells, start, end)
            opened, grows = False, not barred
        elif grows:
            cells[-1] = (cells[-1][0], end)
        else:
            _flush_cells(page, block, cells, abbreviations)
            prose.append((start, end))
    _flush_prose(page, block, prose, width, abbreviations)
    _flush_cells(page, block, cells, abbreviations)


def _add_cell(text: str, cells: list[tuple[int, int]], start: int, end: int) -> None:
    if cells and text[slice(*cells[-1])] in _MONEY_SIGNS:
        cells[-1] = (cells[-1][0], end)
    else:
        cells.append((start, end))


def _flush_cells(page: Page, block: int, cells: list[tuple[int, int]], abbreviations: frozenset[str]) -> None:
    """Cells as lines; one that holds a whole note to the accounts is prose."""
    for start, end in cells:
        if end - start > _SENTENCES and _END.search(page.text, start, end):
            _add_sentences(page, block, start, end, abbreviations)
        else:
            _add_unit(page, block, start, end)
    cells.clear()


def _flush_rows(page: Page, rows: list[Unit], fixed: bool) -> None:
    if rows:
        page.items.append(Table(list(rows), fixed))
        rows.clear()


def _flush_prose(
    page: Page, block: int, lines: list[tuple[int, int]], width: int, abbreviations: frozenset[str]
) -> None:
    """Lines of a paragraph as sentences. A short line ends a sentence: it is a label or heading of its own."""
    begin: int | None = None
    for position, (start, stop) in enumerate(lines):
        begin = start if begin is None else begin
        last = position == len(lines) - 1
        if last or begins_anew(page, (start, stop), lines[position + 1], width):
            _add_sentences(page, block, begin, stop, abbreviations)
            begin = None
    lines.clear()


LONGEST = 3000
_BULLETS = frozenset("-*•·▪■●◆○◦‣–—►▶➢✓")  # what an item of a list begins with is no word of it


def _add_sentences(page: Page, block: int, start: int, end: int, abbreviations: frozenset[str]) -> None:
    begin = start
    for match in _END.finditer(page.text, start, end):
        within = (begin, end)
        if ends_no_sentence(page.shadow, match.span(), within, abbreviations, page.months, page.sums):
            continue
        if _TORN.match(page.shadow, match.start() - 2):
            continue
        _add_unit(page, block, begin, match.end())
        begin = match.end()
    _add_unit(page, block, begin, end)


_TORN = re.compile(r"[$€£]0\. \d{2,6}\b(?!\.)")  # an amount with a blank behind its decimal mark


def _add_unit(page: Page, block: int, start: int, end: int) -> None:
    start, end = strip(page.text, start, end)
    item = end - start > 2 and page.text[start] in _BULLETS and page.text[start + 1].isspace()
    if item:
        start, end = strip(page.text, start + 1, end)
    while end - start > LONGEST:  # what binds cues to dates is quadratic in one unit, so a unit has a bound
        stop = page.text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = start + LONGEST if stop < 0 else stop
        page.items.append(Unit(start, stop, block))
        start = stop
    if end > start:
        heading = end - start < 90 and page.text[end - 1] not in ".。;,"
        page.items.append(Unit(start, end, block, heading=heading, item=item))


def _join_tables(items: list[Unit | Table]) -> list[Unit | Table]:
    """Tables that only blank lines part are one table, when their rows have the same shape: tables aligned by blanks, and
    rows of as many cells that all stand alone.
    """
    joined: list[Unit | Table] = []
    lone: Table | None = None  # the last table so far, where each of its rows stood alone
    for item in items:
        previous = joined[-1] if joined else None
        if not isinstance(item, Table):
            joined.append(item)
        elif isinstance(previous, Table) and (
            (previous.fixed and item.fixed) or (previous is lone and _is_next_row(item, previous))
        ):
            previous.rows.extend(item.rows)
        else:
            joined.append(item)
            lone = item if len(item.rows) == 1 else None
    return joined


def _is_next_row(item: Table, previous: Table) -> bool:
    """Whether a table is but one row, and has as many cells as those above it."""
    cells = len(item.rows[0].cells)
    alike = item.fixed == previous.fixed and cells == len(previous.rows[-1].cells)
    return len(item.rows) == 1 and cells > 1 and alike
