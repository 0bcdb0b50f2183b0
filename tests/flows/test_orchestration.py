"""The orchestrator's environment, as a service, a demonstration or a command prepares it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.serving.orchestration import prepare_environment

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
