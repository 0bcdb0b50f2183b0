"""The mail servers that tests run against: Postfix and Dovecot, or embedded ones in their stead.

Both keep the same promises (`LetterServer`, `MailboxServer`), so every test says the same of both;
which ones it ran against is in its name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from imap_tools import MailBoxUnencrypted

from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.post.mail_catcher import MailCatcher
from tests.fixtures.embedded_imap import embedded_imap
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
    return _unless_required(dovecot.why_not() or postfix.why_not())


def why_no_real_mailbox() -> str:
    """The same for Dovecot alone, which needs no root."""
    return _unless_required(dovecot.why_not())


def _unless_required(why: str) -> str:
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
        for path in self.messages():
            path.unlink()

    def arrived(self) -> Arrived:
        """What it took since."""
        self._server.wait_until_delivered()
        found: Arrived = Counter()
        for path in self.messages():
            address = f"{path.parts[-3]}@{path.parts[-4]}"
            found[read_message(path.read_bytes()).message_id, address] += 1
        return found

    def messages(self) -> Iterator[Path]:
        """Everything that lies unread in any mailbox."""
        yield from (self._server.dovecot.folder / "mail").glob("*/*/new/*")


@contextlib.contextmanager
def embedded_letter_server(folder: Path) -> Iterator[LetterServer]:
    """The embedded one, with its mail in a folder."""
    with MailCatcher(folder / "caught") as catcher:
        yield EmbeddedLetterServer(catcher)


@contextlib.contextmanager
def real_letter_server() -> Iterator[LetterServer]:
    """A Postfix of its own."""
    with postfix.running_mail_servers({}) as server:
        yield RealLetterServer(server)


class MailboxServer(Protocol):
    """Keeps one mailbox, reached by IMAP on loopback in plain text."""

    @property
    def port(self) -> int:
        """Where it listens."""

    @property
    def user(self) -> str:
        """Whose mailbox it is."""

    @property
    def password(self) -> str:
        """Their password."""


class Mailbox:
    """The mailbox of a server as another mail program sees it."""

    def __init__(self, server: MailboxServer) -> None:
        self.server = server

    def url(self, port: int = 0) -> str:
        """Its address; with a port, by way of whatever listens there."""
        user, password = quote(self.server.user, safe=""), quote(self.server.password, safe="")
        return f"imap://{user}:{password}@127.0.0.1:{port or self.server.port}"

    def clear(self) -> None:
        """Empties it; folders but the inbox are deleted."""
        with self._opened() as box:
            for folder in box.folder.list():
                if folder.name.upper() != "INBOX":
                    box.folder.delete(folder.name)
            box.folder.set("INBOX")
            box.delete(box.uids("ALL"))

    def put(self, content: bytes, at: dt.datetime) -> None:
        """Puts a message into the inbox as if it had been delivered at that moment."""
        with self._opened() as box:
            box.append(content, "INBOX", dt=at)

    def delete(self, content: bytes) -> None:
        """Deletes a message from the inbox for good."""
        with self._opened() as box:
            for uid in box.uids("ALL"):
                if _fetched(box, uid) == content:
                    box.delete(uid)

    def holdings(self) -> Counter[tuple[str, bytes]]:
        """How often each message lies in each folder."""
        found: Counter[tuple[str, bytes]] = Counter()
        with self._opened() as box:
            for folder in box.folder.list():
                box.folder.set(folder.name, readonly=True)
                found.update((folder.name, _fetched(box, uid)) for uid in box.uids("ALL"))
        return found

    @contextlib.contextmanager
    def _opened(self) -> Iterator[MailBoxUnencrypted]:
        box = MailBoxUnencrypted("127.0.0.1", self.server.port, timeout=20)
        with box.login_utf8(self.server.user, self.server.password):
            yield box


def _fetched(box: MailBoxUnencrypted, uid: str) -> bytes:
    _, said = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next(part[1] for part in said if isinstance(part, tuple))


@dataclass(frozen=True)
class RealMailbox:
    """A mailbox of a Dovecot."""

    port: int
    user: str
    password: str


@contextlib.contextmanager
def real_mailbox() -> Iterator[Mailbox]:
    """A mailbox of a Dovecot of its own."""
    with dovecot.running_dovecot({"baocao": "mat-khau-thu"}) as server:
        yield Mailbox(RealMailbox(server.imap_port, "baocao", "mat-khau-thu"))


@contextlib.contextmanager
def embedded_mailbox() -> Iterator[Mailbox]:
    """A mailbox of the embedded server."""
    with embedded_imap() as server:
        yield Mailbox(server)


Mailboxes = Callable[[], contextlib.AbstractContextManager[Mailbox]]  # each call an empty one


@contextlib.contextmanager
def many_mailboxes(most: int = 1000) -> Iterator[Mailboxes]:
    """Any number of mailboxes, at most so many: of one Dovecot, else an embedded server each."""
    if why_no_real_mailbox():
        yield embedded_mailbox
        return
    names = [f"hop{number}" for number in range(most)]
    unused = iter(names)
    with dovecot.running_dovecot(dict.fromkeys(names, "mat-khau-thu")) as server:

        @contextlib.contextmanager
        def one() -> Iterator[Mailbox]:
            yield Mailbox(RealMailbox(server.imap_port, next(unused), "mat-khau-thu"))

        yield one
