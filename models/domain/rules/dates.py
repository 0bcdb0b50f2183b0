"""NG: dates inside the year and before the deadline the directive prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.domain.notation.deadlines import format_date
from models.domain.reading.expectations import plain
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetKind, ValueType
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import Appendix
from models.domain.rules.registry import Case, Remark, rule

_PROJECT_YEARS = 30  # a project's start and end may lie this far from the directive's year
_FINISHES, _BEGINS = "khanh thanh nam", "khoi cong nam"


def _deadlines(case: Case) -> Iterator[tuple[Entry, dt.date]]:
    """The "rõ thời hạn" dates of assigned tasks and of the free plan."""
    for expected, layout in case.tables(SheetKind.TABLE, SheetKind.FREE_TABLE):
        for column in expected.inputs:
            if column.five_clear != "thoi_han" or column.type is not ValueType.DATE:
                continue
            for row_key in layout.rows:
                entry = case.interpretation.entry(layout.key, row_key, column.key)
                if entry is not None and isinstance(entry.value, dt.date):
                    yield entry, entry.value


def _tells_state(case: Case, sheet: str) -> bool:
    """Whether the sheet tells how far its tasks are, not how they are planned."""
    return case.expectations.sheets[sheet].form.meaning("state") is not None


@rule(
    "NG-02",
    Severity.ERROR,
    title="Thời hạn nằm ngoài năm",
    explanation="Kế hoạch thực hiện Chỉ thị là kế hoạch của một năm. Nhiệm vụ mà Chỉ thị không nêu "
    "thời hạn riêng và việc cơ quan tự đề ra có thể kéo sang năm sau (cảnh báo).",
    remedy="Ghi ngày hoàn thành trong năm. Việc kéo dài thì ghi phần hoàn thành trong năm.",
)
def a_deadline_lies_inside_the_year(case: Case) -> Iterator[Remark]:
    year = case.catalogue.year
    for entry, day in _deadlines(case):
        if day.year == year:
            continue
        row = case.expectations.rows_by_code.get(entry.row_key)
        told = _tells_state(case, entry.sheet)  # what is late by then is told with its reason
        may_go_on = day.year == year + 1 and (told or row is None or row.deadline is None)
        yield case.at_entry(
            entry,
            f"ngày {format_date(day)} không thuộc năm {year}. Đề nghị kiểm tra năm; việc kéo dài "
            "thì ghi mốc hoàn thành trong năm" + (" hoặc nêu lý do." if may_go_on else "."),
            Severity.WARNING if may_go_on else None,
            justified=may_go_on,
        )


@rule(
    "NG-03",
    Severity.WARNING,
    title="Hoàn thành sau thời hạn Chỉ thị giao",
    explanation="Ngày hoàn thành cơ quan cam kết muộn hơn thời hạn tại Phụ lục IV. Vẫn nhận.",
    remedy="Rút ngày lại trong thời hạn, hoặc nêu lý do ở cột giải trình.",
)
def a_task_ends_by_its_printed_deadline(case: Case) -> Iterator[Remark]:
    for entry, day in _deadlines(case):
        row = case.expectations.rows_by_code.get(entry.row_key)
        if row is None or row.deadline is None or not row.deadline < day:
            continue
        if day.year != case.catalogue.year or _tells_state(case, entry.sheet):
            continue  # at the year's end the state says it: KQ-13
        yield case.at_entry(
            entry,
            f"ngày {format_date(day)} sau thời hạn được giao ({row.deadline_printed}). Đề nghị rút "
            "lại trong thời hạn, hoặc nêu lý do ở cột giải trình.",
            justified=True,
        )


@rule(
    "NG-04",
    Severity.ERROR,
    title="Năm của ngày không hợp lý",
    explanation="Ngày của văn bản phải trong năm của kỳ báo cáo hoặc năm liền trước; ngày của dự "
    "án không quá xa năm của Chỉ thị.",
    remedy="Kiểm tra lại năm.",
)
def a_year_is_plausible(case: Case) -> Iterator[Remark]:
    year = case.catalogue.year
    for expected, layout in case.tables(SheetKind.DETAILS, SheetKind.TABLE):
        details = expected.form.kind is SheetKind.DETAILS
        near = (
            (1, max(case.known_day.year - year, 0)) if details else (_PROJECT_YEARS, _PROJECT_YEARS)
        )
        columns = [
            c
            for c in expected.inputs
            if c.type is ValueType.DATE and c.five_clear != "thoi_han" and not c.meaning
        ]
        for row_key in [""] if details else list(layout.rows):
            for column in columns:
                entry = case.interpretation.entry(layout.key, row_key, column.key)
                if entry is None or not isinstance(entry.value, dt.date):
                    continue
                if not year - near[0] <= entry.value.year <= year + near[1]:
                    yield case.at_entry(
                        entry,
                        f"ngày {format_date(entry.value)} có năm không hợp lý. Đề nghị kiểm tra "
                        "lại năm.",
                    )


@rule(
    "NG-05",
    Severity.WARNING,
    title="Ngày khởi công, hoàn thành không khớp với Phụ lục V",
    explanation="Dự án khánh thành năm nay thì hoàn thành trong năm, dự án khởi công năm nay thì "
    "khởi công trong năm; ngày hoàn thành không trước ngày khởi công.",
    remedy="Kiểm tra lại; nếu đúng, nêu lý do ở cột giải trình.",
)
def project_dates_follow_the_directive(case: Case) -> Iterator[Remark]:
    year = case.catalogue.year
    for expected, layout, row in case.rows():
        if row.row.appendix is not Appendix.V:
            continue
        dates: dict[str, tuple[Entry, dt.date]] = {}
        for column in expected.inputs:
            if column.meaning:
                continue
            entry = case.interpretation.entry(layout.key, row.row.code, column.key)
            if entry is not None and isinstance(entry.value, dt.date):
                dates["start" if "khoi cong" in plain(column.header) else "finish"] = (
                    entry,
                    entry.value,
                )
        start, finish = dates.get("start"), dates.get("finish")
        group = plain(row.row.group)
        if start and finish and finish[1] < start[1]:
            yield case.at_entry(
                finish[0],
                f"ngày hoàn thành {format_date(finish[1])} trước ngày khởi công "
                f"{format_date(start[1])} (ô {start[0].cell}). Đề nghị kiểm tra lại.",
                justified=True,
            )
        elif finish and _FINISHES in group and finish[1].year > year:
            yield case.at_entry(
                finish[0],
                f"ngày hoàn thành {format_date(finish[1])}, trong khi dự án thuộc danh mục khánh "
                f"thành năm {year}. Đề nghị nêu lý do ở cột giải trình.",
                justified=True,
            )
        elif start and _BEGINS in group and start[1].year > year:
            yield case.at_entry(
                start[0],
                f"ngày khởi công {format_date(start[1])}, trong khi dự án thuộc danh mục khởi công "
                f"năm {year}. Đề nghị nêu lý do ở cột giải trình.",
                justified=True,
            )
