"""Failed flows: one message in the log, the failure itself for the caller."""

from __future__ import annotations

import datetime as dt
import logging.handlers
import queue
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness():
        yield


def test_a_mailbox_that_cannot_be_opened_is_one_message_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.collect_submissions import collect_submissions
    from flows.requests import DueBatchRequest
    from flows.workplaces import WorkLeftUndone

    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BAOCAO_MAILBOX_URL", f"drop://{tmp_path}/khong-co")
    request = DueBatchRequest(as_of=dt.datetime(2025, 2, 10, tzinfo=dt.UTC), limit=10)
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


def test_the_forms_of_the_flows_keep_their_titles() -> None:
    from flows.running import FLOWS

    for flow, request in FLOWS.values():
        title = request.model_fields["as_of"].title
        assert title and title in str(flow.parameters.definitions[request.__name__])


def test_a_full_disk_is_said_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.orchestration import NoRoomLeft, prepare_environment

    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(NoRoomLeft, match="BAOCAO_DATA_DIR"):
        prepare_environment(tmp_path)
