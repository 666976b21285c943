"""What was refused on which day, and how fast each mail domain is written to."""

from __future__ import annotations

# fmt: off
# as Alembic writes it, a line for each column
import sqlalchemy as sa
from alembic import op

from calendar_service.store.columns import Instant, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("refusals",
    sa.Column("target", Words(), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("reason", Words(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("target", "day", name=op.f("pk_refusals"))
    )
    op.create_index(op.f("ix_refusals_at"), "refusals", ["at"], unique=False)
    op.create_table("paces",
    sa.Column("domain", Words(), nullable=False),
    sa.Column("paid_until", Instant(), nullable=False),
    sa.Column("booked_until", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("domain", name=op.f("pk_paces"))
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup taken before the upgrade instead")
