"""Delivery reports as servers write them, and as nobody should."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.mail.bounces import DeliveryAction, said_of
from tasks.adapters.messages.bounce_reader import read_delivery_report

TO = "vanthu@syt.haiphong.example"
OURS = "<abcdefgh234567@ubnd.haiphong.example>"
REPLY_TO = "baocao+ab23cd@ubnd.haiphong.example"
FAILED = (
    f"Final-Recipient: rfc822; {TO}\nOriginal-Recipient: rfc822;{TO.upper()}\nAction: failed\n"
    "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
)
DELAYED = "Final-Recipient: rfc822;lanhdao@syt.haiphong.example\nAction: delayed\nStatus: 4.4.1\n"
RETURNED = (
    f"Content-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\nReply-To: {REPLY_TO}\nSubject: x\n"
)


def report(
    *recipients: str, returned: str = RETURNED, encoding: str = "", heading: str = ""
) -> bytes:
    """A multipart/report of RFC 3464."""
    status = "Reporting-MTA: dns; mx.example\n\n" + "\n".join(recipients)
    if encoding:
        status = base64.encodebytes(status.encode()).decode()
        encoding = f"Content-Transfer-Encoding: {encoding}\n"
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n" + heading +
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nThis is the mail system.\n\n"
        f"--B\nContent-Type: message/delivery-status\n{encoding}\n{status}\n"
        f"--B\n{returned}\n--B--\n"
    ).encode()  # fmt: skip


PLAIN = {
    "qmail": f"""Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{TO}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {OURS}
Reply-To: {REPLY_TO}
""",
    "Exim": f"""Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: {TO}

This message was created automatically by mail delivery software.

  {TO}
    550 5.1.1 {TO}: no such user

------ This is a copy of the message, including all the headers. ------

Message-Id: {OURS}
Reply-To: {REPLY_TO}
""",
}


def test_a_standard_report_names_recipients_status_and_our_letter() -> None:
    found = read_delivery_report(report(FAILED, DELAYED))
    assert found is not None
    first, second = found.recipients
    assert first.addresses == (TO,)
    assert (first.action, first.status) == (DeliveryAction.FAILED, "5.1.1")
    assert said_of(first) == "địa chỉ không tồn tại (5.1.1: 550 5.1.1 User unknown)"
    assert (second.action, second.status) == (DeliveryAction.DELAYED, "4.4.1")
    assert found.message_ids == (OURS,)
    assert found.returned_to == (REPLY_TO,)


@pytest.mark.parametrize(
    "returned",
    [
        RETURNED,
        RETURNED.replace("text/rfc822-headers", "message/rfc822") + "\nx\n",
        RETURNED.replace("text/rfc822-headers", "message/rfc822-headers"),
        RETURNED.replace("text/rfc822-headers", "message/global-headers"),
    ],
)
@pytest.mark.parametrize("encoding", ["", "base64"])
def test_the_returned_headers_are_found_however_they_are_wrapped(
    returned: str, encoding: str
) -> None:
    found = read_delivery_report(report(FAILED, returned=returned, encoding=encoding))
    assert found is not None
    assert [r.addresses for r in found.recipients] == [(TO,)]
    assert (found.message_ids, found.returned_to) == ((OURS,), (REPLY_TO,))


def test_exchange_answers_in_the_letters_thread() -> None:
    raw = report(FAILED, returned="Content-Type: text/plain\n\nx", heading=f"In-Reply-To: {OURS}\n")
    found = read_delivery_report(raw)
    assert found is not None
    assert found.message_ids == (OURS,)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_report_in_prose_is_understood(kind: str) -> None:
    raw = f"Return-Path: <>\nFrom: Mailer-Daemon@mx.example\n{PLAIN[kind]}".encode()
    found = read_delivery_report(raw)
    assert found is not None
    (recipient,) = found.recipients
    assert recipient.addresses == (TO,)
    assert (recipient.action, recipient.status) == (DeliveryAction.FAILED, "5.1.1")
    assert OURS in found.message_ids
    assert REPLY_TO in found.returned_to


def test_an_absence_message_is_no_report_though_it_sounds_like_one() -> None:
    raw = f"From: {TO}\nAuto-Submitted: auto-replied\nIn-Reply-To: {OURS}\n{PLAIN['qmail']}"
    assert read_delivery_report(raw.encode()) is None


@pytest.mark.parametrize(
    "raw",
    [
        report(f"Final-Recipient: rfc822; {TO}\nAction: unknown\n"),
        b"From: MAILER-DAEMON@mx.example\nSubject: hello\n\nno report at all",
        b"",
    ],
)
def test_what_says_nothing_is_none(raw: bytes) -> None:
    assert read_delivery_report(raw) is None


@pytest.mark.parametrize(
    "status",
    [
        "Action: failed\nStatus: 5.1.1\n",
        "Final-Recipient: rfc822; không phải địa chỉ\nAction: failed\nStatus: 5.1.1\n",
    ],
)
def test_a_failure_of_a_recipient_who_is_named_nowhere_is_told_of_nobody(status: str) -> None:
    found = read_delivery_report(report(status))
    assert found is not None
    assert [(r.addresses, r.action, r.status) for r in found.recipients] == [
        ((), DeliveryAction.FAILED, "5.1.1")
    ]


@pytest.mark.parametrize(
    "body",
    [b"<" * 10**6, b"a@" * 500_000, b'"' * 10**6, b"(host " * 10**5, b"<a@b.c>:\n" * 10**5,
     b"\n" * 10**6, b"=3D" * 300_000, b"a@b.c failed " * 60_000, (b"a@b.c " * 60 + b"\n") * 600,
     b"".join(b"a%d@b.c 550 no\n" % n for n in range(9000))],
)  # fmt: skip
def test_a_hostile_report_is_read_in_bounded_time(body: bytes) -> None:
    started = time.process_time()
    read_delivery_report(b"From: MAILER-DAEMON@x.example\nSubject: failure\n\n" + body)
    assert time.process_time() - started < 5


SEEDS = [report(FAILED, DELAYED), report(FAILED, encoding="base64"), PLAIN["qmail"].encode()]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_report_never_raises(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 12)))
        pieces = st.sampled_from([b"\n\n", b"--B", b";", b"<", b"\xff", b"rfc822", b"Action: "])
        raw[start:end] = data.draw(pieces | st.binary(max_size=6))
    found = read_delivery_report(bytes(raw))
    # Of a recipient whom a report names nowhere there is one line at most.
    unnamed = [r for r in found.recipients if not r.addresses] if found else []
    assert not unnamed or len(unnamed) == len(found.recipients) == 1
