"""CG: cells whose value a formula makes, and what the file keeps of it."""

from __future__ import annotations

from collections.abc import Iterator

from models.domain.reading.findings import Severity
from models.domain.reading.problems import ProblemKind
from models.domain.rules.registry import Case, Remark, rule


@rule(
    "CG-01",
    Severity.ERROR,
    title="Kết quả lưu trong tệp khác kết quả của công thức",
    explanation="Tệp lưu một kết quả, nhưng công thức trong ô tính theo các ô của chính tệp ra kết "
    "quả khác: tệp được sửa mà chưa tính lại. Mở bằng phần mềm này thấy số này, mở bằng phần mềm "
    "khác thấy số kia. Văn phòng không tự đoán.",
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
            f"«{held}» được ghi nhận. Nếu đúng thì không phải sửa; lần sau đề nghị gõ thẳng giá "
            "trị vào ô.",
        )
