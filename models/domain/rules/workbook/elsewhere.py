"""CT: words of a workbook that stand in no cell that is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.domain.reading.beside.unread_cells import FIGURES, LINES
from models.domain.reading.findings import Severity
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.workbook_content import Elsewhere
from models.domain.rules.registry import Case, Remark, listed, rule

_MOST = 8  # each in a remark of its own
_WHERE: Mapping[Elsewhere, str] = {
    Elsewhere.MESSAGE: "thông báo hiện khi chọn ô (Data Validation)",
    Elsewhere.PAGE: "đầu trang hoặc chân trang khi in",
    Elsewhere.CHART: "biểu đồ",
    Elsewhere.NAME: "tên đặt cho vùng (Name Manager)",
    Elsewhere.PROPERTY: "thuộc tính của tệp (Properties)",
    Elsewhere.SHAPE: "hộp chữ bên cạnh bảng",
    Elsewhere.FAR_CELL: "ô nằm quá xa bảng",
    Elsewhere.INSTRUCTIONS: "phần hướng dẫn của Văn phòng",
    Elsewhere.RESULTS: "danh sách kết quả kiểm tra",
}
_PICTURES: Mapping[Elsewhere, str] = {
    Elsewhere.BACKGROUND: "có ảnh nền phía sau các ô",
    Elsewhere.PAGE_PICTURE: "có ảnh ở đầu trang hoặc chân trang khi in",
}


@rule(
    "CT-09",
    Severity.INFO,
    title="Ghi chú, tiêu đề nhóm, dòng ký tên trong bảng",
    explanation="Một dòng chỉ có một ô không phải nội dung công việc, tiêu đề chia nhóm («I. ...») "
    "và các dòng ký tên dưới bảng được coi là ghi chú. Dòng chữ cơ quan ghi thêm phía trên, phía "
    "dưới hoặc bên cạnh bảng không làm đổi cách đọc số liệu của bảng.",
    remedy="Nếu đó là một nhiệm vụ, ghi đủ nội dung công việc và các cột «rõ»; nếu lời đó làm đổi "
    "nghĩa số liệu, ghi lại số liệu theo tiêu đề cột và đơn vị tính của dòng.",
)
def no_cell_is_stray(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.STRAY_CELL):
        if FIGURES in problem.details:
            continue  # CT-12 speaks of them
        text = (
            f"được coi là ghi chú (bắt đầu bằng «{problem.seen}»); số liệu của bảng vẫn được đọc "
            "theo tiêu đề cột và đơn vị tính của từng dòng. Nếu lời đó làm đổi nghĩa số liệu, đề "
            "nghị ghi lại số liệu; nếu không thì không phải sửa."
            if LINES in problem.details
            else "được coi là ghi chú, tiêu đề nhóm hoặc phần ký tên nên không được tính. Nếu là "
            "một nhiệm vụ, đề nghị ghi đủ nội dung công việc và các cột "
            f"«{case.catalogue.clear.title}»."
        )
        yield Remark(
            f"Trang «{problem.sheet_name}»: ô {listed(problem.cells, 6)} {text}",
            problem.sheet_name,
            problem.cell,
            cells=problem.cells,
        )


@rule(
    "CT-16",
    Severity.WARNING,
    title="Lời ghi ở nơi không được đọc",
    explanation="Chỉ các ô của sổ báo cáo được đọc. Số liệu, lời đính chính ghi ở thông báo của ô, "
    "biểu đồ, đầu trang, chân trang, hộp chữ bên cạnh bảng, trang hướng dẫn, trang kết quả kiểm "
    "tra, tên vùng, thuộc tính của tệp hoặc ô quá xa bảng không được tính. Ảnh nền, ảnh ở đầu "
    "trang chỉ là lưu ý.",
    remedy="Ghi nội dung đó vào đúng ô của sổ báo cáo; nếu không phải nội dung báo cáo thì không "
    "phải sửa.",
)
def nothing_is_told_elsewhere(case: Case) -> Iterator[Remark]:
    problems = [*case.problems(ProblemKind.WORDS_ELSEWHERE)]
    for problem in problems[:_MOST]:
        yield _remark(problem)
    if len(problems) > _MOST:
        yield Remark(
            f"Ngoài các nơi nêu riêng, trong tệp còn {len(problems) - _MOST} chỗ có lời ghi mà "
            "không được đọc. Nếu là nội dung báo cáo hoặc đính chính, đề nghị ghi vào đúng ô.",
        )


def _remark(problem: Problem) -> Remark:
    where = Elsewhere(problem.details[0])
    if problem.cell:
        opening = f"Trang «{problem.sheet_name}», ô {problem.cell}: "
    else:
        opening = f"Trang «{problem.sheet_name}»: " if problem.sheet_name else "Trong tệp, "
    if where in _PICTURES:
        return Remark(
            f"{opening}{_PICTURES[where]}; chữ trong ảnh không được đọc. Nếu là nội dung báo cáo, "
            "đề nghị ghi vào đúng ô.",
            sheet=problem.sheet_name,
            severity=Severity.INFO,
        )
    return Remark(
        f"{opening}{_WHERE[where]} có ghi «{problem.seen}»; phần này không được đọc. Nếu là nội "
        "dung báo cáo hoặc đính chính, đề nghị ghi vào đúng ô; nếu không thì không phải sửa.",
        sheet=problem.sheet_name,
        cell=problem.cell,
        value=problem.seen,
    )
