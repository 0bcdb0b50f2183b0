"""Words in a row by which its figures are to be read otherwise: a correction, another unit.

Whoever looks at the row takes the figure that the words name. Only the figure's own cell is read,
so he who wrote them is told.
"""

from __future__ import annotations

import re
from functools import lru_cache

from models.domain.notation.corrections import amends_its_row
from models.domain.notation.vietnamese_text import nfc
from models.domain.reading.beside.units_told import other_unit, unit_of_figures, units_of_row
from models.domain.reading.cell_values import Doubt
from models.domain.reading.expectations import ExpectedRow, ExpectedSheet
from models.domain.reading.forms import Column, ValueType
from models.domain.reading.problems import ProblemKind
from models.domain.reading.sight.office_words import multiplies

_REASONS = "justification"
_LONGEST = 200  # letters of words that amend and do nothing else
_FIGURE = re.compile(r"(?<![\w.,/-])[-+−–]?[0-9]+(?:[.,\s][0-9]+)*(?![\w/-])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WORD = re.compile(r"[^\W\d_]+")
_OF_UNITS = re.compile(
    "nghìn|ngàn|vạn|triệu|tỷ|tỉ|tr|đồng|đ|usd|vnd|vnđ|eur|lượt|tấn|kwh|mwh|mw|ha|km|teu|phần|trăm"
)
_SAYING_NOTHING = re.compile(
    "số|liệu|mức|giá|trị|con|này|trên|đã|được|cho|xin|lỗi|đề|nghị|giúp|hộ|nhờ|văn|phòng|lãnh|đạo"
    "|yêu|cầu|có|thể|chắc|cuối|cùng|thống|nhất|cam|kết|đăng|ký|ô|dòng|của|rồi|ạ|nhé|thì|lên|xuống"
    "|chính|xác|thức|tế|chất|ra"
)
# One of them says that the figure beside it takes the place of the one in its cell.
_AMENDING = re.compile(
    "là|ghi|phải|sửa|đổi|thay|thế|lại|mới|đúng|còn|chỉ|lấy|chốt|hạ|nâng|rút|thành|bằng|nhầm|sai|lộn"
    "|chứ|không|mà|lẽ|đáng|thực|tức|nay|điều|chỉnh|cập|nhật|điền|hay|hoặc|quy|tương|đương"
)
_OF_SIGNS = re.compile(r"=|->|→|=>|⇒|➔|➜|:")
_ASIDE = re.compile(r"\s*[\[(]\s*[0-9*]\s*[\])]\.?\s*")  # the mark of a footnote
_TAKEN_BACK = re.compile(
    r"(?<!\w)(?:"
    r"(?:tính|cộng|trừ|nhân|chia|quy đổi|đổi|đánh máy) (?:bị )?(?:nhầm|sai|lộn)"
    r"|(?:quên|chưa) (?:quy đổi|đổi đơn vị|đổi dấu)|quên (?:chia|nhân|cộng|trừ)"
    r"|chưa (?:chia|nhân)(?= (?:cho |với )?[0-9]|\W*$)"
    r"|(?:thiếu|sót|thừa|sai|nhầm|ngược|đảo|quên) (?:dấu(?! (?:hiệu|vết|ấn|mốc))|số lẻ)"
    r"|(?:lệch|nhảy|lẫn) (?:sang )?(?:một |1 |hai |2 )?(?:dòng|cột|ô)(?! (?:tô|điện|xe))"
    r"|lỗi (?:gõ|đánh máy|chính tả|số|công thức|nhập (?:số|liệu)|copy|phông|font)"
    r"|công thức (?:bị )?(?:sai|lỗi)|đảo (?:số|dòng|cột)"
    r"|(?:đảo|đổi|tráo) (?:cho |lẫn )?nhau|ghi ngược|(?:số|dấu) (?:liệu )?(?:bị )?ngược|đổi quý"
    r"|mới (?:là )?(?:số )?đúng|(?:ghi|điền|để) tạm|số (?:giả|ví dụ)"
    r"|(?:xem|lấy|theo|dùng) (?:theo )?(?:số )?(?:ở |của )?(?:dòng|ô|cột) (?:trên|dưới|bên|kế|cạnh)"
    r"|số (?:của |ở )?(?:dòng|ô|cột) (?:trên|dưới|bên|kế|cạnh)"
    r"|xin (?:được )?(?:giảm|hạ|rút|tăng|nâng|thay|đổi|ghi)(?: còn| xuống| lên| thành| lại| là)*"
    r" [0-9]+"
    r")(?!\w)|(?<!\w)(?:chứ )?không phải (?:là )?(?:số )?(?!100)[0-9]"
    r"|(?<!\w)chứ không phải (?:tăng|giảm|âm|dương)(?!\w)"
    r"|(?<!\w)(?:nhân|chia) (?:với |cho )?(?:10|100|1[. ]?000|1[. ]?000[. ]?000)(?![\w.,])"
    r"|^\W*(?:bị |ghi |số |số liệu )?(?:sai|nhầm|lộn|ngược)(?: rồi| số| liệu| ạ)*\W*$"
    r"|^\W*(?:đây )?(?:là )?(?:số|dấu) âm\W*$",
    re.IGNORECASE,
)
_ROW = "(?: (?:dòng|chỉ tiêu|nhiệm vụ|việc|số|số liệu|cam kết|ô|mức)(?: này| trên)?)?"
_WITHDRAWN = re.compile(
    rf"\W*(?:dòng này )?(?:xin |đề nghị |đã )?(?:bỏ|huỷ|hủy|huỷ bỏ|hủy bỏ|xoá|xóa|rút|thôi"
    rf"|không (?:lấy|dùng|sử dụng|tính|nhận|cam kết|đăng ký)){_ROW}\W*"
    r"|\W*(?:số|bản|số liệu) (?:này )?(?:cũ|nháp|không đúng)\W*|\W*(?:cũ|nháp)\W*"
    r"|\W*(?:lấy|xem) số (?:ở )?(?:bên|dưới|trên)(?: \w+)?\W*",
    re.IGNORECASE,
)
# In a column of measures or results they would be a measure: «sửa lại 38 km đường».
_CORRECTING_A_FIGURE = re.compile(
    r"(?<!\w)(?:đính chính\s*[:(]|(?:ghi|nhập|đánh|gõ|điền|chép) (?:nhầm|lộn)"
    r"|(?:số|mức|giá trị)(?: liệu)? đúng(?! (?:đắn|mức))|đúng (?:phải |ra )?là [0-9]"
    r"|(?:sửa|đổi|đọc) (?:lại )?thành [0-9])",
    re.IGNORECASE,
)


def amending_words(
    column: Column, text: str, sheet: ExpectedSheet, row: ExpectedRow | None
) -> Doubt | None:
    """What words in a column say of the figures of their row: that they are others, or of another
    unit."""
    if column.key == _REASONS:
        if amends_a_figure(text):
            return Doubt(ProblemKind.AMENDS_ROW)
    elif _corrects_beside(text) and any(c.type is ValueType.NUMBER for c in sheet.inputs):
        return Doubt(ProblemKind.AMENDS_ROW)
    if row is None or not unit_of_figures(text):
        return None
    units = units_of_row(sheet, row)
    unit = other_unit(text, units)
    return Doubt(ProblemKind.AMENDS_ROW, (unit, units[0])) if unit else None


def withdraws(text: str) -> bool:
    """Whether a text says that what stands beside it no longer stands, and nothing else: what a
    reason says more is of a part of it.

    >>> [withdraws(t) for t in ("Bỏ", "bỏ dòng này", "không cam kết", "số cũ", "xin rút")]
    [True, True, True, True, True]
    >>> withdraws("Bỏ mốc quý I do dịch"), withdraws("không đổi"), withdraws("Rút ngắn 2 tháng")
    (False, False, False)
    """
    return _WITHDRAWN.fullmatch(" ".join(nfc(text[:_LONGEST]).split())) is not None


def tells_a_slip(text: str) -> bool:
    """Whether a note on a figure says that it came about by a slip, or counts otherwise.

    >>> [tells_a_slip(t) for t in ("sai dấu phẩy", "nhầm", "x1000", "lệch dòng", "37 tỷ", "đã sửa")]
    [True, True, True, True, False, False]
    """
    told = " ".join(nfc(text[:_LONGEST]).split())
    return _TAKEN_BACK.search(told) is not None or multiplies(told)


@lru_cache(maxsize=500)
def amends_a_figure(text: str) -> bool:
    """Whether a reason takes a figure of its row back, or is nothing but another figure.

    >>> [amends_a_figure(t) for t in ("38 mới đúng", "→ 38 tỷ", "sai dấu phẩy", "Nhầm rồi")]
    [True, True, True, True]
    >>> [amends_a_figure(t) for t in ("Tăng 5%", "Đã sửa", "Thiếu 38 tỷ đồng vốn", "(1)", "2024")]
    [False, False, False, False, False]
    """
    if amends_its_row(text) or tells_a_slip(text):
        return True
    return _is_another_figure(" ".join(nfc(text[: _LONGEST + 1]).split()))


def _is_another_figure(told: str) -> bool:
    """Whether a text holds a figure, and no words but those by which one is put in the place of
    another."""
    if len(told) > _LONGEST or _ASIDE.fullmatch(told):
        return False
    if all(_YEAR.fullmatch(figure) for figure in _FIGURE.findall(told)):
        return False
    words = [word.casefold() for word in _WORD.findall(told)]
    amending = [word for word in words if _AMENDING.fullmatch(word)]
    others = [word for word in words if word not in amending and not _OF_UNITS.fullmatch(word)]
    if not all(_SAYING_NOTHING.fullmatch(word) for word in others):
        return False
    return bool(amending) or not others or _OF_SIGNS.search(told) is not None


@lru_cache(maxsize=500)
def _corrects_beside(text: str) -> bool:
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return False
    told = " ".join(nfc(text).split())
    return _CORRECTING_A_FIGURE.search(told) is not None
