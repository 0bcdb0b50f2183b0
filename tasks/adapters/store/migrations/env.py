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
    if engine.dialect.name == "sqlite":  # a table that others refer to is made anew and renamed
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if engine.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
