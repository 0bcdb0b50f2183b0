"""What rules tell an agency to do can be done on the sheet as it is protected."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

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
    r"(?:Văn phòng |đã )(?:đã |vẫn lấy theo Chỉ thị và đã )?(?:khôi phục|bỏ gộp)", re.IGNORECASE
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
        assert "từ sổ báo cáo đã gửi" not in finding.message, "never out of another file"


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
