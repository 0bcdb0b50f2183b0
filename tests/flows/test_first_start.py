"""A first start: waited for as long as it gets on, and begun again after a kill at any moment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.door.start_stages import StartStage, stage_of, tell_stage
from flows.serving.starting import patience
from flows.serving.starting.children import dying_with
from flows.serving.starting.patience import (
    STAGES,
    Awaited,
    ServerDidNotStart,
    just_wait,
    turn_to_start,
    wait_until_it_answers,
)
from flows.serving.starting.service_lock import AlreadyServing, is_served, only_one
from tests.flows.served import PATIENCE, Served, family_of, found_address, start, wait_for

DEAF = "http://127.0.0.1:1/health"


@contextlib.contextmanager
def child(doing: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", doing])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_child_whose_parent_was_gone_before_it_could_ask_ends() -> None:
    """Else it would live for ever: nobody tells it."""
    said = [
        subprocess.run(
            ["/bin/echo", "lives"], preexec_fn=dying_with(parent), capture_output=True, check=False
        ).stdout
        for parent in (os.getpid(), os.getppid())
    ]
    assert said == [b"lives\n", b""]


def awaited(process: subprocess.Popen[bytes], folder: Path) -> Awaited:
    return Awaited(process, DEAF, {}, folder / "log", lambda: STAGES[stage_of(folder)])


def test_every_stage_has_words() -> None:
    assert set(STAGES) == set(StartStage)


def test_a_server_that_gets_on_is_waited_for_and_what_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It works on for longer than one that stands still would be given."""
    monkeypatch.setattr(patience, "TELLS_EVERY", 0.3)
    monkeypatch.setattr(patience, "STANDS_STILL", 5.0)
    (tmp_path / "prefect").mkdir()
    tell_stage(tmp_path, StartStage.TABLES)
    said: list[str] = []

    def enough(seconds: float) -> bool:
        time.sleep(seconds)
        return len(said) >= 3

    with child("while True: pass") as process:
        assert not wait_until_it_answers(awaited(process, tmp_path), said.append, enough)
    assert len(said) == 3
    assert all("Vẫn đang đợi" in one and STAGES[StartStage.TABLES] in one for one in said)


def test_a_server_that_stands_still_is_given_up_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "STANDS_STILL", 1.0)
    with child("import time; time.sleep(600)") as process:
        with pytest.raises(ServerDidNotStart, match="chạy lại lúc nào cũng an toàn"):
            wait_until_it_answers(awaited(process, tmp_path), print, just_wait)
        assert process.poll() is None, "whoever started it ends it"


@pytest.mark.parametrize(
    ("doing", "how"),
    [("raise SystemExit(3)", "dừng ngay"), ("import os; os.kill(os.getpid(), 9)", "hệ điều hành")],
)
def test_a_server_that_ends_says_so_and_where_its_reason_stands(
    tmp_path: Path, doing: str, how: str
) -> None:
    with child(doing) as process:
        process.wait()
        with pytest.raises(ServerDidNotStart) as told:
            wait_until_it_answers(awaited(process, tmp_path), print, just_wait)
    assert how in str(told.value) and str(tmp_path / "log") in str(told.value)
    assert "mã 3" not in str(told.value)


def test_one_server_of_a_folder_starts_at_a_time_and_the_others_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TELLS_EVERY", 0.3)
    (tmp_path / "prefect").mkdir()
    said: list[str] = []

    def enough(seconds: float) -> bool:
        time.sleep(seconds)
        return bool(said)

    with turn_to_start(tmp_path, print, just_wait) as first:
        assert first
        with turn_to_start(tmp_path, said.append, enough) as second:
            assert not second
    assert "một lệnh khác" in said[0]
    with turn_to_start(tmp_path, print, just_wait) as third:
        assert third


def test_whoever_looks_whether_a_folder_is_served_hinders_nobody(tmp_path: Path) -> None:
    assert not is_served(tmp_path)
    with only_one(tmp_path):
        assert is_served(tmp_path)
        with pytest.raises(AlreadyServing), only_one(tmp_path):
            pass
    assert not is_served(tmp_path)


#: Between two kills a start gets on; each is of all its processes at once.
KILLED_AT = (
    StartStage.PROGRAM,
    StartStage.PAGES,
    StartStage.TABLES,
    "tables",
    StartStage.ANSWER,
    "password",
)
SMALL_FILES = ("port", "khoi-dong", "service.json", "memo_store.toml", "start.lock")


@pytest.mark.slow
def test_a_first_start_that_was_killed_again_and_again_is_simply_started_again(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    passwords = ""
    for number, moment in enumerate(KILLED_AT):
        log = tmp_path / f"log-{number}"
        with log.open("w") as output:
            process = start(tmp_path, output, from_nothing=True)
            try:
                wait_for(lambda m=moment, at=log: reached(m, data, at), log)  # type: ignore[misc]
            finally:
                for pid in family_of(process.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                process.wait()
        passwords += log.read_text()
        for name in SMALL_FILES:  # as a kill in the middle of a write may leave them
            (data / "prefect" / name).write_bytes(b"{")
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, from_nothing=True)
        try:
            served = Served(wait_for(lambda: found_address(log), log), tmp_path)
            keys = {a["key"] for a in served.ask("artifacts/latest/filter", {})}
            assert "thu-cho-nguoi-xem" in keys, "the boards are there when it says so"
        finally:
            process.terminate()
            code = process.wait(PATIENCE)
    said = log.read_text()
    assert code == 0 and "Traceback" not in said
    assert (passwords + said).count("Đăng nhập lần đầu") == 1, "told to whoever can use it"
    assert not (data / "prefect" / "service.json").exists()


def reached(moment: str, data: Path, log: Path) -> bool:
    """Whether a start has come that far."""
    if moment == "password":  # which the start before may have told in its last moment
        return any("Đăng nhập lần đầu" in told.read_text() for told in log.parent.glob("log-*"))
    if moment == "tables":  # some of them are made
        record = data / "prefect" / "prefect.db"
        return record.exists() and record.stat().st_size > 200_000
    at = list(StartStage).index(stage_of(data))
    return (data / "prefect" / "khoi-dong").exists() and at >= list(StartStage).index(
        StartStage(moment)
    )
