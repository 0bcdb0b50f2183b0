"""Tasks of approving: the draft is shown, a person is asked, and reminded."""

from __future__ import annotations

from typing import cast

from prefect import get_client, task
from prefect.artifacts import Artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger
from prefect.states import Completed

from models.domain.letters.approval import ApprovalRules
from tasks.adapters.decisions import approving
from tasks.adapters.decisions.approving import SummaryDraft
from tasks.adapters.workplace import Workplace

FLOW = "approve-summary"
DEPLOYMENT = f"{FLOW}/quyet-dinh"


@task(task_run_name="show-draft-{draft.cycle}", cache_policy=NO_CACHE)
def show_draft(draft: SummaryDraft) -> None:
    """Shows the draft, where its newest showing is not the same."""
    key = f"du-thao-tong-hop-{draft.cycle}"
    shown = cast(Artifact | None, Artifact.get(key))  # outside of a loop it answers at once
    if shown is None or shown.data != draft.markdown:
        create_markdown_artifact(draft.markdown, key=key, description=draft.subject)


@task(task_run_name="ask-for-approval", cache_policy=NO_CACHE)
def ask_for_approval(workplace: Workplace) -> None:
    """One run of approve-summary for each draft that waits; a second asking finds the first."""
    logger = get_run_logger()
    for draft in approving.drafts_waiting(workplace.engine):
        logger.info("Thư tổng hợp chờ duyệt: %s", draft.subject)
        try:
            run_deployment(
                DEPLOYMENT,
                parameters={"request": {"letter": draft.letter}},
                idempotency_key=f"approve-{draft.digest}",
                timeout=0,
                as_subflow=False,
            )
        except ObjectNotFound:
            logger.warning("Chưa có lịch chạy trên máy chủ: mở «baocao serve» để duyệt.")


@task(task_run_name="chase-drafts", cache_policy=NO_CACHE)
def chase(workplace: Workplace, rules: ApprovalRules) -> list[str]:
    """Reminds, and decides what nobody answered."""
    said = approving.chase(workplace, rules)
    for line in said:
        get_run_logger().warning("%s", line)
    return said


@task(task_run_name="end-idle-questions", cache_policy=NO_CACHE)
def end_idle_questions(workplace: Workplace) -> int:
    """Completes the suspended runs whose draft is decided on; how many."""
    waiting = {draft.letter for draft in approving.drafts_waiting(workplace.engine)}
    ended = 0
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED]))
            ),
        ):
            # A run that names no letter asks about whichever waits.
            asked = run.parameters.get("request", {}).get("letter", "")
            if asked not in waiting if asked else not waiting:
                state: State[None] = Completed(
                    message="Dự thảo đã được quyết định hoặc thay bằng bản mới."
                )
                client.set_flow_run_state(run.id, state, force=True)
                ended += 1
    return ended
