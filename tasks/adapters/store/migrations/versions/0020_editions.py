"""The office's files, edition by edition."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the three tables; the first edition is entered when the office's files are read."""
    op.create_table(
        "office_content",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "edition_file",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["edition.number"]),
        sa.ForeignKeyConstraint(["sha256"], ["office_content.sha256"]),
        sa.PrimaryKeyConstraint("edition", "path"),
    )


def downgrade() -> None:
    """Back to files in a folder."""
    for name in ("edition_file", "edition", "office_content"):
        op.drop_table(name)
