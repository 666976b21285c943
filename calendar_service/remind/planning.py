"""Keeps the ledger in line with actions and subscriptions; planning costs as much as what changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.ports import Market, Unit
from calendar_service.model.reminders import (
    concerns,
    find_local_day,
    find_news,
    plan_digest,
    plan_notice,
    plan_reminders,
    selects,
)
from calendar_service.model.subscription import Delivery, DeliveryKind, Rhythm, Subscription
from calendar_service.publish.descriptions import shown_state

log = logging.getLogger(__name__)

FAR_AHEAD = 36_500  # days: reminders are planned for every date to come, not only for a feed's window


@dataclass(frozen=True, slots=True)
class ReminderPlanner:
    """Plans reminders and notices of change. A Publisher: told of every action that changes.

    `host` ends Message-IDs. `wait` is how many seconds a notice waits for further changes to join it.
    """

    market: Market
    host: str
    wait: float

    def publish(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Plan what an action's dates call for, drop what they no longer do, and tell those who knew it otherwise."""
        watching = unit.subscriptions.watching(action.issuer_id)
        planned = unit.deliveries.planned_for(action_id=action.id)
        notices = self._plan_notices(unit, action, watching, planned, now)
        unit.deliveries.plan(notices)
        told = {item.subscription_id for item in notices}
        told |= unit.deliveries.reminded_of(action.id, DeliveryKind.CHANGE)
        entries = [entry for entry in unit.entries.of_action(action.id) if entry.removed_at is None]
        wanted: list[Delivery] = []
        for subscription in [] if action.held else watching:
            chosen = [entry for entry in entries if selects(subscription.selection, entry)]
            # Whoever hears of changes needs no reminder at once: the notice says the same.
            knows = subscription.plan.changes and subscription.id in told
            wanted += self._plan(subscription, chosen, now, catch_up=not knows)
        _replace(unit, planned, wanted, "the date moved, is on hold, or is no longer wanted", now)

    def retire(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Drop what was planned for an action that was merged into another; who knew it hears where that differs."""
        planned = unit.deliveries.planned_for(action_id=action.id)
        waiting = {item.subscription_id for item in planned if item.kind is DeliveryKind.CHANGE}
        reminders = {item.key for item in planned if item.kind is DeliveryKind.REMINDER}
        unit.deliveries.drop(reminders, "the action was merged into another")
        history = unit.actions.revisions(action.id)
        if not history or shown_state(action, history) is None:
            return
        reminded = unit.deliveries.reminded_of(action.id) - waiting
        unit.deliveries.plan(
            self._notice(subscription, action.id, history[-1].number, now)
            for subscription in unit.subscriptions.watching(action.issuer_id)
            if subscription.plan.changes and subscription.id in reminded
        )

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:
        """Plan what a subscription, new or changed, is to get; what its old terms had planned is dropped.

        A notice that waits is about what the reader was told under the old terms, so that it stays.
        """
        if subscription.ended_at is not None:
            unit.deliveries.drop_for("the reader ended the subscription", subscription_id=subscription.id)
            return
        if subscription.confirmed_at is None:
            return  # nothing is planned yet but the question
        planned = unit.deliveries.planned_for(subscription_id=subscription.id)
        kept = {DeliveryKind.CHANGE} if subscription.plan.changes else set[DeliveryKind]()
        old = {item.key for item in planned if item.kind not in kept}
        unit.deliveries.drop(old, "the subscription changed")
        if subscription.plan.rhythm is not Rhythm.SINGLE:
            self.plan_next_digest(unit, subscription, now)
            return
        ahead = replace(subscription.selection, past_days=1, future_days=FAR_AHEAD)
        entries = [item for item in unit.entries.select(ahead, now.date()) if item.removed_at is None]
        held = _find_held(unit, entries)
        entries = [entry for entry in entries if entry.action_id not in held]
        unit.deliveries.plan(self._plan(subscription, entries, now, catch_up=True))

    def plan_next_digest(self, unit: Unit, subscription: Subscription, after: datetime) -> None:
        """Plan the first digest due after an instant, where the subscription gets digests.

        Where that day's has gone out already (the reader chose a later hour), it is the one after.
        """
        for _ in range(2):
            digest = plan_digest(subscription, after, self.host)
            if digest is None or unit.deliveries.plan([digest]):
                return
            after = digest.due_at

    def _plan(
        self, subscription: Subscription, entries: Sequence[Entry], now: datetime, *, catch_up: bool
    ) -> list[Delivery]:
        count_back = self.market.trading_days_before
        try:
            return plan_reminders(subscription, entries, now, count_back, self.host, catch_up=catch_up)
        except (LookupError, ValueError, ArithmeticError, OSError):  # such as a zone that is no more
            log.exception("no reminders can be planned for the subscription %s", subscription.id)
            return []

    def _plan_notices(
        self,
        unit: Unit,
        action: CorporateAction,
        watching: Sequence[Subscription],
        planned: Sequence[Delivery],
        now: datetime,
    ) -> list[Delivery]:
        """A notice for each subscription that was reminded of the action or holds its issuer, unless one is waiting."""
        history = unit.actions.revisions(action.id)
        states = _last_two_shown(history)
        if not states:
            return []
        days = {zone: _find_day(now, zone) for zone in {item.zone for item in watching}}
        news = {day: find_news(*states, day) for day in set(days.values())}
        # One that was tried may have arrived: what is said under its Message-ID cannot be added to.
        waiting = {
            item.subscription_id
            for item in planned
            if item.kind is DeliveryKind.CHANGE and item.attempts == 0
        }
        reminded = unit.deliveries.reminded_of(action.id)
        return [
            self._notice(subscription, action.id, history[-2].number, now)
            for subscription in watching
            if subscription.plan.changes
            and subscription.id not in waiting
            and (subscription.id in reminded or _names_issuers(subscription))
            and _concerns(subscription, states[1], news[days[subscription.zone]])
        ]

    def _notice(self, subscription: Subscription, action_id: str, known: int, now: datetime) -> Delivery:
        return plan_notice(subscription, action_id, known, now, self.wait, self.host)


def _replace(
    unit: Unit, planned: Sequence[Delivery], wanted: Sequence[Delivery], note: str, now: datetime
) -> None:
    """Bring an action's planned reminders in line with those that are wanted; one that is due already keeps its time."""
    new = {item.key: item for item in wanted}
    old = {item.key: item for item in planned if item.kind is DeliveryKind.REMINDER}
    moved = {
        key for key in old.keys() & new.keys() if old[key].due_at > now and old[key].due_at != new[key].due_at
    }
    unit.deliveries.drop((old.keys() - new.keys()) | moved, note)
    unit.deliveries.plan([item for key, item in new.items() if key not in old or key in moved])


def _last_two_shown(history: Sequence[Revision]) -> tuple[CorporateAction, CorporateAction] | None:
    """What was shown before the last revision and after it; None where there was nothing to see."""
    if len(history) < 2:
        return None
    before = shown_state(history[-2].action, history[:-1])
    after = shown_state(history[-1].action, history)
    return (before, after) if before and after else None


def _concerns(subscription: Subscription, action: CorporateAction, news: Sequence[Change]) -> bool:
    return bool(news) and concerns(subscription.selection, action, news)


def _find_day(now: datetime, zone: str) -> date:
    """The date on the wall in a zone: what is over in UTC may still lie ahead in Honolulu. UTC's where the zone is no more."""
    try:
        return find_local_day(now, zone)
    except (LookupError, ValueError, OSError):
        return now.date()


def _names_issuers(subscription: Subscription) -> bool:
    return bool(subscription.selection.issuers or subscription.selection.tickers)


def _find_held(unit: Unit, entries: Iterable[Entry]) -> set[str]:
    """The ids of those actions that are on hold: nobody is reminded of their dates."""
    actions = unit.actions.find_all({entry.action_id for entry in entries})
    return {key for key, action in actions.items() if action.held}
