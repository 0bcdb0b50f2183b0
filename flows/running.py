"""Running one flow by name, in this process."""

from __future__ import annotations

import datetime as dt
from typing import Any

from prefect import Flow

from flows.backing_up.make_backup import make_backup
from flows.clean_up import clean_up
from flows.collect_submissions import collect_submissions
from flows.consolidate_cycle import consolidate_cycle
from flows.deliver_outbox import deliver_outbox
from flows.failures import foreseen, sentence
from flows.morning.send_todays_work import send_todays_work
from flows.open_cycle import open_cycle
from flows.remind_agencies import remind_agencies
from flows.requests import (
    AsOf,
    BatchRequest,
    CycleRequest,
    DueCycleRequest,
    DueRequest,
    PreviewRequest,
)
from flows.send_previews import send_previews
from flows.send_summary import send_summary
from flows.update_boards import update_boards
from flows.watch_health import watch_health
from models.domain.letters.run_words import done_in_words

FLOWS: dict[str, tuple[Flow[Any, Any], type[AsOf]]] = {
    "open-cycle": (open_cycle, CycleRequest),
    "collect-submissions": (collect_submissions, BatchRequest),
    "remind-agencies": (remind_agencies, CycleRequest),
    "deliver-outbox": (deliver_outbox, BatchRequest),
    "consolidate-cycle": (consolidate_cycle, DueCycleRequest),
    "send-summary": (send_summary, DueCycleRequest),
    "send-previews": (send_previews, PreviewRequest),
    "send-todays-work": (send_todays_work, DueRequest),
    "update-boards": (update_boards, CycleRequest),
    "watch-health": (watch_health, AsOf),
    "make-backup": (make_backup, AsOf),
    "clean-up": (clean_up, AsOf),
}


def run_flow(name: str, cycle: str, as_of: dt.datetime | None) -> tuple[bool, str]:
    """Whether the flow did all its work, and a sentence about it."""
    flow, request = FLOWS[name]
    values: dict[str, Any] = {"as_of": as_of}
    if issubclass(request, CycleRequest):
        values["cycle"] = cycle
    try:
        result = flow(request(**values))
    except foreseen() as error:
        return False, sentence(error)
    return True, f"xong, {done_in_words(name, result)}"
