"""The mail catcher takes mail like a server and leaves it in a Maildir."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models.domain.mail.delivery import Fate
from models.domain.mail.mail import Letter, LetterFile, LetterKind
from tasks.adapters.letters.mail_builder import build_message
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.post.smtp_sender import OutgoingMessage, SmtpSender

NOW = dt.datetime(2025, 1, 20, 3, tzinfo=dt.UTC)


def test_a_letter_goes_the_whole_way_and_comes_back_whole(tmp_path: Path) -> None:
    files = [
        (LetterFile("Kế hoạch – Sở Giáo dục & Đào tạo (bản chính).xlsx", ""), bytes(range(256))),
        (LetterFile("biểu đồ.png", "", content_id="bieu-do"), b"\x89PNG"),
    ]
    letter = Letter(
        business_key="k",
        cycle="2025-plan",
        agency="so_gd_dt",
        kind=LetterKind.OPENING,
        to=("gddt@haiphong.example",),
        cc=("vanthu@haiphong.example",),
        subject="Về việc xây dựng kế hoạch hành động",
        text=".\n..\nKính gửi: Sở Giáo dục và Đào tạo\n",
        html='<p>Kính gửi</p><img src="cid:bieu-do">',
        message_id="<k@vanphong.example>",
    )
    sent = build_message(letter, files, "bao-cao@vanphong.example", "Văn phòng", NOW)
    message = OutgoingMessage("k", "bao-cao@vanphong.example", (*letter.to, *letter.cc), sent)
    with MailCatcher(tmp_path / "sent") as catcher, SmtpSender(catcher.url) as sender:
        assert sender.send(message).fate is Fate.TAKEN

    (arrival,) = open_inbox(f"maildir://{tmp_path}/sent", NOW).arrivals()
    received = arrival.read()
    assert received.endswith(sent)
    assert received.startswith(
        b"Return-Path: <bao-cao@vanphong.example>\r\n"
        b"Delivered-To: gddt@haiphong.example\r\nDelivered-To: vanthu@haiphong.example\r\n"
    )
    read = read_message(received)
    assert read.subject == letter.subject
    assert read.text == letter.text.strip()
    assert {(a.name, a.content, a.inline) for a in read.attachments} == {
        (file.name, content, bool(file.content_id)) for file, content in files
    }


def test_it_listens_on_this_machine_only_and_stops(tmp_path: Path) -> None:
    with MailCatcher(tmp_path / "a") as one, MailCatcher(tmp_path / "b") as other:
        assert one.url.startswith("smtp://127.0.0.1:")
        assert one.url != other.url
        url = one.url
    with pytest.raises(RuntimeError):
        _ = one.url
    with SmtpSender(url, timeout=1) as sender:
        outcome = sender.send(OutgoingMessage("k", "a@b.example", ("c@d.example",), b"x"))
    assert outcome.fate is Fate.STOP and not outcome.connected
