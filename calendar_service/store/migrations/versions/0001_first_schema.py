"""The first schema. Never edited again: a change of the tables is a new file beside this one."""

from __future__ import annotations

# fmt: off
# as Alembic writes it, a line for each column
import sqlalchemy as sa
from alembic import op

from calendar_service.store.columns import Instant, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_actions()
    _create_announcements()
    _create_attempts()
    _create_corrections()
    _create_counters()
    _create_deliveries()
    _create_documents()
    _create_entries()
    _create_issuer_aliases()
    _create_issuers()
    _create_state()
    _create_subscriptions()
    _create_suppressions()
    _create_action_dates()
    _create_document_contents()
    _create_feed_tokens()
    _create_fragments()
    _create_revisions()
    _create_subscription_terms()


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade instead")


def _create_actions() -> None:
    op.create_table("actions",
    sa.Column("id", Words(), nullable=False),
    sa.Column("issuer_id", Words(), nullable=False),
    sa.Column("event_type", Words(), nullable=False),
    sa.Column("status", Words(), nullable=False),
    sa.Column("mic", Words(), nullable=True),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("held", sa.Boolean(), nullable=False),
    sa.Column("dated", sa.Boolean(), nullable=False),
    sa.Column("merged_into", Words(), nullable=True),
    sa.Column("body", Words(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_actions"))
    )
    op.create_index("ix_actions_held", "actions", ["id"], unique=False, sqlite_where=sa.text("held"), postgresql_where=sa.text("held"))
    op.create_index(op.f("ix_actions_issuer_id"), "actions", ["issuer_id"], unique=False)
    op.create_index(op.f("ix_actions_merged_into"), "actions", ["merged_into"], unique=False, sqlite_where=sa.text("merged_into IS NOT NULL"), postgresql_where=sa.text("merged_into IS NOT NULL"))
    op.create_index("ix_actions_undated", "actions", ["id"], unique=False, sqlite_where=sa.text("NOT dated"), postgresql_where=sa.text("NOT dated"))


def _create_announcements() -> None:
    op.create_table("announcements",
    sa.Column("id", Words(), nullable=False),
    sa.Column("document_id", Words(), nullable=False),
    sa.Column("issuer_id", Words(), nullable=False),
    sa.Column("known_at", Instant(), nullable=False),
    sa.Column("origin", Words(), nullable=False),
    sa.Column("body", Words(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements"))
    )
    op.create_index(op.f("ix_announcements_document_id"), "announcements", ["document_id"], unique=False)
    op.create_index(op.f("ix_announcements_issuer_id"), "announcements", ["issuer_id"], unique=False)


def _create_attempts() -> None:
    op.create_table("attempts",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
    sa.Column("key", Words(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts"))
    )
    op.create_index(op.f("ix_attempts_at"), "attempts", ["at"], unique=False)
    op.create_index(op.f("ix_attempts_key_at"), "attempts", ["key", "at"], unique=False)


def _create_corrections() -> None:
    op.create_table("corrections",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
    sa.Column("target", Words(), nullable=False),
    sa.Column("field", Words(), nullable=False),
    sa.Column("value", Words(), nullable=False),
    sa.Column("by", Words(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.Column("why", Words(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections"))
    )
    op.create_index(op.f("ix_corrections_target"), "corrections", ["target"], unique=False)


def _create_counters() -> None:
    op.create_table("counters",
    sa.Column("name", Words(), nullable=False),
    sa.Column("value", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("name", name=op.f("pk_counters"))
    )


def _create_deliveries() -> None:
    op.create_table("deliveries",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
    sa.Column("key", Words(), nullable=False),
    sa.Column("kind", Words(), nullable=False),
    sa.Column("subscription_id", Words(), nullable=False),
    sa.Column("due_at", Instant(), nullable=False),
    sa.Column("next_at", Instant(), nullable=False),
    sa.Column("message_id", Words(), nullable=False),
    sa.Column("action_id", Words(), nullable=True),
    sa.Column("entry_uid", Words(), nullable=True),
    sa.Column("day", sa.Date(), nullable=True),
    sa.Column("lead_days", sa.Integer(), nullable=True),
    sa.Column("lead_count", Words(), nullable=True),
    sa.Column("state", Words(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("claimed_at", Instant(), nullable=True),
    sa.Column("claimed_by", Words(), nullable=True),
    sa.Column("sent_at", Instant(), nullable=True),
    sa.Column("late", sa.Boolean(), nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("note", Words(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    sa.UniqueConstraint("key", name=op.f("uq_deliveries_key"))
    )
    op.create_index(op.f("ix_deliveries_action_id_id"), "deliveries", ["action_id", "id"], unique=False, sqlite_where=sa.text("action_id IS NOT NULL"), postgresql_where=sa.text("action_id IS NOT NULL"))
    op.create_index("ix_deliveries_claimed", "deliveries", ["claimed_at"], unique=False, sqlite_where=sa.text("state = 'claimed'"), postgresql_where=sa.text("state = 'claimed'"))
    op.create_index("ix_deliveries_planned", "deliveries", ["next_at"], unique=False, sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'"))
    op.create_index(op.f("ix_deliveries_subscription_id_id"), "deliveries", ["subscription_id", "id"], unique=False)


def _create_documents() -> None:
    op.create_table("documents",
    sa.Column("id", Words(), nullable=False),
    sa.Column("name", Words(), nullable=False),
    sa.Column("origin", Words(), nullable=False),
    sa.Column("fetched_at", Instant(), nullable=False),
    sa.Column("outcome", Words(), nullable=False),
    sa.Column("reason", Words(), nullable=False),
    sa.Column("url", Words(), nullable=True),
    sa.Column("format", Words(), nullable=False),
    sa.Column("title", Words(), nullable=False),
    sa.Column("issuer", Words(), nullable=False),
    sa.Column("announced", sa.Date(), nullable=True),
    sa.Column("size", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_documents"))
    )
    op.create_index(op.f("ix_documents_fetched_at_id"), "documents", ["fetched_at", "id"], unique=False)
    op.create_index(op.f("ix_documents_outcome_fetched_at"), "documents", ["outcome", "fetched_at"], unique=False)


def _create_entries() -> None:
    op.create_table("entries",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
    sa.Column("uid", Words(), nullable=False),
    sa.Column("action_id", Words(), nullable=False),
    sa.Column("issuer_id", Words(), nullable=False),
    sa.Column("kind", Words(), nullable=False),
    sa.Column("event_type", Words(), nullable=False),
    sa.Column("status", Words(), nullable=False),
    sa.Column("mic", Words(), nullable=True),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("last_day", sa.Date(), nullable=False),
    sa.Column("sequence", sa.Integer(), nullable=False),
    sa.Column("created_at", Instant(), nullable=False),
    sa.Column("changed_at", Instant(), nullable=False),
    sa.Column("removed_at", Instant(), nullable=True),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    sa.UniqueConstraint("uid", name=op.f("uq_entries_uid"))
    )
    op.create_index(op.f("ix_entries_action_id"), "entries", ["action_id"], unique=False)
    op.create_index(op.f("ix_entries_day"), "entries", ["day"], unique=False)
    op.create_index(op.f("ix_entries_issuer_id_last_day"), "entries", ["issuer_id", "last_day"], unique=False)
    op.create_index(op.f("ix_entries_last_day"), "entries", ["last_day"], unique=False)
    op.create_index(op.f("ix_entries_mic_last_day"), "entries", ["mic", "last_day"], unique=False)
    op.create_index(op.f("ix_entries_version"), "entries", ["version"], unique=False)


def _create_issuer_aliases() -> None:
    op.create_table("issuer_aliases",
    sa.Column("scheme", Words(), nullable=False),
    sa.Column("value", Words(), nullable=False),
    sa.Column("qualifier", Words(), nullable=False),
    sa.Column("issuer_id", Words(), nullable=False),
    sa.PrimaryKeyConstraint("scheme", "value", "qualifier", "issuer_id", name=op.f("pk_issuer_aliases"))
    )
    op.create_index(op.f("ix_issuer_aliases_issuer_id"), "issuer_aliases", ["issuer_id"], unique=False)


def _create_issuers() -> None:
    op.create_table("issuers",
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
    sa.Column("id", Words(), nullable=False),
    sa.Column("name", Words(), nullable=False),
    sa.Column("merged_into", Words(), nullable=True),
    sa.Column("merge_reason", Words(), server_default="", nullable=False),
    sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
    sa.PrimaryKeyConstraint("number", name=op.f("pk_issuers")),
    sa.UniqueConstraint("id", name=op.f("uq_issuers_id"))
    )
    op.create_index("ix_issuers_merged", "issuers", ["id"], unique=False, sqlite_where=sa.text("merged_into IS NOT NULL"), postgresql_where=sa.text("merged_into IS NOT NULL"))


def _create_state() -> None:
    op.create_table("state",
    sa.Column("name", Words(), nullable=False),
    sa.Column("value", Words(), nullable=False),
    sa.PrimaryKeyConstraint("name", name=op.f("pk_state"))
    )


def _create_subscriptions() -> None:
    op.create_table("subscriptions",
    sa.Column("id", Words(), nullable=False),
    sa.Column("target", Words(), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("body", Words(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions"))
    )
    op.create_index("ix_subscriptions_active", "subscriptions", ["id"], unique=False, sqlite_where=sa.text("active"), postgresql_where=sa.text("active"))
    op.create_index(op.f("ix_subscriptions_target"), "subscriptions", ["target"], unique=False)


def _create_suppressions() -> None:
    op.create_table("suppressions",
    sa.Column("target", Words(), nullable=False),
    sa.Column("reason", Words(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("target", name=op.f("pk_suppressions"))
    )


def _create_action_dates() -> None:
    op.create_table("action_dates",
    sa.Column("action_id", Words(), nullable=False),
    sa.Column("kind", Words(), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("last_day", sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_action_dates_action_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("action_id", "kind", name=op.f("pk_action_dates"))
    )
    op.create_index(op.f("ix_action_dates_day"), "action_dates", ["day"], unique=False)


def _create_document_contents() -> None:
    op.create_table("document_contents",
    sa.Column("document_id", Words(), nullable=False),
    sa.Column("content", Words(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_contents_document_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_contents"))
    )


def _create_feed_tokens() -> None:
    op.create_table("feed_tokens",
    sa.Column("token_hash", Words(), nullable=False),
    sa.Column("subscription_id", Words(), nullable=False),
    sa.Column("created_at", Instant(), nullable=True),
    sa.Column("revoked_at", Instant(), nullable=True),
    sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name=op.f("fk_feed_tokens_subscription_id")),
    sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_feed_tokens"))
    )
    op.create_index(op.f("ix_feed_tokens_subscription_id"), "feed_tokens", ["subscription_id"], unique=False)


def _create_fragments() -> None:
    op.create_table("fragments",
    sa.Column("issuer_id", Words(), nullable=False),
    sa.Column("language", Words(), nullable=False),
    sa.Column("last_day", sa.Date(), nullable=False),
    sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("kind", Words(), nullable=False),
    sa.Column("event_type", Words(), nullable=False),
    sa.Column("status", Words(), nullable=False),
    sa.Column("mic", Words(), nullable=True),
    sa.Column("removed_at", Instant(), nullable=True),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_fragments_entry_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("issuer_id", "language", "last_day", "entry_id", name=op.f("pk_fragments")),
    sa.UniqueConstraint("entry_id", "language", name=op.f("uq_fragments_entry_id_language")),
    sqlite_with_rowid=False
    )
    op.create_index(op.f("ix_fragments_language_day"), "fragments", ["language", "day"], unique=False)
    op.create_index(op.f("ix_fragments_language_last_day"), "fragments", ["language", "last_day"], unique=False)
    op.create_index("ix_fragments_windows", "fragments", ["language", "last_day"], unique=False, sqlite_where=sa.text("last_day > day"), postgresql_where=sa.text("last_day > day"))


def _create_revisions() -> None:
    op.create_table("revisions",
    sa.Column("action_id", Words(), nullable=False),
    sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("known_at", Instant(), nullable=False),
    sa.Column("body", Words(), nullable=False),
    sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_revisions_action_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("action_id", "number", name=op.f("pk_revisions"))
    )


def _create_subscription_terms() -> None:
    op.create_table("subscription_terms",
    sa.Column("scheme", Words(), nullable=False),
    sa.Column("value", Words(), nullable=False),
    sa.Column("subscription_id", Words(), nullable=False),
    sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name=op.f("fk_subscription_terms_subscription_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("scheme", "value", "subscription_id", name=op.f("pk_subscription_terms"))
    )
    op.create_index(op.f("ix_subscription_terms_subscription_id"), "subscription_terms", ["subscription_id"], unique=False)
