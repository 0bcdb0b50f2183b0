"""The office's look, as data: fonts, colours and formats of every workbook, and how tall a text is.

Shared by the writers of templates, of returned workbooks and of the consolidated workbook. Widths
are in characters of the default font, as spreadsheets count them; heights in points.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from models.domain.reading.findings import Severity

OFFICE_NAME = "Văn phòng UBND thành phố"

FONT = "Times New Roman"
HEADING_SIZE = 14
BODY_SIZE = 12  # running text: instructions, details
TABLE_SIZE = 11
SMALL_SIZE = 8  # codes that only the program needs

# Colours without "#", as both libraries take them.
INK = "1F1F1F"
HEADING_INK = "1F3864"
MUTED_INK = "7F7F7F"
RULE = "A6A6A6"  # cell borders
HEADER_FILL = "D9E2F3"
OFFICE_FILL = "F2F2F2"
#: What the colour of remarks says, after it is named.
INFORMED = "Văn phòng đã đưa lại, khôi phục hoặc nêu để cơ quan biết; không phải sửa."
INPUT_FILL = "FFF6D5"  # what an agency must fill, or finds filled beforehand
OPTIONAL_FILL = "FFFFFF"  # what it may fill
INPUT_HEADER_FILL = "FCE9B8"  # over the columns an agency fills in
BAND_FILL = "EAF0F9"  # group rows and totals

SEVERITY_FILLS = {
    Severity.BLOCKER: "F4A6A0",
    Severity.ERROR: "F8B9B4",
    Severity.WARNING: "FFDF99",
    Severity.INFO: "CFE5F7",
}
GOOD_FILL = "C9E7CF"

DATE_FORMAT = "dd/mm/yyyy"
INSTANT_FORMAT = "dd/mm/yyyy hh:mm"
WHOLE_FORMAT = "#,##0"
BROKEN_FORMAT = "#,##0.######"  # for numbers with decimals; a whole number would end in a comma
TEXT_FORMAT = "@"

# What every xlsxwriter workbook is opened with: widths count in the office's font, and no text
# turns into a number, a formula or a link.
WRITER_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": TABLE_SIZE},
}

MAX_TEXT = 32_767  # characters a cell holds
MAX_HEIGHT = 409.0  # points a row can be tall

_PIXELS_PER_CHARACTER = 7.0
_COLUMN_PADDING = 5.0  # pixels that a column has beyond its characters
_CELL_PADDING = 9.0  # pixels left and right of a cell's text together
_LINE = 1.3  # a line's height in font sizes
# Advance widths of Times New Roman in thousandths of the font size; other letters take 500.
_WIDTHS = {
    letter: width
    for width, letters in {
        250: " ,.\u00a0",
        280: "/:;ijltìíỉĩị'|",
        333: "!()-I[]frÌÍỈĨỊ‘’",
        389: "Js",
        444: "aceàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệ?z“”",
        530: "ơờớởỡợưừứửữự",
        560: "FPS+<=>≤≥≠",
        611: "ELTZÈÉẺẼẸÊỀẾỂỄỆ",
        722: "ABCDGHKNOQRUVXYwÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤỲÝỶỸỴĐ&",
        778: "mƯỪỨỬỮỰ",
        900: "MW%@…—‰",
    }.items()
    for letter in letters
}

# What no cell can hold: control characters but line feed and tab, lone surrogates, non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def text_width(text: str, size: float = TABLE_SIZE, *, bold: bool = False) -> float:
    """Width in pixels of one line of text in the office's font."""
    pixels = sum([_WIDTHS.get(letter, 500) for letter in text]) / 1000 * size * 96 / 72
    return pixels * 1.07 if bold else pixels


def width_for(text: str, size: float = TABLE_SIZE, *, bold: bool = False) -> float:
    """The width in characters of a column that holds the text on one line.

    >>> 9 < width_for("31/12/2025") < 11
    True
    """
    room = text_width(text, size, bold=bold) + _CELL_PADDING
    return math.ceil((room - _COLUMN_PADDING) / _PIXELS_PER_CHARACTER * 10) / 10


@lru_cache(maxsize=8192)
def line_count(text: str, width: float, size: float = TABLE_SIZE, *, bold: bool = False) -> int:
    """How many lines the text takes when wrapped in a cell `width` characters wide.

    >>> line_count("Quý I", 12), line_count("một\\nhai", 12)
    (1, 2)
    """
    room = max(width * _PIXELS_PER_CHARACTER + _COLUMN_PADDING - _CELL_PADDING, 10.0)
    space = text_width(" ", size, bold=bold)
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for word in paragraph.split(" "):
            wide = text_width(word, size, bold=bold)
            if used and used + space + wide > room:
                lines += 1
                used = 0.0
            if wide > room:  # broken inside the word
                lines += math.ceil(wide / room) - 1
                wide %= room
            used += wide + (space if used else 0)
    return lines


def row_height(
    cells: list[tuple[str, float]],
    size: float = TABLE_SIZE,
    *,
    bold: bool = False,
    least: float = 0.0,
) -> float:
    """Height in points in which the tallest of the (text, width) cells of a row is whole."""
    lines = max((line_count(t, w, size, bold=bold) for t, w in cells), default=1)
    return min(max(lines * size * _LINE + 3, least), MAX_HEIGHT)


def most_lines(size: float) -> int:
    """How many lines the tallest row shows whole.

    >>> row_height([("a\\n" * (most_lines(10) - 1), 10)], 10) < MAX_HEIGHT
    True
    """
    return int((MAX_HEIGHT - 3) / (size * _LINE))


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """The text as a cell can hold it: no control characters, no lone surrogates, not too long.

    >>> clean_text("a\\x00b\\r\\nc")
    'ab\\nc'
    """
    kept = text
    if _UNWRITABLE.search(text):
        kept = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"
