"""Shared ground of the tests: real databases, one of each kind the program runs on."""

from __future__ import annotations

import gc
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.durations import Durations
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import (
    close_shared,
    on_server,
    open_shared,
    postgres_with_tables,
    sqlite_with_tables,
)

# Before anything imports Prefect: nothing leaves this machine.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# Flows and commands run in the tests' own office, in other processes as well.
os.environ["BAOCAO_CONFIG_DIR"] = str(OFFICE_FILES)
#: Settings that the tests themselves make.
OURS = ("BAOCAO_TEST_", "BAOCAO_REQUIRE_", "BAOCAO_CONFIG_DIR")

#: Files whose tests share nothing and take long: each test goes to whichever worker is free.
SPREAD = ("tests/flows/test_kills.py",)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much is said about the processor time at the end."""
    parser.addoption(
        "--all-files", action="store_true", help="processor time of every test file, not of ten"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Every run has a folder for what its workers share, and ends with what its files cost."""
    if open_shared():
        config.add_cleanup(close_shared)
    config.pluginmanager.register(Durations(config), "processor-time")


def pytest_itemcollected(item: pytest.Item) -> None:
    """No property is timed: a busy machine makes none of them untrue."""
    test: Any = getattr(item, "obj", None)
    if getattr(test, "is_hypothesis_test", False):
        from hypothesis import settings  # such a test has imported it

        chosen = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = settings(chosen, deadline=None)


@pytest.fixture(autouse=True)
def _modes_of_others() -> Iterator[None]:
    """What opens a workplace writes privately from then on; the next test does not."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends what tests lent each other, readers and an office program, and lets an unused plugin go.

    Where no test came by hypothesis, its plugin would import it whole at the end, to ask whether it
    has written anything. What workers have to say of it is told by their controller, which itself
    never imports it.
    """
    if readers := sys.modules.get("tests.fixtures.lent_readers"):
        readers.close_readers()
    if office_program := sys.modules.get("tests.fixtures.office_program"):
        office_program.close_office()
    # pytest looks for garbage five times over before it ends, to tell of what could not be thrown
    # away. It is thrown away here; what is left need not be searched again.
    gc.collect()
    gc.freeze()
    plugins = session.config.pluginmanager
    if "hypothesis" not in sys.modules and not plugins.hasplugin("dsession"):
        plugins.unregister(name="_hypothesis_pytestplugin")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Sends the tests of a file to one worker, in order of collection.

    What a file has set up once, a server or a whole played cycle, is so set up once in all.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return nodeid if file in SPREAD else file

    config.option.loadscopereorder = False  # the long ones are not the ones with many tests
    return ByFile(config, log)


DEFAULT_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine must not reach the tests."""
    for name in list(os.environ):
        if name.startswith("BAOCAO_") and not name.startswith(OURS):
            monkeypatch.delenv(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a row, its tables made: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_with_tables(tmp_path / "baocao.sqlite")
        return
    yield from fresh_postgres(tables=True)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    yield from fresh_postgres()


@pytest.fixture
def postgres_url_with_tables() -> Iterator[str]:
    """The URL of a PostgreSQL database without a row, its tables made."""
    yield from fresh_postgres(tables=True)


def fresh_postgres(*, tables: bool = False) -> Iterator[str]:
    """Makes a database of its own and drops it; without a server it skips, or fails if required."""
    # For start-up cost: most tests want no database, and all load this module.
    import sqlalchemy
    from sqlalchemy import make_url

    server = os.environ.get("BAOCAO_TEST_POSTGRES_URL", DEFAULT_POSTGRES)
    name = f"baocao_test_{uuid.uuid4().hex[:12]}"
    try:
        like = f' TEMPLATE "{postgres_with_tables(server)}"' if tables else ""
        on_server(server, f'CREATE DATABASE "{name}"{like}')
    except sqlalchemy.exc.OperationalError as error:
        why = f"no PostgreSQL at {make_url(server).render_as_string()}: {error.orig}"
        if os.environ.get("BAOCAO_REQUIRE_POSTGRES"):
            pytest.fail(why)
        pytest.skip(why)
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')
