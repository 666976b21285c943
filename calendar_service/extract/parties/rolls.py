"""Frame: a roll. One day is told for many companies, each with its own amount.

- in a sentence: "Going ex-dividend on 7 May 2026: Harrow Tool plc (12p), Tarn Mills plc (4.5p)".
- in lines: a heading tells the day, and each line below it is a company and its amount ("Harrow Tool plc: 12p").

Each company becomes a statement of its own. A list whose names cannot all be told apart stays whole and is doubted. So is
a company whose name has no legal form and is nobody's that is known, or beside whose amount anything else is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.parties.owners import DOUBT, Names
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import AmountFact, Statement

_KINDS = frozenset({"ex", "payment", "record"})
_RULE = "frame.roll"
_LEAST = 2  # so many companies make a roll
_NAME = 70
_BRACKET = re.compile(r"[ ]?\((?P<told>[^()\n]{2,70})\)")
_PARTED = re.compile(r"[;:,)]\s{0,3}")
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_JOIN = re.compile(r"(?:\([^()\n]*\)|[\s,;.]|(?<![^\W\d_])[^\W\d_A-Z]{1,3}(?![^\W\d_]))*")
_SIGNS = " \t:|-–—•*"
_REST = 40
_NO_NAME = re.compile(
    r"(?i)(?:not?|none|never|neither|excluding|except|excepting|without|formerly|previously|yesterday|today|tomorrow"
    r"|(?:last|next|this) (?:week|month|quarter|year)|nicht|ohne|keine?|sans|sauf|excepto|sem|senza|niet|zonder|inte|ikke|utan"
    r"|uten|uden)(?![^\W\d_])"
)
_GOES_ON = re.compile(r"\s?[–—-]?\s?[^\W\d_]")


class _Item(NamedTuple):
    """A company of a roll: its name's place, its amount, and whether more than that is told beside it."""

    name: tuple[int, int]
    money: MoneySpan
    end: int
    more: bool


def split_rolls(
    statements: Sequence[Statement],
    binder: Binder,
    languages: tuple[str, ...],
    names: Names,
) -> list[Statement]:
    """The statements; each roll among them as what its heading says, and a statement for each of its companies."""
    found: list[Statement] = []
    head: Statement | None = None
    lines: list[tuple[Statement, _Item]] = []
    reader = _Reader(binder, languages, names)
    for said in statements:
        item = reader.line(said) if head is not None else None
        if item is not None:
            lines.append((said, item))
            continue
        if head is not None:
            found += reader.below(head, lines)
        head, lines = (said, []) if reader.may_head(said) else (None, [])
        split = reader.split(said) if head is None or reader.is_sentence(said) else [said]
        if head is None or split != [said]:
            head = None
            found += split
    return found + (reader.below(head, lines) if head is not None else [])


def _tells_one_day(said: Statement) -> bool:
    """Whether a statement outside of tables tells one day, and that as one of a payment, and no other."""
    return (
        not said.from_table
        and len(said.dates) == 1
        and not said.loose
        and said.dates[0].kind in _KINDS
        and set(said.types()) <= CASH
    )


class _Reader:
    """Reads the companies of rolls in one document."""

    def __init__(self, binder: Binder, languages: tuple[str, ...], names: Names) -> None:
        self.binder = binder
        self.languages = languages
        self.names = names
        self.knows = (
            False  # whether a roll above names a company as such: those of the other rolls are some too
        )

    def may_head(self, said: Statement) -> bool:
        """Whether companies may stand below: a heading or the words before a colon, with a day and no amount."""
        leads = said.heading or self.binder.page.shadow[said.end - 1] == ":"
        return leads and not said.amounts and _tells_one_day(said)

    def is_sentence(self, said: Statement) -> bool:
        """Whether the companies may stand in the statement itself."""
        return len(list(_BRACKET.finditer(self.binder.page.text, said.start, said.end))) >= _LEAST

    def split(self, said: Statement) -> list[Statement]:
        """A sentence with a roll as what it says and its companies; any other as it is."""
        if not _tells_one_day(said):
            return [said]
        brackets = [
            (match, money)
            for match in _BRACKET.finditer(self.binder.page.text, said.dates[0].span.end, said.end)
            if (money := self._money(*match.span("told")))
        ]
        told = [money.start for _, inside in brackets for money in inside]
        if len(brackets) < _LEAST or any(fact.span.start not in told for fact in said.amounts):
            return [said]
        items = list(self._items(said, brackets))
        if len(items) < len(brackets):
            several = sum(self._is_known(item) for item in items) >= _LEAST
            return [replace(said, doubts=[*said.doubts, DOUBT])] if several else [said]
        # Words that stand with one company ("cancelled") are not told of each of them, nor certainly of that one only.
        marks = [hit for hit in said.marks if hit.start < items[0].name[0]]
        behind = [hit for hit in said.marks if hit.start >= items[0].name[0]]
        names = [item.name for item in items]
        spread = any(all(hit.end <= start or end <= hit.start for start, end in names) for hit in behind)
        told_of = [(said, item._replace(more=item.more or spread)) for item in items]
        return self._companies(replace(said, marks=marks), told_of)

    def below(self, head: Statement, lines: Sequence[tuple[Statement, _Item]]) -> list[Statement]:
        """A heading and the lines below it: the companies that are told there, where some are known as such."""
        self.knows = self.knows or any(self._is_known(item) for _, item in lines)
        if len(lines) < _LEAST or not self.knows:
            return [head, *(said for said, _ in lines)]
        return self._companies(head, lines)

    def line(self, said: Statement) -> _Item | None:
        """The company that a line names before its amount, where it tells nothing else."""
        if said.from_table or said.dates or said.loose or said.doubts:
            return None
        money = self._money(said.start, said.end)
        text = self.binder.page.text
        if len(money) != 1 or "\n" in text[said.start : said.end] or said.end - money[0].end > _REST:
            return None
        words = text[said.start : money[0].start].rstrip(_SIGNS + "(")
        start = said.start + len(words) - len(words.lstrip(_SIGNS))
        told, sign, _ = words.lstrip(_SIGNS).partition(":")  # "Tarn Mills plc: see the note: 4.5p"
        name = (start, start + len(told.rstrip(_SIGNS)))
        rest = text[money[0].end : said.end]
        if any(sign.isdigit() for sign in rest) or not self._is_name(name):
            return None
        more = bool(sign) or self._tells_more(money[0].end, said.end)
        return _Item(name, money[0], said.end, more)

    def _companies(self, head: Statement, items: Sequence[tuple[Statement, _Item]]) -> list[Statement]:
        fact = head.dates[0]
        bare = replace(head, dates=[], amounts=[], totals=[], dealt=[])
        return [
            bare,
            *(
                replace(
                    bare,
                    start=item.name[0],
                    end=item.end,
                    block=said.block,
                    dates=[fact],
                    amounts=[AmountFact(item.money, _RULE, (item.name[0], item.money.end))],
                    securities=[item.name],
                    owner=self.names.owner(item.name, _RULE),
                    doubts=[] if self._is_certain(item) else [DOUBT],
                    from_table=True,
                )
                for said, item in items
            ),
        ]

    def _items(
        self, said: Statement, brackets: Sequence[tuple[re.Match[str], list[MoneySpan]]]
    ) -> Iterator[_Item]:
        """The companies before the brackets, up to the first whose name cannot be told."""
        text = self.binder.page.text
        last = said.dates[0].span.end
        hits = self.binder.hits_in(last, brackets[0][0].start(), self.languages)
        last = max([last, *(hit.end for hit in hits if hit.phrase.role in ("cue", "event"))])
        for match, money in brackets:
            parted = [sign.end() for sign in _PARTED.finditer(text, last, match.start())]
            low = parted[-1] if parted else last
            capital = _CAPITAL.search(text, low, match.start())
            if capital is None:
                return
            name = (capital.start(), match.start())
            clean = last <= said.dates[0].span.end or _JOIN.fullmatch(text, last, name[0])
            first = match is brackets[0][0]
            if not self._is_name(name) or not (first or clean):
                return
            low, high = match.span("told")
            more = self._tells_more(low, money[0].start) or self._tells_more(money[0].end, high)
            ends = match is brackets[-1][0] and _GOES_ON.match(text, match.end(), said.end) is not None
            yield _Item(name, money[0], match.end(), more or ends)
            last = match.end()

    def _is_known(self, item: _Item) -> bool:
        """Whether a name has a company's legal form, or is that of a company which is known."""
        return self.names.is_certain(self.binder.page.text[slice(*item.name)])

    def _is_certain(self, item: _Item) -> bool:
        """Whether a name is a company's beyond doubt, and nothing else is told with its amount."""
        text = self.binder.page.text
        if item.more or not self._is_known(item) or _NO_NAME.match(text, *item.name):
            return False
        marks = self.binder.hits.within(*item.name, self.languages, "mark")
        return not any(hit.start == item.name[0] and hit.phrase.value != "former" for hit in marks)

    def _tells_more(self, start: int, end: int) -> bool:
        """Whether anything but words for a share, brackets and punctuation stands here."""
        words = list(self.binder.page.text[start:end])
        for hit in self.binder.hits_in(start, end, self.languages):
            if hit.phrase.role in ("per_share", "security"):
                words[hit.start - start : hit.end - start] = " " * (hit.end - hit.start)
        return any(sign.isalnum() for sign in words)

    def _is_name(self, name: tuple[int, int]) -> bool:
        """Whether words may name a company: they begin so, and are none that the lexicons know."""
        text = self.binder.page.text
        if not 2 < name[1] - name[0] <= _NAME or not _CAPITAL.match(text, name[0]):
            return False
        hits = self.binder.hits_in(*name, self.languages)
        return not any(
            hit.phrase.role in ("cue", "event", "per_share")
            or (hit.phrase.role == "security" and hit.start == name[0])
            for hit in hits
        )

    def _money(self, start: int, end: int) -> list[MoneySpan]:
        readers = [self.binder.tools[language].amounts for language in self.languages]
        spans = {
            one.start: one for reader in readers for one in reader.money(self.binder.page.shadow, start, end)
        }
        return [spans[place] for place in sorted(spans) if not spans[place].scaled]
