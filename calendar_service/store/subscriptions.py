"""Who gets what, the secret links of their feeds, and whom nothing is sent to."""

from __future__ import annotations

import json
import marshal
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.engine import Connection

from calendar_service.errors import NotFoundError
from calendar_service.model.codec import builder_of, from_data
from calendar_service.model.records import Suppression
from calendar_service.model.subscription import ReminderPlan, Selection, Subscription
from calendar_service.store.columns import among, dump
from calendar_service.store.issuers import IssuerRows
from calendar_service.store.names import bound
from calendar_service.store.schema import (
    attempts,
    feed_tokens,
    issuers,
    refusals,
    subscription_terms,
    subscriptions,
    suppressions,
)
from calendar_service.store.statements import Room, insert_new, upsert

_WITHOUT_REFERENCES = 2  # the version of marshal in which equal data always gives equal bytes


class SubscriptionRows(Room):
    """The `Subscriptions` port."""

    def __init__(self, connection: Connection, issuer_rows: IssuerRows) -> None:
        super().__init__(connection)
        self._issuers = issuer_rows

    def add(self, subscription: Subscription, *, feed_token_hash: str) -> None:
        """Stores a new subscription with its first feed link (SHA-256 of the token, hexadecimal)."""
        self._connection.execute(subscriptions.insert(), _row_of(subscription))
        self._save_terms(subscription)
        token = {"token_hash": feed_token_hash, "subscription_id": subscription.id}
        self._connection.execute(feed_tokens.insert(), token | {"created_at": subscription.created_at})

    def update(self, subscription: Subscription) -> None:
        """Overwrites a subscription; its links stay. Raises NotFoundError where there is none."""
        row = _row_of(subscription)
        statement = update(subscriptions).where(subscriptions.c.id == subscription.id)
        if self._connection.execute(statement.values(**row)).rowcount == 0:
            raise NotFoundError(f"There is no subscription {subscription.id}.")
        self._save_terms(subscription)

    def find(self, subscription_id: str) -> Subscription | None:
        """The subscription, also when it has ended."""
        return next(self._load(subscriptions.c.id == subscription_id), None)

    def find_all(self, subscription_ids: Iterable[str]) -> dict[str, Subscription]:
        """The subscriptions with these ids in one query; ids that are not known are left out."""
        wanted = among(self._connection, subscriptions.c.id, list(subscription_ids))
        return {subscription.id: subscription for subscription in self._load(wanted)}

    def by_target(self, target: str) -> Sequence[Subscription]:
        """All subscriptions of an address, ended ones included; upper and lower case are one in a mail address."""
        return [*self._load(subscriptions.c.target == target_key(target))]

    def active(self) -> Iterable[Subscription]:
        """Those that are confirmed and have not ended, by id."""
        return self._load(subscriptions.c.active)

    def watching(self, issuer_id: str) -> Sequence[Subscription]:
        """Active ones whose selection names this issuer, by id or ticker, or limits no issuer, by id.

        Their other limits (kinds, markets, window) are left to the caller.
        """
        known = select(issuers.c.id).where(or_(issuers.c.id == issuer_id, issuers.c.merged_into == issuer_id))
        tickers = sorted(self._issuers.tickers_of(issuer_id))
        terms = subscription_terms.c
        wanted = select(terms.subscription_id).where(
            or_(
                terms.scheme == "any",
                and_(terms.scheme == "issuer", or_(terms.value == issuer_id, terms.value.in_(known))),
                and_(terms.scheme == "ticker", among(self._connection, terms.value, tickers)),
            )
        )
        return [*self._load(subscriptions.c.active & subscriptions.c.id.in_(wanted))]

    def add_feed_token(self, subscription_id: str, token_hash: str, at: datetime) -> None:
        """Gives a subscription one more private link; those it has stay valid until they are revoked."""
        row = {"token_hash": token_hash, "subscription_id": subscription_id, "created_at": at}
        self._connection.execute(feed_tokens.insert(), row)

    def by_feed_token(self, token_hash: str) -> Subscription | None:
        """The subscription, also when it has ended or its link was revoked (see `is_revoked`)."""
        found = select(feed_tokens.c.subscription_id).where(feed_tokens.c.token_hash == token_hash)
        return next(self._load(subscriptions.c.id == found.scalar_subquery()), None)

    def is_revoked(self, token_hash: str) -> bool:
        """Whether this link was known and is no more; False for one that never was."""
        query = select(feed_tokens.c.revoked_at).where(feed_tokens.c.token_hash == token_hash)
        return self._connection.execute(query).scalar() is not None

    def revoke(self, token_hash: str, at: datetime) -> None:
        """Ends a link for good; the instant of the first time stays. Unknown ones are passed over."""
        is_open = (feed_tokens.c.token_hash == token_hash) & feed_tokens.c.revoked_at.is_(None)
        self._connection.execute(update(feed_tokens).where(is_open).values(revoked_at=at))

    def suppress(self, target: str, reason: str, at: datetime) -> None:
        """From now on nothing is sent to this target; the first reason stays."""
        row = {"target": target_key(target), "reason": reason, "at": at}
        self._connection.execute(insert_new(self._connection, suppressions), row)

    def suppressed(self, target: str) -> str | None:
        """The reason for which nothing is sent to this target any more, or None."""
        query = select(suppressions.c.reason).where(suppressions.c.target == target_key(target))
        return self._connection.execute(query).scalar()

    def suppressed_among(self, targets: Iterable[str]) -> dict[str, str]:
        """The reasons for which nothing is sent to some of these targets any more, by target, in one query."""
        keys = {target: target_key(target) for target in targets}
        wanted = among(self._connection, suppressions.c.target, sorted(set(keys.values())))
        query = select(suppressions.c.target, suppressions.c.reason).where(wanted)
        found = {row.target: row.reason for row in self._connection.execute(query)}
        return {target: found[key] for target, key in keys.items() if key in found}

    def unsuppress(self, target: str) -> bool:
        """Lets mail go to this target again and forgets its refusals; whether it was suppressed."""
        key = target_key(target)
        self._connection.execute(refusals.delete().where(refusals.c.target == key))
        return (
            self._connection.execute(suppressions.delete().where(suppressions.c.target == key)).rowcount > 0
        )

    def suppressions(self, limit: int = 100) -> Sequence[Suppression]:
        """The targets to which nothing is sent any more, newest first."""
        query = select(suppressions.c.target, suppressions.c.reason, suppressions.c.at)
        ordered = query.order_by(suppressions.c.at.desc(), suppressions.c.target).limit(limit)
        return [Suppression(*row) for row in self._connection.execute(ordered)]

    def count_suppressed(self) -> int:
        """To how many targets nothing is sent any more."""
        return self._connection.execute(select(func.count()).select_from(suppressions)).scalar_one()

    def add_refusal(self, target: str, reason: str, at: datetime) -> None:
        """Remembers that a target refused a message for good; a day (UTC) keeps its last one."""
        statement = upsert(self._connection, refusals, ["target", "day"], ["reason", "at"])
        row = {"target": target_key(target), "day": at.astimezone(UTC).date(), "reason": reason, "at": at}
        self._connection.execute(statement, row)

    def count_refused_days(self, target: str, since: datetime) -> int:
        """On how many days (UTC) this target refused a message after an instant."""
        query = select(func.count()).where(refusals.c.target == target_key(target), refusals.c.at > since)
        return self._connection.execute(query).scalar_one()

    def refusals(self, target: str | None = None, limit: int = 100) -> Sequence[Suppression]:
        """The refusals of a target, or of all, newest first."""
        query = select(refusals.c.target, refusals.c.reason, refusals.c.at)
        if target is not None:
            query = query.where(refusals.c.target == target_key(target))
        ordered = query.order_by(refusals.c.at.desc(), refusals.c.target).limit(limit)
        return [Suppression(*row) for row in self._connection.execute(ordered)]

    def forget_refusals(self, before: datetime) -> int:
        """Deletes refusals that are too old to count; returns how many."""
        return self._connection.execute(refusals.delete().where(refusals.c.at < before)).rowcount

    def attempts(self, key: str, since: datetime) -> int:
        """How often something was tried under this key from `since` on: what a rate limit hangs on."""
        query = select(func.count()).where(attempts.c.key == bound(key), attempts.c.at >= since)
        return self._connection.execute(query).scalar_one()

    def add_attempt(self, key: str, at: datetime) -> None:
        """Counts one."""
        self._connection.execute(attempts.insert(), {"key": bound(key), "at": at})

    def forget_attempts(self, before: datetime) -> int:
        """Deletes the counts that no window reaches any more; returns how many."""
        return self._connection.execute(attempts.delete().where(attempts.c.at < before)).rowcount

    def _load(self, condition: ColumnElement[bool]) -> Iterator[Subscription]:
        query = select(subscriptions.c.body).where(condition).order_by(subscriptions.c.id)
        for body in self._connection.execute(query).scalars():
            yield _build(body)

    def _save_terms(self, subscription: Subscription) -> None:
        terms = subscription_terms
        self._connection.execute(terms.delete().where(terms.c.subscription_id == subscription.id))
        rows = [
            {"scheme": scheme, "value": bound(value), "subscription_id": subscription.id}
            for scheme, value in _terms_of(subscription.selection)
        ]
        self._connection.execute(insert_new(self._connection, terms), rows)


def _build(body: str) -> Subscription:
    return _from_data(json.loads(body))


@lru_cache(maxsize=1024)
def _build_plan(packed: bytes) -> ReminderPlan:
    return from_data(ReminderPlan, marshal.loads(packed))  # noqa: S302 - what was packed a moment ago


# Most of a subscription is its plan, and most plans are one of a few. Packed only as a key: that is fastest.
_from_data = builder_of(Subscription, plan=lambda data: _build_plan(marshal.dumps(data, _WITHOUT_REFERENCES)))


def target_key(target: str) -> str:
    """A target as it is compared: mail addresses without regard to case, URLs as they are; long ones hashed."""
    target = target.strip()
    return bound(target if "://" in target else target.casefold())


def _terms_of(selection: Selection) -> set[tuple[str, str]]:
    named = {("issuer", issuer) for issuer in selection.issuers}
    named |= {("ticker", ticker.strip().upper()) for ticker in selection.tickers}
    return named or {("any", "")}


def _row_of(subscription: Subscription) -> dict[str, object]:
    return {
        "id": subscription.id,
        "target": target_key(subscription.target),
        "active": subscription.confirmed_at is not None and subscription.ended_at is None,
        "body": dump(subscription),
    }
