"""Số liệu: ruling on a contradiction, judging a value, and references in reports that were sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from flows.desk import ways
from models.domain.accounts.account import Account, AccountRole
from tasks.adapters.desk.report_references import reports_of
from tasks.adapters.results import ruling
from tasks.adapters.store import decisions
from tasks.adapters.work.consolidating import consolidate_cycle, write_summary
from tests.fixtures.office_desk import OfficeDesk, as_read, desk_of
from tests.fixtures.reported_year import (
    GRDP,
    HOSTILE,
    NOW,
    PLAN,
    PLANNED,
    REVIEW,
    cell,
    changed,
    report,
    reported_year,
)
from tests.fixtures.small_office import commits, entry, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace
from tests.fixtures.worded_office import ABOUT, WORDS, with_words

ROOT, BEFORE = f"{ways.MEASURES}/{REVIEW}", f"{ways.MEASURES}/{PLAN}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    """The desk over a year in which something is decided."""
    with reported_year(tmp_path) as workplace, desk_of(workplace) as found:
        yield found


def case_of(desk: OfficeDesk, at: str) -> str:
    """The address of the first case of a list."""
    found = re.search(rf'href="({at}/\w+)"', desk.get(at))
    assert found is not None
    return found[1]


def decide(desk: OfficeDesk, at: str, **chosen: str) -> str:
    """Sends the form of a case's page as a browser would, with what was chosen."""
    page = desk.get(at)
    form = page[page.index('class="decision"') :]
    name = re.findall(r'action="/quyet-dinh/([\w-]+)" class="decision"', page)[-1]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return desk.post(f"/quyet-dinh/{name}", **hidden, **chosen).text


def kept(desk: OfficeDesk) -> list[str]:
    with desk.workplace.engine.begin() as connection:
        return [d.kind.value for d in decisions.book(connection).decisions]


def test_todays_lines_lead_to_their_cases(desk: OfficeDesk) -> None:
    found = re.findall(r'href="(/so-lieu/[^"]+)"', desk.get(ways.TODAY))

    assert found
    for at in found:
        assert "Dùng số này" in desk.get(at)


def test_both_sides_are_told_by_agency_and_value_and_nobody_types_a_code(desk: OfficeDesk) -> None:
    at = case_of(desk, f"{ROOT}/mau-thuan")
    page = desk.get(at)
    said = as_read(page)

    assert "Sở Tài chính: 12,1 %" in said
    assert "Thống kê thành phố Hải Phòng: 11,9 %" in said
    assert "Số thứ nhất" not in said  # but in the value that is sent
    assert 'value="Số thứ nhất">Sở Tài chính: 12,1 %<' in page
    typed = re.findall(r'<input id="rule-on-conflict-(\w+)"', page)
    assert typed == ["reason"]


def test_a_ruling_shows_at_once_and_can_be_turned(desk: OfficeDesk) -> None:
    at = case_of(desk, f"{ROOT}/mau-thuan")

    ruled = as_read(decide(desk, at, value="Số thứ hai", reason="Số của cơ quan thống kê."))

    assert "Mâu thuẫn về «Tốc độ tăng" in ruled and "dùng số 11,9" in ruled
    assert "Đã quyết định: dùng 11,9 của Thống kê thành phố Hải Phòng" in ruled
    assert "Số của cơ quan thống kê" in ruled
    assert "Được đánh giá theo số 11,9" in desk.text(f"{ROOT}/chi-tieu/{GRDP}")
    turned = as_read(decide(desk, at, value="Số thứ nhất", reason="Số mới hơn."))
    assert "Đã quyết định: dùng 12,1 của Sở Tài chính" in turned
    assert len(kept(desk)) == 2


@pytest.mark.parametrize(
    ("chosen", "said"),
    [({"reason": "Vì."}, "value"), ({"value": "Số thứ hai"}, "reason")],
)
def test_what_is_missing_is_said_at_its_field_and_the_sides_stay_named(
    desk: OfficeDesk, chosen: dict[str, str], said: str
) -> None:
    page = decide(desk, case_of(desk, f"{ROOT}/mau-thuan"), **chosen)

    assert f'id="rule-on-conflict-{said}-fault"' in page
    assert ">Sở Tài chính: 12,1 %<" in page
    assert kept(desk) == []


def test_only_who_decides_may_rule(desk: OfficeDesk) -> None:
    roles = {way.path: way.roles for way in ways.WAYS}
    assert roles[f"{ways.DECISION}/{{name}}"] == frozenset({AccountRole.DECIDES})
    at = case_of(desk, f"{ROOT}/mau-thuan")
    desk.account = Account("xem", "Người xem", frozenset({AccountRole.OPERATES}))

    assert '<form method="post" action="/quyet-dinh' not in desk.get(at)


def test_a_case_that_a_new_version_ended_says_so(desk: OfficeDesk) -> None:
    at = case_of(desk, f"{BEFORE}/mau-thuan")
    same = changed(PLANNED["cuc_thong_ke"], "committed", Decimal("12.5"))
    report(desk.workplace, PLAN, "cuc_thong_ke", same, NOW - dt.timedelta(days=1), 2)
    desk.desk.house.forget_results()

    assert "không còn mâu thuẫn mang mã này" in as_read(desk.get(at, status=404))


# --- Judging --------------------------------------------------------------------------------------


@pytest.fixture
def judging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficeDesk]:
    """A desk before which a target in words and an approximate one wait for a person."""
    said = [
        standing("sct", commits(ABOUT, "16.8")),
        standing("sdl", [entry("indicators", WORDS, "committed", HOSTILE)]),
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
    with small_workplace(tmp_path, NOW, ("sct", "sdl")) as workplace:
        workplace.office = with_words(workplace.office)
        with desk_of(workplace) as found:
            yield found


def test_a_value_that_waits_is_judged_beside_what_was_said(judging: OfficeDesk) -> None:
    root = f"{ways.MEASURES}/{CYCLE}"
    page = judging.get(f"{root}?cho=1")
    assert page.count(">chờ đánh giá</a>") == 2
    cases = re.findall(rf'href="({root}/danh-gia/\w+)"', judging.get(f"{root}/danh-gia"))
    at = next(one for one in cases if "thuộc nhóm dẫn đầu" in judging.get(one))
    waiting = judging.get(at)

    assert HOSTILE in as_read(waiting)
    assert HOSTILE not in waiting
    assert "Rút ý kiến đánh giá" not in waiting  # nobody has judged yet

    judged = as_read(decide(judging, at, judgement="Đạt", reason="Đứng thứ năm cả nước."))

    # Above the page, with how to undo it.
    assert "đánh giá là đạt (Phạm Thị Lan, Chuyên viên: Đứng thứ năm cả nước.)" in judged
    assert "Muốn làm ngược lại: Rút ý kiến đánh giá" in judged
    assert "Do người đánh giá, Phạm Thị Lan, Chuyên viên: Đứng thứ năm cả nước" in judged
    assert "Rút ý kiến đánh giá" in judging.get(at)
    withdrawn = as_read(decide(judging, at, judgement="Rút ý kiến đánh giá", reason="Nhầm dòng."))
    assert "Chờ đánh giá." in withdrawn
    assert "đã rút lại" in withdrawn


# --- References in reports ------------------------------------------------------------------------


def test_a_reference_is_looked_up_in_the_report_it_is_printed_in(desk: OfficeDesk) -> None:
    cycle = desk.workplace.office.cycle(PLAN)
    assert write_summary(desk.workplace, cycle)
    page = desk.get(f"{BEFORE}/chi-tieu/{GRDP}")
    printed = re.search(r'/so/(N-\d+)" title="KH-2025/skhdt-1[^"]*!G5"', page)
    assert printed is not None
    more = [cell("details", "", "focal_person", "Trần Thị Bình", "C4"), *PLANNED["skhdt"]]
    report(desk.workplace, PLAN, "skhdt", more, NOW - dt.timedelta(days=1), 2)
    desk.desk.house.forget_results()
    with desk.workplace.engine.begin() as connection:
        [sent] = reports_of(connection, cycle)

    now = desk.text(f"{BEFORE}/so/{printed[1]}")
    then = desk.text(f"{BEFORE}/so/{printed[1]}?bao_cao={sent.key}")

    # One cell more stands before it now.
    assert "Nguyên văn trong ô 12,5" not in now
    assert "Nguyên văn trong ô 12,5" in then
    assert f"Mã {printed[1]} được tra trong báo cáo gửi" in then
    assert "mã ấy chỉ một ô khác" in then
    assert "Phiên bản 1," in then
    # Of what counts now the report is told, with its own reference.
    found = re.search(r'/so/(N-\d+)" title="KH-2025/skhdt-2[^"]*!G5"', desk.get(BEFORE))
    assert found is not None
    told = desk.text(f"{BEFORE}/so/{found[1]}")
    assert re.search(rf"Báo cáo gửi [^)]+\) {printed[1]} 12,5 \(từ một phiên bản khác\)", told)


def test_a_promises_reference_in_a_report_is_put_together_again_or_refused(
    desk: OfficeDesk,
) -> None:
    cycle = desk.workplace.office.cycle(REVIEW)
    consolidate_cycle(desk.workplace, cycle)
    with desk.workplace.engine.begin() as connection:
        [written] = reports_of(connection, cycle)
    assert not written.sent
    at = f"{ROOT}/so/K-0002?bao_cao={written.key}"

    assert "Mã K-0002 được tra trong sổ tổng hợp lập" in desk.text(at)

    # A version that is dated back: what was true then is no longer what the record says of it.
    report(desk.workplace, PLAN, "skhdt", PLANNED["skhdt"][:2], NOW - dt.timedelta(days=3), 2)
    assert "không còn lập lại được đúng bản ấy" in as_read(desk.get(at, status=409))
