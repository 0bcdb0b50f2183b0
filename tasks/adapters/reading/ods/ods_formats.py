"""Number formats of OpenDocument, written as spreadsheets write them (`0.0" tr"`)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from tasks.adapters.reading.hardened_xml import local_attribute, local_name

_KINDS = frozenset(
    f"{kind}-style"
    for kind in ("number", "percentage", "currency", "text", "date", "time", "boolean")
)
_CONDITION = re.compile(
    r"value\(\)\s*(<=|>=|!=|<>|<|>|=)\s*([+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})"
    r"(?:[eE][+-]?[0-9]{1,2})?)"
)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_USUAL = [(">", 0.0), ("<", 0.0), ("=", 0.0)]  # what three sections without conditions stand for
_MOST_PLACES = 30
_FACTOR = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_DATE_PARTS: Mapping[str, tuple[str, str]] = {
    "day": ("d", "dd"),
    "month": ("m", "mm"),
    "year": ("yy", "yyyy"),
    "day-of-week": ("ddd", "dddd"),
    "era": ("g", "ggg"),
    "hours": ("h", "hh"),
    "minutes": ("m", "mm"),
    "seconds": ("s", "ss"),
    "am-pm": ("AM/PM", "AM/PM"),
}
#: What no format of other programs writes: whatever is shown, it is not the value.
_WITHOUT_SIGNS = frozenset({"text-properties", "map"})
_NO_NUMBER = {"boolean": '"TRUE/FALSE"', "quarter": '"Q?"', "week-of-year": '"W?"'}


def formats_of(roots: Iterator[Element]) -> dict[str, str]:
    """The codes of all number formats, by name; of two of one name the later one is meant."""
    styles = {
        local_attribute(style, "name"): style
        for root in roots
        for style in root.iter()
        if local_name(style) in _KINDS
    }
    return {name: _code(style, styles) for name, style in styles.items()}


def ordered_by_machines(roots: Iterator[Element]) -> frozenset[str]:
    """The names of the formats of days whose parts each machine puts in its own order."""
    return frozenset(
        local_attribute(style, "name")
        for root in roots
        for style in root.iter()
        if local_attribute(style, "automatic-order") == "true"
    )


def _code(style: Element, styles: Mapping[str, Element]) -> str:
    """
    >>> from xml.etree.ElementTree import fromstring
    >>> _code(fromstring('<number-style><number decimal-places="0" min-integer-digits="1"/>'
    ...                  '<text> tr</text></number-style>'), {})
    '0" tr"'
    >>> _code(fromstring('<number-style/>'), {})
    '""'
    """
    sections: list[tuple[tuple[str, float], str]] = []
    for part in style:
        if local_name(part) != "map":
            continue
        match = _CONDITION.fullmatch(local_attribute(part, "condition").strip())
        section = styles.get(local_attribute(part, "apply-style-name"))
        if match is None or section is None:
            continue  # programs pass over such a part
        sign = {"!=": "<>"}.get(match[1], match[1])
        sections.append(((sign, float(match[2])), _section(section)))
    own = _section(style)
    conditions = [condition for condition, _ in sections]
    if conditions == _USUAL:
        return ";".join(code for _, code in sections) + f";{own}"
    if local_name(style) == "text-style" and sections:
        own = f";{own}" if len(sections) < 3 else own
    if not sections and all(local_name(part) in _WITHOUT_SIGNS for part in style):
        own = '""'  # nothing is drawn
    return "".join(f"[{sign}{_plain(number)}]{code};" for (sign, number), code in sections) + own


def _plain(number: float) -> str:
    """A number without a power.

    >>> _plain(1.5e9), _plain(0.25)
    ('1500000000', '0.25')
    """
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _section(style: Element) -> str:
    if local_name(style) == "boolean-style":
        return _NO_NUMBER["boolean"]  # whatever else it holds
    pieces = [_figures(style)]
    for part in style:
        kind = local_name(part)
        if (calendar := local_attribute(part, "calendar")) and f"[~{calendar}]" not in pieces:
            pieces.append(f"[~{calendar}]")
        if kind == "number":
            pieces.append(_number(part))
        elif kind in ("text", "currency-symbol"):
            text = part.text or ""
            is_sign = text == "%" and local_name(style) == "percentage-style"
            pieces.append("%" if is_sign else _literal(text))
        elif kind in _DATE_PARTS:
            pieces.append(_date_part(part, kind))
        elif kind == "text-content":
            pieces.append("@")
        elif kind == "fill-character":
            pieces.append(f"*{part.text}" if part.text else "")
        elif kind in _NO_NUMBER:
            pieces.append(_NO_NUMBER[kind])
        elif kind == "scientific-number":
            power = min(_count(part, "min-exponent-digits", 2), _MOST_PLACES)
            pieces.append(f"{_number(part)}E+{'0' * power}")
        elif kind == "text-properties":
            colour = local_attribute(part, "color")
            pieces.append(f"[{colour}]" if _COLOUR.fullmatch(colour) else "")
        elif kind == "fraction":
            pieces.append(_fraction(part))
    return "".join(pieces)


def _figures(style: Element) -> str:
    """What a style says of other figures than the usual ones, or of words in place of them.

    >>> from xml.etree.ElementTree import fromstring
    >>> [_figures(fromstring(f"<number-style {said}/>")) for said in
    ...  ("", 'transliteration-format="1"', 'transliteration-format="١"',
    ...   'transliteration-spellout="cardinal"')]
    ['', '', '[NatNum1]', '[NatNum12]']
    """
    if local_attribute(style, "transliteration-spellout"):
        return "[NatNum12]"
    told = local_attribute(style, "transliteration-format").strip()
    return "" if told in ("", "0", "1") else "[NatNum1]"


def _number(part: Element) -> str:
    whole = _count(part, "min-integer-digits", 0)
    code = "0" * whole if whole else "#"
    if len(part):
        code = _with_letters(code, part)
    elif local_attribute(part, "grouping") == "true":
        code = f"#,{code.rjust(3, '#')}"
    places = local_attribute(part, "decimal-places")
    if not places:
        return "General" if whole <= 1 and not len(part) and "," not in code else code
    least = _count(part, "min-decimal-places", int(places) if places.isdigit() else 0)
    count = _count(part, "decimal-places", 0)
    instead = local_attribute(part, "decimal-replacement")
    if count and any(map(str.isdigit, instead)):
        # Of a whole number: that is drawn in place of its noughts.
        code += f".{_literal(instead)}"
    elif count:
        code += "." + "0" * min(least, count) + "#" * max(0, count - least)
    return code + "," * _thousands(local_attribute(part, "display-factor", "1"))


def _thousands(factor: str) -> int:
    """By how many thousands a number is cut down that is drawn by that factor: programs take the
    nearest.

    >>> [_thousands(f) for f in ("1", "1000", "1000000", "100", "10", "0.001", "?")]
    [0, 1, 2, 1, 0, 0, 0]
    """
    if not _FACTOR.fullmatch(factor) or (by := float(factor)) <= 1:
        return 0
    return round(math.log10(by) / 3)


def _fraction(part: Element) -> str:
    """A number as one of parts of a whole."""
    below = local_attribute(part, "denominator-value")
    upper, lower = (
        "?" * max(_count(part, f"min-{name}-digits", 1), 1) for name in ("numerator", "denominator")
    )
    written = f"{upper}/{below if below.isdigit() and len(below) < 6 else lower}"
    stated = local_attribute(part, "min-integer-digits")
    return f"{'0' * _count(part, 'min-integer-digits', 0) or '#'} {written}" if stated else written


def _with_letters(code: str, part: Element) -> str:
    """Digits with letters among them, each before so many of the last ones."""
    inside = sorted(part, key=lambda one: -_count(one, "position", 0))
    digits = code.rjust(_count(inside[0], "position", 0) + 1, "#")
    written = ""
    for letters in inside:
        at = len(digits) - _count(letters, "position", 0)
        written += digits[:at] + _literal(letters.text or "")
        digits = digits[at:]
    return written + digits


def _date_part(part: Element, kind: str) -> str:
    short, long = _DATE_PARTS[kind]
    code = long if local_attribute(part, "style") == "long" else short
    if kind == "month" and local_attribute(part, "textual") == "true":
        code = "mmmm" if code == "mm" else "mmm"
    return code


def _literal(text: str) -> str:
    return "".join(
        f'"{piece}"' if piece != '"' else '\\"' for piece in re.split('(")', text) if piece
    )


def _count(part: Element, name: str, without: int) -> int:
    text = local_attribute(part, name)
    return min(int(text), _MOST_PLACES) if text.isdigit() and len(text) < 6 else without
