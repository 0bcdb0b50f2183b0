"""Opening the place of arrival that an address names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.adapters.mailbox.drop_folder import DropFolder
from tasks.adapters.mailbox.imap_address import IMAP, mailbox_address
from tasks.adapters.mailbox.inbox import Inbox, InboxFault, MailboxRules
from tasks.adapters.mailbox.maildir import MaildirInbox

FOLDER_SCHEMES = ("maildir", "drop")
MAX_BYTES = 40_000_000


def open_inbox(
    url: str,
    now: dt.datetime,
    rules: MailboxRules | None = None,
    max_bytes: int = MAX_BYTES,
    ahead: dt.timedelta | None = None,
) -> Inbox:
    """The inbox an address names: `imaps://user@host`, `maildir:///path` or `drop:///path`.

    `ahead` says by how much the clock of `now` is ahead of the machine's, by which bare files of a
    drop folder count as received; None: they count as received at `now`. `max_bytes` is the size
    from which a message on a server is not fetched. A server is reached when the inbox is first
    used.
    Raises InboxFault.
    """
    scheme = url.partition(":")[0].lower()
    if scheme in IMAP.ports:
        from tasks.adapters.mailbox.imap_inbox import ImapInbox  # start-up cost: folders need none

        return ImapInbox(mailbox_address(url), rules or MailboxRules(), max_bytes, now)
    if scheme not in FOLDER_SCHEMES:
        raise InboxFault(
            f"Không hiểu địa chỉ hộp thư «{scheme}:...»: chỉ nhận imaps://người-dùng@máy-chủ, "
            "imap+starttls://... hoặc "
            + ", ".join(f"{scheme}:///đường/dẫn" for scheme in FOLDER_SCHEMES)
            + "."
        )
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/"):
        raise InboxFault(
            f"Địa chỉ hộp thư phải có ba dấu gạch chéo rồi đường dẫn tuyệt đối: "
            f"{scheme}:///đường/dẫn."
        )
    path = Path(unquote(parts.path))
    if scheme == "maildir":
        return MaildirInbox(path)
    return DropFolder(path, now, ahead)
