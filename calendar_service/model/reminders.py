"""When whom to remind of what: the planner, without clock or store.

A reminder's key names subscription, entry, day and lead. Planning twice is therefore planning once,
and a date that moves gets a new set of reminders. The Message-ID is made of the key, so that a
message that is sent again after a crash is recognised as the same one by its receiver.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_service.model.action import Change, CorporateAction, Entry
from calendar_service.model.codes import DateKind, Status
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.subscription import (
    DayCount,
    Delivery,
    DeliveryKind,
    Lead,
    ReminderPlan,
    Rhythm,
    Selection,
    Subscription,
)
from calendar_service.model.values import EventDate

WEEK = 7
MAX_SILENCE = 366  # days that a digest which was held up looks back over
SHORTEST_DAY = timedelta(hours=20)  # a local day never has fewer
LATE_AFTER = timedelta(minutes=30)

# (mic, day, number of trading days) -> the day that lies so many trading days before
CountBack = Callable[[str | None, date, int], date]


def find_instant(day: date, hour: int, zone: str) -> datetime:
    """The one UTC instant of a local hour of a day.

    An hour that a switch to summer time leaves out is taken with the offset before the switch (so it
    comes one hour later by the clock on the wall); one that comes twice means the first. Where the
    last hour of a day is left out (Nuuk), it comes an hour earlier instead: a reminder of today that
    comes tomorrow is worth nothing.
    """
    local = datetime.combine(day, time(hour), ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).date() > day:
        instant = local.replace(fold=1).astimezone(UTC)
    return instant


def find_local_day(instant: datetime, zone: str) -> date:
    """The date on the subscriber's wall at an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def selects(selection: Selection, entry: Entry) -> bool:
    """Whether a selection that names the entry's issuer, or names none, takes the entry."""
    return (
        (not selection.kinds or entry.kind in selection.kinds)
        and (not selection.event_types or entry.event_type in selection.event_types)
        and (not selection.markets or entry.mic in selection.markets)
        and (selection.forecasts or entry.status is not Status.FORECAST)
    )


def leads_of(plan: ReminderPlan, kind: DateKind) -> tuple[Lead, ...]:
    """The lead times for a date kind, the earliest reminder first."""
    found = next((leads for planned, leads in plan.leads if planned is kind), ())
    return tuple(sorted(set(found), key=lambda lead: (lead.days, lead.count), reverse=True))


def find_send_day(entry: Entry, lead: Lead, count_back: CountBack) -> date:
    """The day on which a reminder goes out."""
    if lead.count is DayCount.TRADING and lead.days:
        return count_back(entry.mic, entry.day, lead.days)
    return entry.day - timedelta(days=lead.days)


def plan_reminders(
    subscription: Subscription,
    entries: Iterable[Entry],
    now: datetime,
    count_back: CountBack,
    host: str,
    *,
    catch_up: bool = True,
) -> list[Delivery]:
    """The reminders that are still to come for these entries, which the subscription has been found to select.

    Of those whose hour has already passed only the latest is planned, for now: a dividend that is
    announced two days ahead is still worth one mail, but not three. Without `catch_up` (a notice of
    the change goes out anyway) not even that one. Days that are over get none.
    """
    if subscription.plan.rhythm is not Rhythm.SINGLE:
        return []
    today = find_local_day(now, subscription.zone)
    planned: list[Delivery] = []
    for entry in entries:
        if entry.day < today or entry.removed_at is not None or entry.status.is_over:
            continue
        due = [
            (find_instant(find_send_day(entry, lead, count_back), subscription.hour, subscription.zone), lead)
            for lead in leads_of(subscription.plan, entry.kind)
        ]
        past = [item for item in due if item[0] <= now]
        chosen = (past[-1:] if catch_up else []) + [item for item in due if item[0] > now]
        planned.extend(_make_reminder(subscription, entry, lead, max(at, now), host) for at, lead in chosen)
    return planned


def is_superseded(
    subscription: Subscription, entry: Entry, delivery: Delivery, now: datetime, count_back: CountBack
) -> bool:
    """Whether a later reminder of the same date is due by now as well, so that this one would only repeat it."""
    if now - delivery.due_at < SHORTEST_DAY:  # the next one is at least a day later
        return False
    instants = (
        find_instant(find_send_day(entry, lead, count_back), subscription.hour, subscription.zone)
        for lead in leads_of(subscription.plan, entry.kind)
        if lead != delivery.lead
    )
    return any(delivery.due_at < instant <= now for instant in instants)


def reminder_key(subscription_id: str, entry_uid: str, day: date, lead: Lead) -> str:
    """The identity of one reminder."""
    return f"{subscription_id}:reminder:{entry_uid}:{day.isoformat()}:{lead.count.value[0]}{lead.days}"


def make_message_id(key: str, host: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4) that is the same whenever the same key is sent."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def plan_notice(
    subscription: Subscription, action_id: str, known: int, now: datetime, wait: float, host: str
) -> Delivery:
    """A notice that an action changed since revision `known`, sent `wait` seconds later to gather what follows."""
    key = f"{subscription.id}:change:{action_id}:{known}"
    return Delivery(
        id=0,
        key=key,
        kind=DeliveryKind.CHANGE,
        subscription_id=subscription.id,
        due_at=now + timedelta(seconds=wait),
        message_id=make_message_id(key, host),
        action_id=action_id,
        revision=known,
    )


def plan_digest(subscription: Subscription, after: datetime, host: str) -> Delivery | None:
    """The next digest due after an instant; None for a subscription that gets single mails."""
    if subscription.plan.rhythm is Rhythm.SINGLE:
        return None
    day = find_local_day(after, subscription.zone)
    for ahead in range(2 * WEEK):
        candidate = day + timedelta(days=ahead)
        if subscription.plan.rhythm is Rhythm.WEEKLY and candidate.weekday() != subscription.plan.weekday:
            continue
        due_at = find_instant(candidate, subscription.hour, subscription.zone)
        if due_at > after:
            key = f"{subscription.id}:digest:{candidate.isoformat()}"
            return Delivery(
                id=0,
                key=key,
                kind=DeliveryKind.DIGEST,
                subscription_id=subscription.id,
                due_at=due_at,
                message_id=make_message_id(key, host),
                day=candidate,
            )
    raise AssertionError("a fortnight holds every weekday")


@dataclass(frozen=True, slots=True)
class DigestSpan:
    """What a digest covers when it is written: the days whose turn it was, and the days that it tells of."""

    turns: tuple[date, ...]
    first: date
    last: date


def span_digest(subscription: Subscription, day: date, now: datetime) -> DigestSpan:
    """What the digest of `day` covers when it goes out `now`.

    One that was held up speaks for all digests whose hour has passed meanwhile, and of no day that is
    over: otherwise what the silence swallowed would never be told. A weekly digest tells the days 0 to
    7 after its own, so that the same weekday of next week is in it.
    """
    today = max(day, find_local_day(now, subscription.zone))
    weekly = subscription.plan.rhythm is Rhythm.WEEKLY
    step = WEEK if weekly else 1
    turns = [day]
    for ahead in range(step, min((today - day).days, MAX_SILENCE) + 1, step):
        turn = day + timedelta(days=ahead)
        if find_instant(turn, subscription.hour, subscription.zone) <= now:
            turns.append(turn)
    last = turns[-1] + timedelta(days=WEEK) if weekly else date.max
    return DigestSpan(tuple(turns), today, last)


def choose_for_digest(
    subscription: Subscription, entries: Iterable[Entry], span: DigestSpan, count_back: CountBack
) -> list[Entry]:
    """The entries that a digest speaks of, by date: a weekly one of all days in its span, a daily one of
    what single mails would have been sent for on the days whose turn it is.
    """
    chosen = []
    for entry in entries:
        leads = leads_of(subscription.plan, entry.kind)
        if entry.removed_at is not None or entry.status.is_over or not leads:
            continue
        if not span.first <= entry.day <= span.last:
            continue
        daily = subscription.plan.rhythm is not Rhythm.WEEKLY
        if daily and not any(find_send_day(entry, lead, count_back) in span.turns for lead in leads):
            continue
        chosen.append(entry)
    return sorted(chosen, key=lambda entry: (entry.day, entry.uid))


def find_news(before: CorporateAction, after: CorporateAction, today: date) -> tuple[Change, ...]:
    """What someone who was told of an action must hear of: a date that moved or went away, another
    amount or ratio, another status, a hold or its end.

    Both are the action as it was shown. A date that is new gets reminders of its own, and one that
    was over and still is, or an action that ran its course, is no news.
    """
    return tuple(change for change in differences(before, after) if _is_news(change, before, after, today))


def concerns(selection: Selection, action: CorporateAction, news: Sequence[Change]) -> bool:
    """Whether a selection that names the action's issuer, or names none, cares for this news."""
    told = {change.field.removeprefix("dates.") for change in news if change.field.startswith("dates.")}
    other = any(not change.field.startswith("dates.") for change in news)
    return (
        (other or not selection.kinds or any(kind.value in told for kind in selection.kinds))
        and (not selection.event_types or action.event_type in selection.event_types)
        and (not selection.markets or action.mic in selection.markets)
        and (selection.forecasts or action.status is not Status.FORECAST)
    )


def _is_news(change: Change, before: CorporateAction, after: CorporateAction, today: date) -> bool:
    if change.field == "status":
        return Status.COMPLETED not in {before.status, after.status} or after.status.is_over
    if not change.field.startswith("dates."):
        return change.field in {"amount", "ratio", "held"}
    kind = DateKind(change.field.removeprefix("dates."))
    old, new = before.date_of(kind), after.date_of(kind)
    if old is None or old.day is None:
        return False
    if new is None or new.day is None:
        return (old.last_day or old.day) >= today
    is_ahead = max(old.last_day or old.day, new.last_day or new.day) >= today
    return is_ahead and _when(old) != _when(new)


def _when(item: EventDate) -> tuple[object, ...]:
    return item.day, item.last_day, item.time, item.zone, item.knowledge


def _make_reminder(
    subscription: Subscription, entry: Entry, lead: Lead, due_at: datetime, host: str
) -> Delivery:
    key = reminder_key(subscription.id, entry.uid, entry.day, lead)
    return Delivery(
        id=0,
        key=key,
        kind=DeliveryKind.REMINDER,
        subscription_id=subscription.id,
        due_at=due_at,
        message_id=make_message_id(key, host),
        action_id=entry.action_id,
        entry_uid=entry.uid,
        day=entry.day,
        lead=lead,
    )
