"""Rows as the database takes them: text it can hold, records as plain mappings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

Item = TypeVar("Item")


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


def all_storable(texts: Iterable[str]) -> bool:
    """Whether `storable` would leave every one of the texts as it is; they are looked at as one.

    >>> all_storable(["a", "ế"]), all_storable(["a", "\\x00"])
    (True, False)
    """
    whole = "".join(texts)
    return storable(whole) is whole


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values with every text made storable."""
    return {k: storable(v) if isinstance(v, str) else v for k, v in values.items()}


def insert_new(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]]) -> int:
    """Inserts those rows whose keys are not there yet; how many that were."""
    if not rows:
        return 0
    statement = _insertion_of_new(model, connection.dialect.name)
    # Not every driver counts such rows: those inserted are handed back.
    return len(connection.execute(statement, rows).all())


@cache  # a statement made anew is compiled anew
def _insertion_of_new(model: type[SQLModel], dialect_name: str) -> Executable:
    table = table_of(model)
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)


def insert_rows(
    connection: Connection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]
) -> None:
    """Inserts many rows of one table, their values in the order of `columns`, texts storable.

    For rows by the thousand: values are turned into the driver's column by column, not one by one.
    """
    if not rows:
        return
    by_column: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, column in enumerate(columns):
        turn = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if turn is not None:
            by_column[place] = map(turn, by_column[place])
    statement = _insertion(tuple(columns), connection.dialect)
    connection.exec_driver_sql(statement, list(zip(*by_column, strict=True)))


@cache
def _insertion(columns: tuple[Column[Any], ...], dialect: Dialect) -> str:
    quoted = dialect.identifier_preparer
    names = ", ".join(quoted.format_column(column) for column in columns)
    places = ", ".join("?" if dialect.paramstyle == "qmark" else "%s" for _ in columns)
    return f"INSERT INTO {quoted.format_table(columns[0].table)} ({names}) VALUES ({places})"
