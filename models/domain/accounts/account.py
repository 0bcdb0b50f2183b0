"""Accounts: under which name a person enters, who that is, and what the person may do."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.domain.errors import BaocaoError
from models.domain.notation.vietnamese_text import fold

SHORTEST_PASSWORD = 12  # letters
LONGEST_PASSWORD = 200  # letters; a longer one would only keep the machine busy
LONGEST_PERSON = 120  # letters
FIRST_ACCOUNT = "quan-tri"

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_LONGEST_NAME = 32
_FEWEST_LETTERS = 4  # different ones, of a password


class AccountRefused(BaocaoError):
    """Raised when an account cannot be as asked for; says in a sentence what to give instead."""


class AccountRole(StrEnum):
    """What an account is for. The values are the record's own, which never changes."""

    READS = "reads"  # sees how the city stands
    DECIDES = "decides"  # takes the office's decisions, under the account's name
    OPERATES = "operates"  # looks after the runs
    ADMINISTERS = "administers"  # sees the accounts and who came in

    @property
    def vietnamese(self) -> str:
        """The role as pages and commands call it."""
        return _VIETNAMESE[self]


_VIETNAMESE = {
    AccountRole.READS: "xem",
    AccountRole.DECIDES: "quyết định",
    AccountRole.OPERATES: "vận hành",
    AccountRole.ADMINISTERS: "quản trị",
}

#: Whoever looks after runs or accounts, in the orchestrator's own pages.
OPERATORS = frozenset({AccountRole.OPERATES, AccountRole.ADMINISTERS})
EVERYBODY = frozenset(AccountRole)


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way in."""

    name: str  # typed at the door
    person: str  # full name and function, as decisions bear them
    roles: frozenset[AccountRole]
    closed_at: dt.datetime | None = None
    #: Its password was made by somebody else, and is to be changed at the first login.
    password_is_lent: bool = False

    @property
    def is_open(self) -> bool:
        """Whether one may still enter with it."""
        return self.closed_at is None

    def may(self, wanted: Iterable[AccountRole]) -> bool:
        """Whether it has one of the roles, and is open."""
        return self.is_open and not self.roles.isdisjoint(wanted)


def is_administered(accounts: Iterable[Account]) -> bool:
    """Whether somebody may enter who can open accounts, and let others in again."""
    return any(one.may([AccountRole.ADMINISTERS]) for one in accounts)


def account_name(text: str) -> str:
    """The name of an account as it is kept: small letters, digits, single `.`, `_`, `-` between.

    Raises AccountRefused.

    >>> account_name(" Lan.Pham ")
    'lan.pham'
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise AccountRefused(
            f"Tên tài khoản «{text.strip()[:_LONGEST_NAME]}» không dùng được: bắt đầu bằng chữ cái "
            "không dấu, sau đó là chữ cái không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới; "
            f"nhiều nhất {_LONGEST_NAME} ký tự. Ví dụ: lan.pham."
        )
    return name


def person_name(text: str) -> str:
    """Full name and function on one line, NFC. Raises AccountRefused."""
    person = " ".join(unicodedata.normalize("NFC", text).split())
    letters = sum(letter.isalpha() for letter in person)
    if letters < 2 or len(person) > LONGEST_PERSON or not person.isprintable():
        raise AccountRefused(
            "Cần họ và tên, chức vụ của người dùng tài khoản, trên một dòng, nhiều nhất "
            f"{LONGEST_PERSON} ký tự. Ví dụ: Phạm Thị Lan, Chuyên viên."
        )
    return person


def roles_of(words: Iterable[str]) -> frozenset[AccountRole]:
    """The roles by their names, Vietnamese or the record's own. Raises AccountRefused.

    >>> sorted(roles_of(["xem", "Van hanh"]))
    [<AccountRole.OPERATES: 'operates'>, <AccountRole.READS: 'reads'>]
    """
    known = {
        fold(spelling): role for role in AccountRole for spelling in (role.value, role.vietnamese)
    }
    found = set()
    for word in words:
        role = known.get(fold(word.replace("-", " ")))
        if role is None:
            raise AccountRefused(f"Không có vai trò «{word}». Có: {role_list(AccountRole)}.")
        found.add(role)
    if not found:
        raise AccountRefused(f"Tài khoản phải có ít nhất một vai trò: {role_list(AccountRole)}.")
    return frozenset(found)


def role_list(roles: Iterable[AccountRole]) -> str:
    """The roles in words, in the order in which they are declared."""
    wanted = set(roles)
    return ", ".join(role.vietnamese for role in AccountRole if role in wanted)


def as_kept(password: str) -> str:
    """One spelling of what a person typed: keyboards write the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)


def password_fault(password: str, name: str) -> str:
    """Why that cannot be the password of the account of that name; "" when it can."""
    kept = as_kept(password)
    if len(kept) < SHORTEST_PASSWORD:
        return f"Mật khẩu phải có từ {SHORTEST_PASSWORD} ký tự; một câu ngắn dễ nhớ là tốt nhất."
    if len(kept) > LONGEST_PASSWORD:
        return f"Mật khẩu dài quá {LONGEST_PASSWORD} ký tự."
    if len(set(kept.lower())) < _FEWEST_LETTERS or fold(name) in fold(kept):
        return "Mật khẩu dễ đoán: không lặp vài ký tự, không chứa tên tài khoản."
    return ""
