"""Whose fault holds a message, and which uncertain letters wait for a person, each a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Until now only the stored sentences said it, in these words.
OWN_FAULT = "Chương trình kiểm tra gặp lỗi của chính nó, không phải lỗi của cơ quan: "
FOR_A_PERSON = "chờ người xem"


def upgrade() -> None:
    """Adds both columns, filled from what the sentences say."""
    _add("message", "own_fault")
    _add("letter", "for_a_person")
    state, said = sa.column("state", sa.String), sa.column("reason", sa.String)
    message = sa.table("message", state, said, sa.column("own_fault"))
    # Of a message that was only tried out, words stand before the sentence.
    at_fault = sa.and_(state == "held", said.contains(OWN_FAULT))
    op.execute(sa.update(message).where(at_fault).values(own_fault=sa.true()))
    state, said = sa.column("state", sa.String), sa.column("last_error", sa.String)
    letter = sa.table("letter", state, said, sa.column("for_a_person"))
    handed_over = sa.and_(state == "uncertain", said.endswith(FOR_A_PERSON))
    op.execute(sa.update(letter).where(handed_over).values(for_a_person=sa.true()))


def downgrade() -> None:
    """Back again: the sentences still say it."""
    for table, name in (("letter", "for_a_person"), ("message", "own_fault")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)


def _add(table: str, name: str) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
