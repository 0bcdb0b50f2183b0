"""What every answer tells the browser: load nothing from elsewhere, show us in no other page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.desk import ways
from flows.door.asked import Place
from flows.door.entrances import API, PREFECT

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NOWHERE_ELSE = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
#: Our pages need a stylesheet, one script of ours and what it asks for, and a letter in a frame.
OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    f"connect-src 'self'; frame-src 'self'; {_NOWHERE_ELSE}"
)
#: A letter as its receiver sees it: no script, no form, nothing loaded but its own pictures.
LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-same-origin"
)
#: The orchestrator's interface sets styles on elements, draws in workers made of blobs, and its
#: picture of a run compiles what it draws with. No script stands in a page or comes from elsewhere.
INTERFACE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; "
    f"{_NOWHERE_ELSE}"
)
_YEAR = 31_536_000  # seconds


def policy(path: str) -> str:
    """The content security policy of a path."""
    if is_letter(path):
        return LETTER
    behind = path == PREFECT or path.startswith(f"{PREFECT}/")
    return INTERFACE if behind and not path.startswith(f"{API}/") else OURS


def is_letter(path: str) -> bool:
    """Whether a letter's own HTML is there, which a page of ours shows in a frame.

    >>> is_letter("/thu-di/12/noi-dung"), is_letter("/prefect/noi-dung"), is_letter("/thu-di/12")
    (True, False, False)
    """
    return path.endswith(ways.LETTER_ITSELF) and not path.startswith(f"{PREFECT}/")


def added(send: Send, path: str, place: Place, *, is_socket: bool) -> Send:
    """A sender that adds them, and takes away what would let other pages read."""
    if is_socket:
        return send
    wanted = _EVERYWHERE | {"content-security-policy": policy(path)}
    if is_letter(path):
        wanted["x-frame-options"] = "SAMEORIGIN"
    if place.secure:
        wanted["strict-transport-security"] = f"max-age={_YEAR}"
    if path.startswith(f"{API}/"):
        wanted["cache-control"] = "no-store"
    ours = [(name.encode(), value.encode()) for name, value in wanted.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if name.lower().decode("latin-1") not in wanted
                and not name.lower().startswith(b"access-control-")
                and name.lower() != b"server"
            ]
            message = {**message, "headers": kept + ours}
        await send(message)

    return sending
