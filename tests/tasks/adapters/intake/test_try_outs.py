"""A try-out gets its verdict and leaves no trace among what was handed in."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tasks.adapters.store import submissions
from tests.fixtures.worked_office import CYCLE, Office


@pytest.mark.parametrize("how", ["address", "subject"])
def test_a_try_out_is_answered_with_verdict_and_marked_workbook_and_not_recorded(
    office: Office, how: str
) -> None:
    if how == "address":
        mail = office.answer("syt", to="baocao+thu@ubnd.haiphong.example")
    else:
        mail = office.answer("syt", subject="[Thử] Kế hoạch")
    (row,) = office.receive(mail)
    assert (row["state"], row["agency"]) == ("tried", "syt")
    assert row["reason"].startswith("Gửi thử, không ghi nhận là đã nộp: ")
    with office.workplace.engine.begin() as connection:
        assert submissions.records(connection, CYCLE) == {}
    (letter,) = office.letters("try_out")
    assert letter.to == [mail["From"]]
    assert "Sổ chưa được nộp" in letter.text
    assert "baocao+thu@ubnd.haiphong.example" in letter.text
    assert not office.letters("verdict", "receipt", "guidance")
    office.send(letter)
    (letter,) = office.letters("try_out")
    (file,) = letter.files
    assert file["name"] == "KH-2025_So-Y-te_thu_da-kiem-tra.xlsx"
    marked = openpyxl.load_workbook(io.BytesIO(office.workplace.raw_store.get(file["sha256"])))
    assert any(cell.comment for sheet in marked for line in sheet.iter_rows() for cell in line)


def test_the_same_file_in_earnest_is_taken_afterwards(office: Office) -> None:
    tried, sent = office.receive(office.answer("syt", subject="[THU] x"), office.answer("syt"))
    assert [tried["state"], sent["state"]] == ["tried", "returned"]
    with office.workplace.engine.begin() as connection:
        (record,) = submissions.records(connection, CYCLE)["syt"]
    assert (record.version, record.receipt_number) == (1, "KH-2025/0001")
    again = office.answer("syt", subject="(thử) lần nữa")
    (row,) = office.receive(again)
    assert row["state"] == "tried", "what was handed in may still be tried"


def test_a_reply_that_quotes_the_mark_is_meant_in_earnest(office: Office) -> None:
    (row,) = office.receive(office.answer("syt", subject="Re: [THỬ] Kế hoạch"))
    assert row["state"] == "returned"


def test_nobody_unregistered_tries_and_nothing_of_his_is_recorded(office: Office) -> None:
    mail = office.answer("syt", sender="ai-do@gmail.com", subject="[THỬ] x")
    (row,) = office.receive(mail)
    assert row["state"] == "held"
    assert "gửi thử" in row["reason"]
    (letter,) = office.letters("receipt")
    assert "ai-do@gmail.com" not in [*letter.to, *letter.cc]
    with office.workplace.engine.begin() as connection:
        assert submissions.records(connection, CYCLE) == {}


def test_a_try_out_without_a_workbook_is_guided(office: Office) -> None:
    (row,) = office.receive(office.answer("syt", subject="[THỬ]", workbook=False))
    assert row["state"] == "guided"
    assert len(office.letters("guidance")) == 1
