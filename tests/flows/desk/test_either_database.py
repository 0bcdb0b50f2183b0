"""The pages of the record on SQLite and PostgreSQL: what one database takes for granted, the other
may not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import check_code
from tasks.adapters.store.submissions import SUBMISSION
from tests.fixtures.held_mail import held_message
from tests.fixtures.office_desk import OfficeDesk, desk_of
from tests.fixtures.small_workplace import CYCLE, small_workplace

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
PAGES = (
    ("/ky", "Kế hoạch hành động"),
    (f"/ky/{CYCLE}", "Sở Y tế"),
    (f"/ky/{CYCLE}/ket-qua", "Chưa có báo cáo tổng hợp"),
    (f"/ky/{CYCLE}/gui-lai?agency=syt&agency=stc", "chưa có thư nào gửi lại được"),
    ("/co-quan?q=so+y+te", "Sở Y tế"),
    ("/co-quan/syt", "Thư đề nghị báo cáo"),
    ("/thu-di", "chờ gửi"),
    ("/thu-di?q=so+y+te&trang-thai=queued&trang=7", "Sở Y tế"),
    ("/thu-di/1", "Nơi nhận"),
    ("/so-quyet-dinh", "Rút lại phiên bản KH-2025/0001."),
    ("/tim?q=ke+hoach+cua+so", "Kế hoạch của Sở"),
    ("/tim?q=kh-2025/0001", "Số tiếp nhận KH-2025/0001"),
)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[OfficeDesk]:
    """A desk at which one message was assigned."""
    with (
        small_workplace(tmp_path, NOW, ["syt", "stc"], database_url) as workplace,
        desk_of(workplace) as found,
    ):
        key = held_message(workplace)
        about = {"message": key, "cycle": CYCLE, "agency": "syt", "reason": "Sở xác nhận."}
        assert found.post("/quyet-dinh/assign-message", **about).status_code == 200
        yield found


def test_a_file_is_found_by_the_code_in_a_letters_foot(desk: OfficeDesk) -> None:
    """An agency reads it out on the telephone, with or without the hyphen."""
    with desk.workplace.engine.begin() as connection:
        sha256 = connection.execute(select(SUBMISSION.c.file_sha256)).scalars().first()
    for typed in (check_code(sha256), check_code(sha256).replace("-", "+").lower(), sha256):
        page = desk.text(f"/tim?q={typed}")
        assert "Số tiếp nhận KH-2025/0001" in page
        assert "Kế hoạch của Sở" in page
    assert "Số tiếp nhận KH-2025" not in desk.text("/tim?q=0000-0000")


def test_every_page_of_the_record_is_there(desk: OfficeDesk) -> None:
    for path, said in PAGES:
        assert said in desk.text(path), path
