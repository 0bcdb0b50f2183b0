"""Addresses that a person said write for an agency, a table of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; until now only the contacts told who writes for whom."""
    op.create_table(
        "known_sender",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_key"], ["message.key"]),
        sa.PrimaryKeyConstraint("address", "agency"),
    )
    op.create_index("ix_known_sender_message_key", "known_sender", ["message_key"])


def downgrade() -> None:
    """Back again: mail from such an address waits for a person."""
    op.drop_table("known_sender")
