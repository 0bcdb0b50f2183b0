"""Several workers keep the order of one agency's messages, one pace of letters, one program."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'received'")


def upgrade() -> None:
    """Adds the key by which messages are kept in order; those of before have none."""
    op.add_column(
        "message", sa.Column("ordering_key", sa.String(), nullable=False, server_default="")
    )
    op.create_index(
        "ix_message_waiting_order",
        "message",
        ["ordering_key", "received_at"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("free_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "program",
        sa.Column("mark", sa.String(), primary_key=True),
        sa.Column("deployed_at", tables.UtcInstant(), nullable=False),
    )


def downgrade() -> None:
    """Back again."""
    op.drop_table("program")
    op.drop_table("pace")
    op.drop_index("ix_message_waiting_order", "message")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("ordering_key")
