"""A change to the office's files: checked as a whole, and what it and the former ones came to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from config.files.calendars import missing_years, years_needed
from config.files.cycle_files import load_cycles
from config.files.office_files import load_office
from config.settings import Settings
from flows import clock
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_checks import found_in_folder
from flows.office.office_place import keeps_editions
from models.domain.editions.edition import Edition, FileChange, changes
from models.domain.errors import BaocaoError, ConfigurationFault
from models.domain.faults import Fault
from tasks.adapters.office_folders import write_office_folder
from tasks.adapters.store import editions

_SHOWN_LINE = 160  # characters of a changed line
_TOUCHING_CYCLES = ("directives/", "forms/", "cycles.toml", "successions.csv", "agencies.csv")


class ChangeRefused(BaocaoError):
    """Raised where a change cannot be brought in; nothing was changed in the edition in force."""


@dataclass(frozen=True)
class Change:
    """What a change comes to."""

    files: Mapping[str, bytes]  # of the edition to be
    before: Edition  # in force now
    old: Mapping[str, bytes]  # what that one holds
    changed: tuple[FileChange, ...]
    joined: tuple[str, ...] = ()  # files that somebody else changed too, in other places
    remarks: tuple[str, ...] = ()  # worth knowing, no faults


def checked_change(
    newest: Edition,
    old: Mapping[str, bytes],
    files: Mapping[str, bytes],
    joined: tuple[str, ...] = (),
) -> Change:
    """What these files would come to after the newest edition, which holds `old`.

    Raises ConfigurationFault with every fault of the files as they would be.
    """
    changed = tuple(changes(newest.files, hashes_of_files(files)))
    return Change(files, newest, old, changed, joined, checked(files, changed))


def checked(files: Mapping[str, bytes], changed: tuple[FileChange, ...]) -> tuple[str, ...]:
    """What a person should know of files that are to be in force, and does not hinder that.

    Raises ConfigurationFault with every fault of them.
    """
    with tempfile.TemporaryDirectory(prefix="baocao-bo-tep-") as temporary:
        trial = Path(temporary) / "config"
        trial.mkdir()
        write_office_folder(trial, files)
        if faults := found_in_folder(trial):
            raise ConfigurationFault([_without_place(fault, trial) for fault in faults])
        return tuple(_remarks(trial, changed))


def _without_place(fault: Fault | str, trial: Path) -> Fault | str:
    said = str(fault)
    return fault if str(trial) not in said else said.replace(f"{trial}/", "")


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


def entered(
    settings: Settings, files: Mapping[str, bytes], *, after: int, by: str, note: str
) -> Edition:
    """A new edition of these files, no others. Raises EditionOvertaken."""
    with opened_editions(settings) as connection:
        at = clock.of_the_machine()
        return editions.enter(connection, files, after=after, at=at, by=by, note=note)


# --- To look at -----------------------------------------------------------------------------------


def history(settings: Settings) -> list[tuple[Edition, list[FileChange]]]:
    """Every edition with what it changed, the newest first."""
    with opened_editions(settings) as connection:
        if keeps_editions(settings):
            in_force(connection, settings)
        found = editions.history(connection)
    before: Mapping[str, str] = {}
    told = []
    for edition in found:
        told.append((edition, changes(before, edition.files)))
        before = edition.files
    return told[::-1]


def difference(settings: Settings, first: int | None, second: int | None) -> list[str]:
    """What the second edition has otherwise than the first, as lines.

    Without a second: the one in force; without a first: the one before the second. Raises
    NoSuchEdition.
    """
    with opened_editions(settings) as connection:
        if second is None:
            later = in_force(connection, settings)
        else:
            later = editions.read(connection, second)
        number = later.number - 1 if first is None else first
        earlier = editions.read(connection, number) if number else None
        old = editions.contents(connection, earlier) if earlier else {}
        return difference_lines(old, editions.contents(connection, later))


def difference_lines(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """The difference, file by file, as programs show it; of what is no text only that it is one.

    >>> difference_lines({"a.csv": b"x\\n"}, {"a.csv": b"y\\n"})
    ['đổi a.csv', '-x', '+y']
    """
    lines: list[str] = []
    for change in changes(hashes_of_files(old), hashes_of_files(new)):
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


def hashes_of_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each content, by path."""
    return {path: editions.sha256_of(content) for path, content in files.items()}
