"""Since when an address fails, and when a decision was entered, a column each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables import UtcInstant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = (("address_state", "began_at"), ("decision", "entered_at"))


def upgrade() -> None:
    """Adds the columns, empty: of what is there already nobody has kept it."""
    for table, name in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(name, UtcInstant(), nullable=True))


def downgrade() -> None:
    """Back again: the newest news stays, and from when on a decision holds."""
    for table, name in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)
