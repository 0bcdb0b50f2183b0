"""Forms: what the office prints in its columns, and what an agency must fill in."""

from __future__ import annotations

import re

import pytest

from config.files.catalogues import load_catalogues
from config.files.form_files import load_forms
from models.domain.answers.asked_cells import content_for, lines_for
from models.domain.cycle.cycles import HANOI
from models.domain.reading.forms import (
    OFFICE_SOURCES,
    Column,
    Form,
    ValueType,
    choices_of,
    full_name,
    is_required,
    office_note,
    office_text,
    place_of,
    role_of,
    sheets_for,
)
from models.domain.register.catalogue import Catalogue, Role
from tests.fixtures.office_files import OFFICE_FILES, own_office


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogues(OFFICE_FILES)[2025]


@pytest.fixture(scope="module")
def form() -> Form:
    return load_forms(OFFICE_FILES)["plan"]


def test_every_row_has_a_place_an_official_can_cite(catalogue: Catalogue) -> None:
    places = {row.code: place_of(row, catalogue) for row in catalogue}
    assert places["iip_growth"] == "PL I.3"
    assert places["grdp_growth_services"] == "PL I.1.b"
    assert places["solid_waste_rural_sanitary"] == "PL I.18.b.2"
    assert len(set(places.values())) == len(places), "no two rows stand in one place"
    assert all(p.startswith(("PL ", "Mục ")) and "  " not in p for p in places.values())
    second = [place_of(r, catalogue) for r in catalogue if r.appendix.value == "II"]
    assert second[:4] == ["PL II", "PL II.1", "PL II.1.a", "PL II.1.a.1"]


def test_a_row_under_a_heading_carries_the_headings_name(catalogue: Catalogue) -> None:
    rows = [r for r in catalogue if r.name_printed.startswith("+ ")]
    assert len(rows) == 2
    for row in rows:
        name = full_name(row, catalogue)
        assert name.startswith("Tỷ lệ chất thải rắn")
        assert ": Nông thôn: " in name
        assert name.endswith(row.name)


def test_every_source_has_a_text_for_every_row(catalogue: Catalogue) -> None:
    for source in OFFICE_SOURCES:
        column = Column("x", "x", ValueType.TEXT, office=True, source=source)
        for row in catalogue:
            assert isinstance(office_text(column, row, catalogue, row.lead), str)


def test_an_unknown_source_is_refused(catalogue: Catalogue) -> None:
    column = Column("x", "x", ValueType.TEXT, office=True, source="colour")
    with pytest.raises(ValueError, match="colour"):
        office_text(column, catalogue.rows[0], catalogue, "syt")


def test_the_lead_must_commit_and_others_need_not(catalogue: Catalogue, form: Form) -> None:
    row = catalogue.row("iip_growth")
    committed = form.sheet("indicators").column("committed")
    lead, other = row.agencies[0].agency, row.agencies[1].agency
    assert (role_of(row, lead), role_of(row, other)) == (Role.LEAD, Role.CO)
    assert is_required(committed, row, lead)
    assert not is_required(committed, row, other)
    assert role_of(row, "nobody") is None
    assert not is_required(form.sheet("indicators").column("measures"), row, lead)


def test_the_groups_of_solutions_are_the_choices(catalogue: Catalogue, form: Form) -> None:
    column = form.sheet("action_plan").column("group")
    assert len(choices_of(column, catalogue)) == 10
    assert choices_of(Column("x", "x", ValueType.CHOICE, choices=("a",)), catalogue) == ("a",)


def test_guidance_speaks_only_of_what_the_agencys_own_workbook_has() -> None:
    office = own_office()
    for code, commune in (("2025-plan", "ubnd_le_chan"), ("2025-review", "phuong_le_chan")):
        cycle = office.cycle(code)
        form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
        for agency, indicators in ((commune, False), ("sct", True)):
            said = "\n".join(
                [
                    *lines_for(form, form.instructions, catalogue, agency),
                    *lines_for(form, form.advice, catalogue, agency),
                    content_for(cycle.content, form, catalogue, agency),
                ]
            )
            assert ("chỉ tiêu, cơ quan chủ trì" in said) is indicators, (code, agency)
            assert ("cột Nguyên nhân" in said) is (indicators and code == "2025-review")
            for word in ("từng chỉ tiêu được giao", "nhiệm vụ được giao", "dự án", "Phụ lục II"):
                asked = {s.key for s in sheets_for(form, catalogue, agency)}
                told = word in content_for(cycle.content, form, catalogue, agency)
                assert told is (not asked.isdisjoint(ABOUT[word])), (code, agency, word)
            assert not re.search(r"\[[a-z_]+", said) and "kế hoạch hành động" in said


ABOUT = {
    "từng chỉ tiêu được giao": ["indicators"],
    "nhiệm vụ được giao": ["tasks"],
    "dự án": ["projects"],
    "Phụ lục II": ["scenario"],
}


def test_only_a_workbook_with_something_in_it_is_said_to_be_filled_in_beforehand() -> None:
    office = own_office()
    cycle = office.cycle("2025-review")
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    for filled in (True, False):
        lines = lines_for(form, form.instructions, catalogue, "phuong_le_chan", prefilled=filled)
        assert ("ghi sẵn để đỡ phải gõ lại" in " ".join(lines)) is filled
    assert "ghi sẵn" not in cycle.report_forms


def test_no_workbook_quotes_a_document_of_a_later_day() -> None:
    office = own_office()
    plan = office.cycle("2025-plan")
    opened = plan.opens_at.astimezone(HANOI).date()
    every = [r for row in office.catalogues[2025] for r in row.revisions]
    assert any(r.effective_on > opened for r in every)
    shown = [r for row in office.catalogue_of(plan) for r in row.revisions]
    assert all(r.effective_on <= opened for r in shown)


def test_what_is_counted_is_shown_by_whole_numbers(catalogue: Catalogue, form: Form) -> None:
    unit = next(c for c in form.sheet("indicators").columns if c.source == "unit")
    shown = {row.unit: office_note(unit, row, "sct") for row in catalogue if row.target}
    for counted in ("Người", "Bác sĩ", "Giường bệnh", "Trường", "Bệnh viện", "căn", "Lượt người"):
        assert shown[counted] in ("ví dụ: 9512", "ví dụ: 12"), counted
    for divided in ("%", "Tỷ đồng", "Tuổi", "MW", "m² sàn/người", "Tỷ kWh"):
        assert "," in shown[divided], divided


def test_what_is_late_is_asked_about_where_it_is_printed() -> None:
    office = own_office()
    cycle = office.cycle("2025-review")
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    for agency in ("phuong_le_chan", "sxd", "syt"):
        there = {s.key for s in sheets_for(form, catalogue, agency)}
        late = [
            line
            for line in lines_for(form, form.instructions, catalogue, agency)
            if "chậm tiến độ: vẫn nhận" in line
        ]
        reported = [line for line in late if "nguyên văn vào báo cáo UBND" in line]
        own = [line for line in late if "nguyên văn vào sổ tổng hợp" in line]
        assert bool(reported) is bool(there & {"tasks", "projects"}), agency
        assert bool(own) is ("action_plan" in there), agency
        assert len(late) == len(reported) + len(own) > 0
