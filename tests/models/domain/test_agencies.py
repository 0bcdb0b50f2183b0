"""Names and addresses lead to one agency, on the day that is asked about."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.errors import UnknownAgency
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register, name_key
from models.domain.register.successions import Succession, Successions

DAY = dt.date(2025, 2, 20)
AFTER = dt.date(2025, 11, 20)

AGENCIES = [
    Agency(
        "skhdt",
        "Sở Kế hoạch và Đầu tư",
        AgencyKind.DEPARTMENT,
        ("Sở KH&ĐT",),
        valid_to=dt.date(2025, 2, 28),
    ),
    Agency(
        "stc_moi",
        "Sở Tài chính",
        AgencyKind.DEPARTMENT,
        ("Sở Kế hoạch và Đầu tư",),
        valid_from=dt.date(2025, 3, 1),
    ),
    Agency("thanh_tra", "Thanh tra thành phố", AgencyKind.DEPARTMENT),
    Agency(
        "bql_khu_kinh_te", "Ban Quản lý Khu kinh tế Hải Phòng", AgencyKind.DEPARTMENT, ("HEZA",)
    ),
    Agency(
        "ubnd_thuy_nguyen",
        "UBND thành phố Thủy Nguyên",
        AgencyKind.DISTRICT,
        ("huyện Thủy Nguyên",),
        valid_to=dt.date(2025, 6, 30),
    ),
]
CONTACTS = [
    Contact("skhdt", ("vanthu@skhdt.example",), ("tonghop@skhdt.example", "chung@tp.example")),
    Contact("thanh_tra", ("vanthu@thanhtra.example",), ("chung@tp.example",)),
    Contact("bql_khu_kinh_te", ("a@heza.example", "b@heza.example"), superior=("ct@tp.example",)),
]
REGISTER = Register({a.code: a for a in AGENCIES}, {c.agency: c for c in CONTACTS})

SPELLINGS = [
    ("skhdt", "skhdt"),
    (" SKHDT ", "skhdt"),
    ("Sở Kế hoạch và Đầu tư", "skhdt"),
    ("SỞ  KẾ HOẠCH & ĐẦU TƯ", "skhdt"),
    ("so ke hoach va dau tu Hai Phong", "skhdt"),
    ("Sở KH và ĐT", "skhdt"),
    ("Sở Kế hoạch và Đầu tư thành phố Hải Phòng", "skhdt"),
    (unicodedata.normalize("NFD", "Sở Kế hoạch và Đầu tư"), "skhdt"),
    ("Thanh tra TP.", "thanh_tra"),
    ("Ban quản lý khu kinh tế", "bql_khu_kinh_te"),
    ("BQL Khu kinh tế HP", "bql_khu_kinh_te"),
    ("Ủy ban nhân dân TP Thủy Nguyên", "ubnd_thuy_nguyen"),
    ("Uỷ ban nhân dân thành phố Thuỷ Nguyên", "ubnd_thuy_nguyen"),
    ("Huyện Thủy Nguyên", "ubnd_thuy_nguyen"),
]

#: Marks that a name has not make another of it.
OTHER_MARKS = ["Thành tra thành phố", "Sở Kế hoách và Đầu tư", "UBND thành phố Thúy Nguyên"]

UNKNOWN = ["", "   ", "UBND thành phố", "Hải Phòng", "thành phố", "Sở", "x" * 5000, "\x00"]


@pytest.mark.parametrize(("name", "code"), SPELLINGS)
def test_every_spelling_leads_to_the_agency(name: str, code: str) -> None:
    assert REGISTER.resolve(name, DAY).code == code


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_nobody_bears_is_refused(name: str) -> None:
    with pytest.raises(UnknownAgency):
        REGISTER.resolve(name, DAY)


@pytest.mark.parametrize("name", OTHER_MARKS)
def test_a_name_with_other_marks_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(UnknownAgency, match="Tên gần giống"):
        REGISTER.resolve(name, DAY)


def test_a_refusal_names_the_nearest_names() -> None:
    with pytest.raises(UnknownAgency, match="Tên gần giống: “Thanh tra thành phố”"):
        REGISTER.resolve("Thanh trá tp.", DAY) and REGISTER.resolve("Thanh trra", DAY)


def test_a_name_leads_to_its_bearer_of_the_day() -> None:
    assert REGISTER.resolve("Sở Kế hoạch và Đầu tư", DAY).code == "skhdt"
    assert REGISTER.resolve("Sở Kế hoạch và Đầu tư", AFTER).code == "stc_moi"


def test_a_name_of_a_past_agency_is_refused_with_its_days() -> None:
    with pytest.raises(UnknownAgency, match="tồn tại đến hết ngày 30/06/2025"):
        REGISTER.resolve("huyện Thủy Nguyên", AFTER)
    with pytest.raises(UnknownAgency, match="tồn tại từ ngày 01/03/2025"):
        REGISTER.resolve("Sở Tài chính", DAY)


def test_a_name_of_two_agencies_is_refused_with_both() -> None:
    twins = [
        Agency("a", "Sở A", AgencyKind.DEPARTMENT, ("Sở chung",)),
        Agency("b", "Sở B", AgencyKind.DEPARTMENT, ("Sở Chung",)),
    ]
    with pytest.raises(UnknownAgency, match="“Sở A”, “Sở B”"):
        Register({t.code: t for t in twins}, {}).resolve("sở chung", DAY)


def test_those_who_answer_are_those_who_exist() -> None:
    assert [a.code for a in REGISTER.answering_on(DAY)] == [
        "skhdt",
        "thanh_tra",
        "bql_khu_kinh_te",
        "ubnd_thuy_nguyen",
    ]
    assert [a.code for a in REGISTER.answering_on(AFTER)] == [
        "stc_moi",
        "thanh_tra",
        "bql_khu_kinh_te",
    ]


def test_an_agency_exists_on_its_first_and_last_day() -> None:
    agency = REGISTER.agencies["skhdt"]
    assert agency.valid_on(dt.date(2025, 2, 28))
    assert not agency.valid_on(dt.date(2025, 3, 1))
    assert not REGISTER.agencies["stc_moi"].valid_on(dt.date(2025, 2, 28))


@given(st.text(max_size=80))
def test_resolving_any_text_finds_an_agency_or_refuses(name: str) -> None:
    try:
        assert REGISTER.resolve(name, DAY).valid_on(DAY)
    except UnknownAgency as refusal:
        assert str(refusal)


@given(st.sampled_from([a.name for a in AGENCIES]), st.sampled_from(["", " Hải Phòng", " TP. HP"]))
def test_the_citys_name_after_a_name_changes_nothing(name: str, city: str) -> None:
    assert name_key(name + city) == name_key(name)
    assert name_key(name_key(name)) == name_key(name)


# --- Agencies that follow others ------------------------------------------------------------------

MARCH, JULY = dt.date(2025, 3, 1), dt.date(2025, 7, 1)
DEPARTMENT, COMMUNE = AgencyKind.DEPARTMENT, AgencyKind.COMMUNE
MOVED = Register(
    {
        a.code: a
        for a in (
            Agency("gtvt", "Sở Giao thông vận tải", DEPARTMENT, valid_to=dt.date(2025, 2, 28)),
            Agency("xd", "Sở Xây dựng", DEPARTMENT),
            Agency("nn", "Sở Nông nghiệp", DEPARTMENT, valid_to=dt.date(2025, 2, 28)),
            Agency("mt", "Sở Môi trường", DEPARTMENT, valid_to=dt.date(2025, 2, 28)),
            Agency("nnmt", "Sở Nông nghiệp và Môi trường", DEPARTMENT, valid_from=MARCH),
            Agency("quan", "UBND quận Hồng Bàng", COMMUNE, valid_to=dt.date(2025, 6, 30)),
            Agency("hb", "UBND phường Hồng Bàng", COMMUNE, valid_from=JULY),
            Agency("ha", "UBND phường Hồng An", COMMUNE, valid_from=JULY),
        )
    },
    {
        code: Contact(code, (f"vanthu@{code}.example",), ("chung@tp.example",), ("pct@tp.example",))
        for code in ("gtvt", "xd", "nn", "quan", "hb", "ha")
    },
    Successions(
        (
            Succession("gtvt", "xd", MARCH),
            Succession("nn", "nnmt", MARCH),
            Succession("mt", "nnmt", MARCH),
            Succession("quan", "hb", JULY),
            Succession("quan", "ha", JULY),
        )
    ),
)


def test_an_old_name_leads_to_the_one_who_answers_today() -> None:
    assert MOVED.responsible_for("Sở Giao thông vận tải", AFTER).code == "xd"
    assert MOVED.responsible_for("Sở GIAO THÔNG VẬN TẢI Hải Phòng", DAY).code == "gtvt"
    assert MOVED.responsible_for("Sở Môi trường", AFTER).code == "nnmt"


def test_where_several_answer_today_all_are_named() -> None:
    with pytest.raises(UnknownAgency, match=r"“UBND phường Hồng Bàng”, “UBND phường Hồng An”"):
        MOVED.responsible_for("UBND quận Hồng Bàng", AFTER)
    with pytest.raises(UnknownAgency, match=r"báo cáo thay: “Sở Nông nghiệp”, “Sở Môi trường”"):
        MOVED.responsible_for("Sở Nông nghiệp và Môi trường", DAY)


def test_a_name_to_come_leads_to_the_one_it_will_follow() -> None:
    lines = Successions((Succession("gtvt", "nnmt", MARCH),))
    register = Register(MOVED.agencies, MOVED.contacts, lines)
    assert register.responsible_for("Sở Nông nghiệp và Môi trường", DAY).code == "gtvt"


def test_a_name_nobody_bears_stays_unknown() -> None:
    with pytest.raises(UnknownAgency, match="không có trong danh bạ"):
        MOVED.responsible_for("Sở Vũ trụ", AFTER)


def test_letters_to_an_agency_that_has_ended_go_to_all_its_heirs() -> None:
    assert MOVED.contacts_on(DAY) is MOVED.contacts
    contact = MOVED.contacts_on(AFTER)["quan"]
    assert contact.to == ("vanthu@hb.example", "vanthu@ha.example")
    assert (contact.cc, contact.superior) == (("chung@tp.example",), ("pct@tp.example",))
    assert MOVED.contacts_on(AFTER)["xd"] is MOVED.contacts["xd"]


def test_an_agency_whose_heirs_have_no_address_keeps_its_own() -> None:
    assert MOVED.contacts_on(AFTER)["nn"] is MOVED.contacts["nn"]
    assert "mt" not in MOVED.contacts_on(AFTER)


# --- Names of letters, agencies of elsewhere ------------------------------------------------------

_MERGED = dt.date(2025, 7, 1)
_LAST = dt.date(2025, 6, 30)
WEST = Register(
    {
        a.code: a
        for a in (
            Agency("q", "UBND quận Q", AgencyKind.DISTRICT, valid_to=_LAST),
            Agency("h", "UBND huyện H", AgencyKind.DISTRICT, valid_to=_LAST, province="tỉnh Đ"),
            Agency("k", "UBND huyện K", AgencyKind.DISTRICT, valid_to=_LAST, province="tỉnh K"),
            *(
                Agency(code, f"UBND xã {code}", AgencyKind.COMMUNE, valid_from=_MERGED)
                for code in ("west", "east", "both", "two")
            ),
            Agency("new", "Ban mới", AgencyKind.PROJECT_BOARD, valid_from=_MERGED),
        )
    },
    {},
    Successions(
        tuple(
            Succession(old, heir, _MERGED)
            for old, heir in (
                *(("h", "west"), ("q", "east"), ("q", "both"), ("h", "both")),
                *(("h", "two"), ("k", "two")),
            )
        )
    ),
)


@pytest.mark.parametrize(
    ("code", "came_from"),
    [("west", "tỉnh Đ"), ("east", ""), ("both", ""), ("two", ""), ("new", ""), ("h", "")],
)
def test_whoever_succeeds_only_agencies_of_one_other_province_came_from_there(
    code: str, came_from: str
) -> None:
    assert WEST.came_from(code, AFTER) == came_from


def test_an_agency_of_another_province_is_known_and_never_asked() -> None:
    assert [a.code for a in WEST.answering_on(DAY)] == ["q"]
    assert WEST.resolve("UBND huyện H", DAY).code == "h"
    with pytest.raises(UnknownAgency, match="Cơ quan báo cáo thay: “UBND xã west”"):
        WEST.responsible_for("UBND huyện H", AFTER)


def test_the_full_name_is_for_letters_and_finds_the_agency_too() -> None:
    board = Agency(
        "ban", "Ban Tây", AgencyKind.PROJECT_BOARD, full_name="Ban Quản lý dự án phía tây"
    )
    register = Register({"ban": board, "syt": Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)}, {})
    assert register.agency_name("ban") == "Ban Tây"
    assert register.formal_name("ban") == "Ban Quản lý dự án phía tây"
    assert register.formal_name("syt") == "Sở Y tế"
    assert register.formal_name("lạ") == "lạ"
    assert register.resolve("BQLDA phía tây, TP. Hải Phòng", DAY) is board


def test_every_agency_has_its_formal_name_by_its_code() -> None:
    named = Agency("q", "UBND quận Q", AgencyKind.DISTRICT, full_name="Ủy ban nhân dân quận Q")
    register = Register({a.code: a for a in (*AGENCIES, named)}, {})
    assert register.formal_names == {a.code: a.formal_name for a in register}
    assert register.formal_name("q") == "Ủy ban nhân dân quận Q"
    assert register.formal_name("thanh_tra") == "Thanh tra thành phố"
    assert register.formal_name("nobody") == "nobody"
