"""A request as the door looks at it: who asks, from where, by which name, for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

TOKEN_HEADER = "X-Baocao-Token"
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the door stands: the names it is called by, and who may stand before it."""

    names: frozenset[str]  # of the host, small letters
    port: int
    tls: bool = False
    proxies: frozenset[str] = frozenset()  # addresses; they do the TLS

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS."""
        return self.tls or bool(self.proxies)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request or websocket handshake; what was not sent is empty, what was sent twice None."""

    method: str  # GET for a websocket
    path: str
    peer: str  # address of whoever is connected to us
    headers: Mapping[str, str | None]
    socket: bool = False

    def header(self, name: str) -> str:
        """A header's value; "" where it was not sent."""
        return self.headers.get(name.lower(), "") or ""

    @property
    def changes(self) -> bool:
        """Whether it may change something: only reading is harmless when others make one do it."""
        return self.socket or self.method not in SAFE

    @property
    def is_navigation(self) -> bool:
        """Whether a person goes to a page, as far as the browser says."""
        if mode := self.header("sec-fetch-mode"):
            return mode == "navigate"
        return self.method in SAFE and "text/html" in self.header("accept")

    def cookie(self, name: str) -> str:
        """A cookie's value; "" where there is none.

        One that cannot be read hides no other: browsers send along whatever another server of this
        host has set.
        """
        pairs = (part.partition("=") for part in self.header("cookie").split(";"))
        values = [value.strip() for key, _, value in pairs if key.strip() == name]
        return values[-1] if values else ""


def asked(scope: Mapping[str, Any]) -> Asked:
    """What an ASGI scope asks."""
    headers: dict[str, str | None] = {}
    for raw_name, raw in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        # One name twice: whoever reads on behind us might believe the other.
        headers[name] = None if name in headers and name in _ONCE else raw.decode("latin-1")
    client = scope.get("client")
    return Asked(
        method=str(scope.get("method", "GET")).upper(),
        path=str(scope["path"]),
        peer=_plain_address(client[0]) if client else "",
        headers=headers,
        socket=scope["type"] == "websocket",
    )


_ONCE = frozenset(
    {"host", "origin", "cookie", "content-type", "content-length", TOKEN_HEADER.lower()}
    | {"sec-fetch-site", "sec-fetch-mode", "x-forwarded-proto"}
)


def sent_twice(request: Asked) -> bool:
    """Whether something that one must be able to rely on was sent more than once."""
    return None in request.headers.values()


def is_called_by_name(request: Asked, place: Place) -> bool:
    """Whether the Host is one of ours: another page's name may lead to our address."""
    name, port = _host_and_port(request.header("host"))
    if name not in place.names:
        return False
    usual = 443 if place.secure else 80
    return bool(place.proxies) or (port or usual) == place.port


def is_from_here(request: Asked, place: Place) -> bool:
    """Whether what changes something comes from a page of ours.

    The browser says so by Origin, or by Sec-Fetch-Site where it sends none. Who says nothing at all
    is no browser of today, and has no business with a login.
    """
    site, origin = request.header("sec-fetch-site"), request.header("origin")
    if site and site != "same-origin":
        return False
    if origin:
        scheme = "https" if place.secure else "http"
        return origin == f"{scheme}://{request.header('host')}"
    return bool(site)


def is_drawn_in(request: Asked) -> bool:
    """Whether another page has our answer loaded into itself, as a script, a picture, a frame."""
    elsewhere = request.header("sec-fetch-site") in ("cross-site", "same-site")
    return elsewhere and (
        request.header("sec-fetch-mode") != "navigate"
        or request.header("sec-fetch-dest") not in ("document", "")
    )


def may_stand_here(request: Asked, place: Place) -> bool:
    """Whether the peer may speak to us: with proxies named, only they and this machine."""
    if not place.proxies:
        return True
    return request.peer in place.proxies or _is_loopback(request.peer)


def address_of(request: Asked, place: Place) -> str:
    """From where a person asks; a proxy's word is taken where the proxy is a named one.

    The last address of the list is the one that the named proxy itself has seen.
    """
    if request.peer in place.proxies:
        seen = request.header("x-forwarded-for").rpartition(",")[2].strip()
        if seen:
            return _plain_address(seen)
    return request.peer


def is_encrypted(request: Asked, place: Place) -> bool:
    """Whether the person's browser speaks TLS, with us or with the proxy before us."""
    if request.peer in place.proxies:
        return request.header("x-forwarded-proto") == "https"
    return place.tls or not place.proxies


def _host_and_port(host: str) -> tuple[str, int]:
    """The name and the port of a Host header; ("", 0) for what is none.

    >>> _host_and_port("[::1]:4200"), _host_and_port("Example"), _host_and_port("a:b")
    (('::1', 4200), ('example', 0), ('', 0))
    """
    host = host.lower()
    if host.startswith("["):
        name, bracket, rest = host[1:].partition("]")
        if not bracket:
            return "", 0
    else:
        name, colon, number = host.partition(":")
        rest = colon + number
    if not rest:
        return name, 0
    digits = rest[1:]
    if rest[0] != ":" or not (digits.isascii() and digits.isdigit()) or len(digits) > 5:
        return "", 0
    return name, int(digits)


def _plain_address(text: str) -> str:
    """An address as it is compared: an IPv4 one within IPv6 is the IPv4 one."""
    try:
        address = ip_address(text.split("%")[0])
    except ValueError:
        return text[:60]
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False
