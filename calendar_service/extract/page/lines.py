"""The lines of a paragraph and the cells of a line, as spans of the text.

Tabs, bars, dots that lead from a label to its value, and wide blanks part the cells of a line.
"""

from __future__ import annotations

import re

_PIPE = re.compile(r"[|│]")
# Dots that lead from a label to its value; few of them only to a number.
_LEADER = re.compile(r"(?:[ \u00a0]?[.\u2026_]){5,}[ \u00a0]?|[ \u00a0][.]{3,4}[ \u00a0](?=\d)")
_LEADERS = ("...", ". .", "……", "___")
_GAP = re.compile(r"(?<=\S)[ \u00a0\u3000]{2,}(?=\S)")
# What is looked for everywhere begins with a set of signs: the engine then passes over all others quickly.
_MAYBE_CELLS = re.compile(
    r"[│\u00a0\u3000\-=_*~+.─…](?:(?<=│)|(?<=[\u00a0\u3000])(?:(?<=[ \u00a0\u3000].)|(?=[ \u00a0\u3000]))|(?<=[-=_*~+.─])[-=_*~+.─]{2}|(?<=\.) \.|(?<=…)…)"
)
# One of these is in all that it finds, but for a rule, which begins with a sign of one; to look for them is quicker.
_SIGNS_OF_CELLS = (
    "--", "==", "__", "**", "~~", "++", "..", ". .", "……", "──", "│", "\u00a0", "\u3000",
)  # fmt: skip
_SIGNS_OF_RULES = "-=_*~+.─:`"
RULE = re.compile(r"[\s|:\-=_+─*~.`]*\Z")
_GOING_ON = frozenset("(（,;/&-–")  # what begins with them goes on
_LEFT_OPEN = frozenset(",/&-–(（")
_HALVES = re.compile(
    r"(\S*[\u3041-\u9fff\uac00-\ud7a3)）])[ \u3000](\d\S*)"
)  # in a script that has few blanks
_ITEM = re.compile(r"[(（]?\d{1,2}[.．、)）]?|[①-⑳]")
_FULL = 40  # a line as long as this is broken for want of room
_LEADS = 2  # letters of words that lead on to the next line ("of", "de")
LABEL = 60  # labels are shorter
_SENTENCE = 3  # words of a line that is no label
_SHORT = 400  # what stands alone in the middle of a sentence is not longer
# No item of a list, no address, no table: "a) ...", "www.", "e-mail:".
_OPENING = re.compile(r"\s{0,12}(?!\w[.)]|www\.|https?:|[^\s:|]{1,20}:|[^\s@]{1,40}@|[^\n]{0,80}[|\t])(\w)")

_LATIN = "\u3040"  # signs of the scripts that are written without blanks come behind it
_FEWEST = 20  # signs of a line that is broken for want of room in such a script
_UNSPACED_TEXT = re.compile(
    r"\s{0,12}(?!\d{1,2}(?:[.．、)]|[ \u3000]{2})|[一二三四五六七八九十]{1,3}、|[^\n]{0,80}[|\t]|[^\n:：]{1,20}[:：])[\u3041-\u30ff\u4e00-\u9fff\d]"
)
_DATE_ALONE = re.compile(r"\s{0,12}\d{2,4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日")

_BARE_LINE = re.compile(r"\S(?:[^\n]*\S)?")


def bare_lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of text[start:end] that hold something, without the blanks around it."""
    return [line.span() for line in _BARE_LINE.finditer(text, start, end)]


def lines_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of text[start:end] that are not empty, without their breaks; at least one."""
    found, begin = [], start
    while begin <= end:
        stop = text.find("\n", begin, end)
        stop = end if stop < 0 else stop
        if stop > begin:
            found.append((begin, stop))
        begin = stop + 1
    return found or [(start, end)]


def join_led(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines of a list whose labels are led to their values by dots; a label that runs over two lines is one."""
    start, end = lines[0][0], lines[-1][1]
    if all(text.find(sign, start, end) < 0 for sign in _LEADERS):
        return lines  # most texts have no such list, and are not looked at line by line
    if sum(_LEADER.search(text, *line) is not None for line in lines) < 2:
        return lines
    joined: list[tuple[int, int]] = []
    open_from: int | None = None
    for begin, stop in lines:
        if _LEADER.search(text, begin, stop):
            if open_from is not None and not _may_go_on(text, (open_from, begin - 1), begin):
                joined.append((open_from, begin - 1))
                open_from = None
            joined.append((begin if open_from is None else open_from, stop))
            open_from = None
            continue
        if open_from is not None:
            joined.append((open_from, begin - 1))
        open_from = begin
        if stop - begin > LABEL + 30 or text[begin:stop].rstrip()[-1:] in ".:;":
            joined.append((begin, stop))
            open_from = None
    return joined if open_from is None else [*joined, (open_from, lines[-1][1])]


def _may_go_on(text: str, line: tuple[int, int], begin: int) -> bool:
    start = begin + len(text[begin : begin + LABEL]) - len(text[begin : begin + LABEL].lstrip())
    sign = text[start : start + 1]
    uncased = sign.isalpha() and sign.lower() == sign.upper()  # a script whose lines may be broken anywhere
    return uncased or goes_on(text, line, start)


def goes_on(text: str, line: tuple[int, int], following: int) -> bool:
    """Whether the line that begins at `following` goes on with the words of this one, and begins no label of its own."""
    sign = text[following : following + 1]
    if sign.islower() or sign in _GOING_ON:
        return True
    if line[1] - line[0] >= _FULL:
        return True
    words = text[line[0] : line[1]].split()
    last = words[-1] if words else ""
    return last[-1:] in _LEFT_OPEN or (last.isalpha() and last.islower() and len(last) <= _LEADS)


def leads_on(text: str, line: tuple[int, int]) -> bool:
    """Whether a line of a sentence ends with a small word that no sentence ends with ("... is anticipated to be")."""
    start, stop = line
    end = stop
    while end > start and text[end - 1].isspace():
        end -= 1
    last = text[max(start, end - _LEADS - 1) : end].split()[-1:]
    if not last or len(last[0]) > _LEADS or not (last[0].isalpha() and last[0].islower()):
        return False
    return len(text[start:end].split()) > _SENTENCE


def runs_on(
    text: str, shadow: str, paragraph: tuple[int, int], following: int, leading: frozenset[str]
) -> bool:
    """Whether a paragraph ends inside a sentence, which goes on in the one that begins at `following`.

    It ends with a word that leads on ("to be held on", below it "Friday, 5 May 2026"), or with one more word of a
    sentence that goes on with a small letter ("at the Town Hall").
    """
    start, stop = paragraph
    end = start + len(text[start:stop].rstrip())
    if is_inside_date(shadow, end, following):
        return end - max(start, text.rfind("\n", start, end)) >= _FEWEST  # "2026年" alone stands above days
    if text[end - 1] > _LATIN or text[end - 1] == ":":
        return _runs_on_unspaced(text, shadow, (start, end), following)
    if not (text[end - 1].isalnum() or text[end - 1] in ",)"):
        return False
    words = shadow[max(start, shadow.rfind("\n", start, end) + 1) : end].split()
    opening = _OPENING.match(text, following)
    if opening is None or len(words) < _SENTENCE or _MAYBE_CELLS.search(text, end - len(words[-1]), end):
        return False
    if words[-1] in leading and not words[-2][-1].isdecimal():  # "10.30 am" leads to nothing
        return True
    broken = end - start >= _FULL or any(word[0].isdecimal() for word in words)
    return broken and opening[1].islower() and stop - start < _SHORT


def is_inside_date(shadow: str, end: int, following: int) -> bool:
    """Whether a line that ends at `end` breaks off inside a date of an East Asian script, which the next one ends."""
    rest = _REST_OF_DATE.match(shadow, following)
    half = _HALF_DATE.search(shadow, max(0, end - _HALF), end) if rest else None
    return half is not None and rest is not None and half.lastgroup == rest.lastgroup


_HALF = 10  # signs of a date that a line breaks off in
_HALF_DATE = re.compile(
    r"(?:(?P<unit>\d\s?[年月년월])|(?<!\d)(?P<year>(?:19|20)\d\d)|[年년]\s?(?P<month>\d{1,2})|[月월]\s?(?P<day>\d{1,2}))\s*\Z"
)
_REST_OF_DATE = re.compile(
    r"\s{0,8}(?:(?P<unit>\d{1,2}\s?[月日월일])|(?P<year>[年년]\s?\d{1,2}\s?[月월])|(?P<month>[月월]\s?\d{1,2}\s?[日일])|(?P<day>[日일]))"
)


def _runs_on_unspaced(text: str, shadow: str, paragraph: tuple[int, int], following: int) -> bool:
    """The same in a script without blanks, where blank lines stand between all lines of a text.

    The line has a comma, which headings and labels seldom have, and ends with a letter; or with a colon before a date.
    """
    start, end = paragraph
    line = max(start, text.rfind("\n", start, end) + 1)
    if not _FEWEST <= end - line < _SHORT or shadow.find(",", line, end) < 0 or "|" in text[line:end]:
        return False
    if text[end - 1] == ":":
        return _DATE_ALONE.match(text, following) is not None
    return text[end - 1].isalpha() and _UNSPACED_TEXT.match(text, following) is not None


def without_border(text: str, begin: int, stop: int) -> int:
    """Where a line ends that is the last cell of a row whose other borders were lost ("Payment date |")."""
    end = begin + len(text[begin:stop].rstrip())
    return end - 1 if text[end - 1] == "|" and end - begin > 1 else stop


def cells_of(text: str, begin: int, stop: int) -> tuple[list[tuple[int, int]], bool]:
    """The cells of a line, and whether they are only aligned by blanks. One cell or none means prose."""
    line = text[begin:stop]
    if not ("\t" in line or "|" in line or "  " in line or _may_have_cells(line)):
        return [strip(text, begin, stop)], False
    if "\t" not in line and RULE.match(line):
        return [], False
    bordered = _bordered(line, begin)
    if bordered:
        return bordered, False
    gaps = list(_GAP.finditer(line))
    wide = [gap for gap in gaps if gap.end() - gap.start() >= 3 or line[gap.start() - 1] not in ".!?"]
    if not wide or (len(wide) == 1 and wide[0].end() - wide[0].start() < 3 and len(line) > 90):
        return [strip(text, begin, stop)], False
    cells = _with_number(text, _split(line, begin, _GAP))
    return cells, len(cells) > 1


def _may_have_cells(line: str) -> bool:
    signed = line.lstrip()[:1] in _SIGNS_OF_RULES or any(sign in line for sign in _SIGNS_OF_CELLS)
    return signed and _MAYBE_CELLS.search(line) is not None


def _with_number(text: str, cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The cells of a line, the number of an item with the label behind it, in scripts that have few blanks ("1   基準日")."""
    if len(cells) > 1 and _ITEM.fullmatch(text, *cells[0]) and text[cells[1][0]] >= _LATIN:
        return [(cells[0][0], cells[1][1]), *cells[2:]]
    return cells


def halves_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A short row of an aligned table as label and value, where a long label left room for one blank; else as it is."""
    parted = _HALVES.fullmatch(text, start, end)
    return [parted.span(1), parted.span(2)] if parted else [(start, end)]


def _bordered(line: str, begin: int) -> list[tuple[int, int]]:
    """The cells of a line that tabs, bars or dots part; [] where none do."""
    if "\t" in line:
        return _tabbed(line, begin)
    if line.count("|") + line.count("│") >= 2 or " | " in line:
        cells = _split(line, begin, _PIPE)
        if line.lstrip()[:1] in "|│" and cells:
            cells = cells[1:]
        if line.rstrip()[-1:] in "|│" and len(cells) > 1:
            cells = cells[:-1]
        return cells
    leader = _LEADER.search(line) if any(sign in line for sign in _LEADERS) else None
    if leader is None:
        return []
    cells = [strip(line, 0, leader.start(), begin), strip(line, leader.end(), len(line), begin)]
    return [cell for cell in cells if cell[1] > cell[0]]


def _tabbed(line: str, offset: int) -> list[tuple[int, int]]:
    """The cells that tabs part: a filing has thousands of them, and a pattern would cost several times as much."""
    cells = []
    for piece in line.split("\t"):
        cells.append(strip(piece, 0, len(piece), offset))
        offset += len(piece) + 1
    return cells


def _split(line: str, offset: int, parted_by: re.Pattern[str]) -> list[tuple[int, int]]:
    cells, begin = [], 0
    for match in parted_by.finditer(line):
        cells.append(strip(line, begin, match.start(), offset))
        begin = match.end()
    cells.append(strip(line, begin, len(line), offset))
    return cells


def strip(text: str, begin: int, stop: int, offset: int = 0) -> tuple[int, int]:
    """The span without the blanks around it, moved by an offset."""
    found = text[begin:stop].rstrip()
    bare = found.lstrip()
    stop = begin + (len(found) if bare else stop - begin)
    return stop - len(bare) + offset, stop + offset
