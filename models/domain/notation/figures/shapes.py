"""Figures of other scripts that number formats ask for: 250 drawn as ๒๕๐, or as 二百五十.

Whoever reads figures of the one script may take those of another for signs, or for others: the
Arabic five is a ring like a nought. Which ones are drawn depends on the program as well; asked for
is enough to be told.
"""

from __future__ import annotations

import re
import sys

USUAL = "0123456789"
NOT_KNOWN = "□" * 10
"""What stands for figures of which nobody here knows how they are drawn."""

_FIRST_FIGURES = {
    0x02: 0x660,
    0x03: 0x6F0,
    0x04: 0x966,
    0x05: 0x9E6,
    0x06: 0xA66,
    0x07: 0xAE6,
    0x08: 0xB66,
    0x09: 0xBE6,
    0x0A: 0xC66,
    0x0B: 0xCE6,
    0x0C: 0xD66,
    0x0D: 0xE50,
    0x0E: 0xED0,
    0x0F: 0xF20,
    0x10: 0x1040,
    0x12: 0x17E0,
    0x13: 0x1810,
}
_CHINESE, _OF_BANKS, _WIDE = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "０１２３４５６７８９"
_KOREAN = "영일이삼사오육칠팔구"
_OF_EAST_ASIA = (_CHINESE, _OF_BANKS, _WIDE)
_BY_NUMBER = {
    0x00: USUAL,
    0x01: USUAL,
    **{n: "".join(map(chr, range(first, first + 10))) for n, first in _FIRST_FIGURES.items()},
    **dict(zip(range(0x1B, 0x27), _OF_EAST_ASIA * 4, strict=True)),
    0x27: _KOREAN,
}
_BY_NAME = {"1": _CHINESE, "2": _OF_BANKS, "3": _WIDE, "4": _KOREAN}
_NAMED = re.compile(r"(dbnum|natnum)\s*([0-9]{1,3})(?:\s.*)?", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(r"-([0-9A-F]{7,8})", re.IGNORECASE)
_BEHIND_LANGUAGE = re.compile(r"-[^,]*,([0-9A-F]{3,8})", re.IGNORECASE)
_OF_WEB = re.compile(r"-nu-([a-z]+)", re.IGNORECASE)


def figures_told(bracket: str) -> str:
    """The ten figures that a bracket of a number format asks for, "" where it asks for none.

    >>> [figures_told(b)[:2] for b in ("$-D00041E", "$-th-TH,D00", "$-2000000", "DBNum2")]
    ['๐๑', '๐๑', '٠١', '零壹']
    >>> [figures_told(b) for b in ("$-42A", "$-1010000", "$-,100", "$₫-42A", "Red", "NatNum0")]
    ['', '', '', '', '', '']
    >>> figures_told("NatNum12 cardinal") == figures_told("$-th-TH-u-nu-thai") == NOT_KNOWN
    True
    """
    if named := _NAMED.fullmatch(bracket.strip()):
        if named[1].lower() == "dbnum":
            return _BY_NAME.get(named[2], NOT_KNOWN)
        return "" if not int(named[2]) else NOT_KNOWN
    if not bracket.startswith("$"):
        return ""
    told = bracket[bracket.find("-") :] if "-" in bracket else ""
    if language := _LANGUAGE.fullmatch(told):
        number = int(language[1], 16) >> 24
    elif behind := _BEHIND_LANGUAGE.fullmatch(told):
        number = int(behind[1], 16) >> 8 & 0xFF
    elif (of_web := _OF_WEB.search(told)) and of_web[1].lower() != "latn":
        return NOT_KNOWN
    else:
        return ""
    figures = _BY_NUMBER.get(number, NOT_KNOWN)
    return "" if figures == USUAL else sys.intern(figures)


def in_figures(text: str, figures: str) -> str:
    """The text with these figures in place of the usual ones.

    >>> in_figures("250,5", figures_told("$-D00041E"))
    '๒๕๐,๕'
    """
    return text.translate(str.maketrans(USUAL, figures)) if figures else text
