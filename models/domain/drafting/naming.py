"""Who a printed cell names, and what a row is called from year to year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.errors import UnknownAgency
from models.domain.notation.vietnamese_text import fold, squeeze
from models.domain.register.agencies import Register

# --- Agencies -------------------------------------------------------------------------------------

_SEPARATOR = re.compile(r"\s*[;,]\s*|\s+và\s+|\s+-\s+(?=[A-ZĐÀ-Ỹ])|\s*/\s*|\s*\+\s+")
_STRONG_SEPARATOR = re.compile(r"\s*[;,]\s*")
_MOST_PARTS = 24
_COLLECTIVE = re.compile(
    r"\b(các|mọi|toàn bộ|những|từng)\b|liên quan|\bsở, (ban|ngành)|\bban, ngành|địa phương"
    r"|đơn vị khác"
)


@dataclass(frozen=True)
class NamedAgencies:
    """The agencies of a cell, lead first; none where any name of it is not certain."""

    codes: Sequence[str] = ()
    doubt: str = ""


def agencies_named(printed: str, register: Register, day: dt.date) -> NamedAgencies:
    """Whom the register knows by the printed names on that day.

    A name may hold commas and "và" of its own: the cell is parted so that every part is a name of
    the register, as long as it may be. Where
    that does not go, none is given.
    """
    text = squeeze(printed)
    if not text:
        return NamedAgencies()
    pieces, joints = _parted(text)
    if len(pieces) > _MOST_PARTS:
        return NamedAgencies(doubt="quá nhiều tên trong một ô: xin chọn từng cơ quan")
    found = _way(pieces, joints, register, day)
    if found:
        return NamedAgencies(found)
    if _COLLECTIVE.search(text.casefold()):
        return NamedAgencies(doubt=f"“{text}” có tên gọi chung: xin chọn từng cơ quan")
    return NamedAgencies(doubt=_why(register, day, text))


def _parted(text: str) -> tuple[list[str], list[str]]:
    pieces, joints, begins = [], [], 0
    for found in _SEPARATOR.finditer(text):
        pieces.append(text[begins : found.start()])
        joints.append(found[0])
        begins = found.end()
    return [*pieces, text[begins:]], joints


def _way(
    pieces: Sequence[str], joints: Sequence[str], register: Register, day: dt.date
) -> tuple[str, ...] | None:
    """The pieces as names, each as long as the register knows one; None where some is no name."""
    known: dict[str, str] = {}

    def code(first: int, last: int) -> str:
        pairs = zip(pieces[first:last], [*joints[first : last - 1], ""], strict=True)
        name = "".join(piece + joint for piece, joint in pairs).strip(" .")
        if name not in known:
            known[name] = _code(name, register, day)
        return known[name]

    ways: list[tuple[str, ...] | None] = [*[None] * len(pieces), ()]
    for first in range(len(pieces) - 1, -1, -1):
        if not pieces[first].strip(" .-"):
            ways[first] = ways[first + 1]  # a separator at the end
            continue
        for last in range(len(pieces), first, -1):
            rest = ways[last]
            if rest is not None and (bearer := code(first, last)):
                ways[first] = (bearer, *rest)
                break
    return ways[0]


def _code(name: str, register: Register, day: dt.date) -> str:
    try:
        return register.resolve(name, day).code if len(name) < 300 else ""
    except UnknownAgency:
        return ""


def _why(register: Register, day: dt.date, text: str) -> str:
    for name in _STRONG_SEPARATOR.split(text):
        try:
            register.resolve(name.strip(" ."), day)
        except UnknownAgency as error:
            return str(error)
    return f"“{text}” không tách được thành tên cơ quan"


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
