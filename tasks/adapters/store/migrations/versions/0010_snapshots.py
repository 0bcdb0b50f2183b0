"""What was sent, frozen with the hashes of what it was made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was sent, frozen with the hashes of what it was made of."""
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("inputs_hash", sa.String(), nullable=False),
        sa.Column("as_of", tables.UtcInstant(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("letter"),
    )
    op.create_index("ix_snapshot_cycle", "snapshot", ["cycle"])


def downgrade() -> None:
    """Back again."""
    op.drop_index("ix_snapshot_cycle", table_name="snapshot")
    op.drop_table("snapshot")
