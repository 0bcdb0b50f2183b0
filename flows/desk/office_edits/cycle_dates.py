"""A cycle's dates, contacts and reminder steps as a form over `cycles.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from config.editing.cycle_edits import (
    UnreadableValue,
    cycle_codes,
    cycle_field,
    cycle_steps,
    cycle_values,
    with_cycle,
)
from flows.desk import ways
from flows.desk.forms import FieldKind
from flows.desk.office_edits.edit_forms import (
    EditField,
    FaultyEdit,
    OfficeEdit,
    Values,
    toml_of,
)
from flows.office.office_keeping import StandingFiles
from models.domain.cycle.cycles import StepKind
from models.domain.faults import Fault

CYCLES = "cycles.toml"
AT = f"{ways.OFFICE_FILES}/ky"
_EFFECT = (
    "Hạn và ngày nhắc tính theo nội dung này từ lượt chạy tới, cũng với báo cáo đã nhận; thư đã "
    "gửi không đổi."
)
_STEPS = {
    StepKind.REMINDER: "Nhắc trước hạn",
    StepKind.LAST_DAY: "Nhắc ngày cuối",
    StepKind.OVERDUE: "Báo quá hạn",
    StepKind.ESCALATION: "Danh sách gửi Văn phòng",
}
_FIELDS = (
    EditField("opens_at", "Mở kỳ lúc", "Giờ Hà Nội.", FieldKind.MOMENT, is_needed=True),
    EditField(
        "due_at",
        "Hạn: phải nhận TRƯỚC lúc",
        "«Trước ngày 20/02» là 20/02 lúc 00:00, giờ Hà Nội.",
        FieldKind.MOMENT,
        is_needed=True,
    ),
    EditField("due_text", "Hạn theo lời văn bản", is_needed=True),
    EditField("data_closes_on", "Chốt số liệu ngày", kind=FieldKind.DAY),
    EditField(
        "grace_working_days",
        "Số ngày làm việc để chỉnh sửa",
        "Báo cáo đúng hạn bị trả lại được gửi bản chỉnh sửa trong chừng ấy ngày.",
        is_needed=True,
    ),
    EditField("meeting", "Phiên họp", is_needed=True),
    EditField("meeting_on", "Ngày họp", kind=FieldKind.DAY),
    EditField("ends_on", "Ngày cuối còn gửi thư nhắc", kind=FieldKind.DAY),
    EditField("contact_person", "Đầu mối của Văn phòng", is_needed=True),
    EditField("contact_phone", "Điện thoại", is_needed=True),
    EditField("contact_email", "Địa chỉ thư", is_needed=True),
    EditField("title", "Tên kỳ báo cáo", is_needed=True),
    EditField("legal_basis", "Căn cứ", is_needed=True),
    EditField(
        "content",
        "Nội dung báo cáo",
        "Các ý cách nhau bằng «; »; ý mở đầu bằng [mã trang] chỉ nói với cơ quan có trang đó.",
        is_needed=True,
    ),
    EditField("note", "Ghi chú"),
)


def cycle_list(standing: StandingFiles) -> list[tuple[str, Values]]:
    """Code and values of every cycle, the one that opens last first. Raises FaultyEdit."""
    text = _text(standing)
    found = [(code, cycle_values(text, code)) for code in cycle_codes(text)]
    return sorted(found, key=lambda one: one[1].get("opens_at", ""), reverse=True)


def cycle_edit(standing: StandingFiles, code: str) -> OfficeEdit | None:
    """The form of a cycle; None where there is none."""
    values = dict(cycle_list(standing)).get(code)
    if not values:
        return None
    steps = [
        step_field
        for number, kind in enumerate(cycle_steps(_text(standing), code), 1)
        for step_field in _of_step(number, kind)
    ]
    return OfficeEdit(
        title=f"Kỳ báo cáo: {values['title']}",
        address=f"{AT}/{code}",
        back=AT,
        fields=(*_FIELDS, *steps),
        read=partial(_read, code),
        write=partial(_write, code),
        field_of=lambda _, __, fault: _field_of(code, fault),
        effect=_EFFECT,
        paths=(CYCLES,),
    )


def _of_step(number: int, kind: str) -> tuple[EditField, EditField]:
    said = _STEPS[StepKind(kind)] if kind in list(StepKind) else kind
    return (
        EditField(
            f"steps.{number}.working_days",
            f"Bước {number}, {said}: ngày làm việc",
            "Tính từ ngày làm việc cuối cùng trước hạn: -10 là mười ngày trước, 1 là ngày sau.",
            is_needed=True,
        ),
        EditField(f"steps.{number}.hour", f"Bước {number}, {said}: giờ", is_needed=True),
    )


def _text(standing: StandingFiles) -> str:
    return toml_of(standing, CYCLES)


def _read(code: str, standing: StandingFiles) -> Values | None:
    return dict(cycle_list(standing)).get(code)


def _write(code: str, standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    if code not in dict(cycle_list(standing)):
        raise FaultyEdit({}, ["Kỳ này không còn trong tệp."])
    try:
        text = with_cycle(_text(standing), code, typed)
    except UnreadableValue as error:
        raise FaultyEdit({error.field: str(error)}) from None
    return {CYCLES: text.encode("utf-8")}


def _field_of(code: str, fault: Fault) -> str:
    return cycle_field(code, fault)
