"""An operator at the browser: the service of one machine, its API to wait for, its pages to use."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import API, INTERFACE
from flows.serving.orchestration import free_port
from flows.serving.runs.run_forker import NAME, RUN
from models.domain.accounts.account import FIRST_ACCOUNT
from tests.flows.served import TOKEN, Process, found_address, is_named, simulated, start

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

OWN_PASSWORD = "mot cau ngan de nho"
CHROMIUM = Path("/usr/bin/chromium")
#: Debian's Chromium, asked to call nobody.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTH, HEIGHT = 1440, 960  # of an office's screen
COLOURS = 128  # of a picture
#: A handbook's picture shows no folder of the machine that it was taken on.
ELSEWHERE = """([here, there]) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.data.includes(here)) text.data = text.data.replaceAll(here, there);
  }
}"""
PATIENCE = 300  # seconds for a run of a busy machine
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED")


class Operator:
    """The service's address, its data folder, and one page of a browser."""

    def __init__(self, folder: Path, service: ServiceOfOffice, page: Page) -> None:
        self.data = folder / "data"
        self.service = service
        self.address = service.address
        self.smtp_port = service.smtp_port
        self.page = page
        pictures = os.environ.get("BAOCAO_PICTURES")
        self.pictures = Path(pictures) if pictures else None

    # --- the API: to bring about what schedules would, and to wait

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """What the server answers."""
        request = urllib.request.Request(
            f"{self.address}{API}/{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", TOKEN_HEADER: TOKEN},
        )
        return _answer_to(request)

    def ask_back(self, path: str) -> Any:
        """What the server holds under a path."""
        asking = urllib.request.Request(
            f"{self.address}{API}/{path}", headers={TOKEN_HEADER: TOKEN}
        )
        return _answer_to(asking)

    def deployed(self, flow: str) -> dict[str, Any]:
        """A flow's deployment, once it is there."""
        named = {"flows": {"name": {"any_": [flow]}}}
        found = wait_for(lambda: self.ask("deployments/filter", named), f"no deployment of {flow}")
        return dict(found[0])

    def deployment(self, flow: str) -> str:
        """The id of a flow's deployment, once it is there."""
        return str(self.deployed(flow)["id"])

    def run(self, flow: str, **entry: Any) -> str:
        """Runs a deployment to its end; the id of the run."""
        self._rest()
        where = f"deployments/{self.deployment(flow)}/create_flow_run"
        run = self.ask(where, {"parameters": {"request": entry}})["id"]
        self.wait_until(run, *FINAL)
        return str(run)

    def pause(self, flow: str) -> None:
        """Stops a flow's schedule."""
        self.ask(f"deployments/{self.deployment(flow)}/pause_deployment", {})

    def let_go_on(self, flow: str) -> None:
        """Lets a flow's schedule go on."""
        self.ask(f"deployments/{self.deployment(flow)}/resume_deployment", {})

    def state(self, run: str) -> dict[str, Any]:
        """The state of a run."""
        runs = self.ask("flow_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
        return dict(runs[0]["state"] or {"type": ""})

    def wait_until(self, run: str, *types: str) -> dict[str, Any]:
        """The state of a run once it is one of the types."""
        wait_for(lambda: self.state(run)["type"] in types, f"run {run} is not {types}")
        return self.state(run)

    def newest_run(self, flow: str, *types: str) -> str:
        """The id of the newest run of a flow in one of the states, once there is one."""
        wanted = {
            "flows": {"name": {"any_": [flow]}},
            "flow_runs": {"state": {"type": {"any_": list(types)}}},
            "sort": "START_TIME_DESC",
            "limit": 1,
        }
        found = wait_for(lambda: self.ask("flow_runs/filter", wanted), f"no run of {flow}: {types}")
        return str(found[0]["id"])

    # --- the pages

    def come_in(self) -> None:
        """Logs in for the first time, with the password that was shown once, and changes it."""
        lent = re.search(r"mật khẩu «([^»]+)»", " ".join(self.service.log.read_text().split()))
        assert lent, "no first account"
        self.page.goto(self.address)
        self.page.get_by_label("Tên tài khoản").wait_for()
        self.picture("dang-nhap")
        self.log_in(FIRST_ACCOUNT, lent[1])
        self.page.get_by_label("Mật khẩu hiện tại").fill(lent[1])
        self.page.get_by_label("Mật khẩu mới", exact=True).fill(OWN_PASSWORD)
        self.page.get_by_label("Ghi lại mật khẩu mới").fill(OWN_PASSWORD)
        self.page.get_by_role("button", name="Đổi mật khẩu").click()
        self.page.get_by_text("Đã đổi mật khẩu").wait_for()
        self.page.get_by_label("Tên tài khoản").wait_for()

    def log_in(self, name: str, password: str) -> None:
        """Opens the first page and logs in."""
        self.page.goto(self.address)
        self.page.get_by_label("Tên tài khoản").fill(name)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.get_by_role("button", name="Đăng xuất").wait_for()

    def open(self, path: str, shows: str) -> None:
        """Opens a page and waits until it shows the text."""
        self.page.goto(f"{self.address}{INTERFACE}/{path}")
        self.page.get_by_text(shows).first.wait_for()

    def open_run(self, run: str, shows: str) -> None:
        """Opens the page of a run."""
        self.open(f"runs/flow-run/{run}", shows)

    def open_board(self, key: str, shows: str) -> None:
        """Opens the newest artifact of a key and waits for what it shows."""
        [board] = self.ask("artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}})
        self.open(f"artifacts/artifact/{board['latest_id']}", shows)

    def open_form(self, flow: str, shows: str = "Người quyết định") -> None:
        """Opens the form of a flow and waits until it shows a field."""
        self.open(f"deployments/deployment/{self.deployment(flow)}/run", shows)

    def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """Chooses from a list, by the words an operator sees."""
        (within or self.page).get_by_label(label).first.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def choose_case(self, key: str) -> None:
        """Chooses from the form's list of cases the one whose line ends in the key."""
        self.page.get_by_label("Select Chọn").first.click()
        self.page.get_by_role("option").filter(has_text=f"[{key}]").click()

    def choose_instead(self, number: int, option: str) -> None:
        """Chooses from the list that stands beside a field which may be left empty."""
        words = f"Chọn ({number})"
        self.page.get_by_text(words, exact=True).first.click()
        self.page.get_by_label(f"Select {words}").first.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def write(self, label: str, text: str, within: Locator | None = None) -> None:
        """Writes into a field."""
        (within or self.page).get_by_label(label).first.fill(text)

    def pick_day(self, label: str, day: dt.date) -> None:
        """Writes a day above a field's calendar."""
        self.page.get_by_label(label).first.click()
        calendar = self.page.get_by_role("dialog")
        calendar.get_by_role("textbox").fill(day.isoformat())
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")

    def submit(self, flow: str) -> dict[str, Any]:
        """Sends the form off; how its run ended."""
        before = {r["id"] for r in self._runs_of(flow)}
        self.page.get_by_role("button", name="Submit").click()
        fresh = wait_for(
            lambda: [r["id"] for r in self._runs_of(flow) if r["id"] not in before], "no run"
        )
        self._rest()
        return self.wait_until(fresh[0], *FINAL)

    def find_deployment(self, flow: str) -> None:
        """Looks for a flow among the deployments and opens it."""
        self.open("deployments", "Deployments")
        self.page.get_by_placeholder("Search deployments").fill(flow)
        row = self.page.get_by_role("row").filter(has_text=flow)
        found = row.get_by_role("link", name="lich", exact=True).first
        # The list is drawn anew under a click while it is still being searched.
        self.page.goto(f"{self.address}{found.get_attribute('href')}")
        self.page.get_by_role("switch").first.wait_for()

    def confirm(self, button: str) -> None:
        """Confirms what the menu asks back."""
        dialog = self.page.get_by_role("alertdialog").or_(self.page.get_by_role("dialog"))
        dialog.get_by_role("button", name=button).last.click()

    def log_in_again(self) -> None:
        """Logs in with the password that the first account has chosen."""
        self.log_in(FIRST_ACCOUNT, OWN_PASSWORD)

    def menu(self, item: str) -> None:
        """Chooses from the menu of a run."""
        self.page.get_by_role("button", name="Open menu").click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def picture(self, name: str, height: int = HEIGHT) -> None:
        """Keeps what the page shows, as a picture of the handbook; higher where a form is long.

        Only where its pictures are wanted: to draw one takes longer than most steps do.
        """
        if self.pictures is None:
            return
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.wait_for_timeout(1200)  # the page draws in steps, and says nowhere when it ends
        self.page.evaluate(ELSEWHERE, [str(self.data.resolve()), "/srv/baocao/data"])
        self.pictures.mkdir(parents=True, exist_ok=True)
        shown = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        few = shown.quantize(COLOURS, dither=Image.Dither.NONE)  # text and flat areas: a third
        few.save(self.pictures / f"{name}.png", optimize=True)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def _rest(self) -> None:
        """Leaves a page that draws all the time, at a quarter of the machine."""
        self.page.goto("about:blank")

    def _runs_of(self, flow: str) -> list[dict[str, Any]]:
        runs = self.ask("flow_runs/filter", {"flows": {"name": {"any_": [flow]}}})
        return [run for run in runs if not run["auto_scheduled"]]


def _answer_to(request: urllib.request.Request) -> Any:
    """The server's answer; where its SQLite is locked (503) it is asked again, as by a client."""
    for _ in range(20):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(1)
    raise AssertionError(f"503 twenty times: {request.full_url}")


def wait_for(look: Any, otherwise: str) -> Any:
    """What the look finds, as soon as it finds anything."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            found = look()
            if found:
                return found
        time.sleep(0.5)
    raise AssertionError(f"{otherwise} after {PATIENCE} s")


class ServiceOfOffice:
    """`baocao serve` of one folder, with a mail server that is not there yet.

    Its tables and pages are made; all that it starts are interpreters and runs of its own, as an
    office has them, so that each may be killed.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        simulated(folder / "data")
        self.folder = folder
        self.log = folder / "log"
        self.smtp_port = free_port()
        self.address = ""
        self._settings = settings
        self._process: Process | None = None

    def start(self) -> None:
        """Starts it, again on the port it had; waits until it is ready."""
        settings = {
            "BAOCAO_SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "BAOCAO_SMTP_LETTERS_PER_MINUTE": "0",
            **self._settings,
        }
        with self.log.open("w") as output:
            self._process = start(self.folder, output, plain=True, **settings)
        self.address = wait_for(lambda: found_address(self.log), "no service")

    @property
    def pid(self) -> int:
        """Of the service itself, in which the watcher works."""
        assert self._process is not None
        return self._process.pid

    @property
    def door(self) -> int:
        """The process of Prefect's server with the door before it; 0 for none."""
        return self._child(lambda pid: "flows.door.application" in _command(pid))

    @property
    def forker(self) -> int:
        """The process that forks runs; 0 for none."""
        return self._child(lambda pid: is_named(pid, NAME))

    @property
    def runs(self) -> list[int]:
        """The processes of runs that were forked."""
        return [pid for pid in _children(self.forker) if is_named(pid, RUN)]

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(PATIENCE)

    def stop(self) -> None:
        """Ends it as an operator does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def _child(self, is_it: Callable[[int], bool]) -> int:
        return next((pid for pid in _children(self.pid) if is_it(pid)), 0)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8").replace("\0", " ")
    return ""


@contextlib.contextmanager
def operator_at_work(folder: Path, **settings: str) -> Iterator[Operator]:
    """An operator who has logged in before the service, for the first time."""
    from playwright.sync_api import sync_playwright  # of the development tools only

    service = ServiceOfOffice(folder, **settings)
    try:
        service.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=list(ARGUMENTS)
            )
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                timezone_id="Asia/Ho_Chi_Minh",
                locale="vi-VN",
            )
            page.set_default_timeout(60_000)
            operator = Operator(folder, service, page)
            operator.come_in()
            yield operator
            browser.close()
    finally:
        service.stop()
