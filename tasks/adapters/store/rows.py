"""Rows as the database takes them: text it can hold, records as plain mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Table
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
