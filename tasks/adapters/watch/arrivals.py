"""What places of arrival show from outside: folders at every look, a mail server now and then."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Sequence

from models.domain.errors import BaocaoError
from models.domain.work.wanted import SeenPlace
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.mailbox.opening import FOLDER_SCHEMES, MAX_BYTES, open_inbox

#: Seconds between two looks at a mail server: each is a login.
SERVER_SECONDS = 100.0


class Places:
    """The places of arrival of an office, by what each showed last."""

    def __init__(self, urls: Sequence[str], rules: MailboxRules) -> None:
        self._urls = urls
        self._rules = rules
        self._shown: dict[str, SeenPlace] = {}
        self._due: dict[str, float] = {}  # a server's next look, by the machine's own count

    def look(self, now: dt.datetime, ahead: dt.timedelta | None) -> dict[str, SeenPlace]:
        """What each shows now, by a name that holds no password. Raises nothing for a place."""
        for url in self._urls:
            name = f"place:{hashlib.sha256(url.encode()).hexdigest()[:16]}"
            if self._due.get(name, 0.0) > time.monotonic():
                continue
            in_folder = url.partition(":")[0].lower() in FOLDER_SCHEMES
            if not in_folder:
                self._due[name] = time.monotonic() + SERVER_SECONDS
            try:
                with open_inbox(url, now, self._rules, MAX_BYTES, ahead) as inbox:
                    mark = inbox.mark()
                self._shown[name] = SeenPlace(mark, waits=in_folder and bool(mark))
            except (BaocaoError, OSError) as fault:
                # The run that is wanted for it says what is wrong and what to do.
                self._shown[name] = SeenPlace(f"fault: {type(fault).__name__}", waits=True)
        return dict(self._shown)
