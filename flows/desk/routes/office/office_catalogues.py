"""Thiết lập: a year's catalogue out as a workbook, tried and taken in again."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi.responses import Response

from config.exchange.exchange_tables import CONTACTS, OfficeFiles
from config.files.catalogues import year_directories
from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest
from flows.desk.downloads import download
from flows.desk.office_edits.edit_forms import REASON, kept_said, tidied, told
from flows.desk.routes.deciding import shown
from flows.desk.undertakings import UndertakingDone
from flows.office.catalogue_import import (
    ImportPlace,
    ImportResult,
    ImportWishes,
    take_in,
    workbook_of,
    year_to_export,
)
from flows.office.office_keeping import ChangeKept
from models.domain.notation.vietnamese_text import one_line

AT = f"{ways.OFFICE_FILES}/danh-muc"
_PATIENCE = 3.0  # seconds
_EFFECT = "Danh mục có hiệu lực từ lượt chạy tới."
_REPLACE, _WHILE_OPEN = "thay_nam", "khi_dang_mo"


@dataclass
class CatalogueUpload:
    """A workbook that somebody sent, and what was found in it."""

    name: str
    content: bytes
    result: ImportResult | None = None
    failure: str = ""


def catalogues(desk: Desk, request: PageRequest) -> Response:
    """The years, to take out; a workbook, to bring in."""
    return _page(desk, request)


def catalogue_out(desk: Desk, request: PageRequest) -> Response:
    """A year's workbook."""
    year = request.values["year"]
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise NotFound("Không có danh mục năm này.")
    with desk.house.files.standing().laid_out() as folder:
        chosen = year_to_export(folder, int(year))
        content = workbook_of(OfficeFiles(folder, folder / CONTACTS, chosen))
    return download(f"danh-muc-{chosen}.xlsx", content)


def catalogue_upload(desk: Desk, request: PageRequest) -> Response:
    """Takes a workbook and tries it: nothing is kept yet."""
    name, content = request.files.get("so", ("", b""))
    if not content:
        return _page(desk, request, fault="Xin chọn tệp sổ danh mục (.xlsx).", status=422)
    upload = CatalogueUpload(one_line(name) or "so.xlsx", content)
    key = desk.uploads.keep(request.account.name, upload)
    begun = desk.undertakings.begin(
        "Kiểm tra sổ danh mục, chạy thử các kỳ của năm",
        request,
        f"{AT}/so/{key}",
        partial(_tried, desk, upload),
        lambda error: _page(desk, request, fault=str(error), status=409),
    )
    begun.within(_PATIENCE)
    return shown(desk, request, begun)


def catalogue_checked(desk: Desk, request: PageRequest) -> Response:
    """What was found in a workbook, and where it has no fault the form that brings it in."""
    return _checked(desk, request, _upload(desk, request))


def catalogue_checked_saved(desk: Desk, request: PageRequest) -> Response:
    """Brings the workbook in."""
    upload = _upload(desk, request)
    reason = tidied(request.said(REASON))
    result = upload.result
    if result is None or result.complaints or not result.files:
        return _checked(desk, request, upload)
    wishes = ImportWishes(
        replace_year=bool(request.said(_REPLACE)), while_open=bool(request.said(_WHILE_OPEN))
    )
    faults = {}
    if not reason:
        faults[REASON] = "Xin ghi nhập theo văn bản nào."
    if result.replaces_year and not wishes.replace_year:
        faults[_REPLACE] = f"Danh mục năm {result.year} đã có; muốn thay thì đánh dấu ô này."
    if result.open_cycles and not wishes.while_open:
        faults[_WHILE_OPEN] = (
            "Cơ quan đang giữ sổ lập theo danh mục cũ; vẫn muốn đổi bây giờ thì đánh dấu ô này."
        )
    if faults:
        return _checked(desk, request, upload, faults=faults, status=422)
    begun = desk.undertakings.begin(
        f"Nhập danh mục năm {result.year}",
        request,
        AT,
        partial(_taken_in, desk, upload, wishes, (request.account.person, reason)),
        lambda error: _checked(desk, request, upload, notice=str(error), status=409),
    )
    begun.within(_PATIENCE)
    return shown(desk, request, begun)


def _tried(desk: Desk, upload: CatalogueUpload) -> UndertakingDone:
    with desk.house.files.standing().laid_out() as folder:
        place = ImportPlace(folder, folder / CONTACTS, lambda _, __: None)
        upload.result = _take_in(desk, upload, place, ImportWishes(check_only=True))
    if upload.result.complaints:
        return UndertakingDone(
            f"Sổ có {len(upload.result.complaints)} chỗ cần sửa. Chưa tệp nào bị đổi."
        )
    return UndertakingDone("Đã kiểm tra, không có lỗi. Chưa nhập: xin xem thay đổi rồi quyết định.")


def _taken_in(
    desk: Desk, upload: CatalogueUpload, wishes: ImportWishes, signed: tuple[str, str]
) -> UndertakingDone:
    person, reason = signed
    files = desk.house.files
    standing = files.standing()
    kept: list[ChangeKept | None] = []

    def keep(new: Mapping[str, bytes], note: str) -> None:
        kept.append(files.change(standing, new, by=person, note=f"{note}: {reason}"))

    with standing.laid_out() as folder:
        place = ImportPlace(folder, folder / CONTACTS, keep)
        upload.result = _take_in(desk, upload, place, wishes)
    if upload.result.complaints:
        return UndertakingDone("Tệp của Văn phòng đã đổi trong lúc ấy: sổ nay có chỗ cần sửa.")
    found = kept[0] if kept else None
    told(desk, person, f"Danh mục năm {upload.result.year}", found)
    return kept_said(found, _EFFECT)


def _take_in(
    desk: Desk, upload: CatalogueUpload, place: ImportPlace, wishes: ImportWishes
) -> ImportResult:
    """As the command does; the workbook is read by the disposable reader."""
    with tempfile.TemporaryDirectory(prefix="baocao-danh-muc-") as temporary:
        path = Path(temporary) / "so.xlsx"
        path.write_bytes(upload.content)
        return take_in(path, upload.name, place, wishes, desk.house.now())


def _upload(desk: Desk, request: PageRequest) -> CatalogueUpload:
    found: CatalogueUpload | None = desk.uploads.find(request.account.name, request.values["key"])
    if found is None:
        raise NotFound("Sổ này không còn được nhớ. Xin chọn lại tệp ở trang Danh mục.")
    return found


def _page(desk: Desk, request: PageRequest, fault: str = "", status: int = 200) -> Response:
    with desk.house.files.standing().laid_out() as folder:
        years = sorted((int(d.name) for d in year_directories(folder)), reverse=True)
    return desk.page(
        "office/catalogues.html", request, status=status, years=years, fault=fault, at=AT
    )


def _checked(
    desk: Desk,
    request: PageRequest,
    upload: CatalogueUpload,
    *,
    faults: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    return desk.page(
        "office/catalogue_checked.html",
        request,
        status=status,
        upload=upload,
        result=upload.result,
        faults=faults or {},
        notice=notice,
        typed=tidied(request.said(REASON)),
        marked=[key for key in (_REPLACE, _WHILE_OPEN) if request.said(key)],
        at=AT,
    )


PAGES: Mapping[str, Page] = {
    "catalogues": catalogues,
    "catalogue_out": catalogue_out,
    "catalogue_upload": catalogue_upload,
    "catalogue_checked": catalogue_checked,
    "catalogue_checked_saved": catalogue_checked_saved,
}
