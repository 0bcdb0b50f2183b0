"""What places of arrival show from outside: folders at every look, a mail server now and then."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from models.domain.work.wanted import SeenPlace
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.mailbox.opening import FOLDER_SCHEMES, MAX_BYTES, open_inbox

#: Seconds between two looks at a mail server: each is a login.
SERVER_SECONDS = 100.0
_ANSWER_SECONDS = 20.0  # for each answer of a server


class Places:
    """The places of arrival of an office, by what each showed last.

    A mail server is asked in a thread of its own: one that is silent keeps nobody from looking.
    """

    def __init__(self, urls: Sequence[str], rules: MailboxRules) -> None:
        self._urls = {_name_of(url): url for url in urls}
        self._rules = replace(rules, seconds=min(rules.seconds, _ANSWER_SECONDS))
        self._shown: dict[str, SeenPlace] = {}
        self._due: dict[str, float] = {}  # a server's next look, by the machine's own count
        self._asking: dict[str, threading.Thread] = {}

    def look(self, now: dt.datetime, ahead: dt.timedelta | None) -> dict[str, SeenPlace]:
        """What each shows, by a name that holds no password: a folder now, a server when it was
        asked last. Raises nothing for a place."""
        for name, url in self._urls.items():
            if url.partition(":")[0].lower() in FOLDER_SCHEMES:
                self._shown[name] = self._seen(url, now, ahead, in_folder=True)
            elif self._is_due(name):
                self._due[name] = time.monotonic() + SERVER_SECONDS
                asking = threading.Thread(target=self._ask, args=(name, url, now), daemon=True)
                self._asking[name] = asking
                asking.start()
        return dict(self._shown)

    def _is_due(self, name: str) -> bool:
        asking = self._asking.get(name)
        is_over = asking is None or not asking.is_alive()
        return is_over and self._due.get(name, 0.0) <= time.monotonic()

    def _ask(self, name: str, url: str, now: dt.datetime) -> None:
        self._shown[name] = self._seen(url, now, None, in_folder=False)

    def _seen(
        self, url: str, now: dt.datetime, ahead: dt.timedelta | None, *, in_folder: bool
    ) -> SeenPlace:
        try:
            with open_inbox(url, now, self._rules, MAX_BYTES, ahead) as inbox:
                mark = inbox.mark()
            return SeenPlace(mark, waits=in_folder and bool(mark))
        except Exception as fault:  # noqa: BLE001  the run that is wanted for it says what is wrong
            return SeenPlace(f"fault: {type(fault).__name__}", waits=True)


def _name_of(url: str) -> str:
    return f"place:{hashlib.sha256(url.encode()).hexdigest()[:16]}"
