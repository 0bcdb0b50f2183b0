"""Bodies and headers that no page of ours sends, and what they must not bring about."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from flows.door.entrances import API, LOGIN, OWN_ACCOUNT
from flows.door.json_body import NotKept, read
from flows.door.pages import OurPages, _way_on
from models.domain.accounts.access import AccessKind
from models.domain.accounts.account import AccountRole
from tests.flows.door.conftest import FakeOrchestrator, House
from tests.flows.served import simulated

DECISION, PLAIN = FakeOrchestrator().decision, FakeOrchestrator().plain
BOTH = (AccountRole.OPERATES, AccountRole.DECIDES)
START = f"{API}/deployments/{PLAIN}/create_flow_run"
AGAIN = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
PART = b'--x\r\nContent-Disposition: form-data; name="a_b"\r\n\r\n\xff\r\n--x--\r\n'
TRY_FORM = f"{API}/ui/schemas/validate"


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    "body",
    [
        f'{{"parameters": {nested(50)}}}',
        f'{{"parameters": {nested(450)}}}',
        f'{{"parameters": {nested(900)}}}',
        f'{{"parameters": {nested(100_000)}}}',
        json.dumps({"parameters": {"__prefect_kind": "json", "value": nested(50)}}),
        '{"parameters": {"a": NaN}}',
        '{"parameters": {"a": 1e999}}',
        '{"parameters": {"a": 9007199254740993}}',
        '{"parameters": {"a": "\\u0000"}}',
        '{"parameters": {"\\ud800": 1}}',
        '{"name": "\\ud800"}',
    ],
    ids=lambda body: body[:40],
)
def test_what_cannot_be_given_back_to_the_workers_starts_no_run(house: House, body: str) -> None:
    token = house.somebody(AccountRole.OPERATES)
    assert house.as_page(token, "POST", START, body.encode()).status == 400
    assert not house.seen


@pytest.mark.parametrize(
    "body",
    [
        {"parameters": {}, "tags": 5},
        {"parameters": {}, "tags": {"a": 1}},
        {"parameters": {}, "tags": ["a"] * 51},
        {"parameters": {}, "tags": [{"a": 1}]},
        {"parameters": {}, "name": {"a": 1}},
        {"parameters": {}, "name": "n" * 201},
        {"parameters": {}, "idempotency_key": "n" * 201},
        {"parameters": {"__prefect_kind": "json", "value": nested(900)}},
    ],
    ids=str,
)
def test_what_is_no_list_or_no_value_is_refused_in_a_sentence(house: House, body: Any) -> None:
    token = house.somebody(AccountRole.OPERATES)
    assert house.as_page(token, "POST", START, body).status in (400, 403)
    assert not house.seen


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", -62135596800, "x", [1]]
)
def test_no_run_waits_for_a_time_that_cannot_be_written_down(house: House, moment: Any) -> None:
    token = house.somebody(AccountRole.OPERATES)
    details = {"state_details": {"scheduled_time": moment}}
    new = {"parameters": {}, "state": {"type": "SCHEDULED"} | details}
    assert house.as_page(token, "POST", START, new).status == 403
    again = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"} | details}
    path = f"{API}/flow_runs/{PLAIN}/set_state"
    assert house.as_page(token, "POST", path, again).status == 403
    assert not house.seen


def test_a_run_may_wait_until_tomorrow(house: House) -> None:
    token = house.somebody(AccountRole.OPERATES)
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": tomorrow}}
    assert house.as_page(token, "POST", START, {"state": state}).status == 200
    assert json.loads(house.seen[-1][1])["state"] == state


def test_what_people_write_is_kept_as_it_is() -> None:
    said = {"a": ["Hải Phòng \U0001f600", 2**53, -1.5, None, True, {"b": json.loads(nested(30))}]}
    assert read(json.dumps(said).encode()) == said
    with pytest.raises(NotKept):
        read(b"[]")


def test_a_decision_is_repeated_by_whoever_took_it_alone(house: House) -> None:
    path = f"{API}/flow_runs/{DECISION}/set_state"
    operator, other = house.somebody(AccountRole.OPERATES), house.somebody(*BOTH)
    assert house.as_page(operator, "POST", path, AGAIN).status == 403
    assert "Phạm Thị Lan" in house.as_page(other, "POST", path, AGAIN).body.decode()
    assert not house.seen
    password = house.book.add("lan.pham", "Phạm Thị Lan", BOTH, "root", house.now)
    house.book.change_password("lan.pham", password, "một câu ngắn dễ nhớ", "", house.now)
    herself = house.book.log_in("lan.pham", "một câu ngắn dễ nhớ", "", house.now).token
    assert house.as_page(herself, "POST", path, AGAIN).status == 200
    # An end claims nothing under anybody's name.
    assert house.as_page(operator, "POST", path, {"state": {"type": "CANCELLING"}}).status == 200


@pytest.mark.parametrize("moment", ["2999-01-01T00:00:00+07:00", 4_102_444_800, "4102444800"])
def test_who_decides_nothing_cannot_let_the_time_of_a_decision_run_out(
    house: House, moment: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(simulated(tmp_path)))
    operator, decider = house.somebody(AccountRole.OPERATES), house.somebody(*BOTH)
    ahead = {"parameters": {"request": {"as_of": moment}}}
    assert house.as_page(operator, "POST", START, ahead).status == 403
    assert not house.seen
    assert house.as_page(decider, "POST", START, ahead).status == 200
    for harmless in ("2025-01-01T00:00:00+07:00", "", "no moment", None):
        past = {"parameters": {"request": {"as_of": harmless}}}
        assert house.as_page(operator, "POST", START, past).status == 200


@pytest.mark.parametrize("moment", ["2999-01-01T00:00:00+07:00", "2025-01-01T00:00:00+07:00", 0])
def test_outside_of_a_rehearsal_nobody_says_what_time_it_is(
    house: House, moment: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    told = {"parameters": {"request": {"as_of": moment}}}
    answer = house.as_page(house.somebody(*BOTH), "POST", START, told)
    assert answer.status == 403
    assert "chỉ đặt được khi diễn tập" in answer.body.decode()
    assert not house.seen


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}},
        {"patternProperties": {"^(a+)+$": {}}},
        {"properties": {"a": {"items": [{"uniqueItems": True}]}}},
        {"allOf": [{"$ref": "#/a"}] * 9},
    ],
    ids=str,
)
def test_a_form_that_takes_for_ever_to_check_is_not_checked(house: House, schema: Any) -> None:
    token = house.somebody(AccountRole.OPERATES)
    asked = {"schema": schema, "values": {"a": "a" * 40 + "!"}}
    assert house.as_page(token, "POST", TRY_FORM, asked).status == 403
    assert not house.seen


def test_our_own_forms_are_checked(house: House) -> None:
    from flows.serving.deployments import deployments  # start-up cost

    token = house.somebody(AccountRole.OPERATES)
    schemas = [made._parameter_openapi_schema.model_dump() for made in deployments()]
    assert len(schemas) > 20
    for schema in schemas:
        asked = {"schema": schema, "values": {"request": {}}}
        assert house.as_page(token, "POST", TRY_FORM, asked).status == 200


@pytest.mark.parametrize(
    "others", ['x={"a":1}; ', "a b=1; ", "a=\xc4\x91; ", "=; ", ";;", "baocaox=1; "]
)
def test_a_cookie_of_another_server_of_this_host_hides_no_login(house: House, others: str) -> None:
    token = house.somebody(AccountRole.READS)
    assert house.ask("GET", "/", {"cookie": f"{others}baocao={token}"}).status == 200
    assert house.ask("GET", "/", {"cookie": others}).status == 401


@pytest.mark.parametrize("wanted", ["//[", "http://[", "/\\[", "//evil", "/a\r\nb", "https:/x"])
def test_after_the_login_nobody_is_led_elsewhere(wanted: str) -> None:
    assert _way_on(wanted) == "/"
    assert _way_on("/prefect/runs/[1]") == "/prefect/runs/[1]"


def test_a_length_that_is_said_in_two_ways_is_nobodys(house: House) -> None:
    headers = {"content-length": "2", "transfer-encoding": "chunked"}
    assert house.ask("POST", LOGIN, headers, b"{}").status == 400
    assert not house.seen


def test_strangers_keep_no_refusal_of_an_account_out_of_the_record(house: House) -> None:
    for number in range(600):
        house.ask(f"M{number}", "/", {"origin": "http://evil.example"})
    written = len(house.book.accesses(1000))
    assert 0 < written < 600
    token = house.somebody(AccountRole.READS)
    house.as_page(token, "GET", "/nhat-ky")
    assert house.book.accesses()[0].kind is AccessKind.REFUSED


def test_what_a_stranger_sends_moves_nobodys_terminal(house: House) -> None:
    house.ask("POST", "/", {"origin": "\x1b]0;x\x07\x9b31m"})
    detail = house.book.accesses()[0].detail
    assert "]0;x" in detail and detail.isprintable()


@pytest.mark.parametrize("path", [LOGIN, OWN_ACCOUNT])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nno form\r\n"),
        ("multipart/form-data; boundary=x; charset=punycode", PART),
        ("multipart/form-data; boundary=x; charset=undefined", PART),
        ("application/x-www-form-urlencoded", b"ten=" + b"a" * 1_100_000),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 11)),
    ],
    ids=lambda given: str(given)[:60],
)
def test_what_is_no_form_of_the_door_is_refused_in_a_sentence(
    house: House, path: str, kind: str, body: bytes
) -> None:
    app = OurPages(house.book, "baocao").application()

    async def sent() -> Any:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://door") as client:
            return await client.post(path, content=body, headers={"content-type": kind})

    answer = asyncio.run(sent())
    assert answer.status_code == 400
    assert "không đọc được" in answer.json()["detail"]
