"""Everything that is wrong with the office's files: what must be none before they are in force."""

from __future__ import annotations

from pathlib import Path

from config.files.office_faults import faults_of_files
from config.settings import load_settings
from flows.office.office_place import placed
from models.domain.faults import Fault
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.file_sets import take_back_interrupted
from tasks.adapters.letters.letter_writer import letter_faults


def configuration_faults() -> list[str]:
    """Every fault of the office's files, each with file and line or key.

    An import of the catalogue that was interrupted is taken back first.
    """
    settings = placed(load_settings())
    take_back_interrupted(settings.config_dir)
    return faults_of_folder(settings.config_dir, settings.contacts_file)


def faults_of_folder(base: Path, contacts_file: Path | None = None) -> list[str]:
    """Every fault of the office's files in that folder, each with file and line or key."""
    return list(map(str, found_in_folder(base, contacts_file)))


def found_in_folder(base: Path, contacts_file: Path | None = None) -> list[Fault | str]:
    """The same: those of tables and settings as data, those of texts as sentences."""
    contacts = contacts_file or base / "contacts.csv"
    return [*faults_of_files(base, contacts), *texts_at_fault(base)]


def texts_at_fault(base: Path) -> list[str]:
    """What is wrong with the templates of letters and reports in that folder."""
    return [
        *letter_faults(base / "letters", sample_letters("lời của cơ quan").values()),
        *_report_faults(base / "reports"),
    ]


def _report_faults(folder: Path) -> list[str]:
    from tasks.adapters.results.report_document import (  # start-up cost
        ReportTemplateFault,
        check_report_templates,
    )

    try:
        check_report_templates(folder)
    except ReportTemplateFault as fault:
        return [str(fault)]
    return []
