"""The report as Word sets it: the form of Decree 30/2020/NĐ-CP, and data that stays data."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import AgencyOverview
from models.domain.register.targets import Judgement
from models.domain.results.previews.preview import PARTS, Preview, preview_of
from models.domain.results.report import Group, ReportContent, report_of
from models.domain.results.report_text import Span, Text
from models.domain.results.snapshots import changes_between, review_lines, snapshot_of
from tasks.adapters.results.report_charts import report_charts
from tasks.adapters.results.report_document import (
    REFERENCE_STYLE,
    ReportTemplateFault,
    check_report_templates,
    check_template,
    report_document,
)
from tests.fixtures.amiss import amiss
from tests.fixtures.november import november
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.simulated_answers import real_office

TEMPLATE = OFFICE_FILES / "reports" / "review.docx"
TAG = re.compile(r"\{[{%].*?[%}]\}")
PREVIEW = OFFICE_FILES / "reports" / "preview.docx"
MADE_AT = dt.datetime(2025, 11, 26, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def content() -> ReportContent:
    made, standings = november()
    return report_of(real_office(), made.consolidation, made.review, standings)


@pytest.fixture(scope="module")
def report(content: ReportContent) -> bytes:
    made, _ = november()
    charts = report_charts(made.review, str)
    return report_document(TEMPLATE, content, charts=charts, made_at=MADE_AT)


@pytest.fixture(scope="module")
def document(report: bytes) -> Document:
    return docx.Document(io.BytesIO(report))


def small(content: ReportContent, text: str) -> ReportContent:
    """A report of a few rows in which an agency said this, everywhere it can."""
    said = Text((Span(text), Span(" [N-0001]", is_reference=True)))
    row = dict.fromkeys(content.not_met[0], said)
    return dataclasses.replace(
        content,
        not_met=[row],
        proposals=[dict.fromkeys(content.proposals[0], said)],
        title=text,
        sources=[dataclasses.replace(content.sources[0], file_name=text, agency=text)],
        reached=[],
        annex_indicators=[],
        annex_tasks=[],
    )


def everything(document: Document) -> str:
    return everything_in(document.element.body)


def everything_in(element) -> str:
    said = element.iter(qn("w:t"), qn("w:noBreakHyphen"))
    return "".join((one.text or "") if one.tag == qn("w:t") else "-" for one in said)


# --- Form -----------------------------------------------------------------------------------------


def test_pages_are_a4_with_the_margins_of_the_decree_and_wide_tables_lie(document) -> None:
    portrait, *annexes = document.sections

    assert [round(portrait.page_width.mm), round(portrait.page_height.mm)] == [210, 297]
    assert len(annexes) == 4
    for landscape in annexes:
        assert [round(landscape.page_width.mm), round(landscape.page_height.mm)] == [297, 210]
        assert landscape.orientation == WD_ORIENT.LANDSCAPE
    for section in document.sections:
        for margin in (section.top_margin, section.bottom_margin):
            assert Mm(19.9) <= margin <= Mm(25)
        assert Mm(29.9) <= section.left_margin <= Mm(35)
        assert Mm(14.9) <= section.right_margin <= Mm(20)


def test_the_text_is_times_new_roman_thirteen_in_every_script(document) -> None:
    normal = document.styles["Normal"]

    assert normal.font.name == "Times New Roman"
    assert Pt(13) <= normal.font.size <= Pt(14)
    fonts = normal.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{k}")) for k in ("ascii", "hAnsi", "cs", "eastAsia")} == {
        "Times New Roman"
    }


def test_the_page_number_is_centred_in_the_top_margin_but_not_on_a_first_page(document) -> None:
    for section in document.sections:
        [paragraph] = section.header.paragraphs
        assert "PAGE" in "".join(t.text or "" for t in paragraph._p.iter(qn("w:instrText")))
        assert paragraph.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert Pt(13) <= paragraph.runs[0].font.size <= Pt(14)
        assert section.different_first_page_header_footer
        assert not section.first_page_header.paragraphs[0].text


def test_every_annex_counts_its_own_pages(document) -> None:
    body, *annexes = (s._sectPr.find(qn("w:pgNumType")) for s in document.sections)

    assert body is None
    assert [number.get(qn("w:start")) for number in annexes] == ["1"] * 4


@pytest.mark.parametrize("template", [TEMPLATE, PREVIEW])
def test_no_row_of_any_table_is_broken_over_two_pages(template: Path) -> None:
    for table in docx.Document(str(template)).tables:
        for row in table.rows:
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None


def test_who_signs_never_stands_alone_on_a_page(document) -> None:
    """The last thing asked, and the gap below it, stay with the signature."""
    listed = [p for p in document.paragraphs if re.match(r"\(\d+\) ", p.text)]
    assert [p.paragraph_format.keep_with_next for p in listed[-2:]] == [None, True]
    below = listed[-1]._p.getnext()
    assert below.find(f".//{qn('w:keepNext')}") is not None
    assert "CHÁNH VĂN PHÒNG" in "".join(below.getnext().itertext())


def test_it_is_a_vietnamese_document_of_the_office_and_names_no_program(report, document) -> None:
    told = document.core_properties
    assert told.author == told.last_modified_by == "Văn phòng Ủy ban nhân dân thành phố Hải Phòng"
    assert told.language == "vi-VN" and not told.comments
    for part in (document.styles.element, document.settings.element):
        languages = [*part.iter(qn("w:lang")), *part.iter(qn("w:themeFontLang"))]
        assert languages and {one.get(qn("w:val")) for one in languages} == {"vi-VN"}
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        everything_kept = b"".join(package.read(name) for name in package.namelist()).lower()
    for word in (b"python", b"docx", b"generated", b"matplotlib", b"microsoft office word"):
        found = everything_kept.replace(b"review.docx", b"")
        assert word not in found


def test_a_template_of_another_program_says_so_no_more_once_it_is_set(
    content, tmp_path: Path
) -> None:
    made = docx.Document(str(TEMPLATE))
    made.core_properties.comments = "generated by a program"
    made.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), "en-US")
    made.save(str(tmp_path / "review.docx"))

    again = report_document(tmp_path / "review.docx", small(content, "x"), made_at=MADE_AT)

    found = docx.Document(io.BytesIO(again))
    assert not found.core_properties.comments
    assert found.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "vi-VN"


def test_the_letterhead_has_issuer_and_number_left_quoc_hieu_and_date_right(document) -> None:
    (issuer, motto), (number, date) = (row.cells for row in document.tables[0].rows)

    assert issuer.text.split("\n")[:3] == ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HẢI PHÒNG", "VĂN PHÒNG"]
    quoc_hieu, tieu_ngu = motto.paragraphs[:2]
    assert quoc_hieu.text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert quoc_hieu.runs[0].bold and Pt(12) <= quoc_hieu.runs[0].font.size <= Pt(13)
    assert tieu_ngu.text == "Độc lập - Tự do - Hạnh phúc"
    assert tieu_ngu.runs[0].bold and Pt(13) <= tieu_ngu.runs[0].font.size <= Pt(14)
    for side in (issuer, motto):  # a rule under each
        assert side.paragraphs[-1]._p.pPr.find(qn("w:pBdr")) is not None
    assert re.fullmatch(r"Số: +/BC-VP", number.text)
    assert date.text == "Hải Phòng, ngày 26 tháng 11 năm 2025"
    assert date.paragraphs[0].runs[0].italic


def test_receivers_stand_at_the_left_and_the_signer_at_the_right(document) -> None:
    [row] = next(t for t in document.tables if "Nơi nhận:" in t.rows[0].cells[0].text).rows
    left, right = row.cells

    assert left.paragraphs[0].runs[0].italic and left.paragraphs[0].runs[0].bold
    assert "Lưu: VT" in left.text
    first, *others, last = [p.text for p in left.paragraphs[1:]]
    assert first == "- Như trên;"
    assert all(one.startswith("- ") and one.endswith(";") for one in others)
    assert last.startswith("- Lưu: ") and last.endswith(".")
    assert right.text.startswith("CHÁNH VĂN PHÒNG")


def test_every_cell_has_a_width_and_headers_repeat(document) -> None:
    for table in document.tables:
        for cell in table._tbl.iter(qn("w:tc")):
            width = cell.tcPr.find(qn("w:tcW"))
            assert width is not None and int(width.get(qn("w:w"))) > 0
    loops = [t for t in document.tables if t.style.name == "Table Grid"]
    assert len(loops) > 10
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in loops)


def test_no_tag_is_left_and_references_are_set_in_their_own_style(document) -> None:
    assert "{{" not in everything(document) and "{%" not in everything(document)
    styles = {
        run.find(qn("w:rPr")).find(qn("w:rStyle")).get(qn("w:val"))
        for run in document.element.body.iter(qn("w:r"))
        if "[N" in "".join(t.text or "" for t in run.iter(qn("w:t")))
        and run.find(qn("w:rPr")) is not None
        and run.find(qn("w:rPr")).find(qn("w:rStyle")) is not None
    }
    assert styles == {REFERENCE_STYLE}


def test_no_line_ends_within_a_reference_and_each_is_read_as_it_is_written(document) -> None:
    """Word breaks lines behind a plain dash: «[N-» and «0098]» would stand apart."""
    plain = re.compile(r"(?<!\w)(?:[NK]|MT|QĐ)-\d+(?![\w/-])")
    texts = [t.text or "" for t in document.element.body.iter(qn("w:t"))]

    assert not [text for text in texts if plain.search(text)]
    assert len(plain.findall(everything(document))) > 100


def test_nothing_is_amiss_with_what_the_report_says(document) -> None:
    spoken = [("báo cáo", everything_in(p)) for p in document.element.body.iter(qn("w:p"))]

    assert len(spoken) > 500
    assert not amiss(spoken)


def test_papers_have_short_codes_and_no_digest(document) -> None:
    said = everything(document)

    # Counts of a table's cells follow each other in it: a digest has letters as well.
    assert not re.search(r"(?=\d*[a-f])[0-9a-f]{12,}|SHA-256", said)
    assert re.search(r"Mã đối chiếu của báo cáo: [0-9A-F]{4}-[0-9A-F]{4}\.", said)
    assert re.search(r"Mã đối chiếu [0-9A-F]{4}-[0-9A-F]{4}", said)


def asked_of_rows(template: Path) -> Iterator[tuple[str, str]]:
    """What a template asks of each list it repeats: its name, and a key of its rows."""
    lists: list[tuple[str, str]] = []  # the variables of the loops around, with their lists
    for tag in TAG.findall(everything(docx.Document(str(template)))):
        if loop := re.fullmatch(r"\{%\w* for (\w) in ([\w.]+) %\}", tag):
            lists.append((loop[1], loop[2]))
        elif "endfor" in tag:
            lists.pop()
        for name, key in re.findall(r"\b(\w)\.(\w+)", tag):
            yield dict(lists)[name], key
    assert not lists


def held_by_rows(content: ReportContent | Preview) -> dict[str, set[str]]:
    """The keys of the rows of each list; of groups also those of the rows within."""
    held: dict[str, set[str]] = {"g.rows": set()}
    for field in dataclasses.fields(content):
        for row in value if isinstance(value := getattr(content, field.name), list) else ():
            if isinstance(row, Mapping):
                held.setdefault(field.name, set()).update(row)
            elif dataclasses.is_dataclass(row):
                held.setdefault(field.name, set()).update(f.name for f in dataclasses.fields(row))
            if isinstance(row, Group):
                held["g.rows"].update(*row.rows)
    return held


def changed_year() -> ReportContent:
    """A report in which every list has rows: what is judged has changed, who answered came late."""
    made, standings = november()
    now = snapshot_of(made.consolidation, review_lines(made.review))
    lines = [dataclasses.replace(line, judgement=Judgement.EXCEEDED.value) for line in now.lines]
    changes = changes_between(dataclasses.replace(now, lines=lines), now)
    first, *others = made.review.indicators
    own = first.territories[first.territory]
    unjudged = dataclasses.replace(
        first,
        territories={first.territory: dataclasses.replace(own, judgement=Judgement.UNKNOWN)},
    )
    review = dataclasses.replace(made.review, indicators=[unjudged, *others])
    agencies = [
        dataclasses.replace(a, timeliness=Timeliness.LATE) if a.answered else a
        for a in made.consolidation.agencies
    ]
    silent = next(n for n, a in enumerate(agencies) if not a.answered)
    agencies[silent] = waiting_for_the_office(agencies[silent])
    consolidation = dataclasses.replace(made.consolidation, agencies=agencies)
    return report_of(real_office(), consolidation, review, standings, changes)


def waiting_for_the_office(agency: AgencyOverview) -> AgencyOverview:
    return dataclasses.replace(
        agency,
        timeliness=Timeliness.WAITING,
        waits=True,
        receipt_number="TK-2025/0199",
        received_at=MADE_AT,
    )


def test_whose_report_lies_with_the_office_stands_apart_from_those_who_owe(content) -> None:
    made, standings = november()
    owing = [a for a in made.consolidation.agencies if a.timeliness is Timeliness.MISSING]
    rest = [a for a in made.consolidation.agencies if a.answered]
    told = {}
    for name, found in (
        ("all wait", [*rest, *map(waiting_for_the_office, owing)]),
        ("none wait", made.consolidation.agencies),
        ("nobody left", rest),
    ):
        consolidation = dataclasses.replace(made.consolidation, agencies=found)
        told[name] = report_of(real_office(), consolidation, made.review, standings)

    assert owing and not told["all wait"].owing
    assert len(told["all wait"].waiting) == len(owing) and not told["none wait"].waiting
    row = told["all wait"].waiting[0]
    assert row["receipt"].plain == "TK-2025/0199"
    assert "nhận lúc" in row["state"].plain and "TK-2025" not in row["state"].plain
    finished, title = "Mọi cơ quan, đơn vị đã hoàn thành báo cáo.", "Báo cáo chờ Văn phòng xem xét"
    for name, shown in told.items():
        small = dataclasses.replace(shown, annex_indicators=[], annex_tasks=[], reached=[])
        document = docx.Document(io.BytesIO(report_document(TEMPLATE, small, made_at=MADE_AT)))
        assert (title in everything(document)) is (name == "all wait")
        assert (finished in everything(document)) is (name == "nobody left")


def test_the_templates_ask_of_every_row_for_what_it_holds() -> None:
    made, standings = november()
    held = {TEMPLATE: held_by_rows(changed_year()), PREVIEW: {}}
    for standing in standings:
        page = preview_of(real_office(), made.consolidation, made.review, standing, MADE_AT)
        held[PREVIEW] |= held_by_rows(page)

    for template, rows in held.items():
        asked = list(asked_of_rows(template))
        assert len(asked) > 50
        for name, key in asked:
            assert key in rows[name], (template.name, name, key)


def test_the_page_of_an_agency_asks_for_numbers_of_parts_that_it_has() -> None:
    tags = TAG.findall(everything(docx.Document(str(PREVIEW))))
    asked = {key for tag in tags for key in re.findall(r"\bparts\.(\w+)", tag)}

    assert asked == {*PARTS, "sources"}


# --- Data stays data ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }} {% for x in y %}",
        "{{r title }} {%p if x %} {%tr endfor %}",
        "R&D < 5 > 3 “ngoặc” 'nháy' \"kép\"",
        "</w:t></w:r><w:r><w:t>chen",
        "<b>đậm</b> &amp; &lt;",
        "dài " * 3000,
        "đ" * 4000,
    ],
)
def test_what_an_agency_writes_is_set_to_the_letter(content, text: str) -> None:
    made = docx.Document(
        io.BytesIO(report_document(TEMPLATE, small(content, text), made_at=MADE_AT))
    )

    assert text in everything(made)


def test_a_text_of_several_lines_breaks_where_it_should(content) -> None:
    said = Text((Span("một"), Span("\n[N-0001]", is_reference=True)))
    changed = dataclasses.replace(content, changes=[said], flipped=[])

    made = docx.Document(io.BytesIO(report_document(TEMPLATE, changed, made_at=MADE_AT)))

    assert any(p.text == "một\n[N-0001]" for p in made.paragraphs)


def test_the_same_content_gives_the_same_bytes(content) -> None:
    shown = small(content, "như nhau")

    first = report_document(TEMPLATE, shown, made_at=MADE_AT)

    assert report_document(TEMPLATE, shown, made_at=MADE_AT) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {i.date_time for i in package.infolist()} == {MADE_AT.utctimetuple()[:6]}


def test_the_charts_are_the_same_bytes_each_time() -> None:
    made, _ = november()

    charts = report_charts(made.review, str)

    assert set(charts) == {"overview", "scenario"}
    assert charts == report_charts(made.review, str)
    assert all(c.startswith(b"\x89PNG") for c in charts.values())


# --- The office's template ------------------------------------------------------------------------


def test_a_template_that_is_no_word_file_is_named(content, tmp_path: Path) -> None:
    broken = tmp_path / "review.docx"
    broken.write_text("không phải Word")

    with pytest.raises(ReportTemplateFault, match=r"review\.docx"):
        report_document(broken, content, made_at=MADE_AT)
    with pytest.raises(ReportTemplateFault, match=r"thiếu\.docx"):
        report_document(tmp_path / "thiếu.docx", content, made_at=MADE_AT)


@pytest.mark.parametrize("tag", ["{{ khong_co }}", "{% if %}", "{{ title.__class__.__mro__ }}"])
def test_a_tag_that_cannot_be_set_is_refused(content, tmp_path: Path, tag: str) -> None:
    made = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    made.add_paragraph(tag)
    made.save(str(tmp_path / "review.docx"))

    with pytest.raises(ReportTemplateFault, match="thẻ không đúng"):
        report_document(tmp_path / "review.docx", content, made_at=MADE_AT)


def test_the_shipped_templates_are_sound_and_a_misspelt_name_is_found(tmp_path: Path) -> None:
    check_report_templates(TEMPLATE.parent)
    for path in (TEMPLATE, PREVIEW):
        shutil.copy(path, tmp_path)
    made = docx.Document(str(tmp_path / "preview.docx"))
    made.add_paragraph("{{ ten_co_quan }}")
    made.save(str(tmp_path / "preview.docx"))

    for _ in range(2):
        with pytest.raises(ReportTemplateFault, match=r"preview\.docx.*ten_co_quan"):
            check_report_templates(tmp_path)


def test_a_template_found_sound_is_checked_again_for_other_names(tmp_path: Path) -> None:
    names = [field.name for field in dataclasses.fields(Preview)]
    for _ in range(2):
        check_template(PREVIEW, names)
        with pytest.raises(ReportTemplateFault, match="không có nội dung mang tên"):
            check_template(PREVIEW, names[:1])


def test_words_the_office_adds_stay(content, tmp_path: Path) -> None:
    made = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    made.add_paragraph("Ghi chú thêm của Văn phòng, mã {{ code }}.")
    made.save(str(tmp_path / "review.docx"))

    report = report_document(tmp_path / "review.docx", small(content, "x"), made_at=MADE_AT)

    found = docx.Document(io.BytesIO(report)).paragraphs[-1].text
    assert found == f"Ghi chú thêm của Văn phòng, mã {content.code}."


# --- Rendered -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(report: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of every page of the PDF that LibreOffice makes."""
    pdftotext = shutil.which("pdftotext")
    if NO_OFFICE or pdftotext is None:
        pytest.skip("LibreOffice or poppler is not installed")
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "bao-cao.docx").write_bytes(report)
    [pdf] = saved_as("pdf", [folder / "bao-cao.docx"], folder)
    text = subprocess.run(
        [pdftotext, "-layout", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode()
    return text.split("\f")[:-1]


MOST_PAGES = 20  # what is read in a quarter of an hour


def parts_of(pages: list[str]) -> list[list[str]]:
    """The pages of the report itself, then those of each annex."""
    begins = [0, *(i for i, p in enumerate(pages) if re.match(r"\s*Phụ lục [IV]+\n", p))]
    return [pages[a:b] for a, b in itertools.pairwise([*begins, len(pages)])]


def test_numbers_stand_on_top_from_the_second_page_of_report_and_annexes_on(pages) -> None:
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0].splitlines()[0]
    assert len(parts_of(pages)) == 5
    for part in parts_of(pages):
        for number, page in enumerate(part[1:], start=2):
            assert page.strip().splitlines()[0].strip() == str(number)


def test_the_report_is_short_enough_to_be_read(pages) -> None:
    assert len(parts_of(pages)[0]) <= MOST_PAGES


def test_the_copy_to_be_signed_ends_with_its_third_annex_and_has_no_mark(content, tmp_path) -> None:
    if NO_OFFICE or (pdftotext := shutil.which("pdftotext")) is None:
        pytest.skip("LibreOffice or poppler is not installed")
    clean = report_document(TEMPLATE, content.without_references(), made_at=MADE_AT)
    words = everything(docx.Document(io.BytesIO(clean)))
    assert not re.search(r"\[[NK]-|\[YK-", words)
    assert "Mã trong ngoặc vuông" not in words and "(mã của báo cáo ấy)" not in words
    (tmp_path / "ban-trinh-ky.docx").write_bytes(clean)

    [pdf] = saved_as("pdf", [tmp_path / "ban-trinh-ky.docx"], tmp_path)

    text = subprocess.run([pdftotext, "-layout", str(pdf), "-"], check=True, capture_output=True)
    found = text.stdout.decode().split("\f")[:-1]
    assert len(parts_of(found)) == 4
    assert len(parts_of(found)[0]) <= MOST_PAGES
    assert all(len(page.split()) > 5 for page in found)


def test_no_page_is_empty_and_the_parts_come_in_order(pages) -> None:
    assert all(len(page.split()) > 5 for page in pages)
    whole = " ".join(" ".join(pages).split())
    titles = [
        *("I. TỔNG QUAN", "II. KẾT QUẢ", "III. KẾT QUẢ THEO ĐỊA BÀN", "IV. SỐ LIỆU", "V. KỊCH BẢN"),
        *("VI. NHIỆM VỤ", "VII. DỰ ÁN", "VIII. CƠ QUAN", "IX. KIẾN NGHỊ", "X. THAY ĐỔI"),
        *("Nơi nhận:", "KẾT QUẢ TỪNG CHỈ TIÊU", "NHIỆM VỤ THEO TÌNH TRẠNG"),
        *("DỰ ÁN TRỌNG ĐIỂM: GIẢI NGÂN", "NGUỒN CỦA TỪNG SỐ LIỆU"),
    ]
    found = [whole.find(title) for title in titles]
    assert -1 not in found and found == sorted(found)


def test_a_reader_walks_from_a_printed_reference_to_file_and_cell(pages) -> None:
    made, _ = november()
    grdp = made.review.indicator("grdp_growth")
    assert grdp.value is not None
    reference, source = grdp.value.reference, grdp.value.source

    body = next(i for i, p in enumerate(pages) if f"[{reference}]" in p)
    annex = next(p for p in pages[body + 1 :] if f"{reference} ô {source.cell}" in p)

    assert source.receipt_number in annex
    assert "Trang «Chỉ tiêu»" in annex


def test_a_long_note_does_not_take_its_table_to_the_next_page_with_it() -> None:
    """A heading, a note of five lines, a head of four and a first row of seven that must stand on
    one page leave a third of the page before them empty."""
    template = docx.Document(str(TEMPLATE))
    long = [
        paragraph
        for paragraph in template.paragraphs
        if paragraph.style.name == "Chú bảng" and len(TAG.sub("", paragraph.text)) > 250
    ]
    assert len(long) > 4
    assert not [p.text for p in long if p.paragraph_format.keep_with_next is not False]
    headings = [p for p in template.paragraphs if p.style.name in ("Mục lớn", "Mục nhỏ")]
    assert all(p.paragraph_format.keep_with_next is None for p in headings), "as their style says"
    assert template.styles["Mục lớn"].paragraph_format.keep_with_next
