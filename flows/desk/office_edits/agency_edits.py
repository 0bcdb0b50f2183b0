"""An agency's names, days and addresses as a form; a new one; the end of one, with its heir."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from config.files.csv_files import day_of
from config.files.registers import SUCCESSIONS
from flows.desk import ways
from flows.desk.forms import FieldKind
from flows.desk.office_edits.edit_forms import (
    EditField,
    FaultyEdit,
    OfficeEdit,
    Values,
    table_of,
    touched_column,
)
from flows.office.kept_editions import CONTACTS
from flows.office.office_keeping import StandingFiles
from models.domain.consolidation.wording import KIND_NAMES
from models.domain.faults import Fault
from models.domain.notation.vietnamese_text import fold
from models.domain.register.agencies import AgencyKind

AGENCIES = "agencies.csv"
AT = f"{ways.OFFICE_FILES}/co-quan"
NEW = "moi"  # in the place of an agency's code, which never is a word of Vietnamese
_LONGEST_CODE = 40
_EFFECT = (
    "Thư viết từ nay đi theo nội dung mới; thư đã xếp chờ gửi giữ nguyên người nhận. Lượt chạy tới "
    "đọc bộ tệp này."
)
_DAYS = ("valid_from", "valid_to")

_NAMES = (
    EditField("name", "Tên gọi", "Tên trong bảng và báo cáo, ví dụ Sở Y tế.", is_needed=True),
    EditField("full_name", "Tên đầy đủ", "Tên trong thư, văn bản; để trống khi giống tên gọi."),
    EditField(
        "kind",
        "Khối",
        kind=FieldKind.CHOICE,
        is_needed=True,
        options=[(kind.value, KIND_NAMES[kind]) for kind in AgencyKind],
    ),
    EditField("aliases", "Tên gọi khác", "Cách nhau bằng dấu chấm phẩy."),
    EditField("valid_from", "Hoạt động từ ngày", "Để trống: từ trước.", kind=FieldKind.DAY),
    EditField("valid_to", "Đến hết ngày", "Để trống: còn hoạt động.", kind=FieldKind.DAY),
    EditField("note", "Ghi chú"),
)
_ADDRESSES = (
    EditField("to", "Thư gửi tới", "Một hoặc nhiều địa chỉ thư, cách nhau bằng dấu chấm phẩy."),
    EditField("cc", "Đồng gửi"),
    EditField("superior", "Lãnh đạo cấp trên", "Được gửi kèm khi cơ quan quá hạn."),
    EditField(
        "superior_title",
        "Chức danh lãnh đạo cấp trên",
        "Ghi ở «Nơi nhận» của thư quá hạn, ví dụ Chủ tịch Ủy ban nhân dân thành phố.",
    ),
    EditField("focal_person", "Cán bộ đầu mối"),
    EditField("phone", "Điện thoại"),
    EditField("domains", "Tên miền thư trước đây", "Thư đến từ đó vẫn được coi là của cơ quan."),
)
_OF_AGENCY = tuple(one.name for one in _NAMES)
_OF_CONTACT = tuple(one.name for one in _ADDRESSES)


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency as the list shows it."""

    code: str
    name: str
    kind: str
    addresses: str
    focal_person: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    province: str


def agency_list(standing: StandingFiles) -> list[AgencyLine]:
    """All agencies of the files, whatever is wrong with them, in their order."""
    contacts = {row.get("agency", ""): row for _, row in table_of(standing, CONTACTS).rows}
    found = []
    for _, row in table_of(standing, AGENCIES).rows:
        contact = contacts.get(row.get("code", ""), {})
        kind = row.get("kind", "")
        known = kind in list(AgencyKind)
        found.append(
            AgencyLine(
                code=row.get("code", ""),
                name=row.get("name", ""),
                kind=KIND_NAMES[AgencyKind(kind)] if known else kind,
                addresses=contact.get("to", ""),
                focal_person=contact.get("focal_person", ""),
                valid_from=day_of(row.get("valid_from", "")),
                valid_to=day_of(row.get("valid_to", "")),
                province=row.get("province", ""),
            )
        )
    return found


def agency_edit(standing: StandingFiles, code: str) -> OfficeEdit | None:
    """The form of an agency; None where there is none."""
    values = _read(code, standing)
    if values is None:
        return None
    return OfficeEdit(
        title=f"Cơ quan: {values['name']}",
        address=f"{AT}/{code}",
        back=AT,
        fields=(*_NAMES, *_ADDRESSES),
        read=partial(_read, code),
        write=partial(_write, code),
        field_of=_field_of,
        effect=_EFFECT,
        paths=(AGENCIES, CONTACTS),
        template="office/office_agency.html",
        extra={"code": code, "has_ended": bool(values["valid_to"])},
    )


def new_agency() -> OfficeEdit:
    """The form of an agency that is not there yet."""
    return OfficeEdit(
        title="Thêm cơ quan",
        address=f"{AT}/{NEW}",
        back=AT,
        fields=(*_NAMES, *_ADDRESSES),
        read=lambda _: {"kind": AgencyKind.DEPARTMENT.value},
        write=_added,
        field_of=_field_of,
        effect=f"{_EFFECT} Cơ quan được hỏi khi một kỳ báo cáo mở có việc giao cho cơ quan.",
        paths=(AGENCIES, CONTACTS),
        button="Thêm",
    )


def agency_end(standing: StandingFiles, code: str) -> OfficeEdit | None:
    """The form that ends an agency, and names who answers in its place."""
    values = _read(code, standing)
    if values is None:
        return None
    heirs = [(one.code, one.name) for one in agency_list(standing) if one.code != code]
    return OfficeEdit(
        title=f"Kết thúc hoạt động: {values['name']}",
        address=f"{AT}/{code}/ket-thuc",
        back=f"{AT}/{code}",
        fields=(
            EditField("valid_to", "Hoạt động đến hết ngày", kind=FieldKind.DAY, is_needed=True),
            EditField(
                "successor",
                "Cơ quan kế thừa",
                "Trả lời thay từ ngày sau đó, với mọi việc được giao. Để trống khi không có.",
                kind=FieldKind.CHOICE,
                options=heirs,
            ),
            EditField("source", "Văn bản", "Số, ngày của văn bản. Cần khi có cơ quan kế thừa."),
        ),
        read=partial(_read_end, code),
        write=partial(_ended, code),
        field_of=_field_of_end,
        effect=f"{_EFFECT} Thư của cơ quan đã thôi được gửi tới cơ quan kế thừa.",
        paths=(AGENCIES, SUCCESSIONS),
        button="Kết thúc",
    )


def code_for(name: str, taken: set[str]) -> str:
    """A code of its own for an agency of that name, which no person has to type.

    >>> code_for("Sở Dân tộc", {"so_dan_toc"}), code_for("Ủy ban nhân dân xã Đại Sơn", set())
    ('so_dan_toc_2', 'uy_ban_nhan_dan_xa_dai_son')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")
    plain = plain if plain[:1].isalpha() else f"cq_{plain}"
    plain = plain[:_LONGEST_CODE].strip("_")
    if plain not in taken and len(plain) > 1:
        return plain
    number = 2
    while (code := f"{plain[: _LONGEST_CODE - 5].strip('_')}_{number}") in taken:
        number += 1
    return code


def _read(code: str, standing: StandingFiles) -> Values | None:
    number = table_of(standing, AGENCIES).number_of(code=code)
    if number is None:
        return None
    row = dict(table_of(standing, AGENCIES).rows)[number]
    contacts = table_of(standing, CONTACTS)
    at = contacts.number_of(agency=code)
    contact = {} if at is None else dict(contacts.rows)[at]
    values = {key: row.get(key, "") for key in _OF_AGENCY}
    values |= {key: contact.get(key, "") for key in _OF_CONTACT}
    return values | {key: _day(values[key]) for key in _DAYS}


def _day(cell: str) -> str:
    """A day as a browser's field has it; what is none stays as it is, to be seen."""
    day = day_of(cell)
    return day.isoformat() if day else cell


def _write(code: str, standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    before = _read(code, standing) or {}
    agencies, contacts = table_of(standing, AGENCIES), table_of(standing, CONTACTS)
    number, at = agencies.number_of(code=code), contacts.number_of(agency=code)
    if number is None:
        raise FaultyEdit({}, ["Cơ quan này không còn trong tệp."])
    changed = {k: v for k, v in typed.items() if v != before.get(k, "")}
    own = {k: changed[k] for k in _OF_AGENCY if k in changed}
    contact = {k: changed[k] for k in _OF_CONTACT if k in changed}
    if own:
        agencies = agencies.changed(number, own)
    if contact and at is not None:
        contacts = contacts.changed(at, contact)
    elif contact:
        contacts = contacts.added({"agency": code, **contact})
    return {AGENCIES: agencies.content, CONTACTS: contacts.content}


def _added(standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    agencies, contacts = table_of(standing, AGENCIES), table_of(standing, CONTACTS)
    taken = {row.get("code", "") for _, row in agencies.rows}
    code = code_for(typed["name"], taken | {NEW})
    own = {"code": code, **{key: typed[key] for key in _OF_AGENCY}}
    contact = {"agency": code, **{key: typed[key] for key in _OF_CONTACT}}
    return {AGENCIES: agencies.added(own).content, CONTACTS: contacts.added(contact).content}


def _read_end(code: str, standing: StandingFiles) -> Values | None:
    values = _read(code, standing)
    if values is None:
        return None
    heirs = [row for row in _successions(standing, code) if not row.get("duties")]
    heir = heirs[-1] if heirs else {}
    successor, source = heir.get("successor", ""), heir.get("source", "")
    return {"valid_to": values["valid_to"], "successor": successor, "source": source}


def _successions(standing: StandingFiles, code: str) -> Iterator[Mapping[str, str]]:
    for _, row in table_of(standing, SUCCESSIONS).rows:
        if row.get("predecessor") == code:
            yield row


def _ended(code: str, standing: StandingFiles, typed: Values) -> Mapping[str, bytes | None]:
    last = day_of(typed["valid_to"])
    if last is None:
        raise FaultyEdit({"valid_to": "Xin ghi ngày như 25/11/2025."})
    if typed["successor"] and not typed["source"]:
        raise FaultyEdit({"source": "Xin ghi văn bản nói về việc kế thừa."})
    agencies = table_of(standing, AGENCIES)
    number = agencies.number_of(code=code)
    if number is None:
        raise FaultyEdit({}, ["Cơ quan này không còn trong tệp."])
    changed = {AGENCIES: agencies.changed(number, {"valid_to": last.isoformat()}).content}
    if not typed["successor"]:
        return changed
    heir = {
        "predecessor": code,
        "successor": typed["successor"],
        "on": (last + dt.timedelta(days=1)).isoformat(),
        "source": typed["source"],
    }
    table = table_of(standing, SUCCESSIONS)
    at = table.number_of(predecessor=code, duties="")
    told = table.added(heir) if at is None else table.changed(at, heir)
    return changed | {SUCCESSIONS: told.content}


# --- Where a fault stands -------------------------------------------------------------------------


def _field_of(before: StandingFiles, changed: StandingFiles, fault: Fault) -> str:
    if fault.code == "contact.lacking":
        known = {row.get("code", "") for _, row in table_of(before, AGENCIES).rows}
        return "" if fault.arguments.get("agency") in known else "to"
    return touched_column(before, changed, fault)


def _field_of_end(before: StandingFiles, changed: StandingFiles, fault: Fault) -> str:
    column = touched_column(before, changed, fault)
    return {"on": "valid_to", "predecessor": "successor"}.get(column, column)
