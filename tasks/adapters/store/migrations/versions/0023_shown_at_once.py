"""What is asked for at every page of the desk is answered by indexes alone."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds indexes over letters; that of messages covers when they were decided on."""
    op.create_index("ix_letter_state_sent", "letter", ["state", "sent_at"])
    op.create_index("ix_letter_created", "letter", ["created_at"])
    op.create_index("ix_message_state_times", "message", ["state", "received_at", "decided_at"])
    op.drop_index("ix_message_state_received", table_name="message")


def downgrade() -> None:
    """Back again."""
    op.create_index("ix_message_state_received", "message", ["state", "received_at"])
    op.drop_index("ix_message_state_times", table_name="message")
    op.drop_index("ix_letter_created", table_name="letter")
    op.drop_index("ix_letter_state_sent", table_name="letter")
