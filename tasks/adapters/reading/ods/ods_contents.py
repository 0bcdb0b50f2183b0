"""Cells of OpenDocument spreadsheets of which the file tells two contents.

A cell states its kind, its value and the text that is shown. Programs differ in which of them they
follow where one is missing, cannot be read or says something else.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import (
    USUAL_FIRST_DAY,
    Area,
    CellValue,
    ErrorValue,
    split_address,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.iso_times import iso_value
from tasks.adapters.reading.ods.ods_looks import BESIDE_THE_TEXT

NUMBERS = frozenset({"float", "percentage", "currency"})
_OWN = {**dict.fromkeys(NUMBERS, "value"), "boolean": "boolean-value", "date": "date-value",
        "time": "time-value", "string": "string-value"}  # fmt: skip
_VALUES = frozenset(_OWN.values())
_NAMESPACE = re.compile(rb"xmlns(?::[^\s=]{1,200})?\s*=\s*[\"']([^\"'<>]*)[\"']")
_NAMESPACE_OF_DOCUMENTS = re.compile(r"\{urn:oasis:names:tc:opendocument:")
_DRAWN = re.compile(r"\{urn:oasis:names:tc:opendocument:xmlns:(?:drawing|dr3d|form):")
_NULL_DAY = re.compile(rb"[<:]null-date\s[^<]*?date-value\s*=\s*[\"']([^\"'<]{1,90})")
_KNOWN = re.compile(
    rb"urn:oasis:names:tc:opendocument:|urn:org:documentfoundation:|http://openoffice\.org/"
    rb"|http://www\.w3\.org/|http://purl\.org/dc/|http://docs\.oasis-open\.org/"
    rb"|urn:openoffice:|http://www\.gnumeric\.org/|http://schemas\.microsoft\.com/"
)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TABLE, _OFFICE, _TEXT = (frozenset({_SPACE.format(n)}) for n in ("table", "office", "text"))
_EXTENDED = frozenset({"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"})
# In which namespace parts of a table stand, and what cells and rows state: who uses the same name
# in another one says nothing.
_HOMES = {
    **dict.fromkeys(("table", "table-row", "table-cell", "covered-table-cell"), _TABLE),
    **dict.fromkeys(("table-column", "table-rows", "table-row-group"), _TABLE),
    **dict.fromkeys(("table-header-rows", "table-header-columns"), _TABLE),
    **dict.fromkeys(("table-columns", "table-column-group", "shapes"), _TABLE),
    **dict.fromkeys(("p", "span", "s", "tab", "line-break"), _TEXT),
    **dict.fromkeys(("spreadsheet", "annotation"), _OFFICE),
}
_STATING = frozenset({"table", "table-row", "table-cell", "covered-table-cell", "table-column"})
_HOMES_OF_STATED = {
    **{
        f"number-{what}-{how}": _TABLE
        for what in ("rows", "columns", "matrix-rows", "matrix-columns")
        for how in ("repeated", "spanned")
    },
    **dict.fromkeys(("style-name", "default-cell-style-name", "visibility", "formula"), _TABLE),
    **dict.fromkeys(("name", "display", "protected"), _TABLE),
    **dict.fromkeys(_VALUES, _OFFICE | _EXTENDED),
    "value-type": _OFFICE | _EXTENDED,
}
_AREA = re.compile(
    r"\$?(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^'.:]*))\.(?P<first>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})"
    r"(?::(?:\$?(?:'(?:[^']|'')*'|[^'.:]*)\.)?(?P<last>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}))?"
)
_DURATION = re.compile(r"-?P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?")
# What a paragraph holds beside its letters. Anything else is a field: each program fills it anew.
_LETTERS = frozenset({"span", "s", "tab", "line-break", "a", "ruby", "ruby-base"})
_OF_TEXTS = frozenset({"p", "h"}) | _LETTERS
_STRANGE = "strange"  # the name of what is of nobody's namespace


def first_day_of(content_xml: bytes) -> dt.date:
    """From which day bare numbers count, as a spreadsheet's settings may say: of several days the
    first that is not the usual one.

    >>> first_day_of(b'<table:null-date table:date-value="1900-01-01"/>'), first_day_of(b"")
    (datetime.date(1900, 1, 1), datetime.date(1899, 12, 30))
    """
    for stated in _NULL_DAY.findall(content_xml) if b"null-date" in content_xml else ():
        with suppress(ValueError):  # no day: programs pass over it
            told = html.unescape(stated.decode()).strip()[:10]
            if (day := dt.date.fromisoformat(told)) != USUAL_FIRST_DAY:
                return day
    return USUAL_FIRST_DAY


def own_parts(root: Element, xml: bytes) -> Element:
    """The document without what is of nobody's namespace, or of another one than its name belongs
    to: no program shows anything of it, whatever it is called like. Words of it within a text some
    programs show and others do not: they stay, and are told as a field is."""
    stated = {*_NAMESPACE.findall(xml)}
    if not _NAMESPACE_OF_DOCUMENTS.match(root.tag):
        return root
    if all(map(_KNOWN.match, stated)) and not _has_misplaced_names(root):
        return root
    for element in root.iter():
        stating = local_name(element) in _STATING
        for name in [
            n
            for n in element.attrib
            if _is_strange(n, {}) or (stating and _is_strange(n, _HOMES_OF_STATED))
        ]:
            del element.attrib[name]
        for child in [c for c in element if _is_strange(c.tag)]:
            if local_name(element) in _OF_TEXTS and any(map(str.strip, child.itertext())):
                child.tag = _STRANGE
            else:
                _take_out(element, child)
    return root


def _take_out(element: Element, child: Element) -> None:
    """Takes a part out of another, and leaves the text that follows it."""
    place = [*element].index(child)
    if place:
        element[place - 1].tail = (element[place - 1].tail or "") + (child.tail or "")
    else:
        element.text = (element.text or "") + (child.tail or "")
    element.remove(child)


def _has_misplaced_names(root: Element) -> bool:
    tags = {element.tag for element in root.iter()}
    stating = {tag for tag in tags if tag.rpartition("}")[2] in _STATING}
    stated = {name for e in root.iter() if e.tag in stating for name in e.attrib}
    return any(_is_strange(tag, _HOMES) for tag in tags) or any(
        _is_strange(name, _HOMES_OF_STATED) for name in stated
    )


def _is_strange(name: str, homes: Mapping[str, frozenset[str]] = _HOMES) -> bool:
    """Whether a name is of nobody's namespace, or of none of its `homes`."""
    space, _, local = name.rpartition("}")
    if local in homes:
        return space[1:] not in homes[local]
    return space != "" and not _KNOWN.match(space[1:].encode())


def counts_oddly(table: Element) -> bool:
    """Whether a table states somewhere how often a cell or row comes, or how far it goes, as no
    program writes it: some read «+2» as two, some as one, and all that follows stands elsewhere."""
    return any(
        not _COUNT.fullmatch(said)
        for element in table.iter()
        for name, said in element.attrib.items()
        if name.endswith(("-repeated", "-spanned"))
    )


def area_made_anew(cell: Element, place: tuple[int, int]) -> Area | None:
    """The area, from that cell in 1-based row and column on, that is taken from another file as
    this one opens; None for none."""
    for part in cell:
        if local_name(part) == "cell-range-source":
            down, across = (
                max(whole_number(local_attribute(part, f"last-{what}-spanned")), 1)
                for what in ("row", "column")
            )
            return (*place, place[0] + down - 1, place[1] + across - 1)
    return None


def whole_number(stated: str) -> int:
    """A stated whole number, 0 for what is none."""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else 0


def areas_refreshed(root: Element, content_xml: bytes) -> Mapping[str, Sequence[Area]]:
    """By table the areas that a database fills anew every so often while the document is open."""
    if b"refresh-delay" not in content_xml:
        return {}
    found: dict[str, list[Area]] = {}
    for kept in (e for e in root.iter() if local_name(e) == "database-range"):
        place = _AREA.fullmatch(local_attribute(kept, "target-range-address"))
        sourced = any(local_name(p).startswith("database-source-") for p in kept)
        if place is None or not sourced or not local_attribute(kept, "refresh-delay"):
            continue
        name = (place["quoted"] or place["plain"] or "").replace("''", "'")
        top, left = split_address(place["first"].replace("$", ""))
        bottom, right = split_address((place["last"] or place["first"]).replace("$", ""))
        found.setdefault(name, []).append((top, left, bottom, right))
    return found


def number_of(stated: str) -> float | None:
    """A stated number, None for what is none by the format: programs make different things of it.

    >>> number_of("250200.5"), number_of("250,200"), number_of("250_200")
    (250200.5, None, None)
    """
    return float(stated) if _NUMBER.fullmatch(stated) else None


def tells_two_contents(cell: Element, value: CellValue, text: str) -> bool:
    """Whether a cell of that value, which shows that text, says something else as well.

    A number drawn otherwise than it is kept is no second content: the look of a cell tells it.
    """
    if isinstance(value, ErrorValue):
        return False
    kinds, stated = set(), []
    for name, said in cell.attrib.items():
        local = name.rpartition("}")[2]
        if local == "value-type":
            kinds.add(said)
        elif local in _VALUES and (said or local != "string-value"):
            stated.append((local, said))
    kind = next(iter(kinds), "string")
    own = _OWN.get(kind)
    if own is None or len(kinds) > 1:
        return True
    # A text may stand in its paragraphs alone. Other kinds state their value.
    whole = kind == "string" or not text.strip()
    if not whole and not any(local == own and _is_of(kind, said) for local, said in stated):
        return True
    if any(not _same(local, said, value, text) for local, said in stated):
        return True
    return any(
        _shows_a_field(part) if local_name(part) == "p" else _is_more_text(part) for part in cell
    )


def _is_more_text(part: Element) -> bool:
    """Whether a part of a cell holds words or cells that stand in none of its paragraphs: lists,
    headings, tables. What is drawn over cells is told elsewhere."""
    own = local_name(part) not in BESIDE_THE_TEXT and not _DRAWN.match(part.tag)
    return own and any(map(str.strip, part.itertext()))


def _is_of(kind: str, stated: str) -> bool:
    if kind in NUMBERS:
        return number_of(stated) is not None
    if kind == "boolean":
        return stated in ("true", "false")
    if kind == "date":
        return isinstance(iso_value(stated), dt.date)
    return kind == "string" or _DURATION.fullmatch(stated) is not None


def _same(local: str, stated: str, value: CellValue, text: str) -> bool:
    """Whether a stated value is the one that was read, in whatever kind it is stated."""
    if local == "boolean-value":
        return isinstance(value, bool) and stated == ("true" if value else "false")
    if local == "date-value" and isinstance(value, dt.date):
        return iso_value(stated) == value
    if local == "time-value":
        return isinstance(value, (dt.time, dt.timedelta))
    if local == "value" and isinstance(value, (bool, int, float)):
        return number_of(stated) == value
    return stated.split() == (text or str(value)).split()


def _shows_a_field(element: Element) -> bool:
    """Whether a part of a text holds a field that shows something."""
    for child in element:
        kind = local_name(child)
        if kind in _LETTERS:
            if len(child) and _shows_a_field(child):
                return True
        elif kind not in BESIDE_THE_TEXT and any(map(str.strip, child.itertext())):
            return True
    return False
