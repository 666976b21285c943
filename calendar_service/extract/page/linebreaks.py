"""Where a line of a text begins a new thought, and where it only goes on with the one before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calendar_service.extract.page.lines import is_inside_date, leads_on

if TYPE_CHECKING:
    from calendar_service.extract.page.normalise import Page

_CELL = 8  # signs of a line that holds a dash and blanks alone
_LIST = 100  # lines of lists are no longer than this


def begins_anew(page: Page, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether a new line begins a new thought: the line was left short, or an item or label follows."""
    start, stop = line
    text = page.text
    after = text[following[0] : following[1]].lstrip()
    empty = (
        stop - start < _CELL and text[start:stop].strip() == "-"
    )  # a cell of a table that has lost its borders
    if not after or empty or text[stop : stop + 1] == "|":
        return True
    if _heads_cells(text, line, after) or _opens_list(text, line, after):
        return True
    if _is_cut_date(page.shadow, line, after, page.months) or is_inside_date(page.shadow, stop, following[0]):
        return False
    if _begins_item(page, line, after) or (width < _LIST and _ends_item(page, line, following)):
        return True
    goes_on = after[0].islower() or after[0] in ",;)" or text[start:stop].rstrip()[-1:] in ",-"
    if goes_on or _leads(page, line, after):
        return False
    first_word = after[:2] if _UNSPACED.match(after) else after.split(None, 1)[0]
    return stop - start + len(first_word) + 12 < max(width, 50) or (
        width < 60 and _has_colon(text, line, after, _COLON.search(after, 0, 40))
    )


def _depth(text: str, line: tuple[int, int]) -> int:
    """How many brackets a line leaves open."""
    return text.count("(", *line) - text.count(")", *line)


def _has_colon(text: str, line: tuple[int, int], after: str, colon: re.Match[str] | None) -> bool:
    """Whether the colon of the next line ends a label; not inside brackets ("Corp. (NYSE: ABC)"), which may open on the line above,
    nor between the numbers of a ratio ("4 : 1"); but where the line above is that of a list with such brackets.
    """
    if colon is None:
        return False
    place = colon.end()
    while place > 0 and after[place - 1] not in ":：":
        place -= 1
    if after[0].isalpha() and _LISTED.search(text, *line):
        return True
    inside = max(0, _depth(text, line)) + after.count("(", 0, place) - after.count(")", 0, place)
    return inside <= 0 and not _RATIO.match(after, max(0, place - 3))


def _heads_cells(text: str, line: tuple[int, int], after: str) -> bool:
    """Whether a line ends with a colon, and a few words stand alone below it: the head of a column, or a heading."""
    return text[slice(*line)].rstrip().endswith(":") and _FEW_WORDS.fullmatch(after.rstrip()) is not None


def _opens_list(text: str, line: tuple[int, int], after: str) -> bool:
    """Whether a line of words ends with a colon, and a short one below it holds a number: the first of a list ("The board declared
    these dividends:", below it "Common Stock - $0.28 per share").
    """
    full = line[1] - line[0] >= _FULL and text[slice(*line)].rstrip().endswith(":")
    return (
        full
        and _depth(text, line) <= 0  # "Corp. (NYSE:", below it "ABC) announced today"
        and (after[0].isupper() or after[0] in "$€£")
        and len(after) < _LIST
        and _NUMBER.search(after) is not None
    )


def _begins_item(page: Page, line: tuple[int, int], after: str) -> bool:
    """Whether the next line is an item of a list, or begins with a label; or is that of a calendar, as this one is."""
    text = page.text
    if after[0].isdecimal() and _CALENDAR_DAY.match(after) and _CALENDAR_DAY.match(text, *line):
        return True  # each begins with its date
    if after[0].isdecimal() and _SECTION.match(after) and _SECTION.match(text, *line):
        return True  # each begins with its number
    day = _DAY_OF_MONTH.match(after)
    if (
        day
        and day[1].lower() in page.months
        and line[1] - line[0] >= _FULL_OF_WORDS
        and (_leads(page, line, after) or _is_left_open(text, line))
    ):
        return False  # "... is paid on", below it "18. Mai 2026": no item with a number
    if after[0] == "-" and _DATELINE.search(text, *line):
        return False
    return bool(_ITEM.match(after)) or _is_label(text, line, after) or _parts_lines(text, line, after)


def _is_left_open(text: str, line: tuple[int, int]) -> bool:
    """Whether a full line ends amid a sentence, with a word in small letters."""
    words = text[slice(*line)].split() if line[1] - line[0] >= _FULL else []
    return bool(words) and words[-1].isalpha() and words[-1].islower()


def _ends_item(page: Page, line: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether a line is that of a list of dates: a label with its date, or each of two ends with its date."""
    after = page.text[following[0] : following[1]].lstrip()
    if after[0].isupper() and _ENTRY.match(page.text, *line):
        return True
    if after[0].islower() and line[1] - line[0] >= _FULL:
        return False  # "... the payment for 2025", below it "dividend is made on 18 May 2026"
    return _ends_with_date(page, *line) and _ends_with_date(page, *following)


def _leads(page: Page, line: tuple[int, int], after: str) -> bool:
    """Whether a line ends with words that lead to the next one."""
    start, stop = line
    words = page.shadow[max(start, stop - 20) : stop].split()[-2:]
    leads = bool(words) and words[-1] in page.leading and not words[0][-1].isdecimal()  # "10.30 am"
    return leads or leads_on(page.text, line) or _is_month_of(words, after, page)


def _is_label(text: str, line: tuple[int, int], after: str) -> bool:
    """Whether the next line begins with a label; not where it goes on with the words of a full line that has none, or ends with
    a comma.
    """
    if line[1] - line[0] >= _FULL:
        goes_on = after[0].islower() and (text.find(":", *line) < 0 or leads_on(text, line))
        if goes_on or text[slice(*line)].rstrip().endswith(","):
            return False
    return _has_colon(text, line, after, _LABEL.match(after))


def _is_cut_date(shadow: str, line: tuple[int, int], after: str, months: frozenset[str]) -> bool:
    """Whether a line ends between a day, its month and its year ("6", "May 2026"; "6 May", "2026")."""
    words = shadow[max(line[0], line[1] - _SHORT) : line[1]].split()
    first = _WORD.match(after)
    if first is None or len(words) < _DAY_AND_MONTH:
        return False
    if _DAY.fullmatch(words[-1]):  # a day behind its month is whole ("April 19", below it "April 30")
        return first[0].lower() in months and words[-2].rstrip(".") not in months
    return (
        words[-1] in months
        and _DAY.fullmatch(words[-2]) is not None
        and _YEAR.fullmatch(first[0]) is not None
    )


def _is_month_of(words: list[str], after: str, page: Page) -> bool:
    """Whether a line ends with a month, and its day stands on the next ("date of August", "21, 2026"). Where no comma parts
    day and year, words have to lead to the month.
    """
    if not words or words[-1] not in page.months:
        return False
    rest = _DAY_AND_YEAR.match(after)
    return rest is not None and (bool(rest["comma"]) or words[0] in page.leading)


def _ends_with_date(page: Page, start: int, stop: int) -> bool:
    """Whether a line ends with a year or a day, whose weekday may stand behind it in brackets ("5 April 2026 (Friday)"); with
    no other number, as of an amount, whose line is only full.
    """
    bare = page.shadow[start:stop].rstrip()
    if bare[-1:] == ")":
        bare = _WEEKDAY_BEHIND.sub("", bare[-_SHORT:])
    if not bare[-1:].isdecimal():
        return False
    words = bare[-_SHORT:].split()
    return _DATE_END.search(bare, max(0, len(bare) - _SHORT)) is not None or (
        len(words) > 1 and words[-2] in page.months
    )


_WEEKDAY_BEHIND = re.compile(r"(?<=\d)\s?\([^\W\d_]{2,14}\.?\)\Z")
_DATE_END = re.compile(r"(?:(?<!\d)(?<!\d[.,])(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d)\Z")
_DAY_OF_MONTH = re.compile(r"\d{1,2}\.\s?([^\W\d_]{3,12})")
_FULL_OF_WORDS = 25
_FEW_WORDS = re.compile(r"(?=[A-Z])[A-Za-z][A-Za-z /()$-]{2,28}[A-Za-z)]")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
_DAY = re.compile(r"[0-3]?\d\.?")
_YEAR = re.compile(r"20\d\d")
_DAY_AND_MONTH = 2  # words
_FULL = 45  # signs of a line that is broken for want of room
_DAY_AND_YEAR = re.compile(r"\d{1,2}(?:(?P<comma>,)\s{1,2}|\s)(?:19|20)\d\d(?!\d)")
_CALENDAR_DAY = re.compile(r"\s{0,4}\d{1,2}(?:\.?\s[^\W\d_]{3,12}\.?,?\s|[./-]\d{1,2}[./-])\d{4}\s")


# A label and its date alone: the line of a form, whatever the width of its page ("Ex-Tag 21.05.2026").
_ENTRY = re.compile(r"\s{0,8}[^\W\d_][^\n\d.,;]{1,36}?\s?:?\s?\d{1,2}[./-]\d{1,2}[./-]\d{4}\s{0,8}\Z")


def _parts_lines(text: str, line: tuple[int, int], after: str) -> bool:
    """Whether two lines are those of a list in an East Asian script: a colon ends one, both have a date at one end, or the
    second is nothing but a date and the first does not lead to it.
    """
    start, stop = line
    if text[start:stop].rstrip().endswith("："):
        return True
    if after.isascii():
        return False
    last = after.rstrip()[-1]
    if last == "：" and len(after) < _SHORT:
        return True
    day = _DATED.match(after)
    if day and not after[day.end() :].strip() and not _LEADS_ON.search(text, start, stop):
        return True
    dated = _ENDS_DATED.search(text, start, stop) is not None
    ends = dated and (
        after[0] in "(（" or (last in "日일)）" and _ENDS_DATED.search(after))
    )  # "(参考) ...": a note
    return bool(ends or (day and _DATED.match(text, start)))


_SHORT = 30
_ENDS_DATED = re.compile(r"[\d０-９]\s?[日일]\s?(?:[(（][^()（）\n]{1,5}[)）])?\s*\Z")
_DATED = re.compile(
    r"\s{0,8}(?:令和|平成)?\s?[\d０-９元]{1,4}[年년]\s?[\d０-９]{1,2}[月월]\s?[\d０-９]{1,2}[日일]"
)
_LEADS_ON = re.compile(r"[\u3041-\u309f、，,年月년월]\s*\Z")  # the end of a line that goes on in the next
# A line of a list of funds, with the symbol and the amount of one ("Alder Income ETF (TSX: AIE) - $0.08 per unit").
_LISTED = re.compile(r"\([^()\n:]{2,20}:[^()\n]{1,20}\)[^\n(]{0,12}\d[^\n.]{0,30}\Z")
_COLON = re.compile(r":(?=\s|\Z)|：")
_RATIO = re.compile(r"\d\s?:\s?\d|.?\d:\s?\d")
# The end of a dateline that a line ends with: a dash leads from it to the text ("(Newsfile Corp. - May 20, 2025)").
_DATELINE = re.compile(r"(?:19|20)\d\d\)\s{0,3}\Z")
_UNSPACED = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")  # a script whose lines may be broken anywhere
# Marks of list items, as also East Asian documents write them.
_SECTION = re.compile(r"\d{1,2}\.\d{1,2}[a-z]?\s{1,3}[^\d\s]")  # "3.4 Last day ..."
_ITEM = re.compile(
    r"[０-９]{1,2}[．.、　)）]|[①-⑳⑴-⒇●■□◆※◎○◇・]|[一二三四五六七八九十]{1,3}、|[（(][0-9０-９一二三四五六七八九十]{1,2}[）)]|\d{1,2}\.(?=[^\d\s.])|\d{4}-\d\d-\d\d\s|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s\d{4}\s{0,2}[:–—-]\s|(?:[*•·▪○●■◆※-]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4}|([a-z])\1)[.)])[\s]|[（(<＜【[][^\n]{0,40}(?<!\.)$"
    r"|【[^【】\n]{1,20}】|[（(][^()（）\d\n]{2,8}[）)](?=[\d０-９])"
)
# A label with its value behind; where it begins small below a full line without one, a sentence goes on with it.
_LABEL = re.compile(r"[A-Za-z][^\n:]{2,40}:\s")
