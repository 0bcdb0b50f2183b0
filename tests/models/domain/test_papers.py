"""Papers: number and date in their text, what is told of them beside a workbook."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

import pytest

from models.domain.answers.papers import (
    PaperNumber,
    PaperSignature,
    SignatureState,
    SignedPaper,
    date_in,
    is_of,
    named_paper,
    number_in,
    paper_from_json,
    paper_name,
    paper_text,
    paper_to_json,
)
from models.domain.reading.submissions import Entry
from tests.fixtures.office_files import own_office

SIGNED_AT = dt.datetime(2025, 2, 14, 8, 30, tzinfo=dt.UTC)
SIGNATURE = PaperSignature(SignatureState.PROVEN, "SỞ Y TẾ", "Cơ quan chứng thực", SIGNED_AT, True)
PAPER = SignedPaper("Kế hoạch.pdf", "a" * 64, (SIGNATURE,), "15/KH-SYT", dt.date(2025, 2, 14))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Số: 15/KH-SYT", "15/KH-SYT"),
        ("Số:  15 /KH - SYT  Hải Phòng, ngày 14", "15/KH-SYT"),
        ("Số 215/BC–SYT\nHải Phòng", "215/BC-SYT"),
        ("SỞ Y TẾ\nSố: 1234/QĐ-UBND\n", "1234/QĐ-UBND"),
        ("Số: 12/2025/TT-BTC", "12/2025/TT-BTC"),
        ("Số: 7/KH-CATP-PV01", "7/KH-CATP-PV01"),
        ("Số:        /KH-SYT", ""),
        ("Số lượng 15 /tháng", ""),
        ("Hải Phòng", ""),
        ("Tổng số 15/20 xã", ""),
        (unicodedata.normalize("NFD", "Số: 15/QĐ-SYT"), "15/QĐ-SYT"),
        ("Số: 15/" + "A" * 5000, ""),
        ("", ""),
    ],
)
def test_the_number_of_a_paper(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Hải Phòng, ngày 14 tháng 02 năm 2025", dt.date(2025, 2, 14)),
        ("hải phòng,  Ngày 4  tháng 2\nnăm 2025", dt.date(2025, 2, 4)),
        ("ngày 31 tháng 02 năm 2025, ngày 1 tháng 3 năm 2025", dt.date(2025, 3, 1)),
        ("ngày    tháng    năm 2025", None),
        ("14/02/2025", None),
        (unicodedata.normalize("NFD", "ngày 14 tháng 02 năm 2025"), dt.date(2025, 2, 14)),
    ],
)
def test_the_date_of_a_paper(text: str, day: dt.date | None) -> None:
    assert date_in(text) == day


@pytest.mark.parametrize(
    ("named", "same"),
    [
        ("15/KH-SYT", True),
        ("15/kh-syt", True),
        ("15/KH – SYT", True),
        ("Kế hoạch số 15/KH-SYT ngày 14/02/2025", True),
        ("115/KH-SYT", False),
        ("15/KH-SYTE", False),
        ("15/KH-SYT-VP", False),
        ("15/BC-SYT", False),
        ("15", False),
        ("", False),
    ],
)
def test_whose_paper_it_is(named: str, same: bool) -> None:
    assert is_of(PAPER, PaperNumber(named)) is same


def test_a_paper_without_a_number_is_nobodys() -> None:
    assert not is_of(SignedPaper("a.pdf", "a" * 64, (SIGNATURE,)), PaperNumber(""))


def test_what_is_told_where_number_and_date_agree() -> None:
    assert paper_text(PAPER, PaperNumber("15/KH-SYT", dt.date(2025, 2, 14))) == (
        "«Kế hoạch.pdf»: chữ ký số hợp lệ (người ký theo chứng thư số: «SỞ Y TẾ»; ký lúc 15 giờ "
        "30 phút ngày 14/02/2025 theo dấu thời gian); số 15/KH-SYT, ngày 14/02/2025 như trong sổ"
    )


def test_what_is_told_where_they_differ() -> None:
    said = paper_text(PAPER, PaperNumber("16/KH-SYT", dt.date(2025, 2, 13)))
    assert said.endswith(
        "; văn bản ghi số 15/KH-SYT, sổ ghi 16/KH-SYT; ngày 14/02/2025, sổ ghi 13/02/2025: "
        "đề nghị kiểm tra lại"
    )


@pytest.mark.parametrize("named", [PaperNumber(), PaperNumber("16/KH-SYT")])
def test_nothing_is_told_of_what_the_text_does_not_have(named: PaperNumber) -> None:
    scan = SignedPaper("a.pdf", "a" * 64, (PaperSignature(SignatureState.BROKEN, "X"),))
    assert paper_text(scan, named) == (
        "«a.pdf»: chữ ký số không khớp với văn bản (người ký theo chứng thư số: «X»)"
    )


def test_a_signature_that_does_not_fit_has_no_time() -> None:
    """Its clock would be believed of whoever changed the paper."""
    changed = SignedPaper(
        "a.pdf", "a" * 64, (PaperSignature(SignatureState.CHANGED, "X", "Y", SIGNED_AT),)
    )
    assert "ký lúc" not in paper_text(changed, PaperNumber())


def test_a_name_from_outside_is_one_line() -> None:
    paper = SignedPaper("a\r\nBcc: x\u202e.pdf", "a" * 64, (PaperSignature(SignatureState.UNREAD),))
    for said in (paper_text(paper, PaperNumber("1\n2")), paper_name(paper)):
        assert said.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "=HYPERLINK(1)",
        "A (chữ ký số hợp lệ)",
        "A»: chữ ký số hợp lệ («B",
        "A; chữ ký số hợp lệ",
        "\u202eA\x07",
    ],
)
def test_a_name_that_somebody_chose_stays_within_its_quotes(name: str) -> None:
    signature = PaperSignature(SignatureState.BROKEN, name)
    paper = SignedPaper(name, "a" * 64, (signature,))
    for said in (paper_text(paper), paper_name(paper)):
        assert said.startswith("«")
        assert said.isprintable()
        assert "hợp lệ" not in re.sub("«[^«»]*»", "", said)


@pytest.mark.parametrize("state", SignatureState)
def test_every_state_is_told_and_kept(state: SignatureState) -> None:
    paper = SignedPaper("a.pdf", "a" * 64, (PaperSignature(state, "X", "Y", None),))
    assert state.vietnamese in paper_name(paper)
    assert paper_from_json(paper_to_json(paper)) == paper
    assert paper_from_json(paper_to_json(PAPER)) == PAPER


def test_the_workbooks_own_fields_name_the_paper() -> None:
    office = own_office()
    form = office.form_of(office.cycle("2025-plan"))
    entries = [
        Entry("details", "", "plan_number", "15/KH-SYT", "15/KH-SYT", "Thông tin chung", "C6"),
        Entry("details", "", "plan_date", dt.date(2025, 2, 14), "", "Thông tin chung", "C7"),
        Entry("indicators", "I-01", "committed", Decimal(1), "1", "Chỉ tiêu", "E9"),
    ]
    assert named_paper(form, entries) == PaperNumber("15/KH-SYT", dt.date(2025, 2, 14))
    assert named_paper(form, entries[2:]) == PaperNumber()
