"""Since when an address fails, when a decision was entered, and the sendings of a letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables import UtcInstant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = (
    ("address_state", "began_at"),
    ("decision", "entered_at"),
    ("letter", "dated_at"),
)


def upgrade() -> None:
    """Adds the columns, empty: of what is there already nobody has kept it."""
    for table, name in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(name, UtcInstant(), nullable=True))
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(
            sa.Column("earlier", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(
            sa.Column("again", sa.String(), nullable=False, server_default=sa.text("''"))
        )
    with op.batch_alter_table("delivery_report") as batch_op:
        batch_op.add_column(
            sa.Column("sending", sa.String(), nullable=False, server_default=sa.text("''"))
        )
    # Until now every sending of a letter bore the same Message-ID.
    report = sa.table("delivery_report", sa.column("letter_id"), sa.column("sending"))
    letter = sa.table("letter", sa.column("id"), sa.column("message_id"))
    of_it = sa.select(letter.c.message_id).where(letter.c.id == report.c.letter_id)
    op.execute(sa.update(report).values(sending=of_it.scalar_subquery()))


def downgrade() -> None:
    """Back again: the newest news stays, from when on a decision holds, and the last sending."""
    for table, name in (
        ("delivery_report", "sending"),
        ("letter", "again"),
        ("letter", "earlier"),
    ):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)
    for table, name in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)
