"""Words in a column of reasons that take the figure of their row back, and reasons that do not."""

from __future__ import annotations

import pytest

from models.domain.notation.corrections import amends_its_row


@pytest.mark.parametrize(
    "text",
    [
        *("chép nhầm dòng", "Copy nhầm", "nhầm đơn vị", "lộn dòng với dòng dưới", "nhầm dấu"),
        *("sai đơn vị, lẽ ra triệu đồng", "gõ thừa một số 0", "thiếu chữ số 0", "dư 1 số không"),
        *("số trên chưa đúng", "Số này không chính xác", "số liệu sai, xin thông cảm"),
        *("bỏ số này", "không tính số trên", "đổi chỗ với dòng dưới", "hoán đổi hai dòng"),
        *("lấy số 38", "thực tế là 38", "số chính xác là 38", "tức là 38"),
        *("số này là của năm 2024", "số liệu của năm trước", "giữ nguyên số năm ngoái"),
        *("xin điều chỉnh còn 38", "xin được sửa thành 38"),
    ],
)
def test_reasons_that_take_a_figure_back_amend_it(text: str) -> None:
    assert amends_its_row(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Thực tế là giá điện tăng", "Giảm do sai phạm kéo dài", "Do bão số 3", "Thiếu số liệu"),
        *("Nghị quyết điều chỉnh lên 38", "Tăng so với số năm trước", "Chưa đủ số hộ đăng ký"),
        *("Thay thế cán bộ phụ trách", "Sai đơn vị thi công nên chậm", "Không thực hiện"),
        *("Số hộ không đúng đối tượng phải rà soát", "Lấy số liệu của Chi cục Thống kê"),
    ],
)
def test_reasons_for_a_figure_do_not_amend_it(text: str) -> None:
    assert not amends_its_row(text)
