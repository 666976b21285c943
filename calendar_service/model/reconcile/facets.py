"""One announcement prepared for comparing: its place in the order of things, its source, its facts.

The order is total and depends only on what the documents say: day of announcement, what it does,
document. When something became known here plays no part, so any order of arrival ends the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import (
    DateKind,
    EventType,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.provenance import attribute
from calendar_service.model.reconcile.origin import Ranking, Source, rank
from calendar_service.model.reconcile.security import ShareClass, keys_of, parse_class
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.values import EventDate

#: What comes first among announcements of one day.
FUNCTION_ORDER = {
    NoticeFunction.NEW: 0,
    NoticeFunction.REMIND: 1,
    NoticeFunction.REPLACE: 2,
    NoticeFunction.RESULT: 3,
    NoticeFunction.SUSPEND: 4,
    NoticeFunction.WITHDRAW: 5,
    NoticeFunction.CANCEL: 6,
}

#: Kinds whose day tells one action from the next; the others only add detail.
TELLING = frozenset(
    {
        DateKind.RECORD,
        DateKind.EX,
        DateKind.LAST_CUM,
        DateKind.PAYMENT,
        DateKind.EFFECTIVE,
        DateKind.MEETING,
        DateKind.EXPIRY,
        DateKind.OFFER_PERIOD,
    }
)

_FAMILIES = {
    EventType.CASH_DIVIDEND: "cash",
    EventType.OPTION_DIVIDEND: "cash",
    EventType.STOCK_DIVIDEND: "shares",
    EventType.BONUS_ISSUE: "shares",
    EventType.STOCK_SPLIT: "shares",
    EventType.TENDER_OFFER: "offer",
    EventType.BUYBACK: "offer",
    EventType.EXCHANGE_OFFER: "offer",
}

# Families that wordings mix up: taken together only where dates and amount agree.
_RELATED = (
    frozenset({"cash", "special_dividend", "capital_return"}),
    frozenset({"annual_meeting", "extraordinary_meeting"}),
    frozenset({"offer", "merger"}),
    frozenset({"shares", "stock_split"}),
)


@dataclass(frozen=True, slots=True)
class Facet:
    """An announcement with what is asked of it again and again. `day` is None where it cannot be dated."""

    stored: StoredAnnouncement
    source: Source
    day: date | None
    days: dict[DateKind, EventDate]
    keys: dict[str, frozenset[str]]
    share_class: ShareClass | None
    family: str  # the group of event types that are one and the same to a holder
    order: tuple[date, int, int, str, str]  # the place among all announcements

    @property
    def said(self) -> Announcement:
        """What the document says."""
        return self.stored.announcement

    @property
    def id(self) -> str:
        """The announcement's id."""
        return self.stored.id

    @property
    def function(self) -> NoticeFunction:
        """What it does to the action."""
        return self.stored.announcement.function

    @property
    def is_forecast(self) -> bool:
        """Whether it only foretells."""
        return self.said.status is Status.FORECAST

    @property
    def is_doubted(self) -> bool:
        """Whether a person has to look at it first."""
        return bool(self.said.doubts)

    @property
    def voice(self) -> Hashable:
        """All that a comparison with a later announcement looks at: copies of one report have one voice."""
        days = frozenset((kind, item.day, item.knowledge, item.flags) for kind, item in self.days.items())
        amount = self.said.amount
        money = (amount.money, amount.kind, amount.per) if amount else None
        keys = frozenset(self.keys.items())
        said = (self.said.event_type, self.said.period, self.is_forecast, money)
        return self.day, self.source.grade, self.share_class, days, keys, said

    def is_after(self, other: Facet) -> bool:
        """Whether it is newer for certain: a later day, or on one day a change of what was new."""
        if self.day is None or other.day is None:
            return False
        return (self.day, FUNCTION_ORDER[self.function]) > (other.day, FUNCTION_ORDER[other.function])

    def refers_to(self, other: Facet) -> bool:
        """Whether it names the other's day as that of an earlier announcement."""
        return other.day is not None and other.day in self.said.references


def family_of(event_type: EventType) -> str:
    """The family of an event type: a name that only comparisons use."""
    return _FAMILIES.get(event_type, event_type.value)


def are_related(one: str, two: str) -> bool:
    """Whether two different families are mixed up often enough to be one action where all else agrees."""
    return any(one in group and two in group for group in _RELATED)


def prepare(announcements: Iterable[StoredAnnouncement], ranking: Ranking = rank) -> list[Facet]:
    """Facets in their order, each announcement id once."""
    unique = {stored.id: stored for stored in announcements}
    return sorted((facet_of(stored, ranking) for stored in unique.values()), key=lambda facet: facet.order)


def facet_of(stored: StoredAnnouncement, ranking: Ranking = rank) -> Facet:
    """One announcement prepared."""
    said = attribute(stored.announcement, stored.document_id)
    day = _day_of(said)
    return Facet(
        stored=replace(stored, announcement=said),
        source=ranking(stored.origin),
        day=day,
        days=_telling_days(said),
        keys=keys_of(said.security_ids),
        share_class=parse_class(said.security) if said.security else None,
        family=family_of(said.event_type),
        order=_order_of(stored, day),
    )


def _order_of(stored: StoredAnnouncement, day: date | None) -> tuple[date, int, int, str, str]:
    """Without a day, facts come first and their changes last: an undated change is never "older news"."""
    function = FUNCTION_ORDER[stored.announcement.function]
    undated = date.min if function < FUNCTION_ORDER[NoticeFunction.REPLACE] else date.max
    firm = 0 if stored.announcement.status is Status.FORECAST else 1
    return day or undated, function, firm, stored.document_id, stored.id


def _day_of(said: Announcement) -> date | None:
    if said.announced is not None:
        return said.announced
    declared = said.date_of(DateKind.DECLARATION)
    if declared is not None and declared.knowledge is Knowledge.KNOWN:
        return declared.day
    return None


def _telling_days(said: Announcement) -> dict[DateKind, EventDate]:
    found: dict[DateKind, EventDate] = {}
    for item in said.dates:
        telling = item.kind in TELLING and item.day is not None
        if telling and item.knowledge in {Knowledge.KNOWN, Knowledge.MONTH}:
            found.setdefault(item.kind, item)
    # A Japanese dividend's effective date is the day on which payment starts.
    if said.event_type.is_cash and DateKind.PAYMENT not in found and DateKind.EFFECTIVE in found:
        found[DateKind.PAYMENT] = found.pop(DateKind.EFFECTIVE)
    return found
