"""Failed flows: one message in the log, the failure itself for the caller."""

from __future__ import annotations

import datetime as dt
import logging.handlers
import os
import queue
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fixtures.ready_made import orchestrator_with_tables
from tests.flows.served import SPARED, simulated


@pytest.fixture(scope="module", autouse=True)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A server that finds its tables made."""
    from prefect.testing import utilities

    home = tmp_path_factory.mktemp("server")
    orchestrator_with_tables(home)
    (home / "prefect" / "prefect.db").rename(home / "prefect-test.db")
    harness = utilities.prefect_test_harness(server_startup_timeout=180)  # a machine under load
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(utilities, "mkdtemp", lambda: str(home))
            for name, value in SPARED.items():
                patched.setenv(name, value)
            stack.enter_context(harness)
        yield


def test_a_mailbox_that_cannot_be_opened_is_one_message_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.collect_submissions import collect_submissions
    from flows.requests import BatchRequest
    from flows.workplaces import WorkLeftUndone

    monkeypatch.setenv("BAOCAO_DATA_DIR", str(simulated(tmp_path)))
    monkeypatch.setenv("BAOCAO_MAILBOX_URL", f"drop://{tmp_path}/khong-co")
    request = BatchRequest(as_of=dt.datetime(2025, 2, 10, tzinfo=dt.UTC), limit=10)
    log = queue.SimpleQueue[logging.LogRecord]()
    listener = logging.handlers.QueueHandler(log)
    # At the logger itself: whether its records travel up is Prefect's affair.
    logger = logging.getLogger("prefect.flow_runs")
    logger.addHandler(listener)
    try:
        with pytest.raises(WorkLeftUndone, match="khong-co"):
            collect_submissions(request)
    finally:
        logger.removeHandler(listener)
    told = "\n".join(log.get().getMessage() for _ in range(log.qsize()))
    assert "Traceback" not in told
    assert told.count("chương trình chỉ làm nốt phần này:\n- Hộp thư drop: ") == 1


def test_what_a_killed_write_left_is_removed_by_collecting_and_what_is_being_written_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.collect_submissions import ABANDONED, collect_submissions
    from flows.requests import BatchRequest
    from tasks.adapters.raw_store import TEMPORARY_PREFIX

    monkeypatch.setenv("BAOCAO_DATA_DIR", str(simulated(tmp_path)))
    folder = tmp_path / "raw" / "ab"
    folder.mkdir(parents=True)
    written = dt.datetime.now(dt.UTC).timestamp()
    ages = {"killed": ABANDONED.total_seconds() + 60, "stalled": 3600, "at-work": 0}
    for name, age in ages.items():
        (folder / f"{TEMPORARY_PREFIX}{name}").write_bytes(b"half")
        os.utime(folder / f"{TEMPORARY_PREFIX}{name}", (written - age,) * 2)
    # The office's clock is ahead of the machine's, as a rehearsal's may be.
    request = BatchRequest(as_of=dt.datetime(2045, 2, 10, tzinfo=dt.UTC), limit=10)

    collect_submissions(request)

    left = {path.name.removeprefix(TEMPORARY_PREFIX) for path in folder.iterdir()}
    assert left == {"stalled", "at-work"}


def test_a_refused_decision_is_a_sentence_in_the_log_of_its_own_process_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.flow_engine import run_flow

    from flows.decisions.decide import extend_deadline
    from flows.decisions.decision_forms import Extension
    from models.domain.answers.decisions import DecisionRefused

    monkeypatch.setenv("BAOCAO_DATA_DIR", str(simulated(tmp_path)))
    request = Extension(
        cycle="2025-plan",
        agency="Sở Y tế",
        last_day=dt.date(2025, 2, 26),
        by="Nguyễn Thị Hà",
        reason="Sở đang sắp xếp lại tổ chức bộ máy.",
        as_of=dt.datetime(2025, 2, 10, tzinfo=dt.UTC),
    )
    log = queue.SimpleQueue[logging.LogRecord]()
    listener = logging.handlers.QueueHandler(log)
    loggers = [logging.getLogger(f"prefect.{name}_runs") for name in ("flow", "task")]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        with pytest.raises(DecisionRefused, match="không được giao"):
            # As the process of a run does, which logs whatever the flow raises.
            run_flow(extend_deadline, parameters={"request": request}, error_logger=loggers[0])
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
    told = "\n".join(log.get().getMessage() for _ in range(log.qsize()))
    assert "Sở Y tế không được giao báo cáo trong kỳ 2025-plan" in told
    assert "Traceback" not in told
    assert "Engine execution exited" not in told


def test_a_refused_entry_is_no_failure_that_anybody_is_alarmed_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import tags

    from flows.consolidate_cycle import consolidate_cycle
    from flows.decisions.decide import close_cycle, reject_message
    from flows.decisions.decision_forms import CycleBook, HeldMessage
    from flows.failed_runs import TAG, ended_badly, failure_alarms
    from flows.requests import DueCycleRequest

    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    began = dt.datetime.now(dt.UTC)
    signed = {"by": "Nguyễn Thị Hà", "reason": "Thư quảng cáo."}
    with tags(TAG):
        refused = [
            reject_message(HeldMessage(message="ffffff", **signed), return_state=True),
            close_cycle(CycleBook(cycle="2099-plan", **signed), return_state=True),
        ]
        failed = consolidate_cycle(DueCycleRequest(cycle="2099-plan"), return_state=True)
    assert [(s.type.value, s.name) for s in refused] == [("FAILED", "Refused")] * 2
    assert "2099-plan" in (refused[1].message or "")
    assert failed.name == "Failed"
    assert [ended_badly(s.state_details.flow_run_id) for s in refused] == [None, None]
    assert ended_badly(failed.state_details.flow_run_id)
    [(alarm, _)] = failure_alarms(began)
    assert alarm.matter == "run:consolidate-cycle"


def test_an_assignment_after_which_the_message_still_waits_ends_the_run_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.decisions.decide import assign_message
    from flows.decisions.decision_forms import Assignment
    from models.domain.deeds.message_deeds import StillHeld
    from models.domain.letters.offers import Cases
    from tasks.adapters.boards.open_cases import open_cases
    from tasks.adapters.store import decisions
    from tests.fixtures.held_mail import held_message
    from tests.fixtures.small_workplace import CYCLE, small_workplace

    now = dt.datetime(2025, 2, 5, 2, tzinfo=dt.UTC)
    with small_workplace(tmp_path, now, ("syt",)) as workplace:
        key = held_message(workplace, versions=2)
        chosen = open_cases(workplace, [Cases.HELD_FILES])[Cases.HELD_FILES][0]
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(simulated(tmp_path)))
    asked = Assignment(
        message=key,
        cycle=CYCLE,
        agency="Sở Y tế",
        by="Nguyễn Thị Hà",
        reason="Đã gọi điện, Sở xác nhận.",
        as_of=now,
    )
    with monkeypatch.context() as at_fault:  # of the program: no entry mends that, somebody must
        waits = StillHeld("KH-07", True)
        where = "tasks.adapters.intake.deciding_wholly.still_held"
        at_fault.setattr(where, lambda *_: waits)
        assert assign_message(asked, return_state=True).name == "Failed"
    for _ in range(2):  # and Retry
        refused = assign_message(asked, return_state=True)
        assert refused.name == "Refused"
        assert "chọn «Tệp là bản chính»" in (refused.message or "")
    taken = assign_message(
        asked.model_copy(update={"main_file": chosen[-13:-1]}), return_state=True
    )
    assert taken.name == "Completed", taken.message
    with workplace.engine.begin() as connection:
        assert len(decisions.book(connection).decisions) == 1, "none that was refused"


def test_the_state_of_a_run_names_the_first_things_undone_and_how_many_more() -> None:
    from flows.failures import shortened
    from flows.workplaces import WorkLeftUndone

    few = str(WorkLeftUndone(["Sở Y tế, ke-hoach.xlsx: tệp hỏng, xin gửi lại"]))
    assert shortened(few) == few
    many = shortened(str(WorkLeftUndone(f"Cơ quan {n}" for n in range(44))))
    assert many.splitlines()[1] == "- Cơ quan 0"
    assert many.endswith("\n- và 39 việc khác, xem Logs của lượt chạy")


def test_the_forms_of_the_flows_keep_their_titles() -> None:
    from flows.running import FLOWS

    titles = {"cycle": "Kỳ báo cáo", "limit": "Số lượng tối đa", "when_due": "Chỉ khi đến lượt"}
    for flow, request in FLOWS.values():
        shown = str(flow.parameters.definitions[request.__name__])
        for field in request.model_fields.keys() & titles.keys():
            assert titles[field] in shown


def test_a_service_comes_back_at_the_same_port_unless_somebody_listens_there(
    tmp_path: Path,
) -> None:
    from flows.serving.orchestration import usual_port

    (tmp_path / "prefect").mkdir()
    port = usual_port(tmp_path)
    assert usual_port(tmp_path) == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert usual_port(tmp_path) != port
    (tmp_path / "prefect" / "port").write_text("không phải số")
    assert usual_port(tmp_path) > 0


def test_a_full_disk_is_said_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.serving.orchestration import NoRoomLeft, prepare_environment

    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(NoRoomLeft, match="BAOCAO_DATA_DIR"):
        prepare_environment(tmp_path)


def test_no_log_of_a_run_holds_an_address_of_the_register() -> None:
    from flows.failures import ends_in_a_sentence

    heard = queue.SimpleQueue[logging.LogRecord]()
    listener = logging.handlers.QueueHandler(heard)
    logger = logging.getLogger("prefect.task_runs")
    logger.addHandler(listener)

    @ends_in_a_sentence
    def work() -> None:
        logger.error("Thư gửi %s: không tới %s", "Sở Y tế", "vanthu.syt@haiphong.example, 550")

    try:
        work()
    finally:
        logger.removeHandler(listener)
    assert heard.get().getMessage() == "Thư gửi Sở Y tế: không tới v…@haiphong.example, 550"
