"""What each claimed delivery says: composed once for many recipients, or the reason why it is not sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.ports import DeliveryOutcome, Market, Unit
from calendar_service.model.reminders import LATE_AFTER, WEEK, choose_for_digest, find_local_day
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Rhythm, Subscription
from calendar_service.publish.descriptions import Story, shown_state, tell_story
from calendar_service.publish.email import (
    MailDate,
    MailSender,
    changed_lines,
    compose_change,
    compose_confirmation,
    compose_digest,
    compose_reminder,
)
from calendar_service.publish.skeleton import Skeleton
from calendar_service.publish.words import words_for

CACHED_SKELETONS = 256
FAR_AHEAD = 400
CONFIRM_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RecipientLinks:
    """A recipient's own links, each with a signed token."""

    manage: str
    unsubscribe: str
    confirm: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery ready to be handed over."""

    delivery: Delivery
    subscription: Subscription
    content: bytes
    late: bool


Written: TypeAlias = Letter | DeliveryOutcome


@dataclass(slots=True)
class LetterWriter:
    """Writes mails. `links_of` makes a recipient's links; `sign` adds a DKIM signature where a key is set."""

    sender: MailSender
    market: Market
    links_of: Callable[[Subscription], RecipientLinks]
    sign: Callable[[bytes], bytes] | None = None
    _skeletons: dict[tuple[object, ...], Skeleton] = field(default_factory=dict)

    def write(self, unit: Unit, claimed: Sequence[Delivery], now: datetime) -> list[Written]:
        """The letter of each claimed delivery, or the outcome of one that is not to be sent, in their order."""
        subscriptions = unit.subscriptions.find_all({item.subscription_id for item in claimed})
        written: list[Written] = []
        for delivery in claimed:
            subscription = subscriptions.get(delivery.subscription_id)
            reason = _refuse(unit, delivery, subscription)
            if subscription is None or reason:
                written.append(_drop(delivery, reason))
            else:
                written.append(self._write_one(unit, delivery, subscription, now))
        return written

    def _write_one(
        self, unit: Unit, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Written:
        late = now - delivery.due_at > LATE_AFTER
        compose = {
            DeliveryKind.REMINDER: self._remind,
            DeliveryKind.CHANGE: self._tell_change,
            DeliveryKind.DIGEST: self._digest,
            DeliveryKind.CONFIRM: self._ask,
        }[delivery.kind]
        skeleton = compose(unit, delivery, subscription, now, late)
        if isinstance(skeleton, DeliveryOutcome):
            return skeleton
        links = self.links_of(subscription)
        try:
            content = skeleton.fill(
                to=subscription.target,
                message_id=delivery.message_id,
                at=now,
                manage=links.manage,
                unsubscribe=links.unsubscribe if delivery.kind is not DeliveryKind.CONFIRM else "",
                confirm=links.confirm if delivery.kind is DeliveryKind.CONFIRM else "",
                late=late,
            )
        except ValueError as error:
            return DeliveryOutcome(delivery.id, DeliveryState.FAILED, note=str(error))
        return Letter(delivery, subscription, self.sign(content) if self.sign else content, late)

    def _remind(
        self, unit: Unit, delivery: Delivery, subscription: Subscription, now: datetime, late: bool
    ) -> Skeleton | DeliveryOutcome:
        today = find_local_day(now, subscription.zone)
        if delivery.day is None or delivery.day < today:
            return DeliveryOutcome(
                delivery.id, DeliveryState.MISSED, note="the date was over before it could be sent"
            )
        if late and _has_later_one(unit, delivery, now):
            return _drop(delivery, "a later reminder of the same date is due as well")
        entry = unit.entries.find(delivery.entry_uid or "")
        if entry is None or entry.day != delivery.day or entry.removed_at is not None:
            return _drop(delivery, "the date moved or was withdrawn")
        key = (delivery.kind, entry.uid, entry.sequence, subscription.language, today)
        return self._cached(key, lambda: self._compose_reminder(unit, entry, subscription.language, today))

    def _compose_reminder(self, unit: Unit, entry: Entry, language: str, today: date) -> Skeleton:
        return compose_reminder(
            self._date(unit, entry, language), sender=self.sender, language=language, today=today
        )

    def _digest(
        self, unit: Unit, delivery: Delivery, subscription: Subscription, now: datetime, late: bool
    ) -> Skeleton | DeliveryOutcome:
        day = delivery.day or find_local_day(now, subscription.zone)
        if late and find_local_day(now, subscription.zone) > day:
            return DeliveryOutcome(
                delivery.id, DeliveryState.MISSED, note="its day was over before it could be sent"
            )
        ahead = replace(subscription.selection, past_days=1, future_days=FAR_AHEAD)
        entries = choose_for_digest(
            subscription, unit.entries.select(ahead, day), day, self.market.trading_days_before
        )
        if not entries:
            return _drop(delivery, "there was nothing to tell")
        dates = [self._date(unit, entry, subscription.language) for entry in entries]
        weekly = subscription.plan.rhythm is Rhythm.WEEKLY
        last = day + timedelta(days=WEEK) if weekly else max(entry.day for entry in entries)
        return compose_digest(dates, sender=self.sender, language=subscription.language, first=day, last=last)

    def _tell_change(
        self, unit: Unit, delivery: Delivery, subscription: Subscription, now: datetime, late: bool
    ) -> Skeleton | DeliveryOutcome:
        del now, late
        history = unit.actions.revisions(delivery.action_id or "")
        known = [revision for revision in history if revision.number <= delivery.revision]
        news = [revision for revision in history if revision.number > delivery.revision]
        before = shown_state(known[-1].action, known) if known else None
        if before is None or not news:
            return _drop(delivery, "the action is no more")
        after, words = news[-1].action, words_for(subscription.language)
        if not changed_lines(news, before, after, words):
            return _drop(delivery, "it changed back")
        key = (delivery.kind, after.id, delivery.revision, after.revision, subscription.language)
        story = self._story(unit, after)
        entries = [entry for entry in unit.entries.of_action(after.id) if entry.removed_at is None]
        return self._cached(
            key,
            lambda: compose_change(
                story,
                news,
                [self._date_of(unit, entry, story, subscription.language) for entry in entries],
                before=before,
                sender=self.sender,
                language=subscription.language,
            ),
        )

    def _ask(
        self, unit: Unit, delivery: Delivery, subscription: Subscription, now: datetime, late: bool
    ) -> Skeleton | DeliveryOutcome:
        del unit, late
        if now - delivery.due_at > CONFIRM_WITHIN:
            return DeliveryOutcome(
                delivery.id, DeliveryState.MISSED, note="the link in it would have expired"
            )
        wanted = describe_wish(subscription)
        return compose_confirmation(sender=self.sender, language=subscription.language, wanted=wanted)

    def _cached(self, key: tuple[object, ...], compose: Callable[[], Skeleton]) -> Skeleton:
        found = self._skeletons.get(key)
        if found is None:
            if len(self._skeletons) >= CACHED_SKELETONS:
                self._skeletons.clear()
            found = self._skeletons[key] = compose()
        return found

    def _date(self, unit: Unit, entry: Entry, language: str) -> MailDate:
        action = unit.actions.find(entry.action_id)
        if action is None:
            raise LookupError(f"the entry {entry.uid} has no action")
        return self._date_of(unit, entry, self._story(unit, action), language)

    def _date_of(self, unit: Unit, entry: Entry, story: Story, language: str) -> MailDate:
        return MailDate(entry, story, unit.entries.fragment(entry.uid, language) or b"")

    def _story(self, unit: Unit, action: CorporateAction) -> Story:
        history = unit.actions.revisions(action.id)
        documents = [stored for key in action.documents if (stored := unit.documents.find(key)) is not None]
        return tell_story(shown_state(action, history) or action, self.sender.links, history, documents)


def describe_wish(subscription: Subscription) -> list[str]:
    """What a subscription asks for, a line each."""
    words = words_for(subscription.language)
    selection = subscription.selection
    lines = [*selection.tickers, *(words.event_type(item) for item in selection.event_types)]
    return lines + [words.kind(kind) for kind, _ in subscription.plan.leads]


def _refuse(unit: Unit, delivery: Delivery, subscription: Subscription | None) -> str:
    """Why nothing is sent, or an empty text."""
    if subscription is None:
        return "the subscription is no more"
    if subscription.ended_at is not None:
        return "the reader ended the subscription"
    if subscription.confirmed_at is None and delivery.kind is not DeliveryKind.CONFIRM:
        return "the subscription is not confirmed"
    suppressed = unit.subscriptions.suppressed(subscription.target)
    return f"nothing is sent to this address any more: {suppressed}" if suppressed else ""


def _drop(delivery: Delivery, note: str) -> DeliveryOutcome:
    return DeliveryOutcome(delivery.id, DeliveryState.DROPPED, note=note)


def _has_later_one(unit: Unit, delivery: Delivery, now: datetime) -> bool:
    """Whether another reminder of the same date has come due meanwhile (after a long silence)."""
    others = unit.deliveries.planned_for(
        subscription_id=delivery.subscription_id, action_id=delivery.action_id, entry_uid=delivery.entry_uid
    )
    return any(item.day == delivery.day and delivery.due_at < item.due_at <= now for item in others)
