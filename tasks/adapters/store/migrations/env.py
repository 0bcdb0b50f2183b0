"""Alembic's entry: runs on the engine it is handed, or on an URL given with `-x url=...`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from models import tables  # noqa: F401  registers the tables

engine = context.config.attributes.get("engine") or create_engine(
    context.get_x_argument(as_dictionary=True)["url"]
)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
