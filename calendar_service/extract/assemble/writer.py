"""What was read becomes values with their proofs: dates, money, words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from calendar_service.extract.candidates.amounts import RatioSpan
from calendar_service.extract.candidates.currencies import RUPEE, currency_of_rupee
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.statements import AmountFact, Statement, Tools
from calendar_service.model.announcement import Issuer
from calendar_service.model.codes import DateFlag, DateKind, Knowledge
from calendar_service.model.document import Text
from calendar_service.model.values import EventDate, Evidence, Money


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the document as a whole. `currency` is that of a bare sign or number, where known.

    `ads_ratio` says how many shares a depositary receipt stands for; `slip` whether it is a custodian's slip.
    """

    text: Text
    page: Page
    issuer: Issuer
    announced: date | None
    currency: str | None
    tools: dict[str, Tools]
    ads_ratio: RatioSpan | None = None
    slip: bool = False

    @property
    def base(self) -> date | None:
        """The document's own day."""
        return self.announced or self.text.published


class Writer:
    """Writes the values of one document."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def event_date(
        self, kind: str, dated: Dated, *, at: time | None = None, zone: str | None = None
    ) -> EventDate:
        """A date of this kind, with a time of day and its zone where a meeting states them."""
        flags = {
            DateFlag.YEAR_INFERRED: dated.inferred,
            DateFlag.ORDER_AMBIGUOUS: dated.ambiguous,
            DateFlag.APPROXIMATE: dated.fact.approximate,
        }
        return EventDate(
            DateKind(kind),
            dated.day,
            knowledge=Knowledge.MONTH if dated.month_only else Knowledge.KNOWN,
            flags=frozenset(flag for flag, is_set in flags.items() if is_set),
            evidence=self.proof(*dated.fact.quote, dated.fact.rule, dated.fact.cell),
            time=at,
            zone=zone,
        )

    def proof(self, start: int, end: int, rule: str, cell: tuple[int, int] | None = None) -> Evidence:
        """Evidence for the words at [start, end)."""
        text = self.context.text
        return Evidence(text.content[start:end], start, end, rule, page=text.page_of(start), cell=cell)

    def proof_of(self, hit: Hit) -> Evidence:
        """Evidence for a phrase."""
        return self.proof(hit.start, hit.end, hit.phrase.name)

    def issuer_of(self, said: Statement) -> Issuer:
        """Whose a statement is: the company's that its own words name, else the document's issuer's."""
        owner = said.owner
        return (
            Issuer(owner.name, owner.ids, self.proof(*owner.place, owner.rule))
            if owner
            else self.context.issuer
        )

    def money(self, fact: AmountFact) -> Money:
        """An amount; a bare sign or number has the document's currency."""
        currency = self.context.currency if fact.span.is_open else fact.span.currency
        return Money(fact.span.amount, self._rupee if currency == RUPEE else currency)

    @cached_property
    def _rupee(self) -> str:
        return currency_of_rupee(self.context.page.shadow)

    def words(self, span: tuple[int, int] | None) -> str | None:
        """The document's own words, in one line."""
        return " ".join(self.context.text.content[span[0] : span[1]].split()) if span else None
