"""DD: whose workbook is it, for which cycle, on which form. Asked before a single cell is read."""

from __future__ import annotations

from collections.abc import Iterator

from models.domain.cycle.cycles import HANOI
from models.domain.errors import UnknownAgency
from models.domain.reading.cell_values import as_text
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetKind
from models.domain.reading.headers import HEADER_SEARCH_COLUMNS
from models.domain.reading.workbook_content import address
from models.domain.rules.registry import Case, Remark, Rule, enlist, rule

_LONGEST_NAME = 120
UNKNOWN = enlist(
    Rule(
        "DD-01",
        Severity.BLOCKER,
        "Không xác định được cơ quan hoặc kỳ báo cáo",
        "Tệp không mang mã nhận dạng của sổ Văn phòng đã gửi, và tên trang, tên cơ quan, tên chỉ "
        "tiêu không chỉ rõ một cơ quan, một kỳ.",
        "Điền vào đúng sổ báo cáo Văn phòng đã gửi kèm thư rồi trả lời thư đó.",
    )
)
OLD_FORM = enlist(
    Rule(
        "DD-02",
        Severity.BLOCKER,
        "Mẫu sổ báo cáo không còn dùng",
        "Mẫu sổ báo cáo đã thay đổi và phiên bản này không còn được nhận.",
        "Xem lại và điền tiếp trên sổ báo cáo mới Văn phòng gửi lại kèm kết quả kiểm tra.",
        mended_by_office=True,
    )
)
OTHER_CYCLE = enlist(
    Rule(
        "DD-03",
        Severity.BLOCKER,
        "Sổ báo cáo của kỳ khác",
        "Mã nhận dạng trong tệp thuộc một kỳ báo cáo khác.",
        "Điền vào sổ báo cáo của kỳ đang báo cáo.",
    )
)
BROKEN_IDENTITY = enlist(
    Rule(
        "DD-04",
        Severity.BLOCKER,
        "Mã nhận dạng của tệp không hợp lệ",
        "Mã nêu một cơ quan hoặc kỳ báo cáo không có, hoặc hai nơi trong tệp ghi hai mã khác nhau "
        "(thường do chép trang từ tệp khác sang).",
        "Điền vào đúng tệp đã gửi cho cơ quan, không chép trang giữa các tệp.",
    )
)
GUESSED = enlist(
    Rule(
        "DD-06",
        Severity.INFO,
        "Tệp được nhận ra theo nội dung",
        "Tệp gõ lại không mang mã nhận dạng; cơ quan và kỳ báo cáo được nhận ra theo tên trang, "
        "tên cơ quan và tên chỉ tiêu.",
        "Không phải sửa. Lần sau nên điền vào sổ Văn phòng đã gửi.",
    )
)


@rule(
    "DD-05",
    Severity.ERROR,
    title="Tên cơ quan trong tệp là của cơ quan khác",
    explanation="Sổ báo cáo cấp cho một cơ quan, nhưng mục tên cơ quan ghi tên cơ quan khác.",
    remedy="Điền lại trang thông tin chung trong sổ báo cáo Văn phòng gửi lại kèm kết quả kiểm "
    "tra; xem lại số liệu các trang khác có phải của cơ quan mình không.",
    mended_by_office=True,
)
def the_named_agency_is_the_right_one(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables(SheetKind.DETAILS):
        for field in expected.form.columns:
            if field.source != "agency_name" or field.key not in layout.rows:
                continue
            value = layout.content.at(layout.rows[field.key], layout.columns["value"])
            own = case.register.agencies.get(case.agency)
            if not isinstance(value, str) or own is None or value in (own.name, own.full_name):
                continue
            if named := _stranger_named(case, as_text(value)):
                cell = layout.cell(field.key, "value")
                other = case.register.formal_name(named)
                yield Remark(
                    f"tên cơ quan là «{other}», trong khi sổ "
                    f"báo cáo này cấp cho «{own.formal_name}». Văn phòng đã ghi lại tên cơ quan "
                    "trong sổ kèm theo và chưa chép nội dung của trang này; đề nghị điền lại, và "
                    "xem lại số liệu các trang khác có phải của cơ quan mình không.",
                    layout.name,
                    cell,
                    as_text(value),
                    column=field.key,
                    label="",
                )


@rule(
    "DD-07",
    Severity.WARNING,
    title="Phía trên bảng ghi tên cơ quan khác",
    explanation="Phía trên mỗi bảng, Văn phòng ghi sẵn tên cơ quan. Tên cơ quan khác ở đó thường "
    "do chép cả trang từ sổ báo cáo của cơ quan khác; số liệu khi đó có thể không phải của mình.",
    remedy="Kiểm tra số liệu của trang có phải của cơ quan mình không; sổ báo cáo Văn phòng gửi "
    "lại đã ghi đúng tên cơ quan. Không phải thì ghi lại, đúng thì không phải sửa.",
    mended_by_office=True,
)
def no_table_names_another_agency(case: Case) -> Iterator[Remark]:
    own = case.register.agencies.get(case.agency)
    names = (own.formal_name, own.name) if own else ("",)
    for expected, layout in case.tables(SheetKind.TABLE, SheetKind.FREE_TABLE):
        printed = {expected.form.heading, expected.form.guidance, *names}
        for number, cells in enumerate(layout.content.rows[: layout.header_row - 1], 1):
            for place, value in enumerate(cells[:HEADER_SEARCH_COLUMNS], 1):
                if not isinstance(value, str) or value in printed or len(value) > _LONGEST_NAME:
                    continue
                if named := _stranger_named(case, as_text(value)):
                    yield Remark(
                        f"phía trên bảng ghi «{case.register.formal_name(named)}», trong khi sổ "
                        f"báo cáo này cấp cho «{names[0]}». Văn phòng đã ghi lại tên cơ quan trong "
                        "sổ kèm theo; đề nghị kiểm tra số liệu của trang có phải của cơ quan mình "
                        "không: không phải thì ghi lại, đúng thì không phải sửa.",
                        layout.name,
                        address(number, place),
                        as_text(value),
                        label="",
                    )


def _stranger_named(case: Case, text: str) -> str:
    """Code of an agency that a text names, or one of its parts that semicolons divide, and that
    neither is the case's own nor answers for it; "" for none."""
    for name in dict.fromkeys((text, *text.split("; "))):
        if (named := _agency_named(case, name)) and named not in _kin(case):
            return named
    return ""


def _kin(case: Case) -> list[str]:
    """The agency, and those who have answered in its place by the cycle's end, or it in theirs."""
    end = case.cycle.ends_on or case.cycle.due_at.astimezone(HANOI).date()
    return case.register.successions.kin_of(case.agency, end)


def _agency_named(case: Case, name: str) -> str:
    """Code of the agency a name leads to on the day the cycle opens, "" for none."""
    day = case.cycle.opens_at.astimezone(HANOI).date()
    try:
        return case.register.resolve(name, day).code
    except UnknownAgency:
        return ""
