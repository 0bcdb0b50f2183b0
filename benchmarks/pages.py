"""`python -m benchmarks.pages [--data DIR] [--submissions 10000]`: what a page of the desk costs.

In bare parses of a workbook of the same run, over a copy of the year that `make demo` played: each
page once it is warm, and the first page after the record has changed. With submissions made in bulk
the same pages once more. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from benchmarks.stages import parsed
from config.settings import load_settings
from flows.desk.application import add_desk
from flows.desk.desk import Desk, Neighbours
from flows.desk.house import DeskHouse
from flows.workplaces import open_workplace
from models.domain.accounts.account import Account, AccountRole
from models.domain.cycle.cycles import HANOI
from tasks.adapters.raw_store import RawStore
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.rows import open_engine
from tasks.adapters.store.submissions import OBSERVATION, SUBMISSION

AIM, AIM_IN_BULK = 60, 180  # bare parses
NOW = dt.datetime(2025, 11, 25, 9, 0, tzinfo=HANOI)
CYCLE = "2025-review"
_TIMES = 5
_PARSED = 40  # workbooks of the yardstick
_CELLS = 40  # of a submission made in bulk
_WHO = Account("do-toc-do", "Người đo, Chuyên viên", frozenset(AccountRole))


class NoRuns:
    """An orchestrator of which nothing is asked."""

    def failed(self) -> list[Any]:
        """None."""
        return []

    def coming(self, limit: int) -> list[Any]:
        """None."""
        return []

    def followed(self, run: str) -> None:
        """There is none."""

    def begin(self, flow: str, request: Any) -> str:
        """Nothing is begun."""
        return ""

    def tell(self, event: Any) -> None:
        """Nobody listens."""


def main() -> int:
    """The command line: 0 where every page keeps to its aim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/demo"), help="of `make demo`")
    parser.add_argument("--submissions", type=int, default=10_000, help="made in bulk; 0: none")
    asked = parser.parse_args()
    if not (asked.data / "baocao.sqlite").exists():
        print(f"{asked.data}: no played year; run `make demo` first", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="baocao-pages-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(asked.data, data, ignore=shutil.ignore_patterns("prefect", "sent"))
        os.environ["BAOCAO_DATA_DIR"] = str(data)
        parse = _bare_parse(data)
        print(f"a bare parse: {parse * 1000:.2f} ms; pages in bare parses, median of {_TIMES}\n")
        good = _measured(f"the year of the demonstration (aim {AIM})", AIM, parse)
        if asked.submissions:
            _made_in_bulk(data, asked.submissions)
            told = f"{asked.submissions} submissions more (aim {AIM_IN_BULK})"
            good = _measured(told, AIM_IN_BULK, parse) and good
    return int(not good)


def addresses(browse: Callable[[str], str]) -> Iterator[str]:
    """The pages, each with a case that is there."""
    yield from ("/", f"/ky/{CYCLE}", "/co-quan", "/thu", "/thu-di", "/lich", "/so-quyet-dinh")
    yield from (f"/so-lieu/{CYCLE}", f"/so-lieu/{CYCLE}/kich-ban", f"/so-lieu/{CYCLE}/nhiem-vu")
    yield from (f"/so-lieu/{CYCLE}/viec-tu-de-ra", f"/so-lieu/{CYCLE}/mau-thuan")
    yield f"/so-lieu/{CYCLE}/so/N-0100"
    yield f"/so-lieu/{CYCLE}/chi-tieu/grdp_growth"
    yield "/co-quan/stc"
    yield "/tim?q=an+lao"
    yield "/lich/nam/2025"
    yield f"/lich/{CYCLE}/preview/2025-12-03?co-quan=syt"
    yield "/thiet-lap"


def _measured(title: str, aim: int, parse: float) -> bool:
    good = True
    print(title)
    with _browser() as browse:
        for at in addresses(browse):
            began = time.process_time()
            status = browse(at)
            first = (time.process_time() - began) / parse
            if status != "200":
                print(f"  {at:44} {status}")
                continue
            costs = []
            for _ in range(_TIMES):
                began = time.process_time()
                browse(at)
                costs.append((time.process_time() - began) / parse)
            median = statistics.median(costs)
            good = good and median <= aim
            mark = "" if median <= aim else "  above the aim"
            print(f"  {at:44} {median:7.1f}   first {first:7.1f}{mark}")
    print()
    return good


@contextlib.contextmanager
def _browser() -> Iterator[Callable[[str], str]]:
    settings = load_settings()
    house = DeskHouse(lambda now: open_workplace(now, settings), lambda: "", lambda: NOW)
    desk = Desk(house, NoRuns(), Neighbours("/tai-khoan", "/dang-xuat", "/nhat-ky", "/prefect"))
    app = FastAPI(openapi_url=None)
    add_desk(app, desk, lambda _: _WHO)
    with desk, asyncio.Runner() as loop:
        client = AsyncClient(transport=ASGITransport(app), base_url="http://desk")

        def browse(at: str) -> str:
            return str(loop.run(client.get(at)).status_code)

        yield browse
        loop.run(client.aclose())


def _bare_parse(data: Path) -> float:
    """Seconds of the processor for one of the agencies' own workbooks, the median of many."""
    store, costs = RawStore(data / "raw"), []
    engine = open_engine(f"sqlite:///{data / 'baocao.sqlite'}")
    with engine.begin() as connection, tempfile.TemporaryDirectory() as folder:
        wanted = select(SUBMISSION.c.file_sha256).where(SUBMISSION.c.file_kind == "xlsx")
        for number, (sha256,) in enumerate(connection.execute(wanted.limit(_PARSED))):
            path = Path(folder) / f"{number}.xlsx"
            path.write_bytes(store.get(sha256))
            began = time.process_time()
            parsed(path)
            costs.append(time.process_time() - began)
    engine.dispose()
    return statistics.median(costs)


def _made_in_bulk(data: Path, number: int) -> None:
    """So many more versions, each with a message and some cells, of the agencies in turn."""
    engine = open_engine(f"sqlite:///{data / 'baocao.sqlite'}")
    with engine.begin() as connection:
        like = (
            connection.execute(
                select(SUBMISSION).where(
                    SUBMISSION.c.cycle == CYCLE, SUBMISSION.c.verdict == "accepted"
                )
            )
            .mappings()
            .all()
        )
        messages = {row["key"]: dict(row) for row in connection.execute(select(MESSAGE)).mappings()}
        highest = max(row["id"] for row in connection.execute(select(SUBMISSION)).mappings())
        of_cells = {
            row["id"]: [
                {k: v for k, v in cell.items() if k != "id"}
                for cell in connection.execute(
                    select(OBSERVATION)
                    .where(OBSERVATION.c.submission_id == row["id"])
                    .limit(_CELLS)
                ).mappings()
            ]
            for row in like
        }
        new: list[dict[str, Any]] = []
        cells: list[dict[str, Any]] = []
        brought = []
        for count in range(number):
            row = like[count % len(like)]
            key = hashlib.sha256(f"bulk {count}".encode()).hexdigest()
            arrived = row["received_at"] + dt.timedelta(seconds=count + 1)
            brought.append({**messages[row["message_key"]], "key": key, "received_at": arrived})
            new.append(
                {
                    **row,
                    "id": highest + 1 + count,
                    "version": 100 + count,
                    "message_key": key,
                    "received_at": arrived,
                    "receipt_number": f"DO/{count:06d}",
                }
            )
            cells += [{**c, "submission_id": highest + 1 + count} for c in of_cells[row["id"]]]
        connection.execute(MESSAGE.insert(), brought)
        connection.execute(SUBMISSION.insert(), new)
        connection.execute(OBSERVATION.insert(), cells)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
