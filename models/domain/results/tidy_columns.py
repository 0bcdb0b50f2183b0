"""The tidy table's columns, each stated once: row, schema and documentation are made from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple, get_args, get_type_hints

from models.domain.reading.forms import Column, Form
from models.domain.register.catalogue import PERIODS
from models.domain.review.wording import BUCKET_NAMES


class TidyType(StrEnum):
    """What a column of the table holds."""

    TEXT = "text"
    NUMBER = "number"  # exact decimal
    DATE = "date"
    INSTANT = "instant"  # UTC
    FLAG = "flag"
    COUNT = "count"  # whole number


@dataclass(frozen=True, slots=True)
class TidyNote:
    """What a column says, in both languages."""

    vietnamese: str
    english: str
    unit: str = ""  # of its numbers
    is_code: bool = False  # made by the program: CSV leaves it as it is


@dataclass(frozen=True, slots=True)
class TidyColumn:
    """One column of the table."""

    name: str
    type: TidyType
    unit: str  # of its numbers; empty where there is none
    vietnamese: str
    english: str
    is_code: bool  # made by the program: CSV leaves it as it is


class Observation(NamedTuple):
    """One filled cell of one version: a row of the table, its fields told in both languages."""

    cycle: Annotated[str, TidyNote("Mã kỳ báo cáo", "Code of the reporting cycle")]
    agency: Annotated[str, TidyNote("Mã cơ quan báo cáo", "Code of the reporting agency")]
    agency_name: Annotated[
        str,
        TidyNote(
            "Tên cơ quan trong sổ cơ quan của kỳ",
            "The agency's name in the cycle's register",
        ),
    ]
    sheet: Annotated[str, TidyNote("Mã trang theo mẫu sổ báo cáo", "Key of the form's sheet")]
    row_code: Annotated[
        str,
        TidyNote(
            "Mã dòng trong danh mục; @1, @2 ... là dòng cơ quan tự kê khai; trống: trang thông "
            "tin chung",
            "Catalogue code of the row; @1, @2 ... for free rows; empty on the details sheet",
            is_code=True,
        ),
    ]
    place: Annotated[
        str,
        TidyNote(
            "Vị trí của dòng trong Chỉ thị, ví dụ PL I.4",
            "Where the row stands in the directive, e.g. PL I.4 (appendix I, row 4)",
        ),
    ]
    name: Annotated[str, TidyNote("Tên chỉ tiêu, nhiệm vụ, dự án", "Name of the row")]
    column: Annotated[str, TidyNote("Mã cột theo mẫu sổ báo cáo", "Key of the form's column")]
    meaning: Annotated[
        str,
        TidyNote(
            "Ý nghĩa của cột (xem bảng thứ hai); trống: cột không có ý nghĩa riêng",
            "What the column says (see the second table); empty for none of its own",
        ),
    ]
    period: Annotated[
        str,
        TidyNote(
            "Kỳ của giá trị: quy_1, 6_thang, 9_thang, ca_nam; trống: không gắn với kỳ",
            "Period of the value: first quarter, 6 and 9 months, full year; empty for none",
        ),
    ]
    territory: Annotated[
        str,
        TidyNote(
            "Địa bàn: east (Hải Phòng trước hợp nhất), west (Hải Dương trước hợp nhất), whole "
            "(toàn thành phố); trống: không phải giá trị của chỉ tiêu",
            "Territory: east (Hai Phong before the merger), west (Hai Duong), whole (the merged "
            "city); empty for what is no measure",
        ),
    ]
    unit: Annotated[str, TidyNote("Đơn vị tính của cột number", "Unit of the column number")]
    number: Annotated[
        Decimal | None,
        TidyNote(
            "Giá trị số, đủ mọi chữ số; trống: ô không phải số",
            "The number, every digit of it; empty where the cell is no number",
            unit="unit",
        ),
    ]
    text: Annotated[
        str,
        TidyNote(
            "Nguyên văn ô trong tệp cơ quan gửi; ô kiểu số được viết bằng dấu phẩy thập phân",
            "The cell to the letter, as it stood in the agency's file; a cell of type number is "
            "written with a decimal comma",
        ),
    ]
    date: Annotated[
        dt.date | None,
        TidyNote(
            "Ngày; trống: ô không phải ngày",
            "The date; empty where the cell is no date",
        ),
    ]
    status: Annotated[
        str,
        TidyNote(
            "Số ước (estimate) hay số chính thức (actual): của số cả năm theo cơ quan ghi ở cột "
            "«Ước hay chính thức» cùng dòng; của số năm trước luôn là chính thức, của ước giải "
            "ngân luôn là số ước, theo tiêu đề cột; trống: không ai ghi, kể cả số đến nay, mốc "
            "trong năm và số đã giải ngân",
            "Estimate or actual: of the value of the year as the agency says in the row's column "
            "for it; last year's is official and a foreseen disbursement an estimate by their "
            "column; empty where nobody says, as of what was reached to date or disbursed",
        ),
    ]
    as_of_date: Annotated[
        dt.date | None,
        TidyNote(
            "Ngày chốt của số liệu thực hiện, theo cơ quan",
            "As-of date of an outturn, as the agency states it",
        ),
    ]
    counts: Annotated[
        bool,
        TidyNote(
            "Ô được đưa vào tổng hợp (thuộc bản được tiếp nhận sau cùng của phần ấy)",
            "Whether the consolidation was made of this cell (last accepted version of its "
            "section)",
        ),
    ]
    standing: Annotated[
        bool,
        TidyNote(
            "Ô là giá trị được dùng của dòng (số của cơ quan chủ trì hoặc số theo quyết định): "
            "số cả năm của chỉ tiêu, kịch bản, giải ngân của dự án; tình trạng của nhiệm vụ. Không "
            "cơ quan nào trong số nhiều cơ quan cùng chủ trì có giá trị của cả dòng",
            "Whether this is the row's value (the lead's, or the one a person ruled to stand): "
            "the year's figure of an indicator or scenario row, a project's disbursements, a "
            "task's state. Where many lead a row together, none of them gives the row's value",
        ),
    ]
    judgement: Annotated[
        str,
        TidyNote(
            "Đánh giá của giá trị được dùng so với mức giao: exceeded (vượt), met (đạt), "
            "floor_met (đạt mức giao, chưa đạt mức phấn đấu), not_met (không đạt), awaiting (chờ "
            "người đánh giá), unknown (chưa đánh giá được); của nhiệm vụ: nhóm "
            "kết quả, một trong bảng «Nhóm kết quả»; ở dòng nhiều cơ quan cùng chủ trì, đánh giá "
            "phần của từng cơ quan; kịch bản, dự án: trống",
            "Judgement of the standing value against its target; of a task its bucket, one of "
            "the table of buckets; in a row that many lead together, of what each says of itself; "
            "empty for scenario and projects",
        ),
    ]
    judged_by: Annotated[
        str,
        TidyNote(
            "Ai đánh giá, vì sao, theo quyết định nào, khi judgement do người đánh giá (mức giao "
            "nêu bằng lời, hoặc kết quả xấp xỉ mức «khoảng»); trống: do hệ thống so",
            "Who judged, why, by which decision, where a person did (a target in words, a value "
            "just short of an approximate one); empty where a rule did",
        ),
    ]
    target: Annotated[
        str,
        TidyNote(
            "Mức giao cả năm của chính giá trị này, bằng số hoặc khoảng số mà giá trị được so; chỉ "
            "có ở giá trị cả năm, trống ở số năm trước, số đến nay và mốc trong năm; từ «khoảng» "
            "đứng trước số trong văn bản không ghi lại",
            "The year's target of this very value: the number or range it is judged by; only a "
            "value of the year has one, not last year's, one to date or of a part of the year; the "
            'word "khoảng" (about) before a number in the document is left out',
        ),
    ]
    receipt: Annotated[
        str,
        TidyNote(
            "Số tiếp nhận của bản báo cáo",
            "Receipt number of the submission",
        ),
    ]
    version: Annotated[
        int,
        TidyNote(
            "Bản báo cáo thứ mấy của cơ quan trong kỳ",
            "Which of the agency's versions in the cycle",
        ),
    ]
    received_at: Annotated[
        dt.datetime,
        TidyNote(
            "Thời điểm máy chủ thư nhận được (giờ UTC)",
            "When the mail server received it (UTC)",
        ),
    ]
    file_name: Annotated[str, TidyNote("Tên tệp cơ quan gửi", "Name of the agency's file")]
    file_sha256: Annotated[
        str,
        TidyNote(
            "Mã băm SHA-256 của tệp, cũng là tên tệp trong kho tệp gốc",
            "SHA-256 of the file, which is its name in the raw store",
        ),
    ]
    sheet_name: Annotated[
        str,
        TidyNote(
            "Tên trang trong tệp cơ quan gửi",
            "Name of the sheet in the agency's file",
        ),
    ]
    cell: Annotated[str, TidyNote("Địa chỉ ô trong trang ấy", "Address of the cell on that sheet")]
    reference: Annotated[
        str,
        TidyNote(
            "Mã nguồn trong sổ và báo cáo tổng hợp (N-0123); trống: ô không được đưa vào tổng hợp",
            "Reference in the consolidated workbook and report; empty where the cell does not "
            "count",
        ),
    ]


_TYPES: Mapping[object, TidyType] = {
    str: TidyType.TEXT,
    Decimal | None: TidyType.NUMBER,
    dt.date | None: TidyType.DATE,
    dt.datetime: TidyType.INSTANT,
    bool: TidyType.FLAG,
    int: TidyType.COUNT,
}


def _columns() -> Iterator[TidyColumn]:
    for name, hint in get_type_hints(Observation, include_extras=True).items():
        type_, told = get_args(hint)
        yield TidyColumn(
            name, _TYPES[type_], told.unit, told.vietnamese, told.english, told.is_code
        )


COLUMNS: Sequence[TidyColumn] = tuple(_columns())


def meaning_of(column: Column | None) -> str:
    """What a column says, one of forms.MEANINGS; "" for none and for a cell of no known column."""
    return column.meaning if column is not None else ""


def period_of(column: Column | None) -> str:
    """The period a column's values belong to, one of catalogue.PERIODS; "" for none."""
    if column is None:
        return ""
    if column.period:
        return column.period
    whole_year = column.unit_of_row and meaning_of(column) in ("", "estimate")
    return PERIODS[-1] if whole_year or meaning_of(column) == "disbursed_estimate" else ""


def columns_as_markdown(form: Form) -> str:
    """The documentation that goes with the table: its columns, then the form's.

    Made from COLUMNS and the form alone, so it cannot say anything else than they do.
    """
    lines = [
        "# Bảng số liệu (observations)",
        "",
        "Mỗi dòng là một ô mà một cơ quan đã điền, ở mọi bản đã gửi. Lọc `counts = true` để có "
        "đúng các ô được đưa vào tổng hợp.",
        "One row per cell an agency filled in, of every version. `counts = true` selects what the "
        "consolidation was made of.",
        "",
        "| Cột (column) | Kiểu (type) | Đơn vị (unit) | Ý nghĩa | Meaning |",
        "|---|---|---|---|---|",
        *(
            f"| `{c.name}` | {c.type.value} | {c.unit or '–'} | {c.vietnamese} | {c.english} |"
            for c in COLUMNS
        ),
        "",
        *_CONVENTIONS,
        "",
        "## Nhóm kết quả của nhiệm vụ (buckets of tasks, column `judgement`)",
        "",
        "| judgement | Ý nghĩa |",
        "|---|---|",
        *(f"| `{bucket.value}` | {name} |" for bucket, name in BUCKET_NAMES.items()),
        "",
        f"## Mẫu sổ báo cáo {form.version}: {form.title}",
        "",
        "| sheet | column | Tiêu đề cột | meaning | period | unit |",
        "|---|---|---|---|---|---|",
        *(
            f"| `{sheet.key}` | `{c.key}` | {_cell(c.header)} | {meaning_of(c) or '–'} | "
            f"{period_of(c) or '–'} | {_unit_in_words(c)} |"
            for sheet in form.sheets
            for c in sheet.columns
            if not c.office
        ),
    ]
    return "\n".join(lines) + "\n"


def _unit_in_words(column: Column) -> str:
    return "của dòng (of the row)" if column.unit_of_row else column.unit or "–"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


_CONVENTIONS = (
    "## Quy ước (conventions)",
    "",
    "- `observations.csv`: UTF-8, dấu phẩy ngăn cột, dấu chấm thập phân, ngày `2025-02-19`, thời "
    "điểm UTC `2025-02-19T01:00:00Z`, `true`/`false`; ô trống là không có giá trị. Để xem bằng "
    "Excel: Data > From Text/CSV, chọn 65001 (UTF-8).",
    "- Văn bản bắt đầu bằng `=`, `+`, `-`, `@`, dấu tab, ký tự xuống dòng hoặc dấu nháy đơn được "
    "thêm một dấu nháy đơn `'` ở đầu trong tệp CSV, để bảng tính không coi là công thức; bỏ đúng "
    "một dấu nháy đầu là nguyên văn. Cột `number` và mã `@1`, `@2` ... của cột `row_code` không bị "
    "thêm. Tệp Parquet giữ nguyên văn.",
    "- Texts that begin with `=`, `+`, `-`, `@`, a tab, a line end or an apostrophe carry one more "
    "apostrophe in the CSV file, so that no spreadsheet takes them for a formula; take one away to "
    "have the original. The column `number`, the codes `@1`, `@2` ... of the column `row_code` and "
    "the Parquet file are untouched.",
    "- `observations.parquet`: cùng các dòng, cùng thứ tự; `number` là decimal128(38, 18). Số có "
    "hơn 20 chữ số phần nguyên hoặc hơn 18 chữ số thập phân để trống ở đây, vẫn đủ trong CSV và ở "
    "cột `text`.",
    "- The same rows in the same order; `number` is decimal128(38, 18). A number of more than 20 "
    "digits before or 18 after the point is empty there, and whole in the CSV file and in `text`.",
    "- Mỗi dòng dẫn về một ô: tệp `file_sha256` trong kho tệp gốc, trang `sheet_name`, ô `cell`.",
)
