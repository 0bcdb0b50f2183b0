"""What rules tell an agency to do can be done on the sheet as it is protected."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from models.domain.reading.findings import Severity
from models.domain.rules import ALL_RULES
from models.domain.rules.documentation import rules_as_markdown
from models.domain.rules.registry import Rule
from tests.fixtures.office_files import own_office
from tests.models.domain.rules.spoilt import findings_on
from tests.models.domain.rules.test_advice import SPOILT
from tests.tasks.adapters.test_templates_examined import CYCLE, template

#: What words ask for, and the right that a sheet's protection must leave for it; "": none does.
DEEDS = (
    (r"chèn (?:thêm )?dòng|thêm dòng vào giữa", "insertRows"),
    (r"chèn (?:thêm )?cột", "insertColumns"),
    (r"[Xx]óa (?:hẳn )?dòng(?! trống trong ô)", "deleteRows"),
    (r"[Xx]óa cột", "deleteColumns"),
    (r"định dạng|bỏ gạch|canh lề", "formatCells"),
    (r"[Kk]éo rộng cột", "formatColumns"),
    (r"tăng chiều cao dòng", "formatRows"),
    (r"[Kk]hôi phục|[Bb]ỏ gộp|[Đđ]ổi tiêu đề|[Gg]iữ nguyên cột|[Ss]ửa tiêu đề", ""),
)
#: The office's own deeds are told in the past.
DONE_BY_THE_OFFICE = re.compile(
    r"(?:Văn phòng |đã )(?:đã |vẫn lấy theo Chỉ thị và đã )?(?:đưa lại, )?(?:khôi phục|bỏ gộp)",
    re.IGNORECASE,
)
FREE_SHEETS = {"insertRows": ["Kế hoạch hành động"]}  # where only some sheets leave a right


@pytest.fixture(scope="module")
def book() -> Workbook:
    """A workbook as it is sent out, with every sheet that a plan has."""
    return openpyxl.load_workbook(io.BytesIO(template(own_office(), "skhdt")))


def denied(text: str, book: Workbook) -> list[str]:
    """What a text asks for that the sheets forbid."""
    asked = DONE_BY_THE_OFFICE.sub("", text)
    return [
        found[0]
        for pattern, right in DEEDS
        for found in [re.search(pattern, asked)]
        if found and not allowed(right, text, book)
    ]


def allowed(right: str, text: str, book: Workbook) -> bool:
    """Whether the sheets leave that right: all of them, or those that the text names."""
    if not right:
        return False
    named = [t for t in FREE_SHEETS.get(right, ()) if t.casefold() in text.casefold()]
    sheets: list[Any] = [book[t] for t in named] or book.worksheets
    # "locked" in the file: True where the right is not given.
    return all(s.protection.sheet and not getattr(s.protection, right) for s in sheets if shown(s))


def shown(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_remedy_can_be_done_on_the_protected_sheet(rule: Rule, book: Workbook) -> None:
    assert denied(rule.remedy, book) == [], rule.remedy


@pytest.mark.parametrize(("sample", "cycle"), SPOILT)
def test_no_finding_asks_for_what_the_sheet_forbids(
    sample: Any, cycle: str, book: Workbook
) -> None:
    for finding in findings_on(sample, cycle):
        words = re.sub(r"«[^»]*»", "", finding.message)
        assert denied(words, book) == [], finding.message
        assert "từ sổ Văn phòng đã gửi" not in finding.message, "never out of another file"


@pytest.mark.parametrize("rule", [r for r in ALL_RULES if r.mended_by_office], ids=lambda r: r.code)
def test_what_is_locked_is_mended_by_the_office_and_said_so(rule: Rule) -> None:
    says = ("sổ báo cáo Văn phòng gửi lại", "sổ báo cáo mới Văn phòng gửi lại", "Không phải sửa")
    assert any(words in rule.remedy for words in says) or "của sổ báo cáo" in rule.remedy


def test_the_page_of_the_rules_and_the_first_sheet_say_what_the_sheets_allow(
    book: Workbook,
) -> None:
    page = rules_as_markdown()
    introduction = page.partition("## CT")[0]
    assert denied(introduction, book) == []
    assert "chỉ trang «Kế hoạch hành động» được" in " ".join(introduction.split())
    told = [str(c.value) for (c,) in book["Hướng dẫn"].iter_rows(min_col=2, max_col=2)]
    assert [words for words in told if denied(words, book)] == []
    assert any("chỉ trang Kế hoạch hành động được chèn thêm dòng" in words for words in told)
    assert not any("Mã" in words.split() for words in told), "nobody sees that column on paper"
    assert CYCLE  # the workbook is that cycle's


def test_rows_can_be_put_in_where_the_form_says_so_and_nowhere_else(book: Workbook) -> None:
    for sheet in filter(shown, book.worksheets):
        free = sheet.title in FREE_SHEETS["insertRows"]
        assert (not sheet.protection.insertRows) == free, sheet.title
        assert sheet.protection.deleteRows and sheet.protection.insertColumns
        assert not sheet.protection.formatCells


#: What a sentence tells whose figure, text or day is right as it stands.
IF_RIGHT = re.compile(
    r"đúng|giải trình|lý do|không phải|không bắt buộc|nếu không|nếu vẫn giữ|nếu nội dung là chung",
    re.IGNORECASE,
)
#: What it tells whose is not.
IF_WRONG = re.compile(
    r"sửa|ghi|điền|nâng|rút|chọn|xóa|chuyển|xem lại|cho hiện|dời|bỏ gạch|"
    r"gõ|tắt|báo Văn phòng|đổi|kiểm tra|nêu",
    re.IGNORECASE,
)
#: Warnings on what says nothing of itself, whatever was meant: nothing there is right as it stands.
SAYS_NOTHING = {"KT-03", "NR-02", "HT-03", "HT-09", "HT-12", "KH-02", "CT-07", "CT-06", "NG-06"}


@pytest.mark.parametrize(("sample", "cycle"), SPOILT)
def test_a_warning_has_a_way_for_what_is_wrong_and_for_what_is_right(
    sample: Any, cycle: str
) -> None:
    for finding in findings_on(sample, cycle):
        if finding.severity is not Severity.WARNING or finding.rule in SAYS_NOTHING:
            continue
        words = re.sub(r"«[^»]*»", "", finding.message)
        assert IF_RIGHT.search(words) and IF_WRONG.search(words), (finding.rule, finding.message)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_the_remedy_of_a_warning_has_both_ways_too(rule: Rule) -> None:
    if rule.severity is Severity.WARNING and rule.code not in SAYS_NOTHING:
        words = re.sub(r"«[^»]*»", "", rule.remedy)
        assert IF_WRONG.search(words), rule.remedy
        assert IF_RIGHT.search(words) or rule.code in MENDED_IN_ANY_CASE, rule.remedy


#: What is to be looked at again in the file itself, whatever stands there.
MENDED_IN_ANY_CASE = {"CT-10", "HT-11"}
#: Errors on a figure that may be right all the same: the office can waive the rule for the agency.
MAY_BE_RIGHT = ("DV-02", "DV-04", "DV-05", "DV-06", "DV-07", "TD-01", "TH-01", "NG-04")


def test_an_error_on_a_figure_that_may_be_right_names_whom_to_call() -> None:
    told: dict[str, list[str]] = {code: [] for code in MAY_BE_RIGHT}
    phone = own_office().cycle("2025-plan").contact_phone
    for sample, cycle in (param.values for param in SPOILT):
        for finding in findings_on(sample, cycle):
            if finding.rule in told and finding.severity is Severity.ERROR:
                told[finding.rule].append(finding.message)
    for code, messages in told.items():
        assert messages, code
        for message in messages:
            assert f"đúng như đã ghi, đề nghị gọi Văn phòng, điện thoại {phone}" in message, message
