"""Cells of .xlsx whose content no office program wrote so: each program makes its own of it."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import CellValue, address
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    number_of,
    parse_xml,
    whole_number_of,
)
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

_MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_PREFIXED = re.compile(rb":(?:v|c|is|row|f|t|r)[\s/>]")
_PREFIX = re.compile(rb"<(\w+:)?(?:v|c|is|row)(?=[\s/>])")
_RICH = re.compile(rb"<(?:\w+:)?c\s(?=[^<>]*?\svm\s*=)([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PARTS_OF_CELLS = frozenset({"v", "c", "is", "row", "f", "t", "r"})
_KINDS = frozenset({"", "n", "s", "str", "inlineStr", "b", "e", "d"})
_ODD_KIND = re.compile(
    rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?t\s*=\s*[\"'](?!(?:n|s|str|inlineStr|b|e|d)[\"'])"
)
#: What stands among cells that hold numbers and words, as programs write them.
_USUAL_TAGS = (
    *(b"<row ", b"</row>", b"<c ", b"</c>", b"<v>", b"</v>", b"<is>", b"</is>"),
    *(b"<t>", b"</t>", b"<t xml:space", b"<f>", b"</f>"),
)
_OF_TEXTS = rb"rPr|rFont|sz|color|family|scheme|charset|[biu]|vertAlign|strike|outline|shadow"
_STRANGE_TAG = re.compile(
    rb"<(?!/?(?:\w+:)?(?:row|c|v|is|t|f|r|sheetData|%s)[\s/>]|[!?])" % _OF_TEXTS
)
_HOLDS_TAGS = re.compile(rb"<(?:\w+:)?(v|t)(?:\s[^<>]*)?(?<!/)>[^<]*<(?!/(?:\w+:)?\1\s*>|[!?])")
_MIXED_TEXT = re.compile(rb"</(?:\w+:)?t>\s*<(?:\w+:)?[rt][\s>]|</(?:\w+:)?r>\s*<(?:\w+:)?t[\s>]")
_TWO_TEXTS = re.compile(rb"</(?:\w+:)?t>\s*<(?:\w+:)?t[\s>/]")
#: Words among what says how words look, or in what says nothing but that: readers join all words.
_MISPLACED = re.compile(
    rb"<(?:\w+:)?rPr(?:\s[^<>]*)?(?<!/)>\s*(?:<(?!/?(?:\w+:)?(?:rPr|r|t)[\s/>])[^<>]*>\s*)*"
    rb"<(?:\w+:)?[rt][\s/>]"
)
_STRANGE_IN_TEXTS = re.compile(
    rb"<(?!/?(?:\w+:)?(?:sst|si|t|r|rPh|phoneticPr|condense|extend|%s)[\s/>]|[!?])" % _OF_TEXTS
)
_IN_NO_ORDER = re.compile(
    rb"</(?:\w+:)?si\s*>\s*+(?!<(?:\w+:)?si[\s/>]|</(?:\w+:)?sst|<(?:\w+:)?extLst|<!|$)"
)
_END_OF_TEXTS = b"si>"
_TAGS_OF_TEXTS = (b"<t>", b"<t xml:space", b"</t>")
_TAGS_OF_FRAME = 3
_WHERE = {"t": frozenset({"is", "r", "rPh"}), "r": frozenset({"is"})}
_SHOWN_ABOVE = re.compile(rb"\sph\s*=\s*[\"'](?:1|true|on)[\"']")
_SHARED = re.compile(
    rb"<(?:\w+:)?si(?=[\s/>])[^<>]*?(?:/>|(?<!/)>(.*?)</(?:\w+:)?si\s*>)", re.DOTALL
)
_OF_SHARED = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*?\st\s*=\s*[\"']s[\"'])([^<>]*)>\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<"
)
_TRUE = ("1", "true", "on")
_ESCAPED = re.compile(rb"_x(?!00|[dD][89a-fA-F])[0-9A-Fa-f]{4}_")
_ESCAPED_TEXT = re.compile(r"_x((?!00|[dD][89a-fA-F])[0-9A-Fa-f]{4})_")
_MAYBE_ODD = re.compile(
    rb"<(?:\w+:)?v>(?!-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?</|</)"
)
_ODD_INDEX = re.compile(rb't="s"><v>(?![0-9]{1,9}<)')
_PARTED = re.compile(rb"v>[-+.0-9eE]+(?:\s+[-+.0-9eE]|&)")  # a number with a blank in it
_OF_OTHER_SIGNS = re.compile(rb"v>[-+.0-9eE]*+[^-+.0-9eE<\s]")
_VALUED = re.compile(
    rb"<(?:\w+:)?c(?=\s)([^<>]*)(?<!/)>\s*(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)\s*)*"
    rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<"
)
_KIND_AND_PLACE = re.compile(rb"(?:^|\s)(r|t)\s*=\s*[\"']([^\"'<>]*)[\"']")


def holds_escaped_letters(xml: bytes) -> bool:
    """Whether texts may hold letters as numbers that the fast reader leaves as they are: it knows
    the first 256 of them.

    >>> holds_escaped_letters(b"<t>_x1EA1_</t>"), holds_escaped_letters(b"<t>_x0041_</t>")
    (True, False)
    """
    return b"_x" in xml and _ESCAPED.search(xml) is not None


def unescaped(rows: Iterable[Sequence[CellValue]]) -> Iterator[Sequence[CellValue]]:
    """The rows with such letters as all programs show them.

    >>> [*unescaped([["_x1EA1_", 5.0]])]
    [['ạ', 5.0]]
    """
    for row in rows:
        yield [
            _ESCAPED_TEXT.sub(lambda m: chr(int(m[1], 16)), value)
            if isinstance(value, str) and "_x" in value
            else value
            for value in row
        ]


def may_hold_odd_numbers(cells_xml: bytes) -> bool:
    """Whether some shared text is asked for by an odd number, a number has a blank in it, or one
    that says nothing of its kind a comma: the fast reader takes them, the last one as words, and
    refuses a sheet with other odd ones."""
    odd = (_ODD_INDEX, _PARTED, _OF_OTHER_SIGNS)
    return any(pattern.search(cells_xml) is not None for pattern in odd)


def odd_numbers(cells_xml: bytes) -> list[str]:
    """Addresses of cells whose number, or whose number of a shared text, is written as nobody
    writes one in XML: some programs take it, and Excel does not open the file with it.

    >>> odd_numbers(b'<c r="A1"><v>250_200</v></c><c r="B1"><v> 2.5e5 </v></c>')
    ['A1']
    >>> odd_numbers(b'<c r="A1" t="s"><v>-1</v></c><c r="B1" t="str"><v>a</v></c>')
    ['A1']
    >>> odd_numbers(b'<c r="A1"><v>250 200</v></c><c r="B1" t="str"><v>250 200</v></c>')
    ['A1']
    """
    if not may_hold_odd_numbers(cells_xml) and _MAYBE_ODD.search(cells_xml) is None:
        return []
    found = []
    for match in _VALUED.finditer(cells_xml):
        stated = dict(_KIND_AND_PLACE.findall(match[1]))
        text = html.unescape(match[2].decode("utf-8", "replace"))
        kind = stated.get(b"t", b"n")
        odd = (kind == b"n" and bool(text.strip()) and number_of(text) is None) or (
            kind == b"s" and whole_number_of(text) is None
        )
        if odd:
            found.append(stated.get(b"r", b"").decode("ascii", "replace"))
    return [place for place in found if _PLACE.fullmatch(place)]


def rich_values(cells_xml: bytes) -> list[str]:
    """Addresses of cells that keep a rich value beside their plain one: newer programs draw that
    one, a picture or a card among them, and others the plain one.

    An error stands in place of most, and is told as one.

    >>> rich_values(b'<c r="A1" vm="1"><v>1</v></c><c r="B1" t="e" vm="2"><v>#VALUE!</v></c>')
    ['A1']
    """
    found = []
    for match in _RICH.finditer(cells_xml):
        stated = dict(_ATTRIBUTE.findall(match[1]))
        if stated.get(b"t") != b"e" and not match[1].endswith(b"/"):
            found.append(stated.get(b"r", b"").decode("ascii", "replace"))
    return [place for place in found if _PLACE.fullmatch(place)]


@dataclass(frozen=True, slots=True)
class OddTexts:
    """Shared texts, by their numbers, that programs do not show alike."""

    mixed: Collection[int] = frozenset()  # stand there whole and in parts, or beside their place
    spoken: frozenset[int] = frozenset()  # have others, which a cell may show above them


_USUAL_TEXTS = OddTexts()


def odd_texts(strings_xml: bytes) -> OddTexts:
    """The odd ones among shared texts.

    >>> odd_texts(b"<si><t>9</t><r><t>5</t></r></si>").mixed
    frozenset({0})
    >>> odd_texts(b"<si><t>9</t><t>5</t></si>").mixed
    frozenset({0})
    >>> 0 in odd_texts(b"<si><r><rPr><t>9</t></rPr><t>5</t></r></si>").mixed
    True
    """
    if _stand_strangely(strings_xml):
        return OddTexts(mixed=range(strings_xml.count(b"<")))
    more_texts = strings_xml.count(b"</t>") > strings_xml.count(b"</si>")
    if not more_texts and b"<r" not in strings_xml and b":r" not in strings_xml:
        return _USUAL_TEXTS
    mixes, speaks = _MIXED_TEXT.search(strings_xml) is not None, b"rPh" in strings_xml
    if not mixes and not speaks:
        return _USUAL_TEXTS
    texts = [match[1] or b"" for match in _SHARED.finditer(strings_xml)]
    return OddTexts(
        frozenset(n for n, text in enumerate(texts) if _MIXED_TEXT.search(text)),
        frozenset(n for n, text in enumerate(texts) if b"rPh" in text),
    )


def _stand_strangely(strings_xml: bytes) -> bool:
    """Whether something stands among shared texts that no program writes there: which words belong
    to which text, and how the texts are counted, is then each reader's own."""
    # The rule, and quick: one text behind the other, each whole, and a frame around them.
    count = strings_xml.count(b"<si>")
    tags = 2 * count + sum(map(strings_xml.count, _TAGS_OF_TEXTS))
    apart = strings_xml.count(b"</si><si>")
    if apart == count - 1 and strings_xml.count(b"<") - tags <= _TAGS_OF_FRAME:
        return False
    texts = strings_xml[: strings_xml.rfind(_END_OF_TEXTS) + len(_END_OF_TEXTS)]
    if _STRANGE_IN_TEXTS.search(texts) or _IN_NO_ORDER.search(texts):
        return True
    return b"rPr" in texts and _MISPLACED.search(texts) is not None


def of_odd_texts(cells_xml: bytes, odd: OddTexts) -> list[str]:
    """Addresses of cells that show such a text.

    >>> of_odd_texts(b'<c r="A1" t="s"><v>0</v></c>', OddTexts(mixed=frozenset({0})))
    ['A1']
    """
    above = odd.spoken and _SHOWN_ABOVE.search(cells_xml) is not None
    found = []
    for match in _OF_SHARED.finditer(cells_xml) if odd.mixed or above else ():
        stated = dict(_ATTRIBUTE.findall(match[1]))
        place = stated.get(b"r", b"").decode("ascii", "replace")
        number = int(match[2])
        told = number in odd.mixed or (number in odd.spoken and b"ph" in stated)
        if told and _PLACE.fullmatch(place):
            found.append(place)
    return found


def strange_contents(
    sheet_xml: bytes,
    cells_xml: bytes,
    places: Sequence[bytes] | None,
    counted: tuple[int, int],
    *,
    odd_types: bool,
) -> list[str]:
    """Addresses of cells of which each program makes its own: in which, or behind which, stands
    what is called like a content and is of another namespace; of a kind that nobody knows; with
    tags within a value, choices for other programs, words both whole and in parts, or others that
    are shown above them.

    `places` and `counted` are what is known of the cells, `odd_types` says that some may be of an
    unusual kind.

    >>> strange_contents(b"<a/>", b'<c r="A1"><v>1</v></c>', [b"A1"], (1, 0), odd_types=False)
    []
    """
    # The rule, and quick: a row, a cell, a value and each tag around words end with one stroke.
    usual = places is not None and (
        cells_xml.count(b"/") == len(places) + counted[0] + 2 * counted[1] + 1
    )
    if not _is_of_many_hands(cells_xml) and (
        (usual and not odd_types) or not _is_unusual(cells_xml, odd_types=odd_types)
    ):
        return []
    try:
        root = parse_xml(sheet_xml)
    except MalformedXml:  # whoever reads the cells will tell
        return []
    tables = (part for part in root if local_name(part) == "sheetData")
    return [*dict.fromkeys(place for table in tables for place in _strange(table))]


def _is_of_many_hands(cells_xml: bytes) -> bool:
    # One prefix on all of them is the hand of a program, and more than one is nobody's.
    return _PREFIXED.search(cells_xml) is not None and (
        len(set(_PREFIX.findall(cells_xml))) != 1 or b"xmlns" in cells_xml
    )


def _is_unusual(cells_xml: bytes, *, odd_types: bool) -> bool:
    """Whether something stands among the cells that is not what programs write there.

    Counted first: that is quick, and enough for most sheets.
    """
    if odd_types and _ODD_KIND.search(cells_xml) is not None:
        return True
    rest = cells_xml.count(b"<") - sum(map(cells_xml.count, _USUAL_TAGS))
    if rest == 0 or (rest == 1 and cells_xml.endswith(b"</")):  # what the last tag begins with
        return _TWO_TEXTS.search(cells_xml) is not None
    odd = (_STRANGE_TAG, _HOLDS_TAGS, _MIXED_TEXT, _MISPLACED)
    return any(pattern.search(cells_xml) is not None for pattern in odd)


def _strange(table: Element) -> Iterator[str]:
    at = ""
    row = column = 0
    shown_above = False
    chosen = {
        cell
        for part in table.iter()
        if local_name(part) == "AlternateContent"
        for cell in part.iter()
    }
    for element in table.iter():
        space, _, name = element.tag[1:].rpartition("}")
        if name not in _PARTS_OF_CELLS:
            continue
        if space not in _MAIN:
            if at:
                yield at
        elif name == "row":
            stated = local_attribute(element, "r")
            row, column = int(stated) if stated.isdigit() else row + 1, 0
            shown_above = local_attribute(element, "ph") in _TRUE
        elif name == "c":
            place = _PLACE.fullmatch(local_attribute(element, "r"))
            if place is not None:
                row, column = int(place[2]), column_number(place[1].encode())
            else:
                column += 1
            at = address(max(row, 1), column)
            above = shown_above or local_attribute(element, "ph") in _TRUE
            if element in chosen or _is_strange(element, above):
                yield at


def _is_strange(cell: Element, shown_above: bool) -> bool:
    if local_attribute(cell, "t") not in _KINDS:
        return True
    for part in cell.iter():
        inside = [local_name(child) for child in part]
        name = local_name(part)
        if name in ("v", "t", "f") and inside:
            return True
        if any(name not in _WHERE.get(child, (name,)) for child in inside):
            return True
        if name == "is" and (inside.count("t") > 1 or ("t" in inside and "r" in inside)):
            return True
        if name == "rPh" and shown_above:
            return True
    return False
