"""Progress is told the server of its run, whoever that is, and to no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def told() -> Iterator[tuple[str, Told]]:
    """The address of a server that takes artifacts, and what it was told, by method."""
    heard: Told = []
    lock = threading.Lock()

    class Artifacts(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answer, known = b'"3.0.0"', self.path.endswith("/version")
            if self.path.startswith("/api/artifacts"):
                with lock:
                    heard.append((self.command, json.loads(body)))
                answer, known = json.dumps({"id": str(uuid4()), **heard[0][1]}).encode(), True
            self.send_response(200 if known else 404)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PATCH = do_POST  # noqa: N815  as the server looks for them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Artifacts) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api", heard
        server.shutdown()
        serving.join()


def test_it_is_told_the_server_that_the_run_is_led_to(
    told: tuple[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.logging import disable_run_logger  # start-up cost: of this one test
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from tasks.progress import WORTH_SHOWING, Progress

    address, heard = told
    # Of each artifact it tells in an event as well, long after this server has gone.
    monkeypatch.setattr("prefect.events.utilities.emit_event", lambda **_: None)
    with (
        temporary_settings({PREFECT_API_URL: address}),
        disable_run_logger(),
        Progress("tien-do-mo-ky", "Mở kỳ") as progress,
    ):
        for done in range(WORTH_SHOWING + 1):
            progress(done, WORTH_SHOWING)
    # Led nowhere, the orchestrator would have started a server of its own and told that.
    assert heard[0][0] == "POST" and heard[0][1]["key"] == "tien-do-mo-ky"
    assert heard[-1][1]["data"] == 100
