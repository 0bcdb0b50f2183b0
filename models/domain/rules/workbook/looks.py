"""HT: what a cell shows is not what is read from it, or nobody can tell which of both is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from models.domain.notation.deadlines import format_date, parse_date_text, turned
from models.domain.notation.number_notation import parse_vietnamese
from models.domain.reading.cell_values import seen_text
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import ValueType
from models.domain.reading.problems import NO_TABS, Problem, ProblemKind
from models.domain.reading.seen_cells import CROSSED
from models.domain.reading.sight.covered_cells import EMPTY, LINE, OFFICES
from models.domain.reading.submissions import Entry
from models.domain.reading.workbook_content import LEAST_ZOOM, column_letter, split_address
from models.domain.rules.registry import Case, Remark, either_day, listed, rule, with_unit

_NO_WINDOW = (
    "Tệp được lưu khi cửa sổ bị ẩn: mở tệp ra không thấy trang nào. Nội dung đã điền vẫn được ghi "
    "nhận. Đề nghị cho hiện lại (View, Unhide), xem lại rồi lưu."
)
_NO_TABS = (
    "Tệp ẩn thanh tên trang: mở tệp ra chỉ thấy một trang. Nội dung ở các trang vẫn "
    "được ghi nhận. Đề nghị cho hiện lại (Options, Advanced, Show sheet tabs) và xem lại."
)
_STRUCK_ROW = 2  # filled cells of a row, all struck through: the row is spoken of, not the cell


def _entries(case: Case, kind: ProblemKind) -> Iterator[tuple[Problem, Entry]]:
    for problem in case.problems(kind):
        entry = case.interpretation.entry(problem.sheet, problem.row_key, problem.column)
        if entry is not None:
            yield problem, entry


def _answerable(case: Case, entry: Entry, sentence: str) -> Remark:
    """A warning that the agency answers in the justification column of its row."""
    remark = case.at_entry(entry, sentence, justified=True)
    if entry.row_key or remark.justification:
        return remark
    # Among the details each field is a row of its own.
    words = case.justification(entry.sheet, entry.column)
    return Remark(
        remark.message,
        remark.sheet,
        remark.cell,
        remark.value,
        remark.row_key,
        remark.column,
        justification=words,
        label=remark.label,
    )


@rule(
    "HT-01",
    Severity.ERROR,
    title="Ô hiện một giá trị, lưu một giá trị khác",
    explanation="Định dạng ô tự thêm đơn vị («9600 triệu»), thêm hoặc giấu dấu âm, chia cho nghìn, "
    "dời dấu phẩy, hiện ngày thành tháng hoặc đảo ngày với tháng. Văn phòng không suy diễn số "
    "liệu.",
    remedy="Đổi định dạng ô về Number (Số) hoặc ngày dd/mm/yyyy, rồi ghi đúng giá trị theo đơn vị "
    "của dòng.",
)
def a_cell_shows_its_value(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.SHOWN_OTHERWISE):
        stored, shown, unit, *others = problem.details
        advised: list[Advised] = []
        column = case.column(problem.sheet, problem.column or problem.row_key)
        if column is not None and column.type is ValueType.DATE:
            days = [parse_date_text(day) for day in (stored, *others)]
            advised = [Advised(format_date(day), day) for day in days]
            if len(days) > 1 and turned(days[0]) == days[1]:
                advised = either_day(*days)
            ways = " hoặc ".join(f"«{day.text}»" for day in advised)
            text = (
                f"ô hiện «{shown}» nhưng ngày lưu trong ô là {stored}. Đề nghị đổi định "
                f"dạng ô về dd/mm/yyyy rồi ghi đủ ngày, tháng, năm: {ways}."
            )
        else:
            meant = f" (theo đơn vị của dòng: {with_unit(stored, unit)})" if unit else ""
            if others:
                numbers = dict.fromkeys((parse_vietnamese(stored), Decimal(others[0])))
                advised = [Advised.number(number) for number in numbers]
            ways = " hoặc ".join(f"«{number.text}»" for number in advised)
            text = (
                f"ô hiện «{shown}» nhưng số lưu trong ô là {stored}{meant}. Đề nghị đổi định dạng "
                "ô về Number (Số) rồi chỉ ghi con số đúng, theo đơn vị của dòng"
                f"{': ' if ways else ''}{ways}."
            )
        yield case.at_problem(problem, text, advised=advised)


@rule(
    "HT-02",
    Severity.ERROR,
    title="Số, ngày hoặc lựa chọn có chữ nhỏ hoặc chữ bị gạch ngang",
    explanation="«9600» kèm số chú thích nhỏ ở trên có thể bị đọc thành 96001; chữ số bị gạch "
    "ngang có thể là đã bỏ; chữ số cùng màu nền hoặc quá nhỏ thì không ai thấy. Văn phòng không "
    "suy diễn số liệu.",
    remedy="Chỉ để lại nội dung đúng, chữ thường; chú thích ghi ở cột giải trình.",
)
def a_figure_is_written_in_one_hand(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.MARKED_FIGURE):
        marks, joined, bare, *clear = problem.details
        without = f"bỏ phần đó thì là «{bare}»" if bare else "bỏ phần đó thì ô trống"
        advised = case.to_be_typed(problem, clear)
        ways = " hoặc ".join(f"«{each.text}»" for each in advised)
        yield case.at_problem(
            problem,
            f"«{problem.seen}» có {marks}: đọc cả ô là «{joined}», {without}. Đề nghị chỉ ghi "
            f"nội dung đúng bằng chữ thường{': ' if ways else ''}{ways}; chú thích thì ghi ở cột "
            "giải trình.",
            advised=advised,
        )


@rule(
    "HT-03",
    Severity.WARNING,
    title="Một phần lời văn bị gạch ngang",
    explanation="«Triển khai ~~không~~ đúng hạn»: không rõ chữ bị gạch ngang là bỏ đi hay còn giữ. "
    "Lời văn được ghi nhận kèm dấu ~~ ở phần bị gạch.",
    remedy="Xóa hẳn phần bỏ đi, hoặc bỏ gạch ngang.",
)
def words_are_not_struck(case: Case) -> Iterator[Remark]:
    for problem, entry in _entries(case, ProblemKind.STRUCK_WORDS):
        yield _answerable(
            case,
            entry,
            f"một phần lời văn bị gạch ngang, được ghi nhận là «{problem.seen}» (phần giữa hai dấu "
            "~~ là phần bị gạch). Đề nghị xóa hẳn phần bỏ đi, hoặc bỏ gạch ngang.",
        )


@rule(
    "HT-04",
    Severity.WARNING,
    title="Ô hoặc dòng bị gạch cả",
    explanation="Chữ bị gạch ngang, hoặc ô bị kẻ chéo từ góc này sang góc kia: không rõ nội dung "
    "đã rút hay vẫn giữ; Văn phòng vẫn ghi nhận nội dung đó.",
    remedy="Nếu đã rút thì xóa nội dung; nếu vẫn giữ thì bỏ gạch hoặc nêu rõ ở cột giải trình.",
)
def nothing_is_struck_as_a_whole(case: Case) -> Iterator[Remark]:
    rows: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    crossed: set[str] = set()
    for problem, entry in _entries(case, ProblemKind.STRUCK_CELL):
        if CROSSED in problem.details:
            crossed.add(f"{entry.sheet}!{entry.cell}")
        if entry in rows[entry.sheet, entry.row_key if entry.row_key else f"={entry.column}"]:
            continue
        rows[entry.sheet, entry.row_key if entry.row_key else f"={entry.column}"].append(entry)
    filled: dict[tuple[str, str], int] = defaultdict(int)
    for entry in case.interpretation.entries:
        filled[entry.sheet, entry.row_key] += 1
    for (sheet, row_key), entries in rows.items():
        if len(entries) >= _STRUCK_ROW and len(entries) == filled[sheet, row_key]:
            cells = listed([e.cell for e in entries], 12)
            ways = {f"{e.sheet}!{e.cell}" in crossed for e in entries}
            how = "gạch" if len(ways) > 1 else "gạch chéo" if True in ways else "gạch ngang"
            remark = _answerable(
                case,
                entries[0],
                f"cả dòng bị {how} ({cells}), vẫn được ghi nhận. Nếu cơ quan đã rút thì đề nghị "
                f"xóa nội dung; nếu vẫn giữ thì bỏ {how} hoặc nêu rõ ở cột giải trình.",
            )
            yield remark
            continue
        for entry in entries:
            how = "gạch chéo" if f"{entry.sheet}!{entry.cell}" in crossed else "gạch ngang"
            yield _answerable(
                case,
                entry,
                f"«{_quoted(entry)}» bị {how} cả ô, vẫn được ghi nhận. Nếu cơ quan đã rút thì đề "
                f"nghị xóa; nếu vẫn giữ thì bỏ {how} hoặc nêu rõ ở cột giải trình.",
            )


@rule(
    "HT-05",
    Severity.WARNING,
    title="Ô có nội dung mà không ai nhìn thấy",
    explanation="Chữ cùng màu với nền, quá nhỏ, thụt vào quá xa hoặc dùng phông chữ hình vẽ "
    "(Wingdings), hoặc định dạng giấu giá trị: người lập báo cáo không thấy nội dung ô, nhưng tệp "
    "vẫn chứa. Văn phòng ghi nhận nội dung đó.",
    remedy="Nếu nội dung đúng thì cho hiện lên hoặc nêu rõ ở cột giải trình; nếu thừa thì xóa ô.",
)
def every_value_can_be_seen(case: Case) -> Iterator[Remark]:
    for problem, entry in _entries(case, ProblemKind.UNSEEN_VALUE):
        if problem.details:
            part = seen_text(problem.details[0], 60)
            yield _answerable(
                case,
                entry,
                f"phần «{part}» trong ô không ai đọc được (cùng màu nền, quá nhỏ, hoặc phông "
                f"chữ hình vẽ), vẫn được ghi nhận: «{_quoted(entry)}». Nếu đúng, đề nghị "
                "cho hiện lên hoặc nêu rõ ở cột giải trình; nếu thừa, đề nghị xóa.",
            )
            continue
        yield _answerable(
            case,
            entry,
            "nhìn vào ô không đọc được nội dung (chữ cùng màu nền, quá nhỏ, thụt vào quá xa, phông "
            "chữ hình vẽ, hoặc định dạng giấu giá trị) nhưng ô lưu "
            f"«{_quoted(entry)}», được ghi nhận như vậy. Nếu đúng, đề nghị cho hiện lên "
            "hoặc nêu rõ ở cột giải trình; nếu thừa, đề nghị xóa.",
        )


SHOWN_IN_PART = "HT-06"


@rule(
    SHOWN_IN_PART,
    Severity.WARNING,
    title="Ô chỉ hiện một phần của giá trị",
    explanation="Định dạng làm tròn nhiều («12,4» hiện thành «12», «0,4» hiện thành «0»), giấu năm "
    "của ngày, hiện ngày thành số («20/03/2025» hiện thành «45736»), hoặc viết từ phải sang trái "
    "(«250 200» hiện thành «200 250»). Giá trị lưu trong ô được ghi nhận.",
    remedy="Không bắt buộc sửa nếu giá trị được ghi nhận là đúng; nếu không, ghi lại.",
)
def a_value_is_shown_whole(case: Case) -> Iterator[Remark]:
    for problem, entry in _entries(case, ProblemKind.PARTLY_SHOWN):
        stored, shown = problem.details
        yield _answerable(
            case,
            entry,
            f"ô hiện «{shown}» nhưng lưu {stored}, được ghi nhận là {stored}. Nếu đúng thì không "
            "phải sửa; nếu không, đề nghị ghi lại.",
        )


@rule(
    "HT-07",
    Severity.WARNING,
    title="Dòng, cột hoặc trang bị ẩn mà có nội dung",
    explanation="Dòng, cột bị ẩn, thu gọn, lọc bỏ hoặc kéo thấp, hẹp đến mức không đọc được, hay "
    "cả trang, cả cửa sổ hoặc thanh tên trang bị ẩn, trang thu nhỏ đến mức không đọc được, hoặc "
    "phần cố định lớn hơn màn hình: người lập báo cáo có thể không biết ở đó còn nội dung. Văn "
    "phòng vẫn ghi nhận nội dung đó.",
    remedy="Cho hiện lại và xem lại nội dung; nếu thừa thì xóa. Nếu đúng thì không bắt buộc sửa.",
)
def what_is_filled_in_is_not_hidden(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.WINDOW_HIDDEN):
        yield Remark(_NO_TABS if NO_TABS in problem.details else _NO_WINDOW)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in case.interpretation.entries:
        entries[entry.sheet].append(entry)
    for key, layout in case.interpretation.layout.sheets.items():
        content, filled = layout.content, entries[key]
        if not filled:
            continue
        if content.hidden:
            yield _hidden(layout.name, "trang này bị ẩn", [e.cell for e in filled])
            continue
        if 0 < content.zoom <= LEAST_ZOOM:
            small = f"trang này hiện ở cỡ {content.zoom}%, nhỏ đến mức không đọc được"
            yield _hidden(layout.name, small, [e.cell for e in filled])
        hidden = content.hidden_places
        if not (hidden.rows or hidden.columns):
            continue
        places = [(split_address(e.cell), e.cell) for e in filled]
        rows = sorted({row for (row, _), _ in places if row in hidden.rows})
        if rows:
            cells = [cell for (row, _), cell in places if row in hidden.rows]
            yield _hidden(
                layout.name,
                f"dòng bị ẩn, bị lọc, quá thấp hoặc khuất sau phần cố định: {_runs(rows)}",
                cells,
            )
        columns = sorted({column for (_, column), _ in places if hidden.hides_column(column)})
        if columns:
            cells = [cell for (_, column), cell in places if hidden.hides_column(column)]
            named = listed([column_letter(column) for column in columns], 12)
            yield _hidden(
                layout.name, f"cột bị ẩn, quá hẹp hoặc khuất sau phần cố định: {named}", cells
            )


def _hidden(sheet: str, what: str, cells: list[str]) -> Remark:
    return Remark(
        f"Trang «{sheet}»: {what}; ở đó có nội dung đã điền ({listed(cells, 8)}), vẫn được ghi "
        "nhận. Đề nghị cho hiện lại và xem lại; nếu thừa thì xóa, nếu đúng thì không phải "
        "sửa.",
        sheet=sheet,
        cells=cells,
    )


def _runs(rows: list[int]) -> str:
    """Rows in a sentence, neighbours together.

    >>> _runs([5, 6, 7, 9])
    '5-7, 9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return listed([f"{a}-{b}" if b > a else f"{a}" for a, b in runs], 12)


@rule(
    "HT-08",
    Severity.WARNING,
    title="Ghi chú của ô nêu nội dung khác với ô",
    explanation="Chỉ nội dung trong ô được ghi nhận. Giá trị, số văn bản, lời đính chính hay rút "
    "bỏ nêu trong ghi chú (nhận xét) gắn với ô không được đọc thay cho ô.",
    remedy="Nếu ghi chú mới đúng thì ghi nội dung đó vào ô; nếu không thì không phải sửa.",
)
def a_comment_agrees_with_its_cell(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.COMMENTED_OTHERWISE):
        (value,) = problem.details
        held = f"trong khi ô ghi «{value}»" if value else "trong khi ô để trống"
        remark = (
            f"ghi chú của ô nêu «{problem.seen}», {held}; chỉ nội dung trong ô được ghi nhận. Nếu "
            "ghi chú mới đúng, đề nghị ghi nội dung đó vào ô; nếu không thì không phải sửa."
        )
        entry = case.interpretation.entry(problem.sheet, problem.row_key, problem.column)
        yield _answerable(case, entry, remark) if entry else case.at_problem(problem, remark)


@rule(
    "HT-09",
    Severity.WARNING,
    title="Hộp chữ, ảnh hoặc hình đè lên ô của biểu",
    explanation="Người xem thấy chữ trong hộp hoặc hình, không thấy ô ở dưới. Chỉ nội dung trong ô "
    "được ghi nhận; chữ trong hộp, ảnh hoặc hình không được đọc thay cho ô.",
    remedy="Nếu chữ trong hộp mới đúng thì ghi vào ô; nếu không thì dời hộp hoặc hình ra ngoài "
    "bảng, hoặc nêu rõ ở cột giải trình.",
)
def nothing_covers_a_cell(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.COVERED_CELL):
        whose = problem.details[0]
        cells = listed(list(problem.cells), 8)
        above = f"hộp chữ «{problem.seen}»" if problem.seen else "một hình hoặc ảnh không có chữ"
        above = "một đường kẻ vẽ thêm" if LINE in problem.details else above
        if whose == OFFICES:
            yield Remark(
                f"Trang «{problem.sheet_name}»: {above} đè lên phần do Văn phòng ghi ({cells}). "
                "Chỉ nội dung trong ô có giá trị. Đề nghị dời ra ngoài bảng.",
                sheet=problem.sheet_name,
                cell=problem.cell,
                cells=problem.cells,
            )
            continue
        if whose == EMPTY:
            yield case.at_problem(
                problem,
                f"{above} đè lên ô để trống ({cells}); chữ đó không được ghi nhận. Nếu đó là nội "
                "dung cần báo cáo, đề nghị ghi vào ô; nếu không, đề nghị dời hộp ra ngoài bảng.",
            )
            continue
        entry = case.interpretation.entry(problem.sheet, problem.row_key, problem.column)
        held = f"«{_quoted(entry)}»" if entry is not None else "nội dung trong ô"
        others = listed(list(problem.cells[1:]), 8)
        more = f" và các ô {others}" if others else ""
        sentence = (
            f"{above} đè lên ô này{more}, người xem có thể hiểu khác nội dung ô; chỉ nội dung "
            f"trong ô được ghi nhận: {held}. Nếu chữ hoặc hình ở trên mới đúng, đề nghị ghi vào ô; "
            "nếu không, đề nghị dời ra ngoài bảng hoặc nêu rõ ở cột giải trình."
        )
        yield _answerable(case, entry, sentence) if entry else case.at_problem(problem, sentence)


@rule(
    "HT-10",
    Severity.WARNING,
    title="Số hoặc ngày hiện lặp lại trong ô",
    explanation="Canh lề kiểu Fill ghi lại nội dung cho đến khi đầy ô: «5» hiện thành «5555». Giá "
    "trị lưu trong ô được ghi nhận.",
    remedy="Đổi canh lề ngang (Alignment, Horizontal) về General; nếu giá trị được ghi nhận không "
    "đúng thì ghi lại.",
)
def a_figure_is_shown_once(case: Case) -> Iterator[Remark]:
    for _, entry in _entries(case, ProblemKind.REPEATED_FIGURE):
        shown = _quoted(entry)
        yield _answerable(
            case,
            entry,
            f"ô canh lề kiểu Fill, nội dung có thể hiện lặp lại («{shown}{shown}…»), được ghi nhận "
            f"là «{shown}». Nếu đúng, đề nghị đổi canh lề về General hoặc nêu rõ ở cột giải trình; "
            "nếu không, đề nghị ghi lại.",
        )


@rule(
    "HT-11",
    Severity.WARNING,
    title="Số, ngày hoặc lời văn không hiện hết trong ô",
    explanation="Số, ngày không vừa bề ngang của cột thì bảng tính hiện «####», làm tròn hoặc cắt "
    "bớt chữ số; chữ to, chữ xếp dọc hơn chiều cao của hàng, hoặc bị nhiều dòng trống, dấu cách "
    "đẩy ra ngoài (kể cả ở giữa lời văn) thì không thấy hết. Giá trị lưu trong ô được ghi nhận.",
    remedy="Kéo rộng cột, hàng, xóa dòng trống trong ô và xem lại; nếu giá trị được ghi nhận "
    "không đúng thì ghi lại.",
)
def every_figure_has_room(case: Case) -> Iterator[Remark]:
    columns: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for problem, entry in _entries(case, ProblemKind.CUT_OFF):
        found = columns[problem.sheet, problem.column if problem.row_key else ""]
        if entry not in found:
            found.append(entry)
    for entries in columns.values():
        first, *others = entries
        more = f"; các ô {listed([e.cell for e in others], 12)} cũng vậy" if others else ""
        remark = _answerable(
            case,
            first,
            "cột quá hẹp, hàng quá thấp, chữ quá to hoặc bị đẩy ra ngoài nên ô không hiện hết "
            f"«{_quoted(first)}» (có thể hiện «####», số làm tròn hoặc bị cắt bớt){more}. Giá trị "
            "lưu trong ô vẫn được ghi nhận. Đề nghị kéo rộng cột, hàng và xem lại; nếu không đúng, "
            "đề nghị ghi lại.",
        )
        yield replace(remark, cells=[e.cell for e in entries] if others else ())


@rule(
    "HT-12",
    Severity.WARNING,
    title="Trang đang hiện công thức thay cho giá trị",
    explanation="Khi bật Show Formulas, ô có công thức hiện công thức, số và ngày hiện không theo "
    "định dạng (17% hiện 0,17; ngày hiện thành số): người xem thấy khác với giá trị được ghi nhận.",
    remedy="Tắt Show Formulas (Ctrl + `), xem lại các ô rồi lưu.",
)
def values_are_shown_and_not_formulas(case: Case) -> Iterator[Remark]:
    filled = {entry.sheet for entry in case.interpretation.entries}
    for key, layout in case.interpretation.layout.sheets.items():
        if layout.content.shows_formulas and key in filled:
            yield Remark(
                f"Trang «{layout.name}» đang hiện công thức thay cho giá trị (Show Formulas), số "
                "và ngày hiện không theo định dạng; giá trị lưu trong ô được ghi nhận. Đề nghị tắt "
                "chế độ này (Ctrl + `) và xem lại.",
                sheet=layout.name,
            )


def _quoted(entry: Entry) -> str:
    text = " ".join(entry.raw.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
