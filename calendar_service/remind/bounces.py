"""Bounces: whose they are, and whether they end mails to that address.

Each mail has a return address of its own subscription (VERP), signed, so that a bounce tells whose
it is however its server wrote it, and nobody can end another's mails by a forged one.
"""

from __future__ import annotations

import email
import hashlib
import hmac
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.utils import getaddresses
from typing import Protocol

from calendar_service.model.ports import Clock, Store
from calendar_service.model.refusals import days_borne
from calendar_service.remind.refusing import Refusal, note_refusal

log = logging.getLogger(__name__)

# Where a server writes down to whom it delivered a message; RFC 5321 leaves it to each.
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})")
_ID = re.compile(r"[0-9a-z]{1,36}")
_LOCAL_PART = re.compile(r"b-([0-9a-z]{1,36})-([0-9a-f]{20})")


class BounceBox(Protocol):
    """A mailbox that bounces come to."""

    def read_new(self) -> Iterable[bytes]:
        """Each message that was not read yet. Raises DeliveryError."""


@dataclass(frozen=True)
class ReturnPaths:
    """The return addresses of subscriptions: `b-<subscription>-<signature>@<domain>`."""

    secret: str = field(repr=False)
    domain: str

    def of(self, subscription_id: str) -> str:
        """The return address, or an empty text for an id that cannot stand in one."""
        if not _ID.fullmatch(subscription_id):
            return ""
        return f"b-{subscription_id}-{self._sign(subscription_id)}@{self.domain}"

    def read(self, address: str) -> str | None:
        """The subscription's id; None for any other address and for a forged one."""
        local, _, domain = address.strip().lower().rpartition("@")
        found = _LOCAL_PART.fullmatch(local)
        if found is None or domain != self.domain.lower():
            return None
        return found[1] if hmac.compare_digest(found[2], self._sign(found[1])) else None

    def _sign(self, subscription_id: str) -> str:
        said = f"bounce|{subscription_id}".encode()
        return hmac.digest(self.secret.encode(), said, hashlib.sha256).hex()[:20]


@dataclass(frozen=True, slots=True)
class Failure:
    """What a delivery status notification (RFC 3464) says: `status` is like 5.1.1."""

    status: str
    reason: str


def read_bounces(box: BounceBox, paths: ReturnPaths, store: Store, clock: Clock) -> int:
    """Note all new bounces; returns how many ended mails to their target. Raises DeliveryError.

    What came back had been accepted before by the server in between, so that an accepted mail says
    nothing here, and days are counted whatever was sent on others.
    """
    suppressed = 0
    for content in box.read_new():
        message = email.message_from_bytes(content, policy=policy.compat32)
        subscription_id = next((found for to in _recipients_of(message) if (found := paths.read(to))), None)
        failure = find_failure(message)
        if subscription_id is None or failure is None:
            log.info("a mail in the bounce box is no final bounce of ours")
            continue
        with store.begin() as unit:
            subscription = unit.subscriptions.find(subscription_id)
            if subscription is None or subscription.channel != "email":
                continue
            note = f"bounced: {failure.status} {failure.reason}".strip()
            refusal = Refusal(note, days_borne(failure.status))
            suppressed += note_refusal(unit, subscription.target, refusal, clock.now())
        log.info("bounce", extra={"subscription": subscription_id, "status": failure.status})
    return suppressed


def find_failure(message: Message) -> Failure | None:
    """The failure for good that a delivery status notification tells of; None for delays and other mails."""
    for part in _walk(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            status = _STATUS.match(str(block.get("Status", "")))
            action = str(block.get("Action", "")).strip().lower()
            if status and days_borne(status[1]) and action == "failed":
                words = " ".join(str(block.get("Diagnostic-Code", "")).split())
                return Failure(status[1], "".join(filter(str.isprintable, words))[:300])
    return None


def _walk(message: Message) -> Iterator[Message]:
    """The parts, but not those of the message that came back."""
    yield message
    if message.get_content_type() == "multipart/report" and message.is_multipart():
        yield from (part for part in message.get_payload() if isinstance(part, Message))


def _recipients_of(message: Message) -> list[str]:
    values = [str(value) for name in _RECIPIENT_HEADERS for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(values[:50])]
