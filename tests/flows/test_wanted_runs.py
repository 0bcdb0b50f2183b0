"""Runs are begun once, and what is queued twice is taken out again but for a person's own."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import AwaitingRetry, Pending, Running, Scheduled, State

from flows.serving.runs.wanted_runs import WATCHER, WantedRuns
from models.domain.work.pauses import DOES, STANDS_STILL
from models.domain.work.wanted import BY_SCHEDULE_ALONE, RULES, Wanted

FLOW = "deliver-outbox"
WISH = Wanted(FLOW, {}, {"letters": "1/7"})
NOW = dt.datetime.now(dt.UTC)


def deployment_of(flow: str) -> UUID:
    return uuid5(NAMESPACE_URL, flow)


class Client:
    """In place of the orchestrator's: keeps the runs there are, filtered by deployment and type."""

    def __init__(self, *runs: FlowRun) -> None:
        self.runs = list(runs)
        self.begun: list[tuple[dict[str, Any], str]] = []
        self.ended: dict[UUID, State] = {}
        self.paused = False
        self.scheduled = True

    def read_deployment_by_name(self, name: str) -> Any:
        flow, _, lane = name.partition("/")
        assert flow in {*RULES, *BY_SCHEDULE_ALONE}
        assert lane == "lich"
        schedules = [SimpleNamespace(active=self.scheduled)]
        return SimpleNamespace(id=deployment_of(flow), paused=self.paused, schedules=schedules)

    def read_deployments(self, *, deployment_filter: Any) -> list[Any]:
        assert deployment_filter.name.any_ == ["lich"]
        return [self.read_deployment_by_name(f"{flow}/lich") for flow in STANDS_STILL]

    def read_flow_runs(self, *, deployment_filter: Any, flow_run_filter: Any) -> list[FlowRun]:
        types = flow_run_filter.state.type.any_
        before = flow_run_filter.next_scheduled_start_time
        return [
            run
            for run in self.runs
            if run.deployment_id in deployment_filter.id.any_
            and run.state_type in types
            and (before is None or run.next_scheduled_start_time <= before.before_)  # type: ignore[operator]
        ]

    def create_flow_run_from_deployment(
        self, deployment: UUID, *, parameters: dict[str, Any], idempotency_key: str
    ) -> None:
        assert deployment == deployment_of(FLOW)
        self.begun.append((parameters, idempotency_key))

    def set_flow_run_state(self, run: UUID, state: State) -> None:
        self.ended[run] = state


def run(state: State, ago: int = 0, request: dict[str, Any] | None = None, **what: Any) -> FlowRun:
    """A run that was to begin so many seconds ago; the schedule's unless told."""
    at = NOW - dt.timedelta(seconds=ago)
    fields: dict[str, Any] = {
        "auto_scheduled": True,
        "deployment_id": deployment_of(FLOW),
        "name": f"lượt {ago}",
        "run_count": 0,
    }
    return FlowRun(
        id=uuid4(),
        flow_id=uuid4(),
        state=state,
        state_type=state.type,
        state_name=state.name,
        parameters={"request": request or {}},
        expected_start_time=at,
        next_scheduled_start_time=at,
        **(fields | what),
    )


def runs_of(client: Client) -> WantedRuns:
    return WantedRuns(cast(SyncPrefectClient, client))


SOON, LATER = -10, -3600


@pytest.mark.parametrize(
    ("there", "is_granted", "is_begun"),
    [
        ([], True, True),
        ([run(Scheduled(), SOON)], True, False),
        ([run(Scheduled(), LATER)], True, True),  # the schedule's next one is hours away
        ([run(Scheduled(), request={"limit": 5})], True, True),  # asks something else
        ([run(Scheduled(), deployment_id=deployment_of("update-boards"))], True, True),
        ([run(Running())], False, False),  # may have looked before there was anything
        ([run(Pending())], False, False),
        ([run(Running()), run(Scheduled())], True, False),
        ([run(Running(), request={"limit": 5})], True, True),
    ],
)
def test_a_run_is_begun_where_none_waits_that_asks_the_same(
    there: list[FlowRun], is_granted: bool, is_begun: bool
) -> None:
    client = Client(*there)
    assert runs_of(client).begin(WISH) is is_granted
    assert [asked for asked, _ in client.begun] == [{"request": {}}] * is_begun


def test_two_who_have_one_wish_begin_one_run() -> None:
    client = Client()
    for _ in range(2):
        runs_of(client).begin(WISH)
    runs_of(client).begin(Wanted(FLOW, {}, {"letters": "1/8"}))
    (_, first), (_, second), (_, other) = client.begun
    assert first.startswith(WATCHER)
    assert other != first
    # Within a minute: at its turn the second finds the first one's run.
    assert first.rpartition(":")[2] == second.rpartition(":")[2]


@pytest.mark.parametrize(("paused", "scheduled"), [(True, True), (False, False)])
def test_what_a_person_has_paused_stays_so(paused: bool, scheduled: bool) -> None:
    client = Client()
    client.paused, client.scheduled = paused, scheduled
    assert not runs_of(client).begin(WISH)
    assert client.begun == []


@pytest.mark.parametrize(("paused", "scheduled"), [(False, True), (True, True), (False, False)])
def test_which_flows_are_paused_is_known(paused: bool, scheduled: bool) -> None:
    client = Client()
    client.paused, client.scheduled = paused, scheduled
    every = frozenset({*RULES, *BY_SCHEDULE_ALONE})
    assert runs_of(client).paused() == (every if paused or not scheduled else frozenset())
    assert every == set(STANDS_STILL) == set(DOES)  # of each it is known what it and its pause mean


def test_of_runs_that_wait_and_ask_the_same_one_stays() -> None:
    first, second, third = (run(Scheduled(), ago) for ago in (300, 200, 100))
    late = run(Scheduled(name="Late"), 150)
    of_a_watcher = run(Scheduled(), 50, auto_scheduled=False, idempotency_key=f"{WATCHER}x")
    waits_for_a_place = run(Scheduled(name="AwaitingConcurrencySlot"), SOON)
    other = run(Scheduled(), 20, request={"limit": 5})
    elsewhere = run(Scheduled(), 20, deployment_id=deployment_of("update-boards"))
    to_come = run(Scheduled(), LATER)
    under_way = run(Running(), 400)
    client = Client(third, second, first, late, of_a_watcher, waits_for_a_place, other, elsewhere,
                    to_come, under_way)  # fmt: skip
    assert runs_of(client).clear_surplus() == 5
    ended = {one.id for one in (second, third, late, of_a_watcher, waits_for_a_place)}
    assert client.ended.keys() == ended
    for state in client.ended.values():
        assert state.type is StateType.CANCELLED
        assert f"lượt «{first.name}» ({first.id}) làm đúng việc này" in str(state.message)


def test_a_persons_own_run_stays_and_stands_for_the_others() -> None:
    schedules = run(Scheduled(), 300)
    own = run(Scheduled(), 10, auto_scheduled=False)
    too = run(Scheduled(), 5, auto_scheduled=False)
    again = run(AwaitingRetry(), 100, run_count=1)
    again_and_waits = run(Scheduled(name="AwaitingConcurrencySlot"), 100, run_count=1)
    client = Client(schedules, own, too, again, again_and_waits)
    assert runs_of(client).clear_surplus() == 1
    assert client.ended.keys() == {schedules.id}
