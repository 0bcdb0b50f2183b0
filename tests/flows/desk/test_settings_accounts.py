"""Thiết lập: accounts opened, changed and closed at the desk, as by command."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import clock
from models.domain.accounts.access import AccessKind
from models.domain.accounts.account import AccountRefused, AccountRole
from tasks.adapters.accounts.account_book import AccountBook
from tests.fixtures.cheap_passwords import cheap_passwords as cheap_passwords
from tests.fixtures.office_desk import as_read
from tests.fixtures.settings_desk import SettingsDesk, settings_desk

AT = "/thiet-lap/tai-khoan"
IDLE = dt.timedelta(minutes=30)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_passwords: None
) -> Iterator[SettingsDesk]:
    """A desk whose administrator has an account."""
    with settings_desk(tmp_path, monkeypatch, "development") as found:
        book_of(found).add(
            "lan.pham",
            "Phạm Thị Lan, Chuyên viên",
            [AccountRole.ADMINISTERS],
            "root",
            clock.of_the_machine(),
        )
        yield found


def book_of(desk: SettingsDesk) -> AccountBook:
    return AccountBook(desk.desk.house.workplace_to_decide().engine)


def password_in(page: str) -> str:
    found = re.search(r"chỉ hiện lần này: ([\w-]+)", as_read(page))
    assert found is not None
    return found[1]


def add(desk: SettingsDesk, name: str, *roles: str) -> str:
    answer = desk.post(
        f"{AT}/moi", data={"ten": name, "nguoi": "Trần Văn An, Chuyên viên", "vai_tro": list(roles)}
    )
    assert answer.status_code == 200, as_read(answer.text)
    return answer.text


def logged_in(desk: SettingsDesk, name: str, password: str) -> str:
    return book_of(desk).log_in(name, password, "10.0.0.1", clock.of_the_machine()).token


def test_an_account_is_opened_and_its_password_is_shown_once(desk: SettingsDesk) -> None:
    page = add(desk, "An.Tran", "reads", "decides")

    password = password_in(page)
    assert logged_in(desk, "an.tran", password)
    assert password not in desk.get(f"{AT}/an.tran")
    assert password not in str(desk.runs.told)
    assert "Đã mở tài khoản «an.tran»: xem, quyết định." in as_read(page)
    assert "An" in desk.text(f"{AT}?q=tran+van+an")
    line = book_of(desk).accesses(account="an.tran")[-1]
    assert (line.kind, line.by) == (AccessKind.ACCOUNT_ADDED, "lan.pham")
    assert desk.runs.told[-1]["event"] == "baocao.settings.changed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ten": "Ẩn số", "nguoi": "Trần Văn An", "vai_tro": "reads"}, "không dùng được"),
        ({"ten": "an", "nguoi": "", "vai_tro": "reads"}, "Cần họ và tên"),
        ({"ten": "an", "nguoi": "Trần Văn An"}, "ít nhất một vai trò"),
        ({"ten": "an", "nguoi": "Trần Văn An", "vai_tro": "root"}, "Không có vai trò"),
        ({"ten": "lan.pham", "nguoi": "Trần Văn An", "vai_tro": "reads"}, "Đã có tài khoản"),
    ],
)
def test_an_account_that_cannot_be_is_told_and_nothing_typed_is_lost(
    desk: SettingsDesk, typed: dict[str, str], said: str
) -> None:
    answer = desk.post(f"{AT}/moi", data=typed)

    assert answer.status_code == 422
    assert said in as_read(answer.text)
    assert f'value="{typed["ten"]}"' in answer.text
    assert [one.name for one in book_of(desk).accounts()] == ["lan.pham"]


@pytest.mark.parametrize("deed", ["vai-tro", "cap-lai", "dong", "dang-xuat"])
def test_whatever_is_changed_the_accounts_sessions_end(desk: SettingsDesk, deed: str) -> None:
    token = logged_in(desk, "an.tran", password_in(add(desk, "an.tran", "reads")))
    assert "Đang vào" in desk.text(f"{AT}/an.tran")
    assert "dùng lần cuối" in desk.text(f"{AT}/an.tran")

    answer = desk.post(f"{AT}/an.tran/{deed}", data={"vai_tro": "decides"})

    assert answer.status_code == 200
    assert book_of(desk).session(token, clock.of_the_machine(), IDLE) is None
    assert "Không có lần vào nào" in desk.text(f"{AT}/an.tran")


def test_roles_change_without_a_new_password(desk: SettingsDesk) -> None:
    password = password_in(add(desk, "an.tran", "reads"))

    desk.post(f"{AT}/an.tran/vai-tro", data={"vai_tro": ["reads", "decides"]})

    assert book_of(desk).account("an.tran").roles == {AccountRole.READS, AccountRole.DECIDES}
    assert logged_in(desk, "an.tran", password)


def test_a_closed_account_is_opened_again_with_a_new_password(desk: SettingsDesk) -> None:
    old = password_in(add(desk, "an.tran", "reads"))
    desk.post(f"{AT}/an.tran/dong")
    assert "đã đóng" in desk.text(AT)

    new = password_in(desk.post(f"{AT}/an.tran/cap-lai").text)

    assert not logged_in(desk, "an.tran", old)
    assert logged_in(desk, "an.tran", new)


@pytest.mark.parametrize(("deed", "typed"), [("dong", {}), ("vai-tro", {"vai_tro": ["reads"]})])
def test_the_last_administrator_is_not_locked_out(
    desk: SettingsDesk, deed: str, typed: dict[str, list[str]]
) -> None:
    add(desk, "an.tran", "reads")

    answer = desk.post(f"{AT}/lan.pham/{deed}", data=typed)

    assert answer.status_code == 422
    assert "quản trị cuối cùng" in as_read(answer.text)
    account = book_of(desk).account("lan.pham")
    assert account.is_open
    assert AccountRole.ADMINISTERS in account.roles
    desk.post(f"{AT}/an.tran/vai-tro", data={"vai_tro": ["administers"]})
    desk.post(f"{AT}/lan.pham/{deed}", data=typed)
    assert not book_of(desk).account("lan.pham").may([AccountRole.ADMINISTERS])


def test_a_deed_that_is_none_and_an_account_that_is_none(desk: SettingsDesk) -> None:
    assert desk.post(f"{AT}/lan.pham/xoa").status_code == 404
    assert desk.post(f"{AT}/ai.do/dong").status_code == 404


def test_by_command_the_last_one_may_go(desk: SettingsDesk) -> None:
    """Whoever works at the machine can open it again."""
    book_of(desk).close("lan.pham", "root", clock.of_the_machine())

    assert not book_of(desk).account("lan.pham").is_open
    with pytest.raises(AccountRefused):
        AccountBook(
            desk.desk.house.workplace_to_decide().engine, stays_administered=True
        ).change_roles("lan.pham", [AccountRole.READS], "lan.pham", clock.of_the_machine())
