"""Letters of several workers: each leaves once, within one pace and one number of connections."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from models.domain.mail.mail import LetterState
from tasks.adapters.post import posting
from tasks.adapters.post.posting import Posted, deliver
from tasks.adapters.post.smtp_sender import SmtpSender
from tasks.adapters.sharing.drawn_letters import DrawnLetters
from tasks.adapters.sharing.locks import SessionLocks
from tasks.adapters.sharing.pace import PACE, SharedPace
from tests.conftest import fresh_postgres
from tests.fixtures.mail_house import NOON, House, Server

LETTERS = 24

pytestmark = pytest.mark.postgres


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for url in fresh_postgres(tables=True):
        made = House(tmp_path, url)
        for number in range(LETTERS):
            made.queue(number)
        yield made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    with made.catcher:
        yield made


def delivered_side_by_side(house: House, url: str, runs: int) -> list[Posted]:
    def run() -> Posted:
        with house.workplace(url) as workplace:
            return deliver(workplace, 1000)

    with ThreadPoolExecutor(runs) as pool:
        return [one.result() for one in [pool.submit(run) for _ in range(runs)]]


def test_three_workers_send_each_letter_once(house: House, server: Server) -> None:
    house.changes = {"smtp_connections": 3}
    server.message = lambda _caught: time.sleep(0.05)
    posted = delivered_side_by_side(house, server.catcher.url, 3)
    assert sum(one.sent for one in posted) == LETTERS
    assert not any(one.left or one.failed or one.uncertain for one in posted)
    assert set(server.got().values()) == {1}
    assert Counter(row.state for row in house.letters()) == {LetterState.SENT.value: LETTERS}


def test_all_workers_together_open_no_more_connections_than_allowed(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.changes = {"smtp_connections": 2}
    server.message = lambda _caught: time.sleep(0.02)
    at_once, most, lock = 0, 0, threading.Lock()
    begin, end = SmtpSender.__enter__, SmtpSender.__exit__

    def begun(sender: SmtpSender) -> SmtpSender:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        return begin(sender)

    def ended(sender: SmtpSender, *how: Any) -> None:
        nonlocal at_once
        end(sender, *how)
        with lock:
            at_once -= 1

    monkeypatch.setattr(SmtpSender, "__enter__", begun)
    monkeypatch.setattr(SmtpSender, "__exit__", ended)
    posted = delivered_side_by_side(house, server.catcher.url, 3)
    assert sum(one.sent for one in posted) == LETTERS
    assert most == 2


def test_workers_share_one_pace(house: House) -> None:
    """Turns of two workers are as far apart as those of one."""
    with house.workplace() as one, house.workplace() as two:
        paces = [SharedPace(one.engine, 60), SharedPace(two.engine, 60)]
        turns = [paces[number % 2].turn() for number in range(6)]
    assert [round(turn) for turn in turns] == [0, 1, 2, 3, 4, 5]


def test_a_clock_that_was_ahead_keeps_no_letter(house: House) -> None:
    """The server's, set right after it has given out turns."""
    with house.workplace() as place:
        pace = SharedPace(place.engine, 60)
        assert round(pace.turn()) == 0
        with place.engine.begin() as connection:
            a_year = {"free_at": PACE.c.free_at + 365 * 24 * 3600}
            connection.execute(PACE.update().values(a_year))
        assert [round(pace.turn()) for _ in range(3)] == [0, 1, 2]


def test_a_letter_is_one_workers_until_it_is_given_back(house: House) -> None:
    with house.workplace() as place, SessionLocks(place.engine) as mine:
        one = DrawnLetters(place.engine, mine)
        drawn = one.draw(NOON, 10, set(), to_mark=False)
        assert [row.business_key for row in drawn] == [
            f"2025-plan|syt|guidance|{n}" for n in range(10)
        ]
        with SessionLocks(place.engine) as others:
            two = DrawnLetters(place.engine, others)
            assert [r.id for r in two.draw(NOON, 10, set(), to_mark=False)] == list(range(11, 21))
            one.give_back(drawn[3])
            assert [r.id for r in two.draw(NOON, 10, set(range(11, 21)), to_mark=False)] == [
                drawn[3].id, 21, 22, 23, 24,
            ]  # fmt: skip


def test_a_worker_without_a_connection_waits_and_nothing_is_left(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another has them all, and goes away without a word."""
    monkeypatch.setattr(posting, "_LOOK_AGAIN", 0.05)
    with (
        house.workplace(server.catcher.url) as place,
        SessionLocks(place.engine) as another,
        ThreadPoolExecutor(1) as pool,
    ):
        assert another.taken([("connection", "0")]) == [True]
        run = pool.submit(deliver, place, 1000)
        time.sleep(0.5)
        assert not run.done() and not server.taken
        another.__exit__(None, None, None)
        assert run.result().sent == LETTERS
    assert set(server.got().values()) == {1}


def test_what_another_worker_has_sent_meanwhile_is_not_drawn(house: House, server: Server) -> None:
    with house.workplace() as place, SessionLocks(place.engine) as locks:
        drawn = DrawnLetters(place.engine, locks)
        assert house.run(server.catcher.url).sent == LETTERS
        assert drawn.draw(NOON, 100, set(), to_mark=False) == []
