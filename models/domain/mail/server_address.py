"""The address of a mail server as the settings write it, whichever way the mail goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from models.domain.errors import BaocaoError


class AddressMistake(Enum):
    """What can be wrong with an address."""

    UNREADABLE = "unreadable"
    SCHEME = "scheme"  # none of the protocol's
    HOST = "host"  # missing
    REST = "rest"  # a `?` or `#`, most likely of a password that was not escaped
    USER = "user"  # missing
    OPEN = "open"  # passwords would leave this machine in plain text


class ServerAddressFault(BaocaoError):
    """Raised when an address is not understood, or unsafe. It never repeats a password."""


@dataclass(frozen=True, slots=True)
class MailProtocol:
    """How addresses of a protocol are written, and what is said of a mistake in one."""

    ports: Mapping[str, int]  # by scheme
    plain: str  # the scheme that encrypts nothing, hence for this machine only
    #: In Vietnamese, with `{scheme}` and `{host}`, in the order in which mistakes are looked for;
    #: one that is not here is none.
    sentences: Mapping[AddressMistake, str]


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A mail server and who we are there, from `imaps://user:password@host:993/Folder`."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    folder: str = ""  # of a mailbox

    @classmethod
    def parse(cls, url: str, protocol: MailProtocol) -> Self:
        """The server an address names, `%xx` resolved. Raises ServerAddressFault.

        >>> smtp = MailProtocol({"smtp": 25, "smtps": 465}, "smtp", {})
        >>> ServerAddress.parse("smtps://v%C4%83n%40th%C6%B0@mail.example", smtp).username
        'văn@thư'
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            sentence = protocol.sentences[AddressMistake.UNREADABLE]
            raise ServerAddressFault(sentence) from None
        mistakes = {
            AddressMistake.SCHEME: parts.scheme not in protocol.ports,
            AddressMistake.HOST: not host,
            AddressMistake.REST: bool(parts.query or parts.fragment),
            AddressMistake.USER: not parts.username,
            AddressMistake.OPEN: parts.scheme == protocol.plain and not is_this_machine(host),
        }
        for mistake, sentence in protocol.sentences.items():
            if mistakes.get(mistake):
                raise ServerAddressFault(sentence.format(scheme=parts.scheme, host=host))
        return cls(
            parts.scheme,
            host,
            port or protocol.ports[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.removeprefix("/")),
        )

    @property
    def server(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


def is_this_machine(host: str) -> bool:
    """Whether what goes to a host of that name does not leave this machine.

    >>> is_this_machine("127.0.0.1"), is_this_machine("::1")
    (True, True)
    >>> is_this_machine("mail.example"), is_this_machine("localhost.evil.example")
    (False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
