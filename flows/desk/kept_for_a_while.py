"""What a page keeps in memory between two requests of one person: an upload, a preview."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")


class KeptForAWhile(Generic[_Thing]):
    """The newest few, each for the account that left it. Usable from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, _Thing]] = OrderedDict()

    def keep(self, account: str, thing: _Thing) -> str:
        """Keeps it; the key under which it is found."""
        key = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[key] = (account, thing)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return key

    def find(self, account: str, key: str) -> _Thing | None:
        """What the account left under the key; None where it is not remembered, or another's."""
        with self._lock:
            kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == account else None

    def forget(self, key: str) -> None:
        """It is not needed any more."""
        with self._lock:
            self._kept.pop(key, None)
