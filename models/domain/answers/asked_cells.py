"""Which cells of its workbook an agency has to fill: the rest is open for who has more to say."""

from __future__ import annotations

from collections.abc import Iterable

from models.domain.reading.forms import (
    Form,
    SheetKind,
    expected_rows,
    is_required,
    sheets_for,
)
from models.domain.reading.submissions import CellKey, Entry
from models.domain.register.catalogue import Appendix, Catalogue


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
