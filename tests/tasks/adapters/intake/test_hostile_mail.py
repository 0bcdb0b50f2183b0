"""Whatever lies in the mailbox ends in one visible state, and takes no other mail with it."""

from __future__ import annotations

import io
import stat
import zipfile
from email.message import EmailMessage
from xml.sax.saxutils import quoteattr

import pytest

from tasks.adapters.store import submissions
from tests.fixtures.signed_mail import ENVELOPED, mail_of, signed
from tests.fixtures.tnef_files import HOSTILE as HOSTILE_TNEF
from tests.fixtures.tnef_files import winmail
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office
from tests.tasks.adapters.reading.test_hostile_archives import NAMES, packed, special
from tests.tasks.adapters.test_message_reader import HOSTILE

BULKY = 1_000_000  # bytes; the reader's own tests take those


def test_hostile_mail_is_held_or_recorded_and_the_next_mail_is_answered(
    make_office: MakeOffice,
) -> None:
    office = make_office(authserv_id="mx.ubnd.haiphong.example")
    mails = [raw for raw in HOSTILE.values() if len(raw) < BULKY]
    forged = b"Authentication-Results: mx.ubnd.haiphong.example; " + b"(" * 5000 + b"\r\n\r\n"
    report = b"From: MAILER-DAEMON@x.example\r\n\r\n" + b"<" * 50_000
    calm = b"Authentication-Results: mx.ubnd.haiphong.example; dmarc=pass\r\n"
    rows = office.receive(*mails, forged, report, calm + office.answer("syt").as_bytes())
    assert len(rows) == len({*mails, forged, report}) + 1
    assert {row["state"] for row in rows[:-1]} <= {"held", "automatic"}
    assert all(row["reason"] for row in rows)
    assert rows[-1]["state"] == "returned"
    assert [x.kind for x in office.letters() if x.kind != "opening"] == ["verdict"]


def _wrapped(office: Office, how: str) -> EmailMessage:
    inner = office.answer("syt")
    workbook = office.workbook("syt")
    mail = office.answer("syt", workbook=False)
    if how == "winmail.dat":
        content, name = winmail([("kế hoạch.xlsx", workbook)]), "winmail.dat"
    elif how == "signed":
        content, name = signed(inner.as_bytes()), "smime.p7m"
    elif how == "saved message":
        content, name = inner.as_bytes(), "chuyển tiếp.eml"
    elif how == "ZIP":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            package.writestr("kế hoạch.xlsx", workbook)
        content, name = packed.getvalue(), "báo cáo.zip"
    else:
        mail.add_attachment(inner)
        return mail
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


@pytest.mark.parametrize("how", ["winmail.dat", "saved message", "ZIP", "forwarded", "signed"])
def test_a_workbook_is_found_however_it_is_wrapped(office: Office, how: str) -> None:
    (row,) = office.receive(_wrapped(office, how))
    assert (row["state"], row["agency"]) == ("returned", "syt")
    with office.workplace.engine.begin() as connection:
        (record,) = submissions.records(connection, CYCLE)["syt"]
    assert record.file_name == "kế hoạch.xlsx"


def test_a_signature_that_does_not_fit_is_said_of_the_message_and_an_encrypted_one_guided(
    office: Office,
) -> None:
    data = signed(office.answer("syt").as_bytes())
    data = data.replace(b"application/zip", b"application/zap")
    (row,) = office.receive(mail_of(data, "application/pkcs7-mime").replace(b"so.example", b"x.y"))
    assert row["reason"].endswith("Lưu ý: chữ ký số của thư không khớp nội dung.")
    closed = office.answer("sdl", workbook=False)
    closed.add_attachment(
        ENVELOPED, maintype="application", subtype="pkcs7-mime", filename="smime.p7m"
    )
    (row,) = office.receive(closed)
    assert row["state"] == "guided"
    (letter,) = office.letters("guidance")
    assert "thư được mã hóa nên Văn phòng không mở được" in " ".join(letter.text.split())


def test_workbooks_of_two_agencies_in_one_mail_are_each_judged(office: Office) -> None:
    mail = office.answer("syt")
    other = office.workbook("sdl")
    mail.add_attachment(other, maintype="application", subtype="zip", filename="của sdl.xlsx")
    picture = b"\x89PNG" + b"p" * 900
    mail.add_attachment(picture, "image", "png", filename="logo.png", disposition="inline")
    (row,) = office.receive(mail)
    assert row["state"] == "held", "the second is another agency's"
    with office.workplace.engine.begin() as connection:
        assert set(submissions.records(connection, CYCLE)) == {"syt"}
    assert sorted(x.kind for x in office.letters() if x.kind != "opening") == ["receipt", "verdict"]


@pytest.mark.parametrize("what", ["cut short", "noise", "nothing but the signature"])
def test_a_winmail_dat_that_cannot_be_opened_is_answered_with_guidance(
    office: Office, what: str
) -> None:
    mail = office.answer("syt", workbook=False)
    mail.add_attachment(
        HOSTILE_TNEF[what], maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    (row,) = office.receive(mail)
    assert row["state"] == "guided"
    assert "winmail.dat" in row["reason"]


def _mail(office: Office, name: str, archive: bytes) -> EmailMessage:
    mail = office.answer("syt", workbook=False)
    mail.add_attachment(archive, maintype="application", subtype="zip", filename=name)
    return mail


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (packed((special("sổ.xlsx", stat.S_IFLNK), b"/etc/passwd")), "liên kết hoặc tệp đặc biệt"),
        (packed(*((f"{i}.txt", b"x") for i in range(600))), "quá nhiều tệp"),
        (packed(("../../a.xlsx", b"x")), "a.xlsx"),
        (packed(("a.zip", packed(("b.zip", packed(("c.zip", b"x")))))), "lồng nhau"),
    ],
    ids=["a link", "too many", "a path", "nested"],
)
def test_the_sender_is_told_of_a_hostile_archive_by_its_name(
    office: Office, archive: bytes, said: str
) -> None:
    (row,) = office.receive(_mail(office, "báo cáo Sở Y tế.zip", archive))
    assert (row["state"], row["agency"]) == ("guided", "syt")
    assert said in row["reason"]
    assert "báo cáo Sở Y tế.zip" in row["reason"] or said == "a.xlsx"
    assert len(office.letters("guidance")) == 1
    assert office.letters("guidance")[0].cycle == CYCLE


@pytest.mark.parametrize("name", [n for n in NAMES if n.strip("/\\ \x00\n\u202e.")])
def test_a_strange_attachment_name_loses_no_report_and_no_answer(office: Office, name: str) -> None:
    mail = office.answer("syt", workbook=False)
    inner = zipfile.ZipInfo("x")
    inner.filename = name.replace("\x00", "").strip("/\\ \n") + ".xlsx"
    mail.add_attachment(
        packed((inner, office.workbook("syt"))),
        maintype="application",
        subtype="zip",
        filename="".join(c for c in name if c not in "\n\x00") + ".zip",
    )
    (row,) = office.receive(mail)
    assert (row["state"], row["agency"]) == ("returned", "syt")
    (letter,) = office.letters("verdict")
    assert office.send(letter)


SHEET_NAMES = [
    "ạ" * 300,
    "a\u202eb\u2028c",
    "../../etc/passwd",
    "'!A1",
    "=1+1",
    " ",
    "<b>{{ 1 }}",
    "[x]:*?/\\",
]


@pytest.mark.parametrize("title", SHEET_NAMES)
def test_a_strange_name_of_a_sheet_loses_no_report_and_no_answer(
    office: Office, title: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(office.workbook("syt"))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    book = parts["xl/workbook.xml"].decode()
    assert 'name="Chỉ tiêu"' in book
    parts["xl/workbook.xml"] = book.replace(
        'name="Chỉ tiêu"', f"name={quoteattr(title)}", 1
    ).encode()
    mail = office.answer("syt", workbook=False)
    content = packed(*parts.items())
    mail.add_attachment(content, maintype="application", subtype="zip", filename="sổ.xlsx")
    (row,) = office.receive(mail)
    assert (row["state"], row["agency"]) == ("returned", "syt")
    (letter,) = office.letters("verdict")
    assert office.send(letter)
    assert all(line.isprintable() for line in letter.text.splitlines())
