"""The names of the files that are put out for people."""

from __future__ import annotations

import datetime as dt

from models.domain.cycle.cycles import HANOI


def workbook_name(cycle: str, made_at: dt.datetime) -> str:
    """The name of a consolidated workbook.

    >>> workbook_name("2025-review", dt.datetime(2025, 11, 24, 22, 5, tzinfo=HANOI))
    'tong-hop_2025-review_20251124-2205.xlsx'
    """
    return f"tong-hop_{cycle}_{made_at.astimezone(HANOI):%Y%m%d-%H%M}.xlsx"


def report_beside(workbook: str) -> str:
    """The name of the report that goes with a workbook of that name.

    >>> report_beside("tong-hop_2025-review_20251124-2205.xlsx")
    'bao-cao_2025-review_20251124-2205.docx'
    """
    return workbook.replace("tong-hop_", "bao-cao_").replace(".xlsx", ".docx")


def clean_report_beside(workbook: str) -> str:
    """The name of the copy of that report that is signed: without references to cells.

    >>> clean_report_beside("tong-hop_2025-review_20251124-2205.xlsx")
    'bao-cao_2025-review_20251124-2205_Ban-trinh-ky.docx'
    """
    return report_beside(workbook).replace(".docx", "_Ban-trinh-ky.docx")
