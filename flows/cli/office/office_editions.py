"""A change to the office's files: from a folder, joined with what others changed, checked, kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection

from config import CONFIG_DIR
from config.settings import Settings, load_settings
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_changes import (
    Change,
    ChangeRefused,
    checked_change,
    difference_lines,
    entered,
    hashes_of_files,
)
from flows.office.office_place import keeps_editions
from models.domain.editions.edition import Edition, NoSuchEdition, changes
from models.domain.editions.joining import Joining, join
from tasks.adapters.office_folders import (
    hashes_of,
    lying_beside,
    read_office_folder,
    write_office_folder,
)
from tasks.adapters.store import editions

MARK = ".bo-tep"  # in a folder that was taken out: number and instant of the edition it comes from


def kept_settings() -> Settings:
    """The settings, where editions are kept. Raises ConfigurationFault, ChangeRefused."""
    settings = load_settings()
    if not keeps_editions(settings):
        raise ChangeRefused(
            f"Chưa chạy thật (BAOCAO_ENVIRONMENT=development) thì tệp được đọc thẳng từ "
            f"«{settings.config_dir}»: sửa ở đó, kiểm tra bằng «baocao catalogue check». Các bản "
            "của bộ tệp chỉ được giữ khi chạy thật (production)."
        )
    return settings


# --- Out ------------------------------------------------------------------------------------------


def take_out(folder: Path, number: int | None = None) -> Edition:
    """Writes an edition's files, the one in force where none is named, to a folder of their own.

    Raises ChangeRefused where something lies there: somebody may be working on it.
    """
    settings = kept_settings()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ChangeRefused(f"«{folder}» đã có và không trống; xin đặt tên thư mục khác.")
    with opened_editions(settings) as connection:
        edition = in_force(connection, settings)
        if number is not None:
            edition = editions.read(connection, number)
        files = editions.contents(connection, edition)
    folder.mkdir(parents=True, exist_ok=True)
    write_office_folder(folder, files)
    _mark(folder, edition)
    return edition


# --- In -------------------------------------------------------------------------------------------


def change_of(folder: Path) -> Change:
    """What would be brought in from the folder; the edition in force stays as it is.

    Where others changed the same places since it was taken out, their text is laid beside one's
    own. Raises ChangeRefused, ConfigurationFault with every fault of the files as they would be.
    """
    settings = kept_settings()
    number, entered_at = _marked(folder)
    if left := lying_beside(folder):
        raise ChangeRefused(
            f"Còn {', '.join(left)}: đó là nội dung người khác đã đưa vào. Ghép vào tệp cùng tên "
            "của mình, xóa tệp ấy đi, rồi chạy lại."
        )
    mine = read_office_folder(folder)
    with opened_editions(settings) as connection:
        newest = in_force(connection, settings)
        base = _base(connection, folder, number, entered_at)
        new = editions.contents(connection, newest)
        joining = join(editions.contents(connection, base), new, mine)
        between = _between(connection, base.number, newest.number)
    if joining.contested:
        raise ChangeRefused(_lay_beside(folder, joining, new, newest, between))
    return checked_change(newest, new, joining.files, joining.joined)


def bring_in(folder: Path, change: Change, *, by: str, note: str) -> Edition:
    """Makes the change the new edition; the folder then holds it whole, for the next change.

    Raises EditionOvertaken.
    """
    edition = entered(kept_settings(), change.files, after=change.before.number, by=by, note=note)
    gone = set(hashes_of(folder)) - set(change.files)
    write_office_folder(folder, change.files, gone)
    _mark(folder, edition)
    return edition


def _mark(folder: Path, edition: Edition) -> None:
    """Notes from which edition the folder comes: after a restoration its number is another's."""
    (folder / MARK).write_text(f"{edition.number} {edition.at.astimezone(dt.UTC).isoformat()}\n")


def _marked(folder: Path) -> tuple[int, dt.datetime | None]:
    """Number and instant of the edition that the folder comes from; a former version noted no
    instant."""
    try:
        number, _, entered_at = (folder / MARK).read_text().strip().partition(" ")
        return int(number), dt.datetime.fromisoformat(entered_at) if entered_at else None
    except (OSError, ValueError):
        raise ChangeRefused(
            f"«{folder}» không phải thư mục do «baocao office out» ghi ra (thiếu tệp {MARK}). Chép "
            "tệp đã sửa vào một thư mục như thế rồi chạy lại."
        ) from None


def _base(
    connection: Connection, folder: Path, number: int, entered_at: dt.datetime | None
) -> Edition:
    """The edition that the folder comes from; what was entered after a backup is not restored."""
    try:
        found = editions.read(connection, number)
    except NoSuchEdition:
        found = None
    if found is None or (entered_at is not None and found.at != entered_at):
        raise ChangeRefused(
            f"«{folder}» lấy từ một bộ tệp số {number} không còn trong cơ sở dữ liệu, thường là vì "
            "đã khôi phục một bản sao lưu cũ hơn. Chạy «baocao office out» với tên thư mục khác, "
            "chép phần đã sửa vào đó, rồi đưa thư mục ấy vào."
        )
    return found


def _between(connection: Connection, base: int, newest: int) -> list[Edition]:
    return [editions.read(connection, number) for number in range(base + 1, newest + 1)]


def _lay_beside(
    folder: Path,
    joining: Joining,
    new: Mapping[str, bytes],
    newest: Edition,
    between: list[Edition],
) -> str:
    """Puts others' text beside one's own, all else as it is now; what to do is the sentence."""
    contested = set(joining.contested)
    beside = {f"{path}.bo-tep-{newest.number}": new.get(path, b"") for path in contested}
    settled = {p: content for p, content in joining.files.items() if p not in contested}
    gone = set(hashes_of(folder)) - set(joining.files)
    write_office_folder(folder, settled | beside, gone)
    _mark(folder, newest)
    who = "; ".join(f"bộ tệp số {e.number} của {e.by}: {e.note}" for e in between)
    return (
        f"Trong lúc bạn sửa, người khác cũng sửa cùng chỗ trong {', '.join(sorted(contested))} "
        f"({who}). Không gì bị mất: nội dung của họ nằm cạnh, trong {', '.join(sorted(beside))}. "
        "Ghép vào tệp của mình, xóa tệp nằm cạnh, rồi chạy lại."
    )


# --- To look at -----------------------------------------------------------------------------------


def difference_with_program() -> list[str]:
    """What the office has otherwise than the program as it is installed now, as lines."""
    settings = kept_settings()
    with opened_editions(settings) as connection:
        mine = editions.contents(connection, in_force(connection, settings))
    shipped = read_office_folder(CONFIG_DIR)
    return difference_lines(shipped, {p: c for p, c in mine.items() if p in shipped})


def back_to(number: int) -> Change:
    """The change that makes an earlier edition's files those in force. Raises NoSuchEdition."""
    settings = kept_settings()
    with opened_editions(settings) as connection:
        newest = in_force(connection, settings)
        files = editions.contents(connection, editions.read(connection, number))
        old = editions.contents(connection, newest)
    return Change(files, newest, old, tuple(changes(newest.files, hashes_of_files(files))))
