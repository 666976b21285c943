"""Fifth stage, first half: what later statements add to the drafts of earlier ones."""

from __future__ import annotations

from calendar_service.extract.assemble.drafts import RECENT, Draft, are_items_apart
from calendar_service.extract.assemble.itemised import components_before
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, OFFERS, PAID_KINDS, family
from calendar_service.extract.sentence.nets import with_net
from calendar_service.extract.sentence.statements import AmountFact, Statement
from calendar_service.extract.sentence.takers import DOUBT, distinct, is_apart, is_same, mentions, order_of
from calendar_service.model.remarks import remark

LOOSE = remark("the sentence tells of another date, which may be that of one of these payments")
OTHERS = remark("the amount was told for another payment; whether it holds for this one is not certain")
LENT = remark("its days are told as those of another payment, and which one is meant is not certain")
_PAID = frozenset({"payment", "record", "ex"})
_SAME = frozenset({"payment", "record"})
_SENTENCES, _LINES = 8, 14  # so many lie at most between what is told of one action
_NEXT = 2  # so many lines below an amount stands its net
SEVERAL = remark("several dates are told together; which payment each belongs to is not certain")


class Drafter:
    """Collects the drafts of one document, statement by statement."""

    def __init__(self, shadow: str) -> None:
        self.shadow = shadow
        self.drafts: list[Draft] = []
        self.decided: Dated | None = None  # when the whole was decided that has given way to its parts
        self.instalments = False  # the document speaks of one amount that is paid in parts

    @property
    def tells_amounts(self) -> bool:
        """Whether an amount has been told already."""
        return any(one.value is not None for one in self.drafts)

    def add(self, new: list[Draft]) -> None:
        """Adds the drafts of one statement: each completes an earlier one, or stands for itself."""
        undated_kinds = all(
            draft.amount is None and draft.ratio is None and not draft.from_table for draft in new
        )
        if len(new) > 1 and undated_kinds:
            self._pair(new)
            return
        for draft in new:
            if draft.amount is not None and draft.statement.has("same_days"):
                self._take_same_days(draft)
            if self._is_sum_of_year(draft):
                recent = self.drafts[-RECENT:]
                self.drafts[-RECENT:] = [
                    one for one in recent if one.is_dated or not _is_same_sum(one, draft)
                ]
                draft.amount = None
            parts = None if self.instalments else components_before(self.drafts, draft)
            if parts is not None:
                del self.drafts[len(self.drafts) - parts :]
            elif draft.amount is None and draft.ratio is None and not draft.from_table:
                self._spread(draft)
            else:
                self._drop_whole(draft)
                self._complete(draft)

    def _take_same_days(self, draft: Draft) -> None:
        """Frame: "a special dividend of $1.50 with the same record and payment dates": the days of the payment told before,
        where none of its own contradicts; which of several payments is meant, a person has to see. An ex-date may be
        another: that of a large payment comes later.
        """
        told = [one for one in self.drafts[-RECENT:] if _SAME & set(one.dates)]
        days = {kind: dated for kind, dated in told[-1].dates.items() if kind in _SAME} if told else {}
        known = [*told, draft]
        if all(one.dates[kind].day == days[kind].day for one in known for kind in days if kind in one.dates):
            draft.dates = {**days, **draft.dates}
            draft.doubts += [LENT] if days else []

    def _is_sum_of_year(self, draft: Draft) -> bool:
        """Whether an amount only sums up what is paid for a year, after one of its payments has been told."""
        if draft.amount is None or not _is_led_by(draft.statement, "whole", draft.amount):
            return False
        told = [one for one in self.drafts[-RECENT:] if family(one.type) == family(draft.type)]
        return any(one.value is not None and one.value < draft.amount.span.amount for one in told)

    def add_nets(self, said: Statement) -> None:
        """Gives what is left after tax, told on a line of its own, to the amount told right before."""
        for net in said.nets:
            one = self.drafts[-1] if self.drafts else None
            if one and one.amount and said.index - one.statement.index <= _NEXT:
                one.amount = with_net(one.amount, net)

    def _drop_whole(self, part: Draft) -> None:
        """Frame: "EUR 5 in two instalments. The first instalment of EUR 3": the whole gives way to its parts, which
        were decided on the same day.
        """
        told_apart = self.instalments or part.statement.has("balance")
        if not told_apart or part.value is None or part.amount is None:
            return
        for whole in [one for one in self.drafts if _is_whole_of(one, part)]:
            self.drafts.remove(whole)
            self.decided = whole.dates.get("declaration")
        if self.decided is not None:
            part.dates.setdefault("declaration", self.decided)

    def _spread(self, draft: Draft) -> None:
        """Dates without an amount belong to the amounts told just before that lack them."""
        if not draft.dates:
            return
        if set(draft.dates) == {"election_deadline"} and self._take_deadline(draft):
            return
        recent = [one for one in self.drafts[-RECENT:] if one.agrees(draft) and self._may_be_of(one, draft)]
        near = [one for one in recent if _is_near(one, draft) and not one.from_table]
        near = near or _only_row(recent, draft)
        lacking = _last_in_a_row([one for one in near if not one.is_dated])
        same = [one for one in recent if all(kind in one.dates for kind in draft.dates)]
        if same:
            for one in lacking:
                if _distance(one, draft) <= 3:
                    one.take(draft)
            for one in same:
                one.take(draft)
            return
        lacking = self._spoken_of(lacking, draft)
        targets = lacking or near[-1:]
        shared = [
            one
            for one in near
            if one.is_dated and (one.awaited == targets[-1].awaited or _waits_beside(one, targets[-1], draft))
        ]
        takers = {id(one): one for one in [*targets, *shared]}.values()
        self._doubt_shared([*takers], draft)
        for one in takers:
            one.take(draft)
        if not targets:
            self._continue(draft)

    def _doubt_shared(self, takers: list[Draft], draft: Draft) -> None:
        """Doubts days that several payments would share, where the sentence has another one, or they are parts of a whole."""
        if len(takers) > 1 and _PAID & set(draft.dates) and any(span.value for span in draft.statement.loose):
            draft.doubts.append(LOOSE)
        parts = [one for one in takers if one.statement.has("split", "part")]
        alike = len({(one.type, one.security) for one in parts}) == 1
        if self.instalments and alike and "payment" in draft.dates and len({one.value for one in parts}) > 1:
            draft.doubts.append(SEVERAL)

    def _take_deadline(self, draft: Draft) -> bool:
        """Gives the day by which holders choose how they are paid to the payment that is told, if it is one."""
        paid = [one for one in self.drafts[-RECENT:] if one.type in CASH and one.is_dated]
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
            for one in self.drafts[-RECENT:]
            if family(one.type) == family(new[0].type) and _distance(one, new[0]) <= 4
        ]
        waiting = [
            one
            for one in near
            if not set(one.dates) & set(new[0].dates) - {"declaration"} and not one.from_table
        ]
        if len(waiting) == len(new):
            self._pair_by_security(waiting, new)
            return
        told = waiting[-1] if len(waiting) == 1 and waiting[-1].value is not None else None
        securities = {draft.security for draft in new if draft.security}
        if told is not None and told.is_dated:
            self._pair_with_one(told, new)
            return
        for draft in new:
            if told is None:
                draft.doubts.append(SEVERAL)
            else:
                own = draft.security if len(securities) == len(new) else None
                _take_amount(draft, told)
                draft.security = own or told.security
            self.drafts.append(draft)
        if told is not None:
            self.drafts.remove(told)

    def _pair_with_one(self, told: Draft, new: list[Draft]) -> None:
        """Gives what was told and dated before the one of several dates that is for its security; the others stand beside."""
        name = self._names([told])[0]
        own = [one for one, other in zip(new, self._names(new), strict=True) if is_same(name, other)]
        for draft in new:
            if len(own) == 1 and draft is own[0]:
                told.take(draft)
                continue
            if len(own) != 1:
                told.doubts.append(SEVERAL)
            draft.doubts.append(SEVERAL)
            draft.amount, draft.type = told.amount, told.type
            self.drafts.append(draft)

    def _pair_by_security(self, waiting: list[Draft], new: list[Draft]) -> None:
        """Gives each of the drafts told before its date: in their order, or as the sentence names their securities."""
        said = new[0].statement
        kind = next(name for name in PAID_KINDS if name in new[0].dates)
        days = [(span.start, span.end) for span in (draft.dates[kind].fact.span for draft in new)]
        listed, words = said.has("respectively"), self.shadow[said.start : said.end]
        names = self._names(waiting)
        order: list[int] | None = [*range(len(new))]
        if len(set(names)) == len(names) and all(names):
            order = order_of(names, days, words, said.start, listed=listed)
        elif len(distinct(said.securities, self.shadow)) > (1 if len(set(names)) == 1 else 0):
            order = None
        for number, draft in zip(order or range(len(new)), new, strict=True):
            draft.doubts += [] if order else [DOUBT]
            waiting[number].take(draft)

    def _spoken_of(self, lacking: list[Draft], draft: Draft) -> list[Draft]:
        """Those of several drafts whose security a sentence names ("The preferred dividend is payable ..."); else all."""
        said = draft.statement
        special = "special_dividend" in said.types()
        regular = any(" " in hit.phrase.text for hit in said.events if hit.phrase.value == "cash_dividend")
        if special != regular:  # "The quarterly dividend is payable ...": not the special one told beside it
            wanted = "special_dividend" if special else "cash_dividend"
            lacking = [one for one in lacking if one.type == wanted] or lacking
        places = mentions(self._names(lacking), self.shadow[said.start : said.end])
        named = [one for one, place in zip(lacking, places, strict=True) if place is not None]
        return named or lacking

    def _may_be_of(self, one: Draft, draft: Draft) -> bool:
        """Whether a line may be about a draft: not where its label begins with another security ("ADS record date")."""
        said = draft.statement
        if not said.heading or not draft.security or not one.security:
            return True
        leads = all(draft.security[1] <= dated.fact.span.start for dated in draft.dates.values())
        name, other = self._names([one, draft])
        return not leads or not is_apart(name, other)

    def _names(self, drafts: list[Draft]) -> list[str]:
        return [self.shadow[slice(*one.security)] if one.security else "" for one in drafts]

    def _continue(self, draft: Draft) -> None:
        """Frame: one amount, then a sentence for each payment ("... for each of January and February. The January
        dividend is payable ...").
        """
        alike = [one for one in self.drafts[-RECENT:] if one.type == draft.type]
        if draft.type in OFFERS and len(alike) == 1 and not set(alike[0].dates) & set(draft.dates):
            alike[0].take(draft)
            return
        for one in reversed(self.drafts[-RECENT:]):
            same = family(one.type) == family(draft.type) and one.amount is not None and not one.from_table
            if same and _distance(one, draft) <= 2:
                _take_amount(draft, one)
                draft.security = one.security
                if not self.instalments and not any(said.has("each") for said in one.statements):
                    draft.doubts.append(OTHERS)
                break
        self.drafts.append(draft)

    def _complete(self, draft: Draft) -> None:
        for one in self._alike_first(draft):
            if (
                not one.agrees(draft)
                or _different_security(one, draft)
                or are_items_apart(one, draft, self.shadow)
            ):
                continue
            if one.value is None and one.ratio is None and not one.dates:
                continue
            apart = one.is_dated and draft.is_dated and not set(one.awaited) & set(draft.awaited)
            if apart and _distance(one, draft) > 4:
                continue
            if one.value is None and draft.value is not None and one.from_table:
                continue
            one.take(draft)
            return
        self.drafts.append(draft)

    def _alike_first(self, draft: Draft) -> list[Draft]:
        """The drafts that one may complete, the last one first; a row or column of a table, those of its security first."""
        recent = self.drafts[: -RECENT - 1 : -1]
        if not draft.from_table or not draft.security:
            return recent
        own = self._names([draft])[0]
        return sorted(recent, key=lambda one: not (one.security and is_same(self._names([one])[0], own)))


def _take_amount(draft: Draft, told: Draft) -> None:
    """Gives a draft the amount that was told for an earlier one, and the sentences that tell it."""
    draft.amount, draft.type = told.amount, told.type
    telling = [said for said in told.statements if said.amounts]
    draft.statements = [*telling, *(draft.statements or [draft.statement])]


def _is_led_by(said: Statement, mark: str, amount: AmountFact) -> bool:
    """Whether words with this mark stand before an amount, and no other amount between."""
    others = [fact.span.start for fact in said.amounts if fact.span.start < amount.span.start]
    low = max(others, default=said.start)
    return any(hit.phrase.value == mark and low <= hit.start < amount.span.start for hit in said.marks)


def _waits_beside(one: Draft, other: Draft, draft: Draft) -> bool:
    """Whether one sentence told both, and each with dates of the same kinds, of which the draft adds none."""
    kinds = set(one.dates)
    told_together = one.statement is other.statement and kinds == set(other.dates)
    return told_together and not (kinds - {"declaration"}) & set(draft.dates)


def _distance(one: Draft, other: Draft) -> int:
    """How many statements lie between."""
    return other.statement.index - (one.statements or [one.statement])[-1].index


def _is_near(one: Draft, other: Draft) -> bool:
    """Whether so few statements lie between that one may go on with the other; the lines of a form are many and short. In a
    script without blanks, whose lines may be broken anywhere, it may name the action again ("本次权益分派股权登记日为").
    """
    events = other.statement.events
    again = any(hit.phrase.substring and family(hit.phrase.value) == family(one.type) for hit in events)
    lines = again or (one.statement.heading and other.statement.heading)
    return _distance(one, other) <= (_LINES if lines else _SENTENCES)


def _is_same_sum(one: Draft, draft: Draft) -> bool:
    """Whether an amount told before, as in the headline, is the very sum that a sentence makes of a year's payments."""
    told = one.amount is not None and one.value == draft.value
    return told and family(one.type) == family(draft.type)


def _is_whole_of(one: Draft, part: Draft) -> bool:
    """Whether a larger amount, told shortly before, is the whole that a part belongs to: it has no dates, or those of
    what is left of it. Of amounts told in one sentence it is the one that the others add up to.
    """
    if one.amount is None or part.amount is None or family(one.type) != family(part.type):
        return False
    if one.statement is part.statement:
        told = [fact.span.amount for fact in part.statement.amounts]
        if len(told) > 1 and one.amount.span.amount * 2 != sum(told):
            return False
    days = {kind: dated.day for kind, dated in part.dates.items()}
    left = part.statement.has("balance") and all(
        days.get(kind) == dated.day for kind, dated in one.awaited.items()
    )
    if one.is_dated and not left:
        return False
    mine, theirs = one.amount.span, part.amount.span
    return mine.currency == theirs.currency and mine.amount > theirs.amount and _distance(one, part) <= 4


def _only_row(recent: list[Draft], draft: Draft) -> list[Draft]:
    """The action of a table that holds one only, and that the next lines add to ("Payment date | 5 May", below it
    "Registered on 3 April").
    """
    rows = [one for one in recent if one.from_table and _distance(one, draft) <= 2]
    return rows if len(rows) == 1 and not set(rows[0].awaited) & set(draft.dates) else []


def _last_in_a_row(drafts: list[Draft]) -> list[Draft]:
    """The drafts at the end that were told one right after the other."""
    row = drafts[-1:]
    for one in reversed(drafts[:-1]):
        if row[-1].statement.index - (one.statements or [one.statement])[-1].index > 1:
            break
        row.append(one)
    return row[::-1]


def _different_security(one: Draft, other: Draft) -> bool:
    if one.security is None or other.security is None:
        return False
    return one.from_table and other.from_table
