"""What a batch of deliveries needs from the store, read for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Delivery, DeliveryKind, Subscription
from calendar_service.publish.descriptions import Story, read_story
from calendar_service.publish.email import MailDate
from calendar_service.publish.links import Links


@dataclass(slots=True)
class Lookups:
    """Subscriptions, reasons for silence by target, entries and actions of one batch, inside one transaction."""

    unit: Unit
    links: Links
    subscriptions: dict[str, Subscription]
    suppressed: dict[str, str]
    entries: dict[str, Entry]
    actions: dict[str, CorporateAction]
    _stories: dict[str, Story | None] = field(default_factory=dict)
    _fragments: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def refuse(self, delivery: Delivery) -> str:
        """Why nothing is sent, whatever it would say; or an empty text."""
        subscription = self.subscriptions.get(delivery.subscription_id)
        if subscription is None:
            return "the subscription is no more"
        if subscription.ended_at is not None:
            return "the reader ended the subscription"
        if subscription.confirmed_at is None and delivery.kind is not DeliveryKind.CONFIRM:
            return "the subscription is not confirmed"
        reason = self.suppressed.get(subscription.target)
        return f"nothing is sent to this address any more: {reason}" if reason else ""

    def story_of(self, action_id: str) -> Story:
        """The action as it may be shown, read once a batch. Raises LookupError where it may not be."""
        if action_id not in self._stories:
            self._stories[action_id] = read_story(self.unit, action_id, self.links)
        story = self._stories[action_id]
        if story is None:
            raise LookupError(f"the action {action_id} cannot be shown")
        return story

    def date_of(self, entry: Entry, language: str) -> MailDate:
        """An entry with its story and its block for a calendar file."""
        key = (entry.uid, language)
        if key not in self._fragments:
            self._fragments[key] = self.unit.entries.fragment(*key) or b""
        return MailDate(entry, self.story_of(entry.action_id), self._fragments[key])


def look_up(unit: Unit, links: Links, claimed: Sequence[Delivery]) -> Lookups:
    """Four queries, however many deliveries were claimed."""
    subscriptions = unit.subscriptions.find_all({item.subscription_id for item in claimed})
    targets = {subscription.target for subscription in subscriptions.values()}
    return Lookups(
        unit,
        links,
        subscriptions,
        unit.subscriptions.suppressed_among(targets),
        unit.entries.find_all({item.entry_uid for item in claimed if item.entry_uid}),
        unit.actions.find_all({item.action_id for item in claimed if item.action_id}),
    )
