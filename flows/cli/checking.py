"""`baocao check`: the verdict on a file, without database and without Prefect."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from config.files.office_files import load_office
from config.settings import load_settings
from flows.office.office_place import placed
from models.domain.answers.standing import verdict_of
from models.domain.cycle.cycles import HANOI
from models.domain.letters.letters import finding_groups
from models.domain.reading.findings import Finding
from models.domain.reading.identity import verify
from models.domain.reading.submissions import Examination, Verdict
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool

MAX_WORKERS = 4


@dataclass(frozen=True)
class FileVerdict:
    """What `check` says of one file."""

    file: Path
    verdict: Verdict
    agency: str
    cycle: str
    seconds: float
    findings: tuple[Finding, ...]
    detail: str = ""  # why it is held or unreadable

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "file": str(self.file),
            "verdict": self.verdict.value,
            "agency": self.agency,
            "cycle": self.cycle,
            "seconds": round(self.seconds, 4),
            "detail": self.detail,
            "findings": [
                {
                    "rule": f.rule,
                    "severity": f.severity.value,
                    "sheet": f.sheet,
                    "cell": f.cell,
                    "value": f.value,
                    "message": f.message,
                }
                for f in self.findings
                if not f.trial
            ],
        }


def check_files(files: Iterable[Path]) -> Iterator[FileVerdict]:
    """The verdicts, in the order given, each as soon as it is known.

    What is no file, or may not be read, is unreadable like any other; nothing is raised for it.
    """
    settings = placed(load_settings())
    office = load_office(settings.config_dir, settings.contacts_file)
    listed = list(files)
    unopened = {path: why for path in listed if (why := _why_unopened(path))}
    today = dt.datetime.now(HANOI).date()
    jobs = [
        ExamineJob(path.resolve(), path.name, received_on=today)
        for path in listed
        if path not in unopened
    ]
    workers = max(1, min(len(jobs), os.cpu_count() or 1, MAX_WORKERS))
    with ReaderPool(
        office,
        workers=workers,
        memory_mb=settings.reader_memory_mb,
        seconds_per_file=settings.reader_seconds,
    ) as pool:
        started = time.perf_counter()
        examined = iter(pool.examine(jobs))
        for path in listed:
            if path in unopened:
                yield FileVerdict(path, Verdict.UNREADABLE, "", "", 0.0, (), unopened[path])
                continue
            _, examination = next(examined)
            elapsed = examination.seconds or time.perf_counter() - started
            yield _verdict(path, examination, settings.secret, elapsed)


def _why_unopened(path: Path) -> str:
    """Why a path cannot be opened as a file, "" when it can."""
    try:
        if not path.exists():
            return f"Không tìm thấy tệp «{path.name}». Xin kiểm tra lại tên và thư mục."
        if path.is_dir():
            return f"«{path.name}» là một thư mục. Xin nêu tên từng tệp trong thư mục."
        if not path.is_file():
            return f"«{path.name}» không phải là một tệp."
        if not os.access(path, os.R_OK):
            return f"Không có quyền đọc tệp «{path.name}»."
    except (OSError, ValueError):
        return f"Không mở được «{path.name[:100]}»: tên tệp không hợp lệ."
    return ""


def _verdict(path: Path, examination: Examination, secret: bytes, seconds: float) -> FileVerdict:
    verdict, detail = verdict_of(examination.findings), ""
    if examination.problem is not None:
        verdict, detail = Verdict.UNREADABLE, examination.detail
    elif examination.rule_failures:
        verdict, detail = Verdict.HELD, "; ".join(examination.rule_failures)
    elif examination.claim is None:
        if examination.agency:
            detail = "Tệp không mang mã nhận dạng; cơ quan được nhận ra theo tên trang, tên dòng."
        else:
            verdict, detail = Verdict.HELD, "Không xác định được tệp là của cơ quan nào."
    elif examination.claim.contradictory or verify(secret, examination.claim.token) is None:
        verdict = Verdict.HELD
        detail = "Mã nhận dạng trong tệp đã bị sửa hoặc không do Văn phòng cấp."
    return FileVerdict(
        path, verdict, examination.agency, examination.cycle, seconds,
        tuple(examination.findings), detail,
    )  # fmt: skip


def exit_status(verdicts: Iterable[Verdict]) -> int:
    """2 when a file is unreadable, else 1 when one is returned or held, else 0."""
    seen = set(verdicts)
    if Verdict.UNREADABLE in seen:
        return 2
    return 1 if seen & {Verdict.RETURNED, Verdict.HELD} else 0


_LABELS = {
    Verdict.ACCEPTED: ("ĐẠT", "green"),
    Verdict.RETURNED: ("TRẢ LẠI", "red"),
    Verdict.HELD: ("CHỜ NGƯỜI XEM", "yellow"),
    Verdict.UNREADABLE: ("KHÔNG ĐỌC ĐƯỢC", "red"),
}


def print_report(found: FileVerdict, console: Console) -> None:
    """The verdict for a person, findings worst first."""
    label, colour = _LABELS[found.verdict]
    console.print(f"[bold {colour}]{label}[/]  ", end="")
    place = f"  ({found.agency}, {found.cycle})" if found.agency else ""
    console.print(f"{found.file}{place}", markup=False, highlight=False, soft_wrap=True)
    if found.detail:
        console.print(f"  {found.detail}", markup=False, highlight=False, soft_wrap=True)
    groups, more = finding_groups(f for f in found.findings if not f.trial)
    for group in groups:
        console.print(f"  {group.heading}", style="bold", markup=False)
        for line in group.lines:
            console.print(
                f"   - {line.place}: {line.message}", markup=False, highlight=False, soft_wrap=True
            )
    if more:
        console.print(f"  và {more} điểm khác")
