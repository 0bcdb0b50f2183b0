"""What a cycle holds, written to files without anything being sent or recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from flows import clock
from flows.workplaces import open_workplace
from models.domain.cycle.letter_phrases import instant_text
from models.domain.errors import BaocaoError
from tasks.adapters.results.tidy_files import put_into
from tasks.adapters.work.exporting import export_into
from tasks.adapters.work.reporting import report_of_cycle
from tasks.adapters.work.snapshotting import files_of, snapshots_of, verify


class UnknownSnapshot(BaocaoError):
    """Raised when there is no snapshot of that number."""


def export_cycle(cycle_code: str, folder: Path, as_of: dt.datetime | None) -> list[Path]:
    """Writes the cycle's tidy table into the folder; the files' paths."""
    with open_workplace(as_of or clock.now()) as workplace:
        return export_into(folder, workplace, workplace.office.cycle(cycle_code))


def report_cycle(
    cycle_code: str, file: Path, as_of: dt.datetime | None, *, references: bool = True
) -> Path:
    """Writes the cycle's report as a Word document. Raises NothingToReport for a plan.

    Without references: the copy to be signed.
    """
    with open_workplace(as_of or clock.now()) as workplace:
        cycle = workplace.office.cycle(cycle_code)
        content = report_of_cycle(workplace, cycle, references=references)
        return put_into(file.parent, {file.name: content})[0]


def verify_kept(cycle_code: str) -> Iterator[tuple[str, bool]]:
    """One line a snapshot and one a faulty file, and whether it tells of a fault."""
    with open_workplace(clock.now()) as workplace:
        kept = snapshots_of(
            workplace.engine, workplace.office.cycle(cycle_code).code if cycle_code else ""
        )
        if not kept:
            yield "Chưa có bản lưu nào.", False
        for row in kept:
            files = list(verify(workplace.raw_store, row))
            faulty = [f for f in files if f.fault]
            found = f"{len(faulty)} tệp hỏng" if faulty else f"{len(files)} tệp nguyên vẹn"
            yield (
                f"Bản lưu {row.id}, kỳ {row.cycle}, đến {instant_text(row.as_of)}, mã tổng hợp "
                f"{row.inputs_hash[:12]}: {found}.",
                bool(faulty),
            )
            for file in faulty:
                yield f"  {file.what} {file.name}: {file.fault}", True


def restore_kept(number: int, folder: Path) -> list[Path]:
    """Writes what a snapshot holds into the folder, byte for byte. Raises UnknownSnapshot."""
    with open_workplace(clock.now()) as workplace:
        row = next((r for r in snapshots_of(workplace.engine) if r.id == number), None)
        if row is None:
            raise UnknownSnapshot(f"Không có bản lưu số {number}; xem: baocao snapshot verify.")
        return put_into(folder, files_of(workplace.raw_store, row))
