"""One connection to a mail server: reached, encrypted, logged in, every command bounded in time.

imap-tools and the standard library's imaplib speak the protocol. What goes wrong is said in one
Vietnamese sentence, by the same words for a flow that failed and for `baocao doctor`.
"""

from __future__ import annotations

import binascii
import contextlib
import imaplib
import re
import socket
import ssl
import unicodedata
from collections.abc import Callable
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from models.domain.mail.server_address import ServerAddress
from models.domain.notation.system_words import system_reason_in_full
from tasks.adapters.mailbox.imap_address import STARTTLS, TLS
from tasks.adapters.mailbox.imap_client import PlainClient, TlsClient, Watch
from tasks.adapters.mailbox.imap_login import Login
from tasks.adapters.mailbox.imap_responses import personal_namespace
from tasks.adapters.mailbox.inbox import InboxFault, MailboxRules
from tasks.adapters.mailbox.server_words import (
    CertificateFlaw,
    certificate_advice,
    flaw_of,
    server_words,
)

SLOWEST = 20_000  # bytes a second; a slower answer counts as none
LOGOUT_SECONDS = 5.0
SHOWN_FOLDERS = 20  # named in a sentence

#: A server's certificate that is not trusted, after its name: what is said, and in English.
_CERTIFICATE = {
    CertificateFlaw.WRONG_NAME: ("cấp cho tên khác", "certificate: wrong name"),
    CertificateFlaw.EXPIRED: ("đã hết hạn (theo đồng hồ máy này)", "certificate expired"),
    CertificateFlaw.NOT_YET_VALID: (
        "chưa có hiệu lực theo đồng hồ máy này",
        "certificate not yet valid",
    ),
}
_UNTRUSTED = (
    "không do tổ chức nào mà máy này tin cấp ({words})",
    "certificate: unknown authority",
)
_TRUSTING = "đặt tệp chứng thư gốc (PEM) vào BAOCAO_MAILBOX_CA_FILE"


class ConnectionLost(InboxFault):
    """Raised when the server hangs up, falls silent or no longer speaks IMAP."""


class CommandRefused(InboxFault):
    """Raised when the server answers NO or BAD. `words` are the server's."""

    def __init__(self, sentence: str, words: str) -> None:
        self.words = words
        super().__init__(sentence)


class _Mailbox(BaseMailBox):
    """imap-tools' mailbox over a client made here."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._made = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._made


class ImapConnection:
    """A logged-in connection. Close it. Raises InboxFault wherever it cannot go on."""

    def __init__(self, address: ServerAddress, rules: MailboxRules, largest: int) -> None:
        self.address = address
        self.rules = rules
        self._login = Login(address, rules)
        self._watch = Watch()
        self._dead = False
        self.greeting = ""
        self._folders: dict[str, str] | None = None  # asked once
        self._delimiter = "/"
        self._prefix: str | None = None
        try:
            with self._watch.within(3 * rules.seconds):
                client = self._reached(largest)
                self._mailbox = _Mailbox(client)
                self.client = client
                self.greeting = server_words(client.welcome.decode("utf-8", "replace"))
                if address.scheme == STARTTLS:
                    self._start_tls()
            try:
                self.run("đăng nhập", self._login.attempt, client)
            except CommandRefused as refused:
                raise InboxFault(self._login.refusal(refused.words)) from None
            # What is offered before the login says little of what is offered after it.
            said = self.run("hỏi khả năng của máy chủ", client.capability)
            self.capabilities = frozenset(
                b" ".join(said).decode("ascii", "replace").upper().split()
            )
        except BaseException:
            self.close()
            raise

    # --- commands -------------------------------------------------------------------------------

    def run(
        self, doing: str, command: Callable[..., Any], *arguments: Any, bytes_expected: int = 0
    ) -> list[Any]:
        """What the server answers. `doing` says in Vietnamese what for.

        Raises CommandRefused and ConnectionLost; after the latter the connection is of no use.
        """
        if self._dead:
            raise ConnectionLost(self._lost(doing, "kết nối đã đứt trước đó"))
        seconds = self.rules.seconds + bytes_expected / SLOWEST
        try:
            with self._watch.within(seconds):
                status, data = command(*arguments)
        except imaplib.IMAP4.readonly:
            raise
        except (imaplib.IMAP4.abort, OSError, ValueError, MemoryError, OverflowError) as error:
            self._dead = True
            late = self._watch.expired or isinstance(error, TimeoutError)
            why = f"không trả lời xong trong {seconds:.0f} giây" if late else _kind(error)
            raise ConnectionLost(self._lost(doing, why)) from None
        except imaplib.IMAP4.error as error:
            words = self._words(error)
            raise CommandRefused(self._refused(doing, words), words) from None
        if self._watch.expired:
            self._dead = True
            raise ConnectionLost(self._lost(doing, f"không trả lời xong trong {seconds:.0f} giây"))
        if status != "OK":
            words = self._words(b" ".join(d for d in data if isinstance(d, bytes)))
            raise CommandRefused(self._refused(doing, words), words)
        return list(data)

    def offers(self, capability: str) -> bool:
        """Whether the server offers it, now that we are logged in."""
        return capability in self.capabilities

    def close(self) -> None:
        """Logs out if the server still listens. Never raises."""
        client = getattr(self, "client", None)
        if client is not None:
            with contextlib.suppress(Exception), self._watch.within(LOGOUT_SECONDS):
                if self._dead or client.state == "LOGOUT":
                    client.shutdown()
                else:
                    client.logout()
        self._dead = True
        self._watch.close()

    # --- folders --------------------------------------------------------------------------------

    def open_folder(self, name: str) -> bool:
        """Opens a folder; whether it may be changed. Raises InboxFault where there is none."""
        spelling = self.find_folder(name) or name
        doing = f"mở thư mục «{name}»"
        try:
            try:
                self.run(doing, self.client.select, encode_folder(spelling), False)
                return True
            except imaplib.IMAP4.readonly:
                self.run(doing, self.client.select, encode_folder(spelling), True)
                return False
        except CommandRefused as refused:
            there = sorted(self.folders())
            shown = ", ".join(f"«{one}»" for one in there[:SHOWN_FOLDERS])
            raise InboxFault(
                f"Không mở được thư mục «{name}» trong hộp thư {self._who()}: {refused.words}. "
                f"Hộp thư có: {shown or 'không thấy thư mục nào'}. "
                "Sửa BAOCAO_MAILBOX_FOLDER."
            ) from None

    def next_number(self, name: str) -> str:
        """UIDVALIDITY and UIDNEXT of a folder that is not opened, as the server words them."""
        spelling = encode_folder(self.find_folder(name) or name)
        said = self.run(
            f"hỏi thư mục «{name}»", self.client.status, spelling, "(UIDVALIDITY UIDNEXT)"
        )
        words = b" ".join(part for part in said if isinstance(part, bytes)).upper()
        return " ".join(
            found[1].decode()
            for key in (rb"UIDVALIDITY", rb"UIDNEXT")
            if (found := re.search(key + rb" (\d+)", words))
        )

    @property
    def numbering(self) -> int | None:
        """The open folder's UIDVALIDITY; None where the server does not keep its numbers."""
        if "UIDNOTSTICKY" in self.client.untagged_responses:
            return None
        number = self._last_said("UIDVALIDITY")
        return int(number) if number.isdigit() else None

    @property
    def permanent_flags(self) -> frozenset[str]:
        """The flags of the open folder that may be set for good; with `\\*` also new ones."""
        said = self._last_said("PERMANENTFLAGS")
        return frozenset(said.decode("ascii", "replace").strip("()").split())

    def folders(self) -> dict[str, str]:
        """The folders there are, by name in NFC: the name as the server has it."""
        if self._folders is None:
            try:
                found = self.run("liệt kê thư mục", self._listed)
            except CommandRefused:
                found = []
            self._folders = {unicodedata.normalize("NFC", one.name): one.name for one in found}
            self._delimiter = next((one.delim for one in found if one.delim != "NIL"), "/")
        return self._folders

    def find_folder(self, name: str) -> str | None:
        """The server's own name of a folder, None where there is none.

        `/` in the settings stands for whatever the server parts levels by; the names of the user's
        own folders may have to begin with something like `INBOX.`.
        """
        if name.upper() == "INBOX":
            return "INBOX"
        there = self.folders()
        for spelling in self._spellings(name):
            if spelling in there:
                return there[spelling]
        return None

    def make_folder(self, name: str) -> str:
        """The server's name of a folder, which is made where it is missing."""
        found = self.find_folder(name)
        if found is not None:
            return found
        made = self._spellings(name)[0]
        self._folders = None
        try:
            self.run(f"tạo thư mục «{name}»", self.client.create, encode_folder(made))
        except CommandRefused as refused:
            if "ALREADYEXISTS" not in refused.words.upper():
                raise
        with contextlib.suppress(CommandRefused):  # so that mail programs show it
            self.run("hiện thư mục", self.client.subscribe, encode_folder(made))
        return made

    def _last_said(self, key: str) -> bytes:
        """The server's last word on a property of the open folder, b"" where it said none."""
        said = self.client.untagged_responses.get(key) or [b""]
        return said[-1] if isinstance(said[-1], bytes) else b""

    def _listed(self) -> tuple[str, list[Any]]:
        try:
            return "OK", self._mailbox.folder.list()
        except (ImapToolsError, UnicodeError, binascii.Error):  # a name that is no modified UTF-7
            return "OK", []

    def _spellings(self, name: str) -> list[str]:
        """How the server may call a folder of the settings, the likeliest first."""
        if self._prefix is None:
            self._prefix = ""
            if self.offers("NAMESPACE"):
                with contextlib.suppress(CommandRefused):
                    said = self.run("hỏi vùng tên", self.client.namespace)
                    self._prefix = personal_namespace(said)
        plain = unicodedata.normalize("NFC", name).replace("/", self._delimiter)
        if self._prefix and not plain.startswith(self._prefix):
            return [self._prefix + plain, plain]
        return [plain]

    # --- reaching the server --------------------------------------------------------------------

    def _reached(self, largest: int) -> PlainClient:
        address = self.address
        timeout = self.rules.seconds
        try:
            if address.scheme == TLS:
                return TlsClient(address, timeout, self._watch, largest, self._context())
            return PlainClient(address, timeout, self._watch, largest)
        except ssl.SSLError as error:
            raise InboxFault(self._distrust(error)) from None
        except socket.gaierror:
            raise InboxFault(
                f"Không tìm thấy máy chủ thư «{address.host}»: kiểm tra tên máy chủ trong "
                "BAOCAO_MAILBOX_URL và DNS của máy này."
            ) from None
        except ConnectionRefusedError:
            raise InboxFault(
                f"Máy chủ thư {address.host} không nhận kết nối ở cổng {address.port}: cổng đóng "
                "hoặc dịch vụ IMAP chưa chạy."
            ) from None
        except (OSError, imaplib.IMAP4.error) as error:
            if self._watch.expired or isinstance(error, TimeoutError):
                why = f"không trả lời trong {self.rules.seconds:.0f} giây; kiểm tra tường lửa"
            else:
                why = _kind(error)
            raise ConnectionLost(
                f"Không nối được tới máy chủ thư {address.server}: {why}."
            ) from None

    def _context(self) -> ssl.SSLContext:
        path = self.rules.ca_file
        try:
            return ssl.create_default_context(cafile=str(path) if path else None)
        except (OSError, ssl.SSLError):
            raise InboxFault(
                f"Không đọc được tệp chứng thư gốc {path} (BAOCAO_MAILBOX_CA_FILE): tệp phải có và "
                "ở dạng PEM."
            ) from None

    def _start_tls(self) -> None:
        status: str
        try:
            status, _ = self.client.starttls(self._context())
        except ssl.SSLError as error:
            raise InboxFault(self._distrust(error)) from None
        except (OSError, imaplib.IMAP4.abort) as error:
            raise ConnectionLost(
                f"Máy chủ thư {self.address.server} đứt kết nối khi bắt đầu mã hóa (STARTTLS): "
                f"{_kind(error)}."
            ) from None
        except imaplib.IMAP4.error:
            status = "NO"
        if status != "OK":
            raise InboxFault(
                f"Máy chủ thư {self.address.server} không cho mã hóa bằng STARTTLS, nên không gửi "
                "mật khẩu: dùng imaps:// (cổng 993) hoặc bật STARTTLS trên máy chủ."
            )

    def _distrust(self, error: ssl.SSLError) -> str:
        """What is wrong with the server's certificate, in a sentence."""
        server = self.address.server
        if not isinstance(error, ssl.SSLCertVerificationError):
            if self._watch.expired:
                return f"Máy chủ thư {server} không bắt tay TLS xong kịp giờ (TLS timeout)."
            return (
                f"Cổng {self.address.port} của {self.address.host} không nói TLS "
                f"({error.reason or 'SSL'}): dùng imap+starttls:// (thường cổng 143), hoặc "
                "imaps:// với cổng 993."
            )
        flaw = flaw_of(error)
        said, tag = _CERTIFICATE.get(flaw, _UNTRUSTED)
        said = said.format(words=error.verify_message)
        advice = certificate_advice(flaw, "BAOCAO_MAILBOX_URL", _TRUSTING)
        return f"Chứng thư của máy chủ thư {server} {said}: {advice} ({tag})."

    # --- words ----------------------------------------------------------------------------------

    def _who(self) -> str:
        return f"«{self.address.username}» ở {self.address.server}"

    def _lost(self, doing: str, why: str) -> str:
        return (
            f"Kết nối tới hộp thư {self._who()} đứt khi {doing}: {why}. Thư chưa nhận vẫn nằm "
            "nguyên trong hộp; lần chạy sau nhận tiếp."
        )

    def _refused(self, doing: str, words: str) -> str:
        return f"Máy chủ thư {self.address.server} không chịu {doing}: {words}."

    def _words(self, said: object) -> str:
        """A server's words fit for a log; a secret that it repeats is struck out."""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        for secret in self._login.secrets:
            text = text.replace(secret, "***")
        return server_words(text)


def _kind(error: BaseException) -> str:
    """What happened, without the message it happened in: that may hold an agency's words."""
    if isinstance(error, OSError):
        return server_words(system_reason_in_full(error))
    text = server_words(str(error)).partition(": b")[0]
    return text[:120] if isinstance(error, imaplib.IMAP4.abort) else type(error).__name__
