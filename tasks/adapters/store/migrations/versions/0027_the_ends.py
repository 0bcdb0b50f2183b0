"""What bears on a message is found by an index, however many versions and answers there are."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds indexes over versions and answers."""
    op.create_index(
        "ix_submission_arrival",
        "submission",
        ["cycle", "agency", "received_at", "version", "verdict"],
    )
    op.create_index("ix_submission_file_sha256", "submission", ["file_sha256"])
    op.create_index("ix_answer_day_digest", "answer", ["day", "digest"])


def downgrade() -> None:
    """Back again."""
    op.drop_index("ix_answer_day_digest", table_name="answer")
    op.drop_index("ix_submission_file_sha256", table_name="submission")
    op.drop_index("ix_submission_arrival", table_name="submission")
