"""Messages, submissions, findings, letters, consolidations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Messages, submissions, findings, letters, consolidations."""
    op.create_table(
        "consolidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("inputs_hash", sa.String(), nullable=False),
        sa.Column("as_of", tables.UtcInstant(), nullable=False),
        sa.Column("workbook_sha256", sa.String(), nullable=False),
        sa.Column("workbook_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cycle", "inputs_hash"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "message",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("is_message", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", tables.UtcInstant(), nullable=False),
        sa.Column("collected_at", tables.UtcInstant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("decided_at", tables.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_agency"), ["agency"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_cycle"), ["cycle"], unique=False)
        batch_op.create_index("ix_message_state_received", ["state", "received_at"], unique=False)

    op.create_table(
        "obligation",
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("reply_token", sa.String(), nullable=False),
        sa.Column("opened_at", tables.UtcInstant(), nullable=False),
        sa.Column("form_version", sa.String(), nullable=False),
        sa.Column("workbook_name", sa.String(), nullable=False),
        sa.Column("workbook_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("cycle", "agency"),
        sa.UniqueConstraint("reply_token"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_kind", sa.String(), nullable=False),
        sa.Column("received_at", tables.UtcInstant(), nullable=False),
        sa.Column("decided_at", tables.UtcInstant(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("guessed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"],
            ["message.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cycle", "agency", "file_sha256"),
        sa.UniqueConstraint("cycle", "agency", "version"),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_submission_message_key"), ["message_key"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("justification", sa.String(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("submission_id", "position"),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_key", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column("in_reply_to", sa.String(), nullable=False),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("marked_submission_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", tables.UtcInstant(), nullable=False),
        sa.Column("next_attempt_at", tables.UtcInstant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", tables.UtcInstant(), nullable=True),
        sa.Column("sent_at", tables.UtcInstant(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["marked_submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("business_key"),
        sa.UniqueConstraint("message_id"),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_agency"), ["agency"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_cycle"), ["cycle"], unique=False)
        batch_op.create_index("ix_letter_state_next", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "message_file",
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("container", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_key"],
            ["message.key"],
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("message_key", "position"),
    )
    with op.batch_alter_table("message_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("number", tables.ExactDecimal(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("sheet_name", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observation_submission_id"), ["submission_id"], unique=False
        )


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_submission_id"))

    op.drop_table("observation")
    with op.batch_alter_table("message_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_file_sha256"))

    op.drop_table("message_file")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_state_next")
        batch_op.drop_index(batch_op.f("ix_letter_cycle"))
        batch_op.drop_index(batch_op.f("ix_letter_agency"))

    op.drop_table("letter")
    op.drop_table("finding")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_message_key"))

    op.drop_table("submission")
    op.drop_table("obligation")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_state_received")
        batch_op.drop_index(batch_op.f("ix_message_cycle"))
        batch_op.drop_index(batch_op.f("ix_message_agency"))

    op.drop_table("message")
    op.drop_table("counter")
    op.drop_table("consolidation")
