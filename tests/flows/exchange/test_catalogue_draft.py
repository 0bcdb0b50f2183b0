"""A directive drafted from its text and from Word: as the catalogue has it, or marked."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from flows.cli.catalogue.catalogue_draft import DraftResult, draft_workbook
from flows.cli.catalogue.catalogue_exchange import import_catalogue
from flows.office.catalogue_import import ExchangeRefused
from models.domain.drafting.draft import CatalogueDraft, DoubtKind
from tasks.adapters.reading.documents.docx_package import DocumentRefused
from tasks.adapters.workbooks.draft_marks import DRAFT_TITLE
from tests.fixtures.corrected_draft import correct
from tests.fixtures.directive_in_word import directive_in_word, records
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.office_program import NO_OFFICE, saved_as

TEXT = Path(__file__).resolve().parents[2] / "fixtures" / "directive_03_2025.txt"
OF_2025 = OFFICE_FILES / "directives" / "2025"
PRINTED = ("number", "name_printed", "unit_printed", "target_printed", "agencies_printed",
           "deadline_printed", "investment_printed", "approval_printed", "quy_1_printed",
           "6_thang_printed", "9_thang_printed", "ca_nam_printed")  # fmt: skip


@pytest.fixture(scope="module")
def of_text(tmp_path_factory: pytest.TempPathFactory) -> DraftResult:
    out = tmp_path_factory.mktemp("drafted") / "2025.xlsx"
    return draft_workbook(TEXT, 2025, out, OFFICE_FILES)


def differences(draft: CatalogueDraft) -> tuple[int, list[str]]:
    """How many printed cells the catalogue of 2025 has, and which of them the draft has not."""
    count, differ = 0, []
    for appendix in range(1, 6):
        sheet = f"appendix_{appendix}"
        expected, drafted = records(OF_2025, sheet), draft.sheets[sheet]
        assert len(expected) == len(drafted), sheet
        for line, row in zip(expected, drafted, strict=True):
            keys = [k for k in PRINTED if k in line]
            keys += ["agencies", "basis"] if line["basis"] != "assigned" else []
            for key in keys:
                count += bool(line[key])
                if line[key] != row.value(key):
                    differ.append(f"{sheet} {row.source} {key}: {line[key]} / {row.value(key)}")
    return count, differ


def test_the_text_of_2025_comes_out_as_its_catalogue(of_text: DraftResult) -> None:
    count, differ = differences(of_text.draft)
    assert count > 1200
    assert differ == []
    assert of_text.draft.unread == []


def test_every_heading_comes_out(of_text: DraftResult) -> None:
    expected = [h for h in records(OF_2025, "headings") if h["appendix"] != "body"]
    *drafted, of_the_body = of_text.draft.sheets["headings"]
    keys = ("appendix", "number", "printed")
    assert [of_the_body.value(k) for k in keys] == ["body", "", ""]  # for a person to fill in
    assert [[r.value(k) for k in keys] for r in drafted] == [[h[k] for k in keys] for h in expected]


def test_every_printed_cell_says_where_it_stands(of_text: DraftResult) -> None:
    for sheet in ("appendix_1", "appendix_2", "appendix_3", "appendix_4", "appendix_5"):
        for row in of_text.draft.sheets[sheet]:
            cells = [c for k, c in row.cells.items() if k in PRINTED and c.value]
            assert all(c.source.startswith("dòng ") for c in cells), row.source
    task = of_text.draft.sheets["appendix_4"][32]
    assert task.cells["deadline_printed"].source == "dòng 439 và dòng 442"


def test_word_with_numbers_that_are_drawn_and_merged_cells(tmp_path: Path) -> None:
    document = tmp_path / "chi-thi.docx"
    document.write_bytes(directive_in_word(OF_2025))
    result = draft_workbook(document, 2025, tmp_path / "2025.xlsx", OFFICE_FILES)
    count, differ = differences(result.draft)
    assert count > 1200
    assert differ == []
    assert result.draft.unread == []


@pytest.fixture(scope="module")
def saved_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the document as LibreOffice saves it: .odt, from that .docx, and .doc."""
    folder = tmp_path_factory.mktemp("libreoffice")
    made = folder / "chi-thi.docx"
    made.write_bytes(directive_in_word(OF_2025))
    saved = folder / "saved"
    for target, source in (("odt", made), ("docx", saved / "chi-thi.odt"), ("doc", made)):
        saved_as(target, [source], saved)
    return saved


@pytest.mark.slow
@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice is not installed")
def test_word_that_libreoffice_saved(saved_elsewhere: Path, tmp_path: Path) -> None:
    document = saved_elsewhere / "chi-thi.docx"
    result = draft_workbook(document, 2025, tmp_path / "2025.xlsx", OFFICE_FILES)
    assert differences(result.draft)[1] == []


@pytest.mark.slow
@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["chi-thi.doc", "chi-thi.odt"])
def test_what_word_can_save_anew_is_refused_with_that_step(
    name: str, saved_elsewhere: Path, tmp_path: Path
) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        draft_workbook(saved_elsewhere / name, 2025, tmp_path / "2025.xlsx", OFFICE_FILES)
    assert "Lưu thành (Save As), kiểu Word Document (.docx)" in str(refusal.value)


def test_what_an_import_would_ask_for_is_marked_in_the_draft(of_text: DraftResult) -> None:
    result = import_catalogue(of_text.out, OFFICE_FILES, check_only=True)
    book = openpyxl.load_workbook(of_text.out)
    unmarked = [
        c.sentence
        for c in result.complaints
        # Duties that name a row by a code which the draft does not have stand on no drafted sheet.
        if c.sheet != "Kế thừa nhiệm vụ"
        and c.cell
        and book[c.sheet][c.cell].fill.fgColor.rgb != "FFF8B9B4"
    ]
    assert result.complaints
    assert unmarked == []


def test_what_only_the_body_says_and_no_import_asks_for_is_marked_too(
    of_text: DraftResult,
) -> None:
    (facts,) = of_text.draft.sheets["directive"]
    for key in ("clear", "clear_place", "territory"):
        assert facts.cells[key].worst is DoubtKind.OPEN


def test_the_first_sheet_lists_what_is_to_be_looked_at(of_text: DraftResult) -> None:
    book = openpyxl.load_workbook(of_text.out)
    assert book.sheetnames[0] == DRAFT_TITLE
    told = " ".join(str(c) for r in book[DRAFT_TITLE].iter_rows(values_only=True) for c in r if c)
    assert "directive_03_2025.txt" in told
    for _, _, _, doubt in of_text.draft.doubts():
        assert doubt.text[1:] in told
    sheet = book["I. Chỉ tiêu chủ yếu"]
    remark = sheet["I4"].comment
    assert remark is not None
    assert remark.text == "directive_03_2025.txt: dòng 231"


def test_a_clerk_fills_in_what_is_open_and_imports(of_text: DraftResult, tmp_path: Path) -> None:
    """What the draft leaves open is taken from the catalogue of 2025: the rest is the draft's."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    office = Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=ignored))
    book = openpyxl.load_workbook(of_text.out)
    correct(book, office, OF_2025)
    corrected = tmp_path / "2025.xlsx"
    book.save(corrected)
    result = import_catalogue(corrected, office, replace_year=True, while_open=True)
    assert [c.sentence for c in result.complaints] == []
    for appendix in range(1, 6):
        name = f"appendix_{appendix}"
        imported = records(office / "directives" / "2025", name)
        expected = records(OF_2025, name)
        keys = [k for k in (*PRINTED, "agencies", "basis", "direction") if k in expected[0]]
        assert [[i[k] for k in keys] for i in imported] == [[e[k] for k in keys] for e in expected]


def test_a_measure_of_the_year_before_keeps_its_code(tmp_path: Path) -> None:
    text = tmp_path / "2026.txt"
    text.write_text(TEXT.read_text(encoding="utf-8").replace("2025", "2026"), encoding="utf-8")
    draft = draft_workbook(text, 2026, tmp_path / "2026.xlsx", OFFICE_FILES).draft
    for sheet in ("appendix_1", "appendix_2", "appendix_3"):
        codes = [row.value("code") for row in draft.sheets[sheet]]
        assert codes == [line["code"] for line in records(OF_2025, sheet)]
    assert [r.value("code") for r in draft.sheets["appendix_4"]][:2] == [
        "task_2026_01",
        "task_2026_02",
    ]
    ended = draft.sheets["appendix_4"][0]
    assert ended.value("agencies_printed") == "Sở Kế hoạch và Đầu tư"
    assert ended.value("agencies") == "stc"
    assert ended.cells["agencies"].worst is DoubtKind.LOOK
    assert "trả lời" in ended.cells["agencies"].doubts[0].text


@pytest.mark.parametrize(
    ("name", "content", "step"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Xin "),
        ("a.rtf", b"{\\rtf1 a}", "Lưu thành (Save As), kiểu Word Document (.docx)"),
        ("a.pdf", b"%PDF-1.7 ...", "Xin lấy tệp Word"),
        ("a.docx", b"PK\x03\x04 cut", "Xin "),
        ("a.txt", "Sở Tài chính".encode("cp1258", "replace"), "UTF-8"),
        ("a.docx", b"", "Xin đưa tệp Word"),
    ],
)
def test_what_is_no_document_is_refused_with_the_step_that_helps(
    name: str, content: bytes, step: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentRefused) as refusal:
        draft_workbook(tmp_path / name, 2026, tmp_path / "out.xlsx", OFFICE_FILES)
    assert step in str(refusal.value)
    assert not (tmp_path / "out.xlsx").exists()


def test_a_workbook_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "2026.xlsx"
    out.write_bytes(b"work of somebody")
    with pytest.raises(ExchangeRefused):
        draft_workbook(TEXT, 2026, out, OFFICE_FILES)
    assert out.read_bytes() == b"work of somebody"
