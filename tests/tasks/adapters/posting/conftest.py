"""The ground of posting: an office on either database, a mail server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.mail_house import House, Server


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    return House(tmp_path, database_url)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    with made.catcher:
        yield made
