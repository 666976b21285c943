"""Fifth stage, last part: drafts become announcements with status, evidence and doubts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from calendar_service.extract.assemble import details
from calendar_service.extract.assemble.approvals import approval_of, decision_of
from calendar_service.extract.assemble.doubts import doubt_unpaid, with_doubts
from calendar_service.extract.assemble.drafts import Draft, MeetingDraft, merged, of_statement
from calendar_service.extract.assemble.effects import FOREIGN, drop_idle_effects
from calendar_service.extract.assemble.families import Family, group_by_family
from calendar_service.extract.assemble.gather import Gatherer
from calendar_service.extract.assemble.meetings import MeetingAssembler, is_of
from calendar_service.extract.assemble.outcomes import (
    FUNCTIONS,
    doubt_called_off,
    doubt_undone,
    outcome_of,
)
from calendar_service.extract.assemble.prices import add_prices
from calendar_service.extract.assemble.rivals import CONTINGENT, doubt_rivals, with_moved
from calendar_service.extract.assemble.sharing import (
    drop_slips,
    listings_of_shares,
    meetings_of_history,
    paid_before_decision,
    rows_of_history,
    share_amount,
    share_between_classes,
    share_dates,
    share_with_class_beside,
    share_with_neighbours,
    share_with_rows,
)
from calendar_service.extract.assemble.slips import grace, join_cash
from calendar_service.extract.assemble.topics import is_foretold, is_result_heading, proposed_families
from calendar_service.extract.assemble.writer import Context, Writer
from calendar_service.extract.document.resolve import Resolver, doubts_of
from calendar_service.extract.lexicon.actions import CASH, MEETINGS, OFFERS, SHARES, SPLITS, family
from calendar_service.extract.lexicon.lexicon import DATE_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import AmountFact, Statement
from calendar_service.model.announcement import Amount, Announcement, Refusal
from calendar_service.model.codes import (
    AmountKind,
    DateKind,
    EventType,
    NoticeFunction,
    Status,
)
from calendar_service.model.values import EventDate, Evidence, Ratio

_MOST = 400  # actions in one document; an exchange's list of a day has fewer
_OPENING = 3  # the first of so many statements at the head that names actions tells what a document is about
_OTHERS = OFFERS | SHARES  # whose terms are none of a split told beside them
_BEHIND = 2  # so many sentences behind an action its condition may stand
_SOON = timedelta(days=150)


_LOOKS_BACK = "is a row of a list that reaches back over years"


class Assembler:
    """Assembles the announcements of one document."""

    def __init__(self, context: Context) -> None:
        self.context = context
        tools = tuple(context.tools.values())
        resolver = Resolver(context.page.shadow, context.issuer, context.currency, context.base, tools)
        self.found = Gatherer(resolver)
        self.writer = Writer(context)
        self.statements: list[Statement] = []
        self.meetings = MeetingAssembler(self.writer, ())
        self.proposed: set[str] = set()  # families that a coming meeting decides on
        self._families: dict[str, Family] = {}
        self._references: tuple[date, ...] = ()

    def assemble(self, statements: list[Statement]) -> tuple[Announcement, ...]:
        """The announcements that the statements make."""
        self.statements = statements
        self.meetings = MeetingAssembler(self.writer, statements)
        self.found.gather(statements)
        self._families = group_by_family(statements)
        self._references = details.references_of(statements, self.context.announced)
        self.proposed = proposed_families(statements) | ({"*"} if self.found.awaits else set())
        return doubt_unpaid(self._announcements(self.proposed))

    def refusals(self) -> tuple[Refusal, ...]:
        """What was seen and not taken, with the reasons."""
        return tuple(
            Refusal(self.writer.proof(*fact.quote, fact.rule, fact.cell), reason)
            for fact, reason in self.found.refused
        )

    def _announcements(self, proposed: set[str]) -> Iterator[Announcement]:
        drafts = self._settled()
        meetings = [one for one in self.found.meetings if not one.halt]
        split = "split" in proposed or ("*" in proposed and self.found.main in SPLITS)
        if meetings and split and not any(family(draft.type) == "split" for draft in drafts):
            drafts = [*drafts, *self._undated_split()]
        decided = False
        called_off = doubt_called_off(drafts, self.found.called_off)
        for draft in drafts:
            proposal = family(draft.type) in proposed or ("*" in proposed and not _precedes(draft, meetings))
            deciding = next((one for one in meetings if is_of(one, draft)), None) if proposal else None
            decided = decided or deciding is not None
            yield self._announcement(draft, deciding, proposal=proposal)
        for draft in called_off:
            yield self._announcement(draft, None, proposal=False, outcome=outcome_of(draft))
        if self.found.main in MEETINGS or self.found.votes or not decided:
            for meeting in self.found.meetings:
                yield self.meetings.announce(meeting, self.found.votes)

    # drafts

    def _settled(self) -> list[Draft]:
        """Drafts worth announcing: those with dates; without any, an amount that is declared."""
        drafts = self.found.drafter.drafts
        if len(drafts) > _MOST:
            self.found.refuse(
                [one.fact for draft in drafts[_MOST:] for one in draft.dates.values()],
                "stands after more actions than one document tells of",
            )
            del drafts[_MOST:]
        share_dates(drafts)
        shadow = self.context.page.shadow
        share_between_classes(drafts, shadow)
        share_with_class_beside(drafts)
        share_with_neighbours(drafts, shadow)
        share_with_rows(drafts)
        share_amount(drafts, instalments=self.found.drafter.instalments)
        join_cash(drafts, slip=self.context.slip)
        self._drop_record_of_split(drafts)
        taken = [one.fact for one in listings_of_shares(drafts)]
        self.found.refuse(taken, "is the day on which new shares begin to trade")
        self.found.refuse([one.fact for one in drop_idle_effects(drafts)], FOREIGN)
        self._drop_history(drafts)
        dated = [
            draft
            for draft in drafts
            if draft.is_dated
            and not draft.is_vague
            and not draft.is_guess
            and not self._is_over(draft)
            and not self._is_aside(draft)
        ]
        add_prices(dated, self.statements)
        drop_slips(dated)
        if dated:
            kept, instalments = with_moved(merged(dated, shadow)), self.found.drafter.instalments
            doubt_rivals(kept, self.statements, shadow, self.context.base, instalments=instalments)
            self._doubt_contingent(kept)
            doubt_undone(kept, self.statements, shadow)
            return kept
        declared = [
            draft
            for draft in drafts
            if draft.value is not None
            and not any(is_result_heading(said) for said in self.statements[:3])
            and not draft.is_dated
            and _is_declared(draft)
            and not draft.statement.has("past")
        ]
        return merged([draft for draft in declared if draft.statement is declared[0].statement], shadow)

    def _doubt_contingent(self, drafts: list[Draft]) -> None:
        """A sentence right behind that says what has to happen first ("The special dividend is subject to ...")."""
        for said in [said for said in self.statements if said.has("contingent") and not said.dates]:
            for draft in drafts:
                last = max(one.index for one in draft.statements)
                if draft.type in said.types() and 0 <= said.index - last <= _BEHIND:
                    draft.doubts.append(CONTINGENT)

    def _undated_split(self) -> list[Draft]:
        """A split that a coming meeting decides on may have no date of its own yet."""
        for said in self.statements[:20]:
            kinds = [name for name in said.types() if name in SPLITS]
            if kinds and said.ratios:
                kind = "reverse_split" if self.found.reverse else kinds[0]
                return of_statement(said, {}, kind, self.context.page.shadow)
        return []

    def _is_aside(self, draft: Draft) -> bool:
        """Whether a lone date, without any terms, stands in a document that is about something else."""
        if draft.statement.owner:
            return False  # each company's line is about something else
        lone = draft.value is None and draft.ratio is None and len(draft.dates) == 1 and not draft.from_table
        headed = next((said.types() for said in self.statements[:_OPENING] if said.types()), [])
        opening = {family(name) for name in headed}
        own = family(draft.type) in opening | {family(self.found.main)}
        near = self.statements[max(0, draft.statement.index - _BEHIND) : draft.statement.index]
        terms = draft.type in SPLITS and any(said.ratios and draft.type in said.types() for said in near)
        if not lone or own or terms or draft.statement.has("declares"):
            return False
        self.found.refuse(
            [one.fact for one in draft.dates.values()], "is a lone date in a document about something else"
        )
        return True

    def _drop_record_of_split(self, drafts: list[Draft]) -> None:
        """A reverse split binds everybody on its effective day: a record date on that day is no date of its own."""
        for draft in drafts:
            record, effective = draft.dates.get("record"), draft.dates.get("effective")
            if draft.type == "reverse_split" and record and effective and record.day == effective.day:
                self.found.refuse([draft.dates.pop("record").fact], "is the effective day once more")

    def _drop_history(self, drafts: list[Draft]) -> None:
        """Where the document has no day of its own, the rows of a list of past payments or meetings are none to come."""
        if self.context.base is not None:
            return
        rows = {id(draft) for draft in (*rows_of_history(drafts), *paid_before_decision(drafts))}
        for draft in [draft for draft in drafts if id(draft) in rows]:
            self.found.refuse([one.fact for one in draft.dates.values()], _LOOKS_BACK)
        drafts[:] = [draft for draft in drafts if id(draft) not in rows]
        past = meetings_of_history(self.found.meetings)
        self.found.refuse([meeting.day.fact for meeting in past], _LOOKS_BACK)
        self.found.meetings = [one for one in self.found.meetings if one not in past]

    def _is_over(self, draft: Draft) -> bool:
        """Whether all its dates were past when the document was made: a recap, no announcement."""
        base = self.context.base
        if self.found.meetings and self.proposed & {family(draft.type), "*"}:
            return False  # a record date may lie before the meeting that decides, and before its notice
        last = max(one.day for one in draft.dates.values())
        if base is None or last >= base - grace(draft.type, slip=self.context.slip):
            return False
        if details.is_decided_late(draft, self.statements, base, self.context.tools):
            return False
        self.found.refuse(
            [one.fact for one in draft.dates.values()], "was already over when this was announced"
        )
        return True

    # announcements

    def _announcement(
        self, draft: Draft, deciding: MeetingDraft | None, *, proposal: bool, outcome: str = ""
    ) -> Announcement:
        known = {kind: dated for kind, dated in draft.dates.items() if kind in DATE_FIELDS}
        dates = [self.writer.event_date(*one) for one in known.items()]
        if "declaration" not in draft.dates and not outcome:
            dates += self._decided_today(draft)
        if lent := deciding if "meeting" not in draft.dates else None:
            dates.append(self.meetings.date(lent))
        function, function_hit, status = self._state(draft, proposal=proposal, outcome=outcome)
        kin = self._kin(draft)
        total = details.total_of(draft.statements) or kin.total
        period = details.period_of(draft.statements) or details.period_of(
            said for said in kin.statements if said.index <= draft.statement.index
        )
        funded = kin.retained if draft.type in CASH else None
        announcement = Announcement(
            issuer=self.writer.issuer_of(draft.statement),
            event_type=EventType(draft.type),
            dates=tuple(sorted(dates, key=lambda one: (one.day or date.max, one.kind))),
            status=status,
            function=function,
            decision=decision_of(function, outcome),
            participation=EventType(draft.type).participation,
            security=self._security(draft),
            period=self.writer.words(period),
            amount=self._amount(draft),
            total=self.writer.money(total) if total else None,
            ratio=self._ratio(draft),
            ads_ratio=self.context.ads_ratio.ratio if self.context.ads_ratio else None,
            funded_from=self.writer.words((funded.start, funded.end)) if funded else None,
            meeting=self.meetings.describe(deciding) if deciding else None,
            announced=self.context.announced,
            language=draft.statement.language,
            references=self._references,
            evidence=self._evidence(draft, total, period, funded, function_hit),
        )
        doubts = [*draft.doubts, *(lent.statement.doubts if lent else ())]
        doubts += doubts_of([*draft.dates.values(), *([lent.day] if lent else [])])
        return with_doubts(announcement, doubts, self.context.base)

    def _state(
        self, draft: Draft, *, proposal: bool, outcome: str
    ) -> tuple[NoticeFunction, Hit | None, Status]:
        """What the document does to the action, the words that say so, and the state that it leaves."""
        if outcome:
            function, status = FUNCTIONS[outcome]
            return function, details.marked(draft.statements, outcome), status
        function, hit = details.function_of(self.statements, draft.statements)
        if function is not NoticeFunction.NEW or self.found.awaits:
            return function, hit, self._status(draft, proposal=proposal)
        same = [one for one in self.found.drafter.drafts if family(one.type) == family(draft.type)]
        shadow, reports = self.context.page.shadow, self.found.reports
        deciding = self._kin(draft).deciding
        approval = approval_of(draft, deciding, shadow, reports=reports, only=len(same) == 1)
        if approval is None:
            return function, hit, self._status(draft, proposal=proposal)
        return NoticeFunction.RESULT, approval, Status.CONFIRMED

    def _decided_today(self, draft: Draft) -> list[EventDate]:
        """The announcement's own day as the day of the decision, where the text says "today"."""
        day = self.context.announced
        for said in draft.statements:
            hit = next((hit for hit in said.marks if hit.phrase.value == "today"), None)
            if hit and day and said.has("declares"):
                proof = self.writer.proof_of(hit)
                return [EventDate(DateKind.DECLARATION, day, evidence=proof)]
        return []

    def _kin(self, draft: Draft) -> Family:
        """What the document says of actions of the draft's family."""
        return self._families.get(family(draft.type), Family())

    def _status(self, draft: Draft, *, proposal: bool) -> Status:
        if is_foretold(draft.statement) and not draft.from_table:
            return Status.FORECAST
        return Status.SUBJECT_TO_APPROVAL if proposal else Status.ANNOUNCED

    def _evidence(
        self,
        draft: Draft,
        total: AmountFact | None,
        period: tuple[int, int] | None,
        funded: Hit | None,
        function: Hit | None,
    ) -> tuple[tuple[str, Evidence], ...]:
        found = []
        event = next(
            (hit for said in draft.statements for hit in said.events if hit.phrase.value == draft.type), None
        )
        if event:
            found.append(("event_type", self.writer.proof_of(event)))
        if draft.security:
            found.append(("security", self.writer.proof(*draft.security, "security")))
        receipts = self.context.ads_ratio
        if receipts:
            found.append(("ads_ratio", self.writer.proof(receipts.start, receipts.end, "ads_ratio")))
        if draft.ratio:
            found.append(("ratio", self.writer.proof(draft.ratio.start, draft.ratio.end, "ratio")))
        if period:
            found.append(("period", self.writer.proof(*period, "period")))
        if total:
            found.append(("total", self.writer.proof(*total.quote, total.rule, total.cell)))
        for name, hit in (
            ("funded_from", funded),
            ("function", function),
            ("status", details.marked(draft.statements, "proposal")),
        ):
            if hit:
                found.append((name, self.writer.proof_of(hit)))
        return tuple(found)

    def _amount(self, draft: Draft) -> Amount | None:
        fact, owner = draft.amount, draft.statement.owner
        if fact is None or (owner and owner.reach and not owner.reach[0] <= fact.quote[0] < owner.reach[1]):
            return None
        gross = AmountKind.GROSS if draft.statement.has("gross") else AmountKind.UNSTATED
        return Amount(
            self.writer.money(fact),
            gross,
            per=fact.per,
            net=self.writer.money(fact.net) if fact.net else None,
            franked_percent=details.franked_of(self.context.page.shadow, draft.statements),
            evidence=self.writer.proof(*fact.quote, fact.rule, fact.cell),
        )

    def _security(self, draft: Draft) -> str | None:
        """What names the security; not the words that name whose it is."""
        owner = draft.statement.owner
        named = owner is not None and draft.security == owner.place
        return None if named else self.writer.words(draft.security)

    def _ratio(self, draft: Draft) -> Ratio | None:
        """The terms of the action: those of its own statement, else of the first one that names the action."""
        if draft.type in CASH:
            return None
        telling = [said for said in self._kin(draft).statements if said.ratios]
        if draft.type in SPLITS and any(
            _OTHERS & {*said.types()} for said in telling
        ):  # "(1) consolidation; (2) rights issue"
            named = (said for said in self.statements if said.ratios and SPLITS & {*said.types()})
            telling = [said for said in named if not _OTHERS & {*said.types()}]
        found = draft.ratio or next((said.ratios[0] for said in telling), None)
        if found is None:
            return None
        draft.ratio = found
        ratio = found.ratio
        swapped = (draft.type == "reverse_split" and ratio.new > ratio.old) or (
            draft.type == "stock_split" and ratio.new < ratio.old
        )
        return Ratio(ratio.old, ratio.new) if swapped else ratio


def _precedes(draft: Draft, meetings: Sequence[MeetingDraft]) -> bool:
    """Whether it is paid before the meeting, which then decides on something else."""
    paid = draft.dates.get("payment")
    return bool(paid and meetings and timedelta(0) < meetings[0].day.day - paid.day < _SOON)


def _is_declared(draft: Draft) -> bool:
    """Whether its sentences name an action and say that somebody decides on it."""
    named = any(said.types() for said in draft.statements)
    return named and any(said.has("declares", "proposal") for said in draft.statements)
