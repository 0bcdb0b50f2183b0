"""Thiết lập: who may enter, for what, and where each is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi.responses import Response

from flows import clock
from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, to
from flows.desk.office_edits.edit_forms import tidied
from models.domain.accounts.account import (
    Account,
    AccountRefused,
    AccountRole,
    role_list,
    roles_of,
)
from models.domain.desk.lists import has_words, paged, search_key, words_of
from tasks.adapters.accounts.account_book import AccountBook
from tasks.events import settings_changed

AT = f"{ways.OFFICE_FILES}/tai-khoan"
_ROLE = "vai_tro"
_SUBJECT = "Tài khoản"
_ROLES = [
    (AccountRole.READS, "xem mọi trang, tải tệp"),
    (AccountRole.DECIDES, "quyết định, đứng tên mình"),
    (AccountRole.OPERATES, "chạy, trông các lượt chạy"),
    (AccountRole.ADMINISTERS, "trang Thiết lập, tài khoản, nhật ký"),
]


def accounts(desk: Desk, request: PageRequest) -> Response:
    """All accounts, closed ones too."""
    book = _book(desk)
    words = words_of(request.asked("q"))
    every = book.accounts()
    found = [one for one in every if has_words(words, search_key(one.name, one.person))]
    busy = _sessions(desk, book)
    return desk.page(
        "office/accounts.html",
        request,
        page=paged(found, request.asked("trang")),
        role_list=role_list,
        state=_state,
        busy={one.name: len(busy.get(one.name, ())) for one in found},
        at=AT,
    )


def new_account(desk: Desk, request: PageRequest) -> Response:
    """The form of a new account."""
    return _new(desk, request)


def new_account_saved(desk: Desk, request: PageRequest) -> Response:
    """Opens it; its password is on the answer to this request, and nowhere afterwards."""
    name, person = request.said("ten"), tidied(request.said("nguoi"))
    try:
        roles = roles_of(request.every(_ROLE))
        now = clock.of_the_machine()
        password = _book(desk).add(name, person, roles, request.account.name, now)
    except AccountRefused as refused:
        return _new(desk, request, str(refused), 422)
    said = f"Đã mở tài khoản «{name.strip().lower()}»: {role_list(roles)}."
    _tell(desk, request, said)
    return _account(desk, request, name.strip().lower(), password=password, done=said)


def account(desk: Desk, request: PageRequest) -> Response:
    """One account: roles, sessions, what may be done with it."""
    return _account(desk, request, request.values["name"])


def account_deed(desk: Desk, request: PageRequest) -> Response:
    """Changes the account; whoever is in by it has to come in again."""
    name, deed = request.values["name"], request.values["deed"]
    if deed not in _DEEDS:
        raise NotFound("Không có việc này.")
    try:
        said, password = _DEEDS[deed](_book(desk), request, name, clock.of_the_machine())
    except AccountRefused as refused:
        return _account(desk, request, name, notice=str(refused), status=422)
    _tell(desk, request, said)
    if name == request.account.name and not password:
        return to(ways.TODAY)  # one's own sessions have ended, too
    return _account(desk, request, name, password=password, done=said)


def _new_roles(
    book: AccountBook, request: PageRequest, name: str, now: dt.datetime
) -> tuple[str, str]:
    roles = roles_of(request.every(_ROLE))
    changed = book.change_roles(name, roles, request.account.name, now)
    if not changed:
        return f"Tài khoản «{name}» đã có đúng các vai trò ấy: {role_list(roles)}.", ""
    return f"Tài khoản «{name}» nay có vai trò: {role_list(roles)}. Người dùng phải vào lại.", ""


def _reset(book: AccountBook, request: PageRequest, name: str, now: dt.datetime) -> tuple[str, str]:
    password = book.reset(name, request.account.name, now)
    return f"Đã cấp lại mật khẩu cho tài khoản «{name}»; mọi lần vào trước đó đã hết.", password


def _close(book: AccountBook, request: PageRequest, name: str, now: dt.datetime) -> tuple[str, str]:
    book.close(name, request.account.name, now)
    return f"Đã đóng tài khoản «{name}». Mở lại bằng cách cấp lại mật khẩu.", ""


def _log_out(
    book: AccountBook, request: PageRequest, name: str, now: dt.datetime
) -> tuple[str, str]:
    ended = book.end_sessions(name, request.account.name, now)
    return f"Đã kết thúc {ended} lần vào của tài khoản «{name}».", ""


_DEEDS = {"vai-tro": _new_roles, "cap-lai": _reset, "dong": _close, "dang-xuat": _log_out}


def _book(desk: Desk) -> AccountBook:
    return AccountBook(desk.house.workplace_to_decide().engine, stays_administered=True)


def _sessions(desk: Desk, book: AccountBook) -> dict[str, list[tuple[dt.datetime, dt.datetime]]]:
    found: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
    idle = dt.timedelta(minutes=desk.house.files.settings().session_minutes)
    for one in book.sessions(clock.of_the_machine(), idle):
        found.setdefault(one.account.name, []).append((one.began_at, one.used_at))
    return found


def _state(one: Account) -> str:
    if not one.is_open:
        return "đã đóng"
    return "chưa đổi mật khẩu được cấp" if one.password_is_lent else "đang dùng"


def _tell(desk: Desk, request: PageRequest, said: str) -> None:
    desk.runs.tell(settings_changed(request.account.person, _SUBJECT, said))


def _new(desk: Desk, request: PageRequest, notice: str = "", status: int = 200) -> Response:
    return desk.page(
        "office/new_account.html",
        request,
        status=status,
        roles=_ROLES,
        chosen=request.every(_ROLE),
        typed=request.said("ten"),
        person=request.said("nguoi"),
        notice=notice,
        at=AT,
    )


def _account(
    desk: Desk,
    request: PageRequest,
    name: str,
    *,
    password: str = "",
    done: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    book = _book(desk)
    try:
        found = book.account(name)
    except AccountRefused as refused:
        raise NotFound(str(refused)) from None
    return desk.page(
        "office/account_file.html",
        request,
        status=status,
        one=found,
        state=_state(found),
        roles=_ROLES,
        sessions=_sessions(desk, book).get(found.name, []),
        accesses=book.accesses(20, found.name),
        password=password,
        said=done,
        notice=notice,
        at=AT,
    )


PAGES: Mapping[str, Page] = {
    "accounts": accounts,
    "new_account": new_account,
    "new_account_saved": new_account_saved,
    "account": account,
    "account_deed": account_deed,
}
