"""What a plain package says around its sheets: their names, and where each of them lies."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from functools import lru_cache
from xml.sax.saxutils import quoteattr

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = {"sheet": "worksheet", "sharedStrings": "sharedStrings", "styles": "styles"}
_MOST_LETTERS = 4_000  # of the names of all sheets, where what is said of them is kept


def plain_frame(
    names: tuple[str, ...], sheets: tuple[tuple[str, str], ...], *, since_1904: bool
) -> dict[str, bytes]:
    """The parts, by name, that tell readers of the parts of these `names` within `xl/`: first one
    `worksheets/sheet1.xml` for each of the sheets, of which name and state are given."""
    letters = sum(len(text) for sheet in sheets for text in sheet)
    chosen = _kept if letters <= _MOST_LETTERS else _made
    return dict(chosen(names, sheets, since_1904=since_1904))


def _made(
    names: tuple[str, ...], sheets: tuple[tuple[str, str], ...], *, since_1904: bool
) -> Mapping[str, bytes]:
    kinds = [posixpath.basename(n).removesuffix(".xml").rstrip("0123456789") for n in names]
    links = [(_CONTENT_TYPES[kind], name) for kind, name in zip(kinds, names, strict=True)]
    said = {
        "[Content_Types].xml": _types([("workbook.xml", "sheet.main")], links),
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets, since_1904=since_1904),
        "xl/_rels/workbook.xml.rels": _links(links),
    }
    return {name: text.encode() for name, text in said.items()}


#: Most workbooks have the sheets of the office's form.
_kept = lru_cache(maxsize=64)(_made)


def _workbook(sheets: Sequence[tuple[str, str]], *, since_1904: bool) -> str:
    properties = '<workbookPr date1904="1"/>' if since_1904 else ""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state={quoteattr(state)} r:id="rId{n}"/>'
        for n, (name, state) in enumerate(sheets, 1)
    )
    return (
        f'<workbook xmlns="{MAIN.decode()}" xmlns:r="{_RELATIONS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>"
    )


def _types(first: Sequence[tuple[str, str]], links: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_CONTENT}.{kind}+xml"/>'
        for name, kind in (*first, *((name, kind) for kind, name in links))
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{listed}</Types>"
    )


def _links(named: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(named, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
