"""What a former version left behind is served by this one, and nobody has to mend anything."""

from __future__ import annotations

import contextlib
import email
import sqlite3
from pathlib import Path

import pytest

from flows.serving.deployments import deployments
from tasks.adapters.store.rows import newest_revision
from tests.fixtures.former_version import AGENCIES, CUT_OFF, FAILED_RUN, OF_OLD, former_version
from tests.flows.served import PATIENCE, Served, found_address, simulated, start, wait_for


def openings(data: Path, state: str) -> list[str]:
    """The agencies whose opening letters stand so."""
    asked = "SELECT agency FROM letter WHERE kind = 'opening' AND state = ? ORDER BY agency"
    with contextlib.closing(sqlite3.connect(data / "baocao.sqlite")) as database:
        return [agency for (agency,) in database.execute(asked, (state,))]


@pytest.mark.slow
def test_a_former_version_s_folder_is_served_its_failed_run_retried_its_letters_sent(
    tmp_path: Path,
) -> None:
    former_version(tmp_path / "data")
    simulated(tmp_path / "data")
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, from_nothing=True)
        try:
            served = Served(wait_for(lambda: found_address(log), log), tmp_path)
            said = log.read_text()
            assert f"Đã gỡ luồng của bản trước, nay không còn: {OF_OLD}" in said
            assert "Đăng nhập lần đầu" in said  # it had no accounts
            there = {d["entrypoint"] for d in served.ask("deployments/filter", {})}
            assert there == {d.entrypoint for d in deployments()}

            assert served.state(FAILED_RUN)["type"] == "FAILED"
            served.set_state(FAILED_RUN, "SCHEDULED", "AwaitingRetry", force=True)
            assert served.ended(FAILED_RUN)["type"] == "COMPLETED"

            at = {"as_of": "2025-01-21T10:00:00+07:00"}
            assert served.finished("deliver-outbox", at)["type"] == "COMPLETED"
            # The schedule's own run may be sending them as well.
            served.wait_for(lambda: openings(served.data, "sent") == list(AGENCIES))
            # Whether it has arrived nobody knows: it is not sent again by itself.
            served.wait_for(lambda: openings(served.data, "uncertain") == [CUT_OFF])
        finally:
            process.terminate()
            code = process.wait(PATIENCE)
    assert code == 0
    assert "Traceback" not in log.read_text()
    with contextlib.closing(sqlite3.connect(served.data / "baocao.sqlite")) as database:
        asked = database.execute("SELECT version_num FROM alembic_version").fetchall()
        assert asked == [(newest_revision(),)]
    files = [file for file in (served.data / "sent").rglob("*") if file.is_file()]
    opened = [email.message_from_bytes(file.read_bytes()) for file in files]
    assert sum(any(p.get_filename() for p in one.walk()) for one in opened) == len(AGENCIES)
