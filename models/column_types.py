"""How instants and decimals lie in a database, the same in each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcInstant(TypeDecorator[dt.datetime]):
    """An instant, always with a zone outside and UTC inside (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuses a naive instant: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant: {value!r}")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal as text: SQLite would hand back a rounded float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Every digit, no exponent."""
        return self.as_texts([value])[0]

    @staticmethod
    def as_texts(values: Iterable[Decimal | None]) -> list[str | None]:
        """The same of many."""
        return [None if value is None else format(value, "f") for value in values]

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The same decimal."""
        return None if value is None else Decimal(value)


def instant(*, nullable: bool = False) -> Column[dt.datetime]:
    """A column of instants."""
    return Column(UtcInstant, nullable=nullable)


def json_list() -> Column[Any]:
    """A column of whatever JSON holds."""
    return Column(JSON, nullable=False)
