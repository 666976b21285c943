"""Fifth stage, first part: goes through the statements in order and says which action each belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from calendar_service.extract.assemble.drafter import Drafter
from calendar_service.extract.assemble.drafts import (
    RECENT,
    Draft,
    MeetingDraft,
    is_conversion,
    of_shares,
    of_statement,
    of_vote,
)
from calendar_service.extract.assemble.effects import FOREIGN, closes, drop_foreign_effects, effect_told
from calendar_service.extract.assemble.meetings import doubts_of_day
from calendar_service.extract.assemble.outcomes import (
    HEAD,
    PERHAPS_OFF,
    called_off_in,
    halt_of,
    is_put_off_beside,
    put_off,
    put_off_later,
    why_over,
)
from calendar_service.extract.assemble.overdays import drop_later_calls, drop_of_paid, drop_paid
from calendar_service.extract.assemble.sharing import share_days
from calendar_service.extract.assemble.standins import INSTEAD, credited
from calendar_service.extract.assemble.todays import tells_reference
from calendar_service.extract.assemble.topics import (
    Bygone,
    are_about_debt,
    await_decision,
    fits,
    has_decided,
    is_about_voting,
    is_coming,
    is_item,
    is_labelled,
    is_of_debt,
    is_past,
    is_result_heading,
    keep_to_split,
    kind_of_row,
    main_type,
    opens_list,
    part_of,
    report_decisions,
    tells_total,
    topic_of,
    wanted,
)
from calendar_service.extract.assemble.unpaid import doubt_halted, drop_unpaid
from calendar_service.extract.document.resolve import Dated, Resolver
from calendar_service.extract.lexicon.actions import (
    CASH,
    HANDED_OUT,
    MEETINGS,
    OFFERS,
    PAID_KINDS,
    SHARES,
    SPLITS,
)
from calendar_service.extract.sentence.beside import COUNTED
from calendar_service.extract.sentence.frames import OPEN_LIST
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.model.remarks import remark

VOTING_KINDS = {"voting_record", "registration_deadline", "vote_deadline"}
_LONG_AGO = timedelta(days=5 * 365)
_NO_EVENT = {"ignore", "counted", "lead", "announced"}


class Gatherer:
    """What the statements of one document say together: drafts, meetings, and what was refused with the reason."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.base = resolver.base
        self.drafter = Drafter(resolver.shadow)
        self.meetings: list[MeetingDraft] = []
        self.votes: dict[str, Dated] = {}
        self.voters: Statement | None = None  # the first to tell who may vote
        self.refused: list[tuple[DateFact, str]] = []
        self.called_off: list[Draft] = []
        self.main = self.topic = self.met = ""  # met: the meeting named last, if beside what was named last
        self.paid = ""  # the payment in cash that was named last
        self.recent = False  # the topic was named a few statements ago
        self.listed = False  # the lines are the items of a list of payments
        self.has_effective = False  # an effective day is stated, other than that of a filing
        self.tells_effective = False  # the day of effect is stated; trading begins on another one
        self.parts = False  # what is handed out are the shares of a part of the company
        self.reverse = False  # the document speaks of a reverse split, even where it only says "split"
        self.papers = False  # what is handed out are warrants or rights, no money
        self.papers_at = -9  # the last statement that named them
        self.exact: set[str] = set()  # kinds that are stated to the day; a mere month adds nothing then
        self.over: set[str] = set()  # kinds of dates that the document tells as past
        self.proposes = False  # the document tells what a meeting has yet to decide
        self.awaits = False  # the day of a decision is still to come
        self.debt = False  # the document is about bonds or notes
        self.taxes = False  # the document says how what was paid is taxed
        self.meets_only = False  # nothing but a meeting is spoken of, so a record date is that of the vote
        self.headed_result = False  # its title says that it does
        self.reports = False  # the document reports what a meeting has decided

    def _learn(self, statements: list[Statement]) -> None:
        """What the document as a whole is about, before its statements are taken one by one."""
        self.resolver.learn_order(statements)
        self.resolver.learn_year(statements)
        self.papers = any("other" in said.types() for said in statements[:3])
        self.parts = any("spin_off" in said.types() for said in statements[:3])
        self.reverse = any("reverse_split" in said.types() for said in statements)
        self.has_effective = any(
            fact.kind == "effective" for said in statements if not said.has("charter") for fact in said.dates
        )
        self.exact = {fact.kind for said in statements for fact in said.dates if fact.span.day is not None}
        self.debt = are_about_debt(statements)
        self.taxes = any(said.has("taxes") for said in statements[:3])
        self.reports = report_decisions(statements)
        self.proposes = await_decision(statements)
        self.headed_result = any(is_result_heading(said) for said in statements[:2])
        self.main = self.topic = main_type(statements)
        self.met = self.main if self.main in MEETINGS else ""
        self.meets_only = self.main in MEETINGS and not any(
            set(said.types()) - MEETINGS - {"ignore"} for said in statements
        )
        handed_out = self.main == "stock_split" and not self.reverse and "payment" in self.exact
        self.tells_effective = handed_out or "effective" in self.exact

    def gather(self, statements: list[Statement]) -> None:
        """Takes all statements, in order."""
        self._learn(statements)
        since, told_before = -9, list[Statement]()
        for said in statements:
            types = said.types()
            if types:
                self.topic, since = (self.main if self.main in types else topic_of(types)), said.index
                self.paid = next((name for name in types if name in CASH), self.paid)
                self.met = next((name for name in types if name in MEETINGS), "")
            self.recent = said.index - since <= 3
            self.listed = self.listed and said.heading and not (types or said.dates)
            if said.is_silent:
                continue
            self.drafter.instalments |= said.has("split") or bool(said.dealt)
            self.drafter.add_nets(said)
            if tells_reference(said):
                told_before.append(said)
            elif said.dates or said.amounts:
                self._add(said)
            elif said.ratios or said.heading or said.index < HEAD:
                self._calls_off(said)
            self.listed = self.listed or opens_list(said, self.resolver.shadow)
        share_days(self.drafter.drafts, statements)
        for said in told_before:
            if self.drafter.drafts:
                self._take_meeting(said, self._resolve(said))
            else:
                self._add(said)
        self._settle_meetings(statements)
        if not self.meetings and not self.drafter.drafts:
            self.drafter.drafts += of_vote(self.votes, self.voters)

    def _settle_meetings(self, statements: list[Statement]) -> None:
        """A meeting that is put off gives way to the one with the new day."""
        for one in put_off_later(self.meetings):
            one.halt = "suspend"
        coming = [one for one in self.meetings if not one.halt]
        if not coming:
            return
        for one in self.meetings:
            if one.halt:
                self.refuse([one.day.fact], "is the old date of a date that has moved")
        self.meetings = coming
        if len(coming) == 1 and is_put_off_beside(coming[0].statement, statements, self.resolver.shadow):
            coming[0].doubts.append(remark("the document says that a meeting is put off or called off"))

    def refuse(self, facts: Iterable[DateFact], reason: str) -> None:
        """Notes dates that were seen and not taken."""
        self.refused.extend((fact, reason) for fact in facts)

    def _add(self, said: Statement) -> None:
        """Takes one statement: its meeting, its votes, and the action that its dates and amounts belong to."""
        reason = self._reason_against(said)
        if reason:
            self.refuse(said.dates, reason)
            return
        if said.has("none") and not said.from_table:
            self.refuse(drop_unpaid(said, self.resolver.shadow), "says that nothing is paid")
        if self._calls_off(said):
            return
        dates = self._resolve(said)
        if not dates and is_past(said) and not said.has("balance"):
            return
        self._take_meeting(said, dates)
        dates = {kind: found for kind, found in dates.items() if kind not in VOTING_KINDS | {"meeting"}}
        kind = self._kind_for(said, dates)
        of_debt = self.debt and (said.has("debt") or not said.owner)  # others' lines are about themselves
        if kind is None or (kind in OFFERS and of_debt):
            reason = "the words around do not say which action this date belongs to"
            facts = [one.fact for found in dates.values() for one in found]
            self.refuse(facts, "is about debt, not about shares" if kind else reason)
            return
        self._draft(said, dates, kind)

    def _draft(self, said: Statement, dates: dict[str, list[Dated]], kind: str) -> None:
        """Hands what a statement says of an action of this kind to the drafter."""
        dates = {name: found for name, found in dates.items() if fits(kind, name)}
        doubt_halted(said, kind)
        self.refuse(drop_foreign_effects(kind, said, dates), FOREIGN)
        item = self.listed or is_item(said, self.resolver.shadow)
        named = bool(set(said.types()) & (CASH | OFFERS)) or said.from_table or item
        named = named or kind == "liquidation"
        named = named or (self.recent and (kind in OFFERS or said.has("gross", "part", "balance", "split")))
        first = self.recent and kind in CASH and tells_total(said) and not self.drafter.tells_amounts
        named = named or (said.has("declares") and self.main in CASH) or first
        if not dates and (kind not in CASH | OFFERS | {"liquidation"} or not said.amounts or not named):
            return
        if said.has("split"):
            self.drafter.instalments = True
            said.amounts = part_of(said)
            if not dates and not said.amounts:
                return
        if said.has("converted") and not said.has("declares") and is_conversion(said, self.drafter.drafts):
            said.amounts = []
        if kind in HANDED_OUT and said.has("cancel") and not said.from_table:
            said.doubts.append(PERHAPS_OFF)
        shares = of_shares(kind, said, dates)
        self.drafter.add(of_statement(said, dates, kind, self.resolver.shadow))
        self.drafter.add(shares)

    def _reason_against(self, said: Statement) -> str:
        """Why a statement's dates are none of ours; "" where nothing speaks against them."""
        if self.taxes and (said.from_table or not said.has("declares")):
            return "says how a payment is taxed"
        types = set(said.types())
        funds = (self.listed or (said.from_table and said.securities)) and not self.debt  # of bonds
        if is_of_debt(said, self.resolver.shadow) and not funds:
            return "is about debt, not about shares"
        if not types and said.has("noise") and not (said.amounts and said.has("gross")):
            return "is about something without dates for shareholders"
        bare = self.base is None and not said.amounts and not said.has("declares", "proposal")
        if bare and OPEN_LIST in said.doubts:  # a list of nothing but days: to pair them would be to guess
            return str(OPEN_LIST)
        receipts = not (said.amounts or said.securities or said.from_table) and said.has("receipts")
        return "is for depositary receipts, not for shares" if receipts else ""

    def _calls_off(self, said: Statement) -> bool:
        """Frame: a dividend is called off ("decided to cancel the final dividend of 10p"); its dates are none to wait for."""
        found = called_off_in(said, self.main, self.base, self.resolver.shadow)
        if found is None:
            return False
        for name, dates in self._resolve(said).items():
            if name in PAID_KINDS and len(dates) == 1 and found.amount is None and len(said.events) == 1:
                found.dates[name] = dates[0]
        self.refuse(said.dates, "belongs to an action that is called off")
        told = next((one for one in self.called_off[-RECENT:] if one.agrees(found)), None)
        if told is None:
            self.called_off.append(found)
        else:
            told.take(found)
            told.doubts = [] if not (told.doubts and found.doubts) else told.doubts
        return True

    def _kind_for(self, said: Statement, dates: dict[str, list[Dated]]) -> str | None:
        """The action that a statement's dates and amounts belong to."""
        kind = keep_to_split(said) or self._kind_named(said, set(dates))
        if kind == "stock_split" and self.reverse:
            return "reverse_split"
        if kind == "cash_dividend" and self.main == "liquidation":
            return "liquidation"
        if "other" in said.types():
            self.papers_at = said.index
        if kind in CASH and not said.amounts and 0 <= said.index - self.papers_at <= 2:
            return "other"
        # A scheme of arrangement is only a form: who merges hands out nothing.
        in_kind = (
            not said.amounts if kind == "cash_dividend" else kind == "merger" and {"ex", "record"} & {*dates}
        )
        if self.parts and in_kind:
            return "spin_off"
        if kind in CASH and self.papers:
            said.amounts = []
            return "other"
        return kind

    def _kind_named(self, said: Statement, kinds: set[str]) -> str | None:
        types = [name for name in said.types() if name not in MEETINGS]
        groups = wanted(kinds, amounts=bool(said.amounts))
        if {"stock_split", "stock_dividend"} <= set(types) and not kinds & {"meeting"}:
            return "stock_split"  # "a stock split in the form of a 50% stock dividend"
        for group in groups:
            named = [name for name in types if name in group]
            if said.amounts and set(named) & CASH:
                named = [name for name in named if name in CASH]
            if named:
                return self.topic if self.topic in named else named[-1]
        if types and not said.from_table:
            return None
        labelled = said.from_table or is_labelled(said, self.resolver.shadow, "effective", "adjusted")
        drafts = [one.type for one in reversed(self.drafter.drafts[-9:])]
        first, told = effect_told(said, self.topic, self.main, self.drafter.drafts, recent=self.recent)
        paid_so = bool({"record", "payment"} & kinds) and self.recent and self.topic in CASH  # as in Japan
        merges = self.recent and self.topic == self.main == "merger" and closes(said)
        told = told or paid_so or merges
        if "effective" in kinds and not labelled and ("effective" in self.over or not told):
            return None
        decided = self.topic in MEETINGS and self.main in HANDED_OUT  # a meeting was named last
        likely = [self.topic, *([self.main] if labelled or first or decided else [])]
        likely += drafts or ([self.paid] if self.recent else [])
        found = next((name for name in likely if any(name in group for group in groups)), None)
        return found or kind_of_row(said, kinds)

    def _resolve(self, said: Statement) -> dict[str, list[Dated]]:
        """The dates of a statement by kind; several different days of one kind are kept in their order."""
        found, paid_on, bygone = dict[str, list[Dated]](), list[date](), Bygone(said)
        ours_first = sorted(said.dates, key=lambda fact: fact.kind == "ignore")
        spans = [*(fact.span for fact in ours_first), *said.loose]
        siblings = [span.value for span in spans if span.value]
        for fact in said.dates:
            kind = self._kind_of_fact(said, fact)
            if kind is None:
                continue
            dated = self.resolver.resolve(fact, siblings, said.end_of_list(fact))
            if dated is not None and bygone.has_passed(fact, kind, dated.day, self.base):
                self.refuse([fact], "tells of a payment or meeting that is already over")
                self.over.add(kind)
                paid_on += [dated.day] if kind == "payment" else []
                continue
            if dated is None:
                self.refuse([fact], "has no year, and none can be worked out")
                continue
            if self.base and self.base - dated.day > _LONG_AGO:
                self.refuse([fact], "is a day of long ago, as that of a law")
                continue
            if kind == "meeting" and has_decided(said, fact):
                kind = "declaration"
            if kind == "decision":
                coming = dated.day > self.base if self.base else is_coming(said, fact, proposes=self.proposes)
                kind = "meeting" if coming else "declaration"
                self.awaits = self.awaits or kind == "meeting"
            if kind == "declaration" and self.base and dated.day > self.base:
                self.refuse([fact], "is a day on which nothing has been declared yet")
                continue
            if all(one.day != dated.day for one in found.setdefault(kind, [])):
                found[kind].append(dated)
        later = drop_later_calls(said, found.get("meeting", []))
        self.refuse([one.fact for one in later], "is the day of a second call")
        paid = drop_paid(found.get("payment", []), self.base) + drop_of_paid(found, paid_on)
        self.refuse([one.fact for one in paid], "tells of a payment or meeting that is already over")
        moved = put_off(said, found, self.resolver) if said.has("postpone") else []
        self.refuse([one.fact for one in moved], "is the old date of a date that has moved")
        return found

    def _kind_of_fact(self, said: Statement, fact: DateFact) -> str | None:
        """What the date means in its statement; None where it means nothing here."""
        kind = fact.kind
        if fact.moved:
            self.refuse([fact], "is the old date of a date that has moved")
            return None
        if kind in _NO_EVENT or (fact.span.day is None and kind in self.exact):
            return None
        if kind == "effective" and said.has("charter") and self.has_effective:
            self.refuse([fact], "is the day of a filing, and the effective day is stated elsewhere")
            return None
        if kind == "adjusted":
            shares = self.reverse or (SPLITS | SHARES) & {self.main, self.topic, *said.types()}
            kind = "effective" if shares and not self.tells_effective else ""
        elif kind in INSTEAD:
            kind = "" if INSTEAD[kind] in self.exact else INSTEAD[kind]
        elif kind == "credited":
            kind = credited(said, {*said.types()} or {self.topic}, self.exact)
        elif kind == "closing":
            kind = "expiry" if OFFERS & set(said.types() or [self.topic]) else "effective"
        elif kind == "record" and (self.meets_only or (not said.from_table and is_about_voting(said, fact))):
            kind = "voting_record"
        return kind or None

    def _take_meeting(self, said: Statement, dates: dict[str, list[Dated]]) -> None:
        types = [name for name in said.types() if name in MEETINGS]
        for kind in sorted(VOTING_KINDS & set(dates)) if COUNTED not in said.doubts else ():
            self.votes.setdefault(kind, dates[kind][0])
        self.voters = self.voters or (said if "voting_record" in dates else None)
        for dated in dates.get("meeting", []):
            near = self.met and not said.types() and not self.meetings
            if not types and not near and dated.fact.kind != "decision" and not said.from_table:
                self.refuse([dated.fact], "no general meeting is named beside this date")
            elif reason := why_over(said, dated, self.base, reports=self.reports, headed=self.headed_result):
                self.refuse([dated.fact], reason)
            elif all(one.day.day != dated.day or one.statement.owner != said.owner for one in self.meetings):
                halt = halt_of(said, dated, self.resolver.shadow, self.base)
                kind = min(types) if types else self.met or "annual_meeting"
                doubts = [*said.doubts, *doubts_of_day(said, dated, self.base)]
                self.meetings.append(MeetingDraft(kind, dated, said, doubts, halt))
