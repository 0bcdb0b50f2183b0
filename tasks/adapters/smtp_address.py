"""The address of the mail server that letters leave by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from models.domain.delivery import is_this_machine
from models.domain.errors import BaocaoError

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class SmtpAddressFault(BaocaoError):
    """Raised when the address of the mail server is not understood, or unsafe."""


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
        if parts.scheme == "smtp" and not allow_plain and not is_this_machine(host):
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

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
