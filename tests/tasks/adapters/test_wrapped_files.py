"""Files that come wrapped: in winmail.dat, in a saved message, under names of older charsets."""

from __future__ import annotations

import errno
import resource
import signal
import subprocess
import unicodedata
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.mail.mail import MailMessage
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.messages.tnef import TnefReaderLost, TnefRefused, tnef_files
from tasks.adapters.reading.one_job_child import TRIES, OneJob
from tests.fixtures.tnef_files import HOSTILE, SIGNATURE, winmail

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 4
NAME = "Kế hoạch hành động – Sở Du lịch.xlsx"
FILES = [(NAME, WORKBOOK), ("phụ lục.pdf", b"%PDF-1.4")]


def mail(content: bytes, name: str = "winmail.dat", kind: str = "application/ms-tnef") -> bytes:
    message = EmailMessage()
    message["From"] = "vanthu@so.example"
    message["Subject"] = "Kế hoạch"
    message.set_content("Kính gửi.")
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def files(read: MailMessage) -> list[tuple[str, bytes]]:
    return [(a.name, a.content) for a in read.attachments if not a.inline]


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/octet-stream"])
def test_the_files_in_outlooks_winmail_dat_are_the_messages_own(kind: str) -> None:
    read = read_message(mail(winmail(FILES), kind=kind))
    assert files(read) == FILES
    assert read.text == "Kính gửi."


def test_one_under_another_name_and_type_is_opened_too() -> None:
    assert files(read_message(mail(winmail(FILES), "thư.bin", "application/x-unknown"))) == FILES


def test_one_that_holds_only_formatting_hands_nothing_in() -> None:
    assert files(read_message(mail(winmail([])))) == []


def test_a_name_in_winmail_dat_is_made_fit_to_show() -> None:
    read = read_message(mail(winmail([("..\\..\\Sở\x07 \u202eY tế.xlsx", WORKBOOK)])))
    assert files(read) == [("Sở Y tế.xlsx", WORKBOOK)]


LOST = [-signal.SIGKILL, -signal.SIGTERM, -signal.SIGSEGV, -signal.SIGALRM, 1]


@pytest.mark.parametrize("status", LOST)
def test_a_child_that_the_machine_took_says_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    ended = [status] * (TRIES - 1)
    ask = OneJob.asked
    monkeypatch.setattr(
        OneJob, "asked", lambda job, content: (ended.pop(), b"") if ended else ask(job, content)
    )
    assert tnef_files(winmail(FILES)) == FILES
    ended += [status] * TRIES
    with pytest.raises(TnefReaderLost):
        tnef_files(winmail(FILES))


def test_a_machine_that_starts_no_child_says_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_given: object, **_named: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "fork")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(BlockingIOError):
        read_message(mail(winmail(FILES)))


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_one_is_kept_as_a_file_and_takes_nobody_along(what: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    read = read_message(mail(HOSTILE[what]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 15, "of processor time, however busy the machine"
    assert files(read) == [("winmail.dat", HOSTILE[what])]
    assert any("winmail.dat" in defect for defect in read.defects)


def test_after_one_that_cannot_be_opened_no_other_is_tried() -> None:
    message = EmailMessage()
    message.set_content("x")
    for number in range(5):
        bad = SIGNATURE + b"\x00" * number
        message.add_attachment(bad, maintype="application", subtype="ms-tnef", filename="a.dat")
    read = read_message(message.as_bytes())
    assert len(files(read)) == 5
    assert len([d for d in read.defects if "winmail.dat" in d]) == 1


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_mutated_one_is_opened_or_refused(data: st.DataObject) -> None:
    raw = bytearray(winmail(FILES))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(4, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    try:
        found = tnef_files(bytes(raw))
    except TnefRefused:
        return
    assert sum(len(content) for _, content in found) <= len(raw) * len(FILES)


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain"])
def test_a_message_saved_as_a_file_is_opened(kind: str) -> None:
    inner = mail(WORKBOOK, NAME, "application/octet-stream")
    read = read_message(mail(inner, "Chuyển tiếp.eml", kind))
    assert files(read) == [(NAME, WORKBOOK)]
    assert "[Thư kèm theo: Kế hoạch]" in read.text


def test_what_is_only_called_a_message_stays_a_file() -> None:
    read = read_message(mail(WORKBOOK, "a.eml", "application/octet-stream"))
    assert files(read) == [("a.eml", WORKBOOK)]


def test_saved_messages_are_opened_three_deep() -> None:
    content = mail(WORKBOOK, "a.xlsx", "application/octet-stream")
    for _ in range(3):
        content = mail(content, "thư.eml", "application/octet-stream")
    assert [name for name, _ in files(read_message(content))] == ["a.xlsx"]
    content = mail(content, "thư.eml", "application/octet-stream")
    assert [name for name, _ in files(read_message(content))] == ["thư.eml"]


# In windows-1258 marks follow their letters: "Đề nghị" is Đ ê ̀ n g h i ̣.
OLD = "Đề nghị.xlsx"
OLD_BYTES = b"\xd0\xea\xcc nghi\xf2.xlsx"
OLD_NAMES = {
    "RFC 2231": b"filename*=windows-1258''" + quote(OLD_BYTES).encode(),
    "RFC 2047": b'filename="=?windows-1258?Q?' + quote(OLD_BYTES).replace("%", "=").encode()
    + b'?="',
    "raw": b'filename="' + OLD_BYTES + b'"',
    "a charset nobody knows": b"filename*=x-viet-win''" + quote(OLD_BYTES).encode(),
}  # fmt: skip


@pytest.mark.parametrize("how", OLD_NAMES)
def test_a_name_in_vietnamese_windows_is_read(how: str) -> None:
    raw = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + OLD_NAMES[how]
    (attachment,) = read_message(raw + b"\r\n\r\nx").attachments
    assert attachment.name == OLD


@pytest.mark.parametrize(
    "name",
    [
        b"filename*=x-viet-tcvn5712''K%D5%20ho%B9ch%20h%B5nh%20%AE%E9ng.xlsx",
        b'filename="K\xd5 ho\xb9ch h\xb5nh \xae\xe9ng.xlsx"',
        b"filename*=''%ff%00%0d%0a.xlsx",
        b"filename*=utf-8'vi'%E1%BA.xlsx",
    ],
)
def test_a_name_for_an_old_font_or_a_damaged_one_is_shown_on_one_line(name: bytes) -> None:
    raw = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + name
    (attachment,) = read_message(raw + b"\r\n\r\nx").attachments
    assert attachment.name.endswith(".xlsx")
    assert attachment.name == unicodedata.normalize("NFC", attachment.name)
    assert not any(unicodedata.category(letter) == "Cc" for letter in attachment.name)
    assert attachment.content == b"x"
