"""How long a file, a letter and a person wait for a service beside busy processes.

    python -m benchmarks.promptness [--busy 20] [--rounds 6]

Each round drops a file, writes a letter and starts a run as a person does, while so many processes
do nothing but turn. Five minutes at the most.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, select

from benchmarks.serving import ask, busy, served, wait_for
from models.domain.mail.mail import Letter, LetterKind
from models.tables import LetterRow, MessageRow
from tasks.adapters.store import outbox
from tasks.adapters.store.rows import open_engine, table_of

AIMS = {"file received": 300.0, "letter sent": 60.0, "person's run begun": 5.0}
UNDER_LOAD = 120.0  # seconds: nothing waits longer
TIME = 300.0  # for all rounds
#: What a person starts, by turns: a flow that has nothing to do ends at once.
FLOWS = ("send-summary", "consolidate-cycle", "remind-agencies")
LETTER, MESSAGE = table_of(LetterRow), table_of(MessageRow)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--busy", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=6)
    asked = parser.parse_args(arguments)
    waits: dict[str, list[float]] = {name: [] for name in AIMS}
    with tempfile.TemporaryDirectory() as made, served(Path(made)) as (_, api):
        data = Path(made) / "data"
        engine = open_engine(f"sqlite:///{data / 'baocao.sqlite'}")
        wait_for((data / "drop").is_dir, TIME)
        time.sleep(20)  # the first runs after a start
        with busy(asked.busy):
            time.sleep(10)
            until = time.monotonic() + TIME
            for number in range(asked.rounds):
                if time.monotonic() > until:
                    break
                _one_round(number, api, data, engine, waits)
            load = os.getloadavg()[0]
        engine.dispose()
    print(f"{asked.busy} busy processes on {os.cpu_count()} cores, load {load:.0f}")
    print(f"{'seconds':24}{'median':>10}{'longest':>10}{'rounds':>8}{'aim':>8}{'at load':>10}")
    for name, seconds in waits.items():
        found = sorted(seconds)
        print(
            f"{name:24}{found[len(found) // 2]:10.1f}{found[-1]:10.1f}{len(found):8d}"
            f"{AIMS[name]:8.0f}{UNDER_LOAD:10.0f}"
        )


def _one_round(
    number: int, api: str, data: Path, engine: Engine, waits: dict[str, list[float]]
) -> None:
    began = dt.datetime.now(dt.UTC)
    (data / "drop" / f"ghi chú {number}.txt").write_text(f"Kính gửi Văn phòng, lần {number}.")
    key = f"alarm|||đo {number}"
    with engine.begin() as connection:
        outbox.queue(connection, _letter(key), began)
    flow = FLOWS[number % len(FLOWS)]
    deployment = ask(f"{api}/deployments/name/{flow}/lich")["id"]
    asked = dt.datetime.now(dt.UTC)
    run = ask(f"{api}/deployments/{deployment}/create_flow_run", {"parameters": {"request": {}}})

    def first(statement: object) -> dt.datetime | None:
        with engine.connect() as connection:
            found: dt.datetime | None = connection.execute(statement).scalar()  # type: ignore[call-overload]
        return found

    said = wait_for(lambda: ask(f"{api}/flow_runs/{run['id']}")["start_time"], TIME)
    waits["person's run begun"].append(_between(asked, dt.datetime.fromisoformat(said)))
    sent = wait_for(
        lambda: first(select(LETTER.c.sent_at).where(LETTER.c.business_key == key)), TIME
    )
    waits["letter sent"].append(_between(began, sent))
    named = MESSAGE.c.name == f"ghi chú {number}.txt"
    received = wait_for(lambda: first(select(MESSAGE.c.collected_at).where(named)), TIME)
    waits["file received"].append(_between(began, received))


def _between(first: dt.datetime, last: dt.datetime) -> float:
    return (last - first).total_seconds()


def _letter(key: str) -> Letter:
    return Letter(
        business_key=key,
        cycle="",
        agency="",
        kind=LetterKind.ALARM,
        to=["van-hanh@ubnd.haiphong.example"],
        cc=[],
        subject="Đo thời gian chờ",
        text="Thư để đo thời gian chờ.",
        html="<p>Thư để đo thời gian chờ.</p>",
        message_id=f"<{time.time_ns()}.do@ubnd.haiphong.example>",
    )


if __name__ == "__main__":
    main()
