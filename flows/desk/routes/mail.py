"""Thư đến: messages that came in, read before they are decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi.responses import Response

from flows.choices import TO_SENDER
from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.downloads import download
from flows.desk.forms import FilledForm, filled_form
from models.domain.answers.decisions import KIND_TITLES
from models.domain.cycle import cycles
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import MessageState
from models.domain.mail.state_words import MESSAGE_STATES
from models.domain.reading.office import Office
from tasks.adapters.desk.messages_shown import (
    MailAsked,
    MessageCase,
    files_of,
    message_case,
    messages_page,
)
from tasks.adapters.raw_store import RawFileMissing
from tasks.adapters.workplace import Workplace

_NONE = "Không có thư nào mang mã này."
_NO_FILE = "Thư này không có tệp ở vị trí ấy."
#: What is not decided on: it was not yet worked on, or a machine wrote it.
_NO_ARRIVAL = (MessageState.RECEIVED, MessageState.AUTOMATIC)


def mail(desk: Desk, request: PageRequest) -> Response:
    """All messages, by state, cycle, agency and words."""
    sorting = request.asked("xep", "-nhan")
    asked = MailAsked(
        state=request.asked("trang-thai"),
        cycle=request.asked("ky"),
        agency=request.asked("co-quan"),
        words=request.asked("q"),
        page=request.asked("trang"),
        oldest_first=sorting == "nhan",
    )
    with desk.house.looking() as (workplace, connection):
        office = workplace.office
        page = messages_page(connection, asked, office.register.agency_name)
    return desk.page(
        "mail/mail.html",
        request,
        asked=asked,
        page=page,
        sorting=sorting,
        states=MESSAGE_STATES.items(),
        cycles=[(c.code, c.title) for c in _newest_first(office)],
        marks={c.code: c.mark for c in office.cycles.values()},
        agencies=[(a.code, a.name) for a in office.register],
        name_of=office.register.agency_name,
    )


def message(desk: Desk, request: PageRequest) -> Response:
    """One message: what it says and carries, what is known of it, and what may be decided."""
    with desk.house.looking() as (workplace, connection):
        case = message_case(connection, request.values["key"])
    if case is None:
        raise NotFound(_NONE)
    office, line = workplace.office, case.line
    text = desk.house.texts.of(workplace.raw_store, line.key) if line.is_message else None
    forms = _forms(workplace, case, request) if request.may(ways.DECIDERS) else {}
    return desk.page(
        "mail/message.html",
        request,
        case=case,
        line=line,
        text=text,
        forms=forms,
        cycle=office.cycles.get(line.cycle),
        cycles={c.code: c.title for c in office.cycles.values()},
        name_of=office.register.agency_name,
        decision_titles=KIND_TITLES,
        others=_not_recorded(case, text.files if text else ()),
    )


def message_file(desk: Desk, request: PageRequest) -> Response:
    """A file of a message, as it came."""
    position = request.values["position"]
    with desk.house.looking() as (workplace, connection):
        found = files_of(connection, request.values["key"])
    file = next((one for one in found if str(one.position) == position), None)
    if file is None:
        raise NotFound(_NO_FILE)
    return _kept(workplace, file.name, file.sha256)


def message_raw(desk: Desk, request: PageRequest) -> Response:
    """A message to the byte, as it came; a hand-delivered file likewise."""
    with desk.house.looking() as (workplace, connection):
        case = message_case(connection, request.values["key"])
    if case is None:
        raise NotFound(_NONE)
    at = f"{case.line.received_at.astimezone(HANOI):%Y%m%d-%H%M}"
    name = f"thu_{at}_{case.line.key[:12]}.eml" if case.line.is_message else case.line.name
    return _kept(workplace, name, case.line.key)


def _kept(workplace: Workplace, name: str, sha256: str) -> Response:
    try:
        return download(name, workplace.raw_store.get(sha256), "application/octet-stream")
    except RawFileMissing:
        raise NotFound("Kho tệp gốc không có tệp này.") from None


def _forms(workplace: Workplace, case: MessageCase, request: PageRequest) -> dict[str, FilledForm]:
    """The decisions that may be taken of the message, what is known of it filled in."""
    line, fixed = case.line, {"message": [case.line.key]}
    found: dict[str, FilledForm] = {}
    back = request.path
    if line.state == MessageState.HELD:
        guess = {"cycle": line.cycle or _likely_cycle(workplace), "agency": line.agency}
        to = TO_SENDER if line.sender else line.agency
        found["assign"] = filled_form(workplace, "assign-message", fixed, back, entered=guess)
        found["return"] = filled_form(workplace, "return-message", fixed, back, entered={"to": to})
        found["reject"] = filled_form(workplace, "reject-message", fixed, back)
    if line.state not in _NO_ARRIVAL:
        here = line.received_at.astimezone(HANOI).replace(tzinfo=None)
        arrived = here.isoformat(timespec="minutes")
        moment = {"arrived_at": arrived}
        found["arrival"] = filled_form(workplace, "correct-arrival", fixed, back, entered=moment)
    return found


def _likely_cycle(workplace: Workplace) -> str:
    """The cycle that is open, where there is but one."""
    found = cycles.open_cycles(workplace.office.cycles.values(), workplace.now)
    return found[0].code if len(found) == 1 else ""


def _newest_first(office: Office) -> list[cycles.ReportingCycle]:
    return sorted(office.cycles.values(), key=lambda cycle: cycle.opens_at, reverse=True)


def _not_recorded(case: MessageCase, named: Sequence[str]) -> list[str]:
    """What a message carries beside the files that were looked at: pictures of its text ..."""
    recorded = {file.name for file in case.files} | {file.container for file in case.files}
    return [name for name in named if name not in recorded]


PAGES: Mapping[str, Page] = {
    "mail": mail,
    "message": message,
    "message_file": message_file,
    "message_raw": message_raw,
}
