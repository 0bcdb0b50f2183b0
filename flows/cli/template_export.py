"""`baocao templates`: the workbooks as open-cycle would send them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.files.office_files import load_office
from config.settings import load_settings
from flows import clock
from flows.office.office_place import placed
from flows.workplaces import open_workplace
from models.domain.errors import UnknownAgency
from models.domain.reading.office import answering, register_day
from models.domain.register.file_names import form_file
from tasks.adapters.work.opening import workbook_content
from tasks.adapters.work.prefilling import Accounts, carried_into, earlier_accounts


def export_templates(cycle_code: str, out: Path, only: str = "") -> Iterator[Path]:
    """Writes each agency's workbook into `out`; the paths. Asks nobody, records nothing.

    A cycle that takes over what an earlier one said reads it where the office's work is kept.
    Raises UnknownCycle and UnknownAgency.
    """
    settings = placed(load_settings())
    office = load_office(settings.config_dir, settings.contacts_file)
    cycle = office.cycle(cycle_code)
    agencies = [a for a in answering(office, cycle) if only in ("", a.code)]
    if not agencies:
        day = register_day(cycle)
        raise UnknownAgency(f"Không có cơ quan «{only}» trong sổ vào ngày {day:%d/%m/%Y}.")
    accounts: Accounts = {}
    if cycle.previous:
        with open_workplace(clock.now(), settings) as workplace:
            accounts = earlier_accounts(workplace, cycle)
    out.mkdir(parents=True, exist_ok=True)
    for agency in agencies:
        path = out / form_file(cycle.mark, office.register, agency.code)
        carried = carried_into(office, cycle, agency.code, accounts)
        content = workbook_content(
            *(office, settings.secret, cycle, agency.code, carried.entries, carried.registered_by)
        )
        path.write_bytes(content)
        yield path
