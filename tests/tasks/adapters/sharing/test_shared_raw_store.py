"""Machines that share a store see each other's bytes; no fault of it is taken for a lost file."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.domain.errors import BaocaoError
from tasks.adapters.intake.failures import is_machines, machine_sentence
from tasks.adapters.raw_store import TEMPORARY_PREFIX, RawFileDamaged, RawFileMissing, RawStore
from tasks.adapters.sharing.objects import MARK, ObjectStore, try_out
from tasks.adapters.sharing.shared_raw_store import SharedRawStore, Trimmed
from tasks.adapters.sharing.store_failures import StoreAway
from tests.fixtures.shared_stores import (
    FOLDER,
    KINDS,
    MEMORY,
    Breakable,
    failing,
    shared_raw_store,
    store_url,
)

SECRET = "AKIA-va-bi-mat"
CONTENT = b"bao cao " * 5000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = f"raw/{SHA256[:2]}/{SHA256}"
NOW = dt.datetime(2025, 2, 3, 8, tzinfo=dt.UTC)
NO_ROOM = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return store_url(request.param, tmp_path)


@pytest.fixture
def one(url: str, tmp_path: Path) -> SharedRawStore:
    return shared_raw_store(url, tmp_path / "may-1")


@pytest.fixture
def other(url: str, tmp_path: Path) -> SharedRawStore:
    return shared_raw_store(url, tmp_path / "may-2")


@pytest.fixture
def broken(one: SharedRawStore) -> Iterator[Breakable]:
    """The store as the first machine reaches it."""
    breakable = Breakable(one.objects)
    yield breakable
    breakable.mend()


def at_hand(store: SharedRawStore) -> set[str]:
    return set(RawStore(store.root))


# --- two machines ---------------------------------------------------------------------------------


def test_what_one_machine_puts_another_has(one: SharedRawStore, other: SharedRawStore) -> None:
    digest = one.put(CONTENT)
    assert digest in other and list(other) == [digest] and not at_hand(other)
    assert other.get(digest) == other.at_hand(digest).read_bytes() == CONTENT
    assert at_hand(other) == {digest}


def test_what_is_at_hand_is_not_asked_for_again(one: SharedRawStore, broken: Breakable) -> None:
    digest = one.put(CONTENT)
    broken.away(ConnectionRefusedError())
    assert one.get(digest) == CONTENT and digest in one
    assert one.at_hand(digest).is_file()


def test_a_file_at_hand_that_rotted_is_fetched_anew(one: SharedRawStore) -> None:
    path = one.path(one.put(CONTENT))
    path.chmod(0o600)
    path.write_bytes(b"hong")
    assert one.at_hand(SHA256).read_bytes() == CONTENT


def test_machines_and_threads_that_put_the_same_agree(
    one: SharedRawStore, other: SharedRawStore
) -> None:
    contents = [b"%d" % (number % 7) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(lambda n: (one, other)[n % 2].put(contents[n]), range(40)))
    assert digests == [hashlib.sha256(content).hexdigest() for content in contents]
    assert list(one) == list(other) == sorted(set(digests))
    assert all(other.in_store(digest) in contents for digest in digests)


def test_a_process_that_was_forked_reaches_the_store_by_itself(one: SharedRawStore) -> None:
    digest = one.put(CONTENT)
    one.path(digest).unlink()
    child = os.fork()
    if not child:
        os._exit(0 if one.get(digest) == CONTENT else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert one.get(digest) == CONTENT


# --- the store fails ------------------------------------------------------------------------------


class OfALibrary(Exception):
    """What no list of ours knows, with a key in its words."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, SECRET), "không nối được tới kho"),
        (TimeoutError(SECRET), "hết thời gian chờ"),
        (PermissionError(errno.EACCES, SECRET), "kho từ chối"),
        (OSError(errno.EIO, SECRET), "kho báo lỗi"),
        (NO_ROOM, "kho hết chỗ"),
        (ImportError(SECRET), "chưa cài gói"),
        (OfALibrary(SECRET), "kho báo lỗi (OfALibrary)"),
    ],
)
def test_a_store_that_fails_is_the_machines_fault_in_a_sentence_without_a_key(
    one: SharedRawStore, broken: Breakable, url: str, error: Exception, said: str
) -> None:
    lacking = hashlib.sha256(b"khac").hexdigest()
    broken.away(error)
    for ask in (
        lambda: one.put(CONTENT),
        lambda: one.get(lacking),
        lambda: one.at_hand(lacking),
        lambda: lacking in one,
        lambda: list(one),
        lambda: one.remove(lacking),
        lambda: one.trim([], NOW),
    ):
        with pytest.raises(StoreAway) as caught:
            ask()
        assert said in str(caught.value) and f"«{url}»" in str(caught.value)
        assert SECRET not in machine_sentence(caught.value) + repr(caught.value)
        assert is_machines(caught.value) and isinstance(caught.value, BaocaoError)
        assert caught.value.__cause__ is None and caught.value.__suppress_context__
    broken.mend()
    assert list(one) == [] and one.get(one.put(CONTENT)) == CONTENT


def test_a_store_that_keeps_half_of_what_it_is_given_is_found_out_at_once(tmp_path: Path) -> None:
    url = store_url(MEMORY, tmp_path)
    one, other = (shared_raw_store(url, tmp_path / name) for name in ("may-1", "may-2"))
    broken = Breakable(one.objects)
    pipe = one.objects._filesystem().pipe_file
    broken.replace("pipe_file", lambda path, value: pipe(path, value[: len(value) // 2]))
    with pytest.raises(StoreAway, match="không giữ đủ"):
        one.put(CONTENT)
    with pytest.raises(RawFileDamaged):
        other.get(SHA256)
    broken.mend()
    assert other.get(one.put(CONTENT)) == CONTENT


@pytest.mark.parametrize("damage", [b"", CONTENT[:100], CONTENT[:-1] + b"?", CONTENT + b"x"])
def test_an_object_that_is_not_what_was_put_is_told_of_and_mended_by_the_next_put(
    one: SharedRawStore, other: SharedRawStore, damage: bytes
) -> None:
    one.put(CONTENT)
    one.objects.write(NAME, damage)
    for ask in (other.get, other.at_hand, other.in_store, one.in_store):
        with pytest.raises(RawFileDamaged, match=SHA256):
            ask(SHA256)
    assert not at_hand(other)
    assert one.get(SHA256) == CONTENT, "it is at hand, and whole"
    one.put(CONTENT)
    assert other.get(SHA256) == other.in_store(SHA256) == CONTENT


def test_a_disk_without_room_loses_nothing_and_is_told_of_where_a_path_is_wanted(
    one: SharedRawStore, other: SharedRawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.put(CONTENT)
    monkeypatch.setattr("tasks.adapters.raw_store._write_temporary", failing(NO_ROOM))
    digest = other.put(b"khac")
    assert other.get(digest) == b"khac" and other.get(SHA256) == CONTENT
    assert not at_hand(other)
    with pytest.raises(OSError, match="No space") as caught:
        other.at_hand(SHA256)
    assert is_machines(caught.value)
    monkeypatch.undo()
    assert other.at_hand(digest).read_bytes() == b"khac"


# --- which store it is ----------------------------------------------------------------------------


def test_a_store_without_its_mark_is_not_taken_for_one_that_has_lost_everything(
    one: SharedRawStore, other: SharedRawStore
) -> None:
    one.put(CONTENT)
    one.objects.remove(MARK)
    one.objects.remove(NAME)  # as a share that is not mounted
    for ask in (lambda: other.get(SHA256), lambda: SHA256 in other, lambda: list(other)):
        with pytest.raises(StoreAway, match="không phải kho đang dùng"):
            ask()
    with pytest.raises(StoreAway, match="không phải kho đang dùng"):
        other.put(b"khac")
    assert other.objects.sizes("raw") == {}


def test_what_was_written_beside_a_share_that_was_unmounted_meanwhile_is_not_kept(
    tmp_path: Path,
) -> None:
    """Its folder stays where it was mounted, and takes files all the same."""
    store = shared_raw_store(store_url(FOLDER, tmp_path), tmp_path / "may-1")
    share = Path(store.objects.url.removeprefix("file://"))
    size = store.objects.size

    def unmounted(name: str) -> int | None:  # after the store was attended to
        if not share.with_name("away").exists():
            share.rename(share.with_name("away"))
            share.mkdir()
        return size(name)

    store.objects.size = unmounted  # type: ignore[method-assign]
    with pytest.raises(StoreAway, match="chưa được gắn"):
        store.put(CONTENT)
    assert (share / NAME).is_file(), "written, and not where the record rests"


def test_a_store_of_another_record_is_refused(url: str, tmp_path: Path) -> None:
    mark = ObjectStore(url).begin()
    ours = ObjectStore(url, {mark})
    ours.attend()
    with pytest.raises(StoreAway, match="cơ sở dữ liệu khác"):
        SharedRawStore(tmp_path, ObjectStore(url, {"0123456789abcdef"})).put(CONTENT)
    assert ObjectStore(url).begin() == mark, "a store keeps its mark"


def test_a_shared_folder_is_made_by_no_program(tmp_path: Path) -> None:
    objects = ObjectStore(f"file://{tmp_path / 'chua-gan'}")
    for ask in (objects.begin, objects.attend, lambda: try_out(objects)):
        with pytest.raises(StoreAway):
            ask()
    assert not (tmp_path / "chua-gan").exists()


def test_a_store_is_tried_out_and_left_as_it_was(one: SharedRawStore, broken: Breakable) -> None:
    before = one.objects.sizes("")
    try_out(one.objects)
    assert one.objects.sizes("") == before
    broken.replace("rm_file", lambda path: None)
    with pytest.raises(StoreAway, match="vẫn còn"):
        try_out(one.objects)
    broken.mend()
    broken.replace("cat_file", lambda path: b"khac")
    with pytest.raises(StoreAway, match="đọc lại không đúng"):
        try_out(one.objects)


# --- a shared folder and a kill at any step -------------------------------------------------------

DIES_AT = """
import os, sys
from pathlib import Path
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.sharing.shared_raw_store import SharedRawStore
store = SharedRawStore(Path(sys.argv[1]), ObjectStore(sys.argv[2]))
name, countdown = sys.argv[3], int(sys.argv[4])
real = getattr(os, name)
def dying(*arguments, **named):
    global countdown
    countdown -= 1
    if countdown == 0:
        os._exit(9)
    return real(*arguments, **named)
setattr(os, name, dying)
store.put(b"bao cao " * 5000)
"""


@pytest.mark.parametrize(
    ("function", "call"),
    [("mkdir", 1), ("fsync", 1), ("rename", 1), ("fsync", 2), ("open", 2), ("fsync", 4)],
)
def test_a_kill_at_any_step_leaves_the_whole_object_or_none(
    tmp_path: Path, function: str, call: int
) -> None:
    url = store_url(FOLDER, tmp_path)
    one, other = (shared_raw_store(url, tmp_path / name) for name in ("may-1", "may-2"))
    killed = subprocess.run(
        [sys.executable, "-c", DIES_AT, str(one.root), url, function, str(call)], check=False
    )
    assert killed.returncode == 9
    for digest in one:
        assert digest == SHA256 and other.get(digest) == CONTENT
    assert all(RawStore(one.root).get(digest) == CONTENT for digest in at_hand(one))
    assert not at_hand(one) or list(one), "at hand is only what the store has"
    assert other.get(one.put(CONTENT)) == CONTENT


def test_what_a_kill_left_half_written_in_a_shared_folder_is_swept(tmp_path: Path) -> None:
    url = store_url(FOLDER, tmp_path)
    one = shared_raw_store(url, tmp_path / "may-1")
    one.put(CONTENT)
    folder = Path(url.removeprefix("file://"), NAME).parent
    for name, age in (("cu", 7200), ("moi", 60)):
        (folder / f"{TEMPORARY_PREFIX}{name}").write_bytes(b"do dang")
        os.utime(folder / f"{TEMPORARY_PREFIX}{name}", (NOW.timestamp() - age,) * 2)
    assert list(one) == [SHA256]
    assert one.objects.sweep(NOW - dt.timedelta(hours=1)) == 1
    assert sorted(p.name for p in folder.iterdir()) == sorted([SHA256, f"{TEMPORARY_PREFIX}moi"])


# --- what is at hand is kept small ----------------------------------------------------------------


def used(store: SharedRawStore, digest: str, days_ago: float) -> None:
    os.utime(store.path(digest), (NOW.timestamp() - days_ago * 86400,) * 2)


def test_what_was_not_used_for_longest_goes_and_comes_back_when_it_is_wanted(
    one: SharedRawStore,
) -> None:
    digests = one.put_many([bytes([n]) * 1000 for n in range(5)])
    for days_ago, digest in enumerate(digests):
        used(one, digest, days_ago + 0.5)
    one.most = 2500
    assert one.trim(digests, NOW) == Trimmed(removed=3, freed=3000)
    assert at_hand(one) == set(digests[:2]) and list(one) == sorted(digests)
    assert one.get(digests[4]) == bytes([4]) * 1000
    one.most = 0
    assert one.trim(digests, NOW).removed == 1, "what was used today stays, however little room"


def test_a_use_is_noted_so_that_what_is_wanted_often_stays(one: SharedRawStore) -> None:
    digest = one.put(CONTENT)
    used(one, digest, 30)
    one.get(digest)
    one.most = 0
    assert one.trim([digest], dt.datetime.now(dt.UTC)).removed == 0


def test_what_only_this_machine_has_is_handed_over_and_never_dropped(
    one: SharedRawStore, other: SharedRawStore
) -> None:
    digest = RawStore(one.root).put(CONTENT)  # before there was a shared store
    used(one, digest, 400)
    assert one.get(digest) == CONTENT
    assert one.trim([digest], NOW) == Trimmed(handed_over=1)
    assert other.get(digest) == CONTENT


def test_what_was_removed_on_another_machine_goes_here_too(
    one: SharedRawStore, other: SharedRawStore
) -> None:
    digest = one.put(CONTENT)
    other.at_hand(digest)
    assert one.remove(digest)
    used(other, digest, 3)
    assert other.trim([], NOW).removed == 1
    with pytest.raises(RawFileMissing):
        other.get(digest)


def test_a_damaged_file_that_the_store_lacks_is_not_handed_over(one: SharedRawStore) -> None:
    path = RawStore(one.root).path(RawStore(one.root).put(CONTENT))
    path.chmod(0o600)
    path.write_bytes(b"hong")
    assert one.trim([SHA256], NOW) == Trimmed()
    assert list(one) == [] and path.is_file()


def test_a_machine_on_which_nobody_cleans_up_keeps_little_at_hand_as_well(
    one: SharedRawStore, broken: Breakable
) -> None:
    digests = one.put_many([bytes([n]) * 1000 for n in range(3)])
    only_here = RawStore(one.root).put(CONTENT)
    for digest in (*digests, only_here):
        used(one, digest, 30)
    one.most = 0
    broken.away(ConnectionRefusedError())
    assert one.sweep(NOW) == 0 and len(at_hand(one)) == 4
    broken.mend()
    assert one.sweep(NOW) == 0 and len(at_hand(one)) == 4, "once a day"
    (one.root / ".da-bot").unlink()
    one.sweep(NOW)
    assert at_hand(one) == {only_here}
