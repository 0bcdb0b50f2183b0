"""How the settings write the address of a mailbox on a mail server."""

from __future__ import annotations

from models.domain.mail.server_address import (
    AddressMistake,
    MailProtocol,
    ServerAddress,
    ServerAddressFault,
)
from tasks.adapters.mailbox.inbox import InboxFault

TLS, STARTTLS, PLAIN = "imaps", "imap+starttls", "imap"

_ESCAPE = (
    "ký tự đặc biệt trong mật khẩu phải viết dạng %xx, hoặc đặt mật khẩu ở BAOCAO_MAILBOX_PASSWORD."
)
_SHAPE = f"Địa chỉ hộp thư phải có dạng imaps://người-dùng@máy-chủ; {_ESCAPE}"
IMAP = MailProtocol(
    ports={TLS: 993, STARTTLS: 143, PLAIN: 143},
    plain=PLAIN,
    sentences={
        AddressMistake.UNREADABLE: (
            f"Không hiểu địa chỉ hộp thư trong BAOCAO_MAILBOX_URL: {_ESCAPE}"
        ),
        AddressMistake.SCHEME: _SHAPE,
        AddressMistake.HOST: _SHAPE,
        AddressMistake.REST: _SHAPE,
        AddressMistake.USER: (
            "Địa chỉ hộp thư {scheme}://{host} thiếu tên người dùng: ghi {scheme}://tên@{host}, "
            "`@` trong tên ghi là %40."
        ),
        AddressMistake.OPEN: (
            "imap:// gửi mật khẩu không mã hóa tới {host}: hãy dùng imaps:// hoặc imap+starttls://."
        ),
    },
)


def mailbox_address(url: str) -> ServerAddress:
    """The mailbox an address names, its folder "" for the one in the settings. Raises InboxFault.

    What an address cannot hold is escaped with `%`. `imap://` goes in plain text, hence to this
    machine only.
    """
    try:
        return ServerAddress.parse(url, IMAP)
    except ServerAddressFault as fault:
        raise InboxFault(str(fault)) from None
