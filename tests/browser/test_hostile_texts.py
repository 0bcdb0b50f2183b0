"""What strangers write, in a real browser: it is read, and does nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

pytest.importorskip("playwright", reason="needs the development tools")

from sqlalchemy import select

from tasks.adapters.desk.messages_shown import files_of
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.store.messages import MESSAGE
from tests.browser.desk_clerk import CHIEF, Clerk, chromium, clerk_at, served_desk
from tests.browser.office_operator import CHROMIUM
from tests.fixtures.held_mail import ARRIVED, take_in
from tests.fixtures.hostile_mail import hostile_mails, hostile_workbook
from tests.fixtures.hostile_texts import HOSTILE_TEXTS
from tests.fixtures.small_workplace import small_workplace

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("BAOCAO_REQUIRE_BROWSER"),
        reason=f"needs Debian's Chromium at {CHROMIUM}",
    ),
    pytest.mark.xdist_group("clerk"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def clerk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    """A clerk at a desk to which strangers have written."""
    folder = tmp_path_factory.mktemp("hostile")
    with small_workplace(folder, ARRIVED, ["syt"]) as workplace:
        mailbox = Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))
        for mail in hostile_mails(workplace.rules.office_address):
            mail.add_attachment(
                hostile_workbook(), maintype="application", subtype="zip", filename="sổ.xlsx"
            )
            deliver(mailbox, mail.as_bytes(), ARRIVED)
        take_in(workplace)
        with served_desk(workplace) as served:
            found = clerk_at(served, browser)
            found.sign_in(CHIEF[0])
            yield found


def addresses(clerk: Clerk) -> Iterator[tuple[str, str]]:
    """Each page on which strangers' words stand, and a title that it has to keep."""
    yield "/thu", "Thư đến"
    with clerk.served.workplace.engine.begin() as connection:
        keys = connection.execute(select(MESSAGE.c.key).order_by(MESSAGE.c.sender)).scalars().all()
        files = {key: files_of(connection, key) for key in keys}
    for key in keys:
        yield f"/thu/{key}", ""
    shown = next(f for f in files[keys[0]] if f.may_be_shown)
    book = f"/so-bao-cao/tep/{keys[0]}/{shown.position}"
    yield book, "sổ.xlsx"
    for row in range(1, len(HOSTILE_TEXTS) + 1):
        yield f"{book}?o={quote(f'Trang {chr(39)}lạ{chr(39)} & b!A{row}')}", "sổ.xlsx"
    yield "/thu?q=" + quote("<script>"), "Thư đến"


def test_what_strangers_write_does_nothing(clerk: Clerk) -> None:
    asked: list[str] = []
    said: list[str] = []
    clerk.page.on("request", lambda request: asked.append(request.url))
    clerk.page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    clerk.page.on("console", lambda line: said.append(line.text))
    clerk.page.on("pageerror", lambda error: said.append(str(error)))

    for at, title in addresses(clerk):
        clerk.open(at)
        assert clerk.page.locator("main").count() == 1, at
        assert clerk.page.locator("main script, main img, main iframe, [onmouseover]").count() == 0
        assert clerk.page.title().startswith(title)
        assert clerk.page.title().endswith("· baocao")
        # None of them runs from the right to the left, and all of them are in one line of sight.
        assert not set("\u202e\u2066\u200b") & set(clerk.page.content())

    assert said == []
    assert [url for url in asked if not url.startswith((clerk.served.address, "data:"))] == []


def test_a_chosen_cell_is_in_sight_and_has_the_focus(clerk: Clerk) -> None:
    *_, (at, _), _ = addresses(clerk)

    clerk.open(at)

    cell = f"o-A{len(HOSTILE_TEXTS)}"
    assert clerk.page.evaluate("document.activeElement.id") == cell
    box = clerk.page.locator(f"#{cell}").bounding_box()
    assert box is not None
    height = clerk.page.viewport_size["height"] if clerk.page.viewport_size else 0
    assert 0 <= box["y"] < height
