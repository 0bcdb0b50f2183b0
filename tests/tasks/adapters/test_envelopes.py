"""What mail programs open by themselves is opened here too, however it was made fit for the way."""

from __future__ import annotations

import base64
import binascii
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.letters.answer_letters import Advice, advice_for
from models.domain.mail.mail import MailMessage
from tasks.adapters.messages.mail_encodings import (
    TransferEncoding,
    transfer_encoding,
    undone,
    uuencoded,
)
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.messages.smime import opened
from tasks.adapters.reading.file_kinds import FileKind, identify
from tests.fixtures.signed_mail import ENVELOPED, mail_of, signed, with_open_lengths

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 9
NAME = "Kế hoạch – Sở.xlsx"
ENCODED = base64.encodebytes(WORKBOOK)


def files(read: MailMessage) -> list[tuple[str, bytes]]:
    return [(a.name, a.content) for a in read.attachments if not a.inline]


def inner(name: str = NAME) -> EmailMessage:
    mail = EmailMessage()
    mail.set_content("Kính gửi.")
    mail.add_attachment(WORKBOOK, maintype="application", subtype="octet-stream", filename=name)
    return mail


def part(encoding: str, body: bytes, name: str = "a.xlsx") -> bytes:
    """A mail with a workbook, its transfer encoding as written."""
    return (
        b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
        b"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="
        + name.encode() + b"\n" + encoding.encode() + b"\n" + body + b"\n--B--\n"
    )  # fmt: skip


# --- signatures -----------------------------------------------------------------------------------

KINDS = ["application/pkcs7-mime; smime-type=signed-data", "application/x-pkcs7-mime",
         "application/octet-stream"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("open_lengths", [False, True])
def test_a_message_within_its_signature_is_read_as_the_message(
    kind: str, open_lengths: bool
) -> None:
    data = signed(inner().as_bytes())
    data = with_open_lengths(data) if open_lengths else data
    read = read_message(mail_of(data, kind))
    assert (files(read), read.text) == ([(NAME, WORKBOOK)], "Kính gửi.")
    assert (read.remarks, read.automatic) == ((), "")


@pytest.mark.parametrize("open_lengths", [False, True])
def test_a_signature_that_does_not_fit_is_said_and_the_message_read_all_the_same(
    open_lengths: bool,
) -> None:
    data = signed(inner().as_bytes())
    changed = data.replace(b"octet-stream", b"octet-strean")
    assert changed != data
    changed = with_open_lengths(changed) if open_lengths else changed
    read = read_message(mail_of(changed, KINDS[0]))
    assert [content for _, content in files(read)] == [WORKBOOK]
    assert read.remarks == ("chữ ký số của thư không khớp nội dung",)


def test_another_key_than_the_certificates_does_not_fit() -> None:
    data = signed(b"Content-Type: text/plain\n\nx")
    found = opened(data)
    assert found is not None and found.fits
    found = opened(data[:-1] + bytes([data[-1] ^ 1]))
    assert found is None or not found.fits


def test_a_file_within_its_signature_is_that_file() -> None:
    read = read_message(part("Content-Transfer-Encoding: base64\n", base64.encodebytes(
        signed(WORKBOOK)), "so.xlsx.p7m"))  # fmt: skip
    assert files(read) == [("so.xlsx", WORKBOOK)]


def test_signatures_within_signatures_are_opened_three_deep() -> None:
    content = inner().as_bytes()
    for _ in range(3):
        content = mail_of(signed(content), KINDS[0])
    assert files(read_message(content)) == [(NAME, WORKBOOK)]
    outermost = read_message(mail_of(signed(content), KINDS[0]))
    assert [name for name, _ in files(outermost)] == ["smime.p7m"]


def test_a_message_beside_its_signature_is_opened_as_ever() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: multipart/signed; boundary=OUTER\n\n--OUTER\n"
        + inner().as_bytes()
        + b"\n--OUTER\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--OUTER--\n"
    )
    assert files(read_message(raw)) == [(NAME, WORKBOOK)]


PGP = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"


@pytest.mark.parametrize(
    "raw",
    [
        mail_of(ENVELOPED, "application/pkcs7-mime; smime-type=enveloped-data"),
        mail_of(ENVELOPED, "application/octet-stream"),
        b"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=B\n\n"
        b"--B\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--B\n"
        b"Content-Type: application/octet-stream; name=encrypted.asc\n\n" + PGP + b"--B--\n",
    ],
)  # fmt: skip
def test_an_encrypted_message_is_one_file_with_advice_of_its_own(raw: bytes) -> None:
    ((name, content),) = files(read_message(raw))
    kind = identify(content, name)
    assert kind is FileKind.ENCRYPTED_MAIL
    assert advice_for("not_a_workbook", kind.value) is Advice.ENCRYPTED_MAIL


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80" * 500_000, b"\x30\x80" + b"\x04\x01a" * 500_000, WORKBOOK,
     b"\x30\x84\x7f\xff\xff\xff" * 9000, signed(WORKBOOK)[:300], signed(WORKBOOK)[:-40]],
)  # fmt: skip
def test_what_is_no_signed_content_stays_a_file_in_bounded_time(data: bytes) -> None:
    started = time.process_time()
    assert files(read_message(mail_of(data or b"x", KINDS[0]))) == [("smime.p7m", data or b"x")]
    assert time.process_time() - started < 5


SIGNED = signed(b"Content-Type: text/plain\n\nx")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_one_is_opened_or_stays_a_file(data: st.DataObject) -> None:
    raw = bytearray(SIGNED)
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    opened(bytes(raw))


# --- transfer encodings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["base64 ", "BASE64", " Base64\t", "base64 (of Exchange)", "(x) base64", '"base64"', "base64;",
     "base-64", "x-base64", "base64\n ", "7bit", "binary", "no such name", "8bit; base64"],
)  # fmt: skip
def test_a_workbook_in_base64_is_read_whatever_its_encoding_is_called(written: str) -> None:
    raw = part(f"Content-Transfer-Encoding: {written}\n", ENCODED)
    assert files(read_message(raw)) == [("a.xlsx", WORKBOOK)]


def test_a_workbook_in_base64_that_nobody_announces_is_read() -> None:
    assert files(read_message(part("", ENCODED))) == [("a.xlsx", WORKBOOK)]


ONE_LINE = base64.b64encode(WORKBOOK)
DAMAGED = {
    "a blank behind each line": ENCODED.replace(b"\n", b" \n"),
    "blanks within lines": ENCODED.replace(b"A", b"A ", 5),
    "one long line": ONE_LINE,
    "no padding": ONE_LINE.rstrip(b"="),
    "more padding": ONE_LINE.rstrip(b"=") + b"=====",
    "stray characters": ENCODED.replace(b"\n", b"!\n*", 5),
    "quoted lines": b"".join(b"> " + line for line in ENCODED.splitlines(keepends=True)),
    "pieces that are padded each": b"".join(
        base64.b64encode(WORKBOOK[at : at + 100]) + b"\n" for at in range(0, len(WORKBOOK), 100)
    ),
    "blank lines between": ENCODED.replace(b"\n", b"\n\n", 4),
    "a gateway's words behind": ENCODED + b"\n-- \nThis mail was scanned for viruses\n",
    "eight-bit letters within": ENCODED.replace(b"\n", b"\xa0\n", 3),
    "a carriage return alone": ENCODED.replace(b"\n", b"\r"),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_base64_is_read_as_mail_programs_read_it(how: str) -> None:
    raw = part("Content-Transfer-Encoding: base64\n", DAMAGED[how])
    assert files(read_message(raw)) == [("a.xlsx", WORKBOOK)]


@pytest.mark.parametrize(
    "body", [b"=", b"A", b"AAAAA", b"=A=A=A", b"A=" * 9, b"\n\n\n", b"====AAAA"]
)
def test_what_is_hardly_base64_gives_what_it_can(body: bytes) -> None:
    undone(body, TransferEncoding.BASE64)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(TransferEncoding))
def test_any_bytes_are_undone(body: bytes, encoding: TransferEncoding) -> None:
    undone(body, encoding)
    list(uuencoded(body))
    transfer_encoding(body.decode("latin-1"), body)


@pytest.mark.parametrize("body", [b"A=" * 500_000, b"AAAA=" * 300_000, b"A\n\n" * 300_000,
                                  b"begin 644 a\n" * 100_000])  # fmt: skip
def test_hostile_encodings_are_undone_in_bounded_time(body: bytes) -> None:
    started = time.process_time()
    for encoding in TransferEncoding:
        undone(body, encoding)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "encoding", ["quoted-printable", "QUOTED-PRINTABLE (x)", " Quoted-Printable "]
)
def test_quoted_printable_is_undone_however_it_is_called(encoding: str) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    assert read_message(raw.encode() + b"K=C3=ADnh g=E1=BB=ADi").text == "Kính gửi"


def uu(content: bytes, ending: bytes = b"\n") -> bytes:
    lines = [
        binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n") for at in range(0, len(content), 45)
    ]
    return ending.join([b"begin 644 so.xlsx", *lines, b"`", b"end"]) + ending


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_uuencoded_file_within_the_text_is_a_file(ending: bytes) -> None:
    raw = b"From: a@b.example\n\nXin gui so.\n" + uu(WORKBOOK, ending) + b"Tran trong.\n"
    read = read_message(raw)
    assert files(read) == [("so.xlsx", WORKBOOK)]
    assert read.text == "Xin gui so.\n\nTran trong."


def test_a_uuencoded_part_and_one_in_base64_are_files_too() -> None:
    raw = part("Content-Transfer-Encoding: X-UUencode\n", uu(WORKBOOK))
    assert files(read_message(raw)) == [("a.xlsx", WORKBOOK)]
    within = b"\nbegin-base64 644 so.xlsx\n" + ENCODED + b"====\n"
    assert files(read_message(b"From: a@b.example\n" + within)) == [("so.xlsx", WORKBOOK)]


def test_no_more_than_a_hundred_files_are_taken_out_of_texts() -> None:
    piece = b"--B\nContent-Type: text/plain\n\n" + uu(b"x" * 50) * 30
    raw = b"Content-Type: multipart/mixed; boundary=B\n\n" + piece * 10 + b"--B--\n"
    assert len(read_message(raw).attachments) == 100


def test_words_about_a_beginning_and_an_end_stay_words() -> None:
    text = "begin 644 cuộc họp\nNội dung cuộc họp như sau.\nend"
    read = read_message(b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode())
    assert (read.text, files(read)) == (text, [])


# --- where a file stands --------------------------------------------------------------------------


def test_a_workbook_shown_inline_is_handed_in() -> None:
    mail = inner()
    mail.get_payload()[1].replace_header("Content-Disposition", "inline; filename=a.xlsx")  # type: ignore[union-attr]
    assert [content for _, content in files(read_message(mail.as_bytes()))] == [WORKBOOK]


@pytest.mark.parametrize("encoding", ["", "base64", "BASE64 ", "quoted-printable"])
def test_a_forwarded_mail_among_other_parts_is_opened(encoding: str) -> None:
    content = inner("a.xlsx").as_bytes()
    if encoding.strip().lower() == "base64":
        content = base64.encodebytes(content)
    elif encoding:
        content = binascii.b2a_qp(content)
    heading = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    raw = (
        "Content-Type: multipart/mixed; boundary=OUTER\n\n--OUTER\nContent-Type: text/plain\n\nx\n"
        f"--OUTER\nContent-Type: message/rfc822\n{heading}\n"
    ).encode() + content + b"\n--OUTER--\n"  # fmt: skip
    assert files(read_message(raw)) == [("a.xlsx", WORKBOOK)]
