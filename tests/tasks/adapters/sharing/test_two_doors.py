"""Two persons at two doors decide on one message at the same moment: one of them is refused."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import ExtendDeadline
from models.domain.deeds.deed import Deed
from models.domain.deeds.message_deeds import AssignMessage, RejectMessage, ReturnMessage
from models.domain.mail.mail import LetterKind
from tasks.adapters.decisions import cycle_decisions, message_decisions
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace
from tests.conftest import fresh_postgres
from tests.fixtures.held_mail import held_message
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_workplace import CYCLE, another_workplace, small_workplace

NOW = dt.datetime(2025, 2, 5, 9, tzinfo=HANOI)
HA = Signature("Nguyễn Thị Hà", "Đã gọi điện cho Sở.")
BINH = Signature("Trần Văn Bình", "Tệp của năm trước.")
WORDS = "Tệp gửi kèm là của năm trước, đề nghị gửi lại tệp của kỳ này."

pytestmark = pytest.mark.postgres


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[tuple[Workplace, Workplace]]:
    for url in fresh_postgres(tables=True):
        with (
            small_workplace(tmp_path, NOW, ("syt", "sdl"), url) as one,
            another_workplace(tmp_path, NOW, url) as two,
        ):
            yield one, two


def assigned(key: str, agency: str = "syt", signed: Signature = HA) -> Deed:
    return AssignMessage(cycle=CYCLE, agency=agency, message=key, signed=signed)


def rejected(key: str) -> Deed:
    return RejectMessage(message=key, signed=BINH)


def returned(key: str) -> Deed:
    return ReturnMessage(message=key, words=WORDS, signed=BINH)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (assigned, rejected),
        (rejected, assigned),
        (rejected, returned),
        (assigned, lambda key: assigned(key, "sdl", BINH)),
    ],
)
def test_who_is_second_is_refused_in_a_sentence(
    doors: tuple[Workplace, Workplace],
    monkeypatch: pytest.MonkeyPatch,
    first: Callable[[str], Deed],
    second: Callable[[str], Deed],
) -> None:
    key = held_message(doors[0])
    done, refused = both(doors, monkeypatch, message_decisions, first(key), second(key))
    assert done.new
    assert isinstance(refused, DecisionRefused) and "không chờ người xem" in str(refused)
    with doors[0].engine.begin() as connection:
        assert len(decisions.book(connection).decisions) == 1
        kinds = [letter.kind for letter in every_letter(connection)]
    assert LetterKind.RETURN not in kinds, "nothing is written by a decision that was refused"


def test_the_same_decision_of_two_is_kept_once(
    doors: tuple[Workplace, Workplace], monkeypatch: pytest.MonkeyPatch
) -> None:
    deed = ExtendDeadline(cycle=CYCLE, agency="syt", last_day=dt.date(2025, 2, 26), signed=HA)
    done, again = both(doors, monkeypatch, cycle_decisions, deed, deed)
    assert (done.new, again.new) == (True, False)


def both(
    doors: tuple[Workplace, Workplace],
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    first: Deed,
    second: Deed,
) -> tuple[Any, Any]:
    """What comes of the two, the second begun when the first has looked and not yet written."""
    keep, looked = where.keep, threading.Event()

    def kept(*told: Any) -> Any:
        if not looked.is_set():
            looked.set()
            _until_somebody_waits(doors[0].engine)
        return keep(*told)

    monkeypatch.setattr(where, "keep", kept)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(carry_out, doors[0], first)
        assert looked.wait(30)
        beside = pool.submit(carry_out, doors[1], second)
        return running.result(), beside.exception() or beside.result()


def _until_somebody_waits(engine: Engine) -> None:
    """Until a session waits for a lock; for a while at the most."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    waits += " AND wait_event_type = 'Lock'"
    until = time.monotonic() + 5
    with engine.connect() as connection:
        while time.monotonic() < until and not connection.exec_driver_sql(waits).scalar():
            connection.rollback()
            time.sleep(0.02)
