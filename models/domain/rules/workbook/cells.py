"""SO, NG, LC, KT, CG: cells whose content cannot be read as what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from models.domain.notation.figures.hedges import hedge_of
from models.domain.notation.number_notation import Reason
from models.domain.reading.beside.words_of_a_row import withdraws
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import shortened
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.problems import RESTATED, Problem, ProblemKind
from models.domain.reading.submissions import Entry
from models.domain.rules.registry import Case, Remark, listed, rule

_MODEL = Advised("1.234.567,8", Decimal("1234567.8"))
_WHY_NO_NUMBER = {
    Reason.RANGE.value: "là một khoảng; đề nghị ghi một số xác định",
    Reason.RATIO.value: "là hai số cách nhau bằng dấu gạch chéo; đề nghị chỉ ghi một số",
    Reason.SEVERAL.value: "có nhiều số; đề nghị chỉ ghi một số, phần còn lại chuyển sang cột "
    "giải trình",
    Reason.NOTATION.value: f"không đúng cách viết số; đề nghị ghi theo mẫu {_MODEL.text}",
    Reason.TOO_LARGE.value: "có quá nhiều chữ số; đề nghị kiểm tra lại",
    Reason.NOT_FINITE.value: "không phải là một giá trị số; đề nghị ghi lại",
}
_WHY_NO_NUMBER[RESTATED] = "chép lại mức giao; đề nghị ghi con số đã thực hiện được"
_MOST_CHOICES = 10  # named in a sentence
_SEVERAL = (Reason.RANGE.value, Reason.RATIO.value, Reason.SEVERAL.value)


def _reason(problem: Problem) -> str:
    return problem.details[0] if problem.details else ""


@rule(
    "KT-01",
    Severity.ERROR,
    title="Chữ gõ bằng phông cũ (TCVN3, VNI)",
    explanation="Chữ gõ cho phông .VnTime hoặc VNI-Times hiện sai trên máy không cài phông ấy.",
    remedy="Chuyển sang Unicode (UniKey: Ctrl+Shift+F6), dùng phông Times New Roman.",
)
def text_is_unicode(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.LEGACY_ENCODING):
        yield case.at_problem(
            problem,
            f"chữ đang ở bảng mã {_reason(problem)} («{shortened(problem.seen, 40)}»), máy không "
            "cài phông tương ứng hiện sai chữ. Đề nghị chuyển sang bảng mã Unicode (trong UniKey: "
            "Ctrl+Shift+F6) hoặc gõ lại.",
        )


@rule(
    "KT-02",
    Severity.ERROR,
    title="Ô chữ bị Excel đổi thành ngày, giờ hoặc giá trị đúng/sai",
    explanation="Gõ «12/5» vào ô chữ, Excel tự đổi thành ngày 05/12 hoặc 12/05 tùy máy; nội dung "
    "đã gõ không còn trong tệp. Văn phòng không suy diễn số liệu.",
    remedy="Đổi định dạng ô sang Text (Văn bản), rồi gõ lại nội dung.",
)
def words_are_words(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.TEXT_IS_VALUE):
        day, *typed = problem.details or ("",)
        if typed:
            ways = " hoặc ".join(f"«{text}»" for text in typed)
            what = f"đã đổi nội dung thành ngày {day} (nội dung gõ vào có thể là {ways})"
        else:
            what = "đang coi nội dung là giờ hoặc giá trị đúng/sai"
        yield case.at_problem(
            problem,
            f"ô này ghi chữ, nhưng Excel {what}. Đề nghị đổi định dạng ô sang Text (Văn bản), rồi "
            "gõ lại đúng nội dung.",
            advised=[Advised(text, text) for text in typed],
        )


@rule(
    "KT-03",
    Severity.WARNING,
    title="Dấu hoặc chữ thay cho nội dung ô trên",
    explanation="Mỗi ô được đọc riêng, dòng có thể đổi chỗ: «〃», «nt», «như trên» không cho biết "
    "nội dung của ô nào. Dấu không có chữ được coi là để trống, chữ được ghi nhận nguyên văn.",
    remedy="Ghi lại đủ nội dung của ô.",
)
def every_text_stands_by_itself(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.REPEATS_ABOVE):
        kept = case.filled(problem.sheet, problem.row_key, problem.column)
        how = "được ghi nhận nguyên văn" if kept else "ô được coi là để trống"
        yield case.at_problem(
            problem,
            f"«{problem.seen}» không cho biết nội dung của ô nào; {how}. Đề nghị ghi đủ nội dung.",
        )


@rule(
    "KT-04",
    Severity.WARNING,
    title="Cột giải trình đính chính số liệu của dòng",
    explanation="Số liệu được đọc ở ô của nó, theo đơn vị tính của dòng, không theo lời đính chính "
    "(«ghi nhầm», «số đúng là», «38 mới đúng», «sai dấu phẩy») hay đơn vị khác («đơn vị: triệu "
    "đồng») nêu ở cột giải trình và các cột lời văn.",
    remedy="Ghi giá trị đúng, theo đơn vị tính của dòng, vào ô của nó; cột giải trình chỉ nêu lý "
    "do.",
)
def a_justification_corrects_nothing(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.AMENDS_ROW):
        if problem.details:
            told, own = problem.details
            yield case.at_problem(
                problem,
                f"«{problem.seen}» nêu đơn vị «{told}», trong khi số của dòng này tính bằng "
                f"«{own}» và vẫn được đọc theo «{own}». Nếu các số của dòng đã ghi theo «{told}», "
                "đề nghị quy đổi rồi ghi lại; nếu không thì không phải sửa.",
            )
            continue
        yield case.at_problem(
            problem,
            f"lời «{problem.seen}» có ý đính chính, nhưng các ô khác của dòng vẫn được "
            "ghi nhận như đang ghi. Đề nghị ghi giá trị đúng vào ô của nó; nếu các ô đã đúng thì "
            "không phải sửa.",
        )
    for entry in case.interpretation.entries:
        if entry.column == "justification" and withdraws(entry.raw) and _is_filled(case, entry):
            place = (entry.sheet, entry.sheet_name, entry.cell, entry.row_key, entry.column)
            yield case.at_problem(
                Problem(ProblemKind.AMENDS_ROW, *place, seen_text(entry.raw)),
                f"«{entry.raw}» có ý rút dòng này, nhưng các ô khác của dòng vẫn còn và được ghi "
                "nhận. Nếu rút, đề nghị xóa nội dung các ô đó và nêu lý do; nếu không, đề nghị bỏ "
                "lời này.",
            )


def _is_filled(case: Case, reason: Entry) -> bool:
    """Whether all cells of a row are filled that have to be."""
    sheet = case.interpretation.expectations.sheets[reason.sheet]
    row = sheet.rows.get(reason.row_key)
    if row is not None:
        required = set(row.required)
    else:
        required = {c.key for c in sheet.inputs if c.required or c.five_clear}
    return bool(required) and all(
        case.filled(reason.sheet, reason.row_key, key) for key in required - {reason.column}
    )


@rule(
    "SO-01",
    Severity.ERROR,
    title="Số đọc được hai cách",
    explanation="«1.234» có thể là một nghìn hai trăm ba mươi tư, cũng có thể là 1,234; «6% giảm» "
    "có thể là 6, cũng có thể là -6; «5% so với kế hoạch» hay «5% (bỏ)» chưa chắc là số của dòng. "
    "Văn phòng không suy diễn số liệu.",
    remedy="Gõ lại số như một số của Excel, hoặc ghi theo một trong hai cách được nêu.",
)
def a_number_reads_one_way(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.AMBIGUOUS_NUMBER):
        said, *values = problem.details
        yield case.at_problem(
            problem, said, advised=[Advised.number(Decimal(value)) for value in values]
        )


@rule(
    "SO-02",
    Severity.ERROR,
    title="Ô số có chữ hoặc không phải là số",
    explanation="Ô số chỉ ghi một số, theo đơn vị tính của dòng.",
    remedy="Chỉ để lại một số; lời giải thích ghi ở cột giải trình.",
)
def a_number_is_a_number(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_A_NUMBER):
        reason = _reason(problem)
        if reason not in _SEVERAL:
            why = _WHY_NO_NUMBER.get(reason, "không đọc được thành số; đề nghị chỉ ghi một số")
            model = [_MODEL] if reason == Reason.NOTATION.value else []
            yield case.at_problem(problem, f"«{problem.seen}» {why}.", advised=model)


@rule(
    "SO-03",
    Severity.ERROR,
    title="Ô số có khoảng, tỷ số hoặc nhiều số",
    explanation="Mức cam kết và các mốc là một số xác định để theo dõi được.",
    remedy="Ghi một số. Với khoảng, ghi mức thấp nhất cơ quan cam kết.",
)
def a_number_is_one_number(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_A_NUMBER):
        if (reason := _reason(problem)) in _SEVERAL:
            yield case.at_problem(problem, f"«{problem.seen}» {_WHY_NO_NUMBER[reason]}.")


@rule(
    "SO-04",
    Severity.WARNING,
    title="Số kèm từ ước lượng hoặc chữ thừa",
    explanation="«khoảng 95», «trên 10», «tối thiểu 60» được ghi nhận bằng con số đứng kèm. Chép "
    "lại nguyên văn chỉ tiêu («> 10», «45-46») được hiểu là cam kết đúng chỉ tiêu.",
    remedy="Không bắt buộc sửa. Nếu con số được hiểu không đúng ý, ghi lại một số.",
)
def a_number_is_definite(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.QUALIFIED_NUMBER, ProblemKind.RESTATED_TARGET):
        number = case.interpretation.number(problem.sheet, problem.row_key, problem.column)
        if number is None:
            continue
        if problem.kind is ProblemKind.RESTATED_TARGET:
            printed = problem.details[0]
            text = (
                f"chép lại chỉ tiêu «{printed}»; Văn phòng hiểu là cam kết đúng chỉ tiêu và ghi "
                f"vào sổ tổng hợp là «{printed}». Đề nghị ghi một số là mức cơ quan cam kết."
            )
        else:
            hedge = hedge_of(problem.seen)
            kept = f"; sổ tổng hợp, báo cáo ghi kèm chữ «{hedge}»" if hedge else ""
            text = (
                f"ghi «{problem.seen}», được tính là {case.shown(number)}{kept}. Nếu đúng thì "
                "không phải ghi lại; lần sau đề nghị chỉ ghi số."
            )
        yield case.at_problem(problem, text)


@rule(
    "SO-05",
    Severity.ERROR,
    title="Ô báo lỗi công thức",
    explanation="#REF!, #VALUE!, #N/A ... là lỗi của công thức, thường do xóa dòng, cột hoặc mất "
    "tệp liên kết.",
    remedy="Gõ thẳng giá trị vào ô thay cho công thức.",
)
def no_cell_shows_an_error(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.ERROR_VALUE):
        yield case.at_problem(
            problem,
            f"ô đang báo lỗi «{problem.seen}». Đề nghị gõ thẳng giá trị vào ô thay cho công thức.",
        )


@rule(
    "SO-06",
    Severity.ERROR,
    title="Công thức chưa có kết quả",
    explanation="Tệp do một số phần mềm lưu chỉ có công thức mà chưa có kết quả tính.",
    remedy="Mở tệp bằng Excel, bấm Lưu rồi gửi lại; hoặc gõ thẳng số vào ô.",
)
def every_formula_has_a_result(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_CALCULATED):
        yield case.at_problem(
            problem,
            f"ô là công thức «{problem.seen}» nhưng tệp chưa lưu kết quả tính. Đề nghị mở tệp bằng "
            "Excel, bấm Lưu rồi gửi lại, hoặc gõ thẳng giá trị vào ô.",
        )


@rule(
    "SO-07",
    Severity.ERROR,
    title="Ô số lại là ngày tháng",
    explanation="Excel tự đổi «12/5» hoặc «12.5» thành ngày tháng ở một số máy.",
    remedy="Đổi định dạng ô về Number, rồi gõ lại số.",
)
def no_number_became_a_date(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NUMBER_IS_DATE):
        yield case.at_problem(
            problem,
            f"cần một số nhưng Excel đang coi là ngày tháng ({problem.seen}). Đề nghị đổi định "
            "dạng ô về Number (Số) rồi gõ lại.",
        )


@rule(
    "NG-01",
    Severity.ERROR,
    title="Không đọc được thành ngày",
    explanation="Ô ngày cần đủ ngày, tháng, năm; tháng hoặc quý (có năm) hiểu là ngày cuối cùng.",
    remedy="Ghi ngày/tháng/năm, ví dụ 30/06/2025.",
)
def a_date_is_a_date(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_A_DATE):
        reason = _reason(problem)
        text = f"«{problem.seen}»: {reason}" if reason else f"«{problem.seen}» không phải là ngày."
        day = case.example_day(6, 30)
        advice = f"Đề nghị ghi ngày/tháng/năm, ví dụ {day.text}."
        yield case.at_problem(problem, f"{text} {advice}", advised=[day])


@rule(
    "LC-01",
    Severity.ERROR,
    title="Nội dung không có trong danh sách lựa chọn",
    explanation="Ô có danh sách thì chọn một mục trong danh sách.",
    remedy="Chọn lại trong danh sách của ô.",
)
def a_choice_is_on_the_list(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_A_CHOICE):
        offered = [Advised(c if len(c) < 60 else f"{c[:57]}…", c) for c in problem.details]
        choices = listed([f"«{choice.text}»" for choice in offered], _MOST_CHOICES)
        yield case.at_problem(
            problem,
            f"«{problem.seen}» không có trong danh sách. Đề nghị chọn một trong: {choices}.",
            advised=offered[:_MOST_CHOICES],
        )


@rule(
    "LC-02",
    Severity.WARNING,
    title="Ghi bằng từ khác với danh sách",
    explanation="«xong», «đang làm» ... được ghi nhận là mục tương ứng của danh sách. Từ có thể "
    "hiểu hai cách («hoàn thành một phần», «cơ bản xong») thì phải chọn lại (LC-01).",
    remedy="Không bắt buộc sửa. Nếu được hiểu không đúng ý, chọn lại trong danh sách.",
)
def other_words_for_a_choice_are_shown(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.OTHER_WORDS):
        yield case.at_problem(
            problem,
            f"ghi «{problem.seen}», được ghi nhận là «{problem.details[0]}». Nếu đúng thì không "
            "phải sửa; lần sau đề nghị chọn trong danh sách của ô.",
        )


# --- Formulas -----------------------------------------------------------------------------------


@rule(
    "CG-01",
    Severity.ERROR,
    title="Kết quả lưu trong tệp khác kết quả của công thức",
    explanation="Tệp lưu một kết quả, nhưng công thức trong ô tính theo các ô của chính tệp ra kết "
    "quả khác: tệp được sửa mà chưa tính lại. Mở bằng phần mềm này thấy số này, mở bằng phần mềm "
    "khác thấy số kia. Văn phòng không suy diễn số liệu.",
    remedy="Gõ thẳng giá trị đúng vào ô; hoặc mở tệp bằng Excel, bấm F9 để tính lại, kiểm tra rồi "
    "lưu.",
)
def a_result_is_what_its_formula_comes_to(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.STALE_RESULT):
        formula, held, clear, calculated, other = problem.details
        advised = case.to_be_typed(problem, (clear, other))
        ways = " hoặc ".join(f"«{each.text}»" for each in advised)
        yield case.at_problem(
            problem,
            f"tệp lưu kết quả «{held}», nhưng công thức «{formula}» tính ra «{calculated}». Đề "
            f"nghị gõ thẳng giá trị đúng vào ô thay cho công thức: {ways}.",
            advised=advised,
        )


@rule(
    "CG-02",
    Severity.ERROR,
    title="Công thức cho kết quả đổi theo lúc mở tệp",
    explanation="TODAY(), NOW(), RAND() ... cho kết quả khác ở mỗi lần mở tệp, nên giá trị Văn "
    "phòng đọc không phải giá trị cơ quan đã thấy khi ký.",
    remedy="Gõ thẳng giá trị vào ô thay cho công thức.",
)
def no_result_changes_by_itself(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.CHANGING_FORMULA):
        formula, held, clear = problem.details
        advised = case.to_be_typed(problem, (clear,))
        ways = "".join(f", ví dụ «{each.text}» nếu đúng là giá trị này" for each in advised)
        yield case.at_problem(
            problem,
            f"công thức «{formula}» cho kết quả đổi theo lúc mở tệp (khi lưu là «{held}»). Đề nghị "
            f"gõ thẳng giá trị vào ô thay cho công thức{ways}.",
            advised=advised,
        )


@rule(
    "CG-03",
    Severity.WARNING,
    title="Công thức lấy giá trị từ tệp khác",
    explanation="Văn phòng không có tệp được liên kết, nên chỉ ghi nhận kết quả đã lưu trong ô; "
    "không biết kết quả đó còn đúng với tệp kia hay không.",
    remedy="Gõ thẳng giá trị vào ô. Nếu giá trị được ghi nhận là đúng thì không bắt buộc sửa.",
)
def no_result_comes_from_another_file(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.OTHER_FILE):
        formula, held = problem.details
        yield case.at_problem(
            problem,
            f"công thức «{formula}» lấy giá trị từ tệp khác mà Văn phòng không có; kết quả đã lưu "
            f"«{held}» được ghi nhận. Nếu đúng thì không phải ghi lại; lần sau đề nghị gõ thẳng "
            "giá trị vào ô.",
        )


@rule(
    "CG-04",
    Severity.INFO,
    title="Công thức không tính lại được",
    explanation="Văn phòng tính lại các công thức đơn giản (cộng, trừ, nhân, chia, SUM, ROUND, IF "
    "...). Với công thức khác (VLOOKUP, SUMIF, hàm tự đặt ...), kết quả lưu trong ô được ghi nhận "
    "mà không đối chiếu được.",
    remedy="Xem lại giá trị được ghi nhận; nếu đúng thì không phải ghi lại. Lần sau nên gõ thẳng "
    "giá trị vào ô.",
)
def a_result_that_is_not_recalculated_is_told(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.NOT_RECALCULATED):
        formula, held = problem.details
        yield case.at_problem(
            problem,
            f"công thức «{formula}» không tính lại được; kết quả đã lưu «{held}» được ghi nhận. "
            "Nếu đúng thì không phải ghi lại.",
        )
