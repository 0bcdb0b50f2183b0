"""Sổ quyết định and Tìm: who decided what and why, and one field that finds everything."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest

from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import MessageState
from tasks.adapters.desk.finding import agencies_found
from tasks.adapters.store import messages
from tests.fixtures.held_mail import held_message
from tests.fixtures.office_desk import OfficeDesk, office_desk
from tests.fixtures.small_workplace import CYCLE

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
WHY = '=cmd|"/c calc"!A1 <b>Sở đề nghị</b>'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk at which a few things were decided: an extension, a waiver, a message, a book."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt", "stc"]) as found:
        key = held_message(found.workplace)
        about = {"cycle": CYCLE, "reason": WHY}
        for name, entered in (
            ("extend-deadline", {**about, "agency": "syt", "last_day": "2025-02-25"}),
            ("waive-rule", {**about, "agency": "stc", "rule": "BB-01", "last_day": "2025-02-25"}),
            ("exempt-sheet", {**about, "agency": "stc", "sheet": "indicators"}),
            ("assign-message", {**about, "agency": "syt", "message": key}),
            ("close-cycle", {**about, "book": "Khóa sổ"}),
        ):
            assert found.post(f"/quyet-dinh/{name}", **entered).status_code == 200
        yield found


def test_the_book_says_who_what_when_why_and_how_it_is_undone(desk: OfficeDesk) -> None:
    page = desk.get("/so-quyet-dinh")
    said = desk.text("/so-quyet-dinh")

    assert page.count('<tr id="so-') == 5
    assert "Gia hạn đến hết ngày 25/02/2025" in said
    assert "quy tắc BB-01:" in said and "trang «Chỉ tiêu»" in said
    assert "Phạm Thị Lan, Chuyên viên" in said
    assert "ghi lúc 09:00 10/02/2025" in said
    assert "Mở lại kỳ này." in said and "/quyet-dinh/close-cycle?" in page
    assert "Rút lại phiên bản KH-2025/0001." in said
    assert "<b>Sở" not in page


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("loai=extend", 1),
        ("co-quan=stc", 2),
        ("so=2", 1),
        ("q=gia+han", 1),
        ("q=pham+thi+lan", 5),
        ("q=so+tai+chinh", 2),
        (f"ky={CYCLE}", 5),
        ("ky=2025-review", 0),
        ("so=x", 0),
    ],
)
def test_decisions_are_found(desk: OfficeDesk, query: str, rows: int) -> None:
    assert desk.get(f"/so-quyet-dinh?{query}").count('<tr id="so-') == rows


def test_the_book_is_a_file_that_runs_nothing(desk: OfficeDesk) -> None:
    answer = desk.browser.get("/so-quyet-dinh/bang/csv?loai=extend")
    book = desk.browser.get("/so-quyet-dinh/bang/xlsx")

    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True))["Lý do"].startswith("'=cmd")
    assert dict(zip(header, row, strict=True))["Đến"] == "25/02/2025"
    assert book.content.startswith(b"PK")
    assert desk.browser.get("/so-quyet-dinh/bang/pdf").status_code == 404


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("an lao", "/co-quan/ubnd_an_lao"),
        ("Sở Y Tế", "/co-quan/syt"),
        ("ke hoach cua so", "/thu/"),
        ("kh-2025/0001", "/so-bao-cao/1"),
        ("KH 2025 0001", "/so-bao-cao/1"),
        ("de nghi bao cao", "/thu-di/1"),
        ("N-0123", f"/so-lieu/{CYCLE}/so/N-0123"),
        ("n 7", f"/so-lieu/{CYCLE}/so/N-0007"),
        ("tang truong", f"/so-lieu/{CYCLE}/chi-tieu/"),
    ],
)
def test_one_field_finds_everything(desk: OfficeDesk, typed: str, leads_to: str) -> None:
    assert f'href="{leads_to}' in desk.browser.get("/tim", params={"q": typed}).text


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "'; drop table letter --", "<b>xyz", "x" * 5000, "-"]
)
def test_what_is_found_nowhere_is_a_sentence(desk: OfficeDesk, typed: str) -> None:
    answer = desk.browser.get("/tim", params={"q": typed})

    assert answer.status_code == 200
    assert "<b>xyz" not in answer.text
    assert "Không tìm thấy gì" in answer.text or "Gõ vài chữ" in answer.text


def test_a_subject_is_text_where_it_is_found(desk: OfficeDesk) -> None:
    key = "cd" * 32
    with desk.workplace.engine.begin() as connection:
        new = messages.NewMessage(key, "maildir", "9", True, "thu.eml", 100, NOW, NOW)
        messages.keep(connection, [new])
        values = {"state": MessageState.HELD, "subject": "<img src=x> Quảng Ninh"}
        messages.decide(connection, key, values)

    page = desk.get("/tim?q=quang+ninh")

    assert f'href="/thu/{key}"' in page
    assert "&lt;img src=x&gt;" in page


def test_every_page_has_the_field(desk: OfficeDesk) -> None:
    assert 'action="/tim"' in desk.get("/so-quyet-dinh")


@pytest.mark.parametrize("told", [False, True])
def test_an_agency_has_ended_when_its_last_day_is_over(desk: OfficeDesk, told: bool) -> None:
    register = desk.workplace.office.register
    one = next(a for a in register if a.valid_to)
    assert one.valid_to is not None
    after = one.valid_to + dt.timedelta(days=1 if told else 0)

    hits = agencies_found(desk.workplace.office, one.name, after)

    assert {hit.hint for hit in hits.shown if hit.key == one.code} == {
        "đã kết thúc" if told else ""
    }
