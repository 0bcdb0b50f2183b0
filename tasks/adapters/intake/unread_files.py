"""Files of which the reader was lost: tried again by later runs, then held for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from models.domain.cycle.letter_phrases import instant_text
from models.domain.errors import BaocaoError
from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.intake.unfolding import CarriedFile
from tasks.adapters.store.reader_losses import FileLosses, all_losses, count_loss, forget_losses

#: So many times a file may bring the reader down alone, over all runs; then nobody opens it again
#: but a person.
LOSSES = 3


class FileUnread(BaocaoError):
    """Raised when the reader was lost on a file that a later run is to try again."""

    def __init__(self, sha256: str, detail: str) -> None:
        self.sha256 = sha256
        super().__init__(detail)


@dataclass
class UnreadFiles:
    """What is known of such files at the time a batch is drawn."""

    known: Mapping[str, FileLosses] = field(default_factory=dict)  # by SHA-256

    @classmethod
    def of(cls, connection: Connection) -> UnreadFiles:
        """As the database tells."""
        return cls(all_losses(connection))

    def losses(self, sha256: str) -> int:
        """How often the reader was lost on a file, before it is read now."""
        found = self.known.get(sha256)
        return found.losses if found else 0

    def verdict_on(self, file: CarriedFile) -> Examination | None:
        """What is known of a file without opening it: that it was tried often enough."""
        found = self.known.get(file.sha256)
        if found is None or found.losses < LOSSES:
            return None
        said = (
            f"Việc đọc tệp «{file.name}» đã bị dừng giữa chừng {found.losses} lần, lần cuối lúc "
            f"{instant_text(found.last_at)}. Chưa có kết luận nào về tệp."
        )
        return Examination("", FileProblem.KILLED_READER, said)

    def is_to_be_tried_again(self, file: CarriedFile, found: Examination) -> bool:
        """Whether nothing is known of a file yet and a later run may learn more."""
        return self.is_lost(found) and self.losses(file.sha256) + 1 < LOSSES

    def waits(self, file: CarriedFile, found: Examination) -> str:
        """What is said to the office of a file that is tried again."""
        times = self.losses(file.sha256) + 1
        return f"{found.detail} Lần thứ {times} trên {LOSSES}."

    @staticmethod
    def is_lost(found: Examination) -> bool:
        """Whether the reader was lost on a file."""
        return found.problem is not None and found.problem.is_ours

    def record(
        self,
        connection: Connection,
        examined: Iterable[tuple[CarriedFile, Examination]],
        now: dt.datetime,
    ) -> None:
        """Counts the losses of a batch, and forgets those of files that were read after all."""
        lost: set[str] = set()
        read: set[str] = set()
        for file, found in examined:
            if self.verdict_on(file) is None:
                (lost if self.is_lost(found) else read).add(file.sha256)
        if lost:
            count_loss(connection, lost, now)
        if again := (read - lost) & self.known.keys():
            forget_losses(connection, again)
