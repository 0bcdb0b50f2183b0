"""`baocao account`, as whoever runs the machine types it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from config.settings import load_settings
from models.domain.accounts.account import Account
from tasks.adapters.accounts.account_book import AccountBook
from tasks.adapters.store.rows import open_engine
from tests.fixtures.cheap_passwords import cheap_passwords as cheap_passwords
from tests.fixtures.ready_made import sqlite_with_tables
from tests.flows.test_command_line import baocao

LAN = ("lan.pham", "--person", "Phạm Thị Lan, Chuyên viên")


@pytest.fixture
def data(tmp_path: Path, cheap_passwords: None) -> Path:
    sqlite_with_tables(tmp_path / "baocao.sqlite")
    return tmp_path


def password_in(said: str) -> str:
    found = re.search(r"chỉ hiện lần này: (\S+)", said)
    assert found is not None, said
    return found[1]


def who_comes_in(data: Path, name: str, password: str) -> Account | None:
    engine = open_engine(load_settings(data_dir=data).database)
    try:
        return AccountBook(engine).log_in(name, password, "", dt.datetime.now(dt.UTC)).account
    finally:
        engine.dispose()


def test_a_colleague_is_given_an_account_a_new_password_and_an_end(data: Path) -> None:
    roles = ("--role", "quyết định", "--role", "van-hanh")
    added = baocao("account", "add", *LAN, *roles, data_dir=data)
    assert added.returncode == 0, added.stderr
    assert "«lan.pham»: quyết định, vận hành" in added.stdout
    account = who_comes_in(data, "lan.pham", password_in(added.stdout))
    assert account is not None and account.person == "Phạm Thị Lan, Chuyên viên"

    shown = json.loads(baocao("account", "list", "--json", data_dir=data).stdout)
    assert [(one["name"], one["open"], one["roles"]) for one in shown] == [
        ("lan.pham", True, ["decides", "operates"])
    ]
    closed = baocao("account", "close", "lan.pham", data_dir=data)
    assert closed.returncode == 0 and "Đã đóng" in closed.stdout
    assert who_comes_in(data, "lan.pham", password_in(added.stdout)) is None
    assert "đã đóng" in baocao("account", "list", data_dir=data).stdout

    again = baocao("account", "reset", "lan.pham", "--role", "xem", data_dir=data)
    account = who_comes_in(data, "lan.pham", password_in(again.stdout))
    assert account is not None and [role.value for role in account.roles] == ["reads"]


def test_what_cannot_be_is_said_in_a_sentence_and_changes_nothing(data: Path) -> None:
    baocao("account", "add", *LAN, "--role", "xem", data_dir=data)
    for arguments, why in (
        (("add", *LAN, "--role", "xem"), "Đã có tài khoản «lan.pham»"),
        (("add", "hoa", "--person", "Hoa", "--role", "giám đốc"), "Không có vai trò «giám đốc»"),
        (("add", "Hoà", "--person", "Hoa", "--role", "xem"), "chữ cái không dấu"),
        (("add", "hoa", "--person", "?", "--role", "xem"), "họ và tên"),
        (("close", "hoa"), "Không có tài khoản «hoa»"),
        (("reset", "hoa"), "Không có tài khoản «hoa»"),
    ):
        done = baocao("account", *arguments, data_dir=data)
        assert done.returncode == 2 and why in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
    assert len(json.loads(baocao("account", "list", "--json", data_dir=data).stdout)) == 1
