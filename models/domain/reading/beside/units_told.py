"""Units that words beside figures tell for them, in a justification or a comment.

The figures of a row count in the row's own unit, whatever is said beside them. Where that is
another one nobody knows which the official had in mind, so he is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import lru_cache

from models.domain.notation.units import Measure, converted, measure_of
from models.domain.notation.vietnamese_text import nfc
from models.domain.reading.expectations import ExpectedRow, ExpectedSheet
from models.domain.reading.forms import ValueType

_LONGEST = 400  # letters of a text that are looked at
_INTRODUCED = re.compile(
    r"(?<!\w)(?:(?P<named>đơn vị(?: tính)?(?: là)?|đvt)\s*[:=]?\s*"
    r"|(?:được )?(?:tính|ghi|lấy|(?P<turned>quy đổi|quy|chuyển|đổi))(?: số)?"
    r" (?:bằng|theo|ra|sang|là)\s+"
    r"(?:đơn vị(?: tính)?(?: là)?\s*:?\s*)?"
    r"|(?:số(?: liệu)?|các số|các cột|các mức|mức)"
    r"(?: (?:này|trên|ở trên|trong dòng|của dòng|đã ghi))* (?:là|bằng|theo)\s+)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.,;:()\[\]\n]"
    r"|\s(?:chứ|không phải|thay|nên|vì|do|để|theo|như|cho|so với)(?!\w)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[0-9]")
_ALONE = re.compile(r"[\s(\[]*(?P<unit>[^()\[\]\d]{1,30}?)[\s)\].]*")


@lru_cache(maxsize=500)
def unit_of_figures(text: str) -> str:
    """The unit that a text says figures are told in, "" for none; a text that is a unit and nothing
    else says so too.

    >>> unit_of_figures("Đơn vị tính: triệu đồng"), unit_of_figures("(nghìn USD)")
    ('triệu đồng', 'nghìn USD')
    >>> unit_of_figures("Các số trên tính bằng nghìn tỷ đồng, theo giá hiện hành")
    'nghìn tỷ đồng'
    >>> [unit_of_figures(t) for t in ("Tính theo tỷ giá 25.000", "Tăng 5% so với năm 2024", "")]
    ['', '', '']
    """
    told = " ".join(nfc(text[:_LONGEST]).split())
    for match in _INTRODUCED.finditer(told):
        clause = _CLAUSE.split(told[match.end() :], maxsplit=1)[0].strip(" «»\"'")
        if not _is_unit(clause, counted=match["named"] is not None):
            continue
        # «Quy đổi ra USD» tells the money, and not how much of it counts as one.
        if match["turned"] is None or measure_of(clause).scale != 1:
            return clause
    alone = _ALONE.fullmatch(told)
    if alone is not None and _is_unit(alone["unit"].strip(), counted=False):
        return alone["unit"].strip()
    return ""


def _is_unit(text: str, *, counted: bool) -> bool:
    """Whether a text is a unit and nothing else; one that is `counted` only where it is called a
    unit: «theo tháng» is none."""
    if not text or _FIGURE.search(text):
        return False
    measure = measure_of(text)
    if not measure.base:
        return measure.scale != 1
    return measure.base == measure.head and (counted or measure.is_amount or measure.scale != 1)


def other_unit(text: str, units: Collection[str]) -> str:
    """The unit that a text tells for figures of `units` where one of these is another, else "".

    >>> other_unit("ĐVT: triệu đồng", ["Tỷ đồng"]), other_unit("ĐVT: tỷ đồng", ["Tỷ đồng"])
    ('triệu đồng', '')
    """
    told = unit_of_figures(text)
    if not told:
        return ""
    given = measure_of(told)
    wanted = [measure_of(unit) for unit in units if unit.strip("- ")]
    return told if any(not _is_same(given, each) for each in wanted) else ""


def _is_same(given: Measure, wanted: Measure) -> bool:
    if given == wanted or given.loosely_like(wanted):
        return True
    return converted(Decimal(1), given, wanted) == 1


def units_of_row(sheet: ExpectedSheet, row: ExpectedRow) -> Sequence[str]:
    """The units in which figures of a row are told, its own first."""
    figures = [column for column in sheet.inputs if column.type is ValueType.NUMBER]
    own = [row.row.unit] if any(column.unit_of_row for column in figures) else []
    return [unit for unit in (*own, *(c.unit for c in figures)) if unit.strip("- ")]
