"""Third and fourth stage: what one sentence, line or table row says. Cues claim dates, frames shape them.

The frames of a sentence, each with an example:

- shared date: cues that only joining words part take one date ("a record and ex-dividend date of May 2").
- listed dates: one cue takes several joined dates ("payable on March 31 and June 30").
- date modifies cue: the date stands before the cue ("the March 31 record date"): `look = before`.
- skipped date: a cue steps over a date that another cue has claimed ("payable to holders of record on
  March 3 on March 14").
- moved date: right after a `moved_from` word stands the old date ("has been changed from May 2 to May 9").
"""

from __future__ import annotations

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.lexicon.lexicon import PAID
from calendar_service.extract.lexicon.phrases import (
    LAYOUT_MARKS,
    Finder,
    Hit,
    Hits,
    by_role,
    longest,
    longest_by_value,
    without_conditions,
)
from calendar_service.extract.page.normalise import Page, Unit
from calendar_service.extract.page.places import Places
from calendar_service.extract.sentence.balances import without_paid_days
from calendar_service.extract.sentence.between import mark_strange
from calendar_service.extract.sentence.cues import is_defining, is_lead, pick_cues, unknown_fields
from calendar_service.extract.sentence.days import Days
from calendar_service.extract.sentence.deadlines import (
    add_deadlines,
    add_last_days,
    doubt_denied,
    doubt_limits,
)
from calendar_service.extract.sentence.frames import (
    OPEN_LIST,
    dealt_out,
    is_begun,
    is_inexact,
    is_latest,
    names_of_days,
    opening_of,
    without_asides,
)
from calendar_service.extract.sentence.glosses import glossed_days, is_named
from calendar_service.extract.sentence.instalments import UNSURE, add_days_behind
from calendar_service.extract.sentence.joins import group_cues, is_told_of, listed_dates
from calendar_service.extract.sentence.meetingdays import bind_meeting
from calendar_service.extract.sentence.meetinglabels import (
    is_around,
)
from calendar_service.extract.sentence.newslabels import is_news
from calendar_service.extract.sentence.olddays import (
    OLD_MARKS,
    all_as_told,
    changed_from,
    is_mistaken,
    is_old,
    renewed,
)
from calendar_service.extract.sentence.openings import without_openings
from calendar_service.extract.sentence.payees import (
    doubt_other_payees,
    holders_behind_payees,
    payments_before_payees,
)
from calendar_service.extract.sentence.raises import without_old
from calendar_service.extract.sentence.reach import Reach
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools, with_classes
from calendar_service.extract.sentence.sums import add_amounts
from calendar_service.extract.sentence.times import is_sent
from calendar_service.extract.sentence.windows import (
    DEADLINES,
    deadline_of,
    first_day,
    windows_of,
    without_windows,
)


class Binder:
    """Reads units of one document: finds the candidates between two offsets and binds them to cues."""

    def __init__(self, page: Page, hits: list[Hit], tools: dict[str, Tools], finder: Finder) -> None:
        self.finder = finder
        self.page = page
        self.hits = Hits(without_openings(hits, page.shadow))
        self.tools = tools
        self.days = Days(page.shadow, tools)
        self._reach = Reach(page, self.hits, tools)
        self._classes = Places(lambda language: tools[language].class_places(page.shadow))
        self._scaled = Places(lambda language: tools[language].amounts.scaled_places(page.shadow))

    def hits_in(self, start: int, end: int, languages: tuple[str, ...]) -> list[Hit]:
        """The hits that lie wholly in [start, end) and belong to one of the languages."""
        return self.hits.within(start, end, languages)

    def read(self, unit: Unit, languages: tuple[str, ...]) -> Statement:
        """The facts of one sentence or line."""
        said = Statement(unit.start, unit.end, unit.block, language=languages[0], heading=unit.heading)
        found = self.hits_in(unit.start, unit.end, languages)
        if not found:
            return said
        hits = by_role(found)
        named = self._classes.any_in(unit.start, unit.end, languages)
        self._name(said, hits, languages, named=named)
        cues = pick_cues(self, said, hits["cue"], languages) if "cue" in hits else []
        per_share = hits.get("per_share", [])
        if not (cues or said.events or said.marks or per_share):
            if "hint" in hits:
                said.loose = self.dates_in(unit.start, unit.end, languages)
            return said
        spans = self.dates_in(unit.start, unit.end, languages)
        if spans:
            self._read_days(said, cues, without_asides(self.page.shadow, spans, cues), languages)
        add_amounts(
            said,
            self._money_words(said, per_share) if per_share else [],
            self.page.shadow,
            [self.tools[one].amounts for one in languages],
            lambda words: self._says_per_share(words, languages),
            scaled=self._scaled.any_in(unit.start, unit.end, languages),
        )
        said.dates = without_paid_days(said, self.page.shadow)
        if said.amounts:
            said.amounts = without_old(said, self.page.shadow, [self.tools[one] for one in languages])
        add_days_behind(said, lambda low, high: self._is_led_to(low, high, languages))
        if cues:
            said.unknown = unknown_fields(cues, said.marks)
        return said

    def _read_days(
        self, said: Statement, cues: list[Hit], spans: list[DateSpan], languages: tuple[str, ...]
    ) -> None:
        """Binds the dates of a statement to its cues; those that nothing claims stay loose."""
        windows = windows_of(cues, spans, self.page.shadow, self.tools)
        days = {day for window in windows for day in window.days}
        free = [span for span in spans if span not in days and not is_sent(self.page.shadow, span.end)]
        cues = without_windows(cues, windows)
        said.dates, claimed = self._bind(said, cues, free, languages) if cues else ([], set())
        said.dates += [window.fact for window in windows]
        if days:  # "from 8 June (the ex-date) to 28 June"
            named = self._defined([cue for cue in cues if is_defining(cue)], spans, said.dates, {})
            said.dates += [fact for fact in named if fact.span in days]
        bind_meeting(self, said, cues, free, claimed)
        taken = days | claimed | {fact.span for fact in said.dates}
        loose = [span for span in spans if span not in taken]
        payees = [hit for hit in said.marks if hit.phrase.value == "payees"]
        paid = payments_before_payees(loose, said.dates, payees) if payees else []
        told = holders_behind_payees(said.dates, loose, said.marks) if payees else said.dates
        said.dates = sorted([*told, *paid], key=lambda fact: fact.span.start)
        said.loose = [span for span in loose if all(fact.span != span for fact in said.dates)]
        doubt_other_payees(said, payees)
        tools = self.tools[said.language]
        add_deadlines(said, self.page.shadow, tools)
        add_last_days(said, self.page.shadow, tools)
        doubt_denied(said, self.page.shadow, tools.negation)
        doubt_limits(said, self.page.shadow, tools)
        mark_strange(said, self.page, self.hits, self.tools, languages)

    def bare(self, start: int, end: int, block: int, languages: tuple[str, ...]) -> Statement:
        """A statement with events, marks, securities and periods only."""
        said = Statement(start, end, block, language=languages[0])
        self._name(said, by_role(self.hits_in(start, end, languages)), languages, named=True)
        return said

    def _name(
        self, said: Statement, hits: dict[str, list[Hit]], languages: tuple[str, ...], *, named: bool
    ) -> None:
        """Adds the events, marks, securities and periods that these hits name; `named` where a class may be, too."""
        if "event" in hits:
            said.events = longest(hits["event"])
        if "mark" in hits:
            marks = [hit for hit in hits["mark"] if hit.phrase.value not in LAYOUT_MARKS]
            said.marks = without_conditions(longest_by_value(marks), self.page.shadow) if marks else []
        if "security" in hits:
            said.securities = [(hit.start, hit.end) for hit in longest(hits["security"])]
        if not (said.events or said.marks or said.securities):
            return
        shadow = self.page.shadow
        for language in languages if named or said.events else ():
            tools = self.tools[language]
            if named and tools.classes:
                said.securities = with_classes(said.securities, tools.classes, shadow, said.start, said.end)
            if tools.periods and said.events:
                said.periods += [
                    match.span() for match in tools.periods.finditer(shadow, said.start, said.end)
                ]

    def dates_in(self, start: int, end: int, languages: tuple[str, ...]) -> list[DateSpan]:
        """The dates of all given languages, the first language winning where they overlap."""
        return self.days.within(start, end, languages)

    def _bind(
        self, said: Statement, cues: list[Hit], spans: list[DateSpan], languages: tuple[str, ...]
    ) -> tuple[list[DateFact], set[DateSpan]]:
        defined = [cue for cue in cues if is_defining(cue)]
        if defined:
            cues = [cue for cue in cues if cue not in defined]
        glossed = glossed_days(cues, spans, self.page.shadow, self.tools)
        if glossed:
            taken = {id(one) for pair in glossed for one in pair}
            cues = [cue for cue in cues if id(cue) not in taken]
            spans = [span for span in spans if id(span) not in taken]
        groups = group_cues(self, cues, spans, languages)
        old = self._old_days(said, spans, languages)
        current = [span for span in spans if span not in old] if old else spans
        seen = self._seen(groups, current, said)
        offers = sorted(
            self._reach.offers(groups, seen), key=lambda offer: (is_lead(groups[offer[1]]), *offer[:2])
        )
        claimed: dict[DateSpan, list[Hit]] = {}
        served: set[int] = set()
        facts: list[DateFact] = []
        for skipping in (False, True):
            for _, number, span in offers:
                if number in served or span in claimed:
                    continue
                if not self._reach.is_free(groups, number, span, seen[number], claimed, skipping=skipping):
                    continue
                served.add(number)
                open_days = [one for one in current if one is span or one not in claimed]
                first = deadline_of(groups[number], span, open_days, self.page.shadow, self.tools)
                waits = self._waits(groups[:number], served)
                listed = listed_dates(self, first, current, claimed, groups[number], languages, waits=waits)
                claimed |= dict.fromkeys(listed, groups[number])
                said.doubts += [OPEN_LIST] if is_told_of(self, listed, languages) else []
                said.doubts += [UNSURE] if listed[0].start < span.start else []
                pairs = dealt_out(groups[number], listed, said, self.page.shadow)
                facts.extend(self._fact(hit, one, groups[number]) for hit, one in pairs)
        waiting = [group for number, group in enumerate(groups) if number not in served]
        also = self.tools[said.language].also
        opening = opening_of(said, self.page.shadow, current, waiting, claimed, also)
        if opening is not None:
            claimed[opening[1]] = opening[0]
            facts.append(self._fact(opening[0][0], opening[1], opening[0]))
        facts += self._defined(defined, current, facts, claimed)
        facts += [self._fact(cue, span, [cue]) for cue, span in glossed]
        claimed |= {span: [cue] for cue, span in glossed}
        facts += [
            DateFact("moved", span, "frame.moved_date", (span.start, span.end), moved=True)
            for span in old
            if groups
        ]
        facts.sort(key=lambda fact: fact.span.start)
        told = all_as_told(facts, said.marks, self.page.shadow)
        told += renewed(told, [span for span in current if span not in claimed], said.marks, self.page.shadow)
        return told, set(claimed)

    def _old_days(self, said: Statement, spans: list[DateSpan], languages: tuple[str, ...]) -> list[DateSpan]:
        """The days that others have taken the place of, or that were told by mistake."""
        if len(spans) == 1 and said.has("cancel") and any(name in said.types() for name in MEETINGS):
            return []  # "the meeting originally called for 10 September is called off"
        changed = changed_from(spans, said, self.page.shadow, self.tools)
        mended = said.has("misstated")  # "wrongly gave 9 May instead of 6 May": the second is the right one
        return [
            span
            for span in spans
            if span in changed
            or (not mended and self._is_old(span, spans, languages))
            or is_mistaken(span, spans, said.marks, self.page.shadow)
        ]

    def _defined(
        self,
        cues: list[Hit],
        spans: list[DateSpan],
        facts: list[DateFact],
        claimed: dict[DateSpan, list[Hit]],
    ) -> list[DateFact]:
        """Frame: a name in brackets defines the date before it, whatever else the date is ("on May 2 (the "Record Date")")."""
        found = []
        for hit in cues:
            before = [span for span in spans if span.end <= hit.start]
            span = before[-1] if before and hit.start - before[-1].end <= hit.phrase.within else None
            if span is None or any(fact.span == span and fact.kind == hit.phrase.value for fact in facts):
                continue
            claimed.setdefault(span, [hit])
            found.append(self._fact(hit, span, [hit]))
        return found

    def _seen(self, groups: list[list[Hit]], spans: list[DateSpan], said: Statement) -> list[list[DateSpan]]:
        """For each group the dates that it may take.

        Words for what is paid take no day that is told with a meeting's name ("paid after the general meeting on 2 May"),
        those for a deadline none on which something begins, and the name of a day of holding none that is a deadline.
        """
        names = [hit for hit in said.events if hit.phrase.value in MEETINGS]
        begun = {span for span in spans if is_begun(span, said.marks)}
        latest = {span for span in spans if is_latest(span, said.marks)}
        if not names and not begun and not latest:
            return [spans] * len(groups)
        met = names_of_days(spans, names, self.page.shadow, self.tools) if names else {}
        return [
            [
                span
                for span in spans
                if not (span in met and _is_of_meeting(group[-1], met[span], span))
                and (span not in begun or group[-1].phrase.value not in DEADLINES)
                and (
                    span not in latest
                    or group[-1].phrase.look != "noun"
                    or group[-1].phrase.value not in _HELD
                )
            ]
            for group in groups
        ]

    def _is_old(self, span: DateSpan, spans: list[DateSpan], languages: tuple[str, ...]) -> bool:
        low = max(0, span.start - _OLD)
        if not any(self.hits.within(low, span.start, languages, name) for name in OLD_MARKS):
            return False
        return is_old(span, self.hits_in(low, span.start, languages), self.page.shadow, spans)

    @staticmethod
    def _waits(groups: list[list[Hit]], served: set[int]) -> bool:
        """Whether the last of some groups is of words for a day that still have none."""
        last = len(groups) - 1
        return last >= 0 and last not in served and groups[last][-1].phrase.look == "noun"

    def _fact(self, hit: Hit, span: DateSpan, group: list[Hit]) -> DateFact:
        low, high = min(group[0].start, span.start), max(group[-1].end, span.end)
        around = self.hits.within(
            max(0, span.start - 40), span.end + 40, (hit.phrase.language,), "approximate"
        )
        approximate = is_inexact(self.page.shadow, span, around)
        rule = hit.phrase.name + ("+shared" if len(group) > 1 else "")
        # At the head of its line stands the day of a meeting to come, before its name; without blanks, any day does.
        ahead = hit.phrase.value == "decision" and span.end <= hit.start and not hit.phrase.substring
        kind = "meeting" if ahead else hit.phrase.value
        both = False  # "after 15 May, the ex-date, they trade without it": one of the two is meant
        if kind == "ex":
            span = first_day(span, self.page.shadow, self.tools[hit.phrase.language])
            if self.is_last_cum(span, hit.phrase.language):
                beside = self.hits.within(span.end, span.end + _NAMED, (hit.phrase.language,), "cue")
                both = is_named(span, (hit, *beside), self.page.shadow)
                kind = kind if both else "last_cum"
        return DateFact(kind, span, rule, (low, high), approximate=approximate, strange=both)

    def is_last_cum(self, span: DateSpan, language: str) -> bool:
        """Whether words for "after" lead to a day: what shares go without, they go without from the next one on."""
        low = max(0, span.start - _AFTER)
        return self.tools[language].after.search(self.page.shadow, low, span.start) is not None

    def _is_led_to(self, start: int, end: int, languages: tuple[str, ...]) -> bool:
        """Whether nothing stands between an amount and a date but what leads to it (", per share, on")."""
        hits = [hit for hit in self.hits_in(start, end, languages) if hit.phrase.role == "per_share"]
        begin = max((hit.end for hit in hits), default=start)
        word = self.page.shadow[begin:end].strip(" ,")
        return any(self.tools[language].preposition.fullmatch(word) for language in languages)

    def _says_per_share(self, words: str, languages: tuple[str, ...]) -> bool:
        """Whether words, as the shadow has them, begin with some for "per share"."""
        hits = self.finder.find(words, words, languages)
        return any(hit.start == 0 and hit.phrase.role == "per_share" for hit in hits)

    def is_around_meeting(self, hit: Hit, start: int, end: int) -> bool:
        """Whether a hit that names a meeting stands in a label, [start, end), of something before or after it."""
        if hit.phrase.value not in MEETINGS and hit.phrase.value != "meeting":
            return False
        language = hit.phrase.language
        names = (one for one in self.hits.within(start, end, (language,), "event") if one.start <= hit.start)
        hit = min((one for one in names if hit.end <= one.end), key=lambda one: one.start, default=hit)
        marks = self.hits.within(start, end, (language,), "mark")
        return is_around(hit, start, self.page, marks, self.tools[language])

    def is_news(self, hit: Hit, start: int, end: int) -> bool:
        """Whether the label [start, end) only tells when what a hit names in it is announced."""
        language = hit.phrase.language
        marks = self.hits.within(start, end, (language,), "news")
        return bool(marks) and is_news(hit, (start, end), marks, self.page.shadow, self.tools[language])

    def _money_words(self, said: Statement, hits: list[Hit]) -> list[Hit]:
        """The words of a statement that make an amount one per share; not those that a value is told by, or a price."""
        values = {hit.end for hit in said.marks if hit.phrase.value == "increase"}
        hits = [hit for hit in hits if not values & {hit.start, hit.start - 1}] if values else hits
        behind = ((hit, self.page.shadow[hit.end : min(hit.end + 2, said.end)]) for hit in hits)
        return longest(hit for hit, sign in behind if not hit.phrase.label_only or sign.lstrip()[:1] == ":")


_HELD = frozenset({"record", "ex"})
_AFTER = 48  # so far before a day stand the words for "after" that lead to it
_NAMED = 60  # so far behind a day its name may end
_OLD = 60  # so far before a date words for "instead of" may stand


def _is_of_meeting(cue: Hit, name: Hit, span: DateSpan) -> bool:
    """Whether a day behind a meeting's name is no day of what is paid, or of holders, whose words stand before the name."""
    bare = span.start - name.end <= 1  # "recommends to shareholders at the annual meeting April 23"
    return cue.end <= name.start and (
        cue.phrase.value == "holders" or (cue.phrase.value in PAID and not bare)
    )
