"""Submissions: the verdict on each section."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Submissions: the verdict on each section."""
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sections", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("sections")
