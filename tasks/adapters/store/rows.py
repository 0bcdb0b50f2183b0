"""Rows as the database takes them: text it can hold, records as plain mappings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    Executable,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel

from models.column_types import ExactDecimal
from models.domain.errors import BaocaoError
from tasks.adapters.lock_holders import held_by

if TYPE_CHECKING:
    from alembic.config import Config

Item = TypeVar("Item")

BUSY = "database is locked"  # as SQLite says it

# Of one statement on SQLite. Its driver hands the interpreter to other threads at every statement,
# and gets it back when they please: a row a statement made the recording wait for the reading.
_ROWS_AT_ONCE = 200


def chunks(items: Sequence[Item], size: int = 500) -> Iterator[Sequence[Item]]:
    """The items in pieces that one statement can name.

    >>> list(chunks("abcde", 2))
    ['ab', 'cd', 'e']
    """
    return (items[i : i + size] for i in range(0, len(items), size))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def storable(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates become visible marks.

    >>> storable("a\\x00b")
    'a␀b'
    """
    if "\x00" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values with every text made storable."""
    return {k: storable(v) if isinstance(v, str) else v for k, v in values.items()}


def insert_new(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]]) -> int:
    """Inserts those rows whose keys are not there yet, texts made storable; how many that were."""
    if not rows:
        return 0
    statement = _insertion_of_new(model, connection.dialect.name)
    # Not every driver counts such rows: those inserted are handed back.
    return len(connection.execute(statement, [cleaned(row) for row in rows]).all())


@cache  # a statement made anew is compiled anew
def _insertion_of_new(model: type[SQLModel], dialect_name: str) -> Executable:
    table = table_of(model)
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing()
    returning: Executable = statement.returning(*table.primary_key.columns)
    return returning


def insert_rows(
    connection: Connection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]
) -> None:
    """Inserts many rows of one table, their values in the order of `columns`.

    For rows by the thousand: texts are made storable, and values turned into the driver's, column
    by column and not one by one. None is NULL. Texts within lists and mappings are left.
    """
    if not rows:
        return
    dialect = connection.dialect
    turned = _turned(rows, [_binding(column, dialect) for column in columns])
    if dialect.name != "sqlite":  # the driver sends them all in one go
        connection.exec_driver_sql(_insertion(tuple(columns), 1, dialect), turned)
        return
    for some in chunks(turned, _ROWS_AT_ONCE):
        statement = _insertion(tuple(columns), len(some), dialect)
        connection.exec_driver_sql(statement, tuple(value for row in some for value in row))


def select_rows(
    connection: Connection,
    columns: Sequence[Column[Any]],
    key: Column[Any],
    keys: Sequence[int],
    order: Column[Any],
) -> list[tuple[Any, ...]]:
    """The rows of one table whose `key` is among a few numbers, for rows by the thousand."""
    if not keys:
        return []
    dialect = connection.dialect
    statement = _selection(tuple(columns), key, order, len(keys), dialect)
    rows = connection.exec_driver_sql(statement, tuple(keys)).all()
    turns = [
        _each(column.type.dialect_impl(dialect).result_processor(dialect, None))
        for column in columns
    ]
    return _turned(rows, turns)


_Turn = Callable[[Iterable[Any]], Iterable[Any]]  # of a whole column's values


def _turned(rows: Sequence[Sequence[Any]], turns: Sequence[_Turn | None]) -> list[tuple[Any, ...]]:
    by_column: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, turn in enumerate(turns):
        if turn is not None and by_column:
            by_column[place] = turn(by_column[place])
    return list(zip(*by_column, strict=True))


def _binding(column: Column[Any], dialect: Dialect) -> _Turn | None:
    """How values of a column become the driver's."""
    if isinstance(column.type, ExactDecimal):
        return column.type.as_texts
    turn = _each(column.type.dialect_impl(dialect).bind_processor(dialect))
    return _texts_storable if turn is None else turn


def _texts_storable(values: Iterable[Any]) -> Iterable[Any]:
    """The values, texts among them storable; those are looked at as one."""
    whole = "".join(value for value in values if isinstance(value, str))
    if storable(whole) is whole:
        return values
    return [storable(value) if isinstance(value, str) else value for value in values]


def _each(turn: Callable[[Any], Any] | None) -> _Turn | None:
    """The turning of single values as one of a whole column; None stays."""
    if turn is None:
        return None
    return lambda values: [value if value is None else turn(value) for value in values]


@lru_cache(maxsize=500)
def _insertion(columns: tuple[Column[Any], ...], count: int, dialect: Dialect) -> str:
    table = dialect.identifier_preparer.format_table(columns[0].table)
    places = ", ".join([f"({_marks(columns, dialect)})"] * count)
    return f"INSERT INTO {table} ({_names(columns, dialect)}) VALUES {places}"


@lru_cache(maxsize=100)
def _selection(
    columns: tuple[Column[Any], ...],
    key: Column[Any],
    order: Column[Any],
    count: int,
    dialect: Dialect,
) -> str:
    table = dialect.identifier_preparer.format_table(key.table)
    return (
        f"SELECT {_names(columns, dialect)} FROM {table} "
        f"WHERE {_names([key], dialect)} IN ({_marks(range(count), dialect)}) "
        f"ORDER BY {_names([order], dialect)}"
    )


def _names(columns: Iterable[Column[Any]], dialect: Dialect) -> str:
    return ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)


def _marks(values: Sequence[Any], dialect: Dialect) -> str:
    return ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * len(values))


MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # the tool keeps what it works on for the whole process
_MIGRATING_ALONE = "SELECT pg_advisory_lock(hashtext('baocao migrations'))"  # of all machines
# A machine without power says no goodbye, and by the operating system's own measure is missed after
# two hours: as long would last whatever its sessions have locked, or a wait for its answer.
_SILENT = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}  # seconds
_UNANSWERED = {"tcp_user_timeout": 50_000}  # milliseconds


class DatabaseOutdated(BaocaoError):
    """Raised when the database was written by a newer program than this one."""


_READS_ONLY = "baocao_reads_only"  # of an engine's execution options


class DatabaseUnknown(BaocaoError):
    """Raised when the database's address cannot be understood, or names one we do not speak."""


# The statements that this process has compiled, as many as an engine keeps by itself: to compile
# takes longer than to execute does, and every flow opens an engine. A statement is found again by
# the dialect among the rest, so that engines of a kind share theirs.
_COMPILED: dict[str, Any] = {"compiled_cache": LRUCache(500)}


def open_engine(url: str) -> Engine:
    """An engine ready for use. SQLite: parent folder made, WAL, every commit durable. PostgreSQL:
    either end finds out within a minute that the other is gone.

    On SQLite each transaction takes the write lock at its start: two writers wait for each
    other instead of failing halfway. Raises DatabaseUnknown; nothing is connected to yet.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            first = _server_engine(parsed)
            return Engine(first.pool.recreate(), first.dialect, parsed, execution_options=_COMPILED)
    except (ArgumentError, ImportError) as error:  # ImportError: a dialect without its driver
        raise DatabaseUnknown(
            "BAOCAO_DATABASE_URL: không hiểu địa chỉ này; ghi sqlite:////đường/dẫn/tệp hoặc "
            "postgresql+psycopg://người-dùng@máy/cơ-sở-dữ-liệu."
        ) from error
    file = Path(parsed.database) if parsed.database not in (None, "", ":memory:") else None
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, execution_options=_COMPILED)
    engine.dialect = _dialect_of_files()

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a letter marked sent must stay marked
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def _name_who_holds_it(context: ExceptionContext) -> None:
        said = str(context.original_exception)
        if file is not None and BUSY in said:  # afterwards nobody could tell any more
            context.original_exception.add_note(held_by(file))

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = bool(connection.get_execution_options().get(_READS_ONLY))
        connection.exec_driver_sql(f"PRAGMA query_only={int(reads)}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@cache
def _dialect_of_files() -> Dialect:
    """The dialect of every SQLite; it learns of the library, as all do, by a first connection."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    engine.dispose()
    return engine.dialect


@lru_cache(maxsize=20)
def _server_engine(url: URL) -> Engine:
    """An engine for a server, that others take pool and dialect after; connects to nothing itself.

    What the address says of its connections holds. Whichever of them connects first tells the
    dialect of the server.
    """
    if url.get_backend_name() != "postgresql":
        return create_engine(url, pool_pre_ping=True)
    ours = {k: v for k, v in (_SILENT | _UNANSWERED).items() if k not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=ours)
    theirs = {f"tcp_{name}": value for name, value in _SILENT.items()} | _UNANSWERED

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET {name} = {value}" for name, value in theirs.items()))
        connection.commit()

    return engine


def for_reading(engine: Engine) -> Engine:
    """The same engine for who only looks: takes no lock on SQLite, and waits for no writer.

    There whoever tries to write by it is refused.
    """
    return engine.execution_options(**{_READS_ONLY: True})


def _alembic(engine: Engine) -> Config:
    from alembic.config import Config  # start-up cost: almost always there is nothing to migrate

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Brings the schema up to date; nothing happens when it is.

    Raises DatabaseOutdated when the database knows a revision that this program does not.
    """
    with engine.connect() as connection:
        current = revision_of(connection)
    if current == newest_revision():
        return
    # For start-up cost only here: every flow run comes by, and the tool takes as long to load as
    # the whole database layer.
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _alembic(engine)
    script = ScriptDirectory.from_config(config)
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise DatabaseOutdated(
            f"Cơ sở dữ liệu ở phiên bản {current}, mới hơn chương trình này. Hãy cập nhật baocao."
        )
    with _MIGRATING, engine.connect() as connection:
        # Machines that are updated come by at the same time. The lock ends with its session.
        if engine.dialect.name == "postgresql":
            connection.detach()
            connection.exec_driver_sql(_MIGRATING_ALONE)
            connection.commit()
        command.upgrade(config, "head")  # nothing where another has done it meanwhile


def newest_revision() -> str:
    """The revision that the newest migration leads to: the number that its file begins with."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(connection: Connection) -> str | None:
    """The revision that the database bears; None where nothing has been made yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)
