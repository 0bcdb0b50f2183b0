"""A clerk at the browser: the desk behind the door's guard, over an office whose year was played.

Nothing of the orchestrator runs: what the desk would begin there is noted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from PIL import Image

from flows.desk.application import add_desk
from flows.desk.desk import Desk, Neighbours
from flows.desk.house import DeskHouse
from flows.door.asked import Place
from flows.door.entrances import INTERFACE, LOGOUT, OWN_ACCOUNT, RECORD
from flows.door.guard import ACCOUNT, Guard, cookie_name
from flows.door.pages import OurPages
from models.domain.accounts.account import AccountRole
from tasks.adapters.accounts.account_book import AccountBook
from tests.browser.office_operator import ARGUMENTS, CHROMIUM, HEIGHT, WIDTH
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.office_desk import LentWorkplace, PretendRuns

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PASSWORD = "một câu ngắn dễ nhớ"
#: Who signs in: account, full name and function, roles.
CLERK = ("lan.pham", "Phạm Thị Lan, Chuyên viên", [AccountRole.READS, AccountRole.DECIDES])
CHIEF = ("tuan.nguyen", "Nguyễn Văn Tuấn, Chánh Văn phòng", list(AccountRole))
READER = ("minh.do", "Đỗ Quang Minh, Thư ký", [AccountRole.READS])
_COLOURS = 128
_WAITS = 30  # seconds for a server of a thread


@dataclass
class ServedDesk:
    """The desk's address, and what lies behind it."""

    address: str
    workplace: Workplace
    runs: PretendRuns
    book: AccountBook


@contextlib.contextmanager
def served_desk(workplace: Workplace) -> Iterator[ServedDesk]:
    """Serves a workplace's desk on a port of loopback, three people having accounts."""
    book, runs = AccountBook(workplace.engine), PretendRuns()
    for name, person, roles in (CLERK, CHIEF, READER):
        lent = book.add(name, person, roles, "root", dt.datetime.now(dt.UTC))
        book.change_password(name, lent, PASSWORD, "", dt.datetime.now(dt.UTC))
    house = DeskHouse(
        lambda _: LentWorkplace(workplace),  # type: ignore[arg-type, return-value]
        lambda: "",
        lambda: workplace.now,
    )
    beside = Neighbours(OWN_ACCOUNT, LOGOUT, RECORD, INTERFACE)
    desk = Desk(house, runs, beside)
    config = uvicorn.Config(
        _NotYet(), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    port = listening.getsockname()[1]
    place = Place(frozenset({"127.0.0.1", "localhost"}), port)
    pages = OurPages(book, cookie_name(place)).application()
    add_desk(pages, desk, lambda scope: scope[ACCOUNT])
    unasked: Any = None
    config.app = Guard(pages, book, place, "", dt.timedelta(hours=8), unasked)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    deadline = time.monotonic() + _WAITS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        yield ServedDesk(f"http://127.0.0.1:{port}", workplace, runs, book)
    finally:
        server.should_exit = True
        thread.join(_WAITS)
        desk.undertakings.close()


class _NotYet:
    """Stands for the application until its port is known."""

    async def __call__(self, *_: object) -> None:
        """Nobody asks so early."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, calling nobody."""
    from playwright.sync_api import sync_playwright  # of the development tools only

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


class Clerk:
    """A person who has signed in, and one page of a browser."""

    def __init__(self, served: ServedDesk, page: Page) -> None:
        self.served = served
        self.page = page
        kept = os.environ.get("BAOCAO_PICTURES")
        # The handbook's are of a clerk at the mouse: where the focus is does not matter there.
        self.pictures = Path(kept) if kept and type(self) is Clerk else None
        self.clicks = 0

    def open(self, path: str = "/") -> None:
        """Goes to an address, as a link of a letter leads there."""
        self.page.goto(f"{self.served.address}{path}")

    def sign_in(self, name: str) -> None:
        """Signs in; the first page opens."""
        self.open()
        self.page.get_by_label("Tên tài khoản").fill(name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.get_by_role("heading", name="Hôm nay").wait_for()

    def follow(self, link: str, *, number: int = 0) -> None:
        """Follows a link of that name, the first unless told."""
        self.clicks += 1
        self.page.get_by_role("link", name=link).nth(number).click()

    def press(self, button: str, form: str = "") -> None:
        """Presses the first button of that name, of that decision's form where one is named."""
        self.clicks += 1
        self._within(form).get_by_role("button", name=button).first.click()

    def unfold(self, title: str) -> None:
        """Opens a part of the page that is folded."""
        self.clicks += 1
        self.page.locator("summary").filter(has_text=title).first.click()

    def choose(self, label: str, option: str, form: str = "") -> None:
        """Chooses from a list."""
        self.clicks += 1
        self._within(form).get_by_label(label).first.select_option(label=option)

    def enter(self) -> None:
        """Presses Enter in the field that was written into last."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def tick(self, label: str) -> None:
        """Ticks a box."""
        self.clicks += 1
        self.page.get_by_label(label, exact=True).first.check()

    def write(self, label: str, text: str, form: str = "") -> None:
        """Writes into a field."""
        self._within(form).get_by_label(label).first.fill(text)

    def _within(self, form: str) -> Page | Locator:
        return self.page.locator(f'form[action$="/{form}"]') if form else self.page

    def reads(self, text: str) -> None:
        """Waits until the page says so."""
        self.page.get_by_text(text).first.wait_for()

    def counted(self) -> int:
        """The clicks since it was asked last."""
        clicks, self.clicks = self.clicks, 0
        return clicks

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Keeps what the page shows, as a picture of the handbook, where those are wanted."""
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        shown = Image.open(io.BytesIO(self.page.screenshot(full_page=whole))).convert("RGB")
        few = shown.quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(self.pictures / f"{name}.png", optimize=True)


def clerk_at(
    served: ServedDesk,
    browser: Browser,
    *,
    width: int = WIDTH,
    kind: type[Clerk] = Clerk,
) -> Clerk:
    """A clerk before a fresh page of that width."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        timezone_id="Asia/Ho_Chi_Minh",
        locale="vi-VN",
    )
    page.set_default_timeout(20_000)
    return kind(served, page)


def faults_of(page: Page) -> list[str]:
    """What axe finds serious or critical on the page, a line each."""
    from axe_playwright_python.sync_playwright import Axe  # of the development tools only

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
