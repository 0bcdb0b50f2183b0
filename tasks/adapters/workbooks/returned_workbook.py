"""The workbook that goes back to an agency: its own, marked; or a fresh one with its values.

Pure over bytes, meant for a process with limited memory: what the file may cost is bounded before
it is opened, and whatever is wrong with it ends in the fresh workbook, never in an exception.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

import openpyxl
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.workbook import Workbook

from models.domain.answers.fresh_workbook import (
    MARKABLE,
    Addressee,
    FreshWorkbook,
    fresh_workbook,
    is_fresh,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.findings import Finding
from models.domain.reading.identity import PROPERTY_NAME, SHEET_NAME, read_token
from models.domain.reading.submissions import Entry
from tasks.adapters.workbooks.dated_packages import dated_package
from tasks.adapters.workbooks.result_sheet import FirstSheet, write_results
from tasks.adapters.workbooks.saved_in_memory import saved_in_memory
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tasks.adapters.workbooks.workbook_marks import (
    clear_marks,
    custom_properties,
    find_sheet,
    mark_cells,
    put_text,
)

MAX_UNPACKED = 40_000_000  # bytes of XML; an agency's workbook has less than two million
_MACROS_DROPPED = "Tệp trả lại ở dạng .xlsx; các macro trong tệp gửi đến không được giữ."
_OTHER_KIND = (
    "Tệp gửi đến ở dạng {kind} nên không đánh dấu được ngay trên tệp đó. Văn phòng đã chép những ô "
    "thuộc sổ báo cáo sang tệp Excel (.xlsx) này."
)
_NOT_OPENED = (
    "Không đánh dấu được ngay trên tệp gửi đến (tệp có phần không theo chuẩn). Văn phòng đã chép "
    "những ô thuộc sổ báo cáo sang tệp này."
)
_PUT_BACK = "Tệp gửi đến {}. Đây là sổ báo cáo của Văn phòng, đã chép sẵn những gì cơ quan ghi."
_LEFT_OUT = " Chưa chép sang (ô của tệp cơ quan đã gửi): {}."
_MOST_LEFT_OUT = 12
_NO_ORIGINAL = "Sổ báo cáo này đã ghi sẵn những nội dung đọc được."


@dataclass(frozen=True, slots=True)
class ReturnedWorkbook:
    """A marked workbook (.xlsx) and what its first sheet says of it, in Vietnamese or empty."""

    content: bytes
    note: str
    as_sent: bool = False  # the file itself, marked, and not the office's own workbook


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was read from the agency's file, and what else counts or is known beside it.

    `parts` says what became of each section and whether it is owed, where they are accepted each
    by itself. A fresh workbook also holds what counts of the sections that are not in the file
    (`kept`), and in the office's columns what the previous cycle said (`carried`). `sha256` is the
    file's: the first sheet names its short code.
    """

    entries: Sequence[Entry]
    parts: Sequence[tuple[str, str, bool]] = ()
    kept: Sequence[Entry] = ()
    carried: Sequence[Entry] = ()
    sha256: str = ""


def mark_workbook(
    original: bytes | None,
    kind: str,
    findings: Sequence[Finding],
    workbook: AgencyWorkbook,
    handed_in: HandedIn,
    made_at: dt.datetime,
) -> ReturnedWorkbook:
    """The workbook with every finding marked, commented and listed on a first sheet.

    `kind` is the file's kind by its content ("xlsx", "ods"). Trial findings are left out. The
    workbook is dated `made_at`. Raises UnknownAgency only.
    """
    shown = sorted((f for f in findings if not f.trial), key=lambda f: f.severity.rank)
    entries, parts = handed_in.entries, handed_in.parts
    note = _NO_ORIGINAL
    whole_form = is_fresh(shown, kind)
    if original is not None and not whole_form:
        said = _MACROS_DROPPED if kind == "xlsm" else ""
        first = FirstSheet(said, parts, handed_in.sha256)
        content = _mark(original, shown, workbook, first)
        if content is not None:
            return ReturnedWorkbook(dated_package(content, made_at), said, as_sent=True)
        note = _NOT_OPENED
    elif original is not None and kind in MARKABLE:
        note = _PUT_BACK
    elif original is not None:
        note = _OTHER_KIND.format(kind=f".{kind}" if kind.isalnum() else "khác")
    to = Addressee(
        workbook.form, workbook.catalogue, workbook.cycle, workbook.agency, workbook.register
    )
    made = fresh_workbook(shown, entries, to, handed_in.kept)
    note = note.format(_amiss(made, shown)) + _left_out(made)
    whole = [*made.entries, *handed_in.kept]
    fresh = write_template(workbook, whole, handed_in.carried if whole else ())
    told = [*map(_said_here, made.findings)]
    first = FirstSheet(note, parts, handed_in.sha256)
    content = _mark(fresh, told, workbook, first, made.restored)
    return ReturnedWorkbook(dated_package(content or fresh, made_at), note)


def _said_here(finding: Finding) -> Finding:
    """The finding as it is read in the very workbook that a letter calls the enclosed one."""
    message = finding.message.replace("sổ kèm theo", "sổ này").replace("Sổ kèm theo", "Sổ này")
    return replace(finding, message=message)


def _amiss(made: FreshWorkbook, findings: Sequence[Finding]) -> str:
    """What is amiss with the agency's file, so that it gets the office's own workbook back."""
    places = [p.place.partition(" ")[0] for p in made.put_back if p.place]
    sheets = ["trang"] if any(f.rule == "CT-01" for f in findings) else []
    lacking = dict.fromkeys([*sheets, *places])
    changed = any("đã khôi phục" in f.message for f in findings)
    said = [f"thiếu {', '.join(lacking)}"] if lacking else []
    said += ["có nội dung do Văn phòng ghi sẵn bị sửa"] if changed or not lacking else []
    return " và ".join(said)


def _left_out(made: FreshWorkbook) -> str:
    """Which cells of the agency's file are not in the office's own workbook, "" for none."""
    if not made.left_out:
        return ""
    told = [f"«{e.sheet_name}» {e.cell}" for e in made.left_out[:_MOST_LEFT_OUT]]
    more = len(made.left_out) - len(told)
    return _LEFT_OUT.format(", ".join(told) + (f" và {more} ô khác" if more else ""))


def _mark(
    original: bytes,
    findings: Sequence[Finding],
    of: AgencyWorkbook,
    first: FirstSheet,
    restored: Sequence[Finding] = (),
) -> bytes | None:
    """The workbook marked, None when the library cannot open or save it."""
    name = of.register.formal_name(of.agency)
    try:
        with zipfile.ZipFile(io.BytesIO(original)) as package:
            if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED:
                return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts it drops; the agency has its own copy
            workbook = openpyxl.load_workbook(io.BytesIO(original), rich_text=True)
            workbook.template = False
            clear_marks(workbook)
            marked = mark_cells(workbook, [*findings, *restored])
            told = replace(first, marked=marked)
            write_results(workbook, findings, name, of.cycle.title, told)
            _keep_identity(workbook, of.cycle, of.agency, of.token)
            for sheet in workbook.worksheets:
                sheet.protection.formatCells = False  # free, also where it was sent out otherwise
            workbook.calculation.fullCalcOnLoad = True  # values of formulas are not kept
            return saved_in_memory(workbook)  # this process may not open any file
    except Exception:  # noqa: BLE001  whatever the library raises says that it cannot follow
        return None


def _keep_identity(workbook: Workbook, cycle: ReportingCycle, agency: str, token: str) -> None:
    """Leaves an identity of this agency and cycle alone (it names the form's version)."""
    properties = custom_properties(workbook)
    standing = [str(p.value) for p in properties.props if p.name == PROPERTY_NAME]
    hidden = find_sheet(workbook, SHEET_NAME)
    if hidden is not None:
        standing.extend(str(c.value) for c in list(hidden._cells.values()) if _is_token(c.value))
    right = [t for t in standing if _names(t, cycle.code, agency)]
    wanted = right[0] if right else token
    if not wanted or (len(right) > 1 and len(right) == len(standing) and len(set(right)) == 1):
        return
    if PROPERTY_NAME in properties.names:
        del properties[PROPERTY_NAME]
    properties.append(StringProperty(name=PROPERTY_NAME, value=wanted))
    if hidden is None:
        hidden = workbook.create_sheet(SHEET_NAME)
    for cell in list(hidden._cells.values()):
        if _is_token(cell.value):
            cell.value = None
    put_text(hidden, 1, 2, wanted)
    hidden.sheet_state = "veryHidden"


def _is_token(value: object) -> bool:
    return isinstance(value, str) and read_token(value) is not None


def _names(token: str, cycle: str, agency: str) -> bool:
    identity = read_token(token)
    return identity is not None and (identity.cycle, identity.agency) == (cycle, agency)
