"""How often a file brought the reader down while nothing else was at work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "reader_loss",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("last_at", tables.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )


def downgrade() -> None:
    """Back again: files are tried anew."""
    op.drop_table("reader_loss")
