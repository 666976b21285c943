"""Why a date that lies ahead is not reminded of: what `calendar-service reminders --why` says besides the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.ports import Unit
from calendar_service.model.reminders import find_local_day, leads_of, selects
from calendar_service.model.subscription import Delivery, DeliveryState, Rhythm, Selection, Subscription

FAR_AHEAD = 36_500
MOST = 500  # dates that are explained

_ALIVE = {DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENT}


@dataclass(frozen=True, slots=True)
class Silence:
    """A date ahead of which nothing goes out, and why."""

    entry: Entry
    action: CorporateAction
    reason: str


def explain_silences(unit: Unit, subscription: Subscription, now: datetime) -> list[Silence]:
    """The dates ahead, nearest first, for which nothing is planned or was sent; of the issuers that are named, or of all."""
    today = find_local_day(now, subscription.zone)
    selection = subscription.selection
    wide = Selection(selection.issuers, selection.tickers) if _names_issuers(selection) else selection
    entries = unit.entries.select(replace(wide, past_days=1, future_days=FAR_AHEAD), today)[: 4 * MOST]
    ahead = [entry for entry in entries if entry.day >= today and entry.removed_at is None]
    actions = unit.actions.find_all({entry.action_id for entry in ahead})
    known = _find_alive(unit, subscription)
    found = []
    for entry in ahead:
        action = actions.get(entry.action_id)
        if action is None or (entry.uid, entry.day) in known:
            continue
        reason = _find_reason(subscription, entry, action)
        if reason:
            found.append(Silence(entry, action, reason))
    return found[:MOST]


def _find_reason(subscription: Subscription, entry: Entry, action: CorporateAction) -> str:
    """Why, the first reason that holds; empty for what a digest will tell."""
    digests = subscription.plan.rhythm is not Rhythm.SINGLE
    reasons = (
        (subscription.ended_at is not None, "the reader ended the subscription"),
        (subscription.confirmed_at is None, "the subscription is not confirmed"),
        (not selects(subscription.selection, entry), "the selection leaves it out"),
        (not leads_of(subscription.plan, entry.kind), "the plan has no lead times for this kind of date"),
        (bool(action.held), f"the action is on hold: {' '.join(map(str, action.held))}"),
        (entry.status.is_over, "the action was withdrawn"),
        (digests, ""),
    )
    otherwise = "its hour had passed when it became known, or a notice of the change told it"
    return next((reason for applies, reason in reasons if applies), otherwise)


def _find_alive(unit: Unit, subscription: Subscription) -> set[tuple[str | None, object]]:
    rows: Iterable[Delivery] = unit.deliveries.list(subscription_id=subscription.id, limit=100_000)
    return {(row.entry_uid, row.day) for row in rows if row.state in _ALIVE}


def _names_issuers(selection: Selection) -> bool:
    return bool(selection.issuers or selection.tickers)
