"""Every workbook on paper: letters of eight points at least, nothing cut, headers on every page."""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from config.exchange.exchange_tables import OfficeFiles
from flows.office.catalogue_import import workbook_of
from models.domain.cycle.cycles import HANOI
from models.domain.results.snapshots import changes_between
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.office_program import NO_OFFICE, saved_as
from tests.fixtures.printed_pages import LEAST_POINTS, PrintedSheet, printed_sheets
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.simulated_review import simulated_review

STAMP = dt.datetime(2025, 11, 26, 10, 30, tzinfo=HANOI)
AS_DOCUMENTS = {"Tổng quan", "Bảng đếm"}
LONG = {"Chỉ tiêu", "Kế hoạch hành động", "Tiến độ trong năm"}
LOOKED_UP = {"Nguồn số liệu", "Nguồn kỳ trước"}
AGENCIES = [
    *(("2025-plan", agency) for agency in ("skhdt", "cuc_thong_ke", "ubnd_vinh_bao")),
    *(("2025-plan", "bqlda_giao_thong"), ("2025-review", "stc"), ("2025-review", "thong_ke")),
    ("2025-review", "xa_an_lao"),
]


@functools.cache
def consolidated(kind: str) -> bytes:
    """The workbook of the plan or the review of a simulated year, with changes."""
    made, office = simulated_review(), real_office()
    if kind == "plan":
        results = results_from(office, made.earlier, None)
    else:
        results = results_from(office, made.consolidation, made.earlier)
    now = results.snapshot()
    changes = changes_between(now, now)
    return write_consolidation(results, STAMP, changes=changes)


@functools.cache
def sheets_of(kind: str) -> list[PrintedSheet]:
    """Its sheets."""
    return printed_sheets(consolidated(kind))


@functools.cache
def template(cycle: str, agency: str) -> list[PrintedSheet]:
    """The sheets of an agency's workbook as it goes out."""
    office = own_office()
    return printed_sheets(workbook_content(office, b"k" * 32, office.cycle(cycle), agency))


@pytest.fixture(params=["plan", "review"])
def sheets(request: pytest.FixtureRequest) -> list[PrintedSheet]:
    return sheets_of(request.param)


def without(content: bytes, names: set[str]) -> bytes:
    """The workbook with these sheets hidden: they are not printed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            held = old.read(part)
            if part == "xl/workbook.xml":
                for name in names:
                    shown = f'<sheet name="{name}"'
                    held = held.replace(shown.encode(), f'{shown} state="hidden"'.encode())
            new.writestr(part, held)
    return stream.getvalue()


# --- What the office reads ------------------------------------------------------------------------


def test_every_letter_has_eight_points_on_paper_and_every_sheet_is_one_page_wide(
    sheets: list[PrintedSheet],
) -> None:
    for printed in sheets:
        sheet = printed.sheet
        assert printed.smallest_letter >= LEAST_POINTS, (sheet.title, printed.percent)
        if sheet.title == "Bảng đếm":  # which has breaks of its own between its charts
            assert 100 * LEAST_POINTS / 11 <= sheet.page_setup.scale < printed.percent
        else:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth in (None, 1)  # not written: the default is one


def test_the_first_pages_are_documents_on_a4_and_tables_lie_on_their_side(
    sheets: list[PrintedSheet],
) -> None:
    papers = {s.sheet.title: s.paper for s in sheets}

    assert {papers.pop(name) for name in AS_DOCUMENTS} == {"A4 portrait"}
    assert set(papers.values()) == {"A4 landscape", "A3 landscape"}
    assert papers["Phát hiện"] == "A4 landscape"


def test_nothing_is_cut_and_no_number_is_hidden(sheets: list[PrintedSheet]) -> None:
    for printed in sheets:
        if printed.sheet.title not in LOOKED_UP:
            assert printed.cut() == [], printed.sheet.title


def test_what_is_too_long_for_paper_says_that_it_is_for_the_screen(
    sheets: list[PrintedSheet],
) -> None:
    for printed in sheets:
        if printed.sheet.title in LOOKED_UP:
            assert "để tra cứu trên máy, không cần in" in printed.sheet["A2"].value
            codes = {"A", "F", "J", "K"}  # reference, receipt number, cell, hash: whole as they are
            assert not [c for c in printed.cut() if re.sub(r"\d", "", c) in codes]


def test_every_page_names_sheet_cycle_day_and_its_number(sheets: list[PrintedSheet]) -> None:
    for printed in sheets:
        head, foot = printed.sheet.oddHeader.left.text, printed.sheet.oddFooter
        title = printed.sheet["A6"].value if printed.sheet.title == "Tổng quan" else head
        assert "Chỉ thị số 03/CT-UBND năm 2025" in title
        assert foot.left.text.startswith(
            f"{printed.sheet.title}. Số liệu đến 09 giờ 00 phút ngày 26/11"
        )
        assert foot.right.text == "Trang &P/&N"
        assert printed.sheet.HeaderFooter.scaleWithDoc is False


def test_the_workbook_opens_at_the_top_of_its_first_sheet(sheets: list[PrintedSheet]) -> None:
    book = sheets[0].sheet.parent

    assert book.active is sheets[0].sheet
    for printed in sheets:
        view = printed.sheet.sheet_view
        assert not view.showGridLines
        assert view.topLeftCell in (None, "A1")
        assert view.selection[-1].activeCell == "A1"
        assert view.tabSelected in (None, printed is sheets[0])


def test_numbers_of_one_unit_have_as_many_decimals(sheets: list[PrintedSheet]) -> None:
    by_title = {s.sheet.title: s.sheet for s in sheets}
    growth = [c for row in by_title["Kịch bản GRDP"].iter_rows(min_row=6) for c in row]
    formats = {c.number_format for c in growth if isinstance(c.value, float)}
    assert {f.lstrip("+").partition(";")[0] for f in formats} == {"#,##0.00"}

    rows = by_title["Chỉ tiêu"].iter_rows(min_row=6)
    for row in rows:
        shown = {
            c.number_format.lstrip("+").partition(";")[0]
            for c in row
            if isinstance(c.value, int | float) and "#" in c.number_format
        }
        assert len(shown) <= 1, row[0].coordinate


def test_a_date_stands_in_one_form_everywhere(sheets: list[PrintedSheet]) -> None:
    shown = {
        cell.number_format.lower()
        for printed in sheets
        for cell in printed.filled()
        if isinstance(cell.value, dt.date)
    }

    assert shown <= {"dd/mm/yyyy", "dd/mm/yyyy hh:mm"}


def test_every_letter_is_of_the_offices_font(sheets: list[PrintedSheet]) -> None:
    assert {cell.font.name for s in sheets for cell in s.filled()} == {"Times New Roman"}


# --- What agencies and the office fill in ---------------------------------------------------------


@pytest.mark.parametrize(("cycle", "agency"), AGENCIES)
def test_an_agencys_workbook_can_be_read_on_paper(cycle: str, agency: str) -> None:
    for printed in template(cycle, agency):
        assert printed.smallest_letter >= LEAST_POINTS, printed.sheet.title
        assert printed.cut() == [], printed.sheet.title
        assert printed.sheet.page_setup.fitToWidth in (None, 1)
        assert printed.sheet.protection.formatRows is False  # not forbidden


@pytest.mark.parametrize(("cycle", "agency"), AGENCIES)
def test_a_commune_prints_all_of_its_workbook_on_a4(cycle: str, agency: str) -> None:
    papers = {s.sheet.title: s.paper for s in template(cycle, agency)}

    assert papers["Kế hoạch hành động"] == "A4 landscape"
    if agency in ("ubnd_vinh_bao", "xa_an_lao"):
        assert {paper.partition(" ")[0] for paper in papers.values()} == {"A4"}


def test_the_catalogues_workbook_can_be_read_on_paper() -> None:
    files = OfficeFiles(OFFICE_FILES, OFFICE_FILES / "contacts.csv", 2025)

    for printed in printed_sheets(workbook_of(files)):
        assert printed.smallest_letter >= LEAST_POINTS, printed.sheet.title


# --- As another program prints it -----------------------------------------------------------------


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice is not installed")
def test_libreoffice_prints_them_so(tmp_path: Path) -> None:
    source = tmp_path / "review.xlsx"
    source.write_bytes(without(consolidated("review"), LOOKED_UP | LONG))

    [pdf] = saved_as("pdf", [source], tmp_path / "printed")

    pages = PdfReader(pdf).pages
    for page in pages:
        sizes: list[float] = []

        def seen(text: str, _: object, at: list[float], __: object, size: float, sizes=sizes):  # type: ignore[no-untyped-def]
            if text.strip():
                sizes.append(abs(at[3]) * size)

        text = page.extract_text(visitor_text=seen)
        assert "###" not in text
        assert f"/{len(pages)}" in text
        assert min(sizes) >= LEAST_POINTS - 0.15, text[-200:]
        assert {round(float(side)) for side in page.mediabox[2:]} in ({595, 842}, {842, 1191})
