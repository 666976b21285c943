"""Sending: once, late where it still helps, again where it may work, and never all stopped by one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from calendar_service.couriers.smtp import SmtpCourier
from calendar_service.errors import DeliveryError
from calendar_service.model.codes import DateKind
from calendar_service.model.records import Message, Pace
from calendar_service.model.subscription import Delivery, DeliveryState, Lead, ReminderPlan, Rhythm
from calendar_service.remind.lanes import send_in_lanes
from calendar_service.remind.pacing import take_turn
from calendar_service.remind.retry import find_next_attempt
from calendar_service.remind.sending import IN_DOUBT
from calendar_service.settings import MailSettings
from tests.conftest import FixedClock
from tests.reminding import Keeper, World
from tests.smtp_sink import RCPT, Script, Sink

PLANNED, SENT, FAILED = DeliveryState.PLANNED, DeliveryState.SENT, DeliveryState.FAILED
DROPPED, MISSED = DeliveryState.DROPPED, DeliveryState.MISSED
ON_THE_DAY = ReminderPlan(((DateKind.RECORD, (Lead(0),)),))
TODAY = date(2026, 3, 2)


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> World:
    return World(tmp_path, clock)  # it is 2 March 2026, 09:00 UTC


def fill(world: World, count: int) -> None:
    """So many readers with a reminder each, due now."""
    for number in range(count):
        world.subscribe(f"r{number}", plan=ON_THE_DAY)
    world.announce("a1", {DateKind.RECORD: TODAY})


def states(world: World) -> dict[str, DeliveryState]:
    return {row.subscription_id: row.state for row in world.rows()}


def claim(world: World, worker: str) -> list[Delivery]:
    with world.store.begin() as unit:
        return list(unit.deliveries.claim(world.clock.now(), worker, 100, stale_after=600))


def transient(text: str = "451 later", *, unreachable: bool = False) -> DeliveryError:
    return DeliveryError(text, permanent=False, unreachable=unreachable)


def test_a_mail_goes_out_once_and_is_told_of(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    fill(world, 1)
    with caplog.at_level(logging.INFO, "calendar_service.remind.sending"):
        assert world.dispatcher().tick() == {"sent": 1}
    assert world.dispatcher().tick() == {}
    (row,) = world.rows()
    assert (row.state, row.sent_at, row.late, row.attempts) == (SENT, clock.now(), False, 1)
    (mail,) = world.mails()
    assert mail["Message-ID"] == row.message_id
    assert mail["To"] == "r0@reader.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (record,) = caplog.records
    assert record.getMessage() == f"delivery {row.id} reminder: sent"
    assert record.message_id == row.message_id  # type: ignore[attr-defined]


def test_what_a_dead_worker_held_goes_out_with_its_message_id(world: World, clock: FixedClock) -> None:
    fill(world, 3)
    held = claim(world, "dead")
    courier = Keeper()
    assert world.dispatcher(courier).tick() == {}
    clock.advance(seconds=600)
    assert world.dispatcher(courier).tick() == {}
    clock.advance(seconds=1)
    assert world.dispatcher(courier).tick() == {"sent": 3}
    assert {message_id for _, message_id, _ in courier.sent} == {row.message_id for row in held}


def test_after_a_silence_what_still_helps_is_sent_and_the_rest_listed(
    world: World, clock: FixedClock
) -> None:
    plan = ReminderPlan(((DateKind.RECORD, (Lead(7), Lead(3), Lead(1))),))
    world.subscribe("reader", plan=plan)
    world.announce("near", {DateKind.RECORD: date(2026, 3, 20)}, issuer="Near AG")
    world.announce("over", {DateKind.RECORD: date(2026, 3, 16)}, issuer="Over AG")
    clock.instant = datetime(2026, 3, 18, 12, tzinfo=UTC)  # nobody looked for two weeks
    courier = Keeper()
    world.dispatcher(courier).tick()
    found = [(row.action_id, row.lead, row.state, row.late, row.note) for row in world.rows()]
    over, later = (
        "the date was over before it could be sent",
        "a later reminder of the same date is due as well",
    )
    assert found == [
        ("over", Lead(7), MISSED, False, over),
        ("near", Lead(7), DROPPED, False, later),
        ("over", Lead(3), MISSED, False, over),
        ("over", Lead(1), MISSED, False, over),
        ("near", Lead(3), SENT, True, ""),
        ("near", Lead(1), PLANNED, False, ""),
    ]
    ((_, _, content),) = courier.sent
    assert b"This mail comes late: the service was down when it was due." in content.replace(b"=\r\n", b"")


def test_a_first_refusal_after_a_long_silence_is_not_the_last(world: World, clock: FixedClock) -> None:
    world.subscribe("reader", plan=ReminderPlan(((DateKind.RECORD, (Lead(7),)),)))
    world.announce("a1", {DateKind.RECORD: date(2026, 3, 12)})
    clock.advance(days=6)
    assert world.dispatcher(Keeper(lambda _: transient())).tick() == {"planned": 1}
    (row,) = world.rows()
    assert (row.state, row.note) == (PLANNED, "451 later")


def test_451_is_tried_again_with_growing_pauses_for_a_day(world: World, clock: FixedClock) -> None:
    world.subscribe("reader", plan=ReminderPlan(((DateKind.RECORD, (Lead(7),)),)))
    world.announce("a1", {DateKind.RECORD: date(2026, 3, 9)})
    with Sink(Script(answers={RCPT: ["451 4.7.1 greylisted"] * 99})) as sink:
        courier = SmtpCourier(MailSettings(host="127.0.0.1", port=sink.port, security="none"))
        dispatcher = world.dispatcher(courier)
        tries = [clock.now()]
        while world.rows()[0].state is PLANNED:
            with world.store.read() as unit:
                due = unit.deliveries.next_due()
            assert due is not None
            tries.append(due)
            clock.instant = due
            dispatcher.tick()
        courier.close()
    (row,) = world.rows()
    assert (row.state, row.note) == (FAILED, "given up after a day: 451 4.7.1 greylisted")
    pauses = [later - earlier for earlier, later in pairwise(tries[1:])]
    assert len(pauses) == 15
    for number, pause in enumerate(pauses):
        usual = min(timedelta(minutes=2**number), timedelta(hours=3))
        assert 0.75 * usual <= pause <= 1.25 * usual
    assert timedelta(hours=18) < sum(pauses, timedelta()) < timedelta(hours=32)
    assert row.attempts == 16


def test_pauses_are_spread_and_repeatable() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    found = [find_next_attempt(now, 5, f"<{number}@x>") for number in range(200)]
    assert len(set(found)) == 200
    assert found[0] == find_next_attempt(now, 5, "<0@x>")
    assert find_next_attempt(now, 16, "<0@x>") is None
    assert find_next_attempt(now, 15, "<0@x>") is not None


def test_one_broken_letter_stops_no_other(world: World, clock: FixedClock) -> None:
    fill(world, 5)
    with world.store.begin() as unit:
        subscription = unit.subscriptions.find("r2")
        assert subscription is not None
        unit.subscriptions.update(replace(subscription, zone="Mars/Olympus"))
    courier = Keeper()
    assert world.dispatcher(courier).tick() == {"sent": 4, "planned": 1}
    (broken,) = world.rows(PLANNED)
    assert broken.subscription_id == "r2"
    assert broken.note.startswith("it cannot be written: ZoneInfoNotFoundError")
    assert find_due(world) > clock.now()


def find_due(world: World) -> datetime:
    with world.store.read() as unit:
        due = unit.deliveries.next_due()
    assert due is not None
    return due


def test_a_courier_that_breaks_stops_no_other(world: World) -> None:
    fill(world, 5)
    courier = Keeper(lambda target: ZeroDivisionError("oh") if target.startswith("r3") else None)
    assert world.dispatcher(courier).tick() == {"sent": 4, "planned": 1}
    (broken,) = world.rows(PLANNED)
    assert (broken.subscription_id, broken.note) == ("r3", "ZeroDivisionError: oh")


class Breaking(Keeper):
    """A courier of many at a time that breaks at the third of each call, with two more under way."""

    def send_all(
        self, messages: Iterator[Message], report: Callable[[Message, DeliveryError | None], None]
    ) -> None:
        for number, message in enumerate(messages):
            if number == 2:
                next(messages, None)
                raise ZeroDivisionError("oh")
            self.send(message.target, message.message_id, message.content)
            report(message, None)


def test_a_courier_of_many_that_breaks_goes_on_with_the_others(world: World) -> None:
    fill(world, 7)
    courier = Breaking()
    assert world.dispatcher(courier).tick() == {"sent": 4, "planned": 3}
    assert {row.note for row in world.rows(PLANNED)} == {"ZeroDivisionError: oh"}
    sent = {row.message_id for row in world.rows(SENT)}
    assert {message_id for _, message_id, _ in courier.sent} == sent


def test_a_mail_that_cannot_be_signed_is_tried_again(world: World) -> None:
    fill(world, 5)

    def sign(content: bytes) -> bytes:
        if b"To: r2@" in content:
            raise ValueError("no signature")
        return b"DKIM-Signature: x\r\n" + content

    with Sink() as sink:
        courier = SmtpCourier(MailSettings(host="127.0.0.1", port=sink.port, security="none"))
        assert world.dispatcher(courier, sign=sign).tick() == {"sent": 4, "planned": 1}
        courier.close()
    assert [row.note for row in world.rows(PLANNED)] == ["ValueError: no signature"]
    assert {item.content.split(b":")[0] for item in sink.received} == {b"DKIM-Signature"}
    assert len(sink.received) == 4


def test_an_address_that_cannot_be_written_to_fails_alone(world: World) -> None:
    world.subscribe("evil", plan=ON_THE_DAY, target="a@example.org\r\nBcc: victim@example.org")
    world.subscribe("good", plan=ON_THE_DAY)
    world.announce("a1", {DateKind.RECORD: TODAY})
    courier = Keeper()
    assert world.dispatcher(courier).tick() == {"failed": 1, "sent": 1}
    assert [target for target, _, _ in courier.sent] == ["good@reader.example"]


def test_a_stop_is_honoured_between_messages(world: World) -> None:
    fill(world, 12)
    stop = threading.Event()
    courier = Keeper(lambda _: stop.set())
    done = world.dispatcher(courier, lanes=1, stopping=stop.is_set).tick()
    assert done == {"sent": 1, "given_back": 11}
    rows = world.rows(PLANNED)
    assert [(row.attempts, row.claimed_at) for row in rows] == [(0, None)] * 11
    assert world.dispatcher(courier).tick() == {"sent": 11}


def test_while_the_server_cannot_be_reached_nothing_is_used_up(world: World, clock: FixedClock) -> None:
    fill(world, 10)
    down = Keeper(lambda _: transient("connection refused", unreachable=True))
    dispatcher = world.dispatcher(down, lanes=1)
    assert dispatcher.tick() == {"planned": 1, "given_back": 9}
    assert sorted(row.attempts for row in world.rows()) == [0] * 9 + [1]
    assert dispatcher.tick() == {}
    clock.advance(seconds=120)
    down.fail = None
    assert dispatcher.tick() == {"sent": 10}


def test_nothing_is_begun_that_another_worker_may_take_over(world: World, clock: FixedClock) -> None:
    fill(world, 4)

    def slow(_: str) -> None:
        clock.advance(seconds=200)

    courier = Keeper(slow)
    done = world.dispatcher(courier, lanes=1, batch=4).send_batch()
    assert done == {"sent": 2, "given_back": 2}  # begun after 0 and 200 seconds of 600
    assert world.dispatcher(courier, lanes=1).tick() == {"sent": 2}
    assert len({message_id for _, message_id, _ in courier.sent}) == len(courier.sent) == 4


def test_a_domain_gets_so_many_a_minute(world: World, clock: FixedClock) -> None:
    fill(world, 25)
    world.subscribe("elsewhere", plan=ON_THE_DAY, target="x@other.example")
    courier = Keeper()
    dispatcher = world.dispatcher(courier, per_domain_a_minute=10)
    assert dispatcher.tick() == {"sent": 11, "given_back": 15}
    assert {row.attempts for row in world.rows(PLANNED)} == {0}
    sent = []
    for _ in range(3):
        clock.advance(seconds=60)
        sent.append(dispatcher.tick()["sent"])
    assert sent[0] == 10
    assert sum(sent) == 15
    assert len({message_id for _, message_id, _ in courier.sent}) == 26


def test_all_workers_keep_to_one_limit(world: World, clock: FixedClock) -> None:
    fill(world, 30)
    courier = Keeper()
    workers = [
        world.dispatcher(courier, worker=name, batch=10, per_domain_a_minute=12) for name in ("one", "two")
    ]
    done = [worker.send_batch()["sent"] for worker in (*workers, *workers)]
    assert done == [10, 2, 0, 0]
    clock.advance(minutes=1)
    assert sum(worker.tick()["sent"] for worker in workers) == 12
    assert len({message_id for _, message_id, _ in courier.sent}) == len(courier.sent) == 24


def test_turns_are_given_once() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    pace, turns = Pace(now, now), []
    for _ in range(63):
        pace, turn = take_turn(pace, 60, now)
        turns.append(turn)
    assert turns == [None] * 60 + [now + timedelta(seconds=number) for number in (1, 2, 3)]
    pace, turn = take_turn(pace, 60, now + timedelta(seconds=1))
    assert turn is None
    assert take_turn(pace, 60, now + timedelta(seconds=1))[1] == now + timedelta(seconds=4)


def test_a_digest_that_ends_plans_the_next(world: World, clock: FixedClock) -> None:
    plan = ReminderPlan(ON_THE_DAY.leads, rhythm=Rhythm.DAILY)
    world.subscribe("digest", plan=plan, hour=10)
    world.announce("a1", {DateKind.RECORD: TODAY})
    clock.advance(hours=1)
    dispatcher = world.dispatcher(Keeper(lambda _: transient()))
    dispatcher.tick()
    assert [row.state for row in world.rows()] == [PLANNED]
    dispatcher.couriers = {"email": Keeper(lambda _: DeliveryError("550 no", permanent=True))}
    clock.advance(hours=1)
    dispatcher.tick()
    assert [(row.state, row.day) for row in world.rows()] == [(FAILED, TODAY), (PLANNED, date(2026, 3, 3))]


def test_a_reader_who_left_gets_nothing_that_was_under_way(world: World, clock: FixedClock) -> None:
    fill(world, 1)
    with world.store.begin() as unit:
        subscription = unit.subscriptions.find("r0")
        assert subscription is not None
        unit.subscriptions.update(replace(subscription, ended_at=clock.now()))  # the ledger is not told
    assert world.dispatcher(Keeper()).tick() == {"dropped": 1}
    assert world.rows()[0].note == "the reader ended the subscription"


def test_a_date_that_moved_after_the_claim_is_not_sent(world: World, clock: FixedClock) -> None:
    fill(world, 1)
    claim(world, "dead")
    world.announce("a1", {DateKind.RECORD: date(2026, 3, 20)})
    clock.advance(seconds=601)
    courier = Keeper()
    assert world.dispatcher(courier).tick()["dropped"] == 1
    assert all(b"2 Mar" not in content.partition(b"\r\n\r\n")[0] for _, _, content in courier.sent)


def test_a_tick_with_nothing_to_do_writes_at_most_twice_a_minute(world: World, clock: FixedClock) -> None:
    dispatcher = world.dispatcher(Keeper())
    noted = []
    for _ in range(5):
        dispatcher.tick()
        with world.store.read() as unit:
            noted.append(unit.get_state("last_tick"))
        clock.advance(seconds=15)
    assert noted == [
        "2026-03-02T09:00:00+00:00", "2026-03-02T09:00:00+00:00", "2026-03-02T09:00:30+00:00",
        "2026-03-02T09:00:30+00:00", "2026-03-02T09:01:00+00:00",
    ]  # fmt: skip


def test_two_workers_side_by_side_send_each_once(world: World) -> None:
    fill(world, 60)
    courier, start = Keeper(), threading.Barrier(2)

    def work(name: str) -> None:
        dispatcher = world.dispatcher(courier, worker=name, batch=7)
        start.wait()
        dispatcher.tick()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(courier.sent) == len({message_id for _, message_id, _ in courier.sent}) == 60
    assert set(states(world).values()) == {SENT}


def test_lanes_keep_few_in_doubt_and_stop_at_an_error() -> None:
    begun, recorded, most = 0, 0, 0
    lock = threading.Lock()

    def send(items: Iterator[int], report: Callable[[int], None]) -> None:
        nonlocal begun, most
        for item in items:
            with lock:
                begun += 1
                most = max(most, begun - recorded)
            report(item)

    def record(group: list[int]) -> None:
        nonlocal recorded
        with lock:
            recorded += len(group)

    send_in_lanes(range(500), send, record, lanes=4, in_doubt=IN_DOUBT)
    assert recorded == 500
    assert most <= IN_DOUBT

    def refuse(_: list[int]) -> None:
        raise OSError("the database is gone")

    begun = recorded = 0
    with pytest.raises(OSError, match="the database is gone"):
        send_in_lanes(range(500), send, refuse, lanes=4, in_doubt=IN_DOUBT)
    assert begun <= IN_DOUBT + 4

    def break_down(items: Iterator[int], _: Callable[[int], None]) -> None:
        raise ValueError(str(next(items)))

    with pytest.raises(ValueError, match=r"[0-9]"):
        send_in_lanes(range(500), break_down, record, lanes=4, in_doubt=IN_DOUBT)
    send_in_lanes([], send, record, lanes=4, in_doubt=IN_DOUBT)
