"""The guard: names, origins, tokens, sessions, headers, bodies."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from flows.door.asked import TOKEN_HEADER, Place
from flows.door.entrances import API
from models.domain.accounts.access import AccessKind
from models.domain.accounts.account import AccountRole
from tests.flows.door.conftest import HOST, ORIGIN, TOKEN, House

OPERATOR = (AccountRole.OPERATES,)
FILTER = f"{API}/flow_runs/filter"


def cookie(token: str) -> dict[str, str]:
    return {"cookie": f"baocao={token}"}


FROM_HERE = {"origin": ORIGIN, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:4201", "127.0.0.1:4200@evil.example",
     "localhost.:4200", "127.0.0.1:04200x", "[::1:4200", "127.0.0.1:", "",
     "127.0.0.1.evil.example:4200"],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_answered_by_nobody(house: House, host: str) -> None:
    """Else another page's name, led to our address, would be read as our own (DNS rebinding)."""
    token = house.somebody(*OPERATOR)
    for method, path in (
        ("GET", "/"),
        ("GET", "/suc-khoe"),
        ("POST", FILTER),
        ("WS", f"{API}/logs/out"),
    ):
        asked = house.ask(method, path, cookie(token) | FROM_HERE | {"host": host})
        assert asked.status in (400, 403)
    assert house.as_worker("POST", FILTER, host=host).status == 400
    assert house.seen == []


@pytest.mark.parametrize("host", ["localhost:4200", "[::1]:4200", "LOCALHOST:4200"])
def test_every_name_of_this_machine_is_ours(house: House, host: str) -> None:
    assert house.ask("GET", "/suc-khoe", {"host": host}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:4201"},
        {"origin": "https://127.0.0.1:4200"},
        {"origin": "http://localhost:4200"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": ORIGIN, "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_what_changes_something_comes_from_a_page_of_ours(
    house: House, headers: dict[str, str]
) -> None:
    token = house.somebody(*OPERATOR)
    for method, path in (
        ("POST", FILTER), ("POST", "/dang-nhap"), ("POST", "/dang-xuat"),
        ("WS", f"{API}/events/out"), ("OPTIONS", FILTER), ("PROPFIND", "/"),
    ):  # fmt: skip
        assert house.ask(method, path, cookie(token) | headers).status in (401, 403)
    assert house.seen == []


def test_what_a_page_elsewhere_tried_is_recorded_once(house: House) -> None:
    for _ in range(50):
        house.ask("POST", FILTER, {"origin": "http://evil.example"})
    [line] = [a for a in house.book.accesses() if a.kind is AccessKind.FOREIGN]
    assert "evil.example" in line.detail


def test_strangers_cannot_fill_the_record(house: House) -> None:
    for number in range(700):
        house.ask("POST", FILTER, {"origin": f"http://evil{number}.example"})
    assert len(house.book.accesses(5000)) <= 500


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("same-site", "cors", "empty", 403),
        ("cross-site", "navigate", "document", 200),  # a link in a letter
        ("same-origin", "no-cors", "script", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_no_other_page_draws_ours_into_itself(
    house: House, site: str, mode: str, dest: str, status: int
) -> None:
    token = house.somebody(*OPERATOR)
    said = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    answer = house.ask("GET", "/prefect/v2/dashboard", cookie(token) | said)
    assert answer.status == status


def test_a_link_in_a_letter_leads_to_its_page_though_the_login_is_not_sent_along(
    house: House,
) -> None:
    there = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    path = "/prefect/v2/runs/flow-run/1"
    first = house.ask("GET", path, there)
    assert first.status == 200 and f"url={path}" in first.body.decode()
    again = there | {"sec-fetch-site": "same-origin"}
    assert house.ask("GET", path, again).headers["location"] == f"/dang-nhap?toi={path}"
    assert house.ask("GET", path, again | cookie(house.somebody(*OPERATOR))).status == 200


@pytest.mark.parametrize(
    "path",
    ["/prefect/api/../../dang-nhap", "//prefect/api/flows/filter", "/prefect//api/flows/filter",
     "/prefect/./api/flows/filter", "/prefect\\api", "/dang-nhap/../nhat-ky", "/%2e%2e/nhat-ky",
     "/dang-nhap\r\nx: y", "/" + "a" * 3000],
)  # fmt: skip
def test_a_path_that_could_be_read_in_two_ways_is_refused(house: House, path: str) -> None:
    token = house.somebody(*AccountRole)
    assert house.as_page(token, "GET", path).status == 400
    assert house.seen == []


@pytest.mark.parametrize(
    "name", ["host", "cookie", "origin", TOKEN_HEADER.lower(), "content-length"]
)
def test_a_header_that_is_sent_twice_is_believed_neither_time(house: House, name: str) -> None:
    value = {"host": HOST, "origin": ORIGIN, TOKEN_HEADER.lower(): TOKEN}.get(name, "1")
    twice = [(name.encode(), value.encode())] * 2
    others = [(b"host", HOST.encode())] if name != "host" else []
    assert house.ask("POST", FILTER, scope={"headers": twice + others}).status == 400


def test_a_worker_is_known_by_its_token_and_is_no_browser(house: House) -> None:
    assert house.as_worker("POST", FILTER).status == 200
    for wrong in (TOKEN[:-1], TOKEN + "x", "x" * 100, "\xff\xfe"):
        assert house.ask("POST", FILTER, {TOKEN_HEADER: wrong}).status == 401
    token = house.somebody(*OPERATOR)
    for sign in ({"origin": ORIGIN}, cookie(token), {"sec-fetch-site": "same-origin"}):
        assert house.ask("POST", FILTER, {TOKEN_HEADER: TOKEN} | sign).status == 401


def test_without_a_token_set_nobody_is_a_worker(house: House) -> None:
    house.guard.token = ""
    for given in ("", " ", "x"):
        assert house.ask("POST", FILTER, {TOKEN_HEADER: given}).status in (401, 403)


def test_the_inner_entrance_knows_workers_only(house: House) -> None:
    house.guard.workers_only = True
    token = house.somebody(*AccountRole)
    for path in ("/", "/dang-nhap", "/suc-khoe", FILTER):
        assert house.as_page(token, "GET", path).status == 401
    assert house.as_worker("GET", f"{API}/health").status == 200


def test_a_session_ends_by_idleness_which_a_page_that_asks_by_itself_does_not_interrupt(
    house: House,
) -> None:
    token = house.somebody(*OPERATOR)
    for _ in range(7):
        house.now += dt.timedelta(minutes=8)
        assert house.as_page(token, "POST", FILTER, {}).status == 200
    house.now += dt.timedelta(minutes=5)
    assert house.as_page(token, "POST", FILTER, {}).status == 401
    assert house.ask("GET", "/", cookie(token) | {"accept": "text/html"}).status == 303


def test_going_from_page_to_page_keeps_the_session(house: House) -> None:
    token = house.somebody(*OPERATOR)
    for _ in range(12):
        house.now += dt.timedelta(minutes=50)
        said = cookie(token) | {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
        last = house.ask("GET", "/prefect/v2/runs", said).status
    assert last == 200
    house.now += dt.timedelta(hours=3)  # twelve hours after the login, however busy
    assert house.as_page(token, "POST", FILTER, {}).status == 401


def test_a_lent_password_is_changed_before_anything_else(house: House) -> None:
    token = house.somebody(*AccountRole, changed=False)
    for path in ("/", "/nhat-ky", "/prefect/v2/dashboard", FILTER):
        assert house.as_page(token, "GET", path).status == 403
    page = cookie(token) | {"accept": "text/html"}
    assert house.ask("GET", "/prefect/v2/dashboard", page).headers["location"] == "/tai-khoan"
    assert house.as_page(token, "GET", "/tai-khoan").status == 200
    assert house.as_page(token, "POST", "/dang-xuat").status == 200


def test_who_is_logged_in_stands_where_our_pages_look(house: House) -> None:
    token = house.somebody(AccountRole.READS)
    house.as_page(token, "GET", "/")
    assert house.account_seen().person == "Người nreads"
    house.as_page("", "GET", "/dang-nhap")
    assert house.account_seen() is None


def test_every_answer_forbids_what_is_not_ours(house: House) -> None:
    token = house.somebody(*AccountRole)
    for path in ("/", "/dang-nhap", "/prefect/v2/dashboard", "/no/such", f"{API}/version"):
        headers = house.as_page(token, "GET", path).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "http:" not in policy and "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert not [
            name for name in headers if name.startswith("access-control") or name == "server"
        ]
    ours = house.as_page(token, "GET", "/").headers["content-security-policy"]
    assert "script-src 'self';" in ours and "unsafe" not in ours


def test_a_refusal_for_want_of_a_role_is_recorded_once_an_hour(house: House) -> None:
    token = house.somebody(AccountRole.READS)
    for _ in range(5):
        assert house.as_page(token, "GET", "/nhat-ky").status == 403
    refused = [a for a in house.book.accesses() if a.kind is AccessKind.REFUSED]
    assert [(a.account, a.detail) for a in refused] == [("nreads", "GET /nhat-ky")]


# --- behind a proxy, with TLS ---------------------------------------------------------------------

PROXY = "10.1.2.2"
BEHIND = Place(frozenset({"dieu-hanh.example"}), 4200, proxies=frozenset({PROXY}))
THERE = {
    "host": "dieu-hanh.example",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "1.1.1.1, 10.9.9.9",
}


def test_behind_a_proxy_only_the_proxy_is_believed(house: House) -> None:
    house.guard.place = BEHIND
    ask = house.ask("GET", "/suc-khoe", THERE, scope={"client": (PROXY, 1)})
    assert ask.status == 200 and "strict-transport-security" in ask.headers
    assert house.seen[-1][0]["baocao.address"] == "10.9.9.9"
    assert house.ask("GET", "/suc-khoe", THERE, scope={"client": ("10.1.2.9", 1)}).status == 403
    plain = THERE | {"x-forwarded-proto": "http"}
    assert house.ask("GET", "/suc-khoe", plain, scope={"client": (PROXY, 1)}).status == 403
    mapped = (f"::ffff:{PROXY}", 1)
    assert house.ask("GET", "/suc-khoe", THERE, scope={"client": mapped}).status == 200


def test_over_tls_the_origin_is_https_and_the_cookie_bound_to_the_host(house: House) -> None:
    house.guard.place = Place(frozenset({"dieu-hanh.example"}), 443, tls=True)
    token = house.somebody(*OPERATOR)
    said = {"host": "dieu-hanh.example", "sec-fetch-site": "same-origin"}
    secure = said | {"cookie": f"__Host-baocao={token}"}
    assert house.ask("POST", FILTER, secure | {"origin": "https://dieu-hanh.example"}).status == 200
    assert house.ask("POST", FILTER, secure | {"origin": "http://dieu-hanh.example"}).status == 403
    assert house.ask("POST", FILTER, said | cookie(token)).status == 401


def test_without_a_proxy_nobodys_word_is_taken_for_an_address(house: House) -> None:
    house.guard.place = replace(house.guard.place)
    house.ask(
        "GET", "/dang-nhap", {"x-forwarded-for": "10.9.9.9"}, scope={"client": ("192.0.2.7", 1)}
    )
    assert house.seen[-1][0]["baocao.address"] == "192.0.2.7"


# --- bodies ---------------------------------------------------------------------------------------


def test_a_body_is_handed_on_as_it_was_understood(house: House) -> None:
    token = house.somebody(*OPERATOR)
    twice = b'{"limit": 5, "limit": 7}'
    answer = house.ask("POST", FILTER, cookie(token) | FROM_HERE, twice)
    assert answer.status == 200
    scope, body = house.seen[-1]
    assert json.loads(body) == {"limit": 7} and body.count(b"limit") == 1
    assert dict(scope["headers"])[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"not json", "application/json", 400),
        (b"[1, 2]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b"{" + b" " * 1_100_000 + b"}", "application/json", 413),
    ],
)
def test_a_body_that_is_not_understood_goes_no_further(
    house: House, body: bytes, kind: str, status: int
) -> None:
    token = house.somebody(*OPERATOR)
    headers = cookie(token) | FROM_HERE | {"content-type": kind}
    assert house.ask("POST", FILTER, headers, body).status == status
    assert house.seen == []


def test_a_reading_way_takes_no_body(house: House) -> None:
    token = house.somebody(*OPERATOR)
    path = f"{API}/flows/33333333-3333-3333-3333-333333333333"
    assert house.ask("GET", path, cookie(token), b"{}").status == 400
    assert house.ask("GET", path, cookie(token)).status == 200


@pytest.mark.parametrize("method", ["GET", "POST", "WS"])
def test_a_database_that_does_not_answer_is_a_sentence_and_lets_nobody_through(
    house: House, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    token = house.somebody(*OPERATOR)
    path = f"{API}/logs/out" if method == "WS" else "/"

    def away(*_: object) -> None:
        raise OperationalError("SELECT secret", {"key": "secret"}, Exception("refused"))

    with monkeypatch.context() as broken:
        broken.setattr(house.book, "session", away)
        answer = house.as_page(token, method, path)
    assert house.seen == []
    if method == "WS":
        assert answer.status == 403
        return
    assert answer.status == 503
    assert "Cơ sở dữ liệu chưa trả lời" in json.loads(answer.body)["detail"]
    assert b"secret" not in answer.body
    if method == "GET":
        assert house.as_page(token, method, path).status == 200
