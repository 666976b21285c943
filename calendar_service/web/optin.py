"""The opt-in question: one mail to an address that somebody typed in, and never a flood of them.

Nothing here tells whether an address is known: whoever asks gets the same answer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Delivery, DeliveryKind, Subscription
from calendar_service.web.services import Services
from calendar_service.web.tokens import hash_feed_token

MAX_A_DAY_FOR_MAILBOX = 3
ONE_DAY = timedelta(days=1)
MAX_AN_HOUR = 200


def ask_to_confirm(services: Services, subscription: Subscription) -> bool:
    """Stores the unconfirmed subscription and plans its question. Whether a mail will go out.

    No mail goes to an address that is suppressed, to a mailbox that was asked three times within a
    day, under whatever spelling of its address, or when the whole service has asked 200 times within
    the hour.
    """
    now = services.clock.now()
    with services.store.begin() as unit:
        if unit.subscriptions.suppressed(subscription.target) or _is_asked_enough(
            unit, subscription.target, now
        ):
            return False
        if not _count_question(unit, now):
            return False
        unit.subscriptions.forget_attempts(now - ONE_DAY)
        unit.subscriptions.add_attempt(_mailbox_key(subscription.target), now)
        token = services.tokens.feed(subscription.id)
        unit.subscriptions.add(subscription, feed_token_hash=hash_feed_token(token))
        unit.deliveries.plan([_question(services, subscription, now)])
    return True


def _is_asked_enough(unit: Unit, target: str, now: datetime) -> bool:
    return unit.subscriptions.attempts(_mailbox_key(target), now - ONE_DAY) >= MAX_A_DAY_FOR_MAILBOX


def _mailbox_key(target: str) -> str:
    """One key for all addresses that lead to one mailbox: "A.da+7@example.org" is "ada@example.org".

    Most servers ignore case and what follows a plus sign, the largest one dots as well; where one does
    not, strangers share a limit. The address itself is not kept.
    """
    local, _, domain = target.lower().rpartition("@")
    local = local.partition("+")[0].replace(".", "") or local
    return "optin:" + hashlib.sha256(f"{local}@{domain}".encode()).hexdigest()[:32]


def _count_question(unit: Unit, now: datetime) -> bool:
    """Counts this question in the hour's account. False when the hour is used up."""
    hour, _, count = (unit.get_state("optin_hour") or "").partition(" ")
    this_hour = f"{now:%Y-%m-%dT%H}"
    asked = int(count) if hour == this_hour and count.isdecimal() else 0
    if asked >= MAX_AN_HOUR:
        return False
    unit.set_state("optin_hour", f"{this_hour} {asked + 1}")
    return True


def _question(services: Services, subscription: Subscription, now: datetime) -> Delivery:
    key = f"confirm:{subscription.id}"
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return Delivery(
        id=0,
        key=key,
        kind=DeliveryKind.CONFIRM,
        subscription_id=subscription.id,
        due_at=now,
        message_id=f"<{name}@{services.links.host}>",
    )
