"""A connection to the mail server, opened step by step, so that a failure says which step it was.

No failure here is a letter's: nothing of any letter has been shown to the server yet.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import aiosmtplib

from models.domain.errors import BaocaoError
from models.domain.mail.delivery import DeliveryRuling, SmtpStage, ruling
from models.domain.mail.server_address import ServerAddress
from tasks.adapters.mailbox.server_words import (
    CertificateFlaw,
    certificate_advice,
    flaw_of,
    server_words,
)

#: A certificate that is not trusted: what is said before the advice.
_CERTIFICATE = {
    CertificateFlaw.NOT_YET_VALID: (
        "chứng thư của máy chủ chưa có hiệu lực; có thể đồng hồ máy này chạy sai ngày"
    ),
    CertificateFlaw.EXPIRED: (
        "chứng thư của máy chủ đã hết hạn, hoặc đồng hồ máy này chạy sai ngày"
    ),
    CertificateFlaw.WRONG_NAME: "chứng thư của máy chủ mang tên khác",
    CertificateFlaw.UNKNOWN_AUTHORITY: (
        "chứng thư của máy chủ do nơi không được máy này tin cậy cấp"
    ),
    CertificateFlaw.OTHER: "chứng thư của máy chủ không hợp lệ",
}
_TRUSTING = "đặt tệp chứng thư gốc (PEM) của đơn vị vào BAOCAO_SMTP_CA_FILE"
_PORTS = "smtps:// dùng cổng 465, smtp+starttls:// dùng cổng 587"


class NoConnection(BaocaoError):
    """Raised when there is no server to talk to: a step of the connection failed.

    `asked` says whether the server was asked at all.
    """

    def __init__(
        self, stage: SmtpStage, found: DeliveryRuling, sentence: str, *, asked: bool = True
    ) -> None:
        self.stage = stage
        self.ruling = found
        self.asked = asked
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Opening:
    """How connections are opened. `timeout` in seconds, for each step; `ca_file` names the
    authorities that are trusted, PEM, None for the system's."""

    address: ServerAddress
    timeout: float
    local_hostname: str = "localhost"
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """A client ready for MAIL, and what the server said of itself when it was reached."""

    client: aiosmtplib.SMTP
    greeting: str


async def connect(opening: Opening) -> Connected:
    """A connection, encrypted and logged in as its address says. Raises NoConnection."""
    address = opening.address
    trusted = _trusted(opening) if address.scheme != "smtp" else None
    client = aiosmtplib.SMTP(
        hostname=address.host,
        port=address.port,
        local_hostname=opening.local_hostname,
        timeout=opening.timeout,
        use_tls=address.scheme == "smtps",
        start_tls=False,  # below, as a step of its own; None would go on in plain text
        tls_context=trusted,
    )
    stage = SmtpStage.CONNECT
    try:
        greeting = await client.connect()
        await client.ehlo()
        if address.scheme == "smtp+starttls":
            stage = SmtpStage.TLS
            await client.starttls()
            await client.ehlo()
        if address.username:
            stage = SmtpStage.LOGIN
            await client.login(address.username, address.password)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise _no_connection(address, stage, error) from error
    return Connected(client, server_words(greeting.message))


def _trusted(opening: Opening) -> ssl.SSLContext:
    path = opening.ca_file
    try:
        return ssl.create_default_context(cafile=str(path) if path else None)
    except OSError as error:  # of TLS too, where the file is none of certificates
        found = ruling(SmtpStage.TLS, 0, server_words(str(error)))
        raise NoConnection(
            SmtpStage.TLS,
            found,
            f"không đọc được tệp chứng thư gốc {path} (BAOCAO_SMTP_CA_FILE): tệp phải có và ở dạng "
            "PEM",
            asked=False,
        ) from error


def _no_connection(address: ServerAddress, stage: SmtpStage, error: Exception) -> NoConnection:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, ssl.SSLError):
        stage = SmtpStage.TLS
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
    said = error.message if isinstance(error, aiosmtplib.SMTPException) else str(error)
    words = server_words(said)
    if stage is SmtpStage.LOGIN and code == 0 and isinstance(error, OSError):
        stage = SmtpStage.CONNECT  # the line broke; the password was not judged
    found = ruling(stage, code, words)
    return NoConnection(stage, found, f"{address.server}: {_sentence(stage, found, cause)}")


def _sentence(stage: SmtpStage, found: DeliveryRuling, cause: Exception) -> str:
    """What happened, for an operator."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        flaw = flaw_of(cause)
        advice = certificate_advice(flaw, "BAOCAO_SMTP_URL", _TRUSTING)
        return f"{_CERTIFICATE[flaw]}; {advice} ({server_words(cause.verify_message)})"
    if isinstance(cause, ssl.SSLError):
        return f"máy chủ không nói TLS ở cổng này ({server_words(str(cause))}); {_PORTS}"
    if isinstance(cause, socket.gaierror):
        return "không tìm thấy tên máy chủ trong DNS"
    if isinstance(cause, ConnectionRefusedError):
        return "cổng không mở: sai cổng, hoặc dịch vụ SMTP chưa chạy"
    if isinstance(cause, TimeoutError):
        return "máy chủ không trả lời: sai cổng, hoặc bị tường lửa chặn"
    if stage is SmtpStage.TLS:
        return f"máy chủ không có STARTTLS ở cổng này ({found.reply}); {_PORTS}"
    return found.said
