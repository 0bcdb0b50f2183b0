"""A workbook examined from end to end, on the directive itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest

from models.domain.answers.examining import examine_content
from models.domain.answers.standing import verdict_of
from models.domain.reading.findings import Severity
from models.domain.reading.identity import PROPERTY_NAME, sign
from models.domain.reading.office import Office
from models.domain.reading.rule_settings import RuleSettings
from models.domain.reading.submissions import Verdict
from models.domain.reading.workbook_content import SheetContent, WorkbookContent

Make = Callable[..., Any]


def test_a_diligent_workbook_of_any_agency_is_accepted_without_a_word(
    workbook: Make, real_office: Office
) -> None:
    for agency in real_office.register.agencies:
        examination = workbook(agency).examine()
        assert not examination.rule_failures
        assert not examination.findings, (agency, examination.findings[0])
        assert examination.agency == agency
        assert examination.entries


def test_a_blank_template_of_any_agency_is_returned_with_a_short_list(
    workbook: Make, real_office: Office
) -> None:
    for agency in real_office.register.agencies:
        examination = workbook(agency, filled=False).examine()
        assert verdict_of(examination.findings) is Verdict.RETURNED
        assert len(examination.findings) <= 12, agency
        assert not examination.rule_failures


def test_a_co_reporter_may_leave_its_indicators_empty(workbook: Make) -> None:
    book = workbook("cuc_hai_quan")
    for sheet, row, column in list(book.places):
        if sheet == "indicators" and row in ("state_budget_revenue", "export_turnover"):
            _, place = book.places[sheet, row, column]
            if not book.sheets[sheet].columns[place - 1].office:
                book.put(sheet, row, column, None)
    assert not book.examine().findings


def test_the_lead_may_not(workbook: Make) -> None:
    book = workbook("stc")
    cell = book.put("indicators", "state_budget_revenue", "committed", None)
    (finding,) = book.findings()
    assert (finding.rule, finding.cell, finding.severity) == ("BB-01", cell, Severity.ERROR)
    assert f"ô {cell}" in finding.message
    assert "Chỉ tiêu" in finding.message


def test_what_the_cells_say_becomes_entries_with_their_addresses(workbook: Make) -> None:
    book = workbook()
    cell = book.commit("export_turnover", "37,5 tỷ USD")
    book.commit("export_turnover_sector", 37.5)
    examination = book.examine()
    entry = next(
        e for e in examination.entries if (e.row_key, e.column) == ("export_turnover", "committed")
    )
    assert (entry.value, entry.raw, entry.cell) == (Decimal("37.5"), "37,5 tỷ USD", cell)
    assert entry.sheet_name == book.names["indicators"]
    assert not examination.findings


def test_a_workbook_that_claims_another_cycle_is_a_blocker(
    workbook: Make, real_office: Office
) -> None:
    other = replace(real_office.cycle("2025-plan"), code="2026-plan", title="Kỳ 2026")
    office = replace(real_office, cycles={**real_office.cycles, "2026-plan": other})
    examination = examine_content(workbook().content(), office, cycle="2026-plan")
    (finding,) = examination.findings
    assert (finding.rule, finding.severity) == ("DD-03", Severity.BLOCKER)
    assert not examination.entries


def test_a_claim_for_nobody_is_a_blocker(workbook: Make, real_office: Office) -> None:
    for cycle, agency in (("2025-plan", "khong_co"), ("1999-plan", "sct")):
        book = workbook()
        book.token = sign(b"secret", cycle, agency, book.form.version)
        assert [f.rule for f in book.examine().findings] == ["DD-04"]


def test_two_identities_in_one_file_are_a_blocker(workbook: Make, real_office: Office) -> None:
    book = workbook()
    other = SheetContent("_dinh_danh", [[sign(b"secret", "2025-plan", "syt", "plan-1")]], True)
    content = book.content()
    content = replace(content, sheets=[*content.sheets, other])
    (finding,) = examine_content(content, real_office).findings
    assert finding.rule == "DD-04"


def test_an_old_form_is_taken_only_where_the_office_accepts_it(
    workbook: Make, real_office: Office
) -> None:
    book = workbook()
    book.token = sign(b"secret", "2025-plan", "sct", "plan-0")
    assert [f.rule for f in book.examine().findings] == ["DD-02"]
    form = replace(real_office.forms["plan"], accepts=("plan-0",))
    office = replace(real_office, forms={"plan": form})
    assert not examine_content(book.content(), office).findings


def test_an_agency_given_from_outside_stands_above_the_claim(workbook: Make) -> None:
    examination = workbook("sct").examine(agency="sdl", cycle="2025-plan")
    assert examination.agency == "sdl"
    assert {f.rule for f in examination.findings} >= {"CT-04", "CT-06"}


def test_a_workbook_retyped_from_scratch_is_recognised_by_its_words(workbook: Make) -> None:
    for agency in ("sct", "syt", "an_lao", "bqlda_dan_dung"):
        book = workbook(agency if agency in workbook().office.register.agencies else "syt")
        for key, sheet in book.sheets.items():
            if sheet.columns[0].source == "code":
                for row in book.grids[key][3:]:
                    row[0] = None
        examination = book.examine(signed=False)
        assert (examination.agency, examination.guessed) == (book.agency, True)
        assert [f.rule for f in examination.findings] == ["DD-06"]


def test_a_retyped_workbook_whose_name_and_rows_disagree_is_left_to_a_person(
    workbook: Make,
) -> None:
    book = workbook("sct")
    book.put("details", "", "agency_name", "Sở Y tế")
    assert [f.rule for f in book.examine(signed=False).findings] == ["DD-01"]


@pytest.mark.parametrize("cycle", ["2025-plan", "2025-review"])
@pytest.mark.parametrize("agency", ["sct", "bqlda_giao_thong", "stp"])
def test_forms_of_the_same_sheets_are_told_apart_by_title_or_headers(
    workbook: Make, cycle: str, agency: str
) -> None:
    book = workbook(agency, cycle=cycle)
    assert book.examine(signed=False).cycle == cycle
    book.put("details", "", "cycle_title", None)
    examination = book.examine(signed=False)
    assert (examination.cycle, examination.agency) == (cycle, agency)
    assert [f.rule for f in examination.findings] == ["DD-06"]


def test_a_foreign_workbook_is_not_guessed(real_office: Office) -> None:
    for sheets in ([], [SheetContent("Sheet1", [["Họ tên", "Lương"], ["An", 5.0]])]):
        examination = examine_content(WorkbookContent("xlsx", sheets), real_office)
        assert [f.rule for f in examination.findings] == ["DD-01"]
        assert not examination.agency


def test_hostile_cells_raise_nothing(workbook: Make, real_office: Office) -> None:
    hostile = [
        "=cmd|' /C calc'!A0",
        "\u202e" * 50,
        "9" * 5000,
        float("nan"),
        float("inf"),
        -1e300,
        True,
        "\x00",
        "1" + "0" * 40,
        "((((((((",
        "a" * 30_000,
        "{0}{form}%s",
        "«»",
    ]
    for value in hostile:
        book = workbook("skhdt")
        for place in list(book.places):
            book.put(*place, value)
        examination = book.examine(agency="skhdt", cycle="2025-plan")
        assert not examination.rule_failures, value
        assert len(examination.findings) < 100


def test_a_rule_that_crashes_is_named_and_stops_nothing(
    workbook: Make, monkeypatch: pytest.MonkeyPatch, real_office: Office
) -> None:
    from models.domain.rules import running
    from models.domain.rules.registry import Rule

    def broken(case: object) -> list[object]:
        raise ZeroDivisionError("of our own making")

    rules = (Rule("XX-01", Severity.ERROR, "Hỏng", "", "", broken), *running.ALL_RULES)  # type: ignore[arg-type]
    monkeypatch.setattr(running.run_rules, "__defaults__", (rules,))
    book = workbook()
    book.put("indicators", "export_turnover", "committed", "nhiều")
    examination = book.examine()
    assert [f.rule for f in examination.findings] == ["SO-02"]
    (failure,) = examination.rule_failures
    assert "XX-01" in failure and "of our own making" in failure


def test_a_trial_rule_speaks_without_sending_anything_back(workbook: Make) -> None:
    book = workbook()
    book.put("tasks", "task_2025_03", "five_result", "Như trên")
    (finding,) = book.findings()
    assert (finding.rule, finding.trial) == ("NR-02", True)
    book.office = replace(
        book.office, rules=RuleSettings(trial_rules=("NR-02", "SO-02"), rules_off=())
    )
    book.put("indicators", "export_turnover", "committed", "nhiều")
    assert verdict_of(book.examine().findings) is Verdict.ACCEPTED


def test_a_rule_can_be_switched_off(workbook: Make) -> None:
    book = workbook()
    book.put("tasks", "task_2025_03", "five_result", "Như trên")
    book.office = replace(book.office, rules=RuleSettings(rules_off=("NR-02",)))
    assert not book.examine().findings


def test_notes_of_the_reader_reach_the_agency(workbook: Make, real_office: Office) -> None:
    content = replace(workbook().content(), notes=("Trang «A» chỉ đọc 20.000 hàng đầu.",))
    (finding,) = examine_content(content, real_office).findings
    assert (finding.rule, finding.message) == ("CT-10", "Trang «A» chỉ đọc 20.000 hàng đầu.")


def test_macros_are_told_and_cost_nothing(workbook: Make, real_office: Office) -> None:
    content = workbook().content()
    known = examine_content(content, real_office)
    told = examine_content(replace(content, macros=True), real_office)
    (finding,) = told.findings
    assert (finding.rule, finding.severity, finding.sheet) == ("CT-18", Severity.INFO, "")
    assert verdict_of(told.findings) is verdict_of(known.findings) is Verdict.ACCEPTED
    assert [*told.entries] == [*known.entries]


def test_where_nobody_knows_the_formats_no_figure_is_taken(
    workbook: Make, real_office: Office
) -> None:
    content = workbook().content()
    known = examine_content(content, real_office)
    unknown = examine_content(replace(content, formats_unknown=True), real_office)
    (finding,) = unknown.findings
    assert (finding.rule, finding.severity, finding.sheet) == ("CT-17", Severity.ERROR, "")
    assert "Văn phòng gửi lại kèm kết quả kiểm tra" in finding.message
    assert verdict_of(unknown.findings) is Verdict.RETURNED
    assert [*unknown.entries] == [e for e in known.entries if isinstance(e.value, str)]
    assert 0 < len(unknown.entries) < len(known.entries)


def test_an_examination_looks_at_no_cell_more_often_for_a_larger_workbook(
    workbook: Make, real_office: Office
) -> None:
    """How long it takes, `python -m benchmarks.checks` says."""
    content = workbook("skhdt").content()
    longer = replace(content, sheets=[_twice_as_long(sheet) for sheet in content.sheets])
    once, twice = (_calls(given, real_office) for given in (content, longer))
    assert 0 < once <= twice < 3 * once


def _twice_as_long(sheet: SheetContent) -> SheetContent:
    """Its rows, and behind them all of them once more."""
    rows = [list(row) for row in sheet.rows]
    return replace(sheet, rows=rows + rows)


def _calls(content: WorkbookContent, office: Office) -> int:
    """How many functions of ours an examination calls."""
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal counted
        counted += event == "call" and "/models/domain/" in frame.f_code.co_filename

    examine_content(content, office)  # what is kept for the next is kept now
    sys.setprofile(count)
    try:
        examine_content(content, office)
    finally:
        sys.setprofile(None)
    return counted


def test_the_property_carries_the_identity(workbook: Make) -> None:
    assert PROPERTY_NAME in workbook().content().properties
