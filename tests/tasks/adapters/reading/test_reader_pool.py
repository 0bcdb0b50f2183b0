import datetime as dt
import errno
import io
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest

from models.domain.reading.submissions import FileProblem
from tasks.adapters.reading import reader_limits, reader_pool
from tasks.adapters.reading.reader_jobs import ExamineJob, MarkJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import Ending, ReaderFailed, ReaderUnavailable, ending_of
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template
from tests.fixtures.office_files import own_office

MADE_AT = dt.datetime(2025, 2, 18, 9, 30, tzinfo=dt.UTC)
STARTED = (str(Path(__file__).with_name("misbehaving_reader.py")),)
# Forked: a twentieth of a start.
MISBEHAVING = ("-m", "tests.tasks.adapters.reading.misbehaving_reader")
BOTH = pytest.mark.parametrize("entry", [MISBEHAVING, STARTED], ids=["forked", "started"])
ROOT = Path(__file__).resolve().parents[4]
FATAL = [
    ("kill", FileProblem.KILLED_READER),
    ("abort", FileProblem.KILLED_READER),
    ("exit", FileProblem.KILLED_READER),
    ("hog", FileProblem.TOO_LARGE),
    ("raise", FileProblem.READER_FAULT),
    ("lie", FileProblem.READER_FAULT),
]


@pytest.fixture
def workbook(tmp_path, build) -> Path:
    path = tmp_path / "small.xlsx"
    path.write_bytes(build.fixture("small.xlsx"))
    return path


@pytest.fixture(scope="module")
def pool():
    with ReaderPool(None, workers=2, entry=MISBEHAVING, memory_mb=300, seconds_per_file=10) as pool:
        yield pool


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_files_are_answered_in_the_order_given(pool, workbook):
    jobs = [ExamineJob(workbook, f"{i}.xlsx") for i in range(30)]
    answers = list(pool.examine(jobs))
    assert [job for job, _ in answers] == jobs
    assert all(e.problem is None and e.sheet_names == ("Chỉ tiêu", "_baocao") for _, e in answers)
    assert all(e.seconds > 0 for _, e in answers)


@pytest.mark.parametrize(("name", "problem"), FATAL)
def test_one_bad_file_is_named_and_the_others_go_on(pool, workbook, name, problem):
    jobs = [ExamineJob(workbook, n) for n in ("a.xlsx", name, "b.xlsx", "c.xlsx")]
    answers = {job.name: examination for job, examination in pool.examine(jobs)}
    assert answers[name].problem is problem
    assert name in answers[name].detail
    assert all(answers[n].problem is None for n in ("a.xlsx", "b.xlsx", "c.xlsx"))


def test_a_file_that_costs_too_much_processor_time_is_given_up_however_long_that_takes(workbook):
    with ReaderPool(None, entry=MISBEHAVING, seconds_per_file=0.3) as pool:
        answer = pool.examine_one(ExamineJob(workbook, "spin"))
        assert answer.problem is FileProblem.TIMED_OUT and "0,3 giây" in answer.detail
        assert pool.examine_one(ExamineJob(workbook, "b.xlsx")).problem is None


def test_a_reader_that_is_kept_waiting_says_nothing_against_its_file(workbook, monkeypatch):
    monkeypatch.setattr(reader_limits, "WALL_FACTOR", 0.1)
    with ReaderPool(None, entry=MISBEHAVING, seconds_per_file=20) as pool:
        answer = pool.examine_one(ExamineJob(workbook, "hang"))
        assert answer.problem is FileProblem.KILLED_READER
        assert "đứng yên" in answer.detail and "Chưa có kết luận" in answer.detail
        assert pool.examine_one(ExamineJob(workbook, "b.xlsx")).problem is None


def test_what_a_library_prints_never_reaches_the_answers(pool, workbook):
    assert pool.examine_one(ExamineJob(workbook, "talk")).problem is None


@BOTH
def test_a_child_inherits_no_secret(workbook, monkeypatch, entry):
    monkeypatch.setenv("BAOCAO_SECRET_KEY", "sesame")
    with ReaderPool(None, entry=entry) as fresh:
        environment = fresh.examine_one(ExamineJob(workbook, "environment")).detail
    assert "PYTHONPATH" in environment
    assert "BAOCAO" not in environment and "sesame" not in environment


def test_a_child_killed_while_idle_costs_no_file(workbook):
    with ReaderPool(None, entry=MISBEHAVING) as pool:
        pid = int(pool.examine_one(ExamineJob(workbook, "pid")).detail)
        os.kill(pid, signal.SIGKILL)
        while alive(pid):
            time.sleep(0.01)
        assert pool.examine_one(ExamineJob(workbook, "a.xlsx")).problem is None


@BOTH
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_killed_at_work_costs_no_file(workbook, by, entry):
    with ReaderPool(None, entry=entry) as pool:
        pid = int(pool.examine_one(ExamineJob(workbook, "pid")).detail)
        threading.Timer(0.2, os.kill, (pid, by)).start()
        jobs = [ExamineJob(workbook, n) for n in ("slow", "b.xlsx")]
        assert [e.problem for _, e in pool.examine(jobs)] == [None, None]
        assert pool.done_again == 1


@pytest.mark.parametrize(
    ("name", "problem", "entry"),
    [
        (*FATAL[0], STARTED),
        (*FATAL[0], MISBEHAVING),
        (*FATAL[3], MISBEHAVING),
        (*FATAL[5], MISBEHAVING),
    ],
)
def test_nothing_is_said_of_a_file_before_it_was_read_alone_in_a_fresh_process(
    workbook, monkeypatch, name, problem, entry
):
    said: list[tuple[int, int]] = []
    ask = reader_pool.ReaderProcess.ask

    def heard(child, *frames):
        said.append((child.jobs_done, len(pool.pids)))
        return ask(child, *frames)

    monkeypatch.setattr(reader_pool.ReaderProcess, "ask", heard)
    with ReaderPool(None, entry=entry, workers=2, memory_mb=300) as pool:
        jobs = [ExamineJob(workbook, n) for n in ("slow", name)]
        assert [e.problem for _, e in pool.examine(jobs)] == [None, problem]
        assert said[-1] == (0, 1), "a fresh process, and no other"
        assert len(said) == 3 and pool.done_again == 1


ENDINGS = [
    (-signal.SIGPROF, "", Ending.PROCESSOR),
    (-signal.SIGXCPU, "", Ending.PROCESSOR),
    (-signal.SIGABRT, "memory allocation of 90 bytes failed", Ending.MEMORY),
    (1, "MemoryError", Ending.MEMORY),
    (-signal.SIGABRT, "", Ending.CRASHED),
    (-signal.SIGSEGV, "", Ending.CRASHED),
    (3, "", Ending.CRASHED),
    (0, "", Ending.CRASHED),
    (-signal.SIGKILL, "", Ending.KILLED),
    (-signal.SIGKILL, "MemoryError", Ending.KILLED),
    (-signal.SIGTERM, "", Ending.KILLED),
    (-signal.SIGHUP, "", Ending.KILLED),
    (-signal.SIGALRM, "", Ending.WALL),
    (None, "", Ending.KILLED),
]


@pytest.mark.parametrize(("status", "words", "ending"), ENDINGS)
def test_how_a_reader_ended_is_told_by_its_status_and_its_last_words(status, words, ending):
    assert ending_of(status, words) is ending


@pytest.mark.parametrize(
    "ending", [e for e in Ending if e not in (Ending.PROCESSOR, Ending.MEMORY, Ending.ANSWER)]
)
def test_only_what_a_file_costs_is_the_files_own(ending):
    assert ending.problem.is_ours


UNSTARTED = [
    (subprocess, "Popen", BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")),
    (subprocess, "Popen", OSError(errno.ENOMEM, "Cannot allocate memory")),
    (subprocess, "Popen", OSError(errno.EMFILE, "Too many open files")),
    (tempfile, "TemporaryFile", OSError(errno.ENOSPC, "No space left on device")),
]


@pytest.mark.parametrize(("owner", "call", "fault"), UNSTARTED)
def test_a_machine_that_starts_no_reader_is_no_verdict_and_one_that_does_again_reads_on(
    workbook, monkeypatch, owner, call, fault
):
    def refused(*_given, **_named):
        raise fault

    with ReaderPool(None, entry=STARTED) as pool:
        with monkeypatch.context() as broken:
            broken.setattr(owner, call, refused)
            with pytest.raises(ReaderUnavailable, match=re.escape(fault.strerror)):
                pool.examine_one(ExamineJob(workbook, "a.xlsx"))
        assert pool.examine_one(ExamineJob(workbook, "a.xlsx")).problem is None


def test_a_fork_that_fails_once_is_tried_again(workbook, monkeypatch):
    start, refusals = subprocess.Popen, [BlockingIOError(errno.EAGAIN, "fork")]

    def hesitant(*given, **named):
        if refusals:
            raise refusals.pop()
        return start(*given, **named)

    monkeypatch.setattr(subprocess, "Popen", hesitant)
    with ReaderPool(None, entry=STARTED) as pool:
        assert pool.examine_one(ExamineJob(workbook, "a.xlsx")).problem is None


def test_a_reader_lost_alone_on_a_machine_that_starts_no_other_says_nothing_of_the_file(
    workbook, monkeypatch
):
    start, left = subprocess.Popen, [1, 2]

    def twice(*given, **named):
        if not left:
            raise BlockingIOError(errno.EAGAIN, "fork")
        left.pop()
        return start(*given, **named)

    monkeypatch.setattr(subprocess, "Popen", twice)
    with ReaderPool(None, entry=STARTED) as pool, pytest.raises(ReaderUnavailable):
        pool.examine_one(ExamineJob(workbook, "kill"))


def test_a_child_is_replaced_after_its_share_of_files(workbook):
    with ReaderPool(None, entry=MISBEHAVING, recycle_after=2) as pool:
        pids = [e.detail for _, e in pool.examine([ExamineJob(workbook, "pid")] * 4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_child_is_started_only_when_a_file_comes_and_never_more_than_needed(workbook):
    with ReaderPool(None, entry=MISBEHAVING, workers=4) as pool:
        pids = {pool.examine_one(ExamineJob(workbook, "pid")).detail for _ in range(5)}
    assert len(pids) == 1


def test_closing_ends_every_child_also_one_at_work(workbook):
    pool = ReaderPool(None, entry=MISBEHAVING, workers=2)
    idle = int(pool.examine_one(ExamineJob(workbook, "pid")).detail)
    failures: list[str] = []

    def work() -> None:
        try:
            pool.examine_one(ExamineJob(workbook, "hang"))
        except ReaderUnavailable as failed:  # and no verdict on the file, which did nothing wrong
            failures.append(str(failed))

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    started = time.monotonic()
    pool.close()
    thread.join(5)
    assert time.monotonic() - started < 2
    assert failures == ["Bộ đọc tệp đã đóng."]
    assert not alive(idle)
    pool.close()
    with pytest.raises(ReaderFailed, match="đã đóng"):
        pool.examine_one(ExamineJob(workbook, "a.xlsx"))


def test_jobs_are_drawn_only_as_they_are_needed(workbook):
    drawn: list[int] = []

    def jobs():
        for number in range(1000):
            drawn.append(number)
            yield ExamineJob(workbook, f"{number}.xlsx")

    with ReaderPool(None, workers=2) as pool:
        answers = pool.examine(jobs())
        next(answers)
        assert len(drawn) <= 10
        answers.close()


def test_a_pool_serves_several_threads_at_once(pool, workbook):
    results: list[int] = []

    def work() -> None:
        jobs = [ExamineJob(workbook, f"{i}.xlsx") for i in range(10)]
        results.append(sum(e.problem is None for _, e in pool.examine(jobs)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [10] * 4


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
@pytest.mark.parametrize(
    ("name", "within", "entry"),
    [("a.xlsx", 3.0, STARTED), ("spin", 6.0, STARTED), ("spin", 3.0, MISBEHAVING)],
)
def test_no_child_outlives_a_parent_that_was_killed(workbook, name, within, entry):
    program = textwrap.dedent(
        f"""
        import sys, threading, time
        sys.path[:0] = {sys.path!r}
        from pathlib import Path
        from tasks.adapters.reading.reader_pool import ReaderPool
        from tasks.adapters.reading.reader_jobs import ExamineJob
        pool = ReaderPool(None, entry={entry!r}, seconds_per_file=1)
        print(pool.examine_one(ExamineJob(Path({str(workbook)!r}), "pid")).detail, flush=True)
        threading.Timer(0.3, lambda: __import__("os").kill(__import__("os").getpid(), 9)).start()
        pool.examine_one(ExamineJob(Path({str(workbook)!r}), {name!r}))
        time.sleep(60)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    child = int(parent.stdout.readline())
    assert parent.wait(10) == -signal.SIGKILL
    parent.stdout.close()
    deadline = time.monotonic() + within
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


def test_hostile_files_are_answered_within_their_limits_by_the_real_reader(
    tmp_path, build, zip_bomb
):
    whole = build.fixture("small.xlsx")
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(whole)).encrypt("bí mật", locked)
    shared = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>"
    repeated = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{c}{r}" t="s"><v>0</v></c>' for c in "ABCDEFGH")
        + "</row>"
        for r in range(1, 500)
    )
    cases = {
        "thưa.xlsx": (build.sparse_bomb(), None, ""),
        "nén.xlsx": (zip_bomb, "too_large", "quá lớn"),
        "cụt.xlsx": (whole[:3000], "damaged", "hỏng"),
        "ngẫu nhiên.xlsx": (os.urandom(20_000), "not_a_workbook", "không rõ định dạng"),
        "rỗng.xlsx": (b"", "empty", "rỗng"),
        "kín.xlsx": (locked.getvalue(), "encrypted", "mật khẩu"),
        "quét.pdf": (b"%PDF-1.7 ...", "not_a_workbook", "tệp PDF"),
        "web.xls": (b"<html><table></table></html>", "not_a_workbook", "HTML"),
        "bản thảo.docx": (build.zip({"word/document.xml": "x"}), "not_a_workbook", "Word"),
        "chuỗi.xlsx": (
            build.xlsx(
                repeated,
                extra={"xl/sharedStrings.xml": shared + "x" * 1_000_000 + "</t></si></sst>"},
            ),
            "too_large",
            "bộ nhớ",
        ),
        "tốt.xlsx": (whole, None, ""),
    }
    jobs = []
    for number, (name, (content, _, _)) in enumerate(cases.items()):
        path = tmp_path / str(number)
        path.write_bytes(content)
        jobs.append(ExamineJob(path, name))
    started = time.monotonic()
    with ReaderPool(None, workers=2, memory_mb=400, seconds_per_file=10) as pool:
        for job, examination in pool.examine(jobs):
            _, problem, words = cases[job.name]
            assert examination.problem == problem, job.name
            assert words in examination.detail
            assert not problem or f"«{job.name}»" in examination.detail
    assert time.monotonic() - started < 12


def test_a_file_that_is_gone_is_our_fault_not_the_agencys(pool, tmp_path):
    answer = pool.examine_one(ExamineJob(tmp_path / "gone", "a.xlsx"))
    assert answer.problem is FileProblem.READER_FAULT
    assert "không phải do đơn vị" in answer.detail


def test_a_workbook_that_cannot_be_marked_fails_loudly(pool):
    job = MarkJob(
        path=None,
        name="a.xlsx",
        kind="xlsx",
        findings=(),
        cycle="2025-plan",
        agency="so_tai_chinh",
        contact=None,
        token="",
        entries=(),
        made_at=MADE_AT,
    )
    with pytest.raises(ReaderFailed, match=r"a\.xlsx"):
        pool.mark(job)


def test_the_offices_own_form_is_examined_and_marked_in_a_child(tmp_path):
    office = own_office()
    cycle = office.cycle("2025-plan")
    agency = next(iter(office.register.agencies))
    form = tmp_path / "form.xlsx"
    form.write_bytes(
        write_template(
            AgencyWorkbook(
                *(office.form_of(cycle), office.catalogue_of(cycle), cycle),
                *(agency, office.register, None, "token"),
            )
        )
    )
    with ReaderPool(office) as pool:
        answer = pool.examine_one(ExamineJob(form, "Kế hoạch.xlsx", agency, cycle.code))
        assert answer.problem is None and not answer.rule_failures
        assert (answer.agency, answer.cycle) == (agency, cycle.code)
        assert answer.findings
        marked = pool.mark(
            MarkJob(
                path=form,
                name="Kế hoạch.xlsx",
                kind=answer.file_kind,
                findings=answer.findings,
                cycle=cycle.code,
                agency=agency,
                contact=None,
                token="token",
                entries=answer.entries,
                made_at=MADE_AT,
            )
        )
        returned = tmp_path / "marked.xlsx"
        returned.write_bytes(marked.content)
        assert marked.as_sent
        again = pool.examine_one(ExamineJob(returned, "Trả lại.xlsx", agency, cycle.code))
    assert again.problem is None


def test_a_reader_that_does_not_start_is_a_failure_not_a_verdict(workbook):
    with (
        ReaderPool(None, entry=("-c", "raise SystemExit(1)")) as pool,
        pytest.raises(ReaderUnavailable, match="không khởi động"),
    ):
        pool.examine_one(ExamineJob(workbook, "a.xlsx"))


def test_a_reader_imports_no_framework_and_starts_quickly():
    code = "import sys, tasks.adapters.reading.reader_child; print(*sorted(sys.modules))"
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.split()
    heavy = {"pandas", "sqlmodel", "sqlalchemy", "prefect", "config", "openpyxl", "msoffcrypto"}
    assert not heavy & set(loaded)


def test_jobs_survive_the_way_to_the_child():
    job = ExamineJob(Path("/x"), "Kế hoạch.xlsx", "so_tai_chinh", "2025-plan")
    assert pickle.loads(pickle.dumps(job)) == job
