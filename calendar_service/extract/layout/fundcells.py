"""The rows of lists of funds (fundlists.py), as lines tell them: a row a line, a cell a line, or several rows in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.lines import bare_lines, strip
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

Cell = tuple[int, int]

_CELL = 120
_FLAT = 300
_HEADING = 90
_TAIL = 14  # so many cells may stand behind a name
_WORD = 24  # a longer cell behind an amount is no mere kind of payment ("Income")
_LEAST = 2  # rows
_CODES = 2  # a symbol and the exchange
_CUT = 4  # so near behind the last row no amount stands, unless some rows are not understood
_DECIMALS = 6
_SMALL = 3  # letters of a word that is written small in a name ("and", "of")
_BRACKET = r"\((?:[A-Za-z][A-Za-z ]{1,12}: ?)?[A-Z]{1,6}\d?(?:[.\-][A-Z]{1,3}){0,2}\)"
_SYMBOL = re.compile(rf"{_BRACKET}|[A-Z]{{2,6}}\d?(?:[.\-][A-Z]{{1,3}}){{0,2}}")
_GLUED = re.compile(
    rf"(?P<name>(?!\d)\w[^\n\t|]{{3,{_CELL}}}?)\s{{0,2}}{_BRACKET}\s{{0,2}}(?P<sums>[^\n]{{2,60}})"
)
_TOUCHES = re.compile(rf"{_BRACKET}[^A-Za-z0-9\n]{{0,4}}(?:[A-Z]{{1,3}})?[^\w\s]?\s?\d")
_MAYBE_SUM = re.compile(r"[(\s]{0,3}[A-Za-z]{0,4}\s?[^\w\s]?[\s|]{0,3}\d")
_BEFORE_SUM = 11  # signs in which its first digit stands
_DIGITS = re.compile(r"\d[\d.,]*")
_SIGNS = " |\t\n"


class FundRow(NamedTuple):
    """A row: where its fund is named, its first amount, the cell of its month; and whether it has several amounts."""

    name: Cell
    money: MoneySpan
    month: Cell | None
    several: bool


class FundCells:
    """Finds the rows of lists in the lines of one document."""

    def __init__(self, binder: Binder, languages: tuple[str, ...]) -> None:
        self.binder = binder
        self.languages = languages
        self.text = binder.page.text
        self.shadow = binder.page.shadow
        self.kinds: dict[Cell, str] = {}  # of the lines that were looked at

    def may_tell_money(self, item: Unit | Table) -> bool:
        """Whether a line begins with an amount, behind its currency, or has a symbol in brackets before one."""
        if not isinstance(item, Unit) or item.cells:
            return False
        return (
            self._may_be_flat(item)
            or (
                has_digit(self.text[item.start : item.start + _BEFORE_SUM])
                and _MAYBE_SUM.match(self.text, item.start, item.end) is not None
            )
            or self._is_run_together(item)
        )

    def _may_be_flat(self, unit: Unit) -> bool:
        return self.text[unit.end - 1].isdecimal() and unit.end - unit.start <= _FLAT

    def lines_of(self, item: Unit | Table) -> list[Unit | Table]:
        """The lines of a unit that were joined as if they went on, where rows are among them; else the item."""
        if not isinstance(item, Unit) or item.cells or self.text.find("\n", item.start, item.end) < 0:
            return [item]
        spans = bare_lines(self.text, item.start, item.end)
        short = item.end - item.start <= _CELL
        footed = (
            short and bool(spans) and self.month_of(spans[-1]) is not None
        )  # "Harrow Income Fund a", below it "January"
        if not footed and not (self._is_run_together(item) and any(map(self._glued, spans))):
            return [item]
        return [Unit(*span, item.block, heading=span[1] - span[0] < _HEADING) for span in spans]

    def _is_run_together(self, unit: Unit) -> bool:
        return _TOUCHES.search(self.text, unit.start, unit.end) is not None

    def rows_at(self, lines: Sequence[Unit | Table], place: int) -> tuple[int, list[FundRow]]:
        """Where the rows that begin here end, and the rows; (place, []) where none begins."""
        first = lines[place]
        if not isinstance(first, Unit) or first.cells:
            return place, []
        if row := self._glued((first.start, first.end)):
            return self._glued_rows(lines, place, row)
        if flat := self._flat(first):
            return place + 1, flat
        near = lines[place + 1 : place + 7]
        if not any(isinstance(one, Unit) and _MAYBE_SUM.match(self.text, one.start, one.end) for one in near):
            return place, []
        return self._stacked_rows(lines, place)

    # rows that are a line each

    def _glued_rows(
        self, lines: Sequence[Unit | Table], place: int, row: FundRow | None
    ) -> tuple[int, list[FundRow]]:
        rows: list[FundRow] = []
        while row is not None:
            rows.append(row)
            place += 1
            one = lines[place] if place < len(lines) else None
            row = self._glued((one.start, one.end)) if isinstance(one, Unit) and not one.cells else None
        return place, rows

    def _glued(self, line: Cell) -> FundRow | None:
        """A line as a row: a name, its symbol in brackets, an amount whose last digit is sure, and only numbers behind it."""
        told = _GLUED.fullmatch(self.text, *line)
        if told is None or self.binder.dates_in(*line, self.languages):
            return None
        sums = self.money_in(told.start("sums"), line[1])
        if not sums or _has_letter(self.shadow[told.start("sums") : sums[0].start]):
            return None
        first = sums[0]
        number = _DIGITS.search(self.text, first.start, line[1])
        if number is None or not _is_sure(number.group(), self.text[number.end() : number.end() + 1]):
            return None
        if any(one.isalpha() for one in self.text[first.end : line[1]]):
            return None
        return FundRow(told.span("name"), first, None, len(sums) > 1)

    def _flat(self, unit: Unit) -> list[FundRow]:
        """The rows of a line that holds the heads and the rows: classes of shares with their amounts, behind words for those."""
        sums = self.money_in(unit.start, unit.end) if self._may_be_flat(unit) else []
        if len(sums) < _LEAST or _has_letter(self.text[sums[-1].end : unit.end]):
            return []
        hits = self.binder.hits_in(unit.start, sums[0].start, self.languages)
        heads = [hit.end for hit in hits if hit.phrase.role == "per_share" and hit.start > unit.start]
        named = self.binder.bare(unit.start, unit.end, unit.block, self.languages).securities
        rows = []
        places = [heads[0] if heads else unit.end, *(one.end for one in sums)]
        for low, one in zip(places, sums, strict=False):
            start, end = strip(self.text, low, one.start) if low < one.start else (low, low)
            names = [name for name in named if start <= name[0] and name[1] <= end]
            last = max((name[1] for name in names), default=start)  # "Class A" and "A Shares" are one
            behind = self.text[last:end].strip()
            if not names or names[0][0] != start or (behind and not _SYMBOL.fullmatch(behind)):
                return []
            rows.append(FundRow((start, last), one, None, several=False))
        return rows

    # rows whose cells are a line each

    def _stacked_rows(self, lines: Sequence[Unit | Table], place: int) -> tuple[int, list[FundRow]]:
        rows: list[FundRow] = []
        shape = ""
        name: Cell | None = None
        while place < len(lines):
            begin, own, named = self._name_at(lines, place)
            if named and not own:  # a symbol alone, below a row of its fund
                own = shape
            if not named and (not rows or rows[-1].month is None or self._kind(lines, place) != "month"):
                break
            if named and shape and own != shape:
                break
            name, shape = named or name, shape or own
            month = self.span_of(lines[begin]) if self._kind(lines, begin) == "month" else None
            stop, sums = self._values(lines, begin + (month is not None), shape)
            if not sums or name is None:
                break
            rows.append(FundRow(name, sums[0], month, len(sums) > 1))
            place = stop
        cut = any(self._kind(lines, at) == "sum" for at in range(place, place + _CUT))
        return (place, rows) if rows and not cut and self._are_funds(rows, shape) else (place, [])

    def _name_at(self, lines: Sequence[Unit | Table], place: int) -> tuple[int, str, Cell | None]:
        """Where the cells that name a fund end, in what order they stand ("" for a symbol alone), and its name."""
        begin = place
        while self._kind(lines, place) == "symbol" and place - begin < _CODES:
            place += 1
        before = place - begin
        if self._kind(lines, place) != "name":
            return (place, "", self.span_of(lines[begin])) if before else (begin, "", None)
        name = place
        place += 1
        while not before and self._kind(lines, place) == "symbol" and place - name <= _CODES:
            place += 1
        shape = f"{'symbol ' * bool(before)}name{' symbol' * (place > name + 1)}"
        return place, shape, self.span_of(lines[name])

    def _values(self, lines: Sequence[Unit | Table], place: int, shape: str) -> tuple[int, list[MoneySpan]]:
        """Where the cells behind a name end, and the amounts in them; one word may stand behind an amount ("Income")."""
        found: list[MoneySpan] = []
        worded = False
        begin = place
        while place - begin < _TAIL and (kind := self._kind(lines, place)):
            if kind == "sum":
                found += self.money_in(*self.span_of(lines[place]))[:1]
            elif found and not worded and kind in ("name", "other") and self._is_word(lines, place, shape):
                worded = True
            elif kind != "blank":
                break
            place += 1
        return place, found

    def _is_word(self, lines: Sequence[Unit | Table], place: int, shape: str) -> bool:
        """Whether a cell is a short word and no name: a symbol would stand before or behind it, or an amount behind."""
        start, end = self.span_of(lines[place])
        if end - start > _WORD or " " in self.text[start:end] or has_digit(self.text[start:end]):
            return False
        place += 1
        if shape.endswith("symbol"):
            return self._kind(lines, place) != "symbol"
        while self._kind(lines, place) == "blank":
            place += 1
        return shape.startswith("symbol") or self._kind(lines, place) != "sum"

    def _are_funds(self, rows: Sequence[FundRow], shape: str) -> bool:
        """Whether rows name funds or shares beyond doubt: by their symbols, or since the words are known as those of shares."""
        if "symbol" in shape:
            return True
        return all(self._names_shares(one.name) for one in rows)

    def _names_shares(self, name: Cell) -> bool:
        """Whether words name a kind or class of shares."""
        classes = [self.binder.tools[one].classes for one in self.languages]
        known = self.binder.hits.within(*name, self.languages, "security")
        return bool(known) or any(one is not None and one.search(self.shadow, *name) for one in classes)

    def span_of(self, line: Unit | Table) -> Cell:
        """The words of a cell, without the border behind them."""
        start, end = line.start, line.end if isinstance(line, Unit) else line.start
        while end > start and self.text[end - 1] in _SIGNS:
            end -= 1
        return start, end

    def _kind(self, lines: Sequence[Unit | Table], place: int) -> str:
        """What a line is as a cell: "symbol", "name", "month", "sum", "blank" (it says nothing), "other"; "" for no cell."""
        line = lines[place] if place < len(lines) else None
        if not isinstance(line, Unit) or line.cells or line.end - line.start > _CELL:
            return ""
        span = self.span_of(line)
        if span not in self.kinds:
            self.kinds[span] = self._kind_of(span)
        return self.kinds[span]

    def _kind_of(self, span: Cell) -> str:
        words = self.text[slice(*span)]
        if _SYMBOL.fullmatch(words):
            return "symbol"
        if self.month_of(span):
            return "month"
        sums = self.money_in(*span) if has_digit(words) else []
        if sums:
            return "sum" if not _has_letter(words[sums[0].end - span[0] :]) else "other"
        if not _has_letter(words):
            return "blank"
        dates = self.binder.dates_in(*span, self.languages)
        hits = [] if dates else self.binder.hits_in(*span, self.languages)
        if dates or words[-1] in ":;" or any(_heads(hit, span, self.text) for hit in hits):
            return "other"
        return "name" if words[0].isupper() and len(words) > 3 else "other"

    def month_of(self, cell: Cell) -> tuple[int, int | None] | None:
        """The month, and its year where it is told, that is all that a cell says."""
        return self.binder.days.month_named(*cell, self.languages)

    def money_in(self, start: int, end: int) -> list[MoneySpan]:
        """The amounts with their currency in a part of the text."""
        for language in self.languages:
            found = self.binder.tools[language].amounts.money(self.shadow, start, end)
            if found:
                return [] if any(one.scaled for one in found) else found
        return []


def _heads(hit: Hit, span: Cell, text: str) -> bool:
    """Whether words make a cell the head of a column; those that are good only as a label may stand in a fund's name
    ("Granby Dividend Fund"), or begin one of several words more ("Dividend Growth Fund").
    """
    rest = text[hit.end : span[1]]
    named = hit.start > span[0] or (len(rest.split()) >= _LEAST and is_name(rest))
    return hit.phrase.role in ("cue", "per_share") and not (hit.phrase.label_only and named)


def is_name(words: str) -> bool:
    """Whether all words but short ones begin with a capital letter, as those of a name do."""
    return all(len(word) <= _SMALL or not word[0].islower() for word in words.split())


def _is_sure(number: str, sign: str) -> bool:
    """Whether digits are one number: the next cell's may touch them ("0.112510.08%")."""
    _, point, decimals = number.rstrip(".,").partition(".")
    return "." not in decimals and sign != "%" and (not point or len(decimals) <= _DECIMALS)


def _has_letter(words: str) -> bool:
    """Whether letters stand in it that are more than the mark of a footnote."""
    return sum(sign.isalpha() for sign in words) > 1
