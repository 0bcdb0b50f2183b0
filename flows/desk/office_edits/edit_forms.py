"""A form that changes the office's files: shown, read, kept, and shown again where it cannot be.

A form carries the mark of what it was made from. Where that has changed meanwhile, nothing is
kept: whoever typed sees both, his own still in the form.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from fastapi.responses import Response

from config.editing.office_tables import OfficeTable
from flows.desk import ways
from flows.desk.desk import Desk, PageRequest
from flows.desk.forms import FieldKind, FormField
from flows.desk.routes.deciding import shown
from flows.desk.undertakings import UndertakingDone, Undo
from flows.office.office_keeping import ChangeKept, OfficeKeeping, StandingFiles
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.editions.edition import EditionOvertaken
from models.domain.errors import BaocaoError, ConfigurationFault
from models.domain.faults import ColumnName, Fault, LinePlace, NamesOfFiles
from tasks.events import settings_changed

EDITIONS = f"{ways.OFFICE_FILES}/bo-tep"
REASON, MADE_FROM = "ly_do", "goc"  # of a form: why; the mark of what it was made from
_LONGEST_REASON = 500
_LONGEST_FIELD = 5000
_PATIENCE = 4.0  # seconds in which a change is usually checked and kept
_TRIES = 3  # where somebody else changes another place in the same moments

_NOT_READ = (
    "Tệp {path} không đọc được. Xem chỗ sai ở trang Thiết lập, «Kiểm tra tệp đang dùng»; sửa tệp "
    "ấy hoặc quay lại một bộ tệp trước rồi mở lại trang này."
)

Values = Mapping[str, str]


class FaultyEdit(BaocaoError):
    """Raised for what was typed and cannot be kept: a sentence at its field, or of the whole."""

    def __init__(self, faults: Mapping[str, str], others: Sequence[str] = ()) -> None:
        self.faults = faults
        self.others = others
        super().__init__(" ".join([*faults.values(), *others]))


class ChangedMeanwhile(BaocaoError):
    """Raised where what the form was made from is not what stands now."""

    def __init__(self, theirs: Values | None) -> None:
        self.theirs = theirs
        super().__init__("Trong lúc ấy nội dung này đã được người khác đổi.")


@dataclass(frozen=True)
class EditField:
    """A field of the form. `options`: value and what a person reads."""

    name: str
    title: str
    hint: str = ""
    kind: FieldKind = FieldKind.TEXT
    is_needed: bool = False
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class OfficeEdit:
    """One thing of the office's files that a form changes.

    `read` gives its values as they stand, None for none; `write` the files with those that were
    typed, and raises FaultyEdit; `field_of` says at which field a fault of those files stands.
    """

    title: str
    address: str
    back: str
    fields: Sequence[EditField]
    read: Callable[[StandingFiles], Values | None]
    write: Callable[[StandingFiles, Values], Mapping[str, bytes | None]]
    field_of: Callable[[StandingFiles, StandingFiles, Fault], str]  # before, as changed
    effect: str  # from when on it counts
    paths: Sequence[str] = ()  # the files that it changes
    button: str = "Lưu"
    template: str = "office/office_edit.html"
    extra: Mapping[str, object] = field(default_factory=dict)  # for the template
    shows: Values = field(default_factory=dict)  # what was typed and is looked at, not kept


def show_edit(desk: Desk, request: PageRequest, edit: OfficeEdit) -> Response:
    """The form as things stand."""
    values = edit.read(desk.house.files.standing())
    made_from = request.said(MADE_FROM) or mark_of(values)
    return _form(desk, request, edit, _FormState({**(values or {}), **edit.shows}, made_from))


def save_edit(desk: Desk, request: PageRequest, edit: OfficeEdit) -> Response:
    """Keeps what was typed; back to where it belongs, or the form again with what hinders it."""
    typed = {one.name: _typed(request, one) for one in edit.fields}
    reason = tidied(request.said(REASON))
    made_from = request.said(MADE_FROM)
    if faults := _lacking(edit, typed, reason):
        return _form(desk, request, edit, _FormState(typed, made_from, faults), 422)
    begun = desk.undertakings.begin(
        edit.title,
        request,
        edit.back,
        partial(_saved, desk, edit, typed, made_from, (request.account.person, reason)),
        lambda error: _again(desk, request, edit, typed, made_from, error),
    )
    begun.within(_PATIENCE)
    return shown(desk, request, begun)


def tidied(text: str) -> str:
    """One line as it is kept: composed letters, single blanks."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def table_of(standing: StandingFiles, path: str) -> OfficeTable:
    """A table of the office's as it stands. Raises FaultyEdit for what is none."""
    try:
        return OfficeTable.read(standing.files.get(path, b""))
    except (UnicodeDecodeError, csv.Error):
        raise FaultyEdit({}, [_NOT_READ.format(path=path)]) from None


def toml_of(standing: StandingFiles, path: str) -> str:
    """The text of a TOML file of the office's as it stands. Raises FaultyEdit for what is none."""
    try:
        text = standing.files.get(path, b"").decode("utf-8-sig")
        tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise FaultyEdit({}, [_NOT_READ.format(path=path)]) from None
    return text


def touched_column(before: StandingFiles, changed: StandingFiles, fault: Fault) -> str:
    """The column of a table's fault where it stands in the line that was changed; "" elsewhere."""
    path = fault.file.rpartition("/")[2]
    if path not in changed.files:
        return ""
    line = table_of(changed, path).touched_line(table_of(before, path))
    others = [one.line for one in fault.arguments.values() if isinstance(one, LinePlace)]
    return fault.column if line and line in (fault.line, *others) else ""


def mark_of(values: Values | None) -> str:
    """By what one sees that something stands otherwise than it did."""
    plain = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def kept_said(kept: ChangeKept | None, effect: str) -> UndertakingDone:
    """What a change came to, for whoever made it."""
    if kept is None:
        return UndertakingDone("Không có gì khác với nội dung đang dùng, nên không ghi gì.")
    number = kept.edition.number
    said = " ".join([f"Đã lưu, bộ tệp số {number}.", effect, *kept.remarks])
    undo = Undo("xem chỗ đã đổi và cách quay lại", f"{EDITIONS}/{number}")
    return UndertakingDone(said, undo)


def told(desk: Desk, person: str, subject: str, kept: ChangeKept | None) -> None:
    """The files are read again at the desk; the feed hears of the change."""
    desk.house.look_again()
    if kept is not None:
        number = kept.edition.number
        desk.runs.tell(settings_changed(person, subject, kept.edition.note, number))


def _saved(
    desk: Desk, edit: OfficeEdit, typed: Values, made_from: str, signed: tuple[str, str]
) -> UndertakingDone:
    person, reason = signed
    keeping = desk.house.files
    for _ in range(_TRIES):
        standing = keeping.standing()
        before = edit.read(standing)
        if mark_of(before) != made_from:
            raise ChangedMeanwhile(before)
        new = edit.write(standing, typed)
        try:
            kept = keeping.change(standing, new, by=person, note=f"{edit.title}: {reason}")
        except EditionOvertaken:
            continue  # in another place, or the mark says so at the next look
        except ConfigurationFault as fault:
            raise _faulty(edit, standing, new, fault) from None
        told(desk, person, edit.title, kept)
        return kept_said(kept, edit.effect)
    raise EditionOvertaken


def _faulty(
    edit: OfficeEdit,
    standing: StandingFiles,
    new: Mapping[str, bytes | None],
    error: ConfigurationFault,
) -> FaultyEdit:
    """The office's faults at the fields that they speak of, the others by file and line."""
    files = {p: c for p, c in {**standing.files, **new}.items() if c is not None}
    changed = StandingFiles(files, standing.number)
    at: dict[str, list[str]] = {}
    others: list[str] = []
    names = NamesOfPage({one.name: one.title for one in edit.fields})
    for fault in error.found:
        name = edit.field_of(standing, changed, fault)
        if any(one.name == name for one in edit.fields):
            at.setdefault(name, []).append(_sentence(fault.text(names)))
        else:
            others.append(_sentence(str(fault)))
    said = {str(fault) for fault in error.found}
    others += [_sentence(sentence) for sentence in error.faults if sentence not in said]
    return FaultyEdit({name: " ".join(told) for name, told in at.items()}, others)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


class NamesOfPage(NamesOfFiles):
    """Faults told with the names of the form's fields."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles

    def column(self, name: ColumnName, *, bracketed: bool) -> str:
        """The field's title."""
        title = self._titles.get(name.key)
        if title is None:
            return super().column(name, bracketed=bracketed)
        return f"(ô “{title}”)" if bracketed else f"“{title}”"


def _typed(request: PageRequest, one: EditField) -> str:
    text = (request.entered.get(one.name) or [""])[-1]
    if one.kind is FieldKind.LONG_TEXT:
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return tidied(text)


def _lacking(edit: OfficeEdit, typed: Values, reason: str) -> dict[str, str]:
    faults = {
        one.name: "Xin điền ô này." for one in edit.fields if one.is_needed and not typed[one.name]
    }
    for one in edit.fields:
        value = typed[one.name]
        known = [key for key, _ in one.options]
        if one.options and value and value not in known:
            faults[one.name] = "Xin chọn một mục trong danh sách."
        elif one.kind is not FieldKind.LONG_TEXT and len(value) > _LONGEST_FIELD:
            faults[one.name] = f"Dài quá {_LONGEST_FIELD} ký tự."
    if not reason:
        faults[REASON] = "Xin ghi vì sao đổi, theo văn bản nào."
    elif len(reason) > _LONGEST_REASON:
        faults[REASON] = f"Dài quá {_LONGEST_REASON} ký tự."
    return faults


def _again(
    desk: Desk,
    request: PageRequest,
    edit: OfficeEdit,
    typed: Values,
    made_from: str,
    error: Exception,
) -> Response:
    if isinstance(error, FaultyEdit):
        state = _FormState(typed, made_from, error.faults, error.others)
        return _form(desk, request, edit, state, 422)
    if isinstance(error, ChangedMeanwhile):
        state = _FormState(typed, mark_of(error.theirs), theirs=error.theirs or {})
        return _form(desk, request, edit, state, 409)
    return _form(desk, request, edit, _FormState(typed, made_from, others=[str(error)]), 409)


@dataclass(frozen=True)
class _FormState:
    """What stands in the form, and what hinders it."""

    values: Values
    made_from: str
    faults: Values = field(default_factory=dict)
    others: Sequence[str] = ()
    theirs: Values | None = None  # what stands now, where that is not what the form was made from


def _form(
    desk: Desk, request: PageRequest, edit: OfficeEdit, state: _FormState, status: int = 200
) -> Response:
    values, theirs = state.values, state.theirs
    fields = [
        FormField(
            name=one.name,
            title=one.title,
            hint=one.hint,
            kind=FieldKind.CHOICE if one.options else one.kind,
            value=values.get(one.name, ""),
            is_needed=one.is_needed,
            options=one.options,
            fault=state.faults.get(one.name, ""),
        )
        for one in edit.fields
    ]
    reason = FormField(
        name=REASON,
        title="Lý do",
        hint="Đổi gì, theo văn bản nào. Lý do đứng cùng tên người đổi trong danh sách các bộ tệp.",
        kind=FieldKind.TEXT,
        value=tidied(request.said(REASON)),
        is_needed=True,
        fault=state.faults.get(REASON, ""),
    )
    both = [
        (one.title, _read_out(one, values), _read_out(one, theirs))
        for one in edit.fields
        if theirs is not None and values.get(one.name, "") != theirs.get(one.name, "")
    ]
    others = list(state.others)
    if theirs is not None and not both:
        others.append("Người khác vừa đổi giống hệt như bạn ghi: không còn gì để lưu.")
    return desk.page(
        edit.template,
        request,
        status=status,
        edit=edit,
        fields=fields,
        reason=reason,
        made_from=state.made_from,
        others=others,
        both=both,
        who=_who_changed(desk.house.files, edit) if both else "",
        **edit.extra,
    )


def _read_out(one: EditField, values: Values) -> str:
    value = values.get(one.name, "")
    return dict(one.options).get(value, value)


def _who_changed(keeping: OfficeKeeping, edit: OfficeEdit) -> str:
    """Who last changed the files from a page or by command, where that is known."""
    for edition, changed in keeping.history():
        if any(change.path in edit.paths for change in changed):
            return f"{edition.by}, lúc {hanoi_minute(edition.at)} (bộ tệp số {edition.number})"
    return ""
