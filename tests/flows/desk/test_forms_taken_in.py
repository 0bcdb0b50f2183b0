"""What is sent to the desk: taken in up to a length that it announces, refused in a sentence."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from flows.desk import ways
from flows.desk.application import add_desk
from flows.desk.desk import PageRequest
from flows.desk.undertakings import UndertakingDone
from flows.door.asked import Place
from flows.door.response_headers import LETTER, OURS, added
from models.domain.cycle.cycles import HANOI
from tests.fixtures.office_desk import CLERK, OfficeDesk, office_desk

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
FORM = "/quyet-dinh/extend-deadline"
MULTIPART = "multipart/form-data; boundary=x"
WORDS = b'--x\r\nContent-Disposition: form-data; name="last_day"\r\n\r\n\xff\r\n--x--\r\n'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk at which nothing is decided."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt"]) as found:
        yield found


def asked(desk: OfficeDesk, *headers: tuple[bytes, bytes]) -> tuple[int, str]:
    """What is answered to a POST with these headers, whose body nobody may ask for."""
    app, told = FastAPI(openapi_url=None), list[Any]()
    add_desk(app, desk.desk, lambda _: CLERK)

    async def receive() -> Any:
        raise AssertionError("the body was asked for")

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": FORM,
        "raw_path": FORM.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded"), *headers],
        "server": ("desk", 80),
        "client": ("127.0.0.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    body = b"".join(m.get("body", b"") for m in told if m["type"] == "http.response.body")
    return told[0]["status"], body.decode()


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ([], 411, "không ghi độ dài"),
        ([(b"transfer-encoding", b"chunked")], 411, "không ghi độ dài"),
        ([(b"content-length", b"-1")], 411, "không ghi độ dài"),
        ([(b"content-length", "²".encode())], 411, "không ghi độ dài"),
        ([(b"content-length", b"2000001")], 413, "lớn hơn 2 MB"),
        ([(b"content-length", b"9" * 5000)], 413, "lớn hơn 2 MB"),
    ],
)
def test_a_body_of_no_bearable_length_is_refused_before_it_is_read(
    desk: OfficeDesk, headers: list[tuple[bytes, bytes]], status: int, said: str
) -> None:
    got, page = asked(desk, *headers)

    assert got == status
    assert said in page


def test_a_chunked_body_is_refused_in_a_sentence(desk: OfficeDesk) -> None:
    async def pieces() -> Any:
        yield b"cycle=2025-plan"

    answer = desk.browser.post(FORM, content=pieces())

    assert answer.status_code == 411
    assert "không ghi độ dài" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno form\r\n"),
        ("multipart/form-data", b"--x"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n1\r\n--x--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2001))),
        *((f"{MULTIPART}; charset={coding}", WORDS) for coding in ("punycode", "undefined")),
    ],
)
def test_what_is_no_form_of_that_page_is_refused_in_a_sentence(
    desk: OfficeDesk, kind: str, body: bytes
) -> None:
    answer = desk.browser.post(FORM, content=body, headers={"content-type": kind})

    assert answer.status_code == 400
    assert "không đọc được" in answer.text


@pytest.mark.parametrize(
    ("path", "policy", "frames"),
    [
        ("/thu-di/1/noi-dung", LETTER, "SAMEORIGIN"),
        ("/thu-di/1", OURS, "DENY"),
        (ways.TODAY, OURS, "DENY"),
    ],
)
def test_only_a_letter_itself_stands_in_a_frame_of_ours(
    path: str, policy: str, frames: str
) -> None:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    sending = added(send, path, Place(frozenset({"desk"}), 80), is_socket=False)
    asyncio.run(sending({"type": "http.response.start", "status": 200, "headers": []}))

    headers = dict(told[0]["headers"])
    assert headers[b"content-security-policy"].decode() == policy
    assert headers[b"x-frame-options"].decode() == frames


@pytest.mark.parametrize("coding", ["utf-7", "unicode_escape", "utf-16", "zlib", "idna", "rot13"])
def test_words_in_an_odd_coding_are_words_or_nothing(desk: OfficeDesk, coding: str) -> None:
    odd = WORDS.replace(b"\xff", b"\\ud800+2AA-")
    kind = f"{MULTIPART}; charset={coding}"

    answer = desk.browser.post(FORM, content=odd, headers={"content-type": kind})

    assert answer.status_code in (400, 422)
    assert "Xin" in answer.text


def test_what_came_of_a_decision_is_told_to_whoever_took_it(desk: OfficeDesk) -> None:
    begun = desk.desk.undertakings.begin(
        "Việc thử",
        PageRequest(CLERK, "/"),
        "/",
        lambda: UndertakingDone("Đã làm việc ấy."),
        lambda _: None,
    )
    assert begun.within(5)

    told = desk.text(f"/?xong={begun.id}")
    desk.account = replace(CLERK, name="minh.do")
    others = desk.text(f"/?xong={begun.id}")
    desk.account = CLERK

    assert "Đã làm việc ấy." in told
    assert "Đã làm việc ấy." not in others
