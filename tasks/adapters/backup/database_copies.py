"""The database copied while others write to it, and put back; PostgreSQL by its own tools.

A copy is of one moment. What it records is read from that same moment, so that it can be told
whether the bytes that it rests on are all there.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url

from models.domain.errors import BaocaoError
from tasks.adapters.backup.kept_files import has_tables, recorded_files, rows_by_table
from tasks.adapters.backup.manifest import BackupDamaged
from tasks.adapters.store.rows import open_engine, revision_of

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILES: Mapping[str, str] = {SQLITE: "baocao.sqlite", POSTGRESQL: "baocao.pgdump"}


class CopyFailed(BaocaoError):
    """Raised when the database cannot be copied or put back; its old state is as it was."""


@dataclass(frozen=True)
class CopiedDatabase:
    """A copy, and what its record holds."""

    kind: str
    file: Path
    revision: str
    counts: Mapping[str, int]
    recorded: Mapping[str, str]  # SHA-256 of the bytes it rests on, and what each is


def copy_database(engine: Engine, folder: Path) -> CopiedDatabase:
    """Copies the database into a folder and looks whether the copy is sound.

    Raises CopyFailed, and OSError when the disk is full.
    """
    if engine.dialect.name == POSTGRESQL:
        return _dump(engine, folder / FILES[POSTGRESQL])
    file = folder / FILES[SQLITE]
    path = engine.url.database or ""
    try:
        with (
            closing(sqlite3.connect(path, timeout=30)) as source,
            closing(sqlite3.connect(file)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it
    except sqlite3.Error as error:
        raise CopyFailed(f"Không chép được cơ sở dữ liệu «{path}»: {error}.") from None
    look_at_sqlite(file)
    with _read(file) as connection:
        return _told(SQLITE, file, connection)


def look_at_sqlite(file: Path) -> None:
    """Looks through every page of a copy. Raises CopyFailed where it is not sound."""
    try:
        with closing(sqlite3.connect(_untouched(file), uri=True)) as copy:
            said = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
            torn = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        said, torn = [str(error)], []
    if said != ["ok"] or torn:
        wrong = "; ".join(said) if said != ["ok"] else f"{len(torn)} dòng dẫn tới dòng không có"
        raise CopyFailed(f"Cơ sở dữ liệu «{file}» không nguyên vẹn: {wrong}.")


def look_at_copy(kind: str, file: Path) -> None:
    """Looks whether a copy in a backup can be read. Raises CopyFailed."""
    if kind == SQLITE:
        look_at_sqlite(file)
    else:
        _tool(["pg_restore", "--list", str(file)], {})


@contextmanager
def _read(file: Path) -> Iterator[Connection]:
    """The copy, opened so that not a byte of it changes."""
    engine = create_engine(f"sqlite:///{_untouched(file)}&uri=true")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _untouched(file: Path) -> str:
    return f"file:{quote(str(file))}?mode=ro&immutable=1"


def _told(kind: str, file: Path, connection: Connection) -> CopiedDatabase:
    revision = revision_of(connection) or ""
    return CopiedDatabase(
        kind, file, revision, rows_by_table(connection), recorded_files(connection)
    )


def _dump(engine: Engine, file: Path) -> CopiedDatabase:
    """By pg_dump, which reads the very moment that our own questions are answered from."""
    serial = engine.execution_options(isolation_level="REPEATABLE READ")
    with serial.connect() as connection:
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        told = _told(POSTGRESQL, file, connection)
        asked = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
        _tool([*asked, f"--snapshot={moment}", f"--file={file}"], _whose(engine.url), engine.url)
    look_at_copy(POSTGRESQL, file)
    return told


def restore_sqlite(copy: Path, target: Path) -> None:
    """Puts a copy at a path where nothing is. Raises CopyFailed."""
    target.write_bytes(copy.read_bytes())
    look_at_sqlite(target)


def restore_dump(copy: Path, database_url: str) -> None:
    """Puts a dump into a database in which nothing is. Raises CopyFailed."""
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            if has_tables(connection):
                raise CopyFailed(
                    "Cơ sở dữ liệu trong BAOCAO_DATABASE_URL không trống, không ghi đè. Tạo một cơ "
                    "sở dữ liệu mới (createdb), đặt BAOCAO_DATABASE_URL về đó rồi chạy lại; cơ sở "
                    "dữ liệu cũ giữ nguyên."
                )
    finally:
        engine.dispose()
    url = make_url(database_url)
    asked = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
    _tool([*asked, "--single-transaction", str(copy)], _whose(url), url)


def require_kind(kind: str, database_url: str) -> None:
    """Raises BackupDamaged where a backup's database is of another kind than the one set."""
    if make_url(database_url).get_backend_name() != kind:
        raise BackupDamaged(
            f"Bản sao lưu là của cơ sở dữ liệu {kind}, còn BAOCAO_DATABASE_URL nay trỏ tới loại "
            "khác. Đặt lại biến này như khi sao lưu rồi chạy lại."
        )


def _whose(url: URL) -> dict[str, str]:
    """The password, which no list of processes shows."""
    return {"PGPASSWORD": str(url.password)} if url.password else {}


def _tool(command: Sequence[str], secret: Mapping[str, str], url: URL | None = None) -> None:
    where = []
    if url is not None:
        plain = url.set(drivername=POSTGRESQL, password=None)
        where = [f"--dbname={plain.render_as_string()}"]
    try:
        done = subprocess.run(
            [command[0], *where, *command[1:]],
            env=os.environ | secret,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise CopyFailed(
            f"Máy này không có lệnh {command[0]}: cài gói postgresql-client cùng phiên bản với máy "
            "chủ cơ sở dữ liệu."
        ) from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        raise CopyFailed(f"Lệnh {command[0]} không xong: {said}")
