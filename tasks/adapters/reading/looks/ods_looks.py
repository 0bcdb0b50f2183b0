"""How the cells of OpenDocument spreadsheets look: the shown text, marked letters, hidden ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from models.domain.notation.number_notation import NumberNotUnderstood, from_cell
from models.domain.reading.problems import ProblemKind
from models.domain.reading.shown_values import compare_shown_day, compare_shown_text
from models.domain.reading.workbook_content import Appearance, CellValue, LetterPosition, TextRun
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.colours import Ground, is_unseen


@dataclass(frozen=True, slots=True)
class OdsStyle:
    """What a style says of letters; None where it says nothing."""

    struck: bool | None = None
    position: LetterPosition | None = None
    unseen: bool = False

    @property
    def telling(self) -> bool:
        """Whether letters of that style are not to be read as plain ones."""
        return bool(self.struck or self.position or self.unseen)


def styles_of_letters(root: Element) -> dict[str, OdsStyle]:
    """The telling styles of a document's content, by name."""
    found = {}
    for style in root.iter():
        if local_name(style) == "style" and (made := _style(style)) is not None:
            found[local_attribute(style, "name")] = made
    return found


def _style(style: Element) -> OdsStyle | None:
    letters = next((p for p in style if local_name(p) == "text-properties"), None)
    if letters is None:
        return None
    line = local_attribute(letters, "text-line-through-style") or local_attribute(
        letters, "text-line-through-type"
    )
    place = local_attribute(letters, "text-position").partition(" ")[0]
    position = LetterPosition.LEVEL
    if place == "super" or (place.rstrip("%").isdigit() and place.rstrip("%") != "0"):
        position = LetterPosition.RAISED
    elif place == "sub" or place.startswith("-"):
        position = LetterPosition.LOWERED
    colour = local_attribute(letters, "color").lstrip("#")
    cell = next((p for p in style if local_name(p) == "table-cell-properties"), None)
    behind = local_attribute(cell, "background-color", "transparent") if cell is not None else ""
    fill = {"rgb": behind[1:]} if behind.startswith("#") else None
    made = OdsStyle(
        None if not line else line != "none",
        position if place else None,
        bool(colour) and is_unseen({"rgb": colour}, fill, Ground()),
    )
    return made if made.telling or made.struck is False else None


def look_of(
    cell: Element, value: CellValue, shown: str, styles: Mapping[str, OdsStyle]
) -> Appearance | None:
    """How a filled cell looks, None for one that shows its value in plain letters."""
    own = styles.get(local_attribute(cell, "style-name"), OdsStyle())
    runs: list[TextRun] = []
    if isinstance(value, str) and styles:
        runs = [
            TextRun(text, style.position or LetterPosition.LEVEL, bool(style.struck))
            for paragraph in cell
            if local_name(paragraph) == "p"
            for text, style in _runs(paragraph, own, styles)
        ]
    telling = any(r.telling for r in runs)
    look = Appearance(
        runs=runs if telling else (),
        struck=bool(own.struck) and not runs,
        unseen=own.unseen,
        shown="" if isinstance(value, str) or _says_the_value(value, shown) else shown,
    )
    return None if look == Appearance() else look


def _runs(
    element: Element, style: OdsStyle, styles: Mapping[str, OdsStyle]
) -> Iterator[tuple[str, OdsStyle]]:
    if element.text:
        yield element.text, style
    for child in element:
        kind = local_name(child)
        if kind == "span":
            inner = styles.get(local_attribute(child, "style-name"), OdsStyle())
            yield from _runs(
                child,
                OdsStyle(
                    style.struck if inner.struck is None else inner.struck,
                    inner.position or style.position,
                ),
                styles,
            )
        elif kind in ("s", "tab", "line-break"):
            yield " ", style
        elif kind not in ("annotation", "frame"):
            yield from _runs(child, style, styles)
        if child.tail:
            yield child.tail, style


def _says_the_value(value: CellValue, shown: str) -> bool:
    """Whether the shown text is the value, perhaps rounded, and nothing beside it."""
    if not shown or isinstance(value, bool):
        return True
    if isinstance(value, (int, float)):
        if shown in (f"{value:g}", f"{value:g}".replace(".", ",")):
            return True
        try:
            exact = from_cell(value)
        except NumberNotUnderstood:
            return True
        exact = exact * 100 if shown.endswith("%") else exact
        doubt = compare_shown_text(shown, exact, None, "").doubt
        plain = not any(map(str.isalpha, shown))
        return plain and (doubt is None or doubt.kind is ProblemKind.PARTLY_SHOWN)
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        compared = compare_shown_day(shown, day)
        return compared.doubt is None and compared.meant is None
    return True
