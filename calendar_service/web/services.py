"""What the web is built on: ports and the few settings that it needs, made by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from calendar_service.model.document import RawDocument
from calendar_service.model.ports import Clock, Store, Unit
from calendar_service.model.records import Correction
from calendar_service.model.subscription import Subscription
from calendar_service.publish.links import Links
from calendar_service.web.tokens import Tokens

if TYPE_CHECKING:
    from calendar_service.ingest import Ingested


class SubscriptionPlanner(Protocol):
    """Plans what a subscription is to get."""

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:
        """Called inside the transaction that stores a new, confirmed, changed or ended subscription."""


@dataclass(frozen=True)
class Services:
    """Ports and settings.

    `ingest` reads an uploaded document and stores what it says; `correct` applies what a person
    decided and returns the ids of the actions that changed. `planner` is told of each subscription
    that is confirmed, changed or ended. `base_url` is the public address
    without a closing slash; links never follow a request's Host header. `mail` is
    "maildir:PATH" or "smtp". `host` is the address that the server is bound to. Without an
    `admin_token`, uploads and corrections are open on this machine only (see security.is_operator).
    `template_cache` is a private folder that keeps compiled templates, so that the next start serves sooner.
    """

    store: Store
    clock: Clock
    ingest: Callable[[RawDocument], Ingested]
    correct: Callable[[Correction], tuple[str, ...]]
    planner: SubscriptionPlanner
    base_url: str
    mail: str
    secret: str = field(repr=False)
    admin_token: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    upload_bytes: int = 25 * 1024 * 1024
    template_cache: Path | None = None

    @cached_property
    def links(self) -> Links:
        """Absolute URLs below `base_url`."""
        return Links(self.base_url)

    @cached_property
    def tokens(self) -> Tokens:
        """Signed tokens for links in mails, and the secrets of private feeds."""
        return Tokens(self.secret, self.clock)

    @cached_property
    def is_local(self) -> bool:
        """Whether server and public address are this machine's own, so that no stranger is expected."""
        return is_loopback(self.host) and is_loopback(urlsplit(self.base_url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
