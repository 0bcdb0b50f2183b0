"""How the settings write the address of the mail server that letters leave by."""

from __future__ import annotations

from models.domain.mail.server_address import AddressMistake, MailProtocol, ServerAddress

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
SMTP = MailProtocol(
    ports=_PORTS,
    plain="smtp",
    sentences={
        AddressMistake.UNREADABLE: "Không hiểu địa chỉ máy chủ SMTP.",
        AddressMistake.SCHEME: (
            "Không hiểu địa chỉ máy chủ SMTP «{scheme}:...»: chỉ nhận "
            + ", ".join(f"{scheme}://" for scheme in _PORTS)
            + "."
        ),
        AddressMistake.HOST: "Địa chỉ SMTP thiếu tên máy chủ.",
        AddressMistake.OPEN: (
            "smtp:// gửi thư và mật khẩu không mã hóa tới {host}: hãy dùng smtps:// hoặc "
            "smtp+starttls://."
        ),
    },
)


def letter_server(url: str) -> ServerAddress:
    """The server an address like `smtp+starttls://user:password@host:587` names.

    `smtp://` goes in plain text, hence to this machine only. Raises ServerAddressFault.
    """
    return ServerAddress.parse(url, SMTP)
