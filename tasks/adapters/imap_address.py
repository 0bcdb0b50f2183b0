"""The address of a mailbox on a mail server, as the settings write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from tasks.adapters.inbox import InboxFault

TLS, STARTTLS, PLAIN = "imaps", "imap+starttls", "imap"
PORTS = {TLS: 993, STARTTLS: 143, PLAIN: 143}


@dataclass(frozen=True, slots=True)
class ImapAddress:
    """A mailbox, from an address like `imaps://user:password@host:993/Folder`."""

    scheme: str
    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    folder: str = ""  # empty: the one in the settings

    @classmethod
    def parse(cls, url: str) -> Self:
        """The mailbox the address names. Raises InboxFault, which never repeats a password.

        What an address cannot hold is escaped with `%`. `imap://` goes in plain text, hence to this
        machine only.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise InboxFault(
                "Không hiểu địa chỉ hộp thư trong BAOCAO_MAILBOX_URL: ký tự đặc biệt trong mật "
                "khẩu phải viết dạng %xx, hoặc đặt mật khẩu ở BAOCAO_MAILBOX_PASSWORD "
                "(bad mailbox address)."
            ) from None
        if not host or parts.query or parts.fragment:
            raise InboxFault(
                "Địa chỉ hộp thư phải có dạng imaps://người-dùng@máy-chủ; ký tự đặc biệt trong mật "
                "khẩu phải viết dạng %xx, hoặc đặt mật khẩu ở BAOCAO_MAILBOX_PASSWORD "
                "(bad mailbox address)."
            )
        if not parts.username:
            raise InboxFault(
                f"Địa chỉ hộp thư {parts.scheme}://{host} thiếu tên người dùng "
                "(no user in the mailbox address)."
            )
        if parts.scheme == PLAIN and not is_this_machine(host):
            raise InboxFault(
                f"imap:// gửi mật khẩu không mã hoá tới {host}: hãy dùng imaps:// hoặc "
                "imap+starttls:// (plain IMAP to another machine is refused)."
            )
        return cls(
            parts.scheme,
            host,
            port or PORTS[parts.scheme],
            unquote(parts.username),
            unquote(parts.password or ""),
            unquote(parts.path.removeprefix("/")),
        )

    @property
    def server(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


def is_this_machine(host: str) -> bool:
    """Whether what goes there does not leave this machine.

    >>> is_this_machine("127.0.0.1"), is_this_machine("::1"), is_this_machine("mail.example")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
