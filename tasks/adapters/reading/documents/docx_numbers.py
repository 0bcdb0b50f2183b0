"""Word's automatic numbers: drawn, not typed, and so counted here as Word counts them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tasks.adapters.reading.documents.docx_package import child, value_of
from tasks.adapters.reading.documents.docx_styles import int_of
from tasks.adapters.reading.documents.symbol_fonts import seen_symbol
from tasks.adapters.reading.hardened_xml import local_attribute, local_name

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_ONES = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
         (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def _roman(number: int) -> str:
    letters = ""
    for value, sign in _ONES:
        letters += sign * (number // value)
        number %= value
    return letters


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word goes on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "ordinal": str,
    "none": lambda n: "",
}


def drawn(number: int, form: str) -> str | None:
    """A number as a format draws it; None for one that is not known here.

    >>> drawn(4, "upperRoman"), drawn(28, "lowerLetter"), drawn(3, "chineseCounting")
    ('IV', 'bb', None)
    """
    make = _FORMS.get(form)
    if make is None or not 0 <= number < 100_000:
        return None
    return make(number) if number or form in ("decimal", "decimalZero", "ordinal") else ""


@dataclass
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None  # after which level, 1-based; 0: never
    font: str = ""
    legal: bool = False  # other levels' numbers drawn as figures


@dataclass
class _List:
    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)  # levels that this list begins anew


class DocxNumbers:
    """The lists of a document; paragraphs are to be asked for in the document's order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}  # by abstract list
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        abstract = {
            local_attribute(e, "abstractNumId"): _levels(e)
            for e in root
            if local_name(e) == "abstractNum"
        }
        for element in root:
            if local_name(element) != "num":
                continue
            base = value_of(element, "abstractNumId")
            levels = dict(abstract.get(base, {}))
            one = _List(base, levels)
            for override in element:
                if local_name(override) != "lvlOverride":
                    continue
                at = int_of(local_attribute(override, "ilvl"))
                if (inner := child(override, "lvl")) is not None:
                    levels[at] = _level(inner)
                if start := value_of(override, "startOverride"):
                    one.starts[at] = int_of(start)
            self._lists[local_attribute(element, "numId")] = one

    def label(self, identity: str, at: int) -> tuple[str, str]:
        """What is drawn before a paragraph, and what a person should know of it."""
        one = self._lists.get(identity)
        level = one.levels.get(at) if one else None
        if one is None or level is None or not 0 <= at < _LEVELS:
            return "", ""
        if level.form == "bullet":
            return seen_symbol(level.text, level.font) or "•", ""
        counts = self._counts.setdefault(one.abstract, [None] * _LEVELS)
        if at in one.starts and (identity, at) not in self._begun:
            counts[at] = None
            level = _Level(one.starts[at], level.form, level.text, level.restart, level.font)
        self._begun.add((identity, at))
        before = counts[at]
        counts[at] = level.start if before is None else before + 1
        self._restart_below(one, counts, at)
        return self._drawn(one, level, counts)

    def _restart_below(self, one: _List, counts: list[int | None], at: int) -> None:
        for below in range(at + 1, _LEVELS):
            level = one.levels.get(below)
            restart = level.restart if level else None
            if restart == 0 or (restart is not None and at + 1 > restart):
                continue
            counts[below] = None

    def _drawn(self, one: _List, level: _Level, counts: list[int | None]) -> tuple[str, str]:
        unknown = False

        def number(found: re.Match[str]) -> str:
            nonlocal unknown
            at = int(found[1]) - 1
            other = one.levels.get(at, _Level())
            count = counts[at]
            form = "decimal" if level.legal else other.form
            shown = drawn(other.start if count is None else count, form)
            unknown = unknown or shown is None
            return shown or ""

        label = _PLACE.sub(number, level.text)
        return label, "số thứ tự tự động viết theo kiểu không đọc được" if unknown else ""


def _levels(abstract: Element) -> dict[int, _Level]:
    return {
        int_of(local_attribute(e, "ilvl")): _level(e) for e in abstract if local_name(e) == "lvl"
    }


def _level(element: Element) -> _Level:
    restart = value_of(element, "lvlRestart")
    fonts = child(element, "rPr", "rFonts")
    return _Level(
        start=int_of(value_of(element, "start", default="1")),
        form=value_of(element, "numFmt", default="decimal"),
        text=value_of(element, "lvlText"),
        restart=int_of(restart) if restart else None,
        font=local_attribute(fonts, "ascii") if fonts is not None else "",
        legal=child(element, "isLgl") is not None
        and value_of(element, "isLgl", default="1") not in ("0", "false", "off"),
    )
