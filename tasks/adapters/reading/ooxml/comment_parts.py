"""Comments on the cells of Open XML: notes of the old kind, and conversations.

A conversation is written twice: in a part of its own, and as a note for programs that do not know
it, with a sentence of Excel's before it. The part of its own is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice

from models.domain.reading.workbook_content import MOST_COMMENTS
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    local_attribute,
    local_name,
    parse_xml,
)
from tasks.adapters.reading.ooxml.ooxml_package import OoxmlPackage
from tasks.adapters.reading.ooxml.ooxml_parts import column_number

Place = tuple[int, int]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::.*)?")


def comments_of(
    package: OoxmlPackage,
    sheet: str,
    read_notes: Callable[[bytes], Iterable[tuple[Place, str]]] | None = None,
) -> Mapping[Place, str]:
    """The comments on a sheet's cells, by the sheet's part; `read_notes` reads notes that are
    written otherwise than in XML. What is broken holds none: no figure is taken from a comment."""
    found: dict[Place, str] = {}
    for kind, read in (("comments", read_notes or notes_of), ("threadedcomment", _conversations)):
        with suppress(MalformedXml):
            for part in package.related_to(sheet, kind):
                found |= dict(islice(read(package.parts.get(part, b"")), MOST_COMMENTS))
    return found


def notes_of(part: bytes) -> Iterator[tuple[Place, str]]:
    """The notes of a part that is written in XML. Raises MalformedXml."""
    for comment in parse_xml(part).iter():
        if local_name(comment) == "comment":
            # Readings of letters in another script stand in parts of another name.
            runs = [r for t in comment for r in (t, *t) if local_name(r) in ("text", "r")]
            text = "".join(t.text or "" for r in runs for t in r if local_name(t) == "t")
            yield from _placed(local_attribute(comment, "ref"), text)


def _conversations(part: bytes) -> Iterator[tuple[Place, str]]:
    said: dict[str, list[str]] = {}
    for comment in parse_xml(part).iter():
        if local_name(comment) == "threadedComment":
            words = "".join("".join(t.itertext()) for t in comment if local_name(t) == "text")
            said.setdefault(local_attribute(comment, "ref"), []).append(words)
    for reference, texts in said.items():
        yield from _placed(reference, "\n".join(texts))


def _placed(reference: str, text: str) -> Iterator[tuple[Place, str]]:
    if (stated := _REFERENCE.fullmatch(reference)) and text.strip():
        yield (int(stated[2]), column_number(stated[1].encode())), text
