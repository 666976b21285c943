"""Fifth stage, first half: statements become drafts, one for each action of each security and payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calendar_service.extract.candidates.amounts import RatioSpan
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, MEETINGS, OFFERS, PAID_KINDS, family
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import AmountFact, Statement
from calendar_service.extract.sentence.takers import Payee, is_same, payees_of
from calendar_service.model.remarks import Remark, remark

RECENT = 100  # so many drafts back a new one is compared, so that the time stays linear
_NAMED = 6  # between an amount and what it is ("0.50 euros as special dividend")


@dataclass(slots=True)
class Draft:
    """What is known so far of one action."""

    type: str
    statement: Statement
    dates: dict[str, Dated] = field(default_factory=dict)
    amount: AmountFact | None = None
    security: tuple[int, int] | None = None
    ratio: RatioSpan | None = None
    doubts: list[Remark] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    from_table: bool = False

    @property
    def value(self) -> Decimal | None:
        """The amount per share, if known."""
        return self.amount.span.amount if self.amount else None

    @property
    def per(self) -> str:
        """What the amount is paid on: a share, or a depositary receipt."""
        return self.amount.per if self.amount else "share"

    @property
    def is_dated(self) -> bool:
        """Whether a date is known that a holder waits for."""
        return bool(self.awaited)

    @property
    def awaited(self) -> dict[str, Dated]:
        """The dates that a holder waits for."""
        return {kind: dated for kind, dated in self.dates.items() if kind != "declaration"}

    @property
    def is_vague(self) -> bool:
        """Whether nothing is known but a month."""
        terms = self.amount or self.ratio
        return terms is None and all(one.month_only for one in self.dates.values())

    @property
    def is_guess(self) -> bool:
        """Whether no terms are told but one day, and that without its year; an offer may have no more."""
        lone = self.value is None and self.ratio is None and self.type not in OFFERS and len(self.dates) == 1
        return lone and all(one.guessed for one in self.dates.values())

    def clashes(self, other: Draft) -> bool:
        """Whether some date kind has two different days; a month agrees with a day in it."""
        for kind, mine in self.dates.items():
            theirs = other.dates.get(kind)
            if theirs is None or kind == "declaration" or mine.day == theirs.day:
                continue
            a_month = mine.month_only or theirs.month_only
            if not (a_month and mine.day.replace(day=1) == theirs.day.replace(day=1)):
                return True
        return False

    def agrees(self, other: Draft) -> bool:
        """Whether both may be the same action: no date and no amount contradicts."""
        if self.amount is not None and other.amount is not None:
            # Most drafts of a long list differ in this, so it is asked first.
            alike = self.amount.span.amount == other.amount.span.amount or is_rounded(self, other)
            if not alike and not self.is_converted(other):
                return False
            if self.value == other.value and {self.type, other.type} == {"cash_dividend", "special_dividend"}:
                return False
        return (
            family(self.type) == family(other.type)
            and not self.clashes(other)
            and not _are_apart(self, other)
        )

    def is_converted(self, other: Draft) -> bool:
        """Whether the other amount is this one in another currency: same dates, and neither currency is open."""
        if self.amount is None or other.amount is None:
            return False
        mine, theirs = self.amount.span, other.amount.span
        if mine.currency == theirs.currency or mine.is_open or theirs.is_open:
            return False
        return bool(set(self.dates) & set(other.dates) or not other.dates)

    def take(self, other: Draft) -> None:
        """Adds what the other draft knows besides."""
        for kind, dated in other.dates.items():
            mine = self.dates.get(kind)
            if (
                mine is None
                or (mine.inferred and not dated.inferred)
                or (mine.month_only and not dated.month_only)
            ):
                self.dates[kind] = dated
        if self.amount is None or (
            self.amount.span.is_open and other.amount and not other.amount.span.is_open
        ):
            self.amount = other.amount or self.amount
        elif is_rounded(self, other) and len(str(self.value)) < len(str(other.value)):
            self.amount = other.amount
        if self.type == "cash_dividend" and other.type != "cash_dividend" and other.value is not None:
            self.type = other.type
        self.security = self.security or other.security
        self.ratio = self.ratio or other.ratio
        self.statements.append(other.statement)
        self.doubts += [doubt for doubt in other.doubts if doubt not in self.doubts]


_SHORT = Decimal("0.001")  # what is told to so few decimals may be another amount


def is_rounded(one: Draft, other: Draft) -> bool:
    """Whether two amounts of one currency are the same, told to more and to fewer decimals ("0.1655", "0.165552439")."""
    if one.amount is None or other.amount is None or one.amount.span.currency != other.amount.span.currency:
        return False
    amounts = one.amount.span.amount, other.amount.span.amount
    if abs(amounts[0] - amounts[1]) >= _SHORT:
        return False  # most drafts of a long list differ in more than the last decimals
    short, long = sorted(amounts, key=lambda value: len(str(value)))
    unit = Decimal(1).scaleb(int(short.as_tuple().exponent))
    return short != long and unit < _SHORT and abs(long - short) < unit


@dataclass(slots=True)
class MeetingDraft:
    """A general meeting that is to come."""

    type: str
    day: Dated
    statement: Statement
    doubts: list[Remark] = field(default_factory=list)
    halt: str = ""  # "suspend" where it is put off without a new day, "cancel" where it is called off


def of_statement(said: Statement, dates: dict[str, list[Dated]], kind: str, shadow: str) -> list[Draft]:
    """The drafts of one statement about an action of this kind; `shadow` is the text that it is part of."""
    count = max((len(found) for name, found in dates.items() if name in PAID_KINDS), default=0)
    amounts: list[AmountFact | None] = [*_distinct(said)]
    if kind in OFFERS and len(amounts) > 1:  # "not less than $18 and not more than $20": no price yet
        amounts = []
    if count > 1:
        return _several(said, dates, kind, amounts, shadow)
    shared = {name: found[0] for name, found in dates.items() if found}
    return [_draft(said, kind, shared, amount) for amount in (amounts or [None])]


def _several(
    said: Statement,
    dates: dict[str, list[Dated]],
    kind: str,
    amounts: list[AmountFact | None],
    shadow: str,
) -> list[Draft]:
    """The drafts of a statement that tells several dates of a kind: one for each of them."""
    by_kind = [found for name, found in dates.items() if name in PAID_KINDS]
    days = [(one.fact.span.start, one.fact.span.end) for one in max(by_kind, key=len)]
    uneven = any(1 < len(found) != len(days) for found in by_kind)
    if len(said.dealt) == len(days) and (len(amounts) != len(days) or _is_sum_of_dealt(said, amounts[0])):
        amounts = [*said.dealt]
        payees, doubt = [Payee(amount=number) for number in range(len(days))], None
    elif uneven or len(amounts) not in (0, 1, len(days)):
        doubt = remark(
            "one sentence names several dates for the same thing, and which belong together is not certain"
        )
        payees = [Payee(amount=min(number, len(amounts) - 1)) for number in range(len(days))]
    else:
        told = [(*one.quote, _security_for(said, one)) for one in amounts if one]
        payees, doubt = payees_of(said, days, told, shadow, alone=len(by_kind) == 1)
    drafts = []
    for number, payee in enumerate(payees):
        own = {name: found[min(number, len(found) - 1)] for name, found in dates.items() if found}
        draft = _draft(said, kind, own, amounts[payee.amount] if amounts else None)
        draft.security = payee.security or draft.security
        draft.doubts += [doubt] if doubt else []
        drafts.append(draft)
    return drafts


def _is_sum_of_dealt(said: Statement, amount: AmountFact | None) -> bool:
    return amount is not None and amount.span.amount == sum(one.span.amount for one in said.dealt)


def _draft(said: Statement, kind: str, dates: dict[str, Dated], amount: AmountFact | None) -> Draft:
    own = _type_for(said, amount, kind)
    security = _security_for(said, amount)
    ratio = said.ratios[0] if said.ratios and family(kind) != "cash" else None
    return Draft(
        own,
        said,
        dict(dates),
        amount,
        security,
        ratio,
        doubts=[*said.doubts],
        statements=[said],
        from_table=said.from_table,
    )


def _type_for(said: Statement, amount: AmountFact | None, kind: str) -> str:
    """Special or regular, by the words that stand nearest to the amount."""
    if kind not in CASH or amount is None:
        return kind
    events = [hit for hit in said.events if hit.phrase.value in CASH]
    behind = [hit for hit in events if 0 < hit.start - amount.span.end <= _NAMED]
    named = [hit for hit in behind if hit.phrase.name == amount.rule and not hit.phrase.substring]
    before = named[:1] or [hit for hit in events if hit.end <= amount.span.start]
    nearest: Hit | None = before[-1] if before else (events[0] if events else None)
    return nearest.phrase.value if nearest else kind


def _security_for(said: Statement, amount: AmountFact | None) -> tuple[int, int] | None:
    if not said.securities:
        return None
    if amount is None or len(said.securities) == 1:
        return said.securities[0]
    led = [_right_before(said, one) for one in said.amounts]
    if led and led[0]:  # "ordinary shares 5p each", as Japanese and Korean have it
        return _right_before(said, amount)
    before = [one for one in said.securities if one[1] <= amount.span.start]
    if before and _lead_amounts(said):
        return before[-1]
    after = [one for one in said.securities if one[1] > amount.span.start]
    return after[0] if after else said.securities[-1]


def _lead_amounts(said: Statement) -> bool:
    """Whether each amount of a sentence has its security before it ("on the Series 1 shares, 28 cents per share and on the
    Series 3 shares, 33 cents"); where one stands behind the last amount too, the nearer ones tell which way it runs.
    """
    low, leads, follows = said.start, 0, 0
    places = sorted({(one.quote[0], one.quote[1]) for one in said.amounts})
    for start, end in places:
        led = [one for one in said.securities if low <= one[0] and one[1] <= start]
        if not led:
            return False
        leads += start - led[-1][1]
        behind = next((one for one in said.securities if one[0] >= end), None)
        follows += behind[0] - end if behind else 0
        low = end
    trails = any(one[0] >= low for one in said.securities)
    return len(places) > 1 and (not trails or leads < follows)


def _right_before(said: Statement, amount: AmountFact) -> tuple[int, int] | None:
    """The security whose name the words of an amount begin with, or follow."""
    found = [one for one in said.securities if amount.quote[0] - 1 <= one[1] <= amount.span.start]
    return found[-1] if found else None


def _distinct(said: Statement) -> list[AmountFact]:
    """The different amounts of a statement; regular and special ones differ also where the figure is the same."""
    found: dict[tuple[Decimal, str], AmountFact] = {}
    for amount in said.amounts:
        found.setdefault((amount.span.amount, _type_for(said, amount, "cash_dividend")), amount)
    amounts = list(found.values())
    # The same payment in another currency is a conversion, told after the amount that was decided.
    first = amounts[0].span.currency if amounts else None
    return [amount for amount in amounts if amount.span.currency == first or amount.span.is_open]


def are_items_apart(one: Draft, other: Draft, shadow: str) -> bool:
    """Whether both are items of a list, each of a class of its own ("- $0.33 per Series A unit", "- $0.33 per Series C unit")."""
    if not (one.security and other.security) or one.statement.events or other.statement.events:
        return False
    names = [shadow[slice(*draft.security)] for draft in (one, other) if draft.security]
    return not (one.from_table or other.from_table) and not is_same(*names)


def merged(drafts: list[Draft], shadow: str) -> list[Draft]:
    """Drafts without repetitions: one without an amount that has the dates of another is the same."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((one for one in kept[-RECENT:] if one.agrees(draft) and _overlap(one, draft)), None)
        both_rows = (
            same is not None and same.from_table and draft.from_table and same.security != draft.security
        )
        if same is None or both_rows or are_items_apart(same, draft, shadow):
            kept.append(draft)
        else:
            same.take(draft)
    by_days: dict[frozenset[tuple[str, date]], list[Draft]] = {}
    for draft in kept:
        by_days.setdefault(_paid_days(draft), []).append(draft)
    alike = [(draft, by_days[_paid_days(draft)]) for draft in kept]
    return [draft for draft, same in alike if not _is_sum(draft, same) and not _is_of_receipt(draft, same)]


def _is_of_receipt(draft: Draft, beside: list[Draft]) -> bool:
    """Whether it is another draft told once more, per depositary receipt ("$0.10 per share, or $0.50 per ADS")."""
    return draft.per == "ads" and any(
        one.per == "share" and one.value is not None and one.type == draft.type for one in beside
    )


def _paid_days(draft: Draft) -> frozenset[tuple[str, date]]:
    return frozenset(
        (kind, dated.day) for kind, dated in draft.dates.items() if kind in ("record", "payment")
    )


def _is_sum(draft: Draft, beside: list[Draft]) -> bool:
    """Whether the amount is the sum of two others that are paid on the same dates: a total row, no third payment."""
    if draft.value is None or not _paid_days(draft):
        return False
    parts = [
        one for one in beside if one is not draft and one.value is not None and not _are_apart(one, draft)
    ]
    total = sum(one.value for one in parts if one.value is not None)
    return len(parts) >= 2 and total == draft.value and not _are_classes([draft, *parts])


def _are_classes(drafts: list[Draft]) -> bool:
    """Whether one sentence tells of them, each of its own class of shares: none is the sum of the others."""
    names = {one.security for one in drafts}
    return len(names) == len(drafts) and None not in names and len({id(one.statement) for one in drafts}) == 1


def _are_apart(one: Draft, other: Draft) -> bool:
    """Whether they are two companies', each of its own."""
    mine, theirs = one.statement.owner, other.statement.owner
    return mine is not None and theirs is not None and mine.key != theirs.key


def _overlap(one: Draft, other: Draft) -> bool:
    days = [{(kind, dated.day) for kind, dated in draft.dates.items()} for draft in (one, other)]
    return bool(days[0] & days[1]) or not one.dates or not other.dates


def is_conversion(said: Statement, told: Sequence[Draft]) -> bool:
    """Whether the amounts of a statement with words for a conversion are those told before in another currency.

    They are not where one in the same currency comes first and has days of its own ("$0.10 per unit, equivalent to a third
    of the last distribution, will be paid on 15 January").
    """
    last = next((one.amount for one in reversed(told[-RECENT:]) if one.amount is not None), None)
    if last is None:
        return False
    first = min((hit.start for hit in said.marks if hit.phrase.value == "converted"), default=said.start)
    own = all(one.span.end <= first and one.span.currency == last.span.currency for one in said.amounts)
    return not (own and any(fact.kind in PAID_KINDS for fact in said.dates))


def of_shares(kind: str, said: Statement, dates: dict[str, list[Dated]]) -> list[Draft]:
    """The shares that are handed out on the days of a payment in cash, by the same statement; [] where there are none.

    Where it says that a day of the payment is still to be fixed, the days are the shares' alone, and taken from `dates`.
    """
    if kind not in CASH or not (dates and said.amounts) or "stock_dividend" not in said.types():
        return []
    both = {name: found[0] for name, found in dates.items()}
    for name in ("record", "ex") if "record" in said.unknown else ():
        dates.pop(name, None)
    return [Draft("stock_dividend", said, both, statements=[said])]


def of_vote(votes: Mapping[str, Dated], said: Statement | None) -> list[Draft]:
    """A meeting of which only the day is told on which those who may vote hold shares; [] where there is none.

    In East Asia a company tells first who may vote, in a notice of its own, and later when. Elsewhere such a day is mostly
    that of a meeting long held.
    """
    if said is None or "voting_record" not in votes or said.has("cancel"):
        return []
    if not any(hit.phrase.substring for hit in (*said.events, *said.marks)):
        return []
    types = [name for name in said.types() if name in MEETINGS]
    kind = types[0] if types else "extraordinary_meeting"
    return [Draft(kind, said, {"voting_record": votes["voting_record"]}, statements=[said])]
