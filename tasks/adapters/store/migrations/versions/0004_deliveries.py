"""Letters: what became of each recipient, whose claim it is, own copies seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("deliveries", "tried_at", "claim", "copies", "copy_in_flight")


def upgrade() -> None:
    """Letters: what became of each recipient, whose claim it is, own copies seen."""
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("deliveries", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )
        batch_op.add_column(sa.Column("tried_at", tables.UtcInstant(), nullable=True))
        batch_op.add_column(
            sa.Column("claim", sa.String(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(
            sa.Column("copies", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(
            sa.Column(
                "copy_in_flight", sa.Boolean(), nullable=False, server_default=sa.text("false")
            )
        )


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("letter", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
