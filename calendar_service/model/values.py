"""Small immutable values that everything else is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from calendar_service.model.codes import Basis, DateFlag, DateKind, Knowledge
from calendar_service.model.remarks import Remark


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proof of a field: the words it was read from, or why a person set it.

    `start` and `end` are character offsets into Text.content, so content[start:end] == quote.
    `page` counts from 1 (PDF only). `cell` is (row, column), both from 0, inside the table that
    holds the quote. `rule` names the cue or frame that took the field.
    """

    quote: str
    start: int
    end: int
    rule: str
    page: int | None = None
    cell: tuple[int, int] | None = None
    document: str = ""  # RawDocument.id; empty while a document is only being read


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's main unit; `currency` is ISO 4217, or None where the text leaves it open."""

    amount: Decimal
    currency: str | None

    def __str__(self) -> str:
        return f"{self.currency or '?'} {self.amount}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """`new` securities for `old` ones: 2:1 is a forward split, 1:60 a reverse split, 1:8 one new for eight held."""

    new: Decimal
    old: Decimal

    def __str__(self) -> str:
        return f"{self.new}:{self.old}"


@dataclass(frozen=True, slots=True)
class SecurityId:
    """One identifier. `scheme` is isin, cusip, sedol, cik, lei or ticker; `mic` (ISO 10383) goes with a ticker.

    `market` keeps the market as the text names it ("NASDAQ", "TSE1"), where a ticker has one.
    """

    scheme: str
    value: str
    mic: str | None = None
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a rule counted a date, so that it can be told in any language.

    `days` business days from the date of kind `base` (negative: before it); `settles` is after how many
    business days trades settled then, where that explains it. `sure` is how well the rule is known
    ("sourced", "seen", "general", "planned"; empty for what holds by definition).
    """

    base: DateKind
    days: int
    settles: int | None = None
    sure: str = ""


@dataclass(frozen=True, slots=True)
class EventDate:
    """One date of an action.

    `day` is a calendar date in the issuer's market, None exactly when `knowledge` is UNKNOWN or ONGOING.
    `last_day` is the inclusive end of a window. A meeting may have a `time` with `zone` (IANA name).
    `evidence` proves a stated date; `rule` (its name), `rule_source` and `reckoning` explain a derived one.
    `note` is shown to people beside the date (e.g. that it contradicts the market's rule).
    """

    kind: DateKind
    day: date | None
    basis: Basis = Basis.STATED
    knowledge: Knowledge = Knowledge.KNOWN
    flags: frozenset[DateFlag] = field(default_factory=frozenset)
    evidence: Evidence | None = None
    last_day: date | None = None
    time: time | None = None
    zone: str | None = None
    rule: str = ""
    rule_source: str = ""
    reckoning: Reckoning | None = None
    note: Remark | None = None
