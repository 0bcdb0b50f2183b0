"""A connection to the mail server, opened step by step, so that a failure says which step it was.

No failure here is a letter's: nothing of any letter has been shown to the server yet.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

import aiosmtplib

from models.domain.delivery import DeliveryRuling, Stage, ruling
from models.domain.errors import BaocaoError
from tasks.adapters.smtp_address import SmtpAddress

#: OpenSSL's numbers for what is wrong with a certificate (x509_vfy.h).
NOT_YET_VALID, EXPIRED, WRONG_HOST = 9, 10, 62
UNKNOWN_ISSUER = (18, 19, 20, 21)
_CERTIFICATE = {
    NOT_YET_VALID: "chứng thư của máy chủ chưa có hiệu lực; có thể đồng hồ máy này chạy sai ngày",
    EXPIRED: "chứng thư của máy chủ đã hết hạn, hoặc đồng hồ máy này chạy sai ngày",
    WRONG_HOST: "chứng thư của máy chủ mang tên khác; hãy ghi đúng tên máy chủ như trong chứng thư",
    **dict.fromkeys(
        UNKNOWN_ISSUER,
        "chứng thư của máy chủ do nơi không được máy này tin cậy cấp; cài chứng thư gốc của đơn vị "
        "hoặc đặt SSL_CERT_FILE",
    ),
}


class NoConnection(BaocaoError):
    """Raised when there is no server to talk to: a step of the connection failed."""

    def __init__(self, stage: Stage, found: DeliveryRuling, sentence: str) -> None:
        self.stage = stage
        self.ruling = found
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Opening:
    """How connections are opened. `timeout` in seconds, for each step."""

    address: SmtpAddress
    timeout: float
    local_hostname: str = "localhost"
    tls_context: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """A client ready for MAIL, and what the server said of itself when it was reached."""

    client: aiosmtplib.SMTP
    greeting: str


async def connect(opening: Opening) -> Connected:
    """A connection, encrypted and logged in as its address says. Raises NoConnection."""
    address = opening.address
    client = aiosmtplib.SMTP(
        hostname=address.host,
        port=address.port,
        local_hostname=opening.local_hostname,
        timeout=opening.timeout,
        use_tls=address.scheme == "smtps",
        start_tls=False,  # below, as a step of its own; None would go on in plain text
        tls_context=opening.tls_context,
    )
    stage = Stage.CONNECT
    try:
        greeting = await client.connect()
        await client.ehlo()
        if address.scheme == "smtp+starttls":
            stage = Stage.TLS
            await client.starttls()
            await client.ehlo()
        if address.username:
            stage = Stage.LOGIN
            await client.login(address.username, address.password)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise _no_connection(address, stage, error) from error
    return Connected(client, one_line(greeting.message))


def _no_connection(address: SmtpAddress, stage: Stage, error: Exception) -> NoConnection:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, ssl.SSLError):
        stage = Stage.TLS
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
    words = one_line(error.message if isinstance(error, aiosmtplib.SMTPException) else str(error))
    if stage is Stage.LOGIN and code == 0 and isinstance(error, OSError):
        stage = Stage.CONNECT  # the line broke; the password was not judged
    found = ruling(stage, code, words)
    return NoConnection(stage, found, f"{address}: {_sentence(stage, found, cause)}")


def _sentence(stage: Stage, found: DeliveryRuling, cause: Exception) -> str:
    """What happened, for an operator."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = _CERTIFICATE.get(cause.verify_code, "chứng thư của máy chủ không hợp lệ")
        return f"{said} ({one_line(cause.verify_message)})"
    if isinstance(cause, ssl.SSLError):
        return f"máy chủ không nói TLS ở cổng này ({one_line(str(cause))})"
    if isinstance(cause, socket.gaierror):
        return "không tìm thấy tên máy chủ trong DNS"
    if isinstance(cause, ConnectionRefusedError):
        return "cổng không mở: sai cổng, hoặc dịch vụ SMTP chưa chạy"
    if isinstance(cause, TimeoutError):
        return "máy chủ không trả lời: sai cổng, hoặc bị tường lửa chặn"
    if stage is Stage.TLS:
        return f"máy chủ không có STARTTLS ở cổng này ({found.reply})"
    return found.said


def one_line(words: str) -> str:
    """A server's words fit for a log: one line, at most 300 characters, no control characters.

    >>> one_line("5.1.1 no\\r\\nsuch user")
    '5.1.1 no such user'
    """
    printable = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(printable.split())[:300]
