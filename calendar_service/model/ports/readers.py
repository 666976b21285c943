"""Who gets what, and the ledger of what was sent, as protocols.

Every method runs inside the transaction of the `Unit` it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from calendar_service.model.records import DeliveryOutcome, Pace, Suppression
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Subscription


class Subscriptions(Protocol):
    """Who gets what."""

    def add(self, subscription: Subscription, *, feed_token_hash: str) -> None:
        """Stores a new subscription with its first feed link (SHA-256 of the token, hexadecimal)."""

    def update(self, subscription: Subscription) -> None:
        """Overwrites a subscription; its links stay. Raises NotFoundError where there is none."""

    def find(self, subscription_id: str) -> Subscription | None:
        """The subscription, also when it has ended."""

    def find_all(self, subscription_ids: Iterable[str]) -> dict[str, Subscription]:
        """The subscriptions with these ids in one query; ids that are not known are left out."""

    def by_target(self, target: str) -> Sequence[Subscription]:
        """All subscriptions of an address, ended ones included; mail addresses without regard to case."""

    def by_feed_token(self, token_hash: str) -> Subscription | None:
        """The subscription, also when it has ended or its link was revoked (see `is_revoked`)."""

    def add_feed_token(self, subscription_id: str, token_hash: str, at: datetime) -> None:
        """Gives a subscription one more private link; those it has stay valid until they are revoked."""

    def is_revoked(self, token_hash: str) -> bool:
        """Whether this link was known and is no more; False for one that never was."""

    def revoke(self, token_hash: str, at: datetime) -> None:
        """Ends a link for good. Unknown ones are passed over."""

    def active(self) -> Iterable[Subscription]:
        """Those that are confirmed and have not ended, by id."""

    def watching(self, issuer_id: str) -> Sequence[Subscription]:
        """Confirmed subscriptions, not ended, that name this issuer (by id or ticker) or name none at all."""

    def suppress(self, target: str, reason: str, at: datetime) -> None:
        """From now on nothing is sent to this target; the first reason stays."""

    def unsuppress(self, target: str) -> bool:
        """Lets mail go to this target again and forgets its refusals; whether it was suppressed."""

    def suppressed(self, target: str) -> str | None:
        """The reason for which nothing is sent to this target any more, or None."""

    def suppressed_among(self, targets: Iterable[str]) -> dict[str, str]:
        """The reasons for which nothing is sent to some of these targets any more, by target, in one query."""

    def suppressions(self, limit: int = 100) -> Sequence[Suppression]:
        """The targets to which nothing is sent any more, newest first."""

    def count_suppressed(self) -> int:
        """To how many targets nothing is sent any more."""

    def add_refusal(self, target: str, reason: str, at: datetime) -> None:
        """Remembers that a target refused a message for good; a day (UTC) keeps its last one."""

    def count_refused_days(self, target: str, since: datetime) -> int:
        """On how many days (UTC) this target refused a message after an instant."""

    def refusals(self, target: str | None = None, limit: int = 100) -> Sequence[Suppression]:
        """The refusals of a target, or of all, newest first."""

    def forget_refusals(self, before: datetime) -> int:
        """Deletes refusals that are too old to count; returns how many."""

    def attempts(self, key: str, since: datetime) -> int:
        """How often something was tried under this key from `since` on: what a rate limit hangs on."""

    def add_attempt(self, key: str, at: datetime) -> None:
        """Counts one attempt."""

    def forget_attempts(self, before: datetime) -> int:
        """Deletes the attempts that no window reaches any more; returns how many."""


class Deliveries(Protocol):
    """The ledger of messages."""

    def plan(self, deliveries: Iterable[Delivery]) -> int:
        """Adds rows whose key is new, and revives dropped ones that are wanted again; returns how many."""

    def drop(self, keys: Iterable[str], note: str) -> int:
        """Marks planned rows as no longer wanted; returns how many. What is being sent is left alone."""

    def drop_for(
        self,
        note: str,
        *,
        subscription_id: str | None = None,
        action_id: str | None = None,
        entry_uid: str | None = None,
    ) -> int:
        """Drops all planned rows of a subscription, an action or an entry (limits add up); returns how many."""

    def planned_for(
        self,
        *,
        subscription_id: str | None = None,
        action_id: str | None = None,
        entry_uid: str | None = None,
    ) -> Sequence[Delivery]:
        """The planned rows of a subscription, an action or an entry (limits add up), by due time."""

    def reminded_of(self, action_id: str, kind: DeliveryKind | None = None) -> frozenset[str]:
        """The ids of the subscriptions to which something (of this kind) about this action was sent."""

    def has_work(self, now: datetime, *, stale_after: float) -> bool:
        """Whether a claim would find anything; costs the same however many rows are planned."""

    def claim(self, now: datetime, worker: str, limit: int, *, stale_after: float) -> Sequence[Delivery]:
        """Takes due rows for this worker alone, and counts an attempt on each, by due time.

        Rows claimed over `stale_after` seconds ago may be taken again, with the same message_id.
        """

    def record(
        self,
        delivery_id: int,
        state: DeliveryState,
        at: datetime,
        *,
        retry_at: datetime | None = None,
        note: str = "",
        worker: str | None = None,
        late: bool = False,
    ) -> bool:
        """Writes down what became of one message, as `record_all` does; whether the row changed."""

    def record_all(
        self, outcomes: Iterable[DeliveryOutcome], at: datetime, *, worker: str | None = None
    ) -> int:
        """Writes down what became of messages; returns how many rows changed.

        SENT is written whatever the row says, since the message is out; anything else only while the
        row is open, and, where `worker` is given, still claimed by it. Raises ValueError for PLANNED
        without `retry_at`.
        """

    def give_back(self, rows: Iterable[tuple[int, datetime | None]], *, worker: str) -> int:
        """Puts back what this worker claimed and did not try, as if it had not been claimed; returns how many.

        An instant (aware UTC) beside a row's id says when it may be claimed again; None: at once.
        """

    def next_attempts(self, subscription_id: str) -> dict[int, datetime]:
        """When the messages of a subscription that were tried in vain are tried again, by row number."""

    def last_sent(self, subscription_ids: Iterable[str]) -> datetime | None:
        """When something was last sent to one of these subscriptions."""

    def next_due(self) -> datetime | None:
        """When the next planned row may be claimed; None where nothing is planned."""

    def list(
        self,
        *,
        state: DeliveryState | None = None,
        subscription_id: str | None = None,
        action_id: str | None = None,
        limit: int = 100,
    ) -> Sequence[Delivery]:
        """Newest row first."""

    def counts(self, now: datetime) -> dict[str, int]:
        """Rows by state, "due" for planned ones whose time has come, "late" for those sent late. Reads the whole ledger."""

    def count_due(self, now: datetime) -> int:
        """Planned rows whose time has come; costs what it counts."""

    def forget(self, before: datetime) -> int:
        """Deletes closed rows that were due before this instant; returns how many."""


class Paces(Protocol):
    """How fast each mail domain is written to, by all workers together."""

    def hold(self, domains: Iterable[str], now: datetime) -> dict[str, Pace]:
        """The paces of these domains, `now` for new ones; other workers wait for them until this transaction ends."""

    def save(self, changed: Mapping[str, Pace]) -> None:
        """Writes paces that were held."""

    def forget(self, before: datetime) -> int:
        """Deletes paces that bind nobody any more; returns how many."""
