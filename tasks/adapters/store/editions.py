"""The office's files in the database: each edition whole, each content once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.domain.editions.edition import Edition, EditionOvertaken, NoSuchEdition
from models.tables import EditionFileRow, EditionRow, OfficeContentRow
from tasks.adapters.store.rows import chunks, insert_new, storable, table_of

_EDITION = table_of(EditionRow)
_FILE = table_of(EditionFileRow)
_CONTENT = table_of(OfficeContentRow)


def sha256_of(content: bytes) -> str:
    """The hash by which a content is known."""
    return hashlib.sha256(content).hexdigest()


def newest(connection: Connection) -> Edition | None:
    """The edition in force; None where none was entered yet."""
    row = connection.execute(select(_EDITION).order_by(_EDITION.c.number.desc()).limit(1)).first()
    return _edition(connection, row) if row else None


def read(connection: Connection, number: int) -> Edition:
    """One edition. Raises NoSuchEdition."""
    # A number that no column can hold was never entered either.
    asked = select(_EDITION).where(_EDITION.c.number == number)
    row = connection.execute(asked).first() if 0 < number < 1 << 31 else None
    if row is None:
        raise NoSuchEdition(number)
    return _edition(connection, row)


def history(connection: Connection) -> list[Edition]:
    """Every edition, the first one first."""
    rows = connection.execute(select(_EDITION).order_by(_EDITION.c.number)).all()
    files: dict[int, dict[str, str]] = {row.number: {} for row in rows}
    for row in connection.execute(select(_FILE)):
        files[row.edition][row.path] = row.sha256
    return [Edition(r.number, r.at, r.by, r.note, files[r.number]) for r in rows]


def _edition(connection: Connection, row: Row[tuple[object, ...]]) -> Edition:
    asked = select(_FILE.c.path, _FILE.c.sha256).where(_FILE.c.edition == row.number)
    files = {r.path: r.sha256 for r in connection.execute(asked.order_by(_FILE.c.path))}
    return Edition(row.number, row.at, row.by, row.note, files)


def contents(connection: Connection, edition: Edition) -> dict[str, bytes]:
    """What the edition's files hold, by path."""
    held = contents_of(connection, set(edition.files.values()))
    return {path: held[sha256] for path, sha256 in edition.files.items()}


def contents_of(connection: Connection, hashes: Collection[str]) -> dict[str, bytes]:
    """What files of those hashes hold, by hash."""
    held: dict[str, bytes] = {}
    for some in chunks(sorted(hashes)):
        asked = select(_CONTENT.c.sha256, _CONTENT.c.content).where(_CONTENT.c.sha256.in_(some))
        held.update({row.sha256: row.content for row in connection.execute(asked)})
    return held


def ever_held(connection: Connection) -> set[tuple[str, str]]:
    """Path and hash of every file of every edition."""
    asked = select(_FILE.c.path, _FILE.c.sha256).distinct()
    return {(path, sha256) for path, sha256 in connection.execute(asked)}


def enter(
    connection: Connection,
    files: Mapping[str, bytes],
    *,
    after: int,
    at: dt.datetime,
    by: str,
    note: str,
) -> Edition:
    """A new edition that follows the edition `after` (0: none) and holds these files, no others.

    Raises EditionOvertaken where another one has followed that; the transaction is over then.
    """
    if (connection.execute(select(func.max(_EDITION.c.number))).scalar() or 0) != after:
        raise EditionOvertaken
    number = after + 1
    named = {path: sha256_of(content) for path, content in files.items()}
    by, note = storable(by), storable(note)
    try:
        connection.execute(insert(_EDITION).values(number=number, at=at, by=by, note=note))
    except IntegrityError:  # in the same moment, by somebody else
        raise EditionOvertaken from None
    _keep(connection, files.values())
    connection.execute(
        insert(_FILE),
        [{"edition": number, "path": path, "sha256": sha256} for path, sha256 in named.items()],
    )
    return Edition(number, at, by, note, named)


def _keep(connection: Connection, found: Iterable[bytes]) -> None:
    rows = {sha256_of(content): content for content in found}
    insert_new(
        connection,
        OfficeContentRow,
        [{"sha256": sha256, "content": content} for sha256, content in rows.items()],
    )


def rewrite(connection: Connection, path: str, rewritten: Callable[[bytes], bytes]) -> int:
    """Changes a file in every edition that has it, where something must not be kept any more.

    Gives the number of editions that hold it otherwise now; the contents that nobody holds go.
    """
    asked = select(_FILE.c.sha256, _CONTENT.c.content, func.count())
    asked = asked.join(_CONTENT, _CONTENT.c.sha256 == _FILE.c.sha256)
    asked = asked.where(_FILE.c.path == path).group_by(_FILE.c.sha256, _CONTENT.c.content)
    changed = 0
    for before, content, count in connection.execute(asked).all():
        new = rewritten(content)
        if new == content:
            continue
        _keep(connection, [new])
        held = update(_FILE).where(_FILE.c.path == path, _FILE.c.sha256 == before)
        connection.execute(held.values(sha256=sha256_of(new)))
        still = select(_FILE.c.path).where(_FILE.c.sha256 == before).exists()
        connection.execute(delete(_CONTENT).where(_CONTENT.c.sha256 == before, ~still))
        changed += count
    return changed
