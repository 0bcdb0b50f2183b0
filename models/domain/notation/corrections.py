"""Words by which people correct, replace or take back what stands elsewhere.

Whoever writes them beside a cell, below a table or on a sheet of his own means an entry to read
otherwise. Only the form's own cells are read, so he is told.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from models.domain.notation.vietnamese_text import fold, nfc

_CORRECTING = re.compile(
    r"(?<!\w)(?:đính chính|hiệu chỉnh|cập nhật lại|(?:ghi|nhập|đánh|gõ|điền|tính) (?:nhầm|sai)|nhầm"
    r"|điều chỉnh (?:thành|lại|số|là|từ|xuống|lên|như sau|mức|chỉ tiêu|tiến độ|thời hạn|ngày|về)"
    r"|sửa (?:lại|thành|đổi|số|cho|theo|là|nội dung|ngày|tên|mục|dòng|ô)|(?:xin|đề nghị|cần|đã) sửa"
    r"|(?:xin|đề nghị|đã) (?:rút|huỷ|hủy|bỏ|thay|điều chỉnh)|(?:huỷ|hủy|bỏ|xoá|xóa|rút) (?:dòng|chỉ"
    r" tiêu|mục|nhiệm vụ|dự án|nội dung|số|phần|ô|việc|cam kết)|thay (?:bằng|thế|đổi|cho|vì)"
    r"|được thay|(?:đổi|chuyển|đọc) (?:thành|lại|sang|là)|nay (?:là|ghi|sửa|đổi|đọc)"
    r"|(?:số|ngày|tên|nội dung) đúng|đúng (?:là|phải là|ra là)|phải là"
    r"|đổi chỗ|hoán đổi|đổi cho nhau|tráo"
    r"|không (?:lấy|tính|dùng|sử dụng|thực hiện|còn|phải|nhận|đăng ký|cam kết|áp dụng|làm"
    r"|triển khai))(?!\w)|^\W*(?:điều chỉnh|sửa|bỏ|huỷ|hủy)\W*(?::|$)",
    re.IGNORECASE,
)
# Of what is typed without marks only words that mean nothing else: «huy dong» is «huy động».
_WITHOUT_MARKS = re.compile(
    r"\b(?:dinh chinh|hieu chinh|ghi (?:nham|sai)|(?:dieu chinh|sua|doi) (?:lai|thanh)"
    r"|thay (?:bang|the|cho)|(?:so|ngay|ten) dung|dung la|phai la"
    r"|khong (?:lay|tinh|dung|thuc hien|con|dang ky|cam ket))\b"
)
_WORDS_FOR_ABOVE = re.compile(
    r"[^\w%]*(?:(?:n\.?t|id)(?:[-.,\s]+n\.?t)*|idem|ditto|(?:(?:nội dung|giải pháp|lý do) )?"
    r"(?:như|nhu|giống|tương tự|xem|theo)(?: như)? ?(?:ô |dòng |mục |phần |chỉ tiêu |nhiệm vụ |ý )?"
    r"(?:ở |bên |phía )?(?:trên|tren)|(?:đã nêu|cùng|nêu) (?:ở |như |bên |phía )?trên)[^\w%]*",
    re.IGNORECASE,
)
_AMENDING_A_ROW = re.compile(
    r"(?<!\w)(?:đính chính|hiệu chỉnh (?:lại|thành|số)|(?:ghi|nhập|đánh|gõ|điền) (?:nhầm|sai|lộn)"
    r"|(?:sửa|đổi|đọc|chỉnh|ghi) (?:lại )?(?:thành|là(?! đúng))|(?:số|ngày|mức|giá trị|tên) đúng"
    r"(?! (?:như|với|theo|thực tế|rồi))"
    r"|đúng (?:là|phải là|ra là)|(?:số|ngày|mức)(?: liệu| này)? (?:phải là|nay là)|thay bằng"
    r"|dinh chinh|(?:ghi|nhap|danh|go) nham|sua (?:lai )?thanh|so dung)(?!\w)"
    r"|sửa lại\s*[:0-9]"
    r"|(?<!\w)(?:(?:sao )?chép|copy|viết|đánh máy) (?:nhầm|lộn|sai)(?!\w)"
    r"|(?<!\w)(?:nhầm|lộn) (?:dòng|ô|cột|số|đơn vị|năm|kỳ|dấu)(?!\w)|(?<!\w)sai đơn vị(?! thi công)"
    r"|(?<!\w)(?:thừa|thiếu|dư) (?:một |1 |hai |2 |ba |3 )?(?:chữ )?số (?:0|không)(?!\w)"
    r"|(?<!\w)(?:số|mức|giá trị)(?: liệu)? (?:này |trên |đã ghi )?(?:là )?(?:chưa|không) (?:đúng"
    r"|chính xác)(?!\w)|(?<!\w)số(?: liệu)? (?:này |trên )?(?:bị )?sai(?!\w)"
    r"|(?<!\w)(?:bỏ|không (?:tính|lấy|dùng)) (?:con )?số (?:liệu )?(?:này|trên)(?!\w)"
    r"|(?<!\w)(?:đổi chỗ|hoán đổi|tráo) (?:với |cho )?(?:hai |2 )?(?:dòng|ô|cột)(?!\w)"
    r"|(?<!\w)(?:lấy|thay)(?: bằng)? số [0-9]|(?<!\w)(?:thực tế|chính xác|tức)(?: phải)? là [0-9]"
    r"|(?<!\w)số(?: liệu)? (?:này )?(?:là )?của (?:năm|kỳ) (?:trước|ngoái|20[0-9]{2})(?!\w)"
    r"|(?<!\w)(?:giữ nguyên|là|ghi) số(?: liệu)? (?:của )?năm (?:trước|ngoái)(?!\w)"
    r"|(?<!\w)xin (?:được )?(?:sửa|điều chỉnh) (?:còn|thành|lại|xuống|lên)(?!\w)",
    re.IGNORECASE,
)
# What no instruction on how to fill in says: «12,5% ghi là 12,5» is one.
_TAKING_BACK_A_FIGURE = re.compile(
    r"(?<!\w)(?:đính chính|(?:ghi|nhập|đánh|gõ|điền) nhầm"
    r"|(?:số|ngày|mức|giá trị|tên)(?: liệu)? đúng"
    r"|đúng (?:là|phải là|ra là)|sửa (?:lại )?(?:thành|là)|thay bằng|dinh chinh|so dung)(?!\w)",
    re.IGNORECASE,
)
_FIGURE_OF_UNIT = re.compile(
    r"(?<![\w.,/-])[0-9][0-9.,]*\s*(?:[%‰]|(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ|tr|đồng|đ|usd|vnd|eur|lượt"
    r"|tấn|kwh|mwh|mw|ha|km2?|m2|teu|căn|hộ|người|doanh nghiệp)(?!\w))",
    re.IGNORECASE,
)
_UNIT_OF_ALL = re.compile(r"(?<!\w)(?:đơn vị tính|đvt)(?!\w)|đơn vị ?:", re.IGNORECASE)
_ADDED_TO = re.compile(r"\b(?:bo sung|phu luc|ghi chu|sua|thay the|so lieu|kem theo|giai trinh)\b")
_TAKEN_BACK = re.compile(
    r"(?<!\w)(?:không|bỏ|huỷ|hủy|xoá|xóa|rút|thôi|sai|nhầm)(?!\w)", re.IGNORECASE
)
_SHORT = 4  # words of a text that such a word is the whole sense of
_DOCUMENT = re.compile(
    r"\b([0-9]{1,5})\s*/\s*(?:[0-9]{4}\s*/\s*)?([A-ZĐ][A-ZĐa-z0-9]*(?:-[A-ZĐa-z0-9]+)*)"
)


#: Crosses, empty boxes, signs of «not» and questions.
_CROSSED_OUT = re.compile(
    "[?\uff1f\u2047\u2048\u203d\u274c\u274e\u2717\u2718\u2716\u2612\u2610\u25a1\u25a2\u25fb\u2b1c\u2260\u00ac~"
    "\U0001f6ab\u26d4\U0001f44e\U0001f5d9\U0001f5f4]|\\[\\s*\\]|\\(\\s*\\)|<>"
)
_NOT_ISSUED = re.compile(
    r"(?<!\w)(?:dự thảo|nháp|không có|chưa (?:có|ký|ban hành|trình|cấp|phát hành|duyệt|phê duyệt)"
    r"|đang (?:trình|soạn|lấy|chờ|hoàn thiện|thẩm định|xin|dự thảo)|chờ (?:ký|ban hành|duyệt|số)"
    r"|sắp ban hành|sẽ (?:ban hành|có(?! hiệu lực)|ký|trình)|hết hiệu lực|nhầm|sai"
    r"|bị (?:thu hồi|bãi bỏ|huỷ|hủy)|đã (?:huỷ|hủy)(?: bỏ)?)(?!\w)|^\W*(?:xin |đã )?bỏ(?= [0-9])",
    re.IGNORECASE,
)
# Marks without a letter that say more than nothing: «như trên» as it is drawn, a number that did
# not fit its cell when it was copied, «vô cùng».
_SPEAKING_MARKS = re.compile(
    r"[-–—−.\s]*(?:/{2,}|[↑⇧⬆⤒⇡▲△]+|〃|[\"“”„‟″˝]+|'{2}|[‘’]{2}|,,|#{2,}|∞)[-–—−.\s]*"
)
# How figures count, which of them counts, and what they are of.
_OF_FIGURES = re.compile(
    r"^\W*(?:\*|\(\*+\)|(?:ghi chú|chú thích|lưu ý|chú ý)\s*:)|(?<!\w)(?:"
    r"(?:các|mọi|tất cả|những) (?:con )?số|con số|số liệu|giá trị|(?:số|dấu) (?:âm|dương|trừ)"
    r"|dấu (?:phẩy|chấm|ngoặc)|trong ngoặc"
    r"|(?:các )?cột|dòng [0-9]|(?:các|những) dòng|(?:nhân|chia)(?: với| cho)? [0-9]+|gấp|tỷ lệ 1"
    r"|luỹ kế|lũy kế|bình quân|theo giá|cùng kỳ|so với"
    r"|(?:chưa|không|đã|có) (?:bao )?(?:gồm|kể|tính|trừ|cộng)|chưa (?:được )?(?:duyệt|thống nhất"
    r"|chính thức)|nháp|dự thảo|giả định|minh hoạ|minh họa|lấy theo|chỉ lấy|(?:đọc|xem) (?:từ|theo)"
    r")(?!\w)",
    re.IGNORECASE,
)
_OF_SIGNS = frozenset({"So", "Sm", "Sc", "Co"})
_FOR_NOTHING = frozenset("=~×−°¬¦©®⁄∕∙⋅∼∅⌀\u2800\ufffc")


@lru_cache(maxsize=500)
def tells_of_figures(text: str) -> bool:
    """Whether a line beside a table may say how its figures are to be read.

    >>> [tells_of_figures(t) for t in ("Các số trên nhân với 1.000", "(*) Tăng thêm", "BẢN NHÁP")]
    [True, True, True]
    >>> tells_of_figures("Kèm theo Kế hoạch số 25/KH-SCT"), tells_of_figures("Sở Công Thương")
    (False, False)
    """
    return _OF_FIGURES.search(nfc(text)) is not None


def speaks_in_marks(text: str) -> bool:
    """Whether a text without letters still tells something: that the figure is the one above, that
    it did not fit its cell.

    >>> [speaks_in_marks(t) for t in ("-//-", "〃", '"', "####", "-", "…", "/", "")]
    [True, True, True, True, False, False, False, False]
    """
    return _SPEAKING_MARKS.fullmatch(text) is not None


def tells_in_signs(text: str) -> bool:
    """Whether a text without letters and figures holds signs that say something: a tick, an arrow,
    a unit without its number, a face. Bullets, boxes, lines and signs for nothing say nothing.

    >>> [tells_in_signs(t) for t in ("✓", "↑", "%", "+", ">", "$", "\U0001f44d")]
    [True, True, True, True, True, True, True]
    >>> [tells_in_signs(t) for t in ("-", "…", "−", "×", "∅", "•", "●", "?", "=", "\u2800")]
    [False, False, False, False, False, False, False, False, False, False]
    """
    return any(
        sign in "%‰▲△▴▵▶▷▸►▼▽▾▿◀◁◂◄"
        or (
            unicodedata.category(sign) in _OF_SIGNS
            and sign not in _FOR_NOTHING
            and not "\u2500" <= sign <= "\u25ff"
        )
        for sign in text
        if not sign.isalnum()
    )


def marks_tell(text: str) -> bool:
    """Whether marks without letters and figures tell something in the place of a figure."""
    return speaks_in_marks(text) or tells_in_signs(text)


def repeats_above(text: str) -> bool:
    """Whether a text stands for the one in the cell above.

    >>> [repeats_above(t) for t in ("〃", "-//-", "-nt-", "Như trên", "####", "-", "nt 5")]
    [True, True, True, True, False, False, False]
    """
    marks = text.strip()
    if speaks_in_marks(marks):
        return "#" not in marks and "∞" not in marks
    return _WORDS_FOR_ABOVE.fullmatch(" ".join(nfc(marks).split())) is not None


@lru_cache(maxsize=500)
def amends_its_row(text: str) -> bool:
    """Whether words of justification say that the figures of their row are to be read otherwise;
    what a directive or plan amends is no such thing.

    >>> [amends_its_row(t) for t in ("Đính chính: 38", "ghi nhầm, sửa thành 38", "Số đúng là 38")]
    [True, True, True]
    >>> amends_its_row("Do Nghị quyết điều chỉnh mức giao"), amends_its_row("Không thực hiện")
    (False, False)
    """
    return _AMENDING_A_ROW.search(nfc(text)) is not None


@lru_cache(maxsize=500)
def takes_back_a_figure(text: str) -> bool:
    """Whether a text says that a figure told elsewhere is another one.

    >>> takes_back_a_figure("Đính chính: 38"), takes_back_a_figure("Tỷ lệ 12,5% ghi là 12,5")
    (True, False)
    """
    return _TAKING_BACK_A_FIGURE.search(nfc(text)) is not None


@lru_cache(maxsize=500)
def corrects(text: str) -> bool:
    """Whether a text says that something else is to be read otherwise.

    >>> corrects("Đính chính: 38 tỷ USD"), corrects("không thực hiện nữa"), corrects("sua thanh 38")
    (True, True, True)
    >>> corrects("huy động vốn"), corrects("nhằm nâng cao"), corrects("đã rà soát")
    (False, False, False)
    """
    if text.isascii():
        return _WITHOUT_MARKS.search(text.casefold()) is not None
    return _CORRECTING.search(nfc(text)) is not None


@lru_cache(maxsize=500)
def amends(text: str) -> bool:
    """Whether a text that stands in no cell of a form may be meant for one: it corrects something,
    tells a figure with its unit, or the unit of all figures.

    >>> [amends(t) for t in ("38 tỷ USD", "ĐVT: triệu đồng", "sửa lại", "Tăng 12,5%")]
    [True, True, True, True]
    >>> amends("Sở Công Thương, Kế hoạch số 25/KH-SCT năm 2025"), amends("Trang 1/5")
    (False, False)
    """
    told = nfc(text)
    return corrects(told) or _FIGURE_OF_UNIT.search(told) is not None or names_unit_of_all(told)


def names_unit_of_all(text: str) -> bool:
    """Whether a text speaks of the unit in which figures are told.

    >>> names_unit_of_all("ĐVT: triệu đồng"), names_unit_of_all("38 triệu đồng")
    (True, False)
    """
    return _UNIT_OF_ALL.search(nfc(text)) is not None


def supplements(name: str) -> bool:
    """Whether a sheet's name says that it corrects or adds to the others.

    >>> supplements("Phụ lục 1"), supplements("Sửa"), supplements("Sheet1")
    (True, True, False)
    """
    return corrects(name) or _ADDED_TO.search(fold(name)) is not None


def takes_back(text: str) -> bool:
    """Whether a note beside words says that they no longer stand, or stand otherwise.

    >>> [takes_back(t) for t in ("Bỏ", "không", "sửa thành Trần Văn B", "không vướng mắc gì cả")]
    [True, True, True, False]
    """
    if not text:
        return False  # what is left of most cells, once the printed words are taken out
    if corrects(text):
        return True
    words = nfc(text).split()
    return len(words) <= _SHORT and _TAKEN_BACK.search(nfc(text)) is not None


def names_issued_paper(text: str) -> bool:
    """Whether a text names papers that were issued: by a figure, and not as drafts or to come.

    >>> [names_issued_paper(t) for t in ("1874/QĐ-UBND", "Số 12", "1874/QĐ-UBND và dự thảo 5/NQ")]
    [True, True, True]
    >>> [names_issued_paper(t) for t in ("đang trình", "Dự thảo 1874", "bỏ 12/QĐ", "12/QĐ (nhầm)")]
    [False, False, False, False]
    """
    told = nfc(text)
    if not any(map(str.isdigit, told)) or crossed_out(told):
        return False
    return _NOT_ISSUED.search(told) is None or len(documents_named(told)) > 1


def crossed_out(text: str) -> bool:
    """Whether signs beside words take them back, ask, or leave their box without a tick.

    >>> [crossed_out(t) for t in ("❌ Xong", "☐ Xong", "Xong?", "☑ Xong", "Xong (1)")]
    [True, True, True, False, False]
    """
    return _CROSSED_OUT.search(text) is not None


def documents_named(text: str) -> frozenset[str]:
    """The numbers of papers that a text names, so written that they compare.

    >>> sorted(documents_named("Kế hoạch số 25/KH-SCT và 1874 / QĐ-UBND"))
    ['1874/QĐ-UBND', '25/KH-SCT']
    """
    return frozenset(f"{number}/{mark.upper()}" for number, mark in _DOCUMENT.findall(nfc(text)))
