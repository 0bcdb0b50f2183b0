"""A legal document is named in full where a paper first names it: kind, number, day, who issued it.

Thereafter a paper may shorten it. What the directive prints in its own rows stays as it is printed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from models.domain.register.catalogue import Appendix
from models.domain.register.target_revisions import first_in_full, initials_said
from models.domain.results.report import report_of
from tasks.adapters.results.choosing import results_from
from tasks.adapters.results.report_document import (
    PREVIEW_TEMPLATE,
    REPORT_TEMPLATE,
    report_document,
    set_document,
)
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tests.fixtures.november import november
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.said_results import said_in_letters, said_of_results
from tests.fixtures.simulated_answers import real_office

MADE_AT = dt.datetime(2025, 11, 26, 2, tzinfo=dt.UTC)
NUMBERED = re.compile(
    r"(?:Chỉ thị|Nghị quyết|Nghị định|Quyết định|Luật|NQ|CT|QĐ) (?:số )?\d+(?:/\d{4})?/[A-ZĐ][\w-]*"
)
IN_FULL = re.compile(r",? ngày \d\d/\d\d/\d{4} của [A-ZĐỦ]")


def not_in_full(paper: str) -> Iterator[str]:
    """What stands around each document that the paper does not name in full at first."""
    office = real_office()
    rows = office.catalogue_of(office.cycle("2025-review"))
    text = " ".join(paper.split())
    # A paper's title names the directive, whose full name its first sentence gives.
    printed = {" ".join(row.name.split()) for row in rows} | {
        c.title for c in office.cycles.values()
    }
    for own in sorted(printed, key=len, reverse=True):
        text = text.replace(own, " … ")
    seen = set()
    for found in NUMBERED.finditer(text):
        number = found[0].rpartition(" ")[2]
        if number not in seen and not IN_FULL.match(text[found.end() :]):
            yield text[max(0, found.start() - 60) : found.end() + 40]
        seen.add(number)


def words_of(document: bytes) -> str:
    """The words of a Word document, paragraphs of tables too, in their order."""
    body = docx.Document(io.BytesIO(document)).element.body
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    )


@pytest.mark.parametrize(
    ("paper", "count"),
    [
        ("Căn cứ Nghị quyết số 42/NQ-HĐND, giao 12", 1),
        ("Căn cứ Nghị quyết số 42/NQ-HĐND ngày 25/07/2025, giao 12", 1),
        ("Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của Hội đồng nhân dân; NQ 42/NQ-HĐND", 0),
        ("NQ 42/NQ-HĐND là Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của Hội đồng nhân dân", 1),
        ("Nghị định số 30/2020/NĐ-CP và Nghị định số 30/2020/NĐ-CP", 1),
    ],
)
def test_a_document_not_named_in_full_is_found(paper: str, count: int) -> None:
    assert len(list(not_in_full(paper))) == count


def test_the_report_names_each_document_in_full_first() -> None:
    made, standings = november()
    content = report_of(real_office(), made.consolidation, made.review, standings)
    paper = words_of(
        report_document(OFFICE_FILES / "reports" / REPORT_TEMPLATE, content, made_at=MADE_AT)
    )
    assert paper.count("Nghị quyết số 42/NQ-HĐND") > 5, "the report has what this test looks for"
    assert not list(not_in_full(paper))


def test_every_agencys_page_names_each_document_in_full_first() -> None:
    made, _ = november()
    pages = results_from(real_office(), made.consolidation, made.earlier).previews(MADE_AT)
    with_targets = [page for page in pages if page.territories]
    assert len(with_targets) > 3
    for page in with_targets:
        values = {f.name: getattr(page, f.name) for f in dataclasses.fields(page)}
        template = OFFICE_FILES / "reports" / PREVIEW_TEMPLATE
        paper = words_of(set_document(template, values, page.title, MADE_AT))
        assert "42/NQ-HĐND" in paper
        assert not list(not_in_full(paper)), page.agency


def test_letters_name_each_document_in_full_first() -> None:
    letters: dict[str, str] = {}
    for name, text in [*said_in_letters(), *said_of_results()]:
        if "đối chiếu của" not in name and name != "báo cáo":  # those are papers of their own
            letters[name] = f"{letters.get(name, '')}\n{text}"
    assert any(NUMBERED.search(text) for text in letters.values())
    wrong = {name: found for name, text in letters.items() if (found := list(not_in_full(text)))}
    assert not wrong


def test_an_agencys_workbook_says_what_its_initials_stand_for() -> None:
    office = real_office()
    cycle = office.cycle("2025-review")
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    told = {}
    for agency in ("stc", "sct", "thanh_tra"):
        workbook = AgencyWorkbook(
            form, catalogue, cycle, agency, office.register, None, "token", dt.date(2025, 11, 19)
        )
        book = openpyxl.load_workbook(io.BytesIO(write_template(workbook)))
        first, *others = [
            "\n".join(str(cell.value) for row in sheet for cell in row if cell.value is not None)
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
        shortened = any("NQ 42/NQ-HĐND" in text for text in others)
        rows = catalogue.rows_for(agency, Appendix)
        said = initials_said(r for row in rows for r in row.revisions_given)
        assert shortened == ("NQ 42/NQ-HĐND" in said), agency
        assert not said or f"{said}" in first
        told[agency] = shortened
    assert set(told.values()) == {True, False}


def test_a_document_is_named_in_full_once_and_only_where_it_was_not() -> None:
    basis = "Nghị quyết số 42/NQ-HĐND ngày 25/07/2025 của Hội đồng nhân dân thành phố"
    named = "Nghị quyết số 42/NQ-HĐND"
    texts = ["không nêu", f"{named}: 12", f"{named}: 9"]
    assert first_in_full(texts, [basis, basis]) == ["không nêu", f"{basis}: 12", f"{named}: 9"]
    assert first_in_full([f"{basis}: 12", f"{named}: 9"], [basis])[1] == f"{named}: 9"
    assert first_in_full(["Hội nghị ngày 14/01/2025"], ["Hội nghị ngày 14/01/2025"]) == [
        "Hội nghị ngày 14/01/2025"
    ]
