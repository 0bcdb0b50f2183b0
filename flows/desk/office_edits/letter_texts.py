"""The text of a kind of letter as a form, and how it would read to a real agency."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flows.desk import ways
from flows.desk.forms import FieldKind
from flows.desk.office_edits.edit_forms import EditField, FaultyEdit, OfficeEdit, Values
from flows.office.office_keeping import StandingFiles
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.working_calendar import WorkingCalendar
from models.domain.errors import ConfigurationFault
from models.domain.mail.mail import RenderedText
from models.domain.register.agencies import Agency, Contact
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.letter_writer import LAYOUTS, LETTERS, LetterRenderer

AT = f"{ways.OFFICE_FILES}/mau-thu"
_EFFECT = "Thư viết từ lượt chạy tới dùng lời này; thư đã xếp chờ gửi giữ lời cũ."
_MOST = 100_000  # letters of a text
_FROM_OUTSIDE = "(lời do cơ quan ghi)"
_ENDING = ".j2"
#: What each is, as the office calls it.
TITLES: Mapping[str, str] = {
    "opening": "Thư đề nghị báo cáo",
    "reminder": "Thư nhắc trước hạn",
    "last_day": "Thư nhắc ngày cuối",
    "overdue": "Thư báo quá hạn",
    "extension": "Thư báo gia hạn",
    "exemption": "Thư báo miễn báo cáo",
    "escalation": "Danh sách cơ quan quá hạn gửi Văn phòng",
    "receipt": "Thư báo đã nhận",
    "which_counts": "Thư hỏi sổ nào là sổ chính",
    "verdict_accepted": "Kết quả: tiếp nhận",
    "verdict_accepted_warnings": "Kết quả: tiếp nhận, có cảnh báo",
    "verdict_returned": "Kết quả: trả lại",
    "verdict_partial": "Kết quả: tiếp nhận một phần",
    "verdict_difference": "Đoạn nêu chỗ khác với phiên bản trước",
    "enclosed_workbook": "Đoạn nêu sổ kèm theo và việc cần làm",
    "guidance": "Thư hướng dẫn khi không có sổ báo cáo đọc được",
    "words_received": "Thư trả lời thư chỉ có lời",
    "try_out": "Kết quả kiểm tra thử",
    "returned_mail": "Thư trả lại do Văn phòng quyết định",
    "withdrawal": "Thư báo rút lại, khôi phục phiên bản",
    "summary": "Thư tổng hợp gửi lãnh đạo Văn phòng",
    "preview": "Thư cho xem trước số liệu",
    "alarm": "Thư báo sự cố cho người vận hành",
    "approval": "Thư nhắc duyệt thư tổng hợp",
    "todays_work": "Thư việc hôm nay",
    "layout.html": "Khung chung của thư, bản HTML",
    "layout.txt": "Khung chung của thư, bản chữ",
}


@dataclass(frozen=True)
class LetterPreview:
    """How a letter would read, in all its wordings, or what is wrong with its text."""

    letters: Sequence[RenderedText] = ()
    faults: Sequence[str] = ()


def letter_names(standing: StandingFiles) -> list[str]:
    """The texts that the office has, those that are known in their order, then others."""
    held = [
        path.removeprefix("letters/").removesuffix(_ENDING)
        for path in standing.files
        if path.startswith("letters/") and path.endswith(_ENDING)
    ]
    known = [name for name in TITLES if name in held]
    return known + sorted(set(held) - set(known))


def letter_edit(standing: StandingFiles, name: str) -> OfficeEdit | None:
    """The form of a text; None where there is none."""
    if name not in letter_names(standing):
        return None
    return OfficeEdit(
        title=f"Mẫu thư: {TITLES.get(name, name)}",
        address=f"{AT}/{name}",
        back=AT,
        fields=[EditField("text", "Lời thư", kind=FieldKind.LONG_TEXT, is_needed=True)],
        read=partial(_read, name),
        write=partial(_write, name),
        field_of=lambda _, __, ___: "",
        effect=_EFFECT,
        paths=(path_of(name),),
        template="office/office_letter.html",
    )


def path_of(name: str) -> str:
    """The file of a text."""
    return f"letters/{name}{_ENDING}"


def previewed(
    standing: StandingFiles,
    name: str,
    cycle: ReportingCycle,
    calendar: WorkingCalendar,
    agency: tuple[Agency, Contact | None],
) -> LetterPreview:
    """The letters that the text words, to that agency in that cycle, as they would leave.

    By the renderer of the real ones, with its limits of time and room.
    """
    contents = sample_letters(_FROM_OUTSIDE, cycle, calendar, *agency).values()
    wanted = [content for content in contents if content.template in _worded_by(standing, name)]
    with standing.laid_out() as folder:
        try:
            renderer = LetterRenderer(folder / "letters", patient=True)
            return LetterPreview([renderer.render(content) for content in wanted])
        except ConfigurationFault as fault:
            return LetterPreview(faults=fault.faults)


def _worded_by(standing: StandingFiles, name: str) -> set[str]:
    """The letters in which the text stands: itself, those that take it in, all for a layout."""
    if f"{name}{_ENDING}" in LAYOUTS:
        return {"reminder", "verdict_returned"}
    asked = re.compile(rf"""["']{re.escape(name)}\.j2["']""")
    return {one for one in LETTERS if one == name or asked.search(standing.text(path_of(one)))}


def _read(name: str, standing: StandingFiles) -> Values | None:
    return {"text": standing.text(path_of(name))} if path_of(name) in standing.files else None


def _write(name: str, standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    text = typed["text"]
    if len(text) > _MOST:
        raise FaultyEdit({"text": f"Lời thư dài quá {_MOST} ký tự."})
    path = path_of(name)
    before = standing.files.get(path, b"")
    if text == standing.text(path):
        return {}
    if standing.text(path).endswith("\n") and not text.endswith("\n"):
        text += "\n"
    ending = "\r\n" if b"\r\n" in before else "\n"
    return {path: text.replace("\n", ending).encode("utf-8")}
