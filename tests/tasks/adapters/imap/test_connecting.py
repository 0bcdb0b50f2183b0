"""Reaching a mail server: encrypted, as the right user, or with a sentence on what is wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tasks.adapters.mailbox.imap_address import mailbox_address
from tasks.adapters.mailbox.imap_connection import ConnectionLost, ImapConnection
from tasks.adapters.mailbox.imap_login import Login
from tasks.adapters.mailbox.inbox import InboxFault, MailboxRules
from tests.fixtures.embedded_imap import EmbeddedImap, embedded_imap
from tests.fixtures.mail_accounts import MailAccount
from tests.servers import dovecot
from tests.servers.certificates import Certificate, make_certificate

SECRET = "bí mật của hộp thư"
LARGEST = 1_000_000
ManyUsers = tuple[dovecot.Dovecot, Iterator[str]]

BAD_ADDRESSES = {
    "imaps://": "máy-chủ",
    "imaps://mail.example": "người dùng",
    f"imaps://baocao:{SECRET}#x@mail.example": "%xx",
    f"imaps://baocao:{SECRET}/x@mail.example": "%xx",
    f"imaps://baocao:{SECRET}@mail.example:0x9": "%xx",
    f"imaps://baocao:{SECRET}@[mail.example": "%xx",
    f"imap://baocao:{SECRET}@mail.example": "không mã hóa",
}


def connect(url: str, **rules: object) -> ImapConnection:
    return ImapConnection(
        mailbox_address(url),
        MailboxRules(**{"seconds": 5.0} | rules),  # type: ignore[arg-type]
        LARGEST,
    )


def refusal(url: str, **rules: object) -> str:
    """The sentence with which a connection fails; it holds no secret."""
    with pytest.raises(InboxFault) as raised:
        connect(url, **rules).close()
    said = str(raised.value)
    assert SECRET not in said and "mat-khau-thu" not in said and "\n" not in said
    cause = raised.value.__context__
    assert cause is None or raised.value.__suppress_context__, "its words may hold a password"
    return said


@contextlib.contextmanager
def scripted(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one function, on a port of its own; it ends with its listener."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def run() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_sockets.append(connection)
                serve(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for one in open_sockets:
            one.close()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def encrypted(certificate: Certificate) -> Iterator[EmbeddedImap]:
    with embedded_imap(certificate=certificate) as server:
        yield server


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InboxFault, match=BAD_ADDRESSES[url]) as raised:
        mailbox_address(url)
    assert SECRET not in str(raised.value)


def test_an_address_keeps_what_is_escaped_in_it_and_hides_its_password() -> None:
    address = mailbox_address("imaps://v%C4%83n%40th%C6%B0:a%2Fb%23c@mail.example/B%C3%A1o")
    assert (address.username, address.password, address.folder) == ("văn@thư", "a/b#c", "Báo")
    assert (address.host, address.port) == ("mail.example", 993)
    assert "a/b#c" not in repr(address)
    assert "pw" not in repr(MailboxRules(password="pw"))


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_the_connection_is_encrypted(
    encrypted: EmbeddedImap, certificate: Certificate, scheme: str
) -> None:
    port = encrypted.tls_port if scheme == "imaps" else encrypted.port
    url = f"{scheme}://{encrypted.user}:{encrypted.password}@127.0.0.1:{port}"
    connection = connect(url, ca_file=certificate.authority)
    assert connection.client.sock.version().startswith("TLSv1.")
    connection.close()


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    encrypted: EmbeddedImap, scheme: str
) -> None:
    port = encrypted.tls_port if scheme == "imaps" else encrypted.port
    said = refusal(f"{scheme}://baocao:{SECRET.encode().hex()}@127.0.0.1:{port}")
    assert "BAOCAO_MAILBOX_CA_FILE" in said and "không do tổ chức nào" in said


@pytest.mark.parametrize(
    ("names", "expired", "said"),
    [
        (("mail.example",), False, "cấp cho tên khác"),
        (("127.0.0.1", "localhost"), True, "đã hết hạn"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_wrong_certificate_is_named(
    tmp_path: Path, host: str, names: tuple[str, ...], expired: bool, said: str
) -> None:
    made = make_certificate(tmp_path, names=names, expired=expired)
    with embedded_imap(certificate=made) as server:
        url = f"imaps://baocao:x@{host}:{server.tls_port}"
        assert said in refusal(url, ca_file=made.authority)


def test_a_file_of_authorities_that_is_none_is_named(
    encrypted: EmbeddedImap, tmp_path: Path
) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("không phải PEM")
    for path in (wrong, tmp_path / "khong-co.pem"):
        url = f"imaps://baocao:x@127.0.0.1:{encrypted.tls_port}"
        assert "BAOCAO_MAILBOX_CA_FILE" in refusal(url, ca_file=path)


def test_a_server_without_starttls_gets_no_password() -> None:
    with embedded_imap() as server:
        said = refusal(f"imap+starttls://baocao:mat-khau-thu@127.0.0.1:{server.port}")
    assert "STARTTLS" in said


def test_a_port_that_speaks_no_tls_is_named() -> None:
    with embedded_imap() as server:
        assert "không nói TLS" in refusal(f"imaps://baocao:x@127.0.0.1:{server.port}")


def test_a_wrong_host_and_a_closed_port_are_told_apart() -> None:
    assert "Không tìm thấy máy chủ" in refusal("imaps://baocao:x@khong-co.invalid")
    (port,) = dovecot.free_ports(1)
    assert f"cổng {port}" in refusal(f"imaps://baocao:x@127.0.0.1:{port}")


def test_a_wrong_password_is_named_and_not_repeated(account: MailAccount) -> None:
    url = account.url(password=False).replace("@", ":sai-bet@")
    said = refusal(url, ca_file=account.ca_file)
    assert "mật khẩu" in said and "sai-bet" not in said
    assert "BAOCAO_MAILBOX_PASSWORD" in refusal(account.url(password=False))


def test_the_password_may_stand_apart_from_the_address(account: MailAccount) -> None:
    rules = account.rules(password=account.password)
    ImapConnection(mailbox_address(account.url(password=False)), rules, LARGEST).close()


# --- access tokens -------------------------------------------------------------------------------


def by_token(server: dovecot.Dovecot, user: str, path: Path) -> ImapConnection:
    return connect(
        f"imaps://{user}@{server.host}:{server.imaps_port}",
        ca_file=server.certificate.authority,
        token_file=path,
    )


def test_a_token_that_another_program_renews_opens_the_mailbox(
    many_users: ManyUsers, tmp_path: Path
) -> None:
    server, users = many_users
    user, path = next(users), tmp_path / "token"
    path.write_text(dovecot.access_token(user, valid_for=-10) + "\n")
    with pytest.raises(InboxFault, match="mã hết hạn") as raised:
        by_token(server, user, path)
    assert path.read_text().strip() not in str(raised.value)
    path.write_text(dovecot.access_token(user) + "\n")
    by_token(server, user, path).close()
    assert f"user=<{user}>, method=OAUTHBEARER" in server.log()


def test_an_older_server_gets_the_token_by_xoauth2(
    many_users: ManyUsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, users = many_users
    user, path = next(users), tmp_path / "token"
    path.write_text(dovecot.access_token(user))
    original = Login.attempt

    def older(self: Login, client: object) -> object:
        offered = client.capabilities  # type: ignore[attr-defined]
        client.capabilities = tuple(c for c in offered if "OAUTHBEARER" not in c)  # type: ignore[attr-defined]
        return original(self, client)  # type: ignore[arg-type]

    monkeypatch.setattr(Login, "attempt", older)
    by_token(server, user, path).close()
    assert f"user=<{user}>, method=XOAUTH2" in server.log()
    path.write_text(dovecot.access_token(user, valid_for=-10))
    with pytest.raises(InboxFault, match="mã hết hạn"):
        by_token(server, user, path)


@pytest.mark.parametrize("content", [None, "", "hai mã", "mã có dấu", "\n"])
def test_a_token_file_that_holds_no_token_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content)
    assert "BAOCAO_MAILBOX_TOKEN_FILE" in refusal("imaps://baocao@mail.example", token_file=path)


# --- servers that do not keep to the protocol ----------------------------------------------------


def silent(_: socket.socket) -> None:
    """Says nothing."""


def dripping(connection: socket.socket) -> None:
    """Says something every now and then, and never ends."""
    with contextlib.suppress(OSError):
        for _ in range(200):
            connection.sendall(b"*")
            time.sleep(0.05)


def chattering(connection: socket.socket) -> None:
    """Says things that are no IMAP."""
    with contextlib.suppress(OSError):
        connection.sendall(b"220 mail.example ESMTP\r\n")
        connection.recv(1000)


def hanging_up(connection: socket.socket) -> None:
    """Hangs up."""
    connection.close()


def repeating(connection: socket.socket) -> None:
    """Says a command back in its refusal."""
    with contextlib.suppress(OSError):
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        while line := connection.recv(4000):
            tag = line.split()[0]
            if b"CAPABILITY" in line:
                connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            else:
                connection.sendall(tag + b" NO bad: " + line.strip() + b"\r\n")


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (silent, "không trả lời trong"),
        (dripping, "không trả lời trong"),
        (chattering, "unexpected response"),
        (hanging_up, "EOF"),
    ],
)
def test_a_server_that_is_none_ends_the_attempt(
    server: Callable[[socket.socket], None], why: str
) -> None:
    with scripted(server) as port:
        said = refusal(f"imap://baocao:x@127.0.0.1:{port}", seconds=0.5)
    assert "Không nối được" in said and why in said


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    with scripted(repeating) as port:
        said = refusal(f"imap://baocao:mat-khau-thu@127.0.0.1:{port}")
    assert "***" in said


def answering(fetch: bytes) -> Callable[[socket.socket], None]:
    """A server that answers one fetch in its own way, TAG standing for the command's tag."""

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            while line := connection.recv(4000):
                tag, _, command = line.partition(b" ")
                said = b""
                if command.startswith(b"CAPABILITY"):
                    said = b"* CAPABILITY IMAP4rev1\r\n"
                if b"FETCH" in command:
                    connection.sendall(fetch.replace(b"TAG", tag))
                else:
                    connection.sendall(said + tag + b" OK done\r\n")

    return serve


@pytest.mark.parametrize(
    "fetch",
    [
        b"* 1 FETCH (UID 1 BODY[] {10}\r\nabc)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabc)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] {2}\r\nabcdef\r\nghi)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] {3}\r\nab",
        b"\xff\xfe\x00garbage\r\n",
        b"* BYE shutting down\r\n",
    ],
)
def test_a_malformed_answer_ends_the_conversation(fetch: bytes) -> None:
    with scripted(answering(fetch)) as port:
        connection = connect(f"imap://baocao:x@127.0.0.1:{port}", seconds=0.5)
        connection.client.state = "SELECTED"
        with pytest.raises(ConnectionLost) as raised:
            connection.run("lấy thư", connection.client.uid, "FETCH", "1", "(UID BODY.PEEK[])")
        assert "abc" not in str(raised.value) and "ghi" not in str(raised.value)
        with pytest.raises(ConnectionLost, match="đứt trước đó"):
            connection.run("tìm thư", connection.client.uid, "SEARCH", "ALL")
        connection.close()
