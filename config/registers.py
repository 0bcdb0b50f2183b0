"""Loads and checks the register: agencies, who answers in whose place, and the contacts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from config.csv_files import Line, day_of, marks_lost, read_lines, source_name
from config.succession_files import read_successions
from models.domain.agencies import Agency, AgencyKind, Contact, Register, name_key
from models.domain.errors import ConfigurationFault

AGENCY_COLUMNS = ("code", "name", "kind", "aliases", "valid_from", "valid_to", "note")
CONTACT_COLUMNS = ("agency", "to", "cc", "superior", "focal_person", "phone")
SUCCESSIONS = "successions.csv"  # beside the file of agencies
OPTIONAL_CONTACT_COLUMNS = ("domains",)  # former mail domains; older files do not have it

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_SEPARATORS = re.compile(r"[;,\s]+")


def load_register(agencies_csv: Path, contacts_csv: Path) -> Register:
    """The register with its contacts, and the successions from the file beside the agencies'.

    Raises ConfigurationFault with every fault of the files.
    """
    register, faults = _read(agencies_csv, contacts_csv)
    if faults:
        raise ConfigurationFault(faults)
    return register


def check_register(agencies_csv: Path, contacts_csv: Path) -> list[str]:
    """Every fault of the files, each with file and line; an empty list when there is none."""
    return _read(agencies_csv, contacts_csv)[1]


def _read(agencies_csv: Path, contacts_csv: Path) -> tuple[Register, list[str]]:
    faults: list[str] = []
    lines = read_lines(agencies_csv, AGENCY_COLUMNS, faults)
    agencies: dict[str, Agency] = {}
    for line in lines:
        of_line: list[str] = []
        agency = _agency(line, of_line)
        faults += line.root_cause(of_line)
        if agency.code in agencies:
            faults.append(line.fault(f"mã cơ quan “{agency.code}” đã có ở dòng trên", "code"))
        elif agency.code:
            agencies[agency.code] = agency
    faults += _shared_names(lines, agencies)
    rows = read_lines(contacts_csv, CONTACT_COLUMNS, faults, OPTIONAL_CONTACT_COLUMNS)
    contacts = _contacts(rows, agencies, faults)
    if contacts:
        source = source_name(contacts_csv)
        faults += [
            f"{source}: thiếu đầu mối của “{agency.name}” (mã {code})"
            for code, agency in agencies.items()
            if code not in contacts
        ]
    successions = read_successions(agencies_csv.parent / SUCCESSIONS, agencies, faults)
    return Register(agencies, contacts, successions), faults


def _agency(line: Line, faults: list[str]) -> Agency:
    code, name = line["code"], line["name"]
    if not _CODE.fullmatch(code):
        text = f"mã “{code}” phải gồm chữ thường không dấu, chữ số, gạch dưới"
        faults.append(line.fault(text, "code"))
    if not name:
        faults.append(line.fault("thiếu tên cơ quan", "name"))
    if marks_lost(name, line["note"]):
        faults.append(line.fault(f"tên cơ quan “{name}” mất dấu tiếng Việt", "name"))
    try:
        kind = AgencyKind(line["kind"])
    except ValueError:
        kind = AgencyKind.DEPARTMENT
        known = ", ".join(AgencyKind)
        text = f"loại cơ quan “{line['kind']}” không có; chỉ nhận {known}"
        faults.append(line.fault(text, "kind"))
    valid_from = _date(line, "valid_from", faults) or dt.date(1900, 1, 1)
    valid_to = _date(line, "valid_to", faults)
    if valid_to and valid_to < valid_from:
        faults.append(line.fault("ngày hết hiệu lực đứng trước ngày bắt đầu", "valid_to"))
    return Agency(
        code=code,
        name=name,
        kind=kind,
        aliases=tuple(line.items("aliases")),
        valid_from=valid_from,
        valid_to=valid_to,
        note=line["note"],
    )


def _date(line: Line, column: str, faults: list[str]) -> dt.date | None:
    if not line[column]:
        return None
    day = day_of(line[column])
    if day is None:
        text = f"ô “{column}”: “{line[column]}” không phải ngày dạng 2025-06-30 hoặc 30/06/2025"
        faults.append(line.fault(text, column))
    return day


def _shared_names(lines: Sequence[Line], agencies: dict[str, Agency]) -> list[str]:
    """A fault for each name that leads to two agencies which exist on a common day."""
    faults: list[str] = []
    bearers: dict[str, list[Agency]] = {}
    seen: set[str] = set()
    for line in lines:
        agency = agencies.get(line["code"])
        if agency is None or agency.code in seen:
            continue
        seen.add(agency.code)
        for key in sorted(agency.name_keys - {""}):
            for other in bearers.setdefault(key, []):
                if _overlap(agency, other):
                    name = next(n for n in (agency.name, *agency.aliases) if name_key(n) == key)
                    text = f"tên “{name}” cũng là tên của “{other.name}”"
                    faults.append(line.fault(text, "name"))
            bearers[key].append(agency)
    return faults


def _overlap(one: Agency, other: Agency) -> bool:
    later = max(one.valid_from, other.valid_from)
    return one.valid_on(later) and other.valid_on(later)


def _contacts(
    lines: Sequence[Line], agencies: dict[str, Agency], faults: list[str]
) -> dict[str, Contact]:
    contacts: dict[str, Contact] = {}
    for line in lines:
        code = line["agency"]
        if line.found < line.expected:  # one address slips into the next column, and looks right
            text = f"có {line.found} ô, tiêu đề có {line.expected} cột; thiếu dấu phân cách"
            faults.append(line.fault(text))
        if agencies and code not in agencies:
            faults.append(line.fault(f"cơ quan “{code}” không có trong danh bạ", "agency"))
        if code in contacts:
            faults.append(line.fault(f"cơ quan “{code}” đã có đầu mối ở dòng trên", "agency"))
        contact = Contact(
            agency=code,
            to=_addresses(line, "to", faults),
            cc=_addresses(line, "cc", faults),
            superior=_addresses(line, "superior", faults),
            focal_person=line["focal_person"],
            phone=line["phone"],
            domains=_domains(line, faults),
        )
        if not contact.to:
            faults.append(line.fault(f"cơ quan “{code}” chưa có địa chỉ nhận (cột “to”)", "to"))
        contacts.setdefault(code, contact)
    return contacts


def _addresses(line: Line, column: str, faults: list[str]) -> tuple[str, ...]:
    addresses = tuple(a for a in _SEPARATORS.split(line[column].lower()) if a)
    faults.extend(
        line.fault(f"ô “{column}”: “{a}” không phải địa chỉ thư", column)
        for a in addresses
        if not _ADDRESS.fullmatch(a)
    )
    return addresses


def _domains(line: Line, faults: list[str]) -> tuple[str, ...]:
    domains = tuple(d.lstrip("@") for d in _SEPARATORS.split(line["domains"].lower()) if d)
    faults.extend(
        line.fault(f"ô “domains”: “{d}” không phải tên miền", "domains")
        for d in domains
        if not _DOMAIN.fullmatch(d)
    )
    return domains
