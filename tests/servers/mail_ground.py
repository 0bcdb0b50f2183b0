"""The mail servers that tests run against: Postfix and Dovecot, or embedded ones in their stead.

Both keep the same promises (`LetterServer`, `MailboxServer`), so every test says the same of both;
which ones it ran against is in its name.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tasks.adapters.mail_catcher import MailCatcher
from tasks.adapters.message_reader import read_message
from tests.servers import dovecot, postfix
from tests.servers.postfix import Postfix

Arrived = Counter[tuple[str, str]]  # (Message-ID, recipient) -> how often
REQUIRED = "BAOCAO_REQUIRE_MAIL_SERVERS"  # set: no embedded server will do


class LetterServer(Protocol):
    """Takes letters by SMTP on loopback, in plain text and without a password."""

    @property
    def port(self) -> int:
        """Where it listens."""

    def clear(self) -> None:
        """Forgets all that arrived."""

    def arrived(self) -> Arrived:
        """What it took since, by letter and recipient, when all of it has been delivered."""


def why_no_real_servers() -> str:
    """Why Postfix and Dovecot cannot be run here; empty when they can.

    Raises RuntimeError when they are required.
    """
    why = dovecot.why_not() or postfix.why_not()
    if why and os.environ.get(REQUIRED):
        raise RuntimeError(f"{why}; run .ci/mail-servers")
    return why


class EmbeddedLetterServer:
    """aiosmtpd, by way of the program's own mail catcher."""

    def __init__(self, catcher: MailCatcher) -> None:
        self._catcher = catcher
        self.port = int(catcher.url.rpartition(":")[2])

    def clear(self) -> None:
        """Forgets all that arrived."""
        for path in (self._catcher.maildir / "new").iterdir():
            path.unlink()

    def arrived(self) -> Arrived:
        """What it took since."""
        found: Arrived = Counter()
        for path in (self._catcher.maildir / "new").iterdir():
            content = path.read_bytes()
            letter = read_message(content).message_id
            for line in content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").splitlines():
                if line.startswith("Delivered-To: "):
                    found[letter, line.removeprefix("Delivered-To: ")] += 1
        return found


class RealLetterServer:
    """Postfix, which delivers to Dovecot."""

    def __init__(self, server: Postfix) -> None:
        self._server = server
        self.port = server.smtp_port

    def clear(self) -> None:
        """Forgets all that arrived."""
        self._server.wait_until_delivered()
        for path in self._messages():
            path.unlink()

    def arrived(self) -> Arrived:
        """What it took since."""
        self._server.wait_until_delivered()
        found: Arrived = Counter()
        for path in self._messages():
            address = f"{path.parts[-3]}@{path.parts[-4]}"
            found[read_message(path.read_bytes()).message_id, address] += 1
        return found

    def _messages(self) -> Iterator[Path]:
        yield from (self._server.dovecot.folder / "mail").glob("*/*/new/*")


@contextlib.contextmanager
def letter_server(folder: Path) -> Iterator[LetterServer]:
    """The real one where it can be had, else the embedded one."""
    if why_no_real_servers():
        with MailCatcher(folder / "caught") as catcher:
            yield EmbeddedLetterServer(catcher)
    else:
        with postfix.running_mail_servers({}) as server:
            yield RealLetterServer(server)
