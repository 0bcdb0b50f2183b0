"""How many cells an agency was asked to fill, and how many were filled for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNTS = ("asked_cells", "carried_cells")


def upgrade() -> None:
    """Adds both counts; 0 for workbooks sent before they were counted."""
    with op.batch_alter_table("obligation") as table:
        for name in _COUNTS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("obligation") as table:
        for name in _COUNTS:
            table.drop_column(name)
