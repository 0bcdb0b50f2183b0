"""Words of the office's own, titles and names, in which an agency's hand made something else.

What is found by its likeness is read as what the office printed. Whether people still see that in
it is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from models.domain.notation.vietnamese_text import nfc
from models.domain.reading.expectations import plain
from models.domain.reading.headers import header_text

# Words that make another thing of a name or a title, and words that add nothing to it.
_OTHER_SENSE = frozenset({"khong", "chua", "tru", "ngoai", "truoc", "sau"})
_NO_SENSE = frozenset(
    {"bat", "buoc", "neu", "co", "phai", "dien", "ghi", "don", "vi", "tinh", "theo", "so", "cot"}
    | {"cua", "moi", "dong", "nhap", "day", "va", "cac", "la", "nam"}
)
# Words that join something to a name, or tell another figure of it: with them it names another one.
_JOINING = frozenset(
    {"va", "hoac", "kem", "cung", "gom", "rieng", "chi", "tru", "khong", "cac", "luy", "uoc"}
    | {"tang", "giam", "toc", "trong", "so", "quy", "thang", "binh", "gia", "them", "muc"}
)
_LIKE_A_LINE = 0.6  # from which a line is the printed one, cut off or with words put in
_LIKE = 0.7  # from which a word is the printed one with a slip
_SET_ASIDE = re.compile(
    r"(?<!\w)(?:nháp|nhap|dự thảo|cũ|bỏ|bo|huỷ|hủy|không|khong|sai|thử|mẫu|tham khảo|bản sao|lưu"
    r"|draft|old|backup)(?!\w)",
    re.IGNORECASE,
)
_PAPER_OR_DAY = re.compile(
    r"(?<!\w)(?:ngày|số|kèm|theo|căn cứ|so với|cùng kỳ|từ|giai đoạn)(?!\w)"
    r"|[0-9] ?[-/–] ?[0-9]|.{61}",
    re.IGNORECASE | re.DOTALL,
)
_FIGURES_OF_A_YEAR = re.compile(
    r"(?<!\w)là (?:số|kết quả|của)(?!\w).{0,60}năm (?:19|20)[0-9]{2}", re.IGNORECASE
)
_TIMES = re.compile(
    r"\(?\s*[x×*]\s*1(?:0\^[0-9]{1,2}|0{1,9}|(?:[.,]0{3}){1,4})\s*\)?", re.IGNORECASE
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def of_other_sense(text: str, printed: str) -> bool:
    """Whether a name in plain letters says or leaves out a year, a «không»: what a likeness in
    letters does not tell.

    >>> of_other_sense("dien mat troi", "khong bao gom dien mat troi")
    True
    """
    apart = set(text.split()) ^ set(printed.split())
    return any(word in _OTHER_SENSE or _YEAR.fullmatch(word) for word in apart)


def joins_another(rest: str) -> bool:
    """Whether what a name in plain letters has more than another makes another figure of it.

    >>> joins_another("tong muc ban le hang hoa va "), joins_another(" tren dia ban thanh pho")
    (True, False)
    """
    return not _JOINING.isdisjoint(rest.split()) or "ty le" in rest


def words_added(text: str, printed: str) -> set[str]:
    """The words of a title that are neither the printed ones, be it with a slip, nor empty ones.

    >>> words_added("9 tháng (ước)", "9 tháng"), words_added("Mức kêt (bắt buộc)", "Mức kết")
    ({'uoc'}, set())
    """
    own = header_text(printed).split()
    return {
        word
        for word in header_text(text).split()
        if word not in own
        and word not in _NO_SENSE
        and (
            word.isdigit()
            or word in _OTHER_SENSE
            or not any(SequenceMatcher(None, word, o).ratio() >= _LIKE for o in own)
        )
    }


def put_into(line: str, printed: Sequence[str]) -> str:
    """The words of a line that are not the office's, where it is one that the office printed, cut
    off or with words put in; the line itself where it is none of them.

    >>> put_into("Ghi theo đúng đơn vị tính, nhân 10", ["Ghi theo đúng đơn vị tính của dòng"])
    'tính, nhân 10'
    >>> put_into("Ghi theo đúng đơn vị", ["Ghi theo đúng đơn vị tính"])
    ''
    """
    if line in printed:
        return ""
    words = nfc(line).split()
    for own in printed:
        if likeness_of(line, own) >= _LIKE_A_LINE:
            steps = SequenceMatcher(None, nfc(own).split(), words, autojunk=False).get_opcodes()
            return " ".join(" ".join(words[b:e]) for step, _, _, b, e in steps if step != "equal")
    return line


def sets_aside(name: str) -> bool:
    """Whether a sheet's name says that the sheet is no answer: a draft, an old one, a specimen.

    >>> sets_aside("Chỉ tiêu (cũ)"), sets_aside("Chỉ tiêu (2)")
    (True, False)
    """
    return _SET_ASIDE.search(nfc(name)) is not None


def heads_a_year(text: str) -> frozenset[str]:
    """The years of a short title that stands for them: «Thực hiện năm 2024», and no day or paper.

    >>> heads_a_year("NĂM 2024"), heads_a_year("Kèm theo Kế hoạch số 5 ngày 20 tháng 12 năm 2024")
    (frozenset({'2024'}), frozenset())
    """
    return frozenset() if _PAPER_OR_DAY.search(nfc(text)) else years_named(text)


def tells_a_year(text: str) -> frozenset[str]:
    """The years of which a line says that the figures beside it are.

    >>> tells_a_year("(1) Các số trên là số thực hiện năm 2024"), tells_a_year("So với năm 2024")
    (frozenset({'2024'}), frozenset())
    """
    return years_named(text) if _FIGURES_OF_A_YEAR.search(nfc(text)) else frozenset()


def multiplies(text: str) -> bool:
    """Whether a title says how many times its figures count: «(x1.000)».

    >>> multiplies("(x1.000)"), multiplies("× 10^3"), multiplies("5 x 10 m")
    (True, True, False)
    """
    return _TIMES.fullmatch(text.strip()) is not None


@lru_cache(maxsize=1000)
def tells_otherwise(text: str, years: frozenset[str], *, above: bool) -> bool:
    """Whether a line beside a table tells how its figures count, or that they are of another year
    than `years`; `above` one, a bare year is such a line."""
    named = tells_a_year(text) | (heads_a_year(text) if above else frozenset())
    return bool(named - years) or multiplies(text)


def years_named(text: str) -> frozenset[str]:
    """The years that a text names.

    >>> sorted(years_named("Kế hoạch 2025, so với năm 2024"))
    ['2024', '2025']
    """
    return frozenset(_YEAR.findall(text))


@lru_cache(maxsize=1000)
def likeness_of(value: str, heading: str) -> float:
    """How alike two texts are, from 0 to 1; what the office wrote stands in every workbook."""
    return SequenceMatcher(None, plain(value), plain(heading)).ratio()
