"""Names of the files that agencies get: the office's words, plain ASCII, no two the same.

Every mail program, archive and old file server carries such a name unchanged.
"""

from __future__ import annotations

import re
import unicodedata

from models.domain.register.agencies import Register

_LONGEST = 120  # letters of an agency's name: every one that there is stands whole
#: Combining marks by what officials call them.
_MARKS = {
    "\u0300": "dau-huyen",
    "\u0301": "dau-sac",
    "\u0303": "dau-nga",
    "\u0309": "dau-hoi",
    "\u0323": "dau-nang",
    "\u0302": "dau-mu",
    "\u0306": "dau-trang",
    "\u031b": "dau-rau",
}
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
    """The agency's name as a part of a file's name; with the marks that tell it from another's
    that reads alike.

    «UBND xã Cẩm Giang» and «UBND xã Cẩm Giàng» are two communes, and one word without marks:
    "UBND-xa-Cam-Giang-khong-dau", "UBND-xa-Cam-Giang-dau-huyen". Its code only tells it where
    marks do not.
    """
    agency = register.agencies.get(code)
    if agency is None:
        return file_word(code)
    word = _cut(agency.name)
    alike = [
        other.name
        for other in register
        if other.code != code and _cut(other.name).casefold() == word.casefold()
    ]
    if word and not alike:
        return word
    told = [_told_apart(agency.name, name) for name in alike]
    if word and told and all(told) and len(set(told)) == 1:
        return f"{word}-{told[0]}"
    return f"{word}-{file_word(code)}".strip("-")


def _told_apart(name: str, other: str) -> str:
    """The marks of the first syllable in which the names differ; "" where there is none.

    >>> _told_apart("xã Cẩm Giàng", "xã Cẩm Giang"), _told_apart("xã Cẩm Giang", "xã Cẩm Giàng")
    ('dau-huyen', 'khong-dau')
    """
    for own, their in zip(name.casefold().split(), other.casefold().split(), strict=False):
        marks = [
            "-".join(_MARKS[c] for c in unicodedata.normalize("NFD", one) if c in _MARKS)
            for one in (own, their)
        ]
        if marks[0] != marks[1]:
            return marks[0] or "khong-dau"
    return ""


def _cut(name: str) -> str:
    """The name without marks, cut between words where no path has room for it."""
    word = file_word(name)
    return word if len(word) <= _LONGEST else word[: _LONGEST + 1].rpartition("-")[0]


def form_file(mark: str, register: Register, code: str) -> str:
    """The workbook that an agency is sent: "KH-2025_So-Ngoai-vu.xlsx". `mark`: the cycle's."""
    return f"{file_word(mark)}_{agency_word(register, code)}.xlsx"


def returned_file(mark: str, register: Register, code: str, version: int | None) -> str:
    """The workbook that goes back: "KH-2025_So-Ngoai-vu_ban-1_da-kiem-tra.xlsx".

    `version` is None for one that was only tried out.
    """
    which = "thu" if version is None else f"ban-{version}"
    return f"{file_word(mark)}_{agency_word(register, code)}_{which}_da-kiem-tra.xlsx"


def counting_file(mark: str, register: Register, code: str) -> str:
    """The workbook with all that counts: "TK-2025_So-Ngoai-vu_so-lieu-dang-dung.xlsx"."""
    return f"{file_word(mark)}_{agency_word(register, code)}_so-lieu-dang-dung.xlsx"


def preview_file(mark: str, register: Register, code: str) -> str:
    """The page of its results that an agency is sent: "TK-2025_Ket-qua_So-Ngoai-vu.docx"."""
    return f"{file_word(mark)}_Ket-qua_{agency_word(register, code)}.docx"
