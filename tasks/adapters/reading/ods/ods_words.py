"""Words that stand in no cell of OpenDocument spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from xml.etree.ElementTree import Element

from models.domain.reading.formulas.formula_tokens import add_name
from models.domain.reading.workbook_content import MOST_WORDS, Elsewhere, WordsElsewhere
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.ods.ods_formulas import formula_text

_MESSAGES = ("help-message", "error-message")
_PAGES = frozenset(
    f"{what}{which}" for what in ("header", "footer") for which in ("", "-left", "-first")
)
_PROPERTIES = ("title", "subject", "description", "keyword")
_FORMULA = re.compile(rb":formula\s*=")
_WITH_TEXT = (b"content-validation", b"named-expression", b"title")


def words_of_ods(parts: Mapping[str, bytes]) -> Iterator[WordsElsewhere]:
    """All of them, by the document's parts under their canonical names."""
    content = parts.get("content.xml", b"")
    if any(sign in content for sign in _WITH_TEXT):
        yield from islice(_of_content(parse_xml(content)), MOST_WORDS)
    with suppress(MalformedXml):
        styles = parts.get("styles.xml", b"")
        if b"header" in styles or b"footer" in styles:
            yield from islice(_of_pages(parse_xml(styles)), MOST_WORDS)
    with suppress(MalformedXml):
        for element in parse_xml(parts.get("meta.xml", b"<none/>")).iter():
            if local_name(element) in _PROPERTIES and element.text:
                yield WordsElsewhere(Elsewhere.PROPERTY, " ".join(element.text.split()))
    for name, data in parts.items():
        if name.endswith("/content.xml") and name.count("/") == 1:
            with suppress(MalformedXml):
                for text in islice(_paragraphs(parse_xml(data)), MOST_WORDS):
                    yield WordsElsewhere(Elsewhere.CHART, text)


def names_of_ods(content: bytes) -> dict[str, str]:
    """What the names of a spreadsheet stand for, by the name in small letters, where cells hold
    formulas. Raises UnsafeXml, MalformedXml."""
    names: dict[str, str] = {}
    if b"named-" not in content or not _FORMULA.search(content):
        return names
    for element in parse_xml(content).iter():
        kind = local_name(element)
        if kind == "named-expression":
            said = formula_text(local_attribute(element, "expression"))
        elif kind == "named-range":
            said = formula_text(f"[{local_attribute(element, 'cell-range-address')}]")
        else:
            continue
        add_name(names, local_attribute(element, "name"), said)
    return names


def _of_content(root: Element) -> Iterator[WordsElsewhere]:
    for element in root.iter():
        kind = local_name(element)
        if kind in _MESSAGES:
            title = local_attribute(element, "title")
            for text in (title, " ".join(_paragraphs(element))):
                if text:
                    yield WordsElsewhere(Elsewhere.MESSAGE, text)
        elif kind == "a":
            if text := local_attribute(element, "title"):
                yield WordsElsewhere(Elsewhere.MESSAGE, text)
        elif kind == "named-expression":
            said = local_attribute(element, "expression").removeprefix("of:=").strip()
            if said.startswith('"'):
                yield WordsElsewhere(Elsewhere.NAME, said.strip('"'))


def _of_pages(root: Element) -> Iterator[WordsElsewhere]:
    for element in root.iter():
        if local_name(element) in _PAGES and local_attribute(element, "display") != "false":
            for text in _paragraphs(element):
                yield WordsElsewhere(Elsewhere.PAGE, text)


def _paragraphs(parent: Element) -> Iterator[str]:
    for paragraph in parent.iter():
        if local_name(paragraph) == "p":
            text = " ".join("".join(paragraph.itertext()).split())
            if any(map(str.isalpha, text)):
                yield text


def user_properties(meta_xml: bytes) -> dict[str, str]:
    """The user-defined properties of `meta.xml`. Raises UnsafeXml, MalformedXml."""
    return {
        local_attribute(e, "name"): (e.text or "")
        for e in parse_xml(meta_xml).iter()
        if local_name(e) == "user-defined"
    }
