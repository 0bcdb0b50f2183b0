"""What the words of a message come to that is held for them alone, a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; nothing was held for its words until now."""
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(
            sa.Column("said", sa.String(), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    """Back again: held messages stay held."""
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("said")
