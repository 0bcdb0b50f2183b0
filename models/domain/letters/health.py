"""What an operator must be told of: a pure judgement of what was measured.

Each alarm names what is wrong and what to press. Its `matter` tells one trouble from another, so
that each is written of once a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import instant_text, number_text
from models.domain.letters.letters import LetterContent, letterhead
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.work.pauses import paused_said

COLLECTING = "collect-submissions"  # the matter, and the name of the work
PAUSED = "paused"  # matter
WATCHING = "watcher"  # the matter, and the name of the work
UNWATCHED_AFTER = dt.timedelta(minutes=10)  # without a sign of life of any watcher
BACKUP = "make-backup"  # the same of backups
UNSAFE_AFTER = dt.timedelta(days=2)  # without a backup, where they are set up
SILENT_AFTER = dt.timedelta(hours=1)  # without a successful collection in an open cycle
WAITING_TOO_LONG = dt.timedelta(minutes=30)  # of a letter whose turn has come
LITTLE_ROOM = 1_000_000_000  # bytes left on the disk of the data folder
PAUSED_TOO_LONG = dt.timedelta(hours=1)  # of a flow: whoever paused it may have forgotten
FAILED_RUNS = 3  # of one flow in a row
LISTED = 10

OPERATOR = "Người vận hành hệ thống tổng hợp báo cáo"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One trouble. `matter` is short and ASCII; the other parts are Vietnamese, for a person."""

    matter: str
    title: str
    said: Sequence[str]  # what is wrong, a sentence each
    to_do: Sequence[str]  # what to press, in order
    once: dt.datetime | None = None  # written of once for that moment, and not again every day


@dataclass(frozen=True, slots=True)
class FailingFlow:
    """A flow whose last runs all failed."""

    name: str
    runs: int
    message: str  # of the last one


@dataclass(frozen=True)
class OfficeWaits:
    """What lies with the office and should not lie: sentences, the oldest first.

    `wanted_back_at`: when the newest mail came in which an agency wants back what it sent.
    `superseded_at`: when the last version was withdrawn that summaries had carried.
    """

    wanted_back: Sequence[str] = ()
    wanted_back_at: dt.datetime | None = None
    held_long: Sequence[str] = ()  # messages that wait for a person longer than a working day
    drafts_long: Sequence[str] = ()  # drafts that wait for approval longer than a working day
    superseded: Sequence[str] = ()  # summaries that left with what was withdrawn since
    superseded_at: dt.datetime | None = None
    out_of_reach: Sequence[str] = ()  # agencies that owe and that no letter reaches


@dataclass(frozen=True)
class Vitals:
    """What was measured at one moment."""

    now: dt.datetime
    open_cycles: Sequence[str]  # titles of the cycles at work
    collected_at: dt.datetime | None  # last whole collection, or since when one is awaited
    waiting: int  # letters whose turn has come
    oldest_due: dt.datetime | None  # since when the oldest of them could have left
    uncertain: Sequence[str]  # subjects of letters of which nobody knows whether they arrived
    free_bytes: int
    data_dir: str
    calendar_faults: Sequence[str]  # sentences
    room: Sequence[str] = ()  # sentences on what may go and what takes room, where there is little
    failing: Sequence[FailingFlow] = ()
    lying: Sequence[str] = ()  # sentences of what is not taken from a folder of arrival
    lying_since: dt.datetime | None = None  # when the newest of them had had its time
    office: OfficeWaits = OfficeWaits()
    paused: Mapping[str, dt.datetime] = field(default_factory=dict)  # flows, and since when
    backed_up_at: dt.datetime | None = None  # last backup, or since when one is awaited; None: none


def alarms(vitals: Vitals) -> list[Alarm]:
    """The alarms to raise, the gravest first."""
    silent = silent_alarm(vitals.open_cycles, vitals.collected_at, vitals.now)
    collecting = [silent] if silent else []
    return [
        *collecting,
        *_delivering(vitals),
        *_paused(vitals),
        *_lying(vitals),
        *_with_the_office(vitals.office),
        *_house(vitals),
        *_failing(vitals),
    ]


def compose_alarm(cycle: ReportingCycle, alarm: Alarm, now: dt.datetime) -> LetterContent:
    """The letter to the operator; the cycle only lends its letterhead."""
    return LetterContent(
        LetterKind.ALARM,
        "alarm",
        {
            **letterhead(cycle, OPERATOR),
            "cycle_title": "Báo động của hệ thống tổng hợp báo cáo",
            "now": instant_text(now),
            "title": one_line(alarm.title),
            "said": [one_line(line, 1000) for line in alarm.said],
            "to_do": [one_line(line, 1000) for line in alarm.to_do],
        },
    )


def silent_alarm(
    open_cycles: Sequence[str], collected_at: dt.datetime | None, now: dt.datetime
) -> Alarm | None:
    """The alarm where cycles are open and mail has not been collected for too long; else None.

    `collected_at` is when it last was, or since when it is waited for.
    """
    if not open_cycles or collected_at is None or now - collected_at <= SILENT_AFTER:
        return None
    return Alarm(
        COLLECTING,
        "Chưa nhận được thư báo cáo mới quá một giờ",
        [
            "Luồng collect-submissions chưa chạy xong lần nào kể từ "
            f"{instant_text(collected_at)}, trong khi đang có kỳ báo cáo mở: "
            f"{'; '.join(open_cycles)}.",
            "Thư của các cơ quan vẫn nằm ở hộp thư, không mất; nhưng chưa được kiểm tra và "
            "trả lời.",
        ],
        [
            "Mở trang Runs, chọn lượt collect-submissions gần nhất và đọc câu báo lỗi.",
            "Sửa điều được nêu, nhấn Retry. Chạy lại lúc nào cũng an toàn.",
            "Nếu không có lượt nào gần đây: kiểm tra «baocao serve» có đang chạy không.",
        ],
    )


def paused_alarm(paused: Mapping[str, dt.datetime], now: dt.datetime) -> Alarm | None:
    """The alarm where flows have been paused for too long, by since when; else None."""
    long = {flow: since for flow, since in paused.items() if now - since > PAUSED_TOO_LONG}
    if not long:
        return None
    return Alarm(
        PAUSED,
        f"{number_text(len(long))} luồng đang tạm dừng quá một giờ",
        paused_said(long),
        [
            "Mở trang Deployments, gạt nút của luồng ấy để chạy tiếp. Việc dồn lại được làm ngay, "
            "không việc nào làm hai lần.",
            "Cố ý tạm dừng thì không phải làm gì; mỗi ngày có một thư cho đến khi chạy tiếp.",
        ],
    )


def _paused(vitals: Vitals) -> Iterator[Alarm]:
    if alarm := paused_alarm(vitals.paused, vitals.now):
        yield alarm


def _delivering(vitals: Vitals) -> Iterator[Alarm]:
    oldest = vitals.oldest_due
    if oldest is not None and vitals.now - oldest > WAITING_TOO_LONG:
        yield Alarm(
            "outbox-waiting",
            "Thư đi chờ quá 30 phút",
            [
                f"{number_text(vitals.waiting)} thư đã đến lượt mà chưa đi được; thư chờ lâu nhất "
                f"từ {instant_text(oldest)}."
            ],
            [
                "Mở trang Runs, chọn lượt deliver-outbox gần nhất và đọc câu báo lỗi.",
                "Chạy «baocao doctor» để thử máy chủ gửi thư; sửa rồi nhấn Retry. Không thư nào "
                "bị gửi hai lần.",
            ],
        )
    if vitals.uncertain:
        subjects = [f"«{subject}»" for subject in vitals.uncertain]
        yield Alarm(
            "letters-uncertain",
            f"{number_text(len(vitals.uncertain))} thư chưa rõ đã đến hay chưa",
            _listed(subjects, "thư"),
            [
                "Hỏi nơi nhận hoặc xem nhật ký máy chủ thư.",
                "Chạy luồng quyết định về thư đi: đã đến, hoặc gửi lại.",
            ],
        )


def _lying(vitals: Vitals) -> Iterator[Alarm]:
    """One letter for all that lies there; another only when something new has come to lie."""
    if not vitals.lying or vitals.lying_since is None:
        return
    shown = list(vitals.lying[:LISTED])
    more = len(vitals.lying) - len(shown)
    yield Alarm(
        "files-not-taken",
        f"{number_text(len(vitals.lying))} tệp trong nơi nhận không nhận được",
        [*shown, *([f"và {number_text(more)} tệp khác, xem bảng tep-khong-nhan."] if more else [])],
        [
            "Làm theo điều nêu ở từng tệp. Hệ thống không xóa và không chuyển tệp nào trong đó.",
            "Bảng tep-khong-nhan ở trang Artifacts luôn cho biết tệp nào còn nằm lại.",
        ],
        once=vitals.lying_since,
    )


def _with_the_office(waits: OfficeWaits) -> Iterator[Alarm]:
    """What a clerk has to decide or mend; whoever wants back what he sent is told of at once."""
    if waits.wanted_back and waits.wanted_back_at is not None:
        yield Alarm(
            "wanted-back",
            f"{number_text(len(waits.wanted_back))} thư xin rút lại hoặc báo gửi nhầm",
            _listed(waits.wanted_back, "thư"),
            [
                "Đọc thư trong bảng thu-cho-nguoi-xem, hỏi lại cơ quan nếu cần.",
                "Báo cáo đã tiếp nhận vẫn được tính cho đến khi có quyết định khác.",
            ],
            once=waits.wanted_back_at,
        )
    if waits.superseded and waits.superseded_at is not None:
        yield Alarm(
            "withdrawn-figures",
            f"{number_text(len(waits.superseded))} thư tổng hợp đã gửi có số liệu đã rút lại",
            _listed(waits.superseded, "thư"),
            [
                "Chạy luồng send-summary: thư mới nêu số liệu đúng và nói rõ đã thay thư nào.",
                "Nếu số liệu đã được dùng trong văn bản khác, đề nghị báo nơi đã dùng.",
            ],
            once=waits.superseded_at,
        )
    if waits.held_long:
        yield Alarm(
            "held-long",
            f"{number_text(len(waits.held_long))} thư chờ người xem quá một ngày làm việc",
            _listed(waits.held_long, "thư"),
            [
                "Mở bảng thu-cho-nguoi-xem và quyết định từng thư: của cơ quan nào, trả lại hay "
                "không tiếp nhận."
            ],
        )
    if waits.drafts_long:
        yield Alarm(
            "drafts-long",
            f"{number_text(len(waits.drafts_long))} dự thảo chờ duyệt quá một ngày làm việc",
            _listed(waits.drafts_long, "dự thảo"),
            ["Mở luồng approve-summary: duyệt, hoặc giữ lại. Chưa duyệt thì không thư nào đi."],
        )
    if waits.out_of_reach:
        yield Alarm(
            "out-of-reach",
            f"{number_text(len(waits.out_of_reach))} cơ quan chưa hoàn thành báo cáo mà thư không "
            "tới",
            _listed(waits.out_of_reach, "cơ quan"),
            [
                "Hỏi cơ quan địa chỉ đúng và sửa danh bạ (contacts.csv).",
                "Địa chỉ đã sửa ở phía cơ quan: ghi nhận bằng luồng mark-contact.",
            ],
        )


def _listed(lines: Sequence[str], what: str) -> list[str]:
    """The first of them, and how many more there are."""
    more = len(lines) - LISTED
    return [*lines[:LISTED], *([f"và {number_text(more)} {what} khác."] if more > 0 else [])]


def _house(vitals: Vitals) -> Iterator[Alarm]:
    if vitals.backed_up_at is not None and vitals.now - vitals.backed_up_at > UNSAFE_AFTER:
        yield Alarm(
            BACKUP,
            "Chưa có bản sao lưu mới quá hai ngày",
            [
                "Luồng make-backup chưa chạy xong lần nào kể từ "
                f"{instant_text(vitals.backed_up_at)}. Hỏng đĩa lúc này là mất những gì có sau đó."
            ],
            [
                "Mở trang Runs, chọn lượt make-backup gần nhất và đọc câu báo lỗi.",
                "Sửa điều được nêu (ổ đĩa chưa gắn, đầy, quyền thư mục), nhấn Retry; hoặc trên máy "
                "chủ: baocao backup.",
            ],
        )
    if vitals.free_bytes < LITTLE_ROOM:
        yield Alarm(
            "disk",
            "Đĩa sắp đầy",
            [
                f"Đĩa chứa «{vitals.data_dir}» còn {number_text(vitals.free_bytes // 1_000_000)} "
                "MB. Hết chỗ thì không nhận được thư nữa.",
                *vitals.room,
            ],
            [
                "Trên máy chủ, chạy «baocao cleanup» để xem sẽ dọn gì, «baocao cleanup --yes» để "
                "dọn; dịch vụ đang chạy cũng được.",
                "Chưa đủ thì dọn những thứ khác trên đĩa, hoặc mở rộng đĩa. Không tự xóa tệp nào "
                "trong thư mục dữ liệu.",
            ],
        )
    if vitals.calendar_faults:
        yield Alarm(
            "calendar",
            "Lịch nghỉ chưa đủ",
            list(vitals.calendar_faults),
            ["Bổ sung tệp holidays.csv theo quyết định nghỉ lễ, rồi chạy «baocao doctor»."],
        )


def program_rows_alarm(said: str, since: dt.datetime) -> Alarm | None:
    """Once an edition: that the program's tables hold rows that the office's have not.

    `said` names them in a sentence part, "" for none; `since` is when that edition was entered.
    """
    if not said:
        return None
    return Alarm(
        "program-rows",
        "Chương trình mang theo dòng danh bạ, lịch nghỉ, chỉ tiêu mà bộ tệp chưa có",
        [
            f"{said}.",
            "Cơ quan chưa có trong bộ tệp thì không được đề nghị báo cáo, không được nhận ra.",
        ],
        [
            "Chạy «baocao office update --check» để xem, «baocao office update» để lấy vào. Chỗ "
            "Văn phòng đã sửa được giữ nguyên.",
            "Sau đó ghi địa chỉ thư thật của cơ quan mới vào contacts.csv.",
        ],
        once=since,
    )


def _failing(vitals: Vitals) -> Iterator[Alarm]:
    for flow in vitals.failing:
        if flow.runs >= FAILED_RUNS:
            yield Alarm(
                f"failing:{flow.name}",
                f"Luồng {flow.name} hỏng {number_text(flow.runs)} lượt liền",
                [f"Lượt gần nhất báo: {flow.message}"],
                [
                    f"Mở trang Runs, chọn lượt {flow.name} gần nhất, đọc câu báo lỗi.",
                    "Sửa điều được nêu, nhấn Retry. Chạy lại lúc nào cũng an toàn.",
                ],
            )
