"""The drop folder takes finished files, and only those."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path

import pytest

from tasks.adapters.mailbox.drop_folder import DropFolder
from tasks.adapters.mailbox.inbox import ArrivalGone, InboxFault

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
LEFT_ALONE = [
    "~$Kế hoạch.xlsx",
    ".~lock.Kế hoạch.ods#",
    "Kế hoạch.xlsx.part",
    "Kế hoạch.xlsx.crdownload",
    "Kế hoạch.TMP",
    ".hidden.xlsx",
    "Thumbs.db",
]


def _put(folder: Path, name: str, content: bytes = b"x", age: float = 3600) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def _names(folder: Path) -> list[str]:
    return [arrival.name for arrival in DropFolder(folder, NOW).arrivals()]


def appeared_at(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_ctime, dt.UTC)


@pytest.mark.parametrize("age", [86400 * 30, -86400 * 30])
def test_a_file_counts_as_received_when_it_appeared_whatever_its_own_time(
    tmp_path: Path, age: float
) -> None:
    appeared = appeared_at(_put(tmp_path, "Kế hoạch.xlsx", age=age))
    ahead = dt.timedelta(days=3)
    for clock in (dt.timedelta(0), ahead):  # the machine's, a rehearsal's
        seen = appeared + clock + dt.timedelta(minutes=5)
        (arrival,) = DropFolder(tmp_path, seen, clock).arrivals()
        assert arrival.received_at == appeared + clock
    # Where the machine's clock was set back, nothing arrives later than now.
    back = appeared - dt.timedelta(minutes=5)
    (arrival,) = DropFolder(tmp_path, back, dt.timedelta(0)).arrivals()
    assert arrival.received_at == back


def test_where_time_is_told_files_count_as_received_when_first_seen(tmp_path: Path) -> None:
    _put(tmp_path, "Kế hoạch.xlsx", b"workbook", age=86400 * 30)
    (arrival,) = DropFolder(tmp_path, NOW).arrivals()
    assert arrival.received_at == NOW
    assert arrival.read() == b"workbook"
    assert not arrival.is_message


def test_saved_messages_are_messages(tmp_path: Path) -> None:
    _put(tmp_path, "Thư.EML")
    (arrival,) = DropFolder(tmp_path, NOW).arrivals()
    assert arrival.is_message


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_programs_leave_behind_is_left_alone(tmp_path: Path, name: str) -> None:
    _put(tmp_path, name)
    assert _names(tmp_path) == []


@pytest.mark.parametrize(("age", "taken"), [(0, False), (4, False), (6, True), (-3600, True)])
def test_a_file_that_may_still_be_copied_waits(tmp_path: Path, age: float, taken: bool) -> None:
    path = _put(tmp_path, "a.xlsx")
    now = appeared_at(path) + dt.timedelta(seconds=age)
    found = [arrival.name for arrival in DropFolder(tmp_path, now, dt.timedelta(0)).arrivals()]
    assert found == (["a.xlsx"] if taken else [])


def test_finished_files_are_told_from_others_by_one_mark(tmp_path: Path) -> None:
    inbox = DropFolder(tmp_path, NOW)
    _put(tmp_path, "~$a.xlsx")
    assert inbox.mark() == ""
    path = _put(tmp_path, "a.xlsx")
    seen = inbox.mark()
    assert seen and inbox.mark() == seen
    path.unlink()
    _put(tmp_path, "a.xlsx")
    assert inbox.mark() not in ("", seen)


def test_a_file_that_grows_while_it_is_read_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _put(tmp_path, "a.xlsx")
    (arrival,) = DropFolder(tmp_path, NOW).arrivals()
    real = os.fstat

    def grows(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        with path.open("ab") as file:
            file.write(b"more")
        return status

    monkeypatch.setattr(os, "fstat", grows)
    with pytest.raises(ArrivalGone, match="còn đang được chép"):
        arrival.read()


def test_links_subfolders_and_pipes_are_left_alone(tmp_path: Path) -> None:
    secret = _put(tmp_path, "secret.txt")
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "link.xlsx").symlink_to(secret)
    (folder / "folder").mkdir()
    _put(folder / "folder", "a.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    assert _names(folder) == []


def test_a_file_swapped_for_a_link_is_not_followed(tmp_path: Path) -> None:
    path = _put(tmp_path, "a.xlsx")
    (arrival,) = DropFolder(tmp_path, NOW).arrivals()
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(ArrivalGone):
        arrival.read()


def test_a_settled_file_moves_under_its_hash_and_nothing_is_overwritten(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"second"):
        _put(tmp_path, "a.xlsx", content)
        inbox = DropFolder(tmp_path, NOW)
        (arrival,) = inbox.arrivals()
        arrival.read()
        inbox.move_to_processed(arrival)
        inbox.move_to_processed(arrival)
        assert list(inbox.arrivals()) == []
    kept = {path.name: path.read_bytes() for path in (tmp_path / "da-xu-ly").iterdir()}
    assert kept == {
        f"{hashlib.sha256(content).hexdigest()[:12]}-a.xlsx": content
        for content in (b"first", b"second")
    }


def test_a_file_replaced_after_reading_is_a_new_arrival(tmp_path: Path) -> None:
    _put(tmp_path, "a.xlsx", b"read")
    inbox = DropFolder(tmp_path, NOW)
    (arrival,) = inbox.arrivals()
    arrival.read()
    _put(tmp_path, "a.xlsx", b"newer")
    inbox.move_to_processed(arrival)
    (again,) = DropFolder(tmp_path, NOW).arrivals()
    assert again.read() == b"newer"


def test_a_name_of_the_greatest_length_can_be_settled(tmp_path: Path) -> None:
    _put(tmp_path, "ạ" * 83 + ".xlsx")
    inbox = DropFolder(tmp_path, NOW)
    (arrival,) = inbox.arrivals()
    inbox.move_to_processed(arrival)
    (kept,) = (tmp_path / "da-xu-ly").iterdir()
    assert kept.suffix == ".xlsx"


def test_names_are_shown_composed(tmp_path: Path) -> None:
    _put(tmp_path, "Ke\u0302\u0301 hoạch.xlsx")
    assert _names(tmp_path) == ["Kế hoạch.xlsx"]


def test_a_link_in_place_of_the_processed_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    _put(folder, "a.xlsx")
    (folder / "da-xu-ly").symlink_to(tmp_path)
    inbox = DropFolder(folder, NOW)
    (arrival,) = inbox.arrivals()
    with pytest.raises(InboxFault):
        inbox.move_to_processed(arrival)


def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        DropFolder(tmp_path, dt.datetime(2025, 2, 10))  # noqa: DTZ001
