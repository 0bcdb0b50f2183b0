"""The orchestrator's environment, as a service, a demonstration or a command prepares it."""

from __future__ import annotations

import datetime as dt
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from prefect.settings import Settings as PrefectSettings

from flows.serving.orchestration import prepare_environment
from flows.serving.retention import EVENTS_KEPT, QUIET_RUNS_KEPT, RUNS_KEPT, SETTINGS

AUTHORITIES = "PREFECT_API_SSL_CERT_FILE"


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with patch.dict(os.environ, kept, clear=True):
        yield


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:4200/api"])
def test_who_never_speaks_tls_reads_one_authority_and_believes_nobody_else(
    tmp_path: Path, url: str
) -> None:
    if url:
        os.environ["PREFECT_API_URL"] = url
    for _ in range(2):
        prepare_environment(tmp_path)
        context = ssl.create_default_context(cafile=os.environ[AUTHORITIES])
        assert context.cert_store_stats()["x509_ca"] == 1
        assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
        del os.environ[AUTHORITIES]


def test_who_speaks_tls_is_left_the_usual_authorities(tmp_path: Path) -> None:
    os.environ["PREFECT_API_URL"] = "https://bao-cao.example.vn/prefect/api"
    prepare_environment(tmp_path)
    assert AUTHORITIES not in os.environ


def test_what_the_operator_believes_in_stays(tmp_path: Path) -> None:
    os.environ[AUTHORITIES] = "/etc/ssl/own.pem"
    prepare_environment(tmp_path)
    assert os.environ[AUTHORITIES] == "/etc/ssl/own.pem"


def test_what_is_kept_of_runs_and_events_is_told_in_the_form_that_the_server_reads(
    tmp_path: Path,
) -> None:
    prepare_environment(tmp_path)
    server = PrefectSettings().server
    vacuum = server.services.db_vacuum
    assert vacuum.enabled_vacuum_types == {"events", "flow_runs", "orphans"}
    assert vacuum.retention_period == RUNS_KEPT > QUIET_RUNS_KEPT > EVENTS_KEPT
    assert server.events.retention_period == EVENTS_KEPT


def test_the_handbook_of_several_machines_tells_the_same() -> None:
    told = (Path(__file__).parents[2] / "docs" / "nhieu-may.md").read_text()
    for name, value in SETTINGS.items():
        assert f"    {name}={value}\n" in told or value == "3600", name  # 3600: Prefect's own


def test_an_office_that_wants_to_keep_runs_for_longer_may(tmp_path: Path) -> None:
    period = "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"
    os.environ[period] = "31536000"
    prepare_environment(tmp_path)
    assert PrefectSettings().server.services.db_vacuum.retention_period == dt.timedelta(days=365)
