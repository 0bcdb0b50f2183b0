"""A run that waits for another of its flow says so on its page, in the office's language.

The orchestrator lets it wait under a name of its own, without a word. What it does is not changed:
this stands in for one method of one of its rules, in its pinned version.
"""

from __future__ import annotations

from typing import Any

WAITS = "AwaitingConcurrencySlot"  # the name of its state
SAID = (
    "Đang chờ một lượt khác của cùng luồng này chạy xong, rồi tự chạy ngay. Không cần bấm gì. "
    "Không muốn chờ nữa thì hủy lượt này; lượt kia không bị ảnh hưởng."
)


def say_why_runs_wait() -> None:
    """From now on, for the server of this process, which has been imported."""
    # A part of the server cannot be imported before the whole is.
    from prefect.server.orchestration import core_policy  # start-up cost

    rule_of_slots = core_policy.SecureFlowConcurrencySlots
    rejected = rule_of_slots.reject_transition

    async def reject_in_words(rule: Any, state: Any, reason: str) -> None:
        if state is not None and state.name == WAITS:
            state.message = SAID
        await rejected(rule, state, reason)

    setattr(rule_of_slots, "reject_transition", reject_in_words)  # noqa: B010
