"""Where a line of a text begins a new thought, and where it only goes on with the one before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calendar_service.extract.lines import leads_on

if TYPE_CHECKING:
    from calendar_service.extract.normalise import Page

_CELL = 8  # signs of a line that holds a dash and blanks alone
_LIST = 100  # lines of lists are no longer than this


def begins_anew(page: Page, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether a new line begins a new thought: the line was left short, or an item or label follows."""
    start, stop = line
    text = page.text
    after = text[following[0] : following[1]].lstrip()
    dated = after[:1].isdecimal() and _CALENDAR_DAY.match(after) and _CALENDAR_DAY.match(text, start, stop)
    ends = text[stop : stop + 1] == "|" or not after or dated  # each line of a calendar begins with its date
    empty = (
        stop - start < _CELL and text[start:stop].strip() == "-"
    )  # a cell of a table that has lost its borders
    if ends or empty or _ITEM.match(after) or _parts_lines(text, line, after):
        return True
    if width < _LIST and after[0].isupper() and _ENTRY.match(text, start, stop):
        return True
    tail = text[start:stop].rstrip()[-1:]
    if width < _LIST and _ends_with_number(text[start:stop]) and _ends_with_number(after):
        return True  # each line of a list ends with its date
    words = page.shadow[max(start, stop - 20) : stop].split()[-2:]
    leads = bool(words) and words[-1] in page.leading and not words[0][-1].isdecimal()  # "10.30 am"
    leads = leads or leads_on(text, line)
    leads = leads or _is_month_of(words, after, page)
    if leads or _is_inside_date(page.shadow, line, after):
        return False
    if tail in ",-" or after[0].islower() or after[0] in ",;)":
        return False
    first_word = after[:2] if _UNSPACED.match(after) else after.split(None, 1)[0]
    return stop - start + len(first_word) + 12 < max(width, 50) or (
        width < 60 and bool(_COLON.search(after, 0, 40))
    )


def _is_month_of(words: list[str], after: str, page: Page) -> bool:
    """Whether a line ends with words that lead to a month, and its day stands on the next ("on August", "21, 2026")."""
    if len(words) < 2 or words[0] not in page.leading or words[1] not in page.months:
        return False
    return _DAY_AND_YEAR.match(after) is not None


def _ends_with_number(line: str) -> bool:
    """Whether a line ends with a number, or with the weekday in brackets that stands behind it ("5 April 2026 (Friday)")."""
    bare = line.rstrip()
    if bare[-1:] != ")":
        return bare[-1:].isdecimal()
    return _WEEKDAY_BEHIND.search(bare, max(0, len(bare) - _SHORT)) is not None


_WEEKDAY_BEHIND = re.compile(r"\d\s?\([^\W\d_]{2,14}\.?\)\Z")
_DAY_AND_YEAR = re.compile(r"\d{1,2}(?:,\s{1,2}|\s)20\d\d(?!\d)")
_CALENDAR_DAY = re.compile(r"\s{0,4}\d{1,2}(?:\.?\s[^\W\d_]{3,12}\.?,?\s|[./-]\d{1,2}[./-])\d{4}\s")


# A label and its date alone: the line of a form, whatever the width of its page ("Ex-Tag 21.05.2026").
_ENTRY = re.compile(r"\s{0,8}[^\W\d_][^\n\d.,;]{1,36}?\s?:?\s?\d{1,2}[./-]\d{1,2}[./-]\d{4}\s{0,8}\Z")


def _parts_lines(text: str, line: tuple[int, int], after: str) -> bool:
    """Whether two lines are those of a list in an East Asian script: a colon ends one, or both have a date at one end."""
    start, stop = line
    if text[start:stop].rstrip().endswith("："):
        return True
    if after.isascii():
        return False
    last = after.rstrip()[-1]
    if last == "：" and len(after) < _SHORT:
        return True
    ends = last in "日일)）" and _ENDS_DATED.search(after) and _ENDS_DATED.search(text, start, stop)
    return bool(ends or (_DATED.match(after) and _DATED.match(text, start)))


def _is_inside_date(shadow: str, line: tuple[int, int], after: str) -> bool:
    """Whether a line is broken inside a date of an East Asian script."""
    if after.isascii():
        return False
    start, stop = line
    half = _HALF_DATE.search(shadow, max(start, stop - 8), stop)
    return half is not None and _REST_OF_DATE.match(after) is not None


_SHORT = 30
_ENDS_DATED = re.compile(r"[\d０-９]\s?[日일]\s?(?:[(（][^()（）\n]{1,5}[)）])?\s*\Z")
_DATED = re.compile(
    r"\s{0,8}(?:令和|平成)?\s?[\d０-９元]{1,4}[年년]\s?[\d０-９]{1,2}[月월]\s?[\d０-９]{1,2}[日일]"
)
_COLON = re.compile("[:：]")
_HALF_DATE = re.compile(r"\d\s?[年月년월]\s*\Z")
_REST_OF_DATE = re.compile(r"\d{1,2}\s?[月日월일]")
_UNSPACED = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")  # a script whose lines may be broken anywhere
# Marks of list items, as also East Asian documents write them.
_ITEM = re.compile(
    r"[０-９]{1,2}[．.、　)）]|[①-⑳⑴-⒇●■□◆※◎○◇・]|[一二三四五六七八九十]{1,3}、|[（(][0-9０-９一二三四五六七八九十]{1,2}[）)]|\d{1,2}\.(?=[^\d\s.])|\d{4}-\d\d-\d\d\s|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s\d{4}\s{0,2}[:–—-]\s|(?:[*•·▪○●■◆※-]|\(?[0-9a-z]{1,2}[.)])[\s]|[（(<＜【[][^\n]{0,40}$|[A-Za-z][^\n:]{2,40}:\s"
)
