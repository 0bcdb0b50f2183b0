"""The raw store keeps every byte, whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.adapters.raw_store import TEMPORARY_PREFIX, RawFileDamaged, RawFileMissing, RawStore
from tests.fixtures.shared_stores import KINDS, shared_raw_store, store_url

NOT_HASHES = ["", "abc", "../../../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 65]

SAME = b"cung mot tep" * 1000
PUTS_SAME = """
import sys
from pathlib import Path
from tasks.adapters.raw_store import RawStore
for _ in range(20):
    RawStore(Path(sys.argv[1])).put(b"cung mot tep" * 1000)
"""

# Dies without cleaning up, as after SIGKILL, at the n-th call of one system function.
DIES_AT = """
import os, sys
from pathlib import Path
from tasks.adapters.raw_store import RawStore
name, countdown = sys.argv[2], int(sys.argv[3])
real = getattr(os, name)
def dying(*arguments, **named):
    global countdown
    countdown -= 1
    if countdown == 0:
        os._exit(9)
    return real(*arguments, **named)
setattr(os, name, dying)
RawStore(Path(sys.argv[1])).put(b"bao cao " * 5000)
"""


@pytest.fixture(params=["alone", *KINDS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RawStore:
    """The folder of one machine, or what it has of a store that several share."""
    root = tmp_path / "kho"
    if request.param == "alone":
        return RawStore(root)
    return shared_raw_store(store_url(request.param, tmp_path), root)


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def _put_same(root: Path) -> str:
    return RawStore(root).put(SAME)


def test_what_is_put_is_got_back(store: RawStore) -> None:
    digest = store.put(b"noi dung")
    assert digest == hashlib.sha256(b"noi dung").hexdigest()
    assert store.get(digest) == b"noi dung"
    assert digest in store
    assert list(store) == [digest]
    assert store.at_hand(digest).read_bytes() == store.in_store(digest) == b"noi dung"


def test_files_lie_one_level_deep_and_cannot_be_written(store: RawStore) -> None:
    path = store.path(store.put(b"x"))
    assert path.relative_to(store.root).parts == (path.name[:2], path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_putting_the_same_again_writes_nothing(store: RawStore) -> None:
    path = store.path(store.put(b"x"))
    before = path.stat()
    store.put(b"x")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_many_are_put_at_once_in_order_with_doubles_kept_once(store: RawStore) -> None:
    contents = [b"%d" % (number % 30) for number in range(60)]
    digests = store.put_many(contents)
    assert digests == [hashlib.sha256(content).hexdigest() for content in contents]
    assert len(_files(store.root)) == len(list(store)) == 30


def test_nothing_is_put_for_no_contents(store: RawStore) -> None:
    assert store.put_many([]) == []


def test_a_missing_file_is_named(store: RawStore) -> None:
    assert "0" * 64 not in store
    for ask in (store.get, store.in_store):
        with pytest.raises(RawFileMissing, match="0" * 64):
            ask("0" * 64)


@pytest.mark.parametrize("digest", NOT_HASHES)
def test_what_is_no_hash_leads_nowhere(store: RawStore, digest: str) -> None:
    assert digest not in store
    with pytest.raises(RawFileMissing):
        store.get(digest)


def test_what_is_removed_is_gone(store: RawStore) -> None:
    digest, other = store.put_many([b"x", b"y"])
    assert store.remove(digest) and not store.remove(digest)
    assert digest not in store and list(store) == [other]
    with pytest.raises(RawFileMissing):
        store.get(digest)


def test_a_damaged_file_is_noticed_and_mended_by_the_next_put(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    digest = store.put(b"goc")
    store.path(digest).chmod(0o640)
    store.path(digest).write_bytes(b"hog")
    with pytest.raises(RawFileDamaged, match=digest):
        store.get(digest)
    store.put(b"goc")
    assert store.get(digest) == b"goc"


@pytest.mark.parametrize(
    ("function", "call"),
    [("open", 1), ("write", 1), ("fchmod", 1), ("fsync", 1), ("rename", 1), ("fsync", 2)],
)
def test_a_kill_at_any_step_leaves_the_whole_file_or_none(
    tmp_path: Path, function: str, call: int
) -> None:
    content = b"bao cao " * 5000
    killed = subprocess.run(
        [sys.executable, "-c", DIES_AT, str(tmp_path), function, str(call)], check=False
    )
    assert killed.returncode == 9
    finals = [path for path in _files(tmp_path) if not path.name.startswith(TEMPORARY_PREFIX)]
    assert all(path.read_bytes() == content for path in finals)

    store = RawStore(tmp_path)
    assert store.get(store.put(content)) == content


def test_abandoned_temporary_files_are_swept_and_young_ones_left(store: RawStore) -> None:
    digest = store.put(b"x")
    now = dt.datetime(2025, 2, 3, 8, tzinfo=dt.UTC)
    old = store.path(digest).with_name(f"{TEMPORARY_PREFIX}1-a")
    young = store.path(digest).with_name(f"{TEMPORARY_PREFIX}1-b")
    for path, age in [(old, 7200), (young, 60)]:
        path.write_bytes(b"do dang")
        os.utime(path, (now.timestamp() - age,) * 2)
    assert list(store) == [digest]
    assert store.sweep(now - dt.timedelta(hours=1)) == 1
    assert not old.exists()
    assert young.exists()
    assert digest in store


def test_what_cannot_be_removed_is_left_to_the_next_sweep(store: RawStore) -> None:
    digest = store.put(b"x")
    now = dt.datetime(2025, 2, 3, 8, tzinfo=dt.UTC)
    stubborn = store.path(digest).with_name(f"{TEMPORARY_PREFIX}0")
    stubborn.mkdir()  # a folder is no file to unlink, not even for the superuser
    old = store.path(digest).with_name(f"{TEMPORARY_PREFIX}1-a")
    old.write_bytes(b"do dang")
    for path in (stubborn, old):
        os.utime(path, (now.timestamp() - 7200,) * 2)

    assert store.sweep(now - dt.timedelta(hours=1)) == 1
    assert stubborn.exists()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        RawStore(tmp_path).put(b"x")
    assert _files(tmp_path) == []


def test_processes_and_threads_that_put_the_same_agree(tmp_path: Path) -> None:
    others = [subprocess.Popen([sys.executable, "-c", PUTS_SAME, str(tmp_path)]) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(_put_same, [tmp_path] * 40))
    assert [other.wait() for other in others] == [0, 0]
    assert digests == {hashlib.sha256(SAME).hexdigest()}
    assert [path.name for path in _files(tmp_path)] == list(digests)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for store in (
        RawStore(folder / "chung"),
        shared_raw_store(store_url("memory", folder), folder / "co-san"),
    ):
        assert store.get(store.put(content)) == store.in_store(store.put(content)) == content
