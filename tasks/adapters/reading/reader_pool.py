"""A warm pool of disposable readers: many files, one limit each, one bad file harms no other."""

from __future__ import annotations

import logging
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import orjson

from models.domain.errors import BaocaoError
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, FileProblem
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.reading.examination_codec import MalformedExamination, examination_from_json
from tasks.adapters.reading.reader_jobs import (
    HEADER,
    MAX_ANSWER_BYTES,
    MAX_FILE_BYTES,
    ExamineJob,
    MarkJob,
    Purpose,
    ReadJob,
)
from tasks.adapters.reading.sandbox import Barrier
from tasks.adapters.reading.workbook_codec import workbook_from_json

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[3]
_PYTHON = (sys.executable, "-S", "-P")
_ENTRY = ("-m", "tasks.adapters.reading.reader_child")
_START_SECONDS = 30.0
_LOOK_AHEAD = 4  # jobs in hand per worker: enough to keep it busy, little enough to stay bounded
_STDERR_READ = 2_000

T = TypeVar("T")

_CLOSED = "Bộ đọc tệp đã đóng."
_SAVE_ANEW = "Xin mở tệp bằng Excel, lưu thành một tệp .xlsx mới rồi gửi lại."


class ReaderFailed(BaocaoError):
    """Raised when a reader could not be started, or could not mark a workbook."""


class _NoAnswer(Exception):
    """Raised inside the pool when a job gets no answer; `problem` says how that reads.

    Where a child is to blame, it is of no more use.
    """

    def __init__(self, problem: FileProblem, why: str) -> None:
        self.problem = problem
        super().__init__(why)


class _Child:
    """One reader process and its two pipes; used by one thread at a time."""

    def __init__(
        self,
        entry: Sequence[str],
        office: bytes,
        memory_mb: int,
        seconds: float,
        purpose: Purpose,
    ) -> None:
        self.jobs_done = 0
        self.purpose = purpose
        self._errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115  lives as long as the child
        self._process = subprocess.Popen(
            [*_PYTHON, *entry, str(memory_mb), str(max(1, round(seconds))), purpose.value],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env=child_environment(),
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise ReaderFailed("Trình đọc không có đường vào ra.")
        self._to, self._from = self._process.stdin, self._process.stdout
        os.set_blocking(self._to.fileno(), False)
        os.set_blocking(self._from.fileno(), False)
        try:
            ready, _ = self.ask(_START_SECONDS, office)
            if "ready" not in ready:
                raise _NoAnswer(FileProblem.READER_FAULT, str(ready)[:500])
            self.barriers = frozenset(Barrier(b) for b in ready["barriers"])
        except _NoAnswer as lost:
            self.close()
            raise ReaderFailed(f"Trình đọc tệp không khởi động được: {lost}") from lost

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def ask(self, seconds: float, *frames: bytes) -> tuple[dict[str, Any], bytes]:
        """The child's answer to frames, and what it made, if anything. Raises _NoAnswer."""
        said, _, made = self._exchange(frames, time.monotonic() + seconds).partition(b"\n")
        try:
            answer = orjson.loads(said)
        except orjson.JSONDecodeError as fault:
            raise _NoAnswer(FileProblem.READER_FAULT, f"{fault}") from fault
        if not isinstance(answer, dict):
            raise _NoAnswer(FileProblem.READER_FAULT, "no object")
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
                raise _NoAnswer(FileProblem.TIMED_OUT, "time is up")
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
                    raise _NoAnswer(FileProblem.TOO_LARGE, f"answer of {due} bytes")
            if due > HEADER.size and len(incoming) >= due:
                return bytes(incoming[HEADER.size : due])

    def _lost(self) -> _NoAnswer:
        """What the end of the process means."""
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = None
        said = self._last_words()
        if code in (-signal.SIGALRM, -signal.SIGXCPU):
            return _NoAnswer(FileProblem.TIMED_OUT, said)
        if "memory allocation of" in said or "MemoryError" in said:
            return _NoAnswer(FileProblem.TOO_LARGE, said)
        return _NoAnswer(FileProblem.KILLED_READER, f"exit status {code}: {said}")

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


def child_environment() -> dict[str, str]:
    """What a child needs to find its modules, and nothing else: no secret is inherited.

    The parent's own search path, and no `site`: a child starts in a third of the time.
    """
    places = [str(_ROOT), *(p for p in sys.path if Path(p).is_absolute())]
    environment = {"PYTHONPATH": os.pathsep.join(dict.fromkeys(places)), "LC_ALL": "C.UTF-8"}
    if sys.dont_write_bytecode:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return environment


class ReaderPool:
    """Reads files in disposable child processes, in parallel; usable from any thread.

    A child is started when a job finds none idle, at most `workers` of them. It has `memory_mb`
    of address space and `seconds_per_file` for each job, and is replaced after `recycle_after`
    jobs, or when it dies or overstays; the job that it had is answered with a problem that names
    the file. It is handed the file's content and opens nothing itself. Closing the pool ends every
    child.
    """

    def __init__(
        self,
        office: Office | None,
        *,
        workers: int = 1,
        memory_mb: int = 1024,
        seconds_per_file: float = 20,
        recycle_after: int = 500,
        entry: Sequence[str] = _ENTRY,
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self._office = office
        self._office_frame: bytes | None = None
        self._workers = workers
        self._memory_mb = memory_mb
        self._seconds = seconds_per_file
        self._recycle_after = recycle_after
        self._entry = tuple(entry)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closed = False
        self._barriers: frozenset[Barrier] | None = None
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader")

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def examine(self, jobs: Iterable[ExamineJob]) -> Iterator[tuple[ExamineJob, Examination]]:
        """Each job with its examination, in the order given; jobs are drawn as they are needed.

        A file that cannot be read is answered as a problem. Raises ReaderFailed only when no
        reader can be started at all, or the pool is closed.
        """
        yield from self._in_order(jobs, self._examine_one)

    def examine_one(self, job: ExamineJob) -> Examination:
        """The examination of a single file."""
        return self._submit(self._examine_one, job).result()

    def mark(self, job: MarkJob) -> bytes:
        """The marked workbook (.xlsx). Raises ReaderFailed."""
        return self._submit(self._mark_one, job).result()

    def read(self, job: ReadJob) -> WorkbookContent:
        """The cells of one workbook. Raises ReaderFailed, in words for whoever sent the file."""
        return self._submit(self._read_one, job).result()

    @property
    def barriers(self) -> frozenset[Barrier] | None:
        """What the kernel shuts its children in with; None before the first one was started."""
        return self._barriers

    def start(self) -> None:
        """Starts a child before there is a job for it. Raises ReaderFailed."""
        self._give_back(self._take(Purpose.READ), usable=True)

    def close(self) -> None:
        """Ends all children, at work or idle; nothing is left behind. May be called twice."""
        with self._lock:
            self._closed = True
            for child in self._busy:
                child.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()

    def _in_order(self, jobs: Iterable[Any], work: Callable[[Any], T]) -> Iterator[tuple[Any, T]]:
        pending: deque[tuple[Any, Future[T]]] = deque()
        try:
            for job in jobs:
                pending.append((job, self._submit(work, job)))
                if len(pending) >= _LOOK_AHEAD * self._workers:
                    oldest, answer = pending.popleft()
                    yield oldest, answer.result()
            while pending:
                oldest, answer = pending.popleft()
                yield oldest, answer.result()
        finally:
            for _, answer in pending:
                answer.cancel()

    def _submit(self, work: Callable[[Any], T], job: Any) -> Future[T]:
        try:
            return self._threads.submit(work, job)
        except RuntimeError as closed:  # the executor's word for it
            raise ReaderFailed(_CLOSED) from closed

    def _examine_one(self, job: ExamineJob) -> Examination:
        started = time.perf_counter()
        try:
            answer, _ = self._ask(job)
            if "examination" in answer:
                return examination_from_json(answer["examination"])
            problem = FileProblem.READER_FAULT
            why = str(answer.get("fault", answer))
        except _NoAnswer as lost:
            if self._closed:  # ended by us: the file is not to blame
                raise ReaderFailed(_CLOSED) from lost
            problem, why = lost.problem, str(lost)
        except MalformedExamination as malformed:
            problem, why = FileProblem.READER_FAULT, str(malformed)
        logger.error("%s (%s): %s: %s", job.name, job.path, problem.value, why)
        return Examination(
            file_kind="",
            problem=problem,
            detail=self._detail(problem, job.name),
            seconds=time.perf_counter() - started,
        )

    def _mark_one(self, job: MarkJob) -> bytes:
        try:
            answer, made = self._ask(job)
        except _NoAnswer as lost:
            raise ReaderFailed(f"Không đánh dấu được tệp «{job.name}»: {lost}") from lost
        if not made or answer.get("marked") != len(made):
            why = answer.get("fault", answer)
            raise ReaderFailed(f"Không đánh dấu được tệp «{job.name}»: {why}")
        return made

    def _read_one(self, job: ReadJob) -> WorkbookContent:
        try:
            answer, _ = self._ask(job)
        except _NoAnswer as lost:
            raise ReaderFailed(self._detail(lost.problem, job.name)) from lost
        if "workbook" not in answer:
            fault = self._detail(FileProblem.READER_FAULT, job.name)
            raise ReaderFailed(str(answer.get("refused", fault)))
        return workbook_from_json(answer["workbook"])

    def _detail(self, problem: FileProblem, name: str) -> str:
        seconds = f"{self._seconds:g}".replace(".", ",")
        return {
            FileProblem.TIMED_OUT: (
                f"Đọc tệp «{name}» quá {seconds} giây vẫn chưa xong nên phải dừng. {_SAVE_ANEW}"
            ),
            FileProblem.TOO_LARGE: (
                f"Tệp «{name}» cần quá nhiều bộ nhớ để đọc. "
                "Xin xóa các vùng, trang và hình ảnh không dùng đến rồi gửi lại."
            ),
            FileProblem.KILLED_READER: (
                f"Tệp «{name}» làm trình đọc dừng đột ngột nên chưa kiểm tra được. {_SAVE_ANEW}"
            ),
        }.get(
            problem,
            f"Chương trình gặp lỗi khi kiểm tra tệp «{name}»; lỗi không phải do đơn vị gửi. "
            "Văn phòng sẽ xem và trả lời.",
        )

    def _ask(self, job: ExamineJob | MarkJob | ReadJob) -> tuple[dict[str, Any], bytes]:
        """A child's answer; runs in a thread of the pool. Raises _NoAnswer, ReaderFailed."""
        content = _content_of(job)
        # Where the file lies is no concern of whoever reads it.
        told = job if job.path is None else replace(job, path=Path())
        child = self._take(Purpose.MARK if isinstance(job, MarkJob) else Purpose.READ)
        usable = False
        try:
            answer, made = child.ask(self._seconds, pickle.dumps(told, protocol=5), content)
            child.jobs_done += 1
            if "out_of_memory" in answer:
                raise _NoAnswer(FileProblem.TOO_LARGE, "out of memory")
            usable = child.jobs_done < self._recycle_after
            return answer, made
        finally:
            self._give_back(child, usable)

    def _take(self, purpose: Purpose) -> _Child:
        while True:
            with self._lock:
                if self._closed:
                    raise ReaderFailed(_CLOSED)
                # Else the last one idle, in whose place another is started.
                fit = [c for c in self._idle if c.purpose is purpose]
                full = len(self._idle) + len(self._busy) >= self._workers
                child = fit[-1] if fit else self._idle[-1] if self._idle and full else None
                if child is not None:
                    self._idle.remove(child)
                    if child.purpose is purpose and child.alive:
                        self._busy.add(child)
                        return child
                if self._office_frame is None:
                    self._office_frame = pickle.dumps(self._office, protocol=5)
                    self._office = None
            if child is not None:
                child.close()  # died while idle, or of another purpose: no job is to blame
                continue
            fresh = _Child(self._entry, self._office_frame, self._memory_mb, self._seconds, purpose)
            with self._lock:
                self._busy.add(fresh)
                self._barriers = fresh.barriers
                if self._closed:
                    fresh.kill()
            return fresh

    def _give_back(self, child: _Child, usable: bool) -> None:
        with self._lock:
            self._busy.discard(child)
            if usable and not self._closed:
                self._idle.append(child)
                return
        child.close()


def _content_of(job: ExamineJob | MarkJob | ReadJob) -> bytes:
    """The job's file, up to a byte more than is ever read. Raises _NoAnswer."""
    if job.path is None:
        return b""
    try:
        with job.path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as fault:
        raise _NoAnswer(FileProblem.READER_FAULT, str(fault)) from fault
