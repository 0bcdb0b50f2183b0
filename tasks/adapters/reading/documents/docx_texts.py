"""A paragraph of a Word document as its reader sees it: changes accepted, fields shown, marks told.

What is seen in the final view is text; what lies behind it (deleted words, instructions of fields,
hidden text) is not. Where something of the kind stands in a paragraph, a remark says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from models.domain.drafting.document import raised
from models.domain.notation.vietnamese_text import squeeze
from tasks.adapters.reading.documents.docx_numbers import DocxNumbers
from tasks.adapters.reading.documents.docx_package import DocxParts, child, is_on
from tasks.adapters.reading.documents.docx_styles import DocxStyles
from tasks.adapters.reading.documents.symbol_fonts import is_symbol_font, seen_symbol
from tasks.adapters.reading.hardened_xml import local_attribute, local_name

CHANGED = "có vết sửa đang theo dõi: đọc theo bản sau khi chấp nhận"
HIDDEN = "có chữ ẩn, không đọc"
STRUCK = "có chữ gạch ngang, vẫn đọc như chữ thường"
UNKNOWN_SIGN = "có ký hiệu không nhận ra (�)"
FORMULA = "có công thức toán, chỉ đọc phần chữ"
EMPTY_FIELD = "có trường tự động chưa có kết quả"
_NOTE = "chú thích cuối trang: {text}"
_DEEPEST = 40  # elements within elements of one paragraph

#: What only stands around text.
_AROUND = frozenset(
    {
        "hyperlink",
        "smartTag",
        "sdt",
        "sdtContent",
        "customXml",
        "fldSimple",
        "bdo",
        "dir",
        "oMathPara",
    }
)
_PLAIN = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass
class SeenParagraph:
    """What a paragraph shows."""

    text: str = ""
    remarks: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)  # contents of its text boxes
    objects: list[str] = field(default_factory=list)  # pictures, embedded tables, in words
    page_breaks: int = 0  # as the program that saved it saw them
    joins_next: bool = False  # its end was deleted

    def remark(self, text: str) -> None:
        """Adds a remark, once."""
        if text not in self.remarks:
            self.remarks.append(text)


class ParagraphReader:
    """Reads paragraphs in the document's order: fields and numbers go on from one to the next."""

    def __init__(self, parts: DocxParts) -> None:
        self.styles = DocxStyles(parts.styles)
        self.numbers = DocxNumbers(parts.numbering)
        self._notes = {kind: _notes(root) for kind, root in parts.notes.items()}
        self._fields: list[bool] = []  # open ones: whether the result has begun
        self._take: dict[str, Callable[[SeenParagraph, Element], None]] = {
            "sym": self._symbol,
            "fldChar": self._field,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
        }

    def seen(self, paragraph: Element) -> SeenParagraph:
        """What the paragraph shows, its automatic number in front."""
        seen = SeenParagraph()
        properties = child(paragraph, "pPr")
        mark = child(properties, "rPr")
        seen.joins_next = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        if seen.joins_next:
            seen.remark(CHANGED)
        self._within(seen, paragraph, properties, None, 0)
        identity, level = self.styles.numbering(properties)
        # A paragraph that nobody sees is not counted.
        if identity and not (is_on(mark, "vanish") and not seen.text.strip()):
            label, doubt = self.numbers.label(identity, level)
            if label:
                seen.text = f"{label} {seen.text}".rstrip() if seen.text else label
            if doubt:
                seen.remark(doubt)
        return seen

    def _within(
        self,
        seen: SeenParagraph,
        parent: Element,
        paragraph: Element | None,
        run: Element | None,
        depth: int,
    ) -> None:
        if depth > _DEEPEST:
            return
        for element in parent:
            name = local_name(element)
            if name == "r":
                self._within(seen, element, paragraph, child(element, "rPr"), depth + 1)
            elif name in ("ins", "moveTo"):
                seen.remark(CHANGED)
                self._within(seen, element, paragraph, run, depth + 1)
            elif name in ("del", "moveFrom"):
                seen.remark(CHANGED)
            elif name in _AROUND:
                self._within(seen, element, paragraph, run, depth + 1)
            elif name == "AlternateContent":
                chosen = child(element, "Choice")
                chosen = child(element, "Fallback") if chosen is None else chosen
                if chosen is not None:
                    self._within(seen, chosen, paragraph, run, depth + 1)
            elif name == "ruby" and (base := child(element, "rubyBase")) is not None:
                self._within(seen, base, paragraph, run, depth + 1)
            elif name == "oMath":
                seen.remark(FORMULA)
                seen.text += "".join(e.text or "" for e in element.iter() if local_name(e) == "t")
            else:
                self._piece(seen, element, name, paragraph, run)

    def _piece(
        self,
        seen: SeenParagraph,
        element: Element,
        name: str,
        paragraph: Element | None,
        run: Element | None,
    ) -> None:
        if name in self._take:
            self._take[name](seen, element)
        elif name == "lastRenderedPageBreak":
            seen.page_breaks += 1
        elif name in ("drawing", "pict", "object"):
            self._drawn(seen, element, name)
        elif self._in_instruction:
            return
        elif name == "t":
            self._text(seen, element.text or "", paragraph, run)
        elif name in _PLAIN:
            seen.text += _PLAIN[name]
        elif name == "br" and local_attribute(element, "type") in ("", "textWrapping"):
            seen.text += "\n"

    def _text(
        self, seen: SeenParagraph, text: str, paragraph: Element | None, run: Element | None
    ) -> None:
        if self.styles.switch("vanish", run, paragraph):
            if text.strip():
                seen.remark(HIDDEN)
            return
        if self.styles.switch("caps", run, paragraph):
            text = text.upper()
        if any(self.styles.switch(s, run, paragraph) for s in ("strike", "dstrike")):
            seen.remark(STRUCK)
        fonts = child(run, "rFonts")
        font = local_attribute(fonts, "ascii") if fonts is not None else ""
        if is_symbol_font(font) or any("\uf000" <= c <= "\uf0ff" for c in text):
            text = seen_symbol(text, font)
            if "�" in text:
                seen.remark(UNKNOWN_SIGN)
        seen.text += raised(text) if self.styles.raised(run) else text

    @property
    def _in_instruction(self) -> bool:
        return not all(self._fields)

    def _field(self, seen: SeenParagraph, element: Element) -> None:
        kind = local_attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields and not self._fields.pop():
            seen.remark(EMPTY_FIELD)

    def _symbol(self, seen: SeenParagraph, element: Element) -> None:
        code = local_attribute(element, "char")
        try:
            letter = chr(int(code, 16))
        except (ValueError, OverflowError):
            letter = "�"
        sign = seen_symbol(letter, local_attribute(element, "font"))
        if "�" in sign:
            seen.remark(UNKNOWN_SIGN)
        seen.text += sign

    def _note(self, seen: SeenParagraph, element: Element) -> None:
        kind = f"{local_name(element).removesuffix('Reference')}s"
        text = self._notes.get(kind, {}).get(local_attribute(element, "id"), "")
        seen.remark(_NOTE.format(text=text or "(không đọc được)"))

    def _drawn(self, seen: SeenParagraph, element: Element, name: str) -> None:
        boxes = list(_boxes(element))
        seen.boxes += boxes
        if name == "object":
            seen.objects.append("đối tượng nhúng (có thể là bảng Excel)")
        elif not boxes and any(local_name(e) in ("blip", "imagedata") for e in element.iter()):
            seen.objects.append("hình ảnh")


def _boxes(element: Element) -> Iterator[Element]:
    """The contents of text boxes, each once: a drawing may come in two versions."""
    for inner in element:
        name = local_name(inner)
        if name == "txbxContent":
            yield inner
        elif name == "AlternateContent":
            chosen = child(inner, "Choice")
            yield from _boxes(inner if chosen is None else chosen)
        else:
            yield from _boxes(inner)


def _notes(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for note in root:
        texts = "".join(e.text or "" for e in note.iter() if local_name(e) == "t")
        found[local_attribute(note, "id")] = squeeze(texts)[:200]
    return found
