"""What readers are forked from, lent by a nursery to the services and runs that came out of it.

Each would start one of its own, which takes as long as several small files do to be read.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks.adapters.reading.forking.forked_readers import Forker, NotForked
from tasks.adapters.reading.reader_jobs import Purpose


class LentForker(Forker):
    """The nursery's own, as if it were of this process: each run would start one, for one file.

    It is the same process with the same nothing of whoever asks. Where it cannot be had, one is
    started; so it is by all but services and their runs, as a test may show them another kernel.
    """

    #: Where the nursery lends them; nothing outside of it.
    place = ""

    def __init__(
        self, python: Sequence[str], module: str, purpose: Purpose, env: Mapping[str, str]
    ) -> None:
        self._lent = 0
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
            asking.connect(self.place)
            wanted = {"python": list(python), "module": module, "purpose": purpose, "env": env}
            asking.send(json.dumps(wanted).encode())
            said, descriptors, _, _ = socket.recv_fds(asking, 64, 1)
        if descriptors:
            self._asking, self._lent = socket.socket(fileno=descriptors[0]), int(said)
        else:
            super().__init__(python, module, purpose, env)

    @property
    def pid(self) -> int:
        """The process."""
        return self._lent or super().pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return Path(f"/proc/{self._lent}").exists() if self._lent else super().alive

    def end(self) -> None:
        """Of a lent one, that it is needed here."""
        if self._lent:
            self._asking.close()
        else:
            super().end()


class Lender:
    """Lends what the nursery has, and starts what it has not."""

    def __init__(self, place: Path) -> None:
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listening.bind(str(place))
        self.listening.listen()
        self._book = place.with_suffix(".forkers")  # where their ids are kept, to count their time
        self._lent: dict[bytes, Forker] = {}
        LentForker.place = str(place)

    def lend(self) -> None:
        """To the one that waits; nothing where none can be started."""
        asking, _ = self.listening.accept()
        with asking, contextlib.suppress(OSError, NotForked):
            wanted = asking.recv(1 << 16)
            if wanted not in self._lent:
                asked = json.loads(wanted)
                env, purpose = asked["env"], Purpose(asked["purpose"])
                made = Forker(asked["python"], asked["module"], purpose, env)
                self._lent[wanted] = made
                with self._book.open("a") as book:
                    book.write(f"{made.pid}\n")
            lent = self._lent[wanted]
            socket.send_fds(asking, [f"{lent.pid}".encode()], [lent._asking.fileno()])

    def close(self) -> None:
        """In a process that was forked: it lends nothing."""
        self.listening.close()
        for lent in self._lent.values():
            lent._asking.close()

    def end(self) -> None:
        """When nobody is left who may ask for any; a process left behind may still hold one."""
        for lent in self._lent.values():
            lent._process.kill()
            lent.end()
