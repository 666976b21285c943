"""Fifth stage, second half: the statements of a document become announcements with status and doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from calendar_service.extract import doubts as doubt
from calendar_service.extract.candidates import DateSpan, as_date
from calendar_service.extract.currencies import CONTEXT, DOLLARS
from calendar_service.extract.drafts import (
    CASH,
    DEALS,
    HANDED_OUT,
    MEETINGS,
    OFFERS,
    SPLITS,
    Dated,
    Draft,
    Drafter,
    family,
    of_statement,
)
from calendar_service.extract.lexicon import DATE_FIELDS
from calendar_service.extract.statements import AmountFact, DateFact, Statement
from calendar_service.model.announcement import Amount, Announcement, Issuer, Meeting, Refusal
from calendar_service.model.codes import (
    AmountKind,
    DateFlag,
    DateKind,
    EventType,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.document import Text
from calendar_service.model.values import EventDate, Evidence, Money, Ratio

VOTING_KINDS = {"voting_record", "registration_deadline", "vote_deadline"}


@dataclass(slots=True)
class MeetingDraft:
    """A general meeting that is to come."""

    type: str
    day: Dated
    statement: Statement
    dates: dict[str, Dated] = field(default_factory=dict)
    count: int = 1


class Assembler:
    """Assembles the announcements of one document."""

    def __init__(
        self,
        text: Text,
        shadow: str,
        issuer: Issuer | None,
        announced: date | None,
        currency: str | None,
        language: str,
    ) -> None:
        self.text = text
        self.shadow = shadow
        self.issuer = issuer or Issuer("")
        self.announced = announced
        self.base = announced or text.published
        self.currency = currency
        self.language = language
        self.refusals: list[Refusal] = []
        self.drafter = Drafter()
        self.meetings: list[MeetingDraft] = []
        self.loose_votes: dict[str, Dated] = {}
        self.topic = ""
        self.order: str | None = None
        self.recent = False  # the topic was named a few statements ago
        self.has_effective = False  # an effective day is stated, other than that of a filing
        self.reverse = False  # the document speaks of a reverse split, even where it only says "split"
        self.papers = False  # what is handed out are warrants or rights, no money
        self.reports = False  # the document reports what a meeting has decided

    # statements

    def assemble(self, statements: list[Statement]) -> tuple[Announcement, ...]:
        """The announcements that the statements make."""
        self.order = self._numeric_order(statements)
        self.papers = any("other" in said.types() for said in statements[:3])
        self.reverse = any("reverse_split" in said.types() for said in statements)
        main = self._main_type(statements)
        self.topic = main
        self.has_effective = any(
            fact.kind == "effective" for said in statements if not said.has("charter") for fact in said.dates
        )
        self.reports = any(said.has("result") for said in statements)
        since = -9
        for said in statements:
            if said.types():
                self.topic, since = self._pick(said.types(), main), said.index
            self.recent = said.index - since <= 3
            if said.dates or said.amounts:
                self._add(said)
        return tuple(self._announcements(statements, self._proposed(statements), main))

    def _main_type(self, statements: list[Statement]) -> str:
        counts: dict[str, int] = {}
        for said in statements[:400]:
            for name in said.types():
                counts[name] = counts.get(name, 0) + (4 if said.heading or said.index < 3 else 1)
        return max(counts, key=lambda name: (counts[name], name), default="")

    @staticmethod
    def _pick(types: list[str], main: str) -> str:
        return main if main in types else types[0]

    def _add(self, said: Statement) -> None:
        reason = self._refused(said)
        if reason:
            self._refuse(said.dates, reason)
            return
        dates = self._resolve(said)
        self._take_meeting(said, dates)
        dates = {
            kind: found for kind, found in dates.items() if kind not in VOTING_KINDS and kind != "meeting"
        }
        kind = self._kind_for(said, dates)
        if kind == "stock_split" and self.reverse:
            kind = "reverse_split"
        if kind in CASH and self.papers:
            kind, said.amounts = "other", []
        if kind is None:
            self._refuse(
                [one.fact for found in dates.values() for one in found],
                "the words around do not say which action this date belongs to",
            )
            return
        dates = {name: found for name, found in dates.items() if self._fits(kind, name)}
        if not dates and (not said.amounts or kind not in CASH or not set(said.types()) & CASH):
            return
        if said.has("converted") and any(one.value is not None for one in self.drafter.drafts):
            said.amounts = []
        self.drafter.add(of_statement(said, dates, kind))
        if kind in CASH and dates and "stock_dividend" in said.types() and set(said.types()) & CASH and said.amounts:
            self.drafter.add([Draft("stock_dividend", said, {name: found[0] for name, found in dates.items()}, statements=[said])])

    def _refused(self, said: Statement) -> str:
        types = set(said.types())
        if said.has("past") and not said.from_table and not said.has("declares", "proposal"):
            return "tells of a payment or meeting that is already over"
        if said.has("debt") and not types & (HANDED_OUT | SPLITS):
            return "is about debt, not about shares"
        if said.has("none") and not said.from_table:
            return "says that nothing is paid"
        if said.has("noise") and not types:
            return "is about something without dates for shareholders"
        return ""

    def _kind_for(self, said: Statement, dates: dict[str, list[Dated]]) -> str | None:
        """The action that a statement's dates and amounts belong to."""
        types = said.types()
        kinds = set(dates)
        wanted: tuple[frozenset[str] | set[str], ...]
        if kinds & {"expiry", "offer_period", "election_deadline"} and not kinds & {"payment", "ex"}:
            wanted = (OFFERS, DEALS)
        elif "effective" in kinds and not kinds & {"payment", "ex"}:
            wanted = (SPLITS, DEALS, HANDED_OUT)
        elif kinds & {"payment", "ex", "last_cum"} or said.amounts:
            wanted = (HANDED_OUT, SPLITS, OFFERS, DEALS)
        else:
            wanted = (HANDED_OUT, SPLITS, DEALS, OFFERS)
        for group in wanted:
            named = [name for name in types if name in group]
            if said.amounts and set(named) & CASH:
                named = [name for name in named if name in CASH]
            if named:
                return self._pick(named, self.topic if self.topic in named else named[-1])
        if types and not said.from_table:
            return None
        if "effective" in kinds and not said.from_table and not (self.recent and self.topic in SPLITS):
            return None
        for group in wanted:
            if self.topic in group:
                return self.topic
        return next(
            (one.type for one in reversed(self.drafter.drafts) if any(one.type in group for group in wanted)),
            None,
        )

    @staticmethod
    def _fits(kind: str, name: str) -> bool:
        if name in ("announced", "ignore"):
            return False
        if kind in SPLITS and name == "payment":
            return False
        if kind in CASH and name == "expiry":
            return False
        return True

    # dates

    def _numeric_order(self, statements: list[Statement]) -> str | None:
        """Mdy or dmy, where a numeric date of this document can only be read in one order."""
        orders = set()
        for said in statements:
            for span in [*(fact.span for fact in said.dates), *said.loose]:
                if span.numeric and span.other is None and span.day and span.year and span.day > 12:
                    digits = self.shadow[span.start : span.end]
                    orders.add(
                        "dmy"
                        if digits.startswith(f"{span.day:02d}") or digits.startswith(str(span.day))
                        else "mdy"
                    )
        return orders.pop() if len(orders) == 1 else None

    def _resolve(self, said: Statement) -> dict[str, list[Dated]]:
        found: dict[str, list[Dated]] = {}
        full = [fact.span.value for fact in said.dates if fact.span.value]
        full += [span.value for span in said.loose if span.value]
        voting = said.has("voting") and not said.from_table
        effective = any(fact.kind == "effective" for fact in said.dates)
        for fact in said.dates:
            kind = fact.kind
            if kind in ("ignore", "lead", "announced"):
                continue
            if fact.moved:
                self._refuse([fact], "is the old date of a date that has moved")
                continue
            if kind == "adjusted":
                if effective or self.has_effective:
                    continue
                kind = "effective"
            if kind == "effective" and said.has("charter") and self.has_effective:
                self._refuse([fact], "is the day of a filing, and the effective day is stated elsewhere")
                continue
            if voting and kind == "record":
                kind = "voting_record"
            dated = self._dated(fact, full)
            if kind == "decision" and dated is not None:
                kind = "meeting" if self.base and dated.day > self.base else "declaration"
            if dated is None:
                self._refuse([fact], "has no year, and none can be worked out")
                continue
            known = found.setdefault(kind, [])
            if all(one.day != dated.day for one in known):
                known.append(dated)
        return found

    def _dated(self, fact: DateFact, siblings: list[date]) -> Dated | None:
        span = fact.span
        if span.day is None:
            year = span.year or (self.base.year if self.base else None)
            return (
                Dated(fact, date(year, span.month, 1), inferred=span.year is None, month_only=True)
                if year
                else None
            )
        if span.value is not None:
            return self._ordered(fact, span)
        base = siblings[0] if siblings else self.base
        if base is None:
            return None
        early = timedelta(days=200) if siblings else timedelta(days=60)
        days = [as_date(year, span.month, span.day) for year in (base.year - 1, base.year, base.year + 1)]
        after = [day for day in days if day is not None and day >= base - early]
        if not after:
            return None
        day = min(after, key=lambda one: abs(one - base)) if siblings else after[0]
        return Dated(fact, day, inferred=True)

    def _ordered(self, fact: DateFact, span: DateSpan) -> Dated:
        day = span.value
        assert day is not None
        if span.other is None:
            return Dated(fact, day)
        order = self.order or self._market_order()
        if order is None:
            return Dated(fact, day, ambiguous=True)
        first = "dmy" if self.shadow[span.start : span.end].lstrip("0").startswith(str(day.day)) else "mdy"
        return Dated(fact, day if first == order else span.other)

    def _market_order(self) -> str | None:
        mics = {one.mic for one in self.issuer.ids if one.mic}
        if mics & {"XNAS", "XNYS", "XASE", "ARCX", "BATS", "OTCM"}:
            return "mdy"
        if mics & {"XLON", "XASX", "XSES", "XHKG", "XNSE", "XBOM", "XOSL", "XSTO", "XNZE", "XJSE"}:
            return "dmy"
        return {"USD": "mdy", "GBP": "dmy", "SGD": "dmy", "AUD": "dmy", "INR": "dmy", "HKD": "dmy"}.get(
            self.currency or ""
        )

    # meetings

    def _take_meeting(self, said: Statement, dates: dict[str, list[Dated]]) -> None:
        types = [name for name in said.types() if name in MEETINGS]
        for kind in VOTING_KINDS & set(dates):
            self.loose_votes.setdefault(kind, dates[kind][0])
        for dated in dates.get("meeting", []):
            names = dated.fact.kind == "decision" or any(
                word in dated.fact.rule for word in ("meeting", "agm", "egm")
            )
            near = self.topic in MEETINGS and not said.types()
            if not types and not names and not near:
                self._refuse([dated.fact], "no general meeting is named beside this date")
                continue
            if self.base and (dated.day < self.base or (dated.day == self.base and self.reports)):
                self._refuse([dated.fact], "is the day of a meeting that is already over")
                continue
            same = next((one for one in self.meetings if one.day.day == dated.day), None)
            if same:
                same.count += 1
            else:
                kind = (
                    types[0] if types else (self.topic if self.topic in MEETINGS else "extraordinary_meeting")
                )
                self.meetings.append(MeetingDraft(kind, dated, said))

    def _proposed(self, statements: list[Statement]) -> set[str]:
        """The families of actions that a coming meeting decides on; "*" where the words do not say which."""
        found: set[str] = set()
        for said in statements:
            if said.has("approved"):
                continue
            for mark in said.marks:
                if mark.phrase.value != "proposal":
                    continue
                events = [hit for hit in said.events if hit.phrase.value not in MEETINGS and hit.phrase.value != "ignore"]
                nearest = min(events, key=lambda hit: max(mark.start - hit.end, hit.start - mark.end), default=None)
                if nearest is not None:
                    found.add(family(nearest.phrase.value))
                elif set(said.types()) & MEETINGS or said.dates:
                    found.add("*")
        return found

    # announcements

    def _announcements(self, statements: list[Statement], proposed: set[str], main: str) -> Iterable[Announcement]:
        drafts = self._settled()
        if self.meetings and "split" in proposed and not any(family(draft.type) == "split" for draft in drafts):
            drafts = [*drafts, *self._undated_split(statements)]
        deciding = self.meetings[0] if self.meetings else None
        decided = False
        for draft in drafts:
            proposal = bool(proposed & {family(draft.type), "*"})
            decided = decided or (proposal and deciding is not None)
            yield self._announcement(draft, deciding if proposal else None, proposal=proposal)
        if main in MEETINGS or self.loose_votes or not decided:
            for meeting in self.meetings:
                yield self._meeting_announcement(meeting)

    def _settled(self) -> list[Draft]:
        """Drafts worth announcing: those with dates; without any, an amount that is declared."""
        drafts = self.drafter.drafts
        self._share_dates(drafts)
        self._share_with_neighbours(drafts)
        dated = [draft for draft in drafts if set(draft.dates) - {"declaration"} and not self._is_over(draft)]
        if dated:
            return _merged(dated)
        declared = [
            draft
            for draft in drafts
            if draft.value is not None and draft.statement.has("declares", "proposal")
        ]
        return _merged(declared)[:1]

    def _undated_split(self, statements: list[Statement]) -> list[Draft]:
        """A split that a coming meeting decides on may have no date of its own yet."""
        for said in statements[:20]:
            kinds = [name for name in said.types() if name in SPLITS]
            if kinds and said.ratios:
                return of_statement(said, {}, "reverse_split" if self.reverse else kinds[0])
        return []

    def _is_over(self, draft: Draft) -> bool:
        """Whether all its dates were past when the document was made: a recap, no announcement."""
        if self.base is None or max(one.day for one in draft.dates.values()) >= self.base - timedelta(days=7):
            return False
        self._refuse([one.fact for one in draft.dates.values()], "was already over when this was announced")
        return True

    @staticmethod
    def _share_with_neighbours(drafts: list[Draft]) -> None:
        """Of two amounts on label lines one after the other, the second has the dates of the first."""
        for one, following in pairwise(drafts):
            lines = [said for said in one.statements if said.heading and said.amounts]
            if following.is_dated or not following.statement.heading or not one.is_dated:
                continue
            if any(following.statement.index - said.index == 1 for said in lines):
                following.dates = dict(one.dates)

    @staticmethod
    def _share_dates(drafts: list[Draft]) -> None:
        """Amounts that follow dates without an amount ("Ex-date: ...", then two lines of amounts) have those dates."""
        donors = [draft for draft in drafts if draft.dates and draft.value is None and draft.type in CASH]
        takers = [draft for draft in drafts if not draft.dates and draft.value is not None]
        if len(donors) != 1 or not takers or any(draft.dates and draft.value is not None for draft in drafts):
            return
        for taker in takers:
            if taker.statement.index > donors[0].statement.index:
                taker.dates = dict(donors[0].dates)
        if any(taker.dates for taker in takers):
            drafts.remove(donors[0])

    def _announcement(self, draft: Draft, deciding: MeetingDraft | None, *, proposal: bool) -> Announcement:
        dates = [self._event_date(kind, dated) for kind, dated in draft.dates.items() if kind in DATE_FIELDS]
        if deciding is not None and "meeting" not in draft.dates:
            dates.append(self._event_date("meeting", deciding.day))
        evidence = self._evidence_of(draft)
        announcement = Announcement(
            issuer=self.issuer,
            event_type=EventType(draft.type),
            dates=tuple(sorted(dates, key=lambda one: (one.day or date.max, one.kind))),
            status=self._status(draft, proposal=proposal),
            participation=EventType(draft.type).participation,
            security=self._words(draft.security),
            amount=self._amount(draft.amount),
            ratio=draft.ratio.ratio if draft.ratio else None,  # type: ignore[attr-defined]
            announced=self.announced,
            language=draft.statement.language,
            evidence=evidence,
        )
        return doubt.with_doubts(announcement, draft.doubts, self.base)

    def _evidence_of(self, draft: Draft) -> tuple[tuple[str, Evidence], ...]:
        found = []
        if draft.statement.events:
            hit = draft.statement.events[0]
            found.append(("event_type", self.proof(hit.start, hit.end, hit.phrase.name)))
        if draft.security:
            found.append(("security", self.proof(*draft.security, "security")))
        return tuple(found)

    def _status(self, draft: Draft, *, proposal: bool) -> Status:
        if proposal:
            return Status.SUBJECT_TO_APPROVAL
        if draft.statement.has("forecast") and not draft.statement.has("declares"):
            return Status.FORECAST
        return Status.ANNOUNCED

    def _meeting_announcement(self, meeting: MeetingDraft) -> Announcement:
        dates = [self._event_date("meeting", meeting.day)]
        dates += [self._event_date(kind, dated) for kind, dated in self.loose_votes.items()]
        announcement = Announcement(
            issuer=self.issuer,
            event_type=EventType(meeting.type),
            dates=tuple(dates),
            participation=EventType(meeting.type).participation,
            announced=self.announced,
            language=meeting.statement.language,
            meeting=Meeting(evidence=self.proof(*meeting.day.fact.quote, meeting.day.fact.rule)),
        )
        return doubt.with_doubts(announcement, [], self.base)

    # values

    def _event_date(self, kind: str, dated: Dated) -> EventDate:
        flags = set()
        if dated.inferred:
            flags.add(DateFlag.YEAR_INFERRED)
        if dated.ambiguous:
            flags.add(DateFlag.ORDER_AMBIGUOUS)
        if dated.fact.approximate:
            flags.add(DateFlag.APPROXIMATE)
        return EventDate(
            DateKind(kind),
            dated.day,
            knowledge=Knowledge.MONTH if dated.month_only else Knowledge.KNOWN,
            flags=frozenset(flags),
            evidence=self.proof(*dated.fact.quote, dated.fact.rule, dated.fact.cell),
        )

    def proof(self, start: int, end: int, rule: str, cell: tuple[int, int] | None = None) -> Evidence:
        """Evidence for the words at [start, end)."""
        return Evidence(
            self.text.content[start:end], start, end, rule, page=self.text.page_of(start), cell=cell
        )

    def _amount(self, fact: AmountFact | None) -> Amount | None:
        if fact is None:
            return None
        currency = self.currency if fact.span.is_open else fact.span.currency
        return Amount(
            Money(fact.span.amount, currency),
            AmountKind.UNSTATED,
            evidence=self.proof(*fact.quote, fact.rule, fact.cell),
        )

    def _words(self, span: tuple[int, int] | None) -> str | None:
        return " ".join(self.text.content[span[0] : span[1]].split()) if span else None

    def _refuse(self, facts: Iterable[DateFact], reason: str) -> None:
        for fact in facts:
            self.refusals.append(Refusal(self.proof(*fact.quote, fact.rule, fact.cell), reason))


def _merged(drafts: list[Draft]) -> list[Draft]:
    """Drafts without repetitions: one without an amount that has the dates of another is the same."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((one for one in kept if one.agrees(draft) and _overlap(one, draft)), None)
        if same is not None and not (
            same.from_table and draft.from_table and same.security != draft.security
        ):
            same.take(draft)
        else:
            kept.append(draft)
    return kept


def _overlap(one: Draft, other: Draft) -> bool:
    shared = {(kind, dated.day) for kind, dated in one.dates.items()} & {
        (kind, dated.day) for kind, dated in other.dates.items()
    }
    return bool(shared) or not one.dates or not other.dates


_CONTEXT_PATTERNS = {
    code: [(re.compile(sign), weight) for sign, weight in signs.items()] for code, signs in CONTEXT.items()
}
_HEAD = 6000


def currency_of_dollar(issuer: Issuer | None, shadow: str, known: str | None) -> str | None:
    """The currency that a bare "$" means here: the issuer's entry, its market, or where it speaks from; else None."""
    if known:
        return known
    head = shadow[:_HEAD]
    if (
        "all amounts in u.s. dollars" in head
        or "expressed in u.s. dollars" in head
        or "in united states dollars" in head
    ):
        return "USD"
    markets = {DOLLARS[one.mic] for one in (issuer.ids if issuer else ()) if one.mic in DOLLARS}
    if len(markets) == 1:
        return markets.pop()
    scores = {
        code: sum(weight * min(3, len(sign.findall(head))) for sign, weight in signs)
        for code, signs in _CONTEXT_PATTERNS.items()
    }
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if ranked[0][1] == 0 or ranked[0][1] == ranked[1][1]:
        return None
    return ranked[0][0]


__all__ = ["Assembler", "Decimal", "NoticeFunction", "Ratio", "currency_of_dollar", "family"]
