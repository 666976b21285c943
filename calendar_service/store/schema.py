"""The tables. `HEAD` names the newest migration; both give the same schema (a contract test compares them)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from calendar_service.store.columns import Instant, Told, Words

HEAD = "0002"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number(name: str) -> Column[int]:
    """A row number that the database gives out. SQLite counts only in a column typed INTEGER."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


documents = Table(
    "documents",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("reason", Told, nullable=False),
    Column("url", Words),
    Column("format", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("issuer", Words, nullable=False),
    Column("announced", Date),
    Column("size", BigInteger, nullable=False),
    Index(None, "fetched_at", "id"),
    Index(None, "outcome", "fetched_at"),
)

# Apart from `documents`, so that listing them reads no megabytes.
document_contents = Table(
    "document_contents",
    metadata,
    Column("document_id", Words, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", Words, nullable=False),
    Column("body", LargeBinary),  # zlib; NULL where the document was too large to keep
)

issuers = Table(
    "issuers",
    metadata,
    _number("number"),  # the order in which they were first seen
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("merged_into", Words),
    Column("merge_reason", Told, nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("id"),
    Index("ix_issuers_merged", "id", **_where("merged_into IS NOT NULL")),
)

# `qualifier` is the market of a ticker, the family of legal forms of a name. Names may be shared.
issuer_aliases = Table(
    "issuer_aliases",
    metadata,
    Column("scheme", Words, primary_key=True),
    Column("value", Words, primary_key=True),
    Column("qualifier", Words, primary_key=True),
    Column("issuer_id", Words, primary_key=True),
    Index(None, "issuer_id"),
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Words, primary_key=True),
    Column("document_id", Words, nullable=False),
    Column("issuer_id", Words, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("origin", Words, nullable=False),
    Column("body", Words, nullable=False),
    Index(None, "issuer_id"),
    Index(None, "document_id"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("issuer_id", Words, nullable=False),
    Column("event_type", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("mic", Words),
    Column("revision", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("dated", Boolean, nullable=False),
    Column("merged_into", Words),
    Column("body", Words, nullable=False),
    Index(None, "issuer_id"),
    Index("ix_actions_held", "id", **_where("held")),
    Index("ix_actions_undated", "id", **_where("NOT dated")),
    Index(None, "merged_into", **_where("merged_into IS NOT NULL")),
)

action_dates = Table(
    "action_dates",
    metadata,
    Column("action_id", Words, ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Index(None, "day"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("action_id", Words, ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("known_at", Instant, nullable=False),
    Column("body", Words, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    _number("id"),
    Column("target", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("why", Words, nullable=False),
    Index(None, "target"),
)

# `version` is the number of the transaction that wrote the entry last (see `counters`).
entries = Table(
    "entries",
    metadata,
    _number("id"),
    Column("uid", Words, nullable=False),
    Column("action_id", Words, nullable=False),
    Column("issuer_id", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("event_type", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("mic", Words),
    Column("day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("uid"),
    Index(None, "action_id"),
    # By `last_day`: a feed cuts off the past, and a window that still runs belongs to it.
    Index(None, "issuer_id", "last_day"),
    Index(None, "last_day"),
    Index(None, "day"),
    Index(None, "mic", "last_day"),
    Index(None, "version"),
)

# A feed reads this table alone: it repeats of `entries` what a selection asks for, and SQLite keeps the
# rows in the order of the primary key, so that the blocks of one issuer lie side by side.
fragments = Table(
    "fragments",
    metadata,
    Column("issuer_id", Words, primary_key=True),
    Column("language", Words, primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column(
        "entry_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("entries.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("day", Date, nullable=False),
    Column("kind", Words, nullable=False),
    Column("event_type", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("mic", Words),
    Column("removed_at", Instant),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("entry_id", "language"),
    # A feed of everything takes the nearest days on both sides of today, and no more than it shows.
    Index(None, "language", "day"),
    Index(None, "language", "last_day"),
    Index("ix_fragments_windows", "language", "last_day", **_where("last_day > day")),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("target", Words, nullable=False),  # folded: see `target_key`
    Column("active", Boolean, nullable=False),
    Column("body", Words, nullable=False),
    Index(None, "target"),
    Index("ix_subscriptions_active", "id", **_where("active")),
)

# What a subscription asks for: ("issuer", id), ("ticker", "IIJI") or ("any", "").
subscription_terms = Table(
    "subscription_terms",
    metadata,
    Column("scheme", Words, primary_key=True),
    Column("value", Words, primary_key=True),
    Column("subscription_id", Words, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "subscription_id"),
)

feed_tokens = Table(
    "feed_tokens",
    metadata,
    Column("token_hash", Words, primary_key=True),
    Column("subscription_id", Words, ForeignKey("subscriptions.id"), nullable=False),
    Column("created_at", Instant),
    Column("revoked_at", Instant),
    Index(None, "subscription_id"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("target", Words, primary_key=True),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

# A row for each day (UTC) on which a target refused a message for good, with the last of that day.
refusals = Table(
    "refusals",
    metadata,
    Column("target", Words, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)

# How fast each mail domain is written to, by all workers together.
paces = Table(
    "paces",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("paid_until", Instant, nullable=False),
    Column("booked_until", Instant, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    _number("id"),
    Column("key", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "key", "at"),
    Index(None, "at"),
)

# `next_at` is when a planned row may be taken: `due_at` at first, then the time of the next attempt.
deliveries = Table(
    "deliveries",
    metadata,
    _number("id"),
    Column("key", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("subscription_id", Words, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("action_id", Words),
    Column("entry_uid", Words),
    Column("day", Date),
    Column("lead_days", Integer),
    Column("lead_count", Words),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Instant),
    Column("claimed_by", Words),
    Column("sent_at", Instant),
    Column("late", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("note", Words, nullable=False),
    UniqueConstraint("key"),
    # Small however long the ledger grows: an idle tick looks at their first rows and goes.
    Index("ix_deliveries_planned", "next_at", **_where("state = 'planned'")),
    Index("ix_deliveries_claimed", "claimed_at", **_where("state = 'claimed'")),
    Index(None, "subscription_id", "id"),
    Index(None, "action_id", "id", **_where("action_id IS NOT NULL")),
)

state = Table(
    "state",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
