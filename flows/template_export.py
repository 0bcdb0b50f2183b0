"""`baocao templates`: the workbooks as open-cycle would send them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from config.office_files import load_office
from config.settings import load_settings
from models.domain.cycles import HANOI
from models.domain.errors import UnknownAgency
from tasks.adapters.opening import workbook_content, workbook_name


def export_templates(cycle_code: str, out: Path, only: str = "") -> Iterator[Path]:
    """Writes each agency's workbook into `out`; the paths. Asks nobody, records nothing.

    Raises UnknownCycle and UnknownAgency.
    """
    settings = load_settings()
    office = load_office(settings.config_dir, settings.contacts_file)
    cycle = office.cycle(cycle_code)
    day: dt.date = cycle.opens_at.astimezone(HANOI).date()
    agencies = [a for a in office.register.answering_on(day) if only in ("", a.code)]
    if not agencies:
        raise UnknownAgency(f"Không có cơ quan «{only}» trong sổ vào ngày {day:%d/%m/%Y}.")
    out.mkdir(parents=True, exist_ok=True)
    for agency in agencies:
        path = out / workbook_name(cycle, agency.code)
        path.write_bytes(workbook_content(office, settings.secret, cycle, agency.code))
        yield path
