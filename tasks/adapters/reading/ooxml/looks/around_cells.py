"""What stands around the cells of a sheet of .xlsx: most workbooks have it alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from models.domain.reading.workbook_content import (
    MOST_SHAPES,
    USUAL_ZOOM,
    Area,
    ColumnWidths,
    CoveringShape,
    Elsewhere,
)
from tasks.adapters.reading.ooxml.looks.column_widths import widths_of
from tasks.adapters.reading.ooxml.looks.inherited_styles import ColumnStyle, column_styles
from tasks.adapters.reading.ooxml.looks.ooxml_conditions import conditional_part
from tasks.adapters.reading.ooxml.looks.sparklines import drawn_within_cells
from tasks.adapters.reading.ooxml.ooxml_parts import contents_stated, merged_areas
from tasks.adapters.reading.ooxml.ooxml_words import words_around
from tasks.adapters.reading.ooxml.remembered import remembered

# The sheet's own switch: cells with 0 are shown empty, whatever their format.
_ZEROS_HIDDEN = re.compile(
    rb"<(?:\w+:)?sheetView\s[^<>]*?showZeros\s*=\s*[\"'](?:0|false|off)[\"']"
)
_SHOWS_FORMULAS = re.compile(
    rb"<(?:\w+:)?sheetView\s[^<>]*?showFormulas\s*=\s*[\"'](?:1|true|on)[\"']"
)

_FROM_THE_RIGHT = re.compile(
    rb"<(?:\w+:)?sheetView\s[^<>]*?rightToLeft\s*=\s*[\"'](?:1|true|on)[\"']"
)
_ZOOM = re.compile(
    rb"<(?:\w+:)?sheetView\s(?:[^<>]*?\s)?zoomScale\s*=\s*[\"']\s*([0-9]{1,4})\s*[\"']"
)
#: How large a sheet is shown that opens by its pages, which may be told apart.
_BY_PAGES = re.compile(
    rb"<(?:\w+:)?sheetView(?=\s(?:[^<>]*?\s)?view\s*=\s*[\"']page)\s[^<>]*?"
    rb"zoomScale(?:SheetLayoutView|PageLayoutView)\s*=\s*[\"']\s*([1-9][0-9]{0,3})\s*[\"']"
)


@dataclass(frozen=True, slots=True)
class AroundCells:
    """What is read of the bytes around a sheet's cells."""

    merged: Sequence[Area]
    merged_cut: bool  # there are more merged areas than are kept
    words: Sequence[tuple[Elsewhere, str]]  # in none of its cells
    conditional: bytes  # the part with all conditions, b"" for none
    zeros_hidden: bool
    contents: int  # of cells, where none should stand
    widths: ColumnWidths
    shows_formulas: bool  # in place of what they come to
    charts: Sequence[CoveringShape] = ()  # within cells
    from_the_right: bool = False  # the sheet begins there
    zoom: int = USUAL_ZOOM
    columns: Sequence[ColumnStyle] = ()  # that give a style to cells which state none


@remembered
def around_cells(around_xml: bytes) -> AroundCells:
    """What stands around the cells, of all bytes of the sheet but those.

    >>> around_cells(b'<sheetView showZeros="0"/><mergeCell ref="A1:B1"/>').merged
    [(1, 1, 1, 2)]
    """
    merged, merged_cut = merged_areas(around_xml)
    return AroundCells(
        merged,
        merged_cut,
        [*dict.fromkeys(words_around(around_xml))],
        conditional_part(around_xml),
        b"showZeros" in around_xml and _ZEROS_HIDDEN.search(around_xml) is not None,
        contents_stated(around_xml),
        widths_of(around_xml),
        b"showFormulas" in around_xml and _SHOWS_FORMULAS.search(around_xml) is not None,
        [*islice(drawn_within_cells(around_xml), MOST_SHAPES)],
        b"rightToLeft" in around_xml and _FROM_THE_RIGHT.search(around_xml) is not None,
        _zoom_of(around_xml),
        column_styles(around_xml),
    )


def _zoom_of(around_xml: bytes) -> int:
    found = _ZOOM.findall(around_xml)
    if b"LayoutView" in around_xml:
        found += _BY_PAGES.findall(around_xml)
    return min(map(int, found), default=USUAL_ZOOM)
