"""XML of spreadsheets written as no office program writes it, put into the hand that all write.

Sheets, texts and themes are searched as bytes, for that is quick and every program writes them
alike. What is the same to a parser of XML and looks otherwise (a figure as a reference, a bracket
in an attribute, an attribute of nobody's namespace, «007» for 7) is written anew before it is
searched. Whether that is needed is asked of every part, so the question is cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from tasks.adapters.reading.hardened_xml import MalformedXml, UnsafeXml, number_of, parse_xml
from tasks.adapters.reading.ooxml.own_parts import is_chosen_by_some, keep_own_parts
from tasks.adapters.reading.ooxml.remembered import remembered

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_XML = "http://www.w3.org/XML/1998/namespace"
#: Namespaces by the prefixes that all programs give them. Attributes of others say nothing.
_PREFIXES = {
    _XML: "xml",
    _DRAWING: "a",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main": "x14",
    "http://schemas.microsoft.com/office/excel/2006/main": "xm",
}
_OF_ATTRIBUTES = frozenset({"xml", "r"})

_ODD_PREFIX = re.compile(rb"xmlns:(?![A-Za-z][A-Za-z0-9_]*=)")
#: All but what attributes and tags are told by.
_LETTERS = bytes(set(range(256)) - set(b"<>='\""))
_QUOTING = re.compile(rb"=\"[=']*\"")
#: Letters and figures as references; the signs that every program writes so stand apart.
_REFERENCE = re.compile(
    rb"&#(?:0*(?!34;|38;|39;|60;|62;)(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6])"
    rb"|[xX]0*(?!2[267];|3[cCeE];)[2-7][0-9a-fA-F]);"
)
#: An attribute of another namespace that is called as one that is searched.
_OF_OTHERS = re.compile(
    rb":(?:s|r|t|v|ht|hidden|min|max|width|ref|sqref|val|vm|ph|dxfId|state|topLeftCell"
    rb"|rgb|theme|tint|indexed|auto)"
    rb"(?<!xmlns:[a-z])="
)
#: Numbers and switches that are written otherwise than programs write them.
_ODD_STYLE = re.compile(rb' s="(?!(?:0|[1-9][0-9]*)")')
_ODD_BEFORE = tuple(
    re.compile(rb' %s="(?!(?:%s)")' % (name, usual))
    for name, usual in (
        (b"width", rb"[0-9]+(?:\.[0-9]+)?"),
        (b"min", rb"[1-9][0-9]*"),
        (b"max", rb"[1-9][0-9]*"),
        (b"defaultRowHeight", rb"[0-9]+(?:\.[0-9]+)?"),
        (b"defaultColWidth", rb"[0-9]+(?:\.[0-9]+)?"),
        (b"showZeros", rb"0|1|true|false"),
        (b"showFormulas", rb"0|1|true|false"),
        (b"hidden", rb"0|1|true|false"),
    )
)
_ODD_SIZE = re.compile(rb'sz val="(?![0-9]{1,3}(?:\.[0-9]{1,3})?")')
_NUMBERS = frozenset(
    {"s", "ht", "min", "max", "width", "defaultRowHeight", "defaultColWidth", "si", "dxfId"}
)
_SWITCHES = frozenset({"hidden", "showZeros", "showFormulas", "rightToLeft", "ph", "stopIfTrue"})
_CELLS = b"sheetData"
_LONGEST_DECLARATION = 200
_SPACE = re.compile(rb"xmlns(?::[^\s=]{1,200})?=\"([^\"]*)\"")
_KNOWN_SPACE = re.compile(
    rb"http://schemas\.(?:openxmlformats\.org|microsoft\.com|libreoffice\.org)/"
    rb"|http://purl\.(?:oclc\.org|org/dc)/|http://www\.(?:w3\.org|wps\.cn)/|urn:schemas-microsoft-com:"
)
_TEXTS = "sst"
_QUOTED_SIGNS = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def in_plain_hand(xml: bytes) -> bytes:
    """The part as every office program would write it; itself where it is written so, and where
    it is no XML.

    >>> in_plain_hand(b'<a><c s="7"/></a>')
    b'<a><c s="7"/></a>'
    >>> in_plain_hand(b"<a xmlns:z='z'><c z:s='1' s='07' t='&#110;'/></a>")
    b'<a><c s="7" t="n"/></a>'
    """
    if not _is_of_another_hand(xml):
        return xml
    try:
        root = parse_xml(xml)
    except MalformedXml:  # whoever reads it will tell
        return xml
    # What some programs choose and others do not stays among the texts, and is told.
    if _local(root.tag) == _TEXTS and not is_chosen_by_some(root):
        keep_own_parts(root)
    return "".join(_written(root)).encode()


def without_strangers(xml: bytes) -> bytes:
    """The part without what is of nobody's namespace: no program shows anything of it, whatever it
    is called like. Among cells it stays: what is called like a cell is told.

    >>> without_strangers(b'<a xmlns="urn:a" xmlns:z="urn:z" z:b="1"><z:c>5</z:c><d/></a>')
    b'<a xmlns="urn:a"><d/></a>'
    """
    if _CELLS in xml or all(map(_KNOWN_SPACE.match, _SPACE.findall(xml))):
        return xml
    try:
        root = parse_xml(xml)
    except (MalformedXml, UnsafeXml):  # whoever reads it will tell
        return xml
    own = _namespace(root.tag)
    strange = {
        space
        for element in root.iter()
        for name in (element.tag, *element.attrib)
        if (space := _namespace(name)) not in ("", own) and not _KNOWN_SPACE.match(space.encode())
    }
    if not strange:
        return xml
    for element in root.iter():
        for name in [n for n in element.attrib if _namespace(n) in strange]:
            del element.attrib[name]
        element[:] = [child for child in element if _namespace(child.tag) not in strange]
    return "".join(_written(root)).encode()


def _is_of_another_hand(xml: bytes) -> bool:
    marked = xml.find(_CELLS)
    begins = xml.find(b">", marked) + 1
    ends = xml.rfind(b"<", 0, xml.rfind(_CELLS)) if marked >= 0 else -1
    if ends < begins:
        return _is_of_another_hand_throughout(xml)
    # What stands around the cells is the same in most workbooks.
    cells = xml[begins:ends]
    return (
        _is_odd(cells)
        or b"xmlns" in cells
        or _ODD_STYLE.search(cells) is not None
        or _stands_oddly_around(xml[:begins], xml[ends:])
    )


@remembered
def _is_of_another_hand_throughout(xml: bytes) -> bool:
    """The same of a part without cells; the theme is alike in most workbooks."""
    return _is_odd(xml) or _says_oddly(xml) or _holds_texts_of_others(xml)


def _is_odd(xml: bytes) -> bool:
    return not _is_plainly_quoted(xml) or (
        _REFERENCE.search(xml) is not None or _OF_OTHERS.search(xml) is not None
    )


@lru_cache(maxsize=100)
def _stands_oddly_around(head: bytes, tail: bytes) -> bool:
    """Whether something odd stands before or behind the cells."""
    root_ends = head.find(b">", head.find(b"?>", 0, _LONGEST_DECLARATION) + 2)
    return (
        any(_is_odd(each) or _says_oddly(each) for each in (head, tail))
        or head.find(b"xmlns", root_ends) >= 0
        or any(odd.search(head) for odd in _ODD_BEFORE)
    )


def _holds_texts_of_others(xml: bytes) -> bool:
    """Whether among shared texts there may be some that no program counts, or not every one."""
    if b"<sst" not in xml[:1_000] and b":sst" not in xml[:1_000]:
        return False
    spaces = _SPACE.findall(xml)
    return b"AlternateContent" in xml or not all(map(_KNOWN_SPACE.match, spaces))


def _says_oddly(xml: bytes) -> bool:
    """Whether a prefix is declared that is not sought, or a size of letters written oddly."""
    return _ODD_PREFIX.search(xml) is not None or _ODD_SIZE.search(xml) is not None


def _is_plainly_quoted(xml: bytes) -> bool:
    """Whether every attribute stands in the usual quotes, and no bracket in any of them."""
    signs = xml.translate(None, _LETTERS).replace(b'=""', b"")
    return not {*b"<>"} & {*_QUOTING.sub(b"", signs).replace(b"<>", b"")}


def _written(root: Element) -> Iterator[str]:
    """The document, with its namespaces under the usual prefixes."""
    own = _namespace(root.tag)
    used = {_namespace(element.tag) for element in root.iter()}
    used |= {
        space
        for element in root.iter()
        for name in element.attrib
        if _PREFIXES.get(space := _namespace(name)) in _OF_ATTRIBUTES
    }
    prefixes = {own: "", "": ""}
    for number, space in enumerate(sorted(used - {own, ""})):
        prefixes[space] = _PREFIXES.get(space, f"n{number}") + ":"
    if own == _DRAWING:
        prefixes[own] = "a:"
    declared = "".join(
        f' xmlns{":" + prefix[:-1] if prefix else ""}="{escape(space, _QUOTED_SIGNS)}"'
        for space, prefix in prefixes.items()
        if space and space != _XML
    )
    yield from _element(root, prefixes, declared)


def _element(element: Element, prefixes: Mapping[str, str], declared: str = "") -> Iterator[str]:
    name = prefixes[_namespace(element.tag)] + _local(element.tag)
    yield f"<{name}{declared}"
    for key, value in element.attrib.items():
        prefix = _PREFIXES.get(_namespace(key), "") if "}" in key else ""
        if "}" not in key:
            yield f' {key}="{escape(_value(_local(element.tag), key, value), _QUOTED_SIGNS)}"'
        elif prefix in _OF_ATTRIBUTES:
            yield f' {prefix}:{_local(key)}="{escape(value, _QUOTED_SIGNS)}"'
    if not len(element) and not element.text:
        yield "/>"
        return
    yield f">{escape(element.text or '', {chr(13): '&#13;'})}"
    for child in element:
        yield from _element(child, prefixes)
        yield escape(child.tail or "", {"\r": "&#13;"})
    yield f"</{name}>"


def _value(of: str, name: str, stated: str) -> str:
    if name in _NUMBERS or (of, name) in (("sz", "val"), ("row", "r")):
        number = number_of(stated)
        return stated if number is None else f"{number:.10f}".rstrip("0").rstrip(".")
    return stated.strip().lower() if name in _SWITCHES else stated


def _namespace(name: str) -> str:
    return name[1:].rpartition("}")[0] if name.startswith("{") else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
