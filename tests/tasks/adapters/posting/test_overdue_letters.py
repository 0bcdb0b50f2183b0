"""Overdue letters of one agency: one day, cited again, and known from the record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, small_workplace

WANTED = "chậm nhất thứ Ba, ngày 25/02/2025"


def test_the_second_overdue_letter_cites_the_first_and_its_day(tmp_path: Path) -> None:
    opened = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, opened, ("syt",)) as place:
        for day in (20, 24):
            place.now = dt.datetime(2025, 2, day, 9, 5, tzinfo=HANOI)
            write_reminders(place, place.office.cycle(CYCLE))
        with place.engine.begin() as connection:
            rows = [r for r in every_letter(connection) if r.kind == LetterKind.OVERDUE]
    first, second = sorted(rows, key=lambda r: r.created_at)
    assert "Quá hạn gửi báo cáo" in first.subject
    assert "Nhắc gửi báo cáo (báo cáo đã quá hạn từ ngày 20/02/2025)" in second.subject
    texts = [" ".join(row.text.split()) for row in (first, second)]
    assert [text.count(WANTED) for text in texts] == [1, 1]
    assert "Như thư ngày 20/02/2025, đề nghị Thủ trưởng cơ quan chỉ đạo hoàn thành" in texts[1]
