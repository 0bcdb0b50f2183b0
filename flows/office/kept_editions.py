"""The office's files in its database: the edition in force, entered and laid out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from config import CONFIG_DIR
from config.settings import Settings
from flows import clock
from models.domain.editions.edition import Edition, EditionOvertaken
from models.domain.errors import BaocaoError
from tasks.adapters.backup.changing_over import finish_change_over
from tasks.adapters.office_folders import (
    hashes_of,
    lay_out,
    read_office_folder,
    remove_folder,
    set_aside,
)
from tasks.adapters.store import editions, heartbeats
from tasks.adapters.store.rows import migrate, open_engine

CONTACTS = "contacts.csv"
PROGRAM = "baocao"  # who enters what comes with the program
_TRIED_OUT = "office_files_tried_out"  # the heartbeat of changes while the folder is in force
_FOLDER = "office"  # in the data folder
_LAID_OUT = re.compile(r"(\d+)-[0-9a-f]{16}")
#: What the program itself cannot do without; what a later one needs more is added, never changed.
_NEEDED = ("letters/", "reports/", "terms.toml", "catalogue_workbook.toml", "rules.toml")


@contextmanager
def opened_editions(settings: Settings) -> Iterator[Connection]:
    """A transaction on the office's database, its schema up to date, a restoration finished."""
    finish_change_over(settings.data_dir)
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def in_force(connection: Connection, settings: Settings) -> Edition:
    """The newest edition; where there is none, or the program needs a file more, it is entered."""
    edition = editions.newest(connection)
    if edition is None or was_tried_out(connection, edition):
        own = first_files(settings)
        files = {**_needed_beside(own), **own}
        note = "Bộ tệp đầu tiên, lấy từ thư mục cấu hình"
        return _entered(connection, files, edition.number if edition else 0, note)
    lacking = _needed_beside({path for path, _ in editions.ever_held(connection)})
    if not lacking:
        return edition
    files = editions.contents(connection, edition) | lacking
    note = f"Tệp mà bản mới của chương trình cần thêm: {', '.join(sorted(lacking))}"
    return _entered(connection, files, edition.number, note)


def was_tried_out(connection: Connection, edition: Edition) -> bool:
    """Whether the edition only remembers what a folder held while the program was tried out.

    There the folder is in force, whoever edits it. So the first edition for real is the folder's.
    """
    tried = heartbeats.last(connection, _TRIED_OUT)
    return tried is not None and tried >= edition.at


def remember_tried_out(
    connection: Connection,
    held: Mapping[str, bytes],
    files: Mapping[str, bytes],
    *,
    by: str,
    note: str,
) -> Edition:
    """Editions of what a folder held, where that is not known yet, and of what it is to hold.

    Raises ServedForReal where other editions are in force. The caller writes the folder.
    """
    newest, at = editions.newest(connection), clock.of_the_machine()
    if newest is not None and not was_tried_out(connection, newest):
        raise ServedForReal
    number = newest.number if newest else 0
    hashes = {path: editions.sha256_of(content) for path, content in held.items()}
    if newest is None or newest.files != hashes:
        said = "Nội dung của thư mục trước khi sửa"
        editions.enter(connection, held, after=number, at=at, by=PROGRAM, note=said)
        number += 1
    edition = editions.enter(connection, files, after=number, at=at, by=by, note=note)
    heartbeats.beat(connection, _TRIED_OUT, at)
    return edition


class ServedForReal(BaocaoError):
    """Raised where the files of a folder would be changed beside editions that are in force."""

    def __init__(self) -> None:
        super().__init__(
            "Cơ sở dữ liệu này giữ bộ tệp của lúc chạy thật, mà cài đặt lại là chạy thử "
            "(BAOCAO_ENVIRONMENT=development). Sửa trong thư mục thì bộ tệp ấy không đổi theo, nên "
            "chưa gì được ghi. Xin báo người vận hành xem lại cài đặt."
        )


def enter_changed(
    settings: Settings, changed: Mapping[str, bytes], *, by: str, note: str
) -> Edition:
    """A new edition: the one that `settings` were placed in, with these files changed in it.

    Raises EditionOvertaken where another one has followed since.
    """
    read = read_office_folder(settings.config_dir)
    after = int(settings.config_dir.name.partition("-")[0])
    with opened_editions(settings) as connection:
        return editions.enter(
            connection,
            {**read, **changed},
            after=after,
            at=clock.of_the_machine(),
            by=by,
            note=note,
        )


def _needed_beside(known: Collection[str]) -> dict[str, bytes]:
    """The program's own of what it cannot do without, but for those paths."""
    shipped = read_office_folder(CONFIG_DIR)
    return {p: shipped[p] for p in shipped if p.startswith(_NEEDED) and p not in known}


def _entered(connection: Connection, files: Mapping[str, bytes], after: int, note: str) -> Edition:
    at = clock.of_the_machine()
    try:
        return editions.enter(connection, files, after=after, at=at, by=PROGRAM, note=note)
    except EditionOvertaken:  # by another process that had the same to do
        connection.rollback()
        connection.begin()
        edition = editions.newest(connection)
        if edition is None:
            raise
        return edition


def first_files(settings: Settings) -> dict[str, bytes]:
    """The files as an office has them that keeps no editions yet."""
    files = read_office_folder(settings.config_dir)
    if settings.contacts_file is not None:
        files[CONTACTS] = settings.contacts_file.read_bytes()
    return files


def laid_out(settings: Settings) -> Path:
    """The folder with the edition in force on this machine; made where it is not there."""
    with opened_editions(settings) as connection:
        edition = in_force(connection, settings)
        return _laid_out(connection, settings.data_dir.resolve() / _FOLDER, edition)


def _laid_out(connection: Connection, room: Path, edition: Edition) -> Path:
    """The edition's folder, made where it is not there as it should be."""
    folder = room / _name(edition)
    if folder.is_dir():
        if hashes_of(folder) == edition.files:
            return folder
        set_aside(folder)  # somebody has worked in it: that is not lost, but not in force either
    lay_out(folder, editions.contents(connection, edition))
    _sweep(room, edition, connection)
    return folder


def _name(edition: Edition) -> str:
    listed = "".join(f"{path}\0{sha256}\0" for path, sha256 in sorted(edition.files.items()))
    return f"{edition.number}-{hashlib.sha256(listed.encode()).hexdigest()[:16]}"


def _sweep(room: Path, edition: Edition, connection: Connection) -> None:
    """Takes away what was laid out earlier; a run that is at work may still read the last one."""
    before = edition.number - 1
    kept = {_name(edition)}
    if before:
        kept.add(_name(editions.read(connection, before)))
    for folder in room.iterdir():
        if _LAID_OUT.fullmatch(folder.name) and folder.name not in kept:
            remove_folder(folder)
