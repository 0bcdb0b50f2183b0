"""The disposable process in which files of unknown origin are read: `python -m` this module.

It takes its limits (`reader_limits.py`) and its purpose as arguments, and frames on its standard
input: first the pickled `Office` (or None), then for each job two, the pickled job and the file's
content; all come from the parent that started it. Before the first job it imports what any job
may need and shuts itself in (`sandbox.py`): whatever a file makes of a parser, it can open no
path, reach nobody and start nothing. It answers in frames on its standard output, which no
library can write to: a line of JSON, and behind it the workbook that a job was to make. It ends
when its input ends, when it stays too long over a job, and when a limit of the system ends it.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from models.domain.answers.examining import examine_content
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, FileProblem
from models.domain.reading.workbook_content import NEVER_CALCULATED, WorkbookContent
from tasks.adapters.reading.child_limits import (
    limit_job,
    limit_process,
    preload_texts,
    private_pipes,
)
from tasks.adapters.reading.examination_codec import examination_to_json
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.gathered_sheets import ReadLimits, WorkbookRefused
from tasks.adapters.reading.ooxml.exact_reader import OpenpyxlExactReader
from tasks.adapters.reading.reader_jobs import (
    ExamineJob,
    MarkJob,
    Purpose,
    ReadJob,
    read_frame,
    write_frame,
)
from tasks.adapters.reading.reader_limits import JobLimits
from tasks.adapters.reading.sandbox import shut_in
from tasks.adapters.reading.workbook_codec import workbook_to_json
from tasks.adapters.reading.workbook_reader import read_workbook, without_default_password

#: What jobs need beyond this module's own imports, by purpose.
_NEEDED = {
    Purpose.READ: (
        "olefile",
        "msoffcrypto",
        "msoffcrypto.format.doc97",
        "msoffcrypto.format.ooxml",
        "msoffcrypto.format.ppt97",
        "msoffcrypto.format.xls97",
        "cryptography.hazmat.backends.openssl.backend",
        "xml.dom.expatbuilder",
        "openpyxl",
    ),
    Purpose.MARK: (
        "openpyxl.chart.chartspace",
        "openpyxl.packaging.extended",
        "openpyxl.worksheet.merge",
        "tasks.adapters.workbooks.returned_workbook",
        "tasks.adapters.workbooks.template_canvas",
    ),
}
#: What openpyxl takes along where it is installed, and no job needs.
_UNNEEDED = {Purpose.READ: ("numpy", "pandas", "PIL"), Purpose.MARK: ("numpy", "pandas")}
PLEASE_SEND = "Xin điền và gửi lại sổ báo cáo (.xlsx) đã nhận từ Văn phòng UBND thành phố."
_EXPORT = (
    "Xin mở tệp bằng {program}, chọn Tệp (File), Xuất (Export To), Excel, rồi gửi tệp .xlsx vừa "
    "xuất."
)
_ADVICE = {
    FileKind.NUMBERS: _EXPORT.format(program="Numbers"),
    FileKind.IWORK: _EXPORT.format(program="Numbers"),
    FileKind.RIGHTS_MANAGED: (
        "Xin mở tệp bằng Excel, bỏ nhãn bảo mật hoặc bỏ hạn chế truy nhập (Tệp, Thông tin, Bảo vệ "
        "sổ làm việc, Hạn chế truy nhập, Truy nhập không hạn chế), lưu lại rồi gửi."
    ),
    FileKind.ENCRYPTED_MAIL: "Xin tắt mã hóa của thư rồi gửi lại; thư chỉ ký số thì đọc được.",
    FileKind.SHORTCUT: (
        "Xin mở đường dẫn, tải chính sổ báo cáo về dạng .xlsx rồi đính kèm vào thư."
    ),
    FileKind.OWNER_FILE: (
        "Xin đóng sổ báo cáo trong Excel rồi gửi chính sổ đó, tệp có tên không bắt đầu bằng «~$»."
    ),
    FileKind.OLD_EXCEL: "Xin mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx rồi gửi lại.",
    FileKind.ZIP: "Xin giải nén rồi gửi từng tệp Excel bên trong.",
    FileKind.RAR: "Xin nén lại dạng ZIP hoặc gửi trực tiếp tệp Excel.",
    FileKind.SEVEN_ZIP: "Xin nén lại dạng ZIP hoặc gửi trực tiếp tệp Excel.",
    FileKind.GZIP: "Xin nén lại dạng ZIP hoặc gửi trực tiếp tệp Excel.",
    FileKind.HTML: "Xin mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx rồi gửi lại.",
    FileKind.CSV: PLEASE_SEND,
}


def examine_file(
    job: ExamineJob,
    content: bytes,
    office: Office | None,
    limits: ReadLimits | None = None,
) -> Examination:
    """The examination of a file by its content; without an office only its kind of workbook.

    What cannot be read comes back as a `problem` with a Vietnamese detail, never as an exception.
    """
    limits = limits or ReadLimits()
    name = job.name.encode("utf-8", "replace").decode()
    kind = identify(content, name)
    try:
        if kind.is_encrypted:
            content, kind = _opened(content, name)
        if not kind.is_workbook:
            return _not_a_workbook(kind, name)
        workbook = read_workbook(content, kind, limits)
    except WorkbookRefused as refusal:
        return Examination(kind.value, refusal.problem, _detail(name, kind, refusal))
    if office is None:
        return Examination(kind.value, sheet_names=tuple(s.name for s in workbook.sheets))
    return examine_content(
        workbook,
        office,
        agency=job.agency,
        cycle=job.cycle,
        exact=OpenpyxlExactReader(content, kind),
        received_on=job.received_on,
    )


def _opened(content: bytes, name: str) -> tuple[bytes, FileKind]:
    """The file without Excel's own password. Raises WorkbookRefused when it has a real one."""
    plain = without_default_password(content)
    if plain is None:
        raise WorkbookRefused(FileProblem.ENCRYPTED, "Tệp có đặt mật khẩu nên không mở được.")
    return plain, FileKind.XLS if plain.startswith(b"\xd0\xcf\x11\xe0") else identify(plain, name)


def _not_a_workbook(kind: FileKind, name: str) -> Examination:
    if kind is FileKind.EMPTY:
        detail = f"Tệp «{name}» rỗng, không có nội dung. {PLEASE_SEND}"
        return Examination(kind.value, FileProblem.EMPTY, detail)
    advice = _ADVICE.get(kind, PLEASE_SEND)
    detail = f"Tệp «{name}» là {kind.vietnamese}, không đọc được như bảng tính. {advice}"
    return Examination(kind.value, FileProblem.NOT_A_WORKBOOK, detail)


def _detail(name: str, kind: FileKind, refusal: WorkbookRefused) -> str:
    advice = {
        FileProblem.ENCRYPTED: "Xin bỏ mật khẩu rồi gửi lại.",
        FileProblem.TOO_LARGE: "Xin xóa các vùng, trang và hình ảnh không dùng đến rồi gửi lại.",
        FileProblem.NOT_READ: "Xin mở tệp bằng Excel, lưu thành một tệp .xlsx mới rồi gửi lại.",
        FileProblem.DAMAGED: "Xin mở tệp bằng Excel, lưu thành một tệp .xlsx mới rồi gửi lại.",
    }.get(refusal.problem, PLEASE_SEND)
    return f"Không đọc được tệp «{name}» ({kind.vietnamese}). {refusal.detail} {advice}"


def _answer_examine(job: Any, content: bytes, office: Office | None) -> dict[str, Any]:
    started = time.perf_counter()
    answer = examination_to_json(examine_file(job, content, office))
    answer["seconds"] = time.perf_counter() - started
    return {"examination": answer}


def _answer_mark(job: Any, content: bytes, office: Office | None) -> dict[str, Any]:
    from tasks.adapters.workbooks.returned_workbook import HandedIn, mark_workbook  # start-up cost
    from tasks.adapters.workbooks.template_canvas import AgencyWorkbook  # start-up cost

    if office is None:
        raise ValueError("a workbook is marked by the office's form: the pool needs an Office")
    cycle = office.cycle(job.cycle)
    workbook = AgencyWorkbook(
        form=office.form_of(cycle),
        catalogue=office.catalogue_of(cycle),
        cycle=cycle,
        agency=job.agency,
        register=office.register,
        contact=job.contact,
        token=job.token,
        last_working_day=job.last_working_day,
        registered_by=job.registered_by,
    )
    returned = mark_workbook(
        original=None if job.path is None else content,
        kind=job.kind,
        findings=job.findings,
        workbook=workbook,
        handed_in=HandedIn(job.entries, job.parts, job.kept, job.carried, job.sha256),
        made_at=job.made_at,
    )
    size = len(returned.content)
    return {"marked": size, "as_sent": returned.as_sent, MADE: returned.content}


def _answer_read(job: Any, content: bytes, office: Office | None) -> dict[str, Any]:
    kind = identify(content, job.name)
    try:
        if kind.is_encrypted:
            content, kind = _opened(content, job.name)
        if not kind.is_workbook:
            return {"refused": _not_a_workbook(kind, job.name).detail}
        workbook = read_workbook(content, kind)
        if workbook.has_formulas:
            workbook = _without_silent_formulas(workbook, OpenpyxlExactReader(content, kind))
        return {"workbook": workbook_to_json(workbook)}
    except WorkbookRefused as refusal:
        return {"refused": _detail(job.name, kind, refusal)}


def _without_silent_formulas(
    workbook: WorkbookContent, exact: OpenpyxlExactReader
) -> WorkbookContent:
    """Formulas whose result was never stored do not pass for empty cells."""
    silent = exact.never_calculated()
    sheets = [
        s.with_values(dict.fromkeys(places, NEVER_CALCULATED))
        if (places := silent.get(s.name))
        else s
        for s in workbook.sheets
    ]
    return replace(workbook, sheets=sheets)


#: In an answer: bytes that follow it.
MADE = "made"
Answerer = Callable[[Any, bytes, Office | None], dict[str, Any]]
ANSWERERS: dict[type, Answerer] = {
    ExamineJob: _answer_examine,
    MarkJob: _answer_mark,
    ReadJob: _answer_read,
}


def serve(jobs: int, answers: int, limits: JobLimits, purpose: Purpose) -> None:
    """Shuts the process in, then answers job after job until the input ends."""
    first = read_frame(jobs)
    if first is None:
        return
    office: Office | None = pickle.loads(first)  # from the parent, which is trusted
    preload(purpose)
    barriers = shut_in()
    write_frame(answers, orjson.dumps({"ready": os.getpid(), "barriers": barriers}))
    while (frame := read_frame(jobs)) is not None and (content := read_frame(jobs)) is not None:
        job = pickle.loads(frame)
        limit_job(limits)
        try:
            answer = ANSWERERS[type(job)](job, content, office)
        except MemoryError:
            # What is left of the memory is in pieces: say so, and let the parent start anew.
            answer = {"out_of_memory": True}
        except Exception:  # noqa: BLE001  our own fault: reported to the operator, not the agency
            answer = {"fault": traceback.format_exc(limit=-12)}
        _stop_clocks()
        made: bytes = answer.pop(MADE, b"")
        write_frame(answers, orjson.dumps(answer) + (b"\n" + made if made else b""))


def preload(purpose: Purpose) -> None:
    """Imports and reads all that a job may need: afterwards nothing can be opened."""
    for name in _UNNEEDED[purpose]:
        # As if it were not installed.
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    for name in _NEEDED[purpose]:
        importlib.import_module(name)
    if purpose is Purpose.MARK:
        from PIL import Image  # start-up cost

        Image.init()  # its readers of pictures, which it would import at the first picture
    preload_texts()


def _stop_clocks() -> None:
    """What comes between two jobs is on nobody's account."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def main(arguments: list[str]) -> None:
    """Runs the child: `arguments` are its limits and a Purpose."""
    *told, purpose = arguments
    limits = JobLimits.from_arguments(*told)
    jobs, answers = private_pipes()
    limit_process(limits.memory_mb)
    serve(jobs, answers, limits, Purpose(purpose))


if __name__ == "__main__":
    main(sys.argv[1:])
