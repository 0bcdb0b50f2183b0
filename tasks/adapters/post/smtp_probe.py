"""Looking at the mail server as a letter would, without sending one: step by step, in sentences."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import aiosmtplib

from models.domain.mail.delivery import SmtpStage, ruling
from models.domain.mail.server_address import ServerAddress, ServerAddressFault
from tasks.adapters.mailbox.observations import Sighting, of_certificate, of_clock
from tasks.adapters.mailbox.server_words import server_words
from tasks.adapters.post.smtp_address import letter_server
from tasks.adapters.post.smtp_connection import Connected, NoConnection, Opening, connect
from tasks.adapters.post.smtp_sender import megabytes, size_limit

PROBE_SECONDS = 10.0  # for each answer
#: A consolidated workbook with its mail around it stays below this.
ROOM_WANTED = 5_000_000  # bytes

_SUBJECTS = {
    SmtpStage.CONNECT: "Máy chủ gửi thư",
    SmtpStage.TLS: "Chứng thư TLS",
    SmtpStage.LOGIN: "Đăng nhập gửi thư",
    SmtpStage.MAIL: "Địa chỉ người gửi",
}


def probe(
    url: str,
    sender: str,
    now: dt.datetime,
    *,
    timeout: float = PROBE_SECONDS,
    ca_file: Path | None = None,
) -> list[Sighting]:
    """What a server says to a letter of `sender` before any is sent. Never raises for a server."""
    try:
        address = letter_server(url)
    except ServerAddressFault as fault:
        return [Sighting(_SUBJECTS[SmtpStage.CONNECT], False, f"BAOCAO_SMTP_URL: {fault}")]
    domain = sender.partition("@")[2] or "localhost"
    return asyncio.run(_look(Opening(address, timeout, domain, ca_file), sender, now))


async def _look(opening: Opening, sender: str, now: dt.datetime) -> list[Sighting]:
    try:
        connected = await connect(opening)
    except NoConnection as error:
        return list(_of_failure(opening.address, error))
    try:
        seen = list(_of_connection(opening.address, connected, now))
        seen.append(await _of_sender(connected.client, sender))
        return seen
    finally:
        connected.client.close()


def _of_failure(address: ServerAddress, error: NoConnection) -> Iterator[Sighting]:
    """The step that failed, after those that did not."""
    if error.asked and error.stage is not SmtpStage.CONNECT:
        yield Sighting(_SUBJECTS[SmtpStage.CONNECT], True, f"{address.server} trả lời.")
    hint = {
        SmtpStage.CONNECT: "Kiểm tra tên máy chủ, cổng trong BAOCAO_SMTP_URL.",
        SmtpStage.LOGIN: (
            "Kiểm tra tên, mật khẩu trong BAOCAO_SMTP_URL (ký tự đặc biệt ghi bằng %..)."
        ),
    }.get(error.stage, "")
    yield Sighting(_SUBJECTS[error.stage], False, f"{error}. {hint}".strip())


def _of_connection(
    address: ServerAddress, connected: Connected, now: dt.datetime
) -> Iterator[Sighting]:
    """What a connection that stands shows of server, certificate, login, size and clock."""
    client = connected.client
    yield Sighting(
        _SUBJECTS[SmtpStage.CONNECT], True, f"{address.server} trả lời: {connected.greeting}"
    )
    certificate = client.get_transport_info("peercert")
    if certificate:
        yield of_certificate(certificate, now, "máy chủ gửi thư")
    elif address.scheme == "smtp":
        yield Sighting(_SUBJECTS[SmtpStage.TLS], True, "Không mã hóa; máy chủ ở ngay trên máy này.")
    said = f"Đã đăng nhập: {address.username}." if address.username else "Không cần đăng nhập."
    yield Sighting(_SUBJECTS[SmtpStage.LOGIN], True, said)
    limit = size_limit(client)
    yield Sighting(
        "Cỡ thư gửi",
        not 0 < limit < ROOM_WANTED,
        f"Máy chủ nhận thư tới {megabytes(limit)} MB."
        if limit >= ROOM_WANTED
        else f"Máy chủ chỉ nhận thư tới {megabytes(limit)} MB, sổ tổng hợp có thể lớn hơn: đề nghị "
        f"người quản trị thư nâng lên từ {megabytes(ROOM_WANTED)} MB (SIZE)."
        if limit
        else "Máy chủ không nói giới hạn cỡ thư.",
    )
    clock = of_clock(connected.greeting, now, "máy chủ gửi thư")
    if clock is not None:
        yield clock


async def _of_sender(client: aiosmtplib.SMTP, sender: str) -> Sighting:
    subject, stage = _SUBJECTS[SmtpStage.MAIL], SmtpStage.MAIL
    try:
        await client.mail(sender)
        # Many servers say what they think of a sender only when a recipient is named: ourselves.
        stage = SmtpStage.RCPT
        await client.rcpt(sender)
        await client.rset()
        await client.quit()
    except aiosmtplib.SMTPResponseException as error:
        found = ruling(stage, error.code, server_words(error.message))
        return Sighting(
            subject, False, f"{sender}: {found.said}. Kiểm tra BAOCAO_OFFICE_ADDRESS, đăng nhập."
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        return Sighting(subject, False, f"{sender}: {server_words(str(error))}")
    return Sighting(subject, True, f"Máy chủ nhận thư gửi từ {sender}.")
