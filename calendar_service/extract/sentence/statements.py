"""What one sentence, line or table row says, as plain data, and the tools of a language to read it with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from calendar_service.extract.candidates.amounts import AmountReader, MoneySpan, RatioSpan
from calendar_service.extract.candidates.dates import DateReader, DateSpan
from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.marks import compile_words
from calendar_service.extract.lexicon.patterns import alternatives, beginning, starting
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.lexicon.surroundings import Surroundings
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import SecurityId

_CLASS_EDGE = "(?<![a-z].)"
_NEAR = 40  # characters between a class word and the noun that it is one name with


STRANGE = remark("the words between a date and what it seems to mean were not all understood")


class DateFact(NamedTuple):
    """A date with its meaning. `kind` is a cue's field; `hit` the words that gave it the meaning.

    `cell` is (row, column) inside its table. `quote` is the span that proves it.
    """

    kind: str
    span: DateSpan
    rule: str
    quote: tuple[int, int]
    cell: tuple[int, int] | None = None
    moved: bool = False
    approximate: bool = False
    strange: bool = False  # words that are not understood stand between the date and its meaning


class AmountFact(NamedTuple):
    """An amount per share with the words that show it. `increase` marks a mere difference."""

    span: MoneySpan
    rule: str
    quote: tuple[int, int]
    cell: tuple[int, int] | None = None
    net: AmountFact | None = None
    per: str = "share"


class Owner(NamedTuple):
    """The company that a statement is of, where its own words name one.

    `key` is the name as it is compared with others, `ids` are known where it is the document's issuer. `place` and `rule`
    prove the name. Amounts outside of `reach`, where it is told, are not the company's.
    """

    name: str
    key: str
    ids: tuple[SecurityId, ...]
    place: tuple[int, int]
    rule: str
    reach: tuple[int, int] | None = None


@dataclass(slots=True, init=False)
class Statement:
    """All that one unit says."""

    start: int
    end: int
    block: int
    index: int
    dates: list[DateFact]
    amounts: list[AmountFact]
    dealt: list[AmountFact]  # one for each of its days, equal ones as well
    totals: list[AmountFact]
    prices: list[AmountFact]
    nets: list[MoneySpan]
    ratios: list[RatioSpan]
    events: list[Hit]
    marks: list[Hit]
    securities: list[tuple[int, int]]
    periods: list[tuple[int, int]]
    unknown: list[str]
    loose: list[DateSpan]
    doubts: list[Remark]
    from_table: bool
    head: tuple[int, int] | None  # the cell that heads its row or column of a table
    owner: Owner | None  # the company that it is of, where its own words name one
    heading: bool
    language: str

    # Written out, since one that dataclass makes stays slow when the module is compiled; a filing has thousands.
    def __init__(
        self,
        start: int,
        end: int,
        block: int,
        index: int = 0,
        *,
        dates: list[DateFact] | None = None,
        amounts: list[AmountFact] | None = None,
        dealt: list[AmountFact] | None = None,
        totals: list[AmountFact] | None = None,
        prices: list[AmountFact] | None = None,
        nets: list[MoneySpan] | None = None,
        ratios: list[RatioSpan] | None = None,
        events: list[Hit] | None = None,
        marks: list[Hit] | None = None,
        securities: list[tuple[int, int]] | None = None,
        periods: list[tuple[int, int]] | None = None,
        unknown: list[str] | None = None,
        loose: list[DateSpan] | None = None,
        doubts: list[Remark] | None = None,
        from_table: bool = False,
        head: tuple[int, int] | None = None,
        owner: Owner | None = None,
        heading: bool = False,
        language: str = "en",
    ) -> None:
        self.start, self.end, self.block, self.index = start, end, block, index
        self.dates = [] if dates is None else dates
        self.amounts = [] if amounts is None else amounts
        self.dealt = [] if dealt is None else dealt
        self.totals = [] if totals is None else totals
        self.prices = [] if prices is None else prices
        self.nets = [] if nets is None else nets
        self.ratios = [] if ratios is None else ratios
        self.events = [] if events is None else events
        self.marks = [] if marks is None else marks
        self.securities = [] if securities is None else securities
        self.periods = [] if periods is None else periods
        self.unknown = [] if unknown is None else unknown
        self.loose = [] if loose is None else loose
        self.doubts = [] if doubts is None else doubts
        self.from_table, self.head, self.owner = from_table, head, owner
        self.heading, self.language = heading, language

    @property
    def is_silent(self) -> bool:
        """Whether it tells neither dates nor amounts, and holds no words that say anything of those of others."""
        return not (self.marks or self.dates or self.amounts or self.nets or self.dealt)

    def has(self, *names: str) -> bool:
        """Whether one of these marks stands in it."""
        for hit in self.marks:  # noqa: SIM110 - asked many times of each statement: a generator costs twice as much
            if hit.phrase.value in names:
                return True
        return False

    def end_of_list(self, fact: DateFact) -> date | None:
        """The first full date behind one without a year in the list that the same words lead to; None where none stands."""
        listed = (
            one.span.value
            for one in self.dates
            if one.span.start > fact.span.start and (one.rule, one.quote[0]) == (fact.rule, fact.quote[0])
        )
        return next(filter(None, listed), None) if fact.span.year is None else None

    def types(self) -> list[str]:
        """The event types that it names, in order."""
        if not self.events:
            return []
        return [hit.phrase.value for hit in self.events if hit.phrase.value != "ignore"]


class Tools:
    """What one language needs to read candidates, built once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.dates = DateReader(lexicon)
        self.amounts = AmountReader(lexicon)
        self.classes = _compile_classes(lexicon)
        self._class_words = re.compile(
            starting(lexicon.classes, edge=_CLASS_EDGE, ahead=True) if lexicon.classes else "(?!)"
        )
        self.periods = _compile_periods(lexicon, lexicon.periods)
        self.year_ends = _compile_periods(lexicon, lexicon.year_ends)
        #: The words for money that may stand in a cell of their own behind a number ("yen", "million yen").
        self.units = frozenset(scale + word for word in lexicon.currencies for scale in ("", *lexicon.scales))
        self.surroundings = Surroundings(lexicon, self.units)
        self.join = compile_words(lexicon, "join")
        self.copula = compile_words(lexicon, "copula")
        self.pair = re.compile(rf"\s{{1,2}}(?:{compile_words(lexicon, 'and').pattern})\s{{0,2}}")
        opening = (compile_words(lexicon, mark).pattern for mark in ("and", "clause"))
        self.clause = re.compile(rf"\s{{1,2}}(?:{'|'.join(opening)})\s{{0,2}}")
        self.weekday = re.compile(rf"(?<![^\W_]){alternatives(lexicon.weekdays)},?\s\Z")
        self.named_as = re.compile(
            rf"\s{alternatives(lexicon.named_as)}\s(?:[^\W\d_]{{1,4}}\s)?\Z" if lexicon.named_as else "(?!)"
        )
        self.preposition = compile_words(lexicon, "preposition")
        self.place = compile_words(lexicon, "place")
        self.shares = compile_words(lexicon, "shares")
        self.shares_of = compile_words(lexicon, "shares_of")
        named = {word for one in lexicon.phrases if one.role == "security" for word in one.text.split()}
        self._plain = named | {*lexicon.classes, *lexicon.surrounding.between, *lexicon.common}
        self.also = compile_words(lexicon, "also")
        self.holding = compile_words(lexicon, "holding")
        self.until = compile_words(lexicon, "until")
        self.that_is = compile_words(lexicon, "namely")
        self.namely = re.compile(rf"(?:,\s|\s\()(?:{self.that_is.pattern}),?\s[^\n,\d]{{0,24}}\Z")
        self.board = compile_words(lexicon, "board")
        self.naming = re.compile(rf"{compile_words(lexicon, 'naming').pattern}\s?\Z")
        self.negation = compile_words(lexicon, "negation")
        self.replaced = compile_words(lexicon, "replaced")
        self.replacing = compile_words(lexicon, "replacing")
        self.after = re.compile(
            rf"{compile_words(lexicon, 'after').pattern}[\s'](?:{alternatives(lexicon.weekdays)},?\s)?\Z"
        )
        self.moved_to = re.compile(
            rf"\s?(?:\([^()\n]{{1,12}}\))?[\s,]{{0,2}}(?:{compile_words(lexicon, 'moved_to').pattern})\s?,?\s?"
        )
        self.raised_from = re.compile(
            rf"{compile_words(lexicon, 'raised_from').pattern}[\s'](?:[^\W\d_]{{2,12}}\s)?\Z"
        )
        #: The words for an amount that another takes the place of, and for the new one, as forms of the money's own word.
        self.raised_forms = (compile_words(lexicon, "raised_from"), compile_words(lexicon, "raised_to"))
        self.raised_to = re.compile(
            rf"[^,;.()\d]{{0,24}}?\s{compile_words(lexicon, 'raised_to').pattern}\s(?:[^\W\d_]{{2,12}}\s)?"
        )
        self.opening = re.compile(
            rf"(?:{compile_words(lexicon, 'from').pattern})\s(?:\d[^;\n]{{2,48}}\s|[^\W\d_]{{2,10}},?\s)?\Z"
        )

    def is_plain(self, words: Iterable[str]) -> bool:
        """Whether words are none but those for shares, single letters and what stands between ("class a common"): no name."""
        return all(len(word) == 1 or word in self._plain for word in words)

    def class_places(self, shadow: str) -> list[int]:
        """Where words for a class of shares begin."""
        if not any(word in shadow for word in self.lexicon.classes):
            return []
        return [match.start() for match in self._class_words.finditer(shadow)]


def _compile_classes(lexicon: Lexicon) -> re.Pattern[str] | None:
    """A class word of the lexicon that a letter or number follows: "Class A", "Series 12"."""
    if not lexicon.classes:
        return None
    words = starting(lexicon.classes, edge=_CLASS_EDGE)
    return re.compile(
        rf"{words}[\s\-]{{1,2}}[\"']?((?:[a-z]|[ivx]{{1,4}}|\d{{1,4}})(?:-?\d{{1,2}})?)[\"']?(?![a-z\d])"
    )


def _compile_periods(lexicon: Lexicon, periods: Sequence[str]) -> re.Pattern[str] | None:
    """Periods of the lexicon as one pattern."""
    if not periods:
        return None
    edge = "" if lexicon.substring else r"(?<![a-z\d].)"
    rests: dict[str, list[str]] = {}  # by the first sign
    for pattern in sorted(periods, key=len, reverse=True):
        first, *parts = filter(None, re.split(r"(\{\w+\}|\s|[()]|-)", pattern))
        rest = "".join(_part_of_period(part, lexicon) for part in parts)
        for sign, more in _beginnings_of_period(first, lexicon):
            rests.setdefault(sign, []).append(more + rest)
    return re.compile(beginning(rests, edge=edge) + ("" if lexicon.substring else r"(?![a-z\d])"))


_YEAR_RANGE = r"\d\d(?:[/-]\d{2,4})?"


def _part_of_period(part: str, lexicon: Lexicon) -> str:
    """A part of a period as a pattern."""
    if part == "{m}":
        return "(?:1[0-2]|[1-9])"
    if part == "{eyear}":
        return r"\d{1,2}"
    if part[0] == "{":
        words = {"{nth}": lexicon.nths, "{month}": lexicon.months}.get(part)
        return f"(?:19|20){_YEAR_RANGE}" if words is None else alternatives(words)
    if part.isspace() or part == "-":
        return r"[\s\-]{0,3}"
    return {"(": "(?:", ")": ")?"}.get(part) or re.escape(part)


def _beginnings_of_period(part: str, lexicon: Lexicon) -> list[tuple[str, str]]:
    """The first part of a period: each sign that it can begin with, and the pattern of what follows that sign."""
    if part == "{year}":
        return [("1", f"9{_YEAR_RANGE}"), ("2", f"0{_YEAR_RANGE}")]
    if part == "{yy}":
        return [(sign, r"(?<!\d\d)\d") for sign in "123"]
    words = {"{nth}": lexicon.nths, "{month}": lexicon.months, "{era}": tuple(lexicon.eras)}.get(
        part, (part,)
    )
    return [(word[0], re.escape(word[1:])) for word in sorted(words, key=len, reverse=True)]


_APART = re.compile(r"[,\d]")


def with_classes(
    nouns: list[tuple[int, int]], classes: re.Pattern[str], shadow: str, start: int, end: int
) -> list[tuple[int, int]]:
    """Share classes and series; a class word right before a noun is one name with it ("Class A common stock")."""
    matches = list(classes.finditer(shadow, start, end))
    if not matches:
        return nouns
    left = dict(
        enumerate(nouns)
    )  # those that no class word has taken; nouns are in the order of their places
    found: list[tuple[int, int]] = []
    first = 0
    for match in matches:
        while first < len(nouns) and nouns[first][0] <= match.start():
            first += 1
        following = _following(nouns, first, match.end() + _NEAR)
        near = [number for number in following if number in left]
        behind = (number for number in near if nouns[number][0] >= match.end())
        named = next((one for one in behind if not _APART.search(shadow, match.end(), nouns[one][0])), None)
        if named is not None and nouns[near[0]][0] == nouns[named][0]:
            found.append((match.start(), left.pop(named)[1]))
        else:
            found.append(match.span())
    return sorted({*left.values(), *found})


def _following(nouns: list[tuple[int, int]], first: int, end: int) -> Iterator[int]:
    """The numbers of the nouns from the first on that begin by `end`."""
    for number in range(first, len(nouns)):
        if nouns[number][0] > end:
            return
        yield number


def statement_at(statements: Sequence[Statement], place: int) -> Statement:
    """The statement that a place of the text lies in, of one or more in their order."""
    return statements[max(0, bisect_right(statements, place, key=lambda said: said.start) - 1)]
