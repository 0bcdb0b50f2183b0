"""Words that stand in no cell of .xlsx, and in the parts that .xlsb shares with it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice

from models.domain.reading.formulas.formula_tokens import add_name
from models.domain.reading.workbook_content import MOST_WORDS, Elsewhere, WordsElsewhere
from tasks.adapters.reading.hardened_xml import MalformedXml, local_name, parse_xml
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_parts import page_texts

_MESSAGE = re.compile(
    rb"\s(?:prompt|error)(?:Title)?\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE
)
_TIP = re.compile(rb"\stooltip\s*=\s*(?:\"([^\"<>]+)\"|'([^'<>]+)')")
_PICTURE = re.compile(rb"<(?:\w+:)?(picture|legacyDrawingHF)\s")
_PROPERTY = re.compile(
    rb"<(?:\w+:)?(?:title|subject|description|keywords|category|contentStatus)(?:\s[^<>]*)?>"
    rb"([^<]+)<"
)
_NAME = re.compile(rb"<(?:\w+:)?definedName\s([^<>]*)>([^<]*)<")
_COMMENT = re.compile(rb"\scomment\s*=\s*\"([^\"<>]*)\"")
_OWN_NAME = re.compile(rb"\sname\s*=\s*\"([^\"<>]*)\"")
_TEXTS = ("chart", "chartex", "diagramdata", "chartusershapes")


def words_around(around_xml: bytes) -> Iterator[tuple[Elsewhere, str]]:
    """The words in the bytes around the cells of a sheet of .xlsx, and the pictures that it names;
    "" for a picture."""
    for text in page_texts(around_xml):
        yield Elsewhere.PAGE, text
    begins = around_xml.find(b"ataValidation")
    if begins >= 0:
        for match in islice(_MESSAGE.finditer(around_xml, begins), MOST_WORDS):
            if text := _unescaped(match[1] or match[2] or b""):
                yield Elsewhere.MESSAGE, text
    begins = around_xml.find(b"yperlink")
    if begins >= 0:
        for match in islice(_TIP.finditer(around_xml, begins), MOST_WORDS):
            yield Elsewhere.MESSAGE, _unescaped(match[1] or match[2] or b"")
    if b"icture" in around_xml or b"DrawingHF" in around_xml:
        for kind in dict.fromkeys(_PICTURE.findall(around_xml)):
            yield Elsewhere.BACKGROUND if kind == b"picture" else Elsewhere.PAGE_PICTURE, ""


def words_drawn(package: OoxmlPackage, name: str, part: str) -> Iterator[WordsElsewhere]:
    """The words of the charts and diagrams of a sheet, or of one that is a chart."""
    if not part or not package.has_relations(part):
        return
    with suppress(MalformedXml):
        for drawing in package.related_to(part, "drawing"):
            if not package.has_relations(drawing):
                continue
            for kind in _TEXTS:
                for chart in package.related_to(drawing, kind):
                    texts = _paragraphs(package.parts.get(chart, b"<none/>"))
                    for text in islice(texts, MOST_WORDS):
                        yield WordsElsewhere(Elsewhere.CHART, text, name)


def words_on_sheets_of_shapes(
    package: OoxmlPackage, name: str, part: str
) -> Iterator[WordsElsewhere]:
    """The words of text boxes on a sheet that has no cells."""
    with suppress(MalformedXml):
        for drawing in package.related_to(part, "drawing") if part else ():
            for text in islice(_paragraphs(package.parts.get(drawing, b"<none/>")), MOST_WORDS):
                yield WordsElsewhere(Elsewhere.CHART, text, name)


def words_of_book(package: OoxmlPackage, workbook_xml: bytes) -> Iterator[WordsElsewhere]:
    """What the names and the properties of a workbook say."""
    for match in islice(_NAME.finditer(workbook_xml), MOST_WORDS):
        comment = _COMMENT.search(b" " + match[1])
        said = _unescaped(match[2]).strip()
        texts = [said.strip('"')] if said.startswith('"') else []
        texts += [_unescaped(comment[1])] if comment else []
        for text in texts:
            yield WordsElsewhere(Elsewhere.NAME, text)
    yield from core_properties(package)


def names_of_book(workbook_xml: bytes) -> dict[str, str]:
    """What the names of a workbook stand for, by the name in small letters."""
    names: dict[str, str] = {}
    for match in islice(_NAME.finditer(workbook_xml), MOST_WORDS):
        if stated := _OWN_NAME.search(b" " + match[1]):
            add_name(names, _unescaped(stated[1]), _unescaped(match[2]))
    return names


def core_properties(package: OoxmlPackage) -> Iterator[WordsElsewhere]:
    """What the properties say that every document has."""
    with suppress(MalformedXml):
        parts = package.related_to("", "core-properties") or ["docprops/core.xml"]
        for part in parts:
            for match in _PROPERTY.finditer(package.parts.get(part, b"")):
                yield WordsElsewhere(Elsewhere.PROPERTY, _unescaped(match[1]))


def _paragraphs(part: bytes) -> Iterator[str]:
    """The texts of a drawing or chart, one a paragraph, and the names that it keeps."""
    for element in parse_xml(part).iter():
        kind = local_name(element)
        if kind == "p":
            text = "".join(t.text or "" for t in element.iter() if local_name(t) == "t")
        else:
            text = (element.text or "") if kind == "v" else ""
        if any(map(str.isalpha, text)):
            yield " ".join(text.split())


@lru_cache(maxsize=1000)
def _unescaped(stated: bytes) -> str:
    """Workbooks of one form say the same in most places."""
    return " ".join(html.unescape(stated.decode("utf-8", "replace")).split())
