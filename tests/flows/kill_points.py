"""A run that kills itself: `python kill_points.py STATE_FILE POINT`.

Does one whole intake and delivery over a prepared folder and sends itself SIGKILL at boundary
number POINT (0: never). Every boundary it passes is written to the folder's `passed` file first,
with the thread that passes it.

Without arguments it runs what its standard input asks for, a JSON object a line, each run in a
process of its own that has everything imported already, and answers with its exit code.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Lock, get_ident
from typing import Any, NoReturn

from aiosmtplib.protocol import SMTPProtocol
from sqlalchemy import event

from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.drop_folder import DropFolder
from tasks.adapters.mailbox.imap_connection import ImapConnection
from tasks.adapters.mailbox.maildir import MaildirInbox
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.post import posting
from tasks.adapters.post.posting import deliver
from tasks.adapters.post.smtp_sender import SmtpSender
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.workplace import HouseRules, Workplace
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.shared_readers import share_readers

SECRET = b"s" * 32
PATIENCE = 120  # seconds for one run


def workplace_in(
    folder: Path, database_url: str, smtp_url: str, now: dt.datetime, **changes: Any
) -> Workplace:
    """The workplace of a prepared folder, its rules changed where a run wants it."""
    rules = HouseRules(
        secret=SECRET,
        office_address="baocao@ubnd.haiphong.example",
        office_name="Văn phòng",
        summary_to=("lanhdao@ubnd.haiphong.example",),
        mailboxes=(f"maildir://{folder / 'mailbox'}", f"drop://{folder / 'drop'}"),
        smtp_url=smtp_url,
        reader_workers=1,
        reader_memory_mb=1024,
        reader_seconds=20,
        max_message_bytes=40_000_000,
        resend_uncertain=False,
    )
    return Workplace(
        office=own_office(),
        rules=dataclasses.replace(rules, **changes),
        database_url=database_url,
        raw_dir=folder / "raw",
        output_dir=folder / "output",
        letters_dir=OFFICE_FILES / "letters",
        now=now,
    )


def one_run(workplace: Workplace) -> None:
    """Collect, work through, deliver: what the schedules do one after the other."""
    for mailbox in workplace.rules.mailboxes:
        collect(workplace, open_inbox(mailbox, workplace.now), 1000)
    work_through(workplace, 1000)
    deliver(workplace, 1000)


class Killer:
    """Counts boundaries and dies at the one it was told."""

    def __init__(self, log: Path, point: int) -> None:
        self.log = log.open("a")
        self.point = point
        self.passed = 0
        self._lock = Lock()  # connections work side by side

    def at(self, name: str) -> None:
        """One boundary."""
        with self._lock:
            self.passed += 1
            self.log.write(f"{self.passed} {name}\t{get_ident()}\n")
            self.log.flush()
            if self.passed == self.point:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, method: str, name: str) -> None:
        """Boundaries before and after a method's call."""
        original: Callable[..., Any] = getattr(owner, method)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.at(f"before {name}")
            result = original(*args, **kwargs)
            self.at(f"after {name}")
            return result

        setattr(owner, method, wrapped)

    def before(self, owner: Any, method: str, name: str) -> None:
        """A boundary before a method's call."""
        original: Callable[..., Any] = getattr(owner, method)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.at(f"before {name}")
            return original(*args, **kwargs)

        setattr(owner, method, wrapped)

    def after_async(self, owner: Any, method: str, name: str) -> None:
        """A boundary after an asynchronous method has come to its end."""
        original: Callable[..., Any] = getattr(owner, method)

        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = await original(*args, **kwargs)
            self.at(f"after {name}")
            return result

        setattr(owner, method, wrapped)


def main(state_file: Path, point: int) -> None:
    state = json.loads(state_file.read_text())
    folder = Path(state["folder"])
    name = state.get("name", "")  # of one of several that run side by side
    killer = Killer(folder / f"passed{name}", point)
    now = dt.datetime.fromisoformat(state["now"])
    rules = state.get("rules", {})
    with workplace_in(folder, state["database_url"], state["smtp_url"], now, **rules) as workplace:
        event.listen(workplace.engine, "commit", lambda _c: killer.at("before commit"))
        event.listen(
            workplace.engine.pool, "checkin", lambda _c, _r: killer.at("after transaction")
        )
        killer.around(RawStore, "put_many", "keeping bytes")
        killer.around(RawStore, "put", "keeping bytes")
        killer.around(MaildirInbox, "move_to_processed", "moving the mail")
        killer.around(DropFolder, "move_to_processed", "moving the file")
        killer.around(ReaderPool, "examine", "examining")
        killer.around(ReaderPool, "mark", "marking")
        killer.around(posting, "_claim", "claiming")
        killer.around(SmtpSender, "send", "sending")
        killer.around(ImapConnection, "run", "a command to the mailbox")
        killer.before(SMTPProtocol, "write", "writing to the mail server")
        killer.after_async(SMTPProtocol, "read_response", "the mail server's answer")
        one_run(workplace)
    (folder / f"total{name}").write_text(str(killer.passed))


def run_all_asked() -> None:
    """A process for each line of the standard input: its state file, its point, its errors."""
    own_office()
    with share_readers() as shared:
        _fork_for_each_line(shared)


def _fork_for_each_line(shared: Callable[[], None]) -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        run = os.fork()  # nothing has been opened and no thread started: a child begins clean
        if run == 0:
            shared()
            _one_asked(Path(asked["state"]), asked["point"], asked["errors"])
        _, status = os.waitpid(run, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _one_asked(state: Path, point: int, errors: str) -> NoReturn:
    """The run, in its process, which has neither the asker's input nor its output."""
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        told = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for descriptor, ours in enumerate((nowhere, nowhere, told)):
            os.dup2(ours, descriptor)
        signal.alarm(PATIENCE)
        main(state, point)
        code = 0
    except Exception:  # noqa: BLE001  told to whoever reads the errors, as an interpreter does
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        run_all_asked()
