"""How the boards stood at the end of each day, a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; of the days before there is nothing."""
    op.create_table(
        "board_day",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "day"),
    )


def downgrade() -> None:
    """Back again."""
    op.drop_table("board_day")
