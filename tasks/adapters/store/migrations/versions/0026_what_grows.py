"""What is asked for at every batch of mail finds its rows by an index, however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_AGAIN = sa.text("dated_at IS NOT NULL")


def upgrade() -> None:
    """Adds indexes over letters, messages and versions."""
    op.create_index("ix_letter_kind_cycle", "letter", ["kind", "cycle"])
    op.create_index(
        *("ix_letter_dated", "letter", ["dated_at"]), sqlite_where=_AGAIN, postgresql_where=_AGAIN
    )
    op.create_index("ix_message_message_id", "message", ["message_id"])
    op.create_index("ix_submission_receipt_number", "submission", ["receipt_number"])


def downgrade() -> None:
    """Back again."""
    op.drop_index("ix_submission_receipt_number", table_name="submission")
    op.drop_index("ix_message_message_id", table_name="message")
    op.drop_index("ix_letter_dated", table_name="letter")
    op.drop_index("ix_letter_kind_cycle", table_name="letter")
