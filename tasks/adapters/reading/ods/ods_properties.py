"""What the properties of a style of OpenDocument say of letters, of a cell, of its lines."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import LetterPosition
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.colours import TOO_SMALL

_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(pt|cm|mm|in|pc|px)")
_LENGTHS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "px": 0.75}
_SHRUNKEN = 40.0  # per cent of their size, or of their width
_OVER_ONE_ANOTHER = 2.0  # points by which letters are drawn together
_FAR_APART = 24.0  # points by which they are drawn apart: a figure to each column
_ANGLE = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(|deg|grad|rad)")
_DEGREES = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 57.2958}
_ON_THE_HEAD = 45.0  # degrees from it
_FAINT = 20.0  # per cent of the colour of letters that are lost in their ground
_MOST_DECIMALS = 20
_BROAD = 15.0  # points of a border that lies over a row
_THEME = {"light1": "ffffff", "dark1": "000000", "lt1": "ffffff", "dk1": "000000"}


def points_of(size: str) -> float | None:
    """A length in points, None for what is none.

    >>> points_of("11pt"), points_of("0.05cm"), points_of("80%")
    (11.0, 1.4175, None)
    """
    stated = _LENGTH.fullmatch(size)
    return None if stated is None else round(float(stated[1]) * _LENGTHS[stated[2]], 6)


def is_speck(letters: Element) -> bool | None:
    """Whether letters are too small to be read, as wide as a line, written over one another, or so
    far apart that the rest of them is beyond the cell; None where nothing is said of it."""
    points = points_of(local_attribute(letters, "font-size"))
    spaced = local_attribute(letters, "letter-spacing")
    apart = points_of(spaced.removeprefix("-"))
    raised = local_attribute(letters, "text-position").split()
    shares = [
        percent(text)
        for text in (
            local_attribute(letters, "font-size"),
            local_attribute(letters, "text-scale"),
            *raised[1:],
        )
    ]
    told = [share <= _SHRUNKEN for share in shares if share is not None]
    if points is not None:
        told.append(points <= TOO_SMALL)
    if apart is not None:
        told.append(apart >= (_OVER_ONE_ANOTHER if spaced.startswith("-") else _FAR_APART))
    return any(told) if told else None


def percent(text: str) -> float | None:
    """How many per cent a text says, None for none."""
    stated = text.removesuffix("%")
    return float(stated) if text.endswith("%") and stated.isdigit() and len(stated) < 6 else None


def theme_colour(letters: Element) -> str:
    """The colour of the theme that letters are told to have, "" for none and for a changed one."""
    for part in letters:
        if local_name(part) == "char-complex-color" and not len(part):
            return _THEME.get(local_attribute(part, "theme-type"), "")
    return ""


def is_buried(cell: Element) -> bool | None:
    """Whether borders are so broad that nothing of the cell is left; None where there are none."""
    stated = [
        local_attribute(cell, name)
        for name in ("border", *(f"border-{side}" for side in ("top", "bottom", "left", "right")))
    ]
    if not any(stated):
        return None
    widths = [points_of(line.split()[0]) for line in stated if is_drawn(line)]
    return any(width is not None and width >= _BROAD for width in widths)


def crosses(cell: Element) -> bool | None:
    """Whether a line runs from corner to corner, None where nothing is said of it."""
    lines = [local_attribute(cell, f"diagonal-{way}") for way in ("bl-tr", "tl-br")]
    return any(map(is_drawn, lines)) if any(lines) else None


def is_drawn(line: str) -> bool:
    """Whether a border is one at all: its style may stand among its width and colour.

    >>> is_drawn("0.06pt solid #000000"), is_drawn("0.000cm none #c7c7c7"), is_drawn("none")
    (True, False, False)
    """
    return bool(line) and not {"none", "hidden"} & set(line.split())


def is_made_to_fit(cell: Element) -> bool | None:
    """Whether letters are made smaller where there is no room, or are turned."""
    shrunk, turned = (local_attribute(cell, n) for n in ("shrink-to-fit", "rotation-angle"))
    return shrunk == "true" or turned not in ("", "0") if shrunk or turned else None


def is_turned(cell: Element) -> bool | None:
    """Whether letters do not stand on a line as usual."""
    stated = local_attribute(cell, "rotation-angle")
    return stated not in ("0", "0deg") if stated else None


def is_upside_down(cell: Element) -> bool | None:
    """Whether letters stand on their heads, None where nothing is said of it."""
    angle = _ANGLE.fullmatch(local_attribute(cell, "rotation-angle"))
    if angle is None:
        return None
    turned = float(angle[1]) * _DEGREES[angle[2]] % 360
    return abs(turned - 180) <= _ON_THE_HEAD


def runs_from_the_right(*parts: Element | None) -> bool | None:
    """Whether lines begin at the right, None where nothing is said of it."""
    said = [local_attribute(part, "writing-mode") for part in parts if part is not None]
    ways = [way.startswith("rl") for way in said if way not in ("", "page")]
    return any(ways) if ways else None


def is_faint(letters: Element) -> bool | None:
    """Whether letters are as good as transparent, None where nothing is said of it. Beside the
    colour of the window that is a slip of programs."""
    if local_attribute(letters, "use-window-font-color") == "true":
        return False
    share = percent(local_attribute(letters, "opacity"))
    return None if share is None else share <= _FAINT


def is_stacked(cell: Element) -> bool | None:
    """Whether each letter stands below the other."""
    stated = local_attribute(cell, "direction")
    return stated == "ttb" if stated else None


def points_free(cell: Element) -> float | None:
    """How much is left free above and below its letters, None where nothing is said of it."""
    every = points_of(local_attribute(cell, "padding"))
    ends = [points_of(local_attribute(cell, f"padding-{end}")) for end in ("top", "bottom")]
    if every is None and ends == [None, None]:
        return None
    return sum(every or 0.0 if end is None else end for end in ends)


def is_concealed(cell: Element) -> bool | None:
    """Whether nothing is shown where the table is protected."""
    stated = local_attribute(cell, "cell-protect")
    return "hidden-and-protected" in stated if stated else None


def points_before(cell: Element | None, paragraph: Element | None) -> float | None:
    """How far from the edge of a cell its letters begin; None where nothing is said of it."""
    stated = [
        local_attribute(part, name)
        for part, names in (
            (cell, ("padding", "padding-left", "padding-right")),
            (paragraph, ("margin", "margin-left", "margin-right")),
        )
        if part is not None
        for name in names
    ]
    sizes = [points for text in stated if (points := points_of(text)) is not None]
    return max(sizes, default=None)


def switched(cell: Element | None, name: str) -> bool | None:
    """Whether that is switched on, None where nothing is said of it."""
    text = local_attribute(cell, name) if cell is not None else ""
    return text == "true" if text else None


def position_of(place: str) -> LetterPosition | None:
    """Where letters stand on their line, None where nothing is said of it."""
    if place == "super" or (place.rstrip("%").isdigit() and place.rstrip("%") != "0"):
        return LetterPosition.RAISED
    if place == "sub" or place.startswith("-"):
        return LetterPosition.LOWERED
    return LetterPosition.LEVEL if place else None


def usual_decimals(style: Element) -> int | None:
    """How many decimals at most the style of all cells has numbers without a format show, None
    where it does not say."""
    for part in style:
        stated = local_attribute(part, "decimal-places")
        if local_name(part) == "table-cell-properties" and stated.isascii() and stated.isdigit():
            return min(int(stated[:3]), _MOST_DECIMALS)
    return None


def cut_to(decimals: int, value: object, cell: Element) -> str:
    """The format that draws the number of a cell with so many decimals, "" where it has no more of
    them. Shares are drawn by a format of their own."""
    share = "percentage" in cell.attrib.values()
    if not isinstance(value, float) or share or round(value, decimals) == value:
        return ""
    return f"0.{'0' * decimals}" if decimals else "0"
