"""The review's form: what it asks, what its columns mean, what it takes over from February."""

from __future__ import annotations

import copy
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.files.form_files import check_form, load_forms
from config.files.office_files import load_office
from config.files.toml_files import TomlFile
from models.domain.errors import ConfigurationFault
from models.domain.reading.forms import MEANINGS, SheetKind, year_column
from models.domain.register.catalogue import PERIODS, Appendix
from models.domain.review.answered import earlier_columns
from tests.fixtures.office_files import OFFICE_FILES, own_office

TEXT = (OFFICE_FILES / "forms" / "review.toml").read_text(encoding="utf-8")
REVIEW = tomllib.loads(TEXT)


def column(data: dict[str, Any], sheet_key: str, key: str) -> dict[str, Any]:
    (sheet,) = (s for s in data["sheets"] if s["key"] == sheet_key)
    (found,) = (c for c in sheet["columns"] if c["key"] == key)
    return found


FAULTS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    (
        "meaning: không có ý nghĩa «guess»",
        lambda d: column(d, "indicators", "estimate").update(meaning="guess"),
    ),
    (
        "columns.meaning: «estimate» có ở hai cột",
        lambda d: column(d, "indicators", "estimate_west").update(territory=""),
    ),
    (
        "territory: không có địa bàn «north»",
        lambda d: column(d, "indicators", "estimate_west").update(territory="north"),
    ),
    (
        "cột có ý nghĩa «state» là ô chọn với đúng các mục",
        lambda d: column(d, "tasks", "state").update(choices=["Xong", "Chưa xong"]),
    ),
    (
        "cột ghi lại nội dung kỳ trước phải nói lấy cột nào",
        lambda d: column(d, "indicators", "commitment").pop("carry"),
    ),
    ("carry: cột của Văn phòng", lambda d: column(d, "tasks", "name").update(carry="name")),
    ("carry: «Rõ người»", lambda d: column(d, "tasks", "five_person").update(carry="Rõ người")),
    (
        "alternatives: «committed» không phải cột khác",
        lambda d: column(d, "indicators", "estimate").update(alternatives=["committed"]),
    ),
    (
        "alternatives: chỉ có nghĩa khi required",
        lambda d: column(d, "indicators", "last_year").update(alternatives=["estimate"]),
    ),
    ("accept_by_section: sai kiểu", lambda d: d.update(accept_by_section="có")),
]


@pytest.mark.parametrize(("named", "break_it"), FAULTS, ids=[f for f, _ in FAULTS])
def test_a_fault_names_the_file_and_the_field(
    named: str, break_it: Callable[[dict[str, Any]], Any]
) -> None:
    data = copy.deepcopy(REVIEW)
    break_it(data)
    faults = [*map(str, check_form(TomlFile("review.toml", data, TEXT)))]
    assert any(named in f for f in faults), faults
    assert all(f.startswith("review.toml:") for f in faults)


def test_the_review_asks_for_every_appendix_on_sheets_of_the_plans_keys() -> None:
    forms = load_forms(OFFICE_FILES)
    plan, review = forms["plan"], forms["review"]
    assert check_form(TomlFile("review.toml", REVIEW, TEXT)) == []
    assert [s.key for s in review.sheets] == [s.key for s in plan.sheets]
    assert {a for s in review.sheets for a in s.appendices} == set(Appendix)
    assert review.accept_by_section
    assert not plan.accept_by_section


def test_every_meaning_is_asked_for_somewhere_and_none_twice_on_a_sheet() -> None:
    review = load_forms(OFFICE_FILES)["review"]
    used = {c.meaning for s in review.sheets for c in s.columns if c.meaning}
    assert used == set(MEANINGS)
    for sheet in review.sheets:
        meant = [(c.meaning, c.territory, c.period) for c in sheet.columns if c.meaning]
        assert len(meant) == len(set(meant)), sheet.key


def test_the_value_of_an_indicator_is_the_estimate_for_the_directives_territory() -> None:
    forms = load_forms(OFFICE_FILES)
    review, plan = forms["review"].sheet("indicators"), forms["plan"].sheet("indicators")
    assert year_column(review.columns) == review.column("estimate")
    assert year_column(plan.columns) == plan.column("committed")
    assert year_column(forms["review"].sheet("scenario").columns) is None  # its year is a period
    assert review.meaning("estimate", "west") == review.column("estimate_west")
    assert review.meaning("estimate", "east") is None
    scenario = forms["review"].sheet("scenario")
    assert [c.period for c in scenario.columns if c.unit_of_row] == list(PERIODS)


def test_the_milestones_a_project_registered_are_shown_again_quarter_by_quarter() -> None:
    sheet = load_forms(OFFICE_FILES)["review"].sheet("projects")
    shown = [(c.period, c.carry) for c in sheet.columns if c.period]
    assert [period for period, _ in shown] == list(PERIODS)
    assert earlier_columns(sheet) == {"": "disbursement", **dict(shown)}


def test_headers_of_a_sheet_differ_and_every_table_has_room_for_a_reason() -> None:
    for sheet in load_forms(OFFICE_FILES)["review"].sheets:
        if sheet.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
            headers = [c.header.casefold() for c in sheet.columns]
            assert len(headers) == len(set(headers))
            assert sheet.column("justification").office is False


def test_the_review_cycle_is_the_directives_and_measures_by_the_plan() -> None:
    office = own_office()
    cycle = office.cycle("2025-review")
    assert cycle.previous == "2025-plan"
    assert cycle.due_text == "trước ngày 20 tháng 11 năm 2025"
    assert f"{cycle.due_at:%Y-%m-%d %H:%M %z}" == "2025-11-20 00:00 +0700"
    assert "1.4 mục III" in cycle.legal_basis
    assert [s.code for s in cycle.steps] == [s.code for s in office.cycle("2025-plan").steps]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "cycles.toml",
            'previous = "2025-plan"',
            'previous = "2024-plan"',
            "2025-review.previous: không có kỳ «2024-plan»",
        ),
        (
            "cycles.toml",
            "opens_at = 2025-01-20T16:00:00+07:00\ndue_at = 2025-02-20",
            "opens_at = 2025-10-20T16:00:00+07:00\ndue_at = 2025-10-25",
            "phải mở trước kỳ này",
        ),
        ("cycles.toml", 'previous = "2025-plan"\n', "", "cần khai kỳ đó"),
        (
            "forms/review.toml",
            'carry = "committed"',
            'carry = "promised"',
            "trang «indicators», cột «commitment»: carry = «promised» không phải cột",
        ),
        (
            "forms/review.toml",
            'carry = "co_units"',
            'carry = "five_deadline"',
            "trang «tasks», cột «co_units»: khác kiểu giá trị với cột «five_deadline»",
        ),
    ],
)
def test_what_the_review_takes_from_the_plan_must_stand_there(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    office = Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=no_code))
    text = (office / file).read_text("utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    if "10-25" in new:
        text = text.replace("meeting_on = 2025-02-27", "meeting_on = 2025-12-27")
        text = text.replace("ends_on = 2025-02-27", "ends_on = 2025-12-27")
    (office / file).write_text(text, "utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_office(office)
    assert any(sentence in fault for fault in caught.value.faults), caught.value.faults
