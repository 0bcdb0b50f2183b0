"""What a watchdog outside of the service tells: each trouble once a day, and once when it is over.

A pure judgement: what was remembered and what was found go in, the letters that are due come out.
Its letters are worded here and not in the office's templates: they must leave when those, the
catalogue or the database cannot be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import instant_text
from models.domain.letters.health import OPERATOR, UNWATCHED_AFTER, WATCHING, Alarm
from models.domain.notation.vietnamese_text import one_line

DOOR, DATABASE = "door", "database"  # matters


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble that is remembered from one look to the next."""

    title: str
    since: dt.datetime  # first seen
    told_on: dt.date | None = None  # day in Vietnam of the last letter of it


@dataclass(frozen=True, slots=True)
class WatchdogLetter:
    """A letter that is due. `period` tells it from others of the matter, so one is one message."""

    matter: str
    period: str
    subject: str
    text: str
    is_over: bool = False


def door_alarm(address: str, why: str, since: dt.datetime, data_dir: str) -> Alarm:
    """The service's door does not answer."""
    return Alarm(
        DOOR,
        "Hệ thống tổng hợp báo cáo không trả lời",
        [
            f"Giao diện điều hành tại {address} không trả lời kể từ {instant_text(since)}: {why}.",
            "Trong lúc này không thư nào của các cơ quan được nhận, kiểm tra, trả lời; không thư "
            "nào được gửi đi. Thư đến vẫn nằm ở hộp thư, không mất.",
        ],
        [*_restart(data_dir)],
    )


def database_alarm(why: str, since: dt.datetime, data_dir: str) -> Alarm:
    """The database cannot be asked."""
    return Alarm(
        DATABASE,
        "Không dùng được cơ sở dữ liệu của hệ thống tổng hợp báo cáo",
        [f"Cơ sở dữ liệu không trả lời kể từ {instant_text(since)}: {why}"],
        [
            "Bật lại máy chủ cơ sở dữ liệu hoặc dọn đĩa; xem BAOCAO_DATABASE_URL.",
            *_restart(data_dir),
        ],
    )


def unwatched_alarm(
    watched_at: dt.datetime | None,
    served_since: dt.datetime | None,
    now: dt.datetime,
    data_dir: str,
) -> Alarm | None:
    """The alarm where a service lives and no watcher in it has shown a sign of life for too long.

    `watched_at` is the last such sign, None where there never was one; `served_since` is when a
    service on this machine began, None where none says so: it has its time to begin.
    """
    if watched_at is None:
        return None
    since = max(watched_at, served_since or watched_at)
    if now - since <= UNWATCHED_AFTER:
        return None
    return Alarm(
        WATCHING,
        "Trực việc của hệ thống tổng hợp báo cáo đã dừng",
        [
            f"Phần trực việc không có dấu hiệu làm việc kể từ {instant_text(since)}. Giao diện "
            "điều hành vẫn trả lời, nhưng thư đến, tệp thả vào, thư đi chỉ còn được xử lý theo "
            "lịch, chậm tới hai giờ."
        ],
        _restart(data_dir),
    )


def seen_from_outside(alarm: Alarm, data_dir: str) -> Alarm:
    """The same trouble for whoever cannot count on the pages: what to do at the machine."""
    return replace(alarm, to_do=_restart(data_dir))


def _restart(data_dir: str) -> list[str]:
    return [
        "Vào máy chủ, chạy: systemctl status baocao, rồi systemctl restart baocao. Nơi chạy "
        "«baocao serve» bằng tay: chạy lại lệnh ấy. Chạy lại lúc nào cũng an toàn.",
        "Nhật ký: journalctl -u baocao; lỗi của máy chủ Prefect ở tệp "
        f"{data_dir}/prefect/server.log, của lần chạy trước ở server.log.1.",
        "Vẫn hỏng: chạy baocao doctor, sửa điều được nêu.",
    ]


def remembered(
    known: Mapping[str, Trouble], found: Sequence[Alarm], now: dt.datetime
) -> dict[str, Trouble]:
    """All troubles from now on: those found with the moment of their first sight, the others too.

    One that is over stays until somebody has been told, which is `told`'s affair.
    """
    return {**known, **{a.matter: known.get(a.matter) or Trouble(a.title, now) for a in found}}


def letters_due(
    troubles: Mapping[str, Trouble],
    found: Sequence[Alarm],
    judged: Collection[str],
    now: dt.datetime,
) -> list[WatchdogLetter]:
    """What is to be told now. `judged` are the matters that could be looked at this time."""
    today = now.astimezone(HANOI).date()
    present = {alarm.matter for alarm in found}
    due = [
        WatchdogLetter(
            alarm.matter, today.isoformat(), f"[Báo động] {alarm.title}", _alarm_text(alarm, now)
        )
        for alarm in found
        if troubles[alarm.matter].told_on != today
    ]
    for matter, trouble in troubles.items():
        if matter not in present and matter in judged and trouble.told_on:
            title = f"[Đã hết] {trouble.title}"
            period = f"over:{trouble.since.isoformat()}"
            due.append(WatchdogLetter(matter, period, title, _over_text(trouble, now), True))
    return due


def told(
    troubles: Mapping[str, Trouble], letters: Sequence[WatchdogLetter], now: dt.datetime
) -> dict[str, Trouble]:
    """What is remembered once these letters have left."""
    today = now.astimezone(HANOI).date()
    over = {letter.matter for letter in letters if letter.is_over}
    today_told = {letter.matter for letter in letters if not letter.is_over}
    return {
        matter: replace(trouble, told_on=today) if matter in today_told else trouble
        for matter, trouble in troubles.items()
        if matter not in over
    }


def without_untold(
    troubles: Mapping[str, Trouble], found: Sequence[Alarm], judged: Collection[str]
) -> dict[str, Trouble]:
    """Drops what has passed before anybody was told of it."""
    present = {alarm.matter for alarm in found}
    return {
        matter: trouble
        for matter, trouble in troubles.items()
        if matter in present or matter not in judged or trouble.told_on
    }


def _alarm_text(alarm: Alarm, now: dt.datetime) -> str:
    said = "\n".join(f"- {one_line(line, 1000)}" for line in alarm.said)
    to_do = "\n".join(f"{n}. {one_line(line, 1000)}" for n, line in enumerate(alarm.to_do, 1))
    return (
        f"Kính gửi: {OPERATOR}\n\n{alarm.title} (lúc {instant_text(now)}).\n\n{said}\n\n"
        f"Việc cần làm\n\n{to_do}\n\n"
        "Mỗi việc được báo nhiều nhất một thư trong một ngày, và một thư khi đã hết. Thư này do "
        "chương trình canh gác (baocao watchdog) gửi thẳng, không qua hàng thư đi.\n"
    )


def _over_text(trouble: Trouble, now: dt.datetime) -> str:
    return (
        f"Kính gửi: {OPERATOR}\n\nViệc đã báo «{trouble.title}» nay không còn.\n\n"
        f"- Thấy lần đầu: {instant_text(trouble.since)}.\n- Thấy đã hết: {instant_text(now)}.\n\n"
        "Không cần làm gì thêm. Việc dở dang được làm nốt ở các lượt chạy theo lịch.\n"
    )
