"""Whatever a file makes of the process that reads it: the process can do nothing but answer."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import orjson
import pytest

from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.sandbox import Barrier
from tests.tasks.adapters.conftest import Build

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
FORKED = ("-m", "tests.tasks.adapters.sandbox.trying_reader")
STARTED = (str(HERE / "trying_reader.py"),)
REFUSED = {"EPERM", "EACCES"}
#: What Landlock alone refuses; what else is tried, the filter must.
FILES = {
    "read the data folder", "read /etc/passwd", "read its own program", "list the data folder",
    "read the parent's memory", "read the parent's environment", "write a file",
    "read the house's memory", "read the house's environment",
    "write into the secret", "cut the secret", "write into /tmp", "a nameless file",
    "make a folder", "make a link", "make a pipe", "rename", "delete",
}  # fmt: skip
#: What some kernels and containers refuse everybody, so that its refusal proves nothing.
OFTEN_REFUSED = {
    "setns", "unshare", "bpf", "perf_event_open", "init_module", "mount", "io_uring_setup",
    "open_by_handle_at", "fsopen", "chroot", "acct", "keyctl", "ptrace", "process_vm_readv",
    "process_vm_writev", "pidfd_getfd", "read the parent's memory", "read the house's memory",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a secret in it, and a workbook to be read."""
    (tmp_path / "secret").write_bytes(b"sesame")
    (tmp_path / "small.xlsx").write_bytes(Build.fixture("small.xlsx"))
    return tmp_path


def tried(
    folder: Path, lacking: str = "", entry: Sequence[str] = FORKED
) -> tuple[Collection[str], Mapping[str, str], list[str]]:
    """The barriers, what came of every attempt, and the sheets that were read afterwards.

    All by one child, of a pool under a kernel that lacks some barriers.
    """
    program = textwrap.dedent(
        f"""
        import sys
        sys.path[:0] = {sys.path!r}
        from pathlib import Path
        import orjson
        from tasks.adapters.reading.forking.forked_readers import forkers
        from tasks.adapters.reading.reader_jobs import ExamineJob
        from tasks.adapters.reading.reader_pool import ReaderPool
        file = Path({str(folder / "small.xlsx")!r})
        with ReaderPool(None, entry={entry!r}) as pool:
            pool.start()
            assert len(forkers()) == {int(entry is FORKED)}
            barriers = sorted(pool.barriers)
            names = ["pid", {str(folder)!r}, "sau.xlsx", "pid"]
            first, tried, read, last = (pool.examine_one(ExamineJob(file, n)) for n in names)
        assert first.detail == last.detail, "the child was replaced"
        said = [barriers, orjson.loads(tried.detail), read.sheet_names, read.problem]
        sys.stdout.buffer.write(orjson.dumps(said))
        """
    )
    done = subprocess.run(
        [sys.executable, str(HERE / "older_kernel.py"), lacking, sys.executable, "-c", program],
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    barriers, outcomes, sheets, problem = orjson.loads(done.stdout)
    assert problem is None
    return barriers, outcomes, sheets


@pytest.mark.parametrize("entry", [FORKED, STARTED], ids=["forked", "started"])
def test_a_reader_is_refused_whatever_it_tries_and_reads_on(
    folder: Path, entry: Sequence[str]
) -> None:
    barriers, outcomes, sheets = tried(folder, entry=entry)
    assert set(barriers) == set(Barrier)
    assert {name: said for name, said in outcomes.items() if said not in REFUSED} == {}
    assert len(outcomes) > 70
    assert sheets == ["Chỉ tiêu", "_baocao"]
    assert sorted(path.name for path in folder.iterdir()) == ["secret", "small.xlsx"]
    assert (folder / "secret").read_bytes() == b"sesame"


def test_without_landlock_the_filter_refuses_all_of_it(folder: Path) -> None:
    barriers, outcomes, sheets = tried(folder, "landlock")
    assert barriers == [Barrier.SECCOMP]
    assert {name: said for name, said in outcomes.items() if said not in REFUSED} == {}
    assert sheets == ["Chỉ tiêu", "_baocao"]


def test_without_the_filter_landlock_refuses_every_file_and_port(folder: Path) -> None:
    barriers, outcomes, sheets = tried(folder, "seccomp")
    assert barriers == [Barrier.LANDLOCK]
    refused = {name for name, said in outcomes.items() if said in REFUSED}
    assert refused >= FILES
    assert sheets == ["Chỉ tiêu", "_baocao"]
    assert (folder / "secret").read_bytes() == b"sesame"


def test_where_the_kernel_has_neither_reading_goes_on_and_nothing_was_refused(
    folder: Path,
) -> None:
    barriers, outcomes, sheets = tried(folder, "landlock,seccomp")
    assert barriers == []
    assert sheets == ["Chỉ tiêu", "_baocao"]
    # So the refusals above are the barriers', not those of attempts that never could succeed.
    lonely = {name for name, said in outcomes.items() if said in REFUSED}
    assert lonely <= OFTEN_REFUSED


def test_a_child_is_handed_no_path_of_the_data_folder(folder: Path) -> None:
    program = (
        "import sys; from tasks.adapters.reading import reader_child as c;"
        "from tasks.adapters.reading.reader_jobs import ExamineJob as E; real = c.ANSWERERS[E];"
        "c.ANSWERERS[E] = lambda job, *a: {'examination':"
        " {**real(job, *a)['examination'], 'detail': repr(job)}};"
        "c.main(sys.argv[1:])"
    )
    with ReaderPool(None, entry=("-c", program)) as pool:
        detail = pool.examine_one(ExamineJob(folder / "small.xlsx", "a.xlsx")).detail
    assert "name='a.xlsx'" in detail and folder.name not in detail


def test_what_readers_are_free_to_do_is_news_once_and_only_where_a_reader_was_started(
    tmp_path: Path,
) -> None:
    program = textwrap.dedent(
        f"""
        import datetime as dt, sys
        sys.path[:0] = {sys.path!r}
        from pathlib import Path
        from tests.fixtures.small_workplace import small_workplace
        for now in (dt.datetime(2025, 2, 18, hour, tzinfo=dt.UTC) for hour in (1, 2)):
            with small_workplace(Path({str(tmp_path)!r}), now, []) as workplace:
                news = [workplace.news_of_reader()]
                workplace.reader.start()
                news += [workplace.news_of_reader(), workplace.news_of_reader()]
                print(*(n[:37] for n in news), sep="|")
        """
    )
    said = {}
    for lacking in ("landlock,seccomp", ""):
        (tmp_path / "baocao.sqlite").unlink(missing_ok=True)
        older = [sys.executable, str(HERE / "older_kernel.py"), lacking]
        said[lacking] = subprocess.run(
            [*older, sys.executable, "-c", program],
            capture_output=True, text=True, check=True, cwd=ROOT, timeout=60,
        ).stdout.splitlines()  # fmt: skip
    assert said["landlock,seccomp"] == ["|Hệ điều hành không có Landlock và sec|", "||"]
    assert said[""] == ["||", "||"]
