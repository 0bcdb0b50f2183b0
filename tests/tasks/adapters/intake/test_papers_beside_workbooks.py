"""The signed PDF beside a workbook, from the mailbox to verdict, board and consolidation."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

import pytest

from models.domain.answers.papers import SignatureState
from models.domain.answers.standing import SubmissionRecord
from tasks.adapters.boards.boards import boards
from tasks.adapters.results.choosing import results_of
from tasks.adapters.sheets.common_sheets import agency_sheet
from tasks.adapters.store import messages, submissions
from tests.fixtures.one_entry import with_entry
from tests.fixtures.signed_papers import Signing, authority, crl, plain_pdf, sign, signer
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office

TEXT = "SỞ Y TẾ\nSố: 15/KH-SYT\nHải Phòng, ngày 21 tháng 01 năm 2025"
BY_TRUSTED = Signing(signer(), (authority(),), stamped=True, crls=(crl(authority()),))


@pytest.fixture(autouse=True)
def roots(office: Office) -> None:
    office.workplace.trusted_roots = [authority().der]


def attach(mail: EmailMessage, content: bytes, name: str = "Kế hoạch ký số.pdf") -> EmailMessage:
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail


def with_paper(office: Office, content: bytes, number: str = "15/KH-SYT") -> EmailMessage:
    return attach(office.answer("syt", remark=number), content)


def versions(office: Office, agency: str = "syt") -> Sequence[SubmissionRecord]:
    with office.workplace.engine.begin() as connection:
        return submissions.all_of(connection, CYCLE, agency)


def files(office: Office, key: str) -> dict[str, tuple[str, str]]:
    statement = messages.FILE.select().where(messages.FILE.c.message_key == key)
    with office.workplace.engine.begin() as connection:
        return {f.kind: (f.state, f.reason) for f in connection.execute(statement)}


def test_a_signed_paper_is_the_versions_document_and_verdict_and_board_name_it(
    office: Office,
) -> None:
    [row] = office.receive(with_paper(office, sign(plain_pdf(TEXT), BY_TRUSTED)))
    [version] = versions(office)
    [paper] = version.papers
    assert (paper.number, paper.weakest) == ("15/KH-SYT", SignatureState.PROVEN)
    state, reason = files(office, row["key"])["pdf"]
    assert state == "noted"
    assert "chữ ký số hợp lệ" in reason
    [verdict] = office.letters("verdict")
    assert "Văn bản ký số" in verdict.text
    assert "chữ ký số hợp lệ" in verdict.text
    assert "không sử dụng" not in verdict.text
    [board] = [b for b in boards(office.workplace, [office.workplace.office.cycle(CYCLE)])
               if b.key == f"bang-ky-{CYCLE}"]  # fmt: skip
    assert "«Kế hoạch ký số.pdf», số 15/KH-SYT (chữ ký số hợp lệ)" in str(board)


def test_the_consolidation_names_it_and_without_papers_has_no_such_column(office: Office) -> None:
    plain = office.answer("sct", remark="3/KH-SCT")
    office.receive(plain)
    assert "Văn bản ký số" not in headers(office)
    office.receive(with_paper(office, sign(plain_pdf(TEXT), BY_TRUSTED)))
    assert "Văn bản ký số" in headers(office)


def headers(office: Office) -> list[str]:
    workplace = office.workplace
    with workplace.engine.begin() as connection:
        found = results_of(workplace, connection, workplace.office.cycle(CYCLE))
    return [column.header for column in agency_sheet(found.consolidation).columns]


def test_a_number_that_differs_is_told_and_changes_no_verdict(office: Office) -> None:
    office.receive(with_paper(office, sign(plain_pdf(TEXT), BY_TRUSTED), number="99/KH-SYT"))
    [verdict] = office.letters("verdict")
    assert "văn bản ghi số 15/KH-SYT, sổ ghi 99/KH-SYT" in verdict.text
    office.receive(office.answer("syt", remark="99/KH-SYT2"))
    with_it, without = versions(office)
    assert with_it.verdict is without.verdict


def test_a_paper_that_was_changed_is_told_so(office: Office) -> None:
    content = sign(plain_pdf(TEXT), BY_TRUSTED)
    at = content.index(b"stream") + 40
    office.receive(with_paper(office, content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]))
    [verdict] = office.letters("verdict")
    assert "chữ ký số không khớp với văn bản" in verdict.text


def test_a_paper_alone_is_no_data(office: Office) -> None:
    mail = attach(office.answer("syt", workbook=False), sign(plain_pdf(TEXT), BY_TRUSTED))
    [row] = office.receive(mail)
    assert row["state"] == "guided"
    assert files(office, row["key"])["pdf"][0] == "guided"
    assert not versions(office)


def test_an_unsigned_one_stays_a_file_beside(office: Office) -> None:
    [row] = office.receive(with_paper(office, plain_pdf(TEXT)))
    assert files(office, row["key"])["pdf"][0] == "guided"
    [version] = versions(office)
    assert not version.papers


def test_of_two_agencies_workbooks_the_number_says_whose_it_is(office: Office) -> None:
    mail = office.answer("syt", workbook=False)
    for agency, number in (("syt", "15/KH-SYT"), ("sdl", "7/KH-SDL")):
        content = with_entry(office.workbook(agency), number)
        mail.add_attachment(
            content, maintype="application", subtype="zip", filename=f"{agency}.xlsx"
        )
    office.receive(attach(mail, sign(plain_pdf(TEXT), BY_TRUSTED)))
    [version] = versions(office)
    assert [p.number for p in version.papers] == ["15/KH-SYT"]


def test_the_same_message_once_more_is_not_answered_twice(office: Office) -> None:
    mail = with_paper(office, sign(plain_pdf(TEXT), BY_TRUSTED))
    office.receive(mail)
    again = mail.as_bytes().replace(b"Subject: ", b"Subject: RE: ", 1)
    [row] = office.receive(again)
    assert row["state"] == "duplicate"
    assert len(versions(office)) == 1
    assert len(office.letters("verdict")) == 1


def test_a_paper_that_comes_later_with_the_same_workbook_is_not_lost(office: Office) -> None:
    """The workbook goes out at once, the signed paper follows; afterwards both are known."""
    paper = sign(plain_pdf(TEXT), BY_TRUSTED)
    alone, with_it, again, without = (
        office.receive(mail)[0]["state"]
        for mail in (
            office.answer("syt", remark="15/KH-SYT"),
            with_paper(office, paper),
            with_paper(office, paper),
            office.answer("syt", remark="15/KH-SYT"),
        )
    )
    assert alone == with_it != "duplicate"
    assert again == without == "duplicate"
    assert [len(version.papers) for version in versions(office)] == [0, 1]
    assert len(office.letters("verdict")) == 2


def test_beside_another_agencys_workbook_that_came_before_the_number_decides(
    make_office: MakeOffice,
) -> None:
    """What became of the other workbook changes nothing: the paper stays its own agency's."""
    address = "chung@so.example"
    office = make_office(contacts={"syt": address, "sdl": address})
    office.workplace.trusted_roots = [authority().der]
    office.receive(office.answer("syt", remark="15/KH-SYT"))
    mail = with_paper(office, sign(plain_pdf(TEXT), BY_TRUSTED))
    del mail["To"]
    mail["To"] = office.workplace.rules.office_address
    other = with_entry(office.workbook("sdl"), "7/KH-SDL")
    mail.add_attachment(other, maintype="application", subtype="zip", filename="sdl.xlsx")
    office.receive(mail)
    assert [len(version.papers) for version in versions(office)] == [0, 1]
    assert [len(version.papers) for version in versions(office, "sdl")] == [0]


def test_a_signed_paper_behind_the_fifth_is_told_as_not_checked(office: Office) -> None:
    """What was not looked at is not passed over in silence, nor taken for a file of no use."""
    mail = office.answer("syt", remark="15/KH-SYT")
    paper = sign(plain_pdf(TEXT), Signing(signer()))
    for number in range(1, 7):
        attach(mail, paper + b"\n" * number, f"{number}.pdf")
    attach(mail, plain_pdf(TEXT), "7.pdf")
    office.receive(mail)
    [version] = versions(office)
    unread = [paper.name for paper in version.papers if paper.weakest is SignatureState.UNREAD]
    assert (len(version.papers), unread) == (6, ["6.pdf"])
    [verdict] = office.letters("verdict")
    assert "«6.pdf»: chữ ký số chưa kiểm tra được" in verdict.text
