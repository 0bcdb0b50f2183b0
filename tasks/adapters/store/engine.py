"""Engines and migrations. SQLite (WAL) by default, PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from models.domain.errors import BaocaoError

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseOutdated(BaocaoError):
    """Raised when the database was written by a newer program than this one."""


class DatabaseUnknown(BaocaoError):
    """Raised when the database's address cannot be understood, or names one we do not speak."""


def open_engine(url: str) -> Engine:
    """An engine ready for use. SQLite: parent folder made, WAL, every commit durable.

    On SQLite each transaction takes the write lock at its start: two writers wait for each
    other instead of failing halfway. Raises DatabaseUnknown; nothing is connected to yet.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:  # ImportError: a dialect without its driver
        raise DatabaseUnknown(
            "BAOCAO_DATABASE_URL: không hiểu địa chỉ này; ghi sqlite:////đường/dẫn/tệp hoặc "
            "postgresql+psycopg://người-dùng@máy/cơ-sở-dữ-liệu."
        ) from error
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a letter marked sent must stay marked
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Brings the schema up to date; nothing happens when it is.

    Raises DatabaseOutdated when the database knows a revision that this program does not.
    """
    config = _alembic(engine)
    script = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise DatabaseOutdated(
            f"Cơ sở dữ liệu ở phiên bản {current}, mới hơn chương trình này. Hãy cập nhật baocao."
        )
    command.upgrade(config, "head")
