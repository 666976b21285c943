"""Claim what is due, hand it over, record what became of it: at least once, and in practice once.

Rows are recorded in small groups right after their messages were handed over, so that a worker that
dies leaves at most `IN_DOUBT` messages of which nobody knows; they are sent again with the same
Message-ID.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from calendar_service.errors import DeliveryError
from calendar_service.model.ports import BulkCourier, Clock, Courier, Store
from calendar_service.model.records import DeliveryOutcome, Message
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Subscription
from calendar_service.remind.lanes import send_in_lanes
from calendar_service.remind.letters import Broken, Letter, LetterWriter, Written
from calendar_service.remind.pacing import take_turns
from calendar_service.remind.planning import ReminderPlanner
from calendar_service.remind.refusing import Refusal, find_last_accepted, note_refusal
from calendar_service.remind.retry import find_next_attempt, find_second_chance

log = logging.getLogger(__name__)

LAST_TICK = "last_tick"
NOTE_TICK_AFTER = timedelta(seconds=30)  # writing it at each tick would be most of an idle tick's work
LANES = 4
IN_DOUBT = 32
TRY_WAY_AGAIN_AFTER = timedelta(minutes=1)
RECORD_PAUSES = (0.2, 1.0, 5.0)  # seconds: a message is out, so its record is worth waiting for


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one claimed delivery: an outcome, or none where it was given back untried until `again_at`."""

    delivery: Delivery
    subscription: Subscription | None
    outcome: DeliveryOutcome | None = None
    again_at: datetime | None = None
    refusal: Refusal | None = None


@dataclass(slots=True)
class Dispatcher:
    """One worker that sends. `worker` names it in the ledger; `couriers` are by channel.

    `sign` adds a DKIM signature to a mail. `stale_after` is in seconds; others take over what was
    claimed longer ago, so that nothing is begun once half of it has passed.
    """

    store: Store
    couriers: Mapping[str, Courier]
    writer: LetterWriter
    planner: ReminderPlanner
    clock: Clock
    worker: str
    batch: int = 200
    stale_after: float = 600.0
    per_domain_a_minute: int = 600
    stopping: Callable[[], bool] = field(default=lambda: False)
    sign: Callable[[bytes], bytes] | None = None
    lanes: int = LANES
    _closed_ways: dict[str, datetime] = field(default_factory=dict)
    _noted_at: datetime | None = None

    def tick(self) -> Counter[str]:
        """Send everything that is due now, and note that the tick took place. How many rows ended in which state."""
        done: Counter[str] = Counter()
        while not self.stopping():
            found = self.send_batch()
            done.update(found)
            if not found:
                break
        self._note_tick()
        return done

    def send_batch(self) -> Counter[str]:
        """Claim one batch, send it, and record each message as it goes. Empty where nothing was due."""
        now = self.clock.now()
        with self.store.read() as unit:
            if not unit.deliveries.has_work(now, stale_after=self.stale_after):
                return Counter()
        with self.store.at_once() as unit:
            claimed = unit.deliveries.claim(now, self.worker, self.batch, stale_after=self.stale_after)
        done: Counter[str] = Counter()

        def record(group: list[Handled]) -> None:
            self._record(group)
            done.update(item.outcome.state.value if item.outcome else "given_back" for item in group)

        letters, unsent = self._pace(*self._write(claimed, now), now)
        if unsent:
            record(unsent)
        for channel in dict.fromkeys(item.subscription.channel for item in letters):
            chosen = [item for item in letters if item.subscription.channel == channel]
            courier = self.couriers.get(channel)
            if courier is None:
                record([_fail(item, f"there is no way to send by {channel}") for item in chosen])
            elif isinstance(courier, BulkCourier):
                send_in_lanes(chosen, partial(self._send_bulk, courier), record, lanes=1, in_doubt=IN_DOUBT)
            else:
                send = partial(self._send_each, courier)
                send_in_lanes(chosen, send, record, lanes=self.lanes, in_doubt=IN_DOUBT)
        return done

    def _write(self, claimed: Sequence[Delivery], now: datetime) -> tuple[list[Letter], list[Handled]]:
        """The letters, and what is not sent. What breaks is written once more alone, lest another's failure broke it."""
        with self.store.read() as unit:
            written = self.writer.write(unit, claimed, now)
        letters: list[Letter] = []
        unsent: list[Handled] = []
        for item in written:
            found = self._write_again(item, now) if isinstance(item, Broken) else item
            if isinstance(found, Letter):
                letters.append(found)
            elif isinstance(found, Broken):
                unsent.append(self._put_back(found, f"it cannot be written: {_say(found.error)}"))
            else:
                unsent.append(Handled(found.delivery, found.subscription, found.outcome))
        return letters, unsent

    def _write_again(self, broken: Broken, now: datetime) -> Written:
        with self.store.read() as unit:
            (again,) = self.writer.write(unit, [broken.delivery], now)
        return again

    def _pace(
        self, letters: list[Letter], unsent: list[Handled], now: datetime
    ) -> tuple[list[Letter], list[Handled]]:
        """The same, but mails whose domain has had its turns are not sent now."""
        mails = [item for item in letters if item.subscription.channel == "email"]
        if not mails:
            return letters, unsent
        with self.store.begin() as unit:
            targets = [item.subscription.target for item in mails]
            turns = take_turns(unit, targets, self.per_domain_a_minute, now)
        waiting = {
            item.delivery.id: Handled(item.delivery, item.subscription, again_at=turn)
            for item, turn in zip(mails, turns, strict=True)
            if turn is not None
        }
        return [item for item in letters if item.delivery.id not in waiting], [*unsent, *waiting.values()]

    def _send_each(
        self, courier: Courier, letters: Iterator[Letter], report: Callable[[Handled], None]
    ) -> None:
        """Send letters one after the other; called from several threads."""
        for letter in letters:
            report(self._send(courier, letter))

    def _send(self, courier: Courier, letter: Letter) -> Handled:
        message = self._prepare(letter)
        if isinstance(message, Handled):
            return message
        try:
            courier.send(message.target, message.message_id, message.content, return_path=message.return_path)
        except DeliveryError as error:
            return self._judge(letter, error)
        except Exception as error:  # noqa: BLE001 - a courier's mistake must not end the others' work
            return self._excuse(letter, error)
        return self._judge(letter, None)

    def _send_bulk(
        self, courier: BulkCourier, letters: Iterator[Letter], report: Callable[[Handled], None]
    ) -> None:
        """Let a courier send letters as it likes. Where it breaks, those that it had under way are put back."""
        under_way: dict[str, Letter] = {}

        def prepare() -> Iterator[Message]:
            for letter in letters:
                message = self._prepare(letter)
                if isinstance(message, Handled):
                    report(message)
                else:
                    under_way[message.message_id] = letter
                    yield message

        def conclude(message: Message, error: DeliveryError | None) -> None:
            report(self._judge(under_way.pop(message.message_id), error))

        while True:
            try:
                courier.send_all(prepare(), conclude)
            except Exception as error:  # a courier's mistake must not end the others' work
                if not under_way:
                    raise
                for letter in under_way.values():
                    report(self._excuse(letter, error))
                under_way.clear()
            else:
                return

    def _prepare(self, letter: Letter) -> Message | Handled:
        """The letter as a courier takes it, signed where it is a mail; or what becomes of it if it is not sent now."""
        delivery, subscription, now = letter.delivery, letter.subscription, self.clock.now()
        claimed_for = (now - (delivery.claimed_at or now)).total_seconds()
        if self.stopping() or claimed_for > self.stale_after / 2:  # another worker may soon take it over
            return Handled(delivery, subscription)
        closed_until = self._closed_ways.get(subscription.channel)
        if closed_until is not None and now < closed_until:
            return Handled(delivery, subscription, again_at=closed_until)
        content, is_clean = letter.content, letter.is_clean
        if self.sign and subscription.channel == "email":
            try:
                content, is_clean = self.sign(content), False
            except Exception as error:  # noqa: BLE001 - one that cannot be signed must not end the others' work
                return self._excuse(letter, error)
        return Message(subscription.target, delivery.message_id, content, letter.return_path, is_clean)

    def _judge(self, letter: Letter, error: DeliveryError | None) -> Handled:
        """What becomes of a letter that was handed over, or refused with an error."""
        delivery, subscription = letter.delivery, letter.subscription
        if error is None:
            self._closed_ways.pop(subscription.channel, None)
            outcome = DeliveryOutcome(delivery.id, DeliveryState.SENT, late=letter.late)
            return Handled(delivery, subscription, outcome)
        if error.permanent:
            refusal = Refusal(str(error), error.days_borne)
            return Handled(delivery, subscription, self._end_or_retry(delivery, refusal), refusal=refusal)
        if error.unreachable:
            self._closed_ways[subscription.channel] = self.clock.now() + TRY_WAY_AGAIN_AFTER
        return self._put_back(letter, str(error))

    def _excuse(self, letter: Letter, error: Exception) -> Handled:
        log.error("the delivery %s cannot be sent", letter.delivery.id, exc_info=error)
        return self._put_back(letter, _say(error))

    def _end_or_retry(self, delivery: Delivery, refusal: Refusal) -> DeliveryOutcome:
        """What becomes of a message that was refused for good: once more, hours later, unless its target is gone."""
        retry_at = None
        if refusal.days_borne > 1:
            retry_at = find_second_chance(self.clock.now(), delivery.attempts, delivery.message_id)
        state = DeliveryState.PLANNED if retry_at else DeliveryState.FAILED
        return DeliveryOutcome(delivery.id, state, retry_at=retry_at, note=refusal.reason)

    def _put_back(self, letter: Letter | Broken, note: str) -> Handled:
        """To be tried again later, or given up."""
        delivery = letter.delivery
        retry_at = find_next_attempt(self.clock.now(), delivery.attempts, delivery.message_id)
        if retry_at is None:
            return _fail(letter, f"given up after a day: {note}")
        outcome = DeliveryOutcome(delivery.id, DeliveryState.PLANNED, retry_at=retry_at, note=note)
        return Handled(delivery, letter.subscription, outcome)

    def _record(self, group: Sequence[Handled]) -> None:
        """Write a group down, trying again while the database cannot be reached; raises in the end."""
        for pause in (*RECORD_PAUSES, None):
            try:
                self._write_down(group)
                break
            except Exception:
                if pause is None:
                    raise
                log.exception("%d deliveries cannot be recorded; trying again in %g s", len(group), pause)
                threading.Event().wait(pause)
        if log.isEnabledFor(logging.INFO):
            for item in group:
                _log_delivery(item)

    def _write_down(self, group: Sequence[Handled]) -> None:
        now = self.clock.now()
        outcomes = [item.outcome for item in group if item.outcome]
        follow = [item for item in group if item.refusal or item.outcome is None or _ends_digest(item)]
        with self.store.begin() if follow else self.store.at_once() as unit:
            unit.deliveries.record_all(outcomes, now, worker=self.worker)
            untried = [(item.delivery.id, item.again_at) for item in follow if item.outcome is None]
            unit.deliveries.give_back(untried, worker=self.worker)
            for item in follow:
                if item.refusal and item.subscription:
                    target = item.subscription.target
                    note_refusal(unit, target, item.refusal, now, find_last_accepted(unit, target))
                if _ends_digest(item) and item.subscription and item.subscription.ended_at is None:
                    self.planner.plan_next_digest(unit, item.subscription, max(now, item.delivery.due_at))

    def _note_tick(self) -> None:
        """Leave the instant for whoever watches, at most twice a minute."""
        now = self.clock.now()
        if self._noted_at is not None and now - self._noted_at < NOTE_TICK_AFTER:
            return
        with self.store.begin() as unit:
            unit.set_state(LAST_TICK, now.isoformat())
        self._noted_at = now


def _fail(letter: Letter | Broken, note: str) -> Handled:
    outcome = DeliveryOutcome(letter.delivery.id, DeliveryState.FAILED, note=note)
    return Handled(letter.delivery, letter.subscription, outcome)


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _ends_digest(item: Handled) -> bool:
    closed = item.outcome is not None and item.outcome.state is not DeliveryState.PLANNED
    return closed and item.delivery.kind is DeliveryKind.DIGEST


def _log_delivery(item: Handled) -> None:
    delivery, outcome = item.delivery, item.outcome
    state = outcome.state.value if outcome else "given_back"
    log.info(
        "delivery %s %s: %s",
        delivery.id,
        delivery.kind.value,
        state,
        extra={
            "delivery": delivery.id,
            "message_id": delivery.message_id,
            "subscription": delivery.subscription_id,
            "state": state,
            "attempts": delivery.attempts,
            "late": outcome.late if outcome else False,
            "note": outcome.note if outcome else "",
        },
    )
