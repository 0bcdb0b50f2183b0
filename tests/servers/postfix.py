"""A real Postfix of its own on loopback: it takes mail by submission and hands it to a Dovecot.

Needs /usr/sbin/postfix (Debian: postfix) and root, which its master process insists on. Its
configuration, queue and log lie in one temporary folder; nothing of the machine's own Postfix is
read or changed. It ends by its own process id.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.dovecot import Dovecot, free_ports, running_dovecot
from tests.servers.ending import end

PROGRAM = "/usr/sbin/postfix"
DAEMONS = "/usr/lib/postfix/sbin"
STARTING = 15.0  # seconds
SENDING = 60.0  # seconds until everything in the queue has been delivered
#: Folders of the queue in which a letter may lie that has not arrived yet.
QUEUES = ("maildrop", "incoming", "active", "deferred")
AUTHSERV_ID = "mail.ubnd.haiphong.example"
DOMAINS = ("haiphong.example", "thucanhan.example")  # and every domain under them


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running server. Mail for the domains goes to the mailboxes of `dovecot`."""

    folder: Path
    process: subprocess.Popen[bytes]
    smtp_port: int  # as other servers use it: no password, no TLS
    submission_port: int  # STARTTLS, password
    submissions_port: int  # TLS from the start, password
    dovecot: Dovecot
    host: str = "127.0.0.1"

    def log(self) -> str:
        """What it has written so far."""
        return _said(self.folder)

    def waiting(self) -> int:
        """How many letters it has taken and not delivered."""
        queue = self.folder / "queue"
        return sum(1 for name in QUEUES for path in (queue / name).rglob("*") if path.is_file())

    def wait_until_delivered(self) -> None:
        """Returns when every letter it took has arrived. Raises RuntimeError when one does not."""
        deadline = time.monotonic() + SENDING
        while self.waiting():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.waiting()} letters are stuck: {self.log()[-3000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends it and its processes and waits for the end. Harmless when it has ended."""
        end(self.process)


def why_not() -> str:
    """Why no Postfix can be started here; empty when one can."""
    if not Path(PROGRAM).exists():
        return f"no {PROGRAM} (Debian: postfix)"
    if os.geteuid() != 0:
        return "Postfix's master process needs root"
    return ""


@contextlib.contextmanager
def running_mail_servers(users: dict[str, str], settings: str = "") -> Iterator[Postfix]:
    """Starts a Dovecot that knows these users ("name@domain" -> password) and a Postfix before it.

    `settings` are added to the end of main.cf.
    """
    (auth_port,) = free_ports(1)
    with (
        running_dovecot(users, settings=_auth_service(auth_port)) as dovecot,
        _running_postfix(dovecot, auth_port, settings) as postfix,
    ):
        yield postfix


@contextlib.contextmanager
def _running_postfix(dovecot: Dovecot, auth_port: int, settings: str) -> Iterator[Postfix]:
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    # A workplace that was opened in this process has it write privately, which is not for servers.
    before = os.umask(0o022)
    try:
        ports = free_ports(3)
        for name in ("config", "queue", "state"):
            (folder / name).mkdir()
        os.chown(folder / "state", pwd.getpwnam("postfix").pw_uid, -1)
        (folder / "config" / "main.cf").write_text(_main(folder, dovecot, auth_port) + settings)
        (folder / "config" / "master.cf").write_text(_master(ports))
        config = str(folder / "config")
        with (folder / "stderr").open("wb") as said:
            checked = subprocess.run(
                [PROGRAM, "-c", config, "check"],
                stdout=said,
                stderr=said,
                check=False,
                timeout=60,
            )
            if checked.returncode:
                raise RuntimeError(f"Postfix's own check failed: {_said(folder)}")
            process = subprocess.Popen(
                [f"{DAEMONS}/master", "-c", config, "-d"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # its children end with its process group
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": config},
            )
        server = Postfix(folder, process, *ports, dovecot)
        try:
            _wait(server)
            yield server
        finally:
            server.stop()
    finally:
        os.umask(before)
        shutil.rmtree(folder, ignore_errors=True)


def _said(folder: Path) -> str:
    paths = [folder / "stderr", folder / "postfix.log"]
    return "".join(path.read_text(errors="replace") for path in paths if path.exists())


def _wait(server: Postfix) -> None:
    deadline = time.monotonic() + STARTING
    for port in (server.smtp_port, server.submission_port, server.submissions_port):
        while True:
            if server.process.poll() is not None:
                raise RuntimeError(f"Postfix ended at its start: {_said(server.folder)}")
            try:
                socket.create_connection((server.host, port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"Postfix did not start: {server.log()}") from None
                time.sleep(0.02)


def _auth_service(port: int) -> str:
    """Dovecot checks the passwords of those who submit mail."""
    return f"""
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {port}
  }}
}}
"""


def _main(folder: Path, dovecot: Dovecot, auth_port: int) -> str:
    made = dovecot.certificate
    own_claim = rf"/^Authentication-Results:.*{AUTHSERV_ID.replace('.', '[.]')}/"
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = {AUTHSERV_ID}
mydestination =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
biff = no
recipient_delimiter = +
message_size_limit = 41943040
mailbox_size_limit = 0

# Mail for the office and, here, for every agency goes to Dovecot by LMTP.
virtual_mailbox_domains = regexp:{{{{/^(.+\\.)?({"|".join(DOMAINS).replace(".", "[.]")})$$/ ok}}}}
virtual_transport = lmtp:inet:127.0.0.1:{dovecot.lmtp_port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
default_transport = error:5.7.1 nothing leaves this machine

# Submission: a password by way of Dovecot, never without TLS, and only one's own address.
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth_port}
smtpd_tls_cert_file = {made.certificate}
smtpd_tls_key_file = {made.key}
smtpd_tls_auth_only = yes
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_sender_login_maps = regexp:{{{{/^([^+@]+)([+][^@]*)?(@.*)$$/ $$1$$3}}}}

# What a stranger's server claims to have checked is not ours: only our own filter may say so.
header_checks = regexp:{{{{{own_claim} IGNORE}}}}
"""


def _master(ports: list[int]) -> str:
    smtp, submission, submissions = ports
    signed_in = (
        " -o smtpd_sasl_auth_enable=yes\n"
        "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n"
        "  -o smtpd_sender_restrictions=reject_sender_login_mismatch\n"
    )
    return f"""
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
 {signed_in}
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
 {signed_in}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
