"""Events: what happened, in the orchestrator's feed, for whoever watches or lets it trigger more.

A feed, no record: an event that is not taken is not sent again, and no work waits for one or fails
for its sake. The record is the database. So many of one run come one by one, the rest as a count:
the server digests a thousand events in twenty seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prefect.events import emit_event
from prefect.logging import get_run_logger

from models.domain.cycle.cycles import ReportingCycle
from models.domain.deeds.deed import Deed
from models.domain.mail.mail import MessageState
from models.domain.notation.vietnamese_text import fold
from models.domain.reading.office import Office
from tasks.adapters.intake.working import Worked
from tasks.adapters.post.posting import Posted

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


def submissions_decided(office: Office, messages: Iterable[Worked]) -> None:
    """What became of messages: accepted, returned, held; a letter that came back."""
    told = []
    for worked in messages:
        event = "baocao.letter.bounced" if worked.bounced else _OF_STATES.get(worked.state)
        if event is None:
            continue
        kind, key = ("letter", worked.bounced) if worked.bounced else ("message", worked.key[:12])
        resource = {
            "prefect.resource.id": f"baocao.{kind}.{key}",
            "prefect.resource.name": worked.name,
        }
        told.append(_Event(event, resource, _about(office, worked.agency, worked.cycle)))
    _emit_each(told, {"prefect.resource.id": "baocao.intake"})


def letters_delivered(office: Office, posted: Posted) -> None:
    """What became of letters: sent, failed (for all or some of its addresses), uncertain."""
    told = [
        _Event(
            f"baocao.letter.{news.state.value}",
            {
                "prefect.resource.id": f"baocao.letter.{news.key}",
                "prefect.resource.name": news.subject,
                "baocao.letter.kind": news.kind,
            },
            _about(office, news.agency, news.cycle),
        )
        for news in posted.news
    ]
    _emit_each(told, {"prefect.resource.id": "baocao.outbox"})


def decision_taken(office: Office, deed: Deed, said: str) -> dict[str, Any]:
    """The event of a person's decision: what was decided, by whom, about which agency and cycle."""
    agency, cycle = getattr(deed, "agency", ""), getattr(deed, "cycle", "")
    about = _about(office, agency, cycle)
    person = _person(deed.signed.by)
    return {
        "event": "baocao.decision.taken",
        "resource": {
            "prefect.resource.id": f"baocao.decision.{deed.name}",
            "prefect.resource.name": deed.name.replace("_", "-"),
        },
        "related": [person, *about],
        "payload": {"said": said, "reason": deed.signed.reason},
    }


def settings_changed(person: str, subject: str, said: str, number: int = 0) -> dict[str, Any]:
    """The event of a change at the office's settings: its files (with the edition), an account."""
    resource = {
        "prefect.resource.id": f"baocao.settings.{fold(subject).replace(' ', '-')[:80]}",
        "prefect.resource.name": subject,
    }
    if number:
        resource["baocao.edition"] = str(number)
    return {
        "event": "baocao.settings.changed",
        "resource": resource,
        "related": [_person(person)],
        "payload": {"said": said},
    }


def tell_of_decision(office: Office, deed: Deed, said: str) -> None:
    """Tells the feed of a person's decision."""
    told = decision_taken(office, deed, said)
    _emit(told["event"], told["resource"], related=told["related"], payload=told["payload"])


def _person(name: str) -> dict[str, str]:
    return {
        "prefect.resource.id": f"baocao.person.{fold(name).replace(' ', '-')[:80]}",
        "prefect.resource.role": "person",
        "prefect.resource.name": name,
    }


def deadline_passed(cycle: ReportingCycle) -> None:
    """The common deadline of a cycle has passed."""
    resource = {
        "prefect.resource.id": f"baocao.cycle.{cycle.code}",
        "prefect.resource.name": cycle.title,
    }
    _emit("baocao.deadline.passed", resource, payload={"due_at": cycle.due_at.isoformat()})


@dataclass(frozen=True, slots=True)
class _Event:
    """What happened to what, and whom else it is about."""

    name: str
    resource: dict[str, str]
    related: list[dict[str, str]]


def _emit_each(told: Iterable[_Event], whole: dict[str, str]) -> None:
    """Each by itself, at most SINGLY of a kind; the rest as a count about the `whole`."""
    emitted: Counter[str] = Counter()
    for one in told:
        emitted[one.name] += 1
        if emitted[one.name] <= SINGLY:
            _emit(one.name, one.resource, related=one.related)
    for name, number in emitted.items():
        if number > SINGLY:
            _emit(name, whole, payload={"count": number - SINGLY})


def _about(office: Office, agency: str, cycle: str) -> list[dict[str, str]]:
    """Agency and cycle, as far as they are known."""
    names = office.register.agencies
    found = [("agency", agency, names[agency].name)] if agency in names else []
    if cycle in office.cycles:
        found.append(("cycle", cycle, office.cycles[cycle].title))
    return [
        {
            "prefect.resource.id": f"baocao.{role}.{code}",
            "prefect.resource.role": role,
            "prefect.resource.name": name,
        }
        for role, code, name in found
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
