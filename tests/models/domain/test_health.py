"""What an operator is told of, and what not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.domain.cycle.cycles import HANOI
from models.domain.letters.health import (
    FailingFlow,
    OfficeWaits,
    Vitals,
    alarms,
    compose_alarm,
    program_rows_alarm,
)
from models.domain.results.sample_letters import CYCLE

NOW = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
WELL = Vitals(
    now=NOW,
    open_cycles=["Kỳ mẫu"],
    collected_at=NOW - dt.timedelta(minutes=6),
    waiting=3,
    oldest_due=NOW - dt.timedelta(minutes=2),
    uncertain=[],
    free_bytes=50_000_000_000,
    data_dir="/srv/baocao",
    calendar_faults=[],
    paused={"deliver-outbox": NOW - dt.timedelta(minutes=59)},
    failing=[FailingFlow("deliver-outbox", 2, "Không nối được máy chủ thư.")],
)
LONG_AGO = NOW - dt.timedelta(minutes=61)
TROUBLES: list[tuple[dict[str, object], str, str]] = [
    ({"collected_at": LONG_AGO}, "collect-submissions", "10 giờ 59 phút"),
    ({"oldest_due": LONG_AGO}, "outbox-waiting", "3 thư"),
    ({"uncertain": ["Nhắc việc"] * 12}, "letters-uncertain", "và 2 thư khác"),
    ({"paused": {"send-summary": LONG_AGO}}, "paused", "từ 10:59 10/02/2025: thư tổng hợp"),
    ({"free_bytes": 900_000_000}, "disk", "còn 900 MB"),
    ({"free_bytes": 1, "room": ["Có thể dọn 3,4 MB."]}, "disk", "Có thể dọn 3,4 MB."),
    ({"calendar_faults": ["Thiếu năm 2026."]}, "calendar", "Thiếu năm 2026."),
    ({"lying": ["«a.xlsx» là liên kết."] * 12, "lying_since": NOW}, "files-not-taken", "và 2 tệp"),
    ({"office": OfficeWaits(wanted_back=["Sở Y tế."], wanted_back_at=NOW)}, "wanted-back", "Sở Y"),
    ({"office": OfficeWaits(held_long=["Sở Y tế."] * 12)}, "held-long", "và 2 thư khác"),
    ({"office": OfficeWaits(drafts_long=["«Tổng hợp»."])}, "drafts-long", "«Tổng hợp»"),
    ({"office": OfficeWaits(out_of_reach=["Sở Y tế."])}, "out-of-reach", "Sở Y tế"),
    (
        {"failing": [FailingFlow("deliver-outbox", 3, "Không nối được.")]},
        "failing:deliver-outbox",
        "Không nối được.",
    ),
    (
        {"office": OfficeWaits(superseded=["Thư «Tổng hợp»."], superseded_at=NOW)},
        "withdrawn-figures",
        "Thư «Tổng hợp».",
    ),
]


def test_a_house_in_order_raises_no_alarm() -> None:
    assert alarms(WELL) == []


@pytest.mark.parametrize(("trouble", "matter", "said"), TROUBLES)
def test_each_trouble_is_one_alarm_that_says_what_is_wrong_and_what_to_do(
    trouble: dict[str, object], matter: str, said: str
) -> None:
    (alarm,) = alarms(replace(WELL, **trouble))  # type: ignore[arg-type]
    assert alarm.matter == matter
    assert said in " ".join(alarm.said)
    assert alarm.to_do


def test_without_an_open_cycle_nobody_waits_for_collecting() -> None:
    assert alarms(replace(WELL, collected_at=LONG_AGO, open_cycles=[])) == []


def test_what_a_failed_run_said_cannot_break_a_line_of_the_letter() -> None:
    (alarm,) = alarms(replace(WELL, failing=[FailingFlow("x", 9, "a\r\nBcc: b")]))
    content = compose_alarm(CYCLE, alarm, NOW)
    assert content.context["said"] == ["Lượt gần nhất báo: a Bcc: b"]


def test_rows_that_wait_in_the_program_are_told_once_an_edition() -> None:
    assert program_rows_alarm("", NOW) is None
    alarm = program_rows_alarm("agencies.csv: thêm 78 dòng", NOW)
    assert alarm is not None and alarm.once == NOW
    letter = compose_alarm(CYCLE, alarm, NOW)
    assert "agencies.csv: thêm 78 dòng." in letter.context["said"]
    assert any("baocao office update" in step for step in alarm.to_do)
