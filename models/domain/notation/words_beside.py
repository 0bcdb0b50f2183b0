"""Words beside a number that are no part of its unit: some of them turn its sense.

«6% giảm» may be a negative number, «5% so với kế hoạch» no figure of its row, «6% (bỏ)» none at
all. None of that is known from the number alone, and nothing of it is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from models.domain.notation.units import measure_of
from models.domain.notation.vietnamese_text import fold, nfc

_NOTE = re.compile(r"\(([^()]*)\)?|[,;:](.*)", re.DOTALL)
_PERCENT = re.compile(r"(?:%|phần trăm)([^/]*)", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:(?:mot|moi|hang|ca|trong|1)? ?nam|viet nam|vn|tron|dat|dung|du|day du|vnd)?"
)
_APART = re.compile(r"[,;:]")
_MINUS_BEHIND = re.compile(r"[-−–—]\s*$")


class Turn(StrEnum):
    """How words may turn the sense of the number beside them."""

    LOWERED = "lowered"  # perhaps a negative number
    COMPARED = "compared"  # perhaps a difference from something else, or a share of it
    TAKEN_BACK = "taken_back"  # perhaps no answer any more, or not of all


_TURNING = {
    Turn.TAKEN_BACK: r"không|chưa|bỏ|huỷ|hủy|sai|nhầm|đính chính|sửa|cũ|rút|dừng|trừ|loại|thay"
    r"|điều chỉnh|rưỡi|rưởi|nửa|(?:xem|kiểm tra|tính|rà soát) lại",
    Turn.LOWERED: r"giảm|sụt|hụt|âm|lỗ|thiếu|(?:thấp|ít|nhỏ) hơn|kém|dưới|tụt|mất",
    Turn.COMPARED: r"so (?:với|cùng|năm|kế|kh)|cùng kỳ|tăng|vượt|thêm|(?:cao|nhiều|lớn) hơn|gấp"
    r"|kế hoạch|kh|dự toán|mục tiêu|chỉ tiêu|nghị quyết|của|trong tổng|trên tổng|điểm",
}
_MARKED = {t: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for t, words in _TURNING.items()}
_BARE = {t: re.compile(rf"(?<!\w)(?:{fold(words)})(?!\w)") for t, words in _TURNING.items()}


@dataclass(frozen=True, slots=True)
class TurningWords:
    """Words that may turn a number, as they were written."""

    turn: Turn
    words: str


def turning_words(text: str, unit: str = "") -> TurningWords | None:
    """The words behind a number that may turn its sense, None for none. Words of the `unit` that
    the number is told in are no such words.

    >>> turning_words("% (giảm)"), turning_words("tỷ đồng")
    (TurningWords(turn=<Turn.LOWERED: 'lowered'>, words='giảm'), None)
    >>> turning_words("điểm", "Điểm") is None
    True
    """
    if "?" in text:
        return TurningWords(Turn.TAKEN_BACK, "?")
    if behind := _MINUS_BEHIND.search(text):
        return TurningWords(Turn.LOWERED, behind[0].strip())
    own = set(_words(unit))
    for turn in _TURNING:
        # A comparison told apart from the number compares it: it makes no other number of it.
        near = _APART.split(text)[0] if turn is Turn.COMPARED else text
        left = " ".join(word for word in _words(near) if word not in own)
        # Who types without marks means the same; marks tell «bỏ» from «bộ».
        if found := (_BARE if left.isascii() else _MARKED)[turn].search(left):
            return TurningWords(turn, found[0])
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", nfc(text).casefold())


def words_beyond_unit(text: str, unit: str) -> str:
    """What stands behind a number besides its unit, "" for nothing that would say anything.

    >>> words_beyond_unit("tỷ đồng (giá hiện hành)", "Tỷ đồng"), words_beyond_unit("tỷ đồng", "")
    ('giá hiện hành', '')
    >>> words_beyond_unit("%/năm", "%"), words_beyond_unit("% mỗi năm", "%")
    ('', '')
    >>> words_beyond_unit("tấn gạo", "Tấn")
    'gao'
    """
    notes = [(m[1] or m[2] or "").strip() for m in _NOTE.finditer(text)]
    # The unit itself may stand in brackets, and so may what counts none of it.
    notes = [n for n in notes if n and not (unit and measure_of(n) == measure_of(unit))]
    main = _NOTE.sub(" ", text).strip()
    if percent := _PERCENT.match(main):
        notes.append(percent[1].strip())
    elif unit:
        notes.append(_more_words(main, unit))
    return " ".join(n for n in notes if not _SAYS_NOTHING.fullmatch(fold(n).strip(" .")))


def _more_words(text: str, unit: str) -> str:
    """The words of what is counted that the unit does not have."""
    given, wanted = measure_of(text), measure_of(unit)
    for known in (wanted.base, wanted.head if wanted.head == wanted.base else ""):
        if known and given.base.startswith(f"{known} "):
            return given.base[len(known) :].strip()
    if given.head and given.head == wanted.base and given.base != given.head:
        return given.base
    return ""


def own_unit_cut(text: str, unit: str) -> str:
    """The text before the unit as it is printed, whatever blanks and capitals it was typed with;
    the text itself where it does not end in the unit.

    A unit that begins with figures must stand apart: «121.000 lượt» is not 12 of «1.000 lượt».

    >>> own_unit_cut("112 bé trai/100 bé gái", "Số bé trai/100 bé gái")
    '112'
    >>> own_unit_cut("12 1.000 LƯỢT", "1.000 lượt"), own_unit_cut("121.000 lượt", "1.000 lượt")
    ('12', '121.000 lượt')
    """
    found = _own_unit(unit).search(text)
    return text[: found.start()] if found else text


@lru_cache(maxsize=500)
def _own_unit(unit: str) -> re.Pattern[str]:
    plain = "".join(nfc(unit).split())
    apart = r"\s+" if plain[:1].isdigit() else r"\s*"
    counted = plain[2:] if plain.casefold().startswith("số") else plain
    letters = r"\s*".join({"²": "[²2]", "³": "[³3]"}.get(c, re.escape(c)) for c in counted)
    number = r"(?:s\s*ố\s*)?" if counted != plain else ""
    return re.compile(rf"(?<=[0-9]){apart}{number}{letters}\s*$", re.IGNORECASE)
