"""The server's log stays small, and whoever writes to it goes on writing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.serving import server_log as module
from flows.serving.server_log import EARLIER, rotate, server_log


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100)


def logs(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "prefect").iterdir()}


@pytest.mark.usefixtures("small")
def test_a_log_that_grows_is_put_aside_and_its_writer_goes_on_at_the_beginning(
    tmp_path: Path,
) -> None:
    (tmp_path / "prefect").mkdir()
    log = tmp_path / "prefect" / "server.log"
    with server_log(tmp_path) as opened:
        for life in range(EARLIER + 2):
            os.write(opened.fileno(), b"%d" % life * 101)
            assert rotate(log)
            assert log.read_bytes() == b""
        os.write(opened.fileno(), b"last")
        assert not rotate(log)
    kept = logs(tmp_path)
    assert kept["server.log"] == b"last"
    newest_first = [f"server.log.{number}" for number in range(1, EARLIER + 1)]
    assert [kept.pop(name)[:1] for name in newest_first] == [b"4", b"3", b"2"]
    assert list(kept) == ["server.log"]


def test_a_new_life_begins_a_new_log_and_keeps_the_last_ones(tmp_path: Path) -> None:
    (tmp_path / "prefect").mkdir()
    for said in (b"first", b"", b"second", b"third"):  # of a life that said nothing nothing is kept
        with server_log(tmp_path) as opened:
            opened.write(said)
    kept = logs(tmp_path)
    assert kept["server.log"] == b"third"
    assert (kept["server.log.1"], kept["server.log.2"]) == (b"second", b"first")
    assert len(kept) == 3
