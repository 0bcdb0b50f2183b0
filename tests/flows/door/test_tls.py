"""The service over TLS: persons come by https, its own runs by their own entrance."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import ssl
from pathlib import Path
from urllib.parse import urlencode

import pytest

from config.settings import load_settings
from flows.door.certificate import CertificateUnusable, check_certificate
from flows.serving.orchestration import free_port
from tests.flows.served import TOKEN, start, wait_for
from tests.servers.certificates import make_certificate


@pytest.mark.slow
def test_a_service_with_a_certificate_speaks_nothing_else_and_its_runs_get_through(
    tmp_path: Path,
) -> None:
    made = make_certificate(tmp_path / "tls", names=("localhost",))
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as output:
        process = start(
            tmp_path,
            output,
            "--port",
            str(port),
            BAOCAO_SERVE_CERTIFICATE=str(made.certificate),
            BAOCAO_SERVE_KEY=str(made.key),
            BAOCAO_SERVE_NAMES="localhost",
        )
    try:
        # The boards' run is begun by the service itself, at every start.
        wait_for(lambda: "Finished in state Completed" in log.read_text(), log)
        said = " ".join(log.read_text().split())
        assert f"Giao diện điều hành: https://localhost:{port}" in said
        password = re.search(r"mật khẩu «([^»]+)»", said)
        assert password is not None
        context = ssl.create_default_context(cafile=str(made.authority))
        secure = http.client.HTTPSConnection("localhost", port, timeout=30, context=context)
        form = urlencode({"ten": "quan-tri", "mat-khau": password[1]})
        here = {
            "Origin": f"https://localhost:{port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        secure.request("POST", "/dang-nhap", form, here)
        answer = secure.getresponse()
        cookie = answer.headers["set-cookie"]
        answer.read()
        assert answer.status == 303 and cookie.startswith("__Host-baocao=")
        assert "Secure" in cookie and "HttpOnly" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]
        with socket.create_connection(("127.0.0.1", port), 10) as plain:
            plain.sendall(b"GET /suc-khoe HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" not in plain.recv(100)
        assert TOKEN not in log.read_text()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()[-2000:]


def test_a_certificate_that_cannot_be_used_is_told_before_anything_starts(tmp_path: Path) -> None:
    good, other = make_certificate(tmp_path / "a"), make_certificate(tmp_path / "b")
    settings = load_settings(serve_certificate=good.certificate, serve_key=good.key)
    assert check_certificate(settings) is not None
    assert check_certificate(load_settings()) is None
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for certificate, key in (
        (good.certificate, other.key), (empty, good.key), (good.certificate, empty),
        (good.key, good.certificate),
    ):  # fmt: skip
        wrong = load_settings(serve_certificate=certificate, serve_key=key)
        with pytest.raises(CertificateUnusable, match="BAOCAO_SERVE_KEY"):
            check_certificate(wrong)
