"""When each flow last did all its work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When each flow last did all its work."""
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", tables.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Back again."""
    op.drop_table("heartbeat")
