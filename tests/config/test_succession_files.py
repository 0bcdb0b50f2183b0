"""successions.csv: the register of 2025 as it moved, and every fault of the file named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.files.office_files import load_office
from config.files.registers import load_register
from models.domain.errors import ConfigurationFault
from models.domain.register.agencies import AgencyKind, Register
from tests.fixtures.office_faults import check_register
from tests.fixtures.office_files import OFFICE_FILES

FEBRUARY, NOVEMBER = dt.date(2025, 2, 20), dt.date(2025, 11, 20)

# text to replace, replacement, line and words of the fault
FAULTS = [
    ("skhdt,stc,", "skhdtt,stc,", 2, "cơ quan “skhdtt” không có trong danh bạ"),
    ("skhdt,stc,", "skhdt,so_tai_chinh,", 2, "cơ quan “so_tai_chinh” không có"),
    ("skhdt,stc,", "skhdt,,", 2, "thiếu cơ quan ở cột “successor”"),
    ("stc,2025-03-01", "stc,2025-3-40", 2, "ô “on”: “2025-3-40” không phải ngày"),
    ("stc,2025-03-01,,có,", "stc,2025-03-01,,yes,", 2, "“yes” phải là “có” hoặc để trống"),
    ("stc,2025-03-01", "stc,2025-04-01", 2, "hết hiệu lực ngày 28/02/2025 theo agencies.csv"),
    ("skhdt,stc,2025-03-01", "skhdt,sgtvt,2025-03-01", 2, "“Sở Giao thông vận tải” không tồn tại"),
    ("skhdt,stc,2025-03-01", "sct,stc,2025-03-01", 2, "“Sở Công Thương” còn hiệu lực"),
    ("skhdt,stc,", "stc,stc,", 2, "đi thành vòng: stc → stc"),
    ("skhdt,stc,2025-03-01", "snnmt,stnmt,2025-03-01", 2, "vòng: snnmt → stnmt → snnmt"),
    ("sldtbxh,syt,2025-03-01", "sldtbxh,syt,2025-05-01", 9, "không có việc để chuyển"),
    ("snnptnt,snnmt,", "skhdt,stc,", 4, "đã có ở dòng trên"),
]  # fmt: skip


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(OFFICE_FILES / "agencies.csv", OFFICE_FILES / "contacts.csv")


@pytest.fixture
def office_files(tmp_path: Path) -> Path:
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=no_code))


def _faults(office_files: Path) -> list[str]:
    return [*map(str, check_register(office_files / "agencies.csv", office_files / "contacts.csv"))]


def _replaced(office_files: Path, old: str, new: str) -> None:
    path = office_files / "successions.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- The year 2025 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("skhdt", ["stc"]),
        ("sgtvt", ["sxd"]),
        ("stnmt", ["snnmt"]),
        ("snnptnt", ["snnmt"]),
        ("stttt", ["skhcn", "svhttdl"]),
        ("sldtbxh", ["snv", "syt", "sgddt", "snnmt", "cong_an"]),
        ("ubnd_hong_bang", ["phuong_hong_bang", "phuong_hong_an"]),
        ("ubnd_cat_hai", ["dac_khu_cat_hai"]),
        ("sct", ["sct"]),
    ],
)
def test_in_november_others_answer_in_the_place_of_the_old(
    register: Register, old: str, new: list[str]
) -> None:
    assert register.successions.heirs_of(old, FEBRUARY) == [old]
    assert register.successions.heirs_of(old, NOVEMBER) == new


@pytest.mark.parametrize(
    ("duty", "heir"),
    [
        ("poverty_rate", "snnmt"),
        ("elderly_assisted_share", "syt"),
        ("vocational_enrolment", "sgddt"),
        ("drug_users_with_services_share", "cong_an"),
        ("workers_given_jobs", "snv"),
        ("plan", "snv"),
    ],
)
def test_the_duties_of_labour_and_social_affairs_go_their_own_ways(
    register: Register, duty: str, heir: str
) -> None:
    assert register.successions.heirs_of("sldtbxh", NOVEMBER, duty) == [heir]


def test_every_commune_of_the_old_city_comes_from_a_district(register: Register) -> None:
    for agency in register:
        if agency.kind is AgencyKind.COMMUNE:
            before = register.successions.predecessors_of(agency.code, NOVEMBER)
            assert {register.agencies[code].kind for code in before} == {AgencyKind.DISTRICT}


def test_everyone_who_ended_has_heirs_who_answer_in_november(register: Register) -> None:
    answering = {agency.code for agency in register.answering_on(NOVEMBER)}
    for agency in register:
        assert set(register.successions.heirs_of(agency.code, NOVEMBER)) <= answering


def test_every_line_has_its_source_and_says_what_is_assumed(register: Register) -> None:
    for line in register.successions:
        assert line.source
        assert line.note or not line.assumed


# --- The file -------------------------------------------------------------------------------------


def test_the_file_in_the_repository_has_no_fault(office_files: Path) -> None:
    assert _faults(office_files) == []
    load_office(office_files)


@pytest.mark.parametrize(("old", "new", "line", "words"), FAULTS)
def test_a_fault_names_file_and_line(
    office_files: Path, old: str, new: str, line: int, words: str
) -> None:
    _replaced(office_files, old, new)
    faults = _faults(office_files)
    place = f"office/successions.csv:{line}: "
    assert [f for f in faults if f.startswith(place) and words in f], faults
    with pytest.raises(ConfigurationFault):
        load_office(office_files)


def test_without_its_source_a_line_is_a_rumour(office_files: Path) -> None:
    path = office_files / "successions.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    bare = "skhdt,stc,2025-03-01,,,,ghi chú"
    path.write_text("\n".join([header, bare, *rest]), encoding="utf-8")
    (fault,) = _faults(office_files)
    assert fault.startswith("office/successions.csv:2: thiếu nguồn")
    path.write_text("\n".join([header, "skhdt,stc,2025-03-01,,có,nguồn,", *rest]), encoding="utf-8")
    (fault,) = _faults(office_files)
    assert "Văn phòng cần xác nhận điều gì" in fault
    assert first.startswith("skhdt,stc,")


def test_an_agency_that_ended_without_an_heir_is_named(office_files: Path) -> None:
    path = office_files / "successions.csv"
    lines = path.read_text("utf-8").splitlines()
    kept = [x for x in lines if not x.startswith(("sgtvt,", "sldtbxh,snv"))]
    path.write_text("\n".join(kept), encoding="utf-8")
    roads, labour = _faults(office_files)
    assert "chưa nói ai kế thừa “Sở Giao thông vận tải” (hết hiệu lực ngày 28/02/2025)" in roads
    assert "thiếu dòng để trống cột “duties”" in labour


@pytest.mark.parametrize(
    ("duties", "words"),
    [
        (
            "poverty",
            "successions.csv:11: không danh mục nào có dòng hoặc tiêu đề mang mã “poverty”",
        ),
        ("grdp_growth", "“sldtbxh” không trả lời cho dòng nào thuộc “grdp_growth”"),
        ("V.III.1", "“sldtbxh” không trả lời cho dòng nào thuộc “V.III.1”"),
    ],
)
def test_a_duty_that_the_agency_does_not_have_is_named(
    office_files: Path, duties: str, words: str
) -> None:
    _replaced(office_files, "snnmt,2025-03-01,poverty_rate,", f"snnmt,2025-03-01,{duties},")
    assert _faults(office_files) == []
    with pytest.raises(ConfigurationFault) as caught:
        load_office(office_files)
    (fault,) = caught.value.faults
    assert words in fault


@pytest.mark.parametrize("duties", ["I.II", "I", "plan", "poverty_rate; IV.V"])
def test_headings_appendices_and_the_plan_can_be_named(office_files: Path, duties: str) -> None:
    _replaced(office_files, "snnmt,2025-03-01,poverty_rate,", f"snnmt,2025-03-01,{duties},")
    load_office(office_files)


def test_a_duty_may_come_back_on_a_later_day(office_files: Path) -> None:
    path = office_files / "successions.csv"
    there = "sct,sxd,2025-05-01,task_2025_03,,văn bản,"
    back = "sxd,sct,2025-09-01,task_2025_03,,văn bản,"
    path.write_text("\n".join([path.read_text("utf-8").strip(), there, back]), encoding="utf-8")
    successions = load_office(office_files).register.successions
    days = (FEBRUARY, dt.date(2025, 6, 1), NOVEMBER)
    heirs = [successions.heirs_of("sct", day, "task_2025_03") for day in days]
    assert heirs == [["sct"], ["sxd"], ["sct"]]


def test_an_office_without_the_file_has_no_successions(office_files: Path) -> None:
    (office_files / "successions.csv").unlink()
    assert not list(load_office(office_files).register.successions)


def test_an_empty_file_is_told_from_none(office_files: Path) -> None:
    (office_files / "successions.csv").write_text("", encoding="utf-8")
    assert "office/successions.csv:1: thiếu cột" in _faults(office_files)[0]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1), length=st.integers(0, 60), junk=st.binary(max_size=12))
def test_a_damaged_file_yields_faults_and_never_a_crash(
    office_files: Path, place: float, length: int, junk: bytes
) -> None:
    raw = (OFFICE_FILES / "successions.csv").read_bytes()
    start = int(place * len(raw))
    (office_files / "successions.csv").write_bytes(raw[:start] + junk + raw[start + length :])
    assert all("office/successions.csv" in fault for fault in _faults(office_files))
