"""Second stage: typed spans with their normalised value: dates here, money and ratios in amounts.py."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from calendar_service.extract.candidates.behind import with_weekday
from calendar_service.extract.candidates.counted import Counted
from calendar_service.extract.candidates.numerals import number_of, numeral_slots
from calendar_service.extract.candidates.numeric import NUMERIC, NUMERIC_OPENING, as_date, century, numeric_of
from calendar_service.extract.candidates.ranges import Ranges, last_of_month
from calendar_service.extract.candidates.weekdays import ANY_DAY
from calendar_service.extract.lexicon.lexicon import COUNTED_SLOTS, Lexicon
from calendar_service.extract.lexicon.patterns import (
    SLOTS,
    alternatives,
    grouped,
    led_by,
    opening_of,
    parts_of,
)


class DateSpan(NamedTuple):
    """A date at text[start:end]. `year` is None where the text leaves it out; `day` is None for a month.

    - `other`: the second reading of a numeric date whose order is not certain
    - `exact`: False after "on or about"
    - `reverse`: the other reading of a numeric date whose order the custom of the language tells; it holds where other
      dates of the document can only be read so
    - `ahead`: months from that of the document ("the 20th of next month"); `month` is 0 then
    - `years`: years from that of the document ("of last year")
    - `since`: months from that of the date before it ("the 20th of the same month"), or years where `month` is told
    - `short`: the year of two digits, where it may be that of an era as well ("16年1月31日"); `year` is None then, or that
      year of the Republic of China which a document of Taiwan means ("98年6月18日")
    - `turn`: -1 for the last such day before that of the document ("21 May last"), 1 for the first one behind it
    - `began`: the first day of the period that this one ends, where that is the next such day ("오는 4일부터 23일까지")
    - `near`: the month is that of the date before it, which no words say ("from day 21,")
    - `weekday`: Monday 0, of a day whose month is that of the document or one beside it ("Tuesday (20)")
    """

    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    other: date | None = None
    exact: bool = True
    numeric: bool = False
    ahead: int | None = None
    reverse: date | None = None
    years: int | None = None
    turn: int = 0
    since: int | None = None
    short: int | None = None
    weekday: int | None = None
    near: bool = False
    began: int | None = None

    @property
    def value(self) -> date | None:
        """The calendar date, where day and year are stated."""
        return as_date(self.year, self.month, self.day) if self.year and self.day else None


_DIGITS_FIRST = ("{day}", "{year}", "{m}", "{yy}", "{yy_now}", "{ryear}", "{lone}")
_NAME = re.compile(r"\(\?P<\w+>")
_STEM = 3  # signs of a word for which a text is searched
_UNITS = frozenset("年月日년월일")
# Behind a year its number by the reign, in the common way, or as a business year: "2020年(令和2年)6月", "2017年(第12期)4月".
_YEAR_AGAIN = r"(?:\s?\([^()\n]{2,10}\))?"
# Without blanks a date may stand right behind a comma, and behind an amount of the cell before ("13.002019年7月31日").
_EDGE = r"(?<!\d)(?<!\d[.,/])"
_EDGE_OF_YEAR = r"(?:(?<!\d)(?<!\d[.,/])|(?<=\d\.\d\d))"
_EDGE_BEHIND = r"(?:(?<!\d.)(?<!\d[.,/].)|(?<=\d\.\d\d[12]))"  # the same, from behind the first digit

_IN_WORDS = r"(?:\s?\([^\W\d_][^\W\d_ -]{2,24}\))?"  # the same in words: "21 (veintiuno) de mayo"
_END_OF_FORM_DAY = r"(?:(?!\d)|(?<=/\d\d)(?=\d{1,2}\.[^\d\s]))"  # line breaks are lost: "108/06/122.除權"
_NO_YEAR = r"(?<!\d[年년])(?<![年期]\))"  # before a month: one that is not understood
_EDGE_OF_LONE = r"(?<![\d.,/:第제月월])(?<![月월]\s)"  # a day whose month is that of the document


class DateReader:
    """Reads the dates of one language. All its patterns are bounded: no backtracking beyond a few characters."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._counted = Counted(lexicon)
        names = sorted(lexicon.months, key=len, reverse=True)
        self._months = "|".join(re.escape(name) for name in names) or r"(?!)"
        written = sorted(lexicon.patterns, key=len, reverse=True)
        self._patterns = [re.compile(self._compile(pattern)) for pattern in written]
        slots = self._slots()
        self._ranges = Ranges(lexicon, lambda part: self._part(part, slots))
        self._signs = [
            (pattern, self._first_signs(text)) for pattern, text in zip(self._patterns, written, strict=True)
        ]
        self._by_sign: dict[str, list[re.Pattern[str]]] = {}
        self._stems: tuple[str, ...] = ()  # how the words begin by which dates do
        self._number_opening, self._word_opening = self._compile_openings(written)

    def _slots(self) -> dict[str, str]:
        ordinals = "|".join(re.escape(item) for item in sorted(self.lexicon.ordinals, key=len, reverse=True))
        slots = dict(SLOTS)
        slots["day"] = r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)" + (
            rf"(?:\s?(?:{ordinals})(?:(?![a-z])|(?={self._months})))?" if ordinals else ""
        )  # the blank before the month may be lost ("1ermai")
        if not self.lexicon.substring:
            slots["day"] += _IN_WORDS
        slots["month"] = rf"(?P<month>{self._months})"
        slots["weekday"] = f"(?P<weekday>{alternatives(_named(self.lexicon))})"
        slots["era"] = "(?P<era>" + ("|".join(map(re.escape, self.lexicon.eras)) or "(?!)") + ")"
        slots |= {
            name: f"(?P<{name}>{alternatives(words)})" for name, words in _words_of(self.lexicon).items()
        }
        slots["last"] = f"(?P<last>{last_of_month(self.lexicon)})"
        slots |= numeral_slots(self.lexicon.numerals, self.lexicon.first_year)
        first = "|".join(map(re.escape, self.lexicon.first_year))
        slots["eyear"] = r"(?P<eyear>\d{1,3}" + (f"|{first}" if first else "") + ")"
        return slots

    def _compile(self, pattern: str) -> str:
        slots = self._slots()
        built = "".join(self._part(part, slots) for part in parts_of(pattern))
        digits_first = pattern.startswith(_DIGITS_FIRST)
        edge = r"(?<![\d.,/])" if digits_first else "" if self.lexicon.substring else r"(?<![a-z\d])"
        if self.lexicon.substring and digits_first:
            edge = {"{year}": _EDGE_OF_YEAR, "{m}": _EDGE + _NO_YEAR}.get(parts_of(pattern)[0], _EDGE)
        if pattern.startswith(("{hmonth}", "{rhyear}")):
            edge = rf"(?<![年0{''.join(self.lexicon.numerals)}])"
        if pattern.startswith("{lone}") and pattern.endswith("{led}"):
            edge = f"{_EDGE_OF_LONE}(?:{led_by(self.lexicon.lone_behind)})"
        elif pattern.startswith("{lone}"):
            edge, built = _EDGE_OF_LONE, rf"{built}(?=\s?(?:{alternatives(self.lexicon.lone)}))"
        if pattern.startswith("{ryear}/"):
            built = built.replace(r"(?!\d)", _END_OF_FORM_DAY)
        digits_last = pattern.endswith(("{year}", "{yy}", "{m}"))
        tail = r"(?!\d)" if digits_last else "" if self.lexicon.substring else r"(?![a-z\d])"
        return edge + built + tail

    def _first_signs(self, pattern: str) -> frozenset[str] | None:
        """The signs that dates of a pattern can begin with, "0" standing for all digits; None where all may."""
        if pattern.startswith(("{day}", "{year}", "{m}", "{ryear}", "{lone}")):
            return frozenset("0")
        if pattern.startswith(("{hyear}", "{rhyear}", "{hmonth}")):
            return frozenset("".join(self.lexicon.numerals))
        if pattern.startswith("{month}"):
            return frozenset(_sign_of(name[0]) for name in self.lexicon.months)
        return None

    def _patterns_at(self, sign: str) -> list[re.Pattern[str]]:
        """The patterns that a date may have that begins with this sign, in their order."""
        known = self._by_sign.get(sign)
        if known is None:
            known = [pattern for pattern, signs in self._signs if signs is None or sign in signs]
            self._by_sign[sign] = known
        return known

    def _numeral(self, signs: str) -> int:
        return number_of(signs, self.lexicon.numerals)

    @staticmethod
    def _part(part: str, slots: dict[str, str]) -> str:
        if part[0] == "{":
            return slots[part[1:-1]]
        if part.isspace():
            return r"\s{0,4}"
        if part[0] in _UNITS:  # "2026 年 6 月 3 日"
            return rf"\s{{0,4}}{re.escape(part)}{_YEAR_AGAIN if part in '年년' else ''}"
        return {"(": "(?:", ")": ")?"}.get(part) or re.escape(part)

    def _compile_openings(self, patterns: Iterable[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Cheap tests for a place where a date may begin: the first two parts of one of the patterns stand there.

        One is for dates that begin with a digit, and is looked for; one for those that begin with a word.
        """
        # What follows a part is left open: a text may end there, and then a date ends with it.
        slots = {
            name: _NAME.sub("(?:", slot).replace(r"(?!\d)", "") for name, slot in self._slots().items()
        } | {"month": alternatives(self.lexicon.months)}
        lexicon = self.lexicon
        relative = (word for words in _words_of(lexicon).values() for word in words)
        named = _named(lexicon) if any("{weekday}" in pattern for pattern in patterns) else ()
        words_first = (*lexicon.months, *lexicon.eras, *relative, *named, *"".join(lexicon.numerals))
        signs = {word[0] for word in words_first}
        digits, words = dict[str, list[str]](), dict[str, list[str]]()
        for pattern in patterns:
            first, *more = opening_of(pattern)
            built = "".join(self._part(part, slots) for part in more)
            if first in _DIGITS_FIRST:
                digits.setdefault(self._part(first, slots), []).append(built)
            elif first[0] == "{" or first[0] in signs:
                words.setdefault(self._part(first, slots), []).append(built)
        if words:
            self._stems = tuple(sorted({word[:_STEM] for word in words_first}))
        edge = "" if self.lexicon.substring else r"(?<![a-z\d])"
        # A set of signs comes first: the engine then passes over all others without trying the pattern at them; and sooner
        # where the set need not ask what digits other scripts have.
        edge_of_digits = _EDGE_BEHIND if lexicon.substring else r"(?<![\d.,/].)"
        return (
            re.compile(rf"[0-9]{edge_of_digits}(?<=(?={NUMERIC_OPENING}|{grouped(digits)}).)"),
            re.compile(rf"{edge}(?={grouped(words)})"),
        )

    def places(self, shadow: str) -> list[int]:
        """Where dates may begin, in order; at all other places none does."""
        found = {match.start() for match in self._number_opening.finditer(shadow)}
        for stem in self._stems:  # a plain search for each is many times as fast as one pattern of all
            place = shadow.find(stem)
            while place >= 0:
                if self._word_opening.match(shadow, place):
                    found.add(place)
                place = shadow.find(stem, place + 1)
        return sorted(found)

    def read(self, shadow: str) -> list[DateSpan]:
        """The dates in a shadow, in order and without overlaps."""
        return self.read_at(shadow, self.places(shadow), len(shadow))

    def read_at(self, shadow: str, places: Iterable[int], end: int) -> list[DateSpan]:
        """The dates that begin at one of the places and end by `end`, in order and without overlaps."""
        found: list[DateSpan] = []
        free = 0
        for place in places:
            span = self._at(shadow, place, end) if place >= free else None
            if span is not None:
                found.append(with_weekday(span, shadow, self.lexicon))
                last = self._ranges.last_of(found[-1], shadow, end)
                found += [last] if last else []
                free = found[-1].end
        return found

    def _at(self, shadow: str, place: int, end: int) -> DateSpan | None:
        sign = _sign_of(shadow[place])
        match = NUMERIC.match(shadow, place, end) if sign == "0" else None
        told = numeric_of(match, self.lexicon.order, eras=bool(self.lexicon.eras)) if match else None
        if match and told:
            year, month, day, other, numeric, reverse, short = told
            return DateSpan(
                *match.span(), year, month, day, other, numeric=numeric, reverse=reverse, short=short
            )
        for pattern in self._patterns_at(sign):
            match = pattern.match(shadow, place, end)
            if match:
                span = self._written(match)
                if span is not None:
                    return span
        return None

    def _written(self, match: re.Match[str]) -> DateSpan | None:
        parts = match.groupdict()
        month = self.lexicon.months[parts["month"]] if parts.get("month") else int(parts.get("m") or 0)
        day = int(parts["day"]) if parts.get("day") else None
        year = self._year_of(parts)
        if parts.get("hday"):
            month, day = self._numeral(parts["hmonth"]), self._numeral(parts["hday"])
            year = self._year_in_numerals(parts)
            if month > 12 or as_date(year or _LEAP, month, day) is None:
                return None
        if any(parts.get(slot) for slot in _RELATIVE):
            return self._relative(match, month, day)
        if parts.get("last") and (year or month != _FEBRUARY):
            day = monthrange(year or _LEAP, month)[1]
        house = year is None and day and _HOUSE.match(match.string, match.end())  # a street named after a day
        if not month or house or (day and as_date(year or _LEAP, month, day) is None):
            return None
        if year is None and day:
            return self._without_number(match, month, day)
        if parts.get("yy") and day and self.lexicon.eras:
            return DateSpan(match.start(), match.end(), None, month, day, short=year)
        number = parts.get("ryear") or ""
        return DateSpan(
            *match.span(), year, month, day, short=century(int(number)) if len(number) == 2 else None
        )

    def _year_of(self, parts: Mapping[str, str | None]) -> int | None:
        """The year that a pattern's parts tell; None where they leave it out."""
        if parts.get("ryear"):
            return _REPUBLIC + int(parts["ryear"] or 0)
        if parts.get("era") and parts.get("eyear"):
            number = parts["eyear"] or ""
            return self.lexicon.eras[parts["era"] or ""] + (int(number) if number.isdigit() else 1)
        if parts.get("year"):
            return int(parts["year"] or 0)
        return century(int(parts["yy"] or 0)) if parts.get("yy") else None

    def _without_number(self, match: re.Match[str], month: int, day: int) -> DateSpan | None:
        """A day without the number of its year, with what the words beside it tell of that; None where it is none."""
        told = self._counted.told(match.string, *match.span())
        if match.groupdict().get("m") and told.year is None and not self._counted.is_day(match, day):
            return None
        if told.year and as_date(told.year, month, day) is None:
            return None
        return DateSpan(match.start(), told.end, told.year, month, day, years=told.years, turn=told.turn)

    def _relative(self, match: re.Match[str], month: int, day: int | None) -> DateSpan | None:
        """A date that words before it count from another day, or whose month is that of the document."""
        lexicon, parts = self.lexicon, match.groupdict()
        span = DateSpan(*match.span(), None, month, day)
        if number := parts.get("lone") or parts.get("numbered") or parts.get("between"):
            return self._without_month(match, span._replace(day=int(number)))
        if month and day and as_date(_LEAP, month, day) is None:
            return None
        if parts.get("ahead"):
            return span._replace(ahead=lexicon.ahead[parts["ahead"]])
        if parts.get("years_before"):
            return span._replace(years=lexicon.years_before[parts["years_before"]])
        for slot, words in (("same_month", lexicon.same_month), ("same_year", lexicon.same_year)):
            if parts.get(slot):
                bare = parts.get("bare")
                return span._replace(
                    day=int(bare or day or 0) or None, since=words[parts[slot]], near=bool(bare)
                )
        return span._replace(turn=1 if parts.get("coming_before") else -1)

    def _without_month(self, match: re.Match[str], span: DateSpan) -> DateSpan:
        """A day whose month is that of the document, of a date before it in its sentence, or told by its weekday."""
        if match.groupdict().get("led") is not None and _MONTH_BEFORE.search(
            match.string, *_clause_before(match)
        ):
            return span._replace(since=0, near=True)
        weekday = self.lexicon.weekdays.get(match.groupdict().get("weekday") or "")
        return span._replace(ahead=0, turn=1) if weekday is None else span._replace(weekday=weekday)

    def _year_in_numerals(self, parts: Mapping[str, str]) -> int | None:
        """The year that numerals write, of an era ("令和六年", whose first has a sign of its own) or not; None without one."""
        if parts.get("rhyear"):
            return _REPUBLIC + self._numeral(parts["rhyear"])
        if not parts.get("era"):
            return self._numeral(parts["hyear"]) if parts.get("hyear") else None
        number = parts["heyear"]
        first = number in self.lexicon.first_year
        return self.lexicon.eras[parts["era"]] + (1 if first else self._numeral(number))


def _clause_before(match: re.Match[str]) -> tuple[int, int]:
    """The part of a sentence before a day, as far as another date may share its month."""
    low, place = max(0, match.start() - _SHARED), match.start()
    return max([low, *(match.string.rfind(sign, low, place) + 1 for sign in ("\n", "。", ". "))]), place


def _sign_of(letter: str) -> str:
    """A letter itself; "0" for any digit."""
    return "0" if letter.isdecimal() else letter


def _words_of(lexicon: Lexicon) -> dict[str, Iterable[str]]:
    """The words before dates that are counted from others, by the slot that they fill."""
    return {slot: getattr(lexicon, slot) for slot in COUNTED_SLOTS}


def _named(lexicon: Lexicon) -> list[str]:
    """The names of weekdays, without words that stand for any of them."""
    return [name for name, day in lexicon.weekdays.items() if day < ANY_DAY]


_SHARED = 60
_MONTH_BEFORE = re.compile(r"\d\s?[月월]\s?\d{1,2}\s?[日일]")
_REPUBLIC = 1911  # the year before the first of the Republic of China
_FEBRUARY, _LEAP = 2, 2024
_RELATIVE = ("lone", "weekday", *COUNTED_SLOTS)
_HOUSE = re.compile(r"\s(?!(?:19|20)\d\d)\d{2,4}\s?[,;)\n]")  # "25 de Mayo 362, Buenos Aires"
