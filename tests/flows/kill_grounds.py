"""Where runs are killed: equal scenes, each a folder and a database, and the runs in them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import make_url

from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.store import messages, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.ready_made import sqlite_with_tables

SCRIPT = Path(__file__).with_name("kill_points.py")
OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
AGAIN = NOW + dt.timedelta(hours=1)
ALL = "BAOCAO_TEST_ALL_KILLS"  # set: every point
#: Otherwise every so many; on PostgreSQL each costs a database.
STEPS = {"sqlite": 18, "postgresql": 37}
PARALLEL = max(2, min(4, os.cpu_count() or 2))

_spec = importlib.util.spec_from_file_location("kill_points", SCRIPT)
assert _spec is not None and _spec.loader is not None
kill_points = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kill_points)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, negative for a signal, and its errors."""

    returncode: int
    stderr: bytes


class Forks:
    """Interpreters that have everything imported; each gives a process at a time to a run."""

    def __init__(self, number: int) -> None:
        self._idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        self._all = [
            subprocess.Popen(
                [sys.executable, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]
        for one in self._all:
            self._idle.put(one)

    def run(self, state: Path, point: int) -> Ended:
        """A run of that state in a process of its own, killed at that point."""
        errors = state.with_name(f"{state.stem}-errors")
        one = self._idle.get()
        try:
            assert one.stdin is not None and one.stdout is not None
            asked = {"state": str(state), "point": point, "errors": str(errors)}
            one.stdin.write(f"{json.dumps(asked)}\n")
            one.stdin.flush()
            return Ended(int(one.stdout.readline()), errors.read_bytes())
        finally:
            self._idle.put(one)

    def close(self) -> None:
        for one in self._all:
            one.communicate(timeout=60)


@dataclass
class Scene:
    """A folder and a database, ready for a run."""

    folder: Path
    database_url: str
    rules: Mapping[str, Any] = field(default_factory=dict)  # what is not as usual
    forks: Forks | None = None  # what its killed runs are made from

    def workplace(self, now: dt.datetime, smtp_url: str = "", **rules: Any) -> Workplace:
        workplace: Workplace = kill_points.workplace_in(
            self.folder, self.database_url, smtp_url, now, **self.rules, **rules
        )
        return workplace

    def killed_run(
        self, smtp_url: str, point: int, *, anew: bool = False, name: str = "", **rules: Any
    ) -> Ended:
        """A run that is killed at that point, not at 0; `anew` in an interpreter of its own.

        `name` tells it from others that run side by side.
        """
        state = self.folder / f"state{name}.json"
        state.write_text(
            json.dumps(
                {
                    "folder": str(self.folder),
                    "database_url": self.database_url,
                    "smtp_url": smtp_url,
                    "now": NOW.isoformat(),
                    "rules": {**self.rules, **rules},
                    "name": name,
                }
            )
        )
        if self.forks and not anew:
            return self.forks.run(state, point)
        run = subprocess.run(
            [sys.executable, str(SCRIPT), str(state), str(point)],
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ended(run.returncode, run.stderr)

    def sent(self) -> Counter[str]:
        """Message-IDs the mail server took, with how often."""
        box = self.folder / "sent" / "new"
        return Counter(read_message(p.read_bytes()).message_id for p in box.iterdir())

    def rows(self) -> dict[str, Any]:
        """All that is kept but the instants of the runs."""
        passing = {"collected_at", "decided_at", "attempts", "source", "handle", "last_error"}
        with self.workplace(AGAIN) as workplace, workplace.engine.begin() as connection:
            return {
                "messages": [
                    {k: v for k, v in row.items() if k not in passing}
                    for row in messages.every_message(connection)
                ],
                "submissions": {  # a number drawn from a sequence before a kill is not given back
                    agency: [dataclasses.replace(version, submission_id=0) for version in versions]
                    for agency, versions in submissions.records(connection, "2025-plan").items()
                },
                "letters": {
                    row.business_key: (
                        row.subject,
                        row.text,
                        [file["name"] for file in row.files],
                        row.to,
                        row.message_id,
                    )
                    for row in every_letter(connection)
                },
            }

    def letter_states(self) -> dict[str, str]:
        with self.workplace(AGAIN) as workplace, workplace.engine.begin() as connection:
            return {row.message_id: row.state for row in every_letter(connection)}


class Ground:
    """Makes any number of equal scenes from one that was built."""

    def __init__(
        self, base: Path, template_url: str, builder: Callable[[Scene], None], forks: Forks
    ) -> None:
        self.base = base
        self.forks = forks
        self.template_url = template_url
        self.made: list[str] = []
        builder(Scene(base / "template", template_url))

    def scene(self, name: str) -> Scene:
        folder = self.base / name
        shutil.copytree(self.base / "template", folder)
        url = make_url(self.template_url)
        if url.get_backend_name() == "sqlite":
            return Scene(folder, f"sqlite:///{folder / 'baocao.sqlite'}", forks=self.forks)
        copy = f"{url.database}_{name}"
        self._on_server(f'CREATE DATABASE "{copy}" TEMPLATE "{url.database}"')
        self.made.append(copy)
        copied = url.set(database=copy).render_as_string(hide_password=False)
        return Scene(folder, copied, forks=self.forks)

    def points(self, total: int) -> Sequence[int]:
        """The boundaries to be killed at."""
        step = 1 if os.environ.get(ALL) else STEPS[make_url(self.template_url).get_backend_name()]
        return range(1, total + 1, step)

    def clean(self) -> None:
        for name in self.made:
            self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _on_server(self, statement: str) -> None:
        engine = sqlalchemy.create_engine(
            make_url(self.template_url).set(database="postgres"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def built_ground(
    request: pytest.FixtureRequest, folder: Path, builder: Callable[[Scene], None]
) -> Iterator[Ground]:
    """The scenes on the database that the test asks for; gone when the block ends."""
    (folder / "template").mkdir()
    if request.param == "sqlite":
        url = sqlite_with_tables(folder / "template" / "baocao.sqlite")
    else:
        url = request.getfixturevalue("postgres_url_with_tables")
    ground = Ground(folder, url, builder, request.getfixturevalue("forks"))
    yield ground
    ground.clean()
