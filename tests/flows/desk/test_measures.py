"""Số liệu: indicators, work, the scenario, and one figure down to its cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest

from flows.desk import ways
from flows.desk.routes.figures import reference_typed
from tests.fixtures.office_desk import OfficeDesk, as_read, desk_of
from tests.fixtures.reported_year import (
    GRDP,
    HOSTILE,
    PLAN,
    PROJECT,
    REVIEW,
    TASK,
    message_key,
    reported_year,
)

ROOT, BEFORE = f"{ways.MEASURES}/{REVIEW}", f"{ways.MEASURES}/{PLAN}"
PAGES = ("", "/kich-ban", "/nhiem-vu", "/viec-tu-de-ra", "/du-an", "/kien-nghi", "/mau-thuan",
         "/danh-gia", f"/chi-tieu/{GRDP}", f"/chi-tieu/{TASK}", f"/chi-tieu/{PROJECT}",
         "/chi-tieu/scenario_grdp", "/so/N-0003", "/so")  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """The desk over a year that nothing is changed in."""
    folder = tmp_path_factory.mktemp("year")
    with reported_year(folder) as workplace, desk_of(workplace) as found:
        yield found


def reference_of(desk: OfficeDesk, root: str, at: str) -> str:
    """The reference under which a cell of a page's rows is linked."""
    found = re.search(rf'href="{root}/so/([NK]-\d+)"[^>]*{re.escape(at)}"', desk.get(root))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("at", PAGES)
@pytest.mark.parametrize("root", [ROOT, BEFORE])
def test_every_page_opens_for_a_plan_and_for_a_review(desk: OfficeDesk, root: str, at: str) -> None:
    page = desk.get(root + at)

    assert "<script>alert" not in page
    assert " style=" not in page
    assert len(re.findall(r"<h1[ >]", page)) == 1


def test_the_first_address_leads_to_the_newest_cycle(desk: OfficeDesk) -> None:
    assert desk.browser.get(ways.MEASURES).url.path == ROOT


@pytest.mark.parametrize(
    "at",
    [
        f"{ways.MEASURES}/2031-plan",
        f"{ROOT}/chi-tieu/khong_co",
        f"{ROOT}/so/N-9999",
        f"{ROOT}/so/K-9999",
        f"{ROOT}/so/MT-I.4",
        f"{ROOT}/so/N-0001?bao_cao=gui-99",
        f"{ROOT}/mau-thuan/00000000",
        f"{ROOT}/danh-gia/00000000",
        f"{ROOT}/tai-ve/khong-co",
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(desk: OfficeDesk, at: str) -> None:
    page = as_read(desk.get(at, status=404))

    assert "Traceback" not in page
    assert "Không" in page or "không" in page


def test_an_indicator_is_listed_with_all_that_was_said_of_it(desk: OfficeDesk) -> None:
    [row] = re.findall(r"(?s)<tr>(?:(?!</tr>).)*PL I\.1<.*?</tr>", desk.get(ROOT))
    said = as_read(row)

    assert "12,5" in said  # promised in the plan
    assert "11,6 31/10/2025" in said
    assert "12,1 / 11,9" in said
    assert "Không đạt" in said
    assert "MT-I.1 (chờ quyết định)" in said
    assert "Sở Tài chính" in said


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ("q=tong+san+pham", True),
        ("q=t%E1%BB%95ng+s%E1%BA%A3n+ph%E1%BA%A9m", True),
        ("q=so+tai+chinh&co-quan=stc", True),
        ("q=khong+co+chi+tieu+nay", False),
        ("co-quan=thong_ke", True),
        ("co-quan=syt", False),
        ("phu-luc=I", True),
        ("phu-luc=III", False),
        ("danh-gia=not_met", True),
        ("danh-gia=exceeded", False),
        ("danh-gia=none", False),
        ("cho=1", True),
        ("trang=99999999999&xep=%22%3E&danh-gia=%3Cb%3E", False),
        ("xep=-thu-tu&q=tong+san+pham", True),
        ("xep=chenh-lech&q=tong+san+pham", True),
    ],
)
def test_indicators_are_found_by_what_a_person_looks_for(
    desk: OfficeDesk, query: str, taken: bool
) -> None:
    assert (f'{ROOT}/chi-tieu/{GRDP}"' in desk.get(f"{ROOT}?{query}")) is taken


def test_beyond_the_last_page_is_the_last_page(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}?trang=99")

    assert "Trang trước" in page
    assert "Trang sau" not in page


def test_lists_are_sorted_and_say_so(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}?xep=-chenh-lech")

    assert page.count("aria-sort") == 1
    assert 'aria-sort="descending"' in page
    # The only distance there is comes first, whichever way the list is turned.
    assert page.index(f"/chi-tieu/{GRDP}") < page.index("/chi-tieu/grdp_per_capita")


def test_a_row_tells_print_answers_promise_and_judgement(desk: OfficeDesk) -> None:
    said = desk.text(f"{ROOT}/chi-tieu/{GRDP}")

    assert "Mức giao in trong văn bản 12,50" in said
    assert "Được đánh giá theo số 12,1" in said
    assert "Chỉ tiêu!K5" in said
    assert "So với cam kết đầu năm 12,5 của Sở Kế hoạch và Đầu tư (K-" in said
    assert "11,9" in said  # for comparison, and as promised by statistics
    assert "Tiến độ trong năm" in said
    assert HOSTILE in said


def test_a_task_and_a_project_have_the_same_page(desk: OfficeDesk) -> None:
    task, project = (desk.text(f"{ROOT}/chi-tieu/{code}") for code in (TASK, PROJECT))

    assert "Đang thực hiện" in task
    assert "Nguyễn Văn An" in task  # of the plan
    assert "45.000" in project
    assert "50,0" in project  # of what the city plans


@pytest.mark.parametrize(
    ("at", "query", "expected", "missing"),
    [
        ("/nhiem-vu", "co-quan=stc", "Đang thực hiện", "Sở Công Thương"),
        ("/nhiem-vu", "q=xyzzy", "Không có dòng nào như vậy", "PL IV.1"),
        ("/viec-tu-de-ra", "", HOSTILE, "Không có nội dung"),
        ("/du-an", "co-quan=bqlda_dan_dung", "45.000", "Sở Y tế"),
        ("/kien-nghi", "q=du+toan", "Đề nghị giao bổ sung dự toán.", "bố trí vốn"),
    ],
)
def test_work_is_listed_and_filtered(
    desk: OfficeDesk, at: str, query: str, expected: str, missing: str
) -> None:
    page = desk.get(f"{ROOT}{at}?{query}")
    rows = as_read(page[page.index("Tải về") :])

    assert expected in rows
    assert missing not in rows


def test_a_plans_proposals_are_told_too(desk: OfficeDesk) -> None:
    assert "Đề nghị bố trí vốn." in desk.text(f"{BEFORE}/kien-nghi")


def test_the_scenario_is_a_chart_that_needs_no_colour(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}/kich-ban")
    chart = page[page.index("<svg") : page.index("</svg>")]

    assert 'role="img"' in chart
    assert "Cơ quan cập nhật đầu năm: 111,9" in chart
    assert "Thực hiện: 111,6; 112,3" in chart
    assert {"series-square", "series-diamond", "series-circle"} <= set(
        re.findall(r"series-\w+", chart)
    )
    # What was reached has a gap at six months: no line leads over it.
    assert chart.count("<polyline") == 4
    assert re.search(rf'href="{ROOT}/so/N-\d+">111,6</a>', page)


def test_downloads_hold_what_is_filtered_and_nothing_that_runs(desk: OfficeDesk) -> None:
    def rows(at: str) -> list[list[str]]:
        answer = desk.browser.get(f"{ROOT}/tai-ve/{at}")
        assert answer.headers["content-disposition"].startswith("attachment")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    header, *found = rows("chi-tieu?q=tong+san+pham&phu-luc=I")
    assert dict(zip(header, found[0], strict=True))["Cả năm"] == "12,1"
    _, *actions = rows("viec-tu-de-ra")
    assert any(HOSTILE in row for row in actions)
    for at in ("chi-tieu", "nhiem-vu", "viec-tu-de-ra", "du-an", "kien-nghi", "kich-ban"):
        for row in rows(at):
            numbers = [c for c in row if c[:1] in "+-=@" and c]
            assert all(re.fullmatch(r"[+-][\d.,]+", c) for c in numbers), numbers


# --- One figure -----------------------------------------------------------------------------------


def test_a_figure_tells_its_whole_way(desk: OfficeDesk) -> None:
    reference = reference_of(desk, ROOT, "Chỉ tiêu!K5")
    page = desk.get(f"{ROOT}/so/{reference}")
    said = as_read(page)

    assert "Nguyên văn trong ô 12,1" in said
    assert "Ô K5" in said
    assert "Tệp stc <b>1</b>.xlsx" in said
    assert "Số tiếp nhận TK-2025/stc-1" in said
    assert re.search(r"SHA-256 của tệp [0-9a-f]{64}", said)
    assert f'href="/thu/{message_key(REVIEW, "stc")}"' in page
    assert "vanthu@stc.example" in said
    assert "Tệp mang mã nhận dạng của stc." in said
    assert "Ước cả năm không đạt mức giao." in said
    assert "Giải trình: Do thị trường." in said
    assert "Ở một ô khác." not in said
    assert "215/BC-STC" in said
    assert "chữ ký số hợp lệ" in said
    assert re.search(r'href="/so-bao-cao/\d+\?o=Ch%E1%BB%89\+ti%C3%AAu%21K5"', page)


def test_a_promise_leads_to_the_cell_of_the_plan(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}/chi-tieu/{GRDP}")
    reference = re.search(r"/so/(K-\d+)", page)
    assert reference is not None
    said = desk.text(f"{ROOT}/so/{reference[1]}")

    assert "Sở Kế hoạch và Đầu tư" in said
    assert "KH-2025/skhdt-1" in said
    assert f"Số liệu hiện nay: {desk.workplace.office.cycle(PLAN).title}" in said


def test_what_nobody_would_see_in_a_name_is_named(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}/mau-thuan")

    assert "\u202e" not in page
    assert "dấu đổi chiều chữ" in page


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [("N-3", "N-0003"), (" n 0003 ", "N-0003"), ("[K-0002]", "K-0002"), ("N–0003", "N-0003")],
)
def test_a_reference_is_found_as_it_is_printed_or_typed(
    desk: OfficeDesk, typed: str, leads_to: str
) -> None:
    answer = desk.browser.get(f"{ROOT}/so", params={"ma": typed})

    assert reference_typed(typed) == leads_to
    assert answer.url.path == f"{ROOT}/so/{leads_to}"
    assert answer.status_code == 200


def test_what_is_no_reference_is_asked_for_again(desk: OfficeDesk) -> None:
    answer = desk.browser.get(f"{ROOT}/so", params={"ma": "<b>MT-I.4</b>"})

    assert "«&lt;b&gt;MT-I.4&lt;/b&gt;» không phải mã nguồn" in answer.text
    assert 'value="&lt;b&gt;MT-I.4&lt;/b&gt;"' in answer.text


def test_where_a_reference_is_not_it_can_be_typed_once_more(desk: OfficeDesk) -> None:
    page = desk.get(f"{ROOT}/so/N-9999", status=404)

    assert "không có mã nguồn N-9999" in page
    assert 'id="ma" name="ma" value="N-9999"' in page


def test_who_may_only_look_sees_no_form(desk: OfficeDesk) -> None:
    decides = desk.account
    conflict = re.search(rf'href="({ROOT}/mau-thuan/\w+)"', desk.get(f"{ROOT}/mau-thuan"))
    assert conflict is not None
    try:
        assert "Dùng số này" in desk.get(conflict[1])
        desk.account = type(decides)("xem", "Người xem", frozenset())
        assert "Dùng số này" not in desk.get(conflict[1])
    finally:
        desk.account = decides
