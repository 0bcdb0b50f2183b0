"""Findings: what a rule has to say about a submission. Values, never exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.domain.notation.number_notation import clear_text


class Severity(StrEnum):
    """How grave a finding is; declared worst first.

    >>> sorted([Severity.INFO, Severity.BLOCKER], key=lambda s: s.rank)[0].value
    'blocker'
    """

    BLOCKER = "blocker"  # cannot be taken as a submission: structure, identity
    ERROR = "error"  # sent back for correction
    WARNING = "warning"  # taken; the agency may justify it
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


SEVERITY_NAMES: Mapping[Severity, str] = {
    Severity.BLOCKER: "Không tiếp nhận được",
    Severity.ERROR: "Lỗi phải sửa",
    Severity.WARNING: "Cảnh báo",
    Severity.INFO: "Lưu ý",
}
#: The same with what is asked of an agency.
SEVERITY_CALLS: Mapping[Severity, str] = {
    **SEVERITY_NAMES,
    Severity.WARNING: f"{SEVERITY_NAMES[Severity.WARNING]}: sửa hoặc giải trình",
}
#: What a warning is called of which the agency has given the reason: nothing is asked any more.
SETTLED_CALL = f"{SEVERITY_NAMES[Severity.WARNING]} đã có giải trình"


@dataclass(frozen=True, slots=True)
class Advised:
    """What an agency is told to write, and what that will then be read as."""

    text: str
    value: Decimal | dt.date | str
    cell: str = ""  # where, if not in the cell that the finding is about

    @classmethod
    def number(cls, value: Decimal) -> Advised:
        """A number, written so that it reads one way.

        >>> Advised.number(Decimal("1.1250")).text, Advised.number(Decimal(37000)).text
        ('1,1250', '37000')
        """
        return cls(clear_text(value), value)


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one place of a workbook, in Vietnamese, with what to write instead."""

    rule: str  # the rule's code, e.g. "SO-02"
    severity: Severity
    message: str
    sheet: str = ""  # the sheet's name as the agency sees it
    cell: str = ""  # "E12"; empty when the finding is about a sheet or the file
    value: str = ""  # what was seen there, as text
    row_key: str = ""  # catalogue code, or the key of a free row
    column: str = ""  # key of the form's column
    justification: str = ""  # the agency's own words, for a warning
    trial: bool = False  # computed and shown to the office only
    cells: Sequence[str] = ()  # all cells meant, where one remark stands for several
    place_ends: int = 0  # where the message has named its sheet and cell; 0: it does not open so

    @property
    def is_settled(self) -> bool:
        """Whether it is a warning whose reason the agency has given."""
        return self.severity is Severity.WARNING and bool(self.justification)

    @property
    def call(self) -> str:
        """Its severity with what is asked of the agency.

        >>> Finding("CK-01", Severity.WARNING, "…", justification="Chờ dự án cấp nước.").call
        'Cảnh báo đã có giải trình'
        """
        return SETTLED_CALL if self.is_settled else SEVERITY_CALLS[self.severity]

    @property
    def beside_place(self) -> str:
        """The message as it is read where sheet and cell stand beside it already.

        >>> message, ends = opened("Chỉ tiêu", "E12", "«Dân số»", "chưa điền.")
        >>> Finding("NR-01", Severity.ERROR, message, place_ends=ends).beside_place
        '(«Dân số»): chưa điền.'
        """
        return self.message[self.place_ends :]

    @property
    def at_office(self) -> str:
        """The message as the office reads it, who has no workbook enclosed.

        >>> said = "Văn phòng đã khôi phục tiêu đề trong sổ kèm theo."
        >>> Finding("VB-02", Severity.ERROR, said).at_office
        'Văn phòng đã khôi phục tiêu đề trong sổ gửi lại cơ quan.'
        """
        return self.message.replace("sổ kèm theo", "sổ gửi lại cơ quan")


def opened(sheet: str, cell: str, label: str, sentence: str) -> tuple[str, int]:
    """A message that opens by naming sheet, cell and what the cell is called, and its `place_ends`.

    Without a label nothing would be left of the opening: the message is read whole everywhere.

    >>> opened("Chỉ tiêu", "E12", "", "chưa điền.")
    ('Trang «Chỉ tiêu», ô E12: chưa điền.', 0)
    """
    place = f"Trang «{sheet}»" + (f", ô {cell}" if cell else "")
    if not label:
        return f"{place}: {sentence}", 0
    return f"{place} ({label}): {sentence}", len(place) + 1
