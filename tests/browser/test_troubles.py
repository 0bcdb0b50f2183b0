"""What goes wrong in a week, as an operator sees it and mends it by clicking in the interface.

One story in its order: the mail server is away, a run is cancelled in the middle, a flow is paused
and forgotten, one process after another is killed. In the end every letter has left once.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the development tools")

from tasks.adapters.post.mail_catcher import CaughtMessage, MailCatcher
from tests.browser.office_operator import CHROMIUM, PATIENCE, Operator, operator_at_work, wait_for

OPENING = {"2025-plan": "2025-01-21T09:30:00+07:00", "2025-review": "2025-10-20T08:30:00+07:00"}
FLOW = "deliver-outbox"
IN_THE_MIDDLE = 3  # letters that arrive before a run is stopped
GONE = "Tiến trình của lượt chạy đã"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("prefect"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's Chromium at {CHROMIUM}"),
    pytest.mark.skipif(
        bool(os.environ.get("CI") or os.environ.get("BAOCAO_REQUIRE_POSTGRES")),
        reason="a browser and a service of its own are too much for the build machine",
    ),
]


class SlowMailServer:
    """A mail server that takes a few letters and keeps the sender of the next one waiting."""

    def __init__(self, operator: Operator, folder: Path) -> None:
        self._operator = operator
        self._folder = folder
        self._left = 0  # letters that it takes before it stands still; 0 for all
        self._goes_on = threading.Event()
        self.stands_still = threading.Event()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Listens where the service sends to."""
        port = self._operator.service.smtp_port
        with MailCatcher(self._folder, port=port, on_message=self._taken):
            try:
                yield
            finally:
                self.go_on()

    def stop_after(self, letters: int) -> None:
        """Stands still at the letter after so many."""
        self._goes_on.set()  # whoever still waits, for a sender that is gone
        self._goes_on = threading.Event()
        self._left = letters + 1
        self.stands_still.clear()

    def go_on(self) -> None:
        """Takes whatever comes."""
        self._left = 0
        self._goes_on.set()

    def _taken(self, _: CaughtMessage) -> str | None:
        if self._left:
            self._left -= 1
            if not self._left:
                goes_on = self._goes_on
                self.stands_still.set()
                goes_on.wait(PATIENCE)
        return None

    @property
    def arrived(self) -> Counter[str]:
        """How often each Message-ID did."""
        files = [path for path in (self._folder / "new").iterdir() if path.is_file()]
        return Counter(str(message_from_bytes(p.read_bytes())["Message-ID"]) for p in files)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The first account, logged in; a cycle has been opened and no mail server is there."""
    folder = tmp_path_factory.mktemp("troubles")
    with operator_at_work(folder, BAOCAO_SMTP_CONNECTIONS="1") as operator:
        operator.log_in_again()
        operator.run("open-cycle", cycle="2025-plan", as_of=OPENING["2025-plan"])
        yield operator


@pytest.fixture(scope="module")
def server(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> SlowMailServer:
    return SlowMailServer(operator, tmp_path_factory.mktemp("sent"))


def asked(operator: Operator, query: str) -> list[tuple[str, ...]]:
    """Of the program's database, beside the service that writes to it."""
    with sqlite3.connect(operator.data / "baocao.sqlite", timeout=60) as database:
        return database.execute(query).fetchall()


def waiting(operator: Operator) -> int:
    [(letters,)] = asked(
        operator, "SELECT count(*) FROM letter WHERE state = 'queued' AND kind <> 'alarm'"
    )
    return int(letters)


def first_page_says(operator: Operator, *said: str) -> None:
    """Opens the first page until it says all of that."""

    def look() -> bool:
        operator.page.goto(operator.address)
        shown = operator.page.locator("main").inner_text()
        return all(one in shown for one in said)

    wait_for(look, f"the first page does not say {said}")


def board_says(operator: Operator, key: str, *said: str) -> None:
    """Has the boards made anew and opens one, which says all of that."""
    operator.run("update-boards")
    operator.open_board(key, said[0])
    for one in said:
        operator.page.get_by_text(one).first.wait_for()


def alarms(operator: Operator) -> list[str]:
    """What the operator has been written of, the newest last."""
    return [text for (text,) in asked(operator, "SELECT text FROM letter WHERE kind = 'alarm'")]


def begun(operator: Operator, server: SlowMailServer) -> str:
    """The run that sends, while the mail server keeps it waiting; its page is open."""
    wait_for(server.stands_still.is_set, "no letter came")
    run = operator.newest_run(FLOW, "RUNNING")
    operator.open_run(run, "Running")
    return run


def test_a_dead_mail_server_fails_the_run_and_everybody_is_told_in_vietnamese(
    operator: Operator,
) -> None:
    failed = operator.newest_run(FLOW, "FAILED")  # nobody began it: letters waited
    operator.open("runs", FLOW)
    operator.open_run(failed, "Failed")
    operator.page.get_by_text("Máy chủ gửi thư").first.wait_for()
    operator.page.get_by_text("không thư nào bị đánh dấu hỏng").first.wait_for()

    first_page_says(operator, "Thư đi đang chờ gửi", ", từ ")
    board_says(operator, "thu-di", "thư đã đến lượt mà chưa đi", "deliver-outbox gần nhất")
    told = wait_for(lambda: [x for x in alarms(operator) if FLOW in x], "no alarm")
    assert "Máy chủ gửi thư" in told[0]
    assert f"{operator.address}/prefect/v2/runs/flow-run/{failed}" in told[0].replace("\n", "")


def test_retry_sends_and_who_cancels_in_the_middle_loses_and_doubles_nothing(
    operator: Operator, server: SlowMailServer
) -> None:
    failed = operator.newest_run(FLOW, "FAILED")
    due = waiting(operator)
    server.stop_after(IN_THE_MIDDLE)
    with server.open():
        operator.open_run(failed, "Failed")
        operator.menu("Retry")
        operator.confirm("Retry")
        # The watcher may have begun another just before, for the alarm: then this one waits for it.
        run = begun(operator, server)
        operator.menu("Cancel")
        operator.confirm("Cancel")
        operator.wait_until(run, "CANCELLED")
        operator.open_run(run, "Cancelled")
        assert sum(server.arrived.values()) == IN_THE_MIDDLE
        server.go_on()

        # Nobody presses anything: the watcher sees that letters wait.
        wait_for(lambda: not waiting(operator), "the letters stay where they are")
    assert len(server.arrived) >= due - 1
    assert set(server.arrived.values()) == {1}
    doubtful = asked(operator, "SELECT state FROM letter WHERE state NOT IN ('sent')")
    assert len(doubtful) <= 1, doubtful  # the one in hand; nobody knows whether it arrived


def test_what_is_paused_stays_so_and_is_told_until_somebody_lets_it_go_on(
    operator: Operator,
) -> None:
    operator.find_deployment(FLOW)
    operator.page.get_by_role("switch").first.click()
    operator.page.get_by_text("Deployment schedule paused").wait_for()
    operator.run("open-cycle", cycle="2025-review", as_of=OPENING["2025-review"])
    due = waiting(operator)
    assert due > IN_THE_MIDDLE * 3

    said = "không thư nào được gửi đi, kể cả thư báo động"
    first_page_says(operator, "Đang tạm dừng", said, ", từ ")
    board_says(operator, "thu-di", f"Luồng {FLOW} tạm dừng từ", said)
    in_two_hours = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    operator.run("watch-health", as_of=in_two_hours.isoformat())
    assert any("1 luồng đang tạm dừng quá một giờ" in one for one in alarms(operator))

    # The service is killed, and with it the watcher; whoever starts it again lets nothing go on.
    door = operator.service.door
    os.kill(operator.service.pid, signal.SIGKILL)
    operator.service.ended()
    wait_for(lambda: not Path(f"/proc/{door}").exists(), "the door outlives the service")
    operator.service.start()
    first_page_says(operator, "Đang tạm dừng", said, ", từ ")
    operator.find_deployment(FLOW)
    switch = operator.page.get_by_role("switch").first
    assert switch.get_attribute("aria-checked") == "false"
    assert waiting(operator) == due


def test_a_killed_run_is_shown_as_crashed_and_goes_on_where_it_was(
    operator: Operator, server: SlowMailServer
) -> None:
    before = sum(server.arrived.values())
    server.stop_after(IN_THE_MIDDLE)
    with server.open():
        operator.find_deployment(FLOW)
        operator.page.get_by_role("button", name="Run").first.click()
        operator.page.get_by_role("menuitem", name="Quick run").click()
        operator.confirm("Run")
        run = begun(operator, server)
        [process] = operator.service.runs
        os.kill(process, signal.SIGKILL)
        operator.page.get_by_text("Crashed").first.wait_for(timeout=PATIENCE * 1000)
        assert operator.state(run)["message"].startswith(GONE)

        # The helper that forks runs is killed under the same run, run again.
        server.stop_after(IN_THE_MIDDLE)
        operator.menu("Retry")
        operator.confirm("Retry")
        assert begun(operator, server) == run
        os.kill(operator.service.forker, signal.SIGKILL)
        operator.page.get_by_text("Crashed").first.wait_for(timeout=PATIENCE * 1000)
        assert operator.state(operator.run("update-boards"))["type"] == "COMPLETED"
        server.go_on()
        assert sum(server.arrived.values()) <= before + 2 * IN_THE_MIDDLE + 2

        operator.find_deployment(FLOW)
        operator.page.get_by_role("switch").first.click()
        wait_for(lambda: not waiting(operator), "nothing goes on")
    assert set(server.arrived.values()) == {1}


def test_a_killed_server_ends_the_service_with_a_sentence_and_nothing_is_lost(
    operator: Operator, server: SlowMailServer
) -> None:
    os.kill(operator.service.door, signal.SIGKILL)
    assert operator.service.ended()
    assert "Máy chủ Prefect đã dừng giữa chừng" in operator.service.log.read_text("utf-8")

    operator.service.start()
    first_page_says(operator, "Thư đi đang chờ gửi")  # whoever was logged in still is
    with server.open():
        assert operator.state(operator.run(FLOW))["type"] == "COMPLETED"
    # What was in hand when a run ended may have arrived or not: it waits for a person, if for any.
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=30)
    with server.open():
        operator.run(FLOW, as_of=later.isoformat())
    assert set(server.arrived.values()) == {1}
    states = asked(operator, "SELECT DISTINCT state FROM letter WHERE kind <> 'alarm'")
    assert {state for (state,) in states} <= {"sent", "uncertain"}
    board_says(operator, "thu-di", "chưa rõ")
