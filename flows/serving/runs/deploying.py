"""Before anything runs: deployments and automations as the code says, and no run left behind.

    python -m flows.serving.runs.deploying

`baocao serve` has it done by a process that has the flows imported, so that what serves need not
import them. What was made lies in a file beside the orchestrator's own; what is there and the same
is left alone.
"""

from __future__ import annotations

import sys
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import SyncClientContext

from config.settings import load_settings
from flows.end_lost_run import NAME as END_LOST_RUN
from flows.failed_runs import end_orphans
from flows.report_failure import NAME as REPORT_FAILURE
from flows.serving.automations import ensure_automations
from flows.serving.deployments import deployments
from flows.serving.former_deployments import remove_former
from flows.serving.runs.deployed import remember
from flows.serving.runs.ensured import ensure_deployments
from flows.update_boards import NAME as UPDATE_BOARDS


def main() -> None:
    """Makes them; says what there is to be said, a line each."""
    # One client for all that is asked here: each would look for the orchestrator's version anew.
    with SyncClientContext.get_or_create():
        _deploy()


def _deploy() -> None:
    made = ensure_deployments(deployments(load_settings().workers))
    ids = {one.flow: one.id for one in made}
    for entrypoint in remove_former({one.name for one in made}, ids.values()):
        sys.stdout.write(f"Đã gỡ luồng của bản trước, nay không còn: {entrypoint}\n")
    for name in ensure_automations(ids[END_LOST_RUN], ids[REPORT_FAILURE]):
        sys.stdout.write(f"Đã đặt tự động hóa: {name}\n")
    if orphans := end_orphans():
        sys.stdout.write(
            f"{orphans} lượt chạy dở của lần trước được ghi là Crashed; chạy lại là an toàn.\n"
        )
    remember(made, _show_what_there_is(ids[UPDATE_BOARDS]))


def _show_what_there_is(update_boards_id: UUID) -> UUID:
    """The run that does so: the forms have just been made anew, without the cases to choose from,
    and boards may be old.
    """
    with get_client(sync_client=True) as client:
        return client.create_flow_run_from_deployment(update_boards_id).id


if __name__ == "__main__":
    main()
