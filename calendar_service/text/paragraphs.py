"""Lines become paragraphs: a line that runs on is joined with the next, a word parted by a hyphen is made whole."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

# After these the hyphen belongs to the word: "ex-" at a line's end goes on as "ex-dividend".
_KEPT_PREFIX = re.compile(
    r"(?:^|[^\w])(?:ex|non|pre|post|co|re|self|semi|sub|anti|multi|inter|cross|data|cum|pro)-$", re.IGNORECASE
)
_PARTED = re.compile(r"[^\W\d_]{2,}[-‐]$")
# A number cut at the end of a line in a script without blanks ("2026年6", "月12日"; "1", "5港仙").
_CUT_NUMBER = re.compile("[\u2e80-\uabff]\\d{1,4}$")
_CUT = 5  # signs of its first part, and the one before: a paragraph is looked at with each of its lines
_NUMBER_RUNS_ON = re.compile("\\d{0,4}[\u2e80-\uabff]")
_BULLET = re.compile(r"[•●▪◦‣■□➢✓*·※①-⑳]")
# These may also stand within a sentence: "am" / "3. März", "(a)", a dash.
_NUMBER = re.compile(
    r"(?:\(?[0-9]{1,2}[.)]|\(?[a-zA-Z][.)]|\(?[ivx]{1,4}[.)]|[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]|[–—-])\s?"
)
_END = re.compile(r"[.!?:;。！？：；]['\"”’)\]]?$")

_LEAST = 1.0  # height of a line in points; far off its page a hostile one has none
_APART = 0.8  # heights of a line between paragraphs
_PARAGRAPH = 0.35  # so many more than between the lines of one
_WIDE = "\u2e80"
_SHORT = 34  # a text whose lines are all shorter is a list of them


class Line(NamedTuple):
    """A line or table row with its box in points; `height` is its letters' height."""

    x0: float
    x1: float
    y0: float
    y1: float
    height: float
    text: str
    table: bool


def build_paragraphs(lines: list[Line]) -> str:
    """Text with one line a paragraph or table row; blank lines where the page leaves space."""
    if not lines:
        return ""
    right = max(line.x1 for line in lines)
    follows = [_may_run_on(before, line, right) for before, line in pairwise(lines)]
    usual = min(
        (_space(*pair) for pair, may in zip(pairwise(lines), follows, strict=True) if may), default=0.0
    )
    short = all(_length(line.text) < _SHORT for line in lines)
    out = [lines[0].text]
    for (before, line), may in zip(pairwise(lines), follows, strict=True):
        gap = before.y0 - line.y1
        close = _space(before, line) <= max(usual, 0.0) + _PARAGRAPH
        item = short and _begins_line(line.text) and _is_apart(before, line, gap)
        if may and close and not item:
            out[-1] = join_words(out[-1], line.text)
            continue
        if before.table != line.table or (not line.table and _is_apart(before, line, gap)):
            out.append("")
        out.append(line.text)
    return "\n".join(out)


def _is_apart(before: Line, line: Line, gap: float) -> bool:
    return gap > 0.45 * line.height or abs(before.height - line.height) > 0.15 * line.height


def _space(before: Line, line: Line) -> float:
    """The white space between two lines, in heights of the later one."""
    return (before.y0 - line.y1) / max(line.height, _LEAST)


def _length(text: str) -> int:
    """The letters of a text; those that are as wide as they are high (East Asian) count twice."""
    return len(text) + sum(letter >= _WIDE for letter in text)


def _begins_line(text: str) -> bool:
    """Whether a line begins as headings, labels and dates do: with a capital letter or a digit."""
    return text[0].isupper() or text[0].isdecimal()


def _may_run_on(before: Line, line: Line, right: float) -> bool:
    """Whether the earlier line is full and the later one stands close below it, in letters of the same size."""
    if before.table or line.table or _BULLET.match(line.text):
        return False
    if _NUMBER.match(line.text) and _END.search(before.text):
        return False
    if _space(before, line) > _APART or abs(before.height - line.height) > 0.2 * line.height:
        return False
    if line.x0 > before.x0 + 1.5 * line.height and not _is_centred(before, line):
        return False
    word = line.text.split(" ", 1)[0]
    per_letter = (line.x1 - line.x0) / max(len(line.text), 1)
    room = right - before.x1
    if room > per_letter * (min(len(word), 24) + 1) + line.height:
        return False
    return not (_END.search(before.text) and room > 3 * per_letter)


def _is_centred(before: Line, line: Line) -> bool:
    return abs((before.x0 + before.x1) - (line.x0 + line.x1)) < line.height


def join_words(before: str, after: str) -> str:
    """Two parts of a paragraph: with a space, without one between CJK characters, a parted word made whole."""
    if not before or not after:
        return before or after
    if before[-1] in "-‐" and after[0].islower() and _PARTED.search(before):
        return before + after if _KEPT_PREFIX.search(before) else before[:-1] + after
    if before[-1] in "-‐" and _PARTED.search(before):
        return before + after
    if _is_cjk(before[-1]) and _is_cjk(after[0]):
        return before + after
    if _CUT_NUMBER.search(before[-_CUT:]) and _NUMBER_RUNS_ON.match(after):
        return before + after
    return f"{before} {after}"


def _is_cjk(char: str) -> bool:
    """Scripts written without spaces: Japanese and Chinese, their punctuation and wide forms; not Hangul."""
    code = ord(char)
    return 0x2E80 <= code < 0xAC00 or 0xF900 <= code < 0xFB00 or 0xFF00 <= code < 0xFFF0 or code >= 0x20000


def find_glue(before: str, after: str) -> str:
    """What goes between two columns or pages: a sentence may run on from one to the next."""
    last, first = before.rpartition("\n")[2], after.partition("\n")[0]
    if "\t" in last or "\t" in first or not first[:1].islower() or len(last) < 40 or last[-1] in ".!?:;。":
        return "\n\n"
    return " " if " " in join_words(last[-1], first[0]) else "\n"
