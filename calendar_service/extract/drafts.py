"""Fifth stage, first half: statements become drafts, one for each action of each security and payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calendar_service.extract.amounts import RatioSpan
from calendar_service.extract.phrases import Hit
from calendar_service.extract.resolve import Dated
from calendar_service.extract.statements import AmountFact, Statement

CASH = frozenset({"cash_dividend", "special_dividend", "capital_return", "option_dividend"})
SHARES = frozenset({"stock_dividend", "bonus_issue"})
HANDED_OUT = CASH | SHARES | {"other", "spin_off", "rights_issue"}
SPLITS = frozenset({"stock_split", "reverse_split"})
OFFERS = frozenset({"tender_offer", "buyback", "exchange_offer", "rights_issue"})
DEALS = frozenset({"merger", "spin_off", "liquidation", "name_change"})
MEETINGS = frozenset({"annual_meeting", "extraordinary_meeting"})
_RECENT = 100  # so many drafts back a new one is compared, so that the time stays linear
_FAMILIES = dict.fromkeys(CASH, "cash") | dict.fromkeys(SPLITS, "split")
PAID_KINDS = ("last_cum", "ex", "record", "payment", "effective")


@dataclass(slots=True)
class Draft:
    """What is known so far of one action."""

    type: str
    statement: Statement
    dates: dict[str, Dated] = field(default_factory=dict)
    amount: AmountFact | None = None
    security: tuple[int, int] | None = None
    ratio: RatioSpan | None = None
    doubts: list[str] = field(default_factory=list)
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
        return any(kind != "declaration" for kind in self.dates)

    @property
    def is_vague(self) -> bool:
        """Whether nothing is known but a month."""
        terms = self.amount or self.ratio
        return terms is None and all(one.month_only for one in self.dates.values())

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
            if self.amount.span.amount != other.amount.span.amount and not self.is_converted(other):
                return False
            if self.value == other.value and {self.type, other.type} == {"cash_dividend", "special_dividend"}:
                return False
        return family(self.type) == family(other.type) and not self.clashes(other)

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
        if self.type == "cash_dividend" and other.type != "cash_dividend" and other.value is not None:
            self.type = other.type
        self.security = self.security or other.security
        self.ratio = self.ratio or other.ratio
        self.statements.append(other.statement)
        self.doubts += [doubt for doubt in other.doubts if doubt not in self.doubts]


def family(kind: str) -> str:
    """Actions of one family may be two names for the same one."""
    return _FAMILIES.get(kind, kind)


class Drafter:
    """Collects the drafts of one document, statement by statement."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.instalments = False  # the document speaks of one amount that is paid in parts

    def add(self, new: list[Draft]) -> None:
        """Adds the drafts of one statement: each completes an earlier one, or stands for itself."""
        undated_kinds = all(
            draft.amount is None and draft.ratio is None and not draft.from_table for draft in new
        )
        if len(new) > 1 and undated_kinds:
            self._pair(new)
            return
        for draft in new:
            if draft.amount is None and draft.ratio is None and not draft.from_table:
                self._spread(draft)
            else:
                self._drop_whole(draft)
                self._complete(draft)

    def _drop_whole(self, part: Draft) -> None:
        """Frame: "EUR 5 in two instalments. The first instalment of EUR 3": the whole gives way to its parts."""
        if not self.instalments or part.value is None or part.amount is None:
            return
        currency = part.amount.span.currency
        self.drafts = [
            one
            for one in self.drafts
            if one.is_dated
            or one.amount is None
            or family(one.type) != family(part.type)
            or one.amount.span.currency != currency
            or one.amount.span.amount <= part.value
            or _distance(one, part) > 4
        ]

    def _spread(self, draft: Draft) -> None:
        """Dates without an amount belong to the amounts told just before that lack them."""
        if not draft.dates:
            return
        if set(draft.dates) == {"election_deadline"} and self._take_deadline(draft):
            return
        recent = [one for one in self.drafts[-_RECENT:] if one.agrees(draft)]
        near = [one for one in recent if _distance(one, draft) <= 8 and not one.from_table]
        lacking = _last_in_a_row([one for one in near if not one.is_dated])
        same = [one for one in recent if all(kind in one.dates for kind in draft.dates)]
        if same:
            for one in lacking:
                if _distance(one, draft) <= 3:
                    one.take(draft)
            for one in same:
                one.take(draft)
            return
        targets = lacking or near[-1:]
        shared = [
            one
            for one in near
            if one.is_dated and (one.dates == targets[-1].dates or _waits_beside(one, targets[-1], draft))
        ]
        for one in {id(one): one for one in [*targets, *shared]}.values():
            one.take(draft)
        if not targets:
            self._continue(draft)

    def _take_deadline(self, draft: Draft) -> bool:
        """Gives the day by which holders choose how they are paid to the payment that is told, if it is one."""
        paid = [one for one in self.drafts[-_RECENT:] if one.type in CASH and one.is_dated]
        if not paid or any(one.clashes(paid[-1]) for one in paid):
            return False
        for one in paid:
            one.take(draft)
        return True

    def _pair(self, new: list[Draft]) -> None:
        """Frame: several dates of one kind in a sentence of their own belong in their order to what was told before
        ("Record: June 13, July 14. Payable: June 30, July 31.").
        """
        near = [
            one
            for one in self.drafts[-_RECENT:]
            if family(one.type) == family(new[0].type) and _distance(one, new[0]) <= 4
        ]
        waiting = [
            one
            for one in near
            if not set(one.dates) & set(new[0].dates) - {"declaration"} and not one.from_table
        ]
        if len(waiting) == len(new):
            for one, draft in zip(waiting, new, strict=True):
                one.take(draft)
            return
        amount = (
            waiting[-1]
            if len(waiting) == 1 and waiting[-1].value is not None and not waiting[-1].is_dated
            else None
        )
        for draft in new:
            if amount is None:
                draft.doubts.append(
                    "several dates are told together; which payment each belongs to is not certain"
                )
            else:
                draft.amount, draft.type, draft.security = amount.amount, amount.type, amount.security
            self.drafts.append(draft)
        if amount is not None:
            self.drafts.remove(amount)

    def _continue(self, draft: Draft) -> None:
        """Frame: one amount, then a sentence for each payment ("... for each of January and February. The January
        dividend is payable ...").
        """
        for one in reversed(self.drafts[-_RECENT:]):
            same = family(one.type) == family(draft.type) and one.amount is not None and not one.from_table
            if same and _distance(one, draft) <= 2:
                draft.amount, draft.type, draft.security = one.amount, one.type, one.security
                if not self.instalments and not any(said.has("each") for said in one.statements):
                    draft.doubts.append(
                        "the amount was told for another payment; whether it holds for this one is not certain"
                    )
                break
        self.drafts.append(draft)

    def _complete(self, draft: Draft) -> None:
        for one in reversed(self.drafts[-_RECENT:]):
            if not one.agrees(draft) or _different_security(one, draft):
                continue
            if one.value is None and one.ratio is None and not one.dates:
                continue
            both_dated = bool(one.dates) and bool(draft.dates)
            apart = both_dated and not (set(one.dates) & set(draft.dates) - {"declaration"})
            if apart and draft.statement.index - one.statement.index > 4:
                continue
            if one.value is None and draft.value is not None and one.from_table:
                continue
            one.take(draft)
            return
        self.drafts.append(draft)


def _waits_beside(one: Draft, other: Draft, draft: Draft) -> bool:
    """Whether one sentence told both, and each with dates of the same kinds, of which the draft adds none."""
    kinds = set(one.dates)
    told_together = one.statement is other.statement and kinds == set(other.dates)
    return told_together and not (kinds - {"declaration"}) & set(draft.dates)


def _distance(one: Draft, other: Draft) -> int:
    """How many statements lie between."""
    return other.statement.index - (one.statements or [one.statement])[-1].index


def _last_in_a_row(drafts: list[Draft]) -> list[Draft]:
    """The drafts at the end that were told one right after the other."""
    row = drafts[-1:]
    for one in reversed(drafts[:-1]):
        if row[-1].statement.index - one.statement.index > 1:
            break
        row.append(one)
    return row[::-1]


def _different_security(one: Draft, other: Draft) -> bool:
    if one.security is None or other.security is None:
        return False
    return one.from_table and other.from_table


def of_statement(said: Statement, dates: dict[str, list[Dated]], kind: str) -> list[Draft]:
    """The drafts of one statement about an action of this kind."""
    count = max((len(found) for name, found in dates.items() if name in PAID_KINDS), default=0)
    amounts: list[AmountFact | None] = [*_distinct(said)]
    if kind in OFFERS and len(amounts) > 1:  # "at a price between $18 and $20": one offer
        amounts = amounts[:1]
    if count <= 1:
        shared = {name: found[0] for name, found in dates.items() if found}
        return [_draft(said, kind, shared, amount) for amount in (amounts or [None])]
    drafts = []
    for number in range(count):
        own = {
            name: found[number] if len(found) > number else found[-1]
            for name, found in dates.items()
            if found
        }
        amount = next(iter(amounts[number:] if len(amounts) == count else amounts), None)
        draft = _draft(said, kind, own, amount)
        uneven = any(1 < len(found) != count for name, found in dates.items() if name in PAID_KINDS)
        if uneven or len(amounts) not in (0, 1, count):
            draft.doubts.append(
                "one sentence names several dates for the same thing, and which belong together is not certain"
            )
        drafts.append(draft)
    return drafts


def _draft(said: Statement, kind: str, dates: dict[str, Dated], amount: AmountFact | None) -> Draft:
    own = _type_for(said, amount, kind)
    security = _security_for(said, amount)
    ratio = said.ratios[0] if said.ratios and family(kind) != "cash" else None
    return Draft(
        own, said, dict(dates), amount, security, ratio, statements=[said], from_table=said.from_table
    )


def _type_for(said: Statement, amount: AmountFact | None, kind: str) -> str:
    """Special or regular, by the words that stand nearest to the amount."""
    if kind not in CASH or amount is None:
        return kind
    events = [hit for hit in said.events if hit.phrase.value in CASH]
    before = [hit for hit in events if hit.end <= amount.span.start]
    nearest: Hit | None = before[-1] if before else (events[0] if events else None)
    return nearest.phrase.value if nearest else kind


def _security_for(said: Statement, amount: AmountFact | None) -> tuple[int, int] | None:
    if not said.securities:
        return None
    if amount is None or len(said.securities) == 1:
        return said.securities[0]
    after = [one for one in said.securities if one[1] > amount.span.start]
    return after[0] if after else said.securities[-1]


def _distinct(said: Statement) -> list[AmountFact]:
    """The different amounts of a statement; regular and special ones differ also where the figure is the same."""
    found: dict[tuple[Decimal, str], AmountFact] = {}
    for amount in said.amounts:
        found.setdefault((amount.span.amount, _type_for(said, amount, "cash_dividend")), amount)
    amounts = list(found.values())
    # The same payment in another currency is a conversion, told after the amount that was decided.
    first = amounts[0].span.currency if amounts else None
    return [amount for amount in amounts if amount.span.currency == first or amount.span.is_open]


def merged(drafts: list[Draft]) -> list[Draft]:
    """Drafts without repetitions: one without an amount that has the dates of another is the same."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((one for one in kept[-_RECENT:] if one.agrees(draft) and _overlap(one, draft)), None)
        both_rows = (
            same is not None and same.from_table and draft.from_table and same.security != draft.security
        )
        if same is None or both_rows:
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
    parts = [one.value for one in beside if one is not draft and one.value]
    return len(parts) >= 2 and sum(parts) == draft.value


def _overlap(one: Draft, other: Draft) -> bool:
    days = [{(kind, dated.day) for kind, dated in draft.dates.items()} for draft in (one, other)]
    return bool(days[0] & days[1]) or not one.dates or not other.dates
