"""The task of deciding: a person's word becomes a row."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.deeds.deed import Deed
from tasks import events
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.workplace import Workplace


@task(task_run_name="{deed.name}", cache_policy=NO_CACHE)
def decide(workplace: Workplace, deed: Deed) -> str:
    """Carries a deed out; what was decided, a sentence. Raises DecisionRefused."""
    done = carry_out(workplace, deed)
    get_run_logger().info("%s", done.sentence if done.new else f"{done.sentence} Không có gì mới.")
    if done.new:
        events.tell_of_decision(workplace.office, deed, done.sentence)
    return done.sentence
