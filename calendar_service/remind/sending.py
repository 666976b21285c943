"""Claim what is due, hand it over, record what became of it: at least once, and in practice once.

A row is recorded right after its message was handed over, so that a worker that dies leaves at most
the one message in doubt that was in flight; it is sent again with the same Message-ID.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from calendar_service.errors import DeliveryError
from calendar_service.model.ports import Clock, Courier, DeliveryOutcome, Store
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState
from calendar_service.remind.letters import Letter, LetterWriter
from calendar_service.remind.planning import ReminderPlanner
from calendar_service.remind.retry import find_next_attempt

log = logging.getLogger(__name__)

LAST_TICK = "last_tick"


@dataclass(slots=True)
class Dispatcher:
    """One worker that sends. `worker` names it in the ledger; `couriers` are by channel."""

    store: Store
    couriers: Mapping[str, Courier]
    writer: LetterWriter
    planner: ReminderPlanner
    clock: Clock
    worker: str
    batch: int = 200
    stale_after: float = 600.0
    stopping: Callable[[], bool] = field(default=lambda: False)

    def tick(self) -> Counter[str]:
        """Send everything that is due now, and note that the tick took place. How many rows ended in which state."""
        done: Counter[str] = Counter()
        while not self.stopping():
            found = self.send_batch()
            done.update(found)
            if found.total() < self.batch:
                break
        with self.store.begin() as unit:
            unit.set_state(LAST_TICK, self.clock.now().isoformat())
        return done

    def send_batch(self) -> Counter[str]:
        """Claim one batch, send it, and record each message as it goes."""
        done: Counter[str] = Counter()
        now = self.clock.now()
        with self.store.begin() as unit:
            claimed = unit.deliveries.claim(now, self.worker, self.batch, stale_after=self.stale_after)
        if not claimed:
            return done
        with self.store.read() as unit:
            written = self.writer.write(unit, claimed, now)
        for delivery, item in zip(claimed, written, strict=True):
            outcome = self._hand_over(item) if isinstance(item, Letter) else item
            self._record(delivery, outcome)
            done[outcome.state.value] += 1
        return done

    def _hand_over(self, letter: Letter) -> DeliveryOutcome:
        delivery, subscription = letter.delivery, letter.subscription
        courier = self.couriers.get(subscription.channel)
        if courier is None:
            note = f"there is no way to send by {subscription.channel}"
            return DeliveryOutcome(delivery.id, DeliveryState.FAILED, note=note)
        try:
            courier.send(subscription.target, delivery.message_id, letter.content)
        except DeliveryError as error:
            return self._judge(letter, error)
        return DeliveryOutcome(delivery.id, DeliveryState.SENT, late=letter.late)

    def _judge(self, letter: Letter, error: DeliveryError) -> DeliveryOutcome:
        delivery, now = letter.delivery, self.clock.now()
        if error.permanent:
            with self.store.begin() as unit:
                unit.subscriptions.suppress(letter.subscription.target, str(error), now)
            return DeliveryOutcome(delivery.id, DeliveryState.FAILED, note=str(error))
        retry_at = find_next_attempt(delivery.due_at, now, delivery.attempts, delivery.message_id)
        if retry_at is None:
            return DeliveryOutcome(delivery.id, DeliveryState.FAILED, note=f"given up after a day: {error}")
        return DeliveryOutcome(delivery.id, DeliveryState.PLANNED, retry_at=retry_at, note=str(error))

    def _record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        now = self.clock.now()
        with self.store.begin() as unit:
            unit.deliveries.record_all([outcome], now, worker=self.worker)
            if delivery.kind is DeliveryKind.DIGEST and outcome.state is not DeliveryState.PLANNED:
                subscription = unit.subscriptions.find(delivery.subscription_id)
                if subscription is not None and subscription.ended_at is None:
                    self.planner.plan_next_digest(unit, subscription, max(now, delivery.due_at))
        log.info(
            "delivery %s %s: %s",
            delivery.id,
            delivery.kind.value,
            outcome.state.value,
            extra={
                "delivery": delivery.id,
                "message_id": delivery.message_id,
                "subscription": delivery.subscription_id,
                "state": outcome.state.value,
                "attempts": delivery.attempts,
                "late": outcome.late,
                "note": outcome.note,
            },
        )
