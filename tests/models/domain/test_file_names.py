"""Files that agencies get are named in the office's words, and no two alike."""

from __future__ import annotations

import re

import pytest

from config.files.office_files import load_office
from models.domain.register.agencies import Agency, AgencyKind, Register
from models.domain.register.file_names import (
    agency_word,
    file_word,
    form_file,
    preview_file,
    returned_file,
)
from tests.fixtures.office_files import OFFICE_FILES

GIANG = Agency("xa_cam_giang_dinh_son", "UBND xã Cẩm Giang", AgencyKind.COMMUNE)
GIANG_TOO = Agency("xa_cam_giang", "UBND xã Cẩm Giàng", AgencyKind.COMMUNE)
FOREIGN = Agency("sngv", "Sở Ngoại vụ", AgencyKind.DEPARTMENT)
REGISTER = Register({a.code: a for a in (GIANG, GIANG_TOO, FOREIGN)}, {})


def test_names_are_the_offices_words_without_marks() -> None:
    assert form_file("KH-2025", REGISTER, "sngv") == "KH-2025_So-Ngoai-vu.xlsx"
    assert preview_file("TK-2025", REGISTER, "sngv") == "TK-2025_Ket-qua_So-Ngoai-vu.docx"
    returned = returned_file("KH-2025", REGISTER, "sngv", 1)
    assert returned == "KH-2025_So-Ngoai-vu_ban-1_da-kiem-tra.xlsx"
    tried = returned_file("KH-2025", REGISTER, "sngv", None)
    assert tried == "KH-2025_So-Ngoai-vu_thu_da-kiem-tra.xlsx"


def test_names_that_differ_in_their_marks_alone_stay_apart() -> None:
    assert agency_word(REGISTER, GIANG.code) == "UBND-xa-Cam-Giang-khong-dau"
    assert agency_word(REGISTER, GIANG_TOO.code) == "UBND-xa-Cam-Giang-dau-huyen"


def test_names_stand_whole_and_no_key_of_the_register_in_them() -> None:
    register = load_office(OFFICE_FILES).register
    words = {one.code: agency_word(register, one.code) for one in register}

    cut = [
        w for code, w in words.items() if not w.startswith(file_word(register.agencies[code].name))
    ]
    assert not cut
    assert not [w for w in words.values() if w.endswith(tuple("-" + file_word(c) for c in words))]


def test_an_agency_that_the_register_has_lost_keeps_a_name() -> None:
    assert form_file("KH-2025", REGISTER, "so_cu") == "KH-2025_so-cu.xlsx"


@pytest.mark.parametrize("mark", ["KH-2025", "TK-2025"])
def test_every_agency_of_the_register_has_a_safe_name_of_its_own(mark: str) -> None:
    register = load_office(OFFICE_FILES).register
    names = [form_file(mark, register, code) for code in register.agencies]
    assert len({name.casefold() for name in names}) == len(names) > 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,150}\.xlsx", name) for name in names)
