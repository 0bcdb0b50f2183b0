"""Cơ quan: found whatever the tone marks, and one agency's whole story."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.accounts.account import AccountRole
from models.domain.answers.decisions import Decision, DecisionKind
from models.domain.answers.standing import SubmissionRecord
from models.domain.cycle.cycles import HANOI
from models.domain.desk.story import (
    AgencyKin,
    FoundInVersion,
    StoryKind,
    StoryLine,
    VersionPages,
    register_lines,
    told,
    version_lines,
)
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency, AgencyKind
from models.domain.register.successions import Succession
from tasks.adapters.store import address_book
from tests.fixtures.held_mail import held_message
from tests.fixtures.office_desk import OfficeDesk, office_desk
from tests.fixtures.small_workplace import CYCLE

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
PAGES = VersionPages(one=lambda n: f"/v/{n}", two=lambda a, b: f"/v/{a}-{b}")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk that nothing is decided at."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt", "ubnd_an_lao"]) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    with office_desk(tmp_path, NOW, ["syt", "stc"]) as found:
        yield found


@pytest.mark.parametrize(
    "typed", ["an lao", "AN LÃO", "huyen an lao", "ubnd an lao", "An+L%C3%A3o"]
)
def test_an_agency_is_found_whatever_the_tone_marks(shown: OfficeDesk, typed: str) -> None:
    page = shown.get("/co-quan?q=" + typed.replace(" ", "+"))

    assert 'href="/co-quan/ubnd_an_lao"' in page
    assert 'href="/co-quan/syt"' not in page


@pytest.mark.parametrize("query", ["q=%3Cscript%3E", "q=%25", "khoi=x", "trang=9999", "xep=-khoi"])
def test_an_odd_question_is_a_page(shown: OfficeDesk, query: str) -> None:
    assert "<script>" not in shown.get(f"/co-quan?{query}").replace("<script src", "")


def test_an_agency_that_is_none_is_a_sentence(shown: OfficeDesk) -> None:
    assert "không có cơ quan này" in shown.get("/co-quan/khong_co", status=404)
    assert shown.get("/co-quan/syt?ky=khong-co&loai=khong-co&thu-tu=x&trang=x")


def test_the_story_tells_what_went_out_what_came_and_what_was_decided(desk: OfficeDesk) -> None:
    key = held_message(desk.workplace)
    desk.post(
        "/quyet-dinh/assign-message",
        message=key,
        cycle=CYCLE,
        agency="syt",
        reason="Sở xác nhận qua điện thoại.",
    )

    page = desk.get(f"/co-quan/syt?ky={CYCLE}&thu-tu=cu-truoc")
    story = page.partition('id="dien-bien"')[2]

    order = [
        story.index(f'href="{at}')
        for at in ("/thu-di/", f"/thu/{key}", "/so-bao-cao/1", "/so-quyet-dinh?so=1")
    ]
    assert len(order) == len(set(order))
    assert "Thư đề nghị báo cáo" in story
    assert f'href="/so-bao-cao/tep/{key}/1"' in story
    assert "Sở xác nhận qua điện thoại." in story
    assert "Rút lại phiên bản 1" in page


def test_a_story_is_chosen_by_kind_and_cycle(desk: OfficeDesk) -> None:
    letters = desk.text("/co-quan/syt?loai=thu-di")
    other = desk.text("/co-quan/syt?ky=2025-review")

    assert "Thư đề nghị báo cáo" in letters
    assert "Chưa có gì được ghi" in other


def test_an_address_that_fails_says_so_and_is_mended_from_here(desk: OfficeDesk) -> None:
    [to] = desk.workplace.office.register.contacts["syt"].to
    report = RecipientReport(to, to, DeliveryAction.FAILED, "5.1.1", "<b>User unknown</b>")
    with desk.workplace.engine.begin() as connection:
        address_book.mark_failing(connection, to, report, NOW)

    page = desk.get("/co-quan/syt")

    assert "thư không tới từ 09:00 10/02/2025" in page
    assert "&lt;b&gt;User unknown&lt;/b&gt;" in page
    assert "Ghi đã sửa" in page


def test_who_only_reads_is_offered_no_decision(shown: OfficeDesk) -> None:
    before = shown.account
    shown.account = dataclasses.replace(before, roles=frozenset({AccountRole.READS}))
    try:
        assert "/quyet-dinh/" not in shown.get("/co-quan/syt")
    finally:
        shown.account = before


def version(number: int, verdict: Verdict = Verdict.ACCEPTED) -> SubmissionRecord:
    at = NOW + dt.timedelta(hours=number)
    return SubmissionRecord(
        number * 10, "syt", number, at, verdict, f"KH/{number}", "<b>a.xlsx", "0", "k", at
    )


def test_versions_lead_to_their_differences_and_say_what_became_of_them() -> None:
    gone = Decision(DecisionKind.WITHDRAW_VERSION, "Hà", "Nhầm.", NOW, number=7)

    first, second = version_lines(
        CYCLE,
        [version(1, Verdict.RETURNED), version(2)],
        {10: FoundInVersion(2, 1)},
        {2: gone},
        PAGES,
    )

    assert first.state == "Trả lại, 2 lỗi, 1 cảnh báo"
    assert [part.address for part in first.parts] == ["/v/10"]
    assert [part.address for part in second.parts] == ["/v/20", "/v/10-20"]
    assert second.state == "Tiếp nhận; đã rút lại theo quyết định số 7"
    assert second.is_bad


def test_what_happened_at_one_moment_stands_in_the_order_of_causes() -> None:
    lines = [StoryLine(NOW, kind, kind.value) for kind in reversed(StoryKind)]

    oldest = [one.kind for one in told(lines, newest_first=False)]

    assert oldest.index(StoryKind.MAIL) < oldest.index(StoryKind.VERSION)
    assert oldest.index(StoryKind.VERSION) < oldest.index(StoryKind.LETTER)
    assert [one.kind for one in told(lines, newest_first=True)] == oldest[::-1]


def test_predecessors_and_successors_stand_in_the_story_once_it_has_come_to_them() -> None:
    agency = Agency(
        "b", "B", AgencyKind.COMMUNE, valid_from=dt.date(2025, 3, 1), valid_to=dt.date(2025, 6, 30)
    )
    kinship = AgencyKin(
        agency,
        [Succession("a", "b", dt.date(2025, 3, 1), assumed=True, source="Nghị quyết 1")],
        [Succession("b", "c", dt.date(2025, 7, 1))],
        lambda code: f"Cơ quan {code}",
    )

    def at(day: dt.date) -> list[str]:
        moment = dt.datetime.combine(day, dt.time(12), tzinfo=HANOI)
        return [one.what for one in register_lines(kinship, moment, lambda code: f"/{code}")]

    assert at(dt.date(2025, 2, 28)) == []
    assert at(dt.date(2025, 3, 1)) == ["Bắt đầu hoạt động", "Tiếp nhận nhiệm vụ của Cơ quan a"]
    assert at(dt.date(2025, 7, 1))[2:] == ["Chuyển nhiệm vụ cho Cơ quan c", "Kết thúc hoạt động"]
