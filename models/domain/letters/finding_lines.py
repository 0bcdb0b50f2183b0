"""Findings as letters list them, and what a letter may say of the workbook they stand in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.cycle.letter_phrases import cell_order, cell_ranges, place_text
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import SETTLED_CALL, SEVERITY_CALLS, Finding, Severity

FINDINGS_IN_BODY = 40
CELLS_IN_PLACE = 8

SEVERITY_HEADINGS = {
    **SEVERITY_CALLS,
    Severity.BLOCKER: "Lỗi khiến sổ chưa thể tiếp nhận",
}


#: Of warnings whose reason stands in the workbook.
SETTLED_HEADING = f"{SETTLED_CALL}, không phải làm gì thêm"


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as a letter prints it."""

    place: str
    seen: str  # empty where nothing stood there, or the message says it
    message: str
    justification: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one severity under their heading."""

    heading: str
    lines: Sequence[FindingLine]


def finding_groups(findings: Iterable[Finding]) -> tuple[list[FindingGroup], int]:
    """Findings worst first, then by sheet as first met and by cell, and how many were left out.

    Findings that say the same of several cells of a sheet share one line.
    """
    listed = list(findings)
    sheets: dict[str, int] = {}
    for finding in listed:
        sheets.setdefault(finding.sheet, len(sheets))
    listed.sort(key=lambda f: (f.severity.rank, sheets[f.sheet], cell_order(f.cell)))
    merged: dict[tuple[str, ...], list[Finding]] = {}
    for f in listed:
        key = (f.severity, f.sheet, f.message, f.value, f.justification)
        merged.setdefault(key, []).append(f)
    shown = list(merged.values())[:FINDINGS_IN_BODY]
    groups: list[FindingGroup] = []
    for severity in Severity:
        for settled, heading in ((False, SEVERITY_HEADINGS[severity]), (True, SETTLED_HEADING)):
            lines = [_line(s) for s in shown if _in_group(s[0], severity, settled=settled)]
            total = sum(_in_group(f, severity, settled=settled) for f in listed)
            if lines:
                groups.append(FindingGroup(f"{heading} ({total})", lines))
    return groups, len(listed) - sum(len(same) for same in shown)


def warnings_of(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many warnings there are, and how many of them the agency has explained already."""
    warnings = [f for f in findings if f.severity is Severity.WARNING and not f.trial]
    return len(warnings), sum(f.is_settled for f in warnings)


def _in_group(finding: Finding, severity: Severity, *, settled: bool) -> bool:
    return finding.severity is severity and finding.is_settled is settled


def _line(same: Sequence[Finding]) -> FindingLine:
    first = same[0]
    cells = cell_ranges(f.cell for f in same)
    if len(cells) > CELLS_IN_PLACE:
        cells = [*cells[:CELLS_IN_PLACE], f"và {len(cells) - CELLS_IN_PLACE} chỗ khác"]
    place, message = _apart(
        place_text(first.sheet, ", ".join(cells)), one_line(first.beside_place, 700)
    )
    return FindingLine(
        place=place,
        seen="" if _says(message, first.value) else one_line(first.value, 120),
        message=message,
        justification=one_line(first.justification, 300),
    )


def _says(message: str, seen: str) -> bool:
    """Whether a remark tells what stands in the cell, so that no line of its own repeats it.

    >>> _says("Cam kết 94 chưa đạt mức giao.", "94"), _says("Cam kết 94,5 chưa đạt.", "94")
    (True, False)
    """
    if "đang ghi" in message.casefold():
        return True
    return bool(seen) and bool(re.search(rf"(?<![\w.,]){re.escape(seen)}(?!\w|[.,]\d)", message))


def _apart(place: str, message: str) -> tuple[str, str]:
    """The place with what stands there, and the remark, which names neither again.

    >>> _apart("trang «Chỉ tiêu», ô E5", "(«Dân số»): chưa điền.")
    ('trang «Chỉ tiêu», ô E5 («Dân số»)', 'Chưa điền.')
    >>> _apart("trang «Nhiệm vụ»", "Trang «Nhiệm vụ»: thiếu 1 dòng.")
    ('trang «Nhiệm vụ»', 'Thiếu 1 dòng.')
    >>> _apart("trang «Nhiệm vụ», ô B7", "Trang «Nhiệm vụ»: mới có 2 dòng.")
    ('trang «Nhiệm vụ», ô B7', 'Mới có 2 dòng.')
    """
    named = f"{place[:1].upper()}{place[1:]}: "
    label, found, rest = message.partition("): ")
    sheet = f"{named.partition('»')[0]}»: "
    if message.startswith((named, sheet)):
        rest = message.removeprefix(named).removeprefix(sheet)
    elif message.startswith("(") and found:
        place = f"{place} {label})"
    else:
        return place, message
    return place, f"{rest[:1].upper()}{rest[1:]}"


def sheets_of(lines: Sequence[str]) -> str:
    """On which sheets the differences are that a letter does not list, by how they begin."""
    found = (re.match(r"Trang «([^»]+)»", line) for line in lines)
    counts = Counter(match[1] for match in found if match)
    return ", ".join(f"{one_line(sheet, 60)} ({count} chỗ)" for sheet, count in counts.items())
