"""Everything the office has decided, read from its files in one go."""

from __future__ import annotations

from pathlib import Path

from config.calendars import load_calendar
from config.catalogues import load_catalogues
from config.cycle_files import load_cycles, load_office_hours
from config.form_files import load_forms
from config.registers import load_register
from config.rule_settings import load_rule_settings
from models.domain.office import Office


def load_office(config_dir: Path, contacts_file: Path | None = None) -> Office:
    """The office's configuration. Raises ConfigurationFault with every fault of the file it met."""
    cycles = load_cycles(config_dir / "cycles.toml")
    years = {c.due_at.year for c in cycles.values()}
    register = load_register(
        config_dir / "agencies.csv", contacts_file or config_dir / "contacts.csv"
    )
    return Office(
        catalogues=load_catalogues(config_dir),
        register=register,
        cycles=cycles,
        forms=load_forms(config_dir),
        calendar=load_calendar(
            config_dir / "holidays.csv",
            range(min(years) - 1, max(years) + 2),
            office_hours=load_office_hours(config_dir / "cycles.toml"),
        ),
        rules=load_rule_settings(config_dir / "rules.toml"),
    )
