"""The drill: an office loses its disk at many moments of the plan cycle and goes on from a backup.

    python -m tests.restoring [--moments 20] [--minutes 20] [--agencies 0]

Each time a backup is made at one moment, the disk is lost some moments later, the backup is
restored and the cycle played to its end: on SQLite and a Maildir, then once on PostgreSQL and once
on a mailbox of Dovecot where they are. Printed beside what is aimed at: versions, letters, what
persons had to decide.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from tests.fixtures.ready_made import on_server
from tests.restoring.drill import Drill, Figures
from tests.servers.mail_ground import real_mailbox, why_no_real_mailbox

ROOM = 1_000_000_000  # bytes
MIDDLE = 30  # the moment after which the backups elsewhere are made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--agencies", type=int, default=0, help="0: all")
    asked = parser.parse_args()
    until = time.monotonic() + asked.minutes * 60
    total = Figures()
    # In memory where there is such a disk: what is drilled are losses, not how fast one commits.
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None
    with tempfile.TemporaryDirectory(prefix="baocao-restore-", dir=place) as folder:
        drill = Drill(Path(folder), asked.agencies)
        every = (told for part in (_elsewhere, _moments) for told in part(drill, total, asked))
        for number, said in enumerate(every, start=1):
            sys.stdout.write(f"{number:2}. {said}\n")
            sys.stdout.flush()
            if time.monotonic() > until:
                sys.stdout.write(f"stopped after {asked.minutes:g} minutes\n")
                break
    sys.stdout.write("\n".join(total.lines()) + "\n")
    raise SystemExit(not total.as_aimed())


def _moments(drill: Drill, total: Figures, asked: argparse.Namespace) -> Iterator[str]:
    yield from drill.run(asked.moments, total)


def _elsewhere(drill: Drill, total: Figures, asked: argparse.Namespace) -> Iterator[str]:
    drill.tell(asked.moments)
    if server := os.environ.get("BAOCAO_TEST_POSTGRES_URL"):
        with contextlib.suppress(OperationalError), _databases(server) as (first, second):
            yield drill.run_elsewhere(
                "PostgreSQL", MIDDLE, total, database_url=first, restored_url=second
            )
    if not why_no_real_mailbox():
        with real_mailbox() as mailbox:
            yield drill.run_elsewhere("Dovecot", MIDDLE, total, mailbox=mailbox)


@contextlib.contextmanager
def _databases(server: str) -> Iterator[list[str]]:
    """Two empty databases, gone when the block ends."""
    names = [f"baocao_drill_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    for name in names:
        on_server(server, f'CREATE DATABASE "{name}"')
    try:
        url = make_url(server)
        yield [url.set(database=n).render_as_string(hide_password=False) for n in names]
    finally:
        for name in names:
            on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
