"""How the tables of OpenDocument spreadsheets are shown, by the document's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import WindowState
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)

_SCROLLED = re.compile(rb"Position(?:Top|Left)[\"'][^<]*?>\s*\+?0*[1-9]")
_FROZEN = "2"
_STANDS_STILL = re.compile(rb"SplitMode[\"'][^<]*?>\s*2\s*<")
# What no program writes into settings: behind it a word does not look like itself.
_ODD = re.compile(rb"&#|<!")
_MOST = 100_000  # rows and columns that are passed


def tables_hiding_zeros(settings_xml: bytes) -> set[str] | None:
    """The tables whose cells with 0 are shown empty, an empty set for all, None for none.

    Programs keep that for the document, a view, or a table of a view.
    """
    if not _may_say(settings_xml, b"ShowZeroValues"):
        return None
    tables: set[str] = set()
    hides = False
    try:
        root = parse_xml(settings_xml)
    except MalformedXml:  # it holds no cell
        return None
    for parent in root.iter():
        for item in parent:
            if local_attribute(item, "name") == "ShowZeroValues" and item.text == "false":
                hides = True
                entry = local_name(parent) == "config-item-map-entry"
                tables.add(local_attribute(parent, "name") if entry else "")
    if not hides:
        return None
    return set() if "" in tables else tables


def tables_from_the_right(root: Element) -> set[str]:
    """The styles of tables that begin at the right."""
    return {
        local_attribute(style, "name")
        for style in root.iter()
        if local_name(style) == "style"
        for part in style
        if local_name(part) == "table-properties"
        and local_attribute(part, "writing-mode").startswith("rl")
    }


def window_of_ods(settings_xml: bytes) -> WindowState:
    """How the document opens: programs keep for it, and for each view, whether tabs are shown.

    >>> window_of_ods(b'<a><i name="HasSheetTabs">false</i></a>').no_tabs
    True
    """
    if not _may_say(settings_xml, b"HasSheetTabs"):
        return WindowState()
    with suppress(MalformedXml):
        said = [
            item.text
            for item in parse_xml(settings_xml).iter()
            if local_attribute(item, "name") == "HasSheetTabs"
        ]
        return WindowState(no_tabs="false" in said)
    return WindowState()


def zooms_of_tables(settings_xml: bytes) -> Mapping[str, int]:
    """By table at how many per cent of its size it is shown; by "" those of which nothing is said.

    >>> zooms_of_tables(b'<a name="T"><config-item name="ZoomValue">10</config-item></a>')
    {'T': 10}
    """
    if not _may_say(settings_xml, b"ZoomValue"):
        return {}
    found: dict[str, int] = {}
    with suppress(MalformedXml):
        root = parse_xml(settings_xml)
        for entry in root.iter():
            said = _said(entry)
            zoom, kind = said.get("ZoomValue", ""), said.get("ZoomType", "0")
            if zoom.isdigit() and len(zoom) < 5 and kind == "0":
                # That of a view stands for tables of which nothing is said.
                name = "" if "ViewId" in said else local_attribute(entry, "name")
                found[name] = int(zoom)
    return found


def places_beyond_reach(settings_xml: bytes) -> Mapping[str, tuple[int, int]]:
    """By table how many rows and columns lie above and left of a frozen pane that was scrolled
    before it was frozen: nobody gets there."""
    if _SCROLLED.search(settings_xml) is None and not _ODD.search(settings_xml):
        return {}
    return _frozen(settings_xml, "PositionTop", "PositionLeft")


def panes_standing_still(settings_xml: bytes) -> Mapping[str, tuple[int, int]]:
    """By table how many rows and columns stand still while the others are scrolled."""
    if _STANDS_STILL.search(settings_xml) is None and not _ODD.search(settings_xml):
        return {}
    return _frozen(settings_xml, "VerticalSplitPosition", "HorizontalSplitPosition")


def _may_say(settings_xml: bytes, name: bytes) -> bool:
    return name in settings_xml or _ODD.search(settings_xml) is not None


def _frozen(settings_xml: bytes, of_rows: str, of_columns: str) -> Mapping[str, tuple[int, int]]:
    """By table with a frozen pane what two of its settings say of rows and columns."""
    found: dict[str, tuple[int, int]] = {}
    with suppress(MalformedXml):
        for entry in parse_xml(settings_xml).iter():
            if local_name(entry) != "config-item-map-entry":
                continue
            said = _said(entry)
            rows = _passed(said, "VerticalSplitMode", of_rows)
            columns = _passed(said, "HorizontalSplitMode", of_columns)
            if rows or columns:
                found[local_attribute(entry, "name")] = rows, columns
    return found


def _said(entry: Element) -> Mapping[str, str]:
    return {
        local_attribute(item, "name"): (item.text or "").strip()
        for item in entry
        if local_name(item) == "config-item"
    }


def _passed(said: Mapping[str, str], mode: str, position: str) -> int:
    text = said.get(position, "")
    if said.get(mode) != _FROZEN or not text.isdigit() or len(text) > 6:
        return 0
    return min(int(text), _MOST)
