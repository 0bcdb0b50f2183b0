"""What a cycle holds, written to files without anything being sent or recorded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.workplaces import open_workplace
from tasks.adapters.exporting import export_files
from tasks.adapters.tidy_files import put_into


def export_cycle(cycle_code: str, folder: Path, as_of: dt.datetime | None) -> list[Path]:
    """Writes the cycle's tidy table into the folder; the files' paths."""
    with open_workplace(as_of or dt.datetime.now(dt.UTC)) as place:
        return put_into(folder, export_files(place, place.office.cycle(cycle_code)))
