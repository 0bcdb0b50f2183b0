"""The post office of a simulation: what carries mail between the office and the agencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tasks.adapters.mailbox.inbox import PROCESSED
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.post.mail_catcher import MailCatcher


@dataclass(frozen=True)
class PostOffice:
    """Servers that are running, and how the agencies use them."""

    settings: Mapping[str, str]  # BAOCAO_SMTP_URL and whatever else the office needs to send
    mailbox_url: str  # where the office collects its mail
    put: Callable[[bytes, dt.datetime], None]  # a mail for the office, delivered at that moment
    bring: Callable[[], None]  # every letter that left is now in the Maildir of sent letters
    received: Path | None = None  # the Maildir of all mail taken in, where it is one


#: Opens the post office of a folder; letters go to the Maildir `sent` in it, each once.
Opener = Callable[[Path], AbstractContextManager[PostOffice]]


@contextmanager
def local_post_office(folder: Path) -> Iterator[PostOffice]:
    """The mail catcher, and a Maildir for the office."""
    mailbox = make_maildir(folder / "mailbox")

    def put(content: bytes, at: dt.datetime) -> None:
        deliver(mailbox, content, at)

    with MailCatcher(folder / "sent") as catcher:
        yield PostOffice(
            settings={"BAOCAO_SMTP_URL": catcher.url},
            mailbox_url=mailbox.as_uri().replace("file:", "maildir:", 1),
            put=put,
            bring=lambda: None,
            received=mailbox / f".{PROCESSED}",
        )
