"""Text from outside as a page shows it: what nobody would see is named where it stands."""

from __future__ import annotations

import re
import unicodedata

from models.domain.notation.vietnamese_text import nfc

#: Marks that turn the direction of writing: with them a name reads as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROLS = frozenset({"Cc", "Zl", "Zp"})
_HIDDEN = frozenset({"Cf", "Cs", "Co", "Cn"})
#: Letters without ink of their own that Unicode does not count among the hidden ones.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_KEPT = frozenset("\n\t")
_SEEN = re.compile(r"[\x20-\x7e\n\t\xa0-\xac\xae-\u036f\u1e00-\u1fff]*")  # as nearly all texts are


def visible(text: str) -> str:
    """The text in NFC, in which every character that cannot be seen is named in its place.

    >>> visible("ke_hoach\\u202exslx.exe")
    'ke_hoach‹dấu đổi chiều chữ U+202E›xslx.exe'
    >>> visible("a\\x07b\\u200b"), visible("Sở Y tế")
    ('a‹ký tự điều khiển U+0007›b‹ký tự ẩn U+200B›', 'Sở Y tế')
    """
    text = nfc(text.replace("\r\n", "\n").replace("\r", "\n"))
    if _SEEN.fullmatch(text):
        return text
    return "".join(c if c in _KEPT else _named(c) for c in text)


def cut(text: str, most: int) -> str:
    """The text up to so many letters, and how many more there are.

    >>> cut("a" * 2500, 3), cut("abc", 3)
    ('aaa… (còn 2.497 ký tự)', 'abc')
    """
    if len(text) <= most:
        return text
    rest = f"{len(text) - most:,}".replace(",", ".")
    return f"{text[:most]}… (còn {rest} ký tự)"


def _named(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter in _TURNING:
        what = "dấu đổi chiều chữ"
    elif kind in _CONTROLS:
        what = "ký tự điều khiển"
    elif kind in _HIDDEN or letter in _BLANK:
        what = "ký tự ẩn"
    else:
        return letter
    return f"‹{what} U+{ord(letter):04X}›"
