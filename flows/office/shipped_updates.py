"""What the tables that come with the program have, and the office's edition in force has not."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config import CONFIG_DIR
from config.files.shipped_tables import ShippedUpdate, brought_up, former_tables, is_table
from config.settings import Settings
from flows.office.kept_editions import in_force
from models.domain.editions.edition import Edition
from tasks.adapters.office_folders import read_office_folder
from tasks.adapters.store import editions

FORMERLY = "formerly"  # in the program's folder of office files


def shipped_update(
    connection: Connection, settings: Settings
) -> tuple[Edition, Mapping[str, bytes], ShippedUpdate]:
    """The edition in force, what it holds, and what the program's tables would change in it."""
    edition = in_force(connection, settings)
    mine = editions.contents(connection, edition)
    shipped = read_office_folder(CONFIG_DIR)
    former = former_tables(CONFIG_DIR / FORMERLY)
    return edition, mine, brought_up(mine, shipped, former, _held(connection))


def _held(connection: Connection) -> dict[str, list[bytes]]:
    """What the tables have held in any edition, by path."""
    named = [(path, sha256) for path, sha256 in editions.ever_held(connection) if is_table(path)]
    contents = editions.contents_of(connection, {sha256 for _, sha256 in named})
    found: dict[str, list[bytes]] = {}
    for path, sha256 in named:
        found.setdefault(path, []).append(contents[sha256])
    return found


def what_is_new(update: ShippedUpdate) -> str:
    """In a sentence part how many rows wait to be taken over; "" for none.

    >>> what_is_new(ShippedUpdate({}, {"agencies.csv": 78}, {"holidays.csv": 3}, (), 0))
    'agencies.csv: thêm 78 dòng; holidays.csv: sửa 3 dòng'
    """
    said = []
    for path in dict.fromkeys([*update.added, *update.changed]):
        parts = [
            f"{what} {count} dòng"
            for what, count in (("thêm", update.added.get(path)), ("sửa", update.changed.get(path)))
            if count
        ]
        said.append(f"{path}: {', '.join(parts)}")
    return "; ".join(said)
