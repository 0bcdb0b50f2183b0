"""The cycles' file: the plan cycle in full, and faults that name file and key."""

import datetime as dt
from pathlib import Path

import pytest

from config.files.cycle_files import load_cycles, load_office_hours
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from tests.fixtures.office_files import OFFICE_FILES

FILE = OFFICE_FILES / "cycles.toml"
TEXT = FILE.read_text(encoding="utf-8")

FAULTY = [
    ('title = "Kế hoạch', 'titel = "Kế hoạch', "cycles.2025-plan.titel: không có khóa này"),
    ('form = "plan"\n', "", "cycles.2025-plan.form: còn thiếu"),
    ('form = "plan"', 'form = " "', "cycles.2025-plan.form: còn trống"),
    ("catalogue_year = 2025", 'catalogue_year = "2025"', "cần số nguyên"),
    ("catalogue_year = 2025", "catalogue_year = true", "cần số nguyên"),
    ("due_at = 2025-02-20T00:00:00+07:00", "due_at = 2025-02-20T00:00:00", "chưa có múi giờ"),
    ("due_at = 2025-02-20T00:00:00+07:00", "due_at = 2025-02-20", "due_at: ghi «2025-02-20»"),
    ("due_at = 2025-02-20T", "due_at = 2025-01-10T", "due_at: hạn phải sau"),
    ("meeting_on = 2025-02-27", "meeting_on = 2025-02-07", "meeting_on: 07/02/2025 nằm trước hạn"),
    ("grace_working_days = 5", "grace_working_days = -1", "grace_working_days: không được âm"),
    ('contact_email = "baocao@', 'contact_email = "baocao.', "contact_email: «baocao."),
    ('kind = "last_day"', 'kind = "ngay_cuoi"', "steps[4].kind: «ngay_cuoi» không có"),
    ("working_days = -10", "working_days = 10", "steps[1].working_days: 10: bước reminder phải âm"),
    (
        "working_days = -10\nhour = 8",
        "working_days = -10\nhour = 22",
        "steps[1].hour: 22 nằm ngoài",
    ),
    ('code = "truoc_5"', 'code = "truoc_10"', "steps[2].code: «truoc_10» đã dùng"),
    ('mark = "KH-2025"', 'mark = "KH/2025"', "2025-plan.mark: «KH/2025»: chỉ gồm chữ"),
    ('mark = "TK-2025"', 'mark = "kh-2025"', "2025-review.mark: ký hiệu «kh-2025» đã dùng cho kỳ"),
    ("opens = 07:30:00", "opens = 17:30:00", "office_hours.closes: phải sau giờ mở cửa"),
    ("[office_hours]", "[ofice_hours]", "ofice_hours: không dùng đến"),
    ('title = "', "title = ", "sai cú pháp TOML"),
    ("2025-plan", "2025_Kỳ", "sai cú pháp TOML"),
]


def test_the_plan_cycle_as_the_directive_sets_it() -> None:
    cycle = load_cycles(FILE)["2025-plan"]
    assert cycle.due_at == dt.datetime(2025, 2, 20, tzinfo=HANOI)
    assert cycle.opens_at == dt.datetime(2025, 1, 20, 16, tzinfo=HANOI)
    assert cycle.due_text == "trước ngày 20 tháng 02 năm 2025"
    assert "1.2 mục III" in cycle.legal_basis
    assert "02/2025" in cycle.meeting
    assert [s.code for s in cycle.steps] == [
        *("truoc_10", "truoc_5", "truoc_2", "ngay_cuoi"),
        *("qua_han_1", "qua_han_3", "bao_cao_1", "bao_cao_3"),
    ]


def test_a_cycle_states_what_a_reporting_regime_must_state() -> None:
    """Decree 09/2019/NĐ-CP: name, content, reporter, recipient, channel, deadline, frequency,
    closing date of data, outline, forms."""
    for cycle in load_cycles(FILE).values():
        stated = [
            *(cycle.title, cycle.content, cycle.reporters, cycle.recipient, cycle.channel),
            *(cycle.due_text, cycle.frequency, cycle.data_closes_on),
            *(cycle.outline, cycle.report_forms),
        ]
        assert all(stated), cycle.code


def test_data_close_at_least_one_working_day_before_the_deadline() -> None:
    cycle = load_cycles(FILE)["2025-plan"]
    assert cycle.data_closes_on is not None
    assert cycle.data_closes_on < dt.date(2025, 2, 19)


def test_a_cycle_need_not_know_its_meeting_yet(tmp_path: Path) -> None:
    file = tmp_path / "cycles.toml"
    lines = [x for x in TEXT.splitlines() if not x.startswith(("meeting_on", "data_closes_on"))]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert load_cycles(file)["2025-review"].meeting_on is None


def test_a_cycle_is_named_in_brief_by_its_mark_or_else_its_code(tmp_path: Path) -> None:
    file = tmp_path / "cycles.toml"
    file.write_text(TEXT.replace('mark = "TK-2025"\n', ""), encoding="utf-8")
    assert [c.mark for c in load_cycles(file).values()] == ["KH-2025", "2025-review"]


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTY)
def test_faults_name_file_and_key(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    file = tmp_path / "cycles.toml"
    assert old in TEXT
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_cycles(file)
    assert sentence in str(caught.value)
    assert all(fault.startswith("cycles.toml") for fault in caught.value.faults)


def test_a_fault_names_the_line_of_its_key_or_of_the_table_around_it(tmp_path: Path) -> None:
    file = tmp_path / "cycles.toml"
    broken = TEXT.replace('kind = "last_day"', 'kind = "ngay_cuoi"', 1)
    file.write_text(broken.replace('form = "plan"\n', "", 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_cycles(file)
    (missing,) = caught.value.faults
    assert missing.startswith("cycles.toml:" + line_of(file, "[cycles.2025-plan]") + ", ")
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_cycles(file)
    (wrong,) = caught.value.faults
    assert wrong.startswith("cycles.toml:" + line_of(file, 'kind = "ngay_cuoi"') + ", ")


def line_of(file: Path, text: str) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return str(1 + next(i for i, line in enumerate(lines) if line.strip() == text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r"cycles\.toml: .*không có tệp này"):
        load_cycles(tmp_path / "cycles.toml")


def test_office_hours_come_from_the_same_file(tmp_path: Path) -> None:
    assert load_office_hours(FILE).opens == dt.time(7, 30)
    empty = tmp_path / "cycles.toml"
    empty.write_text("", encoding="utf-8")
    assert load_office_hours(empty).closes == dt.time(17)
