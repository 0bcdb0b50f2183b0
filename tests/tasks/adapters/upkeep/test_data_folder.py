"""What of the data folder may go is listed by age; whatever the office needs stands in no list."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from tasks.adapters.upkeep.data_folder import (
    amount,
    parts,
    removable,
    remove,
    room_said,
    size_of,
)

NOW = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
OLD, YOUNG = NOW - dt.timedelta(days=400), NOW - dt.timedelta(days=20)

KEPT = (
    "raw/ab/abcd",
    "output/tong-hop_2025-plan.xlsx",
    "baocao.sqlite",
    "prefect/prefect.db",
    "prefect/server.log",
    "prefect/ui/index.html",
    "mailbox/new/1",
    "mailbox/.Da-xu-ly/cur/2",
    "drop/bao-cao.xlsx",
    "watchdog.json",
    "office/cycles.toml",
)
GOES = ("prefect/server.log.1", "prefect/server.log.3", "prefect/results/a1", "sent/new/1")


def put(path: Path, at: dt.datetime, content: bytes = b"x" * 1000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_only_what_is_listed_goes_and_all_of_it(tmp_path: Path) -> None:
    for name in (*KEPT, *GOES):
        put(tmp_path / name, OLD)
    found = removable(tmp_path, NOW)
    assert sum(one.size for one in found) == 1000 * len(GOES)
    assert sum(map(remove, found)) == 1000 * len(GOES)
    assert names(tmp_path) == set(KEPT)
    assert removable(tmp_path, NOW) == []


def test_test_mail_results_and_logs_are_kept_as_long_as_somebody_may_look(tmp_path: Path) -> None:
    for name in ("sent/new/1", "prefect/results/a1", "prefect/server.log.1"):
        put(tmp_path / name, YOUNG)
    assert removable(tmp_path, NOW) == []


def test_a_rehearsal_within_goes_when_nobody_has_worked_there_for_a_month(tmp_path: Path) -> None:
    for folder, at in (("dien-tap", OLD), ("demo", YOUNG), ("own", OLD)):
        put(tmp_path / folder / "baocao.sqlite", at)
    put(tmp_path / "dien-tap" / "dong-ho-dien-tap.json", OLD)
    put(tmp_path / "demo" / ".baocao-demo", OLD)
    (found,) = removable(tmp_path, NOW)
    assert remove(found) == 2000
    assert names(tmp_path) == {"demo/baocao.sqlite", "demo/.baocao-demo", "own/baocao.sqlite"}


def test_a_folder_that_is_itself_a_rehearsals_is_not_removed(tmp_path: Path) -> None:
    put(tmp_path / "dong-ho-dien-tap.json", OLD)
    put(tmp_path / "raw" / "ab" / "abcd", OLD)
    assert removable(tmp_path, NOW) == []


def test_a_link_out_of_the_folder_is_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside / ".baocao-demo", OLD)
    put(outside / "work.xlsx", OLD)
    data = tmp_path / "data"
    (data / "sent").mkdir(parents=True)
    (data / "linked").symlink_to(outside)
    (data / "sent" / "new").symlink_to(outside)
    for found in removable(data, NOW):
        remove(found)
    assert names(outside) == {".baocao-demo", "work.xlsx"}


def test_what_the_system_refuses_is_not_counted_as_freed(tmp_path: Path) -> None:
    put(tmp_path / "sent" / "new" / "1", OLD)
    (found,) = removable(tmp_path, NOW)
    (tmp_path / "sent" / "new" / "1").unlink()
    assert remove(found) == 0


def test_every_byte_belongs_to_a_part(tmp_path: Path) -> None:
    for name in (*KEPT, *GOES, "unknown/file"):
        put(tmp_path / name, OLD)
    assert sum(part.size for part in parts(tmp_path)) == size_of(tmp_path) == 16_000
    assert parts(tmp_path)[0].size >= parts(tmp_path)[-1].size


def test_what_is_said_names_what_goes_and_what_is_largest(tmp_path: Path) -> None:
    assert room_said(tmp_path, NOW) == ["Trong thư mục dữ liệu không có gì dọn được ngay."]
    put(tmp_path / "prefect" / "server.log.1", OLD, b"x" * 3_400_000)
    put(tmp_path / "raw" / "ab" / "abcd", OLD, b"x" * 5_000_000)
    goes, largest = room_said(tmp_path, NOW)
    assert goes == "Có thể dọn 3,4 MB, gồm nhật ký cũ của máy chủ Prefect, quá 30 ngày: 3,4 MB."
    assert largest.startswith("Chiếm chỗ nhiều nhất: thư và sổ báo cáo gốc (raw): 5,0 MB;")
    assert amount(2_000_000_000) == "2,0 GB"
