"""A draft completed to all sheets of the exchange, from the year before what no print says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from config.exchange.exchange_tables import (
    CYCLES,
    DIRECTIVE,
    REPEATED,
    STEPS,
    OfficeFiles,
    records_of,
)
from config.files.catalogues import year_directories
from models.domain.drafting.draft import CatalogueDraft, DoubtKind, DraftRow
from models.domain.drafting.drafting import APPENDIX_SHEETS, HEADINGS
from models.domain.drafting.naming import FormerRow
from models.domain.exchange.exchange_sheets import ExchangeSheet

#: Sheets that speak of rows of the year, and the columns by which they name one.
_OF_ROWS = {"equivalences": ("left", "right"), "tolerances": ("row",)}
_LEFT_TO_THE_CLERK = ("body_targets", REPEATED, "target_revisions")
_COUNTS = ("rows.", "with_target.")

_COUNT = "số kiểm: xin đếm trên bản in rồi ghi, không chép số hàng chương trình đã đọc"
_CARRIED = "chép từ năm {year}, các dòng nhắc đến vẫn còn: xin xem lại"
_CYCLE = "kỳ của năm {year} làm mẫu: xin đổi mã, năm, các ngày giờ và lời hạn"
_STEP = "bước nhắc của kỳ năm {year} làm mẫu: xin đổi mã kỳ"
_GROUPS = (
    "các nhóm nhiệm vụ, giải pháp của phần lời mà cơ quan chọn khi lập kế hoạch: xin ghi, mỗi nhóm "
    "một hàng; Chỉ thị không chia nhóm thì ghi một nhóm, vd. II.1, Nhiệm vụ, giải pháp chung"
)
#: What the directive says in its body, by column of its sheet: empty, it is asked for nowhere else.
_SAID_IN_THE_BODY = {
    "clear": "xin chép các điều “rõ” của Chỉ thị, mỗi điều thành một cột của sổ báo cáo; "
    "Chỉ thị không đòi thì để trống",
    "clear_place": "xin ghi mục của Chỉ thị đòi các điều “rõ”; không có thì để trống",
    "territory": "xin chọn; để trống là toàn thành phố sau hợp nhất",
}
_NOT_READ = "Chương trình chỉ đọc các bảng phụ lục. Xin tự ghi các trang: {titles}."


def year_before(files: OfficeFiles) -> OfficeFiles | None:
    """The newest year before that has files, None for none."""
    years = [int(d.name) for d in year_directories(files.config_dir)]
    before = max((y for y in years if y < files.year), default=None)
    return replace(files, year=before) if before else None


def former_rows(sheets: Sequence[ExchangeSheet], before: OfficeFiles) -> list[FormerRow]:
    """The rows of a year's measures. Raises ConfigurationFault where a file cannot be read."""
    return [
        FormerRow(
            code=record["code"],
            sheet=sheet.key,
            parent=record.get("parent", ""),
            names=[n for n in (record["name_printed"], record.get("name", "")) if n],
            unit=record.get("unit_printed", ""),
            direction=record.get("direction", ""),
            agencies=[c.strip() for c in record.get("agencies", "").split(";") if c.strip()],
            basis=record.get("basis", ""),
        )
        for sheet in sheets
        if sheet.key in APPENDIX_SHEETS and sheet.column("direction")
        for record in records_of(sheet, before)
    ]


def complete_draft(
    draft: CatalogueDraft, sheets: Sequence[ExchangeSheet], before: OfficeFiles | None
) -> None:
    """Adds to the draft what the other sheets hold; shared ones that need no look are left out."""
    by_key = {sheet.key: sheet for sheet in sheets}
    directive = draft.sheets[DIRECTIVE][0]
    for fact in by_key[DIRECTIVE].columns:
        if fact.key.startswith(_COUNTS):
            directive.doubt(fact.key, DoubtKind.OPEN, _COUNT)
        elif fact.key in _SAID_IN_THE_BODY:
            directive.doubt(fact.key, DoubtKind.OPEN, _SAID_IN_THE_BODY[fact.key])
    groups = DraftRow()
    groups.put("appendix", "body")
    for key in ("number", "printed"):
        groups.doubt(key, DoubtKind.OPEN, _GROUPS)
    draft.sheets[HEADINGS].append(groups)
    rows = [*APPENDIX_SHEETS, HEADINGS, DIRECTIVE]
    codes = {row.value("code") for key in APPENDIX_SHEETS for row in draft.sheets[key]}
    for key, named in _OF_ROWS.items():
        draft.sheets[key] = []
        for record in records_of(by_key[key], before) if before else ():
            if all(record[name] in codes for name in named):
                told = _CARRIED.format(year=before.year if before else "")
                draft.sheets[key].append(_model(record, named[0], told))
    for key, column, told in ((CYCLES, "code", _CYCLE), (STEPS, "cycle", _STEP)):
        draft.sheets[key] = [
            _model(record, column, told.format(year=before.year if before else ""))
            for record in (records_of(by_key[key], before) if before else ())
        ]
    for key in _LEFT_TO_THE_CLERK:
        draft.sheets[key] = []
    known = {*rows, *_OF_ROWS, CYCLES, STEPS}
    titles = ", ".join(f"«{s.title}»" for s in sheets if s.key not in known and not s.shared)
    draft.remarks.append(_NOT_READ.format(titles=titles))


def _model(record: dict[str, str], column: str, told: str) -> DraftRow:
    row = DraftRow()
    for key, value in record.items():
        row.put(key, value)
    row.doubt(column, DoubtKind.LOOK, told)
    return row
