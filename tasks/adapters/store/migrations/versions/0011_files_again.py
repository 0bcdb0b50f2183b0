"""The same file may become a version again, once it would be judged otherwise."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ["cycle", "agency", "file_sha256"]
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}  # as PostgreSQL names them itself
_NAME = "submission_cycle_agency_file_sha256_key"


def upgrade() -> None:
    """The same file may become a version again, once it would be judged otherwise."""
    with op.batch_alter_table("submission", naming_convention=_NAMES) as batch_op:
        batch_op.drop_constraint(_NAME, type_="unique")


def downgrade() -> None:
    """Back again; fails where a file has become two versions."""
    with op.batch_alter_table("submission", naming_convention=_NAMES) as batch_op:
        batch_op.create_unique_constraint(_NAME, _COLUMNS)
