"""What a Word document's styles say of text: hidden, in capitals, numbered."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tasks.adapters.reading.documents.docx_package import child, is_on, value_of
from tasks.adapters.reading.hardened_xml import local_attribute, local_name

_DEEPEST = 20  # styles based on one another


class DocxStyles:
    """The styles by their identity, what one leaves open told by the one it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        for style in root if root is not None else ():
            if local_name(style) != "style":
                continue
            identity = local_attribute(style, "styleId")
            self._styles.setdefault(identity, style)
            usual = local_attribute(style, "default").lower() in ("1", "true", "on")
            if usual and local_attribute(style, "type") == "paragraph":
                self._default = identity

    def switch(self, name: str, run: Element | None, paragraph: Element | None) -> bool:
        """Whether a run bears a property (`vanish`, `caps`), by itself or by its styles.

        `run` are the run's own properties, `paragraph` those of its paragraph.
        """
        own = is_on(run, name)
        if own is not None:
            return own
        styles = (value_of(run, "rStyle"), value_of(paragraph, "pStyle") or self._default)
        for style in styles:
            for element in self._based(style):
                said = is_on(child(element, "rPr"), name)
                if said is not None:
                    return said
        return False

    def raised(self, run: Element | None) -> bool:
        """Whether a run stands above the line, as marks that lead to notes do."""
        own = value_of(run, "vertAlign")
        if own:
            return own == "superscript"
        for element in self._based(value_of(run, "rStyle")):
            if said := value_of(element, "rPr", "vertAlign"):
                return said == "superscript"
        return int_of(value_of(run, "position")) >= 6  # half points

    def numbering(self, paragraph: Element | None) -> tuple[str, int]:
        """The list and level that a paragraph is numbered by, ("", 0) for none."""
        style = value_of(paragraph, "pStyle") or self._default
        sources = [paragraph, *(child(element, "pPr") for element in self._based(style))]
        level: int | None = None
        for source in sources:
            numbered = child(source, "numPr")
            if numbered is None:
                continue
            said = value_of(numbered, "ilvl")
            level = int_of(said) if level is None and said else level
            if identity := value_of(numbered, "numId"):
                return ("", 0) if identity == "0" else (identity, level or 0)
        return "", 0

    def _based(self, identity: str) -> list[Element]:
        found: list[Element] = []
        while (style := self._styles.get(identity)) is not None and len(found) < _DEEPEST:
            found.append(style)
            identity = value_of(style, "basedOn")
        return found


def int_of(text: str) -> int:
    """The number of an attribute, 0 for what is none.

    >>> int_of("3"), int_of("-2"), int_of("x")
    (3, -2, 0)
    """
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0
