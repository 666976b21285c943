"""Amounts in the cells of tables: per share, as a total, after tax, as a price."""

from __future__ import annotations

import re
from itertools import pairwise

from calendar_service.extract.candidates.amounts import AmountReader, MoneySpan
from calendar_service.extract.candidates.currencies import CODES
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.nets import with_net
from calendar_service.extract.sentence.parvalues import CASH_EVENTS
from calendar_service.extract.sentence.statements import AmountFact, Statement

Cell = tuple[int, int]
_SIGNS = ("", "$", "€", "£", "us$", "c$", "a$")
_TOLD = "told in a cell"
_BESIDE = ("increase", "comparison", "total", "price", "net", "yearly", "former", "past")
_SUM = 40  # signs of an amount with its currency
_LEAD, _NEXT = 24, 3  # signs between the words for a payment, its amount, and those for "per share"
_CODE = re.compile(r"([a-z]{3})(?![^\W_])")


class MoneyCells:
    """Reads the amounts of one document's tables."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.page = binder.page

    def below(self, rows: list[Unit], languages: tuple[str, ...]) -> list[AmountFact]:
        """The amount that stands right below a heading for amounts."""
        for number, (row, below) in enumerate(pairwise(rows), start=1):
            found = []
            for column, (head, cell) in enumerate(zip(row.cells, below.cells, strict=False)):
                heads = self.is_label(head, languages) and not self._ends_with_amount(head, languages)
                money = self.read(cell, languages, None) if heads else None
                if money is not None and not money.scaled:
                    many = self._many_in(head, languages) if self._many_in(cell, languages) == 1 else 1
                    one = money._replace(amount=money.amount / many)
                    found.append(AmountFact(one, "amount table", money.place, (number, column)))
            if found:
                return [_sum_among(found)]
        return []

    def _ends_with_amount(self, cell: Cell, languages: tuple[str, ...]) -> bool:
        """Whether a cell tells an amount itself, so that it heads none ("1株につき15円")."""
        money = self.read(cell, languages, None)
        return money is not None and money.end == cell[1]

    def columns(self, heads: dict[int, Cell], languages: tuple[str, ...]) -> list[int]:
        """The columns below heads for amounts per share, those before tax first."""
        gross: list[int] = []
        net: list[int] = []
        for column, cell in heads.items():
            hits = self.binder.hits_in(*cell, languages)
            if self.is_label(cell, languages) and not marked(
                hits, "increase", "comparison", "total", "yearly"
            ):
                (net if marked(hits, "net") else gross).append(column)
        return [*gross, *net]

    def of_row(
        self,
        columns: dict[int, Cell],
        cues: dict[int, Hit],
        amount_columns: list[int],
        heads: dict[int, Cell],
        number: int,
        languages: tuple[str, ...],
    ) -> list[AmountFact]:
        """The amount per share of a row, with what is left of it after tax; [] where there is none."""
        wanted = [column for column in amount_columns if column in columns]
        for column in wanted or [column for column in columns if column not in cues]:
            cell, head = columns[column], heads.get(column) if column in amount_columns else None
            money = self.read(cell, languages, head) or self._behind_sign(column, columns, heads, languages)
            if money is None or money.scaled:
                continue
            per = _per(self.binder.hits_in(*head, languages)) if head else "share"
            fact = AmountFact(money, "column table", money.place, (number, column), per=per)
            return [self._with_net(fact, columns, heads, languages)]
        return []

    def _behind_sign(
        self, column: int, columns: dict[int, Cell], heads: dict[int, Cell], languages: tuple[str, ...]
    ) -> MoneySpan | None:
        """The amount in the next cell, below no head of its own, where a cell holds nothing or a sign of money alone."""
        head, behind = heads.get(column), columns.get(column + 1)
        own = heads.get(column + 1)
        if head is None or behind is None or (own is not None and own[0] < own[1]):
            return None
        sign = self.page.shadow[slice(*columns[column])].strip()
        if sign not in _SIGNS:
            return None
        return self.read((columns[column][0], behind[1]) if sign else behind, languages, head)

    def _with_net(
        self,
        fact: AmountFact,
        columns: dict[int, Cell],
        heads: dict[int, Cell],
        languages: tuple[str, ...],
    ) -> AmountFact:
        """The amount with that of the column for what is left after tax, where there is one."""
        for column, head in heads.items():
            if column not in columns or not marked(self.binder.hits_in(*head, languages), "net"):
                continue
            if fact.cell is not None and fact.cell[1] == column:
                continue
            money = self.read(columns[column], languages, head)
            if money is not None:
                return with_net(fact, money)
        return fact

    def read(self, cell: Cell, languages: tuple[str, ...], head: Cell | None) -> MoneySpan | None:
        """The amount in a cell. Below or beside a heading for amounts, `head`, a bare number is one too.

        A heading, or the words before it in its cell, may say that it is an amount on many shares ("100口当たり分配金").
        """
        money = self._read(cell, languages, head)
        if money is None:
            return None
        many = self._many_in((cell[0], max(cell[0], money.start)), languages)
        many = self._many_in(head, languages) if many == 1 and head else many
        return money._replace(amount=money.amount / many) if many > 1 else money

    def _many_in(self, place: Cell, languages: tuple[str, ...]) -> int:
        """On how many shares amounts are paid, by the words that stand in a place."""
        hits = self.binder.hits.within(*place, languages, "per_share")
        return max((hit.phrase.shares for hit in hits), default=1)

    def _read(self, cell: Cell, languages: tuple[str, ...], head: Cell | None) -> MoneySpan | None:
        for language in languages:
            amounts = self.binder.tools[language].amounts
            found = amounts.money(self.page.shadow, *cell)
            if found:
                return found[0]
            if head and (with_unit := self._before_unit(cell, amounts)):
                return with_unit
            number = amounts.bare_number(self.page.shadow, *cell) if head else None
            if head and number is not None:
                return MoneySpan(*cell, *amounts.in_unit_of(number, self.page.shadow, *head))
        return None

    def _before_unit(self, cell: Cell, amounts: AmountReader) -> MoneySpan | None:
        """The amount of a number whose unit has a cell of its own ("10.00 | yen")."""
        border = self.page.shadow.find("|", *cell)
        currency = amounts.currency_in(self.page.shadow, border, cell[1]) if border >= 0 else None
        number = amounts.bare_number(self.page.shadow, cell[0], border - 1) if currency else None
        return MoneySpan(*cell, number, currency) if number is not None else None

    def add_row(
        self, said: Statement, row: Unit, cell: Cell, place: tuple[int, int], languages: tuple[str, ...]
    ) -> None:
        """Adds what a row says whose first cell is a label: an amount per share, its net, a total or a price."""
        hits = self.binder.hits_in(*row.cells[0], languages)
        if marked(hits, "net"):
            net = self.read(cell, languages, row.cells[0])
            said.amounts[-1:] = [with_net(fact, net) if net else fact for fact in said.amounts[-1:]]
            return
        per_share = self.is_label(row.cells[0], languages)
        total = marked(hits, "total")
        if total:  # "Total distribution": a label for amounts in general does not make it one per share
            per_share = any(hit.phrase.role == "per_share" and not hit.phrase.label_only for hit in hits)
        priced = marked(hits, "price")
        if marked(hits, "increase", "comparison"):
            return
        if not (per_share or total or priced):
            if not said.amounts:
                said.amounts += self._told_in(cell, place, languages) or self._led_in(
                    row, cell, place, languages
                )
            return
        money = self.read(cell, languages, row.cells[0] if per_share else None)
        if money is None:
            return
        if money.currency is None:
            money = money._replace(currency=self._currency_behind(row, cell))
        if per_share:  # "Dividend of EUR 0.92 per share | EUR 11,040,000": the amount stands in the label
            money = self.read(row.cells[0], languages, None) or money
        quote = (row.cells[0][0], max(money.end, cell[1]))
        if per_share and any(one.rule == _TOLD and one.span.amount == money.amount for one in said.amounts):
            return
        told = said.totals if money.scaled or (total and not per_share) else said.amounts
        (said.prices if priced else told).append(
            AmountFact(money, "label table", quote, place, per=_per(hits))
        )

    def _told_in(self, cell: Cell, place: tuple[int, int], languages: tuple[str, ...]) -> list[AmountFact]:
        """The amount that a cell tells in words of its own, whatever its label ("Details | Final dividend of 6p per share")."""
        hits = self.binder.hits_in(*cell, languages)
        shares = [one for one in hits if one.phrase.role == "per_share" and not one.phrase.label_only]
        events = [one for one in hits if one.phrase.role == "event" and one.phrase.value != "ignore"]
        if not shares or not events or marked(hits, *_BESIDE):
            return []
        for language in languages:
            told = self.binder.tools[language].amounts.money(self.page.shadow, *cell)
            for money in told:
                words = _words_beside(money, shares, told)
                event = max((one for one in events if one.end <= money.start), key=_end, default=None)
                if words is None or event is None or event.phrase.value not in CASH_EVENTS or money.scaled:
                    continue
                if money.start - event.end <= (_LEAD if money.end <= words.start else _SUM):
                    quote = (min(event.start, words.start), max(money.end, words.end))
                    one = money._replace(amount=money.amount / words.phrase.shares)
                    return [AmountFact(one, _TOLD, quote, place, per=_per([words]))]
        return []

    def _led_in(
        self, row: Unit, cell: Cell, place: tuple[int, int], languages: tuple[str, ...]
    ) -> list[AmountFact]:
        """The amount right behind the words for a share that begin a cell, beside a label that names a dividend
        ("中間配当金 | 1株につき15円").
        """
        events = [hit for hit in self.binder.hits_in(*row.cells[0], languages) if hit.phrase.role == "event"]
        hits = self.binder.hits_in(*cell, languages)
        shares = [one for one in hits if one.phrase.role == "per_share" and not one.phrase.label_only]
        money = self.read(cell, languages, None)
        named = bool(events) and all(one.phrase.value in CASH_EVENTS for one in events)
        if not named or not shares or money is None or money.scaled or marked(hits, *_BESIDE):
            return []
        begins = shares[0].start == cell[0] and 0 <= money.start - shares[0].end <= _NEXT
        return [AmountFact(money, _TOLD, (cell[0], money.end), place, per=_per(shares))] if begins else []

    def _currency_behind(self, row: Unit, cell: Cell) -> str | None:
        """The code of a currency with which the next cell begins, where wide blanks part it from its number."""
        following = [one for one in row.cells if one[0] >= cell[1] and one[0] < one[1]]
        code = _CODE.match(self.page.shadow, *following[0]) if following else None
        return code[1].upper() if code and code[1].upper() in CODES else None

    def is_label(self, cell: Cell, languages: tuple[str, ...]) -> bool:
        """Whether a cell's words head amounts per share."""
        hits = [hit for hit in self.binder.hits_in(*cell, languages) if hit.phrase.role == "per_share"]
        letters = len(re.sub(r"\W", "", self.page.shadow[slice(*cell)]))
        return any(not hit.phrase.label_only or (hit.end - hit.start) * 2 > letters for hit in hits)


def _end(hit: Hit) -> int:
    return hit.end


def _words_beside(money: MoneySpan, shares: list[Hit], told: list[MoneySpan]) -> Hit | None:
    """The words for "per share" right behind an amount, if they lead to no other one; or right before it, in scripts
    without blanks ("新台幣36,843,600元(每股0.6元)").
    """
    for one in shares:
        if one.phrase.substring and 0 <= money.start - one.end <= _NEXT:
            return one
        leads = any(0 <= other.start - one.end <= _NEXT for other in told)
        if 0 <= one.start - money.end <= _NEXT and not leads:
            return one
    return None


def _per(hits: list[Hit]) -> str:
    """What amounts below or beside these words are paid on."""
    return "ads" if any(hit.phrase.value == "per_ads" for hit in hits) else "share"


def marked(hits: list[Hit], *names: str) -> bool:
    """Whether one of the hits is such a mark."""
    return any(hit.phrase.role == "mark" and hit.phrase.value in names for hit in hits)


def _sum_among(found: list[AmountFact]) -> AmountFact:
    """The amount of a row that is the sum of all others ("ordinary 9,765, exceptional 3, together 9,768"); else the first."""
    whole = sum(fact.span.amount for fact in found)
    sums = [fact for fact in found if len(found) > 2 and fact.span.amount * 2 == whole]
    return (sums or found)[0]
