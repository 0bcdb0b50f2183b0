"""How the cells of OpenDocument spreadsheets look: the shown text, marked letters, hidden ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import (
    INDENTED,
    LARGE,
    Appearance,
    CellLetters,
    CellValue,
    LetterPosition,
    TextRun,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.colours import (
    TOO_FAR,
    Ground,
    is_unseen,
    paint_of,
    shows_signs,
)
from tasks.adapters.reading.looks.conditions import Difference, coloured
from tasks.adapters.reading.looks.figure_widths import breadth_of_halves
from tasks.adapters.reading.looks.format_colours import on_ground
from tasks.adapters.reading.looks.letter_sizes import lost_beside
from tasks.adapters.reading.ods.ods_formats import formats_of, ordered_by_machines
from tasks.adapters.reading.ods.ods_properties import (
    crosses,
    cut_to,
    is_buried,
    is_concealed,
    is_faint,
    is_made_to_fit,
    is_speck,
    is_stacked,
    is_turned,
    is_upside_down,
    points_before,
    points_free,
    points_of,
    position_of,
    runs_from_the_right,
    switched,
    theme_colour,
    usual_decimals,
)
from tasks.adapters.reading.ods.ods_shown import shown_in_place

_USUAL_POINTS = 10.0
_CELL, _TEXT = "table-cell", "text"  # families of styles
_USUAL = "default-style"
_OF_ALL = "Default"  # the style of cells that name none, and of styles that name none
_STEP = 10.0  # points of an indent
_TOO_FAR = _STEP * TOO_FAR
_OF_THE_WINDOW = "window"  # letters that the machine draws so that they are seen
_MUCH_FREE = 5.0  # points above and below letters


@dataclass(frozen=True, slots=True)
class OdsStyle:
    """What a style says, with what it takes from its parents; None or "" where it says nothing."""

    struck: bool | None = None
    position: LetterPosition | None = None
    colour: str = ""  # six hexadecimal digits
    behind: str = ""
    number_format: str | None = None
    speck: bool | None = None  # letters too small for any eye
    signs: bool | None = None  # letters that are little pictures
    crossed: bool | None = None
    repeated: bool | None = None
    far: bool | None = None  # so far indented that nothing is left in the cell
    indent: int | None = None  # steps
    points: float | None = None  # the height of its letters
    made_to_fit: bool | None = None  # smaller letters where there is no room, or turned ones
    font: str = ""
    concealed: bool | None = None  # shows nothing where the table is protected
    turned: bool | None = None
    stacked: bool | None = None  # each letter below the other
    free: float | None = None  # points above and below its letters
    ordered_by_machines: bool = False  # each puts the parts of a day in its own order
    theme_colour: str = ""  # that newer programs draw
    buried: bool | None = None  # under borders as broad as the cell
    marker: str = ""  # the colour with which letters are marked; "none" for none
    faint: bool | None = None  # as good as transparent
    upside_down: bool | None = None
    from_the_right: bool | None = None

    @property
    def fill(self) -> Mapping[str, str] | None:
        """What lies behind its letters, None for the white of the sheet."""
        return {"rgb": self.behind} if self.behind else None

    @property
    def code(self) -> str | None:
        """Its number format, as it is seen on its ground."""
        return (
            None
            if self.number_format is None
            else on_ground(self.number_format, self.fill, Ground())
        )

    @property
    def unseen(self) -> bool:
        """Whether its letters have the colour of their ground, or are specks."""
        if self.speck or self.signs or self.far or self.buried or self.faint:
            return True
        # Not every program paints what letters are marked with.
        grounds = [self.fill, *([{"rgb": self.marker}] if self.marker else [])]
        return any(
            is_unseen({"rgb": colour}, ground, Ground())
            for colour in (self.colour, self.theme_colour)
            for ground in (grounds if colour else ())
        )


PLAIN = OdsStyle()


class OdsStyles:
    """The styles of a document by name, those of its content before those of its styles."""

    def __init__(self, *roots: Element) -> None:
        self._codes = formats_of(reversed(roots))
        self._ordered_by_machines = ordered_by_machines(iter(roots))
        self._families_of_styles: dict[str, dict[str, Element]] = {}
        self._families = {
            local_attribute(font, "name"): local_attribute(font, "font-family")
            for root in roots
            for declared in root
            if local_name(declared) == "font-face-decls"
            for font in declared
        }
        #: Names of styles of cells that stand for two of them: programs take this one or that one.
        self.doubtful: set[str] = set()
        for root in reversed(roots):
            of_cells: dict[str, Element] = {}
            for style in root.iter():
                if local_name(style) == "style":
                    of_family = local_attribute(style, "family")
                    family = self._families_of_styles.setdefault(of_family, {})
                    name = local_attribute(style, "name")
                    if of_family == _CELL and not _same(of_cells.setdefault(name, style), style):
                        self.doubtful.add(name)
                    family[name] = style
                    if shown := local_attribute(style, "display-name"):
                        family.setdefault(shown, style)
        self._made: dict[tuple[str, str], OdsStyle] = {}
        #: What programs take of the letters of all cells: their font and their size.
        self._usual = PLAIN
        #: How many decimals numbers without a format show at most, None for as many as there are.
        self.usual_decimals: int | None = None
        for style in (part for root in roots for styles in root for part in styles):
            if local_name(style) == _USUAL and local_attribute(style, "family") == _CELL:
                own = self._own(style)
                self._usual = OdsStyle(
                    speck=own.speck, signs=own.signs, points=own.points, font=own.font
                )
                self.usual_decimals = usual_decimals(style)
        self._vanishing: dict[str, bool] = {}
        self.maps: dict[str, list[tuple[str, str, str]]] = {}
        for name, style in self.of_family(_CELL).items():
            maps = [part for part in style if local_name(part) == "map"]
            if maps:
                self.maps[name] = [
                    (
                        local_attribute(part, "condition"),
                        local_attribute(part, "apply-style-name"),
                        local_attribute(part, "base-cell-address"),
                    )
                    for part in maps
                ]

    def of_family(self, family: str) -> Mapping[str, Element]:
        """The styles of a family by name: two families may have one of the same name."""
        of_any: Mapping[str, Element] = self._families_of_styles.get("", {})
        own = self._families_of_styles.get(family)
        return of_any if own is None else {**of_any, **own} if of_any else own

    def named(self, name: str, family: str = _CELL) -> OdsStyle:
        """The style of that name; of cells what all have that name no other, else a plain one."""
        if (name, family) not in self._made:
            chain: list[Element] = []
            styles, seen = self.of_family(family), set[str]()
            at = name
            while at in styles and at not in seen:
                seen.add(at)
                chain.append(styles[at])
                at = local_attribute(chain[-1], "parent-style-name")
            if family == _CELL and _OF_ALL in styles and _OF_ALL not in seen:
                chain.append(styles[_OF_ALL])
            made = self._usual if family == _CELL else PLAIN
            for style in reversed(chain):
                made = _over(made, self._own(style))
            self._made[name, family] = made
        return self._made[name, family]

    def vanishes(self, name: str) -> bool:
        """Whether nobody sees letters of the cells of that style."""
        if name not in self._vanishing:
            self._vanishing[name] = self.named(name).unseen
        return self._vanishing[name]

    @property
    def usual_points(self) -> float:
        """The height of usual letters."""
        return self.named(_OF_ALL).points or _USUAL_POINTS

    def scale(self, style: OdsStyle) -> float:
        """How many times as high as usual letters of that style are."""
        return style.points / self.usual_points if style.points else 1.0

    def letters(self, name: str) -> CellLetters:
        """By what cells of that style are drawn."""
        style = self.named(name)
        code = style.code or "General"
        breadth = breadth_of_halves(style.font or self.named(_OF_ALL).font)
        fitted, indent = bool(style.made_to_fit), style.indent or 0
        return CellLetters(
            code,
            self.scale(style),
            fitted,
            indent,
            breadth,
            style.points or self.usual_points,
            bool(style.turned),
            bool(style.stacked),
            style.free or 0.0,
        )

    def painted(self, name: str, look: Appearance | None) -> Appearance | None:
        """The look with the colours of a cell of that style, where they are not black on white."""
        style = self.named(name)
        paint = paint_of(
            {"rgb": style.colour} if style.colour else None,
            {"rgb": style.behind} if style.behind else None,
            Ground(),
        )
        if paint == (None, None):
            return look
        return replace(look or Appearance(), letters=paint[0], ground=paint[1])

    def changes(self, name: str) -> Difference:
        """What a condition changes that puts this style on."""
        style = self.named(name)
        letters = {"rgb": style.colour} if style.colour else None
        fill = {"rgb": style.behind} if style.behind else None
        code = style.code
        return Difference(
            None if code in (None, "General") else code,
            style.struck,
            *coloured(letters, fill, Ground()),
            unseen=any((style.speck, style.signs, style.concealed, style.far, style.buried))
            or None,
            crossed=style.crossed,
            repeated=style.repeated,
        )

    def _own(self, style: Element) -> OdsStyle:
        parts = {local_name(part): part for part in style}
        letters, cell = parts.get("text-properties"), parts.get("table-cell-properties")
        paragraph = parts.get("paragraph-properties")
        named = local_attribute(style, "data-style-name")
        code = self._codes.get(named)
        behind = local_attribute(cell, "background-color") if cell is not None else ""
        behind = behind[1:] if behind.startswith("#") else ""
        before = points_before(cell, paragraph)
        made = OdsStyle(
            behind=behind,
            number_format=code,
            ordered_by_machines=named in self._ordered_by_machines,
            crossed=crosses(cell) if cell is not None else None,
            repeated=switched(cell, "repeat-content"),
            made_to_fit=is_made_to_fit(cell) if cell is not None else None,
            concealed=is_concealed(cell) if cell is not None else None,
            turned=is_turned(cell) if cell is not None else None,
            stacked=is_stacked(cell) if cell is not None else None,
            free=points_free(cell) if cell is not None else None,
            far=None if before is None else before >= _TOO_FAR,
            indent=None if before is None else round(before / _STEP),
            buried=is_buried(cell) if cell is not None else None,
            upside_down=is_upside_down(cell) if cell is not None else None,
            from_the_right=runs_from_the_right(cell, paragraph),
        )
        if letters is None:
            return made
        line = local_attribute(letters, "text-line-through-style") or local_attribute(
            letters, "text-line-through-type"
        )
        colour = local_attribute(letters, "color")
        if local_attribute(letters, "use-window-font-color") == "true":
            colour = f"#{_OF_THE_WINDOW}"
        marker = local_attribute(letters, "background-color")
        font = local_attribute(letters, "font-family") or local_attribute(letters, "font-name")
        family = self._families.get(font, font).strip("'")
        return replace(
            made,
            struck=None if not line else line != "none",
            position=position_of(local_attribute(letters, "text-position").partition(" ")[0]),
            theme_colour=theme_colour(letters),
            colour=colour[1:] if colour.startswith("#") else "",
            speck=is_speck(letters),
            points=points_of(local_attribute(letters, "font-size")),
            signs=shows_signs(family) if font else None,
            font=family,
            marker=marker.removeprefix("#"),
            faint=is_faint(letters),
        )


def _same(one: Element, other: Element) -> bool:
    """Whether two styles say the same."""
    return one is other or [(p.tag, p.attrib) for p in one.iter()] == [
        (p.tag, p.attrib) for p in other.iter()
    ]


def _over(parent: OdsStyle, own: OdsStyle) -> OdsStyle:
    return OdsStyle(
        parent.struck if own.struck is None else own.struck,
        parent.position if own.position is None else own.position,
        own.colour or parent.colour,
        own.behind or parent.behind,
        parent.number_format if own.number_format is None else own.number_format,
        parent.speck if own.speck is None else own.speck,
        parent.signs if own.signs is None else own.signs,
        parent.crossed if own.crossed is None else own.crossed,
        parent.repeated if own.repeated is None else own.repeated,
        parent.far if own.far is None else own.far,
        parent.indent if own.indent is None else own.indent,
        parent.points if own.points is None else own.points,
        parent.made_to_fit if own.made_to_fit is None else own.made_to_fit,
        own.font or parent.font,
        parent.concealed if own.concealed is None else own.concealed,
        parent.turned if own.turned is None else own.turned,
        parent.stacked if own.stacked is None else own.stacked,
        parent.free if own.free is None else own.free,
        own.ordered_by_machines if own.number_format is not None else parent.ordered_by_machines,
        # A colour of its own takes the place of one of the theme.
        own.theme_colour or ("" if own.colour else parent.theme_colour),
        parent.buried if own.buried is None else own.buried,
        own.marker or parent.marker,
        parent.faint if own.faint is None else own.faint,
        parent.upside_down if own.upside_down is None else own.upside_down,
        parent.from_the_right if own.from_the_right is None else own.from_the_right,
    )


def look_of(
    cell: Element, value: CellValue, shown: str, style: str, styles: OdsStyles
) -> Appearance | None:
    """How a filled cell of that style looks, None for one that shows its value in plain letters."""
    own, unseen = styles.named(style), styles.vanishes(style)
    runs: list[TextRun] = []
    if isinstance(value, str):
        parts = [
            part
            for paragraph in cell
            if local_name(paragraph) == "p"
            for part in _runs(paragraph, own, styles)
        ]
        lost = lost_beside([part.points or styles.usual_points for _, part in parts])
        runs = [
            TextRun(
                text,
                part.position or LetterPosition.LEVEL,
                bool(part.struck),
                part.unseen or (small and len(parts) > 1),
            )
            for (text, part), small in zip(parts, lost, strict=True)
        ]
    telling = any(r.telling for r in runs)
    drawn = own.code
    if styles.usual_decimals is not None and drawn in (None, "General"):
        drawn = cut_to(styles.usual_decimals, value, cell) or drawn
    code, told = (
        ("", "")
        if telling
        else shown_in_place(drawn, value, shown, ordered_by_machines=own.ordered_by_machines)
    )
    look = Appearance(
        code,
        runs=runs if telling else (),
        struck=bool(own.struck) and not runs,
        unseen=unseen and not telling,
        shown=told,
        crossed=bool(own.crossed),
        repeated=bool(own.repeated),
        scale=scale if (scale := styles.scale(own)) >= LARGE else 1.0,
        indent=indent if INDENTED <= (indent := own.indent or 0) < TOO_FAR else 0,
        turned=bool(own.turned or own.stacked or (own.free or 0) > _MUCH_FREE),
        mirrored=bool(own.from_the_right) and isinstance(value, str),
        upside_down=bool(own.upside_down),
    )
    return None if look == Appearance() else look


def _runs(element: Element, style: OdsStyle, styles: OdsStyles) -> Iterator[tuple[str, OdsStyle]]:
    if element.text:
        yield element.text, style
    for child in element:
        kind = local_name(child)
        if kind == "span":
            inner = styles.named(local_attribute(child, "style-name"), _TEXT)
            yield from _runs(
                child,
                _over(replace(style, number_format=None), inner),
                styles,
            )
        elif kind in ("s", "tab", "line-break"):
            yield " ", style
        elif kind not in BESIDE_THE_TEXT:
            yield from _runs(child, style, styles)
        if child.tail:
            yield child.tail, style


# What a text of a cell may hold and no program shows as part of it.
BESIDE_THE_TEXT = frozenset({"annotation", "frame", "note", "ruby-text", "hidden-text"})
