"""The signed documents that came with versions, a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; of no version before a signature was looked at."""
    with op.batch_alter_table("submission") as batch_op:
        batch_op.add_column(
            sa.Column("papers", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )


def downgrade() -> None:
    """Back again: the files themselves are kept."""
    with op.batch_alter_table("submission") as batch_op:
        batch_op.drop_column("papers")
