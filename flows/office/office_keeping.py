"""The office's files changed from a page: one change at a time, checked whole, with a way back.

For real they are an edition in the database; tried out they are the folder's files, and the
database remembers what was changed in them from here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.settings import Settings, load_settings
from flows.office.kept_editions import (
    CONTACTS,
    first_files,
    in_force,
    opened_editions,
    remember_tried_out,
)
from flows.office.office_changes import (
    ChangeRefused,
    checked,
    difference_lines,
    entered,
    hashes_of_files,
    history,
)
from flows.office.office_place import keeps_editions
from models.domain.editions.edition import Edition, EditionOvertaken, FileChange, changes
from tasks.adapters.file_sets import replace_files, take_back_interrupted
from tasks.adapters.office_folders import write_office_folder
from tasks.adapters.store import editions


@dataclass(frozen=True)
class StandingFiles:
    """The office's files as they are in force."""

    files: Mapping[str, bytes]  # by their path below the office's folder
    number: int  # of the edition; 0 where they are a folder's

    def text(self, path: str) -> str:
        """A file's text, ends of lines as `\\n`; "" where there is none."""
        return self.files.get(path, b"").decode("utf-8-sig", "replace").replace("\r\n", "\n")

    @contextmanager
    def laid_out(self) -> Iterator[Path]:
        """The files in a folder of their own, for whoever reads files."""
        with tempfile.TemporaryDirectory(prefix="baocao-bo-tep-") as temporary:
            folder = Path(temporary) / "config"
            folder.mkdir()
            write_office_folder(folder, self.files)
            yield folder


@dataclass(frozen=True)
class ChangeKept:
    """What became of a change: the edition that it is, what it changed, what to know of it."""

    edition: Edition
    lines: tuple[str, ...]  # the difference
    remarks: tuple[str, ...]


class OfficeKeeping:
    """The office's files of an installation. Usable from any thread."""

    def __init__(self, settings: Callable[[], Settings] = load_settings) -> None:
        self.settings = settings

    @property
    def is_for_real(self) -> bool:
        """Whether the files are editions of the database, and not a folder's."""
        return keeps_editions(self.settings())

    def standing(self) -> StandingFiles:
        """The files in force. Raises ConfigurationFault for what is no plain file, OSError."""
        settings = self.settings()
        if keeps_editions(settings):
            with opened_editions(settings) as connection:
                edition = in_force(connection, settings)
                return StandingFiles(editions.contents(connection, edition), edition.number)
        take_back_interrupted(settings.config_dir)
        return StandingFiles(first_files(settings), 0)

    def change(
        self,
        standing: StandingFiles,
        changed: Mapping[str, bytes | None],
        *,
        by: str,
        note: str,
    ) -> ChangeKept | None:
        """Puts changed files in force, without content those that are to go; None for no change.

        Raises ConfigurationFault with every fault of the files as they would be, EditionOvertaken
        where others are in force by now, ChangeRefused where the folder cannot be written.
        """
        files = {p: c for p, c in {**standing.files, **changed}.items() if c is not None}
        found = tuple(changes(hashes_of_files(standing.files), hashes_of_files(files)))
        if not found:
            return None
        remarks = checked(files, found)
        edition = self._kept(standing, files, found, by, note)
        return ChangeKept(edition, tuple(difference_lines(standing.files, files)), remarks)

    def _kept(
        self,
        standing: StandingFiles,
        files: Mapping[str, bytes],
        found: tuple[FileChange, ...],
        by: str,
        note: str,
    ) -> Edition:
        settings = self.settings()
        if keeps_editions(settings):
            return entered(settings, files, after=standing.number, by=by, note=note)
        new = {_place(settings, change.path): files.get(change.path) for change in found}
        with opened_editions(settings) as connection:
            edition = remember_tried_out(connection, standing.files, files, by=by, note=note)
            try:
                replace_files(settings.config_dir, new, partial(_still, settings, standing))
            except OSError as error:
                raise ChangeRefused(
                    f"Không ghi được vào thư mục «{settings.config_dir}» ({error.strerror}), chưa "
                    "gì được đổi. Xin báo người vận hành."
                ) from None
        return edition

    def history(self) -> list[tuple[Edition, list[FileChange]]]:
        """Every edition with what it changed, the newest first."""
        return history(self.settings())

    def edition_files(self, number: int) -> tuple[Edition, Mapping[str, bytes]]:
        """An edition and what it holds. Raises NoSuchEdition."""
        with opened_editions(self.settings()) as connection:
            edition = editions.read(connection, number)
            return edition, editions.contents(connection, edition)

    def back_to(self, number: int, *, by: str, note: str) -> ChangeKept | None:
        """The files of an earlier edition put in force again, as a change; None where they are.

        Raises NoSuchEdition, and as `change`.
        """
        _, wanted = self.edition_files(number)
        standing = self.standing()
        gone = dict.fromkeys(set(standing.files) - set(wanted))
        return self.change(standing, {**wanted, **gone}, by=by, note=note)


def _still(settings: Settings, standing: StandingFiles) -> None:
    if first_files(settings) != standing.files:
        raise EditionOvertaken


def _place(settings: Settings, path: str) -> Path:
    if path == CONTACTS and settings.contacts_file is not None:
        return settings.contacts_file
    return settings.config_dir / path
