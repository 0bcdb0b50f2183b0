"""A reader that was forked is what a started one is; who forks it holds nothing and is replaced."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tasks.adapters.reading.forking import forked_readers
from tasks.adapters.reading.forking.forked_readers import Forker, NotForked
from tasks.adapters.reading.reader_jobs import ExamineJob, Purpose
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import ReaderUnavailable, child_environment
from tests.tasks.adapters.conftest import Build

SCRIPT = Path(__file__).parents[1] / "reading" / "misbehaving_reader.py"
FORKED = ("-m", "tests.tasks.adapters.reading.misbehaving_reader")
STARTED = (str(SCRIPT),)
#: Of /proc/<pid>/status: who it is, what it may, what it does with signals.
STATUS = (
    "Umask", "Uid", "Gid", "Groups", "Threads", "SigQ", "SigPnd", "ShdPnd", "SigBlk", "SigIgn",
    "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
    "Seccomp_filters",
)  # fmt: skip
SECRET = b"sesame-" + os.urandom(8).hex().encode()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    path.write_bytes(Build.fixture("small.xlsx"))
    return path


@pytest.fixture
def own_forkers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever forks readers here is this test's own."""
    with monkeypatch.context() as lent:
        lent.setattr(forked_readers, "_forkers", {})
        yield
        forked_readers._end_all()


def seen(pid: int) -> Mapping[str, Any]:
    """A process as its parent finds it: environment, descriptors, limits, status."""
    house = Path(f"/proc/{pid}")
    status = dict(
        line.split(":", 1) for line in (house / "status").read_text().splitlines() if ":" in line
    )
    streams = {int(link.name): str(link.readlink()) for link in (house / "fd").iterdir()}
    return {
        "environment": sorted((house / "environ").read_bytes().split(b"\0")),
        "descriptors": {n: re.sub(r"\d+", "N", name) for n, name in streams.items()},
        "limits": (house / "limits").read_text(),
        "folder": str((house / "cwd").readlink()),
        "nice": os.getpriority(os.PRIO_PROCESS, pid),
        "group": os.getpgid(pid),
        "session": os.getsid(pid),
        **{name: status.get(name, "").split("/")[-1].strip() for name in STATUS},
    }


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_forked_reader_is_in_nothing_else_than_a_started_one(
    purpose: Purpose, umask: int
) -> None:
    os.umask(umask)
    found = []
    for entry in (FORKED, STARTED):
        with ReaderPool(None, entry=entry, memory_mb=777) as pool:
            pool.start(purpose)
            [pid] = pool.pids
            forked = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            assert (forked != os.getpid()) == (entry is FORKED)
            found.append((pool.barriers, seen(pid)))
    assert found[0] == found[1]
    barriers, told = found[0]
    assert barriers and told["Seccomp"] == "2" and told["NoNewPrivs"] == "1"
    assert told["Umask"] == f"{umask:04o}"
    # Nothing, what it says, what it says at the end; the jobs, the answers.
    assert sorted(told["descriptors"]) == [0, 1, 2, 3, 4]
    assert "777000000" in told["limits"]


def test_what_forks_readers_has_no_secret_and_nothing_open(
    workbook: Path, monkeypatch: pytest.MonkeyPatch, own_forkers: None
) -> None:
    monkeypatch.setenv("BAOCAO_SECRET_KEY", SECRET.decode())
    content = workbook.read_bytes()
    with workbook.open("rb"), ReaderPool(None, entry=FORKED) as pool:
        assert pool.examine_one(ExamineJob(workbook, "a.xlsx")).problem is None
        [forker] = forked_readers.forkers()
        [reader] = pool.pids
        told = seen(forker)
        assert told["environment"] == sorted(
            [*(f"{k}={v}".encode() for k, v in child_environment().items()), b""]
        )
        # Nothing in, nothing out; who asks; of its one reader the process and who hears of its end.
        assert Counter(told["descriptors"].values()) == {
            "/dev/null": 3, "socket:[N]": 2, "anon_inode:[pidfd]": 1
        }  # fmt: skip
        assert holds(os.getpid(), [SECRET, content[:64]]) == [True, True]
        assert holds(forker, [SECRET, content[:64]]) == [False, False]
        assert holds(reader, [SECRET]) == [False]


def holds(pid: int, wanted: Sequence[bytes]) -> list[bool]:
    """Whether these bytes stand anywhere in the memory that a process has written."""
    found = [False] * len(wanted)
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if not rights.startswith("rw") or "[vvar" in line:
                continue
            first, last = (int(end, 16) for end in span.split("-"))
            memory.seek(first)
            try:
                content = memory.read(last - first)
            except OSError:  # pages that were never there
                continue
            found = [was or one in content for was, one in zip(found, wanted, strict=True)]
            if all(found):
                break
    return found


def test_what_forks_readers_is_replaced_when_it_was_killed_and_no_file_is_to_blame(
    workbook: Path, own_forkers: None
) -> None:
    with ReaderPool(None, entry=FORKED, workers=2) as pool:
        names = ("a.xlsx", "slow", "slow", "b.xlsx")
        assert pool.examine_one(ExamineJob(workbook, "a.xlsx")).problem is None
        [forker] = forked_readers.forkers()
        threading.Timer(0.3, os.kill, (forker, signal.SIGKILL)).start()
        answers = [e.problem for _, e in pool.examine([ExamineJob(workbook, n) for n in names])]
        assert answers == [None] * 4
        assert pool.done_again >= 1
        assert forked_readers.forkers() not in ([], [forker])


def test_an_idle_reader_ends_with_what_forked_it_and_the_next_file_finds_another(
    workbook: Path, own_forkers: None
) -> None:
    with ReaderPool(None, entry=FORKED) as pool:
        first = pool.examine_one(ExamineJob(workbook, "pid")).detail
        [forker] = forked_readers.forkers()
        os.kill(forker, signal.SIGKILL)
        while Path(f"/proc/{first}").exists():
            time.sleep(0.01)
        assert pool.examine_one(ExamineJob(workbook, "pid")).detail != first
        assert pool.done_again == 0


def test_where_none_can_be_forked_one_is_started(
    workbook: Path, monkeypatch: pytest.MonkeyPatch, own_forkers: None
) -> None:
    def refused(*_given: object) -> None:
        raise NotForked("no room")

    monkeypatch.setattr(Forker, "fork", refused)
    with ReaderPool(None, entry=FORKED) as pool:
        pid = int(pool.examine_one(ExamineJob(workbook, "pid")).detail)
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        assert parent == os.getpid()


def test_a_module_that_forks_nothing_is_started_and_says_itself_what_is_wrong(
    own_forkers: None,
) -> None:
    with (
        ReaderPool(None, entry=("-m", "tests.no_such_reader")) as pool,
        pytest.raises(ReaderUnavailable, match="không khởi động"),
    ):
        pool.start()
    assert [f._process.wait(60) for f in forked_readers._forkers.values()] in ([], [1])


def test_a_process_that_was_forked_asks_nobody_elses(own_forkers: None) -> None:
    with ReaderPool(None, entry=FORKED) as pool:
        pool.start()
    assert forked_readers.forkers()
    child = os.fork()
    if child == 0:
        os._exit(len(forked_readers.forkers()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
