"""Who a printed cell names, and what a row is called from year to year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.errors import UnknownAgency
from models.domain.notation.vietnamese_text import fold, squeeze
from models.domain.register.agencies import Register
from models.domain.register.printed_names import code_meant, names_in

# --- Agencies -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedAgencies:
    """The agencies of a cell in printed order; none where any name of it is not certain."""

    codes: Sequence[str] = ()
    unclear: str = ""  # why there is none
    remark: str = ""  # what a person should know of those there are


def agencies_named(printed: str, register: Register, day: dt.date) -> NamedAgencies:
    """Whom the printed names mean on that day: agencies, heirs of former ones, several together."""
    text = squeeze(printed)
    if not text:
        return NamedAgencies()
    names = names_in(text, code_meant(register, day))
    unknown = [name for name, code in names if not code]
    if unknown or not names:
        return NamedAgencies(unclear="; ".join(_why(name, register, day) for name in unknown))
    heirs = [
        f"“{name}” nay do “{register.agency_name(code)}” trả lời"
        for name, code in names
        if code in register.agencies and not _bears(register, name, day)
    ]
    return NamedAgencies(list(dict.fromkeys(c for _, c in names)), remark="; ".join(heirs))


def _bears(register: Register, name: str, day: dt.date) -> bool:
    try:
        return bool(register.resolve(name, day))
    except UnknownAgency:
        return False


def _why(name: str, register: Register, day: dt.date) -> str:
    try:
        register.responsible_for(name, day)
    except UnknownAgency as error:
        return str(error)
    return f"“{name}” không rõ là cơ quan nào"


# --- Codes ----------------------------------------------------------------------------------------

_LONGEST_CODE = 48
_WORD = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"^[-+*•] ?")
_FILLER = frozenset(
    ("bao", "các", "cho", "có", "của", "đến", "địa", "bàn", "độ", "được", "gồm", "hoặc", "là",
     "mức", "năm", "số", "tại", "thành", "phố", "theo", "trên", "trong", "từ", "và", "về", "với")
)  # fmt: skip


def measure_key(name: str, unit: str) -> tuple[str, str]:
    """The key under which a measure is found again: its words without mark, year and end stop.

    >>> measure_key("- Dịch vụ:", "%") == measure_key("+ dịch vụ", " % ")
    True
    >>> measure_key("Tỷ lệ nợ thuế đến 31/12/2025", "%") == measure_key("Tỷ lệ nợ thuế đến \
31/12/2026", "%")
    True
    """
    words = fold(_LEADING.sub("", squeeze(name)))
    return re.sub(r"\b20[0-9]{2}\b", "20..", words).strip(" .:;,"), fold(unit).strip(" .()")


def proposed_code(name: str, taken: Iterable[str]) -> str:
    """A code of the name's words in plain letters, unlike those taken.

    >>> proposed_code("Tỷ trọng kinh tế số trong GRDP", ["grdp_growth"])
    'ty_trong_kinh_te_grdp'
    >>> proposed_code("Dịch vụ", ["dich_vu"]), proposed_code("5G", [])
    ('dich_vu_2', 'chi_tieu_5g')
    """
    written = _WORD.findall(squeeze(_LEADING.sub("", name)).casefold())
    words = [plain for w in written if w not in _FILLER and (plain := _plain(w))]
    code = ""
    for word in words[:8]:
        if len(code) + 1 + len(word) > _LONGEST_CODE:
            break
        code = f"{code}_{word}" if code else word
    if not code[:1].isalpha():
        code = f"chi_tieu_{code}".strip("_")
    known = set(taken)
    number = 2
    unlike = code
    while unlike in known or len(unlike) < 2:
        unlike = f"{code}_{number}"
        number += 1
    return unlike


def _plain(word: str) -> str:
    return "".join(c for c in fold(word) if c.isascii() and c.isalnum())


@dataclass(frozen=True)
class FormerRow:
    """A row of the year before, as far as it may be found again."""

    code: str
    sheet: str  # key of the exchange's sheet
    parent: str
    names: Sequence[str]  # as printed, and as corrected
    unit: str
    direction: str
    agencies: Sequence[str]
    basis: str


class FormerRows:
    """The rows of the year before, found again by name, unit and what they stand under."""

    def __init__(self, rows: Iterable[FormerRow]) -> None:
        self._found: dict[tuple[str, str, tuple[str, str]], dict[str, FormerRow]] = {}
        self.codes: set[str] = set()
        for row in rows:
            self.codes.add(row.code)
            for name in row.names:
                key = (row.sheet, row.parent, measure_key(name, row.unit))
                self._found.setdefault(key, {})[row.code] = row

    def same(self, sheet: str, parent: str, name: str, unit: str) -> FormerRow | None:
        """The one row of that sheet, parent, name and unit; None for none or several."""
        found = self._found.get((sheet, parent, measure_key(name, unit)), {})
        return next(iter(found.values())) if len(found) == 1 else None
