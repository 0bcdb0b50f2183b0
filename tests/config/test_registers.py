"""The register's files: every agency once, every agency reachable, every fault named."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from config.files.registers import load_register
from models.domain.errors import ConfigurationFault, UnknownAgency
from models.domain.register.agencies import AgencyKind, Register
from tests.fixtures.office_faults import check_register
from tests.fixtures.office_files import OFFICE_FILES

DISTRICTS = [
    "quận Hồng Bàng",
    "quận Ngô Quyền",
    "quận Lê Chân",
    "quận Hải An",
    "quận Kiến An",
    "quận Đồ Sơn",
    "quận Dương Kinh",
    "quận An Dương",
    "thành phố Thủy Nguyên",
    "huyện An Lão",
    "huyện Kiến Thụy",
    "huyện Tiên Lãng",
    "huyện Vĩnh Bảo",
    "huyện Cát Hải",
    "huyện Bạch Long Vĩ",
]

# file, text to replace, replacement, line and words of the fault
FAULTS = [
    ("agencies.csv", "stc,Sở Tài chính,", "skhdt,Sở Tài chính,", 4, "đã có ở dòng trên"),
    ("agencies.csv", "stc,Sở Tài chính,", "STC,Sở Tài chính,", 4, "chữ thường không dấu"),
    ("agencies.csv", "stc,Sở Tài chính,", "stc,,", 4, "thiếu tên"),
    ("agencies.csv", "Sở Tài chính,department", "Sở Tài chính,so", 4, "loại cơ quan “so”"),
    ("agencies.csv", ",department,Sở TC,", ",department,SỞ kế hoạch & đầu tư,", 4, "cũng là tên"),
    ("agencies.csv", "Hồng Bàng,,2025-06-30", "Hồng Bàng,,31/06/2025", 40, "không phải ngày"),
    ("agencies.csv", "Hồng Bàng,,2025-06-30", "Hồng Bàng,2026-01-01,2025-06-30", 40, "đứng trước"),
    ("agencies.csv", "stc,Sở Tài chính,", "stc,Sở\x07 Tài chính,", 4, "ký tự ẩn"),
    ("agencies.csv", "stc,Sở Tài chính,", "stc,Sở \u202eTài chính,", 4, "ký tự ẩn"),
    ("agencies.csv", "stc,Sở Tài chính,", f"stc,Sở Tài chính {'ạ' * 300},", 4, "không dài quá 200"),
    ("agencies.csv", "stc,Sở Tài chính,", "stc,...,", 4, "phải có chữ"),
    ("agencies.csv", "code,name,", "ma,name,", 1, "thiếu cột “code”"),
    ("contacts.csv", "stc,vanthu@stc.haiphong.example", "stc,", 4, "chưa có địa chỉ nhận"),
    ("contacts.csv", "stc,vanthu@stc.haiphong.example", "stc,vanthu.stc", 4, "không phải địa chỉ"),
    ("contacts.csv", "stc,vanthu@stc", "so_tai_chinh,vanthu@stc", 4, "không có trong danh bạ"),
    ("contacts.csv", "stc,vanthu@stc", "skhdt,vanthu@stc", 4, "đã có đầu mối"),
    ("contacts.csv", "stc,vanthu@stc.haiphong.example,", "stc,", 4, "có 5 ô, tiêu đề có 6 cột"),
]  # fmt: skip


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(OFFICE_FILES / "agencies.csv", OFFICE_FILES / "contacts.csv")


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("agencies.csv", "contacts.csv"):
        shutil.copy(OFFICE_FILES / name, tmp_path / name)
    return tmp_path / "agencies.csv", tmp_path / "contacts.csv"


def test_the_files_in_the_repository_have_no_fault() -> None:
    assert check_register(OFFICE_FILES / "agencies.csv", OFFICE_FILES / "contacts.csv") == []


def test_every_kind_of_agency_answers(register: Register) -> None:
    kinds = Counter(agency.kind for agency in register)
    assert kinds[AgencyKind.DISTRICT] == 15
    assert kinds[AgencyKind.COMMUNE] == 50
    assert kinds[AgencyKind.PROJECT_BOARD] >= 3
    assert kinds[AgencyKind.CENTRAL] >= 7
    assert len(register.answering_on(dt.date(2025, 2, 20))) == 51
    assert not [a for a in register.answering_on(dt.date(2025, 2, 20)) if a.valid_from.year > 1900]


def test_in_november_communes_answer_and_no_district_does(register: Register) -> None:
    answering = register.answering_on(dt.date(2025, 11, 20))
    kinds = Counter(agency.kind for agency in answering)
    assert kinds[AgencyKind.DISTRICT] == 0
    assert kinds[AgencyKind.COMMUNE] == 50
    assert "snnmt" in {agency.code for agency in answering}
    assert not {"skhdt", "sgtvt", "stnmt"} & {agency.code for agency in answering}


@pytest.mark.parametrize("name", DISTRICTS)
def test_a_district_answers_until_districts_end(register: Register, name: str) -> None:
    district = register.resolve(f"UBND {name}", dt.date(2025, 2, 20))
    assert district.kind is AgencyKind.DISTRICT
    assert district.valid_to == dt.date(2025, 6, 30)


def test_every_agency_can_be_written_to_and_no_address_is_real(register: Register) -> None:
    for agency in register:
        contact = register.contacts[agency.code]
        assert contact.to
        assert contact.superior
        for address in (*contact.to, *contact.cc, *contact.superior):
            assert re.fullmatch(r"[a-z.-]+@[a-z0-9-]+\.haiphong\.example", address)


def test_an_address_belongs_to_one_agency_only(register: Register) -> None:
    bearers: dict[str, set[str]] = {}
    for contact in register.contacts.values():
        for address in (*contact.to, *contact.cc):
            for part in (address, address.partition("@")[2]):
                bearers.setdefault(part, set()).add(contact.agency)
    assert [part for part, agencies in bearers.items() if len(agencies) > 1] == []


@pytest.mark.parametrize(
    "name", ["Sở", "Cục", "Ban", "CA", "Đại học", "Văn phòng", "UBND thành phố"]
)
def test_a_word_that_fits_many_agencies_leads_to_none(register: Register, name: str) -> None:
    with pytest.raises(UnknownAgency):
        register.resolve(name, dt.date(2025, 2, 20))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Sở TP", "stp"),
        ("CA TP Hải Phòng", "cong_an"),
        ("Đại học Hải Phòng", "dai_hoc_hai_phong"),
        ("Ban QL KKT Hải Phòng", "bql_khu_kinh_te"),
        ("huyện Bạch Long Vỹ", "ubnd_bach_long_vi"),
        ("Ban QLDA công trình giao thông", "bqlda_giao_thong"),
    ],
)
def test_how_agencies_call_themselves_leads_to_them(
    register: Register, name: str, code: str
) -> None:
    assert register.resolve(name, dt.date(2025, 2, 20)).code == code


def test_dates_as_a_vietnamese_excel_saves_them_are_read_alike(
    register: Register, copies: tuple[Path, Path]
) -> None:
    text = copies[0].read_text("utf-8")
    copies[0].write_text(text.replace("2025-06-30", "30/06/2025"), encoding="utf-8")
    assert load_register(*copies).agencies == register.agencies


@pytest.mark.parametrize(("file_name", "old", "new", "line", "words"), FAULTS)
def test_a_fault_names_file_and_line(
    copies: tuple[Path, Path], file_name: str, old: str, new: str, line: int, words: str
) -> None:
    path = copies[0].parent / file_name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [*map(str, check_register(*copies))]
    place = f"{path.parent.name}/{file_name}:{line}: "
    assert [f for f in faults if f.startswith(place) and words in f], faults
    with pytest.raises(ConfigurationFault):
        load_register(*copies)


def test_an_agency_without_a_contact_is_a_fault(copies: tuple[Path, Path]) -> None:
    kept = copies[1].read_text("utf-8").splitlines(keepends=True)
    copies[1].write_text("".join(kept[:3] + kept[4:]), encoding="utf-8")
    (fault,) = map(str, check_register(*copies))
    assert "thiếu đầu mối của “Sở Tài chính”" in fault


def test_the_offices_own_contacts_may_hold_several_addresses(copies: tuple[Path, Path]) -> None:
    text = copies[1].read_text("utf-8")
    old = "stc,vanthu@stc.haiphong.example"
    several = "stc,VanThu@stc.haiphong.example; tonghop2@stc.haiphong.example"
    copies[1].write_text(text.replace(old, several), encoding="utf-8")
    contact = load_register(*copies).contacts["stc"]
    assert contact.to == ("vanthu@stc.haiphong.example", "tonghop2@stc.haiphong.example")


def test_who_gets_the_copy_is_named_in_an_optional_column(copies: tuple[Path, Path]) -> None:
    assert load_register(*copies).contacts["stc"].superior_title == ""
    header, *lines = copies[1].read_text("utf-8").splitlines()
    written = [f"{header},superior_title", *(f"{line},Chủ tịch" for line in lines)]
    copies[1].write_text("\n".join(written) + "\n", encoding="utf-8")
    assert load_register(*copies).contacts["stc"].superior_title == "Chủ tịch"


def test_former_domains_of_a_merged_agency_are_an_optional_column(
    copies: tuple[Path, Path],
) -> None:
    assert load_register(*copies).contacts["stc"].domains == ()
    header, *lines = copies[1].read_text("utf-8").splitlines()
    written = [f"{header},domains"]
    written += [line + (",@SKHDT.example; b.example" if line.startswith("stc,") else ",")
                for line in lines]  # fmt: skip
    copies[1].write_text("\n".join(written) + "\n", encoding="utf-8")
    assert load_register(*copies).contacts["stc"].domains == ("skhdt.example", "b.example")
    copies[1].write_text("\n".join(written).replace("b.example", "không") + "\n", encoding="utf-8")
    (fault,) = map(str, check_register(*copies))
    assert "không phải tên miền" in fault


def test_a_missing_contacts_file_is_a_fault_not_a_crash(copies: tuple[Path, Path]) -> None:
    copies[1].unlink()
    (fault,) = map(str, check_register(*copies))
    assert "không mở được tệp" in fault
