"""Since when an address fails, a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables import UtcInstant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; of addresses that fail already only the newest news was kept."""
    with op.batch_alter_table("address_state") as batch_op:
        batch_op.add_column(sa.Column("began_at", UtcInstant(), nullable=True))


def downgrade() -> None:
    """Back again: the newest news stays."""
    with op.batch_alter_table("address_state") as batch_op:
        batch_op.drop_column("began_at")
