"""The answer to a workbook that lacks what the office prints: its own one, beside the sent file."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import openpyxl

from models.domain.reading.forms import FIRST_ROW
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tests.fixtures.worked_office import CYCLE, Office

AGENCY = "sct"


def reply(office: Office, content: bytes, name: str) -> EmailMessage:
    mail = office.answer(AGENCY, workbook=False)
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def answered(office: Office) -> FilledWorkbook:
    the_office = office.workplace.office
    cycle = the_office.cycle(CYCLE)
    book = FilledWorkbook(office.workbook(AGENCY), the_office.form_of(cycle))
    book.fill(answers_of(the_office, cycle, the_office.register.agencies[AGENCY], 2025))
    return FilledWorkbook(book.save(), book.form)


def test_a_deleted_row_stands_again_in_the_office_s_own_workbook_and_that_is_taken(
    office: Office,
) -> None:
    whole = answered(office)
    spoilt = answered(office)
    code = spoilt.sheet("tasks").cell(FIRST_ROW + 1, 1).value
    spoilt.sheet("tasks").delete_rows(FIRST_ROW + 1)
    sent = spoilt.save()
    (row,) = office.receive(reply(office, sent, "Kế hoạch SCT.xlsx"))
    assert row["state"] == "returned"

    (letter,) = office.letters("verdict")
    number = FIRST_ROW + 1
    said = " ".join(letter.text.split())
    assert f"(dòng {number}; các ô phải điền có nền đỏ)" in said
    assert "trong sổ mới, 5 ô phải sửa hoặc phải điền" in said.lower(), "all there is to fill"
    assert f"ô F{number} Thiếu dòng được giao PL IV" in said, "its place is named once"
    assert "«Kế hoạch SCT.xlsx», cũng được gửi kèm" in said, "the file that comes along is named"
    message = message_from_bytes(office.send(letter), policy=default)
    files = {p.get_filename(): p.get_payload(decode=True) for p in message.iter_attachments()}
    assert files["Kế hoạch SCT.xlsx"] == sent
    (name,) = (n for n in files if n and n.endswith("_da-kiem-tra.xlsx"))

    fresh = FilledWorkbook(files[name], spoilt.form)
    assert fresh.sheet("tasks").cell(number, 1).value == code
    assert fresh.sheet("tasks").protection.sheet
    columns = [c.key for c in spoilt.form.sheet("tasks").columns if not c.office]
    assert all(fresh.read("tasks", code, c) is None for c in columns)
    for sheet, row_key, column in whole.written():
        if row_key != code:
            assert fresh.read(sheet, row_key, column) == whole.read(sheet, row_key, column)

    for column in columns:
        fresh.write("tasks", code, column, whole.read("tasks", code, column))
    (row,) = office.receive(reply(office, fresh.save(), name), day=2)
    assert row["state"] == "accepted", row["reason"]
    assert openpyxl.load_workbook(io.BytesIO(fresh.save())).sheetnames[0] == "Kết quả kiểm tra"
