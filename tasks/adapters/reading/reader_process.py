"""One reader process: started, asked, ended; and why it gave no answer, as a value."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import orjson

from models.domain.errors import BaocaoError
from models.domain.reading.submissions import FileProblem
from tasks.adapters.reading.forking.forked_readers import ForkedReader, forked
from tasks.adapters.reading.reader_jobs import HEADER, Purpose
from tasks.adapters.reading.reader_limits import MAX_ANSWER_BYTES, START_SECONDS, JobLimits
from tasks.adapters.reading.sandbox import Barrier

_ROOT = Path(__file__).resolve().parents[3]
_PYTHON = (sys.executable, "-S", "-P")
_STDERR_READ = 2_000


class ReaderFailed(BaocaoError):
    """Raised when a reader did not do what it was to do with a file."""


class ReaderUnavailable(ReaderFailed):
    """Raised when no reader can be had at all: the machine's fault, and of no file."""


class Ending(StrEnum):
    """How a job ended without an answer."""

    # The file's own cost: the same on any machine, however busy.
    PROCESSOR = "processor"
    MEMORY = "memory"
    ANSWER = "answer"  # longer than any examination
    # The reader is gone. Whether for the file or for the machine, only a second try alone tells.
    CRASHED = "crashed"
    KILLED = "killed"  # by a signal that no reader sends itself: of the system, of an operator
    WALL = "wall"  # it was waited for long enough, and had not spent its processor time
    # Our own failure.
    GARBLED = "garbled"  # it said what is no answer
    FAULT = "fault"  # our code raised
    UNOPENED = "unopened"  # the file's content could not be had

    @property
    def problem(self) -> FileProblem:
        """What it is of the file, once the file was read alone and ended so again."""
        return _PROBLEMS.get(self, FileProblem.READER_FAULT)

    @property
    def lost_the_reader(self) -> bool:
        """Whether the process was gone, and neither by the file's own cost nor by our code."""
        return self.problem is FileProblem.KILLED_READER

    @property
    def vietnamese(self) -> str:
        """What happened, for the office."""
        return _SAID.get(self, "trình đọc gặp lỗi của chính nó")


_PROBLEMS = {
    Ending.PROCESSOR: FileProblem.TIMED_OUT,
    Ending.MEMORY: FileProblem.TOO_LARGE,
    Ending.ANSWER: FileProblem.TOO_LARGE,
    Ending.CRASHED: FileProblem.KILLED_READER,
    Ending.KILLED: FileProblem.KILLED_READER,
    Ending.WALL: FileProblem.KILLED_READER,
}
_SAID = {
    Ending.CRASHED: "trình đọc tự dừng đột ngột",
    Ending.KILLED: "trình đọc bị dừng từ bên ngoài (thường do máy hết bộ nhớ)",
    Ending.WALL: "trình đọc đứng yên quá lâu",
    Ending.UNOPENED: "không lấy được nội dung tệp từ kho thư gốc",
}
#: A process does these to itself; every other signal came from outside.
_OWN_SIGNALS = {
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGILL,
    signal.SIGSEGV,
    signal.SIGSYS,
    signal.SIGTRAP,
}


class NoAnswer(Exception):
    """Raised when a job gets no answer; `ending` says how that came.

    Where a child is to blame, it is of no more use.
    """

    def __init__(self, ending: Ending, why: str) -> None:
        self.ending = ending
        super().__init__(f"{ending.value}: {why}")


def ending_of(status: int | None, last_words: str) -> Ending:
    """How a process ended, by its exit status (None: it has not) and what it said last.

    >>> ending_of(-9, "").value, ending_of(-27, "").value, ending_of(-6, "").value
    ('killed', 'processor', 'crashed')
    >>> ending_of(-6, "memory allocation of 8192 bytes failed").value
    'memory'
    """
    if status in (-signal.SIGPROF, -signal.SIGXCPU):
        return Ending.PROCESSOR
    if status == -signal.SIGALRM:
        return Ending.WALL
    if status is None or (status < 0 and -status not in _OWN_SIGNALS):
        return Ending.KILLED
    if "memory allocation of" in last_words or "MemoryError" in last_words:
        return Ending.MEMORY
    return Ending.CRASHED


class ReaderProcess:
    """One reader process and its two pipes; used by one thread at a time.

    Raises ReaderUnavailable when it cannot be started.
    """

    def __init__(
        self, entry: Sequence[str], office: bytes, limits: JobLimits, purpose: Purpose
    ) -> None:
        self.jobs_done = 0
        self.purpose = purpose
        self._limits = limits
        try:
            self._errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115  lives as long as the child
        except OSError as fault:
            raise _not_started(fault) from fault
        try:
            self._begin(entry)
        except (OSError, subprocess.SubprocessError, MemoryError) as fault:
            self._errors.close()
            raise _not_started(fault) from fault
        os.set_blocking(self._to.fileno(), False)
        os.set_blocking(self._from.fileno(), False)
        try:
            ready = self._within(START_SECONDS, office)[0]
            if "ready" not in ready:
                raise NoAnswer(Ending.FAULT, str(ready)[:500])
            self.barriers = frozenset(Barrier(b) for b in ready["barriers"])
        except NoAnswer as lost:
            self.close()
            raise _not_started(lost) from lost

    def _begin(self, entry: Sequence[str]) -> None:
        """A process with its pipes: forked, or else started anew."""
        with ExitStack() as theirs, ExitStack() as ours:
            jobs, self._to = _pipe(theirs, ours)
            self._from, answers = _pipe(ours, theirs)
            streams = jobs.fileno(), answers.fileno(), self._errors.fileno()
            arguments, environment = self._limits.as_arguments(), child_environment()
            self._process: subprocess.Popen[bytes] | ForkedReader = forked(
                _PYTHON, entry, arguments, self.purpose, streams, environment
            ) or subprocess.Popen(
                [*_PYTHON, *entry, *arguments, self.purpose.value],
                stdin=jobs,
                stdout=answers,
                stderr=self._errors,
                env=environment,
            )
            ours.pop_all()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def ask(self, *frames: bytes) -> tuple[dict[str, Any], bytes]:
        """The child's answer to a job, and what it made, if anything. Raises NoAnswer."""
        answer, made = self._within(self._limits.wall_seconds, *frames)
        self.jobs_done += 1
        if "out_of_memory" in answer:
            raise NoAnswer(Ending.MEMORY, "out of memory")
        if "fault" in answer:
            raise NoAnswer(Ending.FAULT, str(answer["fault"]))
        return answer, made

    def _within(self, seconds: float, *frames: bytes) -> tuple[dict[str, Any], bytes]:
        said, _, made = self._exchange(frames, time.monotonic() + seconds).partition(b"\n")
        try:
            answer = orjson.loads(said)
        except orjson.JSONDecodeError as fault:
            raise NoAnswer(Ending.GARBLED, f"{fault}") from fault
        if not isinstance(answer, dict):
            raise NoAnswer(Ending.GARBLED, "no object")
        return answer, made

    def _exchange(self, frames: Sequence[bytes], deadline: float) -> bytes:
        pieces = (piece for frame in frames for piece in (HEADER.pack(len(frame)), frame))
        outgoing = memoryview(b"".join(pieces))
        incoming = bytearray()
        due = HEADER.size
        poll = select.poll()
        poll.register(self._from.fileno(), select.POLLIN)
        writing = False
        while True:
            if outgoing:
                try:
                    outgoing = outgoing[os.write(self._to.fileno(), outgoing) :]
                except BlockingIOError:
                    pass
                except BrokenPipeError:
                    raise self._lost() from None
                if bool(outgoing) != writing:
                    writing = bool(outgoing)
                    if writing:
                        poll.register(self._to.fileno(), select.POLLOUT)
                    else:
                        poll.unregister(self._to.fileno())
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoAnswer(Ending.WALL, "waited for long enough")
            ready = {descriptor for descriptor, _ in poll.poll(left * 1000)}
            if self._from.fileno() not in ready:
                continue
            piece = os.read(self._from.fileno(), 1 << 20)
            if not piece:
                raise self._lost()
            incoming += piece
            if due == HEADER.size and len(incoming) >= HEADER.size:
                due += HEADER.unpack_from(incoming)[0]
                if due > MAX_ANSWER_BYTES:
                    raise NoAnswer(Ending.ANSWER, f"answer of {due} bytes")
            if due > HEADER.size and len(incoming) >= due:
                return bytes(incoming[HEADER.size : due])

    def _lost(self) -> NoAnswer:
        """What the end of the process means."""
        try:
            status = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            status = None
        said = self._last_words()
        return NoAnswer(ending_of(status, said), f"exit status {status}: {said}")

    def _last_words(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _STDERR_READ))
        return self._errors.read().decode("utf-8", errors="replace").strip()

    def kill(self) -> None:
        """Ends the process at once; another thread that waits for its answer sees it lost."""
        self._process.kill()

    def close(self) -> None:
        """Ends the process and everything held for it. An idle child has nothing to lose."""
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()
        self._errors.close()


def _pipe(reading: ExitStack, writing: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Its two ends, each closed with its stack."""
    read, write = os.pipe()
    return (
        reading.enter_context(os.fdopen(read, "rb", buffering=0)),
        writing.enter_context(os.fdopen(write, "wb", buffering=0)),
    )


def _not_started(fault: BaseException) -> ReaderUnavailable:
    return ReaderUnavailable(f"Trình đọc tệp không khởi động được: {fault}")


def child_environment() -> dict[str, str]:
    """What a child needs to find its modules, and nothing else: no secret is inherited.

    The parent's own search path, and no `site`: a child starts in a third of the time.
    """
    places = [str(_ROOT), *(p for p in sys.path if Path(p).is_absolute())]
    environment = {"PYTHONPATH": os.pathsep.join(dict.fromkeys(places)), "LC_ALL": "C.UTF-8"}
    if sys.dont_write_bytecode:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return environment
