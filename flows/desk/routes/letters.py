"""Thư đi: letters by state, one as it went out with the evidence of each recipient, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi.responses import HTMLResponse, Response

from flows.decisions.decision_forms import Audience
from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.downloads import download
from flows.desk.forms import FilledForm, filled_form
from models.domain.desk.lists import page_asked
from models.domain.letters.approval import draft_digest
from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.boards.mail_boards import STATE_NAMES
from tasks.adapters.desk.letter_read import html_as_sent, recipients_of
from tasks.adapters.desk.letters_shown import (
    LETTER_TITLES,
    LettersAsked,
    brief_of,
    letter_by_id,
    letter_counts,
    letters_page,
)
from tasks.adapters.store import outbox
from tasks.adapters.workplace import Workplace

_FIRST = (
    LetterState.DRAFT,
    LetterState.UNCERTAIN,
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.QUEUED,
)
_STATE_TITLES = {**STATE_NAMES, LetterState.DRAFT: "chờ duyệt"}


def letters(desk: Desk, request: PageRequest) -> Response:
    """The outbox: what waits for a person is a click away, every list has its address."""
    workplace = desk.house.workplace()
    register = workplace.office.register
    asked = LettersAsked(
        state=request.asked("trang-thai"),
        kind=request.asked("loai"),
        cycle=request.asked("ky"),
        agency=request.asked("co-quan"),
        words=request.asked("q"),
        page=request.asked("trang"),
    )
    with workplace.engine.begin() as connection:
        page = letters_page(connection, asked, register.agency_name)
        counts = letter_counts(connection)
    order = [*_FIRST, *(state for state in _STATE_TITLES if state not in _FIRST)]
    return desk.page(
        "letters/letters.html",
        request,
        page=page,
        asked=asked,
        counts=[(s, _STATE_TITLES[s], counts[s]) for s in order if counts.get(s)],
        state_titles=_STATE_TITLES,
        kinds=[(kind.value, title) for kind, title in LETTER_TITLES.items()],
        cycles=[(c.code, c.title) for c in workplace.office.cycles.values()],
        name_of=register.agency_name,
        first=_FIRST,
    )


def letter(desk: Desk, request: PageRequest) -> Response:
    """One letter: to whom, when, how it is known to have arrived, its files, what may be done."""
    workplace = desk.house.workplace()
    with workplace.engine.begin() as connection:
        row = _known(letter_by_id(connection, request.values["id"]))
        recipients = recipients_of(connection, row)
        evidence = ""
        if row.state == LetterState.UNCERTAIN:
            ours = workplace.rules.office_address
            came = outbox.copies_received(connection, [row.message_id], ours)[row.message_id]
            evidence = _copies_said(came, bool(workplace.rules.own_copy) or row.copy_in_flight)
    brief = brief_of(row)
    cycle = workplace.office.cycles.get(row.cycle)
    earlier = [
        (dt.datetime.fromisoformat(one["sent_at"]), one["recipients"]) for one in row.earlier
    ]
    return desk.page(
        "letters/letter.html",
        request,
        letter=row,
        brief=brief,
        state_said=_STATE_TITLES[LetterState(row.state)],
        recipients=recipients,
        evidence=evidence,
        agency=workplace.office.register.agency_name(row.agency),
        cycle=cycle,
        earlier=earlier,
        files=list(enumerate(row.files, start=1)),
        marked=row.marked_submission_id is not None or row.marking is not None,
        forms=_forms(workplace, request, row) if request.may(ways.DECIDERS) else [],
    )


def letter_itself(desk: Desk, request: PageRequest) -> Response:
    """The letter's HTML alone, for a frame that runs nothing."""
    workplace = desk.house.workplace()
    with workplace.engine.begin() as connection:
        row = _known(letter_by_id(connection, request.values["id"]))
    page = html_as_sent(workplace.raw_store, row)
    if not page:
        raise NotFound("Thư này chỉ có phần chữ, không có phần HTML.")
    return HTMLResponse(page, headers={"cache-control": "no-store"})


def letter_file(desk: Desk, request: PageRequest) -> Response:
    """A file that went with a letter, as it went."""
    workplace = desk.house.workplace()
    with workplace.engine.begin() as connection:
        row = _known(letter_by_id(connection, request.values["id"]))
    place = page_asked(request.values["place"])
    if place > len(row.files):
        raise NotFound("Thư này không có tệp ấy.")
    file = row.files[place - 1]
    return download(file["name"], workplace.raw_store.get(file["sha256"]))


def _copies_said(came: int, expected: bool) -> str:
    """What our own mailbox shows of a letter of which nobody knows whether it left."""
    if came:
        return f"hộp thư Văn phòng đã nhận {came} bản sao của thư này: thư đã rời máy chủ"
    if expected:
        return "hộp thư Văn phòng chưa nhận bản sao nào của thư này"
    return "không có: máy không gửi bản sao về hộp thư Văn phòng"


def _known(row: LetterRow | None) -> LetterRow:
    if row is None:
        raise NotFound("Không có thư đi nào mang số này.")
    return row


def _forms(
    workplace: Workplace, request: PageRequest, row: LetterRow
) -> list[tuple[str, FilledForm]]:
    """What a person may decide about the letter now, each with its heading."""
    brief, key = brief_of(row), {"letter": [row.business_key]}
    found = []
    if row.state == LetterState.DRAFT:
        shown = {**key, "digest": [draft_digest(outbox.letter_of(row))]}
        found.append(
            ("Duyệt dự thảo này", filled_form(workplace, "approve-summary", shown, request.path))
        )
    if brief.may_be_settled:
        form = filled_form(workplace, "settle-letter", key, request.path)
        found.append(("Khép lại thư này", form))
    if brief.may_go_again:
        # What every server took goes again only where it goes to everybody.
        whom = {"audience": Audience.EVERYBODY.value} if row.state == LetterState.SENT else {}
        form = filled_form(workplace, "send-letter-again", key, request.path, entered=whom)
        found.append(("Gửi lại thư này", form))
    return found


PAGES: Mapping[str, Page] = {
    "letters": letters,
    "letter": letter,
    "letter_itself": letter_itself,
    "letter_file": letter_file,
}
