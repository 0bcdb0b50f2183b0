"""Going through the desk by its links, as far as a person can come from the first page."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.desk import ways
from flows.desk.ways import DeskWay

if TYPE_CHECKING:
    from tests.browser.desk_clerk import Clerk

_OF_A_WAY = 3  # addresses of one way that are gone to
_LINK = re.compile(r'(?:href|src)="([^"]+)"')
_MOST = 400


def way_of(path: str) -> DeskWay | None:
    """The way of the desk that a path goes; None for another's page."""
    for way in ways.WAYS:
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(way.path))
        if way.method == "GET" and re.fullmatch(pattern, path):
            return way
    return None


def crawled(clerk: Clerk, starts: Sequence[str] = ("/",)) -> dict[str, tuple[int, str]]:
    """Status and kind of content by address: the starts, and some of every way linked to."""
    found: dict[str, tuple[int, str]] = {}
    gone: Counter[str] = Counter()
    waiting = list(starts)
    asking = clerk.page.context.request
    while waiting and len(found) < _MOST:
        at = waiting.pop(0)
        way = way_of(urlsplit(at).path)
        if at in found or way is None or (gone[way.path] >= _OF_A_WAY and at not in starts):
            continue
        gone[way.path] += 1
        answer = asking.get(f"{clerk.served.address}{at}", max_redirects=5)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        found[at] = (answer.status, kind)
        if kind == "text/html":
            links = (html.unescape(link) for link in _LINK.findall(answer.text()))
            waiting += [link.partition("#")[0] for link in links if link.startswith("/")]
    return found


def missed(found: dict[str, tuple[int, str]]) -> list[str]:
    """The ways that no link led to."""
    reached = {way.path for at in found if (way := way_of(urlsplit(at).path))}
    return [w.path for w in ways.WAYS if w.method == "GET" and w.path not in reached]
