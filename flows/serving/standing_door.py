"""`baocao door`: door and orchestrator without anything that works, for several machines."""

from __future__ import annotations

import getpass
from collections.abc import Callable

from config.settings import PREFIX, Settings, load_settings
from flows import clock
from flows.door.application import Listening, open_door, public_address
from flows.door.certificate import check_certificate
from flows.serving.orchestration import prepare_environment, remember_port
from tasks.adapters.accounts.account_book import open_book
from tasks.adapters.sharing.program import own_mark


def stand(port: int, announce: Callable[[str], None], *, services: bool) -> None:
    """Stands until it is asked to end.

    Raises NoToken, CertificateUnusable, and what opening the database raises.
    """
    settings = load_settings()
    own_mark()  # of the program as it is loaded now, whatever is written there while it stands
    prepare_environment(settings.data_dir)
    check_certificate(settings)
    remember_port(settings.data_dir, port)
    for line in first_account(settings):
        announce(line)
    announce(f"Giao diện điều hành: {public_address(settings, port)}")
    token = settings.worker_token.get_secret_value()
    open_door(settings, Listening(settings.serve_host, port), token, services=services)


def first_account(settings: Settings) -> list[str]:
    """What to say of the first account: its password, once in the life of an installation."""
    with open_book(settings.database) as book:
        made = book.add_first(getpass.getuser(), clock.of_the_machine())
    if not made:
        return []
    name, password = made
    return [
        f"Đăng nhập lần đầu: tài khoản «{name}», mật khẩu «{password}», chỉ hiện lần này. "
        "Mở tài khoản cho đồng nghiệp: baocao account add."
    ]


def left_behind(environment: dict[str, str]) -> list[str]:
    """What to say of settings that mean nothing any more."""
    if f"{PREFIX}SERVE_PASSWORD" not in environment:
        return []
    return [
        f"{PREFIX}SERVE_PASSWORD không còn dùng: mỗi người vào bằng tài khoản của mình (baocao "
        "account)."
    ]
