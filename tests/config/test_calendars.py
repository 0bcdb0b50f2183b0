"""The office's holiday file on top of the package's holidays."""

import datetime as dt
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from config.files.calendars import (
    check_calendar,
    check_calendar_in_use,
    load_calendar,
    missing_years,
    years_needed,
)
from config.files.cycle_files import load_cycles
from models.domain.errors import ConfigurationFault
from models.domain.reading.office import Office
from tests.fixtures.office_files import OFFICE_FILES

CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2028))
CYCLES = load_cycles(OFFICE_FILES / "cycles.toml")
HEADER = "date,kind,name,source,note\n"

OFF = [
    *[dt.date(2025, 1, day) for day in range(25, 32)],  # Tết Ất Tỵ
    *[dt.date(2025, 2, day) for day in (1, 2)],
    dt.date(2025, 4, 7),
    *[dt.date(2025, 5, day) for day in (1, 2, 3, 4)],
    dt.date(2025, 9, 1),
    dt.date(2025, 9, 2),
    *[dt.date(2026, 2, day) for day in range(14, 23)],  # Tết Bính Ngọ
    dt.date(2026, 11, 24),  # a new holiday from that year on
    dt.date(2027, 2, 8),
]
WORKED = [
    dt.date(2025, 1, 24),
    dt.date(2025, 2, 3),
    dt.date(2025, 4, 26),  # a Saturday worked for 02/05
    dt.date(2025, 11, 24),
    dt.date(2026, 2, 13),
    dt.date(2026, 2, 23),
    dt.date(2026, 8, 22),  # a Saturday worked for 31/08
]
FAULTY = {
    "2025-04-26,worked,Làm bù,,\n": "kind «worked» không có",
    "26-04-2025,off,Nghỉ,,\n": "«26-04-2025» không đọc được; cột date phải ghi ngày",
    "2025-02-30,off,Nghỉ,,\n": "«2025-02-30» không đọc được",
    "2025-04-26,off,,,\n": "cột name còn trống",
    "2025-01-01,official,Quyết định,,\n": "cột date phải ghi năm",
    "2027-01-01,proposed,Đề xuất,,\n": "cột date phải ghi năm",
    "2025-04-26,off,Nghỉ,,\n26/04/2025,work,Làm bù,,\n": "đã ghi ở dòng 2",
}


@pytest.mark.parametrize("day", OFF)
def test_officials_are_off(day: dt.date) -> None:
    assert not CALENDAR.is_working_day(day)


@pytest.mark.parametrize("day", WORKED)
def test_officials_work(day: dt.date) -> None:
    assert CALENDAR.is_working_day(day)


def test_the_official_days_of_every_year_the_cycles_need_are_entered() -> None:
    """Fails when a cycle is added before its year's decision: the message says how to enter it."""
    missing = missing_years(CALENDAR, years_needed(CYCLES.values()))
    assert missing == [], "\n".join(missing)


def test_a_cycle_of_a_year_without_decision_is_reported_with_the_lines_to_add() -> None:
    [sentence] = missing_years(CALENDAR, {2025, 2031})
    assert "2031,official," in sentence
    assert "2031-MM-DD,off," in sentence


@pytest.mark.parametrize(
    ("today", "years", "in_use"),
    [
        (dt.date(2025, 2, 1), [], 0),
        (dt.date(2026, 10, 31), [], 0),
        (dt.date(2026, 11, 1), ["2027"], 0),  # in time: what counts days now is right
        (dt.date(2031, 1, 5), ["2031"], 1),
    ],
)
def test_the_operators_check_looks_at_the_day(
    today: dt.date, years: list[str], in_use: int
) -> None:
    office = cast(Office, SimpleNamespace(calendar=CALENDAR, cycles=CYCLES))
    sentences = check_calendar(office, today)
    assert len(check_calendar_in_use(office, today)) == in_use
    assert len(sentences) == len(years)
    assert all(year in sentence for year, sentence in zip(years, sentences, strict=True))


def test_a_year_of_which_there_is_a_proposal_only_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    row = "2027,proposed,Đề xuất của Bộ Nội vụ,,\n2027-11-24,off,Ngày Văn hóa Việt Nam,,\n"
    file.write_text(HEADER + row, encoding="utf-8")
    calendar = load_calendar(file, [2027])
    assert calendar.proposed_years == {2027} and not calendar.official_years
    assert not calendar.is_working_day(dt.date(2027, 11, 24))
    [sentence] = missing_years(calendar, {2027})
    assert "mới là đề xuất, chưa có văn bản chính thức" in sentence
    assert "«2027,proposed» thành «2027,official," in sentence
    # A year is decided or proposed, not both.
    file.write_text(HEADER + row + "2027,official,Thông báo,,\n", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match="2027 đã ghi ở dòng 2"):
        load_calendar(file, [2027])


@pytest.mark.parametrize("lines", FAULTY)
def test_faults_name_file_and_line(tmp_path: Path, lines: str) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(HEADER + lines, encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_calendar(file, [2025])
    assert FAULTY[lines] in str(caught.value)
    assert "/holidays.csv:" in str(caught.value)


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(HEADER + "x,off,Nghỉ,,\ny,off,Nghỉ,,\n", encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        load_calendar(file, [2025])
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("content", ["\n", "ngày,loại\n", "date;kind;name\n"])
def test_a_wrong_header_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"holidays\.csv:1: thiếu cột"):
        load_calendar(file, [2025])


def test_a_missing_file_and_a_file_in_another_encoding_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="không mở được tệp"):
        load_calendar(tmp_path / "holidays.csv", [2025])
    (tmp_path / "cp.csv").write_bytes(HEADER.encode() + "2025-01-02,off,é,,\n".encode("cp1258"))
    with pytest.raises(ConfigurationFault, match="UTF-8"):
        load_calendar(tmp_path / "cp.csv", [2025])


def test_a_file_saved_by_a_vietnamese_excel_reads_the_same(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    text = "date;kind;name;source;note\r\n31/12/2025;off;Nghỉ thêm;;\r\n2025-12-27;work;Làm bù\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    calendar = load_calendar(file, [2025])
    assert not calendar.is_working_day(dt.date(2025, 12, 31))
    assert calendar.is_working_day(dt.date(2025, 12, 27))


def test_a_holiday_of_the_package_can_be_worked_after_all(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(HEADER + "2025-04-30,work,Trực,,\n", encoding="utf-8")
    calendar = load_calendar(file, [2025])
    assert calendar.is_working_day(dt.date(2025, 4, 30))
    assert dt.date(2025, 4, 30) not in calendar.days_off


def test_the_calendar_travels_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(CALENDAR))
    assert dict(copy.days_off) == dict(CALENDAR.days_off)
    assert copy.worked_weekend_days == CALENDAR.worked_weekend_days


def test_a_day_written_in_two_ways_is_still_one_day(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(HEADER + "2025-04-26,off,A,,\n26/4/2025,off,B,,\n", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match="2025-04-26 đã ghi ở dòng 2"):
        load_calendar(file, [2025])
