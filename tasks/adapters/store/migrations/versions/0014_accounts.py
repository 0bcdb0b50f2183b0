"""Who may enter: accounts, sessions, and the record of the door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the three tables."""
    op.create_table(
        "account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("password_is_lent", sa.Boolean(), nullable=False),
        sa.Column("created_at", tables.UtcInstant(), nullable=False),
        sa.Column("closed_at", tables.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "session",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("began_at", tables.UtcInstant(), nullable=False),
        sa.Column("used_at", tables.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_table(
        "access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", tables.UtcInstant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_access_kind_at", "access", ["kind", "at"])


def downgrade() -> None:
    """Back again."""
    op.drop_index("ix_access_kind_at", table_name="access")
    op.drop_table("access")
    op.drop_index("ix_session_account", table_name="session")
    op.drop_table("session")
    op.drop_table("account")
