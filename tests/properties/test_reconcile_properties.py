"""What must hold for any announcements at all, in any order of arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import (
    DateFlag,
    DateKind,
    Decision,
    EventType,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.reconcile import Reconciliation, reconcile
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.reconcile.facets import FUNCTION_ORDER, facet_of, prepare
from calendar_service.model.reconcile.grouping import Group
from calendar_service.model.reconcile.matching import Verdict, explain_match, match
from calendar_service.model.reconcile.nearby import Register
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.values import EventDate, Money

TODAY = date(2025, 6, 1)
START = date(2025, 1, 1)
FILING = "edgar:https://sec.example/z"
ORIGINS = (
    "folder:a.txt",
    "feed:https://news.example/x",
    "feed:https://other.example/y",
    FILING,
)


# How long a machine takes says nothing of what holds.
patient = settings(deadline=None)


def days(first: int = 0, last: int = 160) -> st.SearchStrategy[date]:
    return st.integers(first, last).map(lambda number: START + timedelta(days=number))


@st.composite
def event_dates(draw: st.DrawFn) -> tuple[EventDate, ...]:
    kinds = draw(
        st.lists(
            st.sampled_from([DateKind.RECORD, DateKind.PAYMENT, DateKind.EFFECTIVE, DateKind.MEETING]),
            unique=True,
            max_size=3,
        )
    )
    flags = st.frozensets(st.sampled_from([DateFlag.APPROXIMATE, DateFlag.YEAR_INFERRED]), max_size=1)
    return tuple(
        EventDate(kind, None, knowledge=Knowledge.UNKNOWN)
        if draw(st.integers(0, 9)) == 0
        else EventDate(
            kind,
            draw(st.sampled_from([START, START + timedelta(2), START + timedelta(95)]) | days()),
            flags=draw(flags),
        )
        for kind in kinds
    )


@st.composite
def announcements(draw: st.DrawFn) -> Announcement:
    amount = draw(st.sampled_from([None, "0.25", "0.30"]))
    return Announcement(
        issuer=Issuer(draw(st.sampled_from(["Kirschbaum", "Kirschbaum plc"]))),
        event_type=draw(
            st.sampled_from([EventType.CASH_DIVIDEND, EventType.SPECIAL_DIVIDEND, EventType.ANNUAL_MEETING])
        ),
        dates=draw(event_dates()),
        status=draw(st.sampled_from([Status.FORECAST, Status.ANNOUNCED, Status.SUBJECT_TO_APPROVAL])),
        function=draw(st.sampled_from([NoticeFunction.NEW, *NoticeFunction])),
        decision=draw(st.sampled_from([None, *Decision])),
        security=draw(
            st.sampled_from([None, None, "common stock", "Class A", "Class B", "Class A and Class B"])
        ),
        period=draw(st.sampled_from([None, None, "FY2024 year-end", "Q1 2025", "Q2 2025"])),
        amount=Amount(Money(Decimal(amount), draw(st.sampled_from(["EUR", None])))) if amount else None,
        announced=draw(st.none() | days(0, 90)),
        references=tuple(draw(st.lists(days(0, 90), max_size=1))),
        doubts=draw(st.sampled_from([(), (), (), ("Unclear.",)])),
    )


@st.composite
def stored(draw: st.DrawFn) -> list[StoredAnnouncement]:
    said = draw(st.lists(announcements(), min_size=1, max_size=7))
    found = []
    for number, announcement in enumerate(said):
        document = draw(st.sampled_from([f"d{number}", f"d{number}", f"d{number}", "joint"]))
        known = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 90)))
        origin = draw(st.sampled_from(ORIGINS))
        found.append(StoredAnnouncement(f"{document}.{number}", document, "i1", known, origin, announcement))
    return found


def run(
    told: list[StoredAnnouncement], existing: tuple[CorporateAction, ...] = (), today: date = TODAY
) -> Reconciliation:
    return reconcile(told, (), existing, today)


def members_of(result: Reconciliation) -> list[str]:
    return sorted(name for action in result.actions for name in action.announcements)


@patient
@given(stored(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_state(told: list[StoredAnnouncement], random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert run(shuffled) == run(told)


@patient
@given(stored(), st.integers(0, 90))
def test_when_something_became_known_plays_no_part(told: list[StoredAnnouncement], later: int) -> None:
    moved = [
        replace(item, known_at=item.known_at + timedelta(days=later * (n % 3))) for n, item in enumerate(told)
    ]
    assert run(moved) == run(told)


@patient
@given(stored())
def test_reconciling_twice_is_reconciling_once(told: list[StoredAnnouncement]) -> None:
    once = run(told)
    twice = run([*told, *told], once.actions)
    assert twice == once
    for old, new in zip(once.actions, twice.actions, strict=True):
        assert differences(old, new) == ()


@patient
@given(stored())
def test_each_announcement_is_in_exactly_one_action_and_placed_with_reasons(
    told: list[StoredAnnouncement],
) -> None:
    result = run(told)
    assert members_of(result) == sorted(item.id for item in told)
    assert len({action.id for action in result.actions}) == len(result.actions)
    placed = {placement.announcement_id for placement in result.placements}
    assert placed >= {item.id for item in told}
    assert all(placement.reasons for placement in result.placements)


@patient
@given(stored())
def test_ids_stay_or_are_led_on_when_announcements_are_added(told: list[StoredAnnouncement]) -> None:
    existing: tuple[CorporateAction, ...] = ()
    for number in range(1, len(told) + 1):
        result = run(told[:number], existing)
        present = {action.id for action in result.actions}
        for action in existing:
            assert result.merged.get(action.id, action.id) in present
            assert not (action.id in result.merged and action.id in present)
        existing = result.actions
    assert [replace(action, id="") for action in existing] == [
        replace(action, id="") for action in run(told).actions
    ]


@settings(deadline=None, max_examples=50)
@given(stored(), days(120, 160))
def test_a_withdrawn_action_never_comes_back_without_something_newer(
    told: list[StoredAnnouncement], withdrawn_on: date
) -> None:
    """Nothing in `told` is newer than the withdrawal, and it refers to no doubt: it stays."""
    for action in run(told).actions:
        first = next(item for item in told if item.id == action.announcements[0])
        said = replace(
            first.announcement, function=NoticeFunction.WITHDRAW, announced=withdrawn_on, doubts=()
        )
        withdrawal = replace(first, id="w.0", document_id="w", origin=FILING, announcement=said)
        before = run([*told, withdrawal])
        home = next(found for found in before.actions if "w.0" in found.announcements)
        if home.status is not Status.WITHDRAWN:
            continue
        old = replace(said, function=NoticeFunction.NEW, announced=withdrawn_on - timedelta(days=1))
        repeat = replace(first, id="r.0", document_id="r", announcement=old)
        for undated in (old, replace(old, announced=None)):
            again = run([*told, withdrawal, replace(repeat, announcement=undated)])
            assert (
                next(found for found in again.actions if "w.0" in found.announcements).status
                is Status.WITHDRAWN
            )


@patient
@given(announcements(), announcements())
def test_a_match_is_the_same_either_way_round(one: Announcement, two: Announcement) -> None:
    first, second = (
        StoredAnnouncement(f"{name}.0", name, "i1", datetime(2025, 1, 1, tzinfo=UTC), "folder:x", said)
        for name, said in (("a", one), ("b", two))
    )
    assert explain_match(first, second) == explain_match(second, first)


@settings(deadline=None, max_examples=300)
@given(announcements(), announcements(), st.sampled_from([0, 1, 7, 90, 366, 730]), st.sampled_from(ORIGINS))
def test_no_match_is_missed_by_the_register(
    one: Announcement, two: Announcement, apart: int, origin: str
) -> None:
    """Announcements that could be one action meet, however far apart; only those that cannot are not compared."""
    shift = timedelta(days=apart)
    two = replace(
        two,
        announced=two.announced and two.announced + shift,
        dates=tuple(replace(item, day=item.day and item.day + shift) for item in two.dates),
    )
    known = datetime(2025, 1, 1, tzinfo=UTC)
    facets = prepare(
        StoredAnnouncement(f"{name}.0", name, "i1", known, origin, said)
        for name, said in (("a", one), ("b", two))
    )
    group, register = Group([facets[0]]), Register()
    register.file(0, [facets[0]], group.reach)
    found = match(*facets)
    if group.may_hold(facets[1], Group([facets[1]]).reach) and found.verdict not in {
        Verdict.APART,
        Verdict.NEVER,
    }:
        assert register.find(facets[1], Group([facets[1]]).reach) == [0]


def test_the_register_leaves_out_what_shares_nothing() -> None:
    """A history of sixty quarters is not compared as a whole: three of them lie near a new one."""
    register = Register()
    for number in range(60):
        facet = facet_of(quarterly(number))
        register.file(number, [facet], Group([facet]).reach)
    newest = facet_of(quarterly(30))
    assert register.find(newest, Group([newest]).reach) == [30]


def quarterly(number: int) -> StoredAnnouncement:
    day = date(2000, 1, 3) + timedelta(days=91 * number)
    said = Announcement(
        issuer=Issuer("Kirschbaum"),
        event_type=EventType.CASH_DIVIDEND,
        dates=(EventDate(DateKind.RECORD, day + timedelta(days=20)),),
        announced=day,
    )
    return StoredAnnouncement(
        f"q{number}.0", f"q{number}", "i1", datetime(2025, 1, 1, tzinfo=UTC), FILING, said
    )


@patient
@given(stored(), days(0, 400))
def test_only_passing_days_complete_and_never_what_is_held_or_open(
    told: list[StoredAnnouncement], today: date
) -> None:
    for early, late in zip(run(told).actions, run(told, today=today).actions, strict=True):
        assert replace(early, status=late.status, notes=()) == replace(late, notes=())
        if late.status is Status.COMPLETED:
            assert late.held == ()
            assert all(item.day is not None and item.day < today for item in late.dates)


def test_each_function_has_its_place_in_the_order() -> None:
    assert set(FUNCTION_ORDER) == set(NoticeFunction)


class TwoReconcilers(RuleBasedStateMachine):
    """Two services get the same announcements in different orders and at different times."""

    def __init__(self) -> None:
        super().__init__()
        self.begin([])

    @initialize(told=stored())
    def begin(self, told: list[StoredAnnouncement]) -> None:
        self.waiting: tuple[list[StoredAnnouncement], list[StoredAnnouncement]] = (list(told), list(told))
        self.known: tuple[list[StoredAnnouncement], list[StoredAnnouncement]] = ([], [])
        self.actions: list[tuple[CorporateAction, ...]] = [(), ()]
        self.led: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self.seen: tuple[set[str], set[str]] = (set(), set())

    @rule(side=st.integers(0, 1), choice=st.integers(0, 100), again=st.booleans())
    def deliver(self, side: int, choice: int, *, again: bool) -> None:
        waiting, known = self.waiting[side], self.known[side]
        if again and known:
            known.append(known[choice % len(known)])
        elif waiting:
            known.append(waiting.pop(choice % len(waiting)))
        self.reconcile(side)

    def reconcile(self, side: int) -> None:
        result = run(self.known[side], self.actions[side])
        self.actions[side] = result.actions
        self.led[side].update(result.merged)
        for action in result.actions:
            self.led[side].pop(action.id, None)
            self.seen[side].add(action.id)

    def teardown(self) -> None:
        """In the end both have got everything, the second one in the reverse order."""
        for side in (0, 1):
            rest = self.waiting[side] if side == 0 else self.waiting[side][::-1]
            for item in rest:
                self.known[side].append(item)
                self.reconcile(side)
        self.equal_knowledge_is_equal_state()
        self.every_id_ever_given_leads_to_an_action()

    @invariant()
    def equal_knowledge_is_equal_state(self) -> None:
        if {item.id for item in self.known[0]} != {item.id for item in self.known[1]}:
            return
        one, two = (tuple(replace(action, id="") for action in actions) for actions in self.actions)
        assert one == two

    @invariant()
    def every_id_ever_given_leads_to_an_action(self) -> None:
        for side in (0, 1):
            present = {action.id for action in self.actions[side]}
            for name in self.seen[side]:
                target = name
                for _ in range(len(self.led[side]) + 1):
                    target = self.led[side].get(target, target)
                assert target in present


TwoReconcilers.TestCase.settings = settings(max_examples=50, stateful_step_count=10, deadline=None)
TestTwoReconcilers = TwoReconcilers.TestCase
