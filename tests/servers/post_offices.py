"""Post offices for the demonstration: the whole cycle by real protocols."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.simulation.post_office import PostOffice
from tests.servers.mail_ground import (
    Arrived,
    EmbeddedLetterServer,
    Mailbox,
    RealLetterServer,
    RealMailbox,
    embedded_mailbox,
)
from tests.servers.postfix import Postfix, running_mail_servers

OFFICE = "baocao@ubnd.haiphong.example"
PASSWORD = "mật khẩu: 1/2 %"


class EmbeddedPost:
    """Letters leave by aiosmtpd, mail is collected from pymap."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._letters: EmbeddedLetterServer | None = None

    def arrived(self) -> Arrived:
        """Every letter at each recipient, with how often."""
        return self._letters.arrived() if self._letters else Counter()

    @contextmanager
    def opened(self, folder: Path) -> Iterator[PostOffice]:
        """The post office, with a Maildir of sent letters in the folder."""
        with MailCatcher(folder / "sent") as catcher:
            self._letters = EmbeddedLetterServer(catcher)
            yield PostOffice(
                settings={"BAOCAO_SMTP_URL": catcher.url},
                mailbox_url=self.mailbox.url(),
                put=self.mailbox.put,
                bring=lambda: None,
            )


class RealPost:
    """Letters leave by submission to Postfix, with TLS and a password, and end in Dovecot.

    Mail is collected from there with TLS. What the agencies send is put in by IMAP APPEND, since
    it was delivered in simulated time.
    """

    def __init__(self, postfix: Postfix) -> None:
        self.postfix = postfix
        self.mailbox = Mailbox(RealMailbox(postfix.dovecot.imap_port, OFFICE, PASSWORD))
        self._letters = RealLetterServer(postfix)

    def arrived(self) -> Arrived:
        """Every letter at each recipient, with how often."""
        return self._letters.arrived()

    @contextmanager
    def opened(self, folder: Path) -> Iterator[PostOffice]:
        """The post office, with a Maildir of sent letters in the folder."""
        sent, brought = make_maildir(folder / "sent"), set[str]()

        def bring() -> None:
            self.postfix.wait_until_delivered()
            there = self._letters.messages()
            for path in sorted(there, key=lambda path: path.stat().st_mtime_ns):
                if path.name in brought:
                    continue
                content = path.read_bytes()
                letter = read_message(content).message_id
                if letter not in brought:
                    deliver(sent, content)
                brought.update((path.name, letter))

        dovecot = self.postfix.dovecot
        account = f"{quote(OFFICE, safe='')}:{quote(PASSWORD, safe='')}@localhost"
        authority = str(dovecot.certificate.authority)
        yield PostOffice(
            settings={
                "BAOCAO_SMTP_URL": f"smtp+starttls://{account}:{self.postfix.submission_port}",
                "BAOCAO_SMTP_CA_FILE": authority,
                "BAOCAO_MAILBOX_CA_FILE": authority,
            },
            mailbox_url=f"imaps://{account}:{dovecot.imaps_port}",
            put=self.mailbox.put,
            bring=bring,
        )


@contextmanager
def embedded_post() -> Iterator[EmbeddedPost]:
    """Servers within this process."""
    with embedded_mailbox() as mailbox:
        yield EmbeddedPost(mailbox)


@contextmanager
def real_post() -> Iterator[RealPost]:
    """A Postfix and a Dovecot of their own."""
    with running_mail_servers({OFFICE: PASSWORD}) as postfix:
        yield RealPost(postfix)
