"""Mailboxes on a server: how each numbers its messages, and which of them were kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mailboxes on a server: how each numbers its messages, and which of them were kept."""
    op.create_table(
        "mailbox",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("numbered_at", tables.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "mailbox_place",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", tables.UtcInstant(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_key"], ["message.key"]),
        sa.PrimaryKeyConstraint("source", "uidvalidity", "uid"),
    )
