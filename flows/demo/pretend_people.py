"""The people of a rehearsal: who signs in at its door, each with what such a person may do.

Their one password is made with the rehearsal and lies in its folder, readable for its user alone:
it opens nothing but this rehearsal, which no other machine reaches.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from models.domain.accounts.account import AccountRole
from tasks.adapters.accounts.account_book import open_book
from tasks.adapters.accounts.passwords import made_password

FILE = "dang-nhap.txt"
_BY = "diễn tập"

#: By account: full name and function, roles, and what the part is for.
PEOPLE = {
    "lan.pham": (
        "Phạm Thị Lan, Chuyên viên",
        {AccountRole.READS, AccountRole.DECIDES},
        "chuyên viên quyết định: xem thư, trả lại, gia hạn",
    ),
    "ha.tran": (
        "Trần Thị Hà, Trưởng phòng Tổng hợp",
        {AccountRole.READS, AccountRole.DECIDES, AccountRole.OPERATES},
        "trưởng phòng: duyệt thư tổng hợp, quyết định số liệu mâu thuẫn",
    ),
    "minh.do": (
        "Đỗ Quang Minh, Thư ký",
        {AccountRole.READS},
        "chỉ xem",
    ),
    "quan-tri": (
        "Nguyễn Văn Tuấn, Quản trị hệ thống",
        frozenset(AccountRole),
        "quản trị và vận hành: tài khoản, thiết lập, lượt chạy",
    ),
}


def let_people_in(data_dir: Path, database: str) -> list[str]:
    """Makes the accounts that are not there yet; what to say about signing in."""
    password = _password(data_dir)
    now = dt.datetime.now(dt.UTC)
    with open_book(database) as book:
        known = {account.name for account in book.accounts()}
        for name, (person, roles, _) in PEOPLE.items():
            if name not in known:
                lent = book.add(name, person, roles, _BY, now)
                book.change_password(name, lent, password, "", now)
    lines = [f"  {name}: {person} ({told})" for name, (person, _, told) in PEOPLE.items()]
    return [
        f"Đăng nhập buổi diễn tập bằng một trong các tài khoản sau, mật khẩu «{password}» "
        f"(ghi trong «{data_dir / FILE}»):",
        *lines,
    ]


def _password(data_dir: Path) -> str:
    path = data_dir / FILE
    if path.exists():
        return path.read_text("utf-8").strip()
    password = made_password()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{password}\n")
    return password
