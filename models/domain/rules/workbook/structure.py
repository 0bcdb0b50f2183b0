"""CT: is this the workbook that was sent out? Sheets, headers, columns, rows."""

from __future__ import annotations

from collections.abc import Iterator

from models.domain.reading.beside.unread_cells import FIGURES, HIDDEN
from models.domain.reading.expectations import ExpectedSheet, shortened
from models.domain.reading.findings import Severity
from models.domain.reading.forms import FIRST_ROW, SheetKind, place_of
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.workbook_content import address
from models.domain.rules.registry import Case, Remark, Rule, enlist, listed, rule

_QUOTED = "«{}»"
_MOST_SHEETS_NAMED = 5  # each in a remark of its own
_MOST_ROWS_NAMED = 8
_MOVE_IT = (
    "Nếu ở đó có số liệu hoặc nội dung đính chính, đề nghị chuyển vào đúng ô của các trang trong "
    "sổ báo cáo rồi gửi lại; nếu chỉ là tài liệu kèm theo thì không phải sửa."
)
SHEET_MISSING = "CT-01"  # its findings name the sheet as the form does


@rule(
    SHEET_MISSING,
    Severity.BLOCKER,
    title="Thiếu trang của sổ báo cáo",
    explanation="Mọi trang của sổ Văn phòng đã gửi phải còn trong tệp. Trang đổi tên hoặc đổi thứ "
    "tự vẫn được nhận ra; trang bị xóa thì không. Ở kỳ tiếp nhận từng trang, trang đã tiếp nhận "
    "không phải gửi lại.",
    remedy="Điền các ô nền đỏ của trang đó trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm "
    "tra.",
    mended_by_office=True,
)
def every_sheet_is_there(case: Case) -> Iterator[Remark]:
    lost = [p.sheet_name for p in case.problems(ProblemKind.SHEET_MISSING)]
    if not lost:
        return
    if len(lost) == len(case.expectations.sheets):
        yield Remark(
            "Tệp không có trang nào của sổ báo cáo (cần có: "
            f"{', '.join(_QUOTED.format(t) for t in lost)}). "
            "Đề nghị điền vào sổ báo cáo kèm theo của Văn phòng rồi gửi lại."
        )
        return
    for title in lost:
        yield Remark(
            f"Không tìm thấy trang «{title}» trong tệp. Văn phòng đã đưa lại trang này vào sổ kèm "
            "theo; đề nghị điền các ô nền đỏ của trang.",
            sheet=title,
        )


@rule(
    "CT-02",
    Severity.BLOCKER,
    title="Không nhận ra dòng tiêu đề của trang",
    explanation="Các cột được tìm theo tiêu đề, trong 30 dòng đầu của trang. Khi dòng tiêu đề bị "
    "xóa hoặc viết lại, cả trang không đọc được; các lỗi khác của trang khi đó không liệt kê.",
    remedy="Ghi lại nội dung của trang vào sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra: "
    "sổ đó có đủ tiêu đề, tệp cơ quan đã gửi được gửi kèm để đối chiếu.",
    mended_by_office=True,
)
def every_header_is_there(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.HEADER_MISSING):
        yield Remark(
            f"Trang «{problem.sheet_name}»: không nhận ra dòng tiêu đề "
            f"({listed([_QUOTED.format(' '.join(h.split())) for h in problem.details], 8)}), nên "
            "chưa đọc được trang này. Văn phòng đã khôi phục trang trong sổ kèm theo; đề nghị ghi "
            "lại nội dung của trang theo tệp cơ quan đã gửi.",
            sheet=problem.sheet_name,
        )


@rule(
    "CT-03",
    Severity.ERROR,
    title="Thiếu cột phải điền",
    explanation="Cột được tìm theo tiêu đề: đổi chỗ vẫn đọc được, cột phải điền bị xóa hoặc đổi "
    "tiêu đề thì không.",
    remedy="Điền các ô nền đỏ của cột đó trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra.",
    mended_by_office=True,
)
def every_needed_column_is_there(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.COLUMN_MISSING, ProblemKind.FIELD_MISSING):
        kind = "cột" if problem.kind is ProblemKind.COLUMN_MISSING else "mục"
        names = listed([_QUOTED.format(" ".join(h.split())) for h in problem.details], 8)
        keys = case.expectations.sheets[problem.sheet].headers
        yield Remark(
            f"Trang «{problem.sheet_name}»: không tìm thấy {kind} {names}. Văn phòng đã đưa lại "
            f"{kind} này vào sổ kèm theo; đề nghị điền các ô nền đỏ.",
            sheet=problem.sheet_name,
            column=keys.get(problem.details[0], "") if len(problem.details) == 1 else "",
        )


@rule(
    "CT-04",
    Severity.ERROR,
    title="Thiếu dòng chỉ tiêu, nhiệm vụ hoặc dự án được giao",
    explanation="Mỗi chỉ tiêu, nhiệm vụ, dự án mà Chỉ thị giao cho cơ quan là một dòng. Dòng được "
    "tìm theo cột mã, nếu mã bị xóa thì tìm theo tên.",
    remedy="Điền các cột có dấu (*) của dòng đó trong sổ báo cáo Văn phòng gửi lại kèm kết quả "
    "kiểm "
    "tra. Nếu cơ quan cho rằng dòng đó không thuộc trách nhiệm của mình, nêu lý do ở cột giải "
    "trình.",
    mended_by_office=True,
)
def every_assigned_row_is_there(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.ROW_MISSING):
        if problem.seen == "all" or len(problem.details) > _MOST_ROWS_NAMED:
            names = listed([_QUOTED.format(n) for n in problem.details], 5)
            lacking = "không nhận ra dòng nào trong" if problem.seen == "all" else "thiếu"
            yield Remark(
                f"Trang «{problem.sheet_name}»: {lacking} {len(problem.details)} dòng được giao "
                f"({names}). Văn phòng đã đưa lại các dòng này vào sổ kèm theo (ô phải điền có "
                "nền đỏ); đề nghị điền các cột có dấu (*).",
                sheet=problem.sheet_name,
            )
            continue
        for code in problem.rows:
            yield Remark(_row_put_back(case, problem, code), sheet=problem.sheet_name, row_key=code)


def _row_put_back(case: Case, problem: Problem, code: str) -> str:
    """What is said of one missing row, which stands again in the office's own workbook."""
    expected = case.expectations.sheets[problem.sheet]
    row = expected.rows[code]
    place = FIRST_ROW + list(expected.rows).index(code)
    left = "đề nghị điền các cột có dấu (*)" if row.required else "cơ quan phối hợp được để trống"
    red = "; các ô phải điền có nền đỏ" if row.required else ""
    return (
        f"Trang «{problem.sheet_name}»: thiếu dòng được giao {place_of(row.row, case.catalogue)} "
        f"«{shortened(row.name, 160)}». Văn phòng đã đưa lại dòng này vào sổ kèm theo (dòng "
        f"{place}{red}); {left}."
    )


@rule(
    "CT-05",
    Severity.ERROR,
    title="Hai dòng cùng một chỉ tiêu, nhiệm vụ hoặc dự án, số liệu khác nhau",
    explanation="Mỗi mã chỉ được có một dòng. Dòng sao chép thừa mà để trống hoặc giống hệt thì "
    "bỏ qua; khác nhau thì không thể biết dòng nào đúng.",
    remedy="Ghi lại dòng đó trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra: sổ đó chỉ có "
    "một dòng.",
    mended_by_office=True,
)
def no_row_is_doubled(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.ROW_DOUBLED):
        first, second, name = problem.details
        yield Remark(
            f"Trang «{problem.sheet_name}»: dòng {first} và dòng {second} của tệp đã gửi cùng là "
            f"«{name}» nhưng nội dung khác nhau, Văn phòng không biết dòng nào đúng nên chưa chép "
            "sang sổ kèm theo. Đề nghị ghi lại các ô nền đỏ của dòng này.",
            problem.sheet_name,
            problem.cell,
            row_key=problem.row_key,
        )


@rule(
    "CT-11",
    Severity.ERROR,
    title="Hai cột cùng tiêu đề, nội dung khác nhau",
    explanation="Mỗi cột của sổ báo cáo chỉ có một. Cột sao chép thừa mà để trống hoặc giống hệt "
    "thì bỏ qua; khác nhau thì không thể biết cột nào đúng. Tiêu đề một cột bị ghi đè bằng tiêu "
    "đề cột khác cũng vậy.",
    remedy="Ghi lại cột đó trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra: sổ đó mỗi cột "
    "chỉ có một.",
    mended_by_office=True,
)
def no_column_is_doubled(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.COLUMN_DOUBLED):
        header, *letters = problem.details
        lost = ", ".join(_QUOTED.format(" ".join(name.split())) for name in problem.names)
        yield Remark(
            f"Trang «{problem.sheet_name}», ô {problem.cell}: các cột {', '.join(letters)} cùng "
            f"tiêu đề «{' '.join(header.split())}» nhưng nội dung khác nhau ({problem.seen}). "
            + (f"Trang đang thiếu cột {lost}: có thể tiêu đề cột này bị ghi đè. " if lost else "")
            + "Văn phòng không biết cột nào đúng nên chưa chép sang sổ kèm theo; đề nghị ghi lại "
            "cột này (nền đỏ).",
            problem.sheet_name,
            problem.cell,
            column=problem.column,
        )


@rule(
    "CT-06",
    Severity.WARNING,
    title="Dòng không giao cho cơ quan",
    explanation="Dòng mang mã của chỉ tiêu, nhiệm vụ, dự án giao cho cơ quan khác. Số liệu của "
    "dòng đó không được tính.",
    remedy="Không phải sửa: dòng đó không được tính. Nếu thấy việc giao chưa đúng, báo Văn phòng.",
)
def no_row_of_another_agency(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.ROW_OF_OTHERS):
        names = listed([_QUOTED.format(n) for n in problem.details], 4)
        yield Remark(
            f"Trang «{problem.sheet_name}»: có {len(problem.details)} dòng không giao cho cơ quan "
            f"({names}); các dòng này không được tính. Nếu việc giao chưa đúng, đề nghị báo Văn "
            "phòng.",
            sheet=problem.sheet_name,
        )


@rule(
    "CT-07",
    Severity.WARNING,
    title="Dòng không có trong sổ Văn phòng đã gửi",
    explanation="Trang chỉ tiêu, nhiệm vụ, dự án chỉ gồm các dòng Chỉ thị giao. Dòng cơ quan tự "
    "thêm không được tính.",
    remedy="Chuyển nội dung sang trang kế hoạch hành động.",
)
def no_row_is_unknown(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.ROW_UNKNOWN):
        yield Remark(
            f"không nhận ra dòng «{problem.seen}», "
            "nên dòng này chưa được tính. Nếu là việc cơ quan tự đề ra, đề nghị chuyển sang trang "
            "kế hoạch hành động; nếu là nội dung của một dòng có sẵn, đề nghị ghi vào dòng đó.",
            problem.sheet_name,
            problem.cell,
            problem.seen,
            label="",
        )


@rule(
    "CT-08",
    Severity.INFO,
    title="Trang trùng lặp không được đọc",
    explanation="Khi tệp có hai trang cùng một biểu, chỉ trang mang đúng tên được đọc. Nếu hai "
    "trang ghi khác nhau thì là cảnh báo.",
    remedy="Xóa bản sao để tránh nhầm lẫn; nếu số đúng nằm ở bản sao, chép sang trang chính.",
)
def no_sheet_is_doubled(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.SHEET_IGNORED):
        original, others = problem.details
        text = (
            f"Trang «{problem.sheet_name}» trùng với trang «{original}» nên không được "
            f"đọc; số liệu lấy từ trang «{original}»."
        )
        if others != "0":
            text += (
                f" Hai trang ghi khác nhau ở {others} ô: nếu số đúng nằm ở trang "
                f"«{problem.sheet_name}», đề nghị chép sang trang «{original}», xóa bản sao rồi "
                "gửi lại."
            )
        yield Remark(
            text,
            sheet=problem.sheet_name,
            severity=Severity.WARNING if others != "0" else None,
        )


@rule(
    "CT-12",
    Severity.INFO,
    title="Cột, ô ngoài sổ Văn phòng đã gửi không được đọc",
    explanation="Nội dung ở cột cơ quan tự thêm, ở ngoài bảng chỉ để cơ quan dùng, "
    "không được tính. Nếu ở đó có số liệu, lời đính chính, hoặc trang đang thiếu một cột của sổ "
    "báo cáo (có thể tiêu đề bị đổi), thì là cảnh báo.",
    remedy="Nếu là số liệu báo cáo, ghi vào đúng dòng, đúng cột của sổ báo cáo; nếu là ghi chú "
    "riêng thì không phải sửa.",
    mended_by_office=True,
)
def nothing_stands_outside_the_form(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.COLUMN_UNREAD):
        keys = case.expectations.sheets[problem.sheet].headers
        lost = ", ".join(_QUOTED.format(" ".join(name.split())) for name in problem.names)
        header = f" «{shortened(problem.seen, 80)}»" if problem.seen else " không có tiêu đề"
        text = (
            f"Trang «{problem.sheet_name}»: cột {problem.details[0]}{header} không có trong sổ "
            f"báo cáo đã gửi nên không được đọc (có nội dung ở {listed(problem.cells, 6)})."
        )
        if lost:
            text += (
                f" Trang đang thiếu cột {lost}: Văn phòng đã đưa lại vào sổ kèm theo; nếu đó chính "
                "là cột này, đề nghị ghi nội dung vào đó; nếu không thì không phải sửa."
            )
        else:
            text += (
                " Nếu là số liệu báo cáo, đề nghị ghi vào đúng cột của sổ báo cáo; nếu không thì "
                "không phải sửa."
            )
        grave = bool(lost) or FIGURES in problem.details
        yield Remark(
            text,
            problem.sheet_name,
            problem.cell,
            column=keys.get(problem.names[0], "") if lost else "",
            cells=problem.cells,
            severity=Severity.WARNING if grave else None,
        )
    for problem in case.problems(ProblemKind.BESIDE_FIELDS):
        yield Remark(
            f"Trang «{problem.sheet_name}»: ô {listed(problem.cells, 6)} («{problem.seen}») nằm "
            "ngoài các ô của sổ Văn phòng đã gửi nên không được đọc. Nếu là nội dung báo cáo hoặc "
            "đính chính, đề nghị ghi vào đúng ô.",
            problem.sheet_name,
            problem.cell,
            cells=problem.cells,
            severity=Severity.WARNING if FIGURES in problem.details else None,
        )
    for problem in case.problems(ProblemKind.STRAY_CELL):
        if FIGURES in problem.details:
            yield Remark(
                f"Trang «{problem.sheet_name}»: ô {listed(problem.cells, 6)} có số hoặc lời đính "
                "chính nhưng nằm ngoài các dòng có mã và tên như sổ Văn phòng đã gửi nên không "
                "được đọc. Nếu là nội dung báo cáo, đề nghị ghi vào đúng dòng, đúng ô.",
                problem.sheet_name,
                problem.cell,
                cells=problem.cells,
                severity=Severity.WARNING,
            )


@rule(
    "CT-13",
    Severity.WARNING,
    title="Trang cơ quan tự thêm không được đọc",
    explanation="Chỉ các trang của sổ Văn phòng đã gửi được đọc. Trang cơ quan tự thêm («Đính "
    "chính», «Phụ lục», «Ghi chú» ...) chỉ để cơ quan dùng, không được tính. Trang chỉ có lời, "
    "không có số và không đính chính gì thì là lưu ý.",
    remedy="Chuyển số liệu, nội dung đính chính vào đúng ô của các trang trong sổ báo cáo rồi gửi "
    "lại. Nếu chỉ là tài liệu kèm theo thì không phải sửa.",
)
def no_sheet_is_added(case: Case) -> Iterator[Remark]:
    grave = {True: Severity.WARNING, False: Severity.INFO}
    added = [(p, FIGURES in p.details) for p in case.problems(ProblemKind.SHEET_UNREAD)]
    if len(added) > _MOST_SHEETS_NAMED:
        names = listed([_QUOTED.format(p.sheet_name) for p, _ in added], 30)
        yield Remark(
            f"{len(added)} trang không có trong sổ Văn phòng đã gửi nên không được đọc: {names}. "
            f"{_MOVE_IT}",
            severity=grave[any(telling for _, telling in added)],
        )
        return
    for problem, telling in added:
        yield Remark(
            f"Trang «{problem.sheet_name}»{' (đang ẩn)' if HIDDEN in problem.details else ''} "
            "không có trong sổ Văn phòng đã gửi nên không được đọc (có "
            f"nội dung ở ô {listed(problem.cells, 6)}, bắt đầu bằng «{problem.seen}»). {_MOVE_IT}",
            problem.sheet_name,
            problem.cell,
            severity=grave[telling],
        )


@rule(
    "CT-14",
    Severity.ERROR,
    title="Một ô hoặc một dòng có hai nội dung trong tệp",
    explanation="Tệp do phần mềm khác ghi có ô hoặc dòng lặp lại, ô nằm sai dòng, một định dạng "
    "được khai hai lần khác nhau, hoặc ô được Excel điền lại mỗi khi mở (PivotTable, truy vấn): "
    "mỗi phần mềm hiện một nội dung. Văn phòng không suy diễn nội dung nào đúng.",
    remedy="Mở tệp bằng Excel, kiểm tra các ô được nêu, ghi lại nội dung đúng rồi lưu và gửi lại.",
)
def no_cell_is_told_twice(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.TOLD_TWICE):
        cells = [c for c in problem.cells if not c.isdigit()]
        rows = [c for c in problem.cells if c.isdigit()]
        told = [f"ô {listed(cells, 8)}"] if cells else []
        told += [f"dòng {listed(rows, 8)}"] if rows else []
        yield Remark(
            f"Trang «{problem.sheet_name}»: {' và '.join(told)} có hai nội dung trong tệp, mỗi "
            "phần mềm có thể hiện một nội dung khác nhau. Đề nghị mở tệp bằng Excel, kiểm tra các "
            "ô này, ghi lại nội dung đúng rồi lưu và gửi lại.",
            problem.sheet_name,
            problem.cell,
            cells=cells,
        )


@rule(
    "CT-15",
    Severity.WARNING,
    title="Ô gộp che các ô khác",
    explanation="Khi gộp ô (merge), nội dung chỉ nằm ở ô đầu; các ô bị che được coi là để trống, "
    "dù nhìn vào có thể hiểu nội dung là chung cho cả vùng.",
    remedy="Ghi nội dung vào từng ô trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra (sổ đó "
    "không có ô gộp); các ô bị che không có gì thì "
    "không phải sửa.",
    mended_by_office=True,
)
def no_entry_is_merged_over_others(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.TABLE, SheetKind.FREE_TABLE):
        merged = [area for area in layout.content.merged if area[2] > layout.header_row]
        if not merged:
            continue
        keys = {
            (row, place): (code, column.key)
            for code, row in layout.rows.items()
            for column in expected.inputs
            if (place := layout.columns.get(column.key))
        }
        for top, left, bottom, right in merged:
            first = keys.get((top, left))
            entry = case.interpretation.entry(layout.key, *first) if first is not None else None
            if first is None or entry is None:
                continue
            covered = [
                place
                for place, (code, key) in keys.items()
                if top <= place[0] <= bottom
                and left <= place[1] <= right
                and place != (top, left)
                and not _is_asked_for(expected, code, key)
            ]
            if covered:
                cells = [address(*place) for place in covered]
                yield Remark(
                    f"ô gộp (merge) với {listed(cells, 8)}: «{shortened(entry.raw, 60)}» chỉ được "
                    f"ghi nhận cho ô {entry.cell}, các ô kia được coi là để trống. Văn phòng đã bỏ "
                    "gộp trong sổ kèm theo; nếu nội dung là chung, đề nghị ghi vào từng ô; "
                    "nếu không thì không phải sửa.",
                    layout.name,
                    entry.cell,
                    entry.raw,
                    *first,
                    cells=(entry.cell, *cells),
                    label=case.label(layout.key, *first),
                )


def _is_asked_for(expected: ExpectedSheet, code: str, key: str) -> bool:
    """Whether an empty cell is spoken of as one that must be filled, with a word on its merging."""
    if code in expected.rows:
        return key in expected.rows[code].required
    return expected.form.column(key).required


PARTLY_READ = enlist(
    Rule(
        "CT-10",
        Severity.WARNING,
        "Một phần tệp không được đọc",
        "Trang có quá nhiều dòng, cột hoặc có phần không đọc được; phần đó không được tính.",
        "Nếu phần không được đọc có số liệu, ghi vào đúng ô của sổ báo cáo rồi gửi lại.",
    )
)

FORMATS_UNKNOWN = enlist(
    Rule(
        "CT-17",
        Severity.ERROR,
        "Không biết các ô trong tệp hiện thế nào",
        "Phần định dạng của tệp bị hỏng hoặc có chỗ khai hai lần khác nhau. Số 0,17 và 17% lưu "
        "trong tệp như nhau, chỉ khác định dạng; Văn phòng không suy diễn số liệu.",
        "Ghi lại nội dung vào sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm tra, không sao chép "
        "cả trang, rồi gửi lại.",
        mended_by_office=True,
    )
)
MACROS = enlist(
    Rule(
        "CT-18",
        Severity.INFO,
        "Tệp có macro",
        "Chương trình của Văn phòng không chạy macro mà đọc nội dung đang lưu trong các ô. Macro "
        "tự chạy khi mở tệp có thể làm ô hiện nội dung khác.",
        "Ghi nội dung vào sổ báo cáo Văn phòng đã gửi, lưu dạng .xlsx, không kèm macro.",
    )
)
MACROS_TOLD = (
    "Tệp có macro; Văn phòng không chạy macro mà đọc nội dung đang lưu trong các ô. Nếu macro tự "
    "chạy khi mở tệp và làm ô hiện nội dung khác, nội dung đó không được tính. Đề nghị lần sau gửi "
    "tệp .xlsx không kèm macro."
)
FORMATS_UNKNOWN_TOLD = (
    "Phần định dạng trong tệp bị hỏng hoặc có chỗ khai hai lần khác nhau, nên không biết ô nào "
    "hiện phần trăm, đơn vị, ngày tháng, chữ nhỏ hay chữ gạch ngang (số 0,17 và 17% lưu trong tệp "
    "như nhau). Vì vậy Văn phòng chưa nhận số liệu trong tệp này. Đề nghị ghi lại nội dung vào sổ "
    "báo cáo Văn phòng gửi lại kèm kết quả kiểm tra; xin không sao chép cả trang, vì phần định "
    "dạng hỏng có thể theo sang."
)
