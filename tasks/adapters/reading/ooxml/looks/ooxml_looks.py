"""How the cells of .xlsx and .xlsm look: number formats, struck and raised letters, hidden ones.

The fast reader tells nothing of it. The sheets are searched as bytes for cells whose style is
telling (`tasks/adapters/reading/ooxml/looks/cell_styles.py`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from models.domain.reading.sight.colours import BLACK, Rgb, alike
from models.domain.reading.workbook_content import (
    Appearance,
    ConditionalLook,
    LetterPosition,
    TextRun,
    address,
)
from tasks.adapters.reading.looks.colours import (
    SIGNS_IN_NAMES,
    Ground,
    is_unseen,
    rgb_of,
    shows_signs,
)
from tasks.adapters.reading.looks.letter_sizes import lost_beside
from tasks.adapters.reading.looks.sheet_looks import SheetLooks
from tasks.adapters.reading.looks.table_looks import on_cells
from tasks.adapters.reading.ooxml.looks.around_cells import AroundCells
from tasks.adapters.reading.ooxml.looks.cell_styles import CellStyles, nth, styles_of
from tasks.adapters.reading.ooxml.looks.inherited_styles import inherited_styles
from tasks.adapters.reading.ooxml.looks.ooxml_conditions import conditions_of
from tasks.adapters.reading.ooxml.ooxml_parts import column_number
from tasks.adapters.reading.ooxml.remembered import remembered

# A cell with content and one of these styles; no attribute holds "<" or ">".
_STYLED = rb"<(?:\w+:)?c(?=\s)(?=(?:[^<>]*?\ss\s*=\s*[\"'](?:%s)[\"'])%s)([^<>]*)(?<!/)>"
_UNSTYLED = rb"|(?![^<>]*?\ss\s*=)"
_ANY_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_STRING = re.compile(
    rb"<(?:\w+:)?si(?=[\s/>])[^<>]*?(?:/>|(?<!/)>(.*?)</(?:\w+:)?si\s*>)", re.DOTALL
)
_RUN = re.compile(rb"<(?:\w+:)?r(?=[\s>])[^<>]*>(.*?)</(?:\w+:)?r\s*>", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh[\s>].*?</(?:\w+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?(?<!/)>([^<]*)<")
_PROPERTIES = re.compile(rb"<(?:\w+:)?rPr(?=[\s/>])")
_PROPERTIES_END = re.compile(rb"</(?:\w+:)?rPr\s*>")
_CELL_END = re.compile(rb"</(?:\w+:)?c\s*>")
_STRUCK = re.compile(
    rb"<(?:\w+:)?d?strike(?=[\s/>])(?:[^<>]*?\sval\s*=\s*[\"']([^\"'<>]*)[\"'])?", re.IGNORECASE
)
_RAISED = re.compile(rb"<(?:\w+:)?vertAlign\s[^<>]*?val\s*=\s*[\"'](superscript|subscript)[\"']")
_INDEX = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*(\d{1,9})\s*<")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SIZE = re.compile(rb"<(?:\w+:)?sz\s[^<>]*?val\s*=\s*[\"'](\d{1,3}(?:\.\d{1,3})?)[\"']")
_NOUGHT = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*-?0+(?:\.0*)?\s*<")
_COLOUR = re.compile(rb"<(?:\w+:)?color\s([^<>]*)>")
# A part with a colour other than the usual black of the theme, with very small or large letters.
_OWN = re.compile(
    rb"<(?:\w+:)?(?:color\s(?!\s*theme\s*=\s*[\"']1[\"']\s*/>)"
    rb"|sz\s[^<>]*?[\"'](?:\d|[4-9]\d|\d{3})(?:\.\d*)?[\"']"
    rb"|charset\s[^<>]*?[\"']2[\"']|scheme\s|rFont\s[^<>]*?(?i:%s))" % SIGNS_IN_NAMES
)
_FONT = re.compile(rb"<(?:\w+:)?rFont\s[^<>]*?val\s*=\s*[\"']([^\"'<>]*)[\"']")
_LETTERS_OF = re.compile(rb"<(?:\w+:)?charset\s[^<>]*?val\s*=\s*[\"'](\d{1,3})[\"']")
_SCHEME = re.compile(rb"<(?:\w+:)?scheme\s[^<>]*?val\s*=\s*[\"'](major|minor)[\"']")
_POSITIONS = {b"superscript": LetterPosition.RAISED, b"subscript": LetterPosition.LOWERED}
_OFF = (b"0", b"false", b"off")

Place = tuple[int, int]


#: The kinds of parts that WorkbookLooks is made of, in its order; one that is not there is empty.
LOOKED_AT = ("styles", "theme", "sharedStrings")


class WorkbookLooks:
    """Looks of the sheets of one workbook. Raises UnsafeXml and MalformedXml for its styles."""

    def __init__(self, styles_xml: bytes, theme_xml: bytes, strings_xml: bytes) -> None:
        self.styles = styles_of(styles_xml, theme_xml)
        self._strings = strings_xml
        self._runs: dict[int, _RawRuns] | None = None
        self._parted = b"rPr" in self._strings
        self._marked = self._parted and _marks(self._strings)

    def of(
        self, cells: bytes, around: AroundCells, tables: Sequence[ConditionalLook] = ()
    ) -> SheetLooks:
        """The looks of one sheet, by its cells, what stands around them, and what the styles of
        its `tables` change."""
        styles = self.styles
        found: dict[Place, tuple[Appearance, dict[bytes, bytes]]] = {}
        wanted = frozenset(styles.looks)
        percent: set[Place] = set()
        if wanted:
            for place, attributes in _styled_cells(cells, wanted):
                number = int(attributes.get(b"s", b"0"))
                found[place] = styles.looks[number], attributes
                if number in styles.percent and attributes.get(b"t", b"n") == b"n":
                    percent.add(place)
        looks = {place: look for place, (look, _) in found.items()}
        shown_twice = []
        for place, number in inherited_styles(cells, around.columns):
            if (given := styles.looks.get(number)) is not None:
                looks.setdefault(place, replace(given, number_format=""))
                if given.number_format:
                    shown_twice.append(address(*place))
        inline = b"inlineStr" in cells and b"rPr" in cells
        parted = inline or self._parted
        dark = styles.has_dark_fills and parted
        inline = inline and _marks(cells)
        if self._marked or inline or dark or any(k.struck or k.unseen for k in looks.values()):
            self._take_runs(cells, looks)
        if around.zeros_hidden:
            for place, attributes, body in _cells(cells):
                if attributes.get(b"t", b"n") == b"n" and _NOUGHT.search(body):
                    looks[place] = replace(looks.get(place, Appearance()), unseen=True)
        # Parts of texts may have colours that no style has.
        conditional, cut = _conditions(around.conditional, styles, parted)
        if tables:
            styled = ((p, _style_number(attributes)) for p, attributes, _ in _cells(cells))
            left = on_cells(tables, styled, styles.plain, styles.fills)
            conditional = [*conditional, *left]
        if any(c.letters is not None or c.grounds for c in conditional):
            painted = frozenset(styles.paints)
            for place, attributes in _styled_cells(cells, painted) if painted else ():
                letters, ground = styles.paints[_style_number(attributes)]
                look = looks.get(place, Appearance())
                looks[place] = replace(look, letters=letters, ground=ground)
            for place, ink in self._inks(cells, conditional) if parted else ():
                looks[place] = replace(looks.get(place, Appearance()), letters=ink)
        told_twice = (
            [address(*place) for place, _ in _styled_cells(cells, styles.doubtful)]
            if styles.doubtful
            else []
        )
        return SheetLooks(looks, percent, conditional, cut, [*told_twice, *shown_twice])

    def _take_runs(self, sheet_xml: bytes, looks: dict[Place, Appearance]) -> None:
        """Puts the parts of texts in; parts with looks of their own do not take the cell's."""
        for place, attributes, body in _cells(sheet_xml):
            if (raw := self._raw_runs_of(attributes, body)) is None:
                continue
            look = looks.get(place, Appearance())
            fill = nth(self.styles.fills, _style_number(attributes))
            drawn = nth(self.styles.letters, _style_number(attributes))
            usual = drawn.points if drawn is not None else 0.0
            lost = lost_beside([usual if own is None else _points(own) or usual for _, own in raw])
            runs = [
                replace(run, unseen=True) if small and not run.unseen else run
                for (text, own), small in zip(raw, lost, strict=True)
                for run in (_run(text, own, look, fill, self.styles),)
            ]
            looks[place] = replace(
                look,
                runs=runs if any(r.telling for r in runs) else (),
                struck=False,
                unseen=_style_number(attributes) in self.styles.far
                or (look.unseen and all(own is None for _, own in raw)),
            )

    def _inks(
        self, sheet_xml: bytes, conditional: Sequence[ConditionalLook]
    ) -> Iterator[tuple[Place, Rgb]]:
        """The colour of the parts of a text in each cell that has some of their own; of several the
        one that vanishes on the ground of a condition."""
        grounds = [paper for each in conditional for paper in each.grounds if paper is not None]
        for place, attributes, body in _cells(sheet_xml):
            inks = [
                rgb_of(_colour_of(_PROPERTIES_END.split(own, maxsplit=1)[0]), self.styles.ground)
                or BLACK
                for _, own in self._raw_runs_of(attributes, body) or ()
                if own is not None
            ]
            lost = (ink for ink in inks if any(alike(ink, paper) for paper in grounds))
            if inks:
                yield place, next(lost, inks[0])

    def _raw_runs_of(self, attributes: Mapping[bytes, bytes], body: bytes) -> _RawRuns | None:
        kind = attributes.get(b"t", b"n")
        if kind == b"s" and (index := _INDEX.search(body)):
            return self._shared_runs().get(int(index[1]))
        return _raw_runs(body) if kind == b"inlineStr" else None

    def _shared_runs(self) -> dict[int, _RawRuns]:
        if self._runs is None:
            self._runs = {}
            for number, match in enumerate(_STRING.finditer(self._strings)):
                if match[1] and (raw := _raw_runs(match[1])):
                    self._runs[number] = raw
        return self._runs


_RawRuns = list[tuple[str, bytes | None]]  # text, and the run's own properties where it has any


def _marks(xml: bytes) -> bool:
    return b"rPr" in xml and (b"vertAlign" in xml or b"trike" in xml or bool(_OWN.search(xml)))


def _raw_runs(body: bytes) -> _RawRuns | None:
    """The runs of a rich text, None for a text that is all of one piece."""
    if b"rPr" not in body:
        return None
    runs: _RawRuns = []
    for match in _RUN.finditer(_PHONETIC.sub(b"", body)):
        text = "".join(_text(t[1]) for t in _TEXT.finditer(match[1]))
        runs.append((text, match[1] if _PROPERTIES.search(match[1]) else None))
    return runs or None


def _text(raw: bytes) -> str:
    text = html.unescape(raw.decode("utf-8", "replace"))
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _run(
    text: str,
    own: bytes | None,
    cell: Appearance,
    fill: Mapping[str, str] | None,
    styles: CellStyles,
) -> TextRun:
    if own is None:
        return TextRun(text, struck=cell.struck, unseen=cell.unseen)
    properties = _PROPERTIES_END.split(own, maxsplit=1)[0]
    line = _STRUCK.search(properties)
    raised = _RAISED.search(properties)
    return TextRun(
        text,
        _POSITIONS[raised[1]] if raised else LetterPosition.LEVEL,
        line is not None and (line[1] or b"1").strip().lower() not in _OFF,
        _is_of_signs(properties, styles) or _vanishes(properties, fill, styles.ground),
    )


def _points(own: bytes) -> float:
    """The size of letters that a part states, 0 where it states none."""
    size = _SIZE.search(_PROPERTIES_END.split(own, maxsplit=1)[0])
    return float(size[1]) if size is not None else 0.0


def _is_of_signs(properties: bytes, styles: CellStyles) -> bool:
    """Whether its letters are pictures. A font of the theme bears its name there."""
    font, letters = _FONT.search(properties), _LETTERS_OF.search(properties)
    scheme = _SCHEME.search(properties)
    name = font[1].decode("utf-8", "replace") if font is not None else ""
    if scheme is not None:
        name = styles.theme_fonts.get(scheme[1].decode(), name)
    return shows_signs(name, int(letters[1]) if letters is not None else 0)


def _vanishes(properties: bytes, fill: Mapping[str, str] | None, ground: Ground) -> bool:
    return is_unseen(_colour_of(properties), fill, ground)


def _colour_of(properties: bytes) -> Mapping[str, str]:
    """The colour that a part of a text states; nothing where it states none."""
    colour = _COLOUR.search(properties)
    return {
        k.decode(): v.decode("ascii", "replace")
        for k, v in (_ATTRIBUTE.findall(colour[1]) if colour is not None else ())
    }


@remembered
def _conditions(
    conditional_xml: bytes, styles: CellStyles, wholly: bool
) -> tuple[Sequence[ConditionalLook], bool]:
    """Conditions stand around the cells, where most workbooks say the same; `wholly` with grounds
    on which all letters of the styles are read."""
    if wholly:
        ground = replace(styles.ground, inks=None)
        return conditions_of(conditional_xml, styles.conditional_wholly, ground)
    return conditions_of(conditional_xml, styles.conditional, styles.ground)


@lru_cache(maxsize=64)
def _styled(wanted: frozenset[int]) -> re.Pattern[bytes]:
    numbers = b"|".join(str(n).encode() for n in sorted(wanted))
    return re.compile(_STYLED % (numbers, _UNSTYLED if 0 in wanted else b""))


def _styled_cells(
    sheet_xml: bytes, wanted: frozenset[int]
) -> list[tuple[Place, dict[bytes, bytes]]]:
    """Every cell with content that bears one of these styles, and its attributes.

    >>> [place for place, _ in _styled_cells(b'<c r="B3" s="1"><v>1</v></c>', frozenset({1}))]
    [(3, 2)]
    """
    found: list[tuple[Place, dict[bytes, bytes]]] = []
    for match in _styled(wanted).finditer(sheet_xml):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        stated = _PLACE.fullmatch(attributes.get(b"r", b""))
        if stated is None:
            # A cell that states no place follows the one before it: all of them are counted.
            return [
                (place, attributes)
                for place, attributes, _ in _cells(sheet_xml)
                if _style_number(attributes) in wanted
            ]
        found.append(((int(stated[2]), column_number(stated[1])), attributes))
    return found


def _style_number(attributes: Mapping[bytes, bytes]) -> int:
    number = attributes.get(b"s", b"0")
    return int(number) if number.isdigit() and len(number) < 9 else -1


def _cells(sheet_xml: bytes) -> list[tuple[Place, dict[bytes, bytes], bytes]]:
    """Every cell with its place, attributes and content."""
    found: list[tuple[Place, dict[bytes, bytes], bytes]] = []
    row = column = 0
    for match in _ANY_CELL.finditer(sheet_xml):
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        place = attributes.get(b"r", b"")
        if match[1] == b"row":
            row, column = int(place) if place.isdigit() and len(place) < 8 else row + 1, 0
            continue
        if stated := _PLACE.fullmatch(place):
            row, column = int(stated[2]), column_number(stated[1])
        else:
            column += 1
        if not match[2].endswith(b"/"):
            end = _CELL_END.search(sheet_xml, match.end())
            body = sheet_xml[match.end() : end.start()] if end else b""
            found.append(((row, column), attributes, body))
    return found
