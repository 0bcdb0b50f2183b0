"""KH: the action plan an agency sets itself, by the directive's ten groups of solutions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from models.domain.reading.expectations import ExpectedSheet, plain
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetKind
from models.domain.reading.layout import SheetLayout
from models.domain.reading.workbook_content import address
from models.domain.register.catalogue import Appendix
from models.domain.rules.registry import Case, Remark, rule


@rule(
    "KH-01",
    Severity.ERROR,
    title="Kế hoạch hành động chưa đủ số dòng tối thiểu",
    explanation="Chỉ thị yêu cầu mọi cơ quan, địa phương xây dựng kế hoạch hành động."
    " Cơ quan không được giao nhiệm vụ riêng tại Phụ lục IV ghi ít nhất số dòng tối thiểu.",
    remedy="Ghi thêm việc cụ thể của cơ quan, chọn nhóm giải pháp tương ứng.",
)
def an_agency_without_tasks_plans_its_own(case: Case) -> Iterator[Remark]:
    if any(
        Appendix.IV in sheet.form.appendices and sheet.rows
        for sheet in case.expectations.sheets.values()
    ):
        return
    for expected, layout in case.tables(SheetKind.FREE_TABLE):
        least, filled = expected.form.minimum_rows, len(layout.rows)
        if filled < least:
            first = layout.content.name
            cells = _empty_cells(expected, layout, least)
            clear = case.catalogue.clear.title
            told = expected.form.meaning("state") is not None
            each = "mỗi việc kèm tình trạng" if told else f"mỗi việc đủ «{clear}»"
            state = f"mới có {filled} dòng" if filled else "chưa có dòng nào"
            yield Remark(
                f"Trang «{first}»: {state}. Cơ quan không được giao nhiệm vụ riêng tại Phụ lục IV "
                f"phải ghi ít nhất {least} việc cụ thể để thực hiện Chỉ thị, {each}.",
                sheet=first,
                cell=cells[0] if cells else "",
                cells=cells,
            )


def _empty_cells(expected: ExpectedSheet, layout: SheetLayout, least: int) -> list[str]:
    """The cells that must be filled in the first empty rows, as many as are lacking."""
    taken = set(layout.rows.values())
    places = [p for c in expected.inputs if c.required and (p := layout.columns.get(c.key))]
    free = (n for n in count(layout.header_row + 1) if n not in taken)
    rows = sorted(next(free) for _ in range(least - len(taken)))
    return [address(row, place) for row in rows for place in places]


@rule(
    "KH-02",
    Severity.WARNING,
    title="Hai dòng kế hoạch hành động trùng nội dung",
    explanation="Hai dòng cùng nội dung công việc, thường do sao chép.",
    remedy="Xóa nội dung các ô của dòng thừa, hoặc ghi rõ hai việc khác nhau ở điểm nào.",
)
def no_own_task_is_doubled(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.FREE_TABLE):
        seen: dict[str, str] = {}
        for row_key in layout.rows:
            entry = case.interpretation.entry(layout.key, row_key, expected.work_column)
            if entry is None or not isinstance(entry.value, str):
                continue
            text = plain(entry.value)
            if text and expected.form.meaning("state") is not None:
                text += _rest_of(case, expected, layout.key, row_key)
            if text and text in seen:
                yield case.at_entry(
                    entry,
                    f"trùng nội dung với ô {seen[text]}. Đề nghị xóa nội dung các ô của dòng thừa, "
                    "hoặc ghi rõ hai việc khác nhau ở điểm nào.",
                )
            elif text:
                seen[text] = entry.cell


def _rest_of(case: Case, expected: ExpectedSheet, sheet: str, row_key: str) -> str:
    """Who does what by when: rows taken over from two predecessors may share their wording."""
    entries = (
        case.interpretation.entry(sheet, row_key, c.key) for c in expected.inputs if c.five_clear
    )
    return "|".join(plain(e.raw) for e in entries if e is not None)
