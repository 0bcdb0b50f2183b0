"""One signed submission from the mailbox to its queued answer: which of our files it enters.

    make trace                            counts, and the files in the order they are entered
    python -m benchmarks.trace --calls    every function that calls one of another file as well

The agency's own workbook, filled in, comes by mail to a workplace on SQLite. Collecting and working
through are traced, not what the reader's child does with the workbook, and not what was there
before the message came: the office's files, the database's schema, the opened mailbox. A *change of
file* is a call from a function of one of our files into one of another, counted every time it is
made; a generator counts when it begins.
"""

from __future__ import annotations

import argparse
import datetime as dt
import inspect
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from benchmarks import material
from config import CONFIG_DIR
from models.domain.mail.mail import MessageState
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.work import opening
from tasks.adapters.workplace import HouseRules, Workplace

ROOT = Path(__file__).resolve().parents[1]
_OURS = tuple(f"{ROOT / name}/" for name in ("flows", "tasks", "models", "config"))


@dataclass
class Trace:
    """What was entered, in the order of the first time."""

    files: dict[str, None] = field(default_factory=dict)
    functions: set[CodeType] = field(default_factory=set)
    changes: Counter[tuple[CodeType, CodeType]] = field(default_factory=Counter)
    # Generators at work; kept, so that no other frame gets their identity.
    _begun: dict[int, FrameType] = field(default_factory=dict)

    def enter(self, frame: FrameType, event: str, _argument: Any) -> None:
        """The profiler's hook: notes a call of ours, and who of ours made it."""
        code = frame.f_code
        if event != "call" or not _is_function(code) or id(frame) in self._begun:
            return
        if code.co_flags & inspect.CO_GENERATOR:
            # Each value that is drawn resumes the same frame: entered is what begins.
            self._begun[id(frame)] = frame
        self.functions.add(code)
        self.files.setdefault(code.co_filename.removeprefix(f"{ROOT}/"))
        caller = frame.f_back
        while caller is not None and not _is_function(caller.f_code):
            caller = caller.f_back
        if caller is not None and caller.f_code.co_filename != code.co_filename:
            self.changes[caller.f_code, code] += 1

    def between_sources(self) -> int:
        """The changes of file in which no template has a part."""
        return sum(
            number
            for pair, number in self.changes.items()
            if all(code.co_filename.endswith(".py") for code in pair)
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Traces this thread, and those that are started meanwhile."""
        threading.setprofile(self.enter)
        sys.setprofile(self.enter)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]


def _is_function(code: CodeType) -> bool:
    """Whether it is a named function of ours: no module, no class body, no comprehension."""
    named = code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")
    return bool(named) and code.co_filename.startswith(_OURS)


def trace_submission() -> Trace:
    """The trace of one faultless, signed submission. Raises RuntimeError when it is not taken."""
    office = material.office()
    cycle = office.cycle(material.CYCLE)
    trace = Trace()
    with tempfile.TemporaryDirectory(prefix="baocao-trace-") as made:
        folder = Path(made)
        submission = material.make(folder, 1, 1)[0]
        mailbox = folder / "mailbox"
        material.fill_mailbox(office, mailbox, [submission])
        workplace = Workplace(
            office=office,
            rules=_rules(mailbox),
            database_url=f"sqlite:///{folder / 'baocao.sqlite'}",
            raw_dir=folder / "raw",
            output_dir=folder / "output",
            letters_dir=CONFIG_DIR / "letters",
            now=cycle.opens_at + dt.timedelta(days=3),
        )
        with workplace:
            opening.ask(workplace, cycle, [office.register.agencies[submission.agency]])
            inbox = open_inbox(f"maildir://{mailbox}", workplace.now)
            with trace.running():
                collect(workplace, inbox, 1)
                done = work_through(workplace, 1)
    if [worked.state for worked in done.messages] != [MessageState.ACCEPTED]:
        raise RuntimeError(f"the submission was not taken: {done}")
    return trace


def _rules(mailbox: Path) -> HouseRules:
    return HouseRules(
        secret=material.SECRET,
        office_address=material.OFFICE_ADDRESS,
        office_name="Văn phòng UBND thành phố",
        summary_to=(),
        mailboxes=(f"maildir://{mailbox}",),
        smtp_url="",
        reader_workers=1,
        reader_memory_mb=1024,
        reader_seconds=60,
        max_message_bytes=40_000_000,
        resend_uncertain=False,
    )


def main() -> None:
    """Prints the trace."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--calls", action="store_true", help="every call from file to file")
    shown = arguments.parse_args()
    trace = trace_submission()
    for name in trace.files:
        print(name)
    if shown.calls:
        for (caller, called), number in trace.changes.items():
            print(f"{number:4} {_named(caller)} -> {_named(called)}")
    ours = [name for name in trace.files if name.endswith(".py")]
    print(
        f"{len(ours)} Python files and {len(trace.files) - len(ours)} templates, "
        f"{len(trace.functions)} functions, {trace.changes.total()} changes of file, "
        f"{trace.between_sources()} of them between Python files"
    )


def _named(code: CodeType) -> str:
    return f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_qualname}"


if __name__ == "__main__":
    main()
