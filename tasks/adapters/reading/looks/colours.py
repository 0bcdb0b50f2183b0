"""Whether anybody sees letters: their colour and that of their ground, size, font, indent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.domain.reading.sight.colours import BLACK, MOTLEY, WHITE, Rgb, alike
from tasks.adapters.reading.hardened_xml import whole_number_of
from tasks.adapters.reading.looks.figure_widths import is_of_letters

#: The colours that old formats count from 0 to 7 and again from 8 on, as six hexadecimal digits.
_FIRST = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_MORE = (
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
#: Behind the palette: letters and paper of the window, of its buttons, charts and hints, as most
#: machines have them; "" for what no program draws.
SYSTEM_COLOURS = (
    *("000000", "FFFFFF", "", "F0F0F0", *[""] * 9),
    *("000000", "FFFFFF", "000000", "FFFFE1", "000000"),
)
PALETTE: Sequence[str] = (*_FIRST, *_FIRST, *_MORE, *SYSTEM_COLOURS)
OFFICE_THEME = (
    "FFFFFF",
    "000000",
    "EEECE1",
    "1F497D",
    "4F81BD",
    "C0504D",
    "9BBB59",
    "8064A2",
    "4BACC6",
    "F79646",
    "0000FF",
    "800080",
)

TOO_SMALL = 4.0
"""Points of a letter that is a speck on the screen, its figures four pixels high; papers are
written in 11 to 14."""
_SHIFTED = 0.6  # of their size in which letters above or below the line are drawn

TOO_FAR = 20
"""Indents, each about a letter wide, behind which nothing of an entry is left in its cell."""

_SET_OF_SIGNS = 2
#: Of patterns: a ground alone or points close together; a few points or thin lines on a ground.
#: In all others letters of either colour are lost.
_NO_PATTERN, _DENSE, _SPARSE = 0, frozenset({1, 3}), frozenset({4, *range(11, 19)})
BESIDE = "beside"
"""Among what is stated of a fill: the other colours that lie behind a part of the letters."""

_TOLD_BY = ("rgb", "theme", "indexed")
_BLACK, _WHITE = {"rgb": "000000"}, {"rgb": "FFFFFF"}
_OF_THE_WINDOW = f"{0x7FFF}"
STACKED = 255
"""Among the angles of letters: each stands below the other."""

FROM_THE_RIGHT = 2
"""Among the orders in which texts are read: from the right to the left."""

_SIGNS = re.compile(
    r"wing ?dings.*|monotype sorts.*|webdings|symbol|opensymbol|standard symbols.*|marlett"
    r"|(?:itc )?zapf ?dingbats.*|tofu|d050000l|blokk.*|redacted.*|flow (?:block|circular|rounded).*"
    r"|mt extra|bookshelf symbol.*"
    r"|ms outlook|ms reference specialty|.*(?:mdl2 assets|fluent icons|font ?awesome|braille).*"
    r"|material (?:icons|symbols).*|(?:adobe ?)?blank.*|tofu|map symbols.*|.*dingbats.*"
    r"|(?:holidays|vacation|almanac|signs|sports (?:two|three)|transport|parties|directions"
    r"|keystrokes|botanical) mt"
    # Bars for machines.
    r"|.*(?:bar[ -]?code|3 ?of ?9|idautomation).*|.*code[ -]?(?:39|93|128).*"
    r"|(?:ean|upc)(?:[ -]?[0-9a].*)?"
    # Icons, hidden entries, games, scripts of scouts and of tales.
    r"|icomoon|.*codicon.*|octicons|glyphicons.*|bootstrap-icons|last ?resort.*|.*password.*"
    r"|dotsfont.*|text-security.*|(?:random )?dice.*|playing cards.*|chess .*|mahjong.*"
    r"|domino(?:es)?|morse.*|semaphore.*|pigpen.*|moon type|klingon.*|tengwar.*|.*futhark.*"
    r"|roman numerals|.*ornaments.*|bpdots.*|dotsies.*|unicode bmp fallback.*"
    # Figures of other scripts in the places of ours.
    r"|b ?(?:nazanin|titr|zar|lotus|mitra|yekan|koodak|homa|traffic|roya|badr|compset)(?: bold)?"
    r"|.*\(fanum\)|vazir(?:matn)?[ -]fd.*|kruti ?dev.*|devlys.*|preeti.*|shusha.*|limon(?: .*)?"
)
SIGNS_IN_NAMES = (
    b"dings|sorts|symbol|marlett|dingbats|mt extra|outlook|specialty|mdl2|fluent|awesome|braille"
    b"|icons|blank|holidays|vacation|almanac|signs|sports|transport|parties|directions|keystrokes"
    b"|botanical|bar[ -]?code|of ?9|idautomation|code[ -]?[0-9]|ean|upc"
    b"|d050000l|blokk|redacted|flow|icomoon|codicon|octicons|glyphicons|resort|password|dotsfont"
    b"|text-security|dice|cards|chess|mahjong|domino|morse|semaphore|pigpen|moon type|klingon"
    b"|tengwar|futhark|numerals|ornaments|bpdots|dotsies|bmp fallback"
    b"|nazanin|titr|b ?zar|b ?lotus|mitra|yekan|koodak|b ?homa|traffic|b ?roya|badr"
    b"|compset|fanum|vazir|kruti|devlys|preeti|shusha|limon"
)
"""What is in the name of every such font, in lower case."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a workbook's colours are counted by: its theme and its palette."""

    theme: Sequence[str] = OFFICE_THEME
    palette: Sequence[str] = PALETTE
    inks: Sequence[Rgb] | None = None  # that letters have anywhere; None where that is not known


def shows_signs(font: str, letters: int = 0) -> bool:
    """Whether letters of that font are shown as little pictures, as bars for machines, or as those
    of another script; `letters` numbers the set of them. Asked for signs of a font that has none,
    Windows takes another one.

    >>> shows_signs("Wingdings 2"), shows_signs("Times New Roman"), shows_signs("Arial", 2)
    (True, False, True)
    >>> shows_signs("Holidays MT"), shows_signs("Arial MT")
    (True, False)
    """
    if letters == _SET_OF_SIGNS and is_of_letters(font):
        return True
    # Letters of a font whose name begins so lie on their side.
    return _SIGNS.fullmatch(font.strip().removeprefix("@").casefold()) is not None


def is_speck(points: float, *, shifted: bool) -> bool:
    """Whether letters of that size are specks, `shifted` ones above or below the line; 0 is a size
    that is not known.

    >>> is_speck(4, shifted=False), is_speck(6, shifted=True), is_speck(6, shifted=False)
    (True, True, False)
    """
    return 0 < points * (_SHIFTED if shifted else 1.0) <= TOO_SMALL


def is_unseen(letters: Mapping[str, str], fill: Mapping[str, str] | None, ground: Ground) -> bool:
    """Whether letters of one colour vanish on their fill, or a part of them; None is the white of
    the sheet.

    Colours are stated as in .xlsx: "rgb", "theme" with "tint", or "indexed".

    >>> is_unseen({"rgb": "FFFFFFFF"}, None, Ground()), is_unseen({"theme": "1"}, None, Ground())
    (True, False)
    >>> is_unseen({"theme": "1"}, {"rgb": "FFFFFF", BESIDE: "808080 000000"}, Ground())
    True
    >>> is_unseen({"rgb": "000000", "theme": "0"}, None, Ground())
    True
    """
    if len(letters) > 1 or (fill is not None and len(fill) > 1):  # most say one thing
        ways = [(ink, paper) for ink in _told_ways(letters) for paper in _told_ways(fill)]
        if len(ways) > 1:
            return any(is_unseen(ink or {}, paper, ground) for ink, paper in ways)
    colour = rgb_of(letters, ground)
    if colour is None and is_left_to_machines(letters):
        colour = BLACK
    if colour is None:
        return False
    behind = [WHITE if fill is None else rgb_of(fill, ground)]
    if fill is not None and BESIDE in fill:
        behind += map(hex_rgb, fill[BESIDE].split())
    return any(each is not None and alike(colour, each) for each in behind)


def _told_ways(
    stated: Mapping[str, str] | None,
) -> Sequence[Mapping[str, str] | None]:
    """The colours of one that is told in several ways: each program follows the one it prefers."""
    named = [] if stated is None else [name for name in _TOLD_BY if name in stated]
    if stated is None or len(named) < 2:
        return (stated,)
    return [{k: v for k, v in stated.items() if k == name or k not in _TOLD_BY} for name in named]


def is_left_to_machines(letters: Mapping[str, str]) -> bool:
    """Whether letters have the colour of the window's own, which office programs make black."""
    return not letters or "auto" in letters or letters.get("indexed") == _OF_THE_WINDOW


def ground_of_pattern(
    pattern: int, front: Mapping[str, str], back: Mapping[str, str], ground: Ground
) -> Mapping[str, str] | None:
    """The colour that a pattern of old numbers fills cells with, as good as wholly, or both of
    them; {} where they are not known, None for none.

    >>> ground_of_pattern(18, {"rgb": "C0C0C0"}, {"rgb": "FFFFFF"}, Ground())
    {'rgb': 'FFFFFF'}
    >>> ground_of_pattern(2, {"rgb": "000000"}, {"rgb": "FFFFFF"}, Ground())
    {'rgb': '000000', 'beside': 'ffffff'}
    >>> ground_of_pattern(1, {"auto": "1"}, {"auto": "1"}, Ground())
    {'rgb': '000000'}
    """
    if pattern == _NO_PATTERN:
        return None
    # Left to the machine: the letters' black before, and the sheet's white behind.
    front, back = (_BLACK if "auto" in front else front, _WHITE if "auto" in back else back)
    if pattern in _DENSE:
        return front
    return back if pattern in _SPARSE else ground_of_many((front, back), ground)


def ground_of_many(colours: Sequence[Mapping[str, str]], ground: Ground) -> Mapping[str, str]:
    """What lies behind letters where several colours do: {} where none of them is known."""
    known = [(stated, colour) for stated in colours if (colour := rgb_of(stated, ground))]
    if not known:
        return {}
    stated, first = known[0]
    others = {bytes(colour).hex() for _, colour in known[1:] if not alike(first, colour)}
    return {**stated, BESIDE: " ".join(sorted(others))} if others else stated


def paint_of(
    letters: Mapping[str, str] | None, fill: Mapping[str, str] | None, ground: Ground
) -> tuple[Rgb | None, Rgb | None]:
    """The colours of a cell's letters and ground; None for black ones, and for a white one."""
    ink = rgb_of(letters, ground) if letters else None
    behind = None if fill is None else rgb_of(fill, ground) or MOTLEY
    if fill is not None and BESIDE in fill:
        behind = MOTLEY
    return None if ink == BLACK else ink, None if behind == WHITE else behind


def rgb_of(stated: Mapping[str, str], ground: Ground) -> Rgb | None:
    """The colour, None where it is left to the machine or cannot be known."""
    if "rgb" in stated:
        own, tint = hex_rgb(stated["rgb"].strip()[-6:]), stated.get("tint")
        return own if own is None or not tint else _tinted(own, tint)
    for name, colours in (("theme", ground.theme), ("indexed", ground.palette)):
        number = whole_number_of(stated.get(name, ""))
        if number is not None and number < len(colours):
            colour = hex_rgb(colours[number])
            return None if colour is None else _tinted(colour, stated.get("tint", "0"))
    return None


def hex_rgb(text: str) -> Rgb | None:
    """The colour of six hexadecimal digits.

    >>> hex_rgb("FF8000"), hex_rgb("?")
    ((255, 128, 0), None)
    """
    try:
        number = int(text, 16) if len(text) == 6 else -1
    except ValueError:
        return None
    return (number >> 16, number >> 8 & 255, number & 255) if number >= 0 else None


def _tinted(colour: Rgb, tint: str) -> Rgb:
    """The colour made lighter (up to 1) or darker (down to -1)."""
    try:
        by = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        return colour
    red, green, blue = (
        round(c + (255 - c) * by) if by > 0 else round(c * (1 + by)) for c in colour
    )
    return red, green, blue
