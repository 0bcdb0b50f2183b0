"""Loads and checks the register: agencies, who answers in whose place, and the contacts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from config.files.csv_files import Line, day_of, marks_lost, read_lines, source_name
from config.files.succession_files import read_successions
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, words_of
from models.domain.register.agencies import (
    Agency,
    AgencyKind,
    Collective,
    Contact,
    Register,
    marked_key,
)

AGENCY_COLUMNS = ("code", "name", "kind", "aliases", "valid_from", "valid_to", "note")
CONTACT_COLUMNS = ("agency", "to", "cc", "superior", "focal_person", "phone")
SUCCESSIONS = "successions.csv"  # beside the file of agencies
COLLECTIVES = "collectives.csv"  # whom a directive may name together; beside it, too
COLLECTIVE_COLUMNS = ("code", "name", "aliases", "members", "without", "note")
_KINDS = tuple(kind.value for kind in AgencyKind)
OPTIONAL_AGENCY_COLUMNS = ("full_name", "province")  # older files do not have them
#: Former mail domains, and who it is that gets the copy; older files do not have them.
OPTIONAL_CONTACT_COLUMNS = ("domains", "superior_title")

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST_NAME = 200  # letters; a name stands in subjects of letters and in cells
_ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_SEPARATORS = re.compile(r"[;,\s]+")


def load_register(agencies_csv: Path, contacts_csv: Path) -> Register:
    """The register with its contacts, and the successions from the file beside the agencies'.

    Raises ConfigurationFault with every fault of the files.
    """
    register, faults = read_register(agencies_csv, contacts_csv)
    if faults:
        raise ConfigurationFault(faults)
    return register


def read_register(agencies_csv: Path, contacts_csv: Path) -> tuple[Register, list[Fault]]:
    """The register as far as it can be read, and every fault."""
    faults: list[Fault] = []
    lines = read_lines(agencies_csv, AGENCY_COLUMNS, faults, OPTIONAL_AGENCY_COLUMNS)
    agencies: dict[str, Agency] = {}
    for line in lines:
        of_line: list[Fault] = []
        agency = _agency(line, of_line)
        faults += line.root_cause(of_line)
        if agency.code in agencies:
            faults.append(line.fault("agency.code_twice", "code", agency=agency.code))
        elif agency.code:
            agencies[agency.code] = agency
    faults += _shared_names(lines, agencies)
    rows = read_lines(contacts_csv, CONTACT_COLUMNS, faults, OPTIONAL_CONTACT_COLUMNS)
    contacts = _contacts(rows, agencies, faults)
    if contacts:
        source = source_name(contacts_csv)
        faults += [
            Fault("contact.lacking", source, arguments={"name": agency.name, "agency": code})
            for code, agency in agencies.items()
            if code not in contacts and not agency.province
        ]
    successions = read_successions(agencies_csv.parent / SUCCESSIONS, agencies, faults)
    collectives = read_collectives(agencies_csv.parent / COLLECTIVES, agencies, faults)
    return Register(agencies, contacts, successions, collectives), faults


def _agency(line: Line, faults: list[Fault]) -> Agency:
    code, name = line["code"], line["name"]
    if not _CODE.fullmatch(code):
        faults.append(line.fault("agency.code_form", "code", value=code))
    if not name:
        faults.append(line.fault("agency.name_lacking", "name"))
    for column in ("name", "full_name"):
        faults += _faults_of_name(line, column)
    try:
        kind = AgencyKind(line["kind"])
    except ValueError:
        kind = AgencyKind.DEPARTMENT
        known = words_of("kind", AgencyKind)
        faults.append(line.fault("agency.kind_unknown", "kind", kind=line["kind"], known=known))
    valid_from = _date(line, "valid_from", faults) or dt.date(1900, 1, 1)
    valid_to = _date(line, "valid_to", faults)
    if valid_to and valid_to < valid_from:
        faults.append(line.fault("agency.ends_before", "valid_to"))
    return Agency(
        code=code,
        name=name,
        kind=kind,
        aliases=tuple(line.items("aliases")),
        valid_from=valid_from,
        valid_to=valid_to,
        note=line["note"],
        full_name=line["full_name"],
        province=line["province"],
    )


def _faults_of_name(line: Line, column: str) -> Iterator[Fault]:
    name = line[column]
    if not name:
        return
    if not any(map(str.isalpha, name)) or len(name) > _LONGEST_NAME:
        yield line.fault("agency.name_form", column, name=name[:40], most=_LONGEST_NAME)
    if marks_lost(name, line["note"]):
        yield line.fault("agency.marks_lost", column, name=name)


def _date(line: Line, column: str, faults: list[Fault]) -> dt.date | None:
    if not line[column]:
        return None
    day = day_of(line[column])
    if day is None:
        faults.append(line.fault("agency.no_day", column, value=line[column]))
    return day


def _shared_names(lines: Sequence[Line], agencies: dict[str, Agency]) -> list[Fault]:
    """A fault for each name that leads to two agencies which exist on a common day."""
    faults: list[Fault] = []
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
                    names = (agency.name, *agency.aliases, agency.full_name)
                    name = next(n for n in names if marked_key(n) == key)
                    faults.append(
                        line.fault("agency.name_shared", "name", name=name, other=other.name)
                    )
            bearers[key].append(agency)
    return faults


def _overlap(one: Agency, other: Agency) -> bool:
    later = max(one.valid_from, other.valid_from)
    return one.valid_on(later) and other.valid_on(later)


def _contacts(
    lines: Sequence[Line], agencies: dict[str, Agency], faults: list[Fault]
) -> dict[str, Contact]:
    contacts: dict[str, Contact] = {}
    for line in lines:
        code = line["agency"]
        if line.found < line.expected:  # one address slips into the next column, and looks right
            faults.append(line.fault("contact.cells", found=line.found, expected=line.expected))
        if agencies and code not in agencies:
            faults.append(line.fault("agency.unknown", "agency", agency=code))
        if code in contacts:
            faults.append(line.fault("contact.twice", "agency", agency=code))
        contact = Contact(
            agency=code,
            to=_addresses(line, "to", faults),
            cc=_addresses(line, "cc", faults),
            superior=_addresses(line, "superior", faults),
            focal_person=line["focal_person"],
            phone=line["phone"],
            domains=_domains(line, faults),
            superior_title=line["superior_title"],
        )
        # Of one that is to end an empty line says that its addresses were taken out on purpose.
        ended = code in agencies and agencies[code].valid_to is not None
        if not contact.to and not ended:
            faults.append(line.fault("contact.no_address", "to", agency=code))
        contacts.setdefault(code, contact)
    return contacts


def _addresses(line: Line, column: str, faults: list[Fault]) -> tuple[str, ...]:
    addresses = tuple(a for a in _SEPARATORS.split(line[column].lower()) if a)
    faults.extend(
        line.fault("contact.no_mail_address", column, value=a)
        for a in addresses
        if not _ADDRESS.fullmatch(a)
    )
    return addresses


def _domains(line: Line, faults: list[Fault]) -> tuple[str, ...]:
    domains = tuple(d.lstrip("@") for d in _SEPARATORS.split(line["domains"].lower()) if d)
    faults.extend(
        line.fault("contact.no_domain", "domains", value=d)
        for d in domains
        if not _DOMAIN.fullmatch(d)
    )
    return domains


# --- Who are named together -----------------------------------------------------------------------


def read_collectives(
    path: Path, agencies: Mapping[str, Agency], faults: list[Fault]
) -> dict[str, Collective]:
    """The collectives by code; none where there is no such file. Faults are appended."""
    found: dict[str, Collective] = {}
    names: dict[str, str] = {}
    for line in read_lines(path, COLLECTIVE_COLUMNS, faults) if path.exists() else ():
        told: list[Fault] = []
        collective = _collective(line, agencies, told)
        if collective.code in found or collective.code in agencies:
            told.append(line.fault("collective.code_taken", "code", value=collective.code))
        alone = Register({}, {}, collectives={collective.code: collective})
        for name in (collective.name, *collective.aliases):
            if other := next((o for n, o in names.items() if alone.together(n)), ""):
                told.append(line.fault("collective.name_shared", "name", name=name, other=other))
                break
        names |= dict.fromkeys((collective.name, *collective.aliases), collective.name)
        faults += line.root_cause(told)
        found.setdefault(collective.code, collective)
    return found


def _collective(line: Line, agencies: Mapping[str, Agency], faults: list[Fault]) -> Collective:
    if not line["code"]:
        faults.append(line.fault("agency.code_form", "code", value=""))
    if not line["name"]:
        faults.append(line.fault("agency.name_lacking", "name"))
    if not line["members"]:
        faults.append(line.fault("collective.no_members", "members"))
    for column in ("members", "without"):
        for value in line.items(column):
            if value not in _KINDS and agencies and value not in agencies:
                known = words_of("kind", AgencyKind)
                faults.append(
                    line.fault("collective.member_unknown", column, value=value, known=known)
                )
    return Collective(
        code=line["code"],
        name=line["name"],
        members=tuple(line.items("members")),
        aliases=tuple(line.items("aliases")),
        without=tuple(line.items("without")),
        note=line["note"],
    )
