"""Children forked on request from a process that is ready for them, each with its end told.

Whoever asks sends a packet over the one socket: a line of JSON and some descriptors, of which the
last is a socket as well. Over that the child's id is told, with a descriptor of its process, and
later its exit status. Nothing but the standard library is imported here.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

_DIE_WITH_PARENT = 1  # of prctl


class ForkedChildren(ABC):
    """The children that live, each with the socket over which its end is told."""

    packet: ClassVar[int]  # bytes of the longest line
    descriptors: ClassVar[int]  # that come with it

    def __init__(self) -> None:
        self.told: dict[int, tuple[int, socket.socket]] = {}  # by descriptor of the process
        self._ends = select.poll()

    @abstractmethod
    def become(
        self, asked: Mapping[str, Any], given: list[int], told: socket.socket, asking: socket.socket
    ) -> NoReturn:
        """What the child does: it holds all that this process held, and dies with it.

        `given` are the descriptors that came with what was asked, but for that of `told`.
        """

    def watch(self, asking: socket.socket) -> None:
        """Forks and tells, until nobody can ask any more; then no child lives on."""
        self._ends.register(asking, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in self._ends.poll()}
            for process in ready & self.told.keys():
                self._tell_end(process)
            if asking.fileno() in ready:
                line, given, _, _ = socket.recv_fds(asking, self.packet, self.descriptors)
                if not line:
                    break
                self.fork(asking, json.loads(line), given)
        for process, (child, _) in list(self.told.items()):
            os.kill(child, signal.SIGKILL)
            self._tell_end(process)

    def fork(self, asking: socket.socket, asked: Mapping[str, Any], given: list[int]) -> None:
        """Forks one child. Where that cannot be, the end of its socket tells so."""
        *others, end = given
        told = socket.socket(fileno=end)
        forker, child, process = os.getpid(), 0, -1
        try:
            child = os.fork()
            if child == 0:
                ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
                if os.getppid() != forker:
                    os._exit(1)
                self.become(asked, others, told, asking)
            process = os.pidfd_open(child)
            socket.send_fds(told, [str(child).encode()], [process])
        except OSError:  # no room, an older kernel, or nobody waits: the socket's end tells it
            if child:
                os.kill(child, signal.SIGKILL)
            if process < 0:
                told.close()
                if child:
                    os.waitpid(child, 0)
        finally:
            for descriptor in others:
                os.close(descriptor)
        if process >= 0:
            self.told[process] = child, told
            self._ends.register(process, select.POLLIN)

    def _tell_end(self, process: int) -> None:
        child, told = self.told.pop(process)
        self._ends.unregister(process)
        os.close(process)
        _, status = os.waitpid(child, 0)
        with told, contextlib.suppress(OSError):  # nobody waits for it
            told.send(str(os.waitstatus_to_exitcode(status)).encode())
