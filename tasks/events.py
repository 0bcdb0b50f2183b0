"""Events: what happened, in the orchestrator's feed, for whoever watches or lets it trigger more.

A feed, no record: an event that is not taken is not sent again, and no work waits for one or fails
for its sake. The record is the database. So many of one run come one by one, the rest as a count:
the server digests a thousand events in twenty seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prefect.events import emit_event
from prefect.logging import get_run_logger

from models.domain.cycles import ReportingCycle
from models.domain.mail import MessageState
from tasks.adapters.intake.working import Worked
from tasks.adapters.posting import Posted
from tasks.adapters.workplace import Workplace

SINGLY = 100  # events of one kind in one run

_OF_STATES = {
    MessageState.ACCEPTED: "baocao.submission.accepted",
    MessageState.RETURNED: "baocao.submission.returned",
    MessageState.HELD: "baocao.submission.held",
}


def submissions_received(source: str, count: int) -> None:
    """So many new messages were taken in from a mailbox."""
    resource = {"prefect.resource.id": f"baocao.mailbox.{source}"}
    _emit("baocao.submission.received", resource, payload={"count": count})


def submissions_decided(place: Workplace, messages: Iterable[Worked]) -> None:
    """What became of messages: accepted, returned, held; a letter that came back."""
    left: dict[str, int] = {}
    emitted: dict[str, int] = {}
    for worked in messages:
        event = "baocao.letter.bounced" if worked.bounced else _OF_STATES.get(worked.state)
        if event is None:
            continue
        emitted[event] = emitted.get(event, 0) + 1
        if emitted[event] > SINGLY:
            left[event] = left.get(event, 0) + 1
            continue
        kind, key = ("letter", worked.bounced) if worked.bounced else ("message", worked.key[:12])
        resource = {
            "prefect.resource.id": f"baocao.{kind}.{key}",
            "prefect.resource.name": worked.name,
        }
        _emit(event, resource, related=_agency(place, worked.agency))
    for event, count in left.items():
        _emit(event, {"prefect.resource.id": "baocao.intake"}, payload={"count": count})


def letters_delivered(posted: Posted) -> None:
    """So many letters left; each that did not arrive, or not everywhere, by itself."""
    if posted.sent:
        resource = {"prefect.resource.id": "baocao.outbox"}
        _emit("baocao.letter.sent", resource, payload={"count": posted.sent})
    for event, lines in (
        ("baocao.letter.failed", posted.failed),
        ("baocao.letter.uncertain", posted.uncertain),
    ):
        for line in lines[:SINGLY]:
            _emit(event, {"prefect.resource.id": "baocao.outbox", "prefect.resource.name": line})


def deadline_passed(cycle: ReportingCycle) -> None:
    """The common deadline of a cycle has passed."""
    resource = {
        "prefect.resource.id": f"baocao.cycle.{cycle.code}",
        "prefect.resource.name": cycle.title,
    }
    _emit("baocao.deadline.passed", resource, payload={"due_at": cycle.due_at.isoformat()})


def _agency(place: Workplace, code: str) -> list[dict[str, str]]:
    agency = place.office.register.agencies.get(code)
    if agency is None:
        return []
    return [
        {
            "prefect.resource.id": f"baocao.agency.{agency.code}",
            "prefect.resource.role": "agency",
            "prefect.resource.name": agency.name,
        }
    ]


def _emit(
    event: str,
    resource: dict[str, str],
    *,
    related: list[dict[str, str]] | None = None,
    payload: Mapping[str, object] | None = None,
) -> None:
    try:
        emit_event(event, resource, related=related or [], payload=dict(payload or {}))
    except Exception as error:  # noqa: BLE001  whatever ails the feed, the work is done
        get_run_logger().warning("Sự kiện %s không ghi được: %s", event, type(error).__name__)
