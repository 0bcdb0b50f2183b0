"""The raw store and the outputs of an installation, alone or shared by its machines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from tasks.adapters.raw_store import RawStore
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.sharing.outputs import Outputs
from tasks.adapters.sharing.shared_raw_store import MOST, SharedRawStore
from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import for_reading

_MARK = "shared-store:"  # before the mark of a store, among the heartbeats


@dataclass(frozen=True)
class OpenedStores:
    """Where bytes are kept and files put out."""

    raw: RawStore
    outputs: Outputs


def open_stores(
    url: str, raw_dir: Path, output_dir: Path, engine: Engine, now: dt.datetime, most: int = MOST
) -> OpenedStores:
    """The stores; `url` empty: the folders alone. `most`: bytes of raw files at hand.

    The first time that a record meets a shared store it remembers its mark. Raises StoreAway where
    that cannot be read then; later only what asks the store does.
    """
    if not url:
        return OpenedStores(RawStore(raw_dir), Outputs(output_dir))
    objects = ObjectStore(url, known_marks(engine))
    if not objects.marks:
        mark = objects.begin()
        remember_mark(engine, mark, now)
        objects.marks = {mark}
    return OpenedStores(SharedRawStore(raw_dir, objects, most), Outputs(output_dir, objects))


def known_marks(engine: Engine) -> set[str]:
    """The marks of the shared stores that the record rests on."""
    with for_reading(engine).connect() as connection:
        return set(heartbeats.with_prefix(connection, _MARK))


def remember_mark(engine: Engine, mark: str, now: dt.datetime) -> None:
    """From now on the store with that mark is ours."""
    with engine.begin() as connection:
        heartbeats.beat(connection, f"{_MARK}{mark}", now)
