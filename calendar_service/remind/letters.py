"""What each claimed delivery says: composed once for many recipients, or the reason why it is not sent."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from calendar_service.model.action import CorporateAction, Entry, Revision
from calendar_service.model.ports import Market, Unit
from calendar_service.model.records import DeliveryOutcome
from calendar_service.model.reminders import (
    LATE_AFTER,
    DigestSpan,
    choose_for_digest,
    find_local_day,
    find_news,
    is_superseded,
    span_digest,
)
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Rhythm, Subscription
from calendar_service.publish.descriptions import shown_dates, shown_state
from calendar_service.publish.email import (
    MailSender,
    compose_change,
    compose_confirmation,
    compose_digest,
    compose_reminder,
)
from calendar_service.publish.skeleton import Skeleton
from calendar_service.publish.views import action_view, entry_view
from calendar_service.publish.wishes import describe_wish
from calendar_service.publish.words import words_for
from calendar_service.remind.channels import write_content
from calendar_service.remind.lookups import Lookups, look_up

log = logging.getLogger(__name__)

CACHED_DRAFTS = 512
FAR_AHEAD = 400
CONFIRM_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RecipientLinks:
    """A recipient's own links, each with a signed token; `return_path` is where its bounces go (may be empty)."""

    manage: str
    unsubscribe: str
    confirm: str = ""
    return_path: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What many recipients get: the words, and the same as data for programs."""

    skeleton: Skeleton
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery ready to be handed over; `is_clean` as a skeleton has it."""

    delivery: Delivery
    subscription: Subscription
    content: bytes
    late: bool
    return_path: str = ""
    is_clean: bool = False


@dataclass(frozen=True, slots=True)
class Unsent:
    """A delivery that is not sent, and what becomes of it."""

    delivery: Delivery
    subscription: Subscription | None
    outcome: DeliveryOutcome


@dataclass(frozen=True, slots=True)
class Broken:
    """A delivery that could not be written, and why."""

    delivery: Delivery
    subscription: Subscription
    error: Exception


Written: TypeAlias = Letter | Unsent | Broken


@dataclass(slots=True)
class LetterWriter:
    """Writes messages. `links_of` makes a recipient's links for one delivery."""

    sender: MailSender
    market: Market
    links_of: Callable[[Delivery, Subscription], RecipientLinks]
    _drafts: OrderedDict[tuple[object, ...], Draft] = field(default_factory=OrderedDict)

    def write(self, unit: Unit, claimed: Sequence[Delivery], now: datetime) -> list[Written]:
        """The letter of each claimed delivery, or why there is none, in their order; one that fails stops no other."""
        found = look_up(unit, self.sender.links, claimed)
        written: list[Written] = []
        for delivery in claimed:
            subscription = found.subscriptions.get(delivery.subscription_id)
            reason = found.refuse(delivery)
            if subscription is None or reason:
                written.append(Unsent(delivery, subscription, _drop(delivery, reason)))
                continue
            try:
                written.append(self._write_one(found, delivery, subscription, now))
            except Exception as error:
                log.exception("the delivery %s cannot be written", delivery.id)
                written.append(Broken(delivery, subscription, error))
        return written

    def _write_one(
        self, found: Lookups, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Written:
        compose = {
            DeliveryKind.REMINDER: self._remind,
            DeliveryKind.CHANGE: self._tell_change,
            DeliveryKind.DIGEST: self._digest,
            DeliveryKind.CONFIRM: self._ask,
        }[delivery.kind]
        draft = compose(found, delivery, subscription, now)
        if isinstance(draft, DeliveryOutcome):
            return Unsent(delivery, subscription, draft)
        late = now - delivery.due_at > LATE_AFTER
        links = self.links_of(delivery, subscription)
        if subscription.channel != "email":
            content = write_content(draft.skeleton, draft.data, delivery, subscription, links, late=late)
            return Letter(delivery, subscription, content, late)
        try:
            content = draft.skeleton.fill(
                to=subscription.target,
                message_id=delivery.message_id,
                at=now,
                manage=links.manage,
                unsubscribe=links.unsubscribe,
                confirm=links.confirm,
                late=late,
            )
        except ValueError as error:  # the address or a link of this very recipient: no later try would help
            outcome = DeliveryOutcome(delivery.id, DeliveryState.FAILED, note=str(error))
            return Unsent(delivery, subscription, outcome)
        return Letter(delivery, subscription, content, late, links.return_path, draft.skeleton.is_clean)

    def _remind(
        self, found: Lookups, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Draft | DeliveryOutcome:
        today = find_local_day(now, subscription.zone)
        entry = found.entries.get(delivery.entry_uid or "")
        if entry is None or entry.day != delivery.day or entry.removed_at is not None:
            return _drop(delivery, "the date moved or was withdrawn")
        if entry.day < today:
            return _miss(delivery, "the date was over before it could be sent")
        action = found.actions.get(entry.action_id)
        if action is None or action.held:
            return _drop(delivery, "the action is on hold")
        if is_superseded(subscription, entry, delivery, now, self.market.trading_days_before):
            return _drop(delivery, "a later reminder of the same date is due as well")
        language = subscription.language
        key = (delivery.kind, entry.uid, entry.sequence, action.revision, language, today)
        return self._cached(key, lambda: self._compose_reminder(found, entry, language, today))

    def _compose_reminder(self, found: Lookups, entry: Entry, language: str, today: date) -> Draft:
        skeleton = compose_reminder(
            found.date_of(entry, language), sender=self.sender, language=language, today=today
        )
        return Draft(skeleton, self._describe([entry], found, language))

    def _digest(
        self, found: Lookups, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Draft | DeliveryOutcome:
        day = delivery.day or find_local_day(now, subscription.zone)
        span = span_digest(subscription, day, now)
        ahead = replace(subscription.selection, past_days=1, future_days=FAR_AHEAD)
        candidates = found.unit.entries.select(ahead, span.first)
        chosen = choose_for_digest(subscription, candidates, span, self.market.trading_days_before)
        actions = found.unit.actions.find_all({entry.action_id for entry in chosen})
        chosen = [entry for entry in chosen if not actions[entry.action_id].held]
        if not chosen:
            return _drop(delivery, "there was nothing to tell")
        told = tuple((entry.uid, entry.sequence, actions[entry.action_id].revision) for entry in chosen)
        weekly, language = subscription.plan.rhythm is Rhythm.WEEKLY, subscription.language
        key = (delivery.kind, told, language, span.first, weekly)
        return self._cached(key, lambda: self._compose_digest(found, chosen, language, span, weekly=weekly))

    def _compose_digest(
        self, found: Lookups, chosen: Sequence[Entry], language: str, span: DigestSpan, *, weekly: bool
    ) -> Draft:
        skeleton = compose_digest(
            [found.date_of(entry, language) for entry in chosen],
            sender=self.sender,
            language=language,
            first=span.first,
            last=span.last if weekly else chosen[-1].day,
        )
        return Draft(skeleton, self._describe(chosen, found, language))

    def _tell_change(
        self, found: Lookups, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Draft | DeliveryOutcome:
        """What changed since the revision that the reader knows, all revisions taken as one.

        An action that was merged into another meanwhile is compared with that one.
        """
        today = find_local_day(now, subscription.zone)
        history = found.unit.actions.revisions(delivery.action_id or "")
        known = [revision for revision in history if revision.number <= delivery.revision]
        before = shown_state(known[-1].action, known) if known else None
        present = found.actions.get(delivery.action_id or "")
        if before is None or present is None:
            return _drop(delivery, "the action is no more")
        after = found.story_of(present.id).action
        news = find_news(before, after, today)
        if not news:
            return _drop(delivery, "it changed back")
        told = Revision(after.id, after.revision, now, news, after)
        language = subscription.language
        key = (delivery.kind, before.id, before.revision, after.id, after.revision, language, today)
        return self._cached(key, lambda: self._compose_change(found, before, told, language))

    def _compose_change(
        self, found: Lookups, before: CorporateAction, told: Revision, language: str
    ) -> Draft:
        known = {
            item.kind for item in shown_dates(before)
        }  # what is cancelled now is cancelled in calendars too
        entries = [
            item
            for item in found.unit.entries.of_action(told.action.id)
            if item.removed_at is None or item.kind in known
        ]
        skeleton = compose_change(
            found.story_of(told.action.id),
            [told],
            [found.date_of(entry, language) for entry in entries],
            before=before,
            sender=self.sender,
            language=language,
        )
        changes = [{"field": item.field, "old": item.old, "new": item.new} for item in told.changes]
        return Draft(skeleton, {"changes": changes, **self._describe(entries, found, language)})

    def _ask(
        self, found: Lookups, delivery: Delivery, subscription: Subscription, now: datetime
    ) -> Draft | DeliveryOutcome:
        if now - delivery.due_at > CONFIRM_WITHIN:
            return _miss(delivery, "the link in it would have expired")
        from calendar_service.extract.candidates.listings import (
            load_listings,  # slow to import, and seldom needed
        )

        issuers = found.unit.actions.issuers_named_by(subscription.selection)
        words = words_for(subscription.language)
        wanted = describe_wish(subscription, issuers, load_listings().by_mic, words)
        return Draft(compose_confirmation(sender=self.sender, language=subscription.language, wanted=wanted))

    def _describe(self, entries: Sequence[Entry], found: Lookups, language: str) -> dict[str, Any]:
        """The dates and their actions as the JSON contract has them."""
        stories = {entry.action_id: found.story_of(entry.action_id) for entry in entries}
        links = self.sender.links
        return {
            "dates": [
                entry_view(entry, stories[entry.action_id].action, links, language=language)
                for entry in entries
            ],
            "actions": [
                action_view(story.action, links, story.documents, language=language)
                for story in stories.values()
            ],
        }

    def _cached(self, key: tuple[object, ...], compose: Callable[[], Draft]) -> Draft:
        """The draft with this key; the one that was not used for the longest time makes room."""
        draft = self._drafts.get(key) or compose()
        self._drafts[key] = draft
        self._drafts.move_to_end(key)
        if len(self._drafts) > CACHED_DRAFTS:
            self._drafts.popitem(last=False)
        return draft


def _drop(delivery: Delivery, note: str) -> DeliveryOutcome:
    return DeliveryOutcome(delivery.id, DeliveryState.DROPPED, note=note)


def _miss(delivery: Delivery, note: str) -> DeliveryOutcome:
    return DeliveryOutcome(delivery.id, DeliveryState.MISSED, note=note)
