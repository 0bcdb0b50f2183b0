"""A held message knows whose else it may be: nobody is overdue for what the office has not told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the codes of the agencies; messages of before name none."""
    with op.batch_alter_table("message") as batch:
        batch.add_column(
            sa.Column("may_be_of", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("message") as batch:
        batch.drop_column("may_be_of")
