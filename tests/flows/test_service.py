"""`baocao serve` on one machine: schedules, automations, alarms, re-running, and a clean end."""

from __future__ import annotations

import contextlib
import email
import os
import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.door.entrances import API, INTERFACE
from flows.door.waiting_runs import SAID, WAITS
from flows.serving.deployments import DECISIONS, SCHEDULES
from flows.serving.runs.run_forker import RUN
from flows.serving.runs.wanted_runs import WATCHER
from models.domain.letters.run_words import in_our_words
from models.domain.work.pauses import STANDS_STILL
from tests.flows.forked import finished, nursery
from tests.flows.nursery import DOOR
from tests.flows.served import (
    PATIENCE,
    TOKEN,
    Served,
    children_of,
    command_of,
    family_of,
    found_address,
    is_named,
    simulated,
    start,
    wait_for,
)

HERE = Path(__file__).parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """A running service, and its process. Ended by SIGINT."""
    folder = tmp_path_factory.mktemp("serve")
    simulated(folder / "data")
    log = folder / "log"
    with log.open("w") as output:
        process = start(folder, output, from_nothing=True)
    try:
        served = Served(wait_for(lambda: found_address(log), log), folder)
        yield served, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0, log.read_text()[-2000:]
    with pytest.raises(OSError):  # the server ended with it
        urllib.request.urlopen(served.address, timeout=2)


@pytest.fixture(scope="module")
def served(service: tuple[Served, int]) -> Served:
    return service[0]


@pytest.fixture(scope="module", autouse=True)
def dead_run(served: Served) -> str:
    """A run whose process was killed while the first tests had not begun; found out by the last."""
    environment = served.client_environment | {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
    with Path(os.devnull).open("w") as nowhere:
        process = nursery().start([str(HERE / "lonely_run.py")], environment, nowhere)
    try:
        asked = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}

        def alive() -> list[str]:
            events = served.ask("events/filter", asked)["events"]
            ids = [e["resource"]["prefect.resource.id"].rpartition(".")[2] for e in events]
            named = {"flows": {"name": {"any_": ["mat-tien-trinh"]}}}
            return [r["id"] for r in served.ask("flow_runs/filter", named) if r["id"] in ids]

        return str(served.wait_for(alive)[0])
    finally:
        process.kill()
        process.wait()


def rows(served: Served, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(served.data / "baocao.sqlite")) as database:
        return database.execute(statement).fetchall()


def alarm_letters(served: Served, matter: str) -> list[str]:
    found = rows(served, "SELECT business_key, text FROM letter WHERE kind = 'alarm'")
    return [text for key, text in found if key.split("|")[3] == matter]


def test_every_flow_is_deployed_with_its_schedule_in_hanoi_time(served: Served) -> None:
    deployments = served.ask("deployments/filter", {})
    assert len(deployments) == len(SCHEDULES) + len(DECISIONS) + 2
    zones = {s["schedule"]["timezone"] for d in deployments for s in d["schedules"]}
    assert zones == {"Asia/Ho_Chi_Minh"}
    assert not any(d["paused"] for d in deployments)
    assert {d["name"] for d in deployments if d["schedules"]} == {"lich"}
    assert {d["name"] for d in deployments if not d["schedules"]} == {"quyet-dinh", "bao-dong"}


def test_every_flow_says_on_its_page_that_running_it_again_is_safe(served: Served) -> None:
    for deployment in served.ask("deployments/filter", {}):
        description = " ".join(deployment["description"].split())
        assert "Chạy lại" in description and "lúc nào cũng an toàn" in description


def test_nobody_enters_without_the_token_and_nobody_reads_it_off(
    service: tuple[Served, int],
) -> None:
    served, process = service
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{served.address}{API}/flows/filter", timeout=20)
    commands = [b" ".join(command_of(pid)) for pid in family_of(process)]
    assert len(commands) > 1
    assert not any(TOKEN.encode() in command for command in commands)
    assert TOKEN not in served.log.read_text()


def test_a_second_service_on_the_same_data_is_refused_in_a_sentence(
    served: Served, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        assert start(served.folder, output).wait(PATIENCE) == 2
    assert "Một «baocao serve» khác đang chạy" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_port_in_use_is_refused_in_a_sentence(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.socket() as taken, log.open("w") as output:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert start(tmp_path, output, "--port", str(port)).wait(PATIENCE) == 2
    assert f"Không mở được cổng {port} trên 127.0.0.1" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_the_automations_are_made_once_and_a_changed_one_is_put_right(served: Served) -> None:
    def again() -> str:
        done = finished(["-m", "flows.serving.automations"], served.client_environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    before = {a["id"]: a["name"] for a in served.ask("automations/filter", {})}
    assert len(before) == 2
    assert again() == ""
    assert {a["id"]: a["name"] for a in served.ask("automations/filter", {})} == before
    changed = next(i for i, name in before.items() if name == "baocao: báo lượt chạy hỏng")
    served.ask(f"automations/{changed}", {"enabled": False}, "PATCH")
    assert "báo lượt chạy hỏng" in again()
    after = served.ask("automations/filter", {})
    assert sorted(a["name"] for a in after) == sorted(before.values())
    assert all(a["enabled"] for a in after)


def deployed_again(served: Served) -> list[str]:
    """The flows whose deployments a start would make anew now; it has made them."""
    same = {"PREFECT_HOME": str(served.data / "prefect"), "BAOCAO_DATA_DIR": str(served.data)}
    done = finished([str(HERE / "deployed_again.py")], served.client_environment | same)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


#: What somebody may have changed of a deployment over there: where, by which request.
CHANGED_THERE: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("", "PATCH", {"parameters": {"request": {"cycle": "2099-plan"}}}),
    ("", "PATCH", {"description": "Gì đó."}),
    ("", "PATCH", {"tags": []}),
    ("", "PATCH", {"entrypoint": "flows.of_old.run"}),
    ("", "PATCH", {"parameter_openapi_schema": {"type": "object", "properties": {}}}),
    ("", "PATCH", {"concurrency_limit": 7}),
    ("/schedules/{schedule}", "PATCH", {"schedule": {"cron": "0 9 * * *"}}),
    ("/schedules/{schedule}", "DELETE", None),
)


PAUSED = "clean-up"  # the last of those with a schedule


def told_of(deployment: dict[str, Any]) -> list[Any]:
    """What the code says of a deployment with a schedule."""
    fields = ("description", "parameters", "tags", "entrypoint", "paused", "concurrency_options")
    form = sorted(deployment["parameter_openapi_schema"]["definitions"])
    limit = deployment["global_concurrency_limit"]["limit"]
    times = [(one["schedule"], one["active"]) for one in deployment["schedules"]]
    return [*(deployment[field] for field in fields), form, limit, times]


def test_a_start_makes_only_those_deployments_that_are_not_as_the_code_says(
    served: Served,
) -> None:
    """Forms that list cases are as the code says; a pause is a person's, and stays."""
    fields = served.deployed("extend-deadline")["parameter_openapi_schema"]["definitions"]
    assert fields["Extension"]["properties"]["cycle"]["enum"]
    assert deployed_again(served) == []
    changed = dict(zip(SCHEDULES, CHANGED_THERE, strict=False))
    assert len(changed) == len(CHANGED_THERE)
    before = {flow: served.deployed(flow) for flow in (*changed, PAUSED)}
    for flow, (where, method, change) in changed.items():
        schedule = before[flow]["schedules"][0]["id"]
        place = f"deployments/{before[flow]['id']}{where.format(schedule=schedule)}"
        served.ask(place, change, method)
    served.ask(f"deployments/{before[PAUSED]['id']}/pause_deployment", {})
    assert deployed_again(served) == [*changed, PAUSED]
    for flow, (_, _, change) in changed.items():
        assert told_of(served.deployed(flow)) == told_of(before[flow]), change
    assert served.deployed(PAUSED)["paused"]
    assert deployed_again(served) == []
    served.ask(f"deployments/{before[PAUSED]['id']}/resume_deployment", {})
    assert deployed_again(served) == [PAUSED]
    assert told_of(served.deployed(PAUSED)) == told_of(before[PAUSED])


def test_a_decision_is_a_form_with_the_real_choices_and_what_cannot_stand_ends_in_a_sentence(
    served: Served,
) -> None:
    form = served.deployed("extend-deadline")
    fields = form["parameter_openapi_schema"]["definitions"]["Extension"]["properties"]
    assert "Sở Y tế" in fields["agency"]["enum"]
    assert "2025-plan" in fields["cycle"]["enum"]
    assert fields["last_day"]["title"] == "Hạn mới"

    entry = {
        "cycle": "2025-plan",
        "agency": "Sở Y tế",
        "last_day": "2025-02-26",
        "by": "Nguyễn Thị Hà",
        "reason": "Sở đang sắp xếp lại tổ chức bộ máy.",
        "as_of": "2025-02-18T09:00:00+07:00",
    }
    for _ in range(2):
        refused = served.finished("extend-deadline", entry)
        assert (refused["type"], refused["name"]) == ("FAILED", "Refused")
        assert "Sở Y tế không được giao báo cáo trong kỳ 2025-plan" in refused["message"]

    opened = {"cycle": "2025-plan", "as_of": "2025-01-21T09:30:00+07:00"}
    assert served.finished("open-cycle", opened)["type"] == "COMPLETED"
    for _ in range(2):  # pressed twice: kept once
        state = served.finished("extend-deadline", entry)
        assert state["type"] == "COMPLETED", state["message"]
    kept = rows(served, "SELECT agency, until, by FROM decision")
    assert kept == [("syt", "2025-02-26 17:00:00.000000", "Nguyễn Thị Hà")]


def test_a_failed_run_is_told_to_the_operator_once_a_flow_and_hour_and_a_refusal_is_not(
    served: Served,
) -> None:
    """Decisions were refused in the test before; at an hour's turn there may be two letters."""

    def told() -> list[Any]:
        named = {"flows": {"name": {"any_": ["report-failure"]}}}
        runs = served.ask("flow_runs/filter", named)
        ended = [run for run in runs if run["state"]["type"] == "COMPLETED"]
        return ended if len(ended) >= 2 else []

    for _ in range(2):
        failed = served.finished("consolidate-cycle", {"cycle": "2099-plan"})
        assert (failed["type"], failed["name"]) == ("FAILED", "Failed")
    served.wait_for(told)
    assert served.finished("watch-health", {})["type"] == "COMPLETED"
    letters = alarm_letters(served, "run:consolidate-cycle")
    hours = rows(served, "SELECT DISTINCT business_key FROM letter WHERE kind = 'alarm'"
                       " AND business_key LIKE '%run:consolidate-cycle%'")  # fmt: skip
    assert len(letters) == len(hours) in (1, 2)
    assert "Không có kỳ báo cáo «2099-plan»" in " ".join(letters[0].split())
    assert f"{served.address}{INTERFACE}/runs/flow-run/" in letters[0]
    assert alarm_letters(served, "run:extend-deadline") == []


def test_what_a_person_starts_begins_at_once_whatever_waits(served: Served) -> None:
    """Boards several times over, which run one after the other, and other flows beside them."""
    waiting = [served.begin("update-boards", {"cycle": "2025-plan"}) for _ in range(3)]
    waiting += [served.begin(flow, {}) for flow in ("remind-agencies", "consolidate-cycle")]
    signed = {"by": "Nguyễn Thị Hà", "reason": "Thư quảng cáo."}
    decided = served.begin("reject-message", {"message": "b75534b5dd89", **signed})
    for run in (decided, *waiting):
        served.ended(run)

    began = {run: served.ask(f"flow_runs/{run}")["start_time"] for run in (decided, *waiting)}
    boards = sorted(began[run] for run in waiting[:3])
    assert began[decided] < boards[-1]
    said = [
        state["message"]
        for run in waiting[:3]
        for state in served.ask(f"flow_run_states/?flow_run_id={run}")
        if state["name"] == WAITS
    ]
    assert said and set(said) == {SAID}


def begun(served: Served, flow: str) -> list[dict[str, Any]]:
    """The completed runs of a flow that the watcher began."""
    asked = {
        "flows": {"name": {"any_": [flow]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
    }
    runs = served.ask("flow_runs/filter", asked)
    return [run for run in runs if (run["idempotency_key"] or "").startswith(WATCHER)]


def test_a_file_that_is_dropped_is_received_and_a_letter_that_is_written_leaves(
    served: Served,
) -> None:
    """By runs that nobody and no schedule has begun."""
    before = {run["id"] for run in begun(served, "collect-submissions")}
    drop = served.data / "drop"
    served.wait_for(drop.is_dir)
    (drop / "ghi chú.txt").write_text("Kính gửi Văn phòng.")
    served.wait_for(lambda: rows(served, "SELECT key FROM message WHERE name LIKE 'ghi ch%'"))
    served.wait_for(lambda: {run["id"] for run in begun(served, "collect-submissions")} - before)
    assert not list(drop.glob("*.txt"))
    # Of the failed run before.
    queued = "SELECT state FROM letter WHERE business_key LIKE '%run:consolidate-cycle%'"
    served.wait_for(lambda: {state for (state,) in rows(served, queued)} == {"sent"})
    assert begun(served, "deliver-outbox")


def test_a_schedule_fires_and_its_run_completes_by_itself(served: Served) -> None:
    """One that fires oftener than ours, so that nobody waits for the hour."""
    boards = served.deployed("update-boards")["id"]
    often = {"schedule": {"interval": 20, "anchor_date": "2025-01-01T00:00:00Z"}, "active": True}
    (made,) = served.ask(f"deployments/{boards}/schedules", [often])

    def completed() -> list[dict[str, Any]]:
        runs = served.ask(
            "flow_runs/filter",
            {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}},
        )
        return [run for run in runs if run["auto_scheduled"]]

    try:
        runs = served.wait_for(completed)
    finally:
        served.ask(f"deployments/{boards}/schedules/{made['id']}", method="DELETE")
    assert {run["state"]["type"] for run in runs} == {"COMPLETED"}, runs[0]["state"]


def test_the_server_listens_on_this_machine_only(served: Served) -> None:
    port = int(served.address.rpartition(":")[2])
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]


#: The scheduled flows in the order of an office's week, and the moment each believes in.
WEEK = {
    "open-cycle": "2025-01-21T09:30:00+07:00",
    "collect-submissions": "2025-02-10T09:00:00+07:00",
    "remind-agencies": "2025-02-12T09:00:00+07:00",
    "consolidate-cycle": "2025-02-12T10:00:00+07:00",
    "send-summary": "2025-02-12T10:00:00+07:00",
    "send-previews": "2025-02-12T10:00:00+07:00",
    "send-todays-work": "2025-02-12T10:00:00+07:00",
    "chase-approvals": "2025-02-12T10:00:00+07:00",
    "watch-health": "2025-02-12T10:00:00+07:00",
    "deliver-outbox": "2025-02-12T10:30:00+07:00",
    "update-boards": "2025-02-12T11:00:00+07:00",
    "clean-up": "2025-02-12T11:30:00+07:00",
    "make-backup": "2025-02-12T11:40:00+07:00",
}

#: Every other state in which an operator may find a run, and press Retry or Resume.
BAD_ENDS = (
    ("FAILED", "Failed"),
    ("CRASHED", "Crashed"),
    ("CANCELLED", "Cancelled"),
    ("PAUSED", "Paused"),
)

MAILING = ("collect-submissions", "deliver-outbox")  # where a second time would do most harm


def test_a_retry_or_a_new_run_of_any_flow_in_any_state_changes_neither_data_nor_outbox(
    served: Served,
) -> None:
    assert set(WEEK) == set(SCHEDULES)
    for flow in WEEK:  # only what this test starts shall run
        served.ask(f"deployments/{served.deployed(flow)['id']}/pause_deployment", {})
    # The boards say what stands still, once the watcher has seen it.
    silent = len(set(WEEK) & set(STANDS_STILL))
    counted = "SELECT count(*) FROM heartbeat WHERE name LIKE 'paused:%'"
    served.wait_for(lambda: rows(served, counted)[0][0] >= silent)
    drop = served.data / "drop"
    drop.mkdir(exist_ok=True)
    entries = {flow: {"as_of": moment} for flow, moment in WEEK.items()}
    runs = {}
    for flow, entry in entries.items():
        runs[flow] = served.begin(flow, entry)
        assert served.ended(runs[flow])["type"] == "COMPLETED", flow
        if flow == "open-cycle":  # an agency hands its workbook in as it came: it is sent back
            name, digest = rows(
                served,
                "SELECT workbook_name, workbook_sha256 FROM obligation WHERE agency = 'syt'",
            )[0]
            kept = next((served.data / "raw").rglob(f"*{digest}*"))
            (drop / name).write_bytes(kept.read_bytes())
    before = everything(served)
    assert len(before["submission"]) == 1
    kinds = {kind for (kind,) in rows(served, "SELECT kind FROM letter")}
    assert {"opening", "verdict", "reminder", "summary"} <= kinds
    assert len(before["mail server"]) == len(set(before["mail server"])) > 0

    def nothing_changes(asked: Iterable[str], what: str) -> None:
        """Of these runs, asked to begin again all at once."""
        for run in asked:
            assert served.ended(run)["type"] == "COMPLETED", what
        assert everything(served) == before, what

    def retried(asked: Iterable[str]) -> list[str]:
        for run in (kept := list(asked)):
            served.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
        return kept

    nothing_changes(retried(runs.values()), "completed, then Retry")
    thorough = bool(os.environ.get("BAOCAO_TEST_ALL_KILLS"))  # `make kills`
    flows = list(WEEK) if thorough else MAILING
    for kind, name in BAD_ENDS:
        for flow in flows:
            served.set_state(runs[flow], kind, name, force=True)
        nothing_changes(retried(runs[flow] for flow in flows), f"{name}, then Retry")
    anew = [served.begin(flow, entries[flow]) for flow in flows]
    for run in anew:
        served.set_state(run, "CANCELLED", "Cancelled", force=True)
    nothing_changes(retried(anew), "stopped before it has begun, then Retry")
    for _ in range(10 if thorough else 2):
        nothing_changes([served.begin(flow, entries[flow]) for flow in flows], "ten times over")


def test_long_work_showed_how_far_it_was_and_every_letter_that_left_is_an_event(
    served: Served,
) -> None:
    """Of the office's week, which the test before has played: the opening and its delivery."""
    shown = {a["key"]: a for a in served.ask("artifacts/latest/filter", {})}
    assert [shown[key]["data"] for key in ("tien-do-mo-ky", "tien-do-gui-thu")] == [100, 100]
    [(agencies,)] = rows(served, "SELECT count(*) FROM obligation")
    assert shown["tien-do-mo-ky"]["description"].endswith(f"({agencies})")

    asked = {"filter": {"event": {"name": ["baocao.letter.sent"]}}, "limit": 50}
    events = served.wait_for(lambda: served.ask("events/filter", asked)["events"])
    # Among them alarms, which are about no agency.
    named = [e for e in events if "|reminder|" in e["resource"]["prefect.resource.id"]]
    roles = {one["prefect.resource.role"] for one in named[0]["related"]}
    assert {"agency", "cycle", "flow-run"} <= roles
    assert named[0]["resource"]["prefect.resource.id"].startswith("baocao.letter.2025-plan|")


def everything(served: Served) -> dict[str, Any]:
    """All rows, and the letters that the mail server took, by Message-ID.

    Left out: heartbeats and the watcher's lease, which tell when, and alarms, which tell of the
    runs of other tests.
    """
    tables = [
        name for (name,) in rows(served, "SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    conditions = {"letter": "WHERE kind != 'alarm'"}
    found: dict[str, Any] = {
        table: sorted(
            rows(served, f'SELECT * FROM "{table}" {conditions.get(table, "")}'), key=repr
        )
        for table in tables
        if table not in ("heartbeat", "lease")
    }
    alarms = {m for (m,) in rows(served, "SELECT message_id FROM letter WHERE kind = 'alarm'")}
    files = (file for file in (served.data / "sent").rglob("*") if file.is_file())
    ids = [email.message_from_bytes(file.read_bytes())["Message-ID"].strip() for file in files]
    return {**found, "mail server": sorted(one for one in ids if one not in alarms)}


def test_a_run_whose_process_was_killed_becomes_crashed_and_is_told(
    served: Served, dead_run: str
) -> None:
    state = served.ended(dead_run)
    assert state["type"] == "CRASHED"
    assert "Tiến trình của lượt chạy đã dừng đột ngột" in state["message"]
    (letter,) = served.wait_for(lambda: alarm_letters(served, "run:mat-tien-trinh"))
    assert "Tiến trình của lượt chạy đã dừng đột ngột" in " ".join(letter.split())


def running_alone(served: Served, service: int) -> tuple[str, int]:
    """A collecting run that goes on and on, and its process."""
    run = served.begin("collect-submissions", {})
    served.wait_for(lambda: served.state(run)["type"] == "RUNNING")

    def only() -> int | None:
        found = [pid for pid in children_of(service) if is_named(pid, RUN)]
        return found[0] if len(found) == 1 else None

    return run, served.wait_for(only)


def test_killed_as_a_whole_it_starts_again_and_what_an_older_one_left_can_be_retried(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    with socket.socket() as silent, log.open("w") as output:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes the connection and never says a word: the run goes on and on
        mailbox = f"imap://a:b@127.0.0.1:{silent.getsockname()[1]}"
        process = start(tmp_path, output, BAOCAO_MAILBOX_URL=mailbox)
        family = [process.pid]
        try:
            served = Served(wait_for(lambda: found_address(log), log), tmp_path)
            paused = f"deployments/{served.deployed('collect-submissions')['id']}/pause_deployment"
            served.ask(paused, {})  # else the watcher begins one, for a server that is silent

            # One is killed alone, one is cancelled as a person does it: each is told as it was.
            run, pid = running_alone(served, process.pid)
            os.kill(pid, signal.SIGKILL)
            ended = served.ended(run)
            assert ended["type"] == "CRASHED"
            assert ended["message"] == in_our_words("CRASHED", "status code: -9")
            run, pid = running_alone(served, process.pid)
            served.set_state(run, "CANCELLING", "Cancelling")
            assert served.ended(run)["type"] == "CANCELLED"
            served.wait_for(lambda: not Path(f"/proc/{pid}").exists())

            run, _ = running_alone(served, process.pid)
            family = family_of(process.pid)
            assert len(family) >= 3  # service, server, run
        finally:
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        output.truncate(0)
        output.seek(0)
        # An older installation had the flows in other modules, under the same names.
        with contextlib.closing(sqlite3.connect(served.data / "prefect" / "prefect.db")) as record:
            record.execute("UPDATE deployment SET entrypoint = 'flows.of_old.' || name || '.run'")
            record.commit()
        process = start(tmp_path, output)
        try:
            served = Served(wait_for(lambda: found_address(log), log), tmp_path)
            state = served.state(run)
            assert state["type"] == "CRASHED"
            assert "dừng đột ngột" in state["message"]
            assert served.finished("collect-submissions", {})["type"] == "COMPLETED"
            left = {d["entrypoint"] for d in served.ask("deployments/filter", {})}
            assert not [entrypoint for entrypoint in left if "of_old" in entrypoint]
            served.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)
            assert served.ended(run)["type"] == "COMPLETED"
        finally:
            process.terminate()
            code = process.wait(PATIENCE)
    assert code == 0
    assert "Traceback" not in log.read_text()


def test_sigterm_while_the_server_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, plain=True)
    try:
        wait_for(lambda: children_of(process.pid), log)
        (server,) = children_of(process.pid)
        process.terminate()
        assert process.wait(PATIENCE) == 0, log.read_text()
    finally:
        process.kill()
    assert not Path(f"/proc/{server}").exists()


def test_a_service_that_is_killed_takes_its_server_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, plain=True)
    try:
        wait_for(lambda: children_of(process.pid), log)
        (server,) = children_of(process.pid)
    finally:
        process.kill()
        process.wait()
    wait_for(lambda: not Path(f"/proc/{server}").exists(), log)


def test_a_service_whose_server_was_killed_ends_in_a_sentence_and_starts_again(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = start(tmp_path, output, plain=True)
        try:
            wait_for(lambda: found_address(log), log)
            commands = [b" ".join(command_of(pid)) for pid in family_of(process.pid)]
            assert not any(TOKEN.encode() in command for command in commands)
            (server,) = [p for p in children_of(process.pid) if DOOR.encode() in command_of(p)]
            os.kill(server, signal.SIGKILL)
            assert process.wait(PATIENCE) == 2, log.read_text()[-2000:]
        finally:
            process.kill()
            process.wait()
        assert "Máy chủ Prefect đã dừng giữa chừng" in log.read_text()
    # A log of its own: a run that was beginning when its server was gone may still have its say.
    log = tmp_path / "log-2"
    with log.open("w") as output:
        process = start(tmp_path, output)
        try:
            assert wait_for(lambda: found_address(log), log)
        finally:  # at once, while its first runs begin
            process.terminate()
            code = process.wait(PATIENCE)
    assert code == 0
    assert "Traceback" not in log.read_text()
