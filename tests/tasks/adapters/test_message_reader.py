"""Messages as real mail programs, tired officials and attackers write them."""

from __future__ import annotations

import base64
import time
import unicodedata
from email.header import Header
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.mail.mail import MailMessage
from tasks.adapters.messages.message_reader import read_message

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 4
VIETNAMESE_NAME = "Kế hoạch hành động – Sở Du lịch.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _word(value: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{base64.b64encode(value.encode(charset)).decode()}?="


def _split_in_a_letter(value: str) -> str:
    """Two encoded words that cut a letter in two, as older mail programs wrote them."""
    data = value.encode()
    return " ".join(
        f"=?UTF-8?B?{base64.b64encode(part).decode()}?=" for part in (data[:2], data[2:])
    )


FILE_NAME_HEADERS = {
    "RFC 2231": f"filename*=utf-8''{quote(VIETNAMESE_NAME)}".encode(),
    "RFC 2231 in pieces": (
        f"filename*0*=utf-8''{quote(VIETNAMESE_NAME[:9])};\r\n"
        f" filename*1*={quote(VIETNAMESE_NAME[9:])}"
    ).encode(),
    "RFC 2231 beside an ASCII name": (
        f'filename="Ke hoach.xlsx"; filename*=UTF-8\'\'{quote(VIETNAMESE_NAME)}'
    ).encode(),
    "RFC 2047": f'filename="{_word(VIETNAMESE_NAME)}"'.encode(),
    "RFC 2047 cut in a letter": f'filename="{_split_in_a_letter(VIETNAMESE_NAME)}"'.encode(),
    "RFC 2047 folded": (
        f'filename="{_word("Kế hoạch hành động")}\r\n {_word(" – Sở Du lịch.xlsx")}"'
    ).encode(),
    "raw UTF-8": f'filename="{VIETNAMESE_NAME}"'.encode(),
    "decomposed": f'filename="{unicodedata.normalize("NFD", VIETNAMESE_NAME)}"'.encode(),
    "path": f'filename="C:\\Users\\..\\{VIETNAMESE_NAME}"'.encode(),
    "direction override": 'filename="Kế hoạch hành động \u202e– Sở Du lịch.xlsx"'.encode(),
}  # fmt: skip

PERSONS_MAIL = [
    b"Subject: Re: Tra loi tu dong hoa\r\n",
    b"Auto-Submitted: no\r\n",
    b"Precedence: normal\r\n",
    b"Return-Path: <dulich@haiphong.example>\r\n",
    b"X-Auto-Response-Suppress: DR, RN\r\n",
]
AUTOMATIC_MAIL = [
    b"Return-Path: <>\r\n",
    b"Auto-Submitted: auto-replied (vacation)\r\n",
    b"Auto-Submitted: AUTO-GENERATED; x=y\r\n",
    b"Precedence: Bulk\r\n",
    b"X-Auto-Response-Suppress: OOF, DR\r\n",
    b"List-Id: <tin-tuc.example>\r\n",
    b"From: MAILER-DAEMON@mail.example\r\n",
    b"From: no-reply+1@mail.example\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    f"Subject: {_word('Trả lời tự động: Kế hoạch')}\r\n".encode(),
    b"Subject: Out of Office: plan\r\n",
]

LONG = 300_000
HOSTILE = {
    "parameter without a value": b"Content-Type: text/plain; name*\r\n\r\nx",
    "unknown charset": b"Content-Type: text/plain; charset=khong-co\r\n\r\nx",
    "charset that is no text": b"Content-Type: text/plain; charset=hex\r\n\r\nzz",
    "slow charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-b" * LONG,
    "multipart without boundary": b"Content-Type: multipart/mixed\r\n\r\nx",
    "boundary never seen": b"Content-Type: multipart/mixed; boundary=b\r\n\r\nx",
    "empty boundary": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----',
    "damaged base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!=a=",
    "damaged uuencode": b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 6",
    "no header end": b"Subject: x",
    "only colons": b":::\r\n: x\r\n\r\n",
    "nothing": b"",
    "zeros": b"\x00" * 1000,
    "one header of many parameters": b"Content-Type: text/plain" + b";a=b" * LONG + b"\r\n\r\nx",
    "many open brackets in From": b"From: " + b"(" * LONG + b"\r\n\r\nx",
    "many open quotes in To": b"To: " + b'"\\' * LONG + b"\r\n\r\nx",
    "many encoded words never closed": b"Subject: " + b"=?utf-8?q?a" * LONG + b"\r\n\r\nx",
    "forwarded without end": b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    "multiparts in multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    ),
    "very many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * LONG,
    "very many lines": b"\r\n" * 10 + b"\n" * 4_000_000,
    "base64 that nearly makes a run": b"\r\n" + (b"A" * 76 + b"\n") * 7 + (
        (b"A" * 76 + b"\n") * 7 + b".\n") * 20_000,
    "multiparts without boundaries": b"".join(
        b"Content-Type: multipart/mixed\r\n\r\n--b%d\r\n" % n for n in range(2000)
    ),
    "wrapped multiparts in multiparts": (
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(
            b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
                for n in range(3000)
            )
        )
    ),
    "tags never closed": b"Content-Type: text/html\r\n\r\n" + b"<a " * LONG,
    "comments never closed": b"Content-Type: text/html\r\n\r\n" + b"<!-- " * LONG,
    "styles never closed": b"Content-Type: text/html\r\n\r\n" + b"<style>" * LONG,
    "a number without end": b"Content-Type: text/html\r\n\r\n&#" + b"9" * 10_000 + b";",
    "many headers": b"Subject: x\r\n" * LONG + b"\r\n",
    "surrogates": b"Subject: \xed\xa0\x80 =?utf-8?b?7aCA?=\r\n\r\n\xed\xa0\x80",
}  # fmt: skip


def _with_file(disposition: bytes, content_type: str = XLSX, content: bytes = WORKBOOK) -> bytes:
    return (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nK\xc3\xadnh g\xe1\xbb\xadi\r\n"
        b"--b\r\nContent-Type: " + content_type.encode() + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: " + disposition + b"\r\n\r\n"
        + base64.encodebytes(content) + b"\r\n--b--\r\n"
    )  # fmt: skip


def _names(message: MailMessage) -> list[str]:
    return [attachment.name for attachment in message.attachments if not attachment.inline]


def _letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Nguyễn Thị Hồng <Hong.NT@SoDuLich.example>"
    message["To"] = "bao-cao+abc234@vanphong.example, Khác <khac@vanphong.example>"
    message["Subject"] = "Kế hoạch hành động"
    message.set_content("Kính gửi Văn phòng.\n")
    return message


@pytest.mark.parametrize("how", FILE_NAME_HEADERS)
def test_a_vietnamese_file_name_is_read_however_it_is_written(how: str) -> None:
    message = read_message(_with_file(b"attachment; " + FILE_NAME_HEADERS[how]))
    assert _names(message) == [VIETNAMESE_NAME]
    assert message.attachments[0].content == WORKBOOK
    assert message.attachments[0].content_type == XLSX


def test_a_name_in_the_content_type_counts_too() -> None:
    message = read_message(_with_file(b"attachment", f'{XLSX}; name="{_word(VIETNAMESE_NAME)}"'))
    assert _names(message) == [VIETNAMESE_NAME]


def test_a_nameless_file_gets_a_name_by_its_type() -> None:
    assert _names(read_message(_with_file(b"attachment"))) == ["tep-1.xlsx"]


@pytest.mark.parametrize("size", [0, 57 * 7, 57 * 8, 57 * 8 + 1, 57 * 500, 57 * 500 + 56])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_attachments_of_any_length_come_back_byte_for_byte(size: int, line_end: bytes) -> None:
    content = bytes(number * 7 % 256 for number in range(size))
    raw = _with_file(b'attachment; filename="a.xlsx"', content=content)
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", line_end)
    assert [a.content for a in read_message(raw).attachments] == [content]


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "no such encoding", ""])
def test_a_text_of_long_words_is_kept(encoding: str) -> None:
    words = "\r\n".join("a" * 70 for _ in range(30))
    ending = "=E1=BA=BFt" if encoding == "quoted-printable" else "ết"
    heading = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"
    read = read_message(f"{heading}\r\n\r\n{words}\r\nh{ending}\r\n".encode())
    assert read.text == words.replace("\r\n", "\n") + "\nhết"


def test_a_very_long_name_keeps_its_suffix() -> None:
    (name,) = _names(read_message(_with_file(b'attachment; filename="' + b"a" * 3000 + b'.xlsx"')))
    assert len(name) == 150
    assert name.endswith(".xlsx")


def test_addresses_subject_and_thread_are_read() -> None:
    message = _letter()
    message["Cc"] = '"Hồng, Nguyễn" <a@b.example>, không phải địa chỉ'
    message["Delivered-To"] = "bao-cao@vanphong.example"
    message["Message-ID"] = "<m3@sodulich.example>"
    message["References"] = "<m1@vanphong.example> <m2@vanphong.example>"
    message["In-Reply-To"] = "<m2@vanphong.example>"
    read = read_message(message.as_bytes())
    assert (read.sender_name, read.sender) == ("Nguyễn Thị Hồng", "hong.nt@sodulich.example")
    assert read.recipients == (
        "bao-cao+abc234@vanphong.example",
        "khac@vanphong.example",
        "a@b.example",
        "bao-cao@vanphong.example",
    )
    assert read.subject == "Kế hoạch hành động"
    assert read.message_id == "<m3@sodulich.example>"
    assert read.references == ("<m1@vanphong.example>", "<m2@vanphong.example>")
    assert read.text == "Kính gửi Văn phòng."
    assert read.automatic == ""
    assert read.defects == ()


def test_the_name_in_quotes_is_not_taken_for_the_address() -> None:
    read = read_message(b'From: "vanphong@haiphong.example" <other@mail.example>\r\n\r\n')
    assert read.sender == "other@mail.example"


def test_a_message_of_several_senders_says_so() -> None:
    read = read_message(b"From: a@b.example, c@d.example\r\n\r\n")
    assert read.sender == "a@b.example"
    assert read.defects


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ("From: a@b.example, c@d.example", "a@b.example"),
        ("From: a@b.example <c@d.example>", "a@b.example"),
        ("From: <a@b.example> <c@d.example>", "a@b.example"),
        ("From: hai: a@b.example, c@d.example;", "a@b.example"),
        ("From: <@d.example:a@b.example>", "a@b.example"),
        ("From: a@b.example)c@d.example", "a@b.example"),
        ("From: c@d.ex\u0430mple, a@b.example", "a@b.example"),
        ("From: a@b.example\r\nFrom: c@d.example", "a@b.example"),
        ("From: a@b.example\r\nFrom: ai do", "a@b.example"),
        ("From: a@b.example\r\nFrom: a@b.example", "a@b.example"),
        ("Sender: a@b.example", "a@b.example"),
        ("From: ai do\r\nSender: a@b.example", "a@b.example"),
        ("Return-Path: <a@b.example>", "a@b.example"),
    ],
)
def test_a_message_that_does_not_say_clearly_who_writes_is_doubted(
    headers: str, sender: str
) -> None:
    read = read_message(f"{headers}\r\n\r\n".encode())
    assert (read.sender, bool(read.sender_doubt)) == (sender, True)


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ("From: a@b.example", "a@b.example"),
        ("From: a@b.example <A@B.example>", "a@b.example"),
        ('From: "c@d.example" <a@b.example>', "a@b.example"),
        ("From: a@b.example (c@d.example)", "a@b.example"),
        ("From: =?utf-8?q?c=40d.example?= <a@b.example>", "a@b.example"),
        ("From: Văn thư: Sở <a@b.example>", "a@b.example"),
        ("From: a @ b.example", "a@b.example"),
        ("From: a@b.example\r\nSender: c@d.example\r\nReply-To: e@f.example", "a@b.example"),
        # Whose address merely looks like another's is another.
        ("From: a@b.ex\u0430mple", ""),
        ("From: a@xn--b-exmple-xyz", "a@xn--b-exmple-xyz"),
        ('From: "a@b.example" <c@d.example>', "c@d.example"),
        ("From: =?utf-8?q?a=40b.example?= <c@d.example>", "c@d.example"),
        ("From: hai: c@d.example;", "c@d.example"),
        ("Reply-To: a@b.example", ""),
    ],
)
def test_a_message_of_one_sender_is_not_doubted(headers: str, sender: str) -> None:
    read = read_message(f"{headers}\r\n\r\n".encode())
    assert (read.sender, read.sender_doubt) == (sender, "")


@pytest.mark.parametrize(
    "subject",
    [
        Header("Sở Du lịch", "utf-8").encode().encode(),
        "Sở Du lịch".encode(),
        unicodedata.normalize("NFD", "Sở Du lịch").encode(),
        _split_in_a_letter("Sở Du lịch").encode(),
        "Sở Du\r\n lịch".encode(),
        "S\u200bở Du lịch\u202e".encode(),
    ],
)
def test_a_subject_is_composed_text_on_one_line(subject: bytes) -> None:
    assert read_message(b"Subject: " + subject + b"\r\n\r\n").subject == "Sở Du lịch"


def test_text_in_an_old_vietnamese_charset_is_read() -> None:
    body = b"\xd0\xea\xcc nghi\xf2"  # marks follow their letters in windows-1258
    read = read_message(b"Content-Type: text/plain; charset=windows-1258\r\n\r\n" + body)
    assert read.text == "Đề nghị"


def test_html_stands_in_where_there_is_no_plain_text() -> None:
    markup = (
        "<html><head><title>x</title></head><p>Kính gửi&nbsp;<b>Văn phòng</b></p>a &lt; b</html>"
    )
    read = read_message(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + markup.encode())
    assert read.text == "Kính gửi Văn phòng\na < b"


def test_the_plain_text_is_preferred_and_links_of_both_are_found() -> None:
    message = _letter()
    message.set_content("Tệp ở đây: https://1drv.ms/x/s!Ab.")
    message.add_alternative('<a href="https://drive.google.com/d/1?a=1&amp;b=2">tệp</a>', "html")
    read = read_message(message.as_bytes())
    assert read.text == "Tệp ở đây: https://1drv.ms/x/s!Ab."
    assert read.links == ("https://1drv.ms/x/s!Ab", "https://drive.google.com/d/1?a=1&b=2")


def test_pictures_of_the_text_and_logos_are_no_attachments() -> None:
    message = _letter()
    message.add_alternative('<img src="cid:logo@x">', "html")
    message.get_payload()[1].add_related(b"png" * 9, "image", "png", cid="<logo@x>")  # type: ignore[union-attr]
    message.add_attachment(b"p" * 900, "image", "png", filename="s.png", disposition="inline")
    message.add_attachment(
        b"p" * 90_000, "image", "jpeg", filename="scan.jpg", disposition="inline"
    )
    message.add_attachment(b"p" * 90, "image", "jpeg", filename="anh.jpg")
    message.add_attachment(b"sig", "application", "pkcs7-signature", filename="smime.p7s")
    message.add_attachment(WORKBOOK, *XLSX.split("/"), filename=VIETNAMESE_NAME)
    assert _names(read_message(message.as_bytes())) == ["scan.jpg", "anh.jpg", VIETNAMESE_NAME]


def test_files_in_forwarded_mail_are_found_three_deep_and_no_deeper() -> None:
    message = _letter()
    message.add_attachment(WORKBOOK, *XLSX.split("/"), filename="1.xlsx")
    innermost = WORKBOOK * 9
    message.add_attachment(innermost, *XLSX.split("/"), filename="lon.xlsx")
    for depth in range(2, 6):
        outer = _letter()
        outer.add_attachment(WORKBOOK, *XLSX.split("/"), filename=f"{depth}.xlsx")
        outer.add_attachment(message)
        message = outer
    read = read_message(message.as_bytes())
    assert _names(read) == ["5.xlsx", "4.xlsx", "3.xlsx", "2.xlsx", "tep-5.eml"]
    assert "[Thư kèm theo: Kế hoạch hành động]" in read.text
    (inner,) = (a.content for a in read.attachments if a.name == "tep-5.eml")
    innermost_read = read_message(inner)
    assert _names(innermost_read) == ["1.xlsx", "lon.xlsx"]
    assert innermost_read.attachments[1].content == innermost


def test_a_forwarded_mail_wrapped_in_base64_is_opened() -> None:
    inner = _with_file(b'attachment; filename="a.xlsx"', content=WORKBOOK * 9)
    raw = (
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(inner)
    )
    (attachment,) = read_message(raw).attachments
    assert (attachment.name, attachment.content) == ("a.xlsx", WORKBOOK * 9)


def test_a_multipart_that_hides_its_boundary_is_opened() -> None:
    raw = _with_file(b'attachment; filename="a.xlsx"').replace(b"; boundary=b", b"", 1)
    read = read_message(raw)
    assert _names(read) == ["a.xlsx"]
    assert read.text == "Kính gửi"
    assert read.defects


@pytest.mark.parametrize("header", AUTOMATIC_MAIL)
def test_automatic_mail_is_known_and_says_why(header: bytes) -> None:
    sender = b"" if header.startswith(b"From") else b"From: a@b.example\r\n"
    assert read_message(header + sender + b"\r\nx").automatic


@pytest.mark.parametrize("header", PERSONS_MAIL)
def test_a_persons_mail_is_not_taken_for_automatic(header: bytes) -> None:
    assert read_message(header + b"From: a@b.example\r\n\r\nx").automatic == ""


def test_a_file_under_an_automatic_sounding_subject_is_a_persons() -> None:
    raw = b"Subject: Automatic reply\r\n" + _with_file(b'attachment; filename="a.xlsx"')
    assert read_message(raw).automatic == ""


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_mail_is_read_in_bounded_time(what: str) -> None:
    started = time.process_time()
    read = read_message(HOSTILE[what])
    assert time.process_time() - started < 5
    _check_shape(read)


def _check_shape(read: MailMessage) -> None:
    """What everyone downstream relies on."""
    for shown in (read.subject, read.sender_name, *(a.name for a in read.attachments)):
        shown.encode()
        assert shown == unicodedata.normalize("NFC", shown)
        assert not any(unicodedata.category(letter) == "Cc" for letter in shown)
    read.text.encode()
    assert len(read.text) <= 130_000
    assert len(read.attachments) <= 100
    assert all("/" not in a.name and "\\" not in a.name and a.name for a in read.attachments)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    _check_shape(read_message(raw))


SEEDS = [
    _with_file(b"attachment; " + FILE_NAME_HEADERS["RFC 2231 in pieces"]),
    _with_file(b"attachment; " + FILE_NAME_HEADERS["RFC 2047"], "message/rfc822"),
    _letter().as_bytes(),
]
FRAGMENTS = [
    b"\r\n", b"\n\n", b"--b", b"--b--", b'"', b"=?", b"?=", b"*0*=", b"''", b"%", b";", b":",
    b"\x00", b"\xff", b"\xed\xa0\x80", b"multipart/", b"message/rfc822", b"charset=", b"boundary=",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: ", b"<", b">", b"(", b"\\",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_mail_is_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        raw[start:end] = data.draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=6))
    _check_shape(read_message(bytes(raw)))
