"""A process with all imported that a reader needs: readers are forked from it, which see files.

    python -S -P -m tasks.adapters.reading.forking.reader_forker MODULE PURPOSE

It is started like a reader itself, with nothing of the parent's but where modules lie: no setting,
no secret, no descriptor, no file of an agency ever comes into its memory. Its standard input is a
socket. Each packet that it takes there asks for one reader, whose `main` is the module's: a line of
JSON with the reader's arguments and umask, and four descriptors, of which three become the
reader's standard streams. Over the fourth it says the reader's id, with a descriptor of the process
itself, and later its exit status.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

from tasks.adapters.forked_children import ForkedChildren
from tasks.adapters.reading.reader_child import preload
from tasks.adapters.reading.reader_jobs import Purpose


class _Readers(ForkedChildren):
    """The readers that live. Three descriptors come for the streams of each."""

    packet, descriptors = 4_096, 4

    def __init__(self, module: Any) -> None:
        super().__init__()
        self._module = module

    def become(
        self, asked: Mapping[str, Any], given: list[int], told: socket.socket, asking: socket.socket
    ) -> NoReturn:
        """As an interpreter that was started with these streams and arguments, to the same end."""
        code = 1
        try:
            for number, stream in enumerate(given):  # all of them lie above, as do the sockets
                os.dup2(stream, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            os.umask(asked["umask"])
            self._module.main(asked["arguments"])
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:  # noqa: BLE001  told as an interpreter does
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)


def main(module: str, purpose: str) -> None:
    """Imports all that readers need and forks them, until whoever started it is gone."""
    # Above the standard streams, which the readers get anew.
    asking = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  one call fewer to import for
        os.dup2(nothing.fileno(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    found = importlib.import_module(module)
    preload(Purpose(purpose))
    gc.freeze()
    _Readers(found).watch(asking)
    os._exit(0)  # nothing is left to be put in order


if __name__ == "__main__":
    main(*sys.argv[1:])
