"""Names of the files that agencies get: the office's words, plain ASCII, no two the same.

Every mail program, archive and old file server carries such a name unchanged.
"""

from __future__ import annotations

import re
import unicodedata

from models.domain.register.agencies import Register

_LONGEST = 60  # letters of an agency's name; a path has room for little more
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def file_word(text: str) -> str:
    """The text as a part of a file's name: no marks, hyphens for all that is no letter or figure.

    >>> file_word("Sở Ngoại vụ"), file_word("KH-2025"), file_word("«Đặc khu» Bạch Long Vĩ")
    ('So-Ngoai-vu', 'KH-2025', 'Dac-khu-Bach-Long-Vi')
    """
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _UNSAFE.sub("-", letters).strip("-")


def agency_word(register: Register, code: str) -> str:
    """The agency's name as a part of a file's name; with its code where another's reads alike.

    «UBND xã Cẩm Giang» and «UBND xã Cẩm Giàng» are two communes, and one word without marks.
    """
    agency = register.agencies.get(code)
    if agency is None:
        return file_word(code)
    word = _cut(agency.name)
    alike = sum(_cut(other.name).casefold() == word.casefold() for other in register)
    return word if alike == 1 and word else f"{word}-{file_word(code)}".strip("-")


def _cut(name: str) -> str:
    return file_word(name)[:_LONGEST].rstrip("-")


def form_file(mark: str, register: Register, code: str) -> str:
    """The workbook that an agency is sent: "KH-2025_So-Ngoai-vu.xlsx". `mark`: the cycle's."""
    return f"{file_word(mark)}_{agency_word(register, code)}.xlsx"


def returned_file(mark: str, register: Register, code: str, version: int | None) -> str:
    """The workbook that goes back: "KH-2025_So-Ngoai-vu_ban-1_da-kiem-tra.xlsx".

    `version` is None for one that was only tried out.
    """
    which = "thu" if version is None else f"ban-{version}"
    return f"{file_word(mark)}_{agency_word(register, code)}_{which}_da-kiem-tra.xlsx"


def preview_file(mark: str, register: Register, code: str) -> str:
    """The page of its results that an agency is sent: "TK-2025_Ket-qua_So-Ngoai-vu.docx"."""
    return f"{file_word(mark)}_Ket-qua_{agency_word(register, code)}.docx"
