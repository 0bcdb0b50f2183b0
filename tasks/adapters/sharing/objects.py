"""Objects by name in a store that fsspec reaches: each whole under its name, or not there.

A store is known by its mark, an object with a name of its own. The record remembers which mark is
ours, so that a share that is not mounted, or another bucket, is not taken for an empty store.

Object stores (S3) give an object its name once it has come whole. In a folder that machines share
it is written beside its place, brought to the disk and renamed, as the raw store does it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from tasks.adapters.raw_store import DIRECTORY_MODE, TEMPORARY_PREFIX
from tasks.adapters.sharing.store_failures import StoreAway, store_away
from tasks.adapters.whole_files import sync_folder

MARK = "kho-baocao.txt"
FOLDER_SCHEME = "file"
_LONGEST_MARK = 64
#: Of each kind of store. S3: five tries of the library; one that is silent is told within three
#: minutes, and a large object has half a minute on a slow line.
_OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {
        "config_kwargs": {
            "connect_timeout": 5,
            "read_timeout": 30,
            "retries": {"max_attempts": 0},
            "max_pool_connections": 20,
        }
    }
}


class ObjectStore:
    """A store at an address: `s3://bucket/prefix`, `file:///folder`, `memory://name` in tests.

    Usable from any thread, and after a fork. Whatever a library raises is a StoreAway.
    """

    def __init__(self, url: str, marks: Collection[str] | None = None) -> None:
        self.url = url.rstrip("/")
        self._scheme, _, self._root = self.url.partition("://")
        self._root = self._root.rstrip("/")
        #: The marks that the record knows; None: any store will do.
        self.marks = marks
        self._opened: tuple[int, Any] | None = None

    def begin(self) -> str:
        """The store's mark; a new store gets one. Raises StoreAway."""
        mark = self._mark()
        if not mark:
            mark = secrets.token_hex(8)
            self.write(MARK, mark.encode())
            if self._mark() is None:
                raise store_away(self.url, "ghi vào rồi đọc lại không thấy")
        return mark

    def attend(self) -> None:
        """Whether this is the store in use. Raises StoreAway where it is not, or cannot be told."""
        mark = self._mark()
        if mark is None:
            raise store_away(
                self.url,
                f"không phải kho đang dùng, vì không có tệp {MARK}. Thư mục dùng chung chưa được "
                "gắn, hoặc địa chỉ đã đổi; chuyển kho thì chép mọi tệp, cả tệp này",
            )
        if self.marks is not None and mark not in self.marks:
            raise store_away(self.url, "là kho của một cơ sở dữ liệu khác")

    def is_still_there(self) -> None:
        """After objects were written: whether all of them went into the store in use.

        A share that is unmounted meanwhile leaves a folder into which they can be written all the
        same; a bucket cannot go so. Raises StoreAway.
        """
        if self._scheme == FOLDER_SCHEME:
            self.attend()

    def _mark(self) -> str | None:
        content = self.read(MARK)
        return None if content is None else content[:_LONGEST_MARK].decode("ascii", "replace")

    def write(self, name: str, content: bytes) -> None:
        """Puts the object in the place of whatever bears its name; it is kept when this returns.

        Raises StoreAway: what bore the name before still does, or the whole new object.
        """
        with self._asking():
            if self._scheme == FOLDER_SCHEME:
                if not Path(self._root).is_dir():  # made by no program: it may not be mounted
                    raise FileNotFoundError(self._root)
                _write_into_folder(Path(self._at(name)), content)
            else:
                self._filesystem().pipe_file(self._at(name), content)
        if self.size(name) != len(content):
            raise store_away(self.url, "kho không giữ đủ nội dung vừa ghi")

    def read(self, name: str) -> bytes | None:
        """The object's content, which nobody has verified; None where none bears the name."""
        with self._asking():
            try:
                return bytes(self._filesystem().cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        """The object's bytes; None where none bears the name."""
        with self._asking():
            try:
                return int(self._filesystem().info(self._at(name))["size"])
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> bool:
        """Whether an object bore the name and is no more."""
        if self.size(name) is None:
            return False
        with self._asking(), contextlib.suppress(FileNotFoundError):
            self._filesystem().rm_file(self._at(name))
        return True

    def sizes(self, folder: str) -> dict[str, int]:
        """The bytes of all objects below a folder, by their names within it."""
        at = self._at(folder)
        with self._asking():
            try:
                found = self._filesystem().find(at, detail=True)
            except FileNotFoundError:
                return {}
        start = f"{self._filesystem()._strip_protocol(at)}/"
        named = {name.removeprefix(start): info["size"] for name, info in found.items()}
        return {
            name: int(size)
            for name, size in named.items()
            if not name.rpartition("/")[2].startswith(TEMPORARY_PREFIX)
        }

    def sweep(self, abandoned_before: dt.datetime) -> int:
        """How many files that a kill left half written in a shared folder were removed.

        An object store has none: what came to it in part it never shows.
        """
        if self._scheme != FOLDER_SCHEME:
            return 0
        limit, removed = abandoned_before.timestamp(), 0
        for path in Path(self._root).rglob(f"{TEMPORARY_PREFIX}*"):
            with contextlib.suppress(OSError):  # another machine was faster
                if path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
        return removed

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _filesystem(self) -> Any:
        """The library's own, opened once in each process: a forked one shall not share a socket."""
        if self._opened is None or self._opened[0] != os.getpid():
            import fsspec  # start-up cost: most installations have no shared store

            options = {**_OPTIONS.get(self._scheme, {}), "use_listings_cache": False}
            made = fsspec.filesystem(self._scheme, skip_instance_cache=True, **options)
            self._opened = os.getpid(), made
        return self._opened[1]

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Turns all that a library may raise inside into StoreAway, but for what is ours.

        Not by a list: each kind of store has a library of its own, which raises what it likes.
        Its own words are left out: they may hold an address with a key in it.
        """
        try:
            yield
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001  see above
            raise store_away(self.url, error) from None


def try_out(objects: ObjectStore) -> None:
    """Writes an object of random bytes, reads it back and removes it. Raises StoreAway."""
    name, content = f"thu/{secrets.token_hex(8)}", secrets.token_bytes(1000)
    objects.write(name, content)
    came_back = objects.read(name)
    is_gone = objects.remove(name) and objects.size(name) is None
    if came_back != content:
        raise store_away(objects.url, "đọc lại không đúng nội dung vừa ghi")
    if not is_gone:
        raise store_away(objects.url, "xóa rồi mà tệp vẫn còn")


def _write_into_folder(path: Path, content: bytes) -> None:
    lacking = [folder for folder in path.parents if not folder.is_dir()]
    path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(12)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    for folder in {path.parent, *(folder.parent for folder in lacking)}:
        sync_folder(folder)
