"""What the orchestrator knows of failed runs: a hint for alarms, never the truth about work."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.settings import PREFECT_UI_URL
from prefect.states import Crashed

from flows.failures import REFUSED
from models.domain.cycle.cycles import HANOI
from models.domain.letters.health import Alarm, FailingFlow
from models.domain.letters.run_words import in_our_words, to_open

TAG = "baocao"  # on every run whose failure the operator is told of

#: Flows that run by themselves; a person's decision that was refused is no trouble of the house.
WATCHED = (
    "open-cycle",
    "collect-submissions",
    "remind-agencies",
    "deliver-outbox",
    "consolidate-cycle",
    "send-summary",
    "send-previews",
    "send-todays-work",
    "chase-approvals",
    "update-boards",
    "clean-up",
)
ORPHANED = "«baocao serve» dừng đột ngột trong lúc chạy. Nhấn Retry: chạy lại lúc nào cũng an toàn."
LOST = "Tiến trình của lượt chạy đã dừng đột ngột. Nhấn Retry: chạy lại lúc nào cũng an toàn."
SILENT_FOR = dt.timedelta(seconds=90)  # three heartbeats missed
_UNDER_WAY = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
_BAD = (StateType.FAILED, StateType.CRASHED)
_SHOWN = 200  # runs of a flow that are looked at


def failing_flows(since: dt.datetime) -> list[FailingFlow]:
    """The watched flows that ended badly last, with how many runs in a row since that moment."""
    with get_client(sync_client=True) as client:
        return [found for name in WATCHED if (found := _failing(client, name, since))]


def ended_badly(run_id: UUID) -> tuple[str, FlowRun] | None:
    """Flow name and run, when the run's last word is that it failed or crashed, not refused."""
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        if run.state is None or run.state.type not in _BAD or was_refused(run):
            return None
        return client.read_flow(run.flow_id).name, run


def end_if_lost(run_id: UUID, now: dt.datetime) -> bool:
    """Ends a run that was silent, if it is still said to run; whether it was.

    Asked because of a silence. The heartbeat of a short run may be recorded after its end, so the
    silence may be that of an attempt long over: an attempt younger than the silence is left alone.
    """
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        if run.state is None or run.state.type not in (StateType.RUNNING, StateType.CANCELLING):
            return False
        if now - run.state.timestamp < SILENT_FOR:
            return False
        client.set_flow_run_state(run_id, Crashed(message=LOST), force=True)
    return True


def end_orphans() -> int:
    """Ends the runs that a former `serve` left behind, so that none stays "Running"; how many.

    To be called before anything runs. A run whose server died with it has told nobody that it is
    alive, so no automation waits for its heartbeat; and it holds its flow's only place.
    """
    with get_client(sync_client=True) as client:
        left = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(_UNDER_WAY)))
            )
        )
        own = [run for run in left if run.work_pool_name is None and run.deployment_id]
        for run in own:
            client.set_flow_run_state(run.id, Crashed(message=ORPHANED))
    return len(own)


def failure_alarms(since: dt.datetime) -> list[tuple[Alarm, str]]:
    """What to tell of runs that ended badly since that moment and were not mended; with its period.

    The automation tells of them at once, but on SQLite its trigger can be lost in a burst.
    """
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                end_time=FlowRunFilterEndTime(after_=since),
                tags=FlowRunFilterTags(all_=[TAG]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(_BAD))),
            ),
            sort=FlowRunSort.END_TIME_DESC,
            limit=_SHOWN,
        )
        return [
            failure_alarm(client.read_flow(run.flow_id).name, run)
            for run in runs
            if not was_refused(run)
        ]


def was_refused(run: FlowRun) -> bool:
    """Whether a run ended because what a person entered cannot stand: told on its page, to him."""
    return run.state is not None and run.state.name == REFUSED


def failure_alarm(name: str, run: FlowRun) -> tuple[Alarm, str]:
    """What to tell of a run of the flow of that name that ended badly; the hour of its end."""
    page = page_of(run)
    alarm = Alarm(
        f"run:{name}",
        f"Luồng {name} không chạy xong",
        [f"Lượt «{run.name}» báo: {message_of(run)}"],
        [
            f"Mở trang của lượt chạy: {to_open(page)}"
            if page
            else "Mở trang Runs, chọn lượt chạy này.",
            "Đọc câu báo lỗi, sửa điều được nêu.",
            "Nhấn Retry. Chạy lại lúc nào cũng an toàn: việc đã xong không làm lần nữa.",
        ],
    )
    ended = run.end_time or (run.state.timestamp if run.state else None) or run.expected_start_time
    return alarm, f"{(ended or dt.datetime.now(dt.UTC)).astimezone(HANOI):%Y-%m-%dT%H}"


def message_of(run: FlowRun) -> str:
    """What a run said at its end, in one line of Vietnamese."""
    state = run.state
    return in_our_words(state.type.value if state else "FAILED", state.message if state else "")


def page_of(run: FlowRun) -> str:
    """The run's page in the UI; "" where its address is unknown."""
    base = PREFECT_UI_URL.value()
    return f"{base}/runs/flow-run/{run.id}" if base else ""


def _failing(client: SyncPrefectClient, name: str, since: dt.datetime) -> FailingFlow | None:
    ended = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[name])),
        flow_run_filter=FlowRunFilter(
            end_time=FlowRunFilterEndTime(after_=since),
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[*_BAD, StateType.COMPLETED])
            ),
        ),
        sort=FlowRunSort.END_TIME_DESC,
        limit=_SHOWN,
    )
    bad = 0
    for run in ended:
        if run.state is None or run.state.type not in _BAD:
            break
        bad += 1
    return FailingFlow(name, bad, message_of(ended[0])) if bad else None
