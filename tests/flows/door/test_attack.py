"""The attack that once ran commands: another page's scripts, foreign names, other programs.

Against the door as it stands, with a person logged in in the same browser.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import websockets

from config.settings import load_settings
from flows.door.asked import TOKEN_HEADER
from flows.door.entrances import API
from flows.serving.orchestration import free_port
from models.domain.accounts.account import AccountRole
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.store.rows import open_engine
from tests.fixtures.ready_made import orchestrator_with_tables
from tests.flows.served import TOKEN, Served, start, wait_for

CHROMIUM = Path("/usr/bin/chromium")
OWN = "một câu ngắn dễ nhớ"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Target:
    """A standing door, a deployment behind it, and somebody who operates and decides."""

    served: Served
    port: int
    deployment: str
    cookie: str

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, str]:
        """As curl would ask; nothing is added but the length."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text

    def unharmed(self) -> bool:
        """Whether the deployment is as it was, and nothing was started."""
        kept = self.served.ask(f"deployments/{self.deployment}")
        runs = self.served.ask("flow_runs/filter", {})
        return kept["entrypoint"] == "flows.x:y" and not kept["paused"] and runs == []


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("door")
    orchestrator_with_tables(folder / "data")
    port = free_port()
    with (folder / "log").open("w") as output:
        # The password of former days, which an installation may still set, changes nothing.
        old = {"PREFECT_SERVER_API_AUTH_STRING": "baocao:mat-khau-cu"}
        process = start(folder, output, "--port", str(port), command="door", **old)
    served = Served(f"http://127.0.0.1:{port}", folder)
    try:
        wait_for(lambda: served.ask("health"), served.log)
        flow = served.ask("flows/", {"name": "y"})["id"]
        made = {"name": "lich", "flow_id": flow, "entrypoint": "flows.x:y"}
        deployment = served.ask("deployments/", made)["id"]
        yield Target(served, port, deployment, logged_in(served))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(30) == 0, served.log.read_text()[-2000:]
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def logged_in(served: Served) -> str:
    engine = open_engine(load_settings(data_dir=served.data).database)
    try:
        book, now = AccountBook(engine), dt.datetime.now(dt.UTC)
        roles = {AccountRole.DECIDES, AccountRole.OPERATES}
        lent = book.add("lan.pham", "Phạm Thị Lan", roles, "root", now)
        book.change_password("lan.pham", lent, OWN, "", now)
        return book.log_in("lan.pham", OWN, "", now).token
    finally:
        engine.dispose()


def test_the_first_password_is_shown_once_and_the_login_page_lets_in(target: Target) -> None:
    said = " ".join(target.served.log.read_text().split())
    assert said.count("chỉ hiện lần này") == 1 and "«quan-tri»" in said
    form = urlencode({"ten": "lan.pham", "mat-khau": OWN, "toi": "//evil.example"}).encode()
    here = {
        "Host": f"127.0.0.1:{target.port}",
        "Origin": target.served.address,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html",
    }
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    connection.request("POST", "/dang-nhap", form, here)
    answer = connection.getresponse()
    assert answer.status == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    answer.read()
    connection.close()
    page = here | {"Cookie": cookie.partition(";")[0]}
    status, text = target.ask("GET", "/", page)
    assert status == 200 and "Phạm Thị Lan" in text
    status, _ = target.ask("POST", "/dang-xuat", page)
    assert status == 303
    assert target.ask("GET", "/", page)[0] == 303
    wrong = urlencode({"ten": "lan.pham", "mat-khau": "sai"}).encode()
    status, text = target.ask("POST", "/dang-nhap", here, wrong)
    assert status == 401 and 'value="lan.pham"' in text and 'value="sai"' not in text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1"])
def test_a_foreign_name_is_answered_by_nobody(target: Target, host: str) -> None:
    cookie = {"Host": host, "Cookie": f"baocao={target.cookie}", "Origin": f"http://{host}"}
    for method, path in (
        ("GET", "/"),
        ("GET", "/prefect/v2/dashboard"),
        ("POST", f"{API}/deployments/filter"),
    ):
        assert target.ask(method, path, cookie)[0] == 400
    assert target.ask("GET", f"{API}/health", {"Host": host, TOKEN_HEADER: TOKEN})[0] == 400


def attacks(target: Target) -> Iterator[tuple[str, str, Any]]:
    """What once led to commands."""
    one = f"{API}/deployments/{target.deployment}"
    steps = {
        "pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/x"}}]
    }
    yield "PATCH", one, steps
    yield "PATCH", one, {"entrypoint": "evil.py:f"}
    yield "PATCH", one, {"paused": True}
    yield "POST", f"{one}/create_flow_run", {"parameters": {}}
    yield "POST", f"{API}/deployments/", {"name": "x", "flow_id": target.deployment} | steps
    yield "POST", f"{API}/variables/", {"name": "x", "value": "y"}
    yield "POST", f"{API}/automations/", {"name": "x"}
    yield "DELETE", one, None


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
def test_another_page_starts_nothing_though_somebody_is_logged_in(
    target: Target, origin: str
) -> None:
    for method, path, body in attacks(target):
        for kind in ("", "text/plain", "application/json"):
            headers = {
                "Host": f"127.0.0.1:{target.port}",
                "Cookie": f"baocao={target.cookie}",
                "Origin": origin,
                "Content-Type": kind,
            }
            sent = {name: value for name, value in headers.items() if value}
            status, text = target.ask(method, path, sent, json.dumps(body).encode())
            assert status == 403, f"{method} {path}: {status} {text}"
    assert target.unharmed()


def test_a_login_is_no_shell(target: Target) -> None:
    here = {
        "Host": f"127.0.0.1:{target.port}",
        "Cookie": f"baocao={target.cookie}",
        "Origin": target.served.address,
        "Content-Type": "application/json",
    }
    for method, path, body in attacks(target):
        if path.endswith("create_flow_run") or body == {"paused": True}:
            continue  # what an operator is there for
        status, text = target.ask(method, path, here, json.dumps(body).encode())
        assert status == 403, f"{method} {path}: {status} {text}"
    assert target.unharmed()
    assert target.ask("POST", f"{API}/deployments/filter", here, b"{}")[0] == 200


@pytest.mark.parametrize(
    "path", ["events/out", "events/in", "logs/out", "task_runs/subscriptions/scheduled"]
)
def test_no_websocket_opens_from_elsewhere_or_without_a_login(target: Target, path: str) -> None:
    cookie = f"baocao={target.cookie}"
    own = target.served.address
    foreign = {"Cookie": cookie, "Origin": "http://evil.example"}
    for headers in ({}, {"Origin": own}, {"Cookie": cookie}, foreign):
        assert asyncio.run(status_of(target, path, headers)) == 403
    opened = asyncio.run(status_of(target, path, {"Cookie": cookie, "Origin": own}))
    assert opened == (101 if path.endswith("/out") else 403)


async def status_of(target: Target, path: str, headers: dict[str, str]) -> int:
    """How the handshake is answered."""
    try:
        async with websockets.connect(
            f"ws://127.0.0.1:{target.port}{API}/{path}",
            additional_headers=headers,
            subprotocols=[websockets.Subprotocol("prefect")],
            proxy=None,
        ):
            return 101
    except websockets.InvalidStatus as refused:
        return refused.response.status_code


# --- in a browser, from another origin ------------------------------------------------------------

PAGE = """<!doctype html><title>waiting</title><form id=f method=post enctype=text/plain
 action="%(one)s/create_flow_run"><input name='{"parameters":{}, "x":"' value='"}'></form>
<iframe id=i src="%(door)s/"></iframe><img id=g src="%(door)s/prefect/ico/favicon-32x32.png">
<script>
const log = [], shell = JSON.stringify({pull_steps: [{x: 1}], entrypoint: "evil.py:f"});
async function attempt(name, ask) {
  try { const r = await ask(); log.push([name, r.type, r.status]); }
  catch (error) { log.push([name, "refused", 0]); }
}
(async () => {
  for (const credentials of ["include", "omit"]) for (const mode of ["cors", "no-cors"]) {
    const how = {credentials, mode};
    await attempt("read", () => fetch("%(api)s/deployments/filter",
      {...how, method: "POST", body: "{}"}));
    await attempt("get", () => fetch("%(door)s/prefect/api/version", how));
    await attempt("run", () => fetch("%(one)s/create_flow_run",
      {...how, method: "POST", body: new Blob(['{"parameters": {}}'])}));
    if (mode == "cors") for (const method of ["PATCH", "PUT", "DELETE"])
      await attempt(method, () => fetch("%(one)s",
        {...how, method, headers: {"content-type": "application/json"}, body: shell}));
  }
  for (const path of ["events/out", "events/in"]) await new Promise(done => {
    const socket = new WebSocket("%(socket)s/" + path, "prefect");
    socket.onopen = () => { log.push(["socket", "open", 1]); done(); };
    socket.onerror = () => { log.push(["socket", "refused", 0]); done(); };
  });
  log.push(["picture", document.getElementById("g").naturalWidth ? "shown" : "refused", 0]);
  window.result = log; document.title = "done";
})();
</script>"""


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's Chromium at {CHROMIUM}")
def test_a_page_of_another_origin_in_the_same_browser_reaches_nothing(target: Target) -> None:
    from playwright.sync_api import sync_playwright

    own = target.served.address
    api = f"{own}{API}"
    page_of_theirs = (
        PAGE
        % {
            "door": own,
            "api": api,
            "one": f"{api}/deployments/{target.deployment}",
            "socket": api.replace("http://", "ws://"),
        }
    ).encode()

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The page, at every path."""
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page_of_theirs)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    evil = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=evil.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context()
            page = context.new_page()
            page.goto(own)
            page.get_by_label("Tên tài khoản").fill("lan.pham")
            page.get_by_label("Mật khẩu").fill(OWN)
            page.get_by_role("button", name="Đăng nhập").click()
            page.get_by_role("button", name="Đăng xuất").wait_for()
            # Neither the same site at another port nor a name of another site.
            for host in ("127.0.0.1", "localhost"):
                other = context.new_page()
                other.goto(f"http://{host}:{evil.server_port}/")
                other.wait_for_function("document.title == 'done'")
                tried = other.evaluate("window.result")
                readable = [one for one in tried if one[1] not in ("refused", "opaque")]
                assert len(tried) >= 16 and readable == [], readable
                framed = other.frames[1].content()
                assert "Phạm Thị Lan" not in framed
                other.evaluate("document.getElementById('f').submit()")
                other.get_by_text("không đến từ trang này").wait_for()
                other.close()
            page.reload()  # the person works on as before
            page.get_by_role("button", name="Đăng xuất").wait_for()
            browser.close()
    finally:
        evil.shutdown()
    assert target.unharmed()
