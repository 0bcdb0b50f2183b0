"""What a run's page says when its process has ended suddenly: our words, not an exit code.

The orchestrator's own sentence goes into the run's log, where it belongs.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import FlowRun, State
from prefect.runner._state_proposer import StateProposer

from models.domain.letters.run_words import in_our_words

_propose = StateProposer.propose_crashed


async def _propose_in_our_words(
    proposer: StateProposer, flow_run: FlowRun, message: str
) -> State[Any] | None:
    return await _propose(proposer, flow_run, in_our_words("CRASHED", message))


def crashes_in_our_words() -> None:
    """From now on, for the runners of this process: in the place of one method of theirs."""
    setattr(StateProposer, "propose_crashed", _propose_in_our_words)  # noqa: B010
