"""What the machine does to a run is told of no file and counts against no message."""

from __future__ import annotations

import datetime as dt
import errno
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from models.domain.mail.mail import LetterKind, MessageState
from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.intake import drawing, working
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.drawing import left_in_hand, take_in_hand
from tasks.adapters.intake.working import ATTEMPTS, LOSSES, work_through
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.forking.forked_readers import Forker, NotForked
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.store import messages, messages_again
from tasks.adapters.workplace import Workplace
from tests.fixtures.lent_readers import close_readers
from tests.fixtures.letters_written import every_letter
from tests.fixtures.own_workbook_mail import own_workbook_mail
from tests.fixtures.small_workplace import small_workplace

ROOT = Path(__file__).resolve().parents[4]
OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
AGENCIES = ("syt", "sdl", "stp")
NO_ROOM = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def workplace(tmp_path: Path, database_url: str) -> Iterator[Workplace]:
    opened = OPENED + dt.timedelta(days=3)
    with small_workplace(tmp_path, opened, AGENCIES, database_url) as workplace:
        for minute, agency in enumerate(AGENCIES):
            post(workplace, agency, minute)
        collect(workplace, open_inbox(workplace.rules.mailboxes[0], workplace.now), 1000)
        yield workplace


def post(workplace: Workplace, agency: str, minute: int) -> None:
    """Mails an agency's own workbook, under a name by which it is known again."""
    mail = own_workbook_mail(workplace, agency, minute, name=f"{agency}.xlsx")
    mailbox = Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))
    deliver(mailbox, mail.as_bytes(), OPENED + dt.timedelta(days=1, minutes=minute))


def states(workplace: Workplace) -> Counter[str]:
    with workplace.engine.begin() as connection:
        return Counter(row["state"] for row in messages.every_message(connection))


def answers(workplace: Workplace) -> Counter[tuple[str, str]]:
    """Agency and kind of every letter beside those that asked."""
    with workplace.engine.begin() as connection:
        written = every_letter(connection)
    return Counter((x.agency, x.kind) for x in written if x.kind != LetterKind.OPENING)


EACH_ITS_VERDICT = {(agency, LetterKind.VERDICT.value): 1 for agency in AGENCIES}


# --- the machine fails; the same message, run after run -------------------------------------------


def fails(fault: Exception) -> Callable[..., NoReturn]:
    def failing(*_: object, **__: object) -> NoReturn:
        raise fault

    return failing


def unwritable(workplace: Workplace, broken: pytest.MonkeyPatch, message: str) -> None:
    """Every statement that would write fails, as SQLite and PostgreSQL fail."""

    def refused(_c: object, _u: object, statement: str, *_: object) -> None:
        if writing and not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            raise OperationalError(statement, {}, Exception(message))

    writing = [True]
    event.listen(workplace.engine, "before_cursor_execute", refused)
    undo = broken.undo

    def undone() -> None:
        writing.clear()
        undo()

    broken.undo = undone  # type: ignore[method-assign]


def full_from_the_start(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(RawStore, "put_many", fails(NO_ROOM))
    broken.setattr(drawing.os, "write", fails(NO_ROOM))
    unwritable(workplace, broken, "database or disk is full")


def full_once_a_batch_is_in_hand(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(RawStore, "put_many", fails(NO_ROOM))
    unwritable(workplace, broken, "database or disk is full")


def full_when_it_is_recorded(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    unwritable(workplace, broken, "database or disk is full")


def full_for_a_readers_last_words(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(tempfile, "TemporaryFile", fails(NO_ROOM))
    unwritable(workplace, broken, "database or disk is full")


def database_away(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    gone = OperationalError("SELECT", {}, Exception("connection refused"))
    broken.setattr(workplace.engine, "begin", fails(gone))
    broken.setattr(workplace.engine, "connect", fails(gone))


def database_away_when_it_is_recorded(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    record = working.record
    gone = OperationalError("INSERT", {}, Exception("server closed the connection"))

    def failing(*given: Any) -> NoReturn:
        record(*given)
        broken.setattr(workplace.engine, "begin", fails(gone))
        raise gone

    broken.setattr(working, "record", failing)


def fork_refused(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    _no_process(broken, BlockingIOError(errno.EAGAIN, "fork"))


def no_memory_for_a_process(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    _no_process(broken, OSError(errno.ENOMEM, "Cannot allocate memory"))


def _no_process(broken: pytest.MonkeyPatch, fault: OSError) -> None:
    """Neither started by this process nor forked by another one."""
    broken.setattr(subprocess, "Popen", fails(fault))
    broken.setattr(Forker, "fork", fails(NotForked(str(fault))))


def no_descriptor_left(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(RawStore, "get", fails(OSError(errno.EMFILE, "Too many open files")))


def raw_store_not_permitted(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    broken.setattr(drawing.os, "open", fails(PermissionError(errno.EACCES, "Permission denied")))


def reader_does_not_start(workplace: Workplace, broken: pytest.MonkeyPatch) -> None:
    workplace._pool = ReaderPool(None, entry=("-c", "raise SystemExit('no sandbox')"))


MACHINE = [
    full_from_the_start,
    full_once_a_batch_is_in_hand,
    full_when_it_is_recorded,
    full_for_a_readers_last_words,
    database_away,
    database_away_when_it_is_recorded,
    fork_refused,
    no_memory_for_a_process,
    no_descriptor_left,
    raw_store_not_permitted,
    reader_does_not_start,
]


@pytest.mark.parametrize("breaks", MACHINE, ids=lambda breaks: breaks.__name__)
def test_after_five_runs_on_a_failing_machine_every_message_gets_its_one_right_answer(
    workplace: Workplace, breaks: Callable[[Workplace, pytest.MonkeyPatch], None]
) -> None:
    close_readers()  # one that is lent would need no start
    for _ in range(ATTEMPTS + 2):
        broken = pytest.MonkeyPatch()
        breaks(workplace, broken)
        try:
            done = work_through(workplace, 1000)
        finally:
            # With the run's process its readers end, those too that were about to start.
            workplace.reader.close()
            workplace._pool = None
            broken.undo()
        assert done.messages == []
        (said,) = done.failures
        assert "lần chạy sau làm tiếp" in said
        assert states(workplace) == {MessageState.RECEIVED: 3} and not answers(workplace)
    with workplace.engine.begin() as connection:
        assert [m.attempts for m in messages.waiting(connection, 10)] == [0, 0, 0]
        assert not messages.all_losses(connection)
    done = work_through(workplace, 1000)
    assert done.failures == []
    assert states(workplace) == {MessageState.RETURNED: 3}
    assert answers(workplace) == EACH_ITS_VERDICT


def test_one_stored_message_that_may_not_be_read_keeps_no_other_waiting(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workplace.engine.begin() as connection:
        first = messages.waiting(connection, 1)[0].key
    get = RawStore.get

    def refused(store: RawStore, key: str) -> bytes:
        if key == first:
            raise PermissionError(errno.EACCES, "Permission denied")
        return get(store, key)

    monkeypatch.setattr(RawStore, "get", refused)
    assert [m.state for m in work_through(workplace, 1000).messages] == [MessageState.RETURNED] * 2
    assert states(workplace)[MessageState.RECEIVED] == 1


# --- a run that is gone without a word ------------------------------------------------------------


def killed_run(root: Path, keys: Sequence[str]) -> None:
    """A process that takes messages in hand and is killed."""
    program = textwrap.dedent(
        f"""
        import os, signal, sys
        sys.path[:0] = {sys.path!r}
        from pathlib import Path
        from tasks.adapters.intake.drawing import take_in_hand
        held = take_in_hand(Path({str(root)!r}), {list(keys)!r})
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    ended = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


def test_a_message_that_ends_the_run_three_times_is_held_and_takes_no_other_with_it(
    workplace: Workplace,
) -> None:
    with workplace.engine.begin() as connection:
        first, *others = [m.key for m in messages.waiting(connection, 10)]
    root = workplace.raw_store.root
    killed_run(root, [first, *others])
    for _ in range(ATTEMPTS - 1):
        killed_run(root, [first])
    done = work_through(workplace, 1000)
    assert {m.key: m.state for m in done.messages} == {
        first: MessageState.HELD,
        **dict.fromkeys(others, MessageState.RETURNED),
    }
    assert not list(left_in_hand(root))


def test_a_run_that_lives_is_not_counted_as_lost(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        keys = [m.key for m in messages.waiting(connection, 10)]
    root = workplace.raw_store.root
    program = textwrap.dedent(
        f"""
        import sys
        sys.path[:0] = {sys.path!r}
        from pathlib import Path
        from tasks.adapters.intake.drawing import take_in_hand
        held = take_in_hand(Path({str(root)!r}), {keys!r})
        print("held", flush=True)
        sys.stdin.read()
        """
    )
    living = subprocess.Popen(
        [sys.executable, "-S", "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert living.stdin is not None and living.stdout is not None
    assert living.stdout.readline() == "held\n"
    own = take_in_hand(root, keys)
    assert not list(left_in_hand(root))
    own.put_down()
    living.communicate("")
    assert [found for _, found in left_in_hand(root)] == [keys]


def test_a_run_that_an_operator_ends_counts_against_no_message(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "record", fails(KeyboardInterrupt()))  # type: ignore[arg-type]
    for _ in range(ATTEMPTS):
        with suppress(KeyboardInterrupt):
            work_through(workplace, 1000)
    monkeypatch.undo()
    assert Counter(m.state for m in work_through(workplace, 1000).messages) == {
        MessageState.RETURNED: 3
    }


# --- a reader that is lost on one file ------------------------------------------------------------


def losing(
    monkeypatch: pytest.MonkeyPatch, names: Sequence[str], problem: FileProblem
) -> list[str]:
    """Makes the reader answer so of files of those names; gives the names of all that it opened."""
    opened: list[str] = []
    examine = ReaderPool._examine_one

    def lost(pool: ReaderPool, job: Any) -> Examination:
        opened.append(job.name)
        if job.name in names:
            return Examination("", problem, f"Việc đọc tệp «{job.name}» bị dừng giữa chừng.")
        return examine(pool, job)

    monkeypatch.setattr(ReaderPool, "_examine_one", lost)
    return opened


@pytest.mark.parametrize("problem", [p for p in FileProblem if p.is_ours])
def test_a_file_that_loses_the_reader_three_times_over_runs_is_held_and_its_agency_told_kindly(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, problem: FileProblem
) -> None:
    opened = losing(monkeypatch, ["sdl.xlsx"], problem)
    for run in range(1, LOSSES):
        done = work_through(workplace, 1000)
        (said,) = done.failures
        assert "«sdl.xlsx»" in said and f"Lần thứ {run} trên {LOSSES}" in said
        assert states(workplace)[MessageState.RECEIVED] == 1
        assert ("sdl", LetterKind.VERDICT) not in answers(workplace)
    (held,) = work_through(workplace, 1000).messages
    assert held.state is MessageState.HELD and held.agency == "sdl"
    assert "«sdl.xlsx»" in held.reason and "Việc cần làm" in held.reason
    with workplace.engine.begin() as connection:
        letter = next(
            x for x in every_letter(connection) if (x.agency, x.kind) == ("sdl", "receipt")
        )
    told = " ".join(letter.text.split())
    assert "«sdl.xlsx»" in told and "không phải kết luận là tệp có lỗi" in told
    assert "Một cán bộ sẽ mở tệp" in told and "không cần gửi lại" in told
    assert opened.count("sdl.xlsx") == LOSSES
    # Nor is it opened again when it comes once more.
    post(workplace, "sdl", 60)
    collect(workplace, open_inbox(workplace.rules.mailboxes[0], workplace.now), 1000)
    (again,) = work_through(workplace, 1000).messages
    assert again.state is MessageState.HELD and "3 lần" in again.reason
    assert opened.count("sdl.xlsx") == LOSSES


def test_a_file_that_is_read_at_last_is_answered_as_ever_and_its_losses_are_forgotten(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing(monkeypatch, ["sdl.xlsx"], FileProblem.KILLED_READER)
    for _ in range(LOSSES - 1):
        work_through(workplace, 1000)
    with workplace.engine.begin() as connection:
        (lost,) = messages.all_losses(connection).values()
    assert lost.losses == LOSSES - 1
    monkeypatch.undo()
    done = work_through(workplace, 1000)
    assert done.failures == [] and answers(workplace) == EACH_ITS_VERDICT
    with workplace.engine.begin() as connection:
        assert not messages.all_losses(connection)


def test_a_person_may_have_a_held_file_tried_anew(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing(monkeypatch, ["sdl.xlsx"], FileProblem.KILLED_READER)
    done = [work_through(workplace, 1000) for _ in range(LOSSES)]
    (held,) = done[-1].messages
    monkeypatch.undo()
    with workplace.engine.begin() as connection:
        assert messages_again.reopen(connection, held.key)
    (mended,) = work_through(workplace, 1000).messages
    assert mended.state is MessageState.RETURNED
    assert answers(workplace) == {**EACH_ITS_VERDICT, ("sdl", LetterKind.RECEIPT.value): 1}
