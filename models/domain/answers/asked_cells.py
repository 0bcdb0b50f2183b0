"""What an agency is asked for: the cells of its workbook that it has to fill, the others being open
for who has more to say; and in words what its own workbook has a sheet for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.domain.reading.forms import (
    Form,
    SheetKind,
    expected_rows,
    is_required,
    role_of,
    sheets_for,
)
from models.domain.reading.submissions import CellKey, Entry
from models.domain.register.catalogue import Appendix, Catalogue
from models.domain.register.districts import speaks_of_districts


def needed_cells(
    form: Form, catalogue: Catalogue, agency: str, carried: Iterable[Entry] = ()
) -> frozenset[CellKey]:
    """The cells without which the workbook is sent back.

    Rows of its own an agency must fill where it has no tasks assigned: as many as the form says.
    Those `carried` over stand there already and are answered for.
    """
    sheets = sheets_for(form, catalogue, agency)
    assigned = any(Appendix.IV in s.appendices for s in sheets)
    rows = {(e.sheet, e.row_key) for e in carried if e.row_key.startswith("@")}
    needed: set[CellKey] = set()
    for sheet in sheets:
        required = [c for c in sheet.columns if c.required]
        if sheet.kind is SheetKind.DETAILS:
            needed |= {(sheet.key, "", c.key) for c in required}
        elif sheet.kind is SheetKind.TABLE:
            needed |= {
                (sheet.key, row.code, c.key)
                for row in expected_rows(sheet, catalogue, agency)
                for c in required
                if is_required(c, row, agency)
            }
        elif sheet.kind is SheetKind.FREE_TABLE:
            own = {row for key, row in rows if key == sheet.key}
            least = 0 if assigned else sheet.minimum_rows
            own |= {f"@{number}" for number in range(1, least + 1)}
            needed |= {(sheet.key, row, c.key) for row in own for c in required}
    return frozenset(needed)


_ABOUT = re.compile(r"\[(?P<sheets>[a-z_]+(?:, ?[a-z_]+)*)\] ?")


def sheets_of_line(line: str) -> tuple[tuple[str, ...], str]:
    """The keys of the sheets that a line is about, none for all of them; and the line without.

    >>> sheets_of_line("[indicators, tasks] - Ghi đủ.")
    (('indicators', 'tasks'), '- Ghi đủ.')
    >>> sheets_of_line("Gửi [THỬ] trước.")
    ((), 'Gửi [THỬ] trước.')
    """
    found = _ABOUT.match(line)
    if found is None:
        return (), line
    return tuple(key.strip() for key in found["sheets"].split(",")), line[found.end() :]


PREFILLED = "prefilled"  # in the place of a sheet's key: only where something is filled in already
DISTRICTS = "districts"  # likewise: only where a measure counts districts, which ended


def lines_for(
    form: Form, lines: Iterable[str], catalogue: Catalogue, agency: str, *, prefilled: bool = True
) -> list[str]:
    """The lines that are about a sheet of the agency's own workbook, or about all of it.

    `prefilled`: something of the cycle before stands in it.
    """
    there = {sheet.key for sheet in sheets_for(form, catalogue, agency)}
    there |= {PREFILLED} if prefilled else set()
    own = (row for row in catalogue if role_of(row, agency) is not None)
    there |= {DISTRICTS} if any(speaks_of_districts(r, catalogue.year) for r in own) else set()
    parted = map(sheets_of_line, lines)
    return [text for about, text in parted if not about or not there.isdisjoint(about)]


_SECTION_OF_CONTENT = re.compile(r"(?P<head>[^;\[]*: )?(?P<text>\[[a-z_, ]+\] .*|.*)", re.DOTALL)


def sections_of_content(content: str) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    """What a cycle asks for, taken apart: its opening words, and each thing with the sheets it is
    about, as in `sheets_of_line`.

    >>> sections_of_content("Báo cáo: [indicators] kết quả chỉ tiêu; khó khăn.")
    ('Báo cáo: ', [(('indicators',), 'kết quả chỉ tiêu'), ((), 'khó khăn.')])
    """
    head, parts = "", []
    for number, part in enumerate(content.split("; ")):
        found = _SECTION_OF_CONTENT.fullmatch(part)
        if number == 0 and found is not None and found["text"].startswith("["):
            head, part = found["head"] or "", found["text"]
        parts.append(sheets_of_line(part))
    return head, parts


def content_for(content: str, form: Form, catalogue: Catalogue, agency: str) -> str:
    """What a cycle asks of one agency: of its content what its own workbook has a sheet for."""
    head, parts = sections_of_content(content)
    there = {sheet.key for sheet in sheets_for(form, catalogue, agency)}
    asked = [text for about, text in parts if not about or not there.isdisjoint(about)]
    said = f"{head}{'; '.join(asked)}".rstrip(" :;.")
    return f"{said}." if content.rstrip().endswith(".") else said
