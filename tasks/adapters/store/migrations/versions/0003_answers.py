"""Delivery reports, failing addresses, answers by day, try-outs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models import tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Delivery reports, failing addresses, answers by day, try-outs."""
    op.create_table(
        "answer",
        sa.Column("business_key", sa.String(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_key"], ["message.key"]),
        sa.PrimaryKeyConstraint("business_key"),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_day_sender", ["day", "sender", "kind"], unique=False)

    op.create_table(
        "delivery_report",
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reported_at", tables.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"]),
        sa.ForeignKeyConstraint(["message_key"], ["message.key"]),
        sa.PrimaryKeyConstraint("message_key", "letter_id", "recipient"),
    )
    with op.batch_alter_table("delivery_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_report_letter_id"), ["letter_id"], unique=False
        )

    op.create_table(
        "address_state",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", tables.UtcInstant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"]),
        sa.PrimaryKeyConstraint("address"),
    )
    with op.batch_alter_table("address_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_state_state"), ["state"], unique=False)

    op.add_column("letter", sa.Column("marking", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back again."""
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("marking")
    with op.batch_alter_table("address_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_state_state"))

    op.drop_table("address_state")
    with op.batch_alter_table("delivery_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_report_letter_id"))

    op.drop_table("delivery_report")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_day_sender")

    op.drop_table("answer")
