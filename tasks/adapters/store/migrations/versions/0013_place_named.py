"""Where the message of a finding has named its sheet and cell, a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, filled from what the messages say: until now they were asked each time."""
    with op.batch_alter_table("finding") as batch_op:
        batch_op.add_column(
            sa.Column("place_ends", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
    sheet, cell = sa.column("sheet", sa.String), sa.column("cell", sa.String)
    message, ends = sa.column("message", sa.String), sa.column("place_ends", sa.Integer)
    finding = sa.table("finding", sheet, cell, message, ends)
    of_the_sheet = sa.literal("Trang «") + sheet + "»"
    of_the_cell = of_the_sheet + ", ô " + cell
    for place, concerned in ((of_the_sheet, cell == ""), (of_the_cell, cell != "")):
        end = sa.func.length(place) + 1
        # Only what stands before a name in brackets was ever left out.
        opens_so = sa.func.substr(message, 1, end + 1) == place + " ("
        named = sa.and_(concerned, sheet != "", opens_so)
        op.execute(sa.update(finding).where(named).values(place_ends=end))


def downgrade() -> None:
    """Back again: the messages still say it."""
    with op.batch_alter_table("finding") as batch_op:
        batch_op.drop_column("place_ends")
