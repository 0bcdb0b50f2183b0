"""What a folder of arrival holds and nobody takes: mentioned once, with what to do, never lost."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.cli.doctor_mail import mailbox_remarks
from models.domain.letters.health import alarms
from tasks.adapters.boards.boards import boards
from tasks.adapters.boards.lying_files import lying_files
from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox.drop_folder import DropFolder
from tasks.adapters.mailbox.inbox import ArrivalGone, NotAFile, open_regular
from tasks.adapters.mailbox.maildir import MaildirInbox, make_maildir
from tasks.adapters.store import heartbeats, messages
from tasks.adapters.work.alarming import measure, write_alarm
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import small_workplace

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NOBODY = 65534


def put(folder: Path, name: str, age: dt.timedelta = DAY) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    os.utime(path, ((NOW - age).timestamp(),) * 2)
    return path


def _link(folder: Path, to: Path | str) -> None:
    (folder / "kế hoạch.xlsx").symlink_to(to)


def _socket(folder: Path) -> None:
    # The path of a socket is short by rule: bound from within the folder.
    before = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind("kế hoạch.xlsx")
    finally:
        os.chdir(before)


def _folder(folder: Path) -> None:
    (folder / "kế hoạch.xlsx").mkdir()
    put(folder / "kế hoạch.xlsx", "bên trong.xlsx")


NO_TIME = dt.timedelta(0)
LYING: dict[str, tuple[Callable[[Path], object], str, dt.timedelta]] = {
    "a link out of the folder": (lambda f: _link(f, "/etc/passwd"), "Chép chính tệp", NO_TIME),
    "a link inside": (lambda f: _link(f, put(f.parent, "a.xlsx")), "Chép chính tệp", NO_TIME),
    "a link to nothing": (lambda f: _link(f, "không có"), "Chép chính tệp", NO_TIME),
    "a link to itself": (lambda f: _link(f, "kế hoạch.xlsx"), "Chép chính tệp", NO_TIME),
    "a link to a device": (lambda f: _link(f, "/dev/zero"), "Chép chính tệp", NO_TIME),
    "a pipe": (lambda f: os.mkfifo(f / "kế hoạch.xlsx"), "Xóa nó", NO_TIME),
    "a socket": (_socket, "Xóa nó", NO_TIME),
    "a folder": (_folder, "Chuyển từng tệp ra", HOUR),
    "a hidden workbook": (lambda f: put(f, ".kế hoạch.xlsx"), "bỏ dấu chấm đầu tên", HOUR),
    "a lock of Office": (lambda f: put(f, "~$kế hoạch.xlsx"), "tệp tạm", DAY),
    "a lock of LibreOffice": (lambda f: put(f, ".~lock.kế hoạch.xlsx#"), "xóa", DAY),
    "a swap file": (lambda f: put(f, ".kế hoạch.xlsx.swp"), "tệp tạm", DAY),
    "a half download": (lambda f: put(f, "kế hoạch.xlsx.part"), "chép lại trọn vẹn", DAY),
}


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("what", LYING)
def test_what_is_not_taken_is_named_with_what_to_do_and_stays(drop: Path, what: str) -> None:
    make, to_do, patience = LYING[what]
    make(drop)
    put(drop, "báo cáo.xlsx")
    before = sorted(os.listdir(drop))  # noqa: PTH208
    inbox = DropFolder(drop, NOW)
    assert [arrival.name for arrival in inbox.arrivals()] == ["báo cáo.xlsx"]
    (lying,) = inbox.left_lying()
    assert "kế hoạch.xlsx" in lying.said
    assert str(drop) in lying.said
    assert to_do in lying.said
    assert lying.patience == patience
    assert sorted(os.listdir(drop)) == before  # noqa: PTH208


def test_a_file_that_grows_is_named_and_stays(drop: Path) -> None:
    changed = put(drop, "kế hoạch.xlsx").stat().st_ctime
    inbox = DropFolder(drop, dt.datetime.fromtimestamp(changed, dt.UTC), dt.timedelta(0))
    assert list(inbox.arrivals()) == []
    (lying,) = inbox.left_lying()
    assert "đang được ghi" in lying.said
    assert lying.patience == HOUR


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "._kế hoạch.xlsx"])
def test_litter_of_the_system_and_our_own_folder_are_nobodys_business(
    drop: Path, name: str
) -> None:
    put(drop, name)
    (drop / "da-xu-ly").mkdir()
    inbox = DropFolder(drop, NOW)
    assert (list(inbox.arrivals()), inbox.left_lying()) == ([], [])


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """As a service that is not root, where the tests are."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_drop() -> Iterator[Path]:
    """A drop folder that every account of the machine may look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_file_that_may_not_be_read_is_named_and_taken_once_it_may(open_drop: Path) -> None:
    drop = open_drop
    path = put(drop, "kế hoạch.xlsx")
    path.chmod(0)
    with without_rights():
        inbox = DropFolder(drop, NOW)
        assert list(inbox.arrivals()) == []
        (lying,) = inbox.left_lying()
        assert "quyền đọc" in lying.said
    path.chmod(0o644)
    with without_rights():
        inbox = DropFolder(drop, NOW)
        (arrival,) = inbox.arrivals()
        assert arrival.read() == b"x"
        assert inbox.left_lying() == []


@pytest.mark.parametrize(
    "name",
    ["a\nBcc: b.xlsx", "a\u2028b.xlsx", "a\u202exslx.exe", "\udcff\udcfe.xlsx", "\u202e",
     "...", "-rf", "ạ" * 83 + ".xlsx", "a\x1b[31m.xlsx", "CON", "a\\b.xlsx"],
)  # fmt: skip
def test_a_strange_name_is_taken_kept_and_shown_as_one_harmless_line(
    tmp_path: Path, name: str
) -> None:
    with small_workplace(tmp_path, NOW, ("syt",)) as place:
        drop = tmp_path / "drop"
        drop.mkdir()
        path = drop / name
        path.write_bytes(b"not a workbook")
        os.utime(path, ((NOW - DAY).timestamp(),) * 2)
        result = collect_from(place, f"drop://{drop}", 10)
        hidden = name.startswith(".")
        assert (result.new, result.failures) == (0 if hidden else 1, [])
        with place.engine.begin() as connection:
            names = [row["name"] for row in messages.every_message(connection)]
        lying = [one.said for one in DropFolder(drop, NOW).left_lying()]
        assert len(names) + len(lying) == 1
        for shown in (*names, *lying):
            assert shown.isprintable()
            assert shown.encode()


def test_a_read_never_waits_for_a_pipe_nor_follows_a_link(tmp_path: Path) -> None:
    maildir = make_maildir(tmp_path / "maildir")
    put(maildir / "new", "thư")
    inbox = MaildirInbox(maildir)
    (arrival,) = inbox.arrivals()
    for swap in (os.mkfifo, lambda path: path.symlink_to("/etc/hostname"), Path.mkdir):
        path = maildir / "new" / "thư"
        path.unlink()
        swap(path)
        with pytest.raises(ArrivalGone):
            arrival.read()
        with pytest.raises(NotAFile):
            open_regular(path)
        (lying,) = inbox.left_lying()
        assert "«thư»" in lying.said
        assert "không phải thư" in lying.said


@pytest.fixture
def place(tmp_path: Path, drop: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, NOW, ()) as place:
        place.rules = dataclasses.replace(
            place.rules,
            mailboxes=(*place.rules.mailboxes, f"drop://{drop}"),
            operator_to=("truc@ubnd.example",),
        )
        yield place


def told(place: Workplace) -> int:
    """How many letters a look of the watch writes."""
    with place.engine.begin() as connection:
        heartbeats.beat(connection, "collect-submissions", place.now)
    found = [a for a in alarms(measure(place, [], [], [])) if a.matter == "files-not-taken"]
    return sum(write_alarm(place, alarm, place.now.date().isoformat()) for alarm in found)


def test_each_thing_is_written_of_once_and_a_new_one_again(place: Workplace, drop: Path) -> None:
    os.mkfifo(drop / "ống")
    put(drop, "~$a.xlsx")
    assert told(place) == 1
    looks = []
    for _ in range(30):
        place.now += HOUR
        looks.append(told(place))
    assert sum(looks) == 1, "the lock alone, after its day"
    assert looks.index(1) == 23
    (drop / "ống").unlink()
    place.now += HOUR
    assert told(place) == 0
    os.mkfifo(drop / "ống")
    place.now += HOUR
    assert told(place) == 1, "it is another one now"
    with place.engine.begin() as connection:
        texts = [" ".join(letter.text.split()) for letter in every_letter(connection)]
    assert ["«ống»" in text for text in texts] == [True, True, True]
    assert ["«~$a.xlsx»" in text for text in texts] == [False, True, True]


def test_a_copy_that_ends_in_time_is_never_mentioned(place: Workplace, drop: Path) -> None:
    put(drop, "kế hoạch.xlsx.part")
    for _ in range(5):
        assert told(place) == 0
        place.now += HOUR
    (drop / "kế hoạch.xlsx.part").rename(drop / "kế hoạch.xlsx")
    place.now += DAY
    assert told(place) == 0
    assert collect_from(place, f"drop://{drop}", 10).new == 1
    with place.engine.begin() as connection:
        assert heartbeats.standing_since(connection, "lies:", [], place.now) == {}


def test_the_board_shows_them_as_long_as_they_lie(place: Workplace, drop: Path) -> None:
    (drop / "<b>|[x](http:y).xlsx").symlink_to("/etc/passwd")

    def board() -> str:
        return next(b for b in boards(place, []) if b.key == "tep-khong-nhan").markdown

    for _ in range(3):
        assert "hệ thống không đi theo" in board()
        assert "<b>" not in board()
        place.now += DAY
    (drop / "<b>|[x](http:y).xlsx").unlink()
    assert "0 tệp" in board()
    with place.engine.begin() as connection:
        assert lying_files(place, connection) == []


def test_collecting_goes_on_and_succeeds_beside_them(place: Workplace, drop: Path) -> None:
    for make, _, _ in (LYING["a pipe"], LYING["a hidden workbook"], LYING["a half download"]):
        make(drop)
    put(drop, "báo cáo.xlsx")
    result = collect_from(place, f"drop://{drop}", 10)
    assert (result.new, result.failures) == (1, [])


def test_the_doctor_names_them_and_lets_what_may_pass_be(tmp_path: Path, drop: Path) -> None:
    os.mkfifo(drop / "ống")
    put(drop, "~$a.xlsx")
    settings = load_settings(data_dir=tmp_path, mailbox_url=f"drop://{drop}")
    said = {
        remark.sentence: remark.ok
        for remark in mailbox_remarks(settings, NOW)
        if "«" in remark.sentence and str(drop) in remark.sentence
    }
    assert sorted(said.values()) == [False, True]
    (bad,) = (sentence for sentence, ok in said.items() if not ok)
    assert "«ống»" in bad
