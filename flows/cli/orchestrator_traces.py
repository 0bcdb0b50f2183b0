"""Where the orchestrator's own database names a person: it is looked through, and never changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url, text

from models.domain.accounts.keeping import Holding, Keeping, PersonPattern
from tasks.adapters.store.people import Occurrence

_PLACES = {
    ("flow_run", "parameters"): "điều đã nhập khi cho chạy một luồng",
    ("flow_run_input", "value"): "câu trả lời cho một lượt chạy chờ duyệt",
    ("flow_run_state", "message"): "câu báo của một lượt chạy",
    ("log", "message"): "nhật ký của một lượt chạy",
    ("artifact", "data"): "bảng, kể cả bản cũ",
    ("artifact", "description"): "lời của bảng, kể cả bản cũ",
    ("artifact_collection", "data"): "bảng đang hiện",
    ("artifact_collection", "description"): "lời của bảng đang hiện",
    ("deployment", "parameter_openapi_schema"): "danh sách để chọn trong biểu mẫu quyết định",
}
_REASON = "lịch sử của Prefect, tự hết sau 90 ngày; xem docs/du-lieu-ca-nhan.md"
_LAYERS = 4  # JSON within JSON: a table within an artifact


def orchestrator_occurrences(person: PersonPattern | None) -> list[Occurrence] | None:
    """The columns that name the person, None: anybody; None where there is nothing to look at.

    Raises SQLAlchemyError where the database cannot be asked.
    """
    engine = orchestrator_engine()
    if engine is None:
        return None
    try:
        return list(_found(engine, person))
    finally:
        engine.dispose()


def orchestrator_engine() -> Engine | None:
    """To its database, in an environment that was prepared for it; a file is only read. None where
    there is no file yet."""
    told = os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL", "")
    if told:
        url = make_url(told)
        return create_engine(url.set(drivername=url.drivername.replace("asyncpg", "psycopg")))
    file = Path(os.environ.get("PREFECT_HOME", "")) / "prefect.db"
    if not file.is_file():
        return None
    return create_engine(f"sqlite:///file:{file.resolve()}?mode=ro&uri=true")


def _found(engine: Engine, person: PersonPattern | None) -> Iterator[Occurrence]:
    known = inspect(engine)
    for (table, column), title in _PLACES.items():
        if not known.has_table(table) or column not in {
            c["name"] for c in known.get_columns(table)
        }:
            continue  # another version of the orchestrator
        with engine.connect() as connection:
            values = connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
            count = sum(_names(person, value) for value in values)
        if count:
            holding = Holding(title, Keeping.ALWAYS, _REASON)
            yield Occurrence(f"prefect:{table}.{column}", holding, count)


def _names(person: PersonPattern | None, value: object) -> bool:
    value = _decoded(value, _LAYERS)
    return bool(value) if person is None else person.is_in(value)


def _decoded(value: object, layers: int) -> object:
    """What JSON says: within it letters with marks may be written as numbers."""
    if layers == 0:
        return value
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        try:
            return _decoded(json.loads(value), layers - 1)
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: _decoded(one, layers - 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_decoded(one, layers - 1) for one in value]
    return value
