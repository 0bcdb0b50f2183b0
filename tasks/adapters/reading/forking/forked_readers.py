"""Readers forked from a process with everything imported: an eighth of what a start costs.

There is one such process for each kind of reader, in the process that wants them, started when the
first is wanted and ended with it. Where it cannot be had, readers are started as ever.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tasks.adapters.reading.reader_jobs import Purpose
from tasks.adapters.reading.reader_limits import START_SECONDS

logger = logging.getLogger(__name__)

_FORKER = "tasks.adapters.reading.forking.reader_forker"
_PACKET = 64


class NotForked(Exception):
    """Raised when a reader cannot be forked; one may still be started."""


class ForkedReader:
    """A forked process, with what is asked of a `subprocess.Popen`.

    `told` says its id, and its exit status when it has ended. Raises NotForked.
    """

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self._told.settimeout(START_SECONDS)
        self._status: int | None = None
        try:
            said, descriptors, _, _ = socket.recv_fds(told, _PACKET, 1)
        except OSError as fault:
            raise NotForked(str(fault)) from fault
        if not said or not descriptors:
            raise NotForked("no process")
        self.pid = int(said)
        self._process = descriptors[0]

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired."""
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"reader {self.pid}", timeout or 0)
        return code

    def kill(self) -> None:
        """Ends it at once. No other process is ever met, though its number be given anew."""
        if self._status is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def _ended_within(self, timeout: float | None) -> int | None:
        if self._status is None:
            ended = select.poll()
            ended.register(self._told, select.POLLIN)
            if not ended.poll(None if timeout is None else timeout * 1000):
                return None
            said = self._told.recv(_PACKET)
            # Who forked it was killed, and it with him.
            self._status = int(said) if said else -signal.SIGKILL
            self.kill()
            os.close(self._process)
            self._told.close()
        return self._status


class Forker:
    """The process that forks readers of one kind. Raises NotForked when it cannot be started."""

    def __init__(
        self, python: Sequence[str], module: str, purpose: Purpose, env: Mapping[str, str]
    ) -> None:
        self._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [*python, "-m", _FORKER, module, purpose.value],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=env,
                )
            except (OSError, subprocess.SubprocessError, MemoryError) as fault:
                self._asking.close()
                raise NotForked(str(fault)) from fault

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def fork(self, arguments: Sequence[str], streams: Sequence[int]) -> ForkedReader:
        """A reader with these arguments and standard streams. Raises NotForked."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            asked = json.dumps({"arguments": list(arguments), "umask": _umask()}).encode()
            try:
                socket.send_fds(self._asking, [asked], [*streams, theirs.fileno()])
            except OSError as fault:
                ours.close()
                raise NotForked(str(fault)) from fault
        try:
            return ForkedReader(ours)
        except NotForked:
            ours.close()
            raise

    def end(self) -> None:
        """Ends it, and every reader that it has forked."""
        self._asking.close()
        self._process.wait()


def _umask() -> int:
    """This process's umask, not touched: other threads may be writing files."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o077


_lock = threading.Lock()
_forkers: dict[tuple[str, Purpose], Forker] = {}


def forked(
    python: Sequence[str],
    entry: Sequence[str],
    arguments: Sequence[str],
    purpose: Purpose,
    streams: Sequence[int],
    env: Mapping[str, str],
) -> ForkedReader | None:
    """A reader that does as an interpreter with this entry and these arguments; None for none.

    Only a module is ever forked, and only where a process can be held by a descriptor.
    """
    if entry[0] != "-m" or not hasattr(os, "pidfd_open"):
        return None
    kind = entry[1], purpose
    for _ in range(2):
        try:
            with _lock:
                if kind not in _forkers:
                    _forkers[kind] = Forker(python, entry[1], purpose, env)
                forker = _forkers[kind]
            return forker.fork([*arguments, purpose.value], streams)
        except NotForked as fault:
            logger.warning("no reader was forked: %s", fault)
        with _lock:
            if kind not in _forkers or _forkers[kind].alive:
                return None  # the machine refuses a process; perhaps it has room for a start
            if _forkers[kind] is forker:  # it was killed: another one is tried
                _forkers.pop(kind).end()
    return None


def forkers() -> Sequence[int]:
    """The processes from which readers are forked for this one."""
    with _lock:
        return [forker.pid for forker in _forkers.values()]


def _forget() -> None:
    """In a process that was forked from one that has forkers: they are not its own."""
    global _forkers
    _forkers = {}


def _end_all() -> None:
    for forker in _forkers.values():
        forker.end()


os.register_at_fork(after_in_child=_forget)
atexit.register(_end_all)
