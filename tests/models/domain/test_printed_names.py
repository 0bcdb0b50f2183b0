"""Printed names of agencies: several in a cell, many together, and which names lie near."""

from __future__ import annotations

import datetime as dt

import pytest

from models.domain.register.agencies import Agency, AgencyKind, Collective, Register, name_key
from models.domain.register.near_names import near_names
from models.domain.register.printed_names import code_meant, names_in

NAMES = {
    "stc": "Sở Tài chính",
    "syt": "Sở Y tế",
    "svhttdl": "Sở Văn hóa, Thể thao và Du lịch",
    "skhcn": "Sở Khoa học và Công nghệ",
    "cam_giang_h": "UBND xã Cẩm Giàng",
    "cam_giang": "UBND xã Cẩm Giang",
}
REGISTER = Register(
    {
        c: Agency(c, n, AgencyKind.COMMUNE if "xã" in n else AgencyKind.DEPARTMENT)
        for c, n in NAMES.items()
    },
    {},
    collectives={
        "tat_ca": Collective("tat_ca", "Các sở, ngành, địa phương", ["department", "commune"]),
        "xa": Collective("xa", "UBND các xã, phường, đặc khu", ["commune"], without=["cam_giang"]),
    },
)
DAY = dt.date(2026, 1, 15)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Sở Tài chính", "stc"),
        ("Sở Tài chính, Sở Y tế.", "stc syt"),
        ("Sở Văn hoá, Thể thao và Du lịch; Sở Khoa học và Công nghệ", "svhttdl skhcn"),
        ("Sở Y tế và Sở Văn hóa, Thể thao & Du lịch", "syt svhttdl"),
        ("- Sở Y tế\n- Sở Tài chính", "syt stc"),
        ("Cơ quan chủ trì: Sở Y tế", "syt"),
        ("các sở, ban, ngành và địa phương", ""),
        ("Các sở, ngành và các địa phương", "tat_ca"),
        ("Sở Tài chính, UBND các xã, phường, đặc khu", "stc xa"),
        ("UBND xã Cẩm Giang", "cam_giang"),
        ("UBND xã Cẩm Giàng", "cam_giang_h"),
        ("UBND xa Cam Giang", ""),  # two bear the plain letters
        ("Sở Mây, Sở Y tế", "- syt"),
        ("So Y te", "syt"),
    ],
)
def test_the_names_of_a_cell(cell: str, codes: str) -> None:
    found = [code for _, code in names_in(cell, code_meant(REGISTER, DAY))]
    assert [code or "-" for code in found] == (codes.split() or ["-"])


def test_many_together_are_those_of_the_day_without_whom_the_office_leaves_out() -> None:
    assert [a.code for a in REGISTER.together_on("xa", DAY)] == ["cam_giang_h"]
    assert len(REGISTER.together_on("tat_ca", DAY)) == len(NAMES)


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Sở Tài chnh", ["so tai chinh"]),
        ("Sở Y tế Hải Dương", []),
        ("Sở Du lịch", []),
        ("Sở Mây", []),
        ("Cục Đường sắt", []),
        ("Ban quản lý rừng", []),
        ("UBND xã Mây", []),
    ],
)
def test_a_hint_names_only_what_is_near(written: str, near: list[str]) -> None:
    assert near_names(name_key(written), [name_key(n) for n in NAMES.values()])[:1] == near
