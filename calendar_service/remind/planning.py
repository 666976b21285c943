"""Keeps the ledger in line with actions and subscriptions; planning costs as much as what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_service.model.action import CorporateAction, Entry, Revision
from calendar_service.model.ports import Market, Unit
from calendar_service.model.reminders import plan_digest, plan_notice, plan_reminders, selects
from calendar_service.model.subscription import Delivery, DeliveryKind, Rhythm, Subscription
from calendar_service.publish.descriptions import matters, shown_state

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
        entries = [entry for entry in unit.entries.of_action(action.id) if entry.removed_at is None]
        tickers = unit.actions.tickers_of(action.issuer_id)
        watching = unit.subscriptions.watching(action.issuer_id)
        planned = unit.deliveries.planned_for(action_id=action.id)
        notices = self._plan_notices(unit, action, watching, planned, now)
        told = {notice.subscription_id for notice in notices}
        wanted: dict[str, Delivery] = {}
        for subscription in [] if action.held else watching:
            chosen = [entry for entry in entries if selects(subscription.selection, entry, tickers)]
            for delivery in self._plan(subscription, chosen, now, catch_up=subscription.id not in told):
                wanted[delivery.key] = delivery
        reminders = {item.key for item in planned if item.kind is DeliveryKind.REMINDER}
        unit.deliveries.drop(reminders - wanted.keys(), "the date moved, is on hold, or is no longer wanted")
        unit.deliveries.plan([wanted[key] for key in wanted.keys() - reminders])
        unit.deliveries.plan(notices)

    def retire(self, unit: Unit, action: CorporateAction, now: datetime) -> None:  # noqa: ARG002 - the port's shape
        """Drop what was planned for an action that was merged into another."""
        unit.deliveries.drop_for("the action was merged into another", action_id=action.id)

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:
        """Plan what a subscription, new or changed, is to get; what its old terms had planned is dropped."""
        unit.deliveries.drop_for("the subscription changed", subscription_id=subscription.id)
        if subscription.confirmed_at is None or subscription.ended_at is not None:
            return
        if subscription.plan.rhythm is not Rhythm.SINGLE:
            self.plan_next_digest(unit, subscription, now)
            return
        ahead = replace(subscription.selection, past_days=1, future_days=FAR_AHEAD)
        entries = unit.entries.select(ahead, now.date())
        unit.deliveries.plan(self._plan(subscription, entries, now, catch_up=True))

    def plan_next_digest(self, unit: Unit, subscription: Subscription, after: datetime) -> None:
        """Plan the first digest that is due after an instant, where the subscription gets digests."""
        digest = plan_digest(subscription, after, self.host)
        if digest is not None:
            unit.deliveries.plan([digest])

    def _plan(
        self, subscription: Subscription, entries: Sequence[Entry], now: datetime, *, catch_up: bool
    ) -> list[Delivery]:
        count_back = self.market.trading_days_before
        return plan_reminders(subscription, entries, now, count_back, self.host, catch_up=catch_up)

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
        if not _is_news(history):
            return []
        known = history[-2].number
        waiting = {item.subscription_id for item in planned if item.kind is DeliveryKind.CHANGE}
        reminded = unit.deliveries.reminded_of(action.id)
        return [
            plan_notice(subscription, action.id, known, now, self.wait, self.host)
            for subscription in watching
            if subscription.plan.changes
            and subscription.id not in waiting
            and (
                subscription.id in reminded
                or subscription.selection.issuers
                or subscription.selection.tickers
            )
        ]


def _is_news(history: Sequence[Revision]) -> bool:
    """Whether the last revision changed something that subscribers had been shown."""
    if len(history) < 2:
        return False
    before = history[:-1]
    return matters(history[-1].changes) and shown_state(before[-1].action, before) is not None
