"""What is said to whoever is not let in: a page to a person, JSON to a program, or a close."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any
from urllib.parse import quote

from flows.door.asked import Asked

Message = MutableMapping[str, Any]


class Refused(Exception):
    """Raised when a request is not let through; what is answered instead."""

    def __init__(self, status: int, sentence: str, *, to: str = "", page: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.to = to  # where the browser shall go instead
        self.page = page  # a page of its own


def redirect(path: str, to: str = "") -> Refused:
    """Sends the browser elsewhere; `to` is where it wanted to go."""
    wanted = f"?toi={quote(to)}" if to and to != "/" else ""
    return Refused(303, "", to=f"{path}{wanted}")


def page_again(path: str) -> Refused:
    """Lets the browser ask once more, now by itself: a login is not sent along from elsewhere."""
    again = f'<meta http-equiv="refresh" content="0;url={escape(quote(path), quote=True)}">'
    return Refused(200, "", page=f"<!doctype html><title>baocao</title>{again}")


_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/trinh-bay/door.css">
<main><h1>{title}</h1><p>{sentence}</p><p><a href="/">Về trang đầu</a></p></main></html>"""
_TITLES = {404: "Không tìm thấy", 403: "Không được phép"}


async def answer(
    refused: Refused,
    request: Asked,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Says it in the way that whoever asks understands."""
    if request.socket:
        await receive()  # the handshake
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers = [(b"cache-control", b"no-store")]
    if refused.to:
        headers.append((b"location", refused.to.encode("latin-1", "replace")))
        body, kind = b"", b"text/plain; charset=utf-8"
    elif refused.page:
        body, kind = refused.page.encode(), b"text/html; charset=utf-8"
    elif request.is_navigation:
        title = _TITLES.get(refused.status, "Không thực hiện được")
        text = _PAGE.format(title=title, sentence=escape(refused.sentence))
        body, kind = text.encode(), b"text/html; charset=utf-8"
    else:
        # `detail` and `exception_message` are where the orchestrator's interface looks.
        said = {"detail": refused.sentence, "exception_message": refused.sentence}
        body, kind = json.dumps(said, ensure_ascii=False).encode(), b"application/json"
    headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})
