"""`baocao run` beside a running service: the service does it, the command tells how it ended."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from flows.serving import beside_service
from flows.serving.entrance import (
    EntranceUnsafe,
    OwnEntrance,
    forget_entrance,
    found_entrance,
    left_for_commands,
)
from flows.serving.starting.service_lock import only_one
from tests.flows.forked import Forked, finished, nursery
from tests.flows.served import (
    PATIENCE,
    PROGRAM,
    Served,
    bare_environment,
    found_address,
    start,
    wait_for,
)

OWN = OwnEntrance("http://127.0.0.1:1/prefect/api", "ma-vao-cua-lan-chay-nay", "https://a.vn")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prefect").mkdir()
    return tmp_path


def test_the_way_in_is_its_user_s_alone_and_is_gone_with_the_service(folder: Path) -> None:
    os.umask(0o022)
    assert found_entrance(folder) is None
    with left_for_commands(folder, OWN):
        (file,) = (folder / "prefect").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert found_entrance(folder) == OWN
        assert OWN.token not in repr(OWN)
    assert found_entrance(folder) is None and not list((folder / "prefect").iterdir())


@pytest.mark.parametrize("harm", ["readable", "link", "half written", "another's words"])
def test_a_way_in_that_somebody_else_may_have_laid_is_not_gone(folder: Path, harm: str) -> None:
    with left_for_commands(folder, OWN):
        (file,) = (folder / "prefect").iterdir()
        if harm == "readable":
            file.chmod(0o640)
        elif harm == "link":
            file.rename(folder / "elsewhere")
            file.symlink_to(folder / "elsewhere")
        else:
            file.write_bytes(b"{" if harm == "half written" else b"[]")
        with pytest.raises(EntranceUnsafe, match="đúng tài khoản"):
            found_entrance(folder)
    forget_entrance(folder)


def test_a_service_that_lets_no_command_in_is_told_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of a version before, that is still running."""
    monkeypatch.setattr(beside_service, "_LETS_IN_WITHIN", 0.0)
    assert beside_service.service_beside(folder, print) is None
    with only_one(folder), pytest.raises(beside_service.ServiceGone, match="bản cũ"):
        beside_service.service_beside(folder, print)


def test_a_service_that_is_gone_while_it_is_asked_is_a_sentence(folder: Path) -> None:
    service = beside_service.Service(OWN, folder)
    with pytest.raises(beside_service.ServiceGone, match="Không mất gì"):
        service.begin("watch-health", {})


@pytest.mark.slow
def test_commands_beside_a_service_are_done_by_it_three_at_once_and_one_that_is_left(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    environment = bare_environment() | {"BAOCAO_DATA_DIR": str(tmp_path / "data")}

    def begun(flow: str, name: str) -> tuple[Forked, Path]:
        told = tmp_path / name
        with told.open("w") as output:
            return nursery().start([*PROGRAM, "run", flow], environment, output), told

    with log.open("w") as output:
        process = start(tmp_path, output)
        try:
            served = Served(wait_for(lambda: found_address(log), log), tmp_path)
            three = [begun("watch-health", f"run-{n}") for n in range(3)]
            for run, told in three:
                assert run.wait(200) == 0, told.read_text()
                said = told.read_text()
                assert f"Dịch vụ đang chạy ở {served.address}" in said
                assert "watch-health: xong, " in said and "Traceback" not in said

            badly = finished([*PROGRAM, "run", "open-cycle", "--cycle", "khong-co"], environment)
            assert badly.returncode == 1
            assert badly.stderr.startswith("open-cycle: Không có kỳ báo cáo «khong-co»")
            assert badly.stderr.count("\n") == 1

            asked = {"flows": {"name": {"any_": ["update-boards"]}}}
            before = {r["id"] for r in served.ask("flow_runs/filter", asked)}
            left, told = begun("update-boards", "left")
            served.wait_for(lambda: "đã giao lượt" in told.read_text())
            left.send_signal(signal.SIGINT)
            assert left.wait(PATIENCE) == 130
            assert "vẫn chạy tiếp trong dịch vụ" in told.read_text()
            after = served.ask("flow_runs/filter", asked)
            (run_id,) = [
                r["id"] for r in after if r["id"] not in before and not r["auto_scheduled"]
            ]
            assert served.ended(run_id)["message"].startswith("xong, ")
            runs = served.ask("flow_runs/filter", {})
            assert all(r["deployment_id"] for r in runs), "nothing beside the service"
        finally:
            process.terminate()
            code = process.wait(PATIENCE)
    assert code == 0 and "Traceback" not in log.read_text()
