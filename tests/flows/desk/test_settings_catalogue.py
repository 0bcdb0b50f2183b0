"""Thiết lập: a year's catalogue out as a workbook, tried, and taken in with who and why."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from httpx import Response

from flows.office import catalogue_import
from tasks.adapters.reading.reader_pool import ReaderPool
from tests.fixtures.edited_catalogue import CONTACTS, MAIN, EditedCatalogue
from tests.fixtures.office_desk import as_read
from tests.fixtures.settings_desk import SettingsDesk
from tests.fixtures.settings_desk import desk as desk
from tests.fixtures.settings_desk import tried as tried

AT = "/thiet-lap/danh-muc"


@pytest.fixture(scope="module", autouse=True)
def one_reader() -> Iterator[None]:
    """All uploads are read by one reader process."""
    with ExitStack() as held:

        @cache
        def made(*given: Any, **named: Any) -> ReaderPool:
            return held.enter_context(ReaderPool(*given, **named))

        def lent(*given: Any, **named: Any) -> Any:
            return nullcontext(made(*given, **named))

        with patch.object(catalogue_import, "ReaderPool", lent):
            yield


def taken_out(desk: SettingsDesk, path: Path) -> EditedCatalogue:
    answer = desk.browser.get(f"{AT}/2025")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return EditedCatalogue(path / "so.xlsx", openpyxl.load_workbook(io.BytesIO(answer.content)))


def upload(desk: SettingsDesk, content: bytes, name: str = "so.xlsx") -> Response:
    """Sends a workbook and waits until it was looked at."""
    return desk.post(AT, files={"so": (name, content)})


def test_a_workbook_is_tried_then_taken_in_with_who_and_why(
    desk: SettingsDesk, tmp_path: Path
) -> None:
    edited = taken_out(desk, tmp_path)
    edited.write(CONTACTS, edited.sheet(CONTACTS).cell(6, 1).value, "Điện thoại", "0225 3 999 999")
    before = desk.held("contacts.csv")

    checked = upload(desk, edited.save().read_bytes(), "Sổ <b>2025</b>.xlsx")

    said = as_read(checked.text)
    assert "Đã kiểm tra, không có lỗi. Chưa nhập" in said
    assert "0225 3 999 999" in said
    assert "<b>2025" not in checked.text
    assert desk.held("contacts.csv") == before
    at = checked.url.path
    lacking = desk.post(at, data={"ly_do": ""})
    assert lacking.status_code == 422
    assert "Xin ghi nhập theo văn bản nào" in as_read(lacking.text)
    done = desk.post(at, data={"ly_do": "Công văn 15/VP"})
    assert "Đã lưu, bộ tệp số 2." in as_read(done.text)
    assert "0225 3 999 999" in desk.held("contacts.csv")
    listed = desk.text("/thiet-lap/bo-tep")
    assert "Phạm Thị Lan, Chuyên viên" in listed
    assert "Công văn 15/VP" in listed
    assert desk.runs.told[-1]["event"] == "baocao.settings.changed"


def test_a_year_that_is_there_is_replaced_only_where_that_is_said(
    tried: SettingsDesk, tmp_path: Path
) -> None:
    edited = taken_out(tried, tmp_path)
    edited.write(MAIN, "grdp_per_capita", "Chỉ tiêu (như in)", "9.500")
    checked = upload(tried, edited.save().read_bytes())
    assert "“9.486” → “9.500”" in as_read(checked.text)

    refused = tried.post(checked.url.path, data={"ly_do": "CV 1"})
    assert refused.status_code == 422
    assert "Danh mục năm 2025 đã có" in as_read(refused.text)
    done = tried.post(checked.url.path, data={"ly_do": "CV 1", "thay_nam": "1"})

    assert "Đã lưu" in as_read(done.text)
    assert "9.500" in tried.held("directives/2025/appendix_1.csv")


def test_what_others_changed_since_the_workbook_went_out_is_neither_told_nor_undone(
    tried: SettingsDesk, tmp_path: Path
) -> None:
    edited = taken_out(tried, tmp_path)
    tried.save("/thiet-lap/co-quan/syt", phone="0225 3 777 777")
    tried.save("/thiet-lap/co-quan/moi", name="Sở Mới", to="vanthu@moi.haiphong.example")
    edited.write(CONTACTS, edited.sheet(CONTACTS).cell(6, 1).value, "Điện thoại", "0225 3 999 999")

    checked = upload(tried, edited.save().read_bytes())

    said = as_read(checked.text)
    assert "0225 3 999 999" in said
    assert "0225 3 777 777" not in said
    tried.post(checked.url.path, data={"ly_do": "CV 1"})
    assert "0225 3 777 777" in tried.held("contacts.csv")
    assert "0225 3 999 999" in tried.held("contacts.csv")
    assert "vanthu@moi.haiphong.example" in tried.held("contacts.csv")


def test_faults_are_told_by_cell_and_nothing_is_taken_in(
    tried: SettingsDesk, tmp_path: Path
) -> None:
    edited = taken_out(tried, tmp_path)
    edited.write(MAIN, "grdp_growth", "Chỉ tiêu (như in)", "mười hai phẩy năm")

    checked = upload(tried, edited.save().read_bytes())

    said = as_read(checked.text)
    assert "4 chỗ cần sửa" in said
    assert "Không đọc được chỉ tiêu «mười hai phẩy năm»" in said
    assert "ô J4" in said
    assert "ly_do" not in checked.text
    sent = tried.post(checked.url.path, data={"ly_do": "CV 1", "thay_nam": "1"})
    assert "chỗ cần sửa" in as_read(sent.text)
    assert tried.desk.house.files.history() == []


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04" + b"\0" * 200])
def test_what_is_no_workbook_is_refused_in_a_sentence(tried: SettingsDesk, content: bytes) -> None:
    answer = upload(tried, content)

    assert answer.status_code in (409, 422)
    assert 'id="so-fault">' in answer.text


def test_a_workbook_that_is_too_large_is_refused_before_it_is_read(tried: SettingsDesk) -> None:
    answer = tried.post(AT, files={"so": ("so.xlsx", bytes(25_000_001))})

    assert answer.status_code == 413
    assert "lớn hơn 25 MB" in as_read(answer.text)


def test_an_upload_is_its_own_accounts(tried: SettingsDesk, tmp_path: Path) -> None:
    checked = upload(tried, taken_out(tried, tmp_path).save().read_bytes())
    assert "không có gì để nhập" in as_read(checked.text)
    tried.account = dataclasses.replace(tried.account, name="nguoi.khac")

    assert tried.browser.get(checked.url.path).status_code == 404
