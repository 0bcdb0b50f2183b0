"""A clerk who has never seen the program leads a review to its end, with the page alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="needs the development tools")

from tests.browser.clerk_year import clerk_year
from tests.browser.desk_clerk import (
    CLERK,
    Clerk,
    ServedDesk,
    chromium,
    clerk_at,
    faults_of,
    served_desk,
)
from tests.browser.office_operator import CHROMIUM
from tests.fixtures.worked_office import offices

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("BAOCAO_REQUIRE_BROWSER"),
        reason=f"needs Debian's Chromium at {CHROMIUM}",
    ),
    pytest.mark.xdist_group("clerk"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    with (
        offices(tmp_path_factory.mktemp("clerk")) as make,
        served_desk(clerk_year(make).workplace) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def clerk(served: ServedDesk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    with chromium() as browser:
        found = clerk_at(served, browser, tmp_path_factory.mktemp("pictures"))
        found.sign_in(CLERK[0])
        yield found


def test_the_first_page_says_what_waits(clerk: Clerk) -> None:
    clerk.open("/")
    for waits in ("Bao cao cua So Y te", "Hỏi về <b>biểu mẫu</b>", "Thư tổng hợp chờ duyệt"):
        clerk.reads(waits)
    clerk.picture("ban-hom-nay")
    assert faults_of(clerk.page) == []
