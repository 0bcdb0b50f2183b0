"""Form files: the plan's form as it is, and faults that name file and field."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.files.form_files import check_form, load_form, load_forms
from config.files.toml_files import TomlFile
from models.domain.errors import ConfigurationFault
from models.domain.reading.forms import SheetKind
from models.domain.register.catalogue import Appendix
from tests.fixtures.office_files import OFFICE_FILES

TEXT = (OFFICE_FILES / "forms" / "plan.toml").read_text(encoding="utf-8")
PLAN = tomllib.loads(TEXT)
FIVE = {"nguoi", "viec", "thoi_han", "trach_nhiem", "ket_qua"}


def written(data: dict[str, Any]) -> TomlFile:
    """The file with other content; its lines are the plan form's."""
    return TomlFile("plan.toml", data, TEXT)


def sheet(data: dict[str, Any], key: str) -> dict[str, Any]:
    return next(s for s in data["sheets"] if s["key"] == key)


def column(data: dict[str, Any], sheet_key: str, key: str) -> dict[str, Any]:
    return next(c for c in sheet(data, sheet_key)["columns"] if c["key"] == key)


# How a form is broken, and the field that the fault must name.
FAULTS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("code: còn thiếu", lambda d: d.pop("code")),
    ("version", lambda d: d.update(version="bản một")),
    ("mystery: không có trường này", lambda d: d.update(mystery=1)),
    ("title: sai kiểu", lambda d: d.update(title=5)),
    ("accepts: phải là một danh sách", lambda d: d.update(accepts="plan-0")),
    ("sheets: mẫu phải có", lambda d: d.update(sheets=[])),
    ("{khong_co}", lambda d: d["instructions"].append("Gửi {khong_co}")),
    ("instructions", lambda d: d["instructions"].append("mở { mà không đóng")),
    ("instructions[1]: nói về trang", lambda d: d.update(instructions=["[khong_co] Ghi."])),
    ("advice[2]: nói về trang", lambda d: d["advice"].insert(1, "[tasks, khong_co] Ghi.")),
    ("sheets.key: «tasks» có hai lần", lambda d: sheet(d, "projects").update(key="tasks")),
    ("sheets.title: «chỉ tiêu»", lambda d: sheet(d, "tasks").update(title="CHỈ TIÊU")),
    ("title: dài 32", lambda d: sheet(d, "tasks").update(title="a" * 32)),
    ("ký tự Excel không cho dùng", lambda d: sheet(d, "tasks").update(title="Nhiệm vụ / việc")),
    ("kind: không có «list»", lambda d: sheet(d, "tasks").update(kind="list")),
    ("appendices: không có «VI»", lambda d: sheet(d, "tasks").update(appendices=["VI"])),
    ("appendices: trang bảng", lambda d: sheet(d, "tasks").update(appendices=[])),
    ("free_rows", lambda d: sheet(d, "action_plan").update(free_rows=0)),
    ("trang không có cột nào", lambda d: sheet(d, "tasks").update(columns=[])),
    ("thiếu cột mã", lambda d: sheet(d, "tasks")["columns"].pop(0)),
    ("columns.key: «name» có hai lần", lambda d: column(d, "tasks", "role").update(key="name")),
    (
        "columns.header: «vai trò» có hai lần",
        lambda d: column(d, "tasks", "five_person").update(formerly=["Vai trò"]),
    ),
    ("formerly", lambda d: column(d, "tasks", "five_person").update(formerly="Người phụ trách")),
    (
        "columns.header: «vai trò» có hai lần",
        lambda d: column(d, "tasks", "name").update(header="VAI TRÒ"),
    ),
    (
        "cột «role»: type: không có «words»",
        lambda d: column(d, "tasks", "role").update(type="words"),
    ),
    ("không có nguồn «colour»", lambda d: column(d, "tasks", "role").update(source="colour")),
    ("không có nguồn «code»", lambda d: column(d, "tasks", "five_work").update(source="code")),
    ("help: dài 256", lambda d: column(d, "tasks", "five_work").update(help="a" * 256)),
    ("width: 2", lambda d: column(d, "tasks", "five_work").update(width=2)),
    ("period: «quy_2»", lambda d: column(d, "indicators", "milestone_q1").update(period="quy_2")),
    ("five_clear", lambda d: column(d, "tasks", "five_work").update(five_clear="tien")),
    ("choices", lambda d: column(d, "action_plan", "group").update(choices_from="")),
    ("không có danh mục", lambda d: column(d, "action_plan", "group").update(choices_from="x")),
    ("choices: chỉ dùng", lambda d: column(d, "tasks", "five_work").update(choices=["a"])),
    (
        "dấu phẩy",
        lambda d: column(d, "action_plan", "group").update(choices_from="", choices=["a, b"]),
    ),
    ("header: tiêu đề", lambda d: column(d, "tasks", "five_work").update(required=False)),
    ("required: cột của Văn phòng", lambda d: column(d, "tasks", "role").update(required=True)),
    ("lead_only", lambda d: column(d, "tasks", "co_units").update(lead_only=True)),
    ("key: «Five Work»", lambda d: column(d, "tasks", "five_work").update(key="Five Work")),
]


def test_the_plan_form_has_no_fault_and_says_what_the_cycle_asks_for() -> None:
    forms = load_forms(OFFICE_FILES)
    form = forms["plan"]
    assert check_form(written(PLAN)) == []
    assert [s.key for s in form.sheets] == [
        "instructions", "details", "indicators", "scenario", "tasks", "action_plan", "projects",
    ]  # fmt: skip
    asked = {a for s in form.sheets for a in s.appendices}
    assert asked == set(Appendix)
    for key in ("tasks", "action_plan"):
        assert {c.five_clear for c in form.sheet(key).columns if c.required} >= FIVE
    periods = {c.period for c in form.sheet("indicators").columns if c.period}
    assert periods == {"quy_1", "6_thang", "9_thang", "ca_nam"}
    for table in form.sheets:
        if table.kind in (SheetKind.TABLE, SheetKind.FREE_TABLE):
            assert table.column("justification").office is False


@pytest.mark.parametrize(("named", "break_it"), FAULTS, ids=[f for f, _ in FAULTS])
def test_a_fault_names_the_file_and_the_field(
    named: str, break_it: Callable[[dict[str, Any]], Any]
) -> None:
    data = copy.deepcopy(PLAN)
    break_it(data)
    faults = [*map(str, check_form(written(data)))]
    assert any(named in f for f in faults), faults
    assert all(f.startswith("plan.toml:") for f in faults)


def test_all_faults_come_at_once() -> None:
    data = copy.deepcopy(PLAN)
    sheet(data, "tasks").update(kind="list")
    column(data, "projects", "person").update(width=0)
    assert len(check_form(written(data))) >= 2


def test_a_fault_names_the_line_of_its_column(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(TEXT.replace('key = "focal_phone"', 'key = "focal_phone"\n  widht = 3', 1))
    with pytest.raises(ConfigurationFault) as raised:
        load_form(path)
    (fault,) = raised.value.faults
    header = TEXT[: TEXT.index('key = "focal_phone"')].count("\n")
    assert fault.startswith(f"plan.toml:{header}: ")
    assert "cột «focal_phone»: widht" in fault


@pytest.mark.parametrize("content", [b"code = ", b"\xff\xfe", b"sheets = 3"])
def test_a_file_that_cannot_be_read_is_a_configuration_fault(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationFault, match=r"bad\.toml"):
        load_form(path)
    with pytest.raises(ConfigurationFault, match=r"missing\.toml"):
        load_form(tmp_path / "missing.toml")


def test_two_files_with_one_code_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    text = (OFFICE_FILES / "forms" / "plan.toml").read_text(encoding="utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / "forms" / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"b\.toml: code"):
        load_forms(tmp_path)
