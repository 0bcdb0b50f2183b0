"""The choices a form offers: what the office's files hold when the deployments are made."""

from __future__ import annotations

import functools
from typing import Any

from config.files.office_files import load_office
from config.settings import load_settings
from flows.office.office_place import placed
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetKind
from models.domain.reading.office import Office
from models.domain.rules import ALL_RULES

TO_SENDER = "Địa chỉ đã gửi thư"


def agencies(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the agencies by name, each once, in the register's order."""
    office = _office()
    if office is None:
        return
    days = [cycle.opens_at.astimezone(HANOI).date() for cycle in office.cycles.values()]
    there = {a.code for day in days for a in office.register.answering_on(day)}
    asked = [a for a in office.register if a.code in there]
    names = [a.name for a in asked]
    # A name that two agencies bear leads to neither: there the code stands.
    schema["enum"] = [a.name if names.count(a.name) == 1 else a.code for a in asked]


def sender_or_agency(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the sender of a message, then the agencies."""
    agencies(schema)
    if "enum" in schema:
        schema["enum"].insert(0, TO_SENDER)


def cycles(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the reporting cycles by code, the newest first."""
    office = _office()
    if office is None:
        return
    newest_first = sorted(office.cycles.values(), key=lambda c: c.opens_at, reverse=True)
    schema["enum"] = [cycle.code for cycle in newest_first]


def agencies_or_text(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the agencies by name, or be left empty."""
    agencies(schema)
    _or_text(schema)


def cycles_or_text(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the reporting cycles by code, or be left empty."""
    cycles(schema)
    _or_text(schema)


def _or_text(schema: dict[str, Any]) -> None:
    if "enum" not in schema:
        return
    listed = {"type": schema.pop("type"), "enum": schema.pop("enum")}
    schema["anyOf"] = [
        {"title": "Để trống, hoặc ghi mã", "type": "string"},
        {"title": f"Chọn ({len(listed['enum'])})", **listed},
    ]


def rules(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the rules that can be waived, with their titles."""
    offered = [r for r in ALL_RULES if r.severity is not Severity.BLOCKER]
    schema["enum"] = [f"{rule.code}: {rule.title}" for rule in offered]


def sheets(schema: dict[str, Any]) -> None:
    """Lets a form's field offer the sheets that agencies fill in, each title once."""
    office = _office()
    if office is None:
        return
    forms = [
        office.form_of(cycle) for cycle in office.cycles.values() if cycle.form in office.forms
    ]
    filled = [s for form in forms for s in form.sheets if s.kind is not SheetKind.INSTRUCTIONS]
    schema["enum"] = list(dict.fromkeys(sheet.title for sheet in filled))


@functools.cache
def _office() -> Office | None:
    """The office's files; None where they are at fault, which every run says for itself."""
    try:
        settings = placed(load_settings())
        return load_office(settings.config_dir, settings.contacts_file)
    except ConfigurationFault:
        return None
