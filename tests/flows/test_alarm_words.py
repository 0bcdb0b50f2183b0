"""Every alarm, in every branch: in the office's language, with links that work where it is read."""

from __future__ import annotations

import datetime as dt
import http.client
import re
import ssl
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from models.domain.letters.health import (
    Alarm,
    FailingFlow,
    OfficeWaits,
    Vitals,
    alarms,
)
from models.domain.letters.run_words import in_our_words, to_open
from models.domain.letters.watchdog import (
    Trouble,
    database_alarm,
    door_alarm,
    letters_due,
    seen_from_outside,
)
from models.domain.notation.system_words import database_reason, system_reason

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=2)
#: What an office cannot read: names of exceptions, exit codes, the orchestrator's English.
FOREIGN = re.compile(
    r"\b\w*(?:Error|Exception)\b|Errno|exit(?:ed)?\b|status code|\bmã -?\d|encountered|crashed|"
    r"Traceback|refused|timed out|failed",
    re.IGNORECASE,
)
#: By the state's type: what Prefect 3.8.8 and we say at a run's end.
SAID = [
    ("FAILED", "Flow run encountered an exception: ValueError: bad value"),
    ("FAILED", "Flow run encountered an exception: sqlalchemy.exc.OperationalError: locked"),
    ("FAILED", "Flow run encountered an exception: BaocaoError: Thiếu tệp danh bạ."),
    ("FAILED", "Task run encountered an exception: KeyError: 'x'"),
    ("FAILED", "1 việc chưa xong, phần còn lại đã xong."),
    ("FAILED", "Flow run exceeded timeout of 60.0 second(s)"),
    ("FAILED", "1/3 states failed."),
    ("FAILED", ""),
    ("FAILED", None),
    ("CRASHED", "Process exited with status code: -9. This indicates a SIGKILL."),
    ("CRASHED", "Flow run process exited with non-zero status code 1."),
    ("CRASHED", "Flow run could not start: [Errno 2] No such file or directory"),
    ("CRASHED", "Execution was cancelled by the runtime environment."),
    ("CRASHED", "Flow run was crashed due to an exception: MemoryError: out of memory"),
    ("CRASHED", "Tiến trình của lượt chạy đã dừng đột ngột."),
]
ADDRESSES = ["https://bao-cao.example.vn", "http://127.0.0.1:4200", "http://[::1]:4200"]


def words_of(alarm: Alarm) -> str:
    return "\n".join([alarm.title, *alarm.said, *alarm.to_do])


def vitals(**measured: Any) -> Vitals:
    fine = Vitals(
        now=NOW,
        open_cycles=["Kỳ kế hoạch"],
        collected_at=NOW,
        waiting=0,
        oldest_due=None,
        uncertain=[],
        free_bytes=10**12,
        data_dir="/var/lib/baocao",
        calendar_faults=[],
    )
    return replace(fine, **measured)


def every_alarm() -> list[Alarm]:
    waits = OfficeWaits(
        wanted_back=["Sở Y tế xin rút"],
        wanted_back_at=NOW,
        held_long=["Sở Y tế, thư ngày 07/02"] * 12,
        drafts_long=["Dự thảo 2025-plan"],
        superseded=["Thư tổng hợp ngày 07/02"],
        superseded_at=NOW,
        out_of_reach=["Sở Y tế"],
    )
    measured = vitals(
        collected_at=LONG_AGO,
        waiting=3,
        oldest_due=LONG_AGO,
        uncertain=["Đề nghị báo cáo"],
        free_bytes=5,
        calendar_faults=["holidays.csv: thiếu năm 2026."],
        failing=[FailingFlow("deliver-outbox", 3, in_our_words(*said)) for said in SAID],
        lying=["Tệp a.xlsx: không đọc được."],
        lying_since=NOW,
        office=waits,
    )
    found = alarms(measured)
    assert len(found) == 11 + len(SAID), "a branch is new: let this test know it"
    outside = [seen_from_outside(found[0], "/var/lib/baocao")]
    doors = [
        door_alarm(to_open(a), system_reason(ConnectionResetError()), NOW, "/d") for a in ADDRESSES
    ]
    return [
        *found,
        *outside,
        *doors,
        database_alarm(database_reason("Connection refused"), NOW, "/d"),
    ]


@pytest.mark.parametrize("alarm", every_alarm(), ids=lambda alarm: alarm.matter)
def test_an_alarm_is_in_the_office_s_language_and_says_what_to_do(alarm: Alarm) -> None:
    text = words_of(alarm)
    assert not FOREIGN.search(text), text
    assert alarm.to_do
    for address in re.findall(r"http://(?:127|\[::1|localhost)\S*", text):
        assert f"{address} (mở trên chính máy chủ)" in text


def test_the_watchdog_s_letters_are_too() -> None:
    found = [a for a in every_alarm() if a.matter == "door"][:1]
    known = {"door": Trouble(found[0].title, LONG_AGO, None)}
    for present in (found, []):
        told = {m: replace(t, told_on=LONG_AGO.date()) for m, t in known.items()}
        for letter in letters_due(told, present, {"door"}, NOW):
            assert not FOREIGN.search(letter.subject + letter.text)


@pytest.mark.parametrize(("kind", "message"), SAID)
def test_a_run_s_end_is_one_line_of_vietnamese(kind: str, message: str | None) -> None:
    said = in_our_words(kind, message)
    assert "\n" not in said and not FOREIGN.search(said)
    assert re.search("[ạảấậệờộợưđ]", said)


def test_what_was_entered_wrongly_is_told_as_it_was_said() -> None:
    message = (
        "Validation of flow parameters failed with error: ParameterTypeError: Flow run received "
        "invalid parameters: - request.as_of: Value error, Thời điểm chỉ đặt được khi diễn tập."
    )
    assert in_our_words("FAILED", message).endswith("Thời điểm chỉ đặt được khi diễn tập.")


@pytest.mark.parametrize(
    "reason",
    [
        ConnectionRefusedError(111, "refused"),
        ConnectionResetError(),
        TimeoutError("timed out"),
        OSError(113, "No route to host"),
        http.client.BadStatusLine("x"),
        ssl.SSLError(1, "WRONG_VERSION_NUMBER"),
    ],
    ids=repr,
)
def test_why_the_door_counts_as_dead_is_told_without_names_of_exceptions(
    monkeypatch: pytest.MonkeyPatch, reason: Exception
) -> None:
    from config.settings import Settings
    from flows.serving import door_health

    def fails(*_: object, **__: object) -> None:
        raise reason

    dead = SimpleNamespace(request=fails, close=lambda: None)
    monkeypatch.setattr(door_health, "_connection", lambda *_: dead)
    said = door_health.why_dead(Settings(), 4200, 0)
    assert said and not FOREIGN.search(said)


@pytest.mark.parametrize("base", [*ADDRESSES, ""])
def test_a_failed_run_s_letter_leads_to_its_page(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    from flows import failed_runs

    monkeypatch.setattr(failed_runs.PREFECT_UI_URL, "value", lambda: base)
    run: Any = SimpleNamespace(
        id=UUID(int=1), name="deliver-outbox", state=None, end_time=NOW, expected_start_time=NOW
    )
    alarm, hour = failed_runs.failure_alarm("deliver-outbox", run)
    assert hour == "2025-02-10T10"
    test_an_alarm_is_in_the_office_s_language_and_says_what_to_do(alarm)
    assert (base in words_of(alarm)) and ("trang Runs" in words_of(alarm)) is not base
