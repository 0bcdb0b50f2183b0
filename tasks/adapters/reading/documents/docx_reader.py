"""A Word document (.docx) as lines and tables, in the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from models.domain.drafting.document import (
    DocumentBlock,
    DocumentCell,
    DocumentLine,
    DocumentTable,
    PrintedDocument,
)
from models.domain.notation.vietnamese_text import squeeze
from models.domain.reading.sight.old_fonts import looks_like_legacy_encoding
from tasks.adapters.reading.documents.docx_package import (
    DocumentRefused,
    child,
    is_on,
    parts_of,
    value_of,
)
from tasks.adapters.reading.documents.docx_styles import int_of
from tasks.adapters.reading.documents.docx_texts import (
    CHANGED,
    HIDDEN,
    ParagraphReader,
    SeenParagraph,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name

_MOST_CELLS = 200_000
_DEEPEST = 8  # tables within tables, text boxes within text boxes
_AROUND = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_GONE = frozenset({"del", "moveFrom"})
_IN_BOX = "chữ trong hộp chữ"
_NESTED = "bảng lồng trong ô: đọc thành chữ"
_LEGACY = (
    "Văn bản gõ bằng phông {font} cũ nên chữ không đọc được. Xin đổi sang Unicode (công cụ Unikey: "
    "Ctrl+Shift+F6) rồi làm lại."
)


def read_docx(content: bytes, name: str) -> PrintedDocument:
    """The document. Raises DocumentRefused."""
    parts = parts_of(content)
    body = child(parts.body, "body")
    if body is None:
        raise DocumentRefused("Tệp Word không có nội dung. Xin mở bằng Word rồi lưu lại.")
    reading = _Reading(ParagraphReader(parts), _has_pages(body))
    try:
        blocks = tuple(reading.blocks(body, 0))
    except RecursionError as deep:
        raise DocumentRefused(
            "Tệp Word có các phần lồng nhau quá sâu. Xin chép các bảng sang một văn bản mới."
        ) from deep
    return PrintedDocument(name, blocks, tuple(reading.remarks(blocks)))


def _has_pages(body: Element) -> bool:
    """Whether the program that saved the document noted where its pages end: Word does."""
    return any(local_name(e) == "lastRenderedPageBreak" for e in body.iter())


class _Reading:
    def __init__(self, paragraphs: ParagraphReader, has_pages: bool) -> None:
        self.paragraphs = paragraphs
        self.has_pages = has_pages
        self.page, self.tables, self.lines, self.cells = 1, 0, 0, 0
        self.objects: list[str] = []
        self.met: Counter[str] = Counter()

    @property
    def _page(self) -> str:
        return f"trang {self.page}, " if self.has_pages else ""

    # Blocks

    def blocks(self, parent: Element, depth: int) -> Iterator[DocumentBlock]:
        """The lines and tables of a body or a text box."""
        if depth > 5 * _DEEPEST:
            return
        waiting: SeenParagraph | None = None
        for element in parent:
            name = local_name(element)
            if name == "p":
                seen = self._seen(element)
                if waiting is not None:
                    seen.text = waiting.text + seen.text
                    seen.remarks = [*dict.fromkeys([*waiting.remarks, *seen.remarks])]
                    seen.boxes = [*waiting.boxes, *seen.boxes]
                waiting = seen if seen.joins_next else None
                if waiting is None:
                    yield from self._lines(seen, depth)
            elif name == "tbl":
                yield from self._table(element, depth)
            elif name in _AROUND:
                yield from self.blocks(element, depth + 1)
            elif name in _GONE:
                self.met[CHANGED] += 1
            elif name == "AlternateContent":
                chosen = child(element, "Choice")
                yield from self.blocks(element if chosen is None else chosen, depth + 1)
            elif name == "altChunk":
                self.objects.append(f"{self._page}phần chèn từ tệp khác".strip())
        if waiting is not None:
            yield from self._lines(waiting, depth)

    def _lines(self, seen: SeenParagraph, depth: int) -> Iterator[DocumentBlock]:
        self.lines += 1
        place = f"{self._page}đoạn {self.lines}"
        for text in seen.text.split("\n"):
            # A tab that only indents or ends a line parts nothing.
            inner = text.strip("\t ")
            yield DocumentLine(text if "\t" in inner else inner, place, tuple(seen.remarks))
        for box in seen.boxes:
            yield from self.blocks(box, depth + 5)

    def _seen(self, paragraph: Element) -> SeenParagraph:
        seen = self.paragraphs.seen(paragraph)
        if self.has_pages:
            self.page += seen.page_breaks
        self.met.update(r for r in seen.remarks if r in (CHANGED, HIDDEN))
        self.objects += [f"{self._page}{one}" for one in seen.objects]
        return seen

    # Tables

    def _table(self, table: Element, depth: int) -> Iterator[DocumentBlock]:
        self.tables += 1
        number = self.tables
        place = f"{self._page}bảng {number}"
        rows = [
            cells
            for at, row in enumerate(self._rows_in(table), 1)
            if (cells := tuple(self._cells(row, number, at, depth)))
        ]
        if rows:
            yield DocumentTable(rows, place)

    def _rows_in(self, parent: Element) -> Iterator[Element]:
        for element in parent:
            name = local_name(element)
            if name == "tr":
                properties = child(element, "trPr")
                if child(properties, "del") is not None:
                    self.met[CHANGED] += 1
                elif is_on(properties, "hidden"):
                    self.met[HIDDEN] += 1
                else:
                    yield element
            elif name in _AROUND:
                yield from self._rows_in(element)

    def _cells(self, row: Element, table: int, at: int, depth: int) -> Iterator[DocumentCell]:
        column = int_of(value_of(child(row, "trPr"), "gridBefore"))
        # A page that ends within a row ends in each of its cells.
        begins = ends = self.page
        for nth, cell in enumerate(_cells_in(row), 1):
            self.cells += 1
            if self.cells > _MOST_CELLS:
                raise DocumentRefused(
                    "Tệp Word có quá nhiều ô. Xin chỉ giữ các phụ lục rồi lưu lại."
                )
            properties = child(cell, "tcPr")
            span = max(1, int_of(value_of(properties, "gridSpan", default="1")))
            if child(properties, "cellDel") is not None:
                self.met[CHANGED] += 1
                column += span
                continue
            merge = child(properties, "vMerge")
            self.page = begins
            continued = merge is not None and local_attribute(merge, "val", "continue") != "restart"
            place = f"{self._page}bảng {table}, hàng {at}, cột {nth}"
            text, remarks = ("", []) if continued else self._cell_text(cell, depth)
            yield DocumentCell(text, place, column, span, continued, tuple(dict.fromkeys(remarks)))
            column += span
            ends = max(ends, self.page)
        self.page = ends

    def _cell_text(self, cell: Element, depth: int) -> tuple[str, list[str]]:
        """The texts of a cell, a line each; a table within it row by row."""
        texts: list[str] = []
        remarks: list[str] = []
        if depth > _DEEPEST:
            return "", [_NESTED]
        goes_on = False
        for element in _blocks_in(cell):
            if local_name(element) == "tbl":
                remarks.append(_NESTED)
                for row in self._rows_in(element):
                    found = [self._cell_text(inner, depth + 1) for inner in _cells_in(row)]
                    texts.append(" ".join(squeeze(text) for text, _ in found if text.strip()))
                continue
            seen = self._seen(element)
            remarks += seen.remarks
            for box in seen.boxes:
                inner, more = self._cell_text(box, depth + 1)
                seen.text = f"{seen.text}\n{inner}" if inner.strip() else seen.text
                remarks += [*more, _IN_BOX]
            if goes_on and texts:
                texts[-1] += seen.text
            else:
                texts.append(seen.text)
            goes_on = seen.joins_next
        return "\n".join(t.replace("\t", " ") for t in texts if t.strip()), remarks

    # The document as a whole

    def remarks(self, blocks: Sequence[DocumentBlock]) -> Iterator[str]:
        """What holds for the document as a whole."""
        if self.met[CHANGED]:
            yield "Văn bản còn vết sửa đang theo dõi: đọc theo bản sau khi chấp nhận."
        if self.met[HIDDEN]:
            yield "Văn bản có chữ ẩn: không đọc phần ẩn."
        for one, count in Counter(self.objects).items():
            times = f" ({count} lần)" if count > 1 else ""
            yield f"Không đọc được {one}{times}: nếu là phụ lục, xin gõ lại thành bảng của Word."
        text = " ".join(_texts(blocks))[:200_000]
        if legacy := looks_like_legacy_encoding(text):
            yield _LEGACY.format(font=legacy)


def _texts(blocks: Sequence[DocumentBlock]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, DocumentLine):
            yield block.text
        else:
            for row in block.rows:
                yield from (cell.text for cell in row)


def _cells_in(row: Element) -> Iterator[Element]:
    for element in row:
        name = local_name(element)
        if name == "tc":
            yield element
        elif name in _AROUND:
            yield from _cells_in(element)


def _blocks_in(cell: Element) -> Iterator[Element]:
    for element in cell:
        name = local_name(element)
        if name in ("p", "tbl"):
            yield element
        elif name in _AROUND:
            yield from _blocks_in(element)
