"""Sending: one message, one outcome. A server's behaviour is an answer here, never an exception.

One connection serves a batch and is made anew when it dies. What matters afterwards is whether
the server may have the message: it cannot before the final dot has left us, and it may once it has.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from models.domain.errors import BaocaoError

DEFAULT_TIMEOUT = 30.0  # seconds, for each answer of the server
DATA_TIMEOUT = 300.0  # after the final dot a server may scan for a while
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
START_INPUT = 354
CLOSING = 421
CONNECT_ATTEMPTS = 2  # failures in a row after which the rest of a batch is not tried

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class SmtpAddressFault(BaocaoError):
    """Raised when the address of the mail server is not understood, or unsafe."""


class SendState(StrEnum):
    """Where a message stands after one attempt."""

    SENT = "sent"  # taken for at least one recipient
    REFUSED_FINAL = "refused_final"  # 5xx: trying again will not help
    REFUSED_TEMPORARY = "refused_temporary"  # 4xx, or no connection: try again later
    UNCERTAIN = "uncertain"  # lost after the final dot: the server may have it
    UNCLAIMED = "unclaimed"  # the caller did not let the final dot go: another run has the message


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A built message and its envelope. `key` is the caller's, to know it again."""

    key: str
    sender: str
    recipients: Sequence[str]
    content: bytes


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What one attempt came to. `code` is the server's, 0 when it gave none."""

    state: SendState
    code: int = 0
    detail: str = ""  # the server's words, or what happened instead
    refused_recipients: Mapping[str, str] = field(default_factory=dict)  # address -> "550 words"
    connected: bool = True  # False: no server to talk to, nothing was tried


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server, from an address like `smtp+starttls://user:password@host:587`."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, *, allow_plain: bool = False) -> Self:
        """The server the address names. Raises SmtpAddressFault, which never repeats a password.

        `smtp://` goes in plain text, hence to this machine only, unless `allow_plain`.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise SmtpAddressFault("Không hiểu địa chỉ máy chủ SMTP (bad SMTP address).") from None
        if parts.scheme not in PORTS:
            raise SmtpAddressFault(
                f"Không hiểu địa chỉ máy chủ SMTP «{parts.scheme}:...»: chỉ nhận "
                + ", ".join(f"{scheme}://" for scheme in PORTS)
                + " (unknown SMTP scheme)."
            )
        if not host:
            raise SmtpAddressFault("Địa chỉ SMTP thiếu tên máy chủ (no host).")
        if parts.scheme == "smtp" and not allow_plain and not _is_this_machine(host):
            raise SmtpAddressFault(
                f"smtp:// gửi thư và mật khẩu không mã hoá tới {host}: hãy dùng smtps:// hoặc "
                "smtp+starttls:// (plain SMTP to another machine is refused)."
            )
        return cls(
            parts.scheme,
            host,
            port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _granted() -> bool:
    return True


class SmtpSender:
    """Sends messages one after the other over one connection. A context manager, synchronous.

    >>> with SmtpSender("smtp://127.0.0.1:1025") as sender:
    ...     pass  # outcome = sender.send(message)
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        data_timeout: float = DATA_TIMEOUT,
        allow_plain: bool = False,
        local_hostname: str = "localhost",
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self.address = SmtpAddress.parse(url, allow_plain=allow_plain)
        self._timeout = timeout
        self._data_timeout = data_timeout
        self._local_hostname = local_hostname
        self._tls_context = tls_context
        self._client: aiosmtplib.SMTP | None = None
        self._runner: asyncio.Runner | None = None
        self._failed_connects = 0
        self._no_connection = SendOutcome(SendState.REFUSED_TEMPORARY, connected=False)

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            try:
                runner.run(self._quit())
            finally:
                runner.close()

    def send(self, message: OutgoingMessage, claim: Callable[[], bool] = _granted) -> SendOutcome:
        """What one attempt came to. Never raises for what the server or the network does.

        `claim` is called in the last moment in which the server cannot have the message: all its
        content has left, the final dot has not. When it says False the message is withdrawn.
        """
        if self._runner is None:
            raise RuntimeError("SmtpSender is used as a context manager")
        return self._runner.run(self._send(message, claim))

    def send_all(
        self,
        messages: Iterable[OutgoingMessage],
        settled: Callable[[OutgoingMessage, SendOutcome], None],
    ) -> None:
        """Sends each message and reports its outcome before the next one is asked for.

        `messages` may be a generator that marks each as being sent when it is pulled. When the
        server cannot be reached, the rest are reported as refused for now without being tried.
        """
        with self:
            for message in messages:
                settled(message, self.send(message))

    # --- one message ------------------------------------------------------------------------------

    async def _send(self, message: OutgoingMessage, claim: Callable[[], bool]) -> SendOutcome:
        bad = [a for a in (message.sender, *message.recipients) if not _fits_envelope(a)]
        if bad or not message.recipients:
            return SendOutcome(
                SendState.REFUSED_FINAL,
                detail=f"địa chỉ không gửi được: {', '.join(bad) or 'không có người nhận'}",
            )
        reused = self._client is not None and self._client.is_connected
        outcome = await self._attempt(message, claim)
        if outcome is None and reused:
            # The server had hung up on an idle connection: it has seen nothing of this message.
            outcome = await self._attempt(message, claim)
        if outcome is None:
            outcome = SendOutcome(SendState.REFUSED_TEMPORARY, detail="máy chủ ngắt kết nối")
        return outcome

    async def _attempt(
        self, message: OutgoingMessage, claim: Callable[[], bool]
    ) -> SendOutcome | None:
        """The outcome; None when the connection was lost before the server answered MAIL."""
        client = await self._connected()
        if client is None:
            return self._no_connection
        limit = client.esmtp_extensions.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(message.content):
            return SendOutcome(
                SendState.REFUSED_FINAL,
                552,
                f"thư {len(message.content)} byte, máy chủ chỉ nhận tới {limit} byte",
            )
        stage = "MAIL"
        try:
            options = [f"SIZE={len(message.content)}"] if "size" in client.esmtp_extensions else []
            await client.mail(message.sender, options=options)
            stage = "RCPT"
            refused = await self._recipients(client, message.recipients)
            if len(refused) == len(set(message.recipients)):
                await self._reset(client)
                return _all_refused(refused)
            stage = "DATA"
            start = await client.execute_command(b"DATA")
            if start.code != START_INPUT:
                await self._reset(client)
                return _refusal(start.code, start.message, stage)
        except aiosmtplib.SMTPResponseException as error:
            await self._reset(client)
            return _refusal(error.code, error.message, stage)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            if stage == "MAIL" and isinstance(error, aiosmtplib.SMTPServerDisconnected):
                return None
            return SendOutcome(SendState.REFUSED_TEMPORARY, detail=f"{stage}: {_words(error)}")
        return await self._transfer(client, message.content, refused, claim)

    async def _recipients(
        self, client: aiosmtplib.SMTP, recipients: Sequence[str]
    ) -> dict[str, aiosmtplib.SMTPResponse]:
        """Those whom the server refuses, and its words."""
        refused = {}
        for recipient in dict.fromkeys(recipients):
            try:
                await client.rcpt(recipient)
            except aiosmtplib.SMTPRecipientRefused as error:
                refused[recipient] = aiosmtplib.SMTPResponse(error.code, error.message)
        return refused

    async def _transfer(
        self,
        client: aiosmtplib.SMTP,
        content: bytes,
        refused: Mapping[str, aiosmtplib.SMTPResponse],
        claim: Callable[[], bool],
    ) -> SendOutcome:
        """Sends the content, then the final dot by itself, so that the doubtful moment is short."""
        protocol, transport = client.protocol, client.transport
        if protocol is None or not isinstance(transport, asyncio.Transport):
            return SendOutcome(SendState.REFUSED_TEMPORARY, detail="DATA: mất kết nối")
        body = _LINE_END.sub(b"\r\n", content)
        body = _LEADING_DOT.sub(b"..", body)
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        try:
            protocol.write(body)
            async with asyncio.timeout(self._data_timeout):
                while transport.get_write_buffer_size() and protocol.is_connected:
                    await asyncio.sleep(0.002)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return SendOutcome(SendState.REFUSED_TEMPORARY, detail=f"nội dung thư: {_words(error)}")
        granted = False
        try:
            granted = claim()
        finally:
            if not granted:  # or it raised, which is the caller's affair
                client.close()  # without its final dot no server keeps a message
        if not granted:
            return SendOutcome(SendState.UNCLAIMED)
        try:
            protocol.write(b".\r\n")  # raises when the connection is gone: no dot has left
        except aiosmtplib.SMTPException as error:
            client.close()
            return SendOutcome(SendState.REFUSED_TEMPORARY, detail=f"nội dung thư: {_words(error)}")
        try:
            answer = await protocol.read_response(timeout=self._data_timeout)
        except (aiosmtplib.SMTPException, OSError) as error:  # cut off, silent, or no SMTP
            client.close()
            return SendOutcome(SendState.UNCERTAIN, detail=f"sau dấu chấm cuối: {_words(error)}")
        if answer.code == CLOSING:
            client.close()
        if 200 <= answer.code < 300:
            return SendOutcome(
                SendState.SENT,
                answer.code,
                _one_line(answer.message),
                {address: _said(response) for address, response in refused.items()},
            )
        if 400 <= answer.code < 600:
            return _refusal(answer.code, answer.message, "nội dung thư")
        client.close()
        return SendOutcome(SendState.UNCERTAIN, answer.code, _one_line(answer.message))

    # --- the connection ---------------------------------------------------------------------------

    async def _connected(self) -> aiosmtplib.SMTP | None:
        """A client ready for MAIL; None when there is none to be had, see `_no_connection`."""
        if self._client is not None and self._client.is_connected:
            return self._client
        if self._failed_connects >= CONNECT_ATTEMPTS:
            return None
        address = self.address
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.username or None,
            password=address.password or None,
            local_hostname=self._local_hostname,
            timeout=self._timeout,
            use_tls=address.scheme == "smtps",
            # Never None: that would go on in plain text where a server offers no TLS.
            start_tls=address.scheme == "smtp+starttls",
            tls_context=self._tls_context,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except aiosmtplib.SMTPResponseException as error:
            detail = f"máy chủ không tiếp nhận: {error.code} {_one_line(error.message)}"
            failure = SendOutcome(
                SendState.REFUSED_TEMPORARY, max(error.code, 0), detail, connected=False
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            where = f"{address.host}:{address.port}"
            detail = f"không kết nối được {where}: {_words(error)}"
            failure = SendOutcome(SendState.REFUSED_TEMPORARY, detail=detail, connected=False)
        else:
            self._failed_connects = 0
            self._client = client
            return client
        # No message is to blame for a wrong password or a closed door: it is tried again later.
        client.close()
        self._client = None
        self._failed_connects += 1
        self._no_connection = failure
        return None

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Clears the envelope for the next message, or closes what no longer answers."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            client.close()

    async def _quit(self) -> None:
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=min(self._timeout, 5.0))
            except (aiosmtplib.SMTPException, OSError):
                self._client.close()
        self._client = None


def _fits_envelope(address: str) -> bool:
    """Whether an address may stand in MAIL or RCPT: ASCII, one `@`, nothing to break out with."""
    return re.fullmatch(r"[!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,255}", address) is not None


def _refusal(code: int, words: str, stage: str) -> SendOutcome:
    """5xx is final, everything else may go better another time."""
    state = SendState.REFUSED_FINAL if 500 <= code < 600 else SendState.REFUSED_TEMPORARY
    return SendOutcome(state, max(code, 0), f"{stage}: {_one_line(words)}")


def _all_refused(refused: Mapping[str, aiosmtplib.SMTPResponse]) -> SendOutcome:
    """Nobody was accepted: final only when every refusal is."""
    final = all(500 <= response.code < 600 for response in refused.values())
    code = next(iter(refused.values())).code
    return SendOutcome(
        SendState.REFUSED_FINAL if final else SendState.REFUSED_TEMPORARY,
        code,
        "máy chủ từ chối mọi người nhận",
        {address: _said(response) for address, response in refused.items()},
    )


def _said(response: aiosmtplib.SMTPResponse) -> str:
    return f"{response.code} {_one_line(response.message)}"


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {_one_line(str(error))}"


def _one_line(words: str) -> str:
    """A server's words fit for a log: one line, at most 300 characters, no control characters."""
    printable = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(printable.split())[:300]
