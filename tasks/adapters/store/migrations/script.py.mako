"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from models import tables


revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Back again."""
    ${downgrades if downgrades else "pass"}
