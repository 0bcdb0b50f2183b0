"""What a diligent official would fill in: a plausible value for every cell that is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.expectations import shortened
from models.domain.reading.forms import (
    Column,
    Form,
    SheetForm,
    SheetKind,
    expected_rows,
    is_required,
    role_of,
    sheets_for,
)
from models.domain.reading.office import Office
from models.domain.reading.submissions import CellKey, EntryValue
from models.domain.register.agencies import Agency, AgencyKind
from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow, Role
from models.domain.register.targets import Target, TargetKind
from tasks.adapters.simulation.review_answers import (
    ADDED_UP,
    as_played,
    asks_for_results,
    free_row_keys,
    result_values,
)

_SHARE_OF_YEAR = dict(zip(PERIODS, ("0.22", "0.48", "0.74", "1"), strict=True))
_PEOPLE = (
    "Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Cường", "Phạm Thu Dung", "Hoàng Minh Đức",
    "Vũ Thị Hạnh", "Đặng Quốc Khánh", "Bùi Thị Lan", "Đỗ Hữu Nam", "Ngô Thị Phương",
)  # fmt: skip
_POSITIONS = ("Trưởng phòng Tổng hợp", "Phó Trưởng phòng", "Chánh Văn phòng", "Phó Chánh Văn phòng")
_UNITS = ("Phòng Kế hoạch - Tài chính", "Văn phòng", "Phòng Nghiệp vụ", "Phòng Tổng hợp")
_BRIEF = 60  # letters of a row's name in an answer about it


_HEADS = {
    "Văn phòng": "Chánh Văn phòng",
    "Thanh tra": "Chánh Thanh tra",
    "Ban Quản lý Khu kinh tế": "Trưởng ban",
    "Trường Đại học": "Hiệu trưởng",
    "Cục ": "Cục trưởng",
    "Chi cục ": "Chi cục trưởng",
    "Thuế ": "Trưởng Thuế",
    "Thống kê ": "Trưởng Thống kê",
    "Bộ Chỉ huy": "Chỉ huy trưởng",
}


@dataclass(frozen=True, slots=True)
class AnsweredCell:
    """A value for one cell; `row_key` "" on the details sheet, "@1", "@2" ... for free rows."""

    sheet: str
    row_key: str
    column: str
    value: EntryValue


def answers_of(
    office: Office,
    cycle: ReportingCycle,
    agency: Agency,
    seed: int,
    written: Collection[CellKey] = (),
) -> list[AnsweredCell]:
    """A complete and faultless set of answers. Equal arguments give equal answers.

    `written`: cells in which something stands already (sheet, row key, column), by which the rows
    of a free sheet are known that only want their results.
    """
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    random = Random(f"{seed}/{cycle.code}/{agency.code}")
    return list(_answers(form, catalogue, cycle, agency, random, written))


def _answers(
    form: Form,
    catalogue: Catalogue,
    cycle: ReportingCycle,
    agency: Agency,
    random: Random,
    written: Collection[CellKey],
) -> Iterator[AnsweredCell]:
    for sheet in sheets_for(form, catalogue, agency.code):
        if sheet.kind is SheetKind.DETAILS:
            yield from _details(sheet, cycle, agency, random)
        elif sheet.kind is SheetKind.FREE_TABLE and asks_for_results(sheet):
            for row_key, new in list(free_row_keys(sheet, written, random)):
                if new:
                    yield from _free_row(sheet, row_key, catalogue, cycle, random)
                values = result_values(sheet, None, catalogue, cycle, random, agency)
                yield from (AnsweredCell(sheet.key, row_key, c, v) for c, v in values.items())
        elif sheet.kind is SheetKind.FREE_TABLE:
            for number in range(1, random.randint(3, 6) + 1):
                yield from _free_row(sheet, f"@{number}", catalogue, cycle, random)
        elif sheet.kind is SheetKind.TABLE:
            for row in expected_rows(sheet, catalogue, agency.code):
                if not asks_for_results(sheet):
                    yield from _row(sheet, row, cycle, agency, random)
                elif role_of(row, agency.code) is Role.LEAD:
                    values = result_values(sheet, row, catalogue, cycle, random, agency)
                    yield from (AnsweredCell(sheet.key, row.code, c, v) for c, v in values.items())


def _details(
    sheet: SheetForm, cycle: ReportingCycle, agency: Agency, random: Random
) -> Iterator[AnsweredCell]:
    # Some send at once, and no paper is dated after it was sent.
    signed = cycle.opens_at.date() + dt.timedelta(days=random.randint(6, 12) // 12)
    values: dict[str, EntryValue] = {
        "plan_number": f"{random.randint(5, 90)}/KH-{agency.code.upper().replace('_', '')[:8]}",
        "plan_date": signed,
        "focal_person": random.choice(_PEOPLE),
        "focal_position": "Chuyên viên tổng hợp",
        "focal_phone": f"0225 3{random.randint(100, 999)} {random.randint(100, 999)}",
        "focal_email": f"tonghop@{agency.code.replace('_', '-')}.haiphong.example",
        "signer": random.choice(_PEOPLE),
        "signer_position": head_of(agency),
        "signed_date": signed,
    }
    known = {c.key for c in sheet.columns if not c.office}
    if "report_number" in known:
        sign = agency.code.upper().replace("_", "")[:8]
        values |= {"report_number": f"{random.randint(91, 400)}/BC-{sign}", "report_date": signed}
    for key, value in values.items():
        if key in known:
            yield AnsweredCell(sheet.key, "", key, value)


def head_of(agency: Agency) -> str:
    """The title of whoever leads the agency, by its kind and the first words of its name.

    >>> head_of(Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT))
    'Giám đốc'
    >>> head_of(Agency("ubnd_kien_an", "UBND quận Kiến An", AgencyKind.DISTRICT))
    'Chủ tịch'
    """
    if agency.kind in (AgencyKind.DISTRICT, AgencyKind.COMMUNE):
        return "Chủ tịch"
    titles = (title for words, title in _HEADS.items() if agency.name.startswith(words))
    return next(titles, "Giám đốc")


def _row(
    sheet: SheetForm, row: CatalogueRow, cycle: ReportingCycle, agency: Agency, random: Random
) -> Iterator[AnsweredCell]:
    leads = role_of(row, agency.code) is Role.LEAD
    for column in sheet.columns:
        if column.office:
            continue
        if column.unit_of_row and row.appendix is not Appendix.II:
            if leads and row.target is not None:
                yield AnsweredCell(
                    sheet.key, row.code, column.key, _committed(row.target, row, column)
                )
            elif leads and row.target_words and not column.period:
                yield AnsweredCell(sheet.key, row.code, column.key, f"Phấn đấu: {row.target_words}")
        elif column.key == "measures" and leads:
            yield AnsweredCell(
                sheet.key, row.code, column.key, "Giao chỉ tiêu cho từng đơn vị, kiểm tra hằng quý"
            )
        elif is_required(column, row, agency.code):
            yield AnsweredCell(sheet.key, row.code, column.key, _value(column, row, cycle, random))


def _free_row(
    sheet: SheetForm, key: str, catalogue: Catalogue, cycle: ReportingCycle, random: Random
) -> Iterator[AnsweredCell]:
    group = random.choice(list(catalogue.solution_groups))
    for column in sheet.columns:
        if column.office or not column.required or column.meaning:
            continue
        if column.choices_from == "solution_groups":
            yield AnsweredCell(sheet.key, key, column.key, group)
        elif column.five_clear == "viec":
            work = f"Triển khai nội dung {key[1:]} thuộc nhóm «{shortened(group)}» tại đơn vị"
            yield AnsweredCell(sheet.key, key, column.key, work)
        else:
            yield AnsweredCell(sheet.key, key, column.key, _value(column, None, cycle, random))


def _value(
    column: Column, row: CatalogueRow | None, cycle: ReportingCycle, random: Random
) -> EntryValue:
    year = cycle.due_at.year
    if column.five_clear == "thoi_han":
        latest = row.deadline if row is not None and row.deadline else dt.date(year, 12, 31)
        return max(latest - dt.timedelta(days=random.randint(0, 20)), dt.date(year, 2, 21))
    if column.five_clear == "nguoi" or column.key == "person":
        return f"{random.choice(_PEOPLE)}, {random.choice(_POSITIONS)}"
    if column.five_clear == "viec":
        what = row.name if row else ""
        what = what if len(what) <= _BRIEF else what[:_BRIEF].rpartition(" ")[0]
        return f"Xây dựng hồ sơ, lấy ý kiến, trình ban hành: {what}"
    if column.five_clear == "trach_nhiem":
        return random.choice(_UNITS)
    if column.five_clear == "ket_qua":
        return "Văn bản được ban hành; báo cáo kết quả thực hiện"
    if column.key == "disbursement" and row is not None:
        total = row.investments[0].amount if row.investments else Decimal(100_000)
        return (total * Decimal("0.2")).quantize(Decimal(1), ROUND_HALF_UP)
    if column.period:
        return f"Hoàn thành {random.randint(60, 95)}% khối lượng theo kế hoạch"
    return "Theo kế hoạch của cơ quan"


def _committed(target: Target, row: CatalogueRow, column: Column) -> Decimal:
    """The target itself, a little better where a bound must be passed; milestones lead up to it."""
    target = as_played(target)
    full = {
        TargetKind.GREATER: target.value * Decimal("1.05"),
        TargetKind.LESS: target.value * Decimal("0.95"),
        TargetKind.RATIO: target.value,
    }.get(target.kind, target.value)
    share = Decimal(_SHARE_OF_YEAR.get(column.period, "1"))
    gradual = row.unit in ADDED_UP and full > 8 and target.kind in (
        TargetKind.VALUE, TargetKind.GREATER, TargetKind.FLOOR_STRETCH,
    )  # fmt: skip
    places = max(-int(full.normalize().as_tuple().exponent), 0)
    if not gradual:
        return full.quantize(Decimal(1).scaleb(-min(places, 3)), ROUND_HALF_UP)
    return (full * share).quantize(Decimal(1).scaleb(-min(places, 3)), ROUND_HALF_UP)
