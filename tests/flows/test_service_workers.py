"""The larger set-up on one machine: PostgreSQL, two workers, and one is killed in an intake."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy
import yaml

from config.settings import load_settings
from flows.serving.deployment_file import WORK_POOL, deployment_file
from flows.serving.deployments import deployments
from flows.serving.former_deployments import Stopped
from flows.workplaces import open_workplace
from tasks.adapters.sharing.program import own_mark
from tasks.adapters.work.opening import agencies_to_ask, ask
from tests.conftest import fresh_postgres
from tests.flows.forked import Forked, finished, nursery
from tests.flows.served import TOKEN, Served, children_of, family_of, simulated

ROOT = Path(__file__).parents[2]
AGENCIES = 48
WANTED = ("collect-submissions", "deliver-outbox")
OPENED, COLLECTED = "2025-01-21T09:30:00+07:00", "2025-02-10T09:00:00+07:00"


def test_the_file_for_several_workers_says_what_the_deployments_say() -> None:
    told = "python -m flows.serving.deployment_file > prefect.yaml"
    assert (ROOT / "prefect.yaml").read_text() == deployment_file(), told
    entries = yaml.safe_load(deployment_file())["deployments"]
    assert [e["entrypoint"] for e in entries] == [d.entrypoint for d in deployments()]


@pytest.mark.parametrize(("paused", "asleep"), [(True, False), (False, True), (True, True)])
def test_the_file_says_what_a_person_has_stopped_and_of_no_other_flow(
    paused: bool, asleep: bool
) -> None:
    stopped = {("deliver-outbox", "lich"): Stopped(paused, asleep)}
    plain = yaml.safe_load(deployment_file())["deployments"]
    entries = yaml.safe_load(deployment_file(stopped))["deployments"]
    (found,) = [e for e in entries if e not in plain]
    assert found["entrypoint"].endswith("deliver_outbox.deliver_outbox")
    assert found["paused"] is paused
    assert [s["active"] for s in found["schedules"]] == [not asleep]


@pytest.fixture
def prefect_url() -> Iterator[str]:
    """A database of the orchestrator's own, beside that of the data."""
    for url in fresh_postgres():
        parsed = sqlalchemy.make_url(url).set(drivername="postgresql+asyncpg")
        yield parsed.render_as_string(hide_password=False)


@contextlib.contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], output: IO[str], interpreter: Path
) -> Iterator[Forked]:
    """A module's process; it and all below it are gone when the block ends."""
    process = nursery().start(
        ["-m", *command], environment, output, cwd=ROOT, interpreter=interpreter
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: Forked) -> None:
    with contextlib.suppress(OSError):
        for pid in family_of(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_take_files_side_by_side_one_is_killed_and_the_other_does_the_rest(
    postgres_url: str, prefect_url: str, tmp_path: Path
) -> None:
    """The recipe of docs/nhieu-may.md, on one machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = Served(f"http://127.0.0.1:{port}", tmp_path)
    environment = served.client_environment | {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",  # none of them is ever used
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "BAOCAO_DATABASE_URL": postgres_url,
        "BAOCAO_DATA_DIR": str(simulated(served.data)),
        "BAOCAO_READER_WORKERS": "1",
        "BAOCAO_WORKERS": "2",
        "BAOCAO_WORKER_TOKEN": TOKEN,
    }
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(served.log.open("w"))
        python = stack.enter_context(nursery().interpreter(tmp_path))
        server = ["flows.cli.command_line", "door", "--port", str(port)]
        stack.enter_context(running(server, environment, output, python))
        files = hand_in(postgres_url, served.data)
        served.wait_for(lambda: served.ask("health"))
        deploy(environment, python)
        worker = ["prefect", "worker", "start", "--pool", WORK_POOL, "--type", "process"]
        taking = [*worker, "--work-queue", "nhan-so", "--limit", "1"]
        workers = [stack.enter_context(running(taking, environment, output, python)) for _ in "12"]
        engine = sqlalchemy.create_engine(postgres_url)
        stack.callback(engine.dispose)

        def states() -> Counter[str]:
            with engine.connect() as connection:
                found = connection.exec_driver_sql("SELECT state FROM message").scalars()
                return Counter(found)

        # Both at one moment: a run at once may have taken all before the other worker asks again.
        together = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=6)
        runs = [
            served.begin("collect-submissions", {"as_of": COLLECTED}, at=together) for _ in "12"
        ]
        served.wait_for(lambda: all(children_of(each.pid) for each in workers))
        served.wait_for(lambda: states()["received"])
        kill(workers[0])
        assert states()["received"], "killed too late to be in the middle of anything"

        # As the automation does once three heartbeats are missing; then an operator presses Retry.
        served.wait_for(lambda: sum(map(served.has_ended, runs)) == 1)
        (lost,) = [run for run in runs if not served.has_ended(run)]
        served.set_state(lost, "CRASHED", "Crashed")
        served.set_state(lost, "SCHEDULED", "AwaitingRetry")
        assert [served.ended(run)["type"] for run in runs] == ["COMPLETED"] * 2
        assert states() == {"returned": files}
        with engine.connect() as connection:
            count = connection.exec_driver_sql
            assert count("SELECT count(*) FROM submission").scalar() == files
            verdicts = count("SELECT count(*) FROM letter WHERE kind = 'verdict'").scalar()
            assert verdicts == files
            receipts = count("SELECT count(DISTINCT receipt_number) FROM submission").scalar()
            assert receipts == files
            assert count("SELECT mark FROM program").scalar() == own_mark()

        # The program is updated: all is deployed anew, and what a person has paused stays so.
        stopped = "collect-submissions/lich"
        found = served.ask(f"deployments/name/{stopped}")
        assert found["global_concurrency_limit"]["limit"] == 2
        assert found["work_queue_name"] == "nhan-so"
        served.ask(f"deployments/{found['id']}/pause_deployment", {})
        deploy(environment, python)
        after = served.ask(f"deployments/name/{stopped}")
        assert (after["id"], after["paused"]) == (found["id"], True)
        assert not served.ask("deployments/name/deliver-outbox/lich")["paused"]
        assert len(served.ask("automations/filter", {})) == 2


def deploy(environment: dict[str, str], interpreter: Path) -> None:
    """As the recipe says, but only what is wanted here: each flow takes as long as all others."""
    again = ["-m", "flows.serving.runs.deploying_elsewhere", *WANTED]
    done = finished(again, environment, 300, ROOT, interpreter=interpreter)
    assert done.returncode == 0, done.stdout + done.stderr


def hand_in(database_url: str, data: Path) -> int:
    """Opens the cycle; agencies hand their workbooks in as they came. How many."""
    settings = load_settings(data_dir=data, database_url=database_url)
    data.mkdir(exist_ok=True)
    with open_workplace(dt.datetime.fromisoformat(OPENED), settings) as workplace:
        cycle = workplace.office.cycle("2025-plan")
        agencies = agencies_to_ask(workplace, cycle)[:AGENCIES]
        assert ask(workplace, cycle, agencies) == []
        with workplace.engine.connect() as connection:
            asked = connection.exec_driver_sql(
                "SELECT workbook_name, workbook_sha256 FROM obligation"
            ).all()
        for name, digest in asked:
            (data / "drop" / name).write_bytes(workplace.raw_store.get(digest))
    return len(asked)
