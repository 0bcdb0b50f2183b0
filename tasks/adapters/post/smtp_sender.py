"""Sending: one message, one outcome. A server's behaviour is an answer here, never an exception.

One connection serves a batch and is made anew when it dies. What matters afterwards is whether
the server may have the message: it cannot before the final dot has left us, and it may once it has.
What each answer means stands in `models.domain.mail.delivery`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import aiosmtplib

from models.domain.cycle.letter_phrases import rounded
from models.domain.mail.delivery import DeliveryRuling, Fate, SmtpStage, ruling
from models.domain.notation.system_words import system_reason_in_full
from tasks.adapters.mailbox.server_words import server_words
from tasks.adapters.post.smtp_address import letter_server
from tasks.adapters.post.smtp_connection import NoConnection, Opening, connect

DEFAULT_TIMEOUT = 30.0  # seconds, for each answer of the server
DATA_TIMEOUT = 300.0  # after the final dot a server may scan for a while
NOTICE = 0.002  # seconds in which the loop learns that a connection is gone
START_INPUT = 354
CLOSING = 421

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")

Refusals = Mapping[str, DeliveryRuling]  # by address
#: Called in the last moment in which the server cannot have the message: all its content has left,
#: the final dot has not. It is told who was refused; when it says False the message is withdrawn.
Claim = Callable[[Refusals], bool]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A built message and its envelope. `key` is the caller's, to know it again."""

    key: str
    sender: str
    recipients: Sequence[str]
    content: bytes
    copy_to: str = ""  # one more recipient, who counts neither as reached nor as refused

    @property
    def envelope(self) -> list[str]:
        """Everybody named to the server, each once."""
        return list(dict.fromkeys([*self.recipients, *([self.copy_to] if self.copy_to else [])]))


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What one attempt came to. `last` is the word that settled it, for all not refused before."""

    last: DeliveryRuling
    refused: Refusals = field(default_factory=dict)
    claimed: bool = False  # the caller let the final dot go
    withdrawn: bool = False  # the caller did not: another run has the message
    connected: bool = True  # False: no server to talk to, nothing was tried
    hung_up: bool = False  # the server ended the conversation before it took note of the message

    @property
    def fate(self) -> Fate:
        """What became of the message: of the best placed of its recipients."""
        return self.last.fate


def _granted(_refused: Refusals) -> bool:
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
        local_hostname: str = "localhost",
        ca_file: Path | None = None,
        may_write_to: Callable[[str], bool] = lambda _address: True,
    ) -> None:
        """`may_write_to` is asked of every address of an envelope before anything leaves."""
        address = letter_server(url)
        self._opening = Opening(address, timeout, local_hostname, ca_file)
        self._data_timeout = data_timeout
        self._may_write_to = may_write_to
        self._client: aiosmtplib.SMTP | None = None
        self._runner: asyncio.Runner | None = None

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

    def send(self, message: OutgoingMessage, claim: Claim = _granted) -> SendOutcome:
        """What one attempt came to. Never raises for what the server or the network does.

        Raises ValueError for an envelope that may not be sent: that is the caller's to prevent.
        """
        if self._runner is None:
            raise RuntimeError("SmtpSender is used as a context manager")
        if not message.recipients:
            raise ValueError(f"{message.key}: nobody to send it to")
        for address in (message.sender, *message.envelope):
            if not fits_envelope(address):
                raise ValueError(f"{message.key}: no address for SMTP: {address!r}")
        for address in message.envelope:
            if not self._may_write_to(address):
                raise ValueError(f"{message.key}: nothing may be sent to {address!r}")
        return self._runner.run(self._send(message, claim))

    async def _send(self, message: OutgoingMessage, claim: Claim) -> SendOutcome:
        reused = self._client is not None and self._client.is_connected
        outcome = await self._attempt(message, claim)
        if reused and outcome.hung_up:
            # On an idle connection, or on one that has carried enough: it has seen nothing of this
            # message.
            outcome = await self._attempt(message, claim)
        return outcome

    async def _attempt(self, message: OutgoingMessage, claim: Claim) -> SendOutcome:
        """The outcome over the connection that stands, or over a new one."""
        try:
            client = await self._connected()
        except NoConnection as error:
            found = DeliveryRuling(error.ruling.fate, error.ruling.blame, str(error))
            return SendOutcome(found, connected=False)
        size, limit = len(message.content), size_limit(client)
        if 0 < limit < size:
            words = f"5.3.4 {megabytes(size)} MB, máy chủ chỉ nhận tới {megabytes(limit)} MB"
            return SendOutcome(ruling(SmtpStage.MAIL, 552, words))
        stage, refused = SmtpStage.MAIL, dict[str, DeliveryRuling]()
        try:
            options = [f"SIZE={size}"] if client.supports_extension("size") else []
            await client.mail(message.sender, options=options)
            stage = SmtpStage.RCPT
            refused = await self._recipients(client, message.envelope)
            if all(address in refused for address in message.recipients):
                await self._reset(client)
                return SendOutcome(_least_final(refused, message.recipients), refused)
            stage = SmtpStage.DATA
            start = await client.execute_command(b"DATA")
            if start.code != START_INPUT:
                await self._reset(client)
                return SendOutcome(_ruling(stage, start.code, start.message), refused)
        except aiosmtplib.SMTPResponseException as error:
            hung_up = stage is SmtpStage.MAIL and error.code == CLOSING
            if error.code == CLOSING or error.code < 200:  # closing, or no SMTP at all
                client.close()
            else:
                await self._reset(client)
            return SendOutcome(_ruling(stage, error.code, error.message), refused, hung_up=hung_up)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            gone = isinstance(error, aiosmtplib.SMTPServerDisconnected)
            hung_up = stage is SmtpStage.MAIL and gone
            return SendOutcome(_lost(stage, error), refused, hung_up=hung_up)
        return await self._transfer(client, message.content, refused, claim)

    async def _recipients(
        self, client: aiosmtplib.SMTP, recipients: Sequence[str]
    ) -> dict[str, DeliveryRuling]:
        """Those whom the server refuses, and what that means."""
        refused = {}
        for recipient in recipients:
            try:
                await client.rcpt(recipient)
            except aiosmtplib.SMTPRecipientRefused as error:
                refused[recipient] = _ruling(SmtpStage.RCPT, error.code, error.message)
                if error.code == CLOSING:
                    raise
        return refused

    async def _transfer(
        self, client: aiosmtplib.SMTP, content: bytes, refused: Refusals, claim: Claim
    ) -> SendOutcome:
        """Sends the content, then the final dot by itself, so that the doubtful moment is short."""
        protocol, transport = client.protocol, client.transport
        if protocol is None or not isinstance(transport, asyncio.Transport):
            return SendOutcome(ruling(SmtpStage.CONTENT), refused)
        body = _LINE_END.sub(b"\r\n", content)
        body = _LEADING_DOT.sub(b"..", body)
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        try:
            protocol.write(body)
            async with asyncio.timeout(self._data_timeout):
                while transport.get_write_buffer_size() and protocol.is_connected:
                    await asyncio.sleep(NOTICE)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return SendOutcome(_lost(SmtpStage.CONTENT, error), refused)
        granted = False
        try:
            granted = claim(refused)
        finally:
            if not granted:  # or it raised, which is the caller's affair
                client.close()  # without its final dot no server keeps a message
        if not granted:
            return SendOutcome(ruling(SmtpStage.CONTENT), refused, withdrawn=True)
        # A connection torn since the content left is then known to be: no dot goes, nobody has it.
        await asyncio.sleep(NOTICE)
        try:
            protocol.write(b".\r\n")  # raises when the connection is gone: no dot has left
        except aiosmtplib.SMTPException as error:
            client.close()
            return SendOutcome(_lost(SmtpStage.CONTENT, error), refused, claimed=True)
        try:
            answer = await protocol.read_response(timeout=self._data_timeout)
        except (aiosmtplib.SMTPException, OSError) as error:  # cut off, silent, or no SMTP
            client.close()
            return SendOutcome(_lost(SmtpStage.DOT, error), refused, claimed=True)
        found = _ruling(SmtpStage.DOT, answer.code, answer.message)
        if answer.code == CLOSING or found.fate is Fate.UNCERTAIN:
            client.close()
        return SendOutcome(found, refused, claimed=True)

    # --- the connection ---------------------------------------------------------------------------

    async def _connected(self) -> aiosmtplib.SMTP:
        """A client ready for MAIL. Raises NoConnection."""
        if self._client is None or not self._client.is_connected:
            self._client = (await connect(self._opening)).client
        return self._client

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Clears the envelope for the next message, or closes what no longer answers."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            client.close()

    async def _quit(self) -> None:
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=min(self._opening.timeout, 5.0))
            except (aiosmtplib.SMTPException, OSError):
                self._client.close()
        self._client = None


def fits_envelope(address: str) -> bool:
    """Whether an address may stand in MAIL or RCPT: ASCII, one `@`, nothing to break out with.

    >>> fits_envelope("vanthu@haiphong.example"), fits_envelope("a@b>\\r\\nRCPT TO:<x@y")
    (True, False)
    """
    return re.fullmatch(r"[!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,255}", address) is not None


def size_limit(client: aiosmtplib.SMTP) -> int:
    """The largest message the server says it takes, in bytes; 0 when it says nothing (RFC 1870)."""
    said = client.esmtp_extensions.get("size", "")
    return int(said) if said.isdecimal() and said.isascii() else 0


def megabytes(size: int) -> str:
    """Bytes as megabytes, rounded to a tenth, in Vietnamese notation.

    >>> megabytes(10_480_000)
    '10,5'
    """
    return rounded(size / 1_000_000)


def _least_final(refused: Refusals, recipients: Sequence[str]) -> DeliveryRuling:
    """Nobody was accepted: the word for all is that of whoever may still be."""
    hopeful = (refused[a] for a in recipients if refused[a].fate is not Fate.FINAL)
    return next(hopeful, refused[recipients[0]])


def _ruling(stage: SmtpStage, code: int, words: str) -> DeliveryRuling:
    return ruling(stage, code, server_words(words))


def _lost(stage: SmtpStage, error: Exception) -> DeliveryRuling:
    if isinstance(error, OSError):
        return ruling(stage, 0, server_words(system_reason_in_full(error)))
    return ruling(stage, 0, server_words(f"{type(error).__name__}: {error}"))
