"""What a printed cell was not read for, as a value; its sentence is made last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.domain.notation.vietnamese_text import squeeze


class PrintedCell(StrEnum):
    """Which cell of the directive it is."""

    TARGET = "target"
    DEADLINE = "deadline"
    INVESTMENT = "investment"


class Unread(StrEnum):
    """Why a printed cell was not read."""

    PLACEHOLDER = "placeholder"  # "-", "..."
    TOO_LONG = "too_long"
    NOTATION = "notation"  # digits in no Vietnamese notation: "12.5", "1O"
    NUMBER_IN_WORDS = "number_in_words"  # "một nửa", "gấp đôi"
    SEVERAL = "several"  # "57% : 33% : 5%"
    CONTRARY = "contrary"  # "trên 10 trở xuống"
    FALLING = "falling"  # "46-45": a range that does not rise
    WORDS = "words"  # a number among words that may change what it means
    IMPOSSIBLE_DAY = "impossible_day"  # "31/6/2025"
    START_ONLY = "start_only"  # "Từ ngày 01/01/2010"
    OTHER_YEAR = "other_year"  # "trước ngày 31 tháng 3 năm sau"
    YEAR_LACKING = "year_lacking"  # "30/6", and nobody knows whose year
    CURRENCY = "currency"  # "7 triệu đô la Úc"
    NO_FIGURE = "no_figure"  # "theo dự án được duyệt"


_NAMES = {
    PrintedCell.TARGET: "chỉ tiêu",
    PrintedCell.DEADLINE: "thời hạn",
    PrintedCell.INVESTMENT: "tổng mức đầu tư",
}
_WHY = {
    Unread.PLACEHOLDER: "ô chưa có nội dung",
    Unread.TOO_LONG: "quá dài",
    Unread.NOTATION: "số không viết theo lối 1.234.567,8",
    Unread.NUMBER_IN_WORDS: "con số viết bằng chữ",
    Unread.SEVERAL: "trong ô có nhiều hơn một nội dung",
    Unread.CONTRARY: "các lời đi với con số trái nhau",
    Unread.FALLING: "hai đầu của khoảng không theo thứ tự tăng dần",
    Unread.WORDS: "lời đi với con số có thể làm nó mang nghĩa khác",
    Unread.IMPOSSIBLE_DAY: "lịch không có ngày ấy",
    Unread.START_ONLY: "mới có ngày bắt đầu, chưa có ngày cuối",
    Unread.OTHER_YEAR: "năm tính theo một việc khác",
    Unread.YEAR_LACKING: "thiếu năm",
    Unread.CURRENCY: "loại tiền không phải đồng hay đô la Mỹ",
    Unread.NO_FIGURE: "không có con số",
}
_FORMS = {
    PrintedCell.TARGET: "12,50; 51.000, phấn đấu 55.000; > 10; ≥ 10; < 8; ≤ 3,5; 45-46; 15/15; "
    "khoảng 17; 50 trở lên; hoặc lời, không có chữ số",
    PrintedCell.DEADLINE: "ngày/tháng/năm; Tháng 6/<năm>; Quý I/<năm>; Năm <năm>; Trước 30/06; "
    "Thường xuyên; Theo Kế hoạch số 25/KH-UBND",
    PrintedCell.INVESTMENT: "(triệu đồng) 2.513.243; 2.300 tỷ đồng; 47.122.000 (2.051 triệu USD); "
    "96,3 triệu USD; 2.300.000 (TMĐT DA 55.870.000); Dự án thành phần 1: 4.416.240 Dự án thành "
    "phần 2: 1.819.354",
}


@dataclass(frozen=True, slots=True)
class NotRead:
    """A printed cell that was not read, and why."""

    printed: str
    cell: PrintedCell
    why: Unread

    @property
    def sentence(self) -> str:
        """What the office reads: the cell, why, and what to do.

        >>> NotRead("31/6/2025", PrintedCell.DEADLINE, Unread.IMPOSSIBLE_DAY).sentence[:62]
        'Không đọc được thời hạn «31/6/2025»: lịch không có ngày ấy. Gi'
        """
        shown = squeeze(self.printed[:200])
        several = self.cell is PrintedCell.TARGET and self.why is Unread.SEVERAL
        remedy = "tách thành nhiều dòng, hoặc giữ" if several else "Giữ"
        remedy = remedy[:1].upper() + remedy[1:]
        return (
            f"Không đọc được {_NAMES[self.cell]} «{shown}»: {_WHY[self.why]}. {remedy} nguyên chữ "
            f"như in và ghi điều cần hiểu vào cột «đọc đúng» bên cạnh. Các cách viết được nhận: "
            f"{_FORMS[self.cell]}."
        )
