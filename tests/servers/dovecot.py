"""A real Dovecot of its own on loopback: IMAP with and without TLS, LMTP, one Maildir a user.

Needs /usr/sbin/dovecot (Debian: dovecot-imapd, dovecot-lmtpd), root or not. Everything it writes
lies in one temporary folder; it ends by its own process id.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import getpass
import grp
import hashlib
import hmac
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificate, make_certificate
from tests.servers.ending import end

PROGRAM = "/usr/sbin/dovecot"
STARTING = 15.0  # seconds
TOKEN_KEY = b"a key that signs access tokens in tests only"
#: Dovecot 2.3 after login, without what moving by one command needs.
WITHOUT_MOVE = "IMAP4rev1 LITERAL+ ID ENABLE UNSELECT UIDPLUS NAMESPACE"
WITHOUT_UIDPLUS = "IMAP4rev1 LITERAL+ ID ENABLE UNSELECT NAMESPACE"


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server. `folder` holds its configuration, log and mail."""

    folder: Path
    process: subprocess.Popen[bytes]
    imap_port: int  # plain, and STARTTLS
    imaps_port: int
    lmtp_port: int
    certificate: Certificate
    users: Mapping[str, str]  # name -> password
    host: str = "127.0.0.1"

    def maildir(self, user: str) -> Path:
        """The Maildir of a user or an address; folders within it begin with a dot."""
        name, _, domain = user.partition("@")
        return self.folder / "mail" / domain / name

    def log(self) -> str:
        """What it has written so far."""
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """Ends it and waits for its end. Harmless when it has ended."""
        end(self.process)


def why_not() -> str:
    """Why no Dovecot can be started here; empty when one can."""
    if not Path(PROGRAM).exists():
        return f"no {PROGRAM} (Debian: dovecot-imapd, dovecot-lmtpd)"
    return ""


@contextlib.contextmanager
def running_dovecot(
    users: Mapping[str, str] | None = None,
    *,
    certificate: Certificate | None = None,
    capability: str = "",
    namespace: str = "",
    acl: Mapping[str, str] | None = None,
    settings: str = "",
) -> Iterator[Dovecot]:
    """Starts a Dovecot and ends it.

    `capability` replaces what it offers after login; `namespace` is put into its inbox namespace
    ("separator = /"); `acl` maps a user's folder ("baocao/INBOX") to the rights its owner has on it
    ("lr"); `settings` are added to the end of its configuration.
    """
    users = dict(users or {"baocao": 'mật khẩu; thử "1" #%@/'})
    # Not pytest's folder: the server's processes run as other users and must get in.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    # A workplace that was opened in this process has it write privately, which is not for servers.
    before = os.umask(0o022)
    try:
        made = certificate or make_certificate(folder / "tls")

        def started() -> Dovecot:
            ports = free_ports(3)
            text = _configuration(folder, ports, made, users, capability, namespace, acl or {})
            (folder / "dovecot.conf").write_text(text + settings)
            with (folder / "stderr").open("wb") as said:
                process = subprocess.Popen(
                    [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                )
            return Dovecot(folder, process, *ports, made, users)

        server = started()
        try:
            try:
                _wait(server)
            except PortTaken:  # another test was faster: once more, on other ports
                server = started()
                _wait(server)
            with _ended_with_us(server.process):
                yield server
                server.stop()
        finally:
            server.stop()
    finally:
        os.umask(before)
        shutil.rmtree(folder, ignore_errors=True)


class PortTaken(RuntimeError):
    """Raised when somebody took a port between its choice and the server's start."""


@contextlib.contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends the process also when the test run that started it is killed."""
    command = ["/bin/sh", "-c", 'read _; kill "$0"', str(process.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guard:  # reads until we are gone
        try:
            yield
        finally:
            guard.kill()


def free_ports(count: int) -> list[int]:
    """So many ports of 127.0.0.1 that nobody listens on just now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def access_token(user: str, *, valid_for: int = 300) -> str:
    """An OAuth2 access token (a JWT) that the server takes for this user, for some seconds."""
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": user, "email": user, "iat": now - 60, "exp": now + valid_for}
    signed = b".".join(_url64(json.dumps(part).encode()) for part in (head, claims))
    signature = hmac.new(TOKEN_KEY, signed, hashlib.sha256).digest()
    return (signed + b"." + _url64(signature)).decode()


def _url64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _wait(server: Dovecot) -> None:
    deadline = time.monotonic() + STARTING
    for port in (server.imap_port, server.imaps_port, server.lmtp_port):
        while True:
            if server.process.poll() is not None:
                said = (server.folder / "stderr").read_text(errors="replace") + server.log()
                kind = PortTaken if "Address already in use" in said else RuntimeError
                raise kind(f"Dovecot ended at its start: {said}")
            try:
                socket.create_connection((server.host, port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"Dovecot did not start: {server.log()}") from None
                time.sleep(0.02)


def _configuration(
    folder: Path,
    ports: list[int],
    certificate: Certificate,
    users: Mapping[str, str],
    capability: str,
    namespace: str,
    acl: Mapping[str, str],
) -> str:
    root = os.geteuid() == 0
    me = getpass.getuser()
    mail_user = "nobody" if root else me
    account = pwd.getpwnam(mail_user)
    mail_group = grp.getgrgid(account.pw_gid).gr_name
    internal = ("dovecot", "dovenull") if root else (me, me)
    chroot = "" if root else "chroot ="
    (folder / "passwd").write_text(
        "".join(
            f"{name}:{{PLAIN.B64}}{base64.b64encode(password.encode()).decode()}::::::\n"
            for name, password in users.items()
        )
    )
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True, exist_ok=True)
    (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
    (folder / "oauth2.conf").write_text(
        f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
        "username_attribute = sub\n"
    )
    plugins = ""
    if acl:
        plugins = (
            "mail_plugins = acl\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\n"
            "plugin {\n  acl = vfile\n}\n"
        )
    for place, rights in acl.items():
        user, _, name = place.partition("/")
        box = folder / "mail" / user / ("" if name == "INBOX" else f".{name}")
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        (box / "dovecot-acl").write_text(f"owner {rights}\n")
    (folder / "mail").mkdir(exist_ok=True)
    if root:
        for path in [folder / "mail", *(folder / "mail").rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid)
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {internal[0]}
default_internal_group = {internal[0] if root else mail_group}
default_login_user = {internal[1]}
ssl = yes
ssl_cert = <{certificate.certificate}
ssl_key = <{certificate.key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/passwd
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%d/%n allow_all_users=yes
}}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%d/%n
recipient_delimiter = +
{plugins}
namespace inbox {{
  inbox = yes
  {namespace}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {ports[0]}
  }}
  inet_listener imaps {{
    port = {ports[1]}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {ports[2]}
  }}
}}
service anvil {{
  {chroot}
  # A failed login shall not slow down the next one.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
{f"imap_capability = {capability}" if capability else ""}
"""


def put(server: Dovecot, user: str, content: bytes, at: dt.datetime) -> None:
    """Puts a message into the user's inbox as if it had arrived at that moment."""
    box = server.maildir(user)
    path = box / "new" / f"{int(at.timestamp())}.{secrets.token_hex(8)}.test"
    owner = box.stat()
    path.write_bytes(content.replace(b"\r\n", b"\n"))
    os.utime(path, (at.timestamp(),) * 2)
    os.chown(path, owner.st_uid, owner.st_gid)


def renumber(server: Dovecot, user: str) -> None:
    """Makes the server number the user's inbox anew, as after a restored backup."""
    box = server.maildir(user)
    listed = box / "dovecot-uidlist"
    head, _, rest = listed.read_text().partition("\n")
    for index in box.glob("dovecot.index*"):
        index.unlink()
    owner = listed.stat()
    listed.write_text(re.sub(r" V\d+", f" V{int(time.time()) + 1000}", head) + "\n" + rest)
    os.chown(listed, owner.st_uid, owner.st_gid)
