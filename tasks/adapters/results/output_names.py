"""The names of the files that are put out for people: "KH-2025_Tong-hop_20250227-0930.xlsx"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from itertools import chain, count

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.register.file_names import file_word

_WORKBOOK, _REPORT = "_Tong-hop_", "_Bao-cao_"
#: As they were called before: what lies in an older installation's folder is still found.
_FORMERLY = ("tong-hop_", "bao-cao_")


def workbook_name(cycle: ReportingCycle, made_at: dt.datetime) -> str:
    """The name of a consolidated workbook."""
    return f"{file_word(cycle.mark)}{_WORKBOOK}{made_at.astimezone(HANOI):%Y%m%d-%H%M}.xlsx"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or the next one of its kind that is not taken: of two consolidations written in
    one minute each keeps its own files.

    >>> free_name("KH-2025_Tong-hop_20250227-0930.xlsx", ["KH-2025_Tong-hop_20250227-0930.xlsx"])
    'KH-2025_Tong-hop_20250227-0930-2.xlsx'
    """
    stem, dot, ending = name.rpartition(".")
    others = (f"{stem}-{number}{dot}{ending}" for number in count(2))
    return next(one for one in chain([name], others) if one not in taken)


def report_beside(workbook: str) -> str:
    """The name of the report that goes with a workbook of that name.

    >>> report_beside("TK-2025_Tong-hop_20251124-2205.xlsx")
    'TK-2025_Bao-cao_20251124-2205.docx'
    >>> report_beside("tong-hop_2025-review_20251124-2205.xlsx")
    'bao-cao_2025-review_20251124-2205.docx'
    """
    renamed = workbook.replace(_WORKBOOK, _REPORT)
    return renamed.replace(*_FORMERLY).replace(".xlsx", ".docx")


def clean_report_beside(workbook: str) -> str:
    """The name of the copy of that report that is signed: without references to cells.

    >>> clean_report_beside("TK-2025_Tong-hop_20251124-2205.xlsx")
    'TK-2025_Bao-cao_20251124-2205_Ban-trinh-ky.docx'
    """
    return report_beside(workbook).replace(".docx", "_Ban-trinh-ky.docx")


def name_within(workbook: str, name: str) -> str:
    """The name, among all outputs, of a file in the folder that goes with a workbook.

    >>> name_within("KH-2025_Tong-hop_20250227-0930.xlsx", "columns.md")
    'KH-2025_Tong-hop_20250227-0930/columns.md'
    """
    return f"{workbook.removesuffix('.xlsx')}/{name}"
