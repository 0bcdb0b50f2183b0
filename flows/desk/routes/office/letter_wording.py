"""Thiết lập: the texts of letters, shown as they would reach a real agency before they are kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from fastapi.responses import HTMLResponse, Response

from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.office_edits import letter_texts
from flows.desk.office_edits.edit_forms import OfficeEdit, save_edit, show_edit
from flows.desk.office_edits.letter_texts import LetterPreview, previewed
from flows.office.office_keeping import StandingFiles
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.reading.office import Office

_SHOW = "xem"  # the button that only shows


def texts(desk: Desk, request: PageRequest) -> Response:
    """All texts."""
    names = letter_texts.letter_names(desk.house.files.standing())
    shown = [(name, letter_texts.TITLES.get(name, name)) for name in names]
    return desk.page("office/letter_texts.html", request, texts=shown, at=letter_texts.AT)


def text(desk: Desk, request: PageRequest) -> Response:
    """The form of a text, with how it reads now."""
    standing = desk.house.files.standing()
    edit = _edit(standing, request.values["name"])
    return show_edit(desk, request, _with_preview(desk, request, edit, standing))


def text_saved(desk: Desk, request: PageRequest) -> Response:
    """Keeps what was typed, or only shows how it would read: nothing is kept then."""
    standing = desk.house.files.standing()
    edit = _edit(standing, request.values["name"])
    typed = (request.entered.get("text") or [""])[-1].replace("\r\n", "\n")
    path = letter_texts.path_of(request.values["name"])
    as_typed = dataclasses.replace(standing, files={**standing.files, path: typed.encode()})
    with_preview = _with_preview(desk, request, edit, as_typed)
    if request.said(_SHOW):
        return _shown(desk, request, with_preview, typed)
    return save_edit(desk, request, with_preview)


def preview(desk: Desk, request: PageRequest) -> Response:
    """The HTML of a letter that was shown, for the frame that runs nothing."""
    kept = desk.previews.find(request.account.name, request.values["id"])
    nth = request.values["nth"]
    if kept is None or not nth.isdigit() or len(nth) > 3 or int(nth) >= len(kept):
        return HTMLResponse("", 404, headers={"cache-control": "no-store"})
    return HTMLResponse(kept[int(nth)], headers={"cache-control": "no-store"})


def _shown(desk: Desk, request: PageRequest, edit: OfficeEdit, typed: str) -> Response:
    """The form with what was typed, nothing of it kept."""
    return show_edit(desk, request, dataclasses.replace(edit, shows={"text": typed}))


def _with_preview(
    desk: Desk, request: PageRequest, edit: OfficeEdit, files: StandingFiles
) -> OfficeEdit:
    office = desk.house.workplace().office
    cycle, agency = _about(desk, request, office)
    found = LetterPreview()
    if cycle and agency:
        found = previewed(
            files,
            request.values["name"],
            office.cycles[cycle],
            office.calendar,
            (office.register.agencies[agency], office.register.contacts.get(agency)),
        )
    key = desk.previews.keep(request.account.name, [one.html for one in found.letters])
    extra = {
        **edit.extra,
        "preview": found,
        "preview_at": f"{letter_texts.AT}/xem/{key}",
        "cycle": cycle,
        "agency": agency,
        "cycles": [(one.code, one.title) for one in _newest_first(office)],
        "agencies": [(one.code, one.name) for one in office.register],
    }
    return dataclasses.replace(edit, extra=extra)


def _about(desk: Desk, request: PageRequest, office: Office) -> tuple[str, str]:
    """The cycle and the agency that the letter is shown for: those chosen, else the newest's."""
    cycles = [one.code for one in _newest_first(office)]
    cycle = next((one for one in (request.said("ky"), *cycles) if one in office.cycles), "")
    today = desk.house.now().astimezone(HANOI).date()
    there = [one.code for one in office.register.answering_on(today)]
    known = office.register.agencies
    agency = next((one for one in (request.said("co_quan"), *there, *known) if one in known), "")
    return cycle, agency


def _newest_first(office: Office) -> list[ReportingCycle]:
    return sorted(office.cycles.values(), key=lambda one: one.opens_at, reverse=True)


def _edit(standing: StandingFiles, name: str) -> OfficeEdit:
    found = letter_texts.letter_edit(standing, name)
    if found is None:
        raise NotFound("Không có mẫu thư này trong tệp của Văn phòng.")
    return found


PAGES: Mapping[str, Page] = {
    "letter_texts": texts,
    "letter_text": text,
    "letter_text_saved": text_saved,
    "letter_preview": preview,
}
