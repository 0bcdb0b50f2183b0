"""A Word document is read as its reader sees it, whatever lies behind what is seen."""

from __future__ import annotations

import pytest

from models.domain.drafting.document import (
    DocumentCell,
    DocumentLine,
    DocumentTable,
    PrintedDocument,
)
from tasks.adapters.reading.documents.docx_reader import read_docx
from tests.fixtures.word_documents import (
    cell,
    docx,
    level,
    numbered,
    numbering,
    paragraph,
    row,
    run,
    spaced,
    table,
)


def _lines(document: PrintedDocument) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, DocumentLine)]


def _cells(document: PrintedDocument) -> list[list[str]]:
    return [
        [c.text for c in r] for b in document.blocks if isinstance(b, DocumentTable) for r in b.rows
    ]


def _cell(content: bytes) -> DocumentCell:
    (block,) = (b for b in read_docx(content, "a.docx").blocks if isinstance(b, DocumentTable))
    return block.rows[0][0]


TRACKED = (
    "<w:ins>" + run("12,50") + "</w:ins><w:del><w:r><w:delText>11,00</w:delText></w:r></w:del>"
)
MOVED = "<w:moveFrom>" + run("cũ") + "</w:moveFrom><w:moveTo>" + run("mới") + "</w:moveTo>"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    + run("125.000")
    + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
EMPTY_FIELD = FIELD.replace('<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("125.000"), "")
NESTED_FIELD = FIELD.replace(run("125.000"), FIELD)
RAISED = '<w:vertAlign w:val="superscript"/>'
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>"
    + paragraph("PHỤ LỤC I")
    + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
    "<w:txbxContent>" + paragraph("PHỤ LỤC I") + "</w:txbxContent></v:textbox></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("pieces", "text", "remark"),
    [
        (("Sở Tài ", "chính"), "Sở Tài chính", ""),
        ((TRACKED,), "12,50", "vết sửa"),
        ((MOVED,), "mới", "vết sửa"),
        ((FIELD,), "125.000", ""),
        ((NESTED_FIELD,), "125.000", ""),
        ((EMPTY_FIELD,), "", "chưa có kết quả"),
        (('<w:fldSimple w:instr="PAGE">' + run("7") + "</w:fldSimple>",), "7", ""),
        (("9.600", run("1", RAISED)), "9.600¹", ""),
        (("m", run("2", RAISED), "/người"), "m²/người", ""),
        (("9.600", run("(1)", RAISED)), "9.600⁽¹⁾", ""),
        (("9.600", run("1", '<w:position w:val="8"/>')), "9.600¹", ""),
        (("51.000", run(" (mật)", "<w:vanish/>")), "51.000", "chữ ẩn"),
        (("51.000", run(" hiện", '<w:vanish w:val="0"/>')), "51.000 hiện", ""),
        ((run("dự án khánh thành", "<w:caps/>"),), "DỰ ÁN KHÁNH THÀNH", ""),
        ((run("88", "<w:strike/>"), "90"), "8890", "gạch ngang"),
        (("quốc", "<w:r><w:softHyphen/></w:r>", "tế"), "quốctế", ""),
        (("2021", "<w:r><w:noBreakHyphen/></w:r>", "2030"), "2021-2030", ""),
        (('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', " 55"), "≥ 55", ""),
        (('<w:r><w:sym w:font="Lạ" w:char="F0FE"/></w:r>', " 55"), "� 55", "ký hiệu"),
        ((run("\uf0a3 3,5", '<w:rFonts w:ascii="Symbol"/>'),), "≤ 3,5", ""),
        (("tại ", '<w:hyperlink r:id="x">' + run("đây") + "</w:hyperlink>"), "tại đây", ""),
        (("<w:smartTag>" + run("Hải Phòng") + "</w:smartTag>",), "Hải Phòng", ""),
        (("<w:sdt><w:sdtContent>" + run("nội dung") + "</w:sdtContent></w:sdt>",), "nội dung", ""),
        (("a", "<w:r><w:br/></w:r>", "b"), "a\nb", ""),
        (("tăng", '<w:r><w:footnoteReference w:id="2"/></w:r>'), "tăng", "So với năm 2024"),
        (("<m:oMath><m:r><m:t>x=5</m:t></m:r></m:oMath>",), "x=5", "công thức"),
        ((BOX,), "PHỤ LỤC I", "hộp chữ"),
    ],
)
def test_a_cell_holds_what_its_reader_sees(pieces: tuple[str, ...], text: str, remark: str) -> None:
    note = '<w:footnote w:id="2">' + paragraph("So với năm 2024") + "</w:footnote>"
    content = docx(table(row(cell(paragraph(*pieces)))), footnotes=spaced("footnotes", note))
    found = _cell(content)
    assert found.text.strip() == text
    assert remark in " ".join(found.remarks)
    assert bool(remark) == bool(found.remarks)


def test_a_property_of_a_style_counts_as_one_of_the_run() -> None:
    styles = spaced(
        "styles",
        '<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Mu"><w:basedOn w:val="Goc"/></w:style>'
        '<w:style w:type="character" w:styleId="Goc"><w:rPr>' + RAISED + "</w:rPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="De"><w:rPr><w:caps/></w:rPr></w:style>',
    )
    body = paragraph(
        "chỉ tiêu",
        run("ẩn", '<w:rStyle w:val="An"/>'),
        run("3", '<w:rStyle w:val="Mu"/>'),
        properties='<w:pStyle w:val="De"/>',
    )
    assert _lines(read_docx(docx(body, styles=styles), "a.docx")) == ["CHỈ TIÊU³"]


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    document = read_docx(docx(paragraph("Cục ", properties=gone), "Thuế", "Sở Y tế"), "a.docx")
    assert _lines(document) == ["Cục Thuế", "Sở Y tế"]
    assert any("vết sửa" in remark for remark in document.remarks)


def test_rows_and_cells_that_were_deleted_are_not_read() -> None:
    content = docx(
        table(
            row("1", "còn"),
            row("2", "bỏ", properties="<w:del/>"),
            row("3", "thêm", properties="<w:ins/>"),
            row("4", "ẩn", properties="<w:hidden/>"),
        )
    )
    assert _cells(read_docx(content, "a.docx")) == [["1", "còn"], ["3", "thêm"]]


# --- Automatic numbers ----------------------------------------------------------------------------

LISTS = numbering(
    [level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"), level(2, "bullet", "-")],
    [level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2")],
    [level(0, "upperRoman", "PHỤ LỤC %1")],
    [level(0, "decimalZero", "%1", start=7)],
    begun_anew=(11,),
)


def test_automatic_numbers_are_drawn_as_word_counts_them() -> None:
    body = [
        numbered("a"), numbered("b", level=1), numbered("c", level=1), numbered("d", level=2),
        numbered("e"), numbered("f", level=1), numbered("g", number=2), numbered("h", number=2),
        numbered("i", number=2, level=1), numbered("k", number=11), numbered("l", number=11),
        numbered("Chỉ tiêu", number=3), numbered(number=4), numbered("m", number=4),
        numbered("n", number=99),
    ]  # fmt: skip
    assert _lines(read_docx(docx(*body, numbering=LISTS), "a.docx")) == [
        "1. a", "a) b", "b) c", "- d", "2. e", "a) f", "I. g", "II. h", "II.1 i", "1. k", "2. l",
        "PHỤ LỤC I Chỉ tiêu", "07", "08 m", "n",
    ]  # fmt: skip


def test_cells_with_nothing_but_an_automatic_number_have_it() -> None:
    rows = [row(cell(numbered()), f"Chỉ tiêu {n}") for n in (1, 2, 3)]
    rows.insert(1, row(cell(numbered()), "đã bỏ", properties="<w:del/>"))
    content = docx(table(*rows), numbering=LISTS)
    assert [r[0] for r in _cells(read_docx(content, "a.docx"))] == ["1.", "2.", "3."]


def test_a_number_that_comes_with_the_style_is_drawn() -> None:
    styles = spaced(
        "styles",
        '<w:style w:type="paragraph" w:styleId="TT"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="TT2"><w:basedOn w:val="TT"/>'
        "</w:style>",
    )
    own = '<w:pStyle w:val="TT2"/>'
    none = own + '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = [paragraph("a", properties=own), paragraph("b", properties=none)]
    document = read_docx(docx(*body, numbering=LISTS, styles=styles), "a.docx")
    assert _lines(document) == ["1. a", "b"]


# --- Tables ---------------------------------------------------------------------------------------


def test_merged_cells_keep_their_place_in_the_grid() -> None:
    content = docx(
        table(
            row(cell("TT", merge="restart"), cell("Kịch bản", span=2), "Cơ quan"),
            row(cell(merge="continue"), "Quý I", "6 tháng", "Sở"),
            row("trong", "lệch", properties='<w:gridBefore w:val="2"/>'),
        )
    )
    (block,) = read_docx(content, "a.docx").blocks
    assert isinstance(block, DocumentTable)
    places = [[(c.column, c.span, c.continued) for c in r] for r in block.rows]
    assert places == [
        [(0, 1, False), (1, 2, False), (3, 1, False)],
        [(0, 1, True), (1, 1, False), (2, 1, False), (3, 1, False)],
        [(2, 1, False), (3, 1, False)],
    ]


def test_what_stands_hidden_in_a_continued_cell_is_not_read() -> None:
    content = docx(table(row(cell("Sở A", merge="restart")), row(cell("rác", merge="continue"))))
    assert _cells(read_docx(content, "a.docx")) == [["Sở A"], [""]]


def test_a_table_within_a_cell_is_read_as_text_with_a_remark() -> None:
    found = _cell(docx(table(row(cell("Thu:", table(["nội địa", "51.000"]))))))
    assert found.text == "Thu:\nnội địa 51.000"
    assert "bảng lồng" in " ".join(found.remarks)


def test_places_name_page_table_row_and_column_where_word_noted_its_pages() -> None:
    broken = paragraph("<w:r><w:lastRenderedPageBreak/></w:r>", "Phụ lục")
    document = read_docx(docx("Chỉ thị", broken, table(["1", "a"])), "a.docx")
    line, heading, block = document.blocks
    assert [line.place, heading.place] == ["trang 1, đoạn 1", "trang 2, đoạn 2"]
    assert isinstance(block, DocumentTable)
    assert block.rows[0][1].place == "trang 2, bảng 1, hàng 1, cột 2"


def test_columns_by_tabs_stay_and_a_tab_that_indents_goes() -> None:
    tab = "<w:r><w:tab/></w:r>"
    body = [paragraph("1", tab, "GRDP", tab, "%"), paragraph(tab, "Căn cứ Nghị quyết")]
    assert _lines(read_docx(docx(*body), "a.docx")) == ["1\tGRDP\t%", "Căn cứ Nghị quyết"]


def test_what_cannot_be_read_is_told_with_its_page() -> None:
    picture = paragraph("<w:r><w:drawing><a:blip xmlns:a='x'/></w:drawing></w:r>")
    sheet = paragraph("<w:r><w:object/></w:r>")
    told = " ".join(read_docx(docx(picture, sheet), "a.docx").remarks)
    assert "hình ảnh" in told
    assert "đối tượng nhúng" in told


def test_letters_of_former_fonts_are_told() -> None:
    told = read_docx(docx("Uû ban nh©n d©n thµnh phè H¶i Phßng, chØ tiªu"), "a.docx").remarks
    assert any("TCVN3" in remark for remark in told)


def test_a_text_box_beside_the_text_is_read_where_it_is_anchored() -> None:
    document = read_docx(docx(paragraph("Căn cứ", BOX), table(["TT", "Nhiệm vụ"])), "a.docx")
    assert _lines(document) == ["Căn cứ", "PHỤ LỤC I"]


def test_content_controls_around_rows_cells_and_tables_are_seen_through() -> None:
    def held(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    inner = row(held(cell("1")), "a")
    content = docx(held(table(held(inner), row("2", cell(held(paragraph("b")))))))
    assert _cells(read_docx(content, "a.docx")) == [["1", "a"], ["2", "b"]]


def test_a_page_that_ends_within_a_row_is_counted_once() -> None:
    broken = paragraph("a", "<w:r><w:lastRenderedPageBreak/></w:r>", "b")
    content = docx(table(row(cell(broken), cell(broken)), row("c", "d")))
    (block,) = read_docx(content, "a.docx").blocks
    assert isinstance(block, DocumentTable)
    assert [r[1].place for r in block.rows] == [
        "trang 1, bảng 1, hàng 1, cột 2",
        "trang 2, bảng 1, hàng 2, cột 2",
    ]
