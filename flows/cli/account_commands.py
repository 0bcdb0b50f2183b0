"""`baocao account`: who may enter, for whoever runs the machine; a page only shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.command_words import COMMANDS
from flows.cli.terminal import Json, console, login_name, say, tell, tell_json

if TYPE_CHECKING:
    from tasks.adapters.accounts.account_book import AccountBook

account_app = typer.Typer(no_args_is_help=True, help=COMMANDS["account"])

Name = Annotated[
    str, typer.Argument(metavar="NAME", help=say("Tên tài khoản: lan.pham.", "Account's name."))
]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        help=say(
            "Vai trò: xem, quyết định, vận hành, quản trị; ghi nhiều lần được.",
            "A role: reads, decides, operates, administers; may be repeated.",
        ),
    ),
]


@contextmanager
def _book() -> Iterator[AccountBook]:
    from config.settings import load_settings  # start-up cost
    from flows.serving.orchestration import prepare_environment  # start-up cost
    from tasks.adapters.accounts.account_book import open_book  # start-up cost

    settings = load_settings()
    prepare_environment(settings.data_dir)
    with open_book(settings.database) as book:
        yield book


@account_app.command(help=say("Mở một tài khoản.", "Open an account."))
def add(
    name: Name,
    person: Annotated[
        str,
        typer.Option(
            "--person",
            help=say(
                "Họ và tên, chức vụ; quyết định đứng tên này.", "Full name and function; signs."
            ),
        ),
    ],
    role: Roles,
) -> None:
    """Prints the password, once."""
    from flows.clock import of_the_machine  # start-up cost
    from models.domain.accounts.account import role_list, roles_of  # start-up cost

    roles = roles_of(role)
    with _book() as book:
        password = book.add(name, person, roles, login_name(), of_the_machine())
    tell(f"Đã mở tài khoản «{name.strip().lower()}»: {role_list(roles)}.")
    _lend(password)


@account_app.command("list", help=say("Các tài khoản.", "The accounts."))
def list_accounts(as_json: Json = False) -> None:
    """Also closed ones."""
    from rich.table import Table  # start-up cost

    from models.domain.accounts.account import role_list  # start-up cost

    with _book() as book:
        accounts = book.accounts()
    if as_json:
        rows = [
            {
                "name": one.name,
                "person": one.person,
                "roles": sorted(one.roles),
                "open": one.is_open,
                "password_is_lent": one.password_is_lent,
            }
            for one in accounts
        ]
        tell_json(rows, indent=1)
        return
    table = Table("Tên", "Người dùng", "Vai trò", "Tình trạng")
    for one in accounts:
        state = "đang dùng" if one.is_open else "đã đóng"
        if one.is_open and one.password_is_lent:
            state = "chưa đổi mật khẩu được cấp"
        table.add_row(one.name, one.person, role_list(one.roles), state)
    console.print(table)


@account_app.command(
    help=say(
        "Cấp lại mật khẩu, mở lại tài khoản đã đóng, đổi vai trò.",
        "A new password; opens a closed account; may change its roles.",
    )
)
def reset(name: Name, role: Roles = []) -> None:  # noqa: B006  how typer says "none given"
    """Prints the password, once; wherever the account is logged in, it is logged out."""
    from flows.clock import of_the_machine  # start-up cost
    from models.domain.accounts.account import roles_of  # start-up cost

    roles = roles_of(role) if role else None
    with _book() as book:
        password = book.reset(name, login_name(), of_the_machine(), roles)
    _lend(password)


@account_app.command(help=say("Đóng một tài khoản.", "Close an account."))
def close(name: Name) -> None:
    """Wherever it is logged in, it is logged out; decisions keep the person's name."""
    from flows.clock import of_the_machine  # start-up cost

    with _book() as book:
        book.close(name, login_name(), of_the_machine())
    tell(f"Đã đóng tài khoản «{name.strip().lower()}». Mở lại: baocao account reset.")


def _lend(password: str) -> None:
    tell(f"Mật khẩu, chỉ hiện lần này: {password}")
    tell("Người dùng phải đổi mật khẩu ngay lần đăng nhập đầu.")
