"""Several workers on one database: nothing lost, nothing done twice, one agency's mail in order."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from models.domain.mail.mail import MessageState
from tasks.adapters.intake import drawing, working
from tasks.adapters.intake.collecting import Collected, collect_from
from tasks.adapters.intake.working import WorkDone, work_through
from tasks.adapters.mailbox.maildir import MaildirInbox, deliver
from tasks.adapters.sharing import program
from tasks.adapters.sharing.locks import SessionLocks, alone, hold
from tasks.adapters.sharing.program import ProgramDiffers, own_mark
from tasks.adapters.store import messages, submissions
from tasks.adapters.workplace import Workplace
from tests.conftest import fresh_postgres
from tests.fixtures.cut_wire import CutWire
from tests.fixtures.letters_written import every_letter
from tests.fixtures.own_workbook_mail import own_workbook_mail
from tests.fixtures.small_workplace import CYCLE, another_workplace, small_workplace

OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
AGENCIES = ("syt", "sdl", "stp", "sct")
EACH = 5  # versions of each agency

pytestmark = pytest.mark.postgres


@pytest.fixture
def database() -> Iterator[str]:
    yield from fresh_postgres(tables=True)


@pytest.fixture
def workplace(tmp_path: Path, database: str) -> Iterator[Workplace]:
    """One worker's; twenty messages wait, five versions of each of four agencies."""
    opened = OPENED + dt.timedelta(days=3)
    with small_workplace(tmp_path, opened, AGENCIES, database) as workplace:
        for number in range(EACH * len(AGENCIES)):
            agency = AGENCIES[number % len(AGENCIES)]
            mail = own_workbook_mail(workplace, agency, number, f"{number}/KH")
            if number % 3 == 0:  # from another address of the agency, without the reply token
                mail.replace_header("To", workplace.rules.office_address)
            at = OPENED + dt.timedelta(days=1, minutes=number)
            deliver(mailbox_of(workplace), mail.as_bytes(), at)
        yield workplace


def mailbox_of(workplace: Workplace) -> Path:
    return Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))


def collected(workplace: Workplace) -> Collected:
    return collect_from(workplace, workplace.rules.mailboxes[0], 1000)


def side_by_side(*works: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(work) for work in works]]


def is_whole_and_in_order(workplace: Workplace) -> None:
    """Every message is a version, as they arrived, each with its receipt and its one answer."""
    with workplace.engine.begin() as connection:
        states = messages.counts_by_state(connection)
        records = submissions.records(connection, CYCLE)
        answers = Counter(r.kind for r in every_letter(connection))
    assert states == {MessageState.RETURNED: EACH * len(AGENCIES)}
    for found in records.values():
        assert [r.version for r in found] == list(range(1, EACH + 1))
        assert [r.received_at for r in found] == sorted(r.received_at for r in found)
    numbers = sorted(r.receipt_number for found in records.values() for r in found)
    assert numbers == [f"KH-2025/{n:04d}" for n in range(1, EACH * len(AGENCIES) + 1)]
    assert answers["verdict"] == EACH * len(AGENCIES)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SHARED_BATCH", 2)


def test_three_workers_record_what_one_would(
    workplace: Workplace, tmp_path: Path, database: str
) -> None:
    assert collected(workplace).new == EACH * len(AGENCIES)
    with ExitStack() as stack:
        others = [
            stack.enter_context(another_workplace(tmp_path, workplace.now, database))
            for _ in range(2)
        ]
        done: list[WorkDone] = side_by_side(
            *(lambda place=place: work_through(place, 1000) for place in (workplace, *others))
        )
    assert [one.failures for one in done] == [[], [], []]
    keys = Counter(m.key for one in done for m in one.messages)
    assert set(keys.values()) == {1}
    # A worker ends when nothing is left that it may take: what then still follows a message that
    # another has in hand is that one's.
    assert len(keys) == EACH * len(AGENCIES)
    is_whole_and_in_order(workplace)


def test_two_that_stand_in_each_others_way_both_come_to_an_end(
    workplace: Workplace, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the header does not tell: each has a file of an agency that the other has as well."""
    collected(workplace)
    with workplace.engine.begin() as connection:
        connection.execute(messages.MESSAGE.update().values(ordering_key=""))
    monkeypatch.setattr(drawing, "SHARED_BATCH", 5)
    with another_workplace(tmp_path, workplace.now, database) as other:
        done = side_by_side(
            lambda: work_through(workplace, 1000), lambda: work_through(other, 1000)
        )
    assert [one.failures for one in done] == [[], []]
    with workplace.engine.begin() as connection:
        records = submissions.records(connection, CYCLE)
        assert messages.counts_by_state(connection) == {MessageState.RETURNED: EACH * len(AGENCIES)}
    for found in records.values():
        assert sorted(r.version for r in found) == list(range(1, EACH + 1)), "none twice"


def test_a_deadlock_ends_neither_run(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database ends one of two that wait for each other; its messages are drawn again."""
    collected(workplace)
    settle, ended = working._settle, []

    def settled(place: Workplace, connection: Any, *rest: Any) -> Any:
        if not ended:
            ended.append(True)
            _end_by_deadlock(workplace, connection)
        return settle(place, connection, *rest)

    monkeypatch.setattr(working, "_settle", settled)
    done = work_through(workplace, 1000)
    assert ended and done.failures == []
    is_whole_and_in_order(workplace)


def _end_by_deadlock(workplace: Workplace, connection: Any) -> None:
    """Two transactions lock two names in opposite order; ours is the one that gives way."""
    connection.exec_driver_sql("SET LOCAL deadlock_timeout = '50ms'")
    hold(connection, [("agency", "a")])
    begun = threading.Event()

    def other() -> None:
        with workplace.engine.begin() as second:
            second.exec_driver_sql("SET LOCAL deadlock_timeout = '1min'")
            hold(second, [("agency", "b")])
            begun.set()
            hold(second, [("agency", "a")])

    beside = threading.Thread(target=other)
    beside.start()
    try:
        begun.wait()
        time.sleep(0.1)
        hold(connection, [("agency", "b")])
    finally:
        # The other has what it waited for once ours is rolled back, which the caller does.
        threading.Thread(target=beside.join).start()


def test_the_network_is_cut_while_a_worker_reads_and_another_does_its_work(
    workplace: Workplace, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(workplace)
    url = make_url(database)
    with CutWire(url.host or "127.0.0.1", url.port or 5432) as wire:
        far = url.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        with another_workplace(tmp_path, workplace.now, far) as other:
            read = working._read

            def reads_and_is_cut(place: Workplace, batch: Any) -> Any:
                found = read(place, batch)
                if place is other and batch:
                    wire.cut()
                return found

            monkeypatch.setattr(working, "_read", reads_and_is_cut)
            lost = work_through(other, 1000)
    assert lost.messages == [] and len(lost.failures) == 1
    assert "Cơ sở dữ liệu" in lost.failures[0] and "lần chạy sau làm tiếp" in lost.failures[0]
    assert work_through(workplace, 1000).failures == []
    is_whole_and_in_order(workplace)
    with workplace.engine.begin() as connection:
        attempts = {row["attempts"] for row in messages.every_message(connection)}
    assert attempts == {0}, "a cut counts against no message"


def test_a_server_that_ended_the_session_counts_against_no_message(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in hand is free again, and new connections come about: it is not drawn twice."""
    collected(workplace)
    read, ended = working._read, []
    ending = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE state LIKE 'idle in tr%%' AND datname = current_database()"
    )

    def read_and_ended(place: Workplace, batch: Any) -> Any:
        found = read(place, batch)
        if not ended:
            ended.append(True)
            with place.engine.connect() as connection:
                connection.exec_driver_sql(ending)
        return found

    monkeypatch.setattr(working, "_read", read_and_ended)
    lost = work_through(workplace, 1000)
    assert lost.messages == [] and len(lost.failures) == 1
    in_hand = workplace.raw_store.root / "in-hand"
    assert not list(in_hand.iterdir()), "a file left there counts as an attempt"
    assert work_through(workplace, 1000).failures == []
    is_whole_and_in_order(workplace)


def test_one_collects_from_a_mailbox_at_a_time(
    workplace: Workplace, tmp_path: Path, database: str
) -> None:
    source = MaildirInbox(mailbox_of(workplace)).source
    with alone(workplace.engine, ["mailbox", source]) as mine:
        assert mine
        with another_workplace(tmp_path, workplace.now, database) as other:
            assert collected(other) == Collected()
    assert collected(workplace).new == EACH * len(AGENCIES)


def test_the_order_of_an_agency_is_known_from_the_header(workplace: Workplace) -> None:
    """By the reply token, and by the address alone."""
    collected(workplace)
    with workplace.engine.begin() as connection:
        keys = Counter(row["ordering_key"] for row in messages.every_message(connection))
    assert keys == dict.fromkeys(AGENCIES, EACH)


def test_a_lock_ends_with_its_session(workplace: Workplace) -> None:
    engine = workplace.engine
    with SessionLocks(engine) as one, SessionLocks(engine) as two:
        assert one.taken([("letter", "1"), ("letter", "2")]) == [True, True]
        assert two.taken([("letter", "2"), ("letter", "3")]) == [False, True]
        one.free(("letter", "2"))
        assert two.taken([("letter", "2")]) == [True]
    with SessionLocks(engine) as three:
        names: Sequence[Sequence[str]] = [("letter", str(n)) for n in (1, 2, 3)]
        assert three.taken(names) == [True] * 3


def test_of_two_programs_deployed_at_once_one_is_left(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two would be left, and refuse each other's machines."""
    deploying = threading.local()
    monkeypatch.setattr(program, "own_mark", lambda: deploying.mark)
    forget, first = program.forget, threading.Event()

    def forgotten(connection: Any) -> None:
        forget(connection)
        if not first.is_set():  # the other begins now, and has to wait
            first.set()
            time.sleep(0.5)

    monkeypatch.setattr(program, "forget", forgotten)

    def deploy(mark: str) -> None:
        deploying.mark = mark
        with workplace.engine.begin() as connection:
            program.deployed(connection, workplace.now)

    def second() -> None:
        assert first.wait(30)
        deploy("second")

    side_by_side(lambda: deploy("first"), second)
    with workplace.engine.begin() as connection:
        assert connection.execute(program.PROGRAM.select()).scalars().all() == ["second"]


def test_a_worker_with_another_program_is_refused_and_told_what_to_do(
    workplace: Workplace, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workplace.engine.begin() as connection:
        assert program.deployed(connection, workplace.now) == own_mark()
    with another_workplace(tmp_path, workplace.now, database):
        pass
    monkeypatch.setattr(program, "own_mark", lambda: "0123456789abcdef")
    with (
        pytest.raises(ProgramDiffers, match=r"0123456789abcdef.*Hãy cập nhật"),
        another_workplace(tmp_path, workplace.now, database),
    ):
        pass
    with workplace.engine.begin() as connection:
        program.forget(connection)
    with another_workplace(tmp_path, workplace.now, database):
        pass
