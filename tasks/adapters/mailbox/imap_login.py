"""Logging in to a mailbox: by password, or by an OAuth2 token that another program renews."""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from pathlib import Path

from models.domain.mail.server_address import ServerAddress
from models.domain.notation.system_words import system_reason
from tasks.adapters.mailbox.inbox import InboxFault, MailboxRules

LoginAnswer = tuple[str, str | list[bytes]]


class Login:
    """What proves to a server that we are the mailbox's user.

    Raises InboxFault when the settings hold nothing to prove it by.
    """

    def __init__(self, address: ServerAddress, rules: MailboxRules) -> None:
        self._address = address
        self._token_file = rules.token_file
        self._token = _read_token(rules.token_file) if rules.token_file else ""
        self._password = address.password or rules.password
        self._who = f"Máy chủ thư {address.server} không cho «{address.username}» đăng nhập"
        if not self._token and not self._password:
            raise InboxFault(
                f"Chưa có mật khẩu cho «{address.username}» ở {address.server}: đặt "
                "BAOCAO_MAILBOX_PASSWORD hoặc BAOCAO_MAILBOX_TOKEN_FILE."
            )

    @property
    def secrets(self) -> Sequence[str]:
        """What must never stand in a log or an error."""
        return [secret for secret in (self._token, self._password) if secret]

    def attempt(self, client: imaplib.IMAP4) -> LoginAnswer:
        """The server's answer. Raises InboxFault where it takes no proof of our kind."""
        if self._token:
            return self._by_token(client)
        return self._by_password(client)

    def refusal(self, words: str) -> str:
        """What it means that the server refused, in a sentence."""
        if "UNAVAILABLE" in words.upper() or "INUSE" in words.upper():
            return f"{self._who} lúc này (máy chủ nói: {words}). Lần chạy sau thử lại."
        if self._token:
            return (
                f"{self._who} bằng mã truy cập OAuth2 (máy chủ nói: {words}): mã hết hạn, bị thu "
                "hồi hoặc thiếu quyền IMAP; kiểm tra chương trình làm mới tệp "
                f"{self._token_file}."
            )
        return (
            f"{self._who}: sai tên người dùng hoặc mật khẩu, hoặc tài khoản bị khóa (máy chủ nói: "
            f"{words}). Sửa BAOCAO_MAILBOX_URL hoặc BAOCAO_MAILBOX_PASSWORD."
        )

    def _by_token(self, client: imaplib.IMAP4) -> LoginAnswer:
        """RFC 7628 where the server speaks it, else the older XOAUTH2."""
        user, host, port = self._address.username, self._address.host, self._address.port
        if "AUTH=OAUTHBEARER" in client.capabilities:
            name = user.replace("=", "=3D").replace(",", "=2C")
            said = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {self._token}\1\1"
            return _authenticate(client, "OAUTHBEARER", said.encode(), b"\1")
        said = f"user={user}\1auth=Bearer {self._token}\1\1"
        return _authenticate(client, "XOAUTH2", said.encode(), b"")

    def _by_password(self, client: imaplib.IMAP4) -> LoginAnswer:
        user, password = self._address.username, self._password
        if "AUTH=PLAIN" in client.capabilities:
            return _authenticate(client, "PLAIN", f"\0{user}\0{password}".encode())
        if "LOGINDISABLED" in client.capabilities:
            raise InboxFault(
                f"{self._who} bằng mật khẩu: dùng BAOCAO_MAILBOX_TOKEN_FILE (OAuth2), hoặc bật "
                "AUTH=PLAIN trên máy chủ."
            )
        if not (user + password).isascii() or not (user + password).isprintable():
            raise InboxFault(
                f"{self._who} vì chỉ nhận mật khẩu không dấu: đổi mật khẩu, hoặc bật AUTH=PLAIN "
                "trên máy chủ (no AUTH=PLAIN)."
            )
        return client.login(_quoted(user), password)


def _authenticate(client: imaplib.IMAP4, mechanism: str, *answers: bytes) -> LoginAnswer:
    """Answers the server's challenges one after the other, then gives up."""
    left = iter(answers)

    def next_answer(_challenge: bytes) -> bytes | None:
        return next(left, None)

    return client.authenticate(mechanism, next_answer)


def _read_token(path: Path) -> str:
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = system_reason(error) if isinstance(error, OSError) else "không phải văn bản"
        raise InboxFault(
            f"Không đọc được tệp mã truy cập OAuth2 {path} (BAOCAO_MAILBOX_TOKEN_FILE): {why}."
        ) from None
    if not token or not token.isascii() or len(token.split()) != 1:
        raise InboxFault(
            f"Tệp mã truy cập OAuth2 {path} (BAOCAO_MAILBOX_TOKEN_FILE) rỗng hoặc không chỉ chứa "
            "một mã: kiểm tra chương trình làm mới."
        )
    return token


def _quoted(text: str) -> str:
    """A user name as LOGIN takes it; imaplib quotes the password alone."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
