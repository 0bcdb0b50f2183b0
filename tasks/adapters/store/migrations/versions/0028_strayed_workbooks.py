"""Whose workbook a held file is, and who sent it in: two columns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COLUMNS = ("sent_by", "workbook_of")


def upgrade() -> None:
    """Adds the columns; what lies held already waits for the office, as it did."""
    with op.batch_alter_table("message_file") as batch_op:
        for name in _COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back again: the reasons say it in words."""
    with op.batch_alter_table("message_file") as batch_op:
        for name in _COLUMNS:
            batch_op.drop_column(name)
