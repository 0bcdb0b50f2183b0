"""The form of a document by Decree 30/2020/NĐ-CP, as python-docx builds it.

A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman, text 13; the page
number centred in the top margin in 13, not on the first page. Used once, to make the templates that
the office then edits in Word; reports are set from those files, never from here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SIZE = 13
PORTRAIT = 165  # millimetres of text in a line
LANDSCAPE = 252
SMALL, SMALL_CENTRE = "Bảng nhỏ", "Bảng nhỏ giữa"  # paragraph styles of wide tables
REFERENCE_STYLE = "Nguon"  # id of the character style in which references are set
CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
#: The periods of the growth scenario, as a table's head names them.
PERIODS_SHOWN = (
    ("quy_1", "Quý I"),
    ("6_thang", "6 tháng"),
    ("9_thang", "9 tháng"),
    ("ca_nam", "Năm"),
)

#: Paragraph styles: name, size, bold, italic, indent of the first line (mm), space after (pt).
_STYLES = (
    ("Tên loại", 14, True, False, 0, 0, CENTRE),
    ("Trích yếu", 14, True, False, 0, 4, CENTRE),
    ("Mục lớn", 13, True, False, 10, 6, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Mục nhỏ", 13, True, True, 10, 4, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Chú bảng", 11, False, True, 0, 4, WD_ALIGN_PARAGRAPH.JUSTIFY),
    ("Bảng", 11, False, False, 0, 0, LEFT),
    ("Bảng giữa", 11, False, False, 0, 0, CENTRE),
    ("Bảng nghiêng", 10, False, True, 0, 0, LEFT),
    ("Đầu bảng", 11, True, False, 0, 0, CENTRE),
    (SMALL, 9, False, False, 0, 0, LEFT),
    ("Bảng nhỏ nghiêng", 9, False, True, 0, 0, LEFT),
    (SMALL_CENTRE, 9, False, False, 0, 0, CENTRE),
    ("Đầu bảng nhỏ", 9, True, False, 0, 0, CENTRE),
    ("Nơi nhận", 11, False, False, 0, 0, LEFT),
    ("Giữa", 13, False, False, 0, 0, CENTRE),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in the template: header, width in millimetres, the tags of its cell.

    Each tag is a paragraph of its own, in the style beside it.
    """

    header: str
    width: float
    tags: Sequence[tuple[str, str]]


def cell(tag: str, header: str, width: float, style: str = "Bảng") -> Column:
    """A column whose cell holds one text with its references."""
    return Column(header, width, [(f"{{{{r {tag} }}}}", style)])


#: The list of sources that ends a document: where each cited figure was read.
SOURCE_COLUMNS = (
    Column(
        "Cơ quan, số tiếp nhận",
        45,
        [("{{ r.agency }}", SMALL), ("Số {{ r.receipt }}", SMALL)],
    ),
    Column("Mã nguồn", 27, [("{{ r.span }}", SMALL_CENTRE)]),
    Column("Tệp, SHA-256", 55, [("{{ r.file_name }}", SMALL), ("{{ r.sha256 }}", SMALL)]),
    Column("Trang và ô của từng mã", 125, [("{{ r.cells }}", SMALL)]),
)


def new_document() -> Docx:
    """An empty document of that form, with its styles."""
    document = Document()
    normal = document.styles["Normal"]
    _font(normal, SIZE)
    paragraph = normal.paragraph_format
    paragraph.space_after, paragraph.space_before = Pt(6), Pt(0)
    paragraph.line_spacing = 1.1
    paragraph.first_line_indent = Mm(10)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name, size, bold, italic, indent, after, alignment in _STYLES:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, size)
        style.font.bold, style.font.italic = bold, italic
        style.paragraph_format.first_line_indent = Mm(indent)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.alignment = alignment
        if name.startswith(("Bảng", "Đầu bảng", "Nơi nhận")):
            style.paragraph_format.line_spacing = 1.0
        if name.startswith(("Mục", "Chú bảng")):  # never at a page's foot without what follows
            style.paragraph_format.keep_with_next = True
        if name.startswith("Mục"):
            style.paragraph_format.space_before = Pt(6)
    reference = document.styles.add_style(REFERENCE_STYLE, WD_STYLE_TYPE.CHARACTER)
    reference.font.size, reference.font.bold, reference.font.italic = Pt(8), False, False
    reference.font.color.rgb = RGBColor(0x59, 0x59, 0x59)
    page(document.sections[0])
    document.sections[0].different_first_page_header_footer = True
    _page_number(document.sections[0].header.paragraphs[0])
    return document


def page(section: Section, *, landscape: bool = False) -> None:
    """A4 and the margins; a landscape page keeps the binding margin at its left."""
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(9), Mm(10)


def landscape_section(document: Docx) -> Section:
    """A new section on landscape pages, whose first page bears its number too."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    ending = document.paragraphs[-1]  # holds the break; must not begin a page of its own
    ending.style = "Bảng"
    ending.paragraph_format.line_spacing = Pt(1)
    page(section, landscape=True)
    section.different_first_page_header_footer = False
    return section


_HEAD = (67, 100)  # millimetres: Quốc hiệu in 12 needs 95 on one line


def letterhead(document: Docx, sign: str) -> None:
    """Issuing body and number at the left, Quốc hiệu, Tiêu ngữ, place and date at the right."""
    table = plain_table(document, _HEAD)
    left, right = table.rows[0].cells
    lines(left, [("ỦY BAN NHÂN DÂN", 12, False, False), ("THÀNH PHỐ HẢI PHÒNG", 12, False, False),
                 ("VĂN PHÒNG", 12, True, False)])  # fmt: skip
    rule(left, 24, _HEAD[0])
    lines(right, [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
                  ("Độc lập - Tự do - Hạnh phúc", 13, True, False)])  # fmt: skip
    rule(right, 60, _HEAD[1])
    left, right = table.add_row().cells
    lines(left, [(sign, 13, False, False)])
    lines(right, [("{{ place_and_date }}", 13, False, True)])
    for row in table.rows:
        widths(row.cells, _HEAD)
    spacer(document, 6)


def title(document: Docx, kind: str, about: str) -> None:
    """Name of the kind of document, what it is about, a rule under both."""
    document.add_paragraph(kind, style="Tên loại")
    document.add_paragraph(about, style="Trích yếu")
    rule_paragraph(document.add_paragraph(style="Giữa"), 60, PORTRAIT)


def signatures(document: Docx, receivers: Sequence[str], signer: str) -> None:
    """ "Nơi nhận" at the left, the signer at the right."""
    spacer(document, 6).paragraph_format.keep_with_next = True
    table = plain_table(document, [82, 83])
    left, right = table.rows[0].cells
    lines(left, [("Nơi nhận:", 12, True, True)], LEFT)
    for receiver in receivers:
        paragraph = left.add_paragraph(receiver, style="Nơi nhận")
        paragraph.paragraph_format.alignment = LEFT
    lines(right, [(signer, 13, True, False), ("", 13, False, False), ("", 13, False, False),
                  ("", 13, False, False), ("", 13, False, False)])  # fmt: skip
    _keep_together(table)


def loop_table(
    document: Docx, rows: str, columns: Sequence[Column], *, small: bool = False
) -> Table:
    """A table whose header repeats on every page and whose second row stands for each of `rows`."""
    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    head, opening, body, closing = table.rows
    for at, column in enumerate(columns):
        _write(head.cells[at], column.header, "Đầu bảng nhỏ" if small else "Đầu bảng")
        _shade(head.cells[at])
        for count, (tag, style) in enumerate(column.tags):
            if count:
                body.cells[at].add_paragraph(tag, style=style)
            else:
                _write(body.cells[at], tag, style)
    _write(opening.cells[0], f"{{%tr for r in {rows} %}}", "Bảng")
    _write(closing.cells[0], "{%tr endfor %}", "Bảng")
    for row in table.rows:
        widths(row.cells, [c.width for c in columns])
    _repeat(head._tr)
    _unbroken(body._tr)
    _tight(table, [c.width for c in columns])
    return table


def tag(document: Docx, text: str) -> Paragraph:
    """A line that only steers: a loop or a condition; it leaves nothing in the report."""
    return document.add_paragraph(text, style="Bảng")


def as_bytes(document: Docx) -> bytes:
    """The document's bytes."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def spacer(document: Docx, points: float) -> Paragraph:
    """An empty line of that height."""
    paragraph = document.add_paragraph(style="Bảng")
    paragraph.paragraph_format.line_spacing = Pt(points)
    return paragraph


def plain_table(document: Docx, columns: Sequence[float]) -> Table:
    """A table without borders, one row, widths in millimetres."""
    table = document.add_table(rows=1, cols=len(columns))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths(table.rows[0].cells, columns)
    _tight(table, columns)
    return table


def widths(cells: Sequence[_Cell], columns: Sequence[float]) -> None:
    """Sets the width of every cell: Word and LibreOffice each believe another one."""
    for one, width in zip(cells, columns, strict=True):
        one.width = Mm(width)


def lines(
    where: _Cell,
    said: Sequence[tuple[str, float, bool, bool]],
    alignment: WD_ALIGN_PARAGRAPH = CENTRE,
) -> None:
    """Writes lines (text, size, bold, italic) into a cell."""
    for count, (text, size, bold, italic) in enumerate(said):
        paragraph = where.paragraphs[0] if not count else where.add_paragraph()
        paragraph.style = "Bảng"
        paragraph.paragraph_format.alignment = alignment
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic


def rule(where: _Cell, length: float, width: float) -> None:
    """A rule of that length, centred under what stands in a cell of that width."""
    rule_paragraph(where.add_paragraph(style="Bảng"), length, width)


def rule_paragraph(paragraph: Paragraph, length: float, width: float) -> None:
    """Turns an empty paragraph into a centred rule."""
    side = Mm((width - length) / 2)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = side
    form.line_spacing, form.space_after = Pt(3), Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def _font(style: object, size: float) -> None:
    style.font.name, style.font.size = FONT, Pt(size)  # type: ignore[attr-defined]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.style = "Giữa"
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


def _write(where: _Cell, text: str, style: str) -> None:
    where.paragraphs[0].style = style
    where.paragraphs[0].add_run(text)


def _shade(where: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
        shading.set(qn(f"w:{name}"), value)
    where._tc.get_or_add_tcPr().append(shading)


def _repeat(row: object) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # type: ignore[attr-defined]


def _unbroken(row: object) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]


def _keep_together(table: Table) -> None:
    for row in table.rows:
        _unbroken(row._tr)
        for one in row.cells:
            for paragraph in one.paragraphs[:-1]:
                paragraph.paragraph_format.keep_with_next = True


def _tight(table: Table, columns: Sequence[float]) -> None:
    """Fixed widths, also in the grid, and little room beside the text of a cell."""
    for grid, width in zip(table._tbl.tblGrid.gridCol_lst, columns, strict=True):
        grid.w = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), "60")
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    table._tbl.tblPr.append(margins)
