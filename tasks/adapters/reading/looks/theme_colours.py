"""The colours of a workbook's theme as they are drawn, whatever way they are stated in (ECMA-376,
part 1, 20.1.2.3): by their light, by a name, by another one, made lighter, darker or another."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable, Mapping, Sequence

from tasks.adapters.reading.hardened_xml import number_of
from tasks.adapters.reading.looks.colours import OFFICE_THEME, hex_rgb

_STATED = re.compile(
    rb"<(?:\w+:)?(dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)(?:\s[^<>]*)?>"
    rb"(.{0,4000}?)</(?:\w+:)?\1\s*>",
    re.DOTALL,
)
_ELEMENT = re.compile(rb"<(?:\w+:)?(\w+)(?:\s([^<>]*))?/?>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_THEME_FONT = re.compile(
    rb"<(?:\w+:)?(major|minor)Font(?:\s[^<>]*)?>\s*<(?:\w+:)?latin\s[^<>]*?"
    rb"typeface\s*=\s*[\"']([^\"'<>]*)[\"']"
)
_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_OTHER_NAMES = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_NAMED_COLOURS = {
    **dict.fromkeys(("window", "white", "snow", "ivory", "ghostwhite", "whitesmoke"), "FFFFFF"),
    **dict.fromkeys(("floralwhite", "mintcream", "azure", "aliceblue"), "FFFFFF"),
    **dict.fromkeys(("windowtext", "black"), "000000"),
    # Others of the machine, which are white or nearly so, and pale ones that have a name.
    **dict.fromkeys(("highlighttext", "btnhighlight"), "FFFFFF"),
    **dict.fromkeys(("btnface", "menu", "menubar"), "F0F0F0"),
    **dict.fromkeys(("infobk", "lightyellow", "ltyellow"), "FFFFE1"),
    "inactiveborder": "F4F7FC",
    "seashell": "FFF5EE",
    "linen": "FAF0E6",
    "oldlace": "FDF5E6",
    "lavenderblush": "FFF0F5",
    "honeydew": "F0FFF0",
    "cornsilk": "FFF8DC",
    **dict.fromkeys(("lightcyan", "ltcyan"), "E0FFFF"),
    "lavender": "E6E6FA",
    "beige": "F5F5DC",
    **dict.fromkeys(("lightgoldenrodyellow", "ltgoldenrodyellow"), "FAFAD2"),
    "lemonchiffon": "FFFACD",
    "papayawhip": "FFEFD5",
    "antiquewhite": "FAEBD7",
    "blanchedalmond": "FFEBCD",
    "mistyrose": "FFE4E1",
    # Those of the first screens, which may be made lighter.
    "yellow": "FFFF00",
    **dict.fromkeys(("cyan", "aqua"), "00FFFF"),
    **dict.fromkeys(("magenta", "fuchsia"), "FF00FF"),
    "red": "FF0000",
    "lime": "00FF00",
    "blue": "0000FF",
    **dict.fromkeys(("gray", "grey"), "808080"),
    "silver": "C0C0C0",
}
_GAMMA = 2.2  # from light as it is measured to that of a screen, nearly
_WHOLE, _TURN = 100_000.0, 21_600_000.0  # thousandths of a per cent; sixty-thousandths of a degree
_MOST_CHANGES = 20
_LIGHTS = ("red", "green", "blue")
_LOOKS = ("hue", "lum", "sat")  # in the order of the standard library
_CHANGE = re.compile(rf"({'|'.join((*_LIGHTS, *_LOOKS))})(Mod|Off)?")
_Lights = tuple[float, float, float]  # of red, green and blue on a screen, from 0 to 1


def theme_colours(theme_xml: bytes) -> Sequence[str]:
    """The colours of the theme in the order in which styles count them, each in six hexadecimal
    digits, or as it is stated where nobody here knows it; Office's own for none.

    >>> theme_colours(b'<a:dk1><a:sysClr val="window" lastClr="000000"/></a:dk1>')[1]
    'FFFFFF'
    >>> darkened = b'<a:srgbClr val="FFFFFF"><a:lumMod val="50000"/></a:srgbClr>'
    >>> theme_colours(b"<a:lt1>" + darkened + b"</a:lt1>")[0]
    '808080'
    """
    stated: dict[str, bytes] = {}
    for name, inside in _STATED.findall(theme_xml):
        stated.setdefault(name.decode(), inside)
    if not stated:
        return OFFICE_THEME
    return [_drawn(stated.get(name, b""), stated) for name in _ORDER]


def theme_fonts(theme_xml: bytes) -> Mapping[str, str]:
    """The fonts of the theme, its "major" and its "minor" one; none of them for no theme."""
    return {
        kind.decode(): name.decode("utf-8", "replace")
        for kind, name in _THEME_FONT.findall(theme_xml)
    }


def _drawn(inside: bytes, theme: Mapping[str, bytes]) -> str:
    """The colour that stands first in these bytes, with all that changes it."""
    elements = [
        (name.decode(), dict(_ATTRIBUTE.findall(said)))
        for name, said in _ELEMENT.findall(inside)[: 1 + _MOST_CHANGES]
    ]
    if not elements:
        return ""
    (kind, said), *changes = elements
    if kind == "schemeClr":
        named = _text(said, b"val")
        other = theme.get(_OTHER_NAMES.get(named, named), b"")
        colour = "" if b"schemeClr" in other else _drawn(other, {})
    else:
        colour = _stated_colour(kind, said)
    known = hex_rgb(colour) if changes else None
    if known is None:
        return colour
    red, green, blue = (part / 255 for part in known)
    lights = red, green, blue
    for name, how in changes:
        lights = _changed(lights, name, _text(how, b"val"))
    return _in_digits(lights)


def _stated_colour(kind: str, said: Mapping[bytes, bytes]) -> str:
    """A colour by itself, as most machines draw it; others stay as stated."""
    value = _text(said, b"val")
    if kind in ("sysClr", "prstClr"):
        return _NAMED_COLOURS.get(value.casefold(), _text(said, b"lastClr") or value)
    if kind == "scrgbClr":
        red, green, blue = (_share(_text(said, name)) or 0.0 for name in (b"r", b"g", b"b"))
        return _in_digits(_on_screen((red, green, blue)))
    if kind == "hslClr":
        hue, light, strength = (
            _share(_text(said, name), whole) or 0.0
            for name, whole in ((b"hue", _TURN), (b"lum", _WHOLE), (b"sat", _WHOLE))
        )
        return _in_digits(colorsys.hls_to_rgb(hue % 1.0, _within(light), _within(strength)))
    return value


def _changed(lights: _Lights, name: str, value: str) -> _Lights:
    """The colour after one change; those of no meaning for cells, such as how much shines through,
    leave it."""
    if name == "inv":
        return _each(lambda light: 1 - light, lights)
    if name == "gray":
        grey = 0.22 * lights[0] + 0.72 * lights[1] + 0.06 * lights[2]
        return grey, grey, grey
    if name == "comp":
        hue, light, strength = colorsys.rgb_to_hls(*lights)
        return colorsys.hls_to_rgb((hue + 0.5) % 1.0, light, strength)
    if name in ("gamma", "invGamma"):
        return _on_screen(lights) if name == "gamma" else _measured(lights)
    by = _share(value, _TURN if name in ("hue", "hueOff") else _WHOLE)
    if by is None:
        return lights
    if name == "tint":
        return _on_screen(_each(lambda light: 1 - (1 - light) * _within(by), _measured(lights)))
    if name == "shade":
        return _on_screen(_each(lambda light: light * by, _measured(lights)))
    change = _CHANGE.fullmatch(name)
    if change is None:
        return lights
    if change[1] in _LIGHTS:
        return _on_screen(_with_part(_measured(lights), _LIGHTS.index(change[1]), change[2], by))
    looks = colorsys.rgb_to_hls(*lights)
    hue, light, strength = _with_part(looks, _LOOKS.index(change[1]), change[2], by)
    return colorsys.hls_to_rgb(hue % 1.0, _within(light), _within(strength))


def _with_part(parts: _Lights, place: int, how: str | None, by: float) -> _Lights:
    """One of three shares set, multiplied ("Mod") or moved ("Off")."""
    new = [*parts]
    new[place] = {"Mod": parts[place] * by, "Off": parts[place] + by}.get(how or "", by)
    first, second, third = new
    return first, second, third


def _each(change: Callable[[float], float], lights: _Lights) -> _Lights:
    red, green, blue = (_within(change(light)) for light in lights)
    return red, green, blue


def _measured(lights: _Lights) -> _Lights:
    return _each(lambda light: light**_GAMMA, lights)


def _on_screen(lights: _Lights) -> _Lights:
    return _each(lambda light: _within(light) ** (1 / _GAMMA), lights)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _in_digits(lights: _Lights) -> str:
    return "".join(f"{round(_within(light) * 255):02X}" for light in lights)


def _share(text: str, whole: float = _WHOLE) -> float | None:
    """A share, stated in per cent or in parts of a whole; None for what is none.

    >>> _share("50%"), _share("50000"), _share("half")
    (0.5, 0.5, None)
    """
    percent = text.strip().endswith("%")
    number = number_of(text.strip().removesuffix("%"))
    return None if number is None else number / (100 if percent else whole)


def _text(said: Mapping[bytes, bytes], name: bytes) -> str:
    return said.get(name, b"").decode("ascii", "replace")
