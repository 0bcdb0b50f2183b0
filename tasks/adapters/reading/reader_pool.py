"""A warm pool of disposable readers: many files, one limit each, one bad file harms no other.

A job that gets no answer is done again with no other reader beside it, in a fresh process, before
anything is said of its file: what took the first reader may have been the machine.
"""

from __future__ import annotations

import logging
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, FileProblem
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.reading.examination_codec import MalformedExamination, examination_from_json
from tasks.adapters.reading.parser_guard import is_of_the_machine
from tasks.adapters.reading.reader_jobs import (
    ExamineJob,
    MadeWorkbook,
    MarkJob,
    Purpose,
    ReadJob,
)
from tasks.adapters.reading.reader_limits import MAX_FILE_BYTES, JobLimits
from tasks.adapters.reading.reader_process import (
    Ending,
    NoAnswer,
    ReaderFailed,
    ReaderProcess,
    ReaderUnavailable,
)
from tasks.adapters.reading.sandbox import Barrier
from tasks.adapters.reading.workbook_codec import workbook_from_json

logger = logging.getLogger(__name__)

_ENTRY = ("-m", "tasks.adapters.reading.reader_child")
_LOOK_AHEAD = 4  # jobs in hand per worker: enough to keep it busy, little enough to stay bounded

T = TypeVar("T")
Job = ExamineJob | MarkJob | ReadJob

_CLOSED = "Bộ đọc tệp đã đóng."
_SAVE_ANEW = "Xin mở tệp bằng Excel, lưu thành một tệp .xlsx mới rồi gửi lại."


class _Floor:
    """Where jobs are done side by side, or one of them alone."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._together = 0
        self._taken = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Beside others."""
        with self._turn:
            self._turn.wait_for(lambda: not self._taken)
            self._together += 1
        try:
            yield
        finally:
            with self._turn:
                self._together -= 1
                self._turn.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Once those at work have come to their end; nobody begins meanwhile."""
        with self._turn:
            self._turn.wait_for(lambda: not self._taken)
            self._taken = True
            self._turn.wait_for(lambda: not self._together)
        try:
            yield
        finally:
            with self._turn:
                self._taken = False
                self._turn.notify_all()


class ReaderPool:
    """Reads files in disposable child processes, in parallel; usable from any thread.

    A child is started when a job finds none idle, at most `workers` of them. It has `memory_mb`
    of address space and `seconds_per_file` of processor time for each job, and is replaced after
    `recycle_after` jobs, or when it dies or overstays; the job that it had is done again alone, and
    answered with a problem that names the file if that too comes to nothing. It is handed the
    file's content and opens nothing itself. Closing the pool ends every child.
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
        self._limits = JobLimits.of(memory_mb, seconds_per_file)
        self._recycle_after = recycle_after
        self._entry = tuple(entry)
        self._lock = threading.Lock()
        self._floor = _Floor()
        self._done_again = 0
        self._idle: list[ReaderProcess] = []
        self._busy: set[ReaderProcess] = set()
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

        A file that cannot be read is answered as a problem. Raises ReaderUnavailable when no
        reader can be started at all, or the pool is closed.
        """
        yield from self._in_order(jobs, self._examine_one)

    def examine_one(self, job: ExamineJob) -> Examination:
        """The examination of a single file."""
        return self._submit(self._examine_one, job).result()

    def mark(self, job: MarkJob) -> MadeWorkbook:
        """The workbook that goes back (.xlsx). Raises ReaderFailed."""
        return self._submit(self._mark_one, job).result()

    def read(self, job: ReadJob) -> WorkbookContent:
        """The cells of one workbook. Raises ReaderFailed, in words for whoever sent the file."""
        return self._submit(self._read_one, job).result()

    @property
    def barriers(self) -> frozenset[Barrier] | None:
        """What the kernel shuts its children in with; None before the first one was started."""
        return self._barriers

    @property
    def pids(self) -> Sequence[int]:
        """Its processes, idle and at work."""
        with self._lock:
            return [child.pid for child in (*self._idle, *self._busy)]

    @property
    def done_again(self) -> int:
        """How many jobs got no answer at first and were done again alone."""
        return self._done_again

    def start(self, purpose: Purpose = Purpose.READ) -> None:
        """Starts a child before there is a job for it. Raises ReaderUnavailable."""
        self._give_back(self._take(purpose), usable=True)

    def close(self) -> None:
        """Ends all children, at work or idle; nothing is left behind. May be called twice."""
        with self._lock:
            self._closed = True
            for child in self._busy:
                child.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._dismiss_idle()

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
            raise ReaderUnavailable(_CLOSED) from closed

    def _examine_one(self, job: ExamineJob) -> Examination:
        started = time.perf_counter()
        try:
            return self._answer(job, _examination)
        except NoAnswer as lost:
            problem = lost.ending.problem
            logger.error("%s (%s): %s", job.name, job.path, lost)
            return Examination(
                file_kind="",
                problem=problem,
                detail=self._detail(lost.ending, job.name),
                seconds=time.perf_counter() - started,
            )

    def _mark_one(self, job: MarkJob) -> MadeWorkbook:
        try:
            return self._answer(job, _made)
        except NoAnswer as lost:
            raise ReaderFailed(f"Không đánh dấu được tệp «{job.name}»: {lost}") from lost

    def _read_one(self, job: ReadJob) -> WorkbookContent:
        try:
            return self._answer(job, self._cells)
        except NoAnswer as lost:
            raise ReaderFailed(self._detail(lost.ending, job.name)) from lost

    def _cells(self, answer: dict[str, Any], _made: bytes) -> WorkbookContent:
        if "refused" in answer:
            raise ReaderFailed(str(answer["refused"]))
        if "workbook" not in answer:
            raise NoAnswer(Ending.GARBLED, str(answer)[:500])
        return workbook_from_json(answer["workbook"])

    def _detail(self, ending: Ending, name: str) -> str:
        seconds = f"{self._limits.processor_seconds:g}".replace(".", ",")
        return {
            FileProblem.TIMED_OUT: (
                f"Đọc tệp «{name}» quá {seconds} giây vẫn chưa xong nên phải dừng. {_SAVE_ANEW}"
            ),
            FileProblem.TOO_LARGE: (
                f"Tệp «{name}» cần quá nhiều bộ nhớ để đọc. "
                "Xin xóa các vùng, trang và hình ảnh không dùng đến rồi gửi lại."
            ),
            FileProblem.KILLED_READER: (
                f"Việc đọc tệp «{name}» bị dừng giữa chừng, cả khi đọc riêng một mình: "
                f"{ending.vietnamese}. Chưa có kết luận nào về tệp."
            ),
        }.get(
            ending.problem,
            f"Chương trình gặp lỗi khi kiểm tra tệp «{name}»; lỗi không phải do đơn vị gửi. "
            "Văn phòng sẽ xem và trả lời.",
        )

    def _answer(self, job: Job, understood: Callable[[dict[str, Any], bytes], T]) -> T:
        """What a child answers, understood; runs in a thread of the pool.

        Raises NoAnswer when the job got none alone either, ReaderUnavailable when it is the machine
        that gives no reader.
        """
        try:
            with self._floor.together():
                return understood(*self._ask(job))
        except (NoAnswer, ReaderUnavailable) as lost:
            self._unless_closed(lost)
            logger.warning("%s (%s): %s; once more, alone", job.name, job.path, lost)
        with self._floor.alone():
            self._done_again += 1
            self._dismiss_idle()
            try:
                return understood(*self._ask(job))
            except NoAnswer as lost:
                self._unless_closed(lost)
                if lost.ending.lost_the_reader:
                    self.start()  # by a machine that can start one, or else nothing is said
                raise

    def _unless_closed(self, lost: Exception) -> None:
        """Raises ReaderUnavailable for a job that we ended ourselves: its file is not to blame."""
        if self._closed:
            raise ReaderUnavailable(_CLOSED) from lost

    def _ask(self, job: Job) -> tuple[dict[str, Any], bytes]:
        """A child's answer. Raises NoAnswer, ReaderUnavailable."""
        content = _content_of(job)
        # Where the file lies is no concern of whoever reads it.
        told = job if job.path is None else replace(job, path=Path())
        child = self._take(Purpose.MARK if isinstance(job, MarkJob) else Purpose.READ)
        usable = False
        try:
            answer = child.ask(pickle.dumps(told, protocol=5), content)
            usable = child.jobs_done < self._recycle_after
            return answer
        finally:
            self._give_back(child, usable)

    def _dismiss_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()

    def _take(self, purpose: Purpose) -> ReaderProcess:
        while True:
            with self._lock:
                if self._closed:
                    raise ReaderUnavailable(_CLOSED)
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
            fresh = ReaderProcess(self._entry, self._office_frame, self._limits, purpose)
            with self._lock:
                self._busy.add(fresh)
                self._barriers = fresh.barriers
                if self._closed:
                    fresh.kill()
            return fresh

    def _give_back(self, child: ReaderProcess, usable: bool) -> None:
        with self._lock:
            self._busy.discard(child)
            if usable and not self._closed:
                self._idle.append(child)
                return
        child.close()


def _examination(answer: dict[str, Any], _made: bytes) -> Examination:
    try:
        return examination_from_json(answer["examination"])
    except (KeyError, MalformedExamination) as fault:
        raise NoAnswer(Ending.GARBLED, f"{type(fault).__name__}: {fault}") from fault


def _made(answer: dict[str, Any], made: bytes) -> MadeWorkbook:
    if not made or answer.get("marked") != len(made):
        raise NoAnswer(Ending.GARBLED, str(answer)[:500])
    return MadeWorkbook(made, answer.get("as_sent") is True)


def _content_of(job: Job) -> bytes:
    """The job's file, up to a byte more than is ever read.

    Raises NoAnswer, ReaderUnavailable where the machine has nothing left to open a file with.
    """
    if job.path is None:
        return b""
    try:
        with job.path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as fault:
        if is_of_the_machine(fault):
            raise ReaderUnavailable(f"Không đọc được tệp trong kho thư gốc: {fault}") from fault
        raise NoAnswer(Ending.UNOPENED, str(fault)) from fault
