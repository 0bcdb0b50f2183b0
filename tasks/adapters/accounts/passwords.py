"""Passwords and tokens: made, hashed, compared. Nothing that could be used to enter is stored."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.domain.accounts.account import LONGEST_PASSWORD, as_kept

#: What is read aloud or copied by hand holds no letter that could be taken for another.
_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5
_HASHER = PasswordHasher()  # argon2id with the library's own present advice


def made_password() -> str:
    """A password that nobody has thought of: four groups, 98 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def made_token() -> str:
    """What a browser or a worker holds to be known by; 256 bits."""
    return secrets.token_urlsafe(32)


def token_key(token: str) -> str:
    """Under which a token is kept: who reads the database can enter with none of them."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hashed(password: str) -> str:
    """The password's hash with its own salt and parameters."""
    return _HASHER.hash(as_kept(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Without one it takes as long, and is wrong."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        _HASHER.verify(password_hash or _nobodys(), as_kept(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash(made_token())
