"""A clerk who has never seen the program leads a review to its end, with the page alone.

Once by mouse, once by keys. Its pictures are the handbook's: `BAOCAO_PICTURES=docs/hinh`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="needs the development tools")

from flows.desk.decision_table import DECISIONS
from tests.browser.clerk_keyboard import KeyboardClerk
from tests.browser.clerk_walk import WALK, Step
from tests.browser.clerk_year import clerk_year
from tests.browser.crawling import crawled, missed, way_of
from tests.browser.desk_clerk import CHIEF, CLERK, Clerk, chromium, clerk_at, faults_of, served_desk
from tests.browser.office_operator import CHROMIUM
from tests.fixtures.worked_office import offices

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("BAOCAO_REQUIRE_BROWSER"),
        reason=f"needs Debian's Chromium at {CHROMIUM}",
    ),
    pytest.mark.xdist_group("clerk"),
]
NARROW = 390  # px, of a telephone
#: No link leads there from where this walk stands: what is but for a moment, a rehearsal's clock,
#: what waits for a person's judgement, editions and a catalogue that nobody has changed.
UNREACHED = {
    "/viec/{id}",
    "/luot-chay/{run}",
    "/dien-tap",
    "/so-lieu/{cycle}/danh-gia/{code}",
    "/thiet-lap/bo-tep/{number}",
    "/thiet-lap/danh-muc/so/{key}",
}
STARTS = (
    "/",
    *(f"/quyet-dinh/{name}" for name in DECISIONS),
    "/ky/2025-review/gui-lai?agency=stc",
    "/tim?q=an+lao",
    "/so-lieu/2025-review/so?ma=N-0012",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module", params=[Clerk, KeyboardClerk], ids=["mouse", "keys"])
def clerk(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clerk]:
    """Each works in an office of its own."""
    folder = tmp_path_factory.mktemp("clerk")
    with offices(folder) as make, served_desk(clerk_year(make)) as served:
        found = clerk_at(served, browser, kind=request.param)
        found.sign_in(CLERK[0])
        yield found


def test_the_first_page_says_what_waits(clerk: Clerk) -> None:
    clerk.open("/")
    for waits in ("Bao cao cua So Y te", "Hỏi về <b>biểu mẫu</b>", "Thư tổng hợp chờ duyệt"):
        clerk.reads(waits)
    clerk.picture("ban-hom-nay")


@pytest.mark.parametrize("step", WALK, ids=lambda step: step.__name__)
def test_the_clerk_walks_the_review(clerk: Clerk, step: Step) -> None:
    step(clerk)


def test_every_page_is_sound_and_stands_in_a_narrow_window(
    browser: Browser, tmp_path: Path
) -> None:
    """What axe finds serious, and what would make the whole page scroll sideways."""
    with offices(tmp_path) as make, served_desk(clerk_year(make)) as served:
        chief = clerk_at(served, browser, width=NARROW)
        chief.sign_in(CHIEF[0])
        found = crawled(chief, STARTS)
        assert {at: one for at, one in found.items() if one[0] != 200} == {}
        unknown = sorted(set(missed(found)) ^ UNREACHED)
        assert unknown == [], unknown
        seen, faults = set(), []
        for at, (_, kind) in found.items():
            way = way_of(urlsplit(at).path)
            # A letter's own page runs no script, not even ours: it is seen within its frame.
            is_letter = way is not None and way.path.endswith("/noi-dung")
            if kind != "text/html" or way is None or is_letter or way.path in seen:
                continue
            seen.add(way.path)
            chief.open(at)
            wide = chief.page.evaluate("document.documentElement.scrollWidth")
            faults += [(at, f"{wide} px wide")] if wide > NARROW else []
            faults += [(at, one) for one in faults_of(chief.page)]
        assert faults == []
