"""Reads whom a directive may address all together, and who they are: `collectives.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.files.csv_files import Line, read_lines
from models.domain.faults import Fault, words_of
from models.domain.register.agencies import Agency, AgencyKind, Collective, Register

FILE = "collectives.csv"  # beside the file of agencies
COLUMNS = ("code", "name", "aliases", "members", "without", "note")
_KINDS = tuple(kind.value for kind in AgencyKind)


def read_collectives(
    path: Path, agencies: Mapping[str, Agency], faults: list[Fault]
) -> dict[str, Collective]:
    """The collectives by code; none where there is no such file. Faults are appended."""
    found: dict[str, Collective] = {}
    names: dict[str, str] = {}
    for line in read_lines(path, COLUMNS, faults) if path.exists() else ():
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
