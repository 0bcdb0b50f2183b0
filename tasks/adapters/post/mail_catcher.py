"""The mail catcher: a small SMTP server on this machine that puts what it takes into a Maildir.

For the demonstration and the tests: every letter that leaves can be opened with a mail program.
It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tasks.adapters.mailbox.maildir import deliver, make_maildir

HOST = "127.0.0.1"
MAX_MESSAGE = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CaughtMessage:
    """A message as the server was given it."""

    sender: str
    recipients: Sequence[str]
    content: bytes


RecipientHook = Callable[[str], str | None]
MessageHook = Callable[[CaughtMessage], str | None]

#: A message hook's answer that cuts the connection instead of answering.
HANG_UP = "hang up"


class _Handler:
    """What aiosmtpd calls at RCPT and at the end of DATA."""

    def __init__(
        self, maildir: Path, on_recipient: RecipientHook | None, on_message: MessageHook | None
    ) -> None:
        self.maildir = maildir
        self.on_recipient = on_recipient
        self.on_message = on_message

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(address) if self.on_recipient else None
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        caught = CaughtMessage(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        answer = self.on_message(caught) if self.on_message else None
        if answer and answer != HANG_UP:
            return answer
        trace = [f"Return-Path: <{caught.sender}>"]
        trace += [f"Delivered-To: {address}" for address in caught.recipients]
        heading = "".join(f"{line}\r\n" for line in trace).encode("ascii", "replace")
        try:
            deliver(self.maildir, heading + content)
        except OSError as error:
            return f"452 4.3.1 {error.strerror}"
        if answer == HANG_UP and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 OK"


class _Controller(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailCatcher:
    """A context manager: inside it, `url` takes mail and `maildir` receives it.

    `on_recipient` and `on_message` may answer instead ("550 5.1.1 ...", "451 ..."); HANG_UP from
    `on_message` keeps the message and cuts the connection before it is acknowledged.
    """

    def __init__(
        self,
        maildir: Path,
        *,
        port: int = 0,
        on_recipient: RecipientHook | None = None,
        on_message: MessageHook | None = None,
    ) -> None:
        self.maildir = maildir
        self._handler = _Handler(maildir, on_recipient, on_message)
        self._wanted_port = port
        self._controller: _Controller | None = None

    @property
    def url(self) -> str:
        """Where to send: `smtp://127.0.0.1:PORT`."""
        if self._controller is None:
            raise RuntimeError("the mail catcher is not running")
        return f"smtp://{HOST}:{self._controller.port}"

    def __enter__(self) -> Self:
        make_maildir(self.maildir)
        self._controller = _Controller(
            self._handler,
            hostname=HOST,
            port=self._wanted_port,
            server_hostname="localhost",  # else aiosmtpd asks the name service for ours
            ident="baocao",
            data_size_limit=MAX_MESSAGE,
            enable_SMTPUTF8=False,
        )
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()
