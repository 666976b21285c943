"""What every store promises of the ledger of messages, alone and with others working beside it."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_service.model.ports import Store
from calendar_service.model.records import DeliveryOutcome
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState
from calendar_service.remind.pacing import take_turns
from calendar_service.store import open_store
from tests.contract.store_samples import NOW, blocks, hours, make_delivery, make_entry

PLANNED, CLAIMED, SENT = DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENT


def plan(store: Store, *deliveries: Delivery) -> int:
    with store.begin() as unit:
        return unit.deliveries.plan(deliveries)


def claim(
    store: Store, hour: float, worker: str = "w", limit: int = 100, stale_after: float = 600
) -> list[Delivery]:
    with store.begin() as unit:
        return list(unit.deliveries.claim(hours(hour), worker, limit, stale_after=stale_after))


class LedgerContract:
    """The `Deliveries` port."""

    def test_a_planned_row_comes_back(self, store: Store) -> None:
        full = make_delivery("a", revision=3, late=True, note="since \x00 then")
        bare = make_delivery("b", hours(1), action_id=None, entry_uid=None, day=None, lead=None)
        assert plan(store, full, bare) == 2
        with store.read() as unit:
            found = unit.deliveries.planned_for(subscription_id="reader")
        assert [replace(item, id=0) for item in found] == [replace(full, note="since � then"), bare]
        assert len({item.id for item in found}) == 2

    def test_planning_twice_is_planning_once(self, store: Store) -> None:
        assert plan(store, make_delivery("a"), make_delivery("a", hours(2))) == 1
        assert plan(store, make_delivery("a", hours(1)), make_delivery("b")) == 1
        assert plan(store) == 0
        with store.read() as unit:
            assert [item.due_at for item in unit.deliveries.list()] == [NOW, NOW]

    def test_many_rows_at_once(self, store: Store) -> None:
        with store.begin() as unit:
            assert (
                unit.deliveries.plan(make_delivery(f"k{n}", hours(n / 100)) for n in range(12_001)) == 12_001
            )
            assert unit.deliveries.next_due() == NOW
            assert unit.deliveries.count_due(hours(1)) == 101

    def test_only_due_rows_are_claimed_in_their_order(self, store: Store) -> None:
        plan(store, *[make_delivery(f"k{n}", hours(n)) for n in (3, 1, 2, 0)])
        found = claim(store, 2)
        assert [item.key for item in found] == ["k0", "k1", "k2"]
        assert {(item.state, item.attempts, item.claimed_at) for item in found} == {(CLAIMED, 1, hours(2))}
        assert claim(store, 2) == []
        with store.read() as unit:
            assert unit.deliveries.next_due() == hours(3)

    def test_a_claim_keeps_to_its_limit(self, store: Store) -> None:
        plan(store, *[make_delivery(f"k{n}") for n in range(5)])
        assert [len(claim(store, 0, limit=2)) for _ in range(4)] == [2, 2, 1, 0]

    def test_a_stale_claim_is_taken_over_with_its_message_id(self, store: Store) -> None:
        plan(store, make_delivery("a"))
        first = claim(store, 0, "one")
        with store.begin() as unit:
            claimed_at = hours(0) + timedelta(seconds=600)
            assert unit.deliveries.claim(claimed_at, "two", 9, stale_after=600) == []
            late = claimed_at + timedelta(seconds=1)
            (second,) = unit.deliveries.claim(late, "two", 9, stale_after=600)
        assert (second.id, second.message_id) == (first[0].id, first[0].message_id)
        assert second.attempts == 2

    def test_sent_is_the_end(self, store: Store) -> None:
        plan(store, make_delivery("a"))
        (row,) = claim(store, 0)
        with store.begin() as unit:
            assert unit.deliveries.record(row.id, SENT, hours(1), late=True)
            assert not unit.deliveries.record(row.id, SENT, hours(2))
            assert not unit.deliveries.record(row.id, PLANNED, hours(2), retry_at=hours(3), note="busy")
            assert not unit.deliveries.record(row.id, DeliveryState.FAILED, hours(2))
            (found,) = unit.deliveries.list(state=SENT)
            assert (found.sent_at, found.late) == (hours(1), True)
            assert unit.deliveries.counts(hours(1))["late"] == 1
            assert unit.deliveries.reminded_of("action") == {"reader"}
            assert unit.deliveries.reminded_of("other") == set()
        assert claim(store, 99) == []

    def test_put_back_until_its_time(self, store: Store) -> None:
        plan(store, make_delivery("a"))
        (row,) = claim(store, 0)
        with store.begin() as unit:
            assert unit.deliveries.record(row.id, PLANNED, NOW, retry_at=hours(2), note="451 later")
            assert unit.deliveries.next_due() == hours(2)
            with pytest.raises(ValueError, match="next attempt"):
                unit.deliveries.record(row.id, PLANNED, NOW)
            assert unit.deliveries.next_attempts("reader") == {row.id: hours(2)}
            assert unit.deliveries.last_sent(["reader"]) is None
        assert claim(store, 1.9) == []
        (again,) = claim(store, 2)
        assert (again.due_at, again.attempts, again.note) == (NOW, 2, "451 later")

    def test_whoever_lost_the_row_says_nothing_more_than_sent(self, store: Store) -> None:
        plan(store, make_delivery("a"))
        (row,) = claim(store, 0, "one")
        claim(store, 1, "two")
        with store.begin() as unit:
            record = unit.deliveries.record
            assert not record(row.id, DeliveryState.FAILED, hours(1), worker="one", note="timed out")
            assert not record(row.id, PLANNED, hours(1), retry_at=hours(2), worker="one")
            assert record(row.id, SENT, hours(1), worker="one")
            assert not record(row.id, DeliveryState.FAILED, hours(2), worker="two")
            assert [item.state for item in unit.deliveries.list()] == [SENT]

    def test_recorded_in_bulk(self, store: Store) -> None:
        plan(store, *[make_delivery(f"k{n}") for n in range(6)])
        rows = claim(store, 0)
        states = [SENT, SENT, PLANNED, DeliveryState.FAILED, DeliveryState.MISSED]
        outcomes = [
            DeliveryOutcome(row.id, state, retry_at=hours(1) if state is PLANNED else None, note=state)
            for row, state in zip(rows, states, strict=False)
        ]
        with store.begin() as unit:
            assert unit.deliveries.record_all(outcomes, NOW, worker="w") == 5
            assert unit.deliveries.record_all([], NOW) == 0
            counts = unit.deliveries.counts(hours(1))
            found = unit.deliveries.list(state=DeliveryState.FAILED)
        assert counts == {
            "planned": 1, "claimed": 1, "sent": 2, "failed": 1, "missed": 1, "dropped": 0, "due": 1, "late": 0,
        }  # fmt: skip
        assert [(item.key, item.note, item.sent_at) for item in found] == [("k3", "failed", None)]

    def test_given_back_as_if_never_claimed(self, store: Store) -> None:
        plan(store, make_delivery("a"), make_delivery("b"))
        first, second = claim(store, 0, "one")
        with store.begin() as unit:
            assert unit.deliveries.give_back([(first.id, None)], worker="other") == 0
            assert unit.deliveries.give_back([(first.id, None), (second.id, hours(3))], worker="one") == 2
            assert unit.deliveries.give_back([], worker="one") == 0
        assert [(item.key, item.attempts) for item in claim(store, 0)] == [("a", 1)]
        assert [(item.key, item.attempts) for item in claim(store, 3, stale_after=10**6)] == [("b", 1)]

    def test_has_work_says_what_a_claim_would(self, store: Store) -> None:
        def has_work(hour: float) -> bool:
            with store.read() as unit:
                return unit.deliveries.has_work(hours(hour), stale_after=600)

        assert not has_work(0)
        plan(store, make_delivery("a", hours(1)))
        assert [has_work(0.9), has_work(1)] == [False, True]
        claim(store, 1)
        assert [has_work(1.1), has_work(1.2)] == [False, True]

    def test_what_was_not_tried_is_given_back(self, store: Store) -> None:
        plan(store, make_delivery("a"), make_delivery("b"), make_delivery("c"))
        rows = {row.key: row.id for row in claim(store, 0, "one")}
        with store.begin() as unit:
            assert unit.deliveries.give_back([(rows["a"], None)], worker="two") == 0
            assert unit.deliveries.give_back([(rows["a"], None), (rows["b"], hours(2))], worker="one") == 2
            assert unit.deliveries.give_back([], worker="one") == 0
            unit.deliveries.record(rows["c"], SENT, NOW)
            assert unit.deliveries.give_back([(rows["c"], None)], worker="one") == 0
        assert [(row.key, row.attempts) for row in claim(store, 1)] == [("a", 1)]
        assert [(row.key, row.attempts) for row in claim(store, 2)] == [("a", 2), ("b", 1)]

    def test_whether_there_is_work(self, store: Store) -> None:
        def has_work(hour: float) -> bool:
            with store.read() as unit:
                return unit.deliveries.has_work(hours(hour), stale_after=600)

        assert not has_work(0)
        plan(store, make_delivery("a", hours(1)))
        assert [has_work(hour) for hour in (0.9, 1)] == [False, True]
        (row,) = claim(store, 1)
        assert [has_work(hour) for hour in (1, 1.1, 1.2)] == [False, False, True]  # stale after ten minutes
        with store.begin() as unit:
            unit.deliveries.record(row.id, SENT, hours(1))
        assert not has_work(99)

    def test_who_was_sent_what_kind(self, store: Store) -> None:
        plan(store, make_delivery("a"), make_delivery("b", subscription_id="x", kind=DeliveryKind.CHANGE))
        rows = claim(store, 0)
        with store.begin() as unit:
            unit.deliveries.record_all([DeliveryOutcome(row.id, SENT) for row in rows], NOW)
            assert unit.deliveries.reminded_of("action") == {"reader", "x"}
            assert unit.deliveries.reminded_of("action", DeliveryKind.CHANGE) == {"x"}

    def test_dropped_rows_are_not_sent(self, store: Store) -> None:
        plan(store, make_delivery("a"), make_delivery("b"), make_delivery("c"))
        claim(store, 0, limit=1)
        with store.begin() as unit:
            assert unit.deliveries.drop(["a", "b", "x"], "the date moved") == 1
            (dropped,) = unit.deliveries.list(state=DeliveryState.DROPPED)
            assert (dropped.key, dropped.note) == ("b", "the date moved")
            assert unit.deliveries.drop([], "nothing") == 0
        assert [item.key for item in claim(store, 0)] == ["c"]

    def test_dropped_by_what_they_are_about(self, store: Store) -> None:
        plan(
            store,
            make_delivery("a", action_id="one", entry_uid="e1"),
            make_delivery("b", action_id="one", entry_uid="e2"),
            make_delivery("c", action_id="two", subscription_id="other"),
        )
        with store.begin() as unit:
            found = unit.deliveries.planned_for(action_id="one", entry_uid="e2")
            assert [item.key for item in found] == ["b"]
            assert unit.deliveries.drop_for("moved", action_id="one", entry_uid="e1") == 1
            assert unit.deliveries.drop_for("left", subscription_id="other") == 1
            with pytest.raises(ValueError, match="whose"):
                unit.deliveries.drop_for("everything")
            assert [item.key for item in unit.deliveries.list(state=PLANNED)] == ["b"]

    def test_a_dropped_row_that_is_wanted_again_is_revived(self, store: Store) -> None:
        plan(store, make_delivery("a"))
        with store.begin() as unit:
            unit.deliveries.drop(["a"], "the reader chose other lead times")
        again = make_delivery("a", hours(5), message_id="<other@calendar.example>")
        assert plan(store, again) == 1
        (row,) = claim(store, 5)
        assert (row.due_at, row.note, row.message_id) == (hours(5), "", "<a@calendar.example>")
        with store.begin() as unit:
            unit.deliveries.record(row.id, SENT, NOW)
        assert plan(store, again) == 0

    def test_listed_newest_first(self, store: Store) -> None:
        plan(
            store,
            *[make_delivery(f"k{n}", action_id=f"x{n % 2}", subscription_id=f"s{n % 3}") for n in range(6)],
        )
        with store.read() as unit:
            assert [item.key for item in unit.deliveries.list(limit=2)] == ["k5", "k4"]
            assert [item.key for item in unit.deliveries.list(action_id="x0", subscription_id="s1")] == ["k4"]

    def test_old_closed_rows_are_forgotten(self, store: Store) -> None:
        plan(store, make_delivery("open"), make_delivery("old"), make_delivery("new", hours(2)))
        with store.begin() as unit:
            unit.deliveries.drop(["old", "new"], "")
            assert unit.deliveries.forget(hours(1)) == 1
            assert [item.key for item in unit.deliveries.list()] == ["new", "open"]


def claim_all(url: str, worker: str, start: threading.Barrier | None = None) -> list[int]:
    """Claims batch after batch until nothing is left, recording each as sent."""
    store, found = open_store(url), list[int]()
    if start is not None:
        start.wait()
    while batch := claim(store, 0, worker, limit=17):
        found += [item.id for item in batch]
        with store.begin() as unit:
            unit.deliveries.record_all([DeliveryOutcome(item.id, SENT) for item in batch], NOW, worker=worker)
    store.close()
    return found


def migrate_once(url: str) -> str:
    store = open_store(url)
    store.migrate()
    with store.begin() as unit:
        unit.set_state("migrated", "yes")
        value = unit.get_state("migrated")
    store.close()
    return value or ""


def take_many_turns(url: str, number: int) -> list[str]:
    """The domains that this worker was given turns for; each asks for those of ten batches, in an order of its own."""
    store, found = open_store(url), list[str]()
    targets = [f"r@{name}.example" for name in ("one", "two", "three", f"only{number}")]
    for batch in range(10):
        asked = targets[batch % 4 :] * 5
        with store.begin() as unit:
            turns = take_turns(unit, asked, 60, NOW)
        found += [target.partition("@")[2] for target, turn in zip(asked, turns, strict=True) if turn is None]
    store.close()
    return found


class ConcurrencyContract:
    """Threads and processes beside one another."""

    def test_threads_claim_apart(self, store: Store, url: str) -> None:
        plan(store, *[make_delivery(f"k{n}") for n in range(400)])
        start = threading.Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda worker: claim_all(url, worker, start), "abcd"))
        every = [number for part in found for number in part]
        assert len(every) == len(set(every)) == 400
        with store.read() as unit:
            assert unit.deliveries.counts(NOW)["sent"] == 400

    def test_processes_claim_apart(self, store: Store, url: str) -> None:
        plan(store, *[make_delivery(f"k{n}") for n in range(400)])
        store.close()
        with multiprocessing.get_context("spawn").Pool(4) as pool:
            found = pool.starmap(claim_all, [(url, worker) for worker in "abcd"])
        every = [number for part in found for number in part]
        assert len(every) == len(set(every)) == 400

    def test_processes_keep_to_one_pace(self, store: Store, url: str) -> None:
        store.close()
        with multiprocessing.get_context("spawn").Pool(4) as pool:
            found = pool.starmap(take_many_turns, [(url, number) for number in range(4)])
        given = Counter(domain for part in found for domain in part)
        # 60, 120 and 160 were asked for by all together.
        assert [given[f"{name}.example"] for name in ("one", "two", "three")] == [60, 60, 60]
        assert [given[f"only{number}.example"] for number in range(4)] == [50] * 4

    def test_processes_migrate_at_once(self, url: str) -> None:
        with multiprocessing.get_context("spawn").Pool(4) as pool:
            assert pool.map(migrate_once, [url] * 4, chunksize=1) == ["yes"] * 4

    def test_a_forked_process_opens_its_own_connection(self, store: Store) -> None:
        with store.begin() as unit:
            unit.set_state("who", "parent")
        context = multiprocessing.get_context("fork")
        child = context.Process(target=write_as_child, args=(store,))
        child.start()
        child.join(30)
        assert child.exitcode == 0
        with store.begin() as unit:
            assert unit.get_state("who") == "child"

    def test_writers_wait_for_one_another(self, store: Store) -> None:
        start = threading.Barrier(4)

        def save(worker: int) -> None:
            start.wait()
            for number in range(10):
                with store.begin() as unit:
                    uid = f"{worker}-{number}"
                    unit.entries.save(make_entry(uid, f"issuer-{number % 3}", number), blocks(uid))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(save, range(4)))
        with store.read() as unit:
            versions = [version for version, _ in unit.entries.changed_since(0)]
        assert versions == list(range(1, 41))


def write_as_child(store: Store) -> None:
    with store.begin() as unit:
        assert unit.get_state("who") == "parent"
        unit.set_state("who", "child")
