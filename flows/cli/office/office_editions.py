"""A change to the office's files: from a folder, joined with what others changed, checked, kept."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from sqlalchemy import Connection

from config import CONFIG_DIR
from config.files.calendars import missing_years, years_needed
from config.files.cycle_files import load_cycles
from config.files.office_files import load_office
from config.settings import Settings, load_settings
from flows import clock
from flows.cli.catalogue.catalogue_view import faults_of_folder
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_place import keeps_editions
from models.domain.editions.edition import Edition, FileChange, NoSuchEdition, changes
from models.domain.editions.joining import Joining, join
from models.domain.errors import BaocaoError, ConfigurationFault
from tasks.adapters.office_folders import (
    hashes_of,
    lying_beside,
    read_office_folder,
    write_office_folder,
)
from tasks.adapters.store import editions

MARK = ".bo-tep"  # in a folder that was taken out: number and instant of the edition it comes from
_SHOWN_LINE = 160  # characters of a changed line
_TOUCHING_CYCLES = ("directives/", "forms/", "cycles.toml", "successions.csv", "agencies.csv")


class ChangeRefused(BaocaoError):
    """Raised where a change cannot be brought in; nothing was changed in the edition in force."""


@dataclass(frozen=True)
class Change:
    """What bringing in a folder comes to."""

    files: Mapping[str, bytes]  # of the edition to be
    before: Edition  # in force now
    old: Mapping[str, bytes]  # what that one holds
    changed: tuple[FileChange, ...]
    joined: tuple[str, ...] = ()  # files that somebody else changed too, in other places
    remarks: tuple[str, ...] = ()  # worth knowing, no faults


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


def checked_change(
    newest: Edition,
    old: Mapping[str, bytes],
    files: Mapping[str, bytes],
    joined: tuple[str, ...] = (),
) -> Change:
    """What these files would come to after the newest edition, which holds `old`.

    Raises ConfigurationFault with every fault of the files as they would be.
    """
    changed = tuple(changes(newest.files, _hashes(files)))
    with tempfile.TemporaryDirectory(prefix="baocao-bo-tep-") as temporary:
        trial = Path(temporary) / "config"
        trial.mkdir()
        write_office_folder(trial, files)
        if faults := faults_of_folder(trial):
            raise ConfigurationFault([fault.replace(f"{trial}/", "") for fault in faults])
        remarks = tuple(_remarks(trial, changed))
    return Change(files, newest, old, changed, joined, remarks)


def bring_in(folder: Path, change: Change, *, by: str, note: str) -> Edition:
    """Makes the change the new edition; the folder then holds it whole, for the next change.

    Raises EditionOvertaken.
    """
    edition = entered(kept_settings(), change.files, after=change.before.number, by=by, note=note)
    gone = set(hashes_of(folder)) - set(change.files)
    write_office_folder(folder, change.files, gone)
    _mark(folder, edition)
    return edition


def entered(
    settings: Settings, files: Mapping[str, bytes], *, after: int, by: str, note: str
) -> Edition:
    """A new edition of these files, no others. Raises EditionOvertaken."""
    with opened_editions(settings) as connection:
        at = clock.of_the_machine()
        return editions.enter(connection, files, after=after, at=at, by=by, note=note)


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


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: editions.sha256_of(content) for path, content in files.items()}


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


def _remarks(trial: Path, changed: tuple[FileChange, ...]) -> Iterator[str]:
    """What does not hinder the change, and what a person should know before it is in force."""
    now = clock.now()
    cycles = load_cycles(trial / "cycles.toml").values()
    open_ones = [c.code for c in cycles if c.opens_at <= now and not c.has_ended(now)]
    touching = [c.path for c in changed if c.path.startswith(_TOUCHING_CYCLES)]
    if open_ones and touching:
        yield (
            f"Kỳ {', '.join(open_ones)} đang mở mà {', '.join(touching)} có thay đổi: cơ quan đang "
            "giữ sổ lập theo bộ tệp trước, báo cáo gửi về được kiểm tra theo bộ tệp mới."
        )
    yield from missing_years(load_office(trial).calendar, years_needed(cycles))


# --- To look at -----------------------------------------------------------------------------------


def history() -> list[tuple[Edition, list[FileChange]]]:
    """Every edition with what it changed, the newest first."""
    settings = kept_settings()
    with opened_editions(settings) as connection:
        in_force(connection, settings)
        found = editions.history(connection)
    before: Mapping[str, str] = {}
    told = []
    for edition in found:
        told.append((edition, changes(before, edition.files)))
        before = edition.files
    return told[::-1]


def difference(first: int | None, second: int | None) -> list[str]:
    """What the second edition has otherwise than the first, as lines.

    Without a second: the one in force; without a first: the one before the second.
    """
    settings = kept_settings()
    with opened_editions(settings) as connection:
        newest = in_force(connection, settings)
        later = newest if second is None else editions.read(connection, second)
        number = later.number - 1 if first is None else first
        earlier = editions.read(connection, number) if number else None
        old = editions.contents(connection, earlier) if earlier else {}
        return difference_lines(old, editions.contents(connection, later))


def difference_with_program() -> list[str]:
    """What the office has otherwise than the program as it is installed now, as lines."""
    settings = kept_settings()
    with opened_editions(settings) as connection:
        mine = editions.contents(connection, in_force(connection, settings))
    shipped = read_office_folder(CONFIG_DIR)
    return difference_lines(shipped, {p: c for p, c in mine.items() if p in shipped})


def difference_lines(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """The difference, file by file, as programs show it; of what is no text only that it is one.

    >>> difference_lines({"a.csv": b"x\\n"}, {"a.csv": b"y\\n"})
    ['đổi a.csv', '-x', '+y']
    """
    lines: list[str] = []
    for change in changes(_hashes(old), _hashes(new)):
        lines.append(str(change))
        try:
            before, after = (
                files.get(change.path, b"").decode("utf-8").splitlines() for files in (old, new)
            )
        except UnicodeDecodeError:
            lines.append(f"(không phải văn bản, {len(new.get(change.path, b''))} byte)")
            continue
        shown = unified_diff(before, after, lineterm="", n=0)
        lines += [
            line if len(line) <= _SHOWN_LINE else f"{line[:_SHOWN_LINE]}…"
            for line in shown
            if not line.startswith(("---", "+++", "@@"))
        ]
    return lines


def back_to(number: int) -> Change:
    """The change that makes an earlier edition's files those in force. Raises NoSuchEdition."""
    settings = kept_settings()
    with opened_editions(settings) as connection:
        newest = in_force(connection, settings)
        files = editions.contents(connection, editions.read(connection, number))
        old = editions.contents(connection, newest)
    return Change(files, newest, old, tuple(changes(newest.files, _hashes(files))))
