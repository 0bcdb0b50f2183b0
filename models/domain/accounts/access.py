"""The record of the door: who came in, who was refused, what became of accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

_UNSEEN = "\N{REPLACEMENT CHARACTER}"
KEPT = dt.timedelta(days=365)  # afterwards nobody asks who came in on that day


class AccessKind(StrEnum):
    """What happened. The values are the record's own, which never changes."""

    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    WRONG_PASSWORD = "wrong_password"
    SHUT_OUT = "shut_out"  # too many wrong passwords before
    REFUSED = "refused"  # logged in, without the role for what was asked
    FOREIGN = "foreign"  # asked through somebody's browser by another page
    ACCOUNT_ADDED = "account_added"
    PASSWORD_RESET = "password_reset"
    PASSWORD_CHANGED = "password_changed"
    ROLES_CHANGED = "roles_changed"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_REMOVED = "account_removed"
    PERSON_REMOVED = "person_removed"  # names, addresses of somebody, who is not named again

    @property
    def vietnamese(self) -> str:
        """What happened, as pages and commands say it."""
        return _VIETNAMESE[self]


_VIETNAMESE = {
    AccessKind.LOGGED_IN: "đăng nhập",
    AccessKind.LOGGED_OUT: "đăng xuất",
    AccessKind.WRONG_PASSWORD: "sai tên hoặc mật khẩu",
    AccessKind.SHUT_OUT: "bị chặn vì sai nhiều lần",
    AccessKind.REFUSED: "không được phép",
    AccessKind.FOREIGN: "yêu cầu từ trang khác bị từ chối",
    AccessKind.ACCOUNT_ADDED: "mở tài khoản",
    AccessKind.PASSWORD_RESET: "đặt lại mật khẩu",
    AccessKind.PASSWORD_CHANGED: "đổi mật khẩu",
    AccessKind.ROLES_CHANGED: "đổi vai trò",
    AccessKind.ACCOUNT_CLOSED: "đóng tài khoản",
    AccessKind.ACCOUNT_REMOVED: "xóa tài khoản",
    AccessKind.PERSON_REMOVED: "xóa dữ liệu cá nhân",
}


def on_a_line(text: str) -> str:
    r"""What a stranger wrote, as a terminal and a log can show it: no sign that moves or colours.

    >>> on_a_line("a\x1b[31mb\nc")
    'a�[31mb�c'
    """
    return "".join(letter if letter.isprintable() else _UNSEEN for letter in text)


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the record."""

    at: dt.datetime
    kind: AccessKind
    account: str  # as typed, where no such account is known
    by: str = ""  # who did it, where that is not the account itself
    address: str = ""  # from where; empty: at the machine itself
    detail: str = ""
