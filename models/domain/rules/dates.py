"""NG: dates inside the year and before the printed deadline, and beside the days around them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.domain.notation.deadlines import format_date, turned
from models.domain.notation.vietnamese_text import fold
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import PROJECT_DAYS, SheetKind, ValueType
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import CellValue
from models.domain.register.catalogue import Appendix, Goal
from models.domain.rules.registry import LOOK_AGAIN, Case, Remark, either_day, rule

_PROJECT_YEARS = 30  # a project's start and end may lie this far from the directive's year
_FIGURES = re.compile(r"\s*([0-9]{1,2})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*[0-9]{4}\s*")
_OF_PAPERS = (ValueType.DATE, ValueType.TEXT)
_MONTHS = 12  # a figure beyond it is a day
_DATED = re.compile(
    r"\bngày ([0-9]{1,2})(?:[/.-]| tháng )([0-9]{1,2})(?:[/.-]| năm )([0-9]{4})\b", re.IGNORECASE
)


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
            "thì ghi mốc hoàn thành trong năm"
            + (" hoặc nêu lý do ở cột giải trình." if may_go_on else "."),
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
            if c.type is ValueType.DATE
            and c.five_clear != "thoi_han"
            and c.meaning in ("", *PROJECT_DAYS)
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
                        f"lại năm. {case.if_right.replace('số đúng', 'ngày đúng')}",
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
            if column.meaning not in ("", *PROJECT_DAYS):
                continue
            entry = case.interpretation.entry(layout.key, row.row.code, column.key)
            if entry is not None and isinstance(entry.value, dt.date):
                begins = "khoi cong" in fold(column.header)
                dates["start" if begins else "finish"] = (entry, entry.value)
        start, finish = dates.get("start"), dates.get("finish")
        goal = row.row.goal
        if start and finish and finish[1] < start[1]:
            yield case.at_entry(
                finish[0],
                f"ngày hoàn thành {format_date(finish[1])} trước ngày khởi công "
                f"{format_date(start[1])} (ô {start[0].cell}). {LOOK_AGAIN}",
                justified=True,
            )
        elif finish and goal is Goal.FINISH and finish[1].year > year:
            yield case.at_entry(
                finish[0],
                f"ngày hoàn thành {format_date(finish[1])}, trong khi dự án thuộc danh mục khánh "
                f"thành năm {year}. {LOOK_AGAIN}",
                justified=True,
            )
        elif start and goal is Goal.START and start[1].year > year:
            yield case.at_entry(
                start[0],
                f"ngày khởi công {format_date(start[1])}, trong khi dự án thuộc danh mục khởi công "
                f"năm {year}. {LOOK_AGAIN}",
                justified=True,
            )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A date cell: its entry, and what the file keeps there."""

    entry: Entry
    kept: CellValue

    @property
    def figures(self) -> tuple[int, int] | None:
        """The two figures before the year, of a text of figures."""
        found = _FIGURES.fullmatch(self.kept) if isinstance(self.kept, str) else None
        return (int(found[1]), int(found[3])) if found else None

    @property
    def day(self) -> dt.date | None:
        """The day that is read, where the file keeps a day and not a text."""
        day = self.entry.value
        return day if isinstance(day, dt.date) and not isinstance(self.kept, str) else None


@rule(
    "NG-06",
    Severity.ERROR,
    title="Cột ngày có thể bị đảo ngày với tháng",
    explanation="Trên máy để kiểu ngày của Mỹ, gõ 05/06/2025 thì Excel lưu thành ngày 06 tháng 5, "
    "còn 25/06/2025 thì giữ nguyên là chữ. Cột có cả hai loại thì không rõ ngày nào đã bị đảo. "
    "Văn phòng không suy diễn số liệu.",
    remedy="Ghi ngày bằng chữ, ví dụ: ngày 05 tháng 6 năm 2025.",
)
def a_column_of_days_is_written_one_way(case: Case) -> Iterator[Remark]:
    for cells in _columns(case):
        texts = [cell for cell in cells if isinstance(cell.kept, str) and cell.figures]
        telling = [c for c in texts if c.figures and max(c.figures) > _MONTHS]
        month_first = [c for c in telling if c.figures and c.figures[1] > _MONTHS]
        if not telling or (len(telling) < len(texts) and not month_first):
            continue  # texts that either notation reads: the cells were made for texts
        days = [c for c in cells if c.day is not None]
        sure = any(c.day is not None and c.day.day > _MONTHS for c in days) and not month_first
        for cell in days:
            if cell.day is None or (other := turned(cell.day)) is None:
                continue
            ways = either_day(cell.day, other)
            witness = (month_first or telling)[0].entry
            yield case.at_entry(
                cell.entry,
                f"ô lưu ngày {format_date(cell.day)}, nhưng ô {witness.cell} ghi «{witness.raw}» "
                "dạng chữ, nên có thể máy đã đảo ngày với tháng. Đề nghị ghi bằng chữ: "
                f"«{ways[0].text}» hoặc «{ways[1].text}».",
                Severity.WARNING if sure else None,
                justified=sure,
                advised=ways,
            )


def _columns(case: Case) -> Iterator[Sequence[_Cell]]:
    """The filled date cells of each column; the date fields of a details sheet are one."""
    for expected, layout in case.tables(SheetKind.DETAILS, SheetKind.TABLE, SheetKind.FREE_TABLE):
        dates = [c.key for c in expected.inputs if c.type is ValueType.DATE]
        details = expected.form.kind is SheetKind.DETAILS
        columns = (
            [[("", key, layout.value(key, "value")) for key in dates]]
            if details
            else [[(r, key, layout.value(r, key)) for r in layout.rows] for key in dates]
        )
        for column in columns:
            found = (
                (case.interpretation.entry(layout.key, row_key, key), kept)
                for row_key, key, kept in column
            )
            yield [_Cell(entry, kept) for entry, kept in found if entry is not None]


@rule(
    "NG-07",
    Severity.ERROR,
    title="Văn bản đề ngày sau ngày gửi báo cáo",
    explanation="Văn bản đã ban hành thì không thể đề ngày sau ngày Văn phòng nhận được báo cáo.",
    remedy="Kiểm tra lại ngày, tháng, năm của văn bản.",
)
def a_paper_is_not_dated_after_its_arrival(case: Case) -> Iterator[Remark]:
    for entry, day in _papers(case):
        if day <= case.known_day or (entry.sheet_name, entry.cell) in case.faulty:
            continue
        other = turned(day)
        ways: list[Advised] = []
        advice = "Đề nghị kiểm tra lại ngày, tháng, năm của văn bản."
        if other is not None and other <= case.known_day and isinstance(entry.value, dt.date):
            ways = either_day(other, day)[:1]
            advice = (
                f"Nếu là ngày {format_date(other)} (máy đảo ngày với tháng), đề nghị ghi "
                f"«{ways[0].text}»."
            )
        yield case.at_entry(
            entry, f"ngày {format_date(day)} sau ngày gửi báo cáo. {advice}", advised=ways
        )


def _papers(case: Case) -> Iterator[tuple[Entry, dt.date]]:
    """The days that papers bear: in fields of their own, and in words beside their numbers.

    The day of a paper that proves a task has a rule of its own: KQ-10.
    """
    wanted = {
        (expected.form.key, c.key)
        for expected, _ in case.tables(SheetKind.DETAILS, SheetKind.TABLE, SheetKind.FREE_TABLE)
        for c in expected.inputs
        if c.meaning == "product_number"
        or (expected.form.kind is SheetKind.DETAILS and c.type in _OF_PAPERS)
    }
    for entry in case.interpretation.entries:
        if (entry.sheet, entry.column) not in wanted:
            continue
        if isinstance(entry.value, dt.date):
            yield entry, entry.value
        elif isinstance(entry.value, str) and (found := _DATED.search(entry.value)):
            try:
                day = dt.date(int(found[3]), int(found[2]), int(found[1]))
            except ValueError:
                continue  # no day at all, and nobody counts with what such a text says
            yield entry, day
