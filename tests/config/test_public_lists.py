"""The register that comes with the program against public lists, on the day they are of.

Nothing here turns red for what the office may decide: an agency more, another address, a name that
changes on a later day, a further alias. Only what contradicts the resolution of 2025 does.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from config.files.office_files import load_office
from config.files.shipped_tables import brought_up, former_tables
from config.settings import CONFIG_DIR
from models.domain.errors import UnknownAgency
from models.domain.reading.office import register_day
from models.domain.register.agencies import AgencyKind, Register
from models.domain.register.targets_in_force import target_in_force
from models.domain.register.territories import Territory

FILES = Path(os.environ.get("BAOCAO_TEST_OFFICE") or CONFIG_DIR)
SINCE, BEFORE = dt.date(2025, 7, 1), dt.date(2025, 6, 30)
#: Resolution 1669/NQ-UBTVQH15; its first line says where the list is from.
_LINES = (Path(__file__).parents[1] / "fixtures/communes.csv").read_text("utf-8").splitlines()
COMMUNES = list(csv.DictReader(_LINES[1:]))
_LAND_ONLY = re.compile(r"\s*\(.*?\)$")
#: Who handed what over on 28/02/2025 (danviet.vn 20250228133754756).
TO_THE_POLICE = {"stttt": "an toàn", "stp": "lý lịch tư pháp", "sgtvt": "giấy phép lái xe"}
#: Names in use, old and new, with a day on which they were, and the name of who answers then.
IN_USE = [
    ("Ban QLDA ĐTXD các công trình giao thông Hải Phòng", dt.date(2025, 11, 1), "nông nghiệp"),
    (
        "Ban QLDA ĐTXD các công trình giao thông và nông nghiệp Hải Phòng",
        dt.date(2025, 2, 1),
        "các công trình giao thông Hải Phòng",
    ),
    ("Đài Phát thanh và Truyền hình Hải Phòng", dt.date(2026, 2, 12), "Báo và Phát thanh"),
    ("Báo và Phát thanh, Truyền hình Hải Phòng", dt.date(2026, 2, 12), "Báo và Phát thanh"),
    ("Báo và Phát thanh, Truyền hình Hải Phòng", dt.date(2025, 2, 12), "Đài Phát thanh"),
    ("Cục Quản lý thị trường thành phố Hải Phòng", dt.date(2025, 11, 1), "Sở Công Thương"),
    ("Chi cục Quản lý thị trường", dt.date(2025, 11, 1), "Sở Công Thương"),
    ("Ban QLDA ĐTXD Tây Hải Phòng", dt.date(2025, 11, 3), "Tây Hải Phòng"),
    ("Thống kê thành phố Hải Phòng", dt.date(2026, 1, 6), "Thống kê thành phố"),
    ("Cục Thuế thành phố Hải Phòng", dt.date(2026, 1, 6), "Thuế thành phố"),
]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_office(FILES).register


def _name(one: dict[str, str]) -> str:
    return f"UBND {one['kind']} {one['name']}"


def _districts(one: dict[str, str]) -> list[str]:
    """The districts of before, as an office would write them."""
    names = (_LAND_ONLY.sub("", part) for part in one["district"].split("; "))
    return [f"UBND {name[0].lower()}{name[1:]}" for name in names]


def test_the_list_is_the_resolutions() -> None:
    assert Counter(one["kind"] for one in COMMUNES) == {"xã": 67, "phường": 45, "đặc khu": 2}


@pytest.mark.parametrize("one", COMMUNES, ids=lambda one: one["code"])
def test_every_unit_is_there_from_its_first_day_under_its_very_name(
    register: Register, one: dict[str, str]
) -> None:
    found = register.resolve(_name(one), SINCE)
    assert found.kind is AgencyKind.COMMUNE
    assert found.valid_from == SINCE
    assert register.resolve(f"Ủy ban nhân dân {one['kind']} {one['name']}", SINCE) is found
    assert found.formal_name.startswith("Ủy ban nhân dân ")
    with pytest.raises(UnknownAgency):
        register.resolve(_name(one), BEFORE)


def test_each_is_an_agency_of_its_own_and_there_are_no_others(register: Register) -> None:
    codes = {register.resolve(_name(one), SINCE).code for one in COMMUNES}
    there = {a.code for a in register.answering_on(SINCE) if a.kind is AgencyKind.COMMUNE}
    assert len(codes) == len(COMMUNES)
    assert there == codes


@pytest.mark.parametrize("one", COMMUNES, ids=lambda one: one["code"])
def test_it_succeeds_every_district_whose_land_it_took_and_no_other(
    register: Register, one: dict[str, str]
) -> None:
    commune = register.resolve(_name(one), SINCE)
    before = register.successions.predecessors_of(commune.code, SINCE)
    wanted = {register.resolve(name, BEFORE).code for name in _districts(one)}
    assert set(before) == wanted


def test_who_comes_from_another_province_was_not_asked_before_and_says_whence(
    register: Register,
) -> None:
    western = {
        register.resolve(_name(one), SINCE).code
        for one in COMMUNES
        if register.resolve(_districts(one)[0], BEFORE).province
    }
    assert {a.code for a in register if register.came_from(a.code, SINCE)} == western
    assert {register.came_from(code, SINCE) for code in western} == {"tỉnh Hải Dương"}
    foreign = {a.code for a in register if a.province}
    assert foreign.isdisjoint(a.code for a in register.answering_on(BEFORE))
    assert foreign.isdisjoint(register.contacts)


def test_every_one_of_them_has_its_workbook_in_november(register: Register) -> None:
    office = load_office(FILES)
    review = office.cycle("2025-review")
    asked = {a.code for a in register.answering_on(register_day(review))}
    assert {register.resolve(_name(one), SINCE).code for one in COMMUNES} <= asked


def test_the_two_that_differ_in_a_mark_share_no_code_file_or_address(register: Register) -> None:
    pair = [register.resolve(f"UBND xã {name}", SINCE) for name in ("Cẩm Giang", "Cẩm Giàng")]
    one, other = pair
    assert one.code != other.code
    assert not (one.code in other.code or other.code in one.code)
    assert not set(register.contacts[one.code].to) & set(register.contacts[other.code].to)
    with pytest.raises(UnknownAgency, match="“UBND xã Cẩm Giang”, “UBND xã Cẩm Giàng”"):
        register.resolve("UBND xa Cam Giang", SINCE)
    with pytest.raises(UnknownAgency):
        register.resolve("xa_cam_giang", SINCE)


@pytest.mark.parametrize("agency", TO_THE_POLICE)
def test_what_went_to_the_police_is_told(register: Register, agency: str) -> None:
    lines = [x for x in register.successions.lines_from(agency) if x.successor == "cong_an"]
    assert any(TO_THE_POLICE[agency] in line.in_words for line in lines)
    assert register.successions.heirs_of(agency, dt.date(2025, 2, 28)) == [agency]


@pytest.mark.parametrize(("name", "day", "answers"), IN_USE)
def test_names_in_use_lead_to_who_answers_then(
    register: Register, name: str, day: dt.date, answers: str
) -> None:
    assert answers in register.responsible_for(name, day).name


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("grdp_growth", "12.35"),
        ("grdp_growth_industry_construction", "14.33"),
        ("grdp_growth_services", "10.36"),
        ("grdp_per_capita", "7312"),
        ("state_budget_revenue", "165011.6"),
        ("export_turnover", "49.7"),
        ("port_cargo_volume", "213"),
        ("tourist_arrivals", "14.43"),
        ("foreign_investment_attracted", "5.5"),
    ],
)
def test_the_targets_of_resolution_42_hold_for_the_whole_city(row: str, value: str) -> None:
    """As Nhân Dân printed them (tracuuquyhoach.com 52838099, baomoi.net.vn c52829527)."""
    office = load_office(FILES)
    catalogue = office.catalogue_of(office.cycle("2025-review"))
    found = next(r for r in catalogue if r.code == row)
    target = target_in_force(found, catalogue, Territory.WHOLE, dt.date(2025, 12, 31))
    assert target is not None and target.target.value == Decimal(value)


def test_what_only_the_press_tells_of_a_resolution_waits_for_the_office() -> None:
    """A level that was read in the press, or worked out of one that was, is not settled."""
    catalogue = load_office(FILES).catalogues[2025]
    told = [r for row in catalogue for r in row.revisions]
    of_the_press = [
        r for r in told if re.search(r"[Bb]áo (?:chí|in|Nhân Dân|cáo)|Quy từ dòng|nhansu", r.note)
    ]
    assert len(of_the_press) > 10
    assert all(r.assumed for r in of_the_press), [r.row for r in of_the_press if not r.assumed]
    assert all("Văn phòng" in r.note for r in of_the_press), "what the office has to do about it"


def test_an_office_of_an_earlier_version_is_brought_up_to_all_of_them(tmp_path: Path) -> None:
    """With an edit of its own in each table, and no fault."""
    shipped = {p.relative_to(FILES).as_posix(): p.read_bytes() for p in FILES.rglob("*.csv")}
    for number, former in enumerate(former_tables(FILES / "formerly")):
        own = dict(former)
        own["contacts.csv"] = own["contacts.csv"].replace(b"vanthu@syt.", b"yte@syt.")
        header = own["agencies.csv"].decode().splitlines()[0].split(",")
        cells = {"code": "rieng", "name": "Trung tâm Dữ liệu R", "kind": "department"}
        own["agencies.csv"] += (",".join(cells.get(c, "") for c in header) + "\n").encode()
        own["contacts.csv"] += b"rieng,r@r.example,,,,\n"
        update = brought_up(own, shipped, [former])
        assert not update.kept
        folder = tmp_path / str(number)
        shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for path, content in {**own, **update.files}.items():
            (folder / path).write_bytes(content)
        register = load_office(folder).register
        assert register.contacts["syt"].to == ("yte@syt.haiphong.example",)
        assert "rieng" in register.agencies
        assert {register.resolve(_name(one), SINCE).name for one in COMMUNES} == {
            _name(one) for one in COMMUNES
        }
