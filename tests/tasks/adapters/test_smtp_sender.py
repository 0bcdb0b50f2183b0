"""One attempt, one outcome: whatever a server does, we know whether it may have the mail."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.domain.mail.delivery import Blame, Fate
from models.domain.mail.server_address import ServerAddressFault
from tasks.adapters.post.mail_catcher import HANG_UP, CaughtMessage, MailCatcher
from tasks.adapters.post.smtp_address import letter_server
from tasks.adapters.post.smtp_sender import OutgoingMessage, SendOutcome, SmtpSender

BAD_ADDRESSES = ["", "localhost", "http://x.example", "imap://x.example", "smtp://", "smtps://h:x"]
UNSAFE_ADDRESSES = [
    "smtp://mail.example",
    "smtp://u:p@10.0.0.1:25",
    "smtp://localhost.evil.example",
]
ONE, TWO, THREE = (
    OutgoingMessage(
        key,
        "bao-cao@vanphong.example",
        ("a@so.example", "b@so.example"),
        f"Subject: {key}\r\n\r\n.{key}\r\n..\r\n".encode(),
    )
    for key in ("one", "two", "three")
)


def _maildir_contents(maildir: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((maildir / "new").iterdir())]


@contextmanager
def _scripted_server(script: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that talks as the script does, to one connection after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                connection.settimeout(2)
                with connection:
                    try:
                        script(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def _talk(
    answers: dict[bytes, bytes], heard: list[bytes] | None = None
) -> Callable[[socket.socket], None]:
    """A script that answers by the first word, 250 by default; b"" hangs up, b"..." is silent."""

    def script(connection: socket.socket) -> None:
        file = connection.makefile("rb")
        greeting = answers.get(b"GREETING", b"220 hello\r\n")
        if greeting == b"...":
            time.sleep(0.4)
            return
        connection.sendall(greeting)
        for line in file:
            word = line.split()[0].upper() if line.split() else b""
            if heard is not None:
                heard.append(word)
            answer = answers.get(word, b"250 ok\r\n")
            if word == b"DATA" and b"DATA" not in answers:
                connection.sendall(b"354 go\r\n")
                for body in file:
                    if body == b".\r\n":
                        break
                    if b"BODY" in answers:
                        return
                answer = answers.get(b"DOT", b"250 taken\r\n")
            if answer == b"...":
                time.sleep(0.4)
                return
            if not answer:
                return
            connection.sendall(answer)
            if word == b"QUIT":
                return

    return script


def _send(url: str, message: OutgoingMessage = ONE, patience: float = 5.0) -> SendOutcome:
    with SmtpSender(url, timeout=patience, data_timeout=patience) as sender:
        return sender.send(message)


@pytest.mark.parametrize("url", [*BAD_ADDRESSES, *UNSAFE_ADDRESSES])
def test_an_address_that_is_not_understood_or_unsafe_is_refused(url: str) -> None:
    with pytest.raises(ServerAddressFault):
        SmtpSender(url)


def test_addresses_are_read_and_passwords_are_not_shown() -> None:
    address = letter_server("smtp+starttls://bao-cao%40vp:m%3At@mail.example")
    assert (address.host, address.port) == ("mail.example", 587)
    assert (address.username, address.password) == ("bao-cao@vp", "m:t")
    assert "m:t" not in repr(address)
    assert letter_server("smtps://mail.example").port == 465
    assert letter_server("smtp://[::1]:1025").port == 1025
    assert letter_server("smtp://localhost").port == 25
    with pytest.raises(ServerAddressFault) as raised:
        letter_server("smtp://u:bi-mat@mail.example")
    assert "bi-mat" not in str(raised.value)


def test_a_batch_goes_over_one_connection() -> None:
    answered: list[bytes] = []
    with _scripted_server(_talk({}, answered)) as url, SmtpSender(url) as sender:
        assert [sender.send(m).fate for m in (ONE, TWO, THREE)] == [Fate.TAKEN] * 3
    assert answered.count(b"EHLO") == 1 and answered.count(b"DATA") == 3


def test_what_leaves_is_what_arrives(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as catcher, SmtpSender(catcher.url) as sender:
        for message in (ONE, TWO, THREE):
            sender.send(message)
    received = _maildir_contents(tmp_path)
    assert [content.partition(b"Subject")[2] for content in received] == [
        message.content.partition(b"Subject")[2] for message in (ONE, TWO, THREE)
    ]


def test_a_refused_recipient_is_named_and_the_others_get_it(tmp_path: Path) -> None:
    def refuse(address: str) -> str | None:
        return "550 5.1.1 no such user" if address == "b@so.example" else None

    with MailCatcher(tmp_path, on_recipient=refuse) as catcher:
        outcome = _send(catcher.url)
    assert outcome.fate is Fate.TAKEN
    assert {a: r.reply for a, r in outcome.refused.items()} == {
        "b@so.example": "550 5.1.1 no such user"
    }
    assert outcome.refused["b@so.example"].marks_contact
    assert len(_maildir_contents(tmp_path)) == 1


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        (["550 no", "550 no"], Fate.FINAL),
        (["451 later", "451 later"], Fate.AGAIN),
        (["550 no", "451 later"], Fate.AGAIN),
    ],
)
def test_when_nobody_is_accepted_it_is_final_only_if_all_refusals_are(
    tmp_path: Path, answers: list[str], fate: Fate
) -> None:
    waiting = list(answers)
    with (
        MailCatcher(tmp_path, on_recipient=lambda _: waiting.pop() if waiting else None) as catcher,
        SmtpSender(catcher.url) as sender,
    ):
        outcome = sender.send(ONE)
        assert outcome.fate is fate
        assert set(outcome.refused) == set(ONE.recipients)
        assert sender.send(TWO).fate is Fate.TAKEN  # the connection is fit for the next
    assert len(_maildir_contents(tmp_path)) == 1


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("554 5.7.1 spam", Fate.FINAL),
        ("452 4.3.1 full", Fate.AGAIN),
    ],
)
def test_a_refusal_of_the_content_is_classed_by_its_code(
    tmp_path: Path, answer: str, fate: Fate
) -> None:
    with MailCatcher(tmp_path, on_message=lambda _: answer) as catcher:
        outcome = _send(catcher.url)
    assert outcome.fate is fate
    assert outcome.last.reply == answer
    assert not outcome.last.marks_contact, "the content was refused, not the address"


def test_a_connection_cut_after_the_final_dot_leaves_it_uncertain(tmp_path: Path) -> None:
    def cut(caught: CaughtMessage) -> str | None:
        return HANG_UP if b"Subject: one" in caught.content else None

    with MailCatcher(tmp_path, on_message=cut) as catcher, SmtpSender(catcher.url) as sender:
        assert sender.send(ONE).fate is Fate.UNCERTAIN
        assert sender.send(TWO).fate is Fate.TAKEN  # over a new connection
    assert len(_maildir_contents(tmp_path)) == 2  # the server did have the first one


SILENT = (b"...", b"250-half an answer\r\n")
NO_SERVER = [
    {b"GREETING": b"554 go away\r\n"},
    {b"GREETING": b"421 busy\r\n"},
    {b"GREETING": b"not smtp at all\r\n"},
    {b"GREETING": b"..."},
    {b"EHLO": b""},
]
NO_LETTER_OF_OURS = [{b"MAIL": b"550 no\r\n"}, {b"MAIL": b"530 5.7.0 login first\r\n"}]
AGAIN = [
    {b"MAIL": b"421 closing\r\n"},
    {b"MAIL": b"garbage\r\n"},
    {b"MAIL": b""},
    {b"MAIL": b"..."},
    {b"RCPT": b""},
    {b"RCPT": b"..."},
    {b"RCPT": b"421 closing\r\n"},
    {b"RCPT": b"554 5.7.1 Relay access denied\r\n"},
    {b"DATA": b""},
    {b"DATA": b"..."},
    {b"DATA": b"451 later\r\n"},
    {b"DOT": b"421 closing\r\n"},
    {b"DOT": b"450 later\r\n"},
]
FINAL = [
    {b"MAIL": b"552 5.3.4 too large\r\n"},
    {b"RCPT": b"550 5.1.1 nobody\r\n"},
    {b"DATA": b"554 no\r\n"},
    {b"DOT": b"550-no\r\n550 never\r\n"},
]
UNCERTAIN = [
    {b"DOT": b""},
    {b"DOT": b"..."},
    {b"DOT": b"garbage\r\n"},
    {b"DOT": b"354 go on\r\n"},
    {b"DOT": b"250-half an answer\r\n"},
]


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        *((answers, Fate.STOP) for answers in [*NO_SERVER, *NO_LETTER_OF_OURS]),
        *((answers, Fate.AGAIN) for answers in AGAIN),
        *((answers, Fate.FINAL) for answers in FINAL),
        *((answers, Fate.UNCERTAIN) for answers in UNCERTAIN),
    ],
)
def test_whatever_a_server_does_is_an_outcome(answers: dict[bytes, bytes], fate: Fate) -> None:
    waits = any(answer in SILENT for answer in answers.values())
    with _scripted_server(_talk(answers)) as url:
        outcome = _send(url, patience=0.2 if waits else 5.0)
    assert outcome.fate is fate
    assert outcome.connected is (answers not in NO_SERVER)
    assert outcome.last.said and outcome.last.said.isprintable()


def test_a_large_message_cut_in_the_middle_was_never_delivered() -> None:
    large = OutgoingMessage("l", "a@b.example", ("c@d.example",), (b"x" * 998 + b"\r\n") * 20_000)
    with _scripted_server(_talk({b"BODY": b""})) as url:
        assert _send(url, large).fate is Fate.AGAIN


def test_a_connection_torn_while_the_message_is_claimed_leaves_nothing_uncertain() -> None:
    torn = threading.Event()

    def tear(connection: socket.socket) -> None:
        file = connection.makefile("rb")
        connection.sendall(b"220 hello\r\n")
        for line in file:
            if line.startswith(b"DATA"):
                connection.sendall(b"354 go\r\n")
                file.readline()
                break
            connection.sendall(b"250 ok\r\n")
        linger = struct.pack("ii", 1, 0)  # close with a reset
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        file.close()
        connection.close()
        torn.set()

    with _scripted_server(tear) as url, SmtpSender(url, timeout=5) as sender:
        outcome = sender.send(ONE, lambda _: torn.wait(5))
    assert outcome.claimed and outcome.fate is Fate.AGAIN


def test_a_message_is_claimed_before_the_server_can_have_it(tmp_path: Path) -> None:
    seen: list[int] = []

    def claim(_refused: object) -> bool:
        seen.append(len(_maildir_contents(tmp_path)))
        return True

    with MailCatcher(tmp_path) as catcher, SmtpSender(catcher.url) as sender:
        assert sender.send(ONE, claim).fate is Fate.TAKEN
    assert seen == [0]
    assert len(_maildir_contents(tmp_path)) == 1


def test_a_message_that_another_run_has_claimed_is_withdrawn(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as catcher, SmtpSender(catcher.url) as sender:
        assert sender.send(ONE, lambda _: False).withdrawn
        assert sender.send(TWO).fate is Fate.TAKEN
    (content,) = _maildir_contents(tmp_path)
    assert b"Subject: two" in content


def test_a_claim_that_fails_withdraws_the_message_and_is_reported(tmp_path: Path) -> None:
    def claim(_refused: object) -> bool:
        raise RuntimeError("database away")

    with MailCatcher(tmp_path) as catcher, SmtpSender(catcher.url) as sender:
        with pytest.raises(RuntimeError, match="database away"):
            sender.send(ONE, claim)
        assert sender.send(TWO).fate is Fate.TAKEN
    (content,) = _maildir_contents(tmp_path)
    assert b"Subject: two" in content


@pytest.mark.parametrize("farewell", [b"", b"421 4.7.0 enough for one connection\r\n"])
def test_a_connection_that_the_server_has_enough_of_is_replaced(farewell: bytes) -> None:
    served: list[int] = []

    def script(connection: socket.socket) -> None:
        served.append(1)
        file, taken = connection.makefile("rb"), 0
        connection.sendall(b"220 hello\r\n")
        for line in file:
            if line.startswith(b"MAIL") and taken:
                connection.sendall(farewell)
                return
            if line.startswith(b"DATA"):
                connection.sendall(b"354 go\r\n")
                while file.readline() != b".\r\n":
                    continue
                taken += 1
            connection.sendall(b"250 ok\r\n")

    with _scripted_server(script) as url, SmtpSender(url, timeout=1) as sender:
        assert [sender.send(m).fate for m in (ONE, TWO, THREE)] == [Fate.TAKEN] * 3
    assert len(served) == 3


def test_a_server_that_cannot_be_reached_is_nobodys_letter() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = _send(f"smtp://127.0.0.1:{port}")
    assert (outcome.connected, outcome.claimed) == (False, False)
    assert "cổng không mở" in outcome.last.said


def test_a_message_larger_than_the_server_takes_is_refused_before_it_is_sent() -> None:
    heard: list[bytes] = []
    answers = {b"EHLO": b"250-mail\r\n250 SIZE 10\r\n"}
    with _scripted_server(_talk(answers, heard)) as url:
        outcome = _send(url)
    assert (outcome.fate, outcome.last.blame) == (Fate.FINAL, Blame.LETTER)
    assert b"MAIL" not in heard


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_nothing_is_sent_in_plain_text_where_tls_was_asked_for(tmp_path: Path, scheme: str) -> None:
    with MailCatcher(tmp_path) as catcher:
        outcome = _send(catcher.url.replace("smtp:", f"{scheme}:"))
    assert (outcome.fate, outcome.last.blame) == (Fate.STOP, Blame.OPERATOR)
    assert not outcome.connected and _maildir_contents(tmp_path) == []


@pytest.mark.parametrize(
    "recipients",
    [(), ("no address",), ("a@b.example>\r\nRCPT TO:<x@y.example",), ("hồng@so.example",)],
)
def test_an_envelope_that_may_not_be_sent_is_refused_without_asking(
    recipients: tuple[str, ...],
) -> None:
    with SmtpSender("smtp://127.0.0.1:9") as sender, pytest.raises(ValueError, match=r"^k: "):
        sender.send(OutgoingMessage("k", "a@b.example", recipients, b"x"))


def test_nothing_leaves_for_whom_the_caller_does_not_permit(tmp_path: Path) -> None:
    def allowed(address: str) -> bool:
        return address.startswith("a@")

    with (
        MailCatcher(tmp_path) as catcher,
        SmtpSender(catcher.url, may_write_to=allowed) as sender,
    ):
        with pytest.raises(ValueError, match=r"nothing may be sent to 'b@so\.example'"):
            sender.send(ONE)
        copied = OutgoingMessage("k", ONE.sender, ("a@so.example",), b"x\r\n", "c@so.example")
        with pytest.raises(ValueError, match=r"c@so\.example"):
            sender.send(copied)
    assert _maildir_contents(tmp_path) == []


def test_a_copy_alone_is_no_reason_to_send(tmp_path: Path) -> None:
    def refuse(address: str) -> str | None:
        return None if address == "copy@so.example" else "450 later"

    message = OutgoingMessage("k", ONE.sender, ONE.recipients, ONE.content, "copy@so.example")
    with MailCatcher(tmp_path, on_recipient=refuse) as catcher:
        assert _send(catcher.url, message).fate is Fate.AGAIN
    assert _maildir_contents(tmp_path) == []


def test_a_refused_copy_does_not_hinder_the_letter(tmp_path: Path) -> None:
    def refuse(address: str) -> str | None:
        return "550 5.1.1 no" if address == "copy@so.example" else None

    message = OutgoingMessage("k", ONE.sender, ONE.recipients, ONE.content, "copy@so.example")
    with MailCatcher(tmp_path, on_recipient=refuse) as catcher:
        outcome = _send(catcher.url, message)
    assert outcome.fate is Fate.TAKEN and list(outcome.refused) == ["copy@so.example"]
    assert len(_maildir_contents(tmp_path)) == 1
