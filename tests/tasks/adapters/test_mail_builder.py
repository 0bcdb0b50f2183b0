"""Letters as bytes: readable everywhere, always the same, no header smuggled in."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.mail.mail import Letter, LetterFile, LetterKind
from tasks.adapters.letters.mail_builder import HeaderRefused, build_message
from tasks.adapters.messages.message_reader import read_message

DATE = dt.datetime(2025, 1, 20, 3, tzinfo=dt.UTC)
SENDER = "bao-cao@vanphong.example"
SENDER_NAME = "Văn phòng Ủy ban nhân dân thành phố Hải Phòng"
SUBJECT = (
    "Về việc xây dựng, gửi kế hoạch hành động thực hiện Chỉ thị số 03/CT-UBND "
    "ngày 20/01/2025 của Ủy ban nhân dân thành phố"
)
WORKBOOK = LetterFile("Kế hoạch hành động của Sở Giáo dục và Đào tạo năm 2025.xlsx", "0" * 64)
CHART = LetterFile("bieu-do.png", "1" * 64, content_id="bieu-do")
LETTER = Letter(
    business_key="2025-plan/so_gd_dt/opening",
    cycle="2025-plan",
    agency="so_gd_dt",
    kind=LetterKind.OPENING,
    to=("gddt@haiphong.example",),
    cc=("vanthu@haiphong.example",),
    subject=SUBJECT,
    text="Kính gửi: Sở Giáo dục và Đào tạo\n\n.\nFrom đầu dòng\nTrân trọng./.\n",
    html='<p>Kính gửi: <b>Sở Giáo dục và Đào tạo</b></p><img src="cid:bieu-do">',
    message_id="<abc123@vanphong.example>",
    reply_to="bao-cao+abcd2345@vanphong.example",
    in_reply_to="<r2@haiphong.example>",
    references=("<r1@haiphong.example>", f"<{'r' * 120}@prod.outlook.example>"),
    files=(WORKBOOK, CHART),
)
FILES = [(WORKBOOK, bytes(range(256)) * 20), (CHART, b"\x89PNG")]

BAD_VALUES = ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00b", "a\x1bb", "a\u2028b", "a\ud800b"]
BAD_ADDRESSES = [
    "", "a", "a@", "@b.example", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>",
    "hồng@b.example", "a@b.example\r\nBcc: x@y.example", "a@-b.example", "a..b@c.example",
]  # fmt: skip


def _nfc(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _build(letter: Letter = LETTER, **changes: object) -> bytes:
    return build_message(
        replace(letter, **changes), FILES, SENDER, SENDER_NAME, DATE  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_letter_is_read_back_whole() -> None:
    read = read_message(_build())
    assert (read.sender, read.sender_name) == (SENDER, SENDER_NAME)
    assert read.recipients == ("gddt@haiphong.example", "vanthu@haiphong.example")
    assert read.subject == SUBJECT
    assert read.message_id == "<abc123@vanphong.example>"
    assert read.references == (*LETTER.references, "<r2@haiphong.example>")
    assert read.text == LETTER.text.strip()
    assert [(a.name, a.content, a.inline) for a in read.attachments] == [
        (CHART.name, b"\x89PNG", True),
        (WORKBOOK.name, FILES[0][1], False),
    ]
    assert read.automatic
    assert read.defects == ()


def test_the_standard_library_reads_it_too() -> None:
    message = email.message_from_bytes(_build(), policy=email.policy.default)
    assert message["Subject"] == SUBJECT
    # Some releases show the space between two encoded words of a name, which nobody should.
    name = message["From"].addresses[0].display_name
    assert name.replace(" ", "") == SENDER_NAME.replace(" ", "")
    assert message["Reply-To"].addresses[0].addr_spec == LETTER.reply_to
    assert message["Date"].datetime == DATE
    assert [part.get_filename() for part in message.iter_attachments()] == [WORKBOOK.name]
    assert message.get_body(("plain",)).get_content().splitlines() == LETTER.text.splitlines()  # type: ignore[union-attr]
    assert not any(part.defects for part in message.walk())


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert _build() == _build()
    assert _build() != _build(message_id="<other@vanphong.example>")


def test_lines_are_short_ascii_and_end_as_smtp_wants() -> None:
    content = _build(references=tuple(f"<{n}{'x' * 200}@y.example>" for n in range(30)))
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert content.endswith(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert not any(line.strip() == b"" for line in content.split(b"\r\n\r\n")[0].split(b"\r\n"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LetterKind.OPENING, "auto-generated"),
        (LetterKind.REMINDER, "auto-generated"),
        (LetterKind.RECEIPT, "auto-replied"),
        (LetterKind.VERDICT, "auto-replied"),
        (LetterKind.GUIDANCE, "auto-replied"),
    ],
)
def test_a_letter_says_that_a_machine_wrote_it(kind: LetterKind, expected: str) -> None:
    message = email.message_from_bytes(_build(kind=kind))
    assert message["Auto-Submitted"] == expected
    assert "OOF" in message["X-Auto-Response-Suppress"]
    assert "NDR" not in message["X-Auto-Response-Suppress"]  # bounces must reach us


def test_a_letter_without_html_or_files_is_plain() -> None:
    content = build_message(replace(LETTER, html="", files=()), [], SENDER, "", DATE)
    message = email.message_from_bytes(content)
    assert message.get_content_type() == "text/plain"
    assert message["From"] == SENDER


@pytest.mark.parametrize("value", BAD_VALUES)
@pytest.mark.parametrize("field", ["subject", "message_id", "reply_to"])
def test_no_header_can_be_smuggled_in(field: str, value: str) -> None:
    with pytest.raises(HeaderRefused):
        _build(**{field: value})


@pytest.mark.parametrize("value", BAD_VALUES)
def test_no_header_can_be_smuggled_in_by_names_and_lists(value: str) -> None:
    for changes in ({"to": (value,)}, {"cc": (value,)}):
        with pytest.raises(HeaderRefused):
            _build(**changes)
    with pytest.raises(HeaderRefused):
        build_message(LETTER, FILES, SENDER, value, DATE)
    for file in (LetterFile(value, ""), LetterFile("a.png", "", content_id=value)):
        with pytest.raises(HeaderRefused):
            build_message(LETTER, [(file, b"")], SENDER, SENDER_NAME, DATE)


STRANGE_IDS = [*BAD_VALUES, "", "không có", "<a b@c.example>", "<@>", "a@b.example"]


@pytest.mark.parametrize("value", STRANGE_IDS)
def test_a_senders_strange_message_id_costs_the_thread_not_the_answer(value: str) -> None:
    content = _build(in_reply_to=value, references=("<one@a.example>", value, "<two@a.example>"))
    message = email.message_from_bytes(content)
    assert message["In-Reply-To"] is None
    assert message["References"].split() == ["<one@a.example>", "<two@a.example>"]
    assert message["Bcc"] is None


def test_a_long_thread_keeps_its_first_message_and_its_newest() -> None:
    thread = [f"<{n}@a.example>" for n in range(60)]
    shown = email.message_from_bytes(_build(references=thread))["References"].split()
    assert shown == [thread[0], *thread[-19:]]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(HeaderRefused):
        _build(to=(address,))
    with pytest.raises(HeaderRefused):
        build_message(LETTER, [], address, SENDER_NAME, DATE)


def test_a_letter_to_nobody_is_refused() -> None:
    with pytest.raises(HeaderRefused, match="không có người nhận"):
        _build(to=())


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        build_message(LETTER, FILES, SENDER, SENDER_NAME, dt.datetime(2025, 1, 20))  # noqa: DTZ001


SHOWN = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\u034f")
    | st.sampled_from(" ạỷếđ=?_\"\\,;'%"),
    min_size=1,
    max_size=120,
).filter(lambda value: value == " ".join(value.split()) and "\u034f" not in value)


@settings(deadline=None)
@given(SHOWN, SHOWN)
def test_any_subject_and_sender_name_come_back(subject: str, name: str) -> None:
    content = build_message(replace(LETTER, subject=subject, html=""), [], SENDER, name, DATE)
    message = email.message_from_bytes(content)
    assert set(message.keys()) == {
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To",
        "References", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    read = read_message(content)
    assert read.sender == SENDER
    assert read.subject == _nfc(subject)
    assert read.sender_name == _nfc(name)


@settings(deadline=None)
@given(SHOWN)
def test_any_file_name_comes_back(name: str) -> None:
    name = _nfc(name.replace("/", "-").replace("\\", "-").strip(" .\"'") or "a") + ".xlsx"
    content = build_message(LETTER, [(LetterFile(name, ""), b"x")], SENDER, SENDER_NAME, DATE)
    assert [a.name for a in read_message(content).attachments] == [name]


ANYTHING = st.text(st.characters() | st.sampled_from('\r\n\x00\u2028<>@:;," =?'), max_size=40)
ALLOWED = {
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
    "auto-submitted", "x-auto-response-suppress", "content-language", "mime-version",
    "content-type", "content-transfer-encoding",
}  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(["subject", "message_id", "reply_to", "in_reply_to", "references", "to",
                        "cc", "name"]), ANYTHING)  # fmt: skip
def test_whatever_a_value_holds_no_header_comes_of_it(field: str, value: str) -> None:
    lists = ("to", "cc", "references")
    changes = {field: (value,) if field in lists else value} if field != "name" else {}
    name = value if field == "name" else SENDER_NAME
    letter = replace(LETTER, html="", files=(), **changes)  # type: ignore[arg-type]
    try:
        content = build_message(letter, [], SENDER, name, DATE)
    except HeaderRefused:
        return
    head = content.split(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert {n.decode().lower() for n in names} <= ALLOWED
    assert len(names) == len(set(names)) and content.isascii()
    assert b"\r" not in head.replace(b"\r\n", b"") and b"\n" not in head.replace(b"\r\n", b"")


def test_no_list_headers_and_no_trace_of_a_hidden_copy() -> None:
    names = {name.lower() for name in email.message_from_bytes(_build()).keys()}  # noqa: SIM118
    assert names <= ALLOWED
