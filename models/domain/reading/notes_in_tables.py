"""Rows of a table that hold no answer: signatures below it, headings in it, as officials add them.

Documents of the office end in "NGƯỜI LẬP BIỂU ... GIÁM ĐỐC" and the names under them, and plans are
divided by "I. ...". Neither is a task with four of its "5 rõ" missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from models.domain.reading.expectations import plain

MOST_CELLS = 3  # filled in a row below a signature line that still belongs to it
_LONGEST = 80
_TITLES = (
    "giam doc|chu tich|cuc truong|chi cuc truong|truong ban|truong phong|chanh van phong"
    "|hieu truong|chi huy truong|chanh thanh tra|thu truong|lanh dao"
)
_CLOSING = re.compile(
    r"(?:nguoi )?lap(?: bieu| bang| bao cao)?|nguoi (?:lap|ky|tong hop|kiem tra|duyet)(?: \w+){0,3}"
    r"|(?:tm|kt|tl|tuq) .+"
    rf"|(?:pho )?(?:tong )?(?:{_TITLES})(?: (?:so|ban|cuc|don vi|co quan|ubnd)(?: \w+){{0,6}})?"
    r"|(?:da )?ky(?: ten)?(?: va)?(?: dong dau)?|(?:ky(?: va)? )?ghi ro ho(?: va)? ten|noi nhan.*"
    r"|(?:[\w ]{2,30} )?ngay(?: \d+)? thang(?: \d+)? nam(?: \d+)?"
    r"|xac nhan (?:cua )?.+|ghi chu.*|(?:tong )?cong|luu vt.*"
)
_NUMBERED = re.compile(r"\s*(?:[IVX]{1,5}|[A-H])\s*[.):/-]\s*\S")
_LETTERS = re.compile(r"(?:[IVX]{1,5}|[A-H])\s*[.)]?")


def opens_closing(texts: Iterable[str]) -> bool:
    """Whether all the texts of a row are words under which documents are signed or annotated.

    >>> opens_closing(["NGƯỜI LẬP BIỂU", "KT. GIÁM ĐỐC"])
    True
    >>> opens_closing(["Xây dựng đề án", "Giám đốc Sở"]), opens_closing([])
    (False, False)
    """
    found = [plain(t) for t in texts if t.strip()]
    return bool(found) and all(len(t) <= _LONGEST and _CLOSING.fullmatch(t) for t in found)


def is_heading(text: str, mark: str, choices: Sequence[str]) -> bool:
    """Whether the only text of a row divides a plan: numbered "I.", "A.", or a group's name.

    >>> is_heading("I. Về thể chế", "", ()), is_heading("Về thể chế", "II", ())
    (True, True)
    >>> is_heading("Xây dựng đề án", "3", ())
    False
    """
    if _NUMBERED.match(text) or _LETTERS.fullmatch(mark.strip()):
        return True
    wanted = plain(text)
    return wanted.startswith("nhom ") or (
        len(wanted) > 12 and any(plain(c).startswith(wanted) for c in choices)
    )
