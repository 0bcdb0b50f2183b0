"""Thiết lập: the office's files at a glance, their editions, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.office_edits import agency_edits, cycle_dates, day_edits, letter_texts
from flows.desk.office_edits.edit_forms import (
    EDITIONS,
    MADE_FROM,
    REASON,
    kept_said,
    tidied,
    told,
)
from flows.desk.routes.deciding import shown
from flows.desk.undertakings import UndertakingDone
from flows.office.office_changes import difference_lines
from flows.office.office_checks import faults_of_folder
from models.domain.desk.lists import paged
from models.domain.editions.edition import EditionOvertaken
from models.domain.errors import BaocaoError

_NEWEST = 5  # editions on the first page
_MOST_LINES = 2000  # of a difference that are shown
_PATIENCE = 4.0  # seconds


class GoneOnMeanwhile(BaocaoError):
    """Raised where the files have changed since the page with the way back was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Trong lúc ấy bộ tệp lại có thay đổi mới, nên chưa quay lại. Xin xem lại danh sách rồi "
            "quyết định."
        )


def settings(desk: Desk, request: PageRequest) -> Response:
    """What can be set, and what was changed last."""
    files = desk.house.files
    return desk.page(
        "office/settings.html",
        request,
        subjects=[
            ("Cơ quan và đầu mối", agency_edits.AT, "Tên, khối, địa chỉ thư; thêm, kết thúc."),
            (
                "Ngày nghỉ, ngày làm bù",
                day_edits.AT,
                "Lịch làm việc mà hạn và ngày nhắc tính theo.",
            ),
            ("Kỳ báo cáo", cycle_dates.AT, "Ngày mở, hạn, các bước nhắc, đầu mối của Văn phòng."),
            ("Mẫu thư", letter_texts.AT, "Lời của từng loại thư, xem trước với một cơ quan thật."),
            ("Quy tắc kiểm tra", f"{ways.OFFICE_FILES}/quy-tac", "Áp dụng, tính thử hoặc tắt."),
            (
                "Danh mục hằng năm",
                f"{ways.OFFICE_FILES}/danh-muc",
                "Xuất, nhập sổ Excel.",
            ),
            ("Tài khoản", f"{ways.OFFICE_FILES}/tai-khoan", "Mở, vai trò, cấp lại, đóng."),
            ("Nhật ký ra vào", desk.neighbours.record, "Ai vào, ai bị từ chối."),
        ],
        is_for_real=files.is_for_real,
        newest=files.history()[:_NEWEST],
        editions_at=EDITIONS,
    )


def files_checked(desk: Desk, request: PageRequest) -> Response:
    """Every fault of the files as they stand, each with file and line."""
    with desk.house.files.standing().laid_out() as folder:
        faults = [fault.replace(f"{folder}/", "") for fault in faults_of_folder(folder)]
    return desk.page("office/files_checked.html", request, faults=faults)


def editions(desk: Desk, request: PageRequest) -> Response:
    """All editions, the newest first."""
    page = paged(desk.house.files.history(), request.asked("trang"))
    return desk.page("office/editions.html", request, page=page, editions_at=EDITIONS)


def edition(desk: Desk, request: PageRequest) -> Response:
    """One edition: who, when, why, what it changed, and the way back to it or before it."""
    return _edition(desk, request)


def edition_saved(desk: Desk, request: PageRequest) -> Response:
    """Puts that edition's files in force again."""
    number = _number(request)
    reason = tidied(request.said(REASON))
    if not reason:
        return _edition(desk, request, fault="Xin ghi vì sao quay lại.", status=422)
    begun = desk.undertakings.begin(
        f"Dùng lại bộ tệp số {number}",
        request,
        EDITIONS,
        partial(_back, desk, number, request.said(MADE_FROM), (request.account.person, reason)),
        lambda error: _edition(desk, request, notice=str(error), status=409),
    )
    begun.within(_PATIENCE)
    return shown(desk, request, begun)


def _back(desk: Desk, number: int, newest: str, signed: tuple[str, str]) -> UndertakingDone:
    person, reason = signed
    files = desk.house.files
    if str(_newest(desk)) != newest:
        raise GoneOnMeanwhile
    try:
        kept = files.back_to(number, by=person, note=f"Dùng lại bộ tệp số {number}: {reason}")
    except EditionOvertaken:
        raise GoneOnMeanwhile from None
    told(desk, person, f"Dùng lại bộ tệp số {number}", kept)
    return kept_said(kept, "Có hiệu lực từ lượt chạy tới.")


def _edition(
    desk: Desk, request: PageRequest, fault: str = "", notice: str = "", status: int = 200
) -> Response:
    number = _number(request)
    files = desk.house.files
    found, held = files.edition_files(number)
    before = files.edition_files(number - 1)[1] if number > 1 else {}
    lines = difference_lines(before, held) if number > 1 else []
    newest = _newest(desk)
    between = [one for one, _ in files.history() if one.number > number]
    return desk.page(
        "office/edition.html",
        request,
        status=status,
        edition=found,
        lines=lines[:_MOST_LINES],
        left_out=max(0, len(lines) - _MOST_LINES),
        newest=newest,
        between=between,
        fault=fault,
        notice=notice,
        typed=tidied(request.said(REASON)),
        editions_at=EDITIONS,
    )


def _newest(desk: Desk) -> int:
    history = desk.house.files.history()
    return history[0][0].number if history else 0


def _number(request: PageRequest) -> int:
    text = request.values["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("Không có bộ tệp này.")
    return int(text)


PAGES: Mapping[str, Page] = {
    "settings": settings,
    "files_checked": files_checked,
    "editions": editions,
    "edition": edition,
    "edition_saved": edition_saved,
}
