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

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

from tasks.adapters.reading.reader_child import preload
from tasks.adapters.reading.reader_jobs import Purpose

_DIE_WITH_PARENT = 1  # of prctl
_PACKET, _DESCRIPTORS = 4_096, 4


class _Readers:
    """The readers that live, each with the socket over which its end is told."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._told: dict[int, tuple[int, socket.socket]] = {}  # by descriptor of the process
        self._ends = select.poll()

    def watch(self, asking: socket.socket) -> None:
        """Forks and tells, until nobody can ask any more; then no reader lives on."""
        self._ends.register(asking, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in self._ends.poll()}
            for process in ready & self._told.keys():
                self._tell_end(process)
            if asking.fileno() in ready:
                line, descriptors, _, _ = socket.recv_fds(asking, _PACKET, _DESCRIPTORS)
                if not line:
                    break
                self._fork(asking, json.loads(line), descriptors)
        for process, (reader, _) in list(self._told.items()):
            os.kill(reader, signal.SIGKILL)
            self._tell_end(process)

    def _fork(
        self, asking: socket.socket, asked: Mapping[str, Any], descriptors: list[int]
    ) -> None:
        *streams, end = descriptors
        told = socket.socket(fileno=end)
        forker, reader, process = os.getpid(), 0, -1
        try:
            reader = os.fork()
            if reader == 0:
                _become_reader(self._module, asked, streams, forker)
            process = os.pidfd_open(reader)
            socket.send_fds(told, [str(reader).encode()], [process])
        except OSError:  # no room, an older kernel, or nobody waits: the socket's end tells it
            if reader:
                os.kill(reader, signal.SIGKILL)
            if process < 0:
                told.close()
                if reader:
                    os.waitpid(reader, 0)
        finally:
            for stream in streams:
                os.close(stream)
        if process >= 0:
            self._told[process] = reader, told
            self._ends.register(process, select.POLLIN)

    def _tell_end(self, process: int) -> None:
        reader, told = self._told.pop(process)
        self._ends.unregister(process)
        os.close(process)
        _, status = os.waitpid(reader, 0)
        with told:
            try:
                told.send(str(os.waitstatus_to_exitcode(status)).encode())
            except OSError:
                return  # nobody waits for it


def _become_reader(
    module: Any, asked: Mapping[str, Any], streams: list[int], forker: int
) -> NoReturn:
    """As an interpreter that was started with these streams and arguments, and to the same end."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != forker:
            os._exit(1)
        for number, stream in enumerate(streams):  # all of them lie above, as does the socket
            os.dup2(stream, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.umask(asked["umask"])
        module.main(asked["arguments"])
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
