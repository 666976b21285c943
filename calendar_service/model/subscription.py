"""Who gets what, when: the selection that feeds and reminders share, plans, and deliveries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from calendar_service.model.codes import DateKind, EventType

MAX_ALARMS = 5
MAX_ALARM_DAYS = 60
MAX_WINDOW = 36_500  # days back or ahead


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries. An empty tuple means no limit by that property.

    `issuers` are issuer ids, `tickers` are "IIJI" or "XTKS:3774". `forecasts` says whether
    tentative forecasts are wanted. `past_days` and `future_days` bound the window around today.
    """

    issuers: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    kinds: tuple[DateKind, ...] = ()
    event_types: tuple[EventType, ...] = ()
    markets: tuple[str, ...] = ()
    forecasts: bool = True
    past_days: int = 90
    future_days: int = 400


def parse_alarms(words: Sequence[str]) -> tuple[int, ...]:
    """Lead times of calendar alarms in days ("7", "1", "0"), shortest first. Raises ValueError that says what is wanted."""
    good = all(re.fullmatch(r"[0-9]{1,2}", word) and int(word) <= MAX_ALARM_DAYS for word in words)
    if not good or len(words) > MAX_ALARMS:
        raise ValueError(
            f"alarms takes at most {MAX_ALARMS} whole numbers of days, 0 to {MAX_ALARM_DAYS}, such as 7,1."
        )
    return tuple(sorted({int(word) for word in words}))


class DayCount(StrEnum):
    """How the days of a lead time are counted."""

    CALENDAR = "calendar"
    TRADING = "trading"  # trading days of the issuer's market


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead time: so many days before the date; 0 is the day itself."""

    days: int
    count: DayCount = DayCount.CALENDAR


class Rhythm(StrEnum):
    """Whether reminders come one by one or gathered."""

    SINGLE = "single"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """Lead times per date kind; kinds that are left out are not reminded of."""

    leads: tuple[tuple[DateKind, tuple[Lead, ...]], ...] = (
        (DateKind.LAST_CUM, (Lead(3, DayCount.TRADING), Lead(1, DayCount.TRADING))),
        (DateKind.EX, (Lead(1, DayCount.TRADING),)),
        (DateKind.RECORD, (Lead(3), Lead(1))),
        (DateKind.MEETING, (Lead(14), Lead(2))),
        (DateKind.REGISTRATION_DEADLINE, (Lead(7), Lead(2))),
        (DateKind.VOTE_DEADLINE, (Lead(7), Lead(2))),
        (DateKind.ELECTION_DEADLINE, (Lead(7), Lead(2))),
        (DateKind.EXPIRY, (Lead(7), Lead(2))),
        (DateKind.EFFECTIVE, (Lead(1),)),
        (DateKind.PAYMENT, (Lead(0),)),
    )
    rhythm: Rhythm = Rhythm.SINGLE
    weekday: int = 0  # of a weekly digest; Monday is 0
    changes: bool = True  # also mail when a date that was reminded of changes


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address and what it gets. `hour` is the local hour of delivery, 0 to 23, in the IANA `zone`.

    `channel` is "email" (target: an address), "webhook" (a URL) or "apprise" (an Apprise URL).
    Nothing is sent before `confirmed_at` (double opt-in) or after `ended_at`; both aware UTC.
    `alarms` are those of its private feed, in days ahead of each date; reminders by mail have the plan.
    """

    id: str
    target: str
    selection: Selection = field(default_factory=Selection)
    plan: ReminderPlan = field(default_factory=ReminderPlan)
    language: str = "en"
    zone: str = "UTC"
    hour: int = 8
    alarms: tuple[int, ...] = ()
    channel: str = "email"
    created_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_silent(self) -> bool:
        """Whether no kind of date that it selects has a lead time, so that it is never reminded of any."""
        planned = {kind for kind, leads in self.plan.leads if leads}
        return bool(self.selection.kinds) and planned.isdisjoint(self.selection.kinds)


class DeliveryState(StrEnum):
    """Where a delivery stands in the ledger."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"  # given up: refused for good, or retried for a day
    MISSED = "missed"  # its date was past before it could be sent
    DROPPED = "dropped"  # no longer wanted: the date moved, the action was withdrawn, the reader left


class DeliveryKind(StrEnum):
    """What a message is about."""

    REMINDER = "reminder"
    CHANGE = "change"
    DIGEST = "digest"
    CONFIRM = "confirm"  # the opt-in question


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one target, with its ledger row.

    `key` is unique and says what the message is about (subscription, entry uid, sequence of the
    date, lead), so that planning twice is planning once. `message_id` is fixed when the row is
    planned. `due_at` and the other instants are aware UTC. `day` is the date that is reminded of.
    `revision` is the last revision of the action that its reader was told of (change notices).
    """

    id: int
    key: str
    kind: DeliveryKind
    subscription_id: str
    due_at: datetime
    message_id: str
    action_id: str | None = None
    entry_uid: str | None = None
    day: date | None = None
    lead: Lead | None = None
    state: DeliveryState = DeliveryState.PLANNED
    attempts: int = 0
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    late: bool = False
    revision: int = 0
    note: str = ""
