"""What an operator is told of a mail server, for each way in which it can be wrong."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from models.domain.mail.delivery import Blame, Fate
from tasks.adapters.post.smtp_probe import probe
from tasks.adapters.post.smtp_sender import OutgoingMessage, SmtpSender
from tests.servers.certificates import Certificate, make_certificate

SENDER = "baocao@ubnd.haiphong.example"
NOW = dt.datetime.now(dt.UTC)


class _Handler:
    """Takes everything, or refuses the sender."""

    def __init__(self, sender_answer: str = "250 OK") -> None:
        self.sender_answer = sender_answer
        self.taken = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken += 1
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The factory is made by the first connection; this one speaks no TLS, which is enough."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), 2):
            pass


@contextmanager
def running(handler: _Handler, **options: Any) -> Iterator[int]:
    """The port of a server."""
    controller = _Controller(
        handler, hostname="127.0.0.1", port=0, server_hostname="localhost", **options
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def check_password(_server: object, _session: object, _envelope: object, _how: str, data: Any
) -> AuthResult:  # fmt: skip
    right = isinstance(data, LoginPassword) and data.password == b"mat-khau"
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def server_side(made: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    return context


def told(url: str, **options: Any) -> tuple[list[str], list[str]]:
    """(What is well, by subject; the sentences on what is wrong)."""
    seen = probe(url, SENDER, NOW, timeout=2, **options)
    return [o.subject for o in seen if o.ok], [o.sentence for o in seen if not o.ok]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_that_is_in_order_is_told_step_by_step(
    certificate: Certificate, scheme: str
) -> None:
    context = server_side(certificate)
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    options = {"authenticator": check_password, "auth_require_tls": scheme != "smtps", **tls}
    with running(_Handler(), **options) as port:
        url = f"{scheme}://bao-cao:mat-khau@localhost:{port}"
        well, wrong = told(url, ca_file=certificate.authority)
    assert wrong == []
    assert well == [
        "Máy chủ gửi thư", "Chứng thư TLS", "Đăng nhập gửi thư", "Cỡ thư gửi", "Địa chỉ người gửi",
    ]  # fmt: skip


def test_a_host_that_does_not_exist() -> None:
    _, (sentence,) = told("smtps://khong-co.invalid")
    assert "không tìm thấy tên máy chủ" in sentence and "khong-co.invalid:465" in sentence


def test_a_port_that_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    _, (sentence,) = told(f"smtp://127.0.0.1:{port}")
    assert "cổng không mở" in sentence


def test_a_port_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        seen = probe(url, SENDER, NOW, timeout=0.3)
    assert not seen[-1].ok and "không trả lời" in seen[-1].sentence


def test_a_port_without_the_tls_that_was_asked_for() -> None:
    with running(_Handler()) as port:
        _, (no_tls,) = told(f"smtps://localhost:{port}")
        _, (no_starttls,) = told(f"smtp+starttls://localhost:{port}")
    assert "không nói TLS ở cổng này" in no_tls and "465" in no_tls
    assert "không có STARTTLS" in no_starttls


BAD_CERTIFICATES = [
    ({"expired": True}, "đã hết hạn", "người quản trị máy chủ thư phải gia hạn"),
    ({"not_yet": True}, "chưa có hiệu lực; có thể đồng hồ máy này chạy sai", "kiểm tra đồng hồ"),
    ({"names": ("mail.khac.example",)}, "mang tên khác", "viết vào BAOCAO_SMTP_URL đúng tên"),
]


@pytest.mark.parametrize(("options", "said", "advice"), BAD_CERTIFICATES)
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_is_not_valid(
    tmp_path: Path, scheme: str, options: dict[str, Any], said: str, advice: str
) -> None:
    made = make_certificate(tmp_path, **options)
    tls = {("ssl_context" if scheme == "smtps" else "tls_context"): server_side(made)}
    handler = _Handler()
    with running(handler, **tls) as port:
        url = f"{scheme}://localhost:{port}"
        well, (sentence,) = told(url, ca_file=made.authority)
        with SmtpSender(url, timeout=2, ca_file=made.authority) as sender:
            outcome = sender.send(OutgoingMessage("k", SENDER, ("a@so.example",), b"x\r\n"))
    assert said in sentence and advice in sentence and well == ["Máy chủ gửi thư"]
    assert (outcome.fate, outcome.connected, handler.taken) == (Fate.STOP, False, 0)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("content", [None, "không phải PEM", "-----BEGIN CERTIFICATE-----\n"])
def test_a_file_of_authorities_that_is_none_is_named_and_is_no_letter_s_fault(
    tmp_path: Path, scheme: str, content: str | None
) -> None:
    path = tmp_path / "goc.pem"
    if content is not None:
        path.write_text(content)
    handler = _Handler()
    with running(handler) as port:
        url = f"{scheme}://localhost:{port}"
        well, (sentence,) = told(url, ca_file=path)
        with SmtpSender(url, timeout=2, ca_file=path) as sender:
            outcome = sender.send(OutgoingMessage("k", SENDER, ("a@so.example",), b"x\r\n"))
    assert f"{path} (BAOCAO_SMTP_CA_FILE)" in sentence and well == []
    assert (outcome.fate, outcome.connected, handler.taken) == (Fate.STOP, False, 0)


def test_a_certificate_of_an_authority_nobody_knows(certificate: Certificate) -> None:
    with running(_Handler(), ssl_context=server_side(certificate)) as port:
        _, (sentence,) = told(f"smtps://localhost:{port}")
    assert "không được máy này tin cậy" in sentence and "BAOCAO_SMTP_CA_FILE" in sentence


def test_a_wrong_password_is_no_letters_fault_and_is_never_shown(
    certificate: Certificate,
) -> None:
    tls = {"ssl_context": server_side(certificate)}
    options = {"authenticator": check_password, "auth_require_tls": False, **tls}
    with running(_Handler(), **options) as port:
        url = f"smtps://bao-cao:bi-mat@localhost:{port}"
        well, (sentence,) = told(url, ca_file=certificate.authority)
        with SmtpSender(url, timeout=2, ca_file=certificate.authority) as sender:
            outcome = sender.send(OutgoingMessage("k", SENDER, ("a@so.example",), b"x\r\n"))
    assert "không chấp nhận tên, mật khẩu" in sentence and "BAOCAO_SMTP_URL" in sentence
    assert "bi-mat" not in sentence + outcome.last.said and well == ["Máy chủ gửi thư"]
    assert (outcome.fate, outcome.last.blame) == (Fate.STOP, Blame.OPERATOR)


def test_a_sender_that_the_server_refuses() -> None:
    with running(_Handler("553 5.7.1 Sender address rejected: not owned by user")) as port:
        _, (sentence,) = told(f"smtp://127.0.0.1:{port}")
    assert SENDER in sentence and "từ chối địa chỉ người gửi" in sentence
    assert "BAOCAO_OFFICE_ADDRESS" in sentence


def test_a_server_that_takes_small_mail_only() -> None:
    with running(_Handler(), data_size_limit=1_000_000) as port:
        _, (sentence,) = told(f"smtp://127.0.0.1:{port}")
    assert "chỉ nhận thư tới 1,0 MB" in sentence


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, ""), (30, "Máy này chậm 30 phút"), (-45, "Máy này nhanh 45 phút")]
)
def test_a_clock_that_differs_from_the_servers(minutes: int, said: str) -> None:
    stated = NOW + dt.timedelta(minutes=minutes)
    ident = f"ESMTP Exim 4.96 {stated:%a, %d %b %Y %H:%M:%S} +0000"
    with running(_Handler(), ident=ident) as port:
        well, wrong = told(f"smtp://127.0.0.1:{port}")
    assert said in " ".join(wrong) and bool(wrong) is bool(said)
    assert ("Đồng hồ" in well) is not bool(said)
