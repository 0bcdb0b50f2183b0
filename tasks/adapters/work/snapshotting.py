"""Freezing what a summary carries, telling what has changed since, and proving the kept bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine

from models.domain.consolidation import Consolidation
from models.domain.mail.mail import LetterFile
from models.domain.results.snapshots import (
    Changes,
    changes_between,
    snapshot_as_text,
    snapshot_from_text,
)
from models.tables import SnapshotRow
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.store import snapshots


def base_of(connection: Connection, consolidation: Consolidation) -> SnapshotRow | None:
    """The report to compare with: the last one sent that said something else.

    So a consolidation that was sent keeps the comparison with which it was sent.
    """
    return snapshots.last_sent(
        connection, consolidation.cycle.code, other_than=consolidation.inputs_hash
    )


def made_against(
    consolidation: Consolidation, base: SnapshotRow | None, withdrawal: int = 0
) -> str:
    """The fingerprint of a workbook: its inputs, and those of the report it is compared with.

    `withdrawal` is the last decision by which a version was withdrawn or reinstated: what counts
    then may be what counted once, and its workbook is yet a newer one than that in between.
    """
    if base is None and not withdrawal:
        return consolidation.inputs_hash
    parts = f"{consolidation.inputs_hash} {base.inputs_hash if base else ''}"
    if withdrawal:
        parts += f" {withdrawal}"
    return hashlib.sha256(parts.encode()).hexdigest()


def changes_since(
    raw_store: RawStore, results: CycleResults, base: SnapshotRow | None
) -> Changes | None:
    """What the results say otherwise than that report; None where there is none.

    Raises RawFileMissing, RawFileDamaged when its kept content is not what was sent.
    """
    if base is None:
        return None
    before = snapshot_from_text(raw_store.get(base.content_sha256).decode())
    return changes_between(before, results.snapshot())


def freeze(
    raw_store: RawStore,
    connection: Connection,
    letter: str,
    results: CycleResults,
    files: Sequence[LetterFile],
) -> bool:
    """Keeps what the letter of that business key carries; False when it was kept before.

    `files` lie in the raw store already. In one transaction with the letter.
    """
    snapshot = results.snapshot()
    row = SnapshotRow(
        cycle=snapshot.cycle,
        letter=letter,
        inputs_hash=snapshot.inputs_hash,
        as_of=snapshot.as_of,
        content_sha256=raw_store.put(snapshot_as_text(snapshot).encode()),
        files=[{"name": f.name, "sha256": f.sha256} for f in files],
        inputs=[asdict(given) for given in snapshot.inputs],
    )
    return snapshots.add(connection, row)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that belongs to a snapshot, and whether its bytes are still the ones recorded."""

    snapshot: int
    what: str  # Vietnamese
    name: str
    sha256: str
    fault: str  # empty: sound


def snapshots_of(engine: Engine, cycle: str = "") -> list[SnapshotRow]:
    """All snapshots, or a cycle's, oldest first."""
    with engine.begin() as connection:
        return snapshots.of_cycle(connection, cycle)


def verify(raw_store: RawStore, row: SnapshotRow) -> Iterator[KeptFile]:
    """Every file of a snapshot, looked at byte by byte: what was sent, then what it was made of."""
    wanted = [
        ("nội dung đối chiếu", "", row.content_sha256),
        *(("tệp đã gửi hoặc lưu kèm", f["name"], f["sha256"]) for f in row.files),
        *(("tệp cơ quan gửi", f"{i['agency']}: {i['file_name']}", i["file_sha256"])
          for i in row.inputs),
    ]  # fmt: skip
    for what, name, sha256 in wanted:
        try:
            raw_store.get(sha256)
        except (RawFileMissing, RawFileDamaged) as fault:
            yield KeptFile(row.id or 0, what, name, sha256, str(fault))
        else:
            yield KeptFile(row.id or 0, what, name, sha256, "")


def files_of(raw_store: RawStore, row: SnapshotRow) -> dict[str, bytes]:
    """What was sent and kept with it, by name, as it was. Raises RawFileMissing, RawFileDamaged."""
    return {f["name"]: raw_store.get(f["sha256"]) for f in row.files}
